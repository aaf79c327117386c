# SPDX-License-Identifier: LGPL-2.1-or-later
"""The one place that reaches below PyGObject.

It calls g_main_context_query() by ctypes, which needs an array from its caller, and which
PyGObject cannot call for that reason. If PyGObject ever can, this file goes.
"""

import ctypes
import functools

import gi._gi
from gi.repository import GLib


class _PollFD(ctypes.Structure):
    _fields_ = [
        ('fd', ctypes.c_int),
        ('events', ctypes.c_ushort),
        ('revents', ctypes.c_ushort),
    ]


@functools.lru_cache(maxsize=None)
def _load_glib():
    # A library finds what it is linked with, and so the very GLib that is in use.
    glib = ctypes.CDLL(gi._gi.__file__)
    glib.g_main_context_get_thread_default.restype = ctypes.c_void_p
    glib.g_main_context_query.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_int),
        ctypes.POINTER(_PollFD),
        ctypes.c_int,
    ]
    return glib


def get_wakeup_fd(context):
    """Returns the file descriptor with which other threads wake a GMainContext."""
    glib = _load_glib()
    poll_fd = _PollFD()

    # A signal handler may raise after each call.
    try:
        context.push_thread_default()
        n_fds = glib.g_main_context_query(
            glib.g_main_context_get_thread_default(),
            GLib.MAXINT32, ctypes.c_int(), poll_fd, 1)
    finally:
        context.pop_thread_default()

    if n_fds != 1:
        raise RuntimeError('A new GMainContext should poll one file descriptor')
    return poll_fd.fd
