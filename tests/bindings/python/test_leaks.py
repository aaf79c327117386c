# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing is left behind: neither memory, nor objects, nor file descriptors."""

import asyncio
import contextlib
import ctypes
import gc
import os
import sys
import unittest
import unittest.mock
import weakref
from concurrent.futures import ThreadPoolExecutor

from aqtest import QUEUES, TOO_LONG, Aq, gi, main, on_all_loops
from gi.repository import GObject

N_ITEMS = 100_000
N_WAITS = 3_000

# For all of the items: less than one byte for each.
TOO_MUCH = 50_000
TOO_MANY_BLOCKS = 400


class _MallInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        'arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks', 'uordblks',
        'fordblks', 'keepcost')]


def get_heap():
    """Returns how many bytes C has in use, or 0 where that is not known."""
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        return 0
    mallinfo.restype = _MallInfo
    info = mallinfo()
    return info.uordblks + info.hblkhd


def count_fds():
    return len(os.listdir('/proc/self/fd'))


class Value:
    def __lt__(self, other):
        return False


class _LeakCase:
    # Each callback of any function costs so much in PyGObject before 3.44.2, for good.
    CALLBACK_LEAK = 64 if gi.version_info < (3, 44, 2) else 0

    knows_heap = True

    def setUp(self):
        super().setUp()
        self.n_waits = 0

        def wait(*args):
            self.n_waits += 1
            return original(*args)

        original = Aq.Queue._wait
        patch = unittest.mock.patch.object(Aq.Queue, '_wait', wait)
        patch.start()
        self.addCleanup(patch.stop)

    def measure(self):
        gc.collect()
        return get_heap() if self.knows_heap else 0, sys.getallocatedblocks(), self.n_waits

    def assert_same(self, before):
        heap, blocks, n_waits = (now - then for now, then in zip(self.measure(), before))
        self.assertLess(heap - n_waits * self.CALLBACK_LEAK, TOO_MUCH)
        self.assertLess(blocks, TOO_MANY_BLOCKS)

    def assert_flat(self, work):
        """The second time, work takes no memory: neither of C's nor of Python's."""
        work()
        before = self.measure()
        work()
        self.assert_same(before)


class WithoutALoop(_LeakCase, unittest.TestCase):
    def test_values(self):
        for cls in QUEUES:
            def work():
                queue = cls()
                for _ in range(N_ITEMS // 100):
                    for _ in range(100):
                        queue.put_nowait(Value())
                    queue.peek_many(100)
                    for _ in range(100):
                        queue.get_nowait()

            self.assert_flat(work)
        print(f'# figure: items through Python {len(QUEUES) * 2 * N_ITEMS}')

    def test_objects(self):
        for cls in QUEUES:
            def work():
                queue = cls()
                for n in range(N_WAITS):
                    item = GObject.Object()
                    item.__dict__['n'] = n
                    if cls is Aq.PriorityQueue:
                        queue.put_nowait(item)
                    else:
                        queue.try_put(item)
                    queue.get_nowait()

            self.assert_flat(work)

    def test_failures(self):
        for cls in QUEUES:
            def work():
                queue = cls(1)
                queue.put_nowait(1)
                for _ in range(N_WAITS):
                    with contextlib.suppress(asyncio.QueueFull):
                        queue.put_nowait(2)
                queue.get_nowait()
                for _ in range(N_WAITS):
                    with contextlib.suppress(asyncio.QueueEmpty):
                        queue.get_nowait()

            self.assert_flat(work)

    def test_dropped(self):
        for cls in QUEUES:
            def work():
                for _ in range(100):
                    queue = cls()
                    for _ in range(100):
                        queue.put_nowait(Value())
                    queue.clear()
                    for _ in range(100):
                        queue.put_nowait(Value())

            self.assert_flat(work)

    def test_threads(self):
        def work():
            queue = Aq.Queue(10)
            with ThreadPoolExecutor(2) as executor:
                def get():
                    for _ in range(N_WAITS):
                        queue.get_sync(timeout=TOO_LONG)

                def put():
                    for _ in range(N_WAITS):
                        queue.put_sync(Value())

                for future in executor.submit(get), executor.submit(put):
                    future.result()

        self.assert_flat(work)

    def test_objects_are_finalized(self):
        for cls in QUEUES:
            queue, item, value = cls(), GObject.Object(), Value()
            references = [weakref.ref(thing) for thing in (queue, item, value)]
            queue.put_nowait(value)
            queue.get_nowait()
            queue.put_nowait(item)
            queue.put_nowait(value) if cls is not Aq.PriorityQueue else None
            finalized = []
            queue.weak_ref(finalized.append, 'queue')
            item.weak_ref(finalized.append, 'item')
            del queue, item, value
            gc.collect()
            self.assertEqual([reference() for reference in references], [None] * 3)
            self.assertEqual(sorted(finalized), ['item', 'queue'])

    def test_event_loops(self):
        async def put_and_get():
            queue = Aq.Queue()
            getting = asyncio.ensure_future(queue.get())
            await asyncio.sleep(0)
            queue.put_nowait(1)
            return await getting

        asyncio.run(put_and_get())
        gc.collect()
        n_fds = count_fds()
        for _ in range(50):
            asyncio.run(put_and_get())
        gc.collect()
        self.assertLessEqual(count_fds(), n_fds)


@on_all_loops
class OnALoop(_LeakCase):
    @property
    def knows_heap(self):
        # gbulb leaves some behind for each turn of its own, and hides what we would.
        return isinstance(self.loop, asyncio.SelectorEventLoop) and \
            not hasattr(self.loop, '_context')

    async def assert_flat_async(self, work):
        await work()
        before = self.measure()
        await work()
        self.assert_same(before)

    async def test_waits(self):
        for cls in QUEUES:
            async def work():
                queue = cls(2)

                async def produce():
                    for _ in range(N_WAITS):
                        await queue.put(Value())
                    queue.shutdown()

                producer = asyncio.ensure_future(produce())
                async for _ in queue:
                    queue.task_done()
                await producer
                await queue.join()

            await self.assert_flat_async(work)

    async def test_cancelled(self):
        async def work():
            queue = Aq.Queue(1)
            for n in range(200):
                getters = [asyncio.ensure_future(queue.get()) for _ in range(3)]
                await asyncio.sleep(0)
                if n % 2:
                    queue.put_nowait(Value())
                    await asyncio.sleep(0)
                for getter in getters:
                    getter.cancel()
                await asyncio.wait(getters)
                queue.clear()
                queue.put_nowait(1)
                putter = asyncio.ensure_future(queue.put(Value()))
                await asyncio.sleep(0)
                putter.cancel()
                await asyncio.wait([putter])
                queue.clear()

        await self.assert_flat_async(work)

    async def _collect(self, reference):
        gc.collect()
        while reference() is not None:
            await asyncio.sleep(0)
            gc.collect()

    async def test_queue_is_finalized(self):
        for cls in QUEUES:
            queue = cls(1)
            reference = weakref.ref(queue)
            getter = await self.start(queue.get())
            queue.put_nowait(1)
            putter = await self.start(queue.put(2))
            joiner = await self.start(queue.join())
            await self.finish(getter, putter)
            joiner.cancel()
            await asyncio.wait([joiner])
            del queue, getter, putter, joiner
            # The callback of what was cancelled is on its way, with the queue.
            await self.finish(self._collect(reference))


if __name__ == '__main__':
    main()
