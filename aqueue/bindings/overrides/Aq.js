// SPDX-License-Identifier: LGPL-2.1-or-later

/* Makes queues at home in JavaScript. It adds
 *
 *   await queue.put(item, cancellable)
 *   await queue.get(cancellable)
 *   await queue.getMany(maxItems, cancellable)
 *   await queue.join(cancellable)
 *   await queue.timedPut(item, microseconds, cancellable)
 *   await queue.timedGet(microseconds, cancellable)
 *   await queue.timedGetMany(maxItems, microseconds, cancellable)
 *   await queue.timedJoin(microseconds, cancellable)
 *   const [item, queue] = await Aq.getAny([queue, other], cancellable)
 *   const [item, queue] = await Aq.timedGetAny([queue, other], microseconds, cancellable)
 *   for await (const item of queue)
 *   for await (const item of queue.items(cancellable))
 *
 * where the cancellable can be left out. A priority queue has
 * putWithPriority(item, priority, cancellable) beside put(), and
 * timedPutWithPriority(item, priority, microseconds, cancellable). putBack(), remove(),
 * setPriority() and peekAll() take and show items as a script knows them: what is taken
 * out is the same by Object.is(). shutdownWithError() takes any error. The loops end once
 * the queue is shut down and empty; to leave one earlier leaves the queue and its
 * items as they are. One that is cancelled throws CANCELLED, as
 * all does that is cancelled: to end in silence would look like the end of the
 * queue. The return() of what items() gives ends it in silence.
 *
 * An item can be anything: undefined, a symbol, a function, an instance of a
 * class. An object that C knows, a GObject, goes in as itself, and any program
 * can take it. All else rides in a GObject of ours, which keeps it from being
 * collected, and which JavaScript never sees. That holds for the functions of C
 * too, so what was put in one way can be got in any other. Only an item that is
 * a promise, or has a method then(), is not what await makes of it: await gives
 * what it resolves to, here as everywhere. try_get() and watches give itself.
 *
 * The functions of C keep their names, and work as they do in C. Those that end
 * in _async return a promise if they get no callback, as after
 * Gio._promisify(), which has nothing left to do. timed_get() and the like block,
 * as in C. try_put(), try_get(),
 * try_get_many(), peek_many() and task_done() are there as tryPut() and so on,
 * too.
 *
 * A queue is made with properties, as all objects, and with size, a function: then
 * max_size is the most that the sizes of the waiting items may sum up to. As in
 *
 *   new Aq.Queue({max_size: 1000, size: text => text.length})
 *
 * it is called in each put, with the item as it was given. If it throws, or what it
 * returns is no size, the put fails with that. set_size_func(), or setSizeFunc(),
 * sets it later.
 *
 * What would be a critical warning in C is an exception here. The errors of a
 * queue are those of C: match them with Gio.IOErrorEnum, as in
 * error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED).
 *
 * A get takes an item even if nobody awaits it, for instance one that lost in
 * Promise.race(). To give it up, cancel it.
 */

const {Gio, GLib, GObject} = imports.gi;

/* A script's own class, so that GJS keeps its instances, with what they hold,
 * for as long as C has a reference. It does not do so for a plain object in a
 * GValue. */
const Value = GObject.registerClass({
    GTypeName: 'AqGjsValue',
}, class Value extends GObject.Object {
    constructor(value) {
        super();
        this.value = value;
    }
});

function fromItem(item) {
    return item instanceof Value ? item.value : item;
}

/* What is kept of each queue: to ask C takes longer. */
class State {
    nGets = 0; // of those that began, and have not collected

    constructor(queue) {
        this.itemType = queue.get_item_type(); // as a property it is a number, in gjs 1.90
        this.takesValues = GObject.type_is_a(Value, this.itemType);
    }
}

const states = new WeakMap();

function getState(queue) {
    let state = states.get(queue);

    if (state === undefined) {
        state = new State(queue);
        states.set(queue, state);
    }
    return state;
}

function toItem(queue, value) {
    const {itemType, takesValues} = getState(queue);

    if (value instanceof GObject.Object) {
        const type = value.constructor.$gtype;
        if (!GObject.type_is_a(type, itemType))
            throw new TypeError(`A ${type.name} does not fit in a queue of ${itemType.name}`);
        return value;
    }

    if (!takesValues)
        throw new TypeError(`A plain value does not fit in a queue of ${itemType.name}`);
    return new Value(value);
}

