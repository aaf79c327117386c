# SPDX-License-Identifier: LGPL-2.1-or-later
"""Follows the links within the manual, to its pages, their sections, and pictures, and
sees what its search and Devhelp find.

links.py FOLDER
"""

import html.parser
import json
import pathlib
import sys
import urllib.parse
import xml.etree.ElementTree

ABI = pathlib.Path(__file__).parent.parent / 'package' / 'abi'


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links = []
        self.ids = set()
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.add(attrs.get('id'))
        self.links += [attrs[name] for name in ('href', 'src') if attrs.get(name)]


def main():
    folder = pathlib.Path(sys.argv[1])
    pages = {path.name: Page(path) for path in folder.glob('*.html')}
    n_links = 0
    broken = []
    for name, page in sorted(pages.items()):
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            n_links += 1
            target = parts.path or name
            if not (folder / target).exists():
                broken.append(f'{name}: {link}')
            elif parts.fragment and target in pages and parts.fragment not in pages[target].ids:
                broken.append(f'{name}: {link}')

    print('1..3')
    for link in broken:
        print(f'# {link}')
    ok = pages and n_links > len(pages) and not broken
    print('ok' if ok else 'not ok', '1 the links within the manual lead somewhere')
    print(f'# figure: links in the manual {n_links}')

    index = json.loads((folder / 'index.json').read_text(encoding='utf-8'))
    found = {symbol.get('ident') for symbol in index['symbols']}
    public = {line for line in ABI.read_text(encoding='utf-8').splitlines()
              if line.startswith('aq_') and not line.endswith('_get_type')}
    for symbol in public - found:
        print(f'# {symbol}')
    is_searched = public and public <= found
    print('ok' if is_searched else 'not ok', '2 the search finds all public functions')

    book, = folder.glob('*.devhelp2')
    links = [keyword.get('link') for keyword in xml.etree.ElementTree.parse(book).iter()
             if keyword.get('link')]
    missing = [link for link in links if not (folder / link.partition('#')[0]).exists()]
    for link in missing:
        print(f'# {link}')
    in_devhelp = len(links) > 50 and not missing and book.stem == folder.name
    print('ok' if in_devhelp else 'not ok', '3 Devhelp finds the manual, and its keywords')

    return not (ok and is_searched and in_devhelp)


if __name__ == '__main__':
    sys.exit(main())
