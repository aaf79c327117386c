// SPDX-License-Identifier: LGPL-2.1-or-later

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';

import {assert, assertIs, assertRejects, assertSame, assertThrows, run, settle, test, until}
    from './tap.js';

const isClosed = error => error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED);
const isType = error => error instanceof TypeError;
const isRange = error => error instanceof RangeError;
/* What GJS throws by itself. */
const isAny = error => error instanceof Error;

/* The errors that are logged while @func runs. */
async function withLog(func) {
    const {logError} = globalThis;
    const logged = [];

    globalThis.logError = error => {
        logError(error); // which is particular about what it takes
        logged.push(error);
    };
    try {
        await func();
    } finally {
        globalThis.logError = logError;
    }

    return logged;
}

const Belt = GObject.registerClass(class Belt extends Aq.Queue {
    _init(params = {}) {
        super._init({max_size: 3, ...params});
        this.nServed = 0;
    }

    async serve(item) {
        await this.put(item);
        this.nServed++;
    }
});

test('imports.gi has the same library', () => {
    assertIs(imports.gi.Aq.Queue, Aq.Queue);
});

test('a queue can be made in each of the ways of GJS', () => {
    assertIs(new Aq.Queue().max_size, 0);
    assertIs(new Aq.Queue({max_size: 3}).maxSize, 3);
    assertIs(new Aq.Queue({maxSize: 3}).max_size, 3);
    assertIs(new Aq.Queue({item_type: Gio.File}).get_item_type(), Gio.File.$gtype);
    assertIs(Aq.Queue.new(Gio.File, 3).get_item_type(), Gio.File.$gtype);
    assertIs(Aq.Queue.new(GObject.TYPE_OBJECT, 3).max_size, 3);
    assert(Aq.PriorityQueue.new(GObject.Object, 3) instanceof Aq.PriorityQueue);
    assert(Aq.LifoQueue.new(GObject.Object, 3) instanceof Aq.LifoQueue);
    assert(new Aq.PriorityQueue() instanceof Aq.Queue);
});

test('a class of the script can extend a queue', async () => {
    const belt = new Belt();

    await belt.serve('sushi');
    assertIs(belt.nServed, 1);
    assertIs(belt.max_size, 3);
    assertIs(await belt.get(), 'sushi');
    assertIs(new Belt({max_size: 5}).max_size, 5);

    const Urgent = GObject.registerClass(class Urgent extends Aq.PriorityQueue {});
    const urgent = new Urgent();
    await urgent.putWithPriority('b', 2);
    await urgent.putWithPriority('a', 1);
    assertSame(await urgent.getMany(), ['a', 'b']);
});

test('the functions of C work as in C', async () => {
    const queue = new Aq.Queue();
    const object = new GObject.Object();

    assert(queue.try_put(object));
    await new Promise(resolve => {
        assertIs(queue.get_async(null, (source, result) => {
            assertIs(source, queue);
            assertIs(queue.get_finish(result), object);
            resolve();
        }), undefined);
    });
    await new Promise(resolve => {
        queue.put_async(object, null, (source, result) => {
            assertIs(queue.put_finish(result), true);
            resolve();
        });
    });
    await new Promise(resolve => {
        queue.get_many_async(5, null, (source, result) => {
            assertSame(queue.get_many_finish(result), [object]);
            resolve();
        });
    });
    queue.task_done();
    queue.task_done();
    await new Promise(resolve => {
        queue.join_async(null, (source, result) => resolve(queue.join_finish(result)));
    });
    queue.shutdown(false);
    await new Promise(resolve => {
        queue.get_async(null, (source, result) => {
            assertThrows(() => queue.get_finish(result), isClosed);
            resolve();
        });
    });
});

