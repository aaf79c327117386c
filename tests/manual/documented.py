# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sees whether all that is public is documented, beyond what 'gi-docgen check' looks for.

documented.py GIR
"""

import sys
import xml.etree.ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

FUNCTIONS = {CORE + name for name in ('callback', 'constructor', 'function', 'function-macro',
                                      'method')}
FUNCTIONS.add(GLIB + 'signal')
OTHERS = {CORE + name for name in ('class', 'constant', 'enumeration', 'property', 'record')}
PARTS = {CORE + 'member'}


def text_of(element):
    doc = element.find(CORE + 'doc')
    return doc.text if doc is not None else ''


def returns_something(function):
    kind = function.find(f'{CORE}return-value/{CORE}type')
    return kind is not None and kind.get('name') != 'none'


def missing_in(element):
    """Yields what the comment on a symbol lacks."""
    text = text_of(element)

    if not text:
        yield 'a summary'
    if element.tag not in PARTS and element.get('version') is None:
        yield 'since when it is there'
    if element.tag not in FUNCTIONS:
        return

    for parameter in element.iter(CORE + 'parameter'):
        if not text_of(parameter):
            yield f'what {parameter.get("name")} is'
    if returns_something(element) and not text_of(element.find(CORE + 'return-value')):
        yield 'what it returns'
    if element.get('throws') and 'G_IO_ERROR_' not in text and 'errors' not in text:
        yield 'its errors'
    if (element.get('name').endswith('_async')
            and not ('main context' in text or 'All else' in text)):
        yield 'where the callback runs'


def main():
    gir = xml.etree.ElementTree.parse(sys.argv[1])
    symbols = [element for element in gir.getroot().find(CORE + 'namespace').iter()
               if element.tag in FUNCTIONS | OTHERS | PARTS]
    missing = [f'{element.get(C + "identifier") or element.get("name")}: {what}'
               for element in symbols for what in missing_in(element)]

    print('1..1')
    for line in missing:
        print(f'# {line}')
    is_documented = len(symbols) > 80 and not missing
    print('ok' if is_documented else 'not ok', '1 all that is public is documented in full')
    return not is_documented


if __name__ == '__main__':
    sys.exit(main())
