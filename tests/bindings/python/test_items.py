# SPDX-License-Identifier: LGPL-2.1-or-later
"""Any value travels, and comes out as itself."""

import abc
import asyncio
import copy
import fractions
import gc
import inspect
import math
import pickle
import unittest
import unittest.mock
import weakref

from aqtest import QUEUES, Aq, main, on_all_loops
from gi.repository import Gio, GLib, GObject


class Value:
    """Something that can be compared with anything, and referenced weakly."""

    def __lt__(self, other):
        return False


class Object(GObject.Object):
    __gtype_name__ = 'AqTestPythonObject'

    def __init__(self, name):
        super().__init__()
        self.name = name


def values():
    return [
        None, True, 0, -1, 2**31, 2**63, 2**64, -2**100, 0.5, math.inf, 1j, '', 'a\0b', '\ud800',
        b'\0', (), [], [[]], {}, {'a': 1}, set(), object(), Value(), Value, print, lambda: 0,
        ValueError('x'), NotImplemented, ..., iter([]), range(3), fractions.Fraction(1, 3),
        asyncio, GLib.Variant('i', 5), GLib.Bytes.new(b'x'), GLib.DateTime.new_now_utc(),
        GLib.Error('x'), GObject.TYPE_INT, Gio.IOErrorEnum.CLOSED, GObject.Object, Aq.Queue,
        Object('a'), Gio.Cancellable(), Aq.Queue(),
    ]


class Identity(unittest.TestCase):
    def test_any_value(self):
        for cls in QUEUES:
            for value in values():
                queue = cls()
                queue.put_nowait(value)
                gc.collect()
                self.assertIs(queue.get_nowait(), value)

    def test_under_pressure(self):
        """Values that only the queue holds survive the collector, and keep their order."""
        queue = Aq.Queue()
        for n in range(3000):
            queue.put_nowait([n])
            queue.put_nowait(Object(n))
            if n % 500 == 0:
                gc.collect()
        for n in range(3000):
            self.assertEqual(queue.get_nowait(), [n])
            self.assertEqual(queue.get_nowait().name, n)

    def test_objects_travel_as_themselves(self):
        """C and other languages see the object, and no box."""
        for cls in Aq.Queue, Aq.LifoQueue:
            queue = cls(item_type=Gio.Cancellable)
            cancellable = Gio.Cancellable()
            queue.put_nowait(cancellable)
            self.assertIs(queue.peek(), cancellable)
            self.assertIs(queue.get_nowait(), cancellable)

    def test_46_nothing_is_held_that_left(self):
        for cls in QUEUES:
            queue = cls()
            # The object in Python may come and go while that in C stays.
            for make, refer in (Value, weakref.ref), (lambda: Object('a'), Object.weak_ref):
                value = make()
                reference = refer(value)
                queue.put_nowait(value)
                del value
                self.assertIsNotNone(reference())
                value = queue.get_nowait()
                del value
                self.assertIsNone(reference())

    def test_46_nothing_is_held_that_was_dropped(self):
        for cls in QUEUES:
            queue = cls()
            value = Value()
            reference = weakref.ref(value)
            queue.put_nowait(value)
            del value
            queue.clear()
            self.assertIsNone(reference())

    def test_nothing_is_held_that_did_not_get_in(self):
        for cls in QUEUES:
            queue = cls(1)
            queue.put_nowait(Value())
            value = Value()
            reference = weakref.ref(value)
            self.assertRaises(asyncio.QueueFull, queue.put_nowait, value)
            self.assertRaises(TimeoutError, queue.put_sync, value, timeout=0)
            del value
            self.assertIsNone(reference())

    def test_46_put_from_a_destructor(self):
        for cls in QUEUES:
            queue = cls()

            class Last:
                def __del__(self):
                    queue.put_nowait(1)

                def __lt__(self, other):
                    return True

            queue.put_nowait(0)
            queue.put_nowait(Last())
            queue.put_nowait(Last())
            queue.clear()
            self.assertEqual([queue.get_nowait(), queue.get_nowait()], [1, 1])
            self.assertEqual(queue.qsize(), 0)

    def test_boxes_of_others(self):
        """A box that C has carried to another queue gives its value there."""
        for cls in QUEUES:
            source = cls()
            for value in 1, 2:
                source.put_nowait(value)
            target = Aq.Queue()
            for _ in range(2):
                target.put_nowait(super(Aq.Queue, source).try_get())
            self.assertEqual(sorted([target.get_nowait(), target.get_nowait()]), [1, 2])
            self.assertTrue(source.empty())


    def test_box_that_another_holds(self):
        """It stays as it is, while others are used again."""
        queue, holder = Aq.Queue(), Gio.ListStore()
        queue.put_nowait(1)
        holder.append(super(Aq.Queue, queue).peek())
        self.assertEqual(queue.get_nowait(), 1)
        for n in range(200):
            queue.put_nowait(n)
        self.assertEqual(holder[0].peek(), 1)


