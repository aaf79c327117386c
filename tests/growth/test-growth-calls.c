/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each public function. Called where there is n of something, it costs the same however
 * large n is: see test-growth-situations.c.
 */

#include "test-growth.h"

/* Each call leaves the situation as it is, but for a few of the n: it finishes what it
 * starts, and does not wait. */

static void
call_types (Growth *self)
{
  g_assert_true (g_type_is_a (AQ_TYPE_LIFO_QUEUE, AQ_TYPE_QUEUE));
  g_assert_true (g_type_is_a (AQ_TYPE_PRIORITY_QUEUE, AQ_TYPE_QUEUE));
  g_assert_true (G_TYPE_IS_ENUM (AQ_TYPE_QUEUE_STATE));
  g_assert_true (G_TYPE_IS_ENUM (AQ_TYPE_OVERFLOW));
}

static void
call_version (Growth *self)
{
  g_assert_cmpuint (aq_get_major_version (), ==, AQ_MAJOR_VERSION);
  g_assert_cmpuint (aq_get_minor_version (), ==, AQ_MINOR_VERSION);
  g_assert_cmpuint (aq_get_micro_version (), ==, AQ_MICRO_VERSION);
}

static void
call_new (Growth *self)
{
  g_object_unref (aq_queue_new (G_TYPE_OBJECT, 0));
  g_object_unref (aq_lifo_queue_new (G_TYPE_OBJECT, 0));
  g_object_unref (aq_priority_queue_new (G_TYPE_OBJECT, 0));
}

static void
call_new_with_free_func (Growth *self)
{
  g_object_unref (aq_queue_new_with_free_func (0, NULL));
  g_object_unref (aq_lifo_queue_new_with_free_func (0, NULL));
  g_object_unref (aq_priority_queue_new_with_free_func (0, NULL));
}

static void
call_put_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  growth_put_async (self, 1, cancellable);
  g_cancellable_cancel (cancellable);
  drain_context ();
}

static void
call_timed_put_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aq_queue_timed_put_async (self->queue, self->item, 0, NULL, growth_finish_put_cb, NULL);
  aq_queue_timed_put_async (self->queue, self->item, G_TIME_SPAN_HOUR, cancellable,
                            growth_finish_put_cb, NULL);
  g_cancellable_cancel (cancellable);
  drain_context ();
}

/* What would wait is cancelled before. */
static GCancellable *
get_cancellable_for_put (Growth *self)
{
  return aq_queue_is_full (self->queue) ? self->cancelled : NULL;
}

static GCancellable *
get_cancellable_for_get (Growth *self)
{
  return self->has_items ? NULL : self->cancelled;
}

static void
call_put_sync (Growth *self)
{
  aq_queue_put_sync (self->queue, self->item, get_cancellable_for_put (self), NULL);
}

static void
call_timed_put (Growth *self)
{
  aq_queue_timed_put (self->queue, self->item, 0, NULL, NULL);
}

static void
call_try_put (Growth *self)
{
  aq_queue_try_put (self->queue, self->item, NULL);
}

static void
call_offer (Growth *self)
{
  aq_queue_offer (self->queue, self->item);
}

static void
call_get_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  growth_get (self, 1, cancellable);
  g_cancellable_cancel (cancellable);
  growth_get (self, 1, self->cancelled);
  if (self->has_items)
    growth_get (self, 1, NULL);
  drain_context ();
}

static void
call_timed_get_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aq_queue_timed_get_async (self->queue, 0, NULL, growth_collect_cb, NULL);
  aq_queue_timed_get_async (self->queue, G_TIME_SPAN_HOUR, cancellable, growth_collect_cb, NULL);
  g_cancellable_cancel (cancellable);
  drain_context ();
}

static void
collect_any_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  growth_note_depth ();
  drop (aq_queue_get_any_finish (result, NULL, NULL));
}

