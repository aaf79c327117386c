# SPDX-License-Identifier: LGPL-2.1-or-later
"""The behaviours of asyncio.Queue, one by one.

The numbers are those of our list of what CPython's own tests check, in version 3.13.
44 to 46 are about threads and references: see test_threads.py and test_items.py.
"""

import asyncio
import types
import unittest

from aqtest import QUEUES, TOO_LONG, Aq, main, on_all_loops


@on_all_loops
class Basics:
    async def _check_format(self, function):
        queue = Aq.Queue()
        self.assertTrue(function(queue).startswith('<Queue'))
        getter = await self.start(queue.get())
        self.assertIn('_getters[1]', function(queue))
        queue.put_nowait(0)
        self.assertEqual(await getter, 0)

        queue = Aq.Queue(maxsize=1)
        queue.put_nowait(1)
        putter = await self.start(queue.put(2))
        self.assertIn('_putters[1]', function(queue))
        queue.get_nowait()
        await putter

        self.assertIn('_queue=[2]', function(queue))
        return queue

    async def test_01_repr(self):
        queue = await self._check_format(repr)
        self.assertIn(hex(id(queue)), repr(queue))

    async def test_02_str(self):
        queue = await self._check_format(str)
        self.assertNotIn(hex(id(queue)), str(queue))

    def test_03_generic_alias(self):
        self.assertIsInstance(Aq.Queue[int], types.GenericAlias)
        self.assertIsInstance(Aq.Queue[int](maxsize=3), Aq.Queue)

    async def test_04_empty(self):
        queue = Aq.Queue()
        self.assertTrue(queue.empty())
        await queue.put(1)
        self.assertFalse(queue.empty())
        self.assertEqual(await queue.get(), 1)
        self.assertTrue(queue.empty())

    def test_05_full(self):
        queue = Aq.Queue()
        self.assertFalse(queue.full())
        queue.put_nowait(1)
        self.assertFalse(queue.full())
        queue = Aq.Queue(maxsize=1)
        queue.put_nowait(1)
        self.assertTrue(queue.full())

    def test_06_order(self):
        queue = Aq.Queue()
        for n in 1, 3, 2:
            queue.put_nowait(n)
        self.assertEqual([queue.get_nowait() for _ in range(3)], [1, 3, 2])

    async def test_07_maxsize(self):
        queue = Aq.Queue(maxsize=2)
        self.assertEqual(queue.maxsize, 2)
        were_put = []

        async def produce():
            for n in 1, 2, 3:
                await queue.put(n)
                were_put.append(n)
            return 'done'

        task = await self.start(produce())
        self.assertEqual(were_put, [1, 2])
        self.assertEqual(queue.get_nowait(), 1)
        self.assertEqual(queue.qsize(), 2)
        await self.assert_woken(task)
        self.assertEqual(were_put, [1, 2, 3])
        self.assertEqual([queue.get_nowait(), queue.get_nowait()], [2, 3])
        self.assertEqual(await self.finish(task), ['done'])


