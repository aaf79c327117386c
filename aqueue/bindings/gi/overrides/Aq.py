# SPDX-License-Identifier: LGPL-2.1-or-later
"""Aqueue in Python: asyncio's queues, which any thread and language can share.

``Aq.Queue``, ``Aq.LifoQueue`` and ``Aq.PriorityQueue`` take the place of those of
asyncio. They do what these do in Python 3.13, on every version, and raise the same
exceptions. Beyond that they can be used from any thread and from several event loops
at once, and can be iterated over with ``async for``. Where a thread may block there
are ``put_sync()``, ``get_sync()`` and ``join_sync()``.

They differ where asyncio's queues do harm:

- Who waits is served in the order of the calls. ``get_nowait()`` raises QueueEmpty if
  all items are promised to others, and ``put_nowait()`` takes nobody's place.
- A put that is cancelled once its item is in succeeds, since others can see that. The
  task is cancelled at its next await.
- An immediate shutdown does not drop what is promised to a get.
- Equal items of a priority queue come out first in, first out, and a comparison that
  fails leaves the queue as it was.

A subclass can override what is public, each method by itself: put() does not call
put_nowait(), nor get() get_nowait(). There is nothing that would call _init(), _put() and
_get(), and so a class that has them is refused.

Any Python value can be an item. A GObject travels as itself, so that C and other
languages can take it; another value rides in an object which means something to
Python alone, and so do all that Python puts into a priority queue. The garbage
collector does not see through a queue: an item that refers to its queue keeps it.

It works on every event loop that has ``add_reader()``, and on those that run a
GMainContext, which are gi.events and gbulb. On these less urgent work, such as
drawing, gets its turn however busy the queues are, and a coroutine is resumed one
turn later than with asyncio's.
"""

import asyncio
import bisect
import contextlib
import ctypes
import functools
import itertools
import math
import select
import threading
import types
import warnings
import weakref

import gi._gi
from gi.repository import Gio, GLib, GObject

from ..module import get_introspection_module
from ..overrides import override

Aq = get_introspection_module('Aq')

_GObject = GObject.Object

__all__ = [
    'LifoQueue',
    'PriorityQueue',
    'Queue',
    'QueueEmpty',
    'QueueFull',
    'QueueShutDown',
]

QueueEmpty = asyncio.QueueEmpty
QueueFull = asyncio.QueueFull

if hasattr(asyncio, 'QueueShutDown'):
    QueueShutDown = asyncio.QueueShutDown
else:
    class QueueShutDown(Exception):
        """Raised when putting on, or getting from, a queue that is shut down."""


def _fails_with(error, code):
    return error.matches(Gio.io_error_quark(), code)


def _translate(error):
    """Returns what Python raises where C has this error."""
    if _fails_with(error, Gio.IOErrorEnum.CLOSED):
        return QueueShutDown()
    if _fails_with(error, Gio.IOErrorEnum.TIMED_OUT):
        return TimeoutError()
    return error


def _max_size_from_maxsize(maxsize):
    """Returns the bound in C that is as good as asyncio's, which is any number."""
    if maxsize <= 0 or not maxsize < GLib.MAXUINT32:
        return 0
    return math.ceil(maxsize)


def _check_item_type(item_type):
    """Raises TypeError, where C would have a critical."""
    item_type = GObject.GType(item_type)
    if not (item_type.is_a(GObject.TYPE_OBJECT) or item_type.is_interface()):
        raise TypeError(f'Items are objects, and {item_type.name} is no type of object')


def _check_max_items(max_items):
    if max_items < 1:
        raise ValueError('The number of items is 1 or more')


def _check_timeout_us(timeout_us):
    if timeout_us < -1:
        raise ValueError('A timeout is a number of microseconds, or -1 for ever')


def _microseconds_from_timeout(timeout):
    if timeout is None or timeout == math.inf:
        return -1
    if not timeout >= 0:
        raise ValueError("'timeout' must be a non-negative number")
    return min(math.ceil(timeout * 1e6), GLib.MAXINT64)


# Event loops


class _PollFD(ctypes.Structure):
    _fields_ = [
        ('fd', ctypes.c_int),
        ('events', ctypes.c_ushort),
        ('revents', ctypes.c_ushort),
    ]


