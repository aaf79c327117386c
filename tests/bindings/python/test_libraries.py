# SPDX-License-Identifier: LGPL-2.1-or-later
"""One queue under asyncio, uvloop, trio, and anyio on either of its backends."""

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import threading
import unittest

from aqtest import MISSING, QUEUES, TOO_LONG, Aq, anyio, main, set_clock, trio, uvloop

CANCELLED = 'cancelled'


class Task:
    """What came of it is a result, an exception, or CANCELLED."""

    outcome = None

    async def _run(self, function):
        try:
            self.outcome = await function()
        except Exception as error:
            self.outcome = error


class _AsyncioTask(Task):
    async def run(self, function):
        self._task = asyncio.current_task()
        with contextlib.suppress(asyncio.CancelledError):
            self.outcome = CANCELLED
            await self._run(function)

    def cancel(self):
        self._task.cancel()


class Asyncio:
    """What the tests need, in the words of asyncio."""

    def run(self, function):
        loop = self.new_loop()
        try:
            return loop.run_until_complete(asyncio.wait_for(function(), TOO_LONG))
        finally:
            loop.close()

    def new_loop(self):
        return asyncio.new_event_loop()

    @contextlib.asynccontextmanager
    async def tasks(self):
        """Gives a function that starts one; all have ended in the end."""
        started = []

        def start(function):
            task = _AsyncioTask()
            started.append(asyncio.ensure_future(task.run(function)))
            return task

        yield start
        await asyncio.gather(*started)

    async def turn(self):
        await asyncio.sleep(0)

    async def time_out(self, seconds, function):
        """Returns whether it had to be cancelled."""
        try:
            await asyncio.wait_for(function(), seconds)
        except asyncio.TimeoutError:
            return True
        return False

    async def run_in_thread(self, function):
        return await asyncio.get_running_loop().run_in_executor(None, function)


class Uvloop(Asyncio):
    def new_loop(self):
        return uvloop.new_event_loop()


class _ScopeTask(Task):
    def __init__(self, library):
        self._scope = library.CancelScope()

    async def run(self, function):
        with self._scope:
            self.outcome = CANCELLED
            await self._run(function)

    def cancel(self):
        self._scope.cancel()


class _Scoped:
    """What trio and anyio have in common."""

    @contextlib.asynccontextmanager
    async def tasks(self):
        async with self.new_group() as group:
            def start(function):
                task = _ScopeTask(self.library)
                group.start_soon(task.run, function)
                return task

            yield start

    async def time_out(self, seconds, function):
        with self.library.move_on_after(seconds) as scope:
            await function()
        # What caught a cancellation is told by each in its own way.
        return scope.cancel_called

    async def turn(self):
        await self.library.lowlevel.checkpoint()

    async def run_in_thread(self, function):
        return await self.library.to_thread.run_sync(function)


class Trio(_Scoped):
    library = trio

    def run(self, function):
        async def run():
            with trio.fail_after(TOO_LONG):
                return await function()

        return trio.run(run)

    def new_group(self):
        return trio.open_nursery()


class AnyioOnAsyncio(_Scoped):
    library = anyio
    backend = 'asyncio'

    def run(self, function):
        async def run():
            with anyio.fail_after(TOO_LONG):
                return await function()

        return anyio.run(run, backend=self.backend)

    def new_group(self):
        return anyio.create_task_group()


class AnyioOnTrio(AnyioOnAsyncio):
    backend = 'trio'


LIBRARIES = (Asyncio, Uvloop, Trio, AnyioOnAsyncio, AnyioOnTrio)


def with_each(libraries):
    """Makes a test case for each of them; a test that is a coroutine runs in it."""
    def decorate(cases):
        for library in libraries:
            members = {'__module__': cases.__module__, 'library': library()}
            for name, method in vars(cases).items():
                if name.startswith('test') and asyncio.iscoroutinefunction(method):
                    members[name] = _make_test(method)
            name = library.__name__ + cases.__name__
            globals()[name] = unittest.skipIf(MISSING, f'missing: {MISSING}')(
                type(name, (cases, unittest.TestCase), members))
        return cases

    return decorate


def _make_test(method):
    def test(self):
        self.library.run(lambda: method(self))

    test.__doc__ = method.__doc__
    return test


