/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* What a watch has seen. */
typedef struct
{
  GArray *numbers;
  guint n_ends;       /* calls with NULL */
  guint n_notified;   /* calls of the destroy notify */
  int remove_at;      /* a number after which the watch removes itself, or -1 */
  GMainContext *context;
} Seen;

static void
seen_init (Seen *seen)
{
  *seen = (Seen) {
    .numbers = g_array_new (FALSE, FALSE, sizeof (int)),
    .remove_at = -1,
  };
}

static gboolean
seen_cb (AqQueue  *queue,
         gpointer  item,
         gpointer  user_data)
{
  Seen *seen = user_data;
  g_autoptr (AqTestItem) owned = item;
  int number;

  seen->context = g_main_context_get_thread_default ();

  if (item == NULL)
    {
      seen->n_ends++;
      return G_SOURCE_CONTINUE;
    }

  number = aq_test_item_get_number (owned);
  g_array_append_val (seen->numbers, number);

  return number == seen->remove_at ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
seen_notify (gpointer data)
{
  ((Seen *) data)->n_notified++;
}

/* The numbers from @first on were seen, @n of them and no other. */
static void
assert_seen (Seen  *seen,
             int    first,
             guint  n)
{
  g_assert_cmpuint (seen->numbers->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (seen->numbers, int, i), ==, first + (int) i);
  g_array_set_size (seen->numbers, 0);
}

static void
finalize (AqQueue *queue,
          Seen    *seen)
{
  drain_context ();
  g_assert_cmpuint (seen->numbers->len, ==, 0);
  g_array_unref (seen->numbers);
  aq_test_finalize_queue (queue);
}

static void
put_range (AqQueue *queue,
           int      first,
           int      n)
{
  for (int i = 0; i < n; i++)
    aq_test_put (queue, first + i);
}

static void
test_watch_in_order (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Seen seen;
  guint id;

  g_test_summary ("A watch is called for each item, in order, before and after it is added.");

  seen_init (&seen);
  put_range (queue, 0, 10);
  id = aq_queue_add_watch_full (queue, G_PRIORITY_DEFAULT, seen_cb, &seen, seen_notify);
  g_assert_cmpuint (id, >, 0);
  assert_seen (&seen, 0, 0);

  drain_context ();
  assert_seen (&seen, 0, 10);
  put_range (queue, 10, 10);
  assert_seen (&seen, 0, 0);
  drain_context ();
  assert_seen (&seen, 10, 10);

  g_source_remove (id);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  g_assert_cmpuint (seen.n_ends, ==, 0);
  finalize (queue, &seen);
}

static void
test_watch_removes_itself (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Seen seen;

  g_test_summary ("A callback that returns G_SOURCE_REMOVE leaves the rest in the queue.");

  seen_init (&seen);
  seen.remove_at = 3;
  aq_queue_add_watch_full (queue, G_PRIORITY_DEFAULT, seen_cb, &seen, seen_notify);
  put_range (queue, 0, 10);
  drain_context ();

  assert_seen (&seen, 0, 4);
  g_assert_cmpuint (seen.n_ends, ==, 0);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 6);
  for (int i = 4; i < 10; i++)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  finalize (queue, &seen);
}

static guint own_id;

static gboolean
remove_own_cb (AqQueue  *queue,
               gpointer  item,
               gpointer  user_data)
{
  g_object_unref (item);
  g_source_remove (own_id);

  return G_SOURCE_CONTINUE;
}

static void
test_watch_removed_in_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A watch can be removed by number from its own callback.");

  put_range (queue, 0, 3);
  own_id = aq_queue_add_watch (queue, remove_own_cb, NULL);
  drain_context ();
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_watch_ends_with_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Seen seen;

  g_test_summary ("Once the queue is shut down and empty, NULL comes once and the watch goes.");

  seen_init (&seen);
  aq_queue_add_watch_full (queue, G_PRIORITY_DEFAULT, seen_cb, &seen, seen_notify);
  drain_context ();
  put_range (queue, 0, 5);
  aq_queue_shutdown (queue, FALSE);
  drain_context ();

  assert_seen (&seen, 0, 5);
  g_assert_cmpuint (seen.n_ends, ==, 1);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  finalize (queue, &seen);
}

