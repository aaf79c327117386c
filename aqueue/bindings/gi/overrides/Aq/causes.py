# SPDX-License-Identifier: LGPL-2.1-or-later
"""Why queues were shut down: an exception of Python, which C knows by a number."""

import itertools

from gi.repository import GLib

_DOMAIN = 'aq-python-error-quark'
_codes = itertools.count(1)


class Causes:
    """The exceptions that a queue was to be shut down with. C keeps the first one."""

    def __init__(self):
        self._exceptions = {}

    def add(self, exception):
        """Returns what stands for an exception in C."""
        if isinstance(exception, GLib.Error):
            return exception
        if not isinstance(exception, BaseException):
            raise TypeError(f'{exception!r} is no exception')
        code = next(_codes)
        self._exceptions[code] = exception
        return GLib.Error(str(exception) or type(exception).__name__, _DOMAIN, code)

    def find(self, error):
        """Returns the exception for which an error of C stands, or None."""
        return self._exceptions.get(error.code) if error.domain == _DOMAIN else None
