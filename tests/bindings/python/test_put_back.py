# SPDX-License-Identifier: LGPL-2.1-or-later
"""Items that come back, go or move up, and how a queue rests and ends."""

import asyncio
import contextlib
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from aqtest import QUEUES, TOO_LONG, Aq, main, on_all_loops
from gi.repository import Gio, GLib, GObject


class Object(GObject.Object):
    __gtype_name__ = 'AqTestPutBackObject'


class PutBack(unittest.TestCase):
    def test_is_next(self):
        """What is put back is next in line again, and still unfinished (P12)."""
        for cls in QUEUES:
            queue = cls()
            for item in 1, 1, 1:
                queue.put_nowait(item)
            item = queue.get_nowait()
            queue.put_back(item)
            self.assertEqual(queue.get_unfinished_tasks(), 3)
            self.assertEqual(queue.get_in_flight(), 0)
            self.assertEqual(queue.get_n_accepted(), 3)
            self.assertEqual(len([queue.get_nowait() for _ in range(3)]), 3)

    def test_is_before_its_equals(self):
        queue = Aq.PriorityQueue()
        for item in (1, 'a'), (2, 'b'), (2, 'c'), (3, 'd'):
            queue.put_nowait(item)
        first = [queue.get_nowait() for _ in range(2)]
        for item in reversed(first):
            queue.put_back(item)
        self.assertEqual([queue.get_nowait()[1] for _ in range(4)], list('abcd'))

        class Same(int):
            def __lt__(self, other):
                return False

        items = [Same(n) for n in range(3)]
        for item in items:
            queue.put_nowait(item)
        queue.put_back(queue.get_nowait())
        self.assertIs(queue.get_nowait(), items[0])

    def test_with_priority(self):
        queue = Aq.PriorityQueue()
        for item in 'ab':
            queue.try_put_with_priority(item, 5)
        queue.put_back_with_priority(queue.get_nowait(), 5)
        self.assertEqual([queue.get_nowait() for _ in range(2)], ['a', 'b'])

    def test_too_many(self):
        for cls in QUEUES:
            queue = cls()
            with self.assertRaises(ValueError):
                queue.put_back(1)
            self.assertEqual(queue.qsize(), 0)
            queue.put_nowait(1)
            self.assertEqual(queue.get_nowait(), 1)

    def test_too_many_from_threads(self):
        """Of all threads that put back one too many, each is told."""
        # Other threads have a say between any two steps.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-6)
        barrier = threading.Barrier(4)

        def put_back(queue):
            barrier.wait()
            try:
                queue.put_back(1)
                return 1
            except ValueError:
                return 0

        with ThreadPoolExecutor(4) as executor:
            for cls in QUEUES * 100:
                queue = cls()
                queue.put_nowait(1)
                queue.get_nowait()
                done = [executor.submit(put_back, queue) for _ in range(4)]
                self.assertEqual(sum(future.result() for future in done), 1)
                self.assertEqual(queue.qsize(), 1)

    def test_after_immediate_shutdown(self):
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait(1)
            queue.get_nowait()
            queue.shutdown(immediate=True)
            queue.put_back(1)
            self.assertEqual(queue.props.n_dropped, 1)
            with self.assertRaises(Aq.QueueShutDown):
                queue.get_nowait()


@on_all_loops
class PutBackOnLoops:
    async def test_wakes(self):
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait(1)
            item = await queue.get()
            getting = asyncio.ensure_future(queue.get())
            await asyncio.sleep(0)
            queue.put_back(item)
            self.assertEqual(await asyncio.wait_for(getting, TOO_LONG), 1)

    async def test_flaky_workers(self):
        """Of jobs that fail now and then each is done exactly once."""
        for cls in QUEUES:
            jobs = cls(10, max_in_flight=4)
            done = [0] * 300
            n_tries = 0

            async def work():
                nonlocal n_tries
                async for job in jobs:
                    n_tries += 1
                    if n_tries % 10 < 3:
                        jobs.put_back(job)
                    else:
                        done[job] += 1
                        jobs.task_done()

            workers = [asyncio.ensure_future(work()) for _ in range(4)]
            with jobs.hold():
                for job in range(len(done)):
                    await jobs.put(job)
            await jobs.join()
            await asyncio.wait_for(asyncio.gather(*workers), TOO_LONG)
            self.assertEqual(done, [1] * len(done))
            self.assertEqual(jobs.get_state(), Aq.QueueState.FINISHED)


