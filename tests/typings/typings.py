# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks what editors and type checkers are told of the overrides.

typings.py LANGUAGE SOURCE CHECKER [INTERPRETER…]: Aq.pyi in the folder SOURCE by mypy, or
Aq.d.ts by tsc. The interpreter tells what there is: gjs, or the Python that runs this.
"""

import ast
import inspect
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / 'manual'), str(HERE.parent / 'package')]

import checks  # noqa: E402
import examples  # noqa: E402

# What no check takes.
TOO_LONG = 200

# Prints what a script finds, one expression a line.
JS_NAMES = '''
import Aq from 'gi://Aq';
import GObject from 'gi://GObject';

function list(prefix, object, end) {
    for (; object !== end; object = Object.getPrototypeOf(object)) {
        for (const name of Object.getOwnPropertyNames(object)) {
            if (/^(_|vfunc_|\\$|constructor$|prototype$|name$|toString$|new_with_free_func$)/
                .test(name) || name.includes('-'))
                continue;
            if (prefix.startsWith('Aq.') && name === 'length')
                continue;
            print(prefix + name);
        }
    }
}

for (const name of Object.getOwnPropertyNames(Aq)) {
    if (!/^_|Class$|^\\$/.test(name))
        print(`Aq.${name}`);
}
for (const name of ['Queue', 'LifoQueue', 'PriorityQueue']) {
    list(`new Aq.${name}().`, Aq[name].prototype, GObject.Object.prototype);
    list(`Aq.${name}.`, Aq[name], GObject.Object);
}
'''


class Checker:
    """Checks files, and returns the places that are wrong: {(file, line): message}."""

    def __init__(self, source, folder, command):
        self.source = source
        self.folder = folder
        self.command = command
        self.bindings = source / 'aqueue/bindings'
        self.prepare()

    def check(self, texts):
        for name, text in texts.items():
            (self.folder / name).write_text(text, encoding='utf-8')
        done = subprocess.run([*self.command, *self.tell(list(texts))], cwd=self.folder,
                              capture_output=True, text=True, timeout=TOO_LONG)
        places = {(path, int(line)): message
                  for path, line, message in self.PLACE.findall(done.stdout)}
        assert (done.returncode != 0) == bool(places), done.stdout + done.stderr
        return places


class Python(Checker):
    LANGUAGE = 'python'
    MARKED = 'marked.py'
    PLACE = re.compile(r'^(.*?):(\d+): error: (.*)$', re.MULTILINE)

    def prepare(self):
        shutil.copytree(HERE / 'gi', self.folder / 'gi')
        shutil.copy(self.bindings / 'gi-stubs/repository/Aq.pyi', self.folder / 'gi/repository')

    def tell(self, names):
        # Whoever says nothing of a queue's items is asked to, as with asyncio's.
        return ['--check-untyped-defs', '--ignore-missing-imports', '--no-site-packages',
                '--python-version=3.11', '--disable-error-code=var-annotated', *names]

    def list_names(self):
        import gi
        gi.require_version('Aq', '1')
        from gi.repository import Aq, GObject

        for name in dir(Aq):
            if not name.startswith('_') and not name.endswith('Class'):
                yield f'Aq.{name}'
        for cls in Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue:
            for name in sorted(set(dir(cls)) - set(dir(GObject.Object))):
                if not name.startswith(('_', 'do_')) and name not in self.ABSENT:
                    yield f'Aq.{cls.__name__}[int]().{name}'
            for pspec in cls.list_properties():
                yield f'Aq.{cls.__name__}[int]().props.{pspec.name.replace("-", "_")}'

    def list_false(self):
        """Yields what Aq.pyi has wrong, as far as the override is in Python itself."""
        import gi
        gi.require_version('Aq', '1')
        from gi.repository import Aq

        tree = ast.parse((self.folder / 'gi/repository/Aq.pyi').read_text(encoding='utf-8'))
        for cls in tree.body:
            if not isinstance(cls, ast.ClassDef) or cls.name.startswith('_'):
                continue
            for told in cls.body:
                if not isinstance(told, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    continue
                there = getattr(getattr(Aq, cls.name), told.name, None)
                if there is None:
                    yield f'{cls.name}.{told.name}'
                elif inspect.isfunction(there) and told.name != '__init__':
                    names = [arg.arg for arg in told.args.args + told.args.kwonlyargs]
                    code = there.__code__
                    count = code.co_argcount + code.co_kwonlyargcount
                    n_defaults = len(told.args.defaults)
                    if (names != list(code.co_varnames[:count])
                            or n_defaults != len(there.__defaults__ or ())
                            or isinstance(told, ast.AsyncFunctionDef)
                            != inspect.iscoroutinefunction(there)):
                        yield f'{cls.name}.{told.name}{inspect.signature(there)}'

    # A field, and what raises NotImplementedError.
    ABSENT = ('parent_instance', 'create_source')

    def name_file(self, names):
        return {'names.py': '\n'.join(['from gi.repository import Aq', *names])}


class JavaScript(Checker):
    LANGUAGE = 'js'
    MARKED = 'marked.ts'
    PLACE = re.compile(r'^(.*?)\((\d+),\d+\): error (.*)$', re.MULTILINE)

    def prepare(self):
        self.command, self.gjs = self.command[:1], self.command[1:]
        shutil.copy(HERE / 'gi.d.ts', self.folder)
        shutil.copy(self.bindings / 'overrides/Aq.d.ts', self.folder)

    def tell(self, names):
        (self.folder / 'tsconfig.json').write_text(json.dumps({
            'compilerOptions': {
                'allowJs': True,
                'checkJs': True,
                'lib': ['es2022'],
                'module': 'es2022',
                'moduleResolution': 'node',
                'noEmit': True,
                'target': 'es2022',
                'types': [],
            },
            'files': ['gi.d.ts', 'Aq.d.ts', *names],
        }), encoding='utf-8')
        return ['--project', '.']

    def list_names(self):
        return self.run_script(JS_NAMES)

    def run_script(self, text):
        script = self.folder / 'script.js'
        script.write_text(text, encoding='utf-8')
        done = subprocess.run([*self.gjs, '-m', script], capture_output=True, text=True,
                              timeout=TOO_LONG)
        assert done.returncode == 0 and done.stderr == '', done.stderr
        return done.stdout.splitlines()

    def list_false(self):
        """Yields the names in Aq.d.ts that are not there."""
        text = (self.folder / 'Aq.d.ts').read_text(encoding='utf-8')
        names = {f'Aq.{name}' for name in re.findall(r'^ {8}function (\w+)', text, re.MULTILINE)}
        for cls, body in re.findall(r'^ {8}class (\w+)(.*?)^ {8}}', text,
                                    re.MULTILINE | re.DOTALL):
            for static, name in re.findall(
                    r"^ {12}(static )?(?:readonly )?'?(\w+)'?[(<:]", body, re.MULTILINE):
                if name != 'constructor':
                    names.add(f'Aq.{cls}.{name}' if static else f'Aq.{cls}.prototype.{name}')
        lines = ["import Aq from 'gi://Aq';"]
        for name in sorted(names):
            owner, _, last = name.rpartition('.')
            lines.append(f"if (!('{last}' in {owner})) print('{name}');")
        return self.run_script('\n'.join(lines))

    def name_file(self, names):
        names = [f'({name});' for name in names]
        return {'names.ts': '\n'.join(["import Aq from 'gi://Aq';", *names])}


def test_samples(checker):
    """the samples in the README and the manual are right"""
    paths = [path for pattern in ('README.md', 'aqueue/docs/*.md')
             for path in sorted(checker.source.glob(pattern))]
    texts = {}
    for path in paths:
        for program in examples.programs_in_file(str(path), checker.LANGUAGE):
            name = f'sample_{len(texts)}_{path.stem.replace("-", "_")}'
            # With an import or export, what is in there is its own.
            end = 'export {};\n' if checker.LANGUAGE == 'js' else ''
            texts[name + examples.SUFFIX[checker.LANGUAGE]] = '\n'.join(program.texts) + end
    assert len(texts) > 3, f'There are but {list(texts)}'
    places = checker.check(texts)
    assert not places, '\n'.join(
        f'{name}: {message}\n    {texts[name].splitlines()[line - 1]}'
        for (name, line), message in places.items())


def test_marked(checker):
    """of right and wrong lines, it refuses the wrong ones"""
    text = (HERE / checker.MARKED).read_text(encoding='utf-8')
    wrong = {n for n, line in enumerate(text.splitlines(), 1) if line.endswith(' wrong')}
    places = checker.check({checker.MARKED: text})
    refused = {line: message for (_name, line), message in places.items()}
    assert len(wrong) >= 12 and wrong == set(refused), (
        f'Taken: {sorted(wrong - set(refused))}\n'
        f'Refused: { {n: refused[n] for n in sorted(set(refused) - wrong)} }')


def test_names(checker):
    """all that a program can use is known"""
    names = list(checker.list_names())
    assert any(name.endswith('.put') for name in names), names
    places = checker.check(checker.name_file(names))
    assert not places, '\n'.join(places.values())


def test_told(checker):
    """what is told is there, with the arguments that are told"""
    wrong = list(checker.list_false())
    assert not wrong, f'Not so: {wrong}'


BYSTANDER = '''
import gi

gi.require_version('Gtk', '4.0')
from gi.repository import Aq, Gtk
from gi.repository.Gio import Cancellable

Gtk.Label(label=Cancellable())
number: int = Aq.Queue[str]().get_nowait()
'''


def test_place(checker):
    """where it is installed it is found, and other libraries are as without it"""
    python = checker.folder / 'venv/bin/python'
    run = {'check': True, 'capture_output': True, 'text': True}
    subprocess.run([sys.executable, '-m', 'venv', '--without-pip', 'venv'], cwd=checker.folder,
                   **run)
    site = pathlib.Path(subprocess.run(
        [python, '-c', 'import site; print(site.getsitepackages()[0])'], **run).stdout.strip())
    shutil.copytree(checker.bindings / 'gi-stubs', site / 'gi-stubs')
    (site / 'gi/repository').mkdir(parents=True)
    (site / 'gi/repository/__init__.py').touch()
    (site / 'gi/__init__.py').write_text('def require_version(namespace, version): pass\n',
                                         encoding='utf-8')
    shutil.rmtree(checker.folder / 'gi')
    (checker.folder / 'mypy.ini').write_text('[mypy-gi.*]\nignore_missing_imports = True\n',
                                             encoding='utf-8')

    # As a user calls it
    checker.tell = lambda names: [f'--python-executable={python}', *names]
    places = checker.check({'bystander.py': BYSTANDER})
    last = len(BYSTANDER.splitlines())
    assert list(places) == [('bystander.py', last)], places


def main():
    # 'meson test --test-args=-m=thorough' gives this to all tests, and there is no long form.
    language, source, *command = [arg for arg in sys.argv[1:] if arg != '-m=thorough']
    with tempfile.TemporaryDirectory() as folder:
        checker = {'js': JavaScript, 'python': Python}[language](
            pathlib.Path(source), pathlib.Path(folder), command)
        tests = [test_samples, test_marked, test_names, test_told]
        if language == 'python':
            tests.append(test_place)
        return checks.run(tests, checker)


if __name__ == '__main__':
    sys.exit(main())
