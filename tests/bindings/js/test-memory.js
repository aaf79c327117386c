// SPDX-License-Identifier: LGPL-2.1-or-later

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

import {assert, run, settle, test} from './tap.js';

const N_ITEMS = 100000;
const MOST_GROWTH = 8 * 1024 * 1024;

const Plate = GObject.registerClass(class Plate extends GObject.Object {
    _init(number) {
        super._init();
        this.number = number;
    }
});

function residentBytes() {
    const [, text] = GLib.file_get_contents('/proc/self/statm');
    return Number(new TextDecoder().decode(text).split(' ')[1]) * 4096;
}

/* Runs @func, which handles as many items as it is told. */
async function assertFlat(func) {
    await func(N_ITEMS / 5);
    System.gc();
    const before = residentBytes();

    await func(N_ITEMS);
    System.gc();
    const growth = residentBytes() - before;

    print(`# grown by ${growth} bytes`);
    assert(growth < MOST_GROWTH, `${growth} bytes more`);
}

/* GJS 1.74 refuses callbacks between the slices of an incremental collection,
 * and then a promise never resolves. So there is none: a full one comes first. */
function collectGarbage(i) {
    if (i % 1000 === 0)
        System.gc();
}

for (const [kind, make] of [
    ['plain values', i => ({i})],
    ['objects of a class of the script', i => new Plate(i)],
    ['objects of C', () => new GObject.Object()],
]) {
    test(`100,000 ${kind} leave memory flat`, () => assertFlat(async nItems => {
        const queue = new Aq.Queue({max_size: 10});

        for (let i = 0; i < nItems; i++) {
            queue.tryPut(make(i));
            if (i % 10 === 9)
                queue.tryGetMany();
            collectGarbage(i);
        }
    }));
}

test('100,000 items through put and a loop leave memory flat', () => assertFlat(async nItems => {
    const queue = new Aq.Queue({max_size: 10});
    let nGot = 0;

    (async () => {
        for (let i = 0; i < nItems; i++) {
            await queue.put(i);
            collectGarbage(i);
        }
        queue.shutdown();
    })();

    // eslint-disable-next-line no-unused-vars
    for await (const item of queue)
        nGot++;
    assert(nGot === nItems);
}));

/* A reference that does not keep @object, since GJS 1.74 never clears a WeakRef. */
function weakRef(object) {
    return new GObject.BindingGroup({source: object});
}

test('each item that is got, dropped, or left in a queue is finalized', async () => {
    const refs = [];

    const remember = i => {
        const plate = new Plate(i);

        refs.push(weakRef(plate));
        return i % 2 === 0 ? plate : {plate};
    };

    await (async () => {
        const queue = new Aq.Queue();

        for (let i = 0; i < 1000; i++)
            await queue.put(remember(i));
        for (let i = 0; i < 300; i++)
            await queue.get();
        queue.tryGetMany(300);
        queue.clear();
        for (let i = 0; i < 1000; i++)
            queue.tryPut(remember(i));
        refs.push(weakRef(queue));
    })();

    for (let i = 0; i < 3; i++) {
        await settle();
        System.gc();
    }

    const nLeft = refs.filter(ref => ref.dup_source() !== null).length;
    print(`# figure: items of a script finalized ${refs.length - nLeft}`);
    /* The engine's stack may hold on to a value or two. */
    assert(nLeft <= 3, `${nLeft} of ${refs.length} are left`);
});

test('a loop that was left keeps neither its queue nor the items', async () => {
    const cancellable = new Gio.Cancellable();
    const refs = [];

    /* In each of the states in which a next() can be. */
    const leave = async i => {
        const queue = new Aq.Queue();
        const iterator = queue.items(i % 2 === 0 ? cancellable : null);
        const plate = new Plate(i);

        refs.push(weakRef(queue), weakRef(plate));
        if (i % 5 === 0) {
            queue.tryPut(plate); // and nobody ever calls next() again
            await iterator.next();
            return;
        }

        const next = iterator.next();
        if (i % 5 === 1) {
            queue.get_async(null, () => iterator.return());
            queue.tryPut(plate);
            queue.tryPut({});
            assert((await next).done); // it was left after its callback
        } else if (i % 5 === 2) {
            queue.tryPut(plate);
            iterator.return(); // it has a promise
        } else if (i % 5 === 3) {
            iterator.return(); // it waits
        } else {
            queue.shutdown();
        }
        queue.clear();
        await next;
    };

    for (let i = 0; i < 1000; i++) {
        collectGarbage(i);
        await leave(i);
    }
    for (let i = 0; i < 3; i++) {
        await settle();
        System.gc();
    }

    const nLeft = refs.filter(ref => ref.dup_source() !== null).length;
    /* The engine's stack may hold on to a value or two. */
    assert(nLeft <= 3, `${nLeft} of ${refs.length} are left`);
});

run();
