/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is done with n of something: the work grows with n, and no more than that. It
 * is what is done here, and what both main contexts then have to do.
 */

#include "test-growth.h"

/* What is done in several situations */

static void
put_one (Growth *self)
{
  growth_put (self, 1);
}

static void
put_n (Growth *self)
{
  growth_put (self, self->n);
}

static void
get_each (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    drop (aq_queue_try_get (self->queue, NULL));
}

static void
clear (Growth *self)
{
  aq_queue_clear (self->queue);
}

static void
shut_down (Growth *self)
{
  aq_queue_shutdown (self->queue, FALSE);
}

static void
shut_down_at_once (Growth *self)
{
  aq_queue_shutdown (self->queue, TRUE);
}

static void
cancel_shared (Growth *self)
{
  g_cancellable_cancel (self->kept->pdata[0]);
}

static void
cancel_first_first (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    g_cancellable_cancel (self->kept->pdata[i]);
}

static void
cancel_last_first (Growth *self)
{
  for (guint i = self->n; i > 0; i--)
    g_cancellable_cancel (self->kept->pdata[i - 1]);
}

/* Items */

static void
put_and_get (Growth *self)
{
  put_n (self);
  get_each (self);
}

static void
put_and_get_by_turns (Growth *self)
{
  for (guint i = 0; i < 100; i++)
    {
      growth_put (self, 1);
      drop (aq_queue_try_get (self->queue, NULL));
    }
}

static void
put_async_and_get_async (Growth *self)
{
  growth_put_async (self, self->n, NULL);
  growth_get (self, self->n, NULL);
}

static void
peek_at_all (Growth *self)
{
  drop_array (aq_queue_peek_many (self->queue, self->n));
}

static void
get_all (Growth *self)
{
  drop_array (aq_queue_try_get_many (self->queue, self->n, NULL));
}

static void
get_all_async (Growth *self)
{
  aq_queue_get_many_async (self->queue, self->n, NULL, growth_finish_get_many_cb, NULL);
}

static void
free_queue (Growth *self)
{
  g_object_unref (self->queue);
  self->queue = growth_new_queue (self);
}

static void
clear_each (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      growth_put (self, 1);
      aq_queue_clear (self->queue);
    }
}

/* Gets and puts that wait */

/* All that hang on one cancellable, and are not cancelled. */
static void
serve_shared (Growth *self)
{
  set_up_shared_cancellable (self);
  put_n (self);
}

static void
set_up_cancellable_puts (Growth *self)
{
  aq_queue_set_max_size (self->queue, 1);
  growth_put (self, 1);
  for (guint i = 0; i < self->n; i++)
    growth_put_async (self, 1, growth_add_cancellable (self));
}

static void
lift_bound (Growth *self)
{
  aq_queue_set_max_size (self->queue, 0);
}

/* Promises */

/* A cancelled promise goes on to the next one that waits. */
static void
set_up_half_promised (Growth *self)
{
  set_up_cancellables (self);
  growth_put (self, self->n / 2);
}

static void
set_up_promises_after_shutdown (Growth *self)
{
  set_up_cancellables (self);
  growth_put (self, self->n);
  aq_queue_shutdown (self->queue, TRUE);
}

static void
give_back (Growth *self)
{
  g_ptr_array_set_size (self->kept, 0);
}

static void
shut_down_and_give_back (Growth *self)
{
  shut_down_at_once (self);
  give_back (self);
}

/* Some, and not one for each promise: what a clear () of a heap costs is known. */
static void
clear_some (Growth *self)
{
  for (guint i = 0; i < 10; i++)
    {
      growth_put (self, 1);
      aq_queue_clear (self->queue);
    }
}

/* Joins and limits */

static void
set_up_cancellable_joins (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    growth_add_cancellable (self);
  set_up_joins (self);
}

static void
report_last_done (Growth *self)
{
  aq_queue_task_done (self->queue);
}

/* One item may be out; the gets behind it wait, though there are items. */
static void
set_up_limit (Growth *self)
{
  aq_queue_set_max_in_flight (self->queue, 1);
  set_up_promises (self);
}

static void
lift_limit (Growth *self)
{
  aq_queue_set_max_in_flight (self->queue, 0);
}

static void
report_each_done (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      growth_drain (self);
      aq_queue_task_done (self->queue);
    }
}

/* Watches */

static void
set_up_cancellable_watches (Growth *self)
{
  growth_watch (self, growth_add_cancellable (self));
}

