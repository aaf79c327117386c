# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints one block of code of a page in the manual, for a test that compiles it.

sample.py PAGE LANGUAGE NAME: the block in that language which has NAME in it.
"""

import sys

from examples import BLOCK


def main():
    path, language, name = sys.argv[1:]
    with open(path, encoding='utf-8') as file:
        blocks = [block for block_language, block in BLOCK.findall(file.read())
                  if block_language == language and name in block]

    if len(blocks) != 1:
        sys.exit(f'{path}: {len(blocks)} blocks in {language} have {name}')
    print(blocks[0], end='')


main()