static void
test_watch_of_finished_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Seen seen;

  g_test_summary ("A watch on a queue that is at its end hears so, once.");

  seen_init (&seen);
  aq_queue_shutdown (queue, FALSE);
  aq_queue_add_watch_full (queue, G_PRIORITY_DEFAULT, seen_cb, &seen, seen_notify);
  drain_context ();
  g_assert_cmpuint (seen.n_ends, ==, 1);
  g_assert_cmpuint (seen.n_notified, ==, 1);

  finalize (queue, &seen);
}

static void
test_watch_destroyed_gives_promise_back (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GSource) source = aq_queue_create_source (queue, NULL);
  GAsyncResult *result = NULL;
  Seen seen;

  g_test_summary ("A destroyed watch passes its promise on, even while it is referenced.");

  seen_init (&seen);
  g_source_set_callback (source, G_SOURCE_FUNC (seen_cb), &seen, NULL);
  g_source_attach (source, NULL);
  drain_context ();
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 2);

  aq_test_put (queue, 1);
  drain_context ();
  assert_seen (&seen, 1, 1);

  /* Now the get is first in line, and then the watch. */
  aq_test_put (queue, 2);
  aq_test_put (queue, 3);
  g_assert_null (aq_queue_try_get (queue, NULL));
  g_source_destroy (source);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 3);

  g_clear_pointer (&source, g_source_unref);
  finalize (queue, &seen);
}

static void
test_watch_unattached_takes_nothing (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GSource) source = aq_queue_create_source (queue, NULL);

  g_test_summary ("A source that no context runs holds nothing back.");

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_source_attach (source, NULL);
  aq_test_put (queue, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_source_destroy (source);
  g_clear_pointer (&source, g_source_unref);

  source = aq_queue_create_source (queue, NULL);
  g_clear_pointer (&source, g_source_unref);

  aq_test_finalize_queue (queue);
}

static void
test_watch_shares_with_gets (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[2] = { NULL, };
  Seen seen[2];
  guint ids[2];

  g_test_summary ("Watches and gets on one queue are served in turn (P3).");

  for (int i = 0; i < 2; i++)
    {
      seen_init (&seen[i]);
      ids[i] = aq_queue_add_watch (queue, seen_cb, &seen[i]);
      drain_context ();
      aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
    }

  /* watch, get, watch, get, and then the watches by turns */
  for (int i = 0; i < 10; i++)
    {
      aq_test_put (queue, i);
      drain_context ();
      if (i == 1 || i == 3)
        g_assert_cmpint (aq_test_finish (queue, &results[i / 2]), ==, i);
    }

  g_assert_cmpuint (seen[0].numbers->len, ==, 4);
  g_assert_cmpuint (seen[1].numbers->len, ==, 4);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (g_array_index (seen[i].numbers, int, 0), ==, 2 * i);
      for (int j = 1; j < 4; j++)
        g_assert_cmpint (g_array_index (seen[i].numbers, int, j), ==, 2 + 2 * j + i);
      g_array_unref (seen[i].numbers);
      g_source_remove (ids[i]);
    }

  aq_test_finalize_queue (queue);
}

static gpointer
put_many_thread (gpointer data)
{
  for (int i = 0; i < 10000; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_sync (data, item, NULL, NULL);
    }

  return NULL;
}

static gboolean
has_ended (gpointer data)
{
  return ((Seen *) data)->n_ends > 0;
}

static gpointer
put_and_shut_down_thread (gpointer data)
{
  put_many_thread (data);
  aq_queue_shutdown (data, FALSE);

  return NULL;
}

static void
test_watch_from_other_thread (gconstpointer data)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, GPOINTER_TO_UINT (data));
  GThread *thread;
  Seen seen;

  g_test_summary ("A watch sees all that another thread puts, in order, and its end.");

  seen_init (&seen);
  aq_queue_add_watch (queue, seen_cb, &seen);
  thread = g_thread_new ("put", put_and_shut_down_thread, queue);
  wait_until (has_ended, &seen);
  g_thread_join (thread);
  assert_seen (&seen, 0, 10000);

  finalize (queue, &seen);
}

static void
test_watch_in_own_context (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  Seen seen;

  g_test_summary ("A watch runs in the context that was thread-default when it was added (P5).");

  seen_init (&seen);
  g_main_context_push_thread_default (context);
  aq_queue_add_watch_full (queue, G_PRIORITY_DEFAULT, seen_cb, &seen, seen_notify);
  g_main_context_pop_thread_default (context);

  aq_test_put (queue, 1);
  drain_context ();
  assert_seen (&seen, 0, 0);
  g_main_context_push_thread_default (context);
  drain_context ();
  assert_seen (&seen, 1, 1);
  g_assert_true (seen.context == context);

  /* The watch goes with its context, and what it was promised comes back. */
  aq_test_put (queue, 2);
  g_assert_null (aq_queue_try_get (queue, NULL));
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  finalize (queue, &seen);
}

