# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nobody freezes beside coroutines that have much to do: promise P6.

The clock here goes on by what the coroutines do, and by nothing else. So all is counted, and
it does not matter how fast the machine is.
"""

import asyncio
import itertools
import threading
import time

from aqtest import QUEUES, TOO_LONG, Aq, GLib, main, on_all_loops, set_clock

BOUNDS = (0, 1, 10, 100, 1000)

# Seconds of work that each side has with an item.
WORK = (0, 200e-6, 2e-3)

# What it takes to come to put or get.
LOOK = 20e-6

# Seconds
FRAME = 0.016
FRAMES = 40


class Window:
    """Draws each 16 ms of our clock, whenever the event loop lets it."""

    def __init__(self, loop):
        self.loop = loop
        self.now = 1
        self.due = None
        self.n_drawn = 0
        self.is_over = loop.create_future()
        set_clock(self.look)

    def look(self):
        # Other threads never look.
        self.go_on(LOOK)
        return self.now

    def go_on(self, seconds):
        self.now += seconds
        if self.due is None:
            # The event loop has begun.
            self.end = self.now + FRAMES * FRAME
            self.due = self.now + FRAME
        elif self.now >= self.due:
            self.due = float('inf')
            self.call_when_idle(self._draw)
        if self.now >= self.end and not self.is_over.done():
            self.is_over.set_result(None)

    def _draw(self, *args):
        self.n_drawn += 1
        self.due = self.now + FRAME

    def call_when_idle(self, function):
        context = getattr(self.loop, '_context', None)
        if isinstance(context, GLib.MainContext):
            source = GLib.idle_source_new()
            source.set_priority(120)  # as GTK's
            source.set_callback(function)
            source.attach(context)
        else:
            self.loop.call_soon(function)


@on_all_loops
class Turns:
    async def _check(self, bound, work, n_pairs=1, n_threads=0):
        queue = Aq.Queue(bound)
        window = Window(self.loop)

        async def produce():
            while True:
                await queue.put(1)
                window.go_on(work)

        async def consume():
            async for _ in queue:
                window.go_on(work)

        def produce_in_thread():
            try:
                while True:
                    queue.put_sync(1)
                    # Else no bound is none of memory either.
                    while queue.qsize() > 2000 and queue.get_state() == Aq.QueueState.OPEN:
                        time.sleep(0)
            except Aq.QueueShutDown:
                pass

        threads = [threading.Thread(target=produce_in_thread) for _ in range(n_threads)]
        for thread in threads:
            thread.start()
        sides = (consume,) if threads else (produce, consume)
        tasks = [asyncio.ensure_future(side()) for side in sides * n_pairs]
        await asyncio.wait_for(window.is_over, TOO_LONG)
        set_clock(lambda: 1)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        queue.shutdown()
        for thread in threads:
            thread.join()
        # The last one may be due when all is over.
        self.assertGreaterEqual(window.n_drawn + 1, 0.9 * FRAMES)

    async def test_two_coroutines(self):
        for bound, work in itertools.product(BOUNDS, WORK):
            with self.subTest(bound=bound, work=work):
                await self._check(bound, work)

    async def test_many_coroutines(self):
        for bound, work in itertools.product(BOUNDS[::2], WORK):
            with self.subTest(bound=bound, work=work):
                await self._check(bound, work, n_pairs=4)

    async def test_threads(self):
        for n_threads, bound in itertools.product((1, 4), BOUNDS):
            with self.subTest(n_threads=n_threads, bound=bound):
                await self._check(bound, 200e-6, n_threads=n_threads)

    async def test_everybody_goes_on(self):
        """Of those who have much to do nobody keeps the others from it."""
        window = Window(self.loop)
        done = [0] * 5

        async def work(n):
            queue = Aq.Queue()
            while True:
                await queue.put(n)
                done[n] += 1

        tasks = [asyncio.ensure_future(work(n)) for n in range(len(done))]
        await asyncio.wait_for(window.is_over, TOO_LONG)
        set_clock(lambda: 1)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        self.assertGreater(min(done), max(done) / 2)


@on_all_loops
class StandingBack:
    def setUp(self):
        super().setUp()
        self.now = 1
        set_clock(lambda: self.now)
        self.addCleanup(set_clock, lambda: 1)

    async def _work(self):
        """Asks for a turn, and works until one is overdue."""
        self.now += 1
        await Aq.Queue().put(None)
        self.now += 1

    async def _start_late(self, coroutine):
        """Returns a task of that, which comes when a turn is overdue."""
        asyncio.ensure_future(self._work())
        task = await self.start(coroutine)
        self.assertFalse(task.done())
        return task

    async def _check_cancelled(self, task):
        task.cancel()
        await self.assert_raises(asyncio.CancelledError, task)

    async def test_goes_on(self):
        queue = Aq.Queue()
        putter = await self._start_late(queue.put(1))
        self.assertEqual(await self.finish(putter), [None])
        getter = await self._start_late(queue.get())
        self.assertEqual(await self.finish(getter), [1])

    async def test_put_cancelled(self):
        """Its item is not in."""
        for cls in QUEUES:
            queue = cls()
            await self._check_cancelled(await self._start_late(queue.put(1)))
            self.assertEqual(queue.qsize(), 0)

    async def test_get_cancelled(self):
        """It took none."""
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait(1)
            await self._check_cancelled(await self._start_late(queue.get()))
            await self._check_cancelled(await self._start_late(anext(queue)))
            self.assertEqual(queue.get_nowait(), 1)

    async def test_get_that_waited_cancelled(self):
        """It gives its promise back."""
        queue = Aq.Queue()
        getter = await self.start(queue.get())
        asyncio.ensure_future(self._work())
        queue.put_nowait(1)
        await asyncio.sleep(0)
        self.assertFalse(getter.done())
        await self._check_cancelled(getter)
        self.assertEqual(queue.get_nowait(), 1)

    async def test_put_that_waited_cancelled(self):
        """Its item is in, and so it succeeds."""
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        putter = await self.start(queue.put(2))
        asyncio.ensure_future(self._work())
        self.assertEqual(queue.get_nowait(), 1)
        await asyncio.sleep(0)
        self.assertFalse(putter.done())
        putter.cancel()
        self.assertEqual(await self.finish(putter), [None])
        self.assertEqual(queue.get_nowait(), 2)

    async def test_nobody_works(self):
        """A loop that has come round since is not busy, however long ago that was."""
        queue = Aq.Queue()
        for n in range(5):
            self.now += 1
            task = await self.start(queue.put(n))
            self.assertTrue(task.done())
            # That is long enough for a loop to come to rest.
            await asyncio.sleep(0.01)

    def test_loop_that_ends_during_a_break(self):
        """It leaves the next one in its thread alone."""
        async def leave():
            putter = await self._start_late(Aq.Queue().put(1))
            putter.cancel()

        self.loop.run_until_complete(leave())
        self.loop.close()

        loop = self.new_loop()
        queue = Aq.Queue()
        for n in range(3):
            loop.run_until_complete(asyncio.wait_for(queue.put(n), TOO_LONG))
        loop.close()


if __name__ == '__main__':
    main()
