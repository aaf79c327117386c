// SPDX-License-Identifier: LGPL-2.1-or-later

/* What goes through a queue can be left at any moment, and takes nothing along. */

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';

import {assert, assertIs, assertRejects, assertSame, assertThrows, run, settle, test, until}
    from './tap.js';

const isCancelled = error => error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
const isRange = error => error instanceof RangeError;
const isType = error => error instanceof TypeError;

function assertItem(step, value) {
    assertIs(step.done, false);
    assertIs(step.value, value);
}

function assertDone(step, value = undefined) {
    assertIs(step.done, true);
    assertIs(step.value, value);
}

async function collect(items, all = []) {
    for await (const item of items)
        all.push(item);
    return all;
}

test('return() ends a next() that waits, and takes no item', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();
    const next = iterator.next();
    const back = iterator.return('bye');

    assertIs(queue.waiting_getters, 0);
    queue.tryPut('a');
    queue.tryPut('b');
    assertDone(await back, 'bye');
    assertDone(await next);
    assertSame(queue.tryGetMany(), ['a', 'b']);
    assertIs(queue.state, Aq.QueueState.OPEN);
});

test('throw() ends a next() that waits, and takes no item', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();
    const next = iterator.next();
    const thrown = iterator.throw(new RangeError('bye'));

    assertIs(queue.waiting_getters, 0);
    queue.tryPut('a');
    await assertRejects(thrown, isRange);
    assertDone(await next);
    assertDone(await iterator.next());
    assertIs(queue.tryGet(), 'a');
});

test('nothing comes after return()', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();

    queue.tryPut('a');
    queue.tryPut('b');
    assertItem(await iterator.next(), 'a');
    assertDone(await iterator.return());
    assertDone(await iterator.next());
    assertDone(await iterator.return(3), 3);
    await assertRejects(iterator.throw(new RangeError()), isRange);
    assertSame(queue.tryGetMany(), ['b']);

    /* Nor after the end. */
    const other = queue.items();
    queue.shutdown();
    assertDone(await other.next());
    assertDone(await other.next());
});

test('return() at any turn leaves the item, or next() has it', async () => {
    const put = queue => queue.tryPut('sushi');
    const leave = (queue, iterator) => {
        iterator.return();
    };
    const turn = () => Promise.resolve();

    for (const steps of [
        [leave, put],
        [put, leave],
        [turn, put, leave],
        [put, turn, leave],
        [settle, put, leave],
        [settle, put, turn, leave],
        [settle, put, turn, turn, turn, leave],
        [put, settle, leave],
        [settle, put, settle, leave],
        [settle, leave, put],
        [settle, leave, settle, put],
    ]) {
        for (const cancellable of [null, new Gio.Cancellable()]) {
            const queue = new Aq.Queue();
            const iterator = queue.items(cancellable);
            const next = iterator.next();

            for (const step of steps)
                await step(queue, iterator);

            const {done, value} = await next;
            assertIs(queue.length, done ? 1 : 0);
            assertIs(done ? queue.tryGet() : value, 'sushi');
        }
    }
});

test('a promise comes back if the loop is left after the callback', async () => {
    for (const leave of ['return', 'cancel']) {
        const queue = new Aq.Queue();
        const cancellable = new Gio.Cancellable();
        const iterator = queue.items(cancellable);
        const next = iterator.next();
        let waiting;

        /* Called in the same turn of the loop, before what awaits can go on. */
        const left = new Promise(resolve => {
            queue.get_async(null, (_queue, result) => {
                if (leave === 'return')
                    iterator.return();
                else
                    cancellable.cancel();
                waiting = queue.get();
                resolve(queue.get_finish(result));
            });
        });

        queue.tryPut('a');
        queue.tryPut('b');
        assertIs(await left, 'a');
        if (leave === 'return')
            assertDone(await next);
        else
            await assertRejects(next, isCancelled);
        assertIs(queue.waiting_getters, 0);
        assertIs(await waiting, 'b');
    }
});

test('each next() stands in line, and is served in order', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();
    const first = iterator.next();
    const second = iterator.next();

    assertIs(queue.waiting_getters, 2);
    const third = queue.get();
    queue.tryPut(1);
    queue.tryPut(2);
    queue.tryPut(3);
    assertItem(await first, 1);
    assertItem(await second, 2);
    assertIs(await third, 3);

    const rest = [iterator.next(), iterator.next()];
    queue.tryPut(4);
    queue.shutdown();
    const [fourth, end] = await Promise.all(rest);
    assertItem(fourth, 4);
    assertDone(end);
});

test('return() ends each next() that waits', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();
    const nexts = [1, 2, 3].map(() => iterator.next());

    queue.tryPut('sushi');
    assertItem(await nexts[0], 'sushi');
    await iterator.return();
    assertIs(queue.waiting_getters, 0);
    (await Promise.all(nexts.slice(1))).forEach(step => assertDone(step));
});

test('a next() that nobody awaits takes an item, and keeps it', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();
    const next = iterator.next();

    assertIs(await Promise.race([next, settle().then(() => 'idle')]), 'idle');
    queue.tryPut('x');
    queue.tryPut('y');
    assertItem(await iterator.next(), 'y');
    assertItem(await next, 'x');
});

