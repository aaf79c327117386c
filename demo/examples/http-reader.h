/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char   *http_read_head (GBufferedInputStream  *stream,
                        GCancellable          *cancellable,
                        GError               **error);
GBytes *http_read_body (GBufferedInputStream  *stream,
                        const char            *head,
                        guint                  max_size,
                        GCancellable          *cancellable,
                        GError               **error);

G_END_DECLS