class Remove(unittest.TestCase):
    def test_equal(self):
        for cls in QUEUES:
            queue = cls()
            for item in 3.0, 1, 2, 1:
                queue.put_nowait(item)
            self.assertTrue(queue.remove(3))
            self.assertFalse(queue.remove(3))
            self.assertTrue(queue.remove(1))
            self.assertEqual(sorted(queue.get_nowait() for _ in range(2)), [1, 2])
            self.assertEqual(queue.props.n_dropped, 2)

    def test_object(self):
        queue = Aq.Queue()
        objects = [Object() for _ in range(2)]
        queue.put_nowait(objects[0])
        self.assertFalse(queue.remove(objects[1]))
        self.assertTrue(queue.remove(objects[0]))

    def test_not_a_number(self):
        queue = Aq.Queue()
        item = float('nan')
        queue.put_nowait(item)
        self.assertFalse(queue.remove(float('nan')))
        self.assertTrue(queue.remove(item))

    def test_among_those_with_priority(self):
        queue = Aq.PriorityQueue()
        queue.put_nowait(1)
        queue.try_put_with_priority(2, 5)
        self.assertTrue(queue.remove(2))
        self.assertTrue(queue.remove(1))
        self.assertTrue(queue.empty())

    def test_what_others_take_meanwhile(self):
        """An item that is got while it is compared is gone; the next one put is another."""
        class Taken:
            def __init__(self, queue, put):
                self.queue = queue
                self.put = put

            def __eq__(self, other):
                self.queue.get_nowait()
                self.put('other')
                return True

        for cls in Aq.Queue, Aq.LifoQueue:
            queue = cls()
            queue.put_nowait(Taken(queue, queue.put_nowait))
            self.assertFalse(queue.remove('item'))
            self.assertEqual(queue.peek_all(), ['other'])

        for change in Aq.PriorityQueue.remove, lambda *args: queue.set_priority(*args[1:], 9):
            queue = Aq.PriorityQueue()
            put = queue.try_put_with_priority
            put(Taken(queue, lambda item: put(item, 5)), 1)
            put('last', 5)
            self.assertFalse(change(queue, 'item'))
            self.assertEqual(queue.peek_all(), ['last', 'other'])

    def test_lets_put_in(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        with threads(lambda: queue.put_sync(2)):
            while queue.get_waiting_putters() == 0:
                pass
            self.assertTrue(queue.remove(1))
        self.assertEqual(queue.get_nowait(), 2)

    def test_set_priority(self):
        queue = Aq.PriorityQueue()
        for item in 'abc':
            queue.try_put_with_priority(item, 5)
        self.assertTrue(queue.set_priority('c', 1))
        self.assertFalse(queue.set_priority('d', 1))
        self.assertEqual([queue.get_nowait() for _ in range(3)], ['c', 'a', 'b'])


@on_all_loops
class RemoveOnLoops:
    async def test_promised(self):
        """Who was promised one gets another, and the last one stays."""
        for cls in QUEUES:
            queue = cls()
            getting = asyncio.ensure_future(queue.get())
            await asyncio.sleep(0)
            for item in 1, 2:
                queue.put_nowait(item)
            self.assertEqual(len(queue.peek_all()), 2)
            self.assertTrue(queue.remove(1))
            self.assertFalse(queue.remove(2))
            self.assertEqual(await asyncio.wait_for(getting, TOO_LONG), 2)


@contextlib.contextmanager
def threads(*funcs):
    running = [threading.Thread(target=func) for func in funcs]
    for thread in running:
        thread.start()
    yield
    for thread in running:
        thread.join()


class Burnt(Exception):
    pass


class End(unittest.TestCase):
    def test_hold(self):
        queue = Aq.Queue()
        queue.hold()
        with queue.hold() as held:
            self.assertIs(held, queue)
            queue.put_nowait(1)
        self.assertEqual(queue.get_state(), Aq.QueueState.OPEN)
        queue.release()
        self.assertEqual(queue.get_nowait(), 1)
        with self.assertRaises(Aq.QueueShutDown):
            queue.get_nowait()

    def test_cause_keeps_its_own_cause(self):
        queue = Aq.Queue()
        try:
            raise Burnt('rice') from KeyError('stove')
        except Burnt as error:
            queue.shutdown(error=error)
        with self.assertRaises(Burnt) as caught:
            queue.get_sync()
        self.assertIsInstance(caught.exception.__cause__, KeyError)

    def test_error_of_c(self):
        queue = Aq.Queue()
        queue.shutdown(error=GLib.Error('Nobody is there', 'g-io-error-quark',
                                        int(Gio.IOErrorEnum.NOT_FOUND)))
        with self.assertRaises(GLib.Error) as caught:
            queue.get_nowait()
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND))

    def test_first_cause_stays(self):
        queue = Aq.Queue()
        queue.shutdown()
        queue.shutdown(error=Burnt())
        with self.assertRaises(Aq.QueueShutDown):
            queue.get_nowait()
        self.assertIsNone(queue.get_error())

    def test_immediate_with_error(self):
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait(1)
            queue.shutdown(True, error=Burnt())
            with self.assertRaises(Burnt):
                queue.get_nowait()
            self.assertEqual(queue.props.n_dropped, 1)

    def test_what_is_no_error(self):
        queue = Aq.Queue()
        with self.assertRaises(TypeError):
            queue.shutdown(error='burnt')
        self.assertEqual(queue.get_state(), Aq.QueueState.OPEN)


