# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the checks here share."""

import subprocess
import textwrap


class Skip(Exception):
    """Why a test cannot run here."""


def run(tests, *args):
    """Prints TAP, and returns whether a test failed. Each claims what its docstring says, and
    raises an AssertionError if it is not so."""
    print(f'1..{len(tests)}', flush=True)
    n_failed = 0
    for n, test in enumerate(tests, 1):
        try:
            test(*args)
            print(f'ok {n} {test.__doc__}', flush=True)
        except Skip as reason:
            print(f'ok {n} {test.__doc__} # SKIP {reason}', flush=True)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
            n_failed += 1
            print(textwrap.indent(str(error), '# '))
            print(f'not ok {n} {test.__doc__}', flush=True)
    return n_failed > 0