static void
call_get_any_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AqQueue) other = growth_new_queue (self);
  AqQueue *queues[] = { other, self->queue };

  aq_queue_get_any_async (queues, 2, cancellable, collect_any_cb, NULL);
  g_cancellable_cancel (cancellable);
  drain_context ();
}

static void
call_timed_get_any_async (Growth *self)
{
  g_autoptr (AqQueue) other = growth_new_queue (self);
  AqQueue *queues[] = { other, self->queue };

  aq_queue_timed_get_any_async (queues, 2, 0, NULL, collect_any_cb, NULL);
  drain_context ();
}

static void
call_get_sync (Growth *self)
{
  drop (aq_queue_get_sync (self->queue, get_cancellable_for_get (self), NULL));
}

static void
call_timed_get (Growth *self)
{
  drop (aq_queue_timed_get (self->queue, 0, NULL, NULL));
}

static void
call_try_get (Growth *self)
{
  drop (aq_queue_try_get (self->queue, NULL));
}

static void
call_poll (Growth *self)
{
  drop (aq_queue_poll (self->queue));
}

static void
call_get_many_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aq_queue_get_many_async (self->queue, 2, cancellable, growth_finish_get_many_cb, NULL);
  if (!self->has_items)
    g_cancellable_cancel (cancellable);
  drain_context ();
}

static void
call_timed_get_many_async (Growth *self)
{
  aq_queue_timed_get_many_async (self->queue, 2, 0, NULL, growth_finish_get_many_cb, NULL);
  drain_context ();
}

static void
call_try_get_many (Growth *self)
{
  drop_array (aq_queue_try_get_many (self->queue, 2, NULL));
}

static void
call_peek (Growth *self)
{
  drop (aq_queue_peek (self->queue));
}

static void
call_peek_many (Growth *self)
{
  drop_array (aq_queue_peek_many (self->queue, 10));
}

static void
call_task_done (Growth *self)
{
  if (aq_queue_try_put (self->queue, self->item, NULL))
    aq_queue_task_done (self->queue);
}

static void
call_join_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aq_queue_join_async (self->queue, cancellable, growth_finish_join_cb, NULL);
  g_cancellable_cancel (cancellable);
  drain_context ();
}

static void
call_timed_join_async (Growth *self)
{
  aq_queue_timed_join_async (self->queue, 0, NULL, growth_finish_join_cb, NULL);
  drain_context ();
}

static void
call_join_sync (Growth *self)
{
  aq_queue_join_sync (self->queue, self->cancelled, NULL);
}

static void
call_timed_join (Growth *self)
{
  aq_queue_timed_join (self->queue, 0, NULL, NULL);
}

/* To drop n items is a bulk. */
static void
call_clear (Growth *self)
{
  if (!self->has_items)
    aq_queue_clear (self->queue);
}

/* The end of a queue with n of something is a bulk. */
static void
call_shutdown (Growth *self)
{
  g_autoptr (AqQueue) other = growth_new_queue (self);

  aq_queue_shutdown (other, TRUE);

  if (aq_queue_get_state (self->queue) != AQ_QUEUE_STATE_OPEN)
    aq_queue_shutdown (self->queue, FALSE);
}

static void
call_set_max_size (Growth *self)
{
  guint max_size = aq_queue_get_max_size (self->queue);

  aq_queue_set_max_size (self->queue, max_size + 1);
  aq_queue_set_max_size (self->queue, max_size);
}

static void
call_set_max_in_flight (Growth *self)
{
  guint max_in_flight = aq_queue_get_max_in_flight (self->queue);

  aq_queue_set_max_in_flight (self->queue, max_in_flight + 1);
  aq_queue_set_max_in_flight (self->queue, max_in_flight);
}

static void
call_set_io_priority (Growth *self)
{
  gint io_priority = aq_queue_get_io_priority (self->queue);

  aq_queue_set_io_priority (self->queue, io_priority + 1);
  aq_queue_set_io_priority (self->queue, io_priority);
}

