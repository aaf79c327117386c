/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-order.h"

#include "aq-belt-plate.h"

static AqQueue *
fifo_belt_new (guint size)
{
  return aq_queue_new (AQ_BELT_TYPE_PLATE, size);
}

static AqQueue *
lifo_belt_new (guint size)
{
  return AQ_QUEUE (aq_lifo_queue_new (AQ_BELT_TYPE_PLATE, size));
}

static AqQueue *
priority_belt_new (guint size)
{
  return AQ_QUEUE (aq_priority_queue_new (AQ_BELT_TYPE_PLATE, size));
}

/* The lowest priority is next, so the size can be one as it is. */
static void
put_with_size_async (AqQueue             *belt,
                     gpointer             plate,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  aq_priority_queue_put_with_priority_async (AQ_PRIORITY_QUEUE (belt), plate,
                                             AQ_BELT_PLATE (plate)->size,
                                             cancellable, callback, user_data);
}

static const AqBeltOrder orders[] = {
  { "fifo", fifo_belt_new, aq_queue_put_async },
  { "lifo", lifo_belt_new, aq_queue_put_async },
  { "smallest", priority_belt_new, put_with_size_async },
};

/* Returns: (nullable) */
const AqBeltOrder *
aq_belt_order_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (g_str_equal (name, orders[i].name))
      return &orders[i];

  return NULL;
}
