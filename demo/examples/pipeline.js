// SPDX-License-Identifier: LGPL-2.1-or-later

/* A chef puts ten numbers on a belt that has room for three, and two customers
 * square them. All happens in one main loop, and nobody blocks it. */

import Aq from 'gi://Aq';
import GLib from 'gi://GLib';

const N_NUMBERS = 10;

let nPut = 0;
let nSquared = 0;

async function chef(belt) {
    for (let number = 1; number <= N_NUMBERS; number++) {
        await belt.put(number); // waits while the belt is full
        nPut++;
    }
}

async function customer(belt) {
    for await (const number of belt) {
        print(`${number} squared is ${number * number}`);
        nSquared++;
        belt.taskDone();
    }
}

async function main() {
    const belt = new Aq.Queue({max_size: 3});
    const customers = [customer(belt), customer(belt)];

    await chef(belt);
    await belt.join(); // until the customers are done with all that was put
    belt.shutdown(); // ends their loops
    await Promise.all(customers);

    print(`lost: ${nPut - nSquared}`);
}

const loop = GLib.MainLoop.new(null, false);
main().catch(logError).finally(() => loop.quit());
loop.run();
