# SPDX-License-Identifier: LGPL-2.1-or-later
"""Aqueue in Python: asyncio's queues, which any thread and language can share.

``Aq.Queue``, ``Aq.LifoQueue`` and ``Aq.PriorityQueue`` take the place of those of
asyncio. They do what these do in Python 3.13, on every version, and raise the same
exceptions. Beyond that they can be used from any thread and from several event loops
at once, and can be iterated over with ``async for``. ``await Aq.get_any(queue, other)``
returns an item, and the queue that had one first. Where a thread may block there
are ``put_sync()``, ``get_sync()`` and ``join_sync()``. ``put_back()`` gives an item back whose
work failed, ``remove()`` takes one out, ``with queue.hold():`` keeps the queue open, and
``shutdown(error=exception)`` ends it with a reason.

They differ where asyncio's queues do harm:

- Who waits is served in the order of the calls. ``get_nowait()`` raises QueueEmpty if
  all items are promised to others, and ``put_nowait()`` takes nobody's place.
- A put that is cancelled once its item is in succeeds, since others can see that. The
  task is cancelled at its next await.
- An immediate shutdown does not drop what is promised to a get.
- Equal items of a priority queue come out first in, first out, and a comparison that
  fails leaves the queue as it was.

What happens where there is no room is up to ``overflow``, and with a function for ``size``,
as in ``Aq.Queue(1000, size=len)``, the bound is on the sum of what that returns. It is called
in each put, which raises what it raises.

A subclass can override what is public, each method by itself: put() does not call
put_nowait(), nor get() get_nowait(). There is nothing that would call _init(), _put() and
_get(), and so a class that has them is refused.

Any Python value can be an item. A GObject travels as itself, so that C and other
languages can take it; another value rides in an object which means something to
Python alone, and so do all that Python puts into a priority queue. The garbage
collector does not see through a queue: an item that refers to its queue keeps it.

It works on every event loop that has ``add_reader()``, as those of asyncio, uvloop, gbulb and
gi.events have. On the latter two, less urgent work, such as drawing, gets its turn however
busy the queues are, and on the others so do other tasks. It works under trio, too, and under
anyio on either backend, which are found by what runs.
"""

# How it is built. Each line knows only those above it; a test in tests/package looks that it
# stays so.
#
#     library    the library as introspection gives it
#     wakeup     the one place that reaches below PyGObject
#     errors     what Python raises
#     causes     why a queue was shut down
#
#     order      items that are sorted, and what stands for them in a queue of C
#     items      how a value travels in a queue of C
#     sizes      how large items are, where a program tells it
#
#     pace       when coroutines stand back, so that others get their turn
#     loops      event loops and runs of trio, and what we keep of each
#     waits      a coroutine that waits
#     blocking   a thread that waits
#
#     queues     the queues, as programs see them
#     several    a get from several of them
#     priority   the one that is sorted

from .errors import QueueEmpty, QueueFull, QueueShutDown
from .priority import PriorityQueue
from .queues import LifoQueue, Queue
from .several import get_any

__all__ = [
    'LifoQueue',
    'PriorityQueue',
    'Queue',
    'QueueEmpty',
    'QueueFull',
    'QueueShutDown',
    'get_any',
]
