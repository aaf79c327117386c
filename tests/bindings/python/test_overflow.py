# SPDX-License-Identifier: LGPL-2.1-or-later
"""What happens where there is no room, and how large items are."""

import asyncio
import random
import sys
import threading
import unittest
import weakref

from aqtest import QUEUES, TOO_LONG, Aq, main, on_all_loops
from gi.repository import Gio, GObject

from test_priority import Job, Sullen, drain

DROP = Aq.Overflow.DROP_OLDEST, Aq.Overflow.DROP_NEWEST


class Object(GObject.Object):
    __gtype_name__ = 'AqTestSizedObject'

    size = 3


def put_all(queue, items):
    for item in items:
        queue.put_nowait(item)


class Overflow(unittest.TestCase):
    def test_fifo(self):
        for overflow, left in zip(DROP, 'cd ab'.split()):
            queue = Aq.Queue(2, overflow=overflow)
            put_all(queue, 'abcd')
            self.assertEqual(''.join(drain(queue)), left)
            self.assertEqual(queue.props.n_dropped, 2)

    def test_lifo(self):
        for overflow, left in zip(DROP, 'dc ba'.split()):
            queue = Aq.LifoQueue(2, overflow=overflow)
            put_all(queue, 'abcd')
            self.assertEqual(''.join(drain(queue)), left)

    def test_set_later(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        with self.assertRaises(Aq.QueueFull):
            queue.put_nowait(2)
        queue.set_overflow(Aq.Overflow.DROP_OLDEST)
        queue.put_nowait(2)
        self.assertEqual(queue.get_overflow(), Aq.Overflow.DROP_OLDEST)
        queue.set_overflow(Aq.Overflow.WAIT)
        with self.assertRaises(Aq.QueueFull):
            queue.put_nowait(3)
        self.assertEqual(drain(queue), [2])

    def test_what_is_none(self):
        queue = Aq.Queue(overflow=Aq.Overflow.DROP_NEWEST)
        for bad in 99, -1, 2**40, 'drop-oldest', None, float('nan'), 1.5, []:
            with self.assertRaises(TypeError, msg=bad):
                Aq.Queue(overflow=bad)
            with self.assertRaises(TypeError, msg=bad):
                queue.set_overflow(bad)
        self.assertEqual(queue.get_overflow(), Aq.Overflow.DROP_NEWEST)


class Priority(unittest.TestCase):
    """Which item is dropped is decided by ``<``."""

    def test_least_urgent(self):
        for overflow in DROP:
            queue = Aq.PriorityQueue(2, overflow=overflow)
            put_all(queue, [2, 1, 3, 0])
            self.assertEqual(drain(queue), [0, 1])

    def test_of_equals(self):
        for overflow, left in zip(DROP, ['xbc', 'xab']):
            for put in Aq.PriorityQueue.put_nowait, Aq.PriorityQueue.put_sync:
                queue = Aq.PriorityQueue(3, overflow=overflow)
                for name in 'abc':
                    put(queue, Job(1, name))
                put(queue, Job(0, 'x'))
                self.assertEqual(''.join(job.name for job in drain(queue)), left)

    def test_against_a_list(self):
        """Whatever is put and got, it is what a plain list would have."""
        for seed in range(20):
            generator = random.Random(seed)
            oldest = bool(seed % 2)
            bound = generator.choice((1, 3, 1500))
            queue = Aq.PriorityQueue(bound, overflow=DROP[not oldest])
            expected = []  # pairs of priority and number
            for n in range(4000):
                priority = generator.randrange(generator.choice((2, 50)))
                queue.put_nowait(Job(priority, n))
                expected.append((priority, n))
                if len(expected) > bound:
                    least = max(expected)[0]
                    equals = [pair for pair in expected if pair[0] == least]
                    expected.remove(min(equals) if oldest else max(equals))
                if generator.random() < 0.2:
                    job = queue.get_nowait()
                    self.assertEqual((job.priority, job.name), min(expected))
                    expected.remove(min(expected))
            self.assertEqual([(job.priority, job.name) for job in drain(queue)],
                             sorted(expected))

    def test_destructors(self):
        """That of a dropped item may use the queue."""
        queue = Aq.PriorityQueue(2, overflow=Aq.Overflow.DROP_OLDEST)
        lengths = []

        class Last(Job):
            def __del__(self):
                lengths.append(queue.qsize())

        put_all(queue, [Job(1, 'a'), Last(2), Job(1, 'b')])
        self.assertEqual(lengths, [2])
        self.assertEqual([job.name for job in drain(queue)], ['a', 'b'])

    def test_a_comparison_that_raises(self):
        queue = Aq.PriorityQueue(2, overflow=Aq.Overflow.DROP_OLDEST)
        put_all(queue, [1, 2])
        with self.assertRaises(ZeroDivisionError):
            queue.put_nowait(Sullen())
        self.assertEqual(drain(queue), [1, 2])

    def test_threads(self):
        """Nothing is got twice, and all is accounted for."""
        queue = Aq.PriorityQueue(5, overflow=Aq.Overflow.DROP_OLDEST)
        got = []

        def produce(first):
            for n in range(first, first + 1000):
                queue.put_sync(n)

        def consume():
            try:
                while True:
                    got.append(queue.get_sync())
            except Aq.QueueShutDown:
                pass

        producers = [threading.Thread(target=produce, args=[n * 1000]) for n in range(3)]
        consumers = [threading.Thread(target=consume) for _ in range(2)]
        for thread in producers + consumers:
            thread.start()
        for thread in producers:
            thread.join(TOO_LONG)
        queue.shutdown()
        for thread in consumers:
            thread.join(TOO_LONG)
        self.assertEqual(len(got), len(set(got)))
        self.assertEqual(len(got) + queue.props.n_dropped, 3000)


@on_all_loops
class Waits:
    async def test_let_in(self):
        """Puts that wait are let in once nobody is to wait any more."""
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        puts = [await self.start(queue.put(n)) for n in (2, 3)]
        queue.set_overflow(Aq.Overflow.DROP_OLDEST)
        self.assertEqual(await self.finish(*puts), [None, None])
        self.assertEqual(drain(queue), [3])

    async def test_never_wait(self):
        for cls in QUEUES:
            queue = cls(1, overflow=Aq.Overflow.DROP_OLDEST)
            for n in range(3):
                await queue.put(n)
            self.assertEqual(queue.qsize(), 1)

    async def test_latest_only(self):
        """A get that was promised an item is given the latest, in any order of puts."""
        queue = Aq.Queue(1, overflow=Aq.Overflow.DROP_OLDEST)
        getter = await self.start(queue.get())
        put_all(queue, 'abc')
        self.assertEqual(await self.finish(getter), ['c'])
        self.assertEqual(queue.props.n_dropped, 2)

    async def test_room_for_a_size(self):
        queue = Aq.Queue(10, size=len)
        await queue.put('1234567')
        large, small = [await self.start(queue.put(text)) for text in ('1234', '1')]
        self.assertEqual(queue.get_waiting_putters(), 2)
        queue.get_nowait()
        self.assertEqual(await self.finish(large, small), [None, None])
        self.assertEqual(queue.get_size(), 5)

    async def test_what_the_function_raises(self):
        def measure(item):
            raise ZeroDivisionError

        for cls in Aq.Queue, Aq.LifoQueue:
            queue = cls(1, size=measure)
            await self.assert_raises(ZeroDivisionError, queue.put(1))
            self.assertEqual((queue.qsize(), queue.get_waiting_putters()), (0, 0))


class Size(unittest.TestCase):
    def setUp(self):
        self.stray = []
        self.addCleanup(setattr, sys, 'unraisablehook', sys.unraisablehook)
        sys.unraisablehook = self.stray.append

    def test_bound(self):
        for cls in Aq.Queue, Aq.LifoQueue:
            queue = cls(10, size=len)
            put_all(queue, ['four', 'three'])
            self.assertEqual((queue.get_size(), queue.props.size, queue.qsize()), (9, 9, 2))
            with self.assertRaises(Aq.QueueFull):
                queue.put_nowait('12')
            queue.put_nowait('1')
            self.assertTrue(queue.full())
            drain(queue)
            self.assertEqual(queue.get_size(), 0)
            queue.put_nowait('larger than all')
            self.assertEqual(queue.get_size(), 15)

    def test_keeps_the_newest(self):
        queue = Aq.Queue(10, size=len, overflow=Aq.Overflow.DROP_OLDEST)
        put_all(queue, ['four', 'three', '12', '1'])
        self.assertEqual(drain(queue), ['three', '12', '1'])

    def test_each_way_to_put(self):
        """Asks once, with the item as it was given."""
        seen = []

        def measure(item):
            seen.append(item)
            return 1

        async def put(queue, item):
            await queue.put(item)

        items = [None, 'a', ('b',), Object(), Gio.Cancellable(), 6]
        puts = [
            Aq.Queue.put_nowait,
            Aq.Queue.put_sync,
            Aq.Queue.try_put,
            Aq.Queue.offer,
            lambda queue, item: queue.timed_put(item, 0),
            lambda queue, item: asyncio.run(put(queue, item)),
        ]
        for put_item in puts:
            seen.clear()
            queue = Aq.Queue(size=measure)
            for item in items:
                put_item(queue, item)
            self.assertEqual(seen, items)
            self.assertEqual(queue.get_size(), len(items))
        self.assertEqual(self.stray, [])

    def test_one_that_waits(self):
        """Is asked for its size once, too."""
        seen = []

        def measure(item):
            seen.append(item)
            return len(item)

        async def wait():
            queue = Aq.Queue(3, size=measure)
            await queue.put('abc')
            putter = asyncio.ensure_future(queue.put('de'))
            await asyncio.sleep(0)
            self.assertEqual(await queue.get(), 'abc')
            await putter
            self.assertEqual(queue.get_size(), 2)

        asyncio.run(wait())
        self.assertEqual(seen, ['abc', 'de'])

    def test_what_raises(self):
        """Is raised by the put, and nothing is put."""
        def measure(item):
            raise ZeroDivisionError

        queue = Aq.Queue(5, size=measure)
        for put in queue.put_nowait, queue.put_sync, queue.try_put, queue.offer, queue.put_async:
            with self.assertRaises(ZeroDivisionError):
                put(1)
        self.assertEqual((queue.qsize(), queue.props.unfinished_tasks), (0, 0))
        self.assertEqual(self.stray, [])

    def test_what_is_no_size(self):
        for size, error in (
                (None, TypeError), ('1', TypeError), (1.0, TypeError), (float('nan'), TypeError),
                ([], TypeError), (-1, ValueError), (2**32, ValueError)):
            queue = Aq.Queue(size=lambda item, size=size: size)
            with self.assertRaises(error, msg=size):
                queue.put_nowait(1)
            self.assertTrue(queue.empty())
        for size in 0, 1, True, 2**32 - 1:
            queue = Aq.Queue(size=lambda item, size=size: size)
            queue.put_nowait(1)
            self.assertEqual(queue.get_size(), size)
        self.assertEqual(self.stray, [])

    def test_set_later(self):
        queue = Aq.Queue()
        for bad in 1, 'len', []:
            with self.assertRaises(TypeError):
                queue.set_size_func(bad)
            with self.assertRaises(TypeError):
                Aq.Queue(size=bad)

        queue.set_size_func(len)
        queue.put_nowait('four')
        with self.assertRaises(RuntimeError):
            queue.set_size_func(None)
        self.assertEqual(queue.get_size(), 4)
        queue.get_nowait()
        queue.set_size_func(None)
        queue.put_nowait('four')
        self.assertEqual(queue.get_size(), 1)

    def test_priority(self):
        """C would sum up the wrong ones, so it is refused."""
        with self.assertRaises(TypeError):
            Aq.PriorityQueue(size=len)
        queue = Aq.PriorityQueue()
        with self.assertRaises(TypeError):
            queue.set_size_func(len)
        queue.set_size_func(None)

    def test_a_function_that_puts(self):
        def measure(item):
            if item == 'outer':
                queue.put_nowait('in')
            return len(item)

        queue = Aq.Queue(size=measure)
        queue.put_nowait('outer')
        self.assertEqual(queue.get_size(), 7)
        self.assertEqual(drain(queue), ['in', 'outer'])

    def test_threads(self):
        queue = Aq.Queue(1000, size=lambda item: item.size)
        total = 0

        def produce():
            for _ in range(500):
                queue.put_sync(Object())

        threads = [threading.Thread(target=produce) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(1500):
            total += queue.get_sync(timeout=TOO_LONG).size
        for thread in threads:
            thread.join(TOO_LONG)
        self.assertEqual((total, queue.get_size(), self.stray), (4500, 0, []))

    def test_nothing_stays(self):
        """Neither the item that was put last, nor the queue."""
        queue = Aq.Queue(size=lambda item: 1)
        item = Object()
        gone = weakref.ref(item)
        queue.put_nowait(item)
        queue.get_nowait()
        del item
        self.assertIsNone(gone())

        gone = weakref.ref(queue)
        del queue
        self.assertIsNone(gone())


if __name__ == '__main__':
    main()