static gpointer
destroy_thread (gpointer data)
{
  g_source_destroy (data);

  return NULL;
}

static void
test_watch_destroyed_in_other_thread (void)
{
  g_test_summary ("A watch can be destroyed in any thread while items arrive; none is lost.");

  for (int i = 0; i < 20; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      g_autoptr (GSource) source = aq_queue_create_source (queue, NULL);
      GThread *threads[2];
      Seen seen;
      int next;

      seen_init (&seen);
      g_source_set_callback (source, G_SOURCE_FUNC (seen_cb), &seen, seen_notify);
      g_source_attach (source, NULL);

      threads[0] = g_thread_new ("put", put_many_thread, queue);
      while (seen.numbers->len < 10)
        g_main_context_iteration (NULL, FALSE);
      threads[1] = g_thread_new ("destroy", destroy_thread, source);
      while (!g_source_is_destroyed (source))
        g_main_context_iteration (NULL, FALSE);
      g_thread_join (threads[0]);
      g_thread_join (threads[1]);
      drain_context ();

      next = (int) seen.numbers->len;
      assert_seen (&seen, 0, (guint) next);
      for (int j = next; j < 10000; j++)
        g_assert_cmpint (aq_test_get (queue), ==, j);
      g_assert_cmpuint (seen.n_notified, ==, 1);

      g_clear_pointer (&source, g_source_unref);
      finalize (queue, &seen);
    }
}

static void
test_watch_cancelled (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = aq_queue_create_source (queue, cancellable);
  Seen seen;

  g_test_summary ("A source that is cancelled calls with NULL once and goes; items stay.");

  seen_init (&seen);
  g_source_set_callback (source, G_SOURCE_FUNC (seen_cb), &seen, seen_notify);
  g_source_attach (source, NULL);
  drain_context ();
  aq_test_put (queue, 1);
  g_cancellable_cancel (cancellable);
  drain_context ();

  assert_seen (&seen, 0, 0);
  g_assert_cmpuint (seen.n_ends, ==, 1);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_clear_pointer (&source, g_source_unref);
  finalize (queue, &seen);
}

static gboolean
try_at_end_cb (AqQueue  *queue,
               gpointer  item,
               gpointer  user_data)
{
  int *n_ends = user_data;

  /* What the watch was promised is there for all in its last call, and no
   * other call comes out of a main loop inside it. */
  g_assert_null (item);
  (*n_ends)++;
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  drain_context ();

  return G_SOURCE_CONTINUE;
}

static void
test_watch_ends_without_promise (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = aq_queue_create_source (queue, cancellable);
  int n_ends = 0;

  g_test_summary ("In its last call a watch holds no promise, and there is one last call.");

  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback (source, G_SOURCE_FUNC (try_at_end_cb), &n_ends, NULL);
  g_source_attach (source, NULL);
  drain_context ();
  aq_test_put (queue, 1);
  g_cancellable_cancel (cancellable);
  drain_context ();
  g_assert_cmpint (n_ends, ==, 1);

  g_clear_pointer (&source, g_source_unref);
  aq_test_finalize_queue (queue);
}

static GSource *destroyed_source;

static gboolean
destroy_and_cancel_cb (AqQueue  *queue,
                       gpointer  item,
                       gpointer  user_data)
{
  g_assert_nonnull (item);
  g_object_unref (item);
  g_source_destroy (destroyed_source);
  g_cancellable_cancel (user_data);

  return G_SOURCE_CONTINUE;
}

static void
test_watch_destroyed_is_not_called (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = aq_queue_create_source (queue, cancellable);

  g_test_summary ("A source that was destroyed is not called again, not even with NULL.");

  destroyed_source = source;
  g_source_set_callback (source, G_SOURCE_FUNC (destroy_and_cancel_cb), cancellable, NULL);
  g_source_attach (source, NULL);
  put_range (queue, 0, 2);
  drain_context ();
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  g_clear_pointer (&source, g_source_unref);
  aq_test_finalize_queue (queue);
}