/* Puts that wait would be let in, which is linear in their number. */
static void
call_set_overflow (Growth *self)
{
  AqOverflow overflow = aq_queue_get_overflow (self->queue);

  if (aq_queue_get_waiting_putters (self->queue) == 0)
    aq_queue_set_overflow (self->queue, AQ_OVERFLOW_DROP_OLDEST);
  aq_queue_set_overflow (self->queue, overflow);
}

static guint
get_size (gpointer item,
          gpointer user_data)
{
  return 1;
}

static void
call_set_size_func (Growth *self)
{
  g_autoptr (AqQueue) queue = aq_queue_new (G_TYPE_OBJECT, 0);

  aq_queue_set_size_func (queue, get_size, NULL, NULL);
}

/* Gets that wait would be served, which is linear in their number. */
static void
call_set_paused (Growth *self)
{
  if (aq_queue_get_waiting_getters (self->queue) > 0)
    return;

  aq_queue_set_paused (self->queue, TRUE);
  g_assert_true (aq_queue_get_paused (self->queue));
  aq_queue_set_paused (self->queue, FALSE);
}

/* It shows all that is there, so here of a queue of its own. */
static void
call_peek_all (Growth *self)
{
  g_autoptr (AqQueue) queue = aq_queue_new (G_TYPE_OBJECT, 0);
  g_autoptr (GPtrArray) items = NULL;

  aq_queue_try_put (queue, self->item, NULL);
  items = aq_queue_peek_all (queue);
  g_assert_cmpuint (items->len, ==, 1);
}

static void
call_hold (Growth *self)
{
  g_autoptr (AqQueue) queue = aq_queue_new (G_TYPE_OBJECT, 0);

  aq_queue_hold (self->queue);
  aq_queue_hold (self->queue);
  aq_queue_release (self->queue);

  aq_queue_hold (queue);
  aq_queue_release (queue);
}

static void
call_put_back (Growth *self)
{
  gpointer item = aq_queue_poll (self->queue);

  if (item == NULL)
    return;

  aq_queue_put_back (self->queue, item);
  g_object_unref (item);
}

static void
call_put_back_with_priority (Growth *self)
{
  gpointer item;

  if (!AQ_IS_PRIORITY_QUEUE (self->queue) || (item = aq_queue_poll (self->queue)) == NULL)
    return;

  aq_priority_queue_put_back_with_priority (AQ_PRIORITY_QUEUE (self->queue), item, 0);
  g_object_unref (item);
}

/* The first one: to find another takes a step for each that is before it. */
static void
call_remove (Growth *self)
{
  gpointer item = aq_queue_peek (self->queue);

  if (item == NULL)
    return;

  aq_queue_remove (self->queue, item);
  g_object_unref (item);
}

static void
call_set_priority (Growth *self)
{
  gpointer item;

  if (!AQ_IS_PRIORITY_QUEUE (self->queue) || (item = aq_queue_peek (self->queue)) == NULL)
    return;

  aq_priority_queue_set_priority (AQ_PRIORITY_QUEUE (self->queue), item, 0);
  g_object_unref (item);
}

static void
call_shutdown_with_error (Growth *self)
{
  g_autoptr (AqQueue) queue = aq_queue_new (G_TYPE_OBJECT, 0);
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "The rice is burnt");

  aq_queue_shutdown_with_error (queue, error);
  g_clear_error (&error);
  error = aq_queue_get_error (queue);
}

static void
call_getters (Growth *self)
{
  g_assert_true (aq_queue_get_item_type (self->queue) == G_TYPE_OBJECT);
  g_assert_nonnull (aq_queue_get_main_context (self->queue));
  aq_queue_get_length (self->queue);
  aq_queue_get_size (self->queue);
  aq_queue_get_n_promised (self->queue);
  aq_queue_is_empty (self->queue);
  aq_queue_is_full (self->queue);
  aq_queue_get_waiting_getters (self->queue);
  aq_queue_get_waiting_putters (self->queue);
  aq_queue_get_unfinished_tasks (self->queue);
  aq_queue_get_in_flight (self->queue);
  aq_queue_get_n_dropped (self->queue);
  aq_queue_get_n_accepted (self->queue);
}

