# SPDX-License-Identifier: LGPL-2.1-or-later
"""A window beside a queue: see drawing.py, and table.ini.

The first argument is the event loop: 'glib', which has a window; or 'asyncio' or 'uvloop',
where another task is what has to get its turn.
"""

import asyncio
import contextlib
import sys
import threading
import time
from time import monotonic

import gi

gi.require_version('Aq', '1')
from gi.repository import Aq, GLib  # noqa: E402

WAY = sys.argv[1]
(BOUND, WORK_US, N_THREADS, DRAW_EVERY_MS, DRAW_PRIORITY, SLICE_MS, N_ROUNDS) = map(
    int, sys.argv[2:])


def new_loop():
    if WAY == 'asyncio':
        return asyncio.new_event_loop()
    if WAY == 'uvloop':
        import uvloop
        return uvloop.new_event_loop()
    try:
        from gi.events import GLibEventLoop
        return GLibEventLoop(GLib.MainContext.new())
    except ImportError:
        from gbulb import GLibEventLoop
        return GLibEventLoop(context=GLib.MainContext.new())


def work():
    end = monotonic() + WORK_US / 1e6
    while WORK_US > 0 and monotonic() < end:
        pass


class Phase:
    """What is done in turns, and what came of it."""

    def __init__(self, has_window=True):
        self.has_window = has_window
        self.n_draws = self.gap = self.n_items = 0

    async def run(self):
        self.loop = asyncio.get_running_loop()
        self.context = self.loop._context if WAY == 'glib' else None
        self.last_draw = monotonic()
        stop_drawing = self.start_drawing() if self.has_window else lambda: None
        self.is_over = asyncio.Event()
        self.start()

        self.loop.call_later(SLICE_MS / 1e3, self.is_over.set)
        await self.is_over.wait()
        self.note_gap()
        stop_drawing()
        await self.stop()

    def note_gap(self):
        now = monotonic()
        self.gap = max(self.gap, now - self.last_draw)
        self.last_draw = now

    def draw(self, *args):
        self.note_gap()
        self.n_draws += 1
        return GLib.SOURCE_CONTINUE

    def start_drawing(self):
        if self.context is not None:
            return self.attach(GLib.timeout_source_new(DRAW_EVERY_MS), DRAW_PRIORITY, self.draw)
        return asyncio.ensure_future(self.draw_in_task()).cancel

    async def draw_in_task(self):
        while True:
            await asyncio.sleep(DRAW_EVERY_MS / 1e3)
            self.draw()

    def attach(self, source, priority, function):
        source.set_priority(priority)
        source.set_callback(function)
        source.attach(self.context)
        return source.destroy


class Control(Phase):
    """As busy as a queue, and less urgent than a window."""

    def start(self):
        if self.context is not None:
            self.end = self.attach(GLib.idle_source_new(), GLib.PRIORITY_LOW, self.work)
        else:
            self.end = asyncio.ensure_future(self.work_in_task()).cancel

    def work(self, *args):
        work()
        return GLib.SOURCE_CONTINUE

    async def work_in_task(self):
        while True:
            work()
            await asyncio.sleep(0)

    async def stop(self):
        self.end()


class Queue(Phase):
    def start(self):
        self.queue = Aq.Queue(BOUND)
        self.threads = [threading.Thread(target=self.produce_in_thread)
                        for _ in range(N_THREADS)]
        for thread in self.threads:
            thread.start()
        sides = [self.consume()] if self.threads else [self.produce(), self.consume()]
        self.tasks = [asyncio.ensure_future(side) for side in sides]

    async def produce(self):
        with contextlib.suppress(Aq.QueueShutDown):
            while True:
                await self.queue.put(0)
                work()

    async def consume(self):
        async for _ in self.queue:
            self.n_items += 1
            work()

    def produce_in_thread(self):
        with contextlib.suppress(Aq.QueueShutDown):
            while True:
                self.queue.put_sync(0)
                # Without a bound, there is one of memory.
                while self.queue.qsize() > 100_000 and not self.is_over.is_set():
                    time.sleep(0.001)

    async def stop(self):
        self.queue.shutdown(immediate=True)
        await asyncio.gather(*self.tasks)
        for thread in self.threads:
            thread.join()


async def main():
    phases = [Control(), Queue(), Queue(has_window=False)]
    for _ in range(N_ROUNDS):
        for phase in phases:
            await phase.run()

    control, queue, alone = phases
    print(control.n_draws, int(control.gap * 1e6), queue.n_draws, int(queue.gap * 1e6),
          queue.n_items, alone.n_items)


loop = new_loop()
loop.run_until_complete(main())
loop.close()