static void
test_watch_goes_with_context_of_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  GAsyncResult *result = NULL;
  Seen seen;

  g_test_summary ("A context goes with a ready get and a sleeping watch; the item stays.");

  seen_init (&seen);
  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_queue_add_watch_full (queue, G_PRIORITY_DEFAULT, seen_cb, &seen, seen_notify);
  drain_context ();
  g_main_context_pop_thread_default (context);
  aq_test_put (queue, 1);
  g_main_context_unref (context);

  g_assert_cmpuint (seen.n_notified, ==, 1);
  g_assert_null (result);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  finalize (queue, &seen);
}

static gpointer
attach_thread (gpointer data)
{
  GSource *source = data;

  g_source_attach (source, NULL);

  return NULL;
}

static void
test_watch_attached_elsewhere (void)
{
  g_test_summary ("A source can be attached, and cancelled before, while the loop sleeps.");

  for (int i = 0; i < 200; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GSource) source = aq_queue_create_source (queue, cancellable);
      GThread *thread;
      Seen seen;

      seen_init (&seen);
      g_source_set_callback (source, G_SOURCE_FUNC (seen_cb), &seen, NULL);
      g_cancellable_cancel (cancellable);
      thread = g_thread_new ("attach", attach_thread, source);
      wait_until (has_ended, &seen);
      g_thread_join (thread);
      g_assert_cmpuint (seen.n_ends, ==, 1);

      g_clear_pointer (&source, g_source_unref);
      finalize (queue, &seen);
    }
}

static gboolean
nested_cb (AqQueue  *queue,
           gpointer  item,
           gpointer  user_data)
{
  GAsyncResult *result = NULL;

  g_object_unref (item);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  *(int *) user_data = aq_test_finish (queue, &result);

  return G_SOURCE_REMOVE;
}

static void
test_watch_nested_main_loop (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int number = 0;

  g_test_summary ("A callback may run a main loop and get the next item there.");

  put_range (queue, 1, 2);
  aq_queue_add_watch (queue, nested_cb, &number);
  drain_context ();
  g_assert_cmpint (number, ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_watch_keeps_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  gpointer alive = queue;
  Seen seen;
  guint id;

  g_test_summary ("A watch keeps its queue until it is removed.");

  seen_init (&seen);
  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  id = aq_queue_add_watch (queue, seen_cb, &seen);
  aq_test_put (queue, 1);
  g_object_unref (queue);
  drain_context ();
  assert_seen (&seen, 1, 1);
  g_assert_nonnull (alive);

  g_source_remove (id);
  g_assert_null (alive);
  g_array_unref (seen.numbers);
  drain_context ();
}

/* max-in-flight: a pool of workers with two callbacks */

typedef struct
{
  AqQueue *queue;
  int n_running;
  int n_most;
  int n_done;
} Pool;

static gboolean
operation_done_cb (gpointer data)
{
  Pool *pool = data;

  pool->n_running--;
  pool->n_done++;
  aq_queue_task_done (pool->queue);

  return G_SOURCE_REMOVE;
}

static gboolean
start_operation_cb (AqQueue  *queue,
                    gpointer  item,
                    gpointer  user_data)
{
  Pool *pool = user_data;

  if (item == NULL)
    return G_SOURCE_REMOVE;

  g_object_unref (item);
  pool->n_running++;
  pool->n_most = MAX (pool->n_most, pool->n_running);
  g_idle_add (operation_done_cb, pool);

  return G_SOURCE_CONTINUE;
}

static void
test_watch_pool_of_eight (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Pool pool = { .queue = queue };
  GAsyncResult *result = NULL;

  g_test_summary ("1,000 operations from one watch, 8 at a time and never more.");

  aq_queue_set_max_in_flight (queue, 8);
  put_range (queue, 0, 1000);
  aq_queue_shutdown (queue, FALSE);
  aq_queue_add_watch (queue, start_operation_cb, &pool);
  aq_queue_join_async (queue, NULL, store_result_cb, &result);
  wait_for_result (&result);

  g_assert_cmpint (pool.n_done, ==, 1000);
  g_assert_cmpint (pool.n_most, ==, 8);
  g_clear_object (&result);
  aq_test_finalize_queue (queue);
}

/* get_many */

static GPtrArray *
finish_many (AqQueue       *queue,
             GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = aq_queue_get_many_finish (queue, wait_for_result (result), &error);

  g_assert_no_error (error);
  g_clear_object (result);

  return items;
}

static void
assert_items (GPtrArray *items,
              int        first,
              guint      n)
{
  g_assert_nonnull (items);
  g_assert_cmpuint (items->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (aq_test_item_get_number (items->pdata[i]), ==, first + (int) i);
  g_ptr_array_unref (items);
}

static void
test_get_many_takes_what_is_there (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("A get for many takes what is there when it collects, in order.");

  aq_queue_get_many_async (queue, 64, NULL, store_result_cb, &result);
  drain_context ();
  g_assert_null (result);
  put_range (queue, 0, 5);
  assert_items (finish_many (queue, &result), 0, 5);

  put_range (queue, 5, 100);
  aq_queue_get_many_async (queue, 64, NULL, store_result_cb, &result);
  assert_items (finish_many (queue, &result), 5, 64);
  aq_queue_get_many_async (queue, G_MAXUINT, NULL, store_result_cb, &result);
  assert_items (finish_many (queue, &result), 69, 36);

  aq_test_finalize_queue (queue);
}

static void
test_get_many_leaves_promised (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *many = NULL;
  GAsyncResult *one = NULL;

  g_test_summary ("A get for many leaves to others what is promised to them (P3).");

  aq_queue_get_many_async (queue, 64, NULL, store_result_cb, &many);
  aq_queue_get_async (queue, NULL, store_result_cb, &one);
  put_range (queue, 0, 3);
  assert_items (finish_many (queue, &many), 0, 2);
  g_assert_cmpint (aq_test_finish (queue, &one), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_get_many_lets_puts_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 3);
  GAsyncResult *result = NULL;

  g_test_summary ("As many waiting puts get in as places were freed.");

  put_range (queue, 0, 3);
  for (int i = 3; i < 9; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_async (queue, item, NULL, NULL, NULL);
    }

  /* The first of them as soon as one of the items is promised. */
  aq_queue_get_many_async (queue, 64, NULL, store_result_cb, &result);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 5);
  assert_items (finish_many (queue, &result), 0, 4);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 2);
  assert_items (aq_queue_try_get_many (queue, 64, NULL), 4, 3);
  assert_items (aq_queue_try_get_many (queue, 64, NULL), 7, 2);

  aq_test_finalize_queue (queue);
}