test('a result that is thrown away gives its item to the next', async () => {
    const queue = new Aq.Queue();

    queue.get_async(null, () => {});
    queue.get_async(null, null);
    queue.tryPut('sushi');

    /* The engine's stack may hold on to a result for a while. */
    let item;
    queue.get().then(got => (item = got));
    await until(() => {
        imports.system.gc();
        return item !== undefined;
    });
    assertIs(item, 'sushi');
});

test('Gio._promisify works', async () => {
    for (const [klass, ...names] of [
        [Aq.Queue, 'put_async', 'get_async', 'get_many_async', 'join_async'],
        [Aq.PriorityQueue, 'put_with_priority_async'],
    ]) {
        for (const name of names) {
            Gio._promisify(klass.prototype, name);
            Gio._promisify(klass.prototype, name, name.replace('_async', '_finish'));
        }
    }

    const queue = new Aq.Queue();
    const list = [true, 1];
    const func = () => {};
    await queue.put_async(list, null);
    await queue.put_async(func, null);
    await queue.put(3);
    assertIs(await queue.get_async(null), list);
    assertSame(list, [true, 1]);
    assertIs(await queue.get_async(null), func);
    assertSame(await queue.get_many_async(3, null), [3]);
    const cancellable = new Gio.Cancellable();
    cancellable.cancel();
    await assertRejects(queue.get_async(cancellable), error =>
        error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));

    const urgent = new Aq.PriorityQueue();
    await urgent.put_with_priority_async('b', 2, null);
    await urgent.put_with_priority_async('a', 1, null);
    assertIs(await urgent.get_async(null), 'a');
});

test('signals and notifications tell of items', async () => {
    const queue = new Aq.Queue();
    const seen = [];

    queue.connect('items-added', (source, n) => seen.push(`added ${n}`));
    queue.connect('drained', () => seen.push('drained'));
    queue.connect('notify::length', () => seen.push(`length ${queue.length}`));

    queue.tryPut(1);
    queue.tryPut(2);
    await until(() => seen.length === 2);
    assertSame(seen.sort(), ['added 2', 'length 2']);

    seen.length = 0;
    queue.tryGetMany();
    await until(() => seen.length === 2);
    assertSame(seen.sort(), ['drained', 'length 0']);
});

test('a watch is called for items of all kinds, and at the end', async () => {
    const queue = new Aq.Queue();
    const object = new GObject.Object();
    const items = [1, object, null, undefined, 'sushi'];
    const seen = [];
    let source, end;

    const ended = new Promise(resolve => {
        queue.add_watch(GLib.PRIORITY_DEFAULT, (...args) => {
            source = args[0];
            end = args;
            if (args[2])
                resolve();
            else
                seen.push(args[1]);
            return GLib.SOURCE_CONTINUE;
        });
    });

    for (const item of items)
        await queue.put(item);
    queue.shutdown();
    await ended;
    assertSame(seen, items);
    assertIs(source, queue);
    assertSame(end, [queue, null, true]);
});

test('a watch that is removed leaves the rest', async () => {
    const queue = new Aq.Queue();
    const seen = [];

    queue.add_watch(GLib.PRIORITY_DEFAULT, (_queue, item) => {
        seen.push(item);
        return seen.length < 2 ? GLib.SOURCE_CONTINUE : GLib.SOURCE_REMOVE;
    });
    for (let i = 0; i < 5; i++)
        queue.tryPut(i);
    await until(() => seen.length === 2);
    await settle();
    assertSame(seen, [0, 1]);
    assertIs(queue.length, 3);

    const id = queue.add_watch(GLib.PRIORITY_DEFAULT, () => GLib.SOURCE_CONTINUE);
    assert(GLib.Source.remove(id));
    await settle();
    assertIs(queue.length, 3);
});

