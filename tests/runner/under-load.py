#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs the tests again and again, beside more work than the machine has processors for.

Called by 'tests/run --under-load'. A test that judges by a clock fails here, since
others have the processors for most of the time.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = PROJECT / os.environ.get('AQ_BUILD', '_build')
LOGS = BUILD / 'meson-logs'

LOOPS_PER_PROCESSOR = 2
N_SLOWEST = 5

# It ends with the process that started it, however that ends.
BUSY_LOOP = '''
import os, sys
while os.getppid() == int(sys.argv[1]):
    for _ in range(1000000):
        pass
'''

NOT_OK = re.compile(r'^not ok \d+(?: -)? *(.*)$', re.MULTILINE)


class Programs:
    """Those that were started and have to be stopped, whatever happens."""

    def __init__(self):
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, *args):
        for program in self.running:
            program.terminate()
        for program in self.running:
            program.wait()

    def start(self, *command, **options):
        # Ctrl-C is for us alone, who stop them.
        program = subprocess.Popen([str(word) for word in command], start_new_session=True,
                                   **options)
        self.running.append(program)
        return program


class Tests:
    """What came out so far."""

    def __init__(self):
        self.n_runs = self.n_passed = 0
        self.failures = collections.Counter()
        self.longest = collections.Counter()

    def run(self, words):
        """Returns what failed."""
        for path in LOGS.glob('testlog.*'):
            path.unlink()
        # One more than there are processors, as tests/run does.
        with Programs() as programs:
            meson = programs.start('meson', 'test', '-C', BUILD, '--no-rebuild', '--num-processes',
                                   len(os.sched_getaffinity(0)) + 1, *words,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            text, _ = meson.communicate()
        if not (LOGS / 'testlog.json').exists():
            sys.exit(f'{text}No test was run.')

        failures = []
        for line in (LOGS / 'testlog.json').read_text(encoding='utf-8').splitlines():
            failures += self.add_program(json.loads(line))
        if meson.returncode != 0 and not failures:
            failures.append('meson test')

        self.n_runs += 1
        self.n_passed += not failures
        self.failures.update(failures)
        if failures:
            shutil.copy(LOGS / 'testlog.txt', LOGS / f'under-load-{self.n_runs}.txt')
        return failures

    def add_program(self, program):
        name = program['name'].rpartition(' / ')[2]
        self.longest[name] = max(self.longest[name], program['duration'])
        if program['result'] in ('OK', 'SKIP', 'EXPECTEDFAIL'):
            return []
        # One that crashed or took too long may have had no time to say where.
        return [f'{name} {where}'
                for where in NOT_OK.findall(program['stdout'] or '') or [program['result']]]

    def print(self):
        print(f'{self.n_passed} of {self.n_runs} runs passed')
        for failure, n in self.failures.most_common():
            print(f'  failed {n} of {self.n_runs} times: {failure}')
        if self.failures:
            print(f'  see {LOGS}/under-load-*.txt')

        tests = subprocess.check_output(['meson', 'introspect', '--tests', BUILD])
        limits = {test['name']: test['timeout'] for test in json.loads(tests)}
        print('nearest to their time limits:')
        for name in sorted(self.longest, key=lambda name: -self.longest[name] / limits[name]
                           )[:N_SLOWEST]:
            print(f'  {self.longest[name]:4.0f} s of {limits[name]:3} s: {name}')


def main():
    parser = argparse.ArgumentParser(
        prog='tests/run --under-load', usage='%(prog)s [TIMES] [NAME…]',
        description='Runs the tests many times, 20 if nothing is said, with two busy loops '
                    'beside them for each processor, and tells which failed, and which were slow. '
                    "Other options go to 'meson test'.")
    _, words = parser.parse_known_args()
    times = int(words.pop(0)) if words and words[0].isdecimal() else 20

    for number in signal.SIGHUP, signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda number, frame: sys.exit(128 + number))

    for path in LOGS.glob('under-load-*.txt'):
        path.unlink()

    tests = Tests()
    with Programs() as loops:
        for _ in range(LOOPS_PER_PROCESSOR * len(os.sched_getaffinity(0))):
            loops.start(sys.executable, '-c', BUSY_LOOP, os.getpid())
        for number in range(1, times + 1):
            start = time.monotonic()
            failures = tests.run(words)
            print(f'run {number} of {times}: {time.monotonic() - start:.0f} s, '
                  f'{"failed: " + ", ".join(failures) if failures else "passed"}', flush=True)

    tests.print()
    return tests.n_passed < tests.n_runs


if __name__ == '__main__':
    sys.exit(main())
