# SPDX-License-Identifier: LGPL-2.1-or-later
"""How large items are, where a program tells it."""

import operator

from gi.repository import GLib

from .errors import report
from .items import peek_item


class Sizes(dict):
    """Tells C the sizes of items, by what a function of the program returned.

    An exception cannot pass through C. So the function is called before a put, and C calls
    ``__getitem__()``, which is none of Python's functions: there no signal handler runs.
    """

    def __init__(self, func):
        super().__init__()
        self._func = func

    def _measure(self, item):
        size = self._func(item)
        try:
            size = operator.index(size)
        except TypeError:
            raise TypeError(f'The size of an item is an integer, and not {size!r}') from None
        if not 0 <= size <= GLib.MAXUINT32:
            raise ValueError(f'The size of an item is from 0 to 2**32 - 1, and not {size}')
        return size

    def take(self, item):
        """Returns the size, or raises what is wrong with it, before an item is put."""
        self.clear()  # of one that was put in another way than by us, and of its item
        return self._measure(item)

    def __missing__(self, box):
        """For what another language puts, or another thread at the same time."""
        try:
            return self._measure(peek_item(box))
        except BaseException as error:
            report(self._func, error)
            return 0
