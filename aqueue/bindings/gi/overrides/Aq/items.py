# SPDX-License-Identifier: LGPL-2.1-or-later
"""How a Python value travels in a queue of C."""

import contextlib
import sys

from gi.repository import GObject

from .order import SpentToken, Token


# To make a box takes longer than all else that is done for an item. So there is a store of
# them, for a burst of items, or two.
_spares = []
_N_SPARES = 2000

# One entry for each look at boxes that is under way. To add and remove it is atomic.
_looks = []


@contextlib.contextmanager
def looking():
    """Whoever looks at boxes meanwhile finds the items that went in with them."""
    try:
        _looks.append(None)
        yield
    finally:
        _looks.pop()


class Box(GObject.Object):
    """Carries a Python value, since a queue holds objects."""

    __gtype_name__ = 'AqPythonBox'

    has_token = False

    def __init__(self, item):
        super().__init__()
        self.item = item

    def peek(self):
        return self.item


def new_box(item):
    try:
        box = _spares.pop()
    except IndexError:
        return Box(item)
    box.item = item
    return box


def open_item(box):
    """Returns the item of a box that was collected; an object is one."""
    if box.__class__ is not Box:
        return box
    item = box.item
    if box.has_token:
        # It is not used again, as somebody in Python might still hold it. So would the next
        # token in it be held.
        return item.open() if isinstance(item, Token) else item
    # Another thread may look at it, or hold it if it was peeked at in another language.
    if box.__grefcount__ == 1 and not _looks and len(_spares) < _N_SPARES:
        box.item = None
        _spares.append(box)
    return item


def peek_item(item):
    if isinstance(item, Box):
        item = item.peek()
    return item.peek() if isinstance(item, Token) else item


NOTHING = object()


def take_item(taking):
    """Returns the item that an iterator takes off, or NOTHING if it has None."""
    for box in taking:
        if box is None:
            break
        if sys.version_info < (3, 11):
            # There a handler comes between any two steps, and so does another thread.
            return open_item(box)
        if box.__class__ is not Box:
            return box
        item = box.item
        if box.has_token:
            # The same as open() does, but that it compares nothing: an item that is not
            # sorted in comes out in the place of its token.
            token, order = item, item.order
            token.__class__ = SpentToken
            order._n_changes += 1
            if token.is_sorted_in:
                run = order._runs[0]
                item = run[0]
                del run[0]
                if not run:
                    del order._runs[0]
            else:
                item = token.item
                token.is_sorted_in = True
                token.item = None
        return item
    return NOTHING


def spend(args):
    """Keeps the destructor of a token, which did not go in, from running.

    What a signal handler raises in a destructor is lost.
    """
    for box in args:
        if box.__class__ is Box and box.has_token:
            box.item.__class__ = SpentToken
