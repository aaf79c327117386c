/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-priority-queue.h"

#include "aq-queue-private.h"

/**
 * AqPriorityQueue:
 *
 * A queue from which the most urgent item comes out first.
 *
 * As everywhere in GLib, lower numbers are more urgent. Items of equal priority
 * come out in the order in which they went in. The functions of [class@Queue]
 * put an item with priority 0.
 *
 * Waiting gets and puts are still served in the order of their calls: a put
 * with a low number does not overtake others that wait for room. A get that was
 * promised an item collects the one that is most urgent by then.
 *
 * ```c
 * static void
 * fetch (AqPriorityQueue *queue,
 *        GFile           *file,
 *        gboolean         user_waits)
 * {
 *   gint64 priority = user_waits ? G_PRIORITY_HIGH : G_PRIORITY_LOW;
 *
 *   aq_priority_queue_put_with_priority_async (queue, file, priority, NULL, NULL, NULL);
 * }
 *
 * static AqPriorityQueue *
 * create_queue (void)
 * {
 *   return aq_priority_queue_new (G_TYPE_FILE, 0);
 * }
 * ```
 *
 * Since: 0.1
 */

G_DEFINE_TYPE (AqPriorityQueue, aq_priority_queue, AQ_TYPE_QUEUE)

static void
aq_priority_queue_class_init (AqPriorityQueueClass *klass)
{
}

static void
aq_priority_queue_init (AqPriorityQueue *self)
{
  aq_queue_set_order (AQ_QUEUE (self), AQ_STORE_PRIORITY);
}

/**
 * aq_priority_queue_new:
 * @item_type: the type of the items: a type of object, or an interface
 * @max_size: how many items fit, or 0 for no bound
 *
 * Creates a queue from which the most urgent item comes out first.
 *
 * Its signals are emitted in the thread-default main context of the caller.
 *
 * Returns: (transfer full): a new queue
 *
 * Since: 0.1
 */
AqPriorityQueue *
aq_priority_queue_new (GType item_type,
                       guint max_size)
{
  return aq_queue_new_of_objects (AQ_TYPE_PRIORITY_QUEUE, item_type, max_size, G_STRFUNC);
}

/**
 * aq_priority_queue_new_with_free_func: (skip)
 * @max_size: how many items fit, or 0 for no bound
 * @item_free_func: (nullable): frees an item that is dropped
 *
 * Creates a priority queue of plain pointers.
 *
 * For who owns them see [ctor@Queue.new_with_free_func].
 *
 * Returns: (transfer full): a new queue
 *
 * Since: 0.1
 */
AqPriorityQueue *
aq_priority_queue_new_with_free_func (guint          max_size,
                                      GDestroyNotify item_free_func)
{
  return aq_queue_new_of_pointers (AQ_TYPE_PRIORITY_QUEUE, max_size, item_free_func);
}

/**
 * aq_priority_queue_put_with_priority_async:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @priority: the item's priority: lower ones come out first
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once @item
 *   is in
 * @user_data: data for @callback
 *
 * Adds an item with a priority, waiting while the queue is full.
 *
 * All else, and the errors, are as for [method@Queue.put_async]. @callback runs
 * in the thread-default main context of the caller. Call
 * [method@PriorityQueue.put_with_priority_finish] there.
 *
 * Since: 0.1
 */
void
aq_priority_queue_put_with_priority_async (AqPriorityQueue     *self,
                                           gpointer             item,
                                           gint64               priority,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data)
{
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry = { .item = item, .priority = priority },
    .cancellable = cancellable,
    .timeout_us = -1,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_priority_queue_put_with_priority_async),
  };

  g_return_if_fail (AQ_IS_PRIORITY_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aq_queue_start_put (AQ_QUEUE (self), &request, G_STRFUNC);
}

/**
 * aq_priority_queue_timed_put_with_priority_async:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @priority: the item's priority: lower ones come out first
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once @item
 *   is in, or is not
 * @user_data: data for @callback
 *
 * Adds an item with a priority, waiting for some time at most while the queue is full.
 *
 * All else, and the errors, are as for [method@Queue.timed_put_async]. Call
 * [method@PriorityQueue.put_with_priority_finish] in @callback.
 *
 * Since: 0.1
 */
void
aq_priority_queue_timed_put_with_priority_async (AqPriorityQueue     *self,
                                                 gpointer             item,
                                                 gint64               priority,
                                                 gint64               timeout_us,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data)
{
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry = { .item = item, .priority = priority },
    .cancellable = cancellable,
    .timeout_us = timeout_us,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_priority_queue_timed_put_with_priority_async),
  };

  g_return_if_fail (AQ_IS_PRIORITY_QUEUE (self));
  g_return_if_fail (timeout_us >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aq_queue_start_put (AQ_QUEUE (self), &request, G_STRFUNC);
}

