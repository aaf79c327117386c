/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

#include <dlfcn.h>

static int n_wake_up_calls; /* (atomic) */
static int n_searches;      /* (atomic) */

/* (owned) (nullable): From GLib 2.86 on, a source holds its context while it gets a new
 * ready time. If there is one here, that turns out to be the last reference. */
static GMainContext *let_go_when_rung;

/* The library finds these before GLib's, since a program comes first. */

/* No turn is over before its work is, however slow the machine. */
gint64
g_get_monotonic_time (void)
{
  return 1;
}

void
g_source_set_ready_time (GSource *source,
                         gint64   ready_time)
{
  static void (*set_ready_time) (GSource *source, gint64 ready_time);

  if (g_once_init_enter (&set_ready_time))
    g_once_init_leave (&set_ready_time, dlsym (RTLD_NEXT, "g_source_set_ready_time"));

  if (ready_time != -1)
    g_atomic_int_inc (&n_wake_up_calls);
  set_ready_time (source, ready_time);
  g_clear_pointer (&let_go_when_rung, g_main_context_unref);
}

GSource *
g_main_context_find_source_by_funcs_user_data (GMainContext *context,
                                               GSourceFuncs *funcs,
                                               gpointer      user_data)
{
  static GSource *(*find) (GMainContext *context, GSourceFuncs *funcs, gpointer user_data);

  if (g_once_init_enter (&find))
    g_once_init_leave (&find, dlsym (RTLD_NEXT, "g_main_context_find_source_by_funcs_user_data"));

  g_atomic_int_inc (&n_searches);

  return find (context, funcs, user_data);
}

const char *
glib_check_version (guint required_major,
                    guint required_minor,
                    guint required_micro)
{
  if (let_go_when_rung != NULL)
    return NULL;

  return required_major > glib_major_version ||
         (required_major == glib_major_version && required_minor > glib_minor_version)
         ? "GLib version too old" : NULL;
}

void
g_main_context_wakeup (GMainContext *context)
{
  static void (*wake_up) (GMainContext *context);

  if (g_once_init_enter (&wake_up))
    g_once_init_leave (&wake_up, dlsym (RTLD_NEXT, "g_main_context_wakeup"));

  g_atomic_int_inc (&n_wake_up_calls);
  wake_up (context);
}

/* A thread that runs a main loop on a context of its own. */
typedef struct
{
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
} LoopThread;

static gpointer
run_loop_thread (gpointer data)
{
  LoopThread *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static void
loop_thread_start (LoopThread *self)
{
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("loop", run_loop_thread, self);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_REMOVE;
}

static void
loop_thread_stop (LoopThread *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit_cb, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
}

/* What a callback saw of its surroundings. */
typedef struct
{
  GMainContext *context; /* (unowned) */
  GThread *thread;
  int number;
  gboolean called; /* (atomic) */
} Seen;

static void
look_around_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Seen *seen = user_data;
  g_autoptr (AqTestItem) item = aq_queue_get_finish (AQ_QUEUE (source), result, NULL);

  seen->context = g_main_context_get_thread_default ();
  seen->thread = g_thread_self ();
  seen->number = aq_test_item_get_number (item);
  g_clear_object (&item);
  g_atomic_int_set (&seen->called, TRUE);
  g_main_context_wakeup (NULL);
}

static void
test_contexts_callback_in_default (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Seen seen = { 0, };

  g_test_summary ("A callback of the main thread runs in the default context (P5).");

  aq_queue_get_async (queue, NULL, look_around_cb, &seen);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_true (seen.called);
  g_assert_true (seen.context == NULL || seen.context == g_main_context_default ());
  g_assert_true (seen.thread == g_thread_self ());

  aq_test_finalize_queue (queue);
}

static void
test_contexts_callback_in_pushed (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Seen seen = { 0, };

  g_test_summary ("A callback runs in the context that was thread-default at its call (P5).");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, NULL, look_around_cb, &seen);
  g_main_context_pop_thread_default (context);
  aq_test_put (queue, 1);

  drain_context ();
  g_assert_false (seen.called);

  /* Not pushed: the callback finds its context in place all the same. */
  drain (context);
  g_assert_true (seen.called);
  g_assert_true (seen.context == context);

  aq_test_finalize_queue (queue);
}

static gboolean
start_get_cb (gpointer data)
{
  gpointer *args = data;

  aq_queue_get_async (args[0], NULL, look_around_cb, args[1]);

  return G_SOURCE_REMOVE;
}

