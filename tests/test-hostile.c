/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* Programs that do to a queue what they should better not do. */

static void
nested_loop_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);
  GAsyncResult *inner = NULL;
  int *sum = user_data;

  aq_queue_get_async (queue, NULL, store_result_cb, &inner);
  aq_test_put (queue, 20);
  *sum += aq_test_finish (queue, &inner);

  inner = g_object_ref (result);
  *sum += aq_test_finish (queue, &inner);
}

static void
test_hostile_nested_main_loop (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int sum = 0;

  g_test_summary ("A callback may run a main loop and wait for another get in it.");

  aq_queue_get_async (queue, NULL, nested_loop_cb, &sum);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (sum, ==, 21);

  aq_test_finalize_queue (queue);
}

static void
nested_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  drain_context ();
}

static void
test_hostile_main_loop_in_cancel (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A get can complete in a main loop inside the cancelled signal.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (nested_cancelled_cb), NULL);
  g_cancellable_cancel (cancellable);

  g_assert_nonnull (result);
  g_assert_null (aq_queue_get_finish (queue, result, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);

  aq_test_finalize_queue (queue);
}

static void
push_context_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GAsyncResult *inner = NULL;
  int *number = user_data;

  g_main_context_push_thread_default (context);
  aq_queue_get_async (AQ_QUEUE (source), NULL, store_result_cb, &inner);
  aq_test_put (AQ_QUEUE (source), 2);
  *number = aq_test_finish (AQ_QUEUE (source), &inner);
  g_main_context_pop_thread_default (context);
}

static void
test_hostile_other_context_in_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int number = 0;

  g_test_summary ("A callback may push another context and wait there.");

  aq_queue_get_async (queue, NULL, push_context_cb, &number);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (number, ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
everything_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);

  g_object_unref (aq_queue_get_finish (queue, result, NULL));
  aq_queue_get_async (queue, NULL, NULL, NULL);
  aq_test_put (queue, 2);
  g_cancellable_cancel (user_data);
  aq_queue_clear (queue);
  aq_queue_task_done (queue);
  aq_queue_shutdown (queue, TRUE);
  /* The test's own reference, the last but for the result's. */
  g_object_unref (queue);
}