/**
 * aq_priority_queue_put_with_priority_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with
 * [method@PriorityQueue.put_with_priority_async] or
 * [method@PriorityQueue.timed_put_with_priority_async].
 *
 * The errors are those of [method@Queue.put_async] and
 * [method@Queue.timed_put_async]. After each of them the item is still the caller's.
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_priority_queue_put_with_priority_finish (AqPriorityQueue  *self,
                                            GAsyncResult     *result,
                                            GError          **error)
{
  g_return_val_if_fail (AQ_IS_PRIORITY_QUEUE (self), FALSE);

  return aq_queue_put_finish (AQ_QUEUE (self), result, error);
}

/**
 * aq_priority_queue_put_with_priority_sync:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @priority: the item's priority: lower ones come out first
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Adds an item with a priority, blocking the thread while the queue is full.
 *
 * All else, and the errors, are as for [method@Queue.put_sync].
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_priority_queue_put_with_priority_sync (AqPriorityQueue  *self,
                                          gpointer          item,
                                          gint64            priority,
                                          GCancellable     *cancellable,
                                          GError          **error)
{
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry = { .item = item, .priority = priority },
    .cancellable = cancellable,
    .timeout_us = -1,
  };

  g_return_val_if_fail (AQ_IS_PRIORITY_QUEUE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return aq_queue_block_on_put (AQ_QUEUE (self), &request, G_STRFUNC, error);
}

/**
 * aq_priority_queue_timed_put_with_priority:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @priority: the item's priority: lower ones come out first
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Adds an item with a priority, blocking the thread for some time at most.
 *
 * All else, and the errors, are as for [method@Queue.timed_put].
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_priority_queue_timed_put_with_priority (AqPriorityQueue  *self,
                                           gpointer          item,
                                           gint64            priority,
                                           gint64            timeout_us,
                                           GCancellable     *cancellable,
                                           GError          **error)
{
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry = { .item = item, .priority = priority },
    .cancellable = cancellable,
    .timeout_us = timeout_us,
  };

  g_return_val_if_fail (AQ_IS_PRIORITY_QUEUE (self), FALSE);
  g_return_val_if_fail (timeout_us >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return aq_queue_block_on_put (AQ_QUEUE (self), &request, G_STRFUNC, error);
}

/**
 * aq_priority_queue_try_put_with_priority:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @priority: the item's priority: lower ones come out first
 * @error: return location for an error
 *
 * Adds an item with a priority if there is room now.
 *
 * All else, and the errors, are as for [method@Queue.try_put].
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_priority_queue_try_put_with_priority (AqPriorityQueue  *self,
                                         gpointer          item,
                                         gint64            priority,
                                         GError          **error)
{
  g_return_val_if_fail (AQ_IS_PRIORITY_QUEUE (self), FALSE);

  return aq_queue_try_put_at (AQ_QUEUE (self), item, priority, G_STRFUNC, error);
}

/**
 * aq_priority_queue_put_back_with_priority:
 * @self: a queue
 * @item: (type GObject) (transfer none): an item that was collected, which the queue
 *   refs
 * @priority: the item's priority: lower ones come out first
 *
 * Puts an item back that was collected and could not be processed, with a priority.
 *
 * It comes out before all others of its priority. [method@Queue.put_back] puts an item
 * back with priority 0, and tells all else.
 *
 * Since: 0.1
 */
void
aq_priority_queue_put_back_with_priority (AqPriorityQueue *self,
                                          gpointer         item,
                                          gint64           priority)
{
  g_return_if_fail (AQ_IS_PRIORITY_QUEUE (self));

  aq_queue_put_back_at (AQ_QUEUE (self), item, priority, G_STRFUNC);
}

/**
 * aq_priority_queue_set_priority:
 * @self: a queue
 * @item: (type GObject) (transfer none): an item that waits in the queue
 * @priority: its new priority: lower ones come out first
 *
 * Moves an item to where its new priority belongs.
 *
 * Among equals it is the last. If the queue has this very item more than once, the
 * first of them moves. What is promised to a get is *an* item, so any of them can be
 * moved; but if no item is left that is promised to nobody, none is.
 *
 * The queue is looked through, so this takes time in proportion to its length.
 *
 * Returns: %TRUE if the item was moved, %FALSE if it is not there, or is as good as gone
 *
 * Since: 0.1
 */
gboolean
aq_priority_queue_set_priority (AqPriorityQueue *self,
                                gpointer         item,
                                gint64           priority)
{
  g_return_val_if_fail (AQ_IS_PRIORITY_QUEUE (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  return aq_core_set_priority (aq_queue_get_core (AQ_QUEUE (self)), item, priority);
}