static void
test_get_many_within_limit (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A get for many keeps to max-in-flight.");

  aq_queue_set_max_in_flight (queue, 3);
  put_range (queue, 0, 10);
  aq_queue_get_many_async (queue, 64, NULL, store_result_cb, &result);
  assert_items (finish_many (queue, &result), 0, 3);
  g_assert_null (aq_queue_try_get_many (queue, 64, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);
  aq_queue_task_done (queue);
  aq_queue_task_done (queue);
  assert_items (aq_queue_try_get_many (queue, 64, NULL), 3, 2);

  aq_test_finalize_queue (queue);
}

static void
test_get_many_under_lowered_limit (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *many = NULL;
  GAsyncResult *one = NULL;

  g_test_summary ("What was promised comes, though max-in-flight is lowered meanwhile.");

  put_range (queue, 0, 5);
  aq_test_get (queue);
  aq_test_get (queue);
  aq_queue_get_async (queue, NULL, store_result_cb, &one);
  aq_queue_get_many_async (queue, 64, NULL, store_result_cb, &many);
  aq_queue_set_max_in_flight (queue, 1);

  g_assert_cmpint (aq_test_finish (queue, &one), ==, 2);
  assert_items (finish_many (queue, &many), 3, 1);
  g_assert_null (aq_queue_try_get (queue, NULL));

  aq_test_finalize_queue (queue);
}

static gboolean
count_ends_cb (AqQueue  *queue,
               gpointer  item,
               gpointer  user_data)
{
  g_assert_null (item);
  (*(int *) user_data)++;

  return G_SOURCE_CONTINUE;
}

static void
test_watch_cancelled_and_reset (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = aq_queue_create_source (queue, cancellable);
  int n_ends = 0;

  g_test_summary ("A watch that was cancelled ends, though the cancellable is reset.");

  g_source_set_callback (source, G_SOURCE_FUNC (count_ends_cb), &n_ends, NULL);
  g_source_attach (source, NULL);
  drain_context ();

  g_cancellable_cancel (cancellable);
  g_cancellable_reset (cancellable);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (n_ends, ==, 1);
  g_assert_true (g_source_is_destroyed (source));
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  g_clear_pointer (&source, g_source_unref);
  aq_test_finalize_queue (queue);
}

static void
test_get_many_reported_before (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What was reported done before it is collected counts for no limit.");

  aq_queue_set_max_in_flight (queue, 1);
  for (int i = 1; i <= 3; i++)
    {
      aq_test_put (queue, i);
      aq_queue_task_done (queue);
    }

  items = aq_queue_try_get_many (queue, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 3);
  g_clear_pointer (&items, g_ptr_array_unref);

  aq_test_finalize_queue (queue);
}

static void
test_get_many_fails_as_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("Cancelled, thrown away, shut down, empty: as a get for one.");

  g_assert_null (aq_queue_try_get_many (queue, 5, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  aq_queue_get_many_async (queue, 5, cancellable, store_result_cb, &result);
  put_range (queue, 0, 2);
  g_cancellable_cancel (cancellable);
  g_assert_null (aq_queue_get_many_finish (queue, wait_for_result (&result), &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);

  aq_queue_get_many_async (queue, 5, NULL, store_result_cb, &result);
  wait_for_result (&result);
  g_clear_object (&result);
  g_assert_cmpint (aq_test_get (queue), ==, 0);

  aq_queue_shutdown (queue, TRUE);
  aq_queue_get_many_async (queue, 5, NULL, store_result_cb, &result);
  g_assert_null (aq_queue_get_many_finish (queue, wait_for_result (&result), &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&result);
  g_assert_null (aq_queue_try_get_many (queue, 5, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);

  aq_test_finalize_queue (queue);
}

static void
test_get_many_other_orders (void)
{
  AqQueue *lifo = AQ_QUEUE (aq_lifo_queue_new_with_free_func (0, NULL));
  AqQueue *priority = AQ_QUEUE (aq_priority_queue_new_with_free_func (0, NULL));
  g_autoptr (GPtrArray) items = NULL;

  g_test_summary ("Many come in the order of their queue.");

  for (int i = 1; i <= 5; i++)
    {
      aq_queue_try_put (lifo, GINT_TO_POINTER (i), NULL);
      aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (priority), GINT_TO_POINTER (i),
                                               -i, NULL);
    }

  items = aq_queue_try_get_many (lifo, 5, NULL);
  for (int i = 0; i < 5; i++)
    g_assert_cmpint (GPOINTER_TO_INT (items->pdata[i]), ==, 5 - i);
  g_clear_pointer (&items, g_ptr_array_unref);

  items = aq_queue_try_get_many (priority, 5, NULL);
  for (int i = 0; i < 5; i++)
    g_assert_cmpint (GPOINTER_TO_INT (items->pdata[i]), ==, 5 - i);

  g_assert_finalize_object (lifo);
  aq_test_finalize_queue (priority);
}

static void
test_get_many_of_none (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("To take no items at all is a mistake.");

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_get_many_async*");
  aq_queue_get_many_async (queue, 0, NULL, NULL, NULL);
  g_test_assert_expected_messages ();

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_try_get_many*");
  g_assert_null (aq_queue_try_get_many (queue, 0, NULL));
  g_test_assert_expected_messages ();

  aq_test_finalize_queue (queue);
}

static void
test_watch_brings_its_context (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) source = aq_queue_create_source (queue, NULL);
  Seen seen;

  g_test_summary ("A watch finds its context as the thread-default one, whoever runs it (P5).");

  seen_init (&seen);
  g_source_set_callback (source, G_SOURCE_FUNC (seen_cb), &seen, NULL);
  g_source_attach (source, context);
  aq_test_put (queue, 1);
  drain (context);
  assert_seen (&seen, 1, 1);
  g_assert_true (seen.context == context);
  g_assert_null (g_main_context_get_thread_default ());

  g_source_destroy (source);
  g_clear_pointer (&source, g_source_unref);
  g_clear_pointer (&context, g_main_context_unref);
  finalize (queue, &seen);
}

static gboolean
take_for_object_cb (AqQueue  *queue,
                    gpointer  item,
                    gpointer  object)
{
  int number = item != NULL ? aq_test_item_get_number (item) : -1;

  g_clear_object (&item);
  g_object_set_data (object, "number", GINT_TO_POINTER (number));

  return G_SOURCE_CONTINUE;
}

static int
get_number (GObject *object)
{
  return GPOINTER_TO_INT (g_object_get_data (object, "number"));
}

static void
test_watch_goes_with_object (void)
{
  g_test_summary ("A watch goes with its object, promised an item or not; that is for others.");

  for (int is_promised = 0; is_promised < 2; is_promised++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

      g_assert_cmpuint (aq_queue_add_watch_object (queue, take_for_object_cb, object), >, 0);
      aq_test_put (queue, 1);
      drain_context ();
      g_assert_cmpint (get_number (object), ==, 1);
      g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);

      if (is_promised)
        {
          aq_test_put (queue, 2);
          g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 1);
        }

      g_assert_finalize_object (object);
      g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
      g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 0);
      if (!is_promised)
        aq_test_put (queue, 2);
      drain_context ();
      g_assert_cmpint (aq_test_get (queue), ==, 2);

      aq_test_finalize_queue (queue);
    }
}

