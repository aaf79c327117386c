# SPDX-License-Identifier: LGPL-2.1-or-later
"""demo/examples/index-folder.js: test_index_folder.py GJS -m INDEX_FOLDER"""

import collections
import hashlib
import os
import signal
import stat
import subprocess
import sys
import sysconfig
import unittest
import urllib.parse

from exampletest import ExampleTestCase, main

NOBODY = 65534


def hash_file(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def find_twins(*folders):
    """Returns the files with the same content by their sums, without looking at sizes."""
    index = collections.defaultdict(set)
    seen = set()
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(parent, name)
                info = os.lstat(path)
                if stat.S_ISREG(info.st_mode) and (info.st_dev, info.st_ino) not in seen:
                    seen.add((info.st_dev, info.st_ino))
                    index[hash_file(path)].add(path)
    return {key: paths for key, paths in index.items() if len(paths) > 1}


def parse(lines):
    twins = {}
    for line in lines:
        if line.startswith('  '):
            name = line[2:]
            if name.startswith('file://'):
                name = os.fsdecode(urllib.parse.unquote_to_bytes(name[len('file://'):]))
            twins[key].append(name)
        else:
            key = line
            twins[key] = []
    return twins


class IndexFolder(ExampleTestCase):
    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content=b'twin'):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'wb') as file:
            file.write(content)

    def find(self, *folders, **kwargs):
        lines, errors, status = self.run_program(*folders, **kwargs)
        twins = parse(lines)
        for names in twins.values():
            self.assertEqual(names, sorted(set(names)))
        return {key: set(names) for key, names in twins.items()}, errors, status

    def test_no_folder(self):
        """If no folder is named, it is the current one."""
        self.write('a')
        self.write('b/c')
        twins, errors, status = self.find(cwd=self.folder)
        self.assertEqual(list(twins.values()), [{self.path('a'), self.path('b/c')}])
        self.assertEqual((errors, status), ([], 0))

    def test_real_folder(self):
        """It finds what os.walk and hashlib find in this machine's Python."""
        folder = os.path.join(sysconfig.get_path('stdlib'), 'encodings')
        other = os.path.join(sysconfig.get_path('stdlib'), 'json')
        for name in os.listdir(folder):
            if name.endswith('.py'):
                with open(os.path.join(folder, name), 'rb') as file:
                    self.write(f'copies/{name}', file.read())
        folders = folder, other, self.folder
        expected = find_twins(*folders)
        self.assertGreater(len(expected), 50)
        self.assertEqual(self.find(*folders), (expected, [], 0))

    def test_kinds_of_files(self):
        """Links and what is no file are left out, and a file with two names counts once."""
        self.write('a')
        self.write('b/c/twin')
        self.write('b/other', b'toin')
        self.write('b/longer', b'twin2')
        for name in 'empty', 'b/empty':
            self.write(name, b'')
        os.symlink('a', self.path('link'))
        os.symlink('nowhere', self.path('broken'))
        os.symlink('..', self.path('b/up'))
        os.symlink('b', self.path('folder'))
        os.mkfifo(self.path('fifo'))
        self.write('hard', b'alone')
        os.link(self.path('hard'), self.path('b/hard'))
        expected = {hashlib.sha256(content).hexdigest(): {self.path(name) for name in names}
                    for content, names in ((b'twin', ['a', 'b/c/twin']),
                                           (b'', ['empty', 'b/empty']))}
        self.assertEqual(self.find(self.folder), (expected, [], 0))
        self.assertEqual(self.find(self.folder, self.path('b'), self.folder), (expected, [], 0))

    def test_sizes(self):
        """Files that differ in one byte, wherever that is, are no twins."""
        size = 1024 * 1024 + 1
        for place in 0, 256 * 1024 - 1, 256 * 1024, size - 1:
            content = bytearray(size)
            content[place] = 1
            for n in range(3):
                self.write(f'{place} {n}', content)
        twins, errors, status = self.find(self.folder)
        self.assertEqual((twins, errors, status), (find_twins(self.folder), [], 0))
        self.assertEqual([len(names) for names in twins.values()], [3] * 4)

    def test_large(self):
        """The walk is over long before all is read, and nothing is left on the belt."""
        for n in range(16):
            self.write(str(n))
            os.truncate(self.path(str(n)), 8 * 1024 * 1024)
        twins, errors, status = self.find(self.folder)
        self.assertEqual((twins, errors, status), (find_twins(self.folder), [], 0))

    def test_names(self):
        """Any name is printed so that it can be told from others."""
        names = ['a b', '  ', '☃', '-n', '%41', '#?', os.fsdecode(b'\xff\xfe'), '.hidden',
                 'x' * 255]
        for name in names:
            self.write(name)
        twins, errors, status = self.find(self.folder)
        self.assertEqual(list(twins.values()), [{self.path(name) for name in names}])
        self.assertEqual((errors, status), ([], 0))

    def test_deep(self):
        """A folder in a folder, and so on."""
        self.write('/'.join('d' * 500) + '/twin')
        self.write('twin')
        twins, errors, status = self.find(self.folder)
        self.assertEqual((twins, errors, status), (find_twins(self.folder), [], 0))

    def test_missing(self):
        """What is not there is reported, and the rest is indexed."""
        self.write('a')
        self.write('b')
        twins, errors, status = self.find(self.path('none'), self.path('a'), self.folder)
        self.assertEqual(twins, find_twins(self.folder))
        self.assertEqual([line.split(': ')[0] for line in errors],
                         [self.path('none'), self.path('a')])
        self.assertEqual(status, 1)

    def test_unreadable(self):
        """What may not be read is reported, and the rest is indexed."""
        for name in 'a', 'b', 'secret', 'closed/c':
            self.write(name)
        os.chmod(self.folder, 0o755)
        os.chmod(self.path('secret'), 0)
        os.chmod(self.path('closed'), 0)
        self.exit_stack.callback(os.chmod, self.path('closed'), 0o700)
        user = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.geteuid() == 0 else {}

        # In the home of another user it cannot.
        if subprocess.run(['test', '-r', sys.argv[-1]], check=False, **user).returncode != 0:
            raise unittest.SkipTest('an unprivileged user may not run it here')

        twins, errors, status = self.find(self.folder, **user)
        self.assertEqual(list(twins.values()), [{self.path('a'), self.path('b')}])
        self.assertEqual(sorted(line.split(': ')[0] for line in errors),
                         [self.path('closed'), self.path('secret')])
        self.assertEqual(status, 1)

    def test_interrupted(self):
        """On Ctrl-C it ends, and what it has found by then is right."""
        missing = [f'/none/{n:0250}' for n in range(400)]
        for signum in signal.SIGINT, signal.SIGTERM:
            program = self.start(*missing, sysconfig.get_path('stdlib'))
            # It cannot come to the end of what is missing before all of this is read.
            self.assertTrue(program.stderr.readline().startswith(missing[0]))
            program.send_signal(signum)
            lines, errors, status = program.finish()
            self.assertEqual((errors[-1], status), ('Interrupted: not all was looked at', 1))
            for key, names in parse(lines).items():
                self.assertGreater(len(names), 1)
                self.assertEqual({hash_file(name) for name in names}, {key})


main()
