// SPDX-License-Identifier: LGPL-2.1-or-later

/* Enough of a test framework to tell Meson what holds. */

import GLib from 'gi://GLib';
import System from 'system';

const tests = [];

/* Adds a test. Its name is a claim, which @func disproves by throwing. */
export function test(name, func) {
    tests.push([name, func]);
}

export function run() {
    const loop = GLib.MainLoop.new(null, false);
    let nFailed = 0;

    print(`1..${tests.length}`);

    (async () => {
        for (const [i, [name, func]] of tests.entries()) {
            try {
                await func();
                print(`ok ${i + 1} ${name}`);
            } catch (error) {
                nFailed++;
                print(`not ok ${i + 1} ${name}`);
                print(`${error}\n${error.stack}`.replace(/^/gm, '# '));
            }
        }
        loop.quit();
    })();

    loop.run();
    System.exit(nFailed > 0 ? 1 : 0);
}

export function assert(isTrue, message = 'assertion failed') {
    if (!isTrue)
        throw new Error(message);
}

function describe(value) {
    try {
        return String(value);
    } catch {
        return 'something without a name';
    }
}

/* The very same value, as Object.is() sees it. */
export function assertIs(got, expected) {
    if (!Object.is(got, expected))
        throw new Error(`got ${describe(got)}, not ${describe(expected)}`);
}

/* Arrays of the very same values. */
export function assertSame(got, expected) {
    assertIs(got.length, expected.length);
    got.forEach((value, i) => assertIs(value, expected[i]));
}

export function assertThrows(func, check) {
    try {
        func();
    } catch (error) {
        assert(check(error), `an error of the wrong kind: ${error}`);
        return;
    }
    throw new Error('nothing was thrown');
}

export async function assertRejects(promise, check) {
    try {
        await promise;
    } catch (error) {
        assert(check(error), `an error of the wrong kind: ${error}`);
        return;
    }
    throw new Error('nothing was thrown');
}

/* Lets what is due have its turn: an idle comes later. A queue that is busy lets
 * idles in between, so this proves no more than that something does not happen. */
export function settle() {
    return new Promise(resolve => {
        GLib.idle_add(GLib.PRIORITY_LOW, () => {
            resolve();
            return GLib.SOURCE_REMOVE;
        });
    });
}

export async function until(isTrue) {
    while (!isTrue())
        await settle();
}