/* Takes one item. */
static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  guint *id = user_data;

  growth_note_depth ();
  drop (item);
  *id = 0;

  return G_SOURCE_REMOVE;
}

static void
call_add_watch (Growth *self)
{
  guint id = 0;

  id = aq_queue_add_watch (self->queue, watch_cb, &id);
  drain_context ();
  if (id != 0)
    growth_remove_source (self, id);
}

static void
call_add_watch_full (Growth *self)
{
  guint id = 0;

  id = aq_queue_add_watch_full (self->queue, G_PRIORITY_DEFAULT, watch_cb, &id, NULL);
  drain_context ();
  if (id != 0)
    growth_remove_source (self, id);
}

static gboolean
watch_for_object_cb (AqQueue  *queue,
                     gpointer  item,
                     gpointer  object)
{
  growth_note_depth ();
  drop (item);

  return G_SOURCE_REMOVE;
}

static void
call_add_watch_object (Growth *self)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

  aq_queue_add_watch_object (self->queue, watch_for_object_cb, object);
  drain_context ();
  g_object_unref (object);
}

static void
call_create_source (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = aq_queue_create_source (self->queue, cancellable);
  guint id;

  g_source_set_callback (source, G_SOURCE_FUNC (watch_cb), &id, NULL);
  g_source_attach (source, self->here);
  drain_context ();
  g_source_destroy (source);
}

/* Among the n items of a situation there are all priorities. */
static AqPriorityQueue *
get_priority_queue (Growth *self)
{
  return self->order == PRIORITY ? AQ_PRIORITY_QUEUE (self->queue) : NULL;
}

static void
finish_put_with_priority_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  growth_note_depth ();
  aq_priority_queue_put_with_priority_finish (AQ_PRIORITY_QUEUE (source), result, NULL);
}

static void
call_put_with_priority_async (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  AqPriorityQueue *queue = get_priority_queue (self);

  if (queue == NULL)
    return;

  aq_priority_queue_put_with_priority_async (queue, self->item, 1, cancellable,
                                             finish_put_with_priority_cb, NULL);
  g_cancellable_cancel (cancellable);
  drain_context ();
}

static void
call_timed_put_with_priority_async (Growth *self)
{
  AqPriorityQueue *queue = get_priority_queue (self);

  if (queue == NULL)
    return;

  aq_priority_queue_timed_put_with_priority_async (queue, self->item, 1, 0, NULL,
                                                   growth_finish_put_cb, NULL);
  drain_context ();
}

static void
call_put_with_priority_sync (Growth *self)
{
  AqPriorityQueue *queue = get_priority_queue (self);

  if (queue != NULL)
    aq_priority_queue_put_with_priority_sync (queue, self->item, 1,
                                              get_cancellable_for_put (self), NULL);
}

static void
call_timed_put_with_priority (Growth *self)
{
  AqPriorityQueue *queue = get_priority_queue (self);

  if (queue != NULL)
    aq_priority_queue_timed_put_with_priority (queue, self->item, 1, 0, NULL, NULL);
}

static void
call_try_put_with_priority (Growth *self)
{
  AqPriorityQueue *queue = get_priority_queue (self);

  if (queue != NULL)
    aq_priority_queue_try_put_with_priority (queue, self->item, 1, NULL);
}