test('a watch that throws is logged, and goes on', async () => {
    const queue = new Aq.Queue();
    const causes = [new Error('bad item'), 'text', undefined, null, Symbol('sushi'), {}];
    const seen = [];
    const logged = await withLog(async () => {
        const id = queue.add_watch(GLib.PRIORITY_DEFAULT, (_queue, item, end) => {
            seen.push(item);
            if (end || item < causes.length)
                throw causes[item];
            return GLib.SOURCE_CONTINUE;
        });
        for (let i = 0; i <= causes.length; i++)
            queue.tryPut(i);
        queue.shutdown();
        await until(() => GLib.MainContext.default().find_source_by_id(id) === null);
    });

    /* The items that it threw at are collected, and it is not called after the end. */
    assertSame(seen, [0, 1, 2, 3, 4, 5, 6, null]);
    assertIs(queue.in_flight, 7);
    assertIs(queue.state, Aq.QueueState.FINISHED);
    assertIs(logged.length, causes.length + 1);
    assertIs(logged[0], causes[0]);
    assertIs(logged[1].message, 'text');
    assertIs(logged[2].message, 'undefined');
});

test('a watch that is removed, and then throws, is not called again', async () => {
    const queue = new Aq.Queue();
    const seen = [];
    const logged = await withLog(async () => {
        const id = queue.add_watch(GLib.PRIORITY_DEFAULT, (_queue, item) => {
            seen.push(item);
            GLib.Source.remove(id);
            throw new Error('bad item');
        });
        queue.tryPut(1);
        queue.tryPut(2);
        await until(() => seen.length === 1);
        await settle();
    });

    assertSame(seen, [1]);
    assertIs(queue.tryGet(), 2);
    assertIs(logged.length, 1);
});

test('max-in-flight makes a pool of workers', async () => {
    const queue = new Aq.Queue({max_in_flight: 2});
    let nOut = 0, most = 0, nDone = 0;

    queue.add_watch(GLib.PRIORITY_DEFAULT, (_queue, item) => {
        if (item !== null) {
            most = Math.max(most, ++nOut);
            settle().then(() => {
                nOut--;
                nDone++;
                queue.taskDone();
            });
        }
        return GLib.SOURCE_CONTINUE;
    });
    for (let i = 0; i < 10; i++)
        await queue.put(i);
    await queue.join();
    assertIs(nDone, 10);
    assertIs(most, 2);
    queue.shutdown();
    await settle();
});

test('what would be a critical warning in C is an exception', async () => {
    const queue = new Aq.Queue();

    assertThrows(() => queue.task_done(), isAny);
    assertThrows(() => queue.taskDone(), isAny);
    assertThrows(() => Aq.Queue.new(GObject.TYPE_INT, 0), isType);
    assertThrows(() => Aq.LifoQueue.new(GObject.TYPE_STRING, 0), isType);
    assertThrows(() => Aq.PriorityQueue.new(GLib.Variant, 0), isType);
    assertThrows(() => new Aq.Queue({item_type: GObject.TYPE_INT}), isType);
    assertThrows(() => new Belt({itemType: GObject.TYPE_INT}), isType);
    assertThrows(() => new Aq.Queue({'item-type': GObject.TYPE_INT}), isType);
    assertThrows(() => queue.tryGetMany(0), isRange);
    assertThrows(() => queue.peekMany(0), isRange);
    await assertRejects(queue.getMany(0), isRange);
    await assertRejects(queue.get_many_async(0), isRange);
    assertThrows(() => queue.get_many_async(0, null, () => {}), isRange);
    assertThrows(() => queue.timed_get(-2, null), isRange);
    assertThrows(() => queue.timed_put(1, -2, null), isRange);
    assertThrows(() => queue.timed_join(-2, null), isRange);
    assertThrows(() => new Aq.PriorityQueue().timed_put_with_priority(1, 1, -2, null), isRange);
});

test('a bound that is no number of items is an exception', () => {
    for (const name of ['max_size', 'maxSize', 'max-size', 'max_in_flight', 'maxInFlight']) {
        for (const wrong of ['3', -1, 1.5, NaN, Infinity, 2 ** 32, null, {}, 3n])
            assertThrows(() => new Aq.Queue({[name]: wrong}), isRange);
        assertIs(new Aq.PriorityQueue({[name]: 2 ** 32 - 1})[name], 2 ** 32 - 1);
    }
});

