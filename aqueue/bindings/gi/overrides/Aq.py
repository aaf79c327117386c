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
drawing, gets its turn however busy the queues are, and a coroutine is resumed some
turns later than with asyncio's: the manual tells how many.
"""

import _thread
import asyncio
import bisect
import contextlib
import ctypes
import functools
import itertools
import math
import select
import sys
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
_CQueue = Aq.Queue
_CPriorityQueue = Aq.PriorityQueue

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


_MESSAGES = {
    int(Gio.IOErrorEnum.CANCELLED): 'The operation was cancelled',
    int(Gio.IOErrorEnum.CLOSED): 'The queue is shut down',
    int(Gio.IOErrorEnum.TIMED_OUT): 'The time to wait is over',
}


def _make_error(code):
    """Returns the error of C with this code, where C is not to make it."""
    return GLib.Error(_MESSAGES[code], 'g-io-error-quark', int(code))


def _max_size_from_maxsize(maxsize):
    """Returns the bound in C that is as good as asyncio's, which is any number."""
    try:
        if maxsize <= 0 or not maxsize < GLib.MAXUINT32:
            return 0
        return math.ceil(maxsize)
    except TypeError:
        raise TypeError(f'maxsize is a number, 0 for no bound, and not {maxsize!r}') from None


def _check_item_type(item_type):
    """Raises TypeError, where C would have a critical."""
    item_type = GObject.GType(item_type)
    if not (item_type.is_a(GObject.TYPE_OBJECT) or item_type.is_interface()):
        raise TypeError(f'Items are objects, and {item_type.name} is no type of object')


def _check_max_items(max_items):
    if max_items < 1:
        raise ValueError('The number of items is 1 or more')


def _check_cancellable(cancellable):
    """Raises what C would."""
    if cancellable is None:
        return
    if not isinstance(cancellable, Gio.Cancellable):
        raise TypeError(f'{cancellable!r} is no Gio.Cancellable')
    if cancellable.is_cancelled():
        raise _make_error(Gio.IOErrorEnum.CANCELLED)


def _check_timeout_us(timeout_us):
    if timeout_us < -1:
        raise ValueError('A timeout is a number of microseconds, or -1 forever')


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


@functools.lru_cache(maxsize=None)
def _load_glib():
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
    return glib


def _get_wakeup_fd(context):
    """Returns the file descriptor with which other threads wake a GMainContext.

    Only g_main_context_query() tells it, which PyGObject cannot call.
    """
    glib = _load_glib()
    poll_fd = _PollFD()

    # A signal handler may raise after each call.
    try:
        context.push_thread_default()
        n_fds = glib.g_main_context_query(
            glib.g_main_context_get_thread_default(),
            GLib.MAXINT32, ctypes.c_int(), poll_fd, 1)
    finally:
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


# The main thread blocks in Python, since while C blocks, Python handles no signals: Ctrl-C
# would have to wait for an item. What a handler raises must come out of the call, and no
# item may be lost. Since 3.11 Python runs handlers after a call, and where a function or
# another turn of a loop begins. So
#
# - a callback is none of Python's functions, nor is there an error that C makes, or a
#   class that PyGObject makes late, which call some: what is raised in there is lost;
# - what cleans up begins with a call of C, which is done before a handler can run;
# - from the call that takes an item off to our return there is nothing of these. A call
#   that a for loop makes is not one after which handlers run.


_NOTHING = object()


def _take(taking):
    """Returns the item that an iterator takes off, or _NOTHING if it has None."""
    for box in taking:
        if box is None:
            break
        if sys.version_info < (3, 11):
            # There a handler comes between any two steps, and so does another thread.
            return _open(box)
        if box.__class__ is not _Box:
            return box
        item = box.item
        if box.has_ticket:
            # The same as open() does, but that it compares nothing: an item that is not
            # sorted in comes out in the place of its ticket.
            ticket, order = item, item.order
            ticket.__class__ = _OpenTicket
            order._n_changes += 1
            if ticket.is_sorted_in:
                run = order._runs[0]
                item = run[0]
                del run[0]
                if not run:
                    del order._runs[0]
            else:
                item = ticket.item
                ticket.is_sorted_in = True
                ticket.item = None
        return item
    return _NOTHING