static gboolean
was_called (gpointer data)
{
  return g_atomic_int_get (&((Seen *) data)->called);
}

static void
test_contexts_callback_in_other_thread (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Seen seen = { 0, };
  gpointer args[2] = { queue, &seen };
  LoopThread thread;

  g_test_summary ("A get of another thread's loop completes in that thread (P5).");

  loop_thread_start (&thread);
  g_main_context_invoke (thread.context, start_get_cb, args);
  wait_for_waiting (queue, 1, 0);
  aq_test_put (queue, 7);
  wait_until (was_called, &seen);

  g_assert_cmpint (seen.number, ==, 7);
  g_assert_true (seen.context == thread.context);
  g_assert_true (seen.thread == thread.thread);

  loop_thread_stop (&thread);
  aq_test_finalize_queue (queue);
}

static void
test_contexts_order_across_contexts (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) other = g_main_context_new ();
  GAsyncResult *results[4] = { NULL, };

  g_test_summary ("Gets of two contexts are promised items in the order of their calls (P3).");

  for (int i = 0; i < 4; i++)
    {
      if (i % 2 == 1)
        g_main_context_push_thread_default (other);
      aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
      if (i % 2 == 1)
        g_main_context_pop_thread_default (other);
    }

  aq_test_put (queue, 0);
  aq_test_put (queue, 1);

  drain_context ();
  drain (other);

  g_assert_nonnull (results[0]);
  g_assert_nonnull (results[1]);
  g_assert_null (results[2]);
  g_assert_null (results[3]);
  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 0);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 1);

  aq_queue_shutdown (queue, TRUE);
  drain_context ();
  drain (other);
  g_clear_object (&results[2]);
  g_clear_object (&results[3]);
  aq_test_finalize_queue (queue);
}

/* Each operation and what causes its end: none of the callbacks may run inside
 * the call that caused it. */
static gboolean inside;
static int n_called;

static void
not_inside_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_assert_false (inside);
  n_called++;
}

static void
test_contexts_never_inside_call (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  AqTestItem *item = aq_test_item_new (1);

  g_test_summary ("No callback runs inside get, put, cancel, task_done or shutdown (P5).");

  n_called = 0;
  inside = TRUE;
  aq_queue_get_async (queue, NULL, not_inside_cb, NULL);
  aq_queue_put_async (queue, item, NULL, not_inside_cb, NULL);
  inside = FALSE;
  wait_for_count (&n_called, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);

  inside = TRUE;
  aq_queue_join_async (queue, NULL, not_inside_cb, NULL);
  aq_queue_put_async (queue, item, cancellable, not_inside_cb, NULL);
  g_cancellable_cancel (cancellable);
  aq_queue_put_async (queue, item, cancellable, not_inside_cb, NULL);
  aq_queue_put_async (queue, item, NULL, not_inside_cb, NULL);
  g_object_unref (aq_queue_try_get (queue, NULL));
  aq_queue_task_done (queue);
  aq_queue_task_done (queue);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  aq_queue_put_async (queue, item, NULL, not_inside_cb, NULL);
  aq_queue_set_max_size (queue, 0);
  aq_queue_set_max_size (queue, 1);
  aq_queue_put_async (queue, item, NULL, not_inside_cb, NULL);
  aq_queue_shutdown (queue, TRUE);
  aq_queue_get_async (queue, NULL, not_inside_cb, NULL);
  inside = FALSE;
  wait_for_count (&n_called, 9);

  g_assert_finalize_object (item);
  aq_test_finalize_queue (queue);
}

static char *stack_top;
static gsize max_depth;

static void
measure_stack_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);
  char here;
  gsize depth = ABS (stack_top - &here);

  max_depth = MAX (max_depth, depth);
  g_object_unref (aq_queue_get_finish (queue, result, NULL));
  n_called++;

  /* Each callback completes another get. */
  aq_test_put (queue, n_called);
}

static void
test_contexts_stack_stays_flat (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  char here;

  g_test_summary ("100,000 waiting gets, completed one by another, need no deeper stack (P5).");

  n_called = 0;
  max_depth = 0;
  stack_top = &here;
  for (int i = 0; i < 100000; i++)
    aq_queue_get_async (queue, NULL, measure_stack_cb, NULL);

  aq_test_put (queue, 0);
  wait_for_count (&n_called, 100000);
  g_assert_cmpuint (max_depth, <, 16 * 1024);

  aq_test_finalize_queue (queue);
}

