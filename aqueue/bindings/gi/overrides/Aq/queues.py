# SPDX-License-Identifier: LGPL-2.1-or-later
"""The queues, as programs see them."""

import functools
import threading
import types

from gi.repository import Gio, GLib, GObject

from ...overrides import override
from .blocking import block, check_time, is_main_thread
from .causes import Causes
from .errors import (
    QueueEmpty, QueueFull, QueueShutDown, check_cancellable, check_item_type, check_max_items,
    check_overflow, check_timeout_us, fails_with, max_size_from_maxsize,
    microseconds_from_timeout, report, translate)
from .items import NOTHING, looking, new_box, open_item, peek_item, take_item
from .library import NAMESPACE, Aq, CQueue
from .loops import Loop, stand_back
from .pace import monotonic, thread
from .sizes import Sizes
from .waits import Wait


# To find them by super() would take as long again as to call them.
_offer, _poll, _get_state = CQueue.offer, CQueue.poll, CQueue.get_state
_OPEN, _FINISHED = Aq.QueueState.OPEN, Aq.QueueState.FINISHED
_GObject = GObject.Object


class _Hold:
    """A queue that is released at the end of a block."""

    def __init__(self, queue):
        self._queue = queue

    def __enter__(self):
        return self._queue

    def __exit__(self, *args):
        self._queue.release()


