# SPDX-License-Identifier: LGPL-2.1-or-later

class Error(Exception): ...
class MainContext: ...

PRIORITY_DEFAULT: int
SOURCE_CONTINUE: bool
