# SPDX-License-Identifier: LGPL-2.1-or-later
"""Event loops, and what we keep of each."""

import asyncio
import functools
import threading
import weakref

from gi.repository import GLib

from .pace import Pace
from .wakeup import get_wakeup_fd

# Less urgent than all else: a source that is called when there is nothing else to do.
_LEAST_URGENT = GLib.MAXINT32

# The longest break, in microseconds, for the case that there is always something else to do.
_BREAK_LENGTH = 500


class _Thread(threading.local):
    # A weak reference to what we keep of the event loop that last ran here.
    loop = staticmethod(lambda: None)


_thread = _Thread()


class Loop:
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
        self.loop = weakref.ref(loop)
        self.context = GLib.MainContext.new()
        self.pace = Pace(self)
        self.watch(get_wakeup_fd(self.context))

    @classmethod
    def get(cls):
        """Returns that of the event loop that runs in this thread, or None."""
        loop = asyncio._get_running_loop()
        if loop is None:
            return None
        self = cls._loops.get(loop)
        if self is None:
            runs_glib = isinstance(getattr(loop, '_context', None), GLib.MainContext)
            self = cls._loops[loop] = (GLibLoop if runs_glib else Loop)(loop)
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
        while self.context.iteration(False):
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


async def stand_back():
    """Lets others have their turn if it is time to."""
    loop = Loop.get()
    if loop is not None:
        await loop.pace.look()
