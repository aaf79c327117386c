# SPDX-License-Identifier: LGPL-2.1-or-later
"""Follows the links within the manual, to its pages, their sections, and pictures.

links.py FOLDER
"""

import html.parser
import pathlib
import sys
import urllib.parse


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

    print('1..1')
    for link in broken:
        print(f'# {link}')
    ok = pages and n_links > len(pages) and not broken
    print('ok' if ok else 'not ok', '1 the links within the manual lead somewhere')
    print(f'# figure: links in the manual {n_links}')
    return not ok


if __name__ == '__main__':
    sys.exit(main())
