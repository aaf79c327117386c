# SPDX-License-Identifier: LGPL-2.1-or-later
"""A signal handler that raises in a blocking call, at whatever instant."""

import contextlib
import gc
import itertools
import signal
import sys
import threading
import unittest

from aqtest import QUEUES, Aq, main
from gi.repository import Gio, GLib

N_INTERRUPTS = 100


class Interrupt(Exception):
    """Such that a function which takes it for one of its own would show."""


@unittest.skipIf(sys.version_info < (3, 11), 'there a handler comes between any two steps')
class Storm(unittest.TestCase):
    """Signals come all the time, and the handler raises whenever a call is under way."""

    def setUp(self):
        # The other thread has a say often, or most of the time all would wait for that.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(0.0002)
        self.is_armed = False
        self.n_raised = self.n_caught = 0
        self.stray = []
        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, self._handle))
        self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)
        for name in 'excepthook', 'unraisablehook':
            self.addCleanup(setattr, sys, name, getattr(sys, name))
            setattr(sys, name, lambda *args: self.stray.append(args))

    def _handle(self, *args):
        if self.is_armed:
            self.is_armed = False
            self.n_raised += 1
            raise Interrupt

    def _calls(self, function):
        """Yields what calls return, and what they raise, until enough were interrupted.

        Between a call that returns and the next line no handler runs. It would if there
        were arguments in a tuple.
        """
        self.n_raised = self.n_caught = 0
        # Nor must garbage be collected during the call, for the same reason.
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
        while self.n_caught < N_INTERRUPTS:
            # What the traceback of the last one holds must not go during the call, since
            # what is raised in a destructor is lost.
            result = None
            try:
                self.is_armed = True
                result = function()
                self.is_armed = False
            except Interrupt as interrupt:
                self.n_caught += 1
                result = interrupt
            except Exception as error:
                self.is_armed = False
                result = error
            yield result

        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        self.assertEqual(self.n_raised, self.n_caught)
        self.assertEqual(self.stray, [])
        self.assertIsNone(GLib.MainContext.get_thread_default())

    def _assert_timed_out(self, error):
        if isinstance(error, GLib.Error):
            self.assertTrue(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT), error)
        else:
            self.assertIsInstance(error, (Interrupt, TimeoutError))

    def _gets(self, queue):
        """Yields functions that get, without arguments of theirs: see _calls()."""
        cancellable = Gio.Cancellable()
        yield queue.get_sync
        yield lambda: queue.get_sync(timeout=0.0003)
        yield lambda: queue.get_sync(cancellable, timeout=60)
        yield lambda: queue.timed_get(300)
        yield lambda: queue.get_sync(timeout=0)

    def test_get(self):
        for cls, n in itertools.product(QUEUES, range(5)):
            with self.subTest(cls=cls.__name__, n=n):
                queue = cls(2)
                put = []

                def produce():
                    with contextlib.suppress(Aq.QueueShutDown):
                        for number in itertools.count():
                            queue.put_sync(number)
                            put.append(number)

                producer = threading.Thread(target=produce, daemon=True)
                producer.start()
                get = next(itertools.islice(self._gets(queue), n, None))
                got = []
                for result in self._calls(get):
                    if isinstance(result, int):
                        got.append(result)
                    else:
                        self._assert_timed_out(result)
                self.assertEqual(queue.get_waiting_getters(), 0)
                queue.shutdown()
                producer.join()
                with contextlib.suppress(Aq.QueueShutDown):
                    while True:
                        got.append(queue.get_nowait())
                self.assertEqual(got if cls is Aq.Queue else sorted(got), put)

    def _puts(self, queue, numbers):
        cancellable = Gio.Cancellable()
        yield lambda: queue.put_sync(numbers[-1])
        yield lambda: queue.put_sync(numbers[-1], timeout=0.0003)
        yield lambda: queue.put_sync(numbers[-1], cancellable, timeout=60)
        if isinstance(queue, Aq.PriorityQueue):
            yield lambda: queue.timed_put_with_priority(numbers[-1], 0, 300)
        else:
            yield lambda: queue.timed_put(numbers[-1], 300)
        yield lambda: queue.put_sync(numbers[-1], timeout=0)

    def test_put(self):
        """What is interrupted may be in or not, and all else is in once."""
        for cls, n in itertools.product(QUEUES, range(5)):
            with self.subTest(cls=cls.__name__, n=n):
                queue = cls(2)
                got = []

                def consume():
                    with contextlib.suppress(Aq.QueueShutDown):
                        while True:
                            got.append(queue.get_sync())

                consumer = threading.Thread(target=consume, daemon=True)
                consumer.start()
                numbers, sure, unsure = [0], set(), set()
                put = next(itertools.islice(self._puts(queue, numbers), n, None))
                for result in self._calls(put):
                    if result is None or result is True:
                        sure.add(numbers[-1])
                    else:
                        self._assert_timed_out(result)
                    if isinstance(result, Interrupt):
                        unsure.add(numbers[-1])
                    numbers.append(numbers[-1] + 1)
                self.assertEqual(queue.get_waiting_putters(), 0)
                queue.shutdown()
                consumer.join()
                self.assertEqual(len(set(got)), len(got))
                self.assertLessEqual(sure, set(got))
                self.assertLessEqual(set(got), sure | unsure)
                if cls is Aq.Queue:
                    self.assertEqual(got, sorted(got))
                if cls is Aq.PriorityQueue:
                    self.assertEqual(list(queue._order), [])

    def test_put_in_vain(self):
        for cls in QUEUES:
            queue = cls(1)
            queue.put_nowait(-1)
            for result in self._calls(lambda: queue.put_sync(1, timeout=0.0003)):
                self._assert_timed_out(result)
            self.assertEqual(queue.get_waiting_putters(), 0)
            self.assertEqual(queue.get_nowait(), -1)
            self.assertTrue(queue.empty())

    def test_join(self):
        queue = Aq.Queue()
        may_end = threading.Event()

        def work():
            while not may_end.is_set():
                queue.put_sync(0)
                queue.get_sync()
                queue.task_done()

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        for join in (queue.join_sync, lambda: queue.join_sync(timeout=0.0003),
                     lambda: queue.timed_join(300)):
            for result in self._calls(join):
                if result not in (None, True):
                    self._assert_timed_out(result)
        may_end.set()
        worker.join()


if __name__ == '__main__':
    main()
