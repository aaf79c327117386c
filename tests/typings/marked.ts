// SPDX-License-Identifier: LGPL-2.1-or-later

/* What TypeScript refuses: the lines that say so, and no other. */

import Aq from 'gi://Aq';
import Versioned from 'gi://Aq?version=1';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

const numbers = new Aq.Queue<number>({max_size: 3});
const texts: Aq.Queue<string> = new Aq.Queue({'max-size': 1000, size: text => text.length});
const urgent = new Aq.PriorityQueue<number>();
const versioned: Versioned.Queue<number> = numbers;
const cancellable = new Gio.Cancellable();

class Belt extends Aq.LifoQueue<string> {
}

async function use() {
    await numbers.put(1, cancellable);
    await numbers.put('one'); // wrong
    await versioned.put('one'); // wrong
    await numbers.put(); // wrong
    await numbers.put(1, 1000); // wrong
    let number: number = await numbers.get();
    let text: string = await numbers.get(); // wrong
    number = numbers.get(); // wrong
    number = await numbers.timedGet(1000, cancellable);
    number = await numbers.timedGet(); // wrong
    number = await numbers.get_async();
    numbers.get_async(null, (_source, result) => numbers.get_finish(result));
    numbers.get_async((_source, result) => numbers.get_finish(result)); // wrong
    text = (await texts.getMany(10))[0];
    text = (await numbers.getMany(10))[0]; // wrong
    new Belt({maxSize: 3}).tryPut('sushi');
    new Belt().tryPut(3); // wrong
    new Aq.Queue(3); // wrong
    new Aq.Queue({max_sise: 3}); // wrong
    new Aq.Queue({item_type: Gio.File, overflow: Aq.Overflow.DROP_NEWEST});
    new Aq.Queue({item_type: 'Gio.File'}); // wrong
    new Aq.Queue({overflow: Aq.Overflow.NEVER}); // wrong
    new Aq.Queue<number>({size: number => number.length}); // wrong
    numbers.taskDone(1); // wrong
    numbers.shutdown('now'); // wrong
    numbers.shutdownWithError(new Error('Burnt'));
    numbers.shutdownWithError('Burnt'); // wrong
    numbers.tryput(1); // wrong
    numbers.length = 3; // wrong
    numbers.max_size = numbers.length;
    await urgent.putWithPriority(1, -5, cancellable);
    await urgent.putWithPriority(1); // wrong
    await numbers.putWithPriority(1, -5); // wrong
    numbers.add_watch(GLib.PRIORITY_DEFAULT, (_queue, item, isOver) => !isOver && item > 1);
    numbers.add_watch((_queue, item) => item > 1); // wrong
    for await (const item of numbers)
        number += item;
    for await (const item of numbers.items(cancellable))
        text = item; // wrong
    const items = numbers.items();
    items.return();
    items.stop(); // wrong

    const [item, queue] = await Aq.getAny([numbers, urgent], cancellable);
    queue.tryPut(item);
    queue.tryPut(text); // wrong
    await Aq.getAny(numbers, urgent); // wrong
}

use().catch(logError);
