// SPDX-License-Identifier: LGPL-2.1-or-later

/* What Aqueue is in JavaScript, for editors and TypeScript. Gio, GLib and GObject are those
 * of the packages that ts-for-gir makes, such as @girs/gio-2.0. */

declare module 'gi://Aq?version=1' {
    export {default} from 'gi://Aq';
}

declare module 'gi://Aq' {
    import Gio from 'gi://Gio';
    import GLib from 'gi://GLib';
    import GObject from 'gi://GObject';

    namespace Aq {
        const MAJOR_VERSION: number;
        const MINOR_VERSION: number;
        const MICRO_VERSION: number;
        const VERSION_S: string;

        function get_major_version(): number;
        function get_minor_version(): number;
        function get_micro_version(): number;

        enum Overflow {
            WAIT,
            DROP_OLDEST,
            DROP_NEWEST,
        }

        enum QueueState {
            OPEN,
            DRAINING,
            FINISHED,
        }

        type ItemType = GObject.GType | {$gtype: GObject.GType};
        type Callback = (source: any, result: Gio.AsyncResult) => void;

        /* What a loop goes through. */
        interface Items<T> extends AsyncIterableIterator<T> {
            return(value?: any): Promise<IteratorResult<T, any>>;
            throw(error?: any): Promise<IteratorResult<T, any>>;
        }

        interface Properties<T> {
            size?: ((item: T) => number) | null;
            overflow?: Overflow;
            paused?: boolean;
            item_type?: ItemType;
            itemType?: ItemType;
            'item-type'?: ItemType;
            max_size?: number;
            maxSize?: number;
            'max-size'?: number;
            max_in_flight?: number;
            maxInFlight?: number;
            'max-in-flight'?: number;
            io_priority?: number;
            ioPriority?: number;
            'io-priority'?: number;
        }

        class Queue<T = any> extends GObject.Object {
            constructor(properties?: Properties<T>);
            static 'new'<T = any>(itemType: ItemType, maxSize?: number): Queue<T>;

            readonly empty: boolean;
            readonly full: boolean;
            readonly in_flight: number;
            readonly inFlight: number;
            readonly item_type: GObject.GType;
            readonly itemType: GObject.GType;
            readonly length: number;
            readonly n_accepted: number;
            readonly nAccepted: number;
            readonly n_dropped: number;
            readonly nDropped: number;
            readonly n_promised: number;
            readonly nPromised: number;
            readonly size: number;
            readonly state: QueueState;
            readonly unfinished_tasks: number;
            readonly unfinishedTasks: number;
            readonly waiting_getters: number;
            readonly waitingGetters: number;
            readonly waiting_putters: number;
            readonly waitingPutters: number;
            io_priority: number;
            ioPriority: number;
            max_in_flight: number;
            maxInFlight: number;
            max_size: number;
            maxSize: number;
            overflow: Overflow;
            paused: boolean;