/* Where a queue keeps its Measure. */
const MEASURE = Symbol('measure');

function checkSize(size) {
    if (typeof size !== 'number')
        throw new TypeError('The size of an item is a number');
    if (!Number.isInteger(size) || size < 0 || size > GLib.MAXUINT32)
        throw new RangeError('The size of an item is a whole number, 0 or more');
}

/* Tells the sizes of items. An exception cannot pass through C, so the function of
 * the script is called before a put, and C is told then what it returned. */
class Measure {
    #func;
    #item = null; // (nullable): that is about to be put
    #size;

    constructor(func) {
        this.#func = func;
    }

    take(item) {
        const size = this.#func.call(null, fromItem(item));
        checkSize(size);
        this.#item = item;
        this.#size = size;
    }

    /* What is put by others than a script was not taken before. */
    tell(item) {
        if (this.#item !== item)
            this.take(item);
        this.#item = null;
        return this.#size;
    }
}

/* The arguments for a put of C, of those that a script gives. */
function putArguments(queue, args) {
    if (args.length === 0)
        throw new TypeError('There is no item to put');

    const [value, ...rest] = args;
    const item = toItem(queue, value);
    queue[MEASURE]?.take(item);
    return [item, ...rest];
}

function isInteger(value) {
    return Number.isInteger(value) || typeof value === 'bigint';
}

function checkPriority(priority) {
    if (!isInteger(priority))
        throw new TypeError('A priority is an integer');
}

function priorityPutArguments(queue, args) {
    checkPriority(args[1]);
    return putArguments(queue, args);
}

/* GJS throws at what is no type at all. */
function isTypeOfObject(type) {
    try {
        return GObject.type_is_a(type, GObject.Object) ||
            GObject.type_is_a(type, GObject.TYPE_INTERFACE);
    } catch {
        return false;
    }
}

function checkItemType(type) {
    if (!isTypeOfObject(type))
        throw new TypeError('The type of items is a type of object, or an interface');
}

/* GJS would make a number of anything, and no bound of most. */
function checkBound(bound) {
    if (!Number.isInteger(bound) || bound < 0 || bound > GLib.MAXUINT32)
        throw new RangeError('A bound is a number of items, or 0 for none');
}

function checkOverflow(overflow) {
    if (!Object.values(imports.gi.Aq.Overflow).includes(overflow))
        throw new TypeError('An overflow is one of Aq.Overflow');
}

function checkSizeFunc(func) {
    if (typeof func !== 'function' && func !== null)
        throw new TypeError('The size of items is told by a function, or null if each counts as 1');
}

const PROPERTY_CHECKS = {
    'item-type': checkItemType,
    'max-in-flight': checkBound,
    'max-size': checkBound,
    'overflow': checkOverflow,
    'size': checkSizeFunc,
};

/* GJS would make a queue without a bound of most. The names can be written in
 * each of its ways. */
function checkProperties(properties) {
    if (typeof properties !== 'object' || properties === null ||
        ![Object.prototype, null].includes(Object.getPrototypeOf(properties)))
        throw new TypeError('A queue is made with properties, such as {max_size: 3}');

    for (const [key, value] of Object.entries(properties)) {
        const name = key.replaceAll('_', '-')
            .replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

        PROPERTY_CHECKS[name]?.(value);
    }
}

function checkMaxItems(maxItems) {
    if (!Number.isInteger(maxItems) || maxItems < 1 || maxItems > GLib.MAXUINT32)
        throw new RangeError('The number of items is 1 or more, or left out for all');
}

/* For functions of C that wait for some time: so many arguments come after that. */
function checkTimeout(func, nAfter = 1) {
    const position = func.length - 1 - nAfter;

    return function (...args) {
        const timeout = args[position];

        if (args.length > position && !(isInteger(timeout) && timeout >= -1))
            throw new RangeError('A timeout is a number of microseconds, or -1 forever');

        return func.apply(this, args);
    };
}

/* After the time come the cancellable and the callback. What a script leaves out has to
 * be there, or C would wait for no time at all. */
function checkTimeoutAsync(func) {
    const nArguments = func.length;
    const checked = checkTimeout(func, 2);

    return function (...args) {
        if (args.length < nArguments - 2)
            throw new RangeError('A timeout is a number of microseconds, or -1 forever');

        return checked.apply(this, args);
    };
}

/* As GJS does for signal handlers. But anything can be thrown, and logError()
 * takes objects alone. */
function report(error) {
    logError(Object(error) === error ? error : new Error(String(error)));
}

/* Replaces functions by what @wrap makes of them. */
function wrapEach(object, names, wrap) {
    for (const name of names)
        object[name] = wrap(object[name]);
}

/* Lets a function of C return what @awaitable does, if it gets no callback. */
function wrapAsync(proto, name, start, awaitable) {
    const nArguments = proto[name].length;

    /* This makes Gio._promisify() leave it alone, which would take an array
     * that begins with true for a list of results, and shorten it. */
    proto[`_original_${name}`] = proto[name];
    proto[name] = function (...args) {
        return (args.length < nArguments ? awaitable : start).apply(this, args);
    };
}

/* An async function goes on before anything else in the main loop does. If it took items
 * at once for as long as there are any, nobody else had a turn (P6). So it does that only in
 * the millisecond in which the loop had one, and then begins an operation as in C, which
 * takes breaks. It does so before it takes anything. */
let turnTime = 0; // of the last callback: ms

function hasBudget() {
    return Date.now() === turnTime;
}

/* The functions of C. */
let offer, poll;

/* Starts an operation, and resolves to its result. Who awaits that finishes it,
 * so that the stack of an error tells who awaited. */
function begin(queue, start, ...args) {
    return new Promise(resolve => {
        start.call(queue, ...args, (_queue, result) => {
            turnTime = Date.now();
            resolve(result);
        });
    });
}

/* As many arguments as C wants, with the cancellable last, and after that its callback. */
function fillArguments(args, start) {
    const filled = [...args];

    filled.length = start.length - 1;
    filled[filled.length - 1] ??= null;

    return filled;
}

/* Gives @proto an awaitable function of the name, and lets that of C return what it does.
 * @start, which is that of C, waits for some time at most. @toArguments makes what C
 * takes of the arguments, and @finish what is returned of the result. */
function addTimed(proto, names, toArguments, finish) {
    const start = proto[names.async];
    const startChecked = checkTimeoutAsync(start);

    proto[names.name] = async function (...args) {
        const given = fillArguments(toArguments(this, args), start);

        return finish.call(this, await new Promise(resolve => {
            startChecked.call(this, ...given, (_queue, result) => resolve(result));
        }));
    };
    wrapAsync(proto, names.async, function (...args) {
        return startChecked.apply(this, toArguments(this, args));
    }, proto[names.name]);
}

/* Takes an item, or returns null if a get has to begin: there may be none, or others who
 * began earlier, and come first. */
function takeNow(queue, state, cancellable) {
    if (state.nGets > 0 || !hasBudget() || cancellable?.is_cancelled())
        return null;

    return poll.call(queue);
}

/* Only of an item that await would not leave as it is. */
function isThenable(item) {
    return typeof item?.then === 'function';
}

/* What a loop goes through. It is no async generator, whose return() would stand
 * in line behind a next() that waits. */
class ItemIterator {
    #queue;
    #startGet;
    #cancellable; // (nullable): of the caller, who can have many uses for it
    #ownCancellable = new Gio.Cancellable();
    #isDone = false;