@on_all_loops
class EndOnLoops:
    async def test_pause(self):
        queue = Aq.Queue()
        queue.set_paused(True)
        getting = asyncio.ensure_future(queue.get())
        await asyncio.sleep(0)
        queue.put_nowait(1)
        self.assertTrue(queue.empty())
        with self.assertRaises(Aq.QueueEmpty):
            queue.get_nowait()
        queue.set_paused(False)
        self.assertEqual(await asyncio.wait_for(getting, TOO_LONG), 1)

    async def test_with_error(self):
        for cls in QUEUES:
            queue = cls(1)
            cause = Burnt('The rice is burnt')
            queue.put_nowait(1)
            putting = asyncio.ensure_future(queue.put(2))
            await asyncio.sleep(0)
            queue.shutdown(error=cause)
            queue.shutdown(error=Burnt('too late'))
            with self.assertRaises(Burnt) as caught:
                await asyncio.wait_for(putting, TOO_LONG)
            self.assertIs(caught.exception, cause)
            with self.assertRaises(Burnt):
                queue.put_nowait(3)
            with self.assertRaises(Burnt):
                queue.put_sync(3)

            got = []
            with self.assertRaises(Burnt):
                async for item in queue:
                    got.append(item)
            self.assertEqual(got, [1])
            for get in queue.get_nowait, queue.get_sync:
                with self.assertRaises(Burnt) as caught:
                    get()
                self.assertIs(caught.exception, cause)
            self.assertIs(queue.get_error(), cause)

    async def test_get_any(self):
        queues = Aq.Queue(), Aq.Queue()
        queues[0].shutdown()
        queues[1].shutdown(error=Burnt())
        with self.assertRaises(Burnt):
            await Aq.get_any(*queues)

        other = Aq.Queue()
        other.put_nowait(1)
        self.assertEqual(await Aq.get_any(*queues, other), (1, other))


if __name__ == '__main__':
    main()
