# SPDX-License-Identifier: LGPL-2.1-or-later
"""The queue that is sorted."""

import functools

from ...overrides import override
from .blocking import block, is_main_thread
from .errors import QueueFull, check_cancellable, check_timeout_us, microseconds_from_timeout
from .items import Box, looking, peek_item, spend
from .library import NAMESPACE, Aq, CPriorityQueue, CQueue
from .loops import stand_back
from .order import Order, Token
from .pace import monotonic, thread
from .queues import Queue


@override
class PriorityQueue(Aq.PriorityQueue, Queue):
    """A queue from which the smallest item comes out first, by ``<``.

    Equal items come out in the order in which they went in. An item that had to wait for
    room is compared when its put is resumed, or when others have taken what was before it;
    get_sync() in the main thread takes it as it is then.

    With the functions of C whose names end in with_priority, items have one that is a
    number. All others are among those with priority 0.
    """

    __module__ = NAMESPACE

    new = vars(Queue)['new']

    @functools.cached_property
    def _order(self):
        # Two threads may be here for the first time.
        return self.__dict__.setdefault('_order', Order())

    def _make_token(self, item):
        """Returns a token, and the box that it travels in."""
        token = Token(self._order, item)
        box = Box(token)
        box.has_token = True
        # A queue for one type of object has no room for it.
        return token, self._pack(box)

    def put_nowait(self, item):
        token, box = self._make_token(item)
        order = self._order
        with order.lock:
            place = order.find(item)
            order.n_puts += 1
            try:
                self._put_box_nowait(box)
                token.sort_in(place)
            finally:
                order.n_puts -= 1
            dropped = self._drop_due()
        token.warn()
        del dropped  # with no lock held, since a destructor may use the queue

    def _drop_due(self):
        """To be called at the end of a put, with the lock held. Returns what is to be freed."""
        if self._order.n_due == 0 or self._order.n_puts > 0:
            return None
        return self._order.drop_due(self.get_overflow() == Aq.Overflow.DROP_OLDEST)

    async def put(self, item):
        if monotonic() >= thread.next_look:
            await stand_back()
        try:
            PriorityQueue.put_nowait(self, item)
        except QueueFull:
            token, box = self._make_token(item)
            await self._put_box(box)
            token.sort_in()
            token.warn()

    def put_sync(self, item, cancellable=None, *, timeout=None):
        timeout_us = microseconds_from_timeout(timeout)
        is_main_thread()
        check_cancellable(cancellable)
        token, box = self._make_token(item)
        with self._order.lock:
            try:
                place = self._order.find(item)
            except BaseException:
                spend([box])
                raise
            self._order.n_puts += 1
            try:
                is_in = CQueue.offer(self, box)
                if is_in:
                    token.sort_in(place)
            finally:
                self._order.n_puts -= 1
            dropped = self._drop_due()
        del dropped
        if is_in:
            self._wake_waits()
        else:
            self._put_box_sync(box, timeout_us, cancellable)
            token.sort_in()
        token.warn()

    def set_size_func(self, func):
        if func is not None:
            raise TypeError('Not for a priority queue: which of its items goes out is decided '
                            'by comparing them, and C would sum up the wrong sizes')
        super().set_size_func(func)

    def put_back(self, item):
        token, box = self._make_token(item)
        order = self._order
        with order.lock:
            place = order.find(item, before_equals=True)
            self._put_box_back(CQueue.put_back, box)
            # After an immediate shutdown it was dropped.
            if box.__grefcount__ > 1:
                token.sort_in(place)
            else:
                spend([box])
        self._after_put()

    def put_back_with_priority(self, item, priority):
        self._put_box_back(CPriorityQueue.put_back_with_priority, self._pack(item), priority)
        self._after_put()

    def remove(self, item):
        """Takes out the first item that is equal, and returns whether there was one."""
        with looking():
            return self._remove(item, CQueue.peek_all(self))

    def _remove(self, item, boxes):
        tokens = [box for box in boxes if isinstance(box, Box) and box.has_token]
        if self._remove_box(item, [box for box in boxes if box not in tokens]):
            return True

        order = self._order
        with order.dropping():
            for box in tokens:
                box.item.sort_in()
            # Any token will do: the one that goes stands for the item that goes.
            if order.find_equal(item) is None or not CQueue.remove(self, tokens[-1]):
                return False
            spend(tokens[-1:])
            order.drop_equal(item)
        self._wake_waits()
        return True

    def set_priority(self, item, priority):
        """Moves an item that was put with a priority, and returns whether it was there."""
        with looking():
            for box in CQueue.peek_all(self):
                if not (isinstance(box, Box) and box.has_token):
                    value = peek_item(box)
                    if (value is item or value == item) and super().set_priority(box, priority):
                        self._wake_waits()
                        return True
        return False

    def shutdown(self, immediate=False, *, error=None):
        with self._order.dropping():
            super().shutdown(immediate, error=error)

    def peek_many(self, max_items):
        with self._order.lock:
            return super().peek_many(max_items)

    def _peek_at(self, items):
        values = [item.peek() if isinstance(item, Box) else item for item in items]
        for value in values:
            if isinstance(value, Token):
                value.sort_in()
        firsts = iter(self._order)
        return [next(firsts, None) if isinstance(value, Token) else value for value in values]

    def clear(self):
        with self._order.dropping():
            return super().clear()

    def try_put_with_priority(self, item, priority):
        return super().try_put_with_priority(self._pack(item), priority)

    def timed_put_with_priority(self, item, priority, timeout_us, cancellable=None):
        check_timeout_us(timeout_us)
        box = self._pack(item)
        if not is_main_thread():
            return super().timed_put_with_priority(box, priority, timeout_us, cancellable)
        check_cancellable(cancellable)
        block(super().put_with_priority_async, [box, priority], timeout_us, cancellable)
        return True

    def put_with_priority_sync(self, item, priority, cancellable=None):
        return self.timed_put_with_priority(item, priority, -1, cancellable)

    def put_with_priority_async(self, item, priority, cancellable=None, callback=None,
                                *user_data):
        super().put_with_priority_async(self._pack(item), priority, cancellable, callback,
                                        *user_data)
