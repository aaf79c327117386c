# SPDX-License-Identifier: LGPL-2.1-or-later
"""A coroutine that waits."""

import asyncio
import weakref

from gi.repository import Gio

from .loops import Loop, stand_back
from .pace import monotonic, thread


class Wait:
    """A put, get or join of a coroutine that has to wait.

    The callback only tells the coroutine to look. The result stays with us until that
    runs and collects it, or drops it, whereupon its promise goes to the next in line.
    """

    def __init__(self, queue, start, *args):
        self.loop = Loop.get()
        if self.loop is None:
            raise RuntimeError('no running event loop')
        self.task = asyncio.current_task()
        self.n_cancels = _count_cancels(self.task)
        self.wakeup = self.loop.new_wakeup()
        self.result = None
        self.queue = queue
        self.cancellable = Gio.Cancellable()

        with self.loop:
            start(*args, self.cancellable, self._called_cb)
        queue._waits.add(self)
        queue._loops.add(weakref.ref(self.loop))
        self.loop.run()

    def _called_cb(self, queue, result):
        self.queue._waits.discard(self)
        if self.wakeup is None:
            return
        if self.loop.is_closed():
            self.end()
            return
        self.result = result
        self.loop.wake(self.wakeup)

    async def until_called(self):
        await self.wakeup
        if monotonic() >= thread.next_look:
            await stand_back()

    async def cancel(self):
        """Cancels it and waits until it is decided, however often we are cancelled."""
        self.cancellable.cancel()
        self.loop.run()
        while self.result is None:
            self.wakeup = self.loop.new_wakeup()
            try:
                await self.wakeup
            except asyncio.CancelledError:
                pass

    def cancel_task_later(self, cancelled):
        """Cancels the task at its next await, since it was cancelled during one too late."""
        task = self.task
        if task is None:
            return

        def cancel():
            # A timeout, say, takes its cancellation back when its block has ended.
            if not hasattr(task, 'uncancel'):
                task.cancel(*cancelled.args)
            elif not task.done() and task.cancelling() > self.n_cancels:
                task.uncancel()
                task.cancel(*cancelled.args)

        # Not at once: if the task ends without another await, it has not been cancelled.
        self.loop.call_soon(cancel)

    def end(self):
        self.queue._waits.discard(self)
        if self.result is None:
            self.cancellable.cancel()
        self.result = None
        self.wakeup = None
        self.queue._wake_waits()


def _count_cancels(task):
    # Python 3.11 brought cancelling() and uncancel().
    return task.cancelling() if hasattr(task, 'cancelling') else 0
