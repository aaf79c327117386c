// SPDX-License-Identifier: LGPL-2.1-or-later

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import {assert, assertIs, assertRejects, assertSame, assertThrows, run, settle, test, until}
    from './tap.js';

const isError = code => error => error.matches(Gio.IOErrorEnum, code);
const isCancelled = isError(Gio.IOErrorEnum.CANCELLED);
const isClosed = isError(Gio.IOErrorEnum.CLOSED);
const wouldBlock = isError(Gio.IOErrorEnum.WOULD_BLOCK);

async function collect(queue, items = []) {
    for await (const item of queue)
        items.push(item);
    return items;
}

test('a get waits for a put', async () => {
    const queue = new Aq.Queue();
    const got = queue.get();

    await settle();
    assertIs(queue.waiting_getters, 1);
    await queue.put('sushi');
    assertIs(await got, 'sushi');
});

test('gets are served in the order of their calls', async () => {
    const queue = new Aq.Queue();
    const got = [];
    const gets = [1, 2, 3].map(i => queue.get().then(item => got.push(`${i} ${item}`)));

    for (const item of ['a', 'b', 'c'])
        await queue.put(item);
    await Promise.all(gets);
    assertSame(got, ['1 a', '2 b', '3 c']);
});

test('a get that began earlier is not overtaken', async () => {
    const queue = new Aq.Queue();

    await queue.put(0);
    await queue.get();
    const gets = [queue.get(), queue.getMany(1), queue.items().next()];
    for (const item of [1, 2, 3, 4, 5])
        queue.tryPut(item);
    gets.push(queue.get(), queue.items().next());

    const [a, [b], {value: c}, d, {value: e}] = await Promise.all(gets);
    assertSame([a, b, c, d, e], [1, 2, 3, 4, 5]);
});

const N_ITEMS = 20000; // far more than can be taken in a millisecond

test('an async function that never has to wait lets others have their turn', async () => {
    const ways = {
        get: async (queue, take) => {
            while (take(await queue.get()))
                ;
        },
        put: async (queue, take) => {
            for (let item = 0; take(item); item++)
                await queue.put(item);
        },
        'for await': async (queue, take) => {
            for await (const item of queue) {
                if (!take(item))
                    break;
            }
        },
    };

    for (const [name, way] of Object.entries(ways)) {
        const queue = new Aq.Queue();
        let hadTurn = false, nItems = 0;

        for (let i = 0; i < N_ITEMS; i++)
            queue.tryPut(i);
        GLib.idle_add(GLib.PRIORITY_LOW, () => {
            hadTurn = true;
            return GLib.SOURCE_REMOVE;
        });

        await way(queue, () => {
            nItems++;
            return !hadTurn && nItems < N_ITEMS;
        });
        assert(hadTurn, name);
    }
});

test('the size of an item that is put is asked once', async () => {
    let nAsked = 0;
    const queue = new Aq.Queue({max_size: 1, size: () => {
        nAsked++;
        return 1;
    }});

    for (let i = 1; i <= 1000; i++) {
        const put = queue.put(i);

        await queue.get();
        await put;
        assertIs(nAsked, i);
    }

    queue.tryPut(0);
    for (let i = 1; i <= 1000; i++) {
        const put = queue.put(i);

        await queue.get();
        await put;
    }
    assertIs(nAsked, 2001);
});

test('what is cancelled already takes and puts nothing', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();

    cancellable.cancel();
    for (let i = 0; i < 100; i++) {
        await queue.put(1);
        await assertRejects(queue.get(cancellable), isCancelled);
        await assertRejects(queue.put(2, cancellable), isCancelled);
        await assertRejects(queue.items(cancellable).next(), isCancelled);
        assertIs(await queue.get(), 1);
    }
    assertIs(queue.length, 0);
});

