# SPDX-License-Identifier: LGPL-2.1-or-later
"""A coroutine that is cancelled, at whatever moment, loses nothing."""

import asyncio
import itertools
import sys
import unittest

from aqtest import QUEUES, Aq, main, on_all_loops

CANCELLED = asyncio.CancelledError


@on_all_loops
class AtEveryTurn:
    """N turns after what completes it, a get or put is cancelled."""

    N_LATEST = 6

    async def test_get(self):
        for cls, n in itertools.product(QUEUES, range(self.N_LATEST)):
            with self.subTest(cls=cls.__name__, n=n):
                queue = cls()
                getter = await self.start(queue.get())
                queue.put_nowait(1)
                for _ in range(n):
                    await asyncio.sleep(0)
                getter.cancel()
                result, = await self.finish(getter)
                if isinstance(result, CANCELLED):
                    result = await asyncio.wait_for(queue.get(), 30)
                self.assertEqual(result, 1)
                self.assertTrue(queue.empty())

    async def test_get_passes_its_promise_on(self):
        for cls, n in itertools.product(QUEUES, range(self.N_LATEST)):
            with self.subTest(cls=cls.__name__, n=n):
                queue = cls()
                first = await self.start(queue.get())
                second = await self.start(queue.get())
                queue.put_nowait(1)
                for _ in range(n):
                    await asyncio.sleep(0)
                if first.cancel():
                    results = await self.finish(first, second)
                    self.assertIsInstance(results[0], CANCELLED)
                    self.assertEqual(results[1], 1)
                else:
                    self.assertEqual(first.result(), 1)
                    second.cancel()
                self.assertTrue(queue.empty())

    async def test_put(self):
        for cls, n in itertools.product(QUEUES, range(self.N_LATEST)):
            with self.subTest(cls=cls.__name__, n=n):
                queue = cls(1)
                queue.put_nowait(1)
                putter = await self.start(queue.put(2))
                self.assertEqual(queue.get_nowait(), 1)
                for _ in range(n):
                    await asyncio.sleep(0)
                putter.cancel()
                self.assertEqual(await self.finish(putter), [None])
                self.assertEqual(queue.get_nowait(), 2)

    async def test_put_in_line(self):
        for cls, n in itertools.product(QUEUES, range(self.N_LATEST)):
            with self.subTest(cls=cls.__name__, n=n):
                queue = cls(1)
                queue.put_nowait(1)
                putter = await self.start(queue.put(2))
                for _ in range(n):
                    await asyncio.sleep(0)
                putter.cancel()
                await self.assert_raises(CANCELLED, putter)
                self.assertEqual(queue.get_nowait(), 1)
                self.assertTrue(queue.empty())

    async def test_join(self):
        for n in range(self.N_LATEST):
            with self.subTest(n=n):
                queue = Aq.Queue()
                queue.put_nowait(1)
                joiner = await self.start(queue.join())
                queue.task_done()
                for _ in range(n):
                    await asyncio.sleep(0)
                expected = CANCELLED if joiner.cancel() else type(None)
                result, = await self.finish(joiner)
                self.assertIs(type(result), expected)

    async def test_all_at_once(self):
        """Whatever is cancelled, and when: each item that got in comes out once."""
        for seed in range(40):
            queue = Aq.Queue(3)
            putters = [asyncio.ensure_future(queue.put(n)) for n in range(20)]
            getters = [asyncio.ensure_future(queue.get()) for _ in range(20)]
            for n, task in enumerate(putters + getters):
                if (n * 7 + seed) % 5 == 0:
                    await asyncio.sleep(0)
                if (n * 11 + seed) % 3 == 0:
                    task.cancel()
            for _ in range(seed % 7):
                await asyncio.sleep(0)
            for task in putters + getters:
                task.cancel()
            results = await self.finish(*putters, *getters)
            went_in = {n for n, result in enumerate(results[:20]) if result is None}
            came_out = [item for item in results[20:] if not isinstance(item, CANCELLED)]
            while not queue.empty():
                came_out.append(queue.get_nowait())
            self.assertEqual(sorted(came_out), sorted(went_in))