static void
test_watch_object_outlives (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  guint id = aq_queue_add_watch_object (queue, take_for_object_cb, object);

  g_test_summary ("An object that outlives its watch, or is disposed of by itself, is not held.");

  g_source_remove (id);
  g_assert_cmpuint (object->ref_count, ==, 1);
  aq_test_finalize_queue (queue);

  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  aq_queue_add_watch_object (queue, take_for_object_cb, object);
  aq_queue_shutdown (queue, FALSE);
  drain_context ();
  g_assert_cmpint (get_number (object), ==, -1);
  aq_test_finalize_queue (queue);

  /* As a widget is, when its window is destroyed. */
  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  aq_queue_add_watch_object (queue, take_for_object_cb, object);
  g_object_run_dispose (object);
  aq_test_put (queue, 3);
  drain_context ();
  g_assert_cmpint (get_number (object), ==, -1);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  aq_test_finalize_queue (queue);

  g_assert_finalize_object (object);
}

static gboolean
let_go_cb (AqQueue  *queue,
           gpointer  item,
           gpointer  object)
{
  g_object_unref (item);
  g_object_unref (object); /* the last one but ours */
  g_assert_true (G_IS_OBJECT (object));

  return G_SOURCE_CONTINUE;
}

static void
test_watch_object_goes_in_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GWeakRef ref;

  g_test_summary ("An object that goes in the call for an item stays until that returns.");

  g_weak_ref_init (&ref, object);
  aq_queue_add_watch_object (queue, let_go_cb, object);
  put_range (queue, 0, 3);
  drain_context ();

  g_assert_null (g_weak_ref_get (&ref));
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_weak_ref_clear (&ref);
  aq_test_finalize_queue (queue);
}

