# SPDX-License-Identifier: LGPL-2.1-or-later
"""The items of a priority queue, and what comparisons may do."""

import asyncio
import functools
import random
import signal
import sys
import threading
import unittest
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor

from aqtest import TOO_LONG, Aq, main, on_all_loops
from gi.repository import Gio, GObject


@functools.total_ordering
class Job:
    """Compared by its priority alone."""

    def __init__(self, priority, name=None):
        self.priority = priority
        self.name = name

    def __eq__(self, other):
        return self.priority == other.priority

    def __lt__(self, other):
        return self.priority < other.priority


class Sullen:
    """Cannot be compared."""

    def __lt__(self, other):
        raise ZeroDivisionError

    __gt__ = __lt__


def drain(queue):
    items = []
    while not queue.empty():
        items.append(queue.get_nowait())
    return items


class Order(unittest.TestCase):
    def test_any_order(self):
        for seed in range(20):
            generator = random.Random(seed)
            queue = Aq.PriorityQueue()
            items = [generator.randrange(1000) for _ in range(generator.choice((5, 3000)))]
            for item in items:
                queue.put_nowait(item)
            self.assertEqual(drain(queue), sorted(items))

    def test_against_a_sorted_list(self):
        for seed in range(20):
            generator = random.Random(seed)
            queue, model = Aq.PriorityQueue(), []
            for _ in range(2000):
                if generator.random() < 0.6:
                    item = generator.randrange(100)
                    queue.put_nowait(item)
                    model.append(item)
                elif model:
                    self.assertEqual(queue.get_nowait(), min(model))
                    model.remove(min(model))
            self.assertEqual(drain(queue), sorted(model))

    def test_long(self):
        queue = Aq.PriorityQueue()
        items = list(range(20000))
        random.Random(1).shuffle(items)
        for item in items:
            queue.put_nowait(item)
        self.assertEqual(drain(queue), list(range(20000)))

    def test_equal_ones_first_in_first_out(self):
        """Where asyncio's heap mixes them."""
        for n in 10, 3000:
            queue = Aq.PriorityQueue()
            for name in range(n):
                queue.put_nowait(Job(name % 3, name))
            names = [job.name for job in drain(queue)]
            self.assertEqual(names, sorted(range(n), key=lambda name: name % 3))

    def test_by_less_than_alone(self):
        class Item:
            def __init__(self, n):
                self.n = n

            def __lt__(self, other):
                return self.n < other.n

        queue = Aq.PriorityQueue()
        for n in 3, 1, 2:
            queue.put_nowait(Item(n))
        self.assertEqual([item.n for item in drain(queue)], [1, 2, 3])

    def test_peek_at_what_another_thread_has_taken(self):
        queue = Aq.PriorityQueue()
        queue.put_nowait(1)
        ticket = super(Aq.Queue, queue).peek().peek()
        self.assertEqual(ticket.peek(), 1)
        self.assertEqual(queue.get_nowait(), 1)
        self.assertIsNone(ticket.peek())

    def test_one_item_need_not_be_comparable(self):
        queue = Aq.PriorityQueue()
        for item in None, object(), {}, Gio.Cancellable():
            queue.put_nowait(item)
            self.assertIs(queue.get_nowait(), item)

    def test_objects(self):
        class Plate(GObject.Object):
            def __init__(self, n):
                super().__init__()
                self.n = n

            def __lt__(self, other):
                return self.n < other.n

        queue = Aq.PriorityQueue()
        plates = [Plate(n) for n in (2, 3, 1)]
        for plate in plates:
            queue.put_nowait(plate)
        self.assertEqual(drain(queue), [plates[2], plates[0], plates[1]])


