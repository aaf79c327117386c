# SPDX-License-Identifier: LGPL-2.1-or-later
"""A get from several queues takes from one, and leaves nothing behind in the others."""

import asyncio
import itertools
import threading

from aqtest import QUEUES, Aq, main, on_all_loops


def get_waiting(queues):
    return [queue.get_waiting_getters() for queue in queues]


@on_all_loops
class Many:
    async def test_takes_what_is_there(self):
        for cls in QUEUES:
            queue = cls()
            for item in 1, 1, 1:
                queue.put_nowait(item)
            self.assertEqual(await queue.get_many(2), [1, 1])
            self.assertEqual(await queue.get_many(), [1])

    async def test_waits(self):
        for cls in QUEUES:
            queue = cls()
            task = await self.start(queue.get_many())
            queue.put_nowait(1)
            queue.put_nowait(1)
            self.assertEqual(await self.finish(task), [[1, 1]])

    async def test_cancelled_takes_nothing(self):
        for cls in QUEUES:
            queue = cls()
            task = await self.start(queue.get_many())
            queue.put_nowait(1)
            task.cancel()
            await self.finish(task)
            self.assertTrue(task.cancelled())
            self.assertEqual(queue.get_nowait(), 1)

    async def test_ends(self):
        for cls in QUEUES:
            queue = cls()
            queue.shutdown()
            with self.assertRaises(Aq.QueueShutDown):
                await queue.get_many()
            with self.assertRaises(ValueError):
                await queue.get_many(0)


@on_all_loops
class Several:
    async def test_waits_in_each(self):
        for classes in itertools.product(QUEUES, repeat=2):
            queues = [cls() for cls in classes]
            for queue in queues:
                getter = await self.start(Aq.get_any(*queues))
                self.assertEqual(get_waiting(queues), [1, 1])
                queue.put_nowait(5)
                (item, found), = await self.finish(getter)
                self.assertEqual(item, 5)
                self.assertIs(found, queue)
                self.assertEqual(get_waiting(queues), [0, 0])

    async def test_in_their_order(self):
        queues = [Aq.Queue() for _ in range(3)]
        for queue in reversed(queues[1:]):
            queue.put_nowait('item')
        self.assertEqual(await Aq.get_any(*queues), ('item', queues[1]))
        self.assertEqual(await Aq.get_any(*queues), ('item', queues[2]))

    async def test_ends(self):
        queues = [Aq.Queue() for _ in range(3)]
        queues[0].shutdown()
        getter = await self.start(Aq.get_any(*queues))
        queues[2].shutdown()
        queues[1].put_nowait(None)
        (item, found), = await self.finish(getter)
        self.assertIsNone(item)
        self.assertIs(found, queues[1])
        getter = await self.start(Aq.get_any(*queues))
        queues[1].shutdown()
        result, = await self.finish(getter)
        self.assertIsInstance(result, Aq.QueueShutDown)
        with self.assertRaises(Aq.QueueShutDown):
            await Aq.get_any(*queues)

    async def test_cancelled(self):
        for n in range(6):
            queues = [Aq.Queue() for _ in range(3)]
            getter = await self.start(Aq.get_any(*queues))
            queues[1].put_nowait(1)
            queues[2].put_nowait(2)
            for _ in range(n):
                await asyncio.sleep(0)
            getter.cancel()
            result, = await self.finish(getter)
            if isinstance(result, asyncio.CancelledError):
                result = await asyncio.wait_for(Aq.get_any(*queues), 30)
            self.assertEqual(result, (1, queues[1]))
            self.assertEqual(await asyncio.wait_for(queues[2].get(), 30), 2)
            self.assertEqual(get_waiting(queues), [0, 0, 0])

    async def test_times_out(self):
        queues = [Aq.Queue(), Aq.Queue()]
        with self.assertRaises((TimeoutError, asyncio.TimeoutError)):
            await asyncio.wait_for(Aq.get_any(*queues), 0.001)
        self.assertEqual(get_waiting(queues), [0, 0])

    async def test_fed_by_a_thread(self):
        queues = [Aq.Queue(1), Aq.PriorityQueue(1)]

        def feed(queue):
            for i in range(500):
                queue.put_sync(i)
            queue.shutdown()

        threads = [threading.Thread(target=feed, args=(queue,)) for queue in queues]
        for thread in threads:
            thread.start()
        got = {id(queue): [] for queue in queues}
        while True:
            try:
                item, queue = await Aq.get_any(*queues)
            except Aq.QueueShutDown:
                break
            got[id(queue)].append(item)
        for thread in threads:
            thread.join()
        self.assertEqual(list(got.values()), [list(range(500))] * 2)

    async def test_bad_calls(self):
        queue = Aq.Queue()
        for wrong in (), (queue, queue):
            with self.assertRaises(ValueError):
                await Aq.get_any(*wrong)
        for wrong in (None,), (queue, asyncio.Queue()), ([queue],):
            with self.assertRaises(TypeError):
                await Aq.get_any(*wrong)
        self.assertEqual(get_waiting([queue]), [0])


if __name__ == '__main__':
    main()