test('what is no properties is an exception that shows how', () => {
    const showsHow = error => isType(error) && error.message.includes('{max_size: 3}');

    for (const klass of [Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue]) {
        for (const wrong of [
            3, '3', 3n, true, null, Symbol('a'), [3], () => 3, new Map([['max_size', 3]]),
            new GObject.Object(), Gio.File, GObject.TYPE_OBJECT,
        ])
            assertThrows(() => new klass(wrong), showsHow);
        assertThrows(() => new klass(Gio.File, 3), showsHow);
        assertIs(new klass(undefined).max_size, 0);
        assertIs(new klass(Object.assign(Object.create(null), {max_size: 3})).max_size, 3);
    }
});

test('a type of items that is none is an exception', () => {
    for (const klass of [Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue]) {
        for (const wrong of [undefined, null, 3, 'text', {}, () => {}, GObject.TYPE_STRING]) {
            assertThrows(() => klass.new(wrong, 3), isType);
            assertThrows(() => new klass({item_type: wrong}), isType);
        }
        for (const wrong of [-1, 1.5, NaN, 'text', null, 2 ** 32])
            assertThrows(() => klass.new(GObject.Object, wrong), isRange);
        assertIs(klass.new(Gio.File).max_size, 0);
    }
});

test('an argument of a wrong type is an exception', async () => {
    const queue = new Aq.Queue();
    const urgent = new Aq.PriorityQueue();

    for (const wrong of ['text', 3, {}, new GObject.Object()]) {
        await assertRejects(queue.put(1, wrong), isAny);
        await assertRejects(queue.get(wrong), isAny);
        await assertRejects(queue.getMany(1, wrong), isAny);
        await assertRejects(queue.join(wrong), isAny);
        await assertRejects(urgent.putWithPriority(1, 1, wrong), isAny);
        assertThrows(() => queue.add_watch(0, wrong), isType);
        assertThrows(() => queue.get_finish(wrong), isAny);
    }
    for (const wrong of ['text', {}, NaN, 1.5, null, undefined]) {
        assertThrows(() => queue.add_watch(wrong, () => true), isType);
        assertThrows(() => queue.timed_get(wrong, null), isRange);
        assertThrows(() => queue.timed_put(1, wrong, null), isRange);
        assertThrows(() => queue.timed_join(wrong, null), isRange);
    }
    assertThrows(() => queue.add_watch(), isType);
    assertThrows(() => queue.add_watch(() => true), isType);
    for (const wrong of [0, 1.5, NaN, Infinity, 2 ** 32, 'text', null, new Gio.Cancellable()]) {
        assertThrows(() => queue.tryGetMany(wrong), isRange);
        assertThrows(() => queue.peekMany(wrong), isRange);
        await assertRejects(queue.getMany(wrong), isRange);
    }
    for (const wrong of ['text', 1, null, {}, new Gio.Cancellable()])
        assertThrows(() => queue.shutdown(wrong), isType);
    assertIs(queue.state, Aq.QueueState.OPEN);
    for (const put of ['tryPut', 'try_put', 'put_sync', 'timed_put']) {
        assertThrows(() => queue[put](), isType);
        assertThrows(() => urgent[put](), isType);
    }
    for (const wrong of ['text', {}, NaN, 1.5, Symbol('a'), undefined, null]) {
        assertThrows(() => urgent.tryPutWithPriority(1, wrong), isType);
        assertThrows(() => urgent.put_with_priority_sync(1, wrong, null), isType);
        await assertRejects(urgent.putWithPriority(1, wrong), isType);
    }
    await assertRejects(Aq.Queue.prototype.get.call(new GObject.Object()), isAny);
    await assertRejects(Aq.Queue.prototype.get(), isAny);
    assertIs(queue.length + urgent.length + queue.waiting_getters, 0);
});

run();