class Construction(unittest.TestCase):
    def test_maxsize(self):
        for cls in QUEUES:
            self.assertEqual(cls().maxsize, 0)
            self.assertEqual(cls(3).maxsize, 3)
            self.assertEqual(cls(maxsize=3).maxsize, 3)
            self.assertEqual(cls(max_size=3).maxsize, 3)

    def test_odd_maxsizes(self):
        """As asyncio: any number, which is rounded up, and not above 0 is no bound."""
        fits = {1.3: 2, 0.5: 1, True: 1, fractions.Fraction(5, 2): 3,
                0: 9, -1: 9, -2.5: 9, math.inf: 9, -math.inf: 9, False: 9, 2**40: 9}
        for maxsize, n_fit in fits.items():
            for cls in QUEUES:
                queue = cls(maxsize)
                self.assertEqual(queue.maxsize, maxsize)
                for n in range(n_fit):
                    self.assertFalse(queue.full())
                    queue.put_nowait(n)
                self.assertEqual(queue.full(), n_fit < 9)
        queue = Aq.Queue(math.nan)
        queue.put_nowait(1)
        self.assertFalse(queue.full())
        self.assertTrue(math.isnan(queue.maxsize))

    def test_wrong_types(self):
        for cls in QUEUES:
            for maxsize in None, '3', [], 1j, object():
                self.assertRaisesRegex(TypeError, 'maxsize is a number', cls, maxsize)
            self.assertRaises(TypeError, cls, item_type=int)
            self.assertRaises(TypeError, cls, item_type='x')
            self.assertRaises(TypeError, cls, **{'item-type': int})
            self.assertRaises(TypeError, cls, 1, 2)
            for item_type in int, GObject.TYPE_STRING, 'x', None:
                self.assertRaises(TypeError, cls.new, item_type, 1)
            self.assertRaises(TypeError, cls.new, GObject.Object, 'x')
            self.assertRaises((TypeError, OverflowError), cls.new, GObject.Object, -1)
            self.assertRaises(TypeError, cls, no_such_property=1)

    def test_names_of_properties(self):
        """They can be written in both ways, as with any object."""
        for name in 'max-size', 'max_size':
            self.assertEqual(Aq.Queue(**{name: 2}).maxsize, 2)

    def test_bound_that_changes(self):
        queue = Aq.Queue(1.5)
        queue.set_max_size(5)
        self.assertEqual(queue.maxsize, 5)

    def test_queues_of_c(self):
        """A queue that was made without our constructor is as good."""
        for queue in (Aq.Queue.new(GObject.Object, 2), Aq.LifoQueue.new(GObject.Object, 2),
                      Aq.PriorityQueue.new(GObject.Object, 2), GObject.new(Aq.Queue, max_size=2),
                      GObject.new(Aq.LifoQueue, max_size=2),
                      GObject.new(Aq.PriorityQueue.__gtype__, max_size=2)):
            self.assertEqual(queue.maxsize, 2)
            queue.put_nowait(1)
            queue.put_nowait(2)
            self.assertRaises(asyncio.QueueFull, queue.put_nowait, 3)
            self.assertEqual({queue.get_nowait(), queue.get_nowait()}, {1, 2})

    def test_item_type(self):
        queue = Aq.Queue(item_type=Gio.File)
        for item in 1, None, Gio.Cancellable(), Object('a'):
            self.assertRaises(TypeError, queue.put_nowait, item)
            self.assertRaises(TypeError, queue.put_sync, item)
            self.assertRaises(TypeError, queue.try_put, item)
        file = Gio.File.new_for_path('/')
        self.assertRaises(TypeError, Aq.PriorityQueue(item_type=Gio.File).put_nowait, file)
        queue.put_nowait(file)
        self.assertTrue(queue.get_nowait().equal(file))

    def test_not_initialized(self):
        self.assertRaises(RuntimeError, Aq.Queue.__new__(Aq.Queue).put_nowait, 1)
        self.assertRaises(RuntimeError, Aq.Queue().put_nowait, Object.__new__(Object))

    def test_truth(self):
        """An empty queue is not false, as it would be if it had a length."""
        for cls in QUEUES:
            self.assertTrue(cls())

    def test_exceptions(self):
        self.assertIs(Aq.QueueFull, asyncio.QueueFull)
        self.assertIs(Aq.QueueEmpty, asyncio.QueueEmpty)
        self.assertIs(Aq.QueueShutDown, getattr(asyncio, 'QueueShutDown', Aq.QueueShutDown))
        self.assertTrue(issubclass(Aq.QueueShutDown, Exception))


