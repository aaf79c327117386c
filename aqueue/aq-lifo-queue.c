/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-lifo-queue.h"

#include "aq-queue-private.h"

/**
 * AqLifoQueue:
 *
 * A queue from which the last item that went in comes out first.
 *
 * All the rest is as in [class@Queue]; waiting gets and puts are still served
 * in the order of their calls.
 *
 * It is good for work of which the newest is wanted first, such as the pictures
 * that are on the screen now, and not those that were scrolled away:
 *
 * ```c
 * static void
 * row_came_into_view (AqQueue *to_load,
 *                     GFile   *picture)
 * {
 *   // What is left of so many has been out of view for long.
 *   if (aq_queue_get_length (to_load) > 100)
 *     aq_queue_clear (to_load);
 *
 *   aq_queue_put_async (to_load, picture, NULL, NULL, NULL);
 * }
 *
 * static AqLifoQueue *
 * create_queue (void)
 * {
 *   return aq_lifo_queue_new (G_TYPE_FILE, 0);
 * }
 * ```
 *
 * Since: 0.1
 */

G_DEFINE_TYPE (AqLifoQueue, aq_lifo_queue, AQ_TYPE_QUEUE)

static void
aq_lifo_queue_class_init (AqLifoQueueClass *klass)
{
}

static void
aq_lifo_queue_init (AqLifoQueue *self)
{
  aq_queue_set_order (AQ_QUEUE (self), AQ_STORE_LIFO);
}

/**
 * aq_lifo_queue_new:
 * @item_type: the type of the items: a type of object, or an interface
 * @max_size: how many items fit, or 0 for no bound
 *
 * Creates a queue from which the last item that went in comes out first.
 *
 * Its signals are emitted in the thread-default main context of the caller.
 *
 * Returns: (transfer full): a new queue
 *
 * Since: 0.1
 */
AqLifoQueue *
aq_lifo_queue_new (GType item_type,
                   guint max_size)
{
  return aq_queue_new_of_objects (AQ_TYPE_LIFO_QUEUE, item_type, max_size, G_STRFUNC);
}

/**
 * aq_lifo_queue_new_with_free_func: (skip)
 * @max_size: how many items fit, or 0 for no bound
 * @item_free_func: (nullable): frees an item that is dropped
 *
 * Creates a last-in, first-out queue of plain pointers.
 *
 * For who owns them see [ctor@Queue.new_with_free_func].
 *
 * Returns: (transfer full): a new queue
 *
 * Since: 0.1
 */
AqLifoQueue *
aq_lifo_queue_new_with_free_func (guint          max_size,
                                  GDestroyNotify item_free_func)
{
  return aq_queue_new_of_pointers (AQ_TYPE_LIFO_QUEUE, max_size, item_free_func);
}
