#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Takes notes over HTTP and stores them in a database.

    web_to_db.py notes.db &
    curl --data 'Buy rice' http://127.0.0.1:8080/

It shows two bounded belts: from the main loop, which accepts connections, to clerks,
threads that talk with the clients, and from them to one that stores whatever has come
in meanwhile in one transaction. If the database is slow the clients feel it: they wait
for room, some are told to try again later (503), and at last nobody else comes in.

What an answer promises: with 201 the note is in the database, once, and committed. With
any other it is not, and will not be. Only a client that gets no answer cannot tell.

Malformed requests get a 400, long ones a 413 or 431, those without an end a 408. After
Ctrl-C what is on the belt is stored and answered; a second one ends all at once.
"""

import argparse
import contextlib
import signal
import sqlite3
import sys
import threading
from concurrent.futures import Future

import gi
gi.require_version('Aq', '1')
from gi.repository import Aq, Gio, GLib  # noqa: E402
from http_request import Refused, read_post  # noqa: E402

N_CLERKS = 16
MAX_CLIENTS, MAX_NOTES = 16, 4  # on the belts
SILENCE_S = 10
ANSWER = 'HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}'


class Note:
    def __init__(self, text):
        self.text = text
        self.number = Future()  # in the database, once it is committed


class Office:
    def __init__(self, database, patience):
        self.database = database
        self.patience = patience
        self.clients = Aq.Queue(MAX_CLIENTS)
        self.notes = Aq.Queue(MAX_NOTES)
        self.closing = Gio.Cancellable()

    def welcome(self, service, connection, _source):
        """Puts a client on the belt, and accepts the next once there is room for it."""
        service.stop()
        self.clients.put_async(connection, None, lambda *_: service.start())
        return True

    def serve(self):
        """Is what a clerk does all day."""
        with contextlib.suppress(Aq.QueueShutDown):
            while True:
                connection = self.clients.get_sync()
                connection.get_socket().set_timeout(SILENCE_S)
                answer = self.take_note(connection.get_input_stream())
                with contextlib.suppress(GLib.Error):  # the client may be gone
                    connection.get_output_stream().write_all(answer.encode())
                    connection.close()

    def take_note(self, stream):
        """Returns the answer to what a client sends."""
        try:
            note = Note(read_post(stream, self.closing))
            self.notes.put_sync(note, self.closing, timeout=self.patience)
            text = f'{note.number.result()}\n'
            return ANSWER.format('201 Created', len(text), '', text)
        except Refused as refused:
            return ANSWER.format(refused, 0, '', '')
        except (TimeoutError, GLib.Error):  # no room, or we are closing
            return ANSWER.format('503 Service Unavailable', 0, 'Retry-After: 1\r\n', '')

    def store(self):
        with contextlib.suppress(Aq.QueueShutDown):
            while True:
                notes = [self.notes.get_sync()]
                with contextlib.suppress(GLib.Error):  # there are no more
                    notes += self.notes.try_get_many(MAX_NOTES)
                self.commit(notes)

    def commit(self, notes):
        try:
            with self.database:  # which is a transaction
                numbers = [self.database.execute('INSERT INTO notes (text) VALUES (?)',
                                                 (note.text,)).lastrowid for note in notes]
        except sqlite3.Error as error:
            print(error, file=sys.stderr)
            for note in notes:
                note.number.set_exception(Refused('500 Internal Server Error'))
        else:
            for note, number in zip(notes, numbers):
                note.number.set_result(number)


def main():
    parser = argparse.ArgumentParser(description='Takes notes over HTTP and stores them.')
    parser.add_argument('database', help='a file, which is made if need be')
    parser.add_argument('--address', default='127.0.0.1', help='to listen on (%(default)s)')
    parser.add_argument('--port', type=int, default=8080, help='or 0 for any (%(default)s)')
    parser.add_argument('--patience', type=float, default=5, help='in seconds (%(default)s)')
    args = parser.parse_args()
    if not (GLib.hostname_is_ip_address(args.address) and args.patience >= 0 <= args.port < 65536):
        parser.error('that makes no sense')
    try:
        database = sqlite3.connect(args.database, timeout=60, check_same_thread=False)
        with database:
            database.execute('CREATE TABLE IF NOT EXISTS notes (number INTEGER PRIMARY KEY, text)')
        service = Gio.SocketService(listen_backlog=128)
        address = Gio.InetSocketAddress.new_from_string(args.address, args.port)
        _, address = service.add_address(address, Gio.SocketType.STREAM, Gio.SocketProtocol.TCP)
    except (sqlite3.Error, GLib.Error) as error:
        sys.exit(f'web_to_db.py: {error}')
    office = Office(database, args.patience)
    service.connect('incoming', office.welcome)
    loop = GLib.MainLoop()

    def close(signum, _frame):
        signal.signal(signum, signal.SIG_DFL)  # so that the next one ends all at once
        office.closing.cancel()
        GLib.idle_add(loop.quit)

    for signum in signal.SIGINT, signal.SIGTERM:
        signal.signal(signum, close)
    clerks = [threading.Thread(target=office.serve) for _ in range(N_CLERKS)]
    storing = threading.Thread(target=office.store)
    print(f'http://{address.to_string()}/', flush=True)
    for thread in clerks + [storing]:
        thread.start()
    loop.run()

    service.stop()
    office.clients.shutdown()
    for clerk in clerks:
        clerk.join()
    office.notes.shutdown()
    storing.join()
    database.close()


main()