static void
append_number_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (AqTestItem) item = aq_queue_get_finish (AQ_QUEUE (source), result, NULL);
  int number = aq_test_item_get_number (item);

  g_array_append_val ((GArray *) user_data, number);
}

static gpointer
put_four_thread (gpointer data)
{
  for (int i = 0; i < 250; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_sync (data, item, NULL, NULL);
    }

  return NULL;
}

static void
test_contexts_callbacks_in_order (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (int));
  int next[250] = { 0, };
  GThread *threads[4];

  g_test_summary ("Callbacks of one context run in the order in which threads put.");

  for (int i = 0; i < 1000; i++)
    aq_queue_get_async (queue, NULL, append_number_cb, numbers);
  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("put", put_four_thread, queue);
  while (numbers->len < 1000)
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < 4; i++)
    g_thread_join (threads[i]);

  /* Each thread counts up, so the n-th of a number comes after the n-th of
   * the number before it. */
  for (guint i = 0; i < numbers->len; i++)
    {
      int number = g_array_index (numbers, int, i);

      next[number]++;
      if (number > 0)
        g_assert_cmpint (next[number], <=, next[number - 1]);
    }

  aq_test_finalize_queue (queue);
}

static void
append_priority_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_string_append (user_data, "c");
}

static gboolean
append_idle_cb (gpointer data)
{
  g_string_append (data, "i");

  return G_SOURCE_REMOVE;
}

static void
test_contexts_io_priority (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GString) order = g_string_new (NULL);

  g_test_summary ("Callbacks run at the io-priority that was set at their call.");

  g_idle_add (append_idle_cb, order);
  aq_queue_join_async (queue, NULL, append_priority_cb, order);
  drain_context ();
  g_assert_cmpstr (order->str, ==, "ci");

  g_string_truncate (order, 0);
  aq_queue_set_io_priority (queue, G_PRIORITY_LOW);
  g_idle_add (append_idle_cb, order);
  aq_queue_join_async (queue, NULL, append_priority_cb, order);
  drain_context ();
  g_assert_cmpstr (order->str, ==, "ic");

  aq_test_finalize_queue (queue);
}

static void
test_contexts_context_goes_with_operations (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A context that is never run again holds back nothing once cancelled (32).");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_main_context_pop_thread_default (context);

  aq_test_put (queue, 1);
  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  g_cancellable_cancel (cancellable);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  drain (context);
  g_assert_nonnull (result);
  g_clear_object (&result);
  g_main_context_unref (context);
  aq_test_finalize_queue (queue);
}

static void
test_contexts_queue_of_dead_context (void)
{
  GMainContext *context = g_main_context_new ();
  AqQueue *queue;

  g_test_summary ("A queue works, and goes, whether or not its own context ever runs.");

  g_main_context_push_thread_default (context);
  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);

  g_assert_true (aq_queue_get_main_context (queue) == context);
  for (int i = 0; i < 10; i++)
    aq_test_put (queue, i);
  for (int i = 0; i < 10; i++)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_contexts_operations_go_with_context (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("A context that goes takes its operations along, and promises come back.");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_main_context_pop_thread_default (context);

  /* The first is ready as the context goes, the second waits. */
  aq_test_put (queue, 1);
  g_assert_null (aq_queue_try_get (queue, NULL));
  g_main_context_unref (context);
  aq_test_put (queue, 2);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_null (result);
  aq_test_finalize_queue (queue);
}

static void
test_contexts_come_and_go (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("Contexts may come and go, at the same address or not.");

  for (int i = 0; i < 50; i++)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      GAsyncResult *result = NULL;

      g_main_context_push_thread_default (context);
      aq_queue_get_async (queue, NULL, store_result_cb, &result);
      aq_test_put (queue, i);
      g_assert_cmpint (aq_test_finish (queue, &result), ==, i);
      g_main_context_pop_thread_default (context);
    }

  aq_test_finalize_queue (queue);
}

static gboolean
never_cb (gpointer data)
{
  g_assert_not_reached ();
}

static void
set_true (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
test_contexts_not_kept_by_queue (void)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (GSource) source = g_timeout_source_new_seconds (1000);
  gboolean is_gone = FALSE;
  AqQueue *queue;

  g_test_summary ("A context goes once its queue has gone, whatever priorities it had.");

  g_source_set_callback (source, never_cb, &is_gone, set_true);
  g_source_attach (source, context);

  g_main_context_push_thread_default (context);
  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_main_context_pop_thread_default (context);
  for (int i = 0; i < 10; i++)
    aq_queue_set_io_priority (queue, i);
  g_main_context_unref (context);
  g_assert_false (is_gone);

  aq_test_finalize_queue (queue);
  g_assert_true (is_gone);
}