test('return() in the loop from elsewhere ends it', async () => {
    const queue = new Aq.Queue();
    const items = queue.items();
    const collected = collect(items);
    const others = collect(queue);

    queue.tryPut(1);
    await until(() => queue.n_promised === 0);
    await items.return();
    assertSame(await collected, [1]);

    /* Who else goes through the queue is not concerned. */
    queue.tryPut(2);
    queue.shutdown();
    assertSame(await others, [2]);
});

test('break leaves the queue open, and the rest in it', async () => {
    for (const queue of [new Aq.Queue(), new Aq.LifoQueue(), new Aq.PriorityQueue()]) {
        const cancellable = new Gio.Cancellable();

        for (let i = 0; i < 3; i++)
            queue.tryPut('sushi');
        for await (const item of queue.items(cancellable)) {
            assertIs(item, 'sushi');
            break;
        }
        assertIs(queue.waiting_getters, 0);
        assertIs(queue.length, 2);
        assertIs(queue.state, Aq.QueueState.OPEN);
        assert(!cancellable.is_cancelled());
    }
});

test('a loop that is cancelled throws, and takes no item', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();
    const all = [];
    const loop = collect(queue.items(cancellable), all);
    const others = collect(queue);

    queue.tryPut(1);
    await until(() => all.length === 1);
    cancellable.cancel();
    assertIs(queue.waiting_getters, 1);
    queue.tryPut(2);
    queue.shutdown();
    await assertRejects(loop, isCancelled);
    assertSame(all, [1]);
    assertSame(await others, [2]);
});

test('a loop that is cancelled in its body ends before the next item', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();
    const all = [];

    queue.tryPut(1);
    queue.tryPut(2);
    await assertRejects((async () => {
        for await (const item of queue.items(cancellable)) {
            all.push(item);
            cancellable.cancel();
        }
    })(), isCancelled);
    assertSame(all, [1]);
    assertIs(queue.tryGet(), 2);

    /* So does one that is cancelled before. */
    queue.tryPut(3);
    await assertRejects(collect(queue.items(cancellable)), isCancelled);
    assertIs(queue.tryGet(), 3);
});

test('an iterator that is cancelled is at its end', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();
    const iterator = queue.items(cancellable);
    const nexts = [iterator.next(), iterator.next()];

    queue.tryPut('sushi');
    cancellable.cancel();
    await assertRejects(nexts[0], isCancelled);
    assertDone(await nexts[1]);
    assertDone(await iterator.next());
    assertIs(queue.tryGet(), 'sushi');
});

test('one cancellable ends many loops, and none keeps a handler on it', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();
    const [, signalId] = GObject.signal_parse_name('cancelled', Gio.Cancellable, false);
    const hasHandler = () =>
        GObject.signal_has_handler_pending(cancellable, signalId, 0, true);

    const left = queue.items(cancellable);
    const next = left.next();
    assert(hasHandler());
    await left.return();
    assertDone(await next);
    assert(!hasHandler());

    const iterator = queue.items(cancellable);
    queue.tryPut('sushi');
    assertItem(await iterator.next(), 'sushi');
    assert(!hasHandler());

    const loops = [1, 2, 3].map(() => collect(queue.items(cancellable)));
    assertIs(queue.waiting_getters, 3);
    cancellable.cancel();
    assertIs(queue.waiting_getters, 0);
    for (const loop of loops)
        await assertRejects(loop, isCancelled);
    assert(!hasHandler());
});

test('what a loop goes through is an iterator', async () => {
    const queue = new Aq.Queue();
    const items = queue.items();

    assertIs(items[Symbol.asyncIterator](), items);
    queue.tryPut(1);
    queue.tryPut(2);
    queue.shutdown();
    assertSame(await collect(items), [1, 2]);
    for (const wrong of [3, 'text', {}, queue, () => {}])
        assertThrows(() => queue.items(wrong), isType);
    await collect(queue.items(undefined));
    await collect(queue.items(null));
});

test('an item that is a promise is what await makes of it', async () => {
    const queue = new Aq.Queue();
    const iterator = queue.items();
    const rejected = Promise.reject(new RangeError('an item'));

    rejected.catch(() => {});
    queue.tryPut(Promise.resolve(3));
    queue.tryPut(rejected);
    queue.tryPut(5);
    assertItem(await iterator.next(), 3);
    await assertRejects(iterator.next(), isRange);
    assertItem(await iterator.next(), 5);
});

test('1,000 loops that are left anyhow lose nothing', async () => {
    const queue = new Aq.Queue();
    const all = [];
    const loops = [];
    const N = 1000;
    let seed = 1;

    const random = n => {
        seed = (seed * 48271) % 2147483647;
        return seed % n;
    };

    for (let i = 0; i < N; i++) {
        const cancellable = random(2) ? new Gio.Cancellable() : null;
        const items = queue.items(cancellable);
        const got = [];

        all.push(got);
        loops.push(collect(items, got).catch(error => assert(isCancelled(error))));
        queue.tryPut(i);
        for (let turns = random(4); turns > 0; turns--)
            await Promise.resolve();
        if (random(2))
            await settle();
        if (cancellable !== null && random(2))
            cancellable.cancel();
        else
            items.return();
    }

    await Promise.all(loops);
    assertIs(queue.waiting_getters, 0);
    assert(all.filter(got => got.length === 0).length > 100);
    assert(all.filter(got => got.length > 1).length > 100);
    queue.shutdown();
    all.push(await collect(queue));
    assertSame(all.flat().sort((a, b) => a - b), Array.from({length: N}, (_, i) => i));
});

run();