test('a full queue holds a put back', async () => {
    const queue = new Aq.Queue({max_size: 2});
    let nPut = 0;

    (async () => {
        for (let i = 0; i < 10; i++) {
            await queue.put(i);
            nPut++;
            assert(queue.length <= 2);
        }
        queue.shutdown();
    })();

    await until(() => queue.waiting_putters === 1);
    await settle();
    assertIs(nPut, 2);
    assertThrows(() => queue.tryPut(0), wouldBlock);

    assertIs(await queue.get(), 0);
    await until(() => nPut === 3);
    assertSame(await collect(queue), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a lifo queue gives the last item first', async () => {
    const queue = Aq.LifoQueue.new(Gio.File.$gtype, 0);
    const files = ['/a', '/b', '/c'].map(path => Gio.File.new_for_path(path));

    for (const file of files)
        await queue.put(file);
    assertSame(await queue.getMany(), files.reverse());
});

test('a priority queue gives the most urgent item first', async () => {
    const queue = new Aq.PriorityQueue();

    await queue.put('default');
    await queue.putWithPriority('low', 5);
    await queue.putWithPriority('high', -5, new Gio.Cancellable());
    await queue.putWithPriority('big', 2n ** 60n);
    await queue.put_with_priority_async('very high', -6, null);
    await queue.put('default of three', new Gio.Cancellable());
    queue.tryPutWithPriority('low too', 5);
    queue.try_put('default too');
    queue.put_with_priority_sync('high too', -5, null);
    assertSame(await queue.getMany(), [
        'very high', 'high', 'high too', 'default', 'default of three', 'default too',
        'low', 'low too', 'big',
    ]);
});

test('code for all kinds of queues can put with a cancellable', async () => {
    for (const queue of [new Aq.Queue(), new Aq.LifoQueue(), new Aq.PriorityQueue()]) {
        const cancellable = new Gio.Cancellable();

        await queue.put('a', cancellable);
        await queue.put('b', null);
        queue.tryGet();
        await queue.put('b', undefined);
        cancellable.cancel();
        await assertRejects(queue.put('c', cancellable), isCancelled);
        assertIs(queue.length, 2);
    }
});

test('a get cancelled at any turn takes no item with it', async () => {
    const put = queue => queue.tryPut('sushi');
    const cancel = (queue, cancellable) => cancellable.cancel();
    const turn = () => Promise.resolve();

    for (const steps of [
        [cancel, put],
        [put, cancel],
        [turn, put, cancel],
        [put, turn, cancel],
        [settle, put, cancel],
        [settle, put, turn, cancel],
        [settle, put, turn, turn, turn, cancel],
        [put, settle, cancel],
        [settle, put, settle, cancel],
        [settle, cancel, put],
        [settle, cancel, settle, put],
    ]) {
        const queue = new Aq.Queue();
        const cancellable = new Gio.Cancellable();
        const got = queue.get(cancellable).catch(error => assert(isCancelled(error)));

        for (const step of steps)
            await step(queue, cancellable);

        const item = await got;
        assertIs(queue.length, item === undefined ? 1 : 0);
        assertIs(item ?? queue.tryGet(), 'sushi');
    }
});

test('a cancelled get makes room for the next', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();
    const first = queue.get(cancellable);
    const second = queue.get();

    queue.tryPut('sushi');
    cancellable.cancel();
    await assertRejects(first, isCancelled);
    assertIs(await second, 'sushi');
});

test('a cancelled put has put nothing', async () => {
    const queue = new Aq.Queue({max_size: 1});
    const cancellable = new Gio.Cancellable();

    await queue.put(1);
    const second = queue.put(2, cancellable);
    const third = queue.put(3);
    cancellable.cancel();
    await assertRejects(second, isCancelled);
    assertIs(await queue.get(), 1);
    await third;
    assertIs(await queue.get(), 3);
    assert(queue.empty);
});

