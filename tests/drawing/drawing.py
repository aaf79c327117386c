#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs a program for each case of table.ini, and judges what it tells (P6).

The program gets, behind the WORDs that are given here, the bound, the work, the number
of threads that put, and what [program] says, in its order; and prints one line:

    CONTROL-DRAWS CONTROL-GAP DRAWS GAP ITEMS ITEMS-WITHOUT-A-WINDOW

where a gap is the longest time without drawing, in µs. Verdicts are counts against
those of the control, which ran in the same process at the same time.
"""

import argparse
import configparser
import itertools
import os
import pathlib
import subprocess
import sys

TABLE = pathlib.Path(__file__).resolve().parent / 'table.ini'


def read_table():
    table = configparser.ConfigParser()
    table.read(TABLE)
    return table


def list_cases(table, is_thorough, has_threads):
    section = table['all' if is_thorough else 'short']
    columns = [[int(word) for word in section[name].split(';')]
               for name in ('bounds', 'work', 'producers')]
    return [case for case in itertools.product(*columns) if has_threads or case[2] == 0]


class Figures:
    def __init__(self, line):
        (self.control_draws, self.control_gap, self.draws, self.gap,
         self.items, self.items_alone) = map(int, line.split())

    def find_faults(self, right):
        if self.draws < right.getfloat('draws') * self.control_draws:
            yield 'drawn {} times, the control {}'.format(self.draws, self.control_draws)
        if self.gap > right.getfloat('gap') * self.control_gap:
            yield '{} ms without drawing, the control {}'.format(
                self.gap // 1000, self.control_gap // 1000)
        if self.items < right.getfloat('items') * self.items_alone:
            yield '{} items, {} without a window'.format(self.items, self.items_alone)

    def __str__(self):
        return ('drawn {:4} of {:4}, longest gap {:4} of {:4} ms, '
                '{:.2f} of the items without a window').format(
                    self.draws, self.control_draws, self.gap // 1000,
                    self.control_gap // 1000, self.items / max(self.items_alone, 1))


def try_case(words, case, table, clock):
    """Returns the figures, and what is wrong with them."""
    right = table['right']

    for _ in range(int(right['tries'])):
        done = subprocess.run([*words, *map(str, case), *table['program'].values()],
                              env={**os.environ, 'LD_PRELOAD': clock},
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            return None, ['it ended with {}'.format(done.returncode)]

        figures = Figures(done.stdout)
        faults = list(figures.find_faults(right))
        if not faults:
            break

    return figures, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--no-threads', action='store_true', help='the language has none')
    parser.add_argument('--clock', default='', metavar='LIBRARY', help='drawing-clock')
    parser.add_argument('words', metavar='WORD', nargs=argparse.REMAINDER,
                        help='the program, and its arguments; -m=thorough: try all cases')
    args = parser.parse_args()

    table = read_table()
    is_thorough = '-m=thorough' in args.words # meson appends it, as for programs in C
    if is_thorough:
        args.words.remove('-m=thorough')
    cases = list_cases(table, is_thorough, not args.no_threads)
    n_wrong = 0

    print('1..{}'.format(len(cases)), flush=True)
    for number, case in enumerate(cases, 1):
        figures, faults = try_case(args.words, case, table, args.clock)
        n_wrong += bool(faults)

        print('{} {} bound {}, {} µs an item, {}: {}'.format(
            'not ok' if faults else 'ok', number, case[0], case[1],
            'a producer in the loop' if case[2] == 0 else
            '{} producers in threads'.format(case[2]), figures), flush=True)
        for fault in faults:
            print('#', fault)

    sys.exit(n_wrong > 0)


if __name__ == '__main__':
    main()
