# SPDX-License-Identifier: LGPL-2.1-or-later
"""A coroutine that waits."""

import weakref

from gi.repository import Gio

from .loops import Loop, stand_back
from .pace import monotonic, thread


# To make a cancellable takes long, too, and one that was not cancelled is as good as new.
_spare_cancellables = []
_N_SPARE_CANCELLABLES = 100


class Wait:
    """A put, get or join of a coroutine that has to wait.

    The callback only tells the coroutine to look. The result stays with us until that
    runs and collects it, or drops it, whereupon its promise goes to the next in line.
    """

    def __init__(self, queue, start, *args):
        self.loop = Loop.get()
        if self.loop is None:
            raise RuntimeError('no running event loop')
        self.task = self.loop.get_task()
        self.wakeup = self.loop.new_wakeup()
        self.result = None
        self.queue = queue
        try:
            self.cancellable = _spare_cancellables.pop()
        except IndexError:
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
            await self.loop.sleep(self.wakeup)

    def end(self):
        self.queue._waits.discard(self)
        if self.result is None:
            self.cancellable.cancel()
        elif (len(_spare_cancellables) < _N_SPARE_CANCELLABLES
              and not self.cancellable.is_cancelled()):
            _spare_cancellables.append(self.cancellable)
        self.result = None
        self.wakeup = None
        if self.queue._waits:
            self.queue._wake_waits()
