#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Counts the tests in Meson's log: it counts programs, and each has many.

A test reports what else it counted with g_test_message ("figure: NAME VALUE"),
or another program with a line "# figure: NAME VALUE"; values of the same name
are added up.
"""

import collections
import json
import re
import sys

FIGURE_LINE = re.compile(r'^# figure: (.*) (\d+)$', re.MULTILINE)
TAP_LINE = re.compile(r'^(not )?ok\b(.*)$', re.MULTILINE)


class Summary:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.figures = collections.Counter()

    def add_figures(self, text):
        for name, value in FIGURE_LINE.findall(text):
            self.figures[name] += int(value)

    def add_program(self, program):
        text = program.get('stdout') or ''
        n_failed = 0
        for is_bad, rest in TAP_LINE.findall(text):
            if is_bad:
                n_failed += 1
            elif re.search(r'# skip', rest, re.IGNORECASE):
                self.skipped += 1
            else:
                self.passed += 1

        # The whole program was skipped, and says so in its plan.
        if program['result'] == 'SKIP':
            self.skipped += 1
        # A crash or a timeout is no line of its own.
        elif n_failed == 0 and program['result'] != 'OK':
            n_failed = 1

        self.failed += n_failed
        self.add_figures(text)

    def add_log(self, path):
        with open(path) as log:
            for line in log:
                self.add_program(json.loads(line))

    def print_figures(self):
        for name, value in self.figures.items():
            print('{:>15,} {}'.format(value, name))

    def print_counts(self):
        print('{} passed, {} failed, {} skipped'.format(self.passed, self.failed, self.skipped))


if __name__ == '__main__':
    summary = Summary()
    summary.add_log(sys.argv[1])
    summary.print_figures()
    summary.print_counts()