class _Reporter:
    """Raises an exception where Python can but report it, with sys.unraisablehook()."""

    def __init__(self, func, error):
        self.func = func
        self.error = error

    def __call__(self, reference):
        raise self.error

    def __repr__(self):
        return repr(self.func)


def _report(func, error):
    """Reports an exception of a function that nobody in Python has called."""
    # It is a weak reference's callback, to whatever is gone right after.
    weakref.ref(_Reporter(func, error), _Reporter(func, error))


def _is_main_thread():
    if threading.current_thread() is not threading.main_thread():
        return False
    if not _is_warm:
        _warm_up()
    return True


_is_warm = False
_warming_lock = threading.Lock()


def _warm_up():
    """Has PyGObject make all that it makes when a function of C is first called.

    That is done in a thread, since no signal handler runs in there.
    """
    is_over = threading.Lock()
    is_over.acquire()
    # A handler may come in the midst of Thread.start(), but not of this.
    _thread.start_new_thread(_call_all, (is_over,))
    is_over.acquire()


def _call_all(is_over):
    global _is_warm
    try:
        with _warming_lock:
            if not _is_warm:
                for queue, put, args in ((Queue(1), _CQueue.put_async, [_Box(None)]),
                                         (PriorityQueue(1), _CPriorityQueue.put_with_priority_async,
                                          [_Box(None), 0])):
                    _call_all_of(queue, functools.partial(put, queue), args)
                _is_warm = True
    finally:
        is_over.release()


def _call_all_of(queue, put, args):
    cancellable = Gio.Cancellable()
    _CQueue.offer(queue, args[0])
    with contextlib.suppress(GLib.Error):
        _block(functools.partial(_CQueue.join_async, queue), [], 1, cancellable)
    queue._check_time(1)
    _take(map(_CQueue.poll, [queue]))
    _block(put, args, -1, cancellable)
    _block(functools.partial(_CQueue.get_async, queue), [], -1, cancellable, _CQueue.get_finish)
    queue.get_unfinished_tasks()


def _block(start, args, timeout_us, cancellable, finish=None):
    """Blocks until an operation is decided.

    Returns the item that the function to finish it takes off, if there is one.
    """
    called = BaseException()  # whose arguments become those of the callback
    giving_up = Gio.Cancellable()
    context = GLib.MainContext.new()
    try:
        try:
            context.push_thread_default()
            start(*args, giving_up, called.__init__)
        finally:
            context.pop_thread_default()

        has_timed_out = _wait_for(called, context, giving_up, timeout_us, cancellable)
        code = called.args[1].get_property('error-code')
        if code >= 0:
            if has_timed_out and code == Gio.IOErrorEnum.CANCELLED:
                code = Gio.IOErrorEnum.TIMED_OUT
            _retire(args)
            raise _make_error(code)
        if finish is not None:
            return _take(map(finish, called.args[:1], called.args[1:]))
    except BaseException:
        giving_up.cancel()
        # The traceback may keep it, and with it a promise that others wait for.
        for result in called.args[1:]:
            result.run_dispose()
        raise
    finally:
        # The traceback of an exception would keep what these hold.
        called.args = ()
        context = None


def _wait_for(called, context, giving_up, timeout_us, cancellable):
    """Runs the context until the callback is called. Returns whether it was time to give up."""
    poll = select.poll()
    poll.register(_get_wakeup_fd(context), select.POLLIN)
    deadline = GLib.get_monotonic_time() + timeout_us if timeout_us >= 0 else None
    is_over = has_timed_out = False

    try:
        if cancellable is not None:
            fd = cancellable.get_fd()
            poll.register(fd, select.POLLIN)
        while not called.args:
            if context.iteration(False):
                continue
            if is_over:
                poll.poll()
                continue
            left_us = None
            if deadline is not None:
                left_us = deadline - GLib.get_monotonic_time()
                has_timed_out = left_us <= 0
            if has_timed_out or cancellable is not None and cancellable.is_cancelled():
                # This decides it, and the callback tells how.
                giving_up.cancel()
                is_over = True
                if cancellable is not None:
                    poll.unregister(fd)
            elif left_us is None:
                poll.poll()
            else:
                poll.poll(min(math.ceil(left_us / 1000), GLib.MAXINT32))
    finally:
        if cancellable is not None:
            cancellable.release_fd()
    return has_timed_out


