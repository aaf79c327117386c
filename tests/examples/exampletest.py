# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the examples share. They get the command to test as arguments."""

import contextlib
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    from tap import TAPTestRunner
except ImportError:
    TAPTestRunner = None

# Not a verdict: far more than anything here takes, so that nothing can hang.
TOO_LONG = 60


class Program(subprocess.Popen):
    """A program that runs. What it writes is text, whatever the bytes."""

    def __init__(self, *command, **kwargs):
        super().__init__(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, encoding='utf-8', errors='surrogateescape',
                         **kwargs)

    def finish(self, text=None):
        """Returns what it writes, its errors, and its status."""
        try:
            output, errors = self.communicate(text, timeout=TOO_LONG)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return output.splitlines(), errors.splitlines(), self.returncode

    def interrupt(self):
        self.send_signal(signal.SIGINT)


class ExampleTestCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.exit_stack = contextlib.ExitStack()
        self.addCleanup(self.exit_stack.close)
        self.folder = self.exit_stack.enter_context(tempfile.TemporaryDirectory())

    def start(self, *args, command=None, **kwargs):
        program = Program(*(command or sys.argv[1:]), *args, **kwargs)
        self.exit_stack.enter_context(program)
        self.exit_stack.callback(program.kill)
        return program

    def run_program(self, *args, text=None, **kwargs):
        return self.start(*args, **kwargs).finish(text)


def main():
    if TAPTestRunner is None:
        print('1..0 # SKIP tappy is missing: install python3-tap')
        return
    runner = TAPTestRunner()
    runner.set_stream(True)
    runner.set_format('{method_name} {short_description}')
    unittest.main(argv=sys.argv[:1], testRunner=runner)
