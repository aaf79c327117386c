# SPDX-License-Identifier: LGPL-2.1-or-later
"""When coroutines stand back, so that others get their turn (P6).

A put or a get that need not wait does not suspend, so a coroutine with much to do would keep
its event loop for itself. On a loop that runs a GMainContext, coroutines that wake each other
keep it from what is less urgent, such as drawing, even if each suspends all the time.

So each event loop has a pace. It asks for a turn, which comes when the loop has come round, or,
if that runs a GMainContext, when it comes to rest. If it has not come for some time, there is
a break until it does: whoever comes to put or get meanwhile suspends before anything is taken,
since an item in hand would be lost to a cancellation.
"""

import collections
import threading
from time import monotonic

# Seconds without a turn, after which a break is due. A timer of 16 ms, say, is late by half of
# that on average.
BREAK_AFTER = 0.002

# Seconds after a turn until the next one is asked for.
ASK_AFTER = 0.0005

# How often a break begins anew, since somebody has still worked in it.
_MAX_RENEWED = 3


class _Thread(threading.local):
    # When to look at the pace of the event loop that runs here. Before that, to look at the
    # clock is all.
    next_look = 0


thread = _Thread()


class Pace:
    """What an event loop has of it, which only its thread uses.

    The event loop has methods of its own: new_wakeup(), wake(), call_soon(), call_in_turn(),
    limit_break() and forget_limit().
    """

    def __init__(self):
        self._has_asked = False

        # Those who stand back, and those who did in the last break and are not woken yet.
        self._line = collections.deque()
        self._n_to_wake = 0
        self._is_waking = False

        self._is_on_break = False
        self._has_grown = False
        self._n_renewed = 0

    async def stand_back(self):
        """Lets others have their turn if it is time to."""
        if not self._is_on_break:
            if not self._has_asked:
                # The loop has had its turn since we looked last.
                self._work()
                return
            self._begin_break()

        wakeup = self.new_wakeup()
        self._line.append(wakeup)
        self._has_grown = True
        await wakeup

    def _work(self):
        """Lets all work until a break is due."""
        thread.next_look = monotonic() + BREAK_AFTER
        self._ask()

    def _ask(self):
        if not self._has_asked:
            self._has_asked = True
            self.call_in_turn(self._turn_cb)

    def _turn_cb(self):
        self._has_asked = False
        if self._is_on_break:
            self._end_break()
        else:
            thread.next_look = monotonic() + ASK_AFTER

    def _begin_break(self):
        self._is_on_break = True
        self._n_renewed = 0
        thread.next_look = 0
        self._ask()
        self.limit_break(self._limit_cb)

    def _limit_cb(self):
        # Who came meanwhile may have worked for as long as the break has been.
        if self._has_grown and self._n_renewed < _MAX_RENEWED:
            self._has_grown = False
            self._n_renewed += 1
            self.limit_break(self._limit_cb)
        else:
            self._end_break()

    def _end_break(self):
        self._is_on_break = False
        self.forget_limit()
        self._n_to_wake = 1
        self._wake_some()
        # Last, so that the turn comes after theirs.
        self._work()

    def _wake_some(self):
        """Wakes those in line: first one, since it may have much to do, then ever more."""
        for _ in range(min(self._n_to_wake, len(self._line))):
            self.wake(self._line.popleft())
        self._n_to_wake *= 2
        if self._line and not self._is_waking:
            self._is_waking = True
            self.call_soon(self._wake_more)

    def _wake_more(self):
        self._is_waking = False
        if self._is_on_break:
            return
        if monotonic() < thread.next_look:
            self._wake_some()
        else:
            self._begin_break()
