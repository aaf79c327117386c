// SPDX-License-Identifier: LGPL-2.1-or-later

/* Finds files with the same content: index-folder.js [FOLDER…]
 *
 * It shows one producer and several consumers in one main loop. The walk puts files
 * on a bounded belt, if another has the same size, and is never far ahead of the
 * workers, who read them, piece by piece, and index them by their sums.
 *
 * Links are not followed, and a file with two names counts once. What cannot be read
 * is reported, does not stop the rest, and makes the exit status 1. So does Ctrl-C:
 * it ends the walk, and what is on the belt by then is still read and indexed. A second
 * one ends it at once.
 */

import Aq from 'gi://Aq';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

Gio._promisify(Gio.File.prototype, 'enumerate_children_async');
Gio._promisify(Gio.File.prototype, 'read_async');
Gio._promisify(Gio.InputStream.prototype, 'read_bytes_async');

const N_WORKERS = 4;
const BELT_SIZE = 16;
const PIECE_SIZE = 256 * 1024;
const SIGINT = 2;
const SIGTERM = 15;

const interrupted = new Gio.Cancellable();
let nFailed = 0;

function report(file, error) {
    printerr(`${file.get_parse_name()}: ${error.message}`);
    nFailed++;
}

class Walk {
    #belt;
    #seen = new Set(); // the files and folders, by what the system calls them
    #firsts = new Map(); // for each size the first file, or null once it is on the belt

    constructor(belt) {
        this.#belt = belt;
    }

    async enter(folder) {
        try {
            const infos = await folder.enumerate_children_async(
                'standard::name,standard::type,standard::size,id::file',
                Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS, GLib.PRIORITY_DEFAULT, null);

            for await (const info of infos) {
                if (interrupted.is_cancelled())
                    break;
                await this.#visit(infos.get_child(info), info);
            }
        } catch (error) {
            report(folder, error);
        }
    }

    async #visit(file, info) {
        const id = info.get_attribute_string('id::file');

        if (this.#seen.has(id))
            return;
        this.#seen.add(id);

        if (info.get_file_type() === Gio.FileType.DIRECTORY)
            await this.enter(file);
        else if (info.get_file_type() === Gio.FileType.REGULAR)
            await this.#serve(file, info.get_size());
    }

    async #serve(file, size) {
        const first = this.#firsts.get(size);

        if (first === undefined) {
            this.#firsts.set(size, file);
            return;
        }

        if (first !== null)
            await this.#belt.put(first); // waits while the belt is full
        this.#firsts.set(size, null);
        await this.#belt.put(file);
    }
}

async function sum(file) {
    const stream = await file.read_async(GLib.PRIORITY_DEFAULT, null);
    const checksum = new GLib.Checksum(GLib.ChecksumType.SHA256);

    for (;;) {
        const piece = await stream.read_bytes_async(PIECE_SIZE, GLib.PRIORITY_DEFAULT, null);

        if (piece.get_size() === 0)
            return checksum.get_string();
        checksum.update(piece.toArray());
    }
}

async function work(belt, index) {
    for await (const file of belt) {
        try {
            const key = await sum(file);

            index.set(key, [...index.get(key) ?? [], file.get_parse_name()]);
        } catch (error) {
            report(file, error);
        }
    }
}

async function main() {
    // Where this function is depends on the version of GLib.
    const unix = await import('gi://GLibUnix').then(module => module.default, () => ({}));
    const addSignal = unix.signal_add ?? unix.signal_add_full ?? GLib.unix_signal_add;
    for (const signal of [SIGINT, SIGTERM]) {
        addSignal(GLib.PRIORITY_DEFAULT, signal, () => {
            interrupted.cancel();
            return GLib.SOURCE_REMOVE; // so that the next one is for the kernel
        });
    }

    const belt = new Aq.Queue({item_type: Gio.File.$gtype, max_size: BELT_SIZE});
    const index = new Map(); // names of files by sum
    const workers = Array.from({length: N_WORKERS}, () => work(belt, index));
    const walk = new Walk(belt);

    for (const name of ARGV.length > 0 ? ARGV : ['.'])
        await walk.enter(Gio.File.new_for_commandline_arg(name));
    belt.shutdown(); // ends the loops of the workers, once it is empty
    await Promise.all(workers);

    for (const [key, names] of index) {
        if (names.length > 1)
            print([key, ...names.sort()].join('\n  '));
    }
}

const loop = new GLib.MainLoop(null, false);
main().catch(logError).finally(() => loop.quit());
loop.run();

if (interrupted.is_cancelled())
    printerr('Interrupted: not all was looked at');
System.exit(nFailed > 0 || interrupted.is_cancelled() ? 1 : 0);
