# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks at the source as a reader does: its README, its lines, and its licence.

source.py SOURCE
"""

import os
import pathlib
import re
import sys

import checks

SPDX = 'SPDX-License-Identifier: LGPL-2.1-or-later'

# What has no place for a line of ours: data, parts of other files, and pictures.
WITHOUT_SPDX = {'', '.expected', '.png', '.typed'}

# What is written by hand, in lines.
SOURCES = {'.build', '.c', '.h', '.js', '.py', '.pyi', '.ts', '.vala'}

LINK = re.compile(r'\]\(([^)#]+)[^)]*\)')
PROMISE = re.compile(r'^(\d+)\. (.*?)(?=^\d+\. |^$)', re.MULTILINE | re.DOTALL)


def files_in(source):
    for parent, folders, names in os.walk(source):
        # Not those of git, of builds, and of tools; --thorough leaves logs beside its builds.
        folders[:] = [name for name in folders
                      if not re.match(r'_|\.git$|\.\w*cache|subprojects$', name)]
        yield from (pathlib.Path(parent, name) for name in names
                    if not re.match(r'_build.*\.log$|.*~$', name))


def test_spdx(source):
    """each file says how it is licensed"""
    missing = [str(path.relative_to(source)) for path in files_in(source)
               if (path.suffix not in WITHOUT_SPDX or path.read_bytes()[:2] == b'#!')
               and SPDX.encode() not in path.read_bytes()[:1000]]
    assert not missing, f'Without "{SPDX}": {missing}'


def test_lines(source):
    """no line of the source is longer than 100 characters"""
    paths = [path for path in files_in(source) if path.suffix in SOURCES]
    long = [f'{path.relative_to(source)}:{n}' for path in paths
            for n, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1)
            if len(line) > 100]
    assert paths and not long, f'Too long: {long}'


def test_licence(source):
    """the licence is there in full"""
    text = (source / 'COPYING').read_text(encoding='utf-8')
    assert text.lstrip().startswith('GNU LESSER GENERAL PUBLIC LICENSE')
    sections = [int(n) for n in re.findall(r'^  (\d+)\. ', text, re.MULTILINE)]
    assert sections == list(range(17)), f'It has the sections {sections}'
    assert 'END OF TERMS AND CONDITIONS' in text


def test_links(source):
    """the links of each README lead to files"""
    pages = [path for path in files_in(source) if path.name == 'README.md']
    links = [(page, link) for page in pages
             for link in LINK.findall(page.read_text(encoding='utf-8')) if '://' not in link]
    broken = [f'{page.relative_to(source)}: {link}' for page, link in links
              if not (page.parent / link).exists()]
    assert links and not broken, f'They lead nowhere: {broken}'


def test_promises(source):
    """the README links each promise to tests that name it"""
    readme = (source / 'README.md').read_text(encoding='utf-8')
    section = readme.partition('## What it promises')[2].partition('\n## ')[0]
    promises = PROMISE.findall(section)
    assert [int(number) for number, _ in promises] == list(range(1, 13)), promises
    for number, text in promises:
        links = [link for link in LINK.findall(text) if link.startswith('tests/')]
        assert links, f'Promise {number} has no test'
        for link in links:
            assert re.search(rf'\bP{number}\b', (source / link).read_text(encoding='utf-8')), (
                f'{link} does not name P{number}')


def test_python_layers(source):
    """each file of Python's overrides imports only those above it in the list"""
    folder = source / 'aqueue/bindings/gi/overrides/Aq'
    init = (folder / '__init__.py').read_text(encoding='utf-8')
    listed = re.findall(r'^#     (\w+) ', init.partition('How it is built.')[2], re.MULTILINE)
    names = {path.stem for path in folder.glob('*.py')} - {'__init__'}
    assert sorted(listed) == sorted(names), f'Not listed, or not there: {names ^ set(listed)}'
    for n, name in enumerate(listed):
        text = (folder / f'{name}.py').read_text(encoding='utf-8')
        imported = set(re.findall(r'^ *from \.(\w+) import', text, re.MULTILINE))
        assert imported <= set(listed[:n]), f'{name} imports {imported - set(listed[:n])}'


def test_examples(source):
    """each example has less than 150 lines"""
    paths = [path for path in (source / 'demo/examples').iterdir()
             if path.suffix in ('.c', '.js', '.py', '.vala')]
    long = [path.name for path in paths
            if len(path.read_text(encoding='utf-8').splitlines()) >= 150]
    assert paths and not long, f'Too long: {long}'


def test_numbers(source):
    """the README counts the mutations right"""
    readme = (source / 'README.md').read_text(encoding='utf-8')
    table = (source / 'tests/mutations/table.txt').read_text(encoding='utf-8')
    n_mutations = len(re.findall('^caught by', table, re.MULTILINE))
    assert f'[{n_mutations} ways]' in readme, f'There are {n_mutations}'


def test_growth(source):
    """the test of growth tries each public function"""
    headers = '\n'.join(path.read_text(encoding='utf-8')
                        for path in (source / 'aqueue').glob('*.h*')
                        if '-private' not in path.name)
    public = set(re.findall(r'^AQ_AVAILABLE_IN_\w+\n[^;(]*?\b(aq_\w+) +\(', headers, re.MULTILINE))
    public |= {f'{name}_get_type' for name in re.findall(r'^G_DECLARE_\w+ \(\w+, (\w+),',
                                                         headers, re.MULTILINE)}
    code = '\n'.join(path.read_text(encoding='utf-8')
                     for path in (source / 'tests/growth').glob('*.c'))
    before, _, after = code.partition('const Call calls[] = {')
    table, _, after = after.partition('};')
    code = before + after
    tried = re.findall(r'\baq_\w+', table)
    assert public and sorted(tried) == sorted(public), (
        f'Not in the table, or twice, or of no header: {sorted(set(tried) ^ public)}')

    # A type is got by the macro.
    not_called = [name for name in tried
                  if f'{name} (' not in code and not name.endswith('_get_type')]
    assert not not_called, f'In the table, but not called: {not_called}'


def test_misuse(source):
    """the test of misuse gives each public function what is no queue"""
    headers = '\n'.join(path.read_text(encoding='utf-8')
                        for path in (source / 'aqueue').glob('*.h')
                        if '-private' not in path.name)
    methods = set(re.findall(r'\b(aq_\w+) +\(Aq\w*Queue +\*self', headers))
    code = (source / 'tests/unit/test-misuse.c').read_text(encoding='utf-8')
    called = set(re.findall(r'\bCALL \(\w+, (aq_\w+), (?:queue|wrong\[i\])', code))
    assert methods and not methods - called, f'Not called: {sorted(methods - called)}'


def main():
    tests = [test for name, test in globals().items() if name.startswith('test_')]
    return checks.run(tests, pathlib.Path(sys.argv[1]))


if __name__ == '__main__':
    sys.exit(main())
