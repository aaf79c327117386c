# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks whether tests/README.md, where one finds one's way, says what is so.

readme.py TESTS
"""

import os
import pathlib
import re
import sys

import checks

LINK = re.compile(r'\]\(([^)#]+)[^)]*\)')
ROW = re.compile(r'^\| (\d+) \| (.*) \|$', re.MULTILINE)
PROMISE = re.compile(r'\bP(\d+)\b')
SCENARIO = re.compile(r'"/scenarios/(\d+)/')

# Each folder has one. Those of the corpus have no names that say anything, and each of the
# programs says in its first line what it shows.
NOT_LISTED = {'README.md', 'meson.build'}
WITHOUT_NAMES = {'corpus', 'programs', '__pycache__'}

# It has a bug for each promise, and tests none itself.
NO_TESTS = 'mutations/'


class Readme:
    def __init__(self, folder):
        self.folder = folder
        self.text = (folder / 'README.md').read_text(encoding='utf-8')
        self.files = set()
        for parent, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name not in WITHOUT_NAMES]
            self.files.update(pathlib.Path(parent, name).relative_to(folder).as_posix()
                              for name in names if name not in NOT_LISTED and name[-1] != '~')

    def section(self, title):
        _, found, rest = self.text.partition(f'\n## {title}\n')
        assert found, f'There is no section "{title}"'
        return rest.partition('\n## ')[0]

    def read(self, file):
        return (self.folder / file).read_text(encoding='utf-8')

    def test_links(self):
        """its links lead to files"""
        broken = [link for link in LINK.findall(self.text)
                  if '://' not in link and not (self.folder / link).exists()]
        assert not broken, f'There is no {broken}'

    def test_files(self):
        """each file has its line there"""
        listed = LINK.findall(self.section('Where things are'))
        missing = self.files - set(listed)
        assert not missing, f'Not listed: {sorted(missing)}'
        twice = {link for link in listed if listed.count(link) > 1}
        assert not twice, f'Listed twice: {sorted(twice)}'

    def test_promises(self):
        """each promise has the tests that name it, and no others"""
        listed = {int(n): set(LINK.findall(text))
                  for n, text in ROW.findall(self.section('What is promised'))}
        assert list(listed) == list(range(1, len(listed) + 1)), f'It has {list(listed)}'
        naming = {n: set() for n in listed}
        for file in sorted(self.files):
            if not file.startswith(NO_TESTS):
                for n in map(int, PROMISE.findall(self.read(file))):
                    assert n in naming, f'{file} names a promise P{n}'
                    naming[n].add(file)
        for n, files in naming.items():
            # A promise may lead to the manual, too.
            links = {link for link in listed[n] if not link.startswith('..')}
            assert links and links == files, (
                f'P{n}: not listed, but named there: {sorted(files - links)}; '
                f'listed, but not named there: {sorted(links - files)}')

    def test_scenarios(self):
        """each scenario has a test where the list says so"""
        numbers = []
        for part in self.section('What broke other queues').split('\n### ')[1:]:
            file = LINK.search(part)[1]
            rows = {int(n): text for n, text in ROW.findall(part)}
            expected = {n for n, text in rows.items() if 'No test' not in text}
            found = set(map(int, SCENARIO.findall(self.read(file))))
            assert found == expected, f'{file} has {found}, and the list {expected}'
            numbers += rows
        assert numbers and numbers == list(range(1, len(numbers) + 1)), f'It has {numbers}'


def main():
    readme = Readme(pathlib.Path(sys.argv[1]))
    return checks.run([getattr(readme, name) for name in vars(Readme)
                       if name.startswith('test_')])


if __name__ == '__main__':
    sys.exit(main())