def _get_wakeup_fd(context):
    """Returns the file descriptor with which other threads wake a GMainContext.

    Only g_main_context_query() tells it, which PyGObject cannot call.
    """
    # A library finds what it is linked with, and so the very GLib that is in use.
    glib = ctypes.CDLL(gi._gi.__file__)
    glib.g_main_context_get_thread_default.restype = ctypes.c_void_p
    glib.g_main_context_query.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_int),
        ctypes.POINTER(_PollFD),
        ctypes.c_int,
    ]
    poll_fd = _PollFD()

    context.push_thread_default()
    n_fds = glib.g_main_context_query(
        glib.g_main_context_get_thread_default(),
        GLib.MAXINT32, ctypes.c_int(), poll_fd, 1)
    context.pop_thread_default()

    if n_fds != 1:
        raise RuntimeError('A new GMainContext should poll one file descriptor')
    return poll_fd.fd


class _Home:
    """The GMainContext to which callbacks for an event loop come home.

    A loop which runs a GMainContext is given its own. Any other gets one that is
    polled by the loop, and that nobody else has a source in: so it can be run at any
    time, and is run at the end of each call that may have completed something. A
    coroutine is then resumed as soon as one that waits for asyncio's queues.
    """

    _homes = weakref.WeakKeyDictionary()

    def __init__(self, loop):
        self.context = getattr(loop, '_context', None)
        self.is_ours = not isinstance(self.context, GLib.MainContext)
        if self.is_ours:
            self.context = GLib.MainContext.new()
            loop.add_reader(_get_wakeup_fd(self.context), self.run)

    @classmethod
    def of_loop(cls, loop):
        home = cls._homes.get(loop)
        if home is None:
            home = cls._homes[loop] = cls(loop)
        return home

    @classmethod
    def run_here(cls):
        """Runs the home of the event loop that runs in this thread, if there is one."""
        loop = asyncio._get_running_loop()
        home = cls._homes.get(loop) if loop is not None else None
        if home is not None:
            home.run()

    def __enter__(self):
        self.context.push_thread_default()

    def __exit__(self, *exc_info):
        self.context.pop_thread_default()

    def run(self):
        # Up to one that finds nothing: only then we are woken for what comes next.
        while self.is_ours and self.context.iteration(False):
            pass


class _Wait:
    """A put, get or join of a coroutine that has to wait.

    The callback only tells the coroutine to look. The result stays with us until that
    runs and collects it, or drops it, whereupon its promise goes to the next in line.
    """

    def __init__(self, queue, start, *args):
        self.loop = asyncio.get_running_loop()
        self.task = asyncio.current_task()
        self.n_cancels = _count_cancels(self.task)
        self.future = self.loop.create_future()
        self.result = None
        self.queue = queue
        self.cancellable = Gio.Cancellable()

        home = _Home.of_loop(self.loop)
        with home:
            start(*args, self.cancellable, self._called_cb)
        queue._waits.add(self)
        queue._loops.add(weakref.ref(self.loop))
        home.run()

    def _called_cb(self, queue, result):
        self.queue._waits.discard(self)
        if self.future is None:
            return
        if self.loop.is_closed():
            self.end()
            return
        self.result = result
        if not self.future.done():
            self.future.set_result(None)

    async def cancel(self):
        """Cancels it and waits until it is decided, however often we are cancelled."""
        self.cancellable.cancel()
        _Home.run_here()
        while self.result is None:
            self.future = self.loop.create_future()
            try:
                await self.future
            except asyncio.CancelledError:
                pass

    def cancel_task_later(self, cancelled):
        """Cancels the task at its next await, since it was cancelled during one too late."""
        task = self.task
        if task is None:
            return

        def cancel():
            # A timeout, say, takes its cancellation back when its block has ended.
            if not hasattr(task, 'uncancel'):
                task.cancel(*cancelled.args)
            elif not task.done() and task.cancelling() > self.n_cancels:
                task.uncancel()
                task.cancel(*cancelled.args)

        # Not at once: if the task ends without another await, it has not been cancelled.
        self.loop.call_soon(cancel)

    def end(self):
        self.queue._waits.discard(self)
        if self.result is None:
            self.cancellable.cancel()
        self.result = None
        self.future = None
        self.queue._wake_waits()