static void
remove_watches (Growth *self)
{
  g_autofree guint *ids = g_new (guint, self->n);

  for (guint i = 0; i < self->n; i++)
    ids[i] = aq_queue_add_watch (self->queue, growth_watch_cb, NULL);
  growth_drain (self);
  put_n (self);

  growth_start ();
  for (guint i = 0; i < self->n; i++)
    growth_remove_source (self, ids[i]);
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

/* Nothing else keeps them. */
static void
set_up_own_contexts (Growth *self)
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

/* The first one gets the item, goes, and so gives it to the next one. */
static void
release_contexts (Growth *self)
{
  put_one (self);
  g_assert_cmpuint (aq_queue_get_waiting_getters (self->queue), ==, 0);
}

static void
use_queues (Growth *self)
{
  set_up_queues (self);
  for (guint i = 0; i < self->n; i++)
    aq_queue_try_put (self->kept->pdata[i], self->item, NULL);
  growth_drain (self);
  g_ptr_array_set_size (self->kept, 0);
}

static void
use_io_priorities (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      aq_queue_set_io_priority (self->queue, (gint) i);
      growth_get (self, 1, NULL);
      growth_put (self, 1);
    }
}

/* Signals */

static void
set_up_listeners (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    g_signal_connect (self->queue, i % 2 == 0 ? "notify::length" : "items-added",
                      G_CALLBACK (growth_handler_cb), NULL);
}

static void
set_up_listener (Growth *self)
{
  g_signal_connect (self->queue, "notify::length", G_CALLBACK (growth_handler_cb), NULL);
}

static void
notify_of_each (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      growth_put (self, 1);
      growth_drain (self);
    }
}

/* Waits that have an end. */

static void
set_up_timed_gets (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    aq_queue_timed_get_async (self->queue, G_TIME_SPAN_HOUR + i * 7919 % self->n,
                              growth_add_cancellable (self), growth_collect_cb, NULL);
}

static void
time_out_gets (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    aq_queue_timed_get_async (self->queue, 1, NULL, growth_collect_cb, NULL);

  while (aq_queue_get_waiting_getters (self->queue) > 0)
    growth_drain (self);
}

static void
no_item_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_assert_null (aq_queue_get_any_finish (result, NULL, NULL));
}

