# SPDX-License-Identifier: LGPL-2.1-or-later
"""Event loops and runs of trio, and what we keep of each."""

import asyncio
import functools
import math
import sys
import threading
import weakref

from gi.repository import GLib

from .pace import Pace
from .wakeup import get_wakeup_fd

# Less urgent than all else: a source that is called when there is nothing else to do.
_LEAST_URGENT = GLib.MAXINT32

# The longest break, in microseconds, for the case that there is always something else to do.
_BREAK_LENGTH = 500


# That of C, which PyGObject wraps in one with a default.
_iterate = GLib.MainContext.__mro__[1].iteration


class _Thread(threading.local):
    # A weak reference to what we keep of the event loop that last ran here.
    loop = staticmethod(lambda: None)


_thread = _Thread()


class Loop(Pace):
    """What we keep of an event loop.

    It has a GMainContext of ours, which is polled by the event loop, and that nobody else has
    a source in: so it can be run at any time, and is run at the end of each call that may have
    completed something. A coroutine is then resumed as soon as one that waits for asyncio's
    queues.
    """

    _loops = weakref.WeakKeyDictionary()

    # What is raised in a coroutine that is cancelled
    Cancelled = asyncio.CancelledError

    def __init__(self, loop):
        super().__init__()
        self.loop = weakref.ref(loop)
        self.context = GLib.MainContext.new()
        self.watch(get_wakeup_fd(self.context))
        self.run()

    @staticmethod
    def get():
        """Returns that of the event loop that runs in this thread, or None."""
        token = _get_trio_token()
        loop = token or asyncio._get_running_loop()
        if loop is None:
            return None
        self = Loop._loops.get(loop)
        if self is None:
            if token is not None:
                make = TrioLoop
            elif isinstance(getattr(loop, '_context', None), GLib.MainContext):
                make = GLibLoop
            else:
                make = Loop
            self = Loop._loops[loop] = make(loop)
        if _thread.loop() is not self:
            _thread.loop = weakref.ref(self)
        return self

    @staticmethod
    def run_here():
        """Runs the context for the event loop that runs in this thread, if there is one."""
        self = _thread.loop()
        if self is not None and self.runs_here():
            self.run()

    def __enter__(self):
        self.context.push_thread_default()

    def __exit__(self, *exc_info):
        self.context.pop_thread_default()

    def run(self):
        # Up to one that finds nothing: only then we are woken for what comes next.
        while _iterate(self.context, False):
            pass

    def watch(self, fd):
        """Has the context run when there is something to read."""
        self.loop().add_reader(fd, self.run)

    def runs_here(self):
        return asyncio._get_running_loop() is self.loop()

    def is_closed(self):
        loop = self.loop()
        return loop is None or loop.is_closed()

    def new_wakeup(self):
        """Returns what a coroutine can await until wake() is called with it."""
        return self.loop().create_future()

    def wake(self, wakeup):
        if not wakeup.done() and not self.is_closed():
            wakeup.set_result(None)

    async def sleep(self, wakeup):
        """Awaits that, or a cancellation, which is not raised."""
        try:
            await wakeup
        except asyncio.CancelledError:
            pass

    def get_task(self):
        """Returns what to call cancel_later() with."""
        task = asyncio.current_task()
        return task, _count_cancels(task)

    def cancel_later(self, task_and_count, cancelled):
        """Cancels a task at its next await, since it was cancelled during one too late."""
        task, n_cancels = task_and_count
        if task is None or _is_cancelled_by_anyio(task):
            return

        def cancel():
            # A timeout, say, takes its cancellation back when its block has ended.
            if not hasattr(task, 'uncancel'):
                task.cancel(*cancelled.args)
            elif not task.done() and task.cancelling() > n_cancels:
                task.uncancel()
                task.cancel(*cancelled.args)

        # Not at once: if the task ends without another await, it has not been cancelled.
        self.call_soon(cancel)

    # For the pace

    def call_soon(self, callback):
        self.loop().call_soon(callback)

    def call_in_turn(self, callback):
        """Calls back when all others have had their turn.

        That is when this turn is over, and then one whose time to wait is over has been told
        so in one turn, and has gone on in another.
        """
        self._call_in_turns(3, callback)

    def _call_in_turns(self, n_turns, callback):
        if n_turns > 1:
            callback = functools.partial(self._call_in_turns, n_turns - 1, callback)
        self.call_soon(callback)

    def limit_break(self, callback):
        """Calls back when a break is long enough, unless that is forgotten before."""

    def forget_limit(self):
        pass