@on_all_loops
class Subclasses:
    async def test_own_constructor(self):
        for cls in QUEUES:
            class Named(cls):
                def __init__(self, name, maxsize):
                    super().__init__(maxsize)
                    self.name = name

                async def put(self, item):
                    await super().put((item, self.name))

            queue = Named('name', 1)
            self.assertEqual(queue.maxsize, 1)
            self.assertTrue(repr(queue).startswith('<Named at '))
            await queue.put(1)
            self.assertTrue(queue.full())
            self.assertEqual(await queue.get(), (1, 'name'))

    def test_hooks_of_asyncio(self):
        """There are none, and it would be worse to leave them uncalled."""
        for cls in QUEUES:
            for name in '_init', '_put', '_get':
                with self.assertRaisesRegex(TypeError, name):
                    type(cls)('Hooked', (cls,), {name: lambda *args: None})
                mixin = type('Mixin', (), {name: lambda *args: None})
                with self.assertRaisesRegex(TypeError, name):
                    type(cls)('Mixed', (mixin, cls), {})

    def test_private_things_of_asyncio(self):
        """Many look at them, and nothing is to be written there."""
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait(1)
            queue.put_nowait(2)
            self.assertEqual(queue._queue, (1, 2))
            self.assertEqual(queue._unfinished_tasks, 2)
            for name in '_queue', '_unfinished_tasks':
                self.assertRaises(AttributeError, setattr, queue, name, 0)

    def test_abstract_base_classes(self):
        """A class that GObject knows has a metaclass of its own."""
        class Source(abc.ABC):
            pass

        class Belt(Aq.Queue):
            pass

        self.assertRaises(TypeError, type(Aq.Queue), 'Mixed', (Aq.Queue, Source), {})
        Source.register(Belt)
        self.assertIsInstance(Belt(), Source)
        self.assertNotIsInstance(Belt(), asyncio.Queue)

    def test_copies(self):
        for cls in QUEUES:
            queue = cls()
            queue.put_nowait(1)
            for function in copy.copy, copy.deepcopy, pickle.dumps:
                self.assertRaisesRegex(TypeError, 'cannot be copied or pickled', function, queue)
            self.assertEqual(queue.get_nowait(), 1)

    async def test_shows_in_iteration(self):
        class Doubled(Aq.Queue):
            async def get(self):
                return 2 * await super().get()

        queue = Doubled()
        queue.put_nowait(1)
        queue.shutdown()
        self.assertEqual([item async for item in queue], [2])


@on_all_loops
class Iteration:
    async def test_ends_with_the_queue(self):
        for cls in QUEUES:
            queue = cls()
            for n in range(3):
                queue.put_nowait(n)

            async def consume():
                return [item async for item in queue]

            consumer = await self.start(consume())
            queue.put_nowait(3)
            self.assertFalse(consumer.done())
            queue.shutdown()
            items, = await self.finish(consumer)
            self.assertEqual(sorted(items), [0, 1, 2, 3])

    async def test_break_leaves_the_rest(self):
        queue = Aq.Queue()
        for n in range(3):
            queue.put_nowait(n)
        async for item in queue:
            break
        self.assertEqual(item, 0)
        self.assertEqual(queue.get_state(), Aq.QueueState.OPEN)
        await queue.put(3)
        queue.shutdown()
        self.assertEqual([item async for item in queue], [1, 2, 3])

    async def test_two_at_once(self):
        queue = Aq.Queue(1)

        async def consume():
            return [item async for item in queue]

        async def produce():
            for n in range(20):
                await queue.put(n)
            queue.shutdown()

        first, second, _ = await self.finish(consume(), consume(), produce())
        self.assertEqual(sorted(first + second), list(range(20)))
        self.assertTrue(first and second)


class Coroutines(unittest.TestCase):
    def test_forgotten_await_warns(self):
        for cls in QUEUES:
            queue = cls()
            for make in lambda: queue.put(1), queue.get, queue.join:
                self.assertTrue(inspect.iscoroutine(coroutine := make()))
                with self.assertWarnsRegex(RuntimeWarning, 'was never awaited'):
                    del coroutine
            self.assertTrue(queue.empty())

    def test_without_a_loop(self):
        """What need not wait needs no loop."""
        queue = Aq.Queue()
        self.assertRaises(StopIteration, queue.put(1).send, None)
        with self.assertRaises(StopIteration) as raised:
            queue.get().send(None)
        self.assertEqual(raised.exception.value, 1)
        self.assertRaises(RuntimeError, queue.get().send, None)
        self.assertEqual(queue.get_waiting_getters(), 0)


