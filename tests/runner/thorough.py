#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Does all that can be done to prove the library, and sums it up.

Called by 'tests/run --thorough [STAGE…]', which sees to it that what it needs is
installed. Each stage leaves its output in a file of the build folder.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from summary import Summary

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = os.environ.get('AQ_BUILD', '_build')

FUZZ_SECONDS = 120
SOAK_MINUTES = 2

# What has no business in a sanitizer, or would take too long.
ONLY_C = ['-Dintrospection=disabled', '-Dgtk=disabled', '-Ddocs=disabled']


class Stage:
    def __init__(self, name, options):
        self.name = name
        self.options = options
        self.summary = Summary()
        self.build = PROJECT / '{}-{}'.format(BUILD, name)
        self.log_path = PROJECT / '{}-{}.log'.format(BUILD, name)
        self.log = open(self.log_path, 'w')

    def call(self, *command, **env):
        """Returns the output, and whether the command succeeded."""
        done = subprocess.run([str(word) for word in command], cwd=PROJECT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              errors='replace', env={**os.environ, **env})
        self.log.write(done.stdout)
        self.log.flush()
        return done.stdout, done.returncode == 0

    def check(self, is_good):
        if is_good:
            self.summary.passed += 1
        else:
            self.summary.failed += 1

    def compile(self, *options, **env):
        words = ['meson', 'setup', self.build, *options]
        if (self.build / 'build.ninja').exists():
            words.append('--reconfigure')
        built = self.call(*words, **env)[1] and self.call('ninja', '-C', self.build)[1]
        if not built:
            self.check(False)
        return built

    def test(self, *options):
        """Returns what the programs have printed."""
        logs = self.build / 'meson-logs'
        for path in logs.glob('testlog*.json'):
            path.unlink()

        _, is_good = self.call('meson', 'test', '-C', self.build, '--no-rebuild',
                               '--print-errorlogs', *options)
        text = ''
        for path in logs.glob('testlog*.json'):
            self.summary.add_log(path)
            text += path.read_text()

        # It may not even have begun.
        if self.summary.passed == 0 or (not is_good and self.summary.failed == 0):
            self.check(False)
        return text

    def run_script(self, *command):
        text, is_good = self.call(*command)
        self.summary.add_figures(text)
        return text, is_good


def run_tests(stage):
    if stage.compile():
        stage.test('--test-args=-m=thorough', '--timeout-multiplier=10')


def run_address(stage):
    if stage.compile(*ONLY_C, '-Db_sanitize=address,undefined'):
        text = stage.test('--timeout-multiplier=5')
        stage.summary.figures['leaks'] += text.count('ERROR: LeakSanitizer')


def run_thread(stage):
    if stage.compile(*ONLY_C, '-Db_sanitize=thread'):
        text = stage.test('--timeout-multiplier=10', '--no-suite=sequential')
        stage.summary.figures['races'] += text.count('WARNING: ThreadSanitizer')


def run_valgrind(stage):
    if stage.compile(*ONLY_C):
        text = stage.test('--setup=valgrind', '--no-suite=sequential')
        stage.summary.figures['leaks'] += text.count('definitely lost in')


def run_mutations(stage):
    text, _ = stage.run_script(sys.executable, 'tests/mutations/run')
    figures = stage.summary.figures
    stage.summary.passed += figures['mutations killed']
    stage.summary.failed += max(1, figures['mutations']) - figures['mutations killed']


def run_coverage(stage):
    text, is_good = stage.call('tests/runner/coverage', '--report', 'test-model-1')
    stage.check(is_good)
    by_model = Summary()
    by_model.add_figures(text)
    for name, value in by_model.figures.items():
        if 'coverage' in name:
            stage.summary.figures[name + ' by the model alone'] = value

    stage.check(stage.run_script('tests/runner/coverage')[1])


def run_fuzz(stage):
    clang = shutil.which('clang') or shutil.which('clang-14')
    if not stage.compile('-Dintrospection=disabled', '-Ddemo=false', '-Db_lundef=false',
                         '-Db_sanitize=address,undefined',
                         '-Dc_args=-fsanitize=fuzzer-no-link', CC=clang):
        return
    corpus = stage.build / 'corpus'
    shutil.rmtree(corpus, ignore_errors=True)
    shutil.copytree(PROJECT / 'tests/model/corpus', corpus)
    text, is_good = stage.call(stage.build / 'tests/model/fuzz-model', '-seed=1',
                               '-max_total_time={}'.format(FUZZ_SECONDS), '-max_len=502',
                               '-len_control=0', '-timeout=60', corpus)
    stage.check(is_good)
    done = re.search(r'Done (\d+) runs', text)
    stage.summary.figures['fuzzed programs'] += int(done.group(1)) if done else 0


def run_soak(stage):
    if stage.compile('-Dintrospection=disabled', '-Ddemo=false'):
        stage.check(stage.run_script(stage.build / 'tests/stress/aq-soak',
                                     '--minutes', stage.options.soak)[1])


STAGES = {
    'tests': ('all tests, in their long form', run_tests),
    'address': ('AddressSanitizer, UndefinedBehaviorSanitizer, LeakSanitizer', run_address),
    'thread': ('ThreadSanitizer', run_thread),
    'valgrind': ('valgrind', run_valgrind),
    'fuzz': ('libFuzzer, with the model', run_fuzz),
    'soak': ('all at once and at random, for minutes', run_soak),
    'mutations': ('deliberate bugs', run_mutations),
    'coverage': ('coverage', run_coverage),
}


def main():
    parser = argparse.ArgumentParser(
        prog='tests/run --thorough', formatter_class=argparse.RawDescriptionHelpFormatter,
        description='Proves the library in every way we know.',
        epilog='stages:\n' + '\n'.join('  {:<12}{}'.format(name, what)
                                       for name, (what, _) in STAGES.items()))
    parser.add_argument('stage', nargs='*', metavar='STAGE', help='only these')
    parser.add_argument('--soak', type=int, default=SOAK_MINUTES, metavar='MINUTES',
                        help='how long to soak, such as 60 (default: %(default)s)')
    options = parser.parse_args()
    names = options.stage or list(STAGES)
    for name in names:
        if name not in STAGES:
            parser.error('there is no stage "{}"'.format(name))

    total = Summary()
    for name in names:
        what, run = STAGES[name]
        stage = Stage(name, options)
        start = time.monotonic()
        print('{:<12}{}…'.format(name, what), flush=True)
        run(stage)

        summary = stage.summary
        print('{:<12}{} passed, {} failed, {} skipped, {:.0f} s'.format(
            '', summary.passed, summary.failed, summary.skipped, time.monotonic() - start))
        if summary.failed > 0:
            print('{:<12}see {}'.format('', stage.log_path.name))
        sys.stdout.flush()

        total.passed += summary.passed
        total.failed += summary.failed
        total.skipped += summary.skipped
        total.figures.update(summary.figures)

    print()
    total.print_figures()
    total.print_counts()

    return 1 if total.failed > 0 else 0


if __name__ == '__main__':
    sys.exit(main())