/* Counts the polls that found something to read: the wake-ups. */
static int n_wake_ups;

static gint
count_wake_ups_poll (GPollFD *fds,
                     guint    n_fds,
                     gint     timeout)
{
  gint n_ready = g_poll (fds, n_fds, timeout);

  if (n_ready > 0)
    n_wake_ups++;

  return n_ready;
}

static void
test_contexts_one_wake_up_a_burst (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  GAsyncResult *results[100] = { NULL, };

  g_test_summary ("A burst of items wakes the main loop once, and completes in one turn (P7).");

  g_main_context_set_poll_func (context, count_wake_ups_poll);
  g_main_context_push_thread_default (context);
  for (int i = 0; i < 100; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  drain_context ();

  n_wake_ups = 0;
  for (int i = 0; i < 100; i++)
    aq_test_put (queue, i);
  while (results[99] == NULL)
    {
      g_main_context_iteration (context, TRUE);
      g_assert_nonnull (results[0]);
    }
  drain_context ();
  g_assert_cmpint (n_wake_ups, ==, 1);

  for (int i = 0; i < 100; i++)
    g_assert_cmpint (aq_test_finish (queue, &results[i]), ==, i);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  aq_test_finalize_queue (queue);
}

static int n_rounds;

static void
get_again_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);
  g_autoptr (AqTestItem) item = aq_queue_get_finish (queue, result, NULL);

  if (++n_rounds == 1000)
    return;

  aq_queue_get_async (queue, NULL, get_again_cb, NULL);
  aq_queue_try_put (queue, item, NULL);
}

static void
test_contexts_own_loop_needs_no_wake_up (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();

  g_test_summary ("What happens inside a main loop does not wake it (P7).");

  g_main_context_set_poll_func (context, count_wake_ups_poll);
  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, NULL, get_again_cb, NULL);
  aq_test_put (queue, 1);
  drain_context ();
  n_rounds = 0;
  n_wake_ups = 0;
  aq_queue_get_async (queue, NULL, get_again_cb, NULL);
  aq_test_put (queue, 1);
  wait_for_count (&n_rounds, 1000);
  g_assert_cmpint (n_wake_ups, <=, 1);

  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  aq_test_finalize_queue (queue);
}

/* One turn of a main loop, in steps, between which something can happen. */
typedef struct
{
  GMainContext *context;
  gint priority, timeout, n_fds;
  GPollFD fds[4];
} Turn;

/* Nothing is to be done, so it is going to sleep. */
static void
turn_begin (Turn         *turn,
            GMainContext *context)
{
  turn->context = context;
  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &turn->priority));
}

static void
turn_query (Turn *turn)
{
  turn->n_fds = g_main_context_query (turn->context, turn->priority, &turn->timeout, turn->fds,
                                      G_N_ELEMENTS (turn->fds));
}

static gboolean
turn_is_woken (Turn *turn)
{
  return g_poll (turn->fds, (guint) turn->n_fds, 0) == 1;
}

/* Something is to be done by now. */
static void
turn_end (Turn *turn)
{
  g_assert_true (g_main_context_check (turn->context, turn->priority, turn->fds, turn->n_fds));
  g_main_context_dispatch (turn->context);
  g_main_context_release (turn->context);
}

static void
test_contexts_polled_by_others (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_default ();
  GAsyncResult *result = NULL;
  Turn turn;

  g_test_summary ("Who polls for itself, after a look that found nothing, is woken too.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();

  turn_begin (&turn, context);
  turn_query (&turn);
  g_assert_false (g_main_context_pending (context));

  aq_test_put (queue, 1);
  g_assert_true (turn_is_woken (&turn));
  g_main_context_release (context);

  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  aq_test_finalize_queue (queue);
}

/* Inside a callback: in a main loop that is about to sleep, the thread puts. */
static void
poll_in_callback_cb (gpointer data)
{
  AqQueue *queue = data;
  GAsyncResult *result = NULL;
  Turn turn;

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();

  turn_begin (&turn, g_main_context_default ());
  turn_query (&turn);
  aq_test_put (queue, 1);
  g_assert_true (turn_is_woken (&turn));
  turn_end (&turn);

  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
}

static void
test_contexts_polled_in_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A main loop inside a callback is woken from where it is about to sleep.");

  g_idle_add_once (poll_in_callback_cb, queue);
  drain_context ();

  aq_test_finalize_queue (queue);
}

