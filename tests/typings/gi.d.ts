// SPDX-License-Identifier: LGPL-2.1-or-later

/* As much of GLib as samples use, in place of @girs/gio-2.0, and of gjs. */

declare module 'gi://GObject' {
    namespace GObject {
        interface GType {
            readonly name: string;
        }

        class Object {
            connect(signal: string, handler: (...args: any[]) => any): number;
        }
    }
    export default GObject;
}

declare module 'gi://GLib' {
    namespace GLib {
        class Error {
            readonly message: string;
            matches(domain: any, code: number): boolean;
        }

        class MainContext {
            iteration(mayBlock: boolean): boolean;
        }

        class MainLoop {
            static 'new'(context: MainContext | null, isRunning: boolean): MainLoop;
            run(): void;
            quit(): void;
        }

        class Source {
            attach(context: MainContext | null): number;
        }

        const PRIORITY_DEFAULT: number;
        const SOURCE_CONTINUE: boolean;
        const SOURCE_REMOVE: boolean;
        function timeout_add(priority: number, interval: number, func: () => boolean): number;
        function source_remove(id: number): boolean;
    }
    export default GLib;
}

declare module 'gi://Gio' {
    import GObject from 'gi://GObject';

    namespace Gio {
        interface AsyncResult {
            get_source_object(): GObject.Object | null;
        }

        interface File {
            get_path(): string | null;
        }

        class File {
            static readonly $gtype: GObject.GType;
            static new_for_path(path: string): File;
        }

        class Cancellable extends GObject.Object {
            cancel(): void;
        }

        enum IOErrorEnum {
            CANCELLED,
            CLOSED,
            TIMED_OUT,
        }
    }
    export default Gio;
}

declare function print(...args: any[]): void;
declare function logError(error: any, prefix?: string): void;