class Format(unittest.TestCase):
    def test_items(self):
        queue = Aq.Queue(5)
        for n in 1, 2, 3:
            queue.put_nowait(n)
        self.assertEqual(str(queue), '<Queue maxsize=5 _queue=[1, 2, 3] tasks=3>')
        file = Gio.File.new_for_path('/')
        queue.put_nowait(file)
        queue.put_nowait('x')
        self.assertEqual(str(queue), f"<Queue maxsize=5 _queue=[1, 2, 3, {file!r}, 'x'] tasks=5>")
        queue = Aq.LifoQueue()
        for n in 1, 2, 3:
            queue.put_nowait(n)
        self.assertEqual(str(queue), '<LifoQueue maxsize=0 _queue=[1, 2, 3] tasks=3>')

    def test_items_of_a_priority_queue(self):
        queue = Aq.PriorityQueue()
        for n in 3, 1, 2:
            queue.put_nowait(n)
        self.assertEqual(str(queue), '<PriorityQueue maxsize=0 _queue=[1, 2, 3] tasks=3>')
        queue.try_put_with_priority('soon', -1)
        queue.try_put_with_priority('late', 1)
        self.assertEqual(str(queue),
                         "<PriorityQueue maxsize=0 _queue=['soon', 1, 2, 3, 'late'] tasks=5>")

    def test_items_look_as_in_asyncio(self):
        for cls, original in zip(QUEUES, (asyncio.Queue, asyncio.LifoQueue,
                                          asyncio.PriorityQueue)):
            queue, other = cls(9), original(9)
            for n in range(5):
                queue.put_nowait(n)
                other.put_nowait(n)
                self.assertEqual(str(queue), str(other))


