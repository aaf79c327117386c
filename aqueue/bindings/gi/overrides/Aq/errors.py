# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Python raises where C has an error, or a critical."""

import asyncio
import math
import weakref

from gi.repository import Gio, GLib, GObject

from .library import Aq

QueueEmpty = asyncio.QueueEmpty
QueueFull = asyncio.QueueFull

if hasattr(asyncio, 'QueueShutDown'):
    QueueShutDown = asyncio.QueueShutDown
else:
    class QueueShutDown(Exception):
        """Raised when putting on, or getting from, a queue that is shut down."""


def fails_with(error, code):
    return error.matches(Gio.io_error_quark(), code)


def translate(error):
    """Returns what Python raises where C has this error."""
    if fails_with(error, Gio.IOErrorEnum.CLOSED):
        return QueueShutDown()
    if fails_with(error, Gio.IOErrorEnum.TIMED_OUT):
        return TimeoutError()
    return error


_MESSAGES = {
    int(Gio.IOErrorEnum.CANCELLED): 'The operation was cancelled',
    int(Gio.IOErrorEnum.CLOSED): 'The queue is shut down',
    int(Gio.IOErrorEnum.TIMED_OUT): 'Timed out',
}


def make_error(code):
    """Returns the error of C with this code, where C is not to make it."""
    return GLib.Error(_MESSAGES[code], 'g-io-error-quark', int(code))


def max_size_from_maxsize(maxsize):
    """Returns the bound in C that is as good as asyncio's, which is any number."""
    try:
        if maxsize <= 0 or not maxsize < GLib.MAXUINT32:
            return 0
        return math.ceil(maxsize)
    except TypeError:
        raise TypeError(f'maxsize is a number, 0 for no bound, and not {maxsize!r}') from None


def check_item_type(item_type):
    """Raises TypeError, where C would have a critical."""
    item_type = GObject.GType(item_type)
    if not (item_type.is_a(GObject.TYPE_OBJECT) or item_type.is_interface()):
        raise TypeError(f'Items are objects, and {item_type.name} is no type of object')


def check_overflow(overflow):
    """Raises TypeError, where GObject would warn and keep what was."""
    if overflow not in (Aq.Overflow.WAIT, Aq.Overflow.DROP_OLDEST, Aq.Overflow.DROP_NEWEST):
        raise TypeError(f'overflow is one of Aq.Overflow, and not {overflow!r}')


def check_max_items(max_items):
    if max_items < 1:
        raise ValueError('The number of items is 1 or more')


def check_cancellable(cancellable):
    """Raises what C would."""
    if cancellable is None:
        return
    if not isinstance(cancellable, Gio.Cancellable):
        raise TypeError(f'{cancellable!r} is no Gio.Cancellable')
    if cancellable.is_cancelled():
        raise make_error(Gio.IOErrorEnum.CANCELLED)


def check_timeout_us(timeout_us):
    if timeout_us < -1:
        raise ValueError('A timeout is a number of microseconds, or -1 forever')


def microseconds_from_timeout(timeout):
    if timeout is None or timeout == math.inf:
        return -1
    if not timeout >= 0:
        raise ValueError("'timeout' must be a non-negative number")
    return min(math.ceil(timeout * 1e6), GLib.MAXINT64)


class _Reporter:
    """Raises an exception where Python can but report it, with sys.unraisablehook()."""

    def __init__(self, func, error):
        self.func = func
        self.error = error

    def __call__(self, reference):
        raise self.error

    def __repr__(self):
        return repr(self.func)


def report(func, error):
    """Reports an exception of a function that nobody in Python has called."""
    # It is a weak reference's callback, to whatever is gone right after.
    weakref.ref(_Reporter(func, error), _Reporter(func, error))
