// SPDX-License-Identifier: LGPL-2.1-or-later

/* What JavaScript's queues cost, beside an array with promises, which knows no other
 * thread or language. Medians of runs in turns, so that whatever else the machine does is
 * done to both: CPU time, where drawing-clock is loaded first. */

import Aq from 'gi://Aq';
import GLib from 'gi://GLib';
import System from 'system';

const isQuick = ARGV.includes('--quick');
const N_RUNS = isQuick ? 5 : 15;
const N_ITEMS = isQuick ? 2000 : 10000;

class ArrayQueue {
    #items = [];
    #gets = []; // of functions that resolve their promise
    #puts = []; // of [item, function]
    #bound;

    constructor(bound) {
        this.#bound = bound;
    }

    tryPut(item) {
        const resolve = this.#gets.shift();

        if (resolve === undefined)
            this.#items.push(item);
        else
            resolve(item);
    }

    tryGet() {
        const item = this.#items.shift();
        const put = this.#puts.shift();

        if (put !== undefined) {
            this.tryPut(put[0]);
            put[1]();
        }
        return item;
    }

    async put(item) {
        if (this.#bound > 0 && this.#items.length >= this.#bound)
            await new Promise(resolve => this.#puts.push([item, resolve]));
        else
            this.tryPut(item);
    }

    async get() {
        if (this.#items.length > 0)
            return this.tryGet();
        return new Promise(resolve => this.#gets.push(resolve));
    }

    async getMany() {
        const items = [await this.get()];

        while (this.#items.length > 0)
            items.push(this.tryGet());
        return items;
    }

    async *[Symbol.asyncIterator]() {
        for (;;)
            yield this.get();
    }
}

function fill(queue, nItems) {
    for (let i = 0; i < nItems; i++)
        queue.tryPut(i);
}

async function passOn(queue) {
    const produce = async () => {
        for (let i = 0; i < N_ITEMS; i++)
            await queue.put(i);
    };
    const produced = produce();

    for (let i = 0; i < N_ITEMS; i++)
        await queue.get();
    await produced;
}

const cases = [
    ['tryPut + tryGet', 0, queue => {
        for (let i = 0; i < N_ITEMS; i++) {
            queue.tryPut(i);
            queue.tryGet();
        }
    }],
    ['await put + await get', 0, async queue => {
        for (let i = 0; i < N_ITEMS; i++) {
            await queue.put(i);
            await queue.get();
        }
    }],
    ['for await, of a full queue', 0, async queue => {
        let n = 0;

        fill(queue, N_ITEMS);
        for await (const _ of queue) {
            if (++n === N_ITEMS)
                break;
        }
    }],
    ['getMany, of a hundred', 0, async queue => {
        for (let i = 0; i < N_ITEMS; i += 100) {
            fill(queue, 100);
            await queue.getMany();
        }
    }],
    ['from one function to another, bound 1', 1, passOn],
    ['from one function to another, bound 100', 100, passOn],
];

async function measure(queue, work) {
    System.gc();

    const start = GLib.get_monotonic_time();
    await work(queue);
    return (GLib.get_monotonic_time() - start) * 1000 / N_ITEMS;
}

function median(times) {
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

async function main() {
    print('| case | Aqueue | array | times |');
    print('|---|---:|---:|---:|');

    for (const [name, bound, work] of cases) {
        const ours = [], theirs = [];

        for (let i = 0; i < N_RUNS; i++) {
            ours.push(await measure(new Aq.Queue({max_size: bound}), work));
            theirs.push(await measure(new ArrayQueue(bound), work));
        }

        const [our, their] = [median(ours), median(theirs)];
        print(`| ${name.padEnd(40)} | ${our.toFixed(0).padStart(6)} ns | ` +
            `${their.toFixed(0).padStart(6)} ns | ${(our / their).toFixed(1).padStart(5)} |`);
    }
}

const loop = GLib.MainLoop.new(null, false);
main().catch(logError).finally(() => loop.quit());
loop.run();