    constructor(queue, startGet, cancellable) {
        this.#queue = queue;
        this.#startGet = startGet;
        this.#cancellable = cancellable;
    }

    [Symbol.asyncIterator]() {
        return this;
    }

    async next() {
        const state = getState(this.#queue);
        let item = this.#isDone ? null : takeNow(this.#queue, state, this.#cancellable);

        if (item !== null) {
            item = fromItem(item);
            return {value: isThenable(item) ? await item : item, done: false};
        }

        /* That of the caller has a handler no longer than this waits. */
        const own = this.#ownCancellable;
        const id = this.#cancellable?.connect(() => own.cancel());

        /* As few turns as get() takes, or that would overtake. */
        state.nGets++;
        const result = await begin(this.#queue, this.#startGet, own);
        state.nGets--;
        this.#cancellable?.disconnect(id);

        /* It may have been promised an item that nobody wants now. To wait until
         * the result is garbage would keep that from others. */
        if (this.#isDone || this.#cancellable?.is_cancelled())
            result.run_dispose();

        if (this.#isDone)
            return {value: undefined, done: true};

        try {
            this.#cancellable?.set_error_if_cancelled();
            item = this.#queue.get_finish(result);
        } catch (error) {
            this.#end();
            if (error.matches?.(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED))
                return {value: undefined, done: true};
            throw error;
        }

        return {value: isThenable(item) ? await item : item, done: false};
    }

    async return(value) {
        this.#end();
        return {value: await value, done: true};
    }

    async throw(error) {
        this.#end();
        throw error;
    }

    /* Ends each next() that waits, or comes later. */
    #end() {
        this.#isDone = true;
        this.#ownCancellable.cancel();
    }
}

/* Those of all queues, or those with a priority. */
function addPuts(proto, names, toArguments) {
    const start = proto[names.async];
    const finish = proto[names.finish];
    const wrap = func => function (...args) {
        return func.apply(this, toArguments(this, args));
    };

    proto[names.put] = async function (...args) {
        const given = fillArguments(toArguments(this, args), start);
        const cancellable = given[given.length - 1];

        /* The size of an item is asked once, whether there is room or not. */
        if (names.offer && hasBudget() && this[MEASURE] === undefined &&
            !cancellable?.is_cancelled() && offer.call(this, given[0]))
            return true;

        return finish.call(this, await begin(this, start, ...given));
    };

    wrapAsync(proto, names.async, wrap(start), proto[names.put]);
    addTimed(proto, {name: names.timedPut, async: names.timedAsync}, toArguments, finish);
    wrapEach(proto, [names.timed], func => checkTimeout(func));
    wrapEach(proto, [names.sync, names.timed, names.try], wrap);

    proto[names.tryPut] = proto[names.try];
}

function addGets(proto) {
    const startGet = proto.get_async;
    const startGetMany = proto.get_many_async;
    const tryGetMany = proto.try_get_many;
    const {peek_many: peekMany, peek_all: peekAll} = proto;
    const finishMany = proto.get_many_finish;

    wrapEach(proto, ['timed_get'], func => checkTimeout(func));
    wrapEach(proto, ['get_finish', 'get_sync', 'peek', 'poll', 'timed_get', 'try_get'],
        func => function (...args) {
            return fromItem(func.apply(this, args));
        });

    proto.get = async function (cancellable = null) {
        const state = getState(this);
        const item = takeNow(this, state, cancellable);

        if (item !== null)
            return fromItem(item);

        state.nGets++;
        try {
            return this.get_finish(await begin(this, startGet, cancellable));
        } finally {
            state.nGets--;
        }
    };
    wrapAsync(proto, 'get_async', startGet, proto.get);

    proto.getMany = async function (maxItems = GLib.MAXUINT32, cancellable = null) {
        const state = getState(this);

        checkMaxItems(maxItems);
        state.nGets++;
        try {
            return this.get_many_finish(await begin(this, startGetMany, maxItems, cancellable));
        } finally {
            state.nGets--;
        }
    };
    wrapAsync(proto, 'get_many_async', function (maxItems, ...args) {
        checkMaxItems(maxItems);
        return startGetMany.call(this, maxItems, ...args);
    }, proto.getMany);

    proto.get_many_finish = function (result) {
        return finishMany.call(this, result).map(fromItem);
    };
    proto.try_get_many = function (maxItems = GLib.MAXUINT32) {
        checkMaxItems(maxItems);
        return tryGetMany.call(this, maxItems).map(fromItem);
    };
    proto.peek_many = function (maxItems = GLib.MAXUINT32) {
        checkMaxItems(maxItems);
        return peekMany.call(this, maxItems).map(fromItem);
    };

    addTimed(proto, {name: 'timedGet', async: 'timed_get_async'}, (_queue, args) => args,
        proto.get_finish);
    addTimed(proto, {name: 'timedGetMany', async: 'timed_get_many_async'}, (_queue, args) => {
        checkMaxItems(args[0]);
        return args;
    }, proto.get_many_finish);

    proto.items = function (cancellable = null) {
        if (cancellable !== null && !(cancellable instanceof Gio.Cancellable))
            throw new TypeError('A loop over items takes a cancellable, or nothing');

        return new ItemIterator(this, startGet, cancellable);
    };
    proto[Symbol.asyncIterator] = function () {
        return this.items();
    };

    proto.peek_all = function () {
        return peekAll.call(this).map(fromItem);
    };

    proto.tryGet = proto.try_get;
    proto.peekAll = proto.peek_all;
    proto.tryGetMany = proto.try_get_many;
    proto.peekMany = proto.peek_many;
}

/* What came back to C, or is looked for there, may ride in an object of ours. */
function addPlaces(Aq) {
    const proto = Aq.Queue.prototype;
    const priorityProto = Aq.PriorityQueue.prototype;
    const {put_back: putBack, remove, peek_all: peekAll} = proto;
    const {
        put_back_with_priority: putBackWithPriority, set_priority: setPriority,
    } = priorityProto;

    function checkInFlight(queue, name) {
        if (queue.in_flight === 0)
            throw new Error(`${name}() was called for more items than are in flight`);
    }

    /* Returns whether one that is the same value was there, and @change () found it. */
    function changeItem(queue, value, change) {
        if (value instanceof GObject.Object)
            return change(value);

        return peekAll.call(queue)
            .some(item => item instanceof Value && Object.is(item.value, value) && change(item));
    }

    proto.put_back = function (...args) {
        const given = putArguments(this, args);

        checkInFlight(this, 'put_back');
        putBack.call(this, ...given);
    };
    priorityProto.put_back_with_priority = function (...args) {
        const given = priorityPutArguments(this, args);

        checkInFlight(this, 'put_back_with_priority');
        putBackWithPriority.call(this, ...given);
    };
    proto.remove = function (value) {
        return changeItem(this, value, item => remove.call(this, item));
    };
    priorityProto.set_priority = function (value, priority) {
        checkPriority(priority);
        return changeItem(this, value, item => setPriority.call(this, item, priority));
    };

    proto.putBack = proto.put_back;
    priorityProto.putBackWithPriority = priorityProto.put_back_with_priority;
    priorityProto.setPriority = priorityProto.set_priority;
}

function addRest(proto) {
    const startJoin = proto.join_async;
    const {
        _init: init, add_watch: addWatch, set_overflow: setOverflow,
        set_size_func: setSizeFunc, shutdown, shutdown_with_error: shutdownWithError,
        task_done: taskDone,
    } = proto;

    proto._init = function (params = {}) {
        checkProperties(params);

        /* As a property it is the sum, and cannot be set. */
        const {size = null, ...properties} = params;
        init.call(this, properties);
        if (size !== null)
            this.set_size_func(size);
    };

    proto.set_overflow = function (overflow) {
        checkOverflow(overflow);
        setOverflow.call(this, overflow);
    };

    /* GJS would make a number of anything, and most of it 0, which is to wait. */
    Object.defineProperty(proto, 'overflow', {
        get: proto.get_overflow,
        set: proto.set_overflow,
        configurable: true,
    });

    proto.set_size_func = function (func) {
        checkSizeFunc(func);
        if (this.length + this.n_promised + this.waiting_putters + this.waiting_getters > 0)
            throw new Error('set_size_func() was called while the queue was in use');

        /* C holds no queue in this, and so keeps none alive. */
        const measure = func === null ? null : new Measure(func);
        setSizeFunc.call(this, measure === null ? null : item => measure.tell(item));
        this[MEASURE] = measure;
    };
    proto.setSizeFunc = proto.set_size_func;

    proto.join = async function (cancellable = null) {
        return this.join_finish(await begin(this, startJoin, cancellable));
    };
    wrapAsync(proto, 'join_async', startJoin, proto.join);

    /* Called with true as third argument at the end, to tell a null that was
     * put from the null that is no item. GJS would remove a watch that throws. */
    proto.add_watch = function (priority, func) {
        if (typeof func !== 'function')
            throw new TypeError('A watch takes a priority, and a function to call');
        checkPriority(priority);

        return addWatch.call(this, priority, (queue, item) => {
            try {
                return func(queue, fromItem(item), item === null);
            } catch (error) {
                report(error);
                return GLib.SOURCE_CONTINUE;
            }
        });
    };

    /* Of a priority queue too it takes no priority. */
    proto.offer = function (...args) {
        return offer.call(this, ...putArguments(this, args));
    };

    /* All that is true would drop what is left, the argument of a handler too. */
    proto.shutdown = function (immediate = false) {
        if (typeof immediate !== 'boolean')
            throw new TypeError('What shutdown() takes is true, to drop what is left, or false');

        shutdown.call(this, immediate);
    };

    /* A GError, or any other error, whose message is then that of a GError. */
    proto.shutdown_with_error = function (error) {
        if (!(error instanceof GLib.Error) && !(error instanceof Error))
            throw new TypeError('What shutdown_with_error() takes is an error');

        shutdownWithError.call(this, error instanceof GLib.Error ? error
            : new GLib.Error(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED, error.message));
    };
    proto.shutdownWithError = proto.shutdown_with_error;

    proto.task_done = function () {
        if (this.unfinished_tasks === 0)
            throw new Error('task_done() was called more often than items were put');

        taskDone.call(this);
    };
    proto.taskDone = proto.task_done;

    wrapEach(proto, ['timed_join'], func => checkTimeout(func));
    addTimed(proto, {name: 'timedJoin', async: 'timed_join_async'}, (_queue, args) => args,
        proto.join_finish);
}

/* C takes queues, and each once. */
function anyArguments(Aq, args) {
    const [queues, ...rest] = args;

    if (!Array.isArray(queues) || queues.length === 0 ||
        !queues.every(queue => queue instanceof Aq.Queue))
        throw new TypeError('What getAny() takes is an array of queues');
    if (new Set(queues).size < queues.length)
        throw new TypeError('getAny() takes each queue once');

    return [queues, ...rest];
}

/* These belong to no one queue. */
function addGetAny(Aq) {
    const {get_any_async: start, get_any_finish: finish} = Aq.Queue;
    const toArguments = (_queue, args) => anyArguments(Aq, args);

    Aq.Queue.get_any_finish = function (result) {
        const [item, queue] = finish.call(Aq.Queue, result);
        return [fromItem(item), queue];
    };

    Aq.getAny = async function (...args) {
        const given = fillArguments(toArguments(null, args), start);

        return Aq.Queue.get_any_finish(await begin(Aq.Queue, start, ...given));
    };
    wrapAsync(Aq.Queue, 'get_any_async', function (...args) {
        return start.apply(Aq.Queue, toArguments(null, args));
    }, Aq.getAny);

    addTimed(Aq.Queue, {name: 'timedGetAny', async: 'timed_get_any_async'}, toArguments,
        Aq.Queue.get_any_finish);
    Aq.timedGetAny = Aq.Queue.timedGetAny.bind(Aq.Queue);
}

function _init() {
    const Aq = this;

    ({offer, poll} = Aq.Queue.prototype);

    addPuts(Aq.Queue.prototype, {
        put: 'put',
        tryPut: 'tryPut',
        offer: 'offer',
        async: 'put_async',
        finish: 'put_finish',
        sync: 'put_sync',
        timed: 'timed_put',
        timedAsync: 'timed_put_async',
        timedPut: 'timedPut',
        try: 'try_put',
    }, putArguments);
    addPuts(Aq.PriorityQueue.prototype, {
        put: 'putWithPriority',
        tryPut: 'tryPutWithPriority',
        async: 'put_with_priority_async',
        finish: 'put_with_priority_finish',
        sync: 'put_with_priority_sync',
        timed: 'timed_put_with_priority',
        timedAsync: 'timed_put_with_priority_async',
        timedPut: 'timedPutWithPriority',
        try: 'try_put_with_priority',
    }, priorityPutArguments);
    addPlaces(Aq); // before peek_all() is replaced
    addGets(Aq.Queue.prototype);
    addRest(Aq.Queue.prototype);
    addGetAny(Aq);

    for (const klass of [Aq.Queue, Aq.LifoQueue, Aq.PriorityQueue]) {
        wrapEach(klass, ['new'], func => function (itemType, maxSize = 0) {
            checkItemType(itemType);
            checkBound(maxSize);
            return func.call(this, itemType, maxSize);
        });
    }
}
