#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Counts the tests in Meson's log: it counts programs, and each has many."""

import json
import re
import sys

TAP_LINE = re.compile(r'^(not )?ok\b(.*)$', re.MULTILINE)


def count(program):
    passed = failed = skipped = 0
    for is_bad, rest in TAP_LINE.findall(program.get('stdout', '')):
        if is_bad:
            failed += 1
        elif re.search(r'# skip', rest, re.IGNORECASE):
            skipped += 1
        else:
            passed += 1

    # A crash or a timeout is no line of its own.
    if failed == 0 and program['result'] not in ('OK', 'SKIP'):
        failed = 1

    return passed, failed, skipped


with open(sys.argv[1]) as log:
    counts = [count(json.loads(line)) for line in log]

print('{} passed, {} failed, {} skipped'.format(*map(sum, zip(*counts))))
