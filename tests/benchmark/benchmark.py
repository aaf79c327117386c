# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Python's queues cost, beside those of asyncio, of threads, and janus where it is there.

benchmark.py [--quick]

It tells CPU time, in medians of runs in turns, so that whatever else the machine does is
done to all of them; and how many times the other's that is.
"""

import asyncio
import queue
import statistics
import sys
import threading
import time

import gi

gi.require_version('Aq', '1')
from gi.repository import Aq  # noqa: E402

try:
    import janus
except ImportError:
    janus = None

N_RUNS = 5 if '--quick' in sys.argv else 15
N_ITEMS = 2_000 if '--quick' in sys.argv else 20_000
BURST = 1_000


def measure(work, n_items):
    start = time.process_time()
    work()
    return (time.process_time() - start) / n_items


def put_and_get(cls):
    belt = cls()
    put, get = belt.put_nowait, belt.get_nowait

    def work():
        for n in range(N_ITEMS):
            put(n)
            get()

    return measure(work, N_ITEMS)


def put_and_get_bursts(cls):
    belt = cls()
    put, get = belt.put_nowait, belt.get_nowait

    def work():
        for _ in range(N_ITEMS // BURST):
            for n in range(BURST):
                put(n)
            for _ in range(BURST):
                get()

    return measure(work, N_ITEMS)


def get_from_empty(cls):
    belt = cls()

    def work():
        for _ in range(N_ITEMS):
            try:
                belt.get_nowait()
            except asyncio.QueueEmpty:
                pass

    return measure(work, N_ITEMS)


def put_and_get_in_coroutines(bound):
    def run(cls):
        async def main():
            belt = cls(bound)

            async def produce():
                for n in range(N_ITEMS):
                    await belt.put(n)

            async def consume():
                for _ in range(N_ITEMS):
                    await belt.get()

            await asyncio.gather(produce(), consume())

        return measure(lambda: asyncio.run(main()), N_ITEMS)

    return run


def put_in_thread_and_get_in_coroutine(cls):
    async def main():
        belt = cls()
        put, get = ((belt.sync_q.put, belt.async_q.get) if cls is not Aq.Queue
                    else (belt.put_sync, belt.get))

        def produce():
            for n in range(N_ITEMS):
                put(n)

        producer = threading.Thread(target=produce)
        producer.start()
        for _ in range(N_ITEMS):
            await get()
        producer.join()

    return measure(lambda: asyncio.run(main()), N_ITEMS)


def _get_blocking(belt):
    """Returns its functions that put and get, and may block."""
    if isinstance(belt, Aq.Queue):
        return belt.put_sync, belt.get_sync
    return belt.put, belt.get


def put_in_thread_and_get_in_thread(cls):
    put, get = _get_blocking(cls(100))

    def produce():
        for n in range(N_ITEMS):
            put(n)

    def work():
        threads = [threading.Thread(target=produce),
                   threading.Thread(target=lambda: [get() for _ in range(N_ITEMS)])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return measure(work, N_ITEMS)


def put_and_get_in_main_thread(cls):
    put, get = _get_blocking(cls())

    def work():
        for n in range(N_ITEMS):
            put(n)
            get()

    return measure(work, N_ITEMS)


# What is done, who else does it, and at most how many times as dear it shall be.
CASES = (
    ('put_nowait, get_nowait', put_and_get, asyncio.Queue, 3),
    (f'bursts of {BURST}', put_and_get_bursts, asyncio.Queue, 4),
    ('get_nowait, empty', get_from_empty, asyncio.Queue, 4),
    ('two coroutines, bound 1', put_and_get_in_coroutines(1), asyncio.Queue, 3),
    ('two coroutines, bound 100', put_and_get_in_coroutines(100), asyncio.Queue, 3),
    ('two coroutines, no bound', put_and_get_in_coroutines(0), asyncio.Queue, None),
    ('put_sync, get_sync', put_and_get_in_main_thread, queue.Queue, 1),
    ('two threads, bound 100', put_in_thread_and_get_in_thread, queue.Queue, None),
    ('thread to coroutine', put_in_thread_and_get_in_coroutine, janus and janus.Queue, 1),
)


def main():
    print(f'{"Python, CPU time an item":28}{"Aq":>8}   beside')
    for name, run, other, goal in CASES:
        if other is None:
            ours = 1e6 * statistics.median(run(Aq.Queue) for _ in range(N_RUNS))
            print(f'{name:28}{ours:5.2f} µs')
            continue
        pairs = [(run(Aq.Queue), run(other)) for _ in range(N_RUNS)]
        ours, theirs = (1e6 * statistics.median(times) for times in zip(*pairs))
        ratio = statistics.median(one / two for one, two in pairs)
        label = f'{other.__module__.partition(".")[0]}.{other.__name__}'
        print(f'{name:28}{ours:5.2f} µs   {label}: {theirs:.2f} µs, {ratio:.1f} times'
              + (f' (goal: {goal})' if goal is not None else ''), flush=True)


if __name__ == '__main__':
    main()