test('1,000 gets and puts, some of them cancelled, lose nothing', async () => {
    const queue = new Aq.Queue({max_size: 3});
    const put = [];
    const got = [];
    const waits = [];
    let seed = 1;

    const random = n => {
        seed = (seed * 48271) % 2147483647;
        return seed % n;
    };

    for (let i = 0; i < 1000; i++) {
        const cancellable = new Gio.Cancellable();

        const wait = random(2)
            ? queue.put(i, cancellable).then(() => put.push(i))
            : queue.get(cancellable).then(item => got.push(item));
        waits.push(wait.catch(error => assert(isCancelled(error) || isClosed(error))));

        if (random(3) === 0)
            Promise.resolve().then(() => cancellable.cancel());
        else if (random(3) === 0)
            GLib.idle_add(random(200), () => cancellable.cancel());
        if (random(4) === 0)
            await settle();
    }

    queue.shutdown();
    got.push(...await collect(queue));
    await Promise.all(waits);
    assertSame([...got].sort((a, b) => a - b), [...put].sort((a, b) => a - b));
    assert(got.length > 100);
});

test('a loop ends once the queue is shut down and empty', async () => {
    const queue = new Aq.Queue();
    const items = collect(queue);

    await queue.put(1);
    await queue.put(null);
    await queue.put(undefined);
    queue.shutdown();
    assertSame(await items, [1, null, undefined]);
    assertSame(await collect(queue), []);
});

test('to leave a loop leaves the queue open, with the rest of its items', async () => {
    const queue = new Aq.Queue();

    for (let i = 0; i < 5; i++)
        queue.tryPut(i);
    for await (const item of queue) {
        if (item === 2)
            break;
    }
    await settle();
    assertIs(queue.state, Aq.QueueState.OPEN);
    assertIs(queue.waiting_getters, 0);
    assertIs(queue.length, 2);
    assertIs(await queue.get(), 3);

    /* An error in the loop does the same. */
    await assertRejects((async () => {
        for await (const item of queue)
            throw new RangeError(item);
    })(), error => error instanceof RangeError);
    queue.tryPut(5);
    queue.shutdown();
    assertSame(await collect(queue), [5]);
});

test('loops share the items', async () => {
    const queue = new Aq.Queue({max_size: 2});
    const all = [];
    const loops = [1, 2, 3].map(() => collect(queue, all));

    for (let i = 0; i < 30; i++)
        await queue.put(i);
    queue.shutdown();
    await Promise.all(loops);
    assertSame(all.sort((a, b) => a - b), Array.from({length: 30}, (_, i) => i));
});

test('a join waits until each item is done', async () => {
    const queue = new Aq.Queue();
    let joined = false;

    await queue.join();
    queue.tryPut(1);
    queue.tryPut(2);
    const join = queue.join().then(() => (joined = true));

    queue.tryGetMany();
    queue.taskDone();
    await settle();
    assert(!joined);
    queue.task_done();
    await join;
});

test('a join can be cancelled', async () => {
    const queue = new Aq.Queue();
    const cancellable = new Gio.Cancellable();

    queue.tryPut(1);
    const join = queue.join(cancellable);
    cancellable.cancel();
    await assertRejects(join, isCancelled);
});

test('a queue that is shut down takes nothing, and gives what is left', async () => {
    const queue = new Aq.Queue({max_size: 1});
    await queue.put(1);
    const waiting = queue.put(2);

    queue.shutdown();
    await assertRejects(waiting, isClosed);
    await assertRejects(queue.put(3), isClosed);
    assertThrows(() => queue.tryPut(3), isClosed);
    assertIs(await queue.get(), 1);
    await assertRejects(queue.get(), isClosed);
    await assertRejects(queue.getMany(), isClosed);
    assertThrows(() => queue.tryGet(), isClosed);
    assertThrows(() => queue.tryGetMany(), isClosed);
});

test('an immediate shutdown drops what is left', async () => {
    const queue = new Aq.Queue();

    queue.tryPut(1);
    queue.shutdown(true);
    assertIs(queue.n_dropped, 1);
    await queue.join();
    await assertRejects(queue.get(), isClosed);
});

test('an error tells who awaited', async () => {
    const queue = new Aq.Queue();

    async function customer() {
        await queue.get();
    }

    queue.shutdown();
    await assertRejects(customer(), error => error.stack.includes('customer'));
});

const timedOut = isError(Gio.IOErrorEnum.TIMED_OUT);
const HOUR = 3600 * 1000000;