class _Block:
    """A put, get or join that blocks the main thread, until a signal interrupts it.

    While C blocks, Python handles no signals. Ctrl-C would have to wait for an item, and
    that would be lost then.
    """

    def __init__(self):
        # Its arguments are those of the callback. That is none of Python's functions, since
        # a signal handler may raise when one begins, and PyGObject would swallow that.
        self.called = BaseException()
        self.has_timed_out = False
        self.cancellable = Gio.Cancellable()
        self.followed = None
        self.handler = 0
        self.context = GLib.MainContext.new()

    def follow(self, cancellable):
        """Lets it be cancelled with another object, which has a connect() of its own."""
        self.followed = cancellable
        self.handler = _GObject.connect(cancellable, 'cancelled', self._cancelled_cb)
        if cancellable.is_cancelled():
            self.cancellable.cancel()

    def _cancelled_cb(self, cancellable):
        self.cancellable.cancel()

    def start(self, start, *args):
        """May be interrupted too, and has to be ended even then."""
        self.context.push_thread_default()
        start(*args, self.cancellable, self.called.__init__)
        self.context.pop_thread_default()

    def wait(self, timeout_us):
        """Returns the result."""
        poll = select.poll()
        poll.register(_get_wakeup_fd(self.context), select.POLLIN)
        deadline = GLib.get_monotonic_time() + timeout_us if timeout_us >= 0 else None

        while not self.called.args:
            if self.context.iteration(False):
                continue
            if deadline is None:
                poll.poll()
                continue
            left_us = deadline - GLib.get_monotonic_time()
            if left_us > 0:
                poll.poll(min(math.ceil(left_us / 1000), GLib.MAXINT32))
            else:
                # This decides it, and the callback tells how.
                self.has_timed_out = True
                deadline = None
                self.cancellable.cancel()

        queue, result = self.called.args
        return result

    def end(self):
        if GLib.MainContext.get_thread_default() == self.context:
            self.context.pop_thread_default()
        if not self.called.args:
            self.cancellable.cancel()
        self.called.args = ()
        if self.handler > 0:
            _GObject.disconnect(self.followed, self.handler)


def _count_cancels(task):
    # Python 3.11 brought cancelling() and uncancel().
    return task.cancelling() if hasattr(task, 'cancelling') else 0


# Items


class _Box(_GObject):
    """Carries a Python value, since a queue holds objects."""

    __gtype_name__ = 'AqPythonBox'

    # To make one takes longer than all else that is done for an item.
    _spares = []
    _N_SPARES = 100

    # One entry for each look at boxes that is under way. To add and remove it is atomic.
    _looks = []

    def __init__(self, item):
        super().__init__()
        self.item = item

    @classmethod
    def with_item(cls, item):
        try:
            box = cls._spares.pop()
        except IndexError:
            return cls(item)
        box.item = item
        return box

    @classmethod
    @contextlib.contextmanager
    def looking(cls):
        """Whoever looks at boxes meanwhile finds the items that went in with them."""
        try:
            cls._looks.append(None)
            yield
        finally:
            cls._looks.pop()

    def open(self):
        """Returns the item of a box that was collected."""
        item = self.item
        # Another thread may look at it, or hold it if it was peeked at in another language.
        # That of a ticket is not used again, as somebody in Python might still hold it. So
        # would the next ticket in it be held.
        if (len(self._spares) < self._N_SPARES and not self._looks and self.__grefcount__ == 1
                and not isinstance(item, _Ticket)):
            self.item = None
            self._spares.append(self)
        return item

    def peek(self):
        return self.item


class _Ticket:
    """Stands for one item of an order: the one that is first when it is collected.

    The item that was put with it is taken along until its turn comes to be sorted in.
    It travels in a box, and is none: newer PyGObject calls an object's __del__() each
    time that Python lets go of it, though the queue still has it.
    """

    def __init__(self, order, item):
        self.order = order
        self.item = item
        self.is_sorted_in = False
        self.is_open = False
        self.failure = None

    def sort_in(self, place=None):
        """Sorts in its item, unless that is done. The place is that found before the put.

        The put has succeeded, and so a comparison cannot make it fail any more.
        """
        with self.order.lock:
            while not self.is_sorted_in:
                if place is None:
                    place, self.failure = self.order.find_late(self.item)
                self.order.insert(place, self)
                place = None

    def warn(self):
        """To be called last by the put, since a warning may be an error."""
        if self.failure is not None:
            item, error = self.failure
            self.failure = None
            warnings.warn(f'{item!r} goes behind all others: {error}', RuntimeWarning)

    def open(self):
        with self.order.lock:
            self.sort_in()
            self.is_open = True
            return self.order.take_first()

    def peek(self):
        with self.order.lock:
            self.sort_in()
            return self.order.get_first()

    def __del__(self):
        # The queue has dropped it, or never had it. A signal handler that raises may leave
        # one that is not complete.
        if not getattr(self, 'is_open', True):
            with self.order.lock:
                self.order.drop(self.order.take_last() if self.is_sorted_in else self.item)


