// SPDX-License-Identifier: LGPL-2.1-or-later

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import System from 'system';

import {assert, assertIs, assertRejects, assertSame, assertThrows, run, settle, test}
    from './tap.js';

const KINDS = [Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue];

const isType = error => error instanceof TypeError;
const isRange = error => error instanceof RangeError;
const isFull = error => error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK);
const isInUse = error => error.message.includes('in use');

/* Puts the whole of a text on a queue, a letter an item. */
function putEach(queue, text) {
    for (const letter of text)
        queue.tryPut(letter);
}

test('what is dropped is up to overflow', () => {
    const queue = new Aq.Queue({max_size: 2, overflow: Aq.Overflow.DROP_OLDEST});

    putEach(queue, 'abcd');
    assertSame(queue.peekMany(), ['c', 'd']);
    assertIs(queue.n_dropped, 2);

    queue.overflow = Aq.Overflow.DROP_NEWEST;
    assertIs(queue.overflow, Aq.Overflow.DROP_NEWEST);
    putEach(queue, 'ef');
    assertSame(queue.tryGetMany(), ['c', 'd']);

    queue.set_overflow(Aq.Overflow.WAIT);
    putEach(queue, 'gh');
    assertThrows(() => queue.tryPut('i'), isFull);
});

test('a put that waits is let in when nobody is to wait any more', async () => {
    const queue = new Aq.Queue({max_size: 1});
    queue.tryPut('a');
    const put = queue.put('b');

    queue.overflow = Aq.Overflow.DROP_OLDEST;
    await put;
    assertSame(queue.tryGetMany(), ['b']);
});

test('what is no overflow throws, and changes nothing', () => {
    const queue = new Aq.Queue({overflow: Aq.Overflow.DROP_NEWEST});

    for (const bad of [99, -1, 1.5, NaN, 'drop-oldest', null, undefined, {}, true, 1n]) {
        assertThrows(() => new Aq.Queue({overflow: bad}), isType);
        assertThrows(() => {
            queue.overflow = bad;
        }, isType);
        assertThrows(() => queue.set_overflow(bad), isType);
        assertIs(queue.get_overflow(), Aq.Overflow.DROP_NEWEST);
    }
});

for (const kind of KINDS) {
    test(`a ${kind.$gtype.name} is bounded by the sizes of its items`, async () => {
        const queue = new kind({max_size: 10, size: text => text.length});

        assertIs(queue.max_size, 10);
        await queue.put('four');
        queue.put_sync('three', null);
        assertIs(queue.size, 9);
        assertIs(queue.length, 2);

        const late = queue.put('two');
        await settle();
        assertIs(queue.waiting_putters, 1);
        queue.tryGetMany();
        await late;
        assertIs(queue.size, 3);

        queue.tryGet();
        queue.tryPut('larger than all');
        assertIs(queue.size, 15);
        assertThrows(() => queue.try_put('x'), isFull);
    });
}

test('each way to put asks for the size once, with the item as it was given', async () => {
    const seen = [];
    const queue = new Aq.PriorityQueue({
        size(item) {
            seen.push(item);
            return 1;
        },
    });
    const items = [undefined, null, {}, Symbol('item'), () => 1, new GObject.Object(), 'text', 8];

    await queue.put(items[0]);
    queue.tryPut(items[1]);
    queue.put_sync(items[2], null);
    queue.timed_put(items[3], 0, null);
    queue.offer(items[4]);
    await queue.putWithPriority(items[5], 1);
    queue.tryPutWithPriority(items[6], 1);
    queue.timed_put_with_priority(items[7], 1, 0, null);
    assertSame(seen, items);
    assertIs(queue.size, items.length);
});

test('what the function throws is what the put throws, and nothing is put', async () => {
    const broken = new Error('broken');
    const queue = new Aq.Queue({
        max_size: 5,
        size() {
            throw broken;
        },
    });

    assertThrows(() => queue.tryPut(1), error => error === broken);
    assertThrows(() => queue.put_sync(1, null), error => error === broken);
    assertThrows(() => queue.put_async(1, null, () => {}), error => error === broken);
    await assertRejects(queue.put(1), error => error === broken);
    assertIs(queue.length, 0);
    assertIs(queue.unfinished_tasks, 0);
    assertIs(queue.waiting_putters, 0);
});

test('what is no size is an error of the put, and nothing is put', async () => {
    let size;
    const queue = new Aq.Queue({size: () => size});

    for (size of [undefined, null, 'x', '1', true, {}, 1n, Promise.resolve(1)]) {
        assertThrows(() => queue.tryPut(1), isType);
        await assertRejects(queue.put(1), isType);
    }
    for (size of [-1, NaN, Infinity, 1.5, 2 ** 32]) {
        assertThrows(() => queue.tryPut(1), isRange);
        await assertRejects(queue.put(1), isRange);
    }
    assertIs(queue.length, 0);

    for (size of [0, 1, 2 ** 32 - 1])
        queue.tryPut(1);
    assertIs(queue.size, 2 ** 32);
});

test('the function can be set and taken away while the queue is empty', async () => {
    const queue = new Aq.Queue();

    queue.set_size_func(text => text.length);
    queue.tryPut('four');
    assertIs(queue.size, 4);
    assertThrows(() => queue.setSizeFunc(null), isInUse);
    assertIs(queue.size, 4);

    queue.tryGet();
    queue.setSizeFunc(null);
    queue.tryPut('four');
    assertIs(queue.size, 1);
    queue.tryGet();

    const get = queue.get();
    await settle();
    assertThrows(() => queue.set_size_func(() => 1), isInUse);
    queue.tryPut('a');
    assertThrows(() => queue.set_size_func(() => 1), isInUse); // it is promised
    await get;

    queue.add_watch(0, () => true);
    await settle();
    assertThrows(() => queue.set_size_func(() => 1), isInUse);
});

test('what is no function throws', () => {
    const queue = new Aq.Queue();

    for (const bad of [1, 'length', {}, undefined]) {
        assertThrows(() => new Aq.Queue({size: bad}), isType);
        assertThrows(() => queue.set_size_func(bad), isType);
    }
});

test('a function that puts on the same queue is no trouble', () => {
    const queue = new Aq.Queue({
        size(text) {
            if (text === 'outer')
                queue.tryPut('in');
            return text.length;
        },
    });

    queue.tryPut('outer');
    assertSame(queue.peekMany(), ['in', 'outer']);
    assertIs(queue.size, 7);
});

test('a class of the script can have a size of its own', () => {
    const Chunks = GObject.registerClass(class Chunks extends Aq.Queue {
        _init(params = {}) {
            super._init({max_size: 8, size: chunk => chunk.byteLength, ...params});
        }
    });
    const queue = new Chunks({overflow: Aq.Overflow.DROP_OLDEST});

    queue.tryPut(new Uint8Array(5));
    queue.tryPut(new Uint8Array(4));
    assertIs(queue.size, 4);
});

test('the function stays while nobody but C has the queue', () => {
    const holder = new Aq.Queue();
    let nAsked = 0;

    holder.tryPut(new Aq.Queue({size: () => ++nAsked}));
    for (let i = 0; i < 3; i++)
        System.gc();
    holder.peek().tryPut('item');
    assertIs(nAsked, 1);
    assertThrows(() => holder.peek().set_size_func(null), isInUse);
    assert(holder.tryGet().size === 1);
});

run();