static void
test_hostile_callback_does_everything (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer alive = queue;

  g_test_summary ("A callback may put, get, cancel, clear, shut down and let go.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_get_async (queue, cancellable, everything_cb, cancellable);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_null (alive);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

static void
test_hostile_result_outlives_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = NULL;
  GAsyncResult *result = NULL;
  gpointer alive = queue;

  g_test_summary ("A result keeps its queue, so it can be finished at any time.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  g_object_unref (queue);
  wait_for_result (&result);

  item = aq_queue_get_finish (alive, result, NULL);
  g_assert_cmpint (aq_test_item_get_number (item), ==, 1);
  g_clear_object (&result);
  g_assert_null (alive);
  g_clear_object (&item);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

/* An item that uses its queue as it goes. */

#define MEDDLER_TYPE (meddler_get_type ())
G_DECLARE_FINAL_TYPE (Meddler, meddler, AQ_TEST, MEDDLER, GObject)

struct _Meddler
{
  GObject parent_instance;

  AqQueue *queue; /* (unowned) */
};

G_DEFINE_FINAL_TYPE (Meddler, meddler, G_TYPE_OBJECT)

static int n_meddled;

static void
meddler_dispose (GObject *object)
{
  AqQueue *queue = AQ_TEST_MEDDLER (object)->queue;
  g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

  n_meddled++;
  aq_queue_get_length (queue);
  aq_queue_try_put (queue, item, NULL);
  aq_queue_clear (queue);

  G_OBJECT_CLASS (meddler_parent_class)->dispose (object);
}

static void
meddler_class_init (MeddlerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = meddler_dispose;
}

static void
meddler_init (Meddler *self)
{
}

static void
put_meddler (AqQueue *queue)
{
  g_autoptr (Meddler) meddler = g_object_new (MEDDLER_TYPE, NULL);

  meddler->queue = queue;
  aq_queue_try_put (queue, meddler, NULL);
}

static void
test_hostile_item_uses_queue (void)
{
  AqQueue *queue = aq_queue_new (G_TYPE_OBJECT, 0);

  g_test_summary ("An item may use the queue as it is dropped, also at the queue's end (P8).");

  n_meddled = 0;
  put_meddler (queue);
  aq_queue_clear (queue);
  g_assert_cmpint (n_meddled, ==, 1);
  g_assert_true (aq_queue_get_empty (queue));

  put_meddler (queue);
  put_meddler (queue);
  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpint (n_meddled, ==, 3);
  aq_test_finalize_queue (queue);

  queue = aq_queue_new (G_TYPE_OBJECT, 0);
  put_meddler (queue);
  aq_test_finalize_queue (queue);
  g_assert_cmpint (n_meddled, ==, 4);
}

static void
test_hostile_item_holds_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TYPE_QUEUE, 0);
  gpointer alive = queue;

  g_test_summary ("A queue that holds itself goes when it is disposed of.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_try_put (queue, queue, NULL);
  g_object_unref (queue);
  g_assert_nonnull (alive);
  g_object_run_dispose (G_OBJECT (queue));
  g_assert_null (alive);
}

static void
count_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  int *n_called = user_data;

  (*n_called)++;
}

static void
test_hostile_dispose_with_waiters (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_called = 0;

  g_test_summary ("Disposing of a queue by force ends every wait.");

  for (int i = 0; i < 3; i++)
    aq_queue_get_async (queue, NULL, count_cb, &n_called);
  g_object_run_dispose (G_OBJECT (queue));
  wait_for_count (&n_called, 3);

  aq_test_finalize_queue (queue);
}

static void
test_hostile_many_waiters (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_called = 0;

  g_test_summary ("100,000 waiting gets end with a shutdown.");

  for (int i = 0; i < 100000; i++)
    aq_queue_get_async (queue, NULL, count_cb, &n_called);
  aq_queue_shutdown (queue, FALSE);
  wait_for_count (&n_called, 100000);

  aq_test_finalize_queue (queue);
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_hostile_cancel_while_starting (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_called = 0;

  g_test_summary ("A get whose cancellable fires as it starts completes once.");

  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);

      aq_queue_get_async (queue, cancellable, count_cb, &n_called);
      wait_for_count (&n_called, i + 1);
      g_thread_join (thread);
    }
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static gpointer
drop_queue_thread (gpointer data)
{
  AqQueue *queue = data;
  g_autoptr (GError) error = NULL;

  /* The reference that the test has dropped. */
  g_assert_null (aq_queue_get_sync (queue, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  return NULL;
}

static void
test_hostile_dispose_while_blocked (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  gpointer alive = queue;
  GThread *thread;

  g_test_summary ("A thread that blocks keeps the queue, though all others let go.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  thread = g_thread_new ("get", drop_queue_thread, queue);
  wait_for_waiting (queue, 1, 0);
  g_object_run_dispose (G_OBJECT (queue));
  g_object_unref (queue);
  g_thread_join (thread);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hostile/nested-main-loop", test_hostile_nested_main_loop);
  g_test_add_func ("/hostile/main-loop-in-cancel", test_hostile_main_loop_in_cancel);
  g_test_add_func ("/hostile/other-context-in-callback",
                   test_hostile_other_context_in_callback);
  g_test_add_func ("/hostile/callback-does-everything",
                   test_hostile_callback_does_everything);
  g_test_add_func ("/hostile/result-outlives-queue", test_hostile_result_outlives_queue);
  g_test_add_func ("/hostile/item-uses-queue", test_hostile_item_uses_queue);
  g_test_add_func ("/hostile/item-holds-queue", test_hostile_item_holds_queue);
  g_test_add_func ("/hostile/dispose-with-waiters", test_hostile_dispose_with_waiters);
  g_test_add_func ("/hostile/dispose-while-blocked", test_hostile_dispose_while_blocked);
  g_test_add_func ("/hostile/many-waiters", test_hostile_many_waiters);
  g_test_add_func ("/hostile/cancel-while-starting", test_hostile_cancel_while_starting);

  return g_test_run ();
}