class FailingComparison(unittest.TestCase):
    """asyncio stores the item of such a put, and loses one in such a get."""

    def test_45_put_raises_and_stores_nothing(self):
        queue = Aq.PriorityQueue()
        for n in 1, 2, 3:
            queue.put_nowait(n)
        for item in 'a', None, Sullen():
            self.assertRaises((TypeError, ZeroDivisionError), queue.put_nowait, item)
            self.assertRaises((TypeError, ZeroDivisionError), queue.put_sync, item)
            self.assertRaises((TypeError, ZeroDivisionError), asyncio.run, queue.put(item))
        self.assertEqual(queue.qsize(), 3)
        self.assertEqual(queue.get_unfinished_tasks(), 3)
        self.assertEqual(drain(queue), [1, 2, 3])

    def test_45_get_compares_nothing(self):
        class Item(Job):
            may_compare = True

            def __lt__(self, other):
                if not Item.may_compare:
                    raise ZeroDivisionError
                return self.priority < other.priority

        queue = Aq.PriorityQueue()
        for n in 4, 2, 3, 1:
            queue.put_nowait(Item(n))
        Item.may_compare = False
        self.assertEqual([item.priority for item in drain(queue)], [1, 2, 3, 4])

    def test_45_fails_at_each_comparison(self):
        class Item(Job):
            n_left = 0

            def __lt__(self, other):
                Item.n_left -= 1
                if Item.n_left == 0:
                    raise ZeroDivisionError
                return self.priority < other.priority

        generator = random.Random(1)
        queue, expected = Aq.PriorityQueue(), []
        for _ in range(2000):
            n = generator.randrange(1000)
            Item.n_left = generator.randrange(15)
            try:
                queue.put_nowait(Item(n))
                expected.append(n)
            except ZeroDivisionError:
                pass
            self.assertEqual(queue.qsize(), len(expected))
        self.assertLess(len(expected), 2000)
        Item.n_left = 0
        self.assertEqual([item.priority for item in drain(queue)], sorted(expected))

    def test_comparison_that_uses_the_queue(self):
        queue = Aq.PriorityQueue()

        class Meddling(Job):
            def __lt__(self, other):
                meddle()
                return super().__lt__(other)

        def check():
            self.assertEqual(queue.qsize(), len(list(queue._order)))
            items = drain(queue)
            self.assertEqual(items, sorted(items))
            return [job.priority for job in items]

        # The comparison with the first item is the last one.
        for meddle in queue.get_nowait, queue.clear:
            for n in 1, 2, 3, 4, 5:
                queue.put_nowait(Job(n))
            queue.put_nowait(Meddling(6))
            self.assertEqual(check(), [6])

        meddle = functools.partial(queue.put_nowait, Job(0))
        queue.put_nowait(Job(1))
        self.assertRaises(RuntimeError, queue.put_nowait, Meddling(6))
        self.assertNotIn(6, check())

    def test_comparison_that_uses_the_queue_once(self):
        """It is done anew, as if it had not begun."""
        queue = Aq.PriorityQueue()
        meddled = []

        class Meddling(Job):
            def __lt__(self, other):
                if not meddled:
                    meddled.append(queue.get_nowait())
                    queue.put_nowait(Job(9))
                return super().__lt__(other)

        for n in 1, 2, 3, 4, 5:
            queue.put_nowait(Job(n))
        queue.put_nowait(Meddling(6))
        self.assertEqual([job.priority for job in meddled + drain(queue)], [1, 2, 3, 4, 5, 6, 9])

    def test_comparison_that_uses_the_queue_and_raises(self):
        """Or a signal handler that does so, meanwhile."""
        queue = Aq.PriorityQueue()

        class Meddling(Job):
            def __lt__(self, other):
                queue.put_nowait(Job(9))
                raise ZeroDivisionError

        queue.put_nowait(Job(1))
        self.assertRaises(ZeroDivisionError, queue.put_nowait, Meddling(6))
        self.assertEqual([job.priority for job in drain(queue)], [1, 9])


