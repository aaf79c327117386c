# SPDX-License-Identifier: LGPL-2.1-or-later
"""Event loops, and the GMainContext that each has."""

import asyncio
import weakref

from gi.repository import GLib

from .wakeup import get_wakeup_fd


class LoopContext:
    """The GMainContext in which an event loop is called back.

    A loop which runs a GMainContext is given its own. Any other gets one that is
    polled by the loop, and that nobody else has a source in: so it can be run at any
    time, and is run at the end of each call that may have completed something. A
    coroutine is then resumed as soon as one that waits for asyncio's queues.
    """

    _contexts = weakref.WeakKeyDictionary()

    def __init__(self, loop):
        self.context = getattr(loop, '_context', None)
        self.is_ours = not isinstance(self.context, GLib.MainContext)
        if self.is_ours:
            self.context = GLib.MainContext.new()
            loop.add_reader(get_wakeup_fd(self.context), self.run)

    @classmethod
    def of_loop(cls, loop):
        context = cls._contexts.get(loop)
        if context is None:
            context = cls._contexts[loop] = cls(loop)
        return context

    @classmethod
    def run_here(cls):
        """Runs that of the event loop that runs in this thread, if there is one."""
        loop = asyncio._get_running_loop()
        context = cls._contexts.get(loop) if loop is not None else None
        if context is not None:
            context.run()

    def __enter__(self):
        self.context.push_thread_default()

    def __exit__(self, *exc_info):
        self.context.pop_thread_default()

    def run(self):
        # Up to one that finds nothing: only then we are woken for what comes next.
        while self.is_ours and self.context.iteration(False):
            pass
