/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is done with n of something: the work grows with n, and no more than that.
 */

#include "test-growth.h"

/* Items */

static void
put_and_get (Growth *self)
{
  growth_start ();
  growth_put (self, self->n);
  for (guint i = 0; i < self->n; i++)
    drop (aq_queue_try_get (self->queue, NULL));
  growth_stop ();
}

static void
put_and_get_by_turns (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  for (guint i = 0; i < 100; i++)
    {
      growth_put (self, 1);
      drop (aq_queue_try_get (self->queue, NULL));
    }
  growth_stop ();
}

static void
put_async_and_get_async (Growth *self)
{
  growth_start ();
  growth_put_async (self, self->n, NULL);
  growth_get (self, self->n, NULL);
  drain_context ();
  growth_stop ();
}

static void
peek_at_all (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  drop_array (aq_queue_peek_many (self->queue, self->n));
  growth_stop ();
}

static void
get_all (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  drop_array (aq_queue_try_get_many (self->queue, self->n, NULL));
  growth_stop ();
}

static void
get_all_async (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  aq_queue_get_many_async (self->queue, self->n, NULL, growth_finish_get_many_cb, NULL);
  drain_context ();
  growth_stop ();
}

static void
clear_items (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  aq_queue_clear (self->queue);
  growth_stop ();
}

static void
shut_down_with_items (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  aq_queue_shutdown (self->queue, TRUE);
  growth_stop ();
}

static void
free_with_items (Growth *self)
{
  growth_put (self, self->n);

  growth_start ();
  g_object_unref (g_steal_pointer (&self->queue));
  growth_stop ();

  self->queue = growth_new_queue (self);
}

static void
clear_each (Growth *self)
{
  growth_start ();
  for (guint i = 0; i < self->n; i++)
    {
      growth_put (self, 1);
      aq_queue_clear (self->queue);
    }
  growth_stop ();
}

/* Gets that wait */

static void
shut_down_with_gets (Growth *self)
{
  growth_get (self, self->n, NULL);

  growth_start ();
  aq_queue_shutdown (self->queue, FALSE);
  drain_context ();
  growth_stop ();
}

static void
serve_gets (Growth *self)
{
  growth_get (self, self->n, NULL);

  growth_start ();
  growth_put (self, self->n);
  drain_context ();
  growth_stop ();
}

static void
cancel_shared (Growth *self)
{
  set_up_shared_cancellable (self);

  growth_start ();
  g_cancellable_cancel (self->kept->pdata[0]);
  drain_context ();
  growth_stop ();
}

/* All that hang on one cancellable, and are not cancelled. */
static void
serve_shared (Growth *self)
{
  growth_start ();
  set_up_shared_cancellable (self);
  growth_put (self, self->n);
  drain_context ();
  growth_stop ();
}

static void
cancel_each (Growth   *self,
             gboolean  last_first)
{
  growth_start ();
  for (guint i = 0; i < self->n; i++)
    g_cancellable_cancel (self->kept->pdata[last_first ? self->n - 1 - i : i]);
  drain_context ();
  growth_stop ();
}

static void
cancel_gets_first_first (Growth *self)
{
  set_up_cancellables (self);
  cancel_each (self, FALSE);
}

static void
cancel_gets_last_first (Growth *self)
{
  set_up_cancellables (self);
  cancel_each (self, TRUE);
}

/* A cancelled promise goes on to the next one that waits. */
static void
cancel_promised_gets (Growth *self)
{
  set_up_cancellables (self);
  growth_put (self, self->n / 2);
  cancel_each (self, FALSE);
}

static void
cancel_puts (Growth *self)
{
  aq_queue_set_max_size (self->queue, 1);
  growth_put (self, 1);
  for (guint i = 0; i < self->n; i++)
    growth_put_async (self, 1, growth_add_cancellable (self));
  cancel_each (self, TRUE);
}

/* Puts that wait */

static void
serve_puts (Growth *self)
{
  set_up_puts (self);

  growth_start ();
  for (guint i = 0; i < self->n; i++)
    drop (aq_queue_try_get (self->queue, NULL));
  drain_context ();
  growth_stop ();
}