@on_all_loops
class Waiting:
    async def test_get_is_given_what_is_first_by_then(self):
        queue = Aq.PriorityQueue()
        getter = await self.start(queue.get())
        queue.put_nowait(2)
        queue.put_nowait(1)
        self.assertEqual(await self.finish(getter), [1])
        self.assertEqual(drain(queue), [2])

    async def test_put_that_waited_is_sorted_in(self):
        queue = Aq.PriorityQueue(2)
        queue.put_nowait(2)
        queue.put_nowait(3)
        putter = await self.start(queue.put(1))
        self.assertEqual(queue.get_nowait(), 2)
        self.assertEqual(await self.finish(putter), [None])
        self.assertEqual(drain(queue), [1, 3])

    async def test_put_that_waited_and_is_got_before_it_resumes(self):
        queue = Aq.PriorityQueue(1)
        queue.put_nowait(2)
        putters = [await self.start(queue.put(n)) for n in (3, 1)]
        self.assertEqual([queue.get_nowait() for _ in range(3)], [2, 3, 1])
        self.assertEqual(await self.finish(*putters), [None, None])

    async def test_put_that_waits_does_not_overtake(self):
        queue = Aq.PriorityQueue(1)
        queue.put_nowait(3)
        putters = [await self.start(queue.put(n)) for n in (2, 1)]
        self.assertEqual(await queue.get(), 3)
        await self.finish(putters[0])
        self.assertEqual(await queue.get(), 2)
        self.assertEqual(await queue.get(), 1)
        await self.finish(*putters)

    async def test_comparison_that_fails_too_late(self):
        """The put has succeeded, so the item goes behind all others, with a warning."""
        queue = Aq.PriorityQueue(2)
        queue.put_nowait(0)
        queue.put_nowait(1)
        putter = await self.start(queue.put(5))
        queue.get_nowait()
        # What it was compared with is gone, and so is all that it could be compared with.
        with queue._order.lock:
            queue._order.take_first()
            queue._order._runs.append(['a'])
        with self.assertWarnsRegex(RuntimeWarning, '^5 goes behind all others: .*str'):
            await self.finish(putter)
        self.assertEqual(drain(queue), ['a', 5])

    async def test_warning_that_is_an_error(self):
        """It comes from the put, once all is done."""
        class Item(Job):
            may_compare = True

            def __lt__(self, other):
                if not Item.may_compare:
                    raise ZeroDivisionError
                return self.priority < other.priority

        for n_gets in 0, 2:
            Item.may_compare = True
            queue = Aq.PriorityQueue(2)
            queue.put_nowait(Item(0))
            queue.put_nowait(Item(1))
            putter = await self.start(queue.put(Item(2)))
            queue.get_nowait()
            queue.set_max_size(3)
            queue.put_nowait(Item(3))
            Item.may_compare = False
            items = [queue.get_nowait() for _ in range(n_gets)]
            with warnings.catch_warnings():
                warnings.simplefilter('error')
                await self.assert_raises(RuntimeWarning, putter)
            items += drain(queue)
            self.assertEqual([item.priority for item in items], [1, 3, 2])
            self.assertEqual(list(queue._order), [])

    async def test_dropped_while_promised(self):
        """What is promised is the first, and so the others are dropped."""
        for drop in (lambda queue: queue.shutdown(immediate=True)), Aq.Queue.clear:
            queue = Aq.PriorityQueue()
            getter = await self.start(queue.get())
            for n in 3, 1, 2:
                queue.put_nowait(n)
            drop(queue)
            self.assertEqual(queue.get_n_dropped(), 2)
            self.assertEqual(await self.finish(getter), [1])
            self.assertTrue(queue.empty())
            self.assertEqual(list(queue._order), [])


class Dropping(unittest.TestCase):
    def test_in_c(self):
        """Nothing stays with us of what another language has dropped."""
        for drop in super(Aq.Queue, Aq.Queue).clear, \
                lambda queue: super(Aq.Queue, queue).shutdown(True):
            queue = Aq.PriorityQueue()
            jobs = [Job(n) for n in range(10)]
            references = [weakref.ref(job) for job in jobs]
            for job in jobs:
                queue.put_nowait(job)
            del job, jobs
            drop(queue)
            self.assertEqual([reference() for reference in references], [None] * 10)
            self.assertEqual(list(queue._order), [])

    def test_with_the_queue(self):
        queue = Aq.PriorityQueue()
        job = Job(1)
        reference = weakref.ref(job)
        queue.put_nowait(job)
        del job
        self.assertIsNotNone(reference())
        del queue
        self.assertIsNone(reference())