test('what has a time waits no longer', async () => {
    const queue = new Aq.PriorityQueue({max_size: 1});

    await assertRejects(queue.timedGet(1000), timedOut);
    await assertRejects(queue.timedGetMany(2, 0), timedOut);
    await queue.timedPut('first', 0);
    await assertRejects(queue.timedPut('second', 1000, new Gio.Cancellable()), timedOut);
    await assertRejects(queue.timedPutWithPriority('third', -1, 1000), timedOut);
    await assertRejects(queue.timedJoin(1000), timedOut);
    await assertRejects(queue.timed_join_async(0), timedOut);

    assertIs(await queue.timedGet(0), 'first');
    queue.taskDone();
    assertIs(await queue.timedJoin(0), true);

    const cancellable = new Gio.Cancellable();
    const gets = [queue.timedGet(HOUR), queue.timedGetMany(5, -1),
        queue.timed_get_async(HOUR), queue.timedGet(HOUR, cancellable)];
    const puts = [1, 2, 3].map(item => queue.timedPutWithPriority(item, item, HOUR));
    await Promise.all(puts);
    cancellable.cancel();
    assertIs(await gets[0], 1);
    assertSame(await gets[1], [2]);
    assertIs(await gets[2], 3);
    await assertRejects(gets[3], isCancelled);
});

test('a time is a number of microseconds', async () => {
    const queue = new Aq.Queue();
    const isRange = error => error instanceof RangeError;

    for (const wrong of [undefined, null, -2, 1.5, NaN, Infinity, '5']) {
        await assertRejects(queue.timedGet(wrong), isRange);
        await assertRejects(queue.timedPut(1, wrong), isRange);
        await assertRejects(queue.timedJoin(wrong), isRange);
        await assertRejects(queue.timedGetMany(1, wrong), isRange);
        await assertRejects(Aq.timedGetAny([queue], wrong), isRange);
        assertThrows(() => queue.timed_get_async(wrong, null, () => {}), isRange);
    }
    await assertRejects(queue.timedGet(), isRange);
    await assertRejects(queue.timedGetMany(0, 5), isRange);
    assertIs(queue.length, 0);
    assertIs(queue.waiting_getters, 0);
});

test('getAny() takes from the queue that has an item first', async () => {
    const [a, b, c] = [new Aq.Queue(), new Aq.LifoQueue(), new Aq.PriorityQueue()];
    const got = Aq.getAny([a, b, c]);

    await settle();
    assertSame([a, b, c].map(queue => queue.waiting_getters), [1, 1, 1]);
    b.tryPut(undefined);
    assertSame(await got, [undefined, b]);
    assertSame([a, b, c].map(queue => queue.waiting_getters), [0, 0, 0]);

    c.tryPut('c');
    b.tryPut('b');
    assertSame(await Aq.getAny([a, b, c], null), ['b', b]);
    assertSame(await Aq.Queue.get_any_async([a, b, c], null), ['c', c]);
    await assertRejects(Aq.timedGetAny([a, b, c], 1000), timedOut);
    c.tryPut('last');
    assertSame(await Aq.timedGetAny([a, c], 0), ['last', c]);

    const cancellable = new Gio.Cancellable();
    const cancelled = Aq.getAny([a, b], cancellable);
    cancellable.cancel();
    await assertRejects(cancelled, isCancelled);

    for (const queue of [a, b, c])
        queue.shutdown();
    await assertRejects(Aq.getAny([a, b, c]), isClosed);
});

test('getAny() takes queues, and each once', async () => {
    const queue = new Aq.Queue();
    const isType = error => error instanceof TypeError;

    for (const wrong of [undefined, [], queue, [queue, queue], [null], [queue, {}]]) {
        await assertRejects(Aq.getAny(wrong), isType);
        await assertRejects(Aq.timedGetAny(wrong, 5), isType);
        assertThrows(() => Aq.Queue.get_any_async(wrong, null, () => {}), isType);
    }
    assertIs(queue.waiting_getters, 0);
});

run();