@on_all_loops
class TooLate:
    """A put that took effect succeeds, and the cancellation comes at the next await."""

    def setUp(self):
        super().setUp()
        self.queue = Aq.Queue(1)
        self.queue.put_nowait(1)
        self.steps = []

    async def _put_and_go_on(self):
        await self.queue.put(2)
        self.steps.append('put')
        await asyncio.sleep(0)
        self.steps.append('went on')

    def assert_item_is_in(self):
        self.assertEqual(self.queue.get_nowait(), 2)
        self.assertTrue(self.queue.empty())

    async def test_delivered_at_next_await(self):
        task = await self.start(self._put_and_go_on())
        self.queue.get_nowait()
        task.cancel('message')
        result, = await self.finish(task)
        self.assertIsInstance(result, CANCELLED)
        self.assertEqual(self.steps, ['put'])
        self.assert_item_is_in()
        if sys.version_info >= (3, 11):
            self.assertEqual(task.cancelling(), 1)

    async def test_cancelled_twice(self):
        task = await self.start(self._put_and_go_on())
        self.queue.get_nowait()
        task.cancel()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await self.assert_raises(CANCELLED, task)
        self.assertEqual(self.steps, ['put'])
        self.assert_item_is_in()

    async def test_next_await_is_a_get(self):
        async def put_and_get():
            await self.queue.put(2)
            await self.queue.join()

        task = await self.start(put_and_get())
        self.queue.get_nowait()
        task.cancel()
        await self.assert_raises(CANCELLED, task)
        self.assert_item_is_in()

    async def test_wait_for(self):
        task = await self.start(asyncio.wait_for(self.queue.put(2), 30))
        self.queue.get_nowait()
        task.cancel()
        await self.finish(task)
        self.assert_item_is_in()

    async def test_wait_for_in_line(self):
        await self.assert_raises(asyncio.TimeoutError,
                                 asyncio.wait_for(self.queue.put(2), 0.01))
        self.assertEqual(self.queue.get_nowait(), 1)
        self.assertTrue(self.queue.empty())

    @unittest.skipIf(sys.version_info < (3, 11), 'asyncio.timeout() came with Python 3.11')
    async def test_timeout(self):
        async def put_in_time():
            async with asyncio.timeout(None) as timeout:
                self.timeout = timeout
                await self.queue.put(2)
            self.assertEqual(asyncio.current_task().cancelling(), 0)
            for _ in range(5):
                await asyncio.sleep(0)
            return timeout.expired()

        task = await self.start(put_in_time())
        # It expires in the turn in which there is room.
        self.queue.get_nowait()
        self.timeout._on_timeout()
        # The block had its effect, so the timeout takes its cancellation back.
        self.assertEqual(await self.finish(task), [True])
        self.assert_item_is_in()

    @unittest.skipIf(sys.version_info < (3, 11), 'asyncio.timeout() came with Python 3.11')
    async def test_timeout_and_cancelled(self):
        """The timeout takes back its own cancellation, and not that of another."""
        async def put_in_time():
            async with asyncio.timeout(None) as timeout:
                self.timeout = timeout
                await self.queue.put(2)
            self.steps.append('put')
            await self.queue.join()

        task = await self.start(put_in_time())
        self.queue.get_nowait()
        self.timeout._on_timeout()
        task.cancel()
        await self.assert_raises(CANCELLED, task)
        self.assertEqual(self.steps, ['put'])
        self.assert_item_is_in()

    @unittest.skipIf(sys.version_info < (3, 11), 'asyncio.timeout() came with Python 3.11')
    async def test_timeout_with_another_await(self):
        async def put_and_go_on():
            async with asyncio.timeout(None) as timeout:
                self.timeout = timeout
                await self._put_and_go_on()

        task = await self.start(put_and_go_on())
        self.queue.get_nowait()
        self.timeout._on_timeout()
        await self.assert_raises(TimeoutError, task)
        self.assertEqual(self.steps, ['put'])
        self.assert_item_is_in()

    @unittest.skipIf(sys.version_info < (3, 11), 'TaskGroup came with Python 3.11')
    async def test_task_group(self):
        async def fail():
            raise ZeroDivisionError

        async def group():
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fail())
                self.queue.get_nowait()
                await self._put_and_go_on()

        self.queue.get_nowait()
        self.queue.put_nowait(0)
        result, = await self.finish(group())
        self.assertEqual(type(result).__name__, 'ExceptionGroup')


@on_all_loops
class Closed:
    """A coroutine that nobody resumes any more, as when the garbage collector takes it."""

    async def test_get(self):
        queue = Aq.Queue()
        coroutine = queue.get()
        coroutine.send(None)
        self.assertEqual(queue.get_waiting_getters(), 1)
        coroutine.close()
        self.assertEqual(queue.get_waiting_getters(), 0)
        queue.put_nowait(1)
        self.assertEqual(queue.get_nowait(), 1)

    async def test_get_with_a_promise(self):
        queue = Aq.Queue()
        coroutine = queue.get()
        coroutine.send(None)
        queue.put_nowait(1)
        self.assertRaises(asyncio.QueueEmpty, queue.get_nowait)
        coroutine.close()
        self.assertEqual(queue.get_nowait(), 1)

    async def test_put(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        coroutine = queue.put(2)
        coroutine.send(None)
        coroutine.close()
        self.assertEqual(queue.get_waiting_putters(), 0)
        self.assertEqual(queue.get_nowait(), 1)
        self.assertTrue(queue.empty())

    async def test_put_of_what_is_in(self):
        for cls in QUEUES:
            queue = cls(1)
            queue.put_nowait(1)
            coroutine = queue.put(2)
            coroutine.send(None)
            self.assertEqual(queue.get_nowait(), 1)
            coroutine.close()
            self.assertEqual(queue.get_nowait(), 2)


if __name__ == '__main__':
    main()
