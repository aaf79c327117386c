# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads what a client posts over HTTP/1.1, as much of that as web_to_db.py needs.

No client can make it read without end: head and body are bounded, and so is the time
that both take together. A request that is not as it should be raises Refused.
"""

import re
import time

from gi.repository import Gio, GLib

# PyGObject looks up a name at its first use, which threads must not do at once.
IO_ERROR = Gio.io_error_quark()
TIMED_OUT = Gio.IOErrorEnum.TIMED_OUT

MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024
PATIENCE_S = 10

HEAD = re.compile(rb'(?P<method>[A-Z]+) /[!-~]* HTTP/1\.[01](\r\n[!#-\'*+\-.^-z|~\w]+:[^\r\n\0]*)*')
LENGTH = re.compile(rb'\r\ncontent-length:[ \t]*([^\r]*?)[ \t]*(?=\r|$)', re.IGNORECASE)
CODING = re.compile(rb'\r\ntransfer-encoding:', re.IGNORECASE)


class Refused(Exception):
    """A request that leads to nothing, with the status to answer."""


def read_post(stream, cancellable=None):
    """Returns the text that a client posts, and blocks until it is there."""
    deadline = time.monotonic() + PATIENCE_S
    data = b''
    while b'\r\n\r\n' not in data:
        if len(data) > MAX_HEAD:
            raise Refused('431 Request Header Fields Too Large')
        data += _read_more(stream, deadline, cancellable)

    head, _, body = data.partition(b'\r\n\r\n')
    length = _check_head(head)
    while len(body) < length:
        body += _read_more(stream, deadline, cancellable)

    try:
        return body[:length].decode()
    except UnicodeDecodeError as error:
        raise Refused('400 Bad Request') from error


def _read_more(stream, deadline, cancellable):
    if time.monotonic() > deadline:
        raise Refused('408 Request Timeout')
    try:
        data = stream.read_bytes(4096, cancellable).get_data()
    except GLib.Error as error:
        if error.matches(IO_ERROR, TIMED_OUT):
            raise Refused('408 Request Timeout') from error
        raise
    if not data:
        raise Refused('400 Bad Request')
    return data


def _check_head(head):
    """Returns the length of the body that follows."""
    match = HEAD.fullmatch(head)
    if not match:
        raise Refused('400 Bad Request')
    if match['method'] != b'POST':
        raise Refused('405 Method Not Allowed')

    lengths = LENGTH.findall(head)
    if not lengths or CODING.search(head):
        raise Refused('411 Length Required')
    if len(lengths) > 1 or not lengths[0].isdigit():
        raise Refused('400 Bad Request')
    if len(lengths[0]) > len(str(MAX_BODY)) or int(lengths[0]) > MAX_BODY:
        raise Refused('413 Content Too Large')
    return int(lengths[0])
