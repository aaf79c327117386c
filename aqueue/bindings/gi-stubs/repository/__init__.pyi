# SPDX-License-Identifier: LGPL-2.1-or-later

# Where no stubs of other libraries are installed, these hold anything, as without ours.

from typing import Any

def __getattr__(name: str) -> Any: ...