static void
let_all_puts_in (Growth *self)
{
  set_up_puts (self);

  growth_start ();
  aq_queue_set_max_size (self->queue, 0);
  drain_context ();
  growth_stop ();
}

static void
shut_down_with_puts (Growth *self)
{
  set_up_puts (self);

  growth_start ();
  aq_queue_shutdown (self->queue, FALSE);
  drain_context ();
  growth_stop ();
}

/* Promises */

static void
shut_down_with_promises (Growth *self)
{
  growth_promise (self);

  growth_start ();
  aq_queue_shutdown (self->queue, TRUE);
  drain_context ();
  growth_stop ();
}

static void
drain_promises (Growth *self)
{
  growth_promise (self);

  growth_start ();
  aq_queue_shutdown (self->queue, FALSE);
  drain_context ();
  growth_stop ();
}

static void
give_promises_back (Growth *self)
{
  set_up_held_promises (self);

  growth_start ();
  g_ptr_array_set_size (self->kept, 0);
  growth_stop ();
}

static void
give_promises_back_after_shutdown (Growth *self)
{
  set_up_held_promises (self);

  growth_start ();
  aq_queue_shutdown (self->queue, TRUE);
  g_ptr_array_set_size (self->kept, 0);
  growth_stop ();
}

static void
cancel_promises_after_shutdown (Growth *self)
{
  set_up_cancellables (self);
  growth_put (self, self->n);
  aq_queue_shutdown (self->queue, TRUE);
  cancel_each (self, FALSE);
}

/* Some, and not one for each promise: what a clear () of a heap costs is known. */
static void
clear_with_promises (Growth *self)
{
  growth_promise (self);

  growth_start ();
  for (guint i = 0; i < 10; i++)
    {
      growth_put (self, 1);
      aq_queue_clear (self->queue);
    }
  growth_stop ();
}

/* Joins and limits */

static void
serve_joins (Growth *self)
{
  set_up_joins (self);

  growth_start ();
  aq_queue_task_done (self->queue);
  drain_context ();
  growth_stop ();
}

static void
cancel_joins (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    growth_add_cancellable (self);
  set_up_joins (self);
  cancel_each (self, TRUE);
}

/* One item may be out; the gets behind it wait, though there are items. */
static void
wait_at_limit (Growth *self)
{
  aq_queue_set_max_in_flight (self->queue, 1);
  growth_promise (self);
}

static void
lift_limit (Growth *self)
{
  wait_at_limit (self);

  growth_start ();
  aq_queue_set_max_in_flight (self->queue, 0);
  drain_context ();
  growth_stop ();
}

static void
report_each_done (Growth *self)
{
  wait_at_limit (self);

  growth_start ();
  for (guint i = 0; i < self->n; i++)
    {
      drain_context ();
      aq_queue_task_done (self->queue);
    }
  growth_stop ();
}

/* Watches */

static void
iterate_elsewhere (Growth *self)
{
  while (g_main_context_iteration (self->elsewhere, FALSE))
    ;
}

static void
begin_to_watch (Growth *self)
{
  growth_start ();
  growth_watch (self, NULL);
  growth_stop ();
}

static void
serve_watches (Growth *self)
{
  growth_watch (self, NULL);

  growth_start ();
  growth_put (self, self->n);
  iterate_elsewhere (self);
  growth_stop ();
}

static void
shut_down_with_watches (Growth *self)
{
  growth_watch (self, NULL);

  growth_start ();
  aq_queue_shutdown (self->queue, FALSE);
  iterate_elsewhere (self);
  growth_stop ();
}

static void
cancel_watches (Growth *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  growth_watch (self, cancellable);

  growth_start ();
  g_cancellable_cancel (cancellable);
  iterate_elsewhere (self);
  growth_stop ();
}

static void
remove_watches (Growth *self)
{
  guint *ids = g_new (guint, self->n);

  for (guint i = 0; i < self->n; i++)
    ids[i] = aq_queue_add_watch (self->queue, 0, growth_watch_cb, NULL, NULL);
  drain_context ();
  growth_put (self, self->n);

  growth_start ();
  for (guint i = 0; i < self->n; i++)
    growth_remove_source (self, ids[i]);
  growth_stop ();

  g_free (ids);
}