/* The same, where it is about to sleep in a context that has nothing of ours yet. */
static gboolean
poll_in_new_context_cb (gpointer data)
{
  AqQueue *queue = data;
  GAsyncResult *result = NULL;
  Turn turn;

  turn_begin (&turn, g_main_context_get_thread_default ());
  turn_query (&turn);

  /* GLib does not wake it for a new source, since this thread is the one that runs it. */
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 1);
  g_assert_true (turn_is_woken (&turn));
  turn_end (&turn);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);

  return G_SOURCE_REMOVE;
}

static void
test_contexts_polled_in_new_context (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) idle = g_idle_source_new ();

  g_test_summary ("The first operation in a context wakes it, in a callback there, too.");

  aq_test_put (queue, 1);
  drain_context ();
  g_source_set_callback (idle, poll_in_new_context_cb, queue, NULL);
  g_source_attach (idle, context);
  g_main_context_push_thread_default (context);
  g_atomic_int_set (&n_wake_up_calls, 0);
  g_main_context_iteration (context, FALSE);
  g_main_context_pop_thread_default (context);

  aq_test_finalize_queue (queue);
}

static void
test_contexts_looks_once (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_default ();
  GAsyncResult *result = NULL;
  Turn turn;

  g_test_summary ("A main loop that has called back looks once before it sleeps (P7).");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();
  aq_test_put (queue, 1);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_nonnull (result);

  turn_begin (&turn, context);
  turn_query (&turn);
  g_assert_cmpint (turn.timeout, ==, -1);
  g_main_context_release (context);

  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  aq_test_finalize_queue (queue);
}

/* Where the stack was as contexts went. */
typedef struct
{
  guintptr lowest;
  guintptr highest;
  int n_gone;
} Gone;

static gboolean
never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

static void
context_goes_cb (gpointer data)
{
  Gone *gone = data;
  guintptr here = (guintptr) __builtin_frame_address (0);

  gone->lowest = gone->n_gone == 0 ? here : MIN (gone->lowest, here);
  gone->highest = gone->n_gone == 0 ? here : MAX (gone->highest, here);
  gone->n_gone++;
}

static void
test_contexts_go_one_after_another (void)
{
  const int n_contexts = 200;
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Gone gone = { 0, };

  g_test_summary ("Each of many contexts goes with a get; the stack does not grow with them (P5).");

  for (int i = 0; i < n_contexts; i++)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      g_autoptr (GSource) source = g_timeout_source_new (G_MAXUINT);

      g_source_set_callback (source, never_called_cb, &gone, context_goes_cb);
      g_source_attach (source, context);
      g_main_context_push_thread_default (context);
      aq_queue_get_async (queue, NULL, NULL, NULL);
      g_main_context_pop_thread_default (context);
    }

  /* Only the wait keeps the first one, which then leaves the item to the next. */
  g_assert_cmpint (gone.n_gone, ==, 0);
  aq_test_put (queue, 1);
  g_assert_cmpint (gone.n_gone, ==, n_contexts);
  g_assert_cmpuint (gone.highest - gone.lowest, <, 100 * n_contexts);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static gpointer
unref_thread (gpointer data)
{
  g_object_unref (data);

  return NULL;
}

static void
test_contexts_last_unref_anywhere (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  gpointer alive = queue;

  g_test_summary ("The last reference to a result or a queue may go in any thread.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  wait_for_result (&result);

  /* The result, which gives its promise back, and with it the queue. */
  g_object_unref (queue);
  g_assert_nonnull (alive);
  g_thread_join (g_thread_new ("unref", unref_thread, result));
  g_assert_null (alive);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
  drain_context ();
}

static void
test_contexts_one_alert_wakes (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[3] = { NULL, };

  g_test_summary ("A main loop that was woken is not woken again before it has come round (P7).");

  for (int i = 0; i < 3; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  drain_context ();

  g_atomic_int_set (&n_wake_up_calls, 0);
  for (int i = 0; i < 3; i++)
    aq_test_put (queue, i);
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 1);

  for (int i = 0; i < 3; i++)
    g_assert_cmpint (aq_test_finish (queue, &results[i]), ==, i);
  aq_test_finalize_queue (queue);
}

static void
test_contexts_awake_is_not_woken (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  Turn turn;

  g_test_summary ("A main loop that is up for another reason is not woken (P7).");

  drain_context ();
  g_atomic_int_set (&n_wake_up_calls, 0);

  /* It found nothing, and would sleep. That an item came in is not worth waking
   * it, while nobody listens; but it comes to that if something else does. */
  turn_begin (&turn, g_main_context_default ());
  aq_test_put (queue, 1);
  turn_query (&turn);
  turn_end (&turn);

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 0);

  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  aq_test_finalize_queue (queue);
}

