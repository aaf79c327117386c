// SPDX-License-Identifier: LGPL-2.1-or-later

/* What programs do that were written for another queue, beside consumers that wait. A
 * queue is never full and empty at once, so that is right here too: promise P11. */

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';

import {assert, assertIs, assertSame, run, test, until} from './tap.js';

const KINDS = [Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue];
const ITEMS = [1, 2, 3, 4, 5, 6];
const MANY_TRIES = 100;

/* Consumers that are in line already. All that they get is in @got. */
function startConsumers(queue, nConsumers) {
    const got = [];

    async function consume() {
        for await (const item of queue)
            got.push(item);
    }

    const loops = Array.from({length: nConsumers}, () => consume());

    return {
        got,
        async end() {
            queue.shutdown();
            await Promise.all(loops);
        },
    };
}

function assertSameItems(got, items) {
    assertSame([...got].sort(), [...items].sort());
}

/* All of one turn is put, and the newest is got, whoever else gets one. */
function testNewest(name, put) {
    for (const kind of KINDS) {
        test(`${name}: ${kind.$gtype.name}`, async () => {
            for (const nConsumers of [1, 2, ITEMS.length, ITEMS.length + 1]) {
                const queue = new kind({max_size: 1});
                const {got, end} = startConsumers(queue, nConsumers);
                const taken = [];

                for (const item of ITEMS)
                    put(queue, item, taken);
                assert(queue.length <= 1);
                assertIs(queue.waiting_putters, 0);
                await end();
                assert(got.includes(ITEMS.at(-1)));
                assertSameItems([...got, ...taken], ITEMS);
                if (kind === Aq.Queue && nConsumers === 1)
                    assertSame(got, ITEMS.slice(-2));
            }
        });
    }
}

testNewest('if it is full, get until there is room', (queue, item, taken) => {
    for (let i = 0; i < MANY_TRIES; i++) {
        try {
            queue.tryPut(item);
            return;
        } catch (error) {
            assert(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK));
            taken.push(queue.tryGet());
        }
    }
    throw new Error('it would loop forever');
});

testNewest('if it is full, get one and put', (queue, item, taken) => {
    if (queue.is_full())
        taken.push(queue.tryGet());
    queue.tryPut(item);
});

for (const kind of KINDS) {
    test(`until it is empty, get: ${kind.$gtype.name}`, async () => {
        for (let nConsumers = 0; nConsumers < ITEMS.length; nConsumers++) {
            const queue = new kind();
            const {got, end} = startConsumers(queue, nConsumers);
            const taken = [];

            for (const item of ITEMS)
                queue.tryPut(item);
            while (!queue.is_empty())
                taken.push(queue.tryGet());
            assertIs(taken.length, ITEMS.length - nConsumers);
            await end();
            assertSameItems([...got, ...taken], ITEMS);
        }
    });

    test(`get, and whatever is there: ${kind.$gtype.name}`, async () => {
        for (const nConsumers of [1, 2, 3]) {
            const queue = new kind();
            const got = [];

            async function consume() {
                for await (const first of queue) {
                    got.push(first);
                    while (!queue.is_empty())
                        got.push(queue.tryGet());
                }
            }

            const loops = Array.from({length: nConsumers}, () => consume());
            for (const item of ITEMS)
                queue.tryPut(item);
            queue.shutdown();
            await Promise.all(loops);
            assertSameItems(got, ITEMS);
        }
    });

    test(`clear and put, and nothing piles up: ${kind.$gtype.name}`, async () => {
        const queue = new kind({max_size: 1});
        const {got, end} = startConsumers(queue, 1);

        for (const item of ITEMS) {
            queue.clear();
            queue.put(item);
            assertIs(queue.waiting_putters, 0);
        }
        assertIs(queue.length, 1);
        await until(() => got.length === 2);
        assert(got.includes(ITEMS.at(-1)));
        await end();
    });

    test(`with a bound of 1 that drops the oldest, the latest alone: ${kind.$gtype.name}`,
        async () => {
            const queue = new kind({max_size: 1, overflow: Aq.Overflow.DROP_OLDEST});
            const get = queue.get();

            for (const item of ITEMS)
                queue.tryPut(item);
            assertIs(await get, ITEMS.at(-1));
            assertIs(queue.length, 0);
            assertIs(queue.n_dropped, ITEMS.length - 1);
        });
}

run();
