#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A chef puts ten numbers on a belt that has room for three, and two customers
square them. All happens in one event loop, and nobody blocks it.
"""

import asyncio

import gi

gi.require_version('Aq', '1')
from gi.repository import Aq  # noqa: E402

N_NUMBERS = 10

n_put = 0
n_squared = 0


async def chef(belt):
    global n_put
    for number in range(1, N_NUMBERS + 1):
        await belt.put(number)  # waits while the belt is full
        n_put += 1


async def customer(belt):
    global n_squared
    async for number in belt:
        print(f'{number} squared is {number * number}')
        n_squared += 1
        belt.task_done()


async def main():
    belt = Aq.Queue(maxsize=3)
    customers = [asyncio.create_task(customer(belt)) for _ in range(2)]

    await chef(belt)
    await belt.join()  # until the customers are done with all that was put
    belt.shutdown()  # ends their loops
    await asyncio.gather(*customers)

    print(f'lost: {n_put - n_squared}')


asyncio.run(main())