static gboolean
count_items_cb (AqQueue  *queue,
                gpointer  item,
                gpointer  user_data)
{
  g_object_unref (item);
  (*(int *) user_data)++;

  return G_SOURCE_CONTINUE;
}

static void
test_contexts_one_alert_wakes_watch (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Turn turn;
  int n_items = 0;
  guint id;

  g_test_summary ("A watch wakes a main loop that sleeps, and no other (P7).");

  id = aq_queue_add_watch (queue, count_items_cb, &n_items);
  drain_context ();

  /* An item comes while the loop sleeps. */
  g_atomic_int_set (&n_wake_up_calls, 0);
  turn_begin (&turn, g_main_context_default ());
  aq_test_put (queue, 1);
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 1);
  turn_query (&turn);
  turn_end (&turn);
  g_assert_cmpint (n_items, ==, 1);

  /* Now the watch is back in line, and the loop has not gone to sleep since. */
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);
  aq_test_put (queue, 2);
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 1);

  drain_context ();
  g_assert_cmpint (n_items, ==, 2);
  g_source_remove (id);
  aq_test_finalize_queue (queue);
}

static void
test_contexts_is_searched_once (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  GAsyncResult *results[2] = { NULL, NULL };

  g_test_summary ("A get costs the same, however many sources its context has (P7).");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[0]);
  g_atomic_int_set (&n_searches, 0);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[1]);
  g_assert_cmpint (g_atomic_int_get (&n_searches), ==, 0);

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  while (results[1] == NULL)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 1);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 2);
  g_main_context_pop_thread_default (context);

  aq_test_finalize_queue (queue);
}

/* (owned) (nullable): kept, so that it could be taken for one that lives. */
static GSource *destroyed;

static void
destroy_source_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  store_result_cb (source, result, user_data);
  destroyed = g_source_ref (g_main_current_source ());
  g_source_destroy (destroyed);
}

static void
test_contexts_source_is_gone (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  GSource *before = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("Where a source of ours was destroyed, later operations have another.");

  g_main_context_push_thread_default (context);

  for (int i = 1; i <= 2; i++)
    {
      aq_queue_get_async (queue, NULL, destroy_source_cb, &result);
      aq_test_put (queue, i);
      drain (context);
      g_assert_nonnull (result);
      g_assert_cmpint (aq_test_finish (queue, &result), ==, i);
      g_clear_pointer (&before, g_source_unref);
      before = g_steal_pointer (&destroyed);
    }

  g_source_unref (before);
  g_main_context_pop_thread_default (context);
  aq_test_finalize_queue (queue);
}

static void
find_source_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  store_result_cb (source, result, user_data);
  destroyed = g_source_ref (g_main_current_source ());
}

static void
count_emissions_cb (AqQueue *queue,
                    guint    n_items,
                    gpointer user_data)
{
  (*(int *) user_data)++;
}

static void
test_contexts_source_comes_again (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[4] = { NULL, NULL, NULL, NULL };
  int n_emissions = 0;

  g_test_summary ("Where a source of ours was destroyed, nothing that waits is lost.");

  g_signal_connect (queue, "items-added", G_CALLBACK (count_emissions_cb), &n_emissions);
  aq_queue_get_async (queue, NULL, find_source_cb, &results[0]);
  aq_test_put (queue, 1);
  wait_for_result (&results[0]);
  drain_context ();
  n_emissions = 0;

  /* One is called back soon, one waits, and one begins when the source is freed. */
  aq_queue_get_async (queue, NULL, store_result_cb, &results[1]);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[2]);
  aq_test_put (queue, 2);
  g_source_destroy (destroyed);
  g_clear_pointer (&destroyed, g_source_unref);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[3]);
  aq_test_put (queue, 3);
  aq_test_put (queue, 4);
  drain_context ();
  g_assert_cmpint (n_emissions, >=, 1);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_assert_nonnull (results[i]);
      g_assert_cmpint (aq_test_finish (queue, &results[i]), ==, (int) i + 1);
    }

  aq_test_finalize_queue (queue);
}

