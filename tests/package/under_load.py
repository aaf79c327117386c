# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks at tests/runner/under-load.py, which others trust to say what failed.

under_load.py SCRIPT
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import checks

# Not a verdict: far more than anything here takes, so that nothing can hang.
TOO_LONG = 60

PROJECT = '''
project('some tests')
sh = find_program('sh')
test('good', sh, args: ['-c', 'exit 0'])
test('bad', sh, args: ['-c', 'echo "1..1"; echo "not ok 1 /is/true"'], protocol: 'tap')
test('second', sh, args: ['-c', 'echo >>@0@/count; [ $(wc -l <@0@/count) -ne 2 ]'])
test('endless', sh, args: ['-c', 'echo >@0@/begun; exec sleep 600'], timeout: 900)
'''


def start(script, build, *words):
    return subprocess.Popen([sys.executable, script, *words], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            env={**os.environ, 'AQ_BUILD': str(build)})


def finish(program):
    """Returns what it prints. All that it has started can print too, so all of that has
    ended by then."""
    return program.communicate(timeout=TOO_LONG)[0]


def test_passed(script, build):
    """runs that pass are counted"""
    program = start(script, build, '2', 'good')
    text = finish(program)
    assert re.search('^2 of 2 runs passed$', text, re.MULTILINE), text
    assert program.returncode == 0, program.returncode


def test_failed(script, build):
    """each test that failed is named, with how often"""
    program = start(script, build, '2', 'good', 'bad', 'second')
    lines = finish(program).splitlines()
    for line in ('0 of 2 runs passed', '  failed 2 of 2 times: bad /is/true',
                 '  failed 1 of 2 times: second FAIL'):
        assert line in lines, f'{line!r} is not in {lines}'
    assert program.returncode == 1, program.returncode


def test_no_test(script, build):
    """tests that do not exist have not passed"""
    program = start(script, build, '2', 'nonsense')
    text = finish(program)
    assert 'passed' not in text and program.returncode == 1, text


def test_stopped(script, build):
    """nothing goes on once it is stopped, however that is"""
    for signum in signal.SIGTERM, signal.SIGINT:
        program = start(script, build, '2', 'endless')
        while not (build / 'begun').exists():
            assert program.poll() is None, finish(program)
        program.send_signal(signum)
        finish(program)
        assert program.returncode == 128 + signum, program.returncode
        (build / 'begun').unlink()


def main():
    tests = [test for name, test in globals().items() if name.startswith('test_')]
    with tempfile.TemporaryDirectory() as folder:
        source, build = pathlib.Path(folder), pathlib.Path(folder, 'build')
        (source / 'meson.build').write_text(PROJECT.replace('@0@', str(build)))
        subprocess.run(['meson', 'setup', build, source], check=True, stdout=subprocess.DEVNULL)
        return checks.run(tests, sys.argv[1], build)


if __name__ == '__main__':
    sys.exit(main())
