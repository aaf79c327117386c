// SPDX-License-Identifier: LGPL-2.1-or-later

/* Where the manuals of other libraries are: gi-docgen's search links to them. */
baseURLs = [
    ['GLib', 'https://docs.gtk.org/glib/'],
    ['GObject', 'https://docs.gtk.org/gobject/'],
    ['Gio', 'https://docs.gtk.org/gio/'],
];