@with_each(LIBRARIES)
class Waiting:
    async def turns(self):
        """All that can go on has done so."""
        for _ in range(10):
            await self.library.turn()

    async def test_producer_and_consumer(self):
        for cls in QUEUES:
            queue = cls(1)
            got = []

            async def produce():
                for n in range(100):
                    await queue.put(n)
                queue.shutdown()

            async def consume():
                async for n in queue:
                    got.append(n)
                    queue.task_done()

            async with self.library.tasks() as start:
                start(produce)
                start(consume)
                start(queue.join)
            self.assertEqual(sorted(got), list(range(100)))

    async def test_served_in_order(self):
        queue = Aq.Queue()
        async with self.library.tasks() as start:
            getters = []
            for n in range(3):
                getters.append(start(queue.get))
                await self.turns()
            for n in range(3):
                queue.put_nowait(n)
                await self.turns()
                self.assertEqual(getters[n].outcome, n)

    async def test_get_cancelled(self):
        queue = Aq.Queue()
        async with self.library.tasks() as start:
            first, second = start(queue.get), start(queue.get)
            await self.turns()
            self.assertEqual(queue.get_waiting_getters(), 2)
            first.cancel()
            await self.turns()
            self.assertEqual((first.outcome, queue.get_waiting_getters()), (CANCELLED, 1))
            queue.put_nowait(1)
        self.assertEqual(second.outcome, 1)
        self.assertFalse(queue._waits)

    async def test_get_cancelled_at_every_turn(self):
        """It has the item, or the queue has it still."""
        for n in range(6):
            queue = Aq.Queue()
            async with self.library.tasks() as start:
                getter = start(queue.get)
                await self.turns()
                queue.put_nowait(1)
                for _ in range(n):
                    await self.library.turn()
                getter.cancel()
            self.assertEqual((getter.outcome, queue.qsize()) in ((CANCELLED, 1), (1, 0)), True)

    async def test_put_cancelled(self):
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        async with self.library.tasks() as start:
            putter = start(lambda: queue.put(2))
            await self.turns()
            putter.cancel()
        self.assertEqual(putter.outcome, CANCELLED)
        self.assertEqual(queue.get_waiting_putters(), 0)
        self.assertEqual((queue.get_nowait(), queue.empty()), (1, True))

    async def test_put_cancelled_at_every_turn(self):
        """If its item is in, it succeeds, and what comes next is cancelled."""
        for n in range(6):
            queue = Aq.Queue(1)
            queue.put_nowait(1)
            steps = []

            async def put():
                await queue.put(2)
                steps.append('put')
                await self.turns()
                steps.append('turns')

            async def put_and_go_on():
                # Who cancels that does not cancel what is around it.
                async with self.library.tasks() as start:
                    tasks.append(start(put))
                await self.turns()
                return 'end'

            tasks = []
            async with self.library.tasks() as start:
                outer = start(put_and_go_on)
                await self.turns()
                self.assertEqual(queue.get_nowait(), 1)
                for _ in range(n):
                    await self.library.turn()
                tasks[0].cancel()
            self.assertIn('put', steps)
            self.assertEqual(queue.get_nowait(), 2)
            self.assertEqual(outer.outcome, 'end')
            self.assertEqual(tasks[0].outcome, None if 'turns' in steps else CANCELLED)
            if n == 0:
                self.assertEqual(steps, ['put'])

    async def test_time_out(self):
        queue = Aq.Queue(1)
        self.assertTrue(await self.library.time_out(0.01, queue.get))
        self.assertEqual(queue.get_waiting_getters(), 0)
        queue.put_nowait(1)
        self.assertTrue(await self.library.time_out(0.01, lambda: queue.put(2)))
        self.assertTrue(await self.library.time_out(0.01, queue.join))
        self.assertFalse(await self.library.time_out(TOO_LONG, queue.get))
        self.assertTrue(queue.empty())

    async def test_shutdown(self):
        for cls in QUEUES:
            empty, full = cls(), cls(1)
            full.put_nowait(1)
            async with self.library.tasks() as start:
                tasks = [start(empty.get), start(empty.__anext__), start(lambda: full.put(2))]
                joiner = start(full.join)
                await self.turns()
                empty.shutdown()
                full.shutdown()
                await self.turns()
                self.assertEqual([type(task.outcome) for task in tasks],
                                 [Aq.QueueShutDown, StopAsyncIteration, Aq.QueueShutDown])
                self.assertEqual(joiner.outcome, CANCELLED)  # not done yet
                full.shutdown(immediate=True)
            self.assertIsNone(joiner.outcome)

    async def test_threads(self):
        there, back = Aq.Queue(1), Aq.Queue(1)

        def work():
            with contextlib.suppress(Aq.QueueShutDown):
                while True:
                    back.put_sync(there.get_sync() + 1)
            back.shutdown()

        async def produce():
            for n in range(100):
                await there.put(n)
            there.shutdown()

        async def consume():
            return [n async for n in back]

        async with self.library.tasks() as start:
            start(lambda: self.library.run_in_thread(work))
            start(produce)
            consumer = start(consume)
        self.assertEqual(consumer.outcome, list(range(1, 101)))

    async def test_nobody_keeps_the_loop(self):
        """Promise P6. The clock goes on by what the coroutine does alone."""
        now = 0

        def look():
            nonlocal now
            now += 1e-5
            return now

        queue = Aq.Queue()
        n_turns = 0

        async def take_turns():
            nonlocal n_turns
            while now < 1:
                await self.library.turn()
                n_turns += 1

        async def work():
            while now < 1:
                await queue.put(1)
                await queue.get()

        set_clock(look)
        try:
            async with self.library.tasks() as start:
                start(take_turns)
                start(work)
        finally:
            set_clock(lambda: 1)
        # A break comes every 2.5 ms at most.
        self.assertGreater(n_turns, 400)

    def test_again_and_again(self):
        """A run that has ended leaves nothing behind."""
        async def work():
            queue = Aq.Queue(1)
            async with self.library.tasks() as start:
                getter = start(queue.get)
                await self.library.turn()
                start(lambda: queue.put(1))
            self.assertEqual(getter.outcome, 1)

        def count():
            gc.collect()  # Trio leaves some for that.
            return len(os.listdir('/proc/self/fd'))

        self.library.run(work)
        n_fds = count()
        for _ in range(10):
            self.library.run(work)
        self.assertLessEqual(count(), n_fds)


