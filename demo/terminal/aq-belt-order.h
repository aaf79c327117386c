/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <aqueue/aqueue.h>

G_BEGIN_DECLS

/* Which file is next: what kind of queue the belt is, and how the chef puts on it. */
typedef struct
{
  const char *name; /* of the option */

  AqQueue *(*belt_new)  (guint                size);
  void     (*put_async) (AqQueue             *belt,
                         gpointer             plate,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data);
} AqBeltOrder;

const AqBeltOrder *aq_belt_order_find (const char *name);

G_END_DECLS