            // What waits
            put(item: T, cancellable?: Gio.Cancellable | null): Promise<boolean>;
            get(cancellable?: Gio.Cancellable | null): Promise<T>;
            getMany(maxItems?: number, cancellable?: Gio.Cancellable | null): Promise<T[]>;
            join(cancellable?: Gio.Cancellable | null): Promise<boolean>;
            timedPut(item: T, microseconds: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            timedGet(microseconds: number, cancellable?: Gio.Cancellable | null): Promise<T>;
            timedGetMany(maxItems: number, microseconds: number,
                cancellable?: Gio.Cancellable | null): Promise<T[]>;
            timedJoin(microseconds: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            items(cancellable?: Gio.Cancellable | null): Items<T>;
            [Symbol.asyncIterator](): Items<T>;
            static timedGetAny<T = any>(queues: Queue<T>[], microseconds: number,
                cancellable?: Gio.Cancellable | null): Promise<[T, Queue<T>]>;

            // What does not
            tryPut(item: T): boolean;
            tryGet(): T;
            tryGetMany(maxItems?: number): T[];
            peekMany(maxItems?: number): T[];
            peekAll(): T[];
            putBack(item: T): void;
            setSizeFunc(func: ((item: T) => number) | null): void;
            shutdownWithError(error: GLib.Error | Error): void;
            taskDone(): void;

            // The functions of C
            put_async(item: T, cancellable?: Gio.Cancellable | null): Promise<boolean>;
            put_async(item: T, cancellable: Gio.Cancellable | null, callback: Callback): void;
            put_finish(result: Gio.AsyncResult): boolean;
            put_sync(item: T, cancellable: Gio.Cancellable | null): boolean;
            try_put(item: T): boolean;
            offer(item: T): boolean;
            timed_put(item: T, timeoutUs: number, cancellable: Gio.Cancellable | null): boolean;
            timed_put_async(item: T, timeoutUs: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            timed_put_async(item: T, timeoutUs: number, cancellable: Gio.Cancellable | null,
                callback: Callback): void;
            put_back(item: T): void;

            get_async(cancellable?: Gio.Cancellable | null): Promise<T>;
            get_async(cancellable: Gio.Cancellable | null, callback: Callback): void;
            get_finish(result: Gio.AsyncResult): T;
            get_sync(cancellable: Gio.Cancellable | null): T;
            try_get(): T;
            poll(): T | null;
            timed_get(timeoutUs: number, cancellable: Gio.Cancellable | null): T;
            timed_get_async(timeoutUs: number, cancellable?: Gio.Cancellable | null): Promise<T>;
            timed_get_async(timeoutUs: number, cancellable: Gio.Cancellable | null,
                callback: Callback): void;

            get_many_async(maxItems?: number, cancellable?: Gio.Cancellable | null): Promise<T[]>;
            get_many_async(maxItems: number, cancellable: Gio.Cancellable | null,
                callback: Callback): void;
            get_many_finish(result: Gio.AsyncResult): T[];
            try_get_many(maxItems?: number): T[];
            timed_get_many_async(maxItems: number, timeoutUs: number,
                cancellable?: Gio.Cancellable | null): Promise<T[]>;
            timed_get_many_async(maxItems: number, timeoutUs: number,
                cancellable: Gio.Cancellable | null, callback: Callback): void;

            static get_any_async<T = any>(queues: Queue<T>[],
                cancellable?: Gio.Cancellable | null): Promise<[T, Queue<T>]>;
            static get_any_async(queues: Queue[], cancellable: Gio.Cancellable | null,
                callback: Callback): void;
            static get_any_finish(result: Gio.AsyncResult): [any, Queue];
            static timed_get_any_async<T = any>(queues: Queue<T>[], timeoutUs: number,
                cancellable?: Gio.Cancellable | null): Promise<[T, Queue<T>]>;
            static timed_get_any_async(queues: Queue[], timeoutUs: number,
                cancellable: Gio.Cancellable | null, callback: Callback): void;

            join_async(cancellable?: Gio.Cancellable | null): Promise<boolean>;
            join_async(cancellable: Gio.Cancellable | null, callback: Callback): void;
            join_finish(result: Gio.AsyncResult): boolean;
            join_sync(cancellable: Gio.Cancellable | null): boolean;
            timed_join(timeoutUs: number, cancellable: Gio.Cancellable | null): boolean;
            timed_join_async(timeoutUs: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            timed_join_async(timeoutUs: number, cancellable: Gio.Cancellable | null,
                callback: Callback): void;

            peek(): T | null;
            peek_all(): T[];
            peek_many(maxItems?: number): T[];
            remove(item: T): boolean;
            clear(): number;
            task_done(): void;
            hold(): void;
            release(): void;
            shutdown(immediate?: boolean): void;
            shutdown_with_error(error: GLib.Error | Error): void;

            /* With true as third argument in the last call, which has no item. */
            add_watch(priority: number,
                func: (queue: this, item: T, isOver: boolean) => boolean | void): number;

            is_empty(): boolean;
            is_full(): boolean;
            get_error(): GLib.Error | null;
            get_in_flight(): number;
            get_io_priority(): number;
            get_item_type(): GObject.GType;
            get_length(): number;
            get_max_in_flight(): number;
            get_max_size(): number;
            get_n_accepted(): number;
            get_n_dropped(): number;
            get_n_promised(): number;
            get_overflow(): Overflow;
            get_paused(): boolean;
            get_size(): number;
            get_state(): QueueState;
            get_unfinished_tasks(): number;
            get_waiting_getters(): number;
            get_waiting_putters(): number;
            set_io_priority(ioPriority: number): void;
            set_max_in_flight(maxInFlight: number): void;
            set_max_size(maxSize: number): void;
            set_overflow(overflow: Overflow): void;
            set_paused(paused: boolean): void;
            set_size_func(func: ((item: T) => number) | null): void;
        }

        class LifoQueue<T = any> extends Queue<T> {
            static 'new'<T = any>(itemType: ItemType, maxSize?: number): LifoQueue<T>;
        }

        class PriorityQueue<T = any> extends Queue<T> {
            static 'new'<T = any>(itemType: ItemType, maxSize?: number): PriorityQueue<T>;

            putWithPriority(item: T, priority: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            timedPutWithPriority(item: T, priority: number, microseconds: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            tryPutWithPriority(item: T, priority: number): boolean;
            putBackWithPriority(item: T, priority: number): void;
            setPriority(item: T, priority: number): boolean;

            // The functions of C
            put_with_priority_async(item: T, priority: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            put_with_priority_async(item: T, priority: number,
                cancellable: Gio.Cancellable | null, callback: Callback): void;
            put_with_priority_finish(result: Gio.AsyncResult): boolean;
            put_with_priority_sync(item: T, priority: number,
                cancellable: Gio.Cancellable | null): boolean;
            try_put_with_priority(item: T, priority: number): boolean;
            timed_put_with_priority(item: T, priority: number, timeoutUs: number,
                cancellable: Gio.Cancellable | null): boolean;
            timed_put_with_priority_async(item: T, priority: number, timeoutUs: number,
                cancellable?: Gio.Cancellable | null): Promise<boolean>;
            timed_put_with_priority_async(item: T, priority: number, timeoutUs: number,
                cancellable: Gio.Cancellable | null, callback: Callback): void;
            put_back_with_priority(item: T, priority: number): void;
            set_priority(item: T, priority: number): boolean;
        }

        function getAny<T = any>(queues: Queue<T>[],
            cancellable?: Gio.Cancellable | null): Promise<[T, Queue<T>]>;
        function timedGetAny<T = any>(queues: Queue<T>[], microseconds: number,
            cancellable?: Gio.Cancellable | null): Promise<[T, Queue<T>]>;
    }

    export default Aq;
}
