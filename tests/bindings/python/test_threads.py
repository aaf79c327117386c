# SPDX-License-Identifier: LGPL-2.1-or-later
"""From any thread, and from several event loops at once."""

import asyncio
import contextlib
import inspect
import signal
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from aqtest import QUEUES, TOO_LONG, Aq, GLibLoopTestCase, PlainLoopTestCase, main, on_all_loops
from gi.repository import Gio, GLib

END = object()


@contextlib.contextmanager
def thread(function, *args):
    """Runs a function in a thread, and yields its future."""
    with ThreadPoolExecutor(1) as executor:
        yield executor.submit(function, *args)


def wait_until(condition):
    """For what another thread is about to do; it is no verdict if it does not."""
    deadline = time.monotonic() + TOO_LONG
    while not condition() and time.monotonic() < deadline:
        time.sleep(0)


@on_all_loops
class ThreadAndLoop:
    """The loop sleeps when the other thread acts, so that has to wake it."""

    async def _sleep_until(self, waiting, function, *args):
        def act():
            wait_until(lambda: waiting() > 0)
            return function(*args)

        return asyncio.get_running_loop().run_in_executor(None, act)

    async def test_get_is_woken_by_put(self):
        for cls in QUEUES:
            for name in 'put_nowait', 'put_sync', 'try_put':
                queue = cls()
                acting = await self._sleep_until(queue.get_waiting_getters,
                                                 getattr(queue, name), 1)
                self.assertEqual(await self.finish(queue.get()), [1])
                await acting

    async def test_put_is_woken_by_get(self):
        for cls in QUEUES:
            queue = cls(1)
            queue.put_nowait(1)
            acting = await self._sleep_until(queue.get_waiting_putters, queue.get_sync)
            self.assertEqual(await self.finish(queue.put(2)), [None])
            self.assertEqual(await acting, 1)
            self.assertEqual(queue.get_nowait(), 2)

    async def test_join_is_woken_by_task_done(self):
        queue = Aq.Queue()
        queue.put_nowait(1)

        def work():
            queue.get_sync()
            queue.task_done()

        acting = asyncio.get_running_loop().run_in_executor(None, work)
        self.assertEqual(await self.finish(queue.join()), [None])
        await acting

    async def test_get_is_woken_by_shutdown(self):
        queue = Aq.Queue()
        acting = await self._sleep_until(queue.get_waiting_getters, queue.shutdown)
        await self.assert_raises(Aq.QueueShutDown, queue.get())
        await acting

    async def test_each_wait_is_woken(self):
        """Also after the loop woke for another queue, and has nothing to do with that since."""
        queues = [Aq.Queue() for _ in range(5)]
        getters = [await self.start(queue.get()) for queue in queues]

        def produce():
            for n, queue in enumerate(queues):
                wait_until(lambda: n == 0 or getters[n - 1].done())
                queue.put_nowait(n)

        with thread(produce):
            self.assertEqual(await self.finish(*getters), [0, 1, 2, 3, 4])

    async def test_get_between_other_things(self):
        """A loop that is woken all the time sees each item."""
        queue = Aq.Queue(1)

        def produce():
            for n in range(2000):
                queue.put_sync(n)
            queue.shutdown()

        async def tick():
            while True:
                await asyncio.sleep(0)

        async def consume():
            return [item async for item in queue]

        ticker = asyncio.ensure_future(tick())
        with thread(produce):
            items, = await self.finish(consume())
        ticker.cancel()
        self.assertEqual(items, list(range(2000)))

    async def test_producers_and_consumers(self):
        queue = Aq.Queue(10)
        n_producers, n_items, n_consumers = 4, 500, 3

        def produce(n):
            for i in range(n_items):
                queue.put_sync((n, i))

        def work():
            items = []
            with contextlib.suppress(Aq.QueueShutDown):
                while True:
                    items.append(queue.get_sync())
                    queue.task_done()
            return items

        async def consume():
            items = []
            async for item in queue:
                items.append(item)
                queue.task_done()
            return items

        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(n_producers + n_consumers) as executor:
            workers = [loop.run_in_executor(executor, work) for _ in range(n_consumers)]
            consumers = [asyncio.ensure_future(consume()) for _ in range(n_consumers)]
            producers = [loop.run_in_executor(executor, produce, n)
                         for n in range(n_producers)]
            await self.finish(*producers)
            await self.finish(queue.join())
            queue.shutdown()
            results = await self.finish(*workers, *consumers)

        items = [item for result in results for item in result]
        self.assertEqual(sorted(items),
                         [(n, i) for n in range(n_producers) for i in range(n_items)])
        for result in results:
            for n in range(n_producers):
                of_one = [i for producer, i in result if producer == n]
                self.assertEqual(of_one, sorted(of_one))


