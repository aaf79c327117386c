// SPDX-License-Identifier: LGPL-2.1-or-later

/* A window beside a queue: see drawing.py, and table.ini. The first argument is how
 * items are taken: 'await', or 'for-await'. */

import Aq from 'gi://Aq';
import GLib from 'gi://GLib';

const [way, ...words] = ARGV;
const [
    bound, workLength, , drawInterval, drawPriority, sliceLength, nRounds,
] = words.map(Number);

const loop = GLib.MainLoop.new(null, false);
let lastDraw, count;

function work() {
    const endTime = GLib.get_monotonic_time() + workLength;

    while (workLength > 0 && GLib.get_monotonic_time() < endTime)
        ;
}

function noteGap() {
    const now = GLib.get_monotonic_time();

    count.gap = Math.max(count.gap, now - lastDraw);
    lastDraw = now;
}

function startDrawing() {
    return GLib.timeout_add(drawPriority, drawInterval, () => {
        noteGap();
        count.nDraws++;
        return GLib.SOURCE_CONTINUE;
    });
}

function take() {
    count.nItems++;
    work();
}

async function produce(queue) {
    for (;;) {
        await queue.put(0);
        work();
    }
}

const consumers = {
    'await': async queue => {
        for (;;) {
            await queue.get();
            take();
        }
    },
    'for-await': async queue => {
        for await (const _ of queue)
            take();
    },
};

/* Returns what ends it. */
function startQueue() {
    const queue = new Aq.Queue({max_size: bound});
    const ends = [produce(queue), consumers[way](queue)];

    return async () => {
        queue.shutdown(true);
        await Promise.allSettled(ends);
    };
}

/* As busy as a queue, and less urgent than a window. */
function startControl() {
    const id = GLib.idle_add(GLib.PRIORITY_LOW, () => {
        work();
        return GLib.SOURCE_CONTINUE;
    });

    return async () => GLib.source_remove(id);
}

async function runSlice(start, hasWindow) {
    lastDraw = GLib.get_monotonic_time();

    const drawing = hasWindow ? startDrawing() : 0;
    const stop = start();

    await new Promise(resolve => {
        GLib.timeout_add(GLib.PRIORITY_HIGH, sliceLength, () => {
            resolve();
            return GLib.SOURCE_REMOVE;
        });
    });

    noteGap();
    if (hasWindow)
        GLib.source_remove(drawing);
    await stop();
}

const phases = [
    {start: startControl, hasWindow: true, count: {nDraws: 0, gap: 0, nItems: 0}},
    {start: startQueue, hasWindow: true, count: {nDraws: 0, gap: 0, nItems: 0}},
    {start: startQueue, hasWindow: false, count: {nDraws: 0, gap: 0, nItems: 0}},
];

async function main() {
    for (let i = 0; i < nRounds; i++) {
        for (const phase of phases) {
            count = phase.count;
            await runSlice(phase.start, phase.hasWindow);
        }
    }

    const [control, queue, alone] = phases.map(phase => phase.count);
    print(control.nDraws, control.gap, queue.nDraws, queue.gap, queue.nItems, alone.nItems);
}

main().catch(logError).finally(() => loop.quit());
loop.run();