/* A test in tests/package looks that no public function is missing. */
const Call calls[] = {
  { "aq_queue_get_type aq_lifo_queue_get_type aq_priority_queue_get_type aq_queue_state_get_type "
    "aq_overflow_get_type",
    call_types },
  { "aq_get_major_version aq_get_minor_version aq_get_micro_version", call_version },
  { "aq_queue_new aq_lifo_queue_new aq_priority_queue_new", call_new },
  { "aq_queue_new_with_free_func aq_lifo_queue_new_with_free_func "
    "aq_priority_queue_new_with_free_func", call_new_with_free_func },

  { "aq_queue_put_async aq_queue_put_finish", call_put_async },
  { "aq_queue_timed_put_async", call_timed_put_async },
  { "aq_queue_put_sync", call_put_sync },
  { "aq_queue_timed_put", call_timed_put },
  { "aq_queue_try_put", call_try_put },
  { "aq_queue_offer", call_offer },
  { "aq_priority_queue_put_with_priority_async aq_priority_queue_put_with_priority_finish",
    call_put_with_priority_async },
  { "aq_priority_queue_timed_put_with_priority_async", call_timed_put_with_priority_async },
  { "aq_priority_queue_put_with_priority_sync", call_put_with_priority_sync },
  { "aq_priority_queue_timed_put_with_priority", call_timed_put_with_priority },
  { "aq_priority_queue_try_put_with_priority", call_try_put_with_priority },

  { "aq_queue_get_async aq_queue_get_finish", call_get_async },
  { "aq_queue_timed_get_async", call_timed_get_async },
  { "aq_queue_get_any_async aq_queue_get_any_finish", call_get_any_async },
  { "aq_queue_timed_get_any_async", call_timed_get_any_async },
  { "aq_queue_get_sync", call_get_sync },
  { "aq_queue_timed_get", call_timed_get },
  { "aq_queue_try_get", call_try_get },
  { "aq_queue_poll", call_poll },
  { "aq_queue_get_many_async aq_queue_get_many_finish", call_get_many_async },
  { "aq_queue_timed_get_many_async", call_timed_get_many_async },
  { "aq_queue_try_get_many", call_try_get_many },
  { "aq_queue_peek", call_peek },
  { "aq_queue_peek_many", call_peek_many },
  { "aq_queue_peek_all", call_peek_all },
  { "aq_queue_add_watch", call_add_watch },
  { "aq_queue_add_watch_full", call_add_watch_full },
  { "aq_queue_add_watch_object", call_add_watch_object },
  { "aq_queue_create_source", call_create_source },

  { "aq_queue_task_done", call_task_done },
  { "aq_queue_join_async aq_queue_join_finish", call_join_async },
  { "aq_queue_timed_join_async", call_timed_join_async },
  { "aq_queue_join_sync", call_join_sync },
  { "aq_queue_timed_join", call_timed_join },
  { "aq_queue_clear", call_clear },
  { "aq_queue_shutdown aq_queue_get_state", call_shutdown },

  { "aq_queue_set_max_size aq_queue_get_max_size", call_set_max_size },
  { "aq_queue_set_max_in_flight aq_queue_get_max_in_flight", call_set_max_in_flight },
  { "aq_queue_set_io_priority aq_queue_get_io_priority", call_set_io_priority },
  { "aq_queue_set_overflow aq_queue_get_overflow", call_set_overflow },
  { "aq_queue_set_size_func", call_set_size_func },
  { "aq_queue_set_paused aq_queue_get_paused", call_set_paused },
  { "aq_queue_hold aq_queue_release", call_hold },
  { "aq_queue_put_back", call_put_back },
  { "aq_priority_queue_put_back_with_priority", call_put_back_with_priority },
  { "aq_queue_remove", call_remove },
  { "aq_priority_queue_set_priority", call_set_priority },
  { "aq_queue_shutdown_with_error aq_queue_get_error", call_shutdown_with_error },
  { "aq_queue_get_item_type aq_queue_get_main_context aq_queue_get_length aq_queue_get_size "
    "aq_queue_get_n_promised aq_queue_is_empty aq_queue_is_full "
    "aq_queue_get_waiting_getters aq_queue_get_waiting_putters "
    "aq_queue_get_unfinished_tasks aq_queue_get_in_flight aq_queue_get_n_dropped "
    "aq_queue_get_n_accepted",
    call_getters },
  { 0 },
};
