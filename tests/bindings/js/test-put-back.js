// SPDX-License-Identifier: LGPL-2.1-or-later

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import {assert, assertIs, assertRejects, assertSame, assertThrows, run, test} from './tap.js';

const isType = error => error instanceof TypeError;
const isBurnt = error => error.message === 'The rice is burnt';

test('what is put back is next, and still unfinished', () => {
    for (const queue of [new Aq.Queue(), new Aq.LifoQueue(), new Aq.PriorityQueue()]) {
        queue.tryPut('nigiri');
        const item = queue.tryGet();
        queue.putBack(item);
        assertIs(queue.unfinished_tasks, 1);
        assertIs(queue.in_flight, 0);
        assertIs(queue.n_accepted, 1);
        assertIs(queue.tryGet(), 'nigiri');
    }

    const queue = new Aq.PriorityQueue();
    queue.tryPutWithPriority('maki', 5);
    queue.tryPutWithPriority('nigiri', 5);
    queue.putBackWithPriority(queue.tryGet(), 5);
    assertSame(queue.tryGetMany(), ['maki', 'nigiri']);
});

test('to put back too many throws', () => {
    const queue = new Aq.Queue();

    assertThrows(() => queue.putBack('nigiri'), error => error.message.includes('in flight'));
    assertThrows(() => queue.putBack(), isType);
    assertIs(queue.length, 0);
});

test('an item is taken out by Object.is()', () => {
    const queue = new Aq.Queue();
    const plate = {};
    const object = new Gio.SimpleAction({name: 'plate'});

    for (const item of [NaN, plate, {}, -0, object])
        queue.tryPut(item);
    assert(!queue.remove({}));
    assert(!queue.remove(0));
    assert(queue.remove(-0));
    assert(queue.remove(NaN));
    assert(!queue.remove(NaN));
    assert(queue.remove(plate));
    assert(queue.remove(object));
    assert(!queue.remove(new Gio.SimpleAction({name: 'plate'})));
    assertIs(queue.length, 1);
    assertIs(queue.n_dropped, 4);
});

test('an item is taken out while others are promised', async () => {
    const queue = new Aq.Queue();
    const get = queue.get();

    for (const item of ['a', 'b', 'c'])
        queue.tryPut(item);
    assertSame(queue.peekMany(), ['a', 'b']);
    assertSame(queue.peekAll(), ['a', 'b', 'c']);
    assert(queue.remove('c'));
    assert(queue.remove('a'));
    assert(!queue.remove('b')); // as good as gone
    assertIs(await get, 'b');
});

test('an item moves up', () => {
    const queue = new Aq.PriorityQueue();

    for (const item of ['a', 'b', 'c'])
        queue.tryPutWithPriority(item, 5);
    assert(queue.setPriority('c', 1));
    assert(!queue.setPriority('d', 1));
    assertThrows(() => queue.setPriority('a', 'b'), isType);
    assertSame(queue.tryGetMany(), ['c', 'a', 'b']);
});

test('a queue rests while it is paused', async () => {
    const queue = new Aq.Queue();

    queue.paused = true;
    const get = queue.get();
    queue.tryPut(1);
    queue.tryPut(2);
    assert(queue.is_empty());
    assertThrows(() => queue.tryGet(),
        error => error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK));
    queue.paused = false;
    assertIs(await get, 1);
});

test('an end with a reason reaches the loop behind two stages', async () => {
    const first = new Aq.Queue();
    const second = new Aq.Queue();
    const got = [];

    async function stage(from, to) {
        try {
            for await (const item of from)
                await to.put(item + 1);
            to.shutdown();
        } catch (error) {
            to.shutdownWithError(error);
        }
    }

    const work = stage(first, second);
    first.tryPut(1);
    first.shutdownWithError(new Error('The rice is burnt'));
    await assertRejects((async () => {
        for await (const item of second)
            got.push(item);
    })(), isBurnt);
    await work;

    assertSame(got, [2]);
    assertThrows(() => second.tryPut(3), isBurnt);
    assertIs(second.get_error().message, 'The rice is burnt');
    assert(first.get_error() instanceof GLib.Error);
    assertThrows(() => new Aq.Queue().shutdownWithError('burnt'), isType);
    assertThrows(() => new Aq.Queue().shutdown_with_error(null), isType);
});

test('each job of a flaky source is done once', async () => {
    const jobs = new Aq.Queue({max_size: 10, max_in_flight: 4});
    const done = new Map();
    let nTries = 0;

    async function work() {
        for await (const job of jobs) {
            if (nTries++ % 10 < 3) {
                jobs.putBack(job);
                continue;
            }
            done.set(job.number, (done.get(job.number) ?? 0) + 1);
            jobs.taskDone();
        }
    }

    const workers = [work(), work(), work(), work()];
    jobs.hold();
    for (let number = 0; number < 500; number++)
        await jobs.put({number});
    jobs.release();
    await jobs.join();
    await Promise.all(workers);

    assertIs(done.size, 500);
    assert([...done.values()].every(n => n === 1));
    assertIs(jobs.state, Aq.QueueState.FINISHED);
});

run();