/* Returns: (transfer none) */
static GSource *
find_source_by_name (GMainContext *context,
                     const char   *name)
{
  for (guint id = 1; id < 1000; id++)
    {
      GSource *source = g_main_context_find_source_by_id (context, id);

      if (source != NULL && g_strcmp0 (g_source_get_name (source), name) == 0)
        return source;
    }

  g_assert_not_reached ();
}

/* Returns whether @context was going to sleep, and is woken, when an item is put. */
static gboolean
is_woken_by_put (GMainContext *context,
                 AqQueue      *queue)
{
  GPollFD fds[4];
  gint priority, timeout, n_fds, n_ready;

  drain_context ();
  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  n_fds = g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_assert_cmpint (timeout, ==, -1);

  aq_test_put (queue, 1);
  n_ready = g_poll (fds, (guint) n_fds, 0);
  g_main_context_check (context, priority, fds, n_fds);
  g_main_context_dispatch (context);
  g_main_context_release (context);

  return n_ready == 1;
}

static void
test_contexts_wakes_up_again (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_default ();
  GAsyncResult *result = NULL;
  int n_items = 0;
  guint id;

  g_test_summary ("Where a program has destroyed all sources of ours, the main loop is woken.");

  for (int i = 0; i < 3; i++)
    {
      aq_queue_get_async (queue, NULL, store_result_cb, &result);
      g_source_destroy (find_source_by_name (context, "[aqueue] loop"));
      g_source_destroy (find_source_by_name (context, "[aqueue] dispatcher"));
      g_assert_true (is_woken_by_put (context, queue));
      g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
    }

  id = aq_queue_add_watch (queue, count_items_cb, &n_items);
  for (int i = 1; i <= 3; i++)
    {
      g_assert_true (is_woken_by_put (context, queue));
      g_source_destroy (find_source_by_name (context, "[aqueue] loop"));
      drain_context ();
      g_assert_cmpint (n_items, ==, i);
    }

  g_source_remove (id);
  drain_context ();
  aq_test_finalize_queue (queue);
}

static void
test_contexts_source_is_not_theirs (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("A program that removes a source of its own never meets one of ours.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_assert_false (g_source_remove_by_user_data (NULL));
  g_assert_false (g_source_remove_by_user_data (queue));

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_contexts_goes_while_woken (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GSource) source = aq_queue_create_source (queue, NULL);
  GMainContext *context = g_main_context_new ();
  int n_items = 0;
  Turn turn;

  g_test_summary ("A context can go while its watch is woken, with a GLib newer than ours, too.");

  g_source_set_callback (source, G_SOURCE_FUNC (count_items_cb), &n_items, NULL);
  g_source_attach (source, context);
  turn_begin (&turn, context);
  g_main_context_release (context);

  let_go_when_rung = context;
  aq_test_put (queue, 1);
  g_assert_null (let_go_when_rung);
  g_assert_true (g_source_is_destroyed (source));
  g_assert_cmpint (n_items, ==, 0);

  /* Its promise is given back. */
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  g_clear_pointer (&source, g_source_unref);
  aq_test_finalize_queue (queue);
}

static gboolean
put_inside_cb (gpointer data)
{
  aq_test_put (data, 1);

  return G_SOURCE_REMOVE;
}

static void
test_contexts_own_loop_is_not_woken (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("A callback does not wake the main loop that it runs in (P7).");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();
  g_idle_add (put_inside_cb, queue);
  g_atomic_int_set (&n_wake_up_calls, 0);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 0);

  aq_test_finalize_queue (queue);
}

static void
test_contexts_other_loop_is_woken (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) other = g_main_context_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("A callback in one main loop wakes another that it has work for.");

  g_main_context_push_thread_default (other);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();
  g_main_context_pop_thread_default (other);

  drain_context ();
  g_idle_add (put_inside_cb, queue);
  g_atomic_int_set (&n_wake_up_calls, 0);
  drain_context ();
  g_assert_cmpint (g_atomic_int_get (&n_wake_up_calls), ==, 1);

  g_main_context_push_thread_default (other);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  g_main_context_pop_thread_default (other);
  g_clear_pointer (&other, g_main_context_unref);
  aq_test_finalize_queue (queue);
}

static void
test_contexts_failed_put_goes_with_context (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GMainContext *context = g_main_context_new ();
  g_autoptr (AqTestItem) item = aq_test_item_new (2);

  g_test_summary ("A put that fails when its context is gone keeps no item (P10).");

  aq_test_put (queue, 1);
  g_main_context_push_thread_default (context);
  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 2);

  aq_queue_shutdown (queue, TRUE);
  g_assert_finalize_object (g_steal_pointer (&item));
  aq_test_finalize_queue (queue);
}