static gboolean
count_for_object_cb (AqQueue  *queue,
                     gpointer  item,
                     gpointer  object)
{
  int *n_calls = g_object_get_data (object, "n-calls");

  g_assert_nonnull (item);
  g_object_unref (item);
  ++*n_calls;

  return G_SOURCE_CONTINUE;
}

static gpointer
unref_in_thread (gpointer object)
{
  g_object_unref (object);

  return NULL;
}

static void
test_watch_object_goes_in_thread (void)
{
  g_test_summary ("P1: An object that goes in another thread, just as items come, takes none.");

  for (int i = 0; i < 500; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
      GThread *thread;
      int n_calls = 0;

      g_object_set_data (object, "n-calls", &n_calls);
      aq_queue_add_watch_object (queue, count_for_object_cb, object);
      put_range (queue, 0, 20);
      thread = g_thread_new ("unref", unref_in_thread, object);
      for (int k = 0; k < i % 7; k++)
        g_main_context_iteration (NULL, FALSE);
      g_thread_join (thread);
      drain_context ();

      g_assert_cmpuint (aq_queue_get_length (queue), ==, 20 - n_calls);
      g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 0);
      g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
      aq_queue_clear (queue);
      aq_test_finalize_queue (queue);
    }
}

typedef struct
{
  GObject *object;
  int n_there; /* (atomic): of two threads */
} Meeting;

static void
meet (Meeting *meeting)
{
  g_atomic_int_inc (&meeting->n_there);
  while (g_atomic_int_get (&meeting->n_there) < 2)
    continue;
}

static gpointer
dispose_in_thread (gpointer data)
{
  Meeting *meeting = data;

  meet (meeting);
  g_object_run_dispose (meeting->object);

  return NULL;
}

