// SPDX-License-Identifier: LGPL-2.1-or-later

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

import {assert, assertIs, assertRejects, assertSame, assertThrows, run, test} from './tap.js';

const Plate = GObject.registerClass(class Plate extends GObject.Object {
    _init(number) {
        super._init();
        this.number = number;
    }
});

class Point {
    #x = 3;

    get x() {
        return this.#x;
    }
}

const VALUES = [
    undefined, null, true, false, 0, -0, 1.5, NaN, Infinity, 2 ** 53, -(2 ** 40),
    '', 'sushi', 'with a \0 in it', '\ud800', 2n ** 70n, Symbol('sushi'), Symbol.iterator,
    [], [1, [2, 3]], [true, 1], {}, {a: 1}, Object.create(null), new Map([[1, 2]]), new Set(),
    new Date(), /sushi/, new Error('sushi'), new Uint8Array([1, 2]), new WeakMap(),
    () => 1, class {}, new Point(), Aq, Aq.Queue, GObject.TYPE_INT,
    new GLib.Variant('s', 'sushi'), new GLib.Bytes('sushi'), GLib.DateTime.new_now_utc(),
    GObject.ParamSpec.int('a', 'a', 'a', GObject.ParamFlags.READABLE, 0, 1, 0),
];

test('a value of any kind comes out the same', async () => {
    const queue = new Aq.Queue();

    for (const value of VALUES)
        await queue.put(value);
    for (const value of VALUES)
        assertIs(await queue.get(), value);
});

test('a value of any kind passes all functions', async () => {
    const queue = new Aq.Queue();

    for (const value of VALUES) {
        const puts = [
            () => queue.put(value),
            () => queue.put_async(value),
            () => queue.put_async(value, null, null),
            () => queue.try_put(value),
            () => queue.tryPut(value),
            () => queue.offer(value),
            () => queue.put_sync(value, null),
            () => queue.timed_put(value, 0, null),
        ];
        const gets = [
            () => queue.get(),
            () => queue.get_async(),
            () => queue.try_get(),
            () => queue.tryGet(),
            () => queue.poll(),
            () => queue.get_sync(null),
            () => queue.timed_get(0, null),
            () => new Promise(resolve => queue.get_async(null, (source, result) =>
                resolve(source.get_finish(result)))),
        ];

        for (const put of puts) {
            for (const get of gets) {
                put();
                assertIs(queue.peek(), value);
                assertIs(await get(), value);
            }
        }
    }
});

test('many values come out the same and in order', async () => {
    const queue = new Aq.Queue();

    assertSame(queue.peekMany(), []);
    VALUES.forEach(value => queue.tryPut(value));
    assertSame(queue.peekMany(), VALUES);
    assertSame(queue.peek_many(2), VALUES.slice(0, 2));
    assertSame(await queue.getMany(), VALUES);
    VALUES.forEach(value => queue.tryPut(value));
    assertSame(queue.tryGetMany(3), VALUES.slice(0, 3));
    assertSame(await queue.getMany(2), VALUES.slice(3, 5));
    assertSame(await queue.get_many_async(2), VALUES.slice(5, 7));
    assertSame(queue.try_get_many(100), VALUES.slice(7));
});

test('10,000 values that only the queue holds outlive garbage collection', async () => {
    const queue = new Aq.Queue();

    for (let i = 0; i < 10000; i++) {
        queue.tryPut({i, text: `value ${i}`});
        if (i % 1000 === 0)
            System.gc();
    }

    /* Memory that is free by now would be used again for this. */
    const litter = Array.from({length: 10000}, (_, i) => ({i: -i, text: `litter ${i}`}));
    System.gc();
    assert(litter.length === 10000);

    for (let i = 0; i < 10000; i++) {
        const {i: number, text} = await queue.get();
        assertIs(number, i);
        assertIs(text, `value ${i}`);
        if (i % 1000 === 0)
            System.gc();
    }
});

test('a value that waits for room outlives garbage collection', async () => {
    const queue = new Aq.Queue({max_size: 1});
    const puts = [1, 2, 3].map(i => queue.put({i}));

    System.gc();
    for (const i of [1, 2, 3])
        assertIs((await queue.get()).i, i);
    await Promise.all(puts);
});

test('an object of C is put as itself', async () => {
    const queue = Aq.Queue.new(Gio.File, 3);
    const file = Gio.File.new_for_path('/');

    await queue.put(file);
    assertIs(await queue.get(), file);
    queue.tryPut(file);
    assertIs(queue.tryGet(), file);
});

test('an object of a class of the script keeps its state', async () => {
    const queue = Aq.Queue.new(Plate, 0);

    for (let i = 0; i < 1000; i++)
        queue.tryPut(new Plate(i));
    System.gc();
    for (let i = 0; i < 1000; i++)
        assertIs((await queue.get()).number, i);
});

test('an item that is a promise is what await makes of it', async () => {
    const queue = new Aq.Queue();
    const promise = Promise.resolve(3);

    await queue.put(promise);
    assertIs(await queue.get(), 3);
    await queue.put(promise);
    assertIs(queue.tryGet(), promise);

    /* One that fails is no end of a loop, even if it tells of one. */
    const closed = new Gio.IOErrorEnum({code: Gio.IOErrorEnum.CLOSED, message: 'of the item'});
    const rejected = Promise.reject(closed);
    rejected.catch(() => {});
    await queue.put(rejected);
    await assertRejects((async () => {
        // eslint-disable-next-line no-unused-vars
        for await (const item of queue)
            ;
    })(), error => error === closed);
});

test('a put without an item throws, and undefined is an item', async () => {
    const queue = new Aq.Queue();

    await assertRejects(queue.put(), error => error instanceof TypeError);
    await assertRejects(queue.put_async(), error => error instanceof TypeError);
    assertThrows(() => queue.tryPut(), error => error instanceof TypeError);
    assertIs(queue.length, 0);

    await queue.put(undefined);
    assertIs(queue.length, 1);
    assertIs(await queue.get(), undefined);
});

test('an item of a wrong type throws', async () => {
    const queue = Aq.Queue.new(Gio.File, 0);

    for (const item of [new Plate(1), 'text', 3, null, undefined, {}]) {
        await assertRejects(queue.put(item), error => error instanceof TypeError);
        await assertRejects(queue.put_async(item), error => error instanceof TypeError);
        assertThrows(() => queue.tryPut(item), error => error instanceof TypeError);
        assertThrows(() => queue.put_async(item, null, () => {}),
            error => error instanceof TypeError);
    }
    assertIs(queue.length, 0);

    /* These look like objects of C, and are none. */
    for (const item of [new Proxy(new Plate(1), {}), Plate.prototype]) {
        assertThrows(() => new Aq.Queue().tryPut(item), error => error instanceof Error);
        await assertRejects(new Aq.Queue().put(item), error => error instanceof Error);
    }
});

run();
