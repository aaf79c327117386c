# SPDX-License-Identifier: LGPL-2.1-or-later
"""demo/examples/download.c and http-server.c: test_download.py DOWNLOAD SERVER"""

import collections
import contextlib
import hashlib
import os
import random
import signal
import socket
import socketserver
import sys
import threading
import urllib.parse

from concurrent.futures import ThreadPoolExecutor

from exampletest import TOO_LONG, ExampleTestCase, drip, main

SERVER = sys.argv.pop()

N_DOWNLOADERS = 4
N_SERVERS = 4


def line_for(content, url):
    return f'{hashlib.sha256(content).hexdigest()} {len(content)} {url}'


class Origin(socketserver.ThreadingTCPServer):
    """A server that answers as it is told, which HTTP may not allow."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self):
        super().__init__(('127.0.0.1', 0), None)
        self.url = f'http://127.0.0.1:{self.server_address[1]}'
        self.answers = {}  # bytes, or a function that is called with the socket
        self.requests = []
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def finish_request(self, request, client_address):
        head = b''
        while not head.endswith(b'\r\n\r\n'):
            head += request.recv(1) or b'\r\n\r\n'
        with self.lock:
            self.requests.append(head)
            self.counts['now'] += 1
            self.counts['most'] = max(self.counts['now'], self.counts['most'])
        answer = self.answers.get(head.split(b' ')[1].decode())
        try:
            if callable(answer):
                answer = answer(request)
        finally:
            # Before the answer: after it the client may already be here again.
            with self.lock:
                self.counts['now'] -= 1
        with contextlib.suppress(OSError):
            request.sendall(answer)

    def handle_error(self, request, client_address):
        pass

    def server_close(self):
        self.shutdown()
        super().server_close()


def answer(content, *fields, status='200 OK'):
    return '\r\n'.join([f'HTTP/1.1 {status}', *fields, '', '']).encode() + content


def plain(content):
    return answer(content, f'Content-Length: {len(content)}')


class Download(ExampleTestCase):
    def setUp(self):
        super().setUp()
        self.origin = self.exit_stack.enter_context(Origin())
        threading.Thread(target=self.origin.serve_forever, args=[0.01]).start()

    def serve(self, **answers):
        self.origin.answers = {f'/{name}': answer for name, answer in answers.items()}
        return [f'{self.origin.url}/{name}' for name in answers]

    def test_sums(self):
        """Its sums are those of hashlib, for a folder behind http-server.c."""
        server = self.start(self.folder, command=[SERVER])
        base = server.stdout.readline().strip()
        numbers = random.Random(1)
        expected = []
        for n in range(60):
            name, content = f'a file, {n}', numbers.randbytes(numbers.choice([0, 1, 5000, 300_000]))
            with open(os.path.join(self.folder, name), 'wb') as file:
                file.write(content)
            expected.append(line_for(content, base + urllib.parse.quote(name)))

        urls = [line.split(' ')[2] for line in expected]
        for lines, errors, status in (self.run_program(text='\n'.join(urls)),
                                      self.run_program(*urls)):
            self.assertEqual((sorted(lines), errors, status), (sorted(expected), [], 0))

        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.finish(), ([], [], 0))

    def test_chunks(self):
        """Chunks, with extensions and a trailer, are put together."""
        urls = self.serve(
            small=answer(b'4\r\nWiki\r\n5;name="a;b"\r\npedia\r\n0\r\n\r\n',
                         'transfer-encoding: Chunked'),
            trailer=answer(b'00a \r\n0123456789\r\n0\r\nExpires: never\r\n\r\n',
                           'Transfer-Encoding:chunked'),
            none=answer(b'0\r\n\r\n', 'Transfer-Encoding: chunked'))
        lines, errors, status = self.run_program(*urls)
        contents = b'Wikipedia', b'0123456789', b''
        self.assertEqual(sorted(lines), sorted(map(line_for, contents, urls)))
        self.assertEqual((errors, status), ([], 0))

    def test_foreign_letters(self):
        """A field of the head may be in any encoding."""
        url, = self.serve(cafe=b'HTTP/1.1 200 OK\r\nServer: caf\xe9\r\nContent-Length: 1\r\n\r\nx')
        self.assertEqual(self.run_program(url), ([line_for(b'x', url)], [], 0))

    def test_bad_answers(self):
        """Each bad answer is reported, and those between are not harmed."""
        chunked = 'Transfer-Encoding: chunked'
        bad = self.serve(
            missing=answer(b'gone', 'Content-Length: 4', status='404 Not Found'),
            redirect=answer(b'', 'Location: /good', 'Content-Length: 0', status='302 Found'),
            partial=answer(b'part', 'Content-Length: 4', status='206 Partial Content'),
            nothing=b'',
            garbage=b'\0\1\2 nonsense\r\n\r\n',
            two=b'HTTP/2 200\r\nContent-Length: 1\r\n\r\nx',
            short=b'HTTP/1.1\r\n\r\n',
            nul=b'HTTP/1.1 200 OK\r\nContent-Length: 1\0\r\n\r\nx',
            half=b'HTTP/1.1 200 OK\r\nContent-Le',
            endless=b'HTTP/1.1 200 OK\r\n' + b'X: y\r\n' * 100_000,
            early=answer(b'1234', 'Content-Length: 5'),
            huge=answer(b'1234', 'Content-Length: 99999999999999'),
            overflow=answer(b'1234', 'Content-Length: 18446744073709551617'),
            negative=answer(b'1234', 'Content-Length: -1'),
            word=answer(b'1234', 'Content-Length: four'),
            nolength=answer(b'1234'),
            coded=answer(b'1234', 'Transfer-Encoding: gzip', 'Content-Length: 4'),
            chunkword=answer(b'xyz\r\n1234\r\n0\r\n\r\n', chunked),
            chunkminus=answer(b'-4\r\n1234\r\n0\r\n\r\n', chunked),
            chunkhuge=answer(b'4\r\n1234\r\nffffffffffffffff\r\n1234', chunked),
            chunkearly=answer(b'4\r\n1234\r\n4\r\n12', chunked),
            chunkend=answer(b'4\r\n1234\r\n', chunked),
            chunkline=answer(b'4;' + b'x' * 100_000, chunked),
        ) + ['not a url', 'ftp://127.0.0.1/', 'http://', 'http:good', 'http://127.0.0.1:0/',
             'http://127.0.0.1:99999/', 'http://[::1/', '/good']
        self.origin.answers['/good'] = plain(b'good')
        good = f'{self.origin.url}/good'

        lines, errors, status = self.run_program(
            text=''.join(f'{url}\n{good}\n' for url in bad))
        self.assertEqual(lines, [line_for(b'good', good)] * len(bad))
        self.assertEqual(sorted(line.split(': ')[0] for line in errors), sorted(bad))
        self.assertIn(f'{self.origin.url}/redirect: The server redirects, which is not followed',
                      errors)
        self.assertIn(f'{self.origin.url}/missing: The server answered 404 Not Found', errors)
        self.assertEqual(status, 1)

    def test_nothing_is_smuggled(self):
        """What is not allowed in a URL does not reach the server as it is."""
        self.run_program(text=f'{self.origin.url}/x HTTP/1.1\rX: y\n')
        request, = self.origin.requests
        self.assertEqual(len(request.split(b'\r')), 5)
        self.assertTrue(request.startswith(b'GET /x%20HTTP/1.1%0DX:%20y HTTP/1.1\r\n'), request)

    def test_some_at_once(self):
        """As many are downloaded at once as there are downloaders."""
        barrier = threading.Barrier(N_DOWNLOADERS)

        def meet(_request):
            barrier.wait(TOO_LONG)
            return plain(b'met')

        url, = self.serve(meet=meet)
        lines, errors, status = self.run_program(text=f'{url}\n' * 5 * N_DOWNLOADERS)
        expected = [line_for(b'met', url)] * 5 * N_DOWNLOADERS
        self.assertEqual((lines, errors, status), (expected, [], 0))
        self.assertEqual(self.origin.counts['most'], N_DOWNLOADERS)

    def test_interrupted(self):
        """On Ctrl-C all URLs of the command line have their lines, whatever became of them."""
        for signum in signal.SIGINT, signal.SIGTERM:
            stalled = threading.Semaphore(0)

            def stall(request, stalled=stalled):
                stalled.release()
                request.recv(1)  # until it is given up
                return b''

            good, bad = self.serve(**{'good': plain(b'good'), f'stall{signum:d}': stall})
            program = self.start(*[good] * 3, *[bad] * 1000)
            for _ in range(N_DOWNLOADERS):
                self.assertTrue(stalled.acquire(timeout=TOO_LONG))
            program.send_signal(signum)
            lines, errors, status = program.finish()
            self.assertEqual(lines, [line_for(b'good', good)] * 3)
            self.assertEqual(errors, [f'{bad}: Operation was cancelled'] * 1000)
            self.assertEqual(status, 1)

    def test_interrupted_while_it_reads(self):
        """On Ctrl-C it does not wait for more of standard input."""
        url, = self.serve(good=plain(b'good'))
        program = self.start()
        program.stdin.write(f'{url}\n')
        program.stdin.flush()
        self.assertEqual(program.stdout.readline().strip(), line_for(b'good', url))
        program.interrupt()
        self.assertEqual(program.wait(TOO_LONG), 1)


class Server(ExampleTestCase):
    """The folder behind http-server.c."""

    def setUp(self):
        super().setUp()
        self.program = self.start(os.path.join(self.folder, 'inside'), command=[SERVER])
        os.mkdir(os.path.join(self.folder, 'inside'))
        os.mkfifo(os.path.join(self.folder, 'inside', 'pipe'))
        for name in 'secret', 'inside/file':
            with open(os.path.join(self.folder, name), 'w') as file:
                file.write(name)
        url = urllib.parse.urlparse(self.program.stdout.readline())
        self.assertEqual(url.hostname, '127.0.0.1')
        self.port = url.port

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.port), TOO_LONG)

    def ask(self, request):
        with self.connect() as client:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            return client.makefile('rb').read()

    def test_requests(self):
        """Only a GET of a file in the folder gets that."""
        for request, expected in (
                (b'GET /file HTTP/1.1\r\nHost: x\r\n\r\n', b'200'),
                (b'GET /f%69le HTTP/1.0\r\n\r\n', b'200'),
                (b'GET /file?query HTTP/1.1\r\n\r\n', b'200'),
                (b'GET /file HTTP/1.1\r\nX-Y_z: \xff:\r\nA:\r\n\r\n', b'200'),
                (b'GET /file HTTP/1.1\r\n' + b'X: y\r\n' * 2000 + b'\r\n', b'200'),
                (b'GET /none HTTP/1.1\r\n\r\n', b'404'),
                (b'GET /pipe HTTP/1.1\r\n\r\n', b'404'),
                (b'GET / HTTP/1.1\r\n\r\n', b'404'),
                (b'GET /../secret HTTP/1.1\r\n\r\n', b'404'),
                (b'GET /%2e%2e/secret HTTP/1.1\r\n\r\n', b'404'),
                (b'GET //etc/passwd HTTP/1.1\r\n\r\n', b'404'),
                (b'GET /%00 HTTP/1.1\r\n\r\n', b'400'),
                (b'GET file HTTP/1.1\r\n\r\n', b'400'),
                (b'GET /file\r\n\r\n', b'400'),
                (b'POST /file HTTP/1.1\r\n\r\n', b'400'),
                (b'\0\xff\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1\r\n', b'400'),
                (b'GET /file HTTP/1.1 \r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1 x\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.x\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1\0\r\n\r\n', b'400'),
                (b'GET /file\r\nHTTP/1.1\r\n\r\n', b'400'),
                (b'GET /f\xefle HTTP/1.1\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1\r\nnonsense\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1\r\nX : y\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1\r\n folded\r\n\r\n', b'400'),
                (b'GET /file HTTP/1.1\r\nX: \0\r\n\r\n', b'400'),
                (b'', b'400')):
            answer = self.ask(request)
            self.assertEqual(answer.split(b' ')[1], expected, request)
            self.assertEqual(answer.endswith(b'inside/file'), expected == b'200')
            self.assertNotIn(b'secret', answer)

    def test_rude_clients(self):
        """Clients that leave, or that send without end, do not harm the others."""
        for request in b'', b'GET /fi', b'GET /file HTTP/1.1\r\n\r\n', b'x' * 100_000:
            for _ in range(20):
                with self.connect() as client, contextlib.suppress(ConnectionError):
                    client.sendall(request)
        self.assertIn(b'200', self.ask(b'GET /file HTTP/1.1\r\n\r\n'))

    def test_slow_clients(self):
        """Clients that never come to an end are given up, so that others have their turn."""
        with ThreadPoolExecutor(N_SERVERS) as executor:
            answers = executor.map(drip, [self.connect() for _ in range(N_SERVERS)])
            self.assertIn(b'200', self.ask(b'GET /file HTTP/1.1\r\n\r\n'))
            for answer in answers:  # the last byte may meet a connection that is closed
                self.assertIn(answer.split(b'\r')[0], (b'HTTP/1.1 400 Bad Request', b''))

    def ask_for_much(self):
        """Returns a client to whom an answer is under way, with its size."""
        size = 64 * 1024 * 1024
        path = os.path.join(self.folder, 'inside', 'much')
        with open(path, 'wb'):
            os.truncate(path, size)
        client = self.exit_stack.enter_context(self.connect())
        client.sendall(b'GET /much HTTP/1.1\r\n\r\n')
        self.assertEqual(client.recv(1), b'H')
        return client, size

    def test_interrupted(self):
        """On Ctrl-C the answer that is under way is sent to its end."""
        client, size = self.ask_for_much()
        self.program.interrupt()
        head, _, content = client.makefile('rb').read().partition(b'\r\n\r\n')
        self.assertIn(f'\r\nContent-Length: {size}\r\n'.encode(), head)
        self.assertEqual(content, bytes(size))
        self.assertEqual(self.program.finish(), ([], [], 0))

    def test_interrupted_twice(self):
        """On Ctrl-C twice nobody is waited for."""
        self.ask_for_much()
        self.program.interrupt_until_it_ends()
        self.assertEqual(self.program.finish(), ([], [], -signal.SIGINT))

    def test_bad_options(self):
        for args in (['--port', '-1'], ['--port', '65536'], ['--port', 'x'], ['--none'],
                     ['--port', str(self.port)], ['--address', 'nowhere']):
            lines, errors, status = self.start(*args, command=[SERVER]).finish()
            self.assertEqual((lines, len(errors), status), ([], 1, 1), args)

    def test_more_clients_than_threads(self):
        """Those for whom there is no room are accepted later."""
        clients = [self.connect() for _ in range(40)]
        for client in clients:
            with client:
                client.sendall(b'GET /file HTTP/1.1\r\n\r\n')
                self.assertIn(b'200', client.makefile('rb').read())
        self.program.interrupt()
        self.assertEqual(self.program.finish(), ([], [], 0))


main()