@on_all_loops
class Get:
    async def test_08_item_is_there(self):
        queue = Aq.Queue()
        queue.put_nowait(1)
        self.assertEqual(await queue.get(), 1)

    async def test_09_lets_a_put_in(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        putter = await self.start(queue.put(2))
        self.assertEqual(await queue.get(), 1)
        self.assertEqual(await self.finish(putter), [None])

    async def test_10_waits(self):
        queue = Aq.Queue()
        started = asyncio.Event()
        finished = False

        async def consume():
            nonlocal finished
            started.set()
            item = await queue.get()
            finished = True
            return item

        task = asyncio.ensure_future(consume())
        await started.wait()
        asyncio.get_running_loop().call_later(0.01, queue.put_nowait, 1)
        await asyncio.sleep(0)
        self.assertFalse(finished)
        self.assertEqual(await self.finish(task), [1])

    def test_11_nowait(self):
        queue = Aq.Queue()
        queue.put_nowait(1)
        self.assertEqual(queue.get_nowait(), 1)

    def test_12_nowait_raises(self):
        self.assertRaises(asyncio.QueueEmpty, Aq.Queue().get_nowait)

    async def test_13_cancelled_one_of_two(self):
        queue = Aq.Queue()
        first = await self.start(queue.get())
        second = await self.start(queue.get())
        first.cancel()
        await self.assert_woken(first)
        queue.put_nowait(0)
        self.assertEqual(await self.finish(second), [0])

    async def test_14_with_waiting_puts(self):
        queue = Aq.Queue(1)
        putters = [asyncio.ensure_future(queue.put(name)) for name in 'ab']
        self.assertEqual(await queue.get(), 'a')
        self.assertEqual(await queue.get(), 'b')
        await self.finish(*putters)

    async def test_15_producer_and_consumer(self):
        queue = Aq.Queue(1)

        async def produce():
            for n in range(5):
                await queue.put(n)

        async def consume():
            return [await queue.get() for _ in range(5)]

        _, items = await self.finish(produce(), consume())
        self.assertEqual(items, [0, 1, 2, 3, 4])

    async def test_16_timed_out_leaves_nothing(self):
        queue = Aq.Queue()
        await self.assert_raises(asyncio.TimeoutError, asyncio.wait_for(queue.get(), 0.1))
        self.assertEqual(queue.get_waiting_getters(), 0)
        self.assertFalse(queue._waits)


@on_all_loops
class Put:
    async def test_17_no_bound(self):
        queue = Aq.Queue()
        await queue.put(1)
        self.assertEqual(queue.get_nowait(), 1)

    async def test_18_waits(self):
        queue = Aq.Queue(1)
        await queue.put(1)
        putter = await self.start(queue.put(2))
        await asyncio.sleep(0)
        self.assertFalse(putter.done())
        self.assertEqual(queue.get_nowait(), 1)
        self.assertEqual(await self.finish(putter), [None])
        self.assertEqual(queue.get_nowait(), 2)

    def test_19_nowait(self):
        queue = Aq.Queue()
        queue.put_nowait(1)
        self.assertEqual(queue.get_nowait(), 1)

    async def test_20_get_cancelled_after_puts(self):
        queue = Aq.Queue()
        reader = await self.start(queue.get())
        queue.put_nowait(1)
        queue.put_nowait(2)
        reader.cancel()
        result, = await self.finish(reader)
        if isinstance(result, asyncio.CancelledError):
            result = await queue.get()
        self.assertEqual(result, 1)
        self.assertEqual(queue.get_nowait(), 2)

    async def test_21_one_of_three_gets_cancelled_after_puts(self):
        queue = Aq.Queue()
        readers = [await self.start(queue.get()) for _ in range(3)]
        queue.put_nowait(1)
        queue.put_nowait(2)
        readers[0].cancel()
        results = await self.finish(*readers)
        self.assertIsInstance(results[0], asyncio.CancelledError)
        self.assertEqual(results[1:], [1, 2])

    async def test_22_put_cancelled_once_there_is_room(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        writer = await self.start(queue.put(2))
        self.assertEqual(queue.get_nowait(), 1)
        writer.cancel()
        result, = await self.finish(writer)
        if isinstance(result, asyncio.CancelledError):
            self.assertEqual(queue.qsize(), 0)
            await queue.put(2)
        self.assertEqual(queue.get_nowait(), 2)
        self.assertEqual(queue.qsize(), 0)

    def test_23_nowait_raises(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        self.assertRaises(asyncio.QueueFull, queue.put_nowait, 2)

    async def test_24_float_maxsize(self):
        queue = Aq.Queue(1.3)
        queue.put_nowait(1)
        await queue.put(2)
        self.assertTrue(queue.full())
        self.assertRaises(asyncio.QueueFull, queue.put_nowait, 3)
        self.assertEqual(queue.maxsize, 1.3)

    async def test_25_put_task(self):
        queue = Aq.Queue()

        async def put():
            await queue.put(1)
            return True

        task = asyncio.ensure_future(put())
        self.assertEqual(await queue.get(), 1)
        self.assertEqual(await self.finish(task), [True])

    async def test_26_cancelled_one_of_two(self):
        queue = Aq.Queue(1)
        await queue.put('a')
        b = await self.start(queue.put('b'))
        x = await self.start(queue.put('X'))
        x.cancel()
        await self.assert_woken(x)
        self.assertTrue(x.cancelled())
        self.assertEqual(await queue.get(), 'a')
        self.assertEqual(await queue.get(), 'b')
        self.assertEqual(await self.finish(b), [None])
        self.assertTrue(queue.empty())

    async def test_27_completes_a_get(self):
        queue = Aq.Queue()
        reader = await self.start(queue.get())
        await queue.put('a')
        self.assertEqual(await self.finish(reader), ['a'])

    async def test_28_drained_in_one_turn(self):
        queue = Aq.Queue(2)
        putters = [await self.start(queue.put(n)) for n in range(4)]
        items = []
        while len(items) < 4:
            items += [queue.get_nowait() for _ in range(queue.qsize())]
            await asyncio.sleep(0)
        self.assertEqual(items, [0, 1, 2, 3])
        await self.finish(*putters)

    async def test_29_cancelled_leaves_nothing(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        putter = await self.start(queue.put(2))
        self.assertEqual(queue.get_waiting_putters(), 1)
        putter.cancel()
        await self.assert_raises(asyncio.CancelledError, putter)
        self.assertEqual(queue.get_waiting_putters(), 0)
        self.assertFalse(queue._waits)

    async def test_30_cancelled_in_line(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        putter = await self.start(queue.put(2))
        putter.cancel()
        self.assertEqual(queue.get_nowait(), 1)
        # The item is in, so it is too late: this is where we differ from asyncio.
        self.assertEqual(await self.finish(putter), [None])
        self.assertEqual(queue.get_nowait(), 2)


class Orders(unittest.TestCase):
    def _check(self, queue, expected):
        for n in 1, 3, 2:
            queue.put_nowait(n)
        self.assertEqual([queue.get_nowait() for _ in range(3)], expected)

    def test_31_lifo(self):
        self._check(Aq.LifoQueue(), [2, 3, 1])

    def test_32_priority(self):
        self._check(Aq.PriorityQueue(), [1, 2, 3])


@on_all_loops
class TaskDoneAndJoin:
    async def test_33_too_often(self):
        for cls in QUEUES:
            self.assertRaises(ValueError, cls().task_done)

    async def test_34_two_workers(self):
        for cls in QUEUES:
            queue = cls()
            total = 0
            for n in range(100):
                queue.put_nowait(n)

            async def work():
                nonlocal total
                while True:
                    n = await queue.get()
                    if n < 0:
                        return
                    total += n
                    queue.task_done()

            workers = [asyncio.ensure_future(work()) for _ in range(2)]
            await self.finish(queue.join())
            self.assertEqual(total, sum(range(100)))
            for _ in workers:
                queue.put_nowait(-1)
            self.assertEqual(await self.finish(*workers), [None, None])

    async def test_35_join_at_once(self):
        for cls in QUEUES:
            queue = cls()
            await queue.join()
            await queue.join()

    async def test_36_format(self):
        for cls in QUEUES:
            queue = cls()
            self.assertEqual(str(queue), f'<{cls.__name__} maxsize=0>')
            queue.put_nowait(1)
            queue.put_nowait(2)
            self.assertIn(' tasks=2', str(queue))
            queue.get_nowait()
            queue.get_nowait()
            self.assertEqual(str(queue), f'<{cls.__name__} maxsize=0 tasks=2>')


@on_all_loops
class Shutdown:
    async def _check_is_closed(self, queue):
        self.assertEqual(queue.qsize(), 0)
        await self.assert_raises(Aq.QueueShutDown, queue.put('x'))
        await self.assert_raises(Aq.QueueShutDown, queue.get())
        self.assertRaises(Aq.QueueShutDown, queue.put_nowait, 'x')
        self.assertRaises(Aq.QueueShutDown, queue.get_nowait)

    async def test_37_format(self):
        for cls in QUEUES:
            queue = cls()
            queue.shutdown()
            self.assertTrue(str(queue).endswith(' shutdown>'), str(queue))

    async def test_38_empty(self):
        for cls in QUEUES:
            queue = cls()
            getter = await self.start(queue.get())
            queue.shutdown()
            await self.assert_woken(getter)
            await self.assert_raises(Aq.QueueShutDown, getter)
            await self.finish(queue.join())
            await self._check_is_closed(queue)

    async def test_39_nonempty(self):
        for cls in QUEUES:
            queue = cls(maxsize=1)
            queue.put_nowait('data')
            joiner = await self.start(queue.join())
            putter = await self.start(queue.put('data2'))
            queue.shutdown()
            self.assertEqual(queue.qsize(), 1)
            await self.assert_woken(putter)
            await self.assert_raises(Aq.QueueShutDown, putter)
            self.assertEqual(await queue.get(), 'data')
            self.assertFalse(joiner.done())
            await self._check_is_closed(queue)
            queue.task_done()
            await self.assert_woken(joiner)
            self.assertRaises(ValueError, queue.task_done)

    async def test_40_immediate(self):
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait('data')
            joiner = await self.start(queue.join())
            queue.shutdown(immediate=True)
            self.assertEqual(queue.qsize(), 0)
            await self.assert_woken(joiner)
            await self._check_is_closed(queue)
            self.assertRaises(ValueError, queue.task_done)

    async def test_41_immediate_with_unfinished(self):
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait('data')
            queue.put_nowait('data')
            joiner = await self.start(queue.join())
            self.assertEqual(await queue.get(), 'data')
            self.assertEqual(queue.qsize(), 1)
            queue.shutdown(immediate=True)
            self.assertEqual(queue.qsize(), 0)
            await asyncio.sleep(0)
            self.assertFalse(joiner.done())
            await self._check_is_closed(queue)
            queue.task_done()
            self.assertRaises(ValueError, queue.task_done)
            self.assertEqual(await self.finish(joiner), [None])


@on_all_loops
class Extra:
    async def test_42_get_in_time(self):
        queue = Aq.Queue()
        getter = await self.start(queue.get())
        queue.put_nowait(1)
        self.assertEqual(await asyncio.wait_for(getter, TOO_LONG), 1)

    async def test_43_one_outcome_each(self):
        queue = Aq.Queue()
        getters = [await self.start(queue.get()) for _ in range(3)]
        queue.put_nowait(1)
        queue.shutdown()
        first, *others = await self.finish(*getters)
        self.assertEqual(queue.get_waiting_getters(), 0)
        self.assertEqual(first, 1)
        self.assertEqual([type(other) for other in others], [Aq.QueueShutDown] * 2)

        queue = Aq.Queue(2)
        queue.put_nowait(1)
        queue.put_nowait(2)
        putters = [await self.start(queue.put(n)) for n in (3, 4)]
        joiners = [await self.start(queue.join()) for _ in range(2)]
        queue.shutdown()
        self.assertEqual(queue.get_waiting_putters(), 0)
        results = await self.finish(*putters)
        self.assertEqual([type(result) for result in results], [Aq.QueueShutDown] * 2)
        self.assertEqual([queue.get_nowait(), queue.get_nowait()], [1, 2])
        for _ in range(2):
            queue.task_done()
        self.assertEqual(await self.finish(*joiners), [None, None])


N_ITEMS = 6
MANY_TRIES = 100


@on_all_loops
class Idioms:
    """What programs do with asyncio.Queue, beside consumers that wait: promise P11."""

    async def _start_consumers(self, queue, n_consumers):
        """Returns what they will have got, and a function that ends them."""
        got = []

        async def consume():
            while True:
                got.append(await queue.get())

        tasks = [await self.start(consume()) for _ in range(n_consumers)]

        async def end():
            while queue.qsize() > 0 or queue.get_n_promised() > 0:
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            for error in await self.finish(*tasks) if tasks else []:
                self.assertIsInstance(error, asyncio.CancelledError)

        return got, end

    async def _check_newest(self, put):
        """All of one turn is put, and the newest is got, whoever else gets one."""
        for cls in QUEUES:
            for n_consumers in 1, 2, N_ITEMS, N_ITEMS + 1:
                queue = cls(1)
                got, end = await self._start_consumers(queue, n_consumers)
                # So that the newest is the most urgent, too.
                items = list(range(-1, -N_ITEMS - 1, -1))
                taken = [item for item in map(put, [queue] * N_ITEMS, items) if item is not None]
                self.assertLessEqual(queue.qsize(), 1)
                self.assertEqual(queue.get_waiting_putters(), 0)
                await end()
                self.assertIn(items[-1], got)
                self.assertCountEqual(got + taken, items)
                self.assertLessEqual(len(got), n_consumers + 1)
                if cls is Aq.Queue and n_consumers == 1:
                    # One is with the consumer already, and is the newest but one.
                    self.assertEqual(got, items[-2:])

    async def test_if_full_get_until_there_is_room(self):
        def put(queue, item):
            taken = None
            for _ in range(MANY_TRIES):
                try:
                    queue.put_nowait(item)
                    return taken
                except Aq.QueueFull:
                    self.assertIsNone(taken)
                    taken = queue.get_nowait()
            self.fail('it would loop forever')

        await self._check_newest(put)

    async def test_if_full_get_one_and_put(self):
        def put(queue, item):
            taken = queue.get_nowait() if queue.full() else None
            queue.put_nowait(item)
            return taken

        await self._check_newest(put)

    async def test_until_empty_get(self):
        for cls in QUEUES:
            for n_consumers in range(N_ITEMS):
                queue = cls()
                got, end = await self._start_consumers(queue, n_consumers)
                for n in range(N_ITEMS):
                    queue.put_nowait(n)
                taken = []
                while not queue.empty():
                    taken.append(queue.get_nowait())
                    queue.task_done()
                self.assertEqual(len(taken), N_ITEMS - n_consumers)
                await end()
                self.assertCountEqual(got + taken, range(N_ITEMS))

    async def test_get_and_whatever_is_there(self):
        for cls in QUEUES:
            for n_consumers in 1, 2, 3:
                queue = cls()
                batches = []

                async def consume():
                    async for first in queue:
                        batches.append([first])
                        while not queue.empty():
                            batches[-1].append(queue.get_nowait())

                tasks = [await self.start(consume()) for _ in range(n_consumers)]
                for n in range(N_ITEMS):
                    queue.put_nowait(n)
                queue.shutdown()
                self.assertEqual(await self.finish(*tasks), [None] * n_consumers)
                self.assertCountEqual(sum(batches, []), range(N_ITEMS))
                if n_consumers == 1 and cls is not Aq.LifoQueue:
                    self.assertEqual(batches, [list(range(N_ITEMS))])

    async def test_clear_and_put(self):
        """What is stale does not pile up."""
        for cls in QUEUES:
            for n_consumers in 0, 1, 2:
                queue = cls(1)
                got, end = await self._start_consumers(queue, n_consumers)
                for n in range(N_ITEMS):
                    queue.clear()
                    queue.put_nowait(n)
                self.assertEqual(queue.qsize(), 1)
                if n_consumers > 0:
                    await end()
                    self.assertIn(N_ITEMS - 1, got)
                    self.assertEqual(len(got), n_consumers + 1)


if __name__ == '__main__':
    main()