@override
class Queue(Aq.Queue):
    """A queue in which both sides wait without blocking the event loop."""

    __module__ = NAMESPACE

    # Those of coroutines, and the event loops that had some. Sets of its own come with the
    # first one.
    _waits = frozenset()
    _loops = frozenset()

    # What was asked for, where it is not what C has.
    _maxsize = None

    # Those of the items, if a function tells them.
    _sizes = None

    # Why it was shut down, if Python said so.
    _causes = None

    __class_getitem__ = classmethod(types.GenericAlias)

    def __init__(self, maxsize=0, *, size=None, **properties):
        properties = {name.replace('-', '_'): value for name, value in properties.items()}
        max_size = max_size_from_maxsize(maxsize)
        properties.setdefault('max_size', max_size)
        check_item_type(properties.get('item_type', GObject.Object))
        check_overflow(properties.get('overflow', Aq.Overflow.WAIT))
        super().__init__(**properties)
        if maxsize != max_size:
            self._maxsize = maxsize
        if size is not None:
            self.set_size_func(size)

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
        if self._maxsize is not None and max_size_from_maxsize(self._maxsize) == max_size:
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
        if self._sizes is None and self._item_type is None:
            return item if isinstance(item, _GObject) else new_box(item)

        size = None if self._sizes is None else self._sizes.take(item)
        if not isinstance(item, _GObject):
            item = new_box(item)
        if self._item_type is not None and not item.__gtype__.is_a(self._item_type):
            raise TypeError(f'Items of this queue are of type {self._item_type.name}')
        if size is not None:
            self._sizes[item] = size
        return item

    def _wake_waits(self):
        """To be called after what may let others go on."""
        if self._waits:
            self._end_orphans()
            Loop.run_here()

    def _prepare_to_wait(self):
        if not self._waits:
            self.__dict__.setdefault('_loops', set())
            self.__dict__.setdefault('_waits', set())
        self._end_orphans()

    def _wait(self, start, *args):
        self._prepare_to_wait()
        return Wait(self, start, *args)

    def _end_orphans(self):
        """Takes back what is promised to event loops that are closed by now.

        Returns whether there was such a wait.
        """
        closed = {}
        for reference in self._loops.copy():
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

    def _translate(self, error):
        """Returns what Python raises where C has this error."""
        if fails_with(error, Gio.IOErrorEnum.CLOSED):
            return self._make_closed()
        cause = None if self._causes is None else self._causes.find(error)
        return translate(error) if cause is None else cause

    def _make_closed(self):
        """Returns what Python raises once the queue is shut down."""
        return self.get_error() or QueueShutDown()

    def get_error(self):
        """Returns what the queue was shut down with, or None."""
        error = super().get_error()
        if error is None or fails_with(error, Gio.IOErrorEnum.CLOSED):
            return error
        return self._translate(error)

    # An error of C costs more than all else, and so these look at the state instead.

    def put_nowait(self, item):
        """Puts an item, or raises QueueFull."""
        self._put_box_nowait(self._pack(item))

    def _put_box_nowait(self, box):
        if not _offer(self, box):
            raise QueueFull if _get_state(self) == _OPEN else self._make_closed()
        if self._sizes is not None:
            self._sizes.clear()
        if self._waits:
            self._wake_waits()

    async def put(self, item):
        """Puts an item, and waits while there is no room for it."""
        if monotonic() >= thread.next_look:
            await stand_back()
        box = self._pack(item)
        try:
            self._put_box_nowait(box)
        except QueueFull:
            await self._put_box(box)

    async def _put_box(self, box):
        wait = self._wait(super().put_async, box)
        if self._sizes is not None:
            self._sizes.clear()
        try:
            try:
                await wait.until_called()
            except wait.loop.Cancelled as cancelled:
                await wait.cancel()
                try:
                    self.put_finish(wait.result)
                except GLib.Error:
                    raise cancelled from None
                # Others can see the item already: it is too late to be cancelled.
                wait.loop.cancel_later(wait.task, cancelled)
            else:
                self.put_finish(wait.result)
        except GLib.Error as error:
            failure = self._translate(error)
            raise failure from failure.__cause__
        finally:
            wait.end()

    def get_nowait(self):
        """Returns an item, or raises QueueEmpty."""
        box = _poll(self)
        while box is None:
            if not (self._loops and self._end_orphans()):
                raise self._make_closed() if _get_state(self) == _FINISHED else QueueEmpty
            box = _poll(self)
        if self._waits:
            self._wake_waits()
        return open_item(box)

    async def get(self):
        """Returns an item, and waits while there is none."""
        if monotonic() >= thread.next_look:
            await stand_back()
        try:
            return Queue.get_nowait(self)
        except QueueEmpty:
            pass

        wait = self._wait(super().get_async)
        try:
            await wait.until_called()
            return self.get_finish(wait.result)
        except GLib.Error as error:
            failure = self._translate(error)
            raise failure from failure.__cause__
        finally:
            wait.end()

    async def get_many(self, max_items=GLib.MAXUINT32):
        """Returns a list of what is there, up to a number, and waits while there is nothing.

        In the order of the queue; none is taken that is promised to others.
        """
        check_max_items(max_items)
        if monotonic() >= thread.next_look:
            await stand_back()

        wait = self._wait(super().get_many_async, max_items)
        try:
            await wait.until_called()
            return self.get_many_finish(wait.result)
        except GLib.Error as error:
            failure = self._translate(error)
            raise failure from failure.__cause__
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

    # Of two threads that report the last task, or put it back, one has to be told. A signal
    # handler may do so too.
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
            await wait.until_called()
            self.join_finish(wait.result)
        finally:
            wait.end()

    def set_overflow(self, overflow):
        """Sets what a put does when there is no room: one of Aq.Overflow."""
        check_overflow(overflow)
        super().set_overflow(overflow)
        self._wake_waits()

    def set_size_func(self, func):
        """Has maxsize bound the sum of what a function returns for the items that wait.

        With None each counts as 1. It can be set while the queue is not in use.
        """
        if func is not None and not callable(func):
            raise TypeError(f'{func!r} is not callable')
        if (self.get_length() or self.get_n_promised() or self.get_waiting_putters()
                or self.get_waiting_getters()):
            raise RuntimeError('set_size_func() was called while the queue was in use')
        sizes = None if func is None else Sizes(func)
        super().set_size_func(None if func is None else sizes.__getitem__)
        self._sizes = sizes

    def put_back(self, item):
        """Puts an item back that was got and could not be processed.

        It is first in line again, whatever the bound, and still unfinished.
        """
        self._put_box_back(CQueue.put_back, self._pack(item))
        self._after_put()

    def _put_box_back(self, put_back, *args):
        with self._task_done_lock:
            if self.get_in_flight() == 0:
                raise ValueError('put_back() called for more items than are in flight')
            put_back(self, *args)

    def _after_put(self):
        if self._sizes is not None:
            self._sizes.clear()
        self._wake_waits()

    def remove(self, item):
        """Takes out the first item that is equal, and returns whether there was one.

        If all items that are left are promised, there is none.
        """
        with looking():
            return self._remove_box(item, super().peek_all())

    def _remove_box(self, item, boxes):
        for box in boxes:
            value = peek_item(box)
            if (value is item or value == item) and super().remove(box):
                self._wake_waits()
                return True
        return False

    def set_paused(self, paused):
        """Has gets wait, or go on."""
        super().set_paused(paused)
        self._wake_waits()

    def hold(self):
        """Says that one more producer will put items.

        ``with queue.hold():`` releases the queue at the end. Otherwise call release().
        """
        super().hold()
        return _Hold(self)

    def release(self):
        """Says that a producer that holds the queue will put nothing more.

        With the last of them the queue is shut down.
        """
        super().release()
        self._wake_waits()

    def shutdown(self, immediate=False, *, error=None):
        """Ends the queue: nothing more goes in.

        The items that are left can still be got, or are dropped if it is immediate. With
        an error, this is what is raised then instead of QueueShutDown.
        """
        if error is not None:
            if self._causes is None:
                self._causes = Causes()
            super().shutdown_with_error(self._causes.add(error))
        if error is None or immediate:
            super().shutdown(immediate)
        self._wake_waits()

    def shutdown_with_error(self, error):
        self.shutdown(error=error)

    # For threads that may block. The GIL is released meanwhile.

    def put_sync(self, item, cancellable=None, *, timeout=None):
        """Puts an item, and blocks while there is no room for it.

        After so many seconds it raises TimeoutError.
        """
        box = self._pack(item)
        is_main_thread()
        if timeout is None and cancellable is None and _offer(self, box):
            if self._sizes is not None:
                self._sizes.clear()
            if self._waits:
                self._wake_waits()
            return
        self._put_box_sync(box, microseconds_from_timeout(timeout), cancellable)

    def _put_box_sync(self, box, timeout_us, cancellable):
        self._end_orphans()
        try:
            self._timed_put_box(box, timeout_us, cancellable)
        except GLib.Error as error:
            failure = self._translate(error)
            raise failure from failure.__cause__
        finally:
            if self._sizes is not None:
                self._sizes.clear()
            self._wake_waits()

    def _timed_put_box(self, box, timeout_us, cancellable):
        if not is_main_thread():
            return super().timed_put(box, timeout_us, cancellable)
        check_cancellable(cancellable)
        if not CQueue.offer(self, box):
            check_time(self, timeout_us, [box])
            block(super().put_async, [box], timeout_us, cancellable)
        return True

    def get_sync(self, cancellable=None, *, timeout=None):
        """Returns an item, and blocks while there is none.

        After so many seconds it raises TimeoutError.
        """
        if timeout is None and cancellable is None:
            if not is_main_thread():
                box = _poll(self)
                if box is not None:
                    return open_item(box)
            else:
                item = take_item(map(_poll, (self,)))
                if item is not NOTHING:
                    return item
        timeout_us = microseconds_from_timeout(timeout)
        self._end_orphans()
        try:
            # With the item in hand there is no call any more, where a signal handler could
            # come. The event loop of this thread will see itself who can go on.
            return Queue.timed_get(self, timeout_us, cancellable)
        except GLib.Error as error:
            failure = self._translate(error)
            raise failure from failure.__cause__

    def join_sync(self, cancellable=None, *, timeout=None):
        """Blocks until each item that was put is processed, or dropped.

        After so many seconds it raises TimeoutError.
        """
        timeout_us = microseconds_from_timeout(timeout)
        self._end_orphans()
        try:
            Queue.timed_join(self, timeout_us, cancellable)
        except GLib.Error as error:
            failure = self._translate(error)
            raise failure from failure.__cause__
        finally:
            self._wake_waits()

    # The functions of C, which take and give any value too.

    def try_put(self, item):
        return super().try_put(self._pack(item))

    def offer(self, item):
        return super().offer(self._pack(item))

    def timed_put(self, item, timeout_us, cancellable=None):
        check_timeout_us(timeout_us)
        return self._timed_put_box(self._pack(item), timeout_us, cancellable)

    def put_async(self, item, cancellable=None, callback=None, *user_data):
        super().put_async(self._pack(item), cancellable, callback, *user_data)

    def timed_put_async(self, item, timeout_us, cancellable=None, callback=None, *user_data):
        check_timeout_us(timeout_us)
        super().timed_put_async(self._pack(item), timeout_us, cancellable, callback, *user_data)

    def timed_get_async(self, timeout_us, cancellable=None, callback=None, *user_data):
        check_timeout_us(timeout_us)
        super().timed_get_async(timeout_us, cancellable, callback, *user_data)

    def timed_join_async(self, timeout_us, cancellable=None, callback=None, *user_data):
        check_timeout_us(timeout_us)
        super().timed_join_async(timeout_us, cancellable, callback, *user_data)

    def try_get(self):
        return open_item(super().try_get())

    def poll(self):
        item = super().poll()
        return None if item is None else open_item(item)

    def timed_get(self, timeout_us, cancellable=None):
        check_timeout_us(timeout_us)
        if not is_main_thread():
            return open_item(super().timed_get(timeout_us, cancellable))
        check_cancellable(cancellable)
        item = take_item(map(CQueue.poll, (self,)))
        if item is not NOTHING:
            return item
        check_time(self, timeout_us)
        return block(super().get_async, [], timeout_us, cancellable, CQueue.get_finish)

    def timed_join(self, timeout_us, cancellable=None):
        check_timeout_us(timeout_us)
        if not is_main_thread():
            return super().timed_join(timeout_us, cancellable)
        check_cancellable(cancellable)
        if self.get_unfinished_tasks() > 0:
            check_time(self, timeout_us)
            block(super().join_async, [], timeout_us, cancellable)
        return True

    def get_finish(self, result):
        return open_item(super().get_finish(result))

    def try_get_many(self, max_items):
        check_max_items(max_items)
        return [open_item(item) for item in super().try_get_many(max_items)]

    def get_many_async(self, max_items, cancellable=None, callback=None, *user_data):
        check_max_items(max_items)
        super().get_many_async(max_items, cancellable, callback, *user_data)

    def timed_get_many_async(self, max_items, timeout_us, cancellable=None, callback=None,
                             *user_data):
        check_max_items(max_items)
        check_timeout_us(timeout_us)
        super().timed_get_many_async(max_items, timeout_us, cancellable, callback, *user_data)

    def get_many_finish(self, result):
        return [open_item(item) for item in super().get_many_finish(result)]

    def peek(self):
        with looking():
            return peek_item(super().peek())

    def peek_all(self):
        """Returns all items, also those that are promised."""
        with looking():
            return self._peek_at(super().peek_all())

    def peek_many(self, max_items):
        check_max_items(max_items)
        with looking():
            return self._peek_at(super().peek_many(max_items))

    def _peek_at(self, items):
        return [peek_item(item) for item in items]

    def create_source(self, cancellable=None):
        raise NotImplementedError('PyGObject cannot call back with an item: use add_watch()')

    def add_watch(self, io_priority, func, *data):
        if not callable(func):
            raise TypeError(f'{func!r} is not callable')

        def watch(queue, item, *data):
            try:
                return func(queue, open_item(item), *data)
            except SystemExit:
                raise
            except BaseException as error:
                report(func, error)
                return True

        return super().add_watch(io_priority, watch, *data)


@override
class LifoQueue(Aq.LifoQueue, Queue):
    """A queue from which the item that went in last comes out first."""

    __module__ = NAMESPACE

    new = vars(Queue)['new']

    def _list_items(self):
        # As in asyncio, the last one comes out first.
        return super()._list_items()[::-1]
