# SPDX-License-Identifier: LGPL-2.1-or-later
"""A get from several queues."""

from gi.repository import GLib

from .errors import QueueEmpty
from .items import open_item
from .library import CQueue
from .loops import stand_back
from .pace import monotonic, thread
from .queues import Queue
from .waits import Wait


class _Several:
    """Has the place of a queue where a coroutine waits in several."""

    def __init__(self, queues):
        self.queues = queues
        for queue in queues:
            queue._prepare_to_wait()
        self._waits = _InEach([queue._waits for queue in queues])
        self._loops = _InEach([queue._loops for queue in queues])

    def _wake_waits(self):
        for queue in self.queues:
            queue._wake_waits()


class _InEach:
    """Adds and discards in each of several sets."""

    def __init__(self, sets):
        self.sets = sets

    def add(self, element):
        for each in self.sets:
            each.add(element)

    def discard(self, element):
        for each in self.sets:
            each.discard(element)


async def get_any(*queues):
    """Returns an item, and the queue that had it: whichever has one first.

    If several have one, the first of these queues gives it. It waits while there is none,
    and raises QueueShutDown once all of them are at their end.
    """
    for queue in queues:
        if not isinstance(queue, Queue):
            raise TypeError(f'{queue!r} is no queue')
    if not queues or len(set(map(id, queues))) < len(queues):
        raise ValueError('get_any() takes one queue or more, and each once')

    if monotonic() >= thread.next_look:
        await stand_back()

    for queue in queues:
        # One that has ended may have a reason for that, which is not ours to raise yet.
        if queue.is_empty():
            continue
        try:
            return Queue.get_nowait(queue), queue
        except QueueEmpty:
            pass

    wait = Wait(_Several(queues), CQueue.get_any_async, queues)
    try:
        await wait.until_called()
        item, queue = CQueue.get_any_finish(wait.result)
        return open_item(item), queue
    except GLib.Error as error:
        # Each queue knows why it was shut down itself.
        for queue in queues:
            failure = queue._translate(error)
            if failure is not error:
                break
        raise failure from failure.__cause__
    finally:
        wait.end()
