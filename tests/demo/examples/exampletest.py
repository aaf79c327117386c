# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the examples share. They get the command to test as arguments."""

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

try:
    from tap import TAPTestRunner
except ImportError:
    TAPTestRunner = None

# 'meson test --test-args=-m=thorough' gives this to all tests, and there is no long form.
sys.argv[1:] = [arg for arg in sys.argv[1:] if arg != '-m=thorough']

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

    def interrupt_until_it_ends(self):
        """Two signals that come at once are one, so there is no saying how many it takes."""
        while self.poll() is None:
            self.interrupt()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.wait(0.01)


def drip(client):
    """Sends a byte now and then until there is an answer, or none to come. Returns it."""
    with client, contextlib.suppress(ConnectionError):
        client.settimeout(0.1)
        while True:
            client.sendall(b'G')
            with contextlib.suppress(socket.timeout):
                return client.recv(4096)
    return b''


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