def _retire(args):
    """Keeps the destructor of a ticket, which did not go in, from running.

    What a signal handler raises in a destructor is lost.
    """
    for box in args:
        if box.__class__ is _Box and box.has_ticket:
            box.item.__class__ = _OpenTicket


def _count_cancels(task):
    # Python 3.11 brought cancelling() and uncancel().
    return task.cancelling() if hasattr(task, 'cancelling') else 0


# Items


class _Box(_GObject):
    """Carries a Python value, since a queue holds objects."""

    __gtype_name__ = 'AqPythonBox'

    has_ticket = False

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


class _OpenTicket:
    """A ticket that is no longer in the queue. It has no destructor."""

    def __init__(self, order, item):
        self.item = item
        self.is_sorted_in = False
        self.failure = None
        self.order = order

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
            self.__class__ = _OpenTicket
            return self.order.take_first()

    def peek(self):
        with self.order.lock:
            self.sort_in()
            return self.order.get_first()


class _Ticket(_OpenTicket):
    """Stands for one item of an order: the one that is first when it is collected.

    The item that was put with it is taken along until its turn comes to be sorted in.
    It travels in a box, and is none: newer PyGObject calls an object's __del__() each
    time that Python lets go of it, though the queue still has it.
    """

    # That of one that is not complete, since a signal handler raised.
    order = None

    def __del__(self):
        # The queue has dropped it, or never had it.
        if self.order is not None:
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
    # would forever.
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
            except IndexError:
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
            # A comparison that fails will fail again, but a signal handler need not raise.
            try:
                self.find(item)
            except Exception:
                n_changes = self._n_changes
                return (n_changes, max(len(self._runs) - 1, 0), GLib.MAXINT32), (item, error)
            raise

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
            if hasattr(cls, name):
                raise TypeError(f'{name}() would not be called, since items are kept in C: '
                                'override put() and put_nowait(), or get() and get_nowait()')

    @classmethod
    def new(cls, item_type, max_size):
        """The constructor of C."""
        return cls(item_type=item_type, max_size=max_size)

    def _refuse_to_copy(self, *args):
        raise TypeError(f'A {type(self).__name__} cannot be copied or pickled: '
                        'get its items, or look at them with peek_many()')

    __copy__ = __deepcopy__ = __reduce_ex__ = _refuse_to_copy

    @property
    def _queue(self):
        # Many look at those of asyncio.
        return tuple(self._list_items())

    @property
    def _unfinished_tasks(self):
        return self.get_unfinished_tasks()

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
        return self.is_empty()

    def full(self):
        """Returns whether there is no room for another item."""
        return self.is_full()

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
        closed = {}
        for reference in list(self._loops):
            loop = reference()
            if loop is None or loop.is_closed():
                closed[reference] = loop
        if not closed:
            return False

        # All at once, since each that ends calls us again.
        orphans = [wait for wait in list(self._waits) if wait.loop in closed.values()]
        self._loops.difference_update(closed)
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

    def put_sync(self, item, cancellable=None, *, timeout=None):
        """Puts an item, and blocks while there is no room for it.

        After so many seconds it raises TimeoutError.
        """
        timeout_us = _microseconds_from_timeout(timeout)
        self._put_box_sync(self._pack(item), timeout_us, cancellable)

    def _put_box_sync(self, box, timeout_us, cancellable):
        self._end_orphans()
        try:
            self._timed_put_box(box, timeout_us, cancellable)
        except GLib.Error as error:
            raise _translate(error) from None
        finally:
            self._wake_waits()

    def _timed_put_box(self, box, timeout_us, cancellable):
        if not _is_main_thread():
            return super().timed_put(box, timeout_us, cancellable)
        _check_cancellable(cancellable)
        if not _CQueue.offer(self, box):
            self._check_time(timeout_us, [box])
            _block(super().put_async, [box], timeout_us, cancellable)
        return True

    def _check_time(self, timeout_us, args=()):
        """Raises what a wait would come to if there is no time for one."""
        if self.get_state() == Aq.QueueState.OPEN and timeout_us == 0:
            _retire(args)
            raise _make_error(Gio.IOErrorEnum.TIMED_OUT)

    def get_sync(self, cancellable=None, *, timeout=None):
        """Returns an item, and blocks while there is none.

        After so many seconds it raises TimeoutError.
        """
        timeout_us = _microseconds_from_timeout(timeout)
        self._end_orphans()
        try:
            # With the item in hand there is no call any more, where a signal handler could
            # come. The event loop of this thread will see itself who can go on.
            return Queue.timed_get(self, timeout_us, cancellable)
        except GLib.Error as error:
            raise _translate(error) from None

    def join_sync(self, cancellable=None, *, timeout=None):
        """Blocks until each item that was put is processed, or dropped.

        After so many seconds it raises TimeoutError.
        """
        timeout_us = _microseconds_from_timeout(timeout)
        self._end_orphans()
        try:
            Queue.timed_join(self, timeout_us, cancellable)
        except GLib.Error as error:
            raise _translate(error) from None
        finally:
            self._wake_waits()

    # The functions of C, which take and give any value too.

    def try_put(self, item):
        return super().try_put(self._pack(item))

    def offer(self, item):
        return super().offer(self._pack(item))

    def timed_put(self, item, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        return self._timed_put_box(self._pack(item), timeout_us, cancellable)

    def put_async(self, item, cancellable=None, callback=None, *user_data):
        super().put_async(self._pack(item), cancellable, callback, *user_data)

    def try_get(self):
        return _open(super().try_get())

    def poll(self):
        item = super().poll()
        return None if item is None else _open(item)

    def timed_get(self, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        if not _is_main_thread():
            return _open(super().timed_get(timeout_us, cancellable))
        _check_cancellable(cancellable)
        item = _take(map(_CQueue.poll, (self,)))
        if item is not _NOTHING:
            return item
        self._check_time(timeout_us)
        return _block(super().get_async, [], timeout_us, cancellable, _CQueue.get_finish)

    def timed_join(self, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        if not _is_main_thread():
            return super().timed_join(timeout_us, cancellable)
        _check_cancellable(cancellable)
        if self.get_unfinished_tasks() > 0:
            self._check_time(timeout_us)
            _block(super().join_async, [], timeout_us, cancellable)
        return True

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
            try:
                return func(queue, _open(item), *data)
            except SystemExit:
                raise
            except BaseException as error:
                _report(func, error)
                return True

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
    room is compared when its put is resumed, or when others have taken what was before it;
    get_sync() in the main thread takes it as it is then.

    With the functions of C whose names end in with_priority, items have one that is a
    number. All others are among those with priority 0.
    """

    new = vars(Queue)['new']

    @functools.cached_property
    def _order(self):
        # Two threads may be here for the first time.
        return self.__dict__.setdefault('_order', _Order())

    def _make_ticket(self, item):
        """Returns a ticket, and the box that it travels in."""
        ticket = _Ticket(self._order, item)
        box = _Box(ticket)
        box.has_ticket = True
        # A queue for one type of object has no room for it.
        return ticket, self._pack(box)

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
        timeout_us = _microseconds_from_timeout(timeout)
        _is_main_thread()
        _check_cancellable(cancellable)
        ticket, box = self._make_ticket(item)
        with self._order.lock:
            try:
                place = self._order.find(item)
            except BaseException:
                _retire([box])
                raise
            is_in = _CQueue.offer(self, box)
            if is_in:
                ticket.sort_in(place)
        if is_in:
            self._wake_waits()
        else:
            self._put_box_sync(box, timeout_us, cancellable)
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

    def try_put_with_priority(self, item, priority):
        return super().try_put_with_priority(self._pack(item), priority)

    def timed_put_with_priority(self, item, priority, timeout_us, cancellable=None):
        _check_timeout_us(timeout_us)
        box = self._pack(item)
        if not _is_main_thread():
            return super().timed_put_with_priority(box, priority, timeout_us, cancellable)
        _check_cancellable(cancellable)
        _block(super().put_with_priority_async, [box, priority], timeout_us, cancellable)
        return True

    def put_with_priority_sync(self, item, priority, cancellable=None):
        return self.timed_put_with_priority(item, priority, -1, cancellable)

    def put_with_priority_async(self, item, priority, cancellable=None, callback=None,
                                *user_data):
        super().put_with_priority_async(self._pack(item), priority, cancellable, callback,
                                        *user_data)
