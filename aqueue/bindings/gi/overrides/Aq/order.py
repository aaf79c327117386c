# SPDX-License-Identifier: LGPL-2.1-or-later
"""Items that are sorted by ``<``, and what stands for them in a queue of C."""

import bisect
import contextlib
import itertools
import threading
import warnings

from gi.repository import GLib


class Order:
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

        # While there are puts, a token that is dropped leaves an item to be dropped later:
        # that which is put, and not sorted in yet, may be less urgent than all others.
        self.n_puts = 0
        self.n_due = 0

    def __iter__(self):
        return itertools.chain(*self._runs)

    # A signal handler or a destructor may use the queue in the midst of what we do, as may a
    # comparison. Since 3.11 Python runs handlers after a call, and destructors when it makes
    # something: so in what changes the runs there is neither between the first step, which
    # is to look whether all is as it was, and the last.

    def find(self, item, before_equals=False):
        """Returns a place for insert()."""
        search = self._search_first if before_equals else self._search
        for _ in range(self._N_TRIES):
            n_changes = self._n_changes
            try:
                n_run, index = search(item)
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

    def _search_first(self, item):
        low, high = 0, len(self._runs)
        while low < high:
            middle = (low + high) // 2
            if self._runs[middle][0] < item:
                low = middle + 1
            else:
                high = middle

        n_run = max(low - 1, 0)
        return n_run, bisect.bisect_left(self._runs[n_run], item) if self._runs else 0

    def find_equal(self, item):
        """Returns the place of the first item that is equal, or None."""
        for _ in range(self._N_TRIES):
            n_changes = self._n_changes
            place = next(((n_run, index) for n_run, run in enumerate(self._runs)
                          for index, other in enumerate(run)
                          if other is item or other == item), None)
            if n_changes == self._n_changes:
                return place
        raise RuntimeError('The queue is changed by each comparison')

    def drop_equal(self, item):
        """Drops the first item that is equal, or the last of all if none is any more."""
        self.drop(self._take(*(self.find_equal(item) or (-1, -1))))

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

    def insert(self, place, token):
        """Inserts the item of a token, unless the place is no longer the right one."""
        n_changes, n_run, index = place
        item = token.item
        first_run = [item]

        if n_changes != self._n_changes:
            return
        n_changes += 1
        self._n_changes = n_changes
        token.is_sorted_in = True
        token.item = None
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
        return self._take(0, 0)


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

    def drop_last(self):
        if self.n_puts > 0:
            self.n_due += 1
        else:
            self.drop(self._take(-1, -1))

    def drop_due(self, oldest):
        """Drops what is due: of the items that are last, the oldest or the newest."""
        dropped = []
        while self.n_due > 0:
            place = -1, -1
            if oldest:
                n_changes = self._n_changes
                # It is no harm if a comparison fails: then the newest is dropped.
                with contextlib.suppress(Exception):
                    found = self._find_oldest_of_last()
                    if n_changes == self._n_changes:
                        place = found
            self.n_due -= 1
            dropped.append(self._take(*place))
        return dropped

    def _find_oldest_of_last(self):
        last = self._runs[-1][-1]
        low, high = 0, len(self._runs) - 1
        while low < high:
            middle = (low + high) // 2
            if self._runs[middle][-1] < last:
                low = middle + 1
            else:
                high = middle
        return low, bisect.bisect_left(self._runs[low], last)

    def _take(self, n_run, index):
        run = self._runs[n_run]
        item = run[index]
        self._n_changes += 1
        del run[index]
        if not run:
            del self._runs[n_run]
        return item


class SpentToken:
    """A token that is no longer in the queue. It has no destructor."""

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
            self.__class__ = SpentToken
            return self.order.take_first()

    def peek(self):
        with self.order.lock:
            self.sort_in()
            return self.order.get_first()


class Token(SpentToken):
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
                if self.is_sorted_in:
                    self.order.drop_last()
                else:
                    self.order.drop(self.item)
