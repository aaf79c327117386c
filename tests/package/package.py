# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installs the library into a folder, and is somebody else who builds on it.

package.py SOURCE BUILD --cc COMMAND --with FEATURE… [-m thorough]

The features are the sections of the file 'installed' that apply to this build. What is
in the folder is all that the programs here see of Aqueue. With -m thorough it configures
and builds the library with each option off, with other compilers, and so on.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap

import checks
from checks import Skip

HERE = pathlib.Path(__file__).parent

# What nothing here takes.
TOO_LONG = 600

FEATURES = {
    'demo': 'false', 'docs': 'disabled', 'gtk': 'disabled', 'introspection': 'disabled',
    'pygobject': 'disabled', 'tests': 'false', 'vapi': 'disabled',
}
EVERYTHING_OFF = [f'-D{name}={value}' for name, value in FEATURES.items()]

# Level 3 is -Wall -Wextra -Wpedantic.
HIGH_WARNING_LEVEL = ['-Dwarning_level=3', '-Dwerror=true',
                      '-Dc_args=-Wconversion -Wno-sign-conversion']

PACKAGES_FOR_32_BIT = 'gcc,libc6-dev,libglib2.0-dev,meson,ninja-build,pkg-config'


def run(*args, **options):
    """Returns what was printed, or raises AssertionError."""
    done = subprocess.run([str(arg) for arg in args], text=True, timeout=TOO_LONG,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == 0, f'{args} ended with {done.returncode}\n{done.stdout[-4000:]}'
    return done.stdout


def need(program):
    path = shutil.which(program)
    if path is None:
        raise Skip(f'{program} is not installed')
    return path


def read_list(path):
    lines = (line.strip() for line in path.read_text(encoding='utf-8').splitlines())
    return [line for line in lines if line and not line.startswith('#')]


class Package:
    def __init__(self, args, scratch):
        self.source = pathlib.Path(args.source)
        self.build = pathlib.Path(args.build)
        self.cc = shlex.split(args.cc)
        self.features = set(args.features)
        self.python = args.python
        self.gjs = args.gjs
        self.scratch = scratch

        options = json.loads(run('meson', 'introspect', '--buildoptions', self.build))
        options = {option['name']: option['value'] for option in options}
        self.prefix = options['prefix']
        self.dirs = {name: options[name] for name in ('bindir', 'datadir', 'includedir', 'libdir')}

        self.stage = scratch / 'stage'
        run('meson', 'install', '-C', self.build, '--no-rebuild', '--destdir', self.stage)
        self.root = self.stage / self.prefix.lstrip('/')
        overrides = self.stage.rglob('gi/overrides/Aq')
        self.pygobject = next((path.parent for path in overrides), None)
        self.stubs = next(self.stage.rglob('gi-stubs'), None)
        self.move_pkg_config()

        # Nothing of the build folder.
        self.env = {name: value for name, value in os.environ.items()
                    if name in ('HOME', 'LANG', 'PATH')}
        self.env.update({
            'G_DEBUG': 'fatal-warnings',
            'GI_TYPELIB_PATH': self.path('{libdir}/girepository-1.0'),
            'LD_LIBRARY_PATH': self.path('{libdir}'),
            'PKG_CONFIG_PATH': f'{scratch}/pkgconfig',
            'XDG_DATA_DIRS': self.path('{datadir}') + ':/usr/local/share:/usr/share',
        })

    def move_pkg_config(self):
        """The prefix is where it will be, and not where it is now."""
        folder = self.scratch / 'pkgconfig'
        folder.mkdir()
        text = pathlib.Path(self.path('{libdir}/pkgconfig/aqueue-1.pc')).read_text(encoding='utf-8')
        text = re.sub('^prefix=.*$', f'prefix={self.root}', text, flags=re.MULTILINE)
        (folder / 'aqueue-1.pc').write_text(text, encoding='utf-8')

    def path(self, name):
        name = name.format(pygobject=self.pygobject, stubs=self.stubs, **self.dirs)
        return str(self.root / name)

    def run(self, *args):
        return run(*args, env=self.env, cwd=self.scratch)

    def need(self, feature):
        if feature not in self.features:
            raise Skip(f'this build is without {feature}')

    def flags(self):
        return self.run('pkg-config', '--cflags', '--libs', 'aqueue-1').split()

    def configure(self, name, *options, env=None, source=None):
        """Configures another build, and returns its folder."""
        folder = self.scratch / name
        run('meson', 'setup', folder, source or self.source, '-Dbuildtype=debug', *options, env=env)
        return folder

    # The tests

    def test_installed(self):
        """what is installed is what the list says"""
        section = None
        missing, known = [], set()
        for line in read_list(HERE / 'installed'):
            if line.startswith('['):
                section = line.strip('[]')
                continue
            path = pathlib.Path(self.path(line))
            if section == 'always' or section in self.features:
                known.add(path)
                if not path.exists():
                    missing.append(line)
        assert not missing, f'Not installed: {missing}'

        others = [path for path in self.stage.rglob('*')
                  if not path.is_dir() and not known.intersection([path, *path.parents])]
        others = [path.relative_to(self.root) for path in others
                  # The name behind the soname has the version of the library.
                  if not re.fullmatch(r'libaqueue-1\.so\.0\.[0-9.]+', path.name)]
        assert not others, f'Not in the list: {[str(path) for path in others]}'

    def test_symbols(self):
        """the library exports what is in the list, and no more"""
        printed = self.run(need('nm'), '-D', '--defined-only',
                           self.path('{libdir}/libaqueue-1.so.0'))
        exported = {line.split()[-1] for line in printed.splitlines()}
        listed = {line for line in read_list(HERE / 'abi') if line.startswith('aq_')}
        assert exported == listed, (
            f'Exported, not listed: {exported - listed}; listed, not exported: {listed - exported}')

    def test_sizes(self):
        """structs and enums are as in the list"""
        program = self.scratch / 'sizes'
        self.run(*self.cc, HERE / 'sizes.c', '-o', program, *self.flags())
        self.compare_sizes(self.run(program), is_64_bit=sys.maxsize > 2**32)

    def compare_sizes(self, printed, is_64_bit):
        sizes = {line.rpartition(' ')[0]: line.rpartition(' ')[2] for line in printed.splitlines()}
        listed = {}
        for line in read_list(HERE / 'abi'):
            if line.startswith('sizeof '):
                _, name, on_64, on_32 = line.split()
                listed[f'sizeof {name}'] = on_64 if is_64_bit else on_32
            elif line.startswith('AQ_'):
                name, listed[name] = line.split()[0], line.split()[1]
        assert sizes == listed, f'They are {sizes}'

    def test_soname(self):
        """programs are linked with libaqueue-1.so.0"""
        printed = self.run(need('readelf'), '-d', self.path('{libdir}/libaqueue-1.so'))
        assert 'soname: [libaqueue-1.so.0]' in printed, printed

    def test_pkg_config(self):
        """pkg-config says where the GIR and the typelib are"""
        self.need('introspection')
        for name, file in ('girdir', 'Aq-1.gir'), ('typelibdir', 'Aq-1.typelib'):
            folder = self.run('pkg-config', f'--variable={name}', 'aqueue-1').strip()
            assert pathlib.Path(folder, file).exists(), f'{file} is not in {folder}'

    def test_c(self):
        """a program in C builds with pkg-config, and runs"""
        program = self.scratch / 'user-c'
        self.run(*self.cc, '-std=c11', '-Wall', '-Wextra', '-Wpedantic',
                 '-Wno-unused-parameter', '-Werror', HERE / 'user.c', '-o', program, *self.flags())
        assert self.run(program) == '6\n'

    def test_cxx(self):
        """the headers are valid C++"""
        source = self.scratch / 'user.cpp'
        source.write_text('#include <aqueue/aqueue.h>\n'
                          'AqQueue *queue = aq_queue_new (G_TYPE_OBJECT, 1);\n',
                          encoding='utf-8')
        self.run(need('c++'), '-std=c++11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', source,
                 *self.flags())

    def test_vala(self):
        """a program in Vala builds with valac --pkg, and runs"""
        self.need('vapi')
        program = self.scratch / 'user-vala'
        flags = [flag for pair in (('-X', flag) for flag in ['-w', *self.flags()]) for flag in pair]
        self.run(need('valac'), '--fatal-warnings', '--vapidir', self.path('{datadir}/vala/vapi'),
                 '--pkg', 'aqueue-1', HERE / 'user.vala', '-o', program, *flags)
        assert self.run(program) == '6\n'

    def test_js(self):
        """a script in JavaScript runs"""
        self.need('introspection')
        if not self.gjs:
            raise Skip('gjs is not installed')
        assert self.run(self.gjs, '-m', HERE / 'user.js') == '6\n'

    def test_python(self):
        """a script in Python runs"""
        self.need('pygobject')
        self.env['PYTHONPATH'] = str(self.pygobject.parent.parent)
        assert self.run(self.python, '-B', HERE / 'user.py') == '6\n'

    def test_subproject(self):
        """it builds as a subproject"""
        options = [f'-Daqueue:{option[2:]}' for option in EVERYTHING_OFF]
        self.build_as_subproject('user-small', *options)

    def build_as_subproject(self, name, *options):
        user = self.scratch / name
        (user / 'subprojects').mkdir(parents=True)
        (user / 'subprojects' / 'aqueue').symlink_to(self.source)
        shutil.copy(HERE / 'user.c', user)
        (user / 'meson.build').write_text(textwrap.dedent('''
            project('user', 'c')
            subproject('aqueue')
            executable('user', 'user.c', dependencies: dependency('aqueue-1', version: '>= 0.1'))
        '''), encoding='utf-8')
        build = self.configure(f'{name}-build', *options, source=user)
        run('ninja', '-C', build)
        assert run(build / 'user') == '6\n'

    # In the long form

    def long_test_subproject_with_all(self):
        """it builds as a subproject with all its parts"""
        self.build_as_subproject('user-large')

    def long_test_each_option_off(self):
        """it builds and passes its tests, this one too, with each option off"""
        for name, value in FEATURES.items():
            build = self.configure(f'without-{name}', f'-D{name}={value}')
            run('ninja', '-C', build)
            if name != 'tests':
                run('meson', 'test', '-C', build, '--no-rebuild', '--print-errorlogs',
                    '--timeout-multiplier', '10', '--suite', 'interpreted')
                run('meson', 'test', '-C', build, '--no-rebuild', 'test-queue', 'test-watch')

    def long_test_contradiction(self):
        """what cannot be made without introspection is not left out in silence"""
        for name in 'docs', 'pygobject', 'vapi':
            try:
                self.configure(f'only-{name}', '-Dintrospection=disabled', f'-D{name}=enabled')
            except AssertionError as error:
                assert 'It is made from introspection data' in str(error), error
            else:
                raise AssertionError(f'{name} is left out')

    def long_test_pygobject_override_dir(self):
        """the overrides for Python go where they are told to"""
        self.need('pygobject')
        build = self.configure('override-dir', '-Dpygobject-override-dir=/elsewhere')
        installed = json.loads(run('meson', 'introspect', '--installed', build)).values()
        assert '/elsewhere/Aq/__init__.py' in installed, installed

    def long_test_glib_alone(self):
        """with everything off it needs GLib alone"""
        self.build_with_glib_alone('glib-alone', *EVERYTHING_OFF)

    def long_test_all_auto_with_glib_alone(self):
        """where nothing but GLib is there, all else is left out by itself"""
        self.build_with_glib_alone('glib-alone-auto')

    def build_with_glib_alone(self, name, *options):
        # The .pc files of GLib, with those that they ask for, and no program but
        # what a build cannot do without.
        folder = self.scratch / f'{name}-pkgconfig'
        folder.mkdir()
        wanted = ['gio-2.0', 'gio-unix-2.0']
        seen = set()
        while wanted:
            module = wanted.pop()
            if module in seen:
                continue
            seen.add(module)
            pc_dir = run('pkg-config', '--variable=pcfiledir', module).strip()
            (folder / f'{module}.pc').symlink_to(f'{pc_dir}/{module}.pc')
            printed = run('pkg-config', '--print-requires', '--print-requires-private', module)
            wanted += [line.split()[0] for line in printed.splitlines() if line]

        programs = self.scratch / f'{name}-bin'
        programs.mkdir()
        for program in ('sh', 'cc', 'gcc', 'ar', 'as', 'ld', 'meson', 'ninja', 'pkg-config',
                        'python3', 'nm', 'perl', 'env', 'rm'):
            path = shutil.which(program)
            if path is not None:
                (programs / program).symlink_to(os.path.realpath(path) if program != 'cc' else path)

        env = dict(os.environ, PATH=str(programs), PKG_CONFIG_LIBDIR=str(folder))
        build = self.configure(name, *options, env=env)
        run('ninja', '-C', build, env=env)

    def long_test_compilers(self):
        """gcc and clang have nothing to say at a high warning level"""
        for compiler in ('gcc', 'clang'):
            need(compiler)
            for std in ('gnu11', 'c11'):
                build = self.configure(f'{compiler}-{std}', *EVERYTHING_OFF, *HIGH_WARNING_LEVEL,
                                       f'-Dc_std={std}', env=dict(os.environ, CC=compiler))
                run('ninja', '-C', build)

    def long_test_release(self):
        """a release build has nothing to warn of"""
        build = self.configure('release', *EVERYTHING_OFF, '-Dbuildtype=release', '-Dwerror=true')
        run('ninja', '-C', build)

    def long_test_32_bit(self):
        """it builds on 32 bit without a warning, passes its tests, and its structs are as listed"""
        need('debootstrap')
        if os.geteuid() != 0:
            raise Skip('only root can make a system for 32 bit')
        system = self.scratch / 'i386'
        try:
            run('debootstrap', '--arch=i386', '--variant=minbase',
                f'--include={PACKAGES_FOR_32_BIT}', 'bookworm', system)
        except AssertionError:
            raise Skip('a system for 32 bit cannot be made here') from None

        shutil.copytree(self.source, system / 'source', symlinks=True,
                        ignore=shutil.ignore_patterns('.git', '_*'))
        for command in ('meson setup build source -Dwerror=true -Ddemo=false', 'ninja -C build',
                        'meson test -C build --no-rebuild --no-suite interpreted '
                        '--no-suite sequential'):
            run('chroot', system, 'setarch', 'i686', *command.split())

        sizes = ('cc source/tests/package/sizes.c -o sizes '
                 '$(PKG_CONFIG_PATH=/build/meson-uninstalled pkg-config --cflags --libs aqueue-1)'
                 ' && LD_LIBRARY_PATH=/build/aqueue ./sizes')
        self.compare_sizes(run('chroot', system, 'sh', '-c', sizes), is_64_bit=False)

    def long_test_installed_tests(self):
        """the tests can be installed, and run where they are"""
        prefix = self.scratch / 'with-tests'
        build = self.configure('installed-tests', f'--prefix={prefix}', '-Dinstalled_tests=true',
                               '-Dintrospection=disabled')
        run('meson', 'install', '-C', build)
        library = next(prefix.rglob('libaqueue-1.so.0')).parent
        files = sorted(prefix.rglob('share/installed-tests/aqueue-1/*.test'))
        assert files, 'No test is installed'
        for file in files:
            if file.stem in ('test-queue', 'test-watch', 'test-store'):
                text = file.read_text(encoding='utf-8')
                command = re.search('^Exec=(.*)$', text, re.MULTILINE)[1]
                run(*shlex.split(command), env=dict(os.environ, LD_LIBRARY_PATH=str(library)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('source')
    parser.add_argument('build')
    parser.add_argument('--cc', required=True)
    parser.add_argument('--python')
    parser.add_argument('--gjs')
    parser.add_argument('--with', dest='features', action='append', default=[])
    parser.add_argument('-m', dest='mode')
    parser.add_argument('-p', dest='only', action='append')
    args = parser.parse_args()

    names = [name for name in vars(Package)
             if name.startswith('test_') or
             (name.startswith('long_test_') and args.mode == 'thorough')]
    if args.only:
        names = [name for name in names if name.partition('test_')[2] in args.only]

    with tempfile.TemporaryDirectory(prefix='aqueue-') as scratch:
        package = Package(args, pathlib.Path(scratch))
        return checks.run([getattr(package, name) for name in names])


if __name__ == '__main__':
    sys.exit(main())