class SignalHandlers(unittest.TestCase):
    """They may use the queue while the main thread does, at any point."""

    def test_at_each_point(self):
        # A profiler is called where a signal handler could be: after each call.
        for use in ((lambda queue: queue.put_nowait(50)), Aq.PriorityQueue.get_nowait,
                    Aq.Queue.clear, Aq.PriorityQueue.peek):
            for n_items in 0, 1, 4:
                n_point = n_points = 0
                while n_point == n_points:
                    n_point += 1
                    n_points = self._use_at(n_point, use, n_items)
                self.assertGreater(n_point, 10)

    def _use_at(self, n_point, use, n_items):
        queue = Aq.PriorityQueue()
        queue._order._RUN_LENGTH = 2
        for n in range(n_items):
            queue.put_nowait(10 * n)
        n_points = 0
        got = []

        def profile(frame, event, arg):
            nonlocal n_points
            if event in ('call', 'c_return'):
                n_points += 1
                if n_points == n_point:
                    sys.setprofile(None)
                    try:
                        got.append(use(queue))
                    except asyncio.QueueEmpty:
                        pass

        sys.setprofile(profile)
        try:
            queue.put_nowait(35)
            queue.get_nowait()
        except asyncio.QueueEmpty:
            pass
        finally:
            sys.setprofile(None)
        items = list(queue._order)
        self.assertEqual(items, sorted(items))
        self.assertEqual(len(items), queue.qsize())
        self.assertTrue(all(queue._order._runs))
        self.assertEqual(drain(queue), items)
        return n_points

    @unittest.skipIf(sys.version_info < (3, 11), 'there a handler comes between any two steps')
    def test_often(self):
        queue = Aq.PriorityQueue()
        queue._order._RUN_LENGTH = 8
        generator = random.Random(1)
        n_signals = 0

        def handle(*args):
            nonlocal n_signals
            n_signals += 1
            if n_signals % 2:
                queue.put_nowait(generator.randrange(1000))
            elif not queue.empty():
                queue.get_nowait()

        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, handle))
        self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
        for _ in range(5000):
            queue.put_nowait(generator.randrange(1000))
        signal.setitimer(signal.ITIMER_REAL, 0)
        items = list(queue._order)
        self.assertEqual(items, sorted(items))
        self.assertEqual(len(items), queue.qsize())
        self.assertEqual(drain(queue), items)


class Threads(unittest.TestCase):
    def test_conservation(self):
        queue = Aq.PriorityQueue(20)
        n_threads, n_items = 4, 500

        def put(n):
            for i in range(n_items):
                queue.put_sync(i * n_threads + n, timeout=TOO_LONG)

        def get():
            return [queue.get_sync(timeout=TOO_LONG) for _ in range(n_items)]

        with ThreadPoolExecutor(2 * n_threads) as executor:
            gets = [executor.submit(get) for _ in range(n_threads)]
            puts = [executor.submit(put, n) for n in range(n_threads)]
            items = [item for future in gets for item in future.result()]
            for future in puts:
                future.result()
        self.assertEqual(sorted(items), list(range(n_threads * n_items)))
        self.assertEqual(list(queue._order), [])

    def test_clear_between(self):
        queue = Aq.PriorityQueue(20)
        done = threading.Event()
        n_items = 2000

        def clear():
            while not done.is_set():
                queue.clear()

        def put():
            for n in range(n_items):
                queue.put_sync(n, timeout=TOO_LONG)
            queue.shutdown()

        def get():
            items = []
            try:
                while True:
                    items.append(queue.get_sync(timeout=TOO_LONG))
            except Aq.QueueShutDown:
                return items

        with ThreadPoolExecutor(3) as executor:
            clearing = executor.submit(clear)
            getting = executor.submit(get)
            executor.submit(put).result()
            items = getting.result()
            done.set()
            clearing.result()
        self.assertEqual(len(set(items)), len(items))
        self.assertEqual(len(items) + queue.get_n_dropped(), n_items)
        self.assertEqual(list(queue._order), [])


if __name__ == '__main__':
    main()