/* Contexts and queues */

static gboolean
never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

static void
gone_cb (gpointer data)
{
  growth_note_depth ();
}

static void
wait_in_contexts (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      g_autoptr (GSource) source = g_timeout_source_new_seconds (1000);

      /* This is told when the context goes. */
      g_source_set_callback (source, never_called_cb, NULL, gone_cb);
      g_source_attach (source, context);

      g_main_context_push_thread_default (context);
      growth_get (self, 1, NULL);
      g_main_context_pop_thread_default (context);
    }
}

/* Nothing else keeps them. The first one gets the item, goes, and so gives it to the
 * next one. */
static void
release_contexts (Growth *self)
{
  wait_in_contexts (self);

  growth_start ();
  growth_put (self, 1);
  growth_stop ();

  g_assert_cmpuint (aq_queue_get_waiting_getters (self->queue), ==, 0);
}

static void
shut_down_with_contexts (Growth *self)
{
  wait_in_contexts (self);

  growth_start ();
  aq_queue_shutdown (self->queue, FALSE);
  growth_stop ();
}

static void
use_queues (Growth *self)
{
  growth_start ();
  set_up_queues (self);
  for (guint i = 0; i < self->n; i++)
    aq_queue_try_put (self->kept->pdata[i], self->item, NULL);
  drain_context ();
  g_ptr_array_set_size (self->kept, 0);
  growth_stop ();
}

static void
use_io_priorities (Growth *self)
{
  growth_start ();
  for (guint i = 0; i < self->n; i++)
    {
      aq_queue_set_io_priority (self->queue, (gint) i);
      growth_get (self, 1, NULL);
      growth_put (self, 1);
    }
  drain_context ();
  growth_stop ();
}

/* Signals */

static void
notify_handlers (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    g_signal_connect (self->queue, i % 2 == 0 ? "notify::length" : "items-added",
                      G_CALLBACK (growth_handler_cb), NULL);

  growth_start ();
  growth_put (self, 1);
  drain_context ();
  growth_stop ();
}

static void
notify_of_each (Growth *self)
{
  g_signal_connect (self->queue, "notify::length", G_CALLBACK (growth_handler_cb), NULL);

  growth_start ();
  for (guint i = 0; i < self->n; i++)
    {
      growth_put (self, 1);
      drain_context ();
    }
  growth_stop ();
}

/* Threads that block. Each ends once its wait does. */

static gpointer
get_in_thread (gpointer data)
{
  return aq_queue_get_sync (data, NULL, NULL);
}

static gpointer
put_in_thread (gpointer data)
{
  Growth *self = data;

  return GINT_TO_POINTER (aq_queue_put_sync (self->queue, self->item, NULL, NULL));
}

static void
shut_down_with_threads (Growth      *self,
                        GThreadFunc  func,
                        gpointer     data,
                        gboolean     is_put)
{
  GThread **threads = g_new (GThread *, self->n);

  for (guint i = 0; i < self->n; i++)
    threads[i] = g_thread_new ("growth", func, data);
  wait_for_waiting (self->queue, is_put ? 0 : self->n, is_put ? self->n : 0);

  growth_start ();
  aq_queue_shutdown (self->queue, FALSE);
  growth_stop ();

  for (guint i = 0; i < self->n; i++)
    g_assert_null (g_thread_join (threads[i]));
  g_free (threads);
}

static void
wake_getting_threads (Growth *self)
{
  shut_down_with_threads (self, get_in_thread, self->queue, FALSE);
}

static void
wake_putting_threads (Growth *self)
{
  aq_queue_set_max_size (self->queue, 1);
  growth_put (self, 1);
  shut_down_with_threads (self, put_in_thread, self, TRUE);
}

