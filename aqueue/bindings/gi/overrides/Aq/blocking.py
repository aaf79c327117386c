# SPDX-License-Identifier: LGPL-2.1-or-later
"""Threads that block, and the main thread, which lets signal handlers run meanwhile."""

import _thread
import contextlib
import functools
import math
import select
import threading

from gi.repository import Gio, GLib, GObject

from .errors import make_error
from .items import Box, spend, take_item
from .library import Aq, CPriorityQueue, CQueue
from .wakeup import get_wakeup_fd

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


def is_main_thread():
    if _thread.get_ident() != threading.main_thread().ident:
        return False
    if not is_warm:
        _warm_up()
    return True


# Not empty once _warm_up() is done.
is_warm = []
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
    try:
        with _warming_lock:
            if not is_warm:
                queue = CQueue.new(GObject.Object, 1)
                _call_all_of(queue, functools.partial(CQueue.put_async, queue), [Box(None)])
                queue = CPriorityQueue.new(GObject.Object, 1)
                put = functools.partial(CPriorityQueue.put_with_priority_async, queue)
                _call_all_of(queue, put, [Box(None), 0])
                is_warm.append(True)
    finally:
        is_over.release()


def _call_all_of(queue, put, args):
    cancellable = Gio.Cancellable()
    CQueue.offer(queue, args[0])
    with contextlib.suppress(GLib.Error):
        block(functools.partial(CQueue.join_async, queue), [], 1, cancellable)
    check_time(queue, 1)
    take_item(map(CQueue.poll, [queue]))
    block(put, args, -1, cancellable)
    block(functools.partial(CQueue.get_async, queue), [], -1, cancellable, CQueue.get_finish)
    queue.get_unfinished_tasks()


def check_time(queue, timeout_us, args=()):
    """Raises what a wait would come to if there is no time for one."""
    if queue.get_state() == Aq.QueueState.OPEN and timeout_us == 0:
        spend(args)
        raise make_error(Gio.IOErrorEnum.TIMED_OUT)


def block(start, args, timeout_us, cancellable, finish=None):
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
            spend(args)
            raise make_error(code)
        if finish is not None:
            return take_item(map(finish, called.args[:1], called.args[1:]))
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
    poll.register(get_wakeup_fd(context), select.POLLIN)
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