static void
test_watch_object_disposed_in_thread (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("An object can be disposed of in a thread while its watches are removed.");

  for (int i = 0; i < 200; i++)
    {
      GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
      Meeting meeting = { object, 0 };
      GSource *sources[10];
      GThread *thread;

      for (guint k = 0; k < G_N_ELEMENTS (sources); k++)
        {
          guint id = aq_queue_add_watch_object (queue, take_for_object_cb, object);

          sources[k] = g_source_ref (g_main_context_find_source_by_id (NULL, id));
        }

      thread = g_thread_new ("dispose", dispose_in_thread, &meeting);
      meet (&meeting);

      for (guint k = G_N_ELEMENTS (sources); k-- > 0;)
        {
          g_source_destroy (sources[k]);
          g_source_unref (sources[k]);
        }

      g_thread_join (thread);
      g_assert_cmpuint (object->ref_count, ==, 1);
      g_assert_finalize_object (object);
    }

  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/watch/in-order", test_watch_in_order);
  g_test_add_func ("/watch/removes-itself", test_watch_removes_itself);
  g_test_add_func ("/watch/removed-in-callback", test_watch_removed_in_callback);
  g_test_add_func ("/watch/ends-with-queue", test_watch_ends_with_queue);
  g_test_add_func ("/watch/of-finished-queue", test_watch_of_finished_queue);
  g_test_add_func ("/watch/destroyed-gives-promise-back",
                   test_watch_destroyed_gives_promise_back);
  g_test_add_func ("/watch/destroyed-in-other-thread", test_watch_destroyed_in_other_thread);
  g_test_add_func ("/watch/unattached-takes-nothing", test_watch_unattached_takes_nothing);
  g_test_add_func ("/watch/shares-with-gets", test_watch_shares_with_gets);
  g_test_add_data_func ("/watch/from-other-thread/unbounded",
                        GUINT_TO_POINTER (0), test_watch_from_other_thread);
  g_test_add_data_func ("/watch/from-other-thread/bound-of-1",
                        GUINT_TO_POINTER (1), test_watch_from_other_thread);
  g_test_add_data_func ("/watch/from-other-thread/bound-of-100",
                        GUINT_TO_POINTER (100), test_watch_from_other_thread);
  g_test_add_func ("/watch/in-own-context", test_watch_in_own_context);
  g_test_add_func ("/watch/cancelled", test_watch_cancelled);
  g_test_add_func ("/watch/ends-without-promise", test_watch_ends_without_promise);
  g_test_add_func ("/watch/destroyed-is-not-called", test_watch_destroyed_is_not_called);
  g_test_add_func ("/watch/goes-with-context-of-get", test_watch_goes_with_context_of_get);
  g_test_add_func ("/watch/attached-elsewhere", test_watch_attached_elsewhere);
  g_test_add_func ("/watch/nested-main-loop", test_watch_nested_main_loop);
  g_test_add_func ("/watch/keeps-queue", test_watch_keeps_queue);
  g_test_add_func ("/watch/pool-of-eight", test_watch_pool_of_eight);
  g_test_add_func ("/watch/goes-with-object", test_watch_goes_with_object);
  g_test_add_func ("/watch/object-outlives", test_watch_object_outlives);
  g_test_add_func ("/watch/object-goes-in-callback", test_watch_object_goes_in_callback);
  g_test_add_func ("/watch/object-goes-in-thread", test_watch_object_goes_in_thread);
  g_test_add_func ("/watch/object-disposed-in-thread", test_watch_object_disposed_in_thread);

  g_test_add_func ("/get-many/takes-what-is-there", test_get_many_takes_what_is_there);
  g_test_add_func ("/get-many/leaves-promised", test_get_many_leaves_promised);
  g_test_add_func ("/get-many/lets-puts-in", test_get_many_lets_puts_in);
  g_test_add_func ("/get-many/within-limit", test_get_many_within_limit);
  g_test_add_func ("/get-many/under-lowered-limit", test_get_many_under_lowered_limit);
  g_test_add_func ("/watch/cancelled-and-reset", test_watch_cancelled_and_reset);
  g_test_add_func ("/get-many/reported-before", test_get_many_reported_before);
  g_test_add_func ("/get-many/fails-as-get", test_get_many_fails_as_get);
  g_test_add_func ("/get-many/other-orders", test_get_many_other_orders);
  g_test_add_func ("/get-many/of-none", test_get_many_of_none);
  g_test_add_func ("/watch/brings-its-context", test_watch_brings_its_context);

  return g_test_run ();
}
