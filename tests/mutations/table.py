# SPDX-License-Identifier: LGPL-2.1-or-later

"""Reads the table of mutations, and applies them to the text of a file."""

import pathlib
import re

PATH = pathlib.Path(__file__).with_name('table.txt')

SECTION = re.compile(r'== (.+)')
NAME = re.compile(r'[a-z0-9-]+')
GAP = r'(?:\s|/\*.*?\*/)+'
CAUGHT_BY = re.compile(r'caught by (\S+)')
PLACE = re.compile(r'in (\S+?)(?:, (\w+) \(\))?')


class Failed(Exception):
    pass


class Change:
    """One pair of an old and a new text, in one file."""

    def __init__(self, file, function):
        self.file = 'aqueue/' + file
        self.function = function
        self.old = []
        self.new = None  # a list, once there is a line of it

    def find(self, text):
        """Returns where in the text of the file the old one begins and ends."""
        begin, end = 0, len(text)
        place = self.file
        if self.function is not None:
            place = '{} () in {}'.format(self.function, place)
            functions = list(re.finditer(r'^{} \(.*?^}}$'.format(self.function), text,
                                         re.MULTILINE | re.DOTALL))
            if len(functions) != 1:
                raise Failed('{} is found {} times, not once'.format(place, len(functions)))
            begin, end = functions[0].span()

        old = ' '.join(self.old)
        spans = [match.span() for match in words_pattern(old).finditer(text, begin, end)]
        if len(spans) != 1:
            raise Failed('in {} this is found {} times, not once: {}'.format(
                place, len(spans), old))
        return spans[0]


def words_pattern(text):
    """Matches the same words with any white space, or comments, between them."""
    words = GAP.join(map(re.escape, text.split()))
    # Not in the middle of a longer word, either.
    return re.compile((r'\b' if re.match(r'\w', text) else '') + words +
                      (r'\b' if re.search(r'\w$', text) else ''), re.DOTALL)


class Mutation:
    def __init__(self, section, name, sentence):
        self.section = section
        self.name = name
        self.sentence = sentence
        self.caught_by = None
        self.changes = []

    def apply(self, read):
        """Returns the new texts by file, given a function that reads one."""
        texts = {}
        for file in {change.file for change in self.changes}:
            text = read(file)
            changes = sorted(((change.find(text), change) for change in self.changes
                              if change.file == file), key=lambda pair: pair[0])
            for ((_, end), _), ((begin, _), _) in zip(changes, changes[1:]):
                if begin < end:
                    raise Failed('two old texts overlap in ' + file)
            for (begin, end), change in reversed(changes):
                text = text[:begin] + '\n'.join(change.new or []) + text[end:]
            texts[file] = text
        return texts


def read_entry(section, lines):
    """Reads the (number, line) pairs of one mutation."""
    lines = iter(lines)
    _, name = next(lines)
    _, sentence = next(lines, (0, ''))
    mutation = Mutation(section, name, sentence)
    place = None
    change = None
    for n, line in lines:
        if match := CAUGHT_BY.fullmatch(line):
            mutation.caught_by = match.group(1)
        elif match := PLACE.fullmatch(line):
            place = match.groups()
            change = None
        elif place is not None and line.startswith('- '):
            if change is None or change.new is not None:
                change = Change(*place)
                mutation.changes.append(change)
            change.old.append(line[2:].strip())
        elif change is not None and (line == '+' or line.startswith('+ ')):
            change.new = (change.new or []) + [line[2:].strip()]
        else:
            raise Failed('{}:{}: this says nothing: {}'.format(PATH.name, n, line))

    if not (NAME.fullmatch(name) and sentence and section and mutation.caught_by and
            mutation.changes):
        raise Failed('{}: {} lacks something'.format(PATH.name, name))
    if any(change.old == change.new for change in mutation.changes):
        raise Failed('{}: {} changes nothing'.format(PATH.name, name))
    return mutation


def read():
    """Returns all mutations, in their order."""
    mutations = []
    section = None
    entry = []
    for n, line in enumerate([*PATH.read_text(encoding='utf-8').splitlines(), ''], 1):
        line = line.rstrip()
        if match := SECTION.fullmatch(line):
            section = match.group(1)
        elif line and not line.startswith('#'):
            entry.append((n, line))
        elif entry and not line:
            mutations.append(read_entry(section, entry))
            entry = []

    names = [mutation.name for mutation in mutations]
    for name in names:
        if names.count(name) > 1:
            raise Failed('{}: there are two of {}'.format(PATH.name, name))
    return mutations


def remember(caught_by):
    """Writes down which test noticed, by the name of the mutation."""
    lines = PATH.read_text(encoding='utf-8').splitlines()
    name = None
    for n, line in enumerate(lines):
        if NAME.fullmatch(line) and (n == 0 or not lines[n - 1]):
            name = line
        elif CAUGHT_BY.fullmatch(line) and name in caught_by:
            lines[n] = 'caught by ' + caught_by[name]
    PATH.write_text('\n'.join(lines) + '\n', encoding='utf-8')