static gboolean
set_true_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_contexts_io_priority_elsewhere (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  g_autoptr (GSource) idle = g_idle_source_new ();
  GAsyncResult *result = NULL;
  gboolean was_idle = FALSE;

  g_test_summary ("The io-priority counts in every context, not only in that of the queue.");

  aq_queue_set_io_priority (queue, G_PRIORITY_LOW);
  g_main_context_push_thread_default (context);
  g_source_set_callback (idle, set_true_cb, &was_idle, NULL);
  g_source_attach (idle, context);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);

  g_main_context_iteration (context, FALSE);
  g_assert_true (was_idle);
  g_assert_null (result);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);

  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/contexts/callback/in-default", test_contexts_callback_in_default);
  g_test_add_func ("/contexts/callback/in-pushed", test_contexts_callback_in_pushed);
  g_test_add_func ("/contexts/callback/in-other-thread",
                   test_contexts_callback_in_other_thread);
  g_test_add_func ("/contexts/callback/never-inside-call", test_contexts_never_inside_call);
  g_test_add_func ("/contexts/callback/stack-stays-flat", test_contexts_stack_stays_flat);
  g_test_add_func ("/contexts/callback/in-order", test_contexts_callbacks_in_order);
  g_test_add_func ("/contexts/callback/io-priority", test_contexts_io_priority);
  g_test_add_func ("/contexts/order-across-contexts", test_contexts_order_across_contexts);
  g_test_add_func ("/contexts/never-run-again", test_contexts_context_goes_with_operations);
  g_test_add_func ("/contexts/queue-of-dead-context", test_contexts_queue_of_dead_context);
  g_test_add_func ("/contexts/operations-go-with-context",
                   test_contexts_operations_go_with_context);
  g_test_add_func ("/contexts/come-and-go", test_contexts_come_and_go);
  g_test_add_func ("/contexts/not-kept-by-queue", test_contexts_not_kept_by_queue);
  g_test_add_func ("/contexts/wake-ups/one-a-burst", test_contexts_one_wake_up_a_burst);
  g_test_add_func ("/contexts/wake-ups/none-in-own-loop",
                   test_contexts_own_loop_needs_no_wake_up);
  g_test_add_func ("/contexts/wake-ups/polled-by-others", test_contexts_polled_by_others);
  g_test_add_func ("/contexts/wake-ups/polled-in-callback", test_contexts_polled_in_callback);
  g_test_add_func ("/contexts/wake-ups/polled-in-new-context",
                   test_contexts_polled_in_new_context);
  g_test_add_func ("/contexts/wake-ups/looks-once", test_contexts_looks_once);
  g_test_add_func ("/contexts/go-one-after-another", test_contexts_go_one_after_another);
  g_test_add_func ("/contexts/last-unref-anywhere", test_contexts_last_unref_anywhere);
  g_test_add_func ("/contexts/callback/io-priority-elsewhere",
                   test_contexts_io_priority_elsewhere);
  g_test_add_func ("/contexts/failed-put-goes-with-context",
                   test_contexts_failed_put_goes_with_context);
  g_test_add_func ("/contexts/wake-ups/one-alert", test_contexts_one_alert_wakes);
  g_test_add_func ("/contexts/wake-ups/none-for-who-is-up", test_contexts_awake_is_not_woken);
  g_test_add_func ("/contexts/wake-ups/one-alert-of-a-watch", test_contexts_one_alert_wakes_watch);
  g_test_add_func ("/contexts/source-is-gone", test_contexts_source_is_gone);
  g_test_add_func ("/contexts/source-comes-again", test_contexts_source_comes_again);
  g_test_add_func ("/contexts/wakes-up-again", test_contexts_wakes_up_again);
  g_test_add_func ("/contexts/source-is-not-theirs", test_contexts_source_is_not_theirs);
  g_test_add_func ("/contexts/searched-once", test_contexts_is_searched_once);
  g_test_add_func ("/contexts/wake-ups/goes-meanwhile", test_contexts_goes_while_woken);
  g_test_add_func ("/contexts/wake-ups/none-from-own-callback",
                   test_contexts_own_loop_is_not_woken);
  g_test_add_func ("/contexts/wake-ups/of-other-loop", test_contexts_other_loop_is_woken);

  return g_test_run ();
}