static void
get_any_of_n (Growth *self)
{
  g_autofree AqQueue **queues = g_new (AqQueue *, self->n);

  for (guint i = 0; i < self->n; i++)
    queues[i] = growth_new_queue (self);

  aq_queue_get_any_async (queues, self->n, self->cancelled, no_item_cb, NULL);
  aq_queue_timed_get_any_async (queues, self->n, G_TIME_SPAN_HOUR, NULL, no_item_cb, NULL);
  for (guint i = 0; i < self->n; i++)
    aq_queue_shutdown (queues[i], FALSE);
  growth_drain (self);

  for (guint i = 0; i < self->n; i++)
    g_object_unref (queues[i]);
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
  g_autofree GThread **threads = g_new (GThread *, self->n);

  for (guint i = 0; i < self->n; i++)
    threads[i] = g_thread_new ("growth", func, data);
  wait_for_waiting (self->queue, is_put ? 0 : self->n, is_put ? self->n : 0);

  growth_start ();
  shut_down (self);
  for (guint i = 0; i < self->n; i++)
    g_assert_null (g_thread_join (threads[i]));
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
  { "put-and-get", NULL, put_and_get, ALL_ORDERS, 1000, LINEAR, NULL },
  { "put-and-get-by-turns-at-length-n", put_n, put_and_get_by_turns, ALL_ORDERS,
    5000, CONSTANT, NULL },
  { "put-async-and-get-async", NULL, put_async_and_get_async, ALL_ORDERS, 500, LINEAR, NULL },
  { "peek-at-all", put_n, peek_at_all, ALL_ORDERS, 1000, LINEAR, NULL },
  { "get-all", put_n, get_all, ALL_ORDERS, 1000, LINEAR, NULL },
  { "get-all-async", put_n, get_all_async, ALL_ORDERS, 1000, LINEAR, NULL },
  { "clear-items", put_n, clear, ALL_ORDERS, 1000, LINEAR, NULL },
  { "clear-each", NULL, clear_each, ALL_ORDERS, 1000, LINEAR, NULL },
  { "shut-down-with-items", put_n, shut_down_at_once, ALL_ORDERS, 1000, LINEAR, NULL },
  { "free-with-items", put_n, free_queue, ALL_ORDERS, 1000, LINEAR, NULL },

  { "serve-gets", set_up_gets, put_n, ALL_ORDERS, 500, LINEAR, NULL },
  { "serve-gets-that-share-a-cancellable", NULL, serve_shared, ONE_ORDER, 500, LINEAR, NULL },
  { "shut-down-with-gets", set_up_gets, shut_down, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-gets-that-share-a-cancellable", set_up_shared_cancellable, cancel_shared, ONE_ORDER,
    500, LINEAR, NULL },
  { "cancel-gets-first-first", set_up_cancellables, cancel_first_first, ONE_ORDER,
    500, LINEAR, NULL },
  { "cancel-gets-last-first", set_up_cancellables, cancel_last_first, ONE_ORDER,
    500, LINEAR, NULL },
  { "cancel-promised-gets", set_up_half_promised, cancel_first_first, ALL_ORDERS,
    500, LINEAR, NULL },

  { "serve-puts", set_up_puts, get_each, ALL_ORDERS, 500, LINEAR, NULL },
  { "let-all-puts-in", set_up_puts, lift_bound, ALL_ORDERS, 500, LINEAR, NULL },
  { "shut-down-with-puts", set_up_puts, shut_down, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-puts", set_up_cancellable_puts, cancel_last_first, ONE_ORDER, 500, LINEAR, NULL },

  { "shut-down-with-promises", set_up_promises, shut_down_at_once, ALL_ORDERS, 500, LINEAR, NULL },
  { "drain-promises", set_up_promises, shut_down, ALL_ORDERS, 500, LINEAR, NULL },
  { "give-promises-back", set_up_held_promises, give_back, ALL_ORDERS, 500, LINEAR, NULL },
  { "give-promises-back-after-shutdown", set_up_held_promises, shut_down_and_give_back, ALL_ORDERS,
    500, LINEAR, NULL },
  { "cancel-promises-after-shutdown", set_up_promises_after_shutdown, cancel_first_first,
    ALL_ORDERS, 500, LINEAR, NULL },
  { "clear-with-promises", set_up_held_promises, clear_some, ONE_ORDER, 2000, CONSTANT, NULL },

  { "serve-joins", set_up_joins, report_last_done, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-joins", set_up_cancellable_joins, cancel_last_first, ONE_ORDER, 500, LINEAR, NULL },
  { "lift-limit", set_up_limit, lift_limit, ALL_ORDERS, 500, LINEAR, NULL },
  { "report-each-done", set_up_limit, report_each_done, ALL_ORDERS, 500, LINEAR, NULL },

  { "serve-timed-gets", set_up_timed_gets, put_n, ONE_ORDER, 500, N_LOG_N, NULL },
  { "cancel-timed-gets-first-first", set_up_timed_gets, cancel_first_first, ONE_ORDER,
    500, N_LOG_N, NULL },
  { "cancel-timed-gets-last-first", set_up_timed_gets, cancel_last_first, ONE_ORDER,
    500, N_LOG_N, NULL },
  { "time-out-gets", NULL, time_out_gets, ONE_ORDER, 500, N_LOG_N, NULL },
  { "get-any-of-n-queues", NULL, get_any_of_n, ONE_ORDER, 500, LINEAR, NULL },

  { "begin-to-watch", NULL, set_up_watches, ONE_ORDER, 500, LINEAR, NULL },
  { "serve-watches", set_up_watches, put_n, ONE_ORDER, 500, LINEAR, NULL },
  { "shut-down-with-watches", set_up_watches, shut_down, ONE_ORDER, 500, LINEAR, NULL },
  { "cancel-watches", set_up_cancellable_watches, cancel_shared, ONE_ORDER, 500, LINEAR, NULL },
  { "remove-watches", NULL, remove_watches, ONE_ORDER, 500, LINEAR, NULL },

  { "release-contexts", set_up_own_contexts, release_contexts, ALL_ORDERS, 50, LINEAR, NULL },
  { "shut-down-with-contexts", set_up_own_contexts, shut_down, ONE_ORDER, 50, LINEAR, NULL },
  { "use-queues", NULL, use_queues, ALL_ORDERS, 500, LINEAR, NULL },
  { "use-io-priorities", NULL, use_io_priorities, ONE_ORDER, 100, QUADRATIC,
    "GLib keeps the sources of a context in a list of priorities" },

  { "notify-handlers", set_up_listeners, put_one, ONE_ORDER, 500, LINEAR, NULL },
  { "notify-of-each", set_up_listener, notify_of_each, ONE_ORDER, 500, LINEAR, NULL },

  { "wake-getting-threads", NULL, wake_getting_threads, ONE_ORDER, 10, LINEAR, NULL },
  { "wake-putting-threads", NULL, wake_putting_threads, ONE_ORDER, 10, LINEAR, NULL },
  { 0 },
};