class Threads(unittest.TestCase):
    def test_44_timeouts(self):
        for cls in QUEUES:
            queue = cls(1)
            self.assertRaises(TimeoutError, queue.get_sync, timeout=0)
            self.assertRaises(TimeoutError, queue.get_sync, timeout=0.001)
            queue.put_sync(1, timeout=0)
            self.assertRaises(TimeoutError, queue.put_sync, 2, timeout=0.001)
            self.assertRaises(TimeoutError, queue.join_sync, timeout=0.001)
            for timeout in -1, float('nan'):
                self.assertRaises(ValueError, queue.get_sync, timeout=timeout)
                self.assertRaises(ValueError, queue.put_sync, 2, timeout=timeout)
                self.assertRaises(ValueError, queue.join_sync, timeout=timeout)
            self.assertEqual(queue.get_sync(timeout=float('inf')), 1)
            queue.task_done()
            queue.join_sync(timeout=1e300)
            self.assertRaises(TypeError, queue.get_sync, timeout='1')

    def test_arguments_are_checked_though_it_need_not_wait(self):
        cancelled = Gio.Cancellable()
        cancelled.cancel()

        def check():
            for cls in QUEUES:
                queue = cls()
                for length in 0, 1:
                    for function, *args in ((queue.put_sync, 1), (queue.get_sync,),
                                            (queue.join_sync,)):
                        for timeout in -1, float('nan'):
                            self.assertRaises(ValueError, function, *args, timeout=timeout)
                        self.assertRaises(TypeError, function, *args, timeout='x')
                        self.assertRaises(TypeError, function, *args, 'x')
                    for function, *args in (queue.put_sync, 1), (queue.get_sync,):
                        with self.assertRaises(GLib.Error) as raised:
                            function(*args, cancelled)
                        self.assertTrue(raised.exception.matches(Gio.io_error_quark(),
                                                                 Gio.IOErrorEnum.CANCELLED))
                    self.assertEqual(queue.qsize(), length)
                    queue.put_nowait(1)

        check()
        with thread(check) as checking:
            self.assertIsNone(checking.result())

    def test_44_shutdown_releases_a_get(self):
        queue = Aq.Queue()
        with thread(queue.get_sync) as getting:
            wait_until(queue.get_waiting_getters)
            queue.shutdown()
            self.assertRaises(Aq.QueueShutDown, getting.result, TOO_LONG)

    def test_44_shutdown_releases_a_put(self):
        for cls in QUEUES:
            queue = cls(1)
            queue.put_nowait(1)
            with thread(queue.put_sync, 2) as putting:
                wait_until(queue.get_waiting_putters)
                queue.shutdown()
                self.assertRaises(Aq.QueueShutDown, putting.result, TOO_LONG)
            self.assertEqual(queue.get_sync(), 1)
            self.assertRaises(Aq.QueueShutDown, queue.get_sync)

    def test_44_join_under_shutdown(self):
        queue = Aq.Queue()
        queue.put_nowait(1)
        with thread(queue.join_sync) as joining:
            queue.shutdown()
            queue.get_sync()
            self.assertFalse(joining.done())
            queue.task_done()
            self.assertIsNone(joining.result(TOO_LONG))

    def test_44_many_at_a_barrier(self):
        """Each put and get has one outcome when a shutdown comes in between."""
        for immediate in False, True:
            queue = Aq.Queue(2)
            barrier = threading.Barrier(9)

            def put(n):
                barrier.wait()
                try:
                    return queue.put_sync(n, timeout=TOO_LONG)
                except Aq.QueueShutDown:
                    return 'closed'

            def get(n):
                barrier.wait()
                try:
                    return queue.get_sync(timeout=TOO_LONG)
                except Aq.QueueShutDown:
                    return 'closed'

            def shut_down():
                barrier.wait()
                queue.shutdown(immediate)

            with ThreadPoolExecutor(9) as executor:
                puts = [executor.submit(put, n) for n in range(4)]
                gets = [executor.submit(get, n) for n in range(4)]
                executor.submit(shut_down)
            went_in = [n for n, future in enumerate(puts) if future.result() is None]
            came_out = [future.result() for future in gets if future.result() != 'closed']
            while not queue.empty():
                came_out.append(queue.get_nowait())
            self.assertLessEqual(set(came_out), set(went_in))
            self.assertEqual(len(came_out), len(set(came_out)))
            self.assertEqual(len(went_in), len(came_out) + queue.get_n_dropped())

    def _check_many_threads(self, n_threads, n_items, put, get):
        """Each item comes out once, though not each get need be successful."""
        queue = Aq.Queue()

        def put_all(n):
            for i in range(n_items):
                put(queue, n * n_items + i)

        def get_all():
            items = []
            while len(items) < n_items:
                with contextlib.suppress(asyncio.QueueEmpty, TimeoutError):
                    items.append(get(queue))
            return items

        with ThreadPoolExecutor(2 * n_threads) as executor:
            gets = [executor.submit(get_all) for _ in range(n_threads)]
            for n in range(n_threads):
                executor.submit(put_all, n)
            items = [item for future in gets for item in future.result()]
        self.assertEqual(sorted(items), list(range(n_threads * n_items)))
        self.assertTrue(queue.empty())

    def test_46_many_threads(self):
        self._check_many_threads(50, 200, Aq.Queue.put_sync, Aq.Queue.get_sync)

    def test_46_many_threads_that_do_not_block(self):
        self._check_many_threads(50, 200, Aq.Queue.put_nowait, Aq.Queue.get_nowait)

    def test_46_many_threads_with_timeouts(self):
        self._check_many_threads(50, 20, Aq.Queue.put_sync,
                                 lambda queue: queue.get_sync(timeout=1e-5))

    def test_look_at_items_that_go(self):
        """A look at items shows what was there, though another thread takes them meanwhile."""
        for look, expected in (Aq.Queue.peek, 1), (lambda queue: queue.peek_many(9), [1, 2]):
            queue = Aq.Queue()
            queue.put_nowait(1)
            queue.put_nowait(2)

            def profile(frame, event, arg):
                # All is taken out of the queue by now. It is the turn of the other thread.
                if event == 'call' and frame.f_code.co_name == 'peek_item':
                    sys.setprofile(None)
                    with thread(serve):
                        pass

            def serve():
                self.assertEqual(queue.get_nowait(), 1)
                queue.put_nowait(3)

            sys.setprofile(profile)
            try:
                items = look(queue)
            finally:
                sys.setprofile(None)
            self.assertEqual(items, expected)
            self.assertEqual([queue.get_nowait(), queue.get_nowait()], [2, 3])

    def test_gil_is_released(self):
        queue = Aq.Queue()
        with thread(queue.get_sync) as getting:
            # This thread could not even see that the other one waits.
            wait_until(queue.get_waiting_getters)
            self.assertEqual(queue.get_waiting_getters(), 1)
            queue.put_nowait(1)
            self.assertEqual(getting.result(TOO_LONG), 1)

    def test_cancellable(self):
        queue = Aq.Queue()
        cancellable = Gio.Cancellable()
        with thread(queue.get_sync, cancellable) as getting:
            wait_until(queue.get_waiting_getters)
            cancellable.cancel()
            with self.assertRaises(GLib.Error) as raised:
                getting.result(TOO_LONG)
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(),
                                                 Gio.IOErrorEnum.CANCELLED))

    def test_cancellable_in_the_main_thread(self):
        for wait, waiting in self._get_and_put():
            cancellable = Gio.Cancellable()

            def cancel():
                wait_until(waiting)
                cancellable.cancel()

            with thread(cancel), self.assertRaises(GLib.Error) as raised:
                wait(cancellable, timeout=TOO_LONG)
            self.assertTrue(raised.exception.matches(Gio.io_error_quark(),
                                                     Gio.IOErrorEnum.CANCELLED))
            self.assertRaises(GLib.Error, wait, cancellable)
            self.assertFalse(waiting())

    def test_interrupted(self):
        """Ctrl-C ends a wait of the main thread, and nothing is lost."""
        for wait, waiting in self._get_and_put():
            def interrupt():
                wait_until(waiting)
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

            with thread(interrupt):
                self.assertRaises(KeyboardInterrupt, wait, timeout=TOO_LONG)
            self.assertFalse(waiting())

    def test_interrupted_with_a_promise(self):
        for cls in QUEUES:
            queue = cls()

            def put(*args):
                # We are in the midst of waiting, and may be given this.
                queue.put_nowait(1)
                raise ZeroDivisionError

            def interrupt():
                wait_until(queue.get_waiting_getters)
                signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

            self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, put))
            with thread(interrupt):
                self.assertRaises(ZeroDivisionError, queue.get_sync, timeout=TOO_LONG)
            self.assertEqual(queue.get_nowait(), 1)
            self.assertEqual(queue.qsize(), 0)

    def _interrupt_at(self, step, queue):
        """Gets in the main thread, while a signal comes at some step.

        Returns whether there were so many.
        """
        n_steps = 0

        def profile(frame, event, arg):
            nonlocal n_steps
            is_ours = frame.f_globals.get('__package__') == Aq.Queue.__module__
            if is_ours and event in ('call', 'c_return'):
                n_steps += 1
                if n_steps == step:
                    sys.setprofile(None)
                    raise KeyboardInterrupt

        def put():
            wait_until(lambda: queue.get_waiting_getters() or ended)
            if not ended:
                queue.try_put(1)

        ended = False
        with thread(put):
            try:
                sys.setprofile(profile)
                queue.get_sync(timeout=TOO_LONG)
            except KeyboardInterrupt:
                pass
            finally:
                sys.setprofile(None)
                ended = True
        return n_steps >= step

    @unittest.skipIf(sys.version_info < (3, 11), 'there a handler comes between any two steps')
    def test_interrupted_anywhere(self):
        """Nothing hangs, and no context is left behind as the default of the thread."""
        queue = Aq.Queue()
        step = 1
        while self._interrupt_at(step, queue):
            self.assertIsNone(GLib.MainContext.get_thread_default(), step)
            self.assertEqual(queue.get_waiting_getters(), 0)
            queue.clear()
            step += 1
        self.assertGreater(step, 20)

    def test_woken_in_the_main_thread(self):
        for cls in QUEUES:
            queue = cls(1)

            def serve():
                wait_until(queue.get_waiting_getters)
                queue.put_nowait(1)
                wait_until(lambda: queue.get_n_promised() == 0)
                queue.put_sync(2)
                wait_until(queue.get_waiting_putters)
                self.assertEqual(queue.get_sync(), 2)
                self.assertEqual(queue.get_sync(), 3)
                for _ in range(3):
                    queue.task_done()

            with thread(serve) as serving:
                self.assertEqual(queue.get_sync(), 1)
                wait_until(queue.full)
                queue.put_sync(3)
                queue.join_sync()
            self.assertIsNone(serving.result())

    def _get_and_put(self):
        """Returns functions that wait, each with one that tells whether somebody does."""
        full, empty = Aq.Queue(1), Aq.Queue()
        full.put_nowait(1)
        return (
            (empty.get_sync, empty.get_waiting_getters),
            (lambda *args, **kwargs: full.put_sync(2, *args, **kwargs),
             full.get_waiting_putters),
        )

    def test_task_done_from_threads(self):
        """Of all threads that report one task too many, each is told."""
        # Other threads have a say between any two steps.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-6)
        barrier = threading.Barrier(4)

        def report(queue):
            barrier.wait()
            try:
                queue.task_done()
                return 1
            except ValueError:
                return 0

        with ThreadPoolExecutor(4) as executor:
            for _ in range(300):
                queue = Aq.Queue()
                queue.put_nowait(1)
                reports = [executor.submit(report, queue) for _ in range(4)]
                self.assertEqual(sum(future.result() for future in reports), 1)

    def test_task_done_from_a_signal_handler(self):
        """Also while the same thread reports one."""
        queue = Aq.Queue()
        queue.put_nowait(0)
        queue.put_nowait(0)
        self.addCleanup(signal.signal, signal.SIGALRM,
                        signal.signal(signal.SIGALRM, lambda *args: queue.task_done()))
        self.assertIs(type(queue._task_done_lock), type(threading.RLock()), 'it would hang')
        with queue._task_done_lock:
            signal.raise_signal(signal.SIGALRM)
        queue.task_done()
        self.assertEqual(queue.get_unfinished_tasks(), 0)

    def test_loop_that_changes_its_thread(self):
        queue = Aq.Queue()
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)

        async def get_one_that_comes():
            getting = asyncio.ensure_future(queue.get())
            await asyncio.sleep(0)
            queue.put_nowait(0)
            return await getting

        self.assertEqual(loop.run_until_complete(get_one_that_comes()), 0)
        with thread(loop.run_forever):
            try:
                for n in range(100):
                    getting = asyncio.run_coroutine_threadsafe(queue.get(), loop)
                    wait_until(queue.get_waiting_getters)
                    # Most often the loop sleeps by now, and then it has to be woken.
                    time.sleep(0.0005)
                    queue.put_nowait(n)
                    self.assertEqual(getting.result(TOO_LONG), n)
            finally:
                loop.call_soon_threadsafe(loop.stop)

    def test_loops_in_threads(self):
        """A queue belongs to no loop: asyncio's would raise RuntimeError."""
        there, back = Aq.Queue(1), Aq.Queue(1)

        async def ping():
            for n in range(300):
                await there.put(n)
                assert await back.get() == n + 1
            there.shutdown()

        async def pong():
            async for n in there:
                await back.put(n + 1)

        with thread(asyncio.run, pong()) as ponging:
            asyncio.run(asyncio.wait_for(ping(), TOO_LONG))
            self.assertIsNone(ponging.result(TOO_LONG))

    def test_one_loop_after_the_other(self):
        queue = Aq.Queue(1)

        async def put_and_get():
            getting = asyncio.ensure_future(queue.get())
            await asyncio.sleep(0)
            await queue.put(1)
            return await getting

        for _ in range(10):
            self.assertEqual(asyncio.run(put_and_get()), 1)


