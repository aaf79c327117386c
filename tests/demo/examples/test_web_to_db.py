# SPDX-License-Identifier: LGPL-2.1-or-later
"""demo/examples/web_to_db.py: test_web_to_db.py PYTHON WEB_TO_DB"""

import contextlib
import os
import queue
import signal
import socket
import sqlite3
import threading
import urllib.parse
from concurrent.futures import Future, ThreadPoolExecutor

from exampletest import TOO_LONG, ExampleTestCase, drip, main

MAX_BODY = 64 * 1024
N_CLERKS = 16
MAX_NOTES = 4


def post(body, *fields):
    return '\r\n'.join(['POST /notes HTTP/1.1', 'Host: x', f'Content-Length: {len(body)}',
                        *fields, '', '']).encode() + body


class WebToDb(ExampleTestCase):
    def start_office(self, *args):
        self.path = os.path.join(self.folder, 'notes.db')
        self.office = self.start('--port', '0', '--patience', str(TOO_LONG), *args, self.path)
        line = self.office.stdout.readline()
        self.assertTrue(line, line or self.office.finish())
        url = urllib.parse.urlparse(line)
        self.assertEqual(url.hostname, '127.0.0.1')
        self.port = url.port

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.port), TOO_LONG)

    def ask(self, *pieces):
        """Returns the status and the text of the answer, or None if there is none."""
        with contextlib.suppress(ConnectionError), self.connect() as client:
            with contextlib.suppress(OSError):  # it may be refused before its end
                for piece in pieces:
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
            head, end, text = client.makefile('rb').read().decode().partition('\r\n\r\n')
            if end:
                self.assertIn(f'\r\nContent-Length: {len(text)}\r\n', head)
                self.assertEqual('\r\nRetry-After: ' in head, ' 503 ' in head)
                return int(head.split(' ')[1]), text
        return None

    def ask_status(self, *pieces):
        answer = self.ask(*pieces)
        return answer and answer[0]

    def read_notes(self):
        with contextlib.closing(sqlite3.connect(self.path, timeout=TOO_LONG)) as database:
            return dict(database.execute('SELECT number, text FROM notes'))

    def stop(self, signum=signal.SIGTERM):
        self.office.send_signal(signum)
        self.assertEqual(self.office.finish(), ([], [], 0))

    def assert_promised(self, answers):
        """Compares what each note was answered with what is in the database."""
        notes = self.read_notes()
        promised = {int(answer[1]): text for text, answer in answers.items()
                    if answer and answer[0] == 201}
        for number, text in promised.items():
            self.assertEqual(notes.get(number), text)
        unknown = sorted(text for number, text in notes.items() if number not in promised)
        self.assertEqual(len(unknown), len(set(unknown)))
        for text in unknown:
            self.assertIsNone(answers[text], 'it was refused, and is stored')
        self.assertTrue(promised)
        return promised

    def test_notes(self):
        """What many clients post at once is stored, each note once."""
        self.start_office()
        texts = [f'note {n} ☃' * (n % 50 + 1) for n in range(300)]
        with ThreadPoolExecutor(40) as executor:
            asked = executor.map(lambda text: self.ask(post(text.encode())), texts)
            answers = dict(zip(texts, asked))
        self.stop(signal.SIGINT)
        self.assertEqual(len(self.assert_promised(answers)), len(texts))
        self.assertEqual(len(self.read_notes()), len(texts))

    def test_requests(self):
        """Each kind of bad request has its answer, and none is stored."""
        self.start_office()
        for request, status in (
                (b'', 400),
                (b'\r\n\r\n', 400),
                (b'\0\xff\xfe\r\n\r\n', 400),
                (b'POST / HTTP/1.1\r\n', 400),
                (b'POST / HTTP/2\r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST x HTTP/1.1\r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1 \r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST /a b HTTP/1.1\r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\nContent-Length: 1\n\nx\r\n\r\n', 400),
                (b'POST / HTTP/1.1\r\nContent-Length : 1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\n folded\r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nnonsense\r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length: 1_0\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length: one\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length:\r\n\r\nx', 400),
                (b'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nearl', 400),
                (post(b'\xff\xfe'), 400),
                (b'GET / HTTP/1.1\r\n\r\n', 405),
                (b'DELETE / HTTP/1.1\r\n\r\n', 405),
                (b'POST / HTTP/1.1\r\n\r\nx', 411),
                (post(b'0\r\n\r\n', 'Transfer-Encoding: chunked'), 411),
                (f'POST / HTTP/1.1\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n'.encode(), 413),
                (b'POST / HTTP/1.1\r\nContent-Length: ' + b'9' * 5000 + b'\r\n\r\n', 413)):
            self.assertEqual(self.ask_status(request), status, request[:100])
        self.stop()
        self.assertEqual(self.read_notes(), {})

    def test_good_requests(self):
        """What HTTP allows is understood, in pieces too, and to the last byte."""
        self.start_office()
        largest = b'x' * MAX_BODY
        request = b'POST /?q HTTP/1.0\r\ncontent-length:\t3 \r\nX-Y_z: \xff:\r\n\r\nabc'
        for pieces, text in (([request], 'abc'),
                             ([bytes([byte]) for byte in request], 'abc'),
                             ([request + b' and more'], 'abc'),
                             ([post(b'')], ''),
                             ([post('a\0\n☃'.encode())], 'a\0\n☃'),
                             ([post(largest)], largest.decode())):
            status, number = self.ask(*pieces)
            self.assertEqual(status, 201)
            self.assertEqual(self.read_notes()[int(number)], text)
        self.stop()

    def test_rude_clients(self):
        """Clients that leave, or that send without end, do not harm the others."""
        self.start_office()
        for request in b'', b'POST', post(b'1234')[:-1], b'x' * 500_000, post(b'y' * 500_000):
            for _ in range(2 * N_CLERKS):
                with self.connect() as client, contextlib.suppress(ConnectionError):
                    client.sendall(request)
            # A long one may break before its answer is read.
            self.assertIn(self.ask_status(request), (400, 413, 431, None))
        self.assertEqual(self.ask_status(post(b'still here')), 201)
        self.stop()
        self.assertEqual(list(self.read_notes().values()), ['still here'])

    def test_slow_clients(self):
        """Clients that never come to an end are given up, so that others have their turn."""
        self.start_office()
        with ThreadPoolExecutor(N_CLERKS) as executor:
            answers = executor.map(drip, [self.connect() for _ in range(N_CLERKS)])
            self.assertEqual(self.ask_status(post(b'in no hurry')), 201)
            for answer in answers:  # the last byte may meet a connection that is closed
                self.assertIn(answer.split(b'\r')[0], (b'HTTP/1.1 408 Request Timeout', b''))
        self.stop()

    def hold_database(self):
        """Makes the database slow: nothing is written until this is closed."""
        database = sqlite3.connect(self.path, isolation_level=None, timeout=TOO_LONG)
        self.exit_stack.callback(database.close)
        database.execute('BEGIN EXCLUSIVE')
        return database

    def ask_until_full(self):
        """Returns those who ask, one at least of whom was told to come again later."""
        answers = queue.Queue()
        executor = self.exit_stack.enter_context(ThreadPoolExecutor(N_CLERKS))

        def ask(text):
            answer = self.ask(post(text.encode()))
            answers.put(answer)
            return answer

        asking = {f'note {n}': executor.submit(ask, f'note {n}') for n in range(N_CLERKS)}
        self.assertEqual(answers.get(timeout=TOO_LONG)[0], 503)
        return asking

    def test_slow_database(self):
        """Who finds no room is told to come again later; the others are stored."""
        self.start_office('--patience', '0')
        database = self.hold_database()
        asking = self.ask_until_full()
        database.close()
        answers = {text: future.result(TOO_LONG) for text, future in asking.items()}
        self.assertEqual({answer[0] for answer in answers.values()}, {201, 503})
        self.stop()
        self.assertEqual(self.assert_promised(answers), self.read_notes())

    def test_patience(self):
        """Who may wait for room gets it, however many there are."""
        self.start_office()
        database = self.hold_database()
        with ThreadPoolExecutor(3 * N_CLERKS) as executor:
            asking = {f'note {n}': executor.submit(self.ask, post(f'note {n}'.encode()))
                      for n in range(3 * N_CLERKS)}
            database.close()
        answers = {text: future.result(TOO_LONG) for text, future in asking.items()}
        self.assertEqual(len(self.assert_promised(answers)), 3 * N_CLERKS)
        self.stop()

    def test_stopped_with_slow_database(self):
        """What is on the belt when it is stopped is stored, and answered."""
        self.start_office('--patience', '0')
        database = self.hold_database()
        asking = self.ask_until_full()
        self.office.send_signal(signal.SIGTERM)
        database.close()
        answers = {text: future.result(TOO_LONG) for text, future in asking.items()}
        self.assertEqual(self.office.finish(), ([], [], 0))
        self.assertEqual(self.assert_promised(answers), self.read_notes())
        self.assertGreaterEqual(len(self.read_notes()), MAX_NOTES)

    def test_stopped_twice(self):
        """On Ctrl-C twice it does not wait for the database, and nothing is half stored."""
        self.start_office('--patience', '0')
        database = self.hold_database()
        asking = self.ask_until_full()
        self.office.interrupt_until_it_ends()
        self.assertEqual(self.office.finish(), ([], [], -signal.SIGINT))
        database.close()
        answers = list(filter(None, map(Future.result, asking.values())))
        self.assertNotIn(201, [status for status, _ in answers])
        self.assertEqual(self.read_notes(), {})

    def test_stopped_under_load(self):
        """However it is stopped, what was answered with 201 is stored, and nothing refused."""
        for signum in signal.SIGTERM, signal.SIGINT:
            self.start_office()
            n_stored = threading.Semaphore(0)
            answers = {}

            def post_on(client):
                for n in range(100_000):
                    text = f'{signum} {client} {n}'
                    answers[text] = answer = self.ask(post(text.encode()))
                    if answer is None or answer[0] != 201:
                        return
                    n_stored.release()

            with ThreadPoolExecutor(2 * N_CLERKS) as executor:
                clients = [executor.submit(post_on, n) for n in range(2 * N_CLERKS)]
                for _ in range(200):
                    self.assertTrue(n_stored.acquire(timeout=TOO_LONG))
                self.stop(signum)
                for client in clients:
                    client.result(TOO_LONG)
            self.assertGreaterEqual(len(self.assert_promised(answers)), 200)
            os.unlink(self.path)

    def test_failing_database(self):
        """What the database refuses is not promised."""
        self.start_office()
        with contextlib.closing(sqlite3.connect(self.path, timeout=TOO_LONG)) as database, database:
            database.execute('CREATE TRIGGER no BEFORE INSERT ON notes WHEN NEW.text = "bad" '
                             'BEGIN SELECT RAISE(ABORT, "no"); END')
        self.assertEqual(self.ask_status(post(b'bad')), 500)
        self.assertEqual(self.ask_status(post(b'good')), 201)
        self.office.interrupt()
        self.assertEqual(self.office.finish(), ([], ['no'], 0))
        self.assertEqual(list(self.read_notes().values()), ['good'])

    def test_bad_options(self):
        self.start_office()
        other = os.path.join(self.folder, 'other.db')
        for args, expected in ((['--port', str(self.port), other], 1),
                               (['--port', '0', os.path.join(self.folder, 'none', 'notes.db')], 1),
                               (['--port', '0', __file__], 1),
                               (['--port', '0', '--address', 'nonsense', other], 2),
                               (['--port', '99999', other], 2),
                               (['--port', '0', '--patience', '-1', other], 2),
                               (['--port', '0', '--patience', 'nan', other], 2),
                               ([], 2)):
            lines, errors, status = self.run_program(*args)
            self.assertEqual((lines, status), ([], expected), (args, errors))
            self.assertIn('web_to_db.py: ', errors[-1])


main()
