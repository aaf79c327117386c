// SPDX-License-Identifier: LGPL-2.1-or-later

/* Somebody else's program: puts three numbers on a belt, and adds them up. */

import Aq from 'gi://Aq?version=1';
import GLib from 'gi://GLib';

async function main() {
    const belt = new Aq.Queue({max_size: 3});
    let sum = 0;

    for (let i = 1; i <= 3; i++)
        await belt.put(i);
    belt.shutdown();
    for await (const number of belt)
        sum += number;

    print(sum);
}

const loop = GLib.MainLoop.new(null, false);
main().catch(logError).finally(() => loop.quit());
loop.run();