class ClosedLoops(unittest.TestCase):
    """What is promised to a loop that is closed goes to others."""

    def _check(self, new_loop):
        queue = Aq.Queue()
        getters = []

        async def start_to_get():
            getters.append(asyncio.ensure_future(queue.get()))
            await asyncio.sleep(0)

        def start_and_close():
            loop = new_loop()
            loop.run_until_complete(start_to_get())
            loop.close()

        async def get():
            return await asyncio.wait_for(queue.get(), TOO_LONG)

        for get_one in (lambda: asyncio.run(get())), queue.get_nowait, queue.get_sync:
            for _ in range(3):
                start_and_close()
            for n in range(3):
                queue.put_nowait(n)
            self.assertEqual([get_one() for _ in range(3)], [0, 1, 2])
            self.assertEqual(queue.get_waiting_getters(), 0)

        # There can be more of them than Python nests calls. As many would take all the
        # files that a process may open, so here it nests fewer.
        loops = [new_loop() for _ in range(60)]
        for loop in loops:
            loop.run_until_complete(start_to_get())
        for loop in loops:
            loop.close()
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(len(inspect.stack()) + 60)
        try:
            queue.put_nowait(0)
            self.assertEqual(queue.get_nowait(), 0)
        finally:
            sys.setrecursionlimit(limit)
        self.assertEqual(queue.get_waiting_getters(), 0)

        # The loop is closed while somebody waits behind it.
        loop = new_loop()
        loop.run_until_complete(start_to_get())
        with thread(queue.get_sync) as getting:
            wait_until(lambda: queue.get_waiting_getters() == 2)
            loop.close()
            queue.put_nowait(3)
            self.assertEqual(getting.result(TOO_LONG), 3)
        for getter in getters:
            # Or it would complain that it was left behind.
            getter._log_destroy_pending = False

    def test_plain(self):
        self._check(PlainLoopTestCase().new_loop)

    def test_glib(self):
        self._check(GLibLoopTestCase().new_loop)


if __name__ == '__main__':
    main()
