# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a type checker refuses: the lines that say so, and no other."""

import asyncio

from gi.repository import Aq, GLib

numbers = Aq.Queue[int](3)
texts: Aq.Queue[str] = Aq.Queue(1000, size=len)
urgent = Aq.PriorityQueue[int]()


class Belt(Aq.LifoQueue[str]):
    pass


def call_back(queue: Aq.Queue[int], number: int | None) -> bool:
    return GLib.SOURCE_CONTINUE


def use() -> None:
    numbers.put_nowait(1)
    numbers.put_nowait('one')  # wrong
    number: int = numbers.get_nowait()
    text: str = numbers.get_nowait()  # wrong
    numbers.put_sync(1, timeout=0.5)
    numbers.put_sync(1, timeout='soon')  # wrong
    text = texts.get_sync(timeout=1)
    text = texts.get_sync(1)  # wrong
    Belt(maxsize=3).put_nowait('sushi')
    Belt().put_nowait(3)  # wrong
    Aq.Queue[int]('ten')  # wrong
    Aq.Queue[int](max_sise=10)  # wrong
    Aq.Queue[int](1, overflow=Aq.Overflow.DROP_NEWEST)
    Aq.Queue[int](1, overflow=2)  # wrong
    Aq.Queue[int](1, size=len)  # wrong
    texts.set_overflow(Aq.Overflow.WAIT)
    texts.set_overflow(Aq.Overflow.NEVER)  # wrong
    numbers.put_now(1)  # wrong
    numbers.put_back(number)
    numbers.put_back(text)  # wrong
    urgent.put_with_priority_sync(1, -5)
    urgent.put_with_priority_sync(-5)  # wrong
    numbers.put_with_priority_sync(1, -5)  # wrong
    numbers.shutdown(error=ValueError('Burnt'))
    numbers.shutdown(error='Burnt')  # wrong
    numbers.add_watch(GLib.PRIORITY_DEFAULT, call_back)
    numbers.add_watch(call_back)  # wrong
    with numbers.hold() as held:
        held.put_nowait(number)
        held.put_nowait(text)  # wrong
    numbers.maxsize = 3  # wrong
    length: int = numbers.props.length
    numbers.props.length = length  # wrong
    numbers.props.max_size = 3
    many: list[int] = numbers.try_get_many(10)
    many = texts.try_get_many(10)  # wrong


async def wait() -> None:
    await numbers.put(1)
    await numbers.put(None)  # wrong
    number: int = await numbers.get()
    number = numbers.get()  # wrong
    text: str = await numbers.get()  # wrong
    async for number in numbers:
        numbers.task_done()
    async for text in numbers:  # wrong
        numbers.task_done()
    number, queue = await Aq.get_any(numbers, urgent)
    queue.put_nowait(number)
    text, queue = await Aq.get_any(numbers, urgent)  # wrong
    await Aq.get_any([numbers, urgent])  # wrong
    try:
        numbers.get_nowait()
    except (Aq.QueueEmpty, Aq.QueueShutDown):
        await numbers.join()


asyncio.run(wait())