def _open(item):
    if isinstance(item, _Box):
        item = item.open()
    return item.open() if isinstance(item, _Ticket) else item


def _peek(item):
    if isinstance(item, _Box):
        item = item.peek()
    return item.peek() if isinstance(item, _Ticket) else item


class _Order:
    """Items by ``<``, equal ones first in first out.

    A comparison is foreign code that may raise. So it is done when an item comes in, and
    before anything is changed. To take one out nothing is compared.

    The items are in runs, since it takes long to insert into a list that is long.
    """

    _RUN_LENGTH = 500

    # A signal handler that uses the queue makes us search anew. A comparison that does so
    # would for ever.
    _N_TRIES = 10

    def __init__(self):
        self.lock = threading.RLock()

        # The fields below are protected by the lock.
        self._runs = []
        self._n_changes = 0
        self._dropped = None

    def __iter__(self):
        return itertools.chain(*self._runs)

    # A signal handler or a destructor may use the queue in the midst of what we do, as may a
    # comparison. Since 3.11 Python runs handlers after a call, and destructors when it makes
    # something: so in what changes the runs there is neither between the first step, which
    # is to look whether all is as it was, and the last.

    def find(self, item):
        """Returns a place for insert()."""
        for _ in range(self._N_TRIES):
            n_changes = self._n_changes
            try:
                n_run, index = self._search(item)
            except Exception:
                if n_changes == self._n_changes:
                    raise
            else:
                if n_changes == self._n_changes:
                    return n_changes, n_run, index
        raise RuntimeError('The queue is changed by each comparison')

    def _search(self, item):
        low, high = 0, len(self._runs)
        while low < high:
            middle = (low + high) // 2
            if item < self._runs[middle][0]:
                high = middle
            else:
                low = middle + 1

        n_run = max(low - 1, 0)
        return n_run, bisect.bisect_right(self._runs[n_run], item) if self._runs else 0

    def find_late(self, item):
        """Returns a place in any case, and what to warn of, or None."""
        try:
            return self.find(item), None
        except Exception as error:
            n_changes = self._n_changes
            return (n_changes, max(len(self._runs) - 1, 0), GLib.MAXINT32), (item, error)

    def insert(self, place, ticket):
        """Inserts the item of a ticket, unless the place is no longer the right one."""
        n_changes, n_run, index = place
        item = ticket.item
        first_run = [item]

        if n_changes != self._n_changes:
            return
        n_changes += 1
        self._n_changes = n_changes
        ticket.is_sorted_in = True
        ticket.item = None
        if not self._runs:
            self._runs.append(first_run)
            return
        run = self._runs[n_run]
        run.insert(index, item)

        if len(run) > 2 * self._RUN_LENGTH:
            halves = [run[:self._RUN_LENGTH], run[self._RUN_LENGTH:]]
            place = slice(n_run, n_run + 1)
            if n_changes == self._n_changes:
                self._runs[place] = halves

    def get_first(self):
        return self._runs[0][0] if self._runs else None

    def take_first(self):
        return self._take(0)

    def take_last(self):
        return self._take(-1)

    @contextlib.contextmanager
    def dropping(self):
        """Frees what is dropped meanwhile at the end, since a destructor may use the queue."""
        with self.lock:
            dropped = self._dropped = []
            try:
                yield
            finally:
                self._dropped = None
        dropped.clear()

    def drop(self, item):
        if self._dropped is not None:
            self._dropped.append(item)

    def _take(self, end):
        run = self._runs[end]
        item = run[end]
        self._n_changes += 1
        del run[end]
        if not run:
            del self._runs[end]
        return item


# Queues


