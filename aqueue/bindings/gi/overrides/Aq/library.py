# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library as introspection gives it."""

from ...module import get_introspection_module

Aq = get_introspection_module('Aq')

# Before an override takes their names.
CQueue = Aq.Queue
CPriorityQueue = Aq.PriorityQueue

# What a class that is an override says that it is of, in whichever file it is.
NAMESPACE = __package__