class FunctionsOfC(unittest.TestCase):
    """They take and give values too, and their errors are those of GLib."""

    def _run(self, condition):
        while not condition():
            GLib.MainContext.default().iteration(True)

    def assert_fails_with(self, code, function, *args):
        with self.assertRaises(GLib.Error) as raised:
            function(*args)
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(), code))

    def test_try(self):
        for cls in Aq.Queue, Aq.LifoQueue:
            queue = cls(1)
            self.assert_fails_with(Gio.IOErrorEnum.WOULD_BLOCK, queue.try_get)
            self.assertTrue(queue.try_put([1]))
            self.assert_fails_with(Gio.IOErrorEnum.WOULD_BLOCK, queue.try_put, 2)
            self.assertEqual(queue.peek(), [1])
            self.assertEqual(queue.try_get(), [1])
            self.assert_fails_with(Gio.IOErrorEnum.TIMED_OUT, queue.timed_get, 0)
            queue.timed_put(None, 0)
            self.assertEqual(queue.peek_many(9), [None])
            self.assertEqual(queue.try_get_many(9), [None])
            self.assertEqual(queue.peek_many(9), [])
            self.assertIsNone(queue.peek())
            queue.shutdown()
            self.assert_fails_with(Gio.IOErrorEnum.CLOSED, queue.try_get)

    def test_wrong_types(self):
        queue = Aq.Queue()
        for function, *args in ((queue.get_finish, None), (queue.timed_get, 'x'),
                                (queue.set_max_size, 'x'), (queue.get_async, 1, print),
                                (queue.add_watch, 0, 5), (queue.put_sync,),
                                (queue.try_get_many, None), (queue.get_sync, 5)):
            self.assertRaises(TypeError, function, *args)
        self.assertRaises(NotImplementedError, queue.create_source, None)

    def test_wrong_values(self):
        """What would be a critical warning in C."""
        queue = Aq.Queue()
        for function, *args in ((queue.try_get_many, 0), (queue.peek_many, 0),
                                (queue.get_many_async, 0, None, print),
                                (queue.timed_get, -2), (queue.timed_put, 1, -2),
                                (queue.timed_join, -2),
                                (queue.timed_get_async, -2), (queue.timed_put_async, 1, -2),
                                (queue.timed_get_many_async, 1, -2),
                                (queue.timed_get_many_async, 0, 5),
                                (queue.timed_join_async, -2),
                                (Aq.PriorityQueue().timed_put_with_priority, 1, 0, -2)):
            self.assertRaises(ValueError, function, *args)
        self.assertTrue(queue.empty())

    def test_async_and_finish(self):
        queue = Aq.Queue(1)
        log = []

        def put_cb(queue, result, name):
            log.append((name, queue.put_finish(result)))

        def got_cb(queue, result):
            log.append(queue.get_finish(result))

        def got_many_cb(queue, result):
            log.append(queue.get_many_finish(result))

        queue.put_async({1}, None, put_cb, 'put')
        self._run(lambda: log)
        queue.get_async(None, got_cb)
        self._run(lambda: log[1:])
        queue.get_many_async(5, None, got_many_cb)
        queue.put_nowait(7)
        self._run(lambda: log[2:])
        self.assertEqual(log, [('put', True), {1}, [7]])

    def test_timed_async(self):
        queue = Aq.Queue(1)
        log = []

        def note(queue, result, finish):
            try:
                log.append(finish(result))
            except GLib.Error as error:
                log.append(error.message)

        queue.timed_put_async({1}, 0, None, note, queue.put_finish)
        queue.timed_put_async({2}, 1000, None, note, queue.put_finish)
        self._run(lambda: log[1:])
        queue.timed_join_async(0, None, note, queue.join_finish)
        self._run(lambda: log[2:])
        queue.timed_get_many_async(5, -1, None, note, queue.get_many_finish)
        self._run(lambda: log[3:])
        queue.timed_get_async(1000, None, note, queue.get_finish)
        self._run(lambda: log[4:])
        self.assertEqual(log, [True, 'Timed out', 'Timed out', [{1}], 'Timed out'])

    def test_watch(self):
        for cls in QUEUES:
            queue = cls()
            log = []
            queue.add_watch(0, lambda *args: log.append(args) or True, 'data')
            for value in [1], Object('a'):
                queue.put_nowait(value)
                self._run(lambda: log)
                self.assertEqual(log, [(queue, value, 'data')])
                log.clear()
            queue.shutdown()
            self._run(lambda: log)
            self.assertEqual(log, [(queue, None, 'data')])

    def test_watch_that_raises(self):
        """It is reported, and goes on; its item is collected."""
        for cls in QUEUES:
            for error in ZeroDivisionError('x'), KeyboardInterrupt('x'):
                queue = cls()
                log = []

                def watch(queue, item):
                    log.append(item)
                    raise error

                queue.add_watch(0, watch)
                with unittest.mock.patch('sys.unraisablehook') as hook:
                    queue.put_nowait(1)
                    queue.put_nowait(2)
                    self._run(lambda: log[1:])
                    self.assertEqual((queue.qsize(), queue.get_n_dropped()), (0, 0))
                    queue.shutdown()
                    self._run(lambda: log[2:])
                self.assertEqual((set(log[:2]), log[2:]), ({1, 2}, [None]))
                reports = [call.args[0] for call in hook.call_args_list]
                self.assertEqual([report.exc_value for report in reports], [error] * 3)
                self.assertEqual(repr(reports[0].object), repr(watch))
                self.assertEqual(queue.get_state(), Aq.QueueState.FINISHED)

    def test_offer_and_poll(self):
        for cls in QUEUES:
            queue = cls(1)
            self.assertIsNone(queue.poll())
            self.assertTrue(queue.offer([1]))
            self.assertFalse(queue.offer([2]))
            self.assertEqual(queue.poll(), [1])

    def test_priorities(self):
        queue = Aq.PriorityQueue()
        queue.put_nowait('b')
        queue.put_nowait('a')
        queue.try_put_with_priority('late', 5)
        queue.try_put_with_priority('soon', -5)
        queue.timed_put_with_priority('sooner', -6, 0)
        self.assertEqual([queue.get_nowait() for _ in range(5)],
                         ['sooner', 'soon', 'a', 'b', 'late'])

    def test_code_for_any_queue(self):
        for cls in Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue:
            queue = cls(2)
            self.assertTrue(queue.try_put(GObject.Object()))
            self.assertTrue(queue.timed_put(GObject.Object(), 0))
            self.assertTrue(queue.is_full())
            with self.assertRaises(GLib.Error):
                queue.try_put(GObject.Object())
            self.assertIsInstance(queue.try_get(), GObject.Object)
            queue.put_async(GObject.Object(), None, None)
            self.assertEqual(queue.clear(), 2)
            self.assertTrue(queue.is_empty())

    def test_signals_and_properties(self):
        queue = Aq.Queue(3)
        log = []
        queue.connect('items-added', lambda queue, n: log.append(n))
        queue.put_nowait(1)
        queue.put_nowait(2)
        self._run(lambda: log)
        self.assertEqual(log, [2])
        self.assertEqual(queue.props.length, 2)
        self.assertEqual(queue.props.max_size, 3)


if __name__ == '__main__':
    main()