@override
class Queue(Aq.Queue):
    """A queue in which both sides wait without blocking the event loop."""

    # Those of coroutines, and the event loops that had some. Sets of its own come with the
    # first one.
    _waits = frozenset()
    _loops = frozenset()

    # What was asked for, where it is not what C has.
    _maxsize = None

    __class_getitem__ = classmethod(types.GenericAlias)

    def __init__(self, maxsize=0, **properties):
        properties = {name.replace('-', '_'): value for name, value in properties.items()}
        max_size = _max_size_from_maxsize(maxsize)
        properties.setdefault('max_size', max_size)
        _check_item_type(properties.get('item_type', _GObject))
        super().__init__(**properties)
        if maxsize != max_size:
            self._maxsize = maxsize

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in '_init', '_put', '_get':
            if name in vars(cls):
                raise TypeError(f'{name}() would not be called: items are kept in C')

    @classmethod
    def new(cls, item_type, max_size):
        """The constructor of C."""
        return cls(item_type=item_type, max_size=max_size)

    def __repr__(self):
        return f'<{type(self).__name__} at {id(self):#x} {self._format()}>'

    def __str__(self):
        return f'<{type(self).__name__} {self._format()}>'

    def _format(self):
        n_getters = self.get_waiting_getters()
        n_putters = self.get_waiting_putters()
        n_tasks = self.get_unfinished_tasks()
        items = self._list_items()
        parts = [
            f'maxsize={self.maxsize!r}',
            f'_queue={items!r}' if items else '',
            f'_getters[{n_getters}]' if n_getters else '',
            f'_putters[{n_putters}]' if n_putters else '',
            f'tasks={n_tasks}' if n_tasks else '',
            'shutdown' if self.get_state() != Aq.QueueState.OPEN else '',
        ]
        return ' '.join(filter(None, parts))

    def _list_items(self):
        return self.peek_many(GLib.MAXUINT32)

    @property
    def maxsize(self):
        """The number of items that fit, or 0 or less if there is no bound."""
        max_size = self.get_max_size()
        if self._maxsize is not None and _max_size_from_maxsize(self._maxsize) == max_size:
            return self._maxsize
        return max_size

    def qsize(self):
        """Returns the number of items in the queue."""
        return self.get_length()

    def empty(self):
        """Returns whether there is no item in the queue."""
        return self.get_empty()

    def full(self):
        """Returns whether there is no room for another item."""
        return self.get_full()

    @functools.cached_property
    def _item_type(self):
        item_type = self.get_item_type()
        return item_type if item_type != GObject.TYPE_OBJECT else None

    def _pack(self, item):
        if not isinstance(item, _GObject):
            item = _Box.with_item(item)
        if self._item_type is not None and not item.__gtype__.is_a(self._item_type):
            raise TypeError(f'Items of this queue are of type {self._item_type.name}')
        return item

    def _wake_waits(self):
        """To be called after what may let others go on."""
        if self._waits:
            self._end_orphans()
            _Home.run_here()

    def _wait(self, start, *args):
        if not self._waits:
            self.__dict__.setdefault('_loops', set())
            self.__dict__.setdefault('_waits', set())
        self._end_orphans()
        return _Wait(self, start, *args)

    def _end_orphans(self):
        """Takes back what is promised to event loops that are closed by now.

        Returns whether there was such a wait.
        """
        closed = set()
        for reference in list(self._loops):
            loop = reference()
            if loop is None or loop.is_closed():
                self._loops.discard(reference)
                closed.add(loop)

        # All at once, since each that ends calls us again.
        orphans = [wait for wait in list(self._waits) if wait.loop in closed] if closed else []
        for wait in orphans:
            wait.end()
        return bool(orphans)

    def put_nowait(self, item):
        """Puts an item, or raises QueueFull."""
        self._put_box_nowait(self._pack(item))

    def _put_box_nowait(self, box):
        try:
            super().try_put(box)
        except GLib.Error as error:
            if _fails_with(error, Gio.IOErrorEnum.WOULD_BLOCK):
                raise QueueFull from None
            raise _translate(error) from None
        self._wake_waits()

    async def put(self, item):
        """Puts an item, and waits while there is no room for it."""
        box = self._pack(item)
        try:
            self._put_box_nowait(box)
        except QueueFull:
            await self._put_box(box)

    async def _put_box(self, box):
        wait = self._wait(super().put_async, box)
        try:
            try:
                await wait.future
            except asyncio.CancelledError as cancelled:
                await wait.cancel()
                try:
                    self.put_finish(wait.result)
                except GLib.Error:
                    raise cancelled from None
                # Others can see the item already: it is too late to be cancelled.
                wait.cancel_task_later(cancelled)
            else:
                self.put_finish(wait.result)
        except GLib.Error as error:
            raise _translate(error) from None
        finally:
            wait.end()

    def get_nowait(self):
        """Returns an item, or raises QueueEmpty."""
        try:
            box = super().try_get()
        except GLib.Error as error:
            if _fails_with(error, Gio.IOErrorEnum.WOULD_BLOCK):
                if self._end_orphans():
                    return Queue.get_nowait(self)
                raise QueueEmpty from None
            raise _translate(error) from None
        self._wake_waits()
        return _open(box)

    async def get(self):
        """Returns an item, and waits while there is none."""
        try:
            return Queue.get_nowait(self)
        except QueueEmpty:
            pass

        wait = self._wait(super().get_async)
        try:
            await wait.future
            return self.get_finish(wait.result)
        except GLib.Error as error:
            raise _translate(error) from None
        finally:
            wait.end()

    def __aiter__(self):
        """Iterates over the items, until the queue is shut down and empty."""
        return self

    async def __anext__(self):
        try:
            return await self.get()
        except QueueShutDown:
            raise StopAsyncIteration from None

    # Of two threads that report the last task, one has to be told. A signal handler may
    # report one too.
    _task_done_lock = threading.RLock()

    def task_done(self):
        """Reports that one more item is processed."""
        with self._task_done_lock:
            if self.get_unfinished_tasks() == 0:
                raise ValueError('task_done() called too many times')
            super().task_done()
        self._wake_waits()

    async def join(self):
        """Waits until each item that was put is processed, or dropped."""
        if self.get_unfinished_tasks() == 0:
            return

        wait = self._wait(super().join_async)
        try:
            await wait.future
            self.join_finish(wait.result)
        finally:
            wait.end()

    def shutdown(self, immediate=False):
        """Ends the queue: nothing more goes in.

        The items that are left can still be got, or are dropped if it is immediate.
        """
        super().shutdown(immediate)
        self._wake_waits()

    # For threads that may block. The GIL is released meanwhile.

    def _block(self, timed, start, finish, args, cancellable, timeout):
        """Calls a function of C that blocks, or does as it does."""
        timeout_us = _microseconds_from_timeout(timeout)
        self._end_orphans()
        try:
            if threading.current_thread() is not threading.main_thread():
                return timed(*args, timeout_us, cancellable)
            try:
                return timed(*args, 0, cancellable)
            except GLib.Error as error:
                if timeout_us == 0 or not _fails_with(error, Gio.IOErrorEnum.TIMED_OUT):
                    raise
            return self._block_main_thread(start, finish, args, cancellable, timeout_us)
        except GLib.Error as error:
            raise _translate(error) from None
        finally:
            self._wake_waits()

    def _block_main_thread(self, start, finish, args, cancellable, timeout_us):
        block = _Block()
        try:
            block.start(start, *args)
            if cancellable is not None:
                block.follow(cancellable)
            return finish(block.wait(timeout_us))
        except GLib.Error as error:
            if block.has_timed_out and _fails_with(error, Gio.IOErrorEnum.CANCELLED):
                raise TimeoutError from None
            raise
        finally:
            block.end()

    def put_sync(self, item, cancellable=None, *, timeout=None):
        """Puts an item, and blocks while there is no room for it.

        After so many seconds it raises TimeoutError.
        """
        self._put_box_sync(self._pack(item), cancellable, timeout)

    def _put_box_sync(self, box, cancellable, timeout):
        self._block(super().timed_put, super().put_async, self.put_finish, [box],
                    cancellable, timeout)

    def get_sync(self, cancellable=None, *, timeout=None):
        """Returns an item, and blocks while there is none.

        After so many seconds it raises TimeoutError.
        """
        return self._block(self.timed_get, super().get_async, self.get_finish, [],
                           cancellable, timeout)

    def join_sync(self, cancellable=None, *, timeout=None):
        """Blocks until each item that was put is processed, or dropped.

        After so many seconds it raises TimeoutError.
        """
        self._block(self.timed_join, super().join_async, self.join_finish, [],
                    cancellable, timeout)

    # The functions of C, which take and give any value too.

    def try_put(self, item):
        return super().try_put(self._pack(item))

    def timed_put(self, item, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        return super().timed_put(self._pack(item), timeout_us, cancellable)

    def put_async(self, item, cancellable=None, callback=None, *user_data):
        super().put_async(self._pack(item), cancellable, callback, *user_data)

    def try_get(self):
        return _open(super().try_get())

    def timed_get(self, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        return _open(super().timed_get(timeout_us, cancellable))

    def timed_join(self, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        return super().timed_join(timeout_us, cancellable)

    def get_finish(self, result):
        return _open(super().get_finish(result))

    def try_get_many(self, max_items):
        _check_max_items(max_items)
        return [_open(item) for item in super().try_get_many(max_items)]

    def get_many_async(self, max_items, cancellable=None, callback=None, *user_data):
        _check_max_items(max_items)
        super().get_many_async(max_items, cancellable, callback, *user_data)

    def get_many_finish(self, result):
        return [_open(item) for item in super().get_many_finish(result)]

    def peek(self):
        with _Box.looking():
            return _peek(super().peek())

    def peek_many(self, max_items):
        _check_max_items(max_items)
        with _Box.looking():
            return self._peek_at(super().peek_many(max_items))

    def _peek_at(self, items):
        return [_peek(item) for item in items]

    def create_source(self, cancellable=None):
        raise NotImplementedError('PyGObject cannot call back with an item: use add_watch()')

    def add_watch(self, io_priority, func, *data):
        if not callable(func):
            raise TypeError(f'{func!r} is not callable')

        def watch(queue, item, *data):
            return func(queue, _open(item), *data)

        return super().add_watch(io_priority, watch, *data)


@override
class LifoQueue(Aq.LifoQueue, Queue):
    """A queue from which the item that went in last comes out first."""

    new = vars(Queue)['new']

    def _list_items(self):
        # As in asyncio, the last one comes out first.
        return super()._list_items()[::-1]


@override
class PriorityQueue(Aq.PriorityQueue, Queue):
    """A queue from which the smallest item comes out first, by ``<``.

    Equal items come out in the order in which they went in. An item that had to wait for
    room is compared when its put is resumed, or when others have taken what was before it.

    With the functions of C, items have a priority that is a number. Those put with the
    functions of Python are among the ones with priority 0.
    """

    new = vars(Queue)['new']

    @functools.cached_property
    def _order(self):
        # Two threads may be here for the first time.
        return self.__dict__.setdefault('_order', _Order())

    def _make_ticket(self, item):
        """Returns a ticket, and the box that it travels in."""
        ticket = _Ticket(self._order, item)
        # A queue for one type of object has no room for it.
        return ticket, self._pack(_Box(ticket))

    def put_nowait(self, item):
        ticket, box = self._make_ticket(item)
        with self._order.lock:
            place = self._order.find(item)
            self._put_box_nowait(box)
            ticket.sort_in(place)
        ticket.warn()

    async def put(self, item):
        try:
            PriorityQueue.put_nowait(self, item)
        except QueueFull:
            ticket, box = self._make_ticket(item)
            await self._put_box(box)
            ticket.sort_in()
            ticket.warn()

    def put_sync(self, item, cancellable=None, *, timeout=None):
        try:
            PriorityQueue.put_nowait(self, item)
        except QueueFull:
            ticket, box = self._make_ticket(item)
            self._put_box_sync(box, cancellable, timeout)
            ticket.sort_in()
            ticket.warn()

    def shutdown(self, immediate=False):
        with self._order.dropping():
            super().shutdown(immediate)

    def peek_many(self, max_items):
        with self._order.lock:
            return super().peek_many(max_items)

    def _peek_at(self, items):
        values = [item.peek() if isinstance(item, _Box) else item for item in items]
        for value in values:
            if isinstance(value, _Ticket):
                value.sort_in()
        firsts = iter(self._order)
        return [next(firsts, None) if isinstance(value, _Ticket) else value for value in values]

    def clear(self):
        with self._order.dropping():
            return super().clear()

    def try_put(self, item, priority):
        return super().try_put(self._pack(item), priority)

    def timed_put(self, item, priority, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        return super().timed_put(self._pack(item), priority, timeout_us, cancellable)

    def put_async(self, item, priority, cancellable=None, callback=None, *user_data):
        super().put_async(self._pack(item), priority, cancellable, callback, *user_data)
