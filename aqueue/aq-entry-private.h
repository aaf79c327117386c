/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An item with what is kept about it. */
typedef struct
{
  gpointer item;
  gint64 priority; /* in a store that goes by it, else 0 */
  guint size;      /* in a store that knows sizes, else 1 */
} AqEntry;

G_END_DECLS
