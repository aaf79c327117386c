# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the Python overrides share."""

import asyncio
import importlib
import inspect
import os
import sys
import unittest

import gi

gi.require_version('Aq', '1')
from gi.repository import Aq, GLib  # noqa: E402

try:
    from tap import TAPTestRunner
except ImportError:
    TAPTestRunner = None

try:
    from gi.events import GLibEventLoop
except ImportError:
    try:
        from gbulb import GLibEventLoop as _GbulbEventLoop
    except ImportError:
        GLibEventLoop = None
    else:
        def GLibEventLoop(context):
            return _GbulbEventLoop(context=context)


def _import(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


anyio, trio, uvloop = map(_import, ('anyio', 'trio', 'uvloop'))
MISSING = [name for name in ('anyio', 'trio', 'uvloop') if globals()[name] is None]

QUEUES = (Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue)

# There nothing may be missing, so that nothing is skipped unseen.
if os.environ.get('CI') and (MISSING or None in (TAPTestRunner, GLibEventLoop)):
    sys.exit(f'Missing: {MISSING}, python3-tap, or a loop that runs GLib, as gbulb has')

# 'meson test --test-args=-m=thorough' gives this to all tests, and there is no long form.
sys.argv[1:] = [arg for arg in sys.argv[1:] if arg != '-m=thorough']



def set_clock(clock):
    """Sets the one by which coroutines stand back."""
    for name, module in sys.modules.items():
        if name.startswith(Aq.Queue.__module__) and hasattr(module, 'monotonic'):
            module.monotonic = clock
    sys.modules[f'{Aq.Queue.__module__}.pace'].thread.next_look = 0


# So nobody stands back because the machine is slow.
set_clock(lambda: 1)

# Not a verdict: far more than anything here takes, so that nothing can hang.
TOO_LONG = 60


class _LoopTestCase(unittest.TestCase):
    """Has an event loop for each test."""

    def setUp(self):
        self.loop = self.new_loop()
        self.addCleanup(self.loop.close)

    def run_on_loop(self, coroutine):
        self.loop.run_until_complete(asyncio.wait_for(coroutine, 5 * TOO_LONG))

    async def start(self, coroutine):
        """Returns a task that has come to its first wait, or to its end."""
        task = asyncio.ensure_future(coroutine)
        await asyncio.sleep(0)
        return task

    async def finish(self, *awaitables):
        """Returns the results, in a list, and exceptions among them."""
        tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
        _, pending = await asyncio.wait(tasks, timeout=TOO_LONG)
        self.assertFalse(pending, 'it hangs')
        return await asyncio.gather(*tasks, return_exceptions=True)

    async def assert_woken(self, task):
        """One turn later, as with asyncio's queues."""
        await asyncio.sleep(0)
        self.assertTrue(task.done())

    async def assert_raises(self, exception, awaitable):
        result, = await self.finish(awaitable)
        self.assertIs(type(result), exception)


class PlainLoopTestCase(_LoopTestCase):
    """On asyncio's own loop, which knows nothing of GLib."""

    def new_loop(self):
        return asyncio.new_event_loop()


class UvloopTestCase(_LoopTestCase):
    """On a loop that is not asyncio's."""

    def new_loop(self):
        if uvloop is None:
            self.skipTest('uvloop is missing')
        return uvloop.new_event_loop()


class GLibLoopTestCase(_LoopTestCase):
    """On a loop that runs a GMainContext."""

    def new_loop(self):
        if GLibEventLoop is None:
            self.skipTest('gbulb is missing: there is no event loop that runs GLib')
        return GLibEventLoop(GLib.MainContext.new())


def on_all_loops(cases):
    """Makes test cases of a class: one for each kind of event loop."""
    module = sys.modules[cases.__module__]
    members = {'__module__': cases.__module__}
    for name, method in vars(cases).items():
        if name.startswith('test') and inspect.iscoroutinefunction(method):
            members[name] = _make_test(method)

    for name, base in (('Plain', PlainLoopTestCase), ('Uvloop', UvloopTestCase),
                       ('GLib', GLibLoopTestCase)):
        name += cases.__name__
        setattr(module, name, type(name, (cases, base), members))
    return cases


def _make_test(method):
    def test(self):
        self.run_on_loop(method(self))

    return test


def main():
    GLib.log_set_always_fatal(GLib.LogLevelFlags.LEVEL_CRITICAL)
    if TAPTestRunner is None:
        print('1..0 # SKIP tappy is missing: install python3-tap')
        return
    runner = TAPTestRunner()
    runner.set_stream(True)
    runner.set_format('{method_name} {short_description}')
    unittest.main(testRunner=runner)