class GLibLoop(Loop):
    """One that runs a GMainContext, in which others have sources."""

    _limit = None

    def call_in_turn(self, callback):
        self._attach(GLib.idle_source_new(), _LEAST_URGENT, callback)

    def limit_break(self, callback):
        self._limit = GLib.timeout_source_new(1)
        self._limit.set_ready_time(GLib.get_monotonic_time() + _BREAK_LENGTH)
        self._attach(self._limit, GLib.PRIORITY_DEFAULT, callback)

    def forget_limit(self):
        self._limit.destroy()

    def _attach(self, source, priority, callback):
        def call(*args):
            callback()
            return GLib.SOURCE_REMOVE

        source.set_priority(priority)
        source.set_callback(call)
        source.attach(self.loop()._context)


class TrioLoop(Loop):
    """A run of trio."""

    def __init__(self, token):
        self._trio = sys.modules['trio']
        self.Cancelled = self._trio.Cancelled
        self._is_over = False
        super().__init__(token)

    def runs_here(self):
        try:
            return self._trio.lowlevel.current_trio_token() is self.loop()
        except RuntimeError:
            return False

    def watch(self, fd):
        self._trio.lowlevel.spawn_system_task(self._run_when_readable, fd)

    async def _run_when_readable(self, fd):
        try:
            while True:
                await self._trio.lowlevel.wait_readable(fd)
                self.run()
        finally:
            self._is_over = True

    def is_closed(self):
        return self._is_over

    def new_wakeup(self):
        return _TrioWakeup(self._trio.Event())

    async def sleep(self, wakeup):
        with self._trio.CancelScope(shield=True):
            await wakeup

    def get_task(self):
        return None

    def cancel_later(self, task, cancelled):
        # The scope that is cancelled does so by itself.
        pass

    def call_soon(self, callback):
        self.loop().run_sync_soon(callback)


class _TrioWakeup:
    def __init__(self, event):
        self._event = event

    def __await__(self):
        return self._event.wait().__await__()

    def done(self):
        return self._event.is_set()

    def set_result(self, result):
        self._event.set()


def _get_trio_token():
    """Returns that of the run of trio whose task this is, or None."""
    trio = sys.modules.get('trio')
    if trio is None:
        return None
    try:
        # A run may be the guest of another event loop, whose tasks are none of its own.
        trio.lowlevel.current_task()
        return trio.lowlevel.current_trio_token()
    except RuntimeError:
        return None


def _count_cancels(task):
    # Python 3.11 brought cancelling() and uncancel().
    return task.cancelling() if hasattr(task, 'cancelling') else 0


def _is_cancelled_by_anyio(task):
    """Returns whether a scope of anyio cancels the current task until its block has ended."""
    anyio = sys.modules.get('anyio')
    if anyio is None:
        return False
    if anyio.current_effective_deadline() == -math.inf:
        return True

    # Before version 4 that does not tell of one that is cancelled by a call.
    states = getattr(sys.modules.get('anyio._backends._asyncio'), '_task_states', {})
    scope = states[task].cancel_scope if task in states else None
    while scope is not None and not scope.cancel_called and not scope.shield:
        scope = scope._parent_scope
    return scope is not None and scope.cancel_called


async def stand_back():
    """Lets others have their turn if it is time to."""
    loop = Loop.get()
    if loop is not None:
        await loop.stand_back()
