# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks at how the files of the library depend on each other.

layers.py SOURCE LIBRARY NM

A file is aq-x.c with its headers. It knows another one if it includes a header of that, or
needs a symbol of it; NM tells which, of the objects in LIBRARY, a static one. No file knows
one that knows it, and the list in aq-queue-private.h is true.
"""

import collections
import pathlib
import re
import subprocess
import sys

import checks

LIST = 'aq-queue-private.h'

# The header that programs include. It has all that is public, and no file includes it.
UMBRELLA = 'aqueue'

INCLUDE = re.compile(r'^#include ["<](?:aqueue/)?(aq[\w-]*\.h)[">]', re.MULTILINE)


def file_of(name):
    """Returns 'aq-x', of the name of a source, a header, or an object."""
    return re.search(r'(aq[a-z-]*?)(-private)?\.[^/]*$', name)[1]


class Layers:
    def __init__(self, source, library, nm):
        self.folder = source / 'aqueue'
        paths = sorted(path for path in self.folder.iterdir()
                       if re.fullmatch(r'aq.*\.(c|h|h\.in)', path.name))
        self.files = {file_of(path.name) for path in paths} - {UMBRELLA}

        # What each file knows, and by which header, or which symbols.
        self.included = collections.defaultdict(lambda: collections.defaultdict(set))
        for path in paths:
            for name in INCLUDE.findall(path.read_text(encoding='utf-8')):
                self.add(self.included, file_of(path.name), file_of(name), name)

        self.called = collections.defaultdict(lambda: collections.defaultdict(set))
        defined, needed = {}, collections.defaultdict(set)
        for file, kind, symbol in symbols_in(library, nm):
            if kind == 'U':
                needed[file].add(symbol)
            elif kind.isupper():
                defined[symbol] = file
        self.with_objects = set(defined.values())
        for file, symbols in needed.items():
            for symbol in symbols & defined.keys():
                self.add(self.called, file, defined[symbol], symbol)

    def add(self, graph, file, other, what):
        if file != other and UMBRELLA not in (file, other):
            graph[file][other].add(what)

    def all_edges(self):
        for graph in self.included, self.called:
            for file, others in graph.items():
                for other, what in others.items():
                    yield file, other, what

    # The tests

    def test_found(self):
        """all files of the library are looked at"""
        sources = {file_of(path.name) for path in self.folder.glob('aq-*.c')}
        assert sources and sources == self.with_objects, (
            f'Without an object, or without a symbol: {sorted(sources ^ self.with_objects)}')

    def test_includes(self):
        """no file includes one that includes it, at however many removes"""
        assert self.included, 'Nothing is included'
        check_no_circle(self.included)

    def test_calls(self):
        """no file calls one that calls it, at however many removes"""
        assert self.called, 'Nothing is called'
        check_no_circle(self.called)

    def test_both(self):
        """nor is there a circle of includes and calls"""
        both = collections.defaultdict(lambda: collections.defaultdict(set))
        for file, other, what in self.all_edges():
            both[file][other] |= what
        check_no_circle(both)

    def test_list(self):
        """the list in aq-queue-private.h has each file, below all that it knows"""
        lines = read_list(self.folder / LIST)
        listed = [file for line in lines for file in line]
        assert len(listed) == len(set(listed)), 'A file is listed twice'
        assert set(listed) == self.files, (
            f'Not listed: {sorted(self.files - set(listed))}; '
            f'listed, and not there: {sorted(set(listed) - self.files)}')

        line_of = {file: n for n, line in enumerate(lines) for file in line}
        wrong = [f'{file} knows {other} by {", ".join(sorted(what))}'
                 for file, other, what in self.all_edges() if line_of[other] >= line_of[file]]
        assert not wrong, 'Not above it in the list:\n' + '\n'.join(wrong)


def symbols_in(library, nm):
    """Yields the file, kind, and name of each symbol."""
    printed = subprocess.run([nm, library], text=True, check=True, stdout=subprocess.PIPE).stdout
    file = None
    for line in printed.splitlines():
        if line.endswith(':'):
            file = file_of(line[:-1])
        elif line:
            *_, kind, symbol = line.split()
            yield file, kind, symbol


def read_list(path):
    """Returns the lines of the list, each with the files that it names."""
    comment = path.read_text(encoding='utf-8').partition('How the library is built.')[2]
    comment = comment.partition('*/')[0]
    lines = re.findall(r'^ \*   (aq-[\w-]+(?:, aq-[\w-]+)*)', comment, re.MULTILINE)
    assert lines, f'{path.name} has no list'
    return [line.split(', ') for line in lines]


def check_no_circle(graph):
    """Goes down from each file; what it comes back to is in a circle."""
    done = set()

    def go_down(file, way):
        if file in way:
            circle = way[way.index(file):] + [file]
            raise AssertionError('A circle:\n' + '\n'.join(
                f'{one} knows {other} by {", ".join(sorted(graph[one][other]))}'
                for one, other in zip(circle, circle[1:])))
        if file not in done:
            for other in sorted(graph.get(file, ())):
                go_down(other, way + [file])
            done.add(file)

    for file in sorted(graph):
        go_down(file, [])


def main():
    layers = Layers(pathlib.Path(sys.argv[1]), *sys.argv[2:])
    return checks.run([getattr(layers, name) for name in vars(Layers)
                       if name.startswith('test_')])


if __name__ == '__main__':
    sys.exit(main())