const Bulk bulks[] = {
  { "put-and-get", put_and_get, ALL_ORDERS, 1000, LINEAR, NULL },
  { "put-and-get-by-turns-at-length-n", put_and_get_by_turns, ALL_ORDERS, 5000, CONSTANT, NULL },
  { "put-async-and-get-async", put_async_and_get_async, ALL_ORDERS, 500, LINEAR, NULL },
  { "peek-at-all", peek_at_all, ALL_ORDERS, 1000, LINEAR, NULL },
  { "get-all", get_all, ALL_ORDERS, 1000, LINEAR, NULL },
  { "get-all-async", get_all_async, ALL_ORDERS, 1000, LINEAR, NULL },
  { "clear-items", clear_items, ALL_ORDERS, 1000, LINEAR, NULL },
  { "clear-each", clear_each, ALL_ORDERS, 1000, LINEAR, NULL },
  { "shut-down-with-items", shut_down_with_items, ALL_ORDERS, 1000, LINEAR, NULL },
  { "free-with-items", free_with_items, ALL_ORDERS, 1000, LINEAR, NULL },

  { "serve-gets", serve_gets, ALL_ORDERS, 500, LINEAR, NULL },
  { "serve-gets-that-share-a-cancellable", serve_shared, ONE_ORDER, 500, LINEAR, NULL },
  { "shut-down-with-gets", shut_down_with_gets, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-gets-that-share-a-cancellable", cancel_shared, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-gets-first-first", cancel_gets_first_first, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-gets-last-first", cancel_gets_last_first, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-promised-gets", cancel_promised_gets, ALL_ORDERS, 500, LINEAR, NULL },

  { "serve-puts", serve_puts, ALL_ORDERS, 500, LINEAR, NULL },
  { "let-all-puts-in", let_all_puts_in, ALL_ORDERS, 500, LINEAR, NULL },
  { "shut-down-with-puts", shut_down_with_puts, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-puts", cancel_puts, ONE_ORDER, 500, LINEAR, NULL },

  { "shut-down-with-promises", shut_down_with_promises, ALL_ORDERS, 500, LINEAR, NULL },
  { "drain-promises", drain_promises, ALL_ORDERS, 500, LINEAR, NULL },
  { "give-promises-back", give_promises_back, ALL_ORDERS, 500, LINEAR, NULL },
  { "give-promises-back-after-shutdown", give_promises_back_after_shutdown, ALL_ORDERS,
    500, LINEAR, NULL },
  { "cancel-promises-after-shutdown", cancel_promises_after_shutdown, ALL_ORDERS,
    500, LINEAR, NULL },
  { "clear-with-promises", clear_with_promises, ONE_ORDER, 2000, CONSTANT, NULL },

  { "serve-joins", serve_joins, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-joins", cancel_joins, ONE_ORDER, 500, LINEAR, NULL },
  { "lift-limit", lift_limit, ALL_ORDERS, 500, LINEAR, NULL },
  { "report-each-done", report_each_done, ALL_ORDERS, 500, LINEAR, NULL },

  { "begin-to-watch", begin_to_watch, ONE_ORDER, 500, LINEAR, NULL },
  { "serve-watches", serve_watches, ONE_ORDER, 500, LINEAR, NULL },
  { "shut-down-with-watches", shut_down_with_watches, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-watches", cancel_watches, ONE_ORDER, 500, LINEAR, NULL },
  { "remove-watches", remove_watches, ONE_ORDER, 500, LINEAR, NULL },

  { "release-contexts", release_contexts, ALL_ORDERS, 50, LINEAR, NULL },
  { "shut-down-with-contexts", shut_down_with_contexts, ONE_ORDER, 50, LINEAR, NULL },
  { "use-queues", use_queues, ALL_ORDERS, 500, LINEAR, NULL },
  { "use-io-priorities", use_io_priorities, ONE_ORDER, 100, QUADRATIC,
    "GLib keeps the sources of a context in a list of priorities" },

  { "notify-handlers", notify_handlers, ONE_ORDER, 500, LINEAR, NULL },
  { "notify-of-each", notify_of_each, ONE_ORDER, 500, LINEAR, NULL },

  { "wake-getting-threads", wake_getting_threads, ONE_ORDER, 10, LINEAR, NULL },
  { "wake-putting-threads", wake_putting_threads, ONE_ORDER, 10, LINEAR, NULL },
  { 0 },
};