@with_each((Trio, AnyioOnAsyncio, AnyioOnTrio))
class Scopes:
    """A part of a task that is cancelled alone."""

    async def _put_in_scope(self, n_turns):
        """Returns what was done of a put, another await in its scope, and one after that."""
        queue = Aq.Queue(1)
        queue.put_nowait(1)
        scope = self.library.library.CancelScope()
        steps = []

        async def put():
            with scope:
                await queue.put(2)
                steps.append('put')
                for _ in range(n_turns):
                    await self.library.turn()
                    steps.append('turn')
            for _ in range(10):
                await self.library.turn()
            steps.append('end')

        async with self.library.tasks() as start:
            start(put)
            while queue.get_waiting_putters() == 0:
                await self.library.turn()
            self.assertEqual(queue.get_nowait(), 1)
            scope.cancel()
        self.assertEqual(queue.get_nowait(), 2)
        return steps

    async def test_put_too_late_to_be_cancelled(self):
        """It succeeds, and what comes next in its scope is cancelled."""
        self.assertEqual(await self._put_in_scope(n_turns=10), ['put', 'end'])

    async def test_put_at_the_end_of_a_scope(self):
        """What comes after that goes on."""
        self.assertEqual(await self._put_in_scope(n_turns=0), ['put', 'end'])


@unittest.skipIf(MISSING, f'missing: {MISSING}')
class AllAtOnce(unittest.TestCase):
    def test_one_queue(self):
        """Each library runs in two threads, and all of them use the same queue."""
        queue = Aq.Queue(3)
        n_items = 200
        got, errors = [], []

        def run(library):
            async def produce():
                for n in range(n_items):
                    await queue.put(n)

            async def consume():
                async for n in queue:
                    got.append(n)
                    queue.task_done()

            async def give_up():
                while queue.get_state() == Aq.QueueState.OPEN:
                    await library.time_out(1e-4, get)

            async def get():
                got.append(await queue.get())
                queue.task_done()

            async def work():
                async with library.tasks() as start:
                    producer = start(produce)
                    start(consume)
                    start(give_up)
                self.assertIsNone(producer.outcome)

            try:
                library.run(work)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=[library()]) for library in LIBRARIES * 2]
        for thread in threads:
            thread.start()
        while queue.get_unfinished_tasks() or len(got) < n_items * len(threads):
            self.assertFalse(errors)
            queue.join_sync(timeout=TOO_LONG)
        queue.shutdown()
        for thread in threads:
            thread.join()
        self.assertFalse(errors)
        self.assertEqual(sorted(got), sorted([*range(n_items)] * len(threads)))

    def test_guest(self):
        """Trio as the guest of asyncio: each coroutine is resumed by its own."""
        queues = Aq.Queue(1), Aq.Queue(1)
        outcome = []

        async def pass_on():
            async for n in queues[0]:
                await queues[1].put(n)
            queues[1].shutdown()

        async def host():
            loop = asyncio.get_running_loop()
            is_done = loop.create_future()
            trio.lowlevel.start_guest_run(
                pass_on, run_sync_soon_threadsafe=loop.call_soon_threadsafe,
                done_callback=is_done.set_result)

            async def produce():
                for n in range(20):
                    await queues[0].put(n)
                queues[0].shutdown()

            producer = asyncio.ensure_future(produce())
            outcome.extend([n async for n in queues[1]])
            await producer
            (await is_done).unwrap()

        asyncio.run(asyncio.wait_for(host(), TOO_LONG))
        self.assertEqual(outcome, list(range(20)))

    def test_imported_by_nobody(self):
        """Who does not use trio, or anyio, does not load it."""
        code = '''
import asyncio, sys, gi
gi.require_version('Aq', '1')
from gi.repository import Aq
async def main():
    queue = Aq.Queue(1)
    await queue.put(1)
    await queue.get()
asyncio.run(main())
print(sorted({'anyio', 'sniffio', 'trio'} & set(sys.modules)))
'''
        done = subprocess.run([sys.executable, '-c', code], text=True, stdout=subprocess.PIPE)
        self.assertEqual(done.stdout, '[]\n')


if __name__ == '__main__':
    main()
