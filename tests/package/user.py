# SPDX-License-Identifier: LGPL-2.1-or-later
"""Somebody else's program: puts three numbers on a belt, and adds them up."""

import asyncio

import gi

gi.require_version('Aq', '1')
from gi.repository import Aq  # noqa: E402


async def main():
    belt = Aq.Queue(maxsize=3)
    for i in range(1, 4):
        await belt.put(i)
    belt.shutdown()
    print(sum([number async for number in belt]))


asyncio.run(main())
