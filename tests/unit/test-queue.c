/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

static void
test_queue_new_has_defaults (void)
{
  g_autoptr (AqQueue) queue = g_object_new (AQ_TYPE_QUEUE, NULL);

  g_test_summary ("A queue made without properties is open, empty and unbounded.");

  g_assert_true (aq_queue_get_item_type (queue) == G_TYPE_OBJECT);
  g_assert_cmpuint (aq_queue_get_max_size (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_true (aq_queue_is_empty (queue));
  g_assert_false (aq_queue_is_full (queue));
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_OPEN);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_max_in_flight (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 0);
  g_assert_cmpint (aq_queue_get_io_priority (queue), ==, G_PRIORITY_DEFAULT);
  g_assert_true (aq_queue_get_main_context (queue) == g_main_context_default ());

  aq_test_finalize_queue (g_steal_pointer (&queue));
}

static void
test_queue_properties_like_getters (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  GAsyncResult *results[2] = { NULL, };
  g_autoptr (AqTestItem) waiting = aq_test_item_new (3);
  GType item_type;
  guint max_size, length, n_promised, getters, putters, max_in_flight;
  guint64 size, unfinished, in_flight, n_dropped;
  AqOverflow overflow;
  gboolean empty, full;
  AqQueueState state;
  gint io_priority;
  GMainContext *context;

  g_test_summary ("Each property says what its getter says.");

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  aq_queue_put_async (queue, waiting, NULL, store_result_cb, &results[0]);
  aq_queue_set_max_in_flight (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[1]);
  aq_queue_set_max_size (queue, 1);
  aq_queue_set_io_priority (queue, G_PRIORITY_LOW);

  g_object_get (queue,
                "item-type", &item_type,
                "max-size", &max_size,
                "overflow", &overflow,
                "length", &length,
                "size", &size,
                "n-promised", &n_promised,
                "empty", &empty,
                "full", &full,
                "state", &state,
                "waiting-getters", &getters,
                "waiting-putters", &putters,
                "unfinished-tasks", &unfinished,
                "in-flight", &in_flight,
                "max-in-flight", &max_in_flight,
                "n-dropped", &n_dropped,
                "io-priority", &io_priority,
                "main-context", &context,
                NULL);

  g_assert_true (item_type == AQ_TEST_TYPE_ITEM);
  g_assert_cmpuint (max_size, ==, 1);
  g_assert_cmpint (overflow, ==, AQ_OVERFLOW_WAIT);
  g_assert_cmpuint (length, ==, 2);
  g_assert_cmpuint (size, ==, 2);
  g_assert_cmpuint (n_promised, ==, 0);
  g_assert_true (empty); /* the limit lets nothing out */
  g_assert_true (full);
  g_assert_cmpint (state, ==, AQ_QUEUE_STATE_OPEN);
  g_assert_cmpuint (getters, ==, 1);
  g_assert_cmpuint (putters, ==, 0);
  g_assert_cmpuint (unfinished, ==, 3);
  g_assert_cmpuint (in_flight, ==, 1);
  g_assert_cmpuint (max_in_flight, ==, 1);
  g_assert_cmpuint (n_dropped, ==, 0);
  g_assert_cmpint (io_priority, ==, G_PRIORITY_LOW);
  g_assert_true (context == g_main_context_default ());
  g_main_context_unref (context);

  g_object_set (queue, "max-size", 7, "max-in-flight", 3, "io-priority", 5,
                "overflow", AQ_OVERFLOW_DROP_NEWEST, NULL);
  g_assert_cmpuint (aq_queue_get_max_size (queue), ==, 7);
  g_assert_cmpuint (aq_queue_get_max_in_flight (queue), ==, 3);
  g_assert_cmpint (aq_queue_get_io_priority (queue), ==, 5);
  g_assert_cmpint (aq_queue_get_overflow (queue), ==, AQ_OVERFLOW_DROP_NEWEST);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 1);

  g_clear_object (&waiting);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 2);
  wait_for_result (&results[0]);
  g_clear_object (&results[0]);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  aq_test_finalize_queue (queue);
}

static void
test_queue_state_goes_to_finished (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("Shut down with items left a queue drains, then it is finished.");

  aq_test_put (queue, 1);
  aq_queue_shutdown (queue, FALSE);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);

  aq_test_finalize_queue (queue);
}

static void
test_queue_get_waits_for_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  gpointer got;

  g_test_summary ("A get that finds the queue empty completes once an item is put.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();
  g_assert_null (result);

  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  got = aq_queue_get_finish (queue, wait_for_result (&result), &error);
  g_assert_no_error (error);
  g_assert_true (got == item);

  g_object_unref (got);
  g_clear_object (&item);
  g_clear_object (&result);
  aq_test_finalize_queue (queue);
}

static void
test_queue_put_waits_for_room (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A put that finds the queue full completes once there is room.");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, item, NULL, store_result_cb, &result);
  drain_context ();
  g_assert_null (result);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  g_assert_true (aq_queue_put_finish (queue, wait_for_result (&result), &error));
  g_assert_no_error (error);

  g_clear_object (&item);
  g_clear_object (&result);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_queue_get_waiting_in_order (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[10] = { NULL, };

  g_test_summary ("The i-th waiting get receives the i-th item (P3, scenario 15).");

  for (int i = 0; i < 10; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  for (int i = 0; i < 10; i++)
    aq_test_put (queue, i);

  for (int i = 0; i < 10; i++)
    g_assert_cmpint (aq_test_finish (queue, &results[i]), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_queue_put_waiting_in_order (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("Waiting puts are let in in the order of their calls (P3).");

  aq_test_put (queue, 0);
  for (int i = 1; i < 10; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_async (queue, item, NULL, NULL, NULL);
    }

  for (int i = 0; i < 10; i++)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_queue_try_get_does_not_barge (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A try takes no item that is promised to a waiting get (P3).");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);

  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 1);

  aq_test_put (queue, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_queue_try_put_does_not_barge (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *items[2] = { aq_test_item_new (2), aq_test_item_new (3) };
  g_autoptr (GError) error = NULL;

  g_test_summary ("A try takes no place that a waiting put is due (P3, scenario 14).");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, items[0], NULL, NULL, NULL);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  g_assert_false (aq_queue_try_put (queue, items[1], &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  g_object_unref (items[0]);
  g_object_unref (items[1]);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_queue_nobody_starves (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  g_autoptr (GError) error = NULL;
  GAsyncResult *put = NULL;
  GAsyncResult *get = NULL;

  g_test_summary ("Trying in a loop delays a waiting put or get by nothing (asyncio 3.7b).");

  aq_test_put (queue, 0);
  aq_queue_put_async (queue, item, NULL, store_result_cb, &put);
  g_assert_cmpint (aq_test_get (queue), ==, 0);
  g_assert_false (aq_queue_try_put (queue, item, NULL));
  drain_context ();
  g_assert_true (aq_queue_put_finish (queue, put, &error));
  g_assert_no_error (error);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_test_put (queue, 2);
  g_assert_null (aq_queue_try_get (queue, NULL));
  drain_context ();
  g_assert_nonnull (get);
  g_assert_cmpint (aq_test_finish (queue, &get), ==, 2);

  g_clear_object (&put);
  g_clear_object (&item);
  aq_test_finalize_queue (queue);
}

static void
test_queue_grow_lets_puts_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("Raising max-size lets waiting puts in at once, in order.");

  for (int i = 0; i < 5; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_async (queue, item, NULL, NULL, NULL);
    }

  aq_queue_set_max_size (queue, 3);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 3);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 2);

  aq_queue_set_max_size (queue, 0);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 5);
  g_assert_false (aq_queue_is_full (queue));

  for (int i = 0; i < 5; i++)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_queue_shrink_holds_back (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = aq_test_item_new (4);

  g_test_summary ("Lowering max-size drops nothing, and holds back new items (P4).");

  for (int i = 0; i < 4; i++)
    aq_test_put (queue, i);

  aq_queue_set_max_size (queue, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 4);
  g_assert_true (aq_queue_is_full (queue));
  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  g_clear_object (&item);

  g_assert_cmpint (aq_test_get (queue), ==, 0);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);

  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);

  g_assert_cmpint (aq_test_get (queue), ==, 3);
  g_assert_cmpint (aq_test_get (queue), ==, 4);
  aq_test_finalize_queue (queue);
}

static void
test_queue_max_size_extremes (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, G_MAXUINT);

  g_test_summary ("The largest max-size is a bound like any other.");

  aq_test_put (queue, 1);
  g_assert_false (aq_queue_is_full (queue));
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_queue_failed_put_keeps_item (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *item = aq_test_item_new (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("After a put that failed the item is the caller's alone (P10).");

  aq_test_put (queue, 1);

  /* full */
  g_assert_false (aq_queue_try_put (queue, item, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 1);

  /* timed out */
  g_assert_false (aq_queue_timed_put (queue, item, 0, NULL, &error));
  aq_test_assert_error (error, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 1);

  /* cancelled; the queue has let go by the time the callback runs */
  aq_queue_put_async (queue, item, cancellable, store_result_cb, &result);
  g_cancellable_cancel (cancellable);
  wait_for_result (&result);
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 1);
  g_assert_false (aq_queue_put_finish (queue, result, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);

  /* cancelled before */
  g_assert_false (aq_queue_put_sync (queue, item, cancellable, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 1);

  /* shut down */
  aq_queue_put_async (queue, item, NULL, store_result_cb, &result);
  aq_queue_shutdown (queue, FALSE);
  wait_for_result (&result);
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 1);
  g_assert_false (aq_queue_put_finish (queue, result, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&result);
  g_assert_false (aq_queue_try_put (queue, item, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_assert_false (aq_queue_put_sync (queue, item, NULL, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);

  g_assert_finalize_object (item);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_queue_put_finish_needs_no_call (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A put counts whether or not its result is looked at, once or twice.");

  aq_queue_put_async (queue, item, NULL, store_result_cb, &result);
  wait_for_result (&result);
  g_assert_true (aq_queue_put_finish (queue, result, &error));
  g_assert_true (aq_queue_put_finish (queue, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_clear_object (&item);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_queue_result_is_async_result (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GObject) source = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A result knows its queue, its data and the call it came from.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  wait_for_result (&result);

  source = g_async_result_get_source_object (result);
  g_assert_true (source == G_OBJECT (queue));
  g_assert_true (g_async_result_get_user_data (result) == &result);
  g_assert_true (g_async_result_is_tagged (result, aq_queue_get_async));
  g_assert_false (g_async_result_is_tagged (result, aq_queue_put_async));

  g_clear_object (&source);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_queue_offer_and_poll (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *items[2] = { aq_test_item_new (1), aq_test_item_new (2) };
  GAsyncResult *result = NULL;

  g_test_summary ("Offer and poll are try-put and try-get, without an error (P3, P10).");

  g_assert_null (aq_queue_poll (queue));
  g_assert_true (aq_queue_offer (queue, items[0]));
  g_assert_false (aq_queue_offer (queue, items[1]));
  g_assert_cmpint (aq_test_item_get_number (items[1]), ==, 2);
  g_assert_true (aq_queue_poll (queue) == items[0]);
  g_object_unref (items[0]);

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_assert_true (aq_queue_offer (queue, items[0]));
  g_assert_null (aq_queue_poll (queue));
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);

  aq_queue_shutdown (queue, FALSE);
  g_assert_false (aq_queue_offer (queue, items[1]));
  g_assert_null (aq_queue_poll (queue));

  g_assert_finalize_object (items[0]);
  g_assert_finalize_object (items[1]);
  aq_test_finalize_queue (queue);
}

static int
get_error_code (GAsyncResult *result)
{
  int code;

  g_object_get (result, "error-code", &code, NULL);

  return code;
}

static void
test_queue_result_tells_its_error (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const int expected[3] = { -1, G_IO_ERROR_CANCELLED, G_IO_ERROR_CLOSED };
  GAsyncResult *results[3] = { NULL, NULL, NULL };

  g_test_summary ("A result tells the code of its error, without making that.");

  aq_queue_get_async (queue, NULL, store_result_cb, &results[0]);
  aq_queue_get_async (queue, cancellable, store_result_cb, &results[1]);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[2]);
  aq_test_put (queue, 1);
  g_cancellable_cancel (cancellable);
  wait_for_result (&results[0]);
  g_assert_cmpint (get_error_code (results[0]), ==, -1);
  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 1);

  aq_queue_shutdown (queue, FALSE);
  drain_context ();

  for (int i = 1; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (get_error_code (results[i]), ==, expected[i]);
      g_assert_null (aq_queue_get_finish (queue, results[i], &error));
      aq_test_assert_error (error, expected[i]);
      g_clear_object (&results[i]);
    }

  aq_test_finalize_queue (queue);
}

static void
test_queue_peek_leaves_item (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  gpointer peeked;

  g_test_summary ("A peek shows the next item and leaves it in the queue.");

  g_assert_null (aq_queue_peek (queue));
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);

  peeked = aq_queue_peek (queue);
  g_assert_cmpint (aq_test_item_get_number (peeked), ==, 1);
  g_object_unref (peeked);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_queue_peek_many_leaves_items (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GPtrArray *peeked;
  AqTestItem *item;

  g_test_summary ("A peek at many shows the next items, and leaves them in the queue.");

  peeked = aq_queue_peek_many (queue, 10);
  g_assert_cmpuint (peeked->len, ==, 0);
  g_ptr_array_unref (peeked);

  for (int i = 1; i <= 3; i++)
    aq_test_put (queue, i);

  for (guint max_items = 1; max_items <= G_MAXUINT / 4; max_items *= 4)
    {
      peeked = aq_queue_peek_many (queue, max_items);
      g_assert_cmpuint (peeked->len, ==, MIN (max_items, 3));
      for (guint i = 0; i < peeked->len; i++)
        g_assert_cmpint (aq_test_item_get_number (peeked->pdata[i]), ==, i + 1);
      g_ptr_array_unref (peeked);
    }
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 3);

  /* It outlives its place in the queue, and no longer than the array. */
  peeked = aq_queue_peek_many (queue, 1);
  aq_queue_clear (queue);
  item = peeked->pdata[0];
  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *) &item);
  g_assert_cmpint (aq_test_item_get_number (item), ==, 1);
  g_ptr_array_unref (peeked);
  g_assert_null (item);

  aq_test_finalize_queue (queue);
}

static void
test_queue_clear_drops_items (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  g_autoptr (AqTestItem) waiting = aq_test_item_new (3);

  g_test_summary ("Clearing frees and counts the items, and lets waiting puts in.");

  g_assert_cmpuint (aq_queue_clear (queue), ==, 0);

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  aq_queue_put_async (queue, waiting, NULL, NULL, NULL);
  g_clear_object (&waiting);

  g_assert_cmpuint (aq_queue_clear (queue), ==, 2);
  g_assert_cmpint (aq_test_item_count (), ==, 1);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 1);

  g_assert_cmpint (aq_test_get (queue), ==, 3);
  aq_test_finalize_queue (queue);
}

static void
test_queue_clear_keeps_promised (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[2] = { NULL, };

  g_test_summary ("Clearing keeps as many items as are promised, those next in order.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  for (int i = 0; i < 5; i++)
    aq_test_put (queue, i);

  g_assert_cmpuint (aq_queue_clear (queue), ==, 3);
  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 0);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 1);
  g_assert_true (aq_queue_is_empty (queue));

  aq_test_finalize_queue (queue);
}

static void
test_queue_shutdown_keeps_promised (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;
  GAsyncResult *promised = NULL;
  GAsyncResult *late = NULL;

  g_test_summary ("A promise holds through an immediate shutdown; who comes later fails.");

  aq_queue_get_async (queue, NULL, store_result_cb, &promised);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);

  /* The promise may still be given back, so this one has to wait. */
  aq_queue_get_async (queue, NULL, store_result_cb, &late);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);

  g_assert_cmpint (aq_test_finish (queue, &promised), ==, 1);
  g_assert_null (aq_queue_get_finish (queue, wait_for_result (&late), &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&late);

  aq_test_finalize_queue (queue);
}

static void
test_queue_shutdown_drops_what_comes_back (void)
{
  g_test_summary ("After an immediate shutdown a promise given back leaves nothing behind.");

  for (int i = 0; i < 2; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      GAsyncResult *result = NULL;
      GAsyncResult *join = NULL;

      aq_queue_get_async (queue, cancellable, store_result_cb, &result);
      aq_test_put (queue, 1);
      aq_queue_join_async (queue, NULL, store_result_cb, &join);
      aq_queue_shutdown (queue, TRUE);
      g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 1);

      /* Cancelled, or thrown away */
      if (i == 0)
        g_cancellable_cancel (cancellable);
      wait_for_result (&result);
      g_clear_object (&result);

      wait_for_result (&join);
      g_clear_object (&join);
      g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
      g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
      aq_test_finalize_queue (queue);
    }
}

static void
test_queue_clear_and_join (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  GAsyncResult *join = NULL;

  g_test_summary ("A join waits for an item that a clear has just let in.");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  g_clear_object (&item);
  aq_queue_join_async (queue, NULL, store_result_cb, &join);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  drain_context ();
  g_assert_null (join);

  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  wait_for_result (&join);
  g_clear_object (&join);
  aq_test_finalize_queue (queue);
}

static void
test_queue_early_task_done (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A task that is done before its item is collected is not in flight.");

  aq_queue_set_max_in_flight (queue, 1);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_task_done (queue);
  aq_queue_task_done (queue);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 0);

  /* The next one counts again. */
  aq_test_put (queue, 3);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_queue_clear_after_task_done (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("Clearing leaves just those unfinished that are in flight.");

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  aq_queue_task_done (queue);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);

  for (int i = 0; i < 3; i++)
    aq_test_put (queue, i);
  aq_queue_task_done (queue);
  aq_queue_task_done (queue);
  aq_test_get (queue);
  aq_queue_clear (queue);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 1);
  aq_queue_task_done (queue);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static void
test_queue_max_in_flight_limits (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;
  GAsyncResult *results[3] = { NULL, };

  g_test_summary ("No more than max-in-flight items are out and not reported done.");

  aq_queue_set_max_in_flight (queue, 2);
  for (int i = 0; i < 5; i++)
    aq_test_put (queue, i);

  g_assert_cmpint (aq_test_get (queue), ==, 0);
  for (int i = 0; i < 3; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 2);
  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 1);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 2);
  drain_context ();
  g_assert_null (results[1]);

  aq_queue_task_done (queue);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 2);
  drain_context ();
  g_assert_null (results[2]);

  /* Raising the limit serves at once. */
  aq_queue_set_max_in_flight (queue, 3);
  g_assert_cmpint (aq_test_finish (queue, &results[2]), ==, 3);
  g_assert_null (aq_queue_try_get (queue, NULL));
  aq_queue_set_max_in_flight (queue, 0);
  g_assert_cmpint (aq_test_get (queue), ==, 4);

  aq_test_finalize_queue (queue);
}

static void
test_queue_promise_given_back_is_not_in_flight (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[2] = { NULL, };

  g_test_summary ("A promise that nobody collects makes room under max-in-flight.");

  aq_queue_set_max_in_flight (queue, 1);
  aq_test_put (queue, 1);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[0]);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[1]);
  wait_for_result (&results[0]);
  drain_context ();
  g_assert_null (results[1]);

  g_clear_object (&results[0]);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_queue_interface_items (void)
{
  AqQueue *queue = aq_queue_new (G_TYPE_FILE, 0);
  g_autoptr (GFile) file = g_file_new_for_path ("/");
  g_autoptr (GFile) got = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("The type of the items can be an interface.");

  g_assert_true (aq_queue_try_put (queue, file, &error));
  got = aq_queue_try_get (queue, &error);
  g_assert_no_error (error);
  g_assert_true (got == file);

  aq_test_finalize_queue (queue);
}

static void
test_queue_subtype_items (void)
{
  AqQueue *queue = aq_queue_new (G_TYPE_OBJECT, 0);

  g_test_summary ("Objects of a subtype fit.");

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static int n_freed;

static void
count_free (gpointer item)
{
  n_freed++;
  g_free (item);
}

static void
test_queue_pointer_items (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (2, count_free);
  char *items[] = { g_strdup ("a"), g_strdup ("b"), g_strdup ("c") };
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  g_autofree char *got = NULL;

  g_test_summary ("A plain pointer is the queue's once put, and the getter's once got.");

  n_freed = 0;
  g_assert_true (aq_queue_get_item_type (queue) == G_TYPE_POINTER);

  aq_queue_put_async (queue, items[0], NULL, NULL, NULL);
  g_assert_true (aq_queue_try_put (queue, items[1], &error));
  g_assert_false (aq_queue_try_put (queue, items[2], NULL));

  /* A failed put leaves the pointer alone. */
  aq_queue_put_async (queue, items[2], NULL, store_result_cb, &result);
  aq_queue_shutdown (queue, FALSE);
  g_assert_false (aq_queue_put_finish (queue, wait_for_result (&result), &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&result);
  g_assert_cmpstr (items[2], ==, "c");
  g_free (items[2]);

  got = aq_queue_get_sync (queue, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (got == items[0]);
  g_assert_cmpint (n_freed, ==, 0);

  /* What is left belongs to the queue. */
  aq_test_finalize_queue (queue);
  g_assert_cmpint (n_freed, ==, 1);
}

static void
test_queue_pointer_items_dropped (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, count_free);

  g_test_summary ("The free function is called once for each pointer that is dropped.");

  n_freed = 0;
  for (int i = 0; i < 3; i++)
    aq_queue_try_put (queue, g_strdup ("x"), NULL);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 3);
  g_assert_cmpint (n_freed, ==, 3);

  aq_queue_try_put (queue, g_strdup ("x"), NULL);
  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpint (n_freed, ==, 4);

  aq_test_finalize_queue (queue);
}

static void
test_queue_pointer_items_without_free_func (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);

  g_test_summary ("Without a free function pointers are just dropped.");

  aq_queue_try_put (queue, GINT_TO_POINTER (1), NULL);
  aq_queue_try_put (queue, GINT_TO_POINTER (1), NULL);
  g_assert_true (aq_queue_try_get (queue, NULL) == GINT_TO_POINTER (1));

  aq_test_finalize_queue (queue);
}

static void
test_queue_same_item_twice (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);

  g_test_summary ("One object can be in the queue more than once.");

  for (int i = 0; i < 3; i++)
    g_assert_true (aq_queue_try_put (queue, item, NULL));
  g_assert_cmpuint (G_OBJECT (item)->ref_count, ==, 4);
  g_clear_object (&item);

  for (int i = 0; i < 3; i++)
    g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_queue_finalize_frees_items (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("The items that are left go with the queue.");

  for (int i = 0; i < 1000; i++)
    aq_test_put (queue, i);

  aq_test_finalize_queue (queue);
}

static void
order_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  static int next;

  g_assert_cmpint (GPOINTER_TO_INT (user_data), ==, next);
  next = (next + 1) % 5;
}

static void
test_queue_decided_together_in_order (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("Of those who are served in one moment, who called first is called first (P3).");

  /* Five puts that are let in, five that are refused, and five gets. */
  for (int i = 0; i < 11; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_async (queue, item, NULL, i > 0 ? order_cb : NULL,
                          GINT_TO_POINTER ((i + 4) % 5));
    }
  aq_queue_set_max_size (queue, 6);
  drain_context ();
  aq_queue_shutdown (queue, FALSE);
  drain_context ();
  g_assert_cmpuint (aq_queue_clear (queue), ==, 6);

  for (int i = 0; i < 5; i++)
    aq_queue_get_async (queue, NULL, order_cb, GINT_TO_POINTER (i));
  drain_context ();

  aq_test_finalize_queue (queue);
}

static void
test_queue_shutdown_drops_what_is_cancelled (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("After an immediate shutdown a cancelled get leaves nothing, "
                  "though its result is kept.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  aq_test_put (queue, 1);
  aq_queue_shutdown (queue, TRUE);
  g_cancellable_cancel (cancellable);
  wait_for_result (&result);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);

  g_clear_object (&result);
  aq_test_finalize_queue (queue);
}

static void
test_queue_shutdown_stays_immediate (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("A gentle shutdown does not take back an immediate one.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  aq_queue_shutdown (queue, TRUE);
  aq_queue_shutdown (queue, FALSE);
  wait_for_result (&result);
  g_clear_object (&result);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_queue_version (void)
{
  g_test_summary ("The program runs with the library that it was built with.");

  g_assert_cmpuint (aq_get_major_version (), ==, AQ_MAJOR_VERSION);
  g_assert_cmpuint (aq_get_minor_version (), ==, AQ_MINOR_VERSION);
  g_assert_cmpuint (aq_get_micro_version (), ==, AQ_MICRO_VERSION);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/queue/new/has-defaults", test_queue_new_has_defaults);
  g_test_add_func ("/queue/properties/like-getters", test_queue_properties_like_getters);
  g_test_add_func ("/queue/state/goes-to-finished", test_queue_state_goes_to_finished);

  g_test_add_func ("/queue/get/waits-for-put", test_queue_get_waits_for_put);
  g_test_add_func ("/queue/get/waiting-in-order", test_queue_get_waiting_in_order);
  g_test_add_func ("/queue/put/waits-for-room", test_queue_put_waits_for_room);
  g_test_add_func ("/queue/put/waiting-in-order", test_queue_put_waiting_in_order);
  g_test_add_func ("/queue/put/finish-needs-no-call", test_queue_put_finish_needs_no_call);
  g_test_add_func ("/queue/put/failed-keeps-item", test_queue_failed_put_keeps_item);
  g_test_add_func ("/queue/result/is-async-result", test_queue_result_is_async_result);

  g_test_add_func ("/queue/result/tells-its-error", test_queue_result_tells_its_error);
  g_test_add_func ("/queue/offer-and-poll", test_queue_offer_and_poll);

  g_test_add_func ("/queue/fairness/try-get-does-not-barge", test_queue_try_get_does_not_barge);
  g_test_add_func ("/queue/fairness/try-put-does-not-barge", test_queue_try_put_does_not_barge);
  g_test_add_func ("/queue/fairness/nobody-starves", test_queue_nobody_starves);

  g_test_add_func ("/queue/max-size/grow-lets-puts-in", test_queue_grow_lets_puts_in);
  g_test_add_func ("/queue/max-size/shrink-holds-back", test_queue_shrink_holds_back);
  g_test_add_func ("/queue/max-size/extremes", test_queue_max_size_extremes);

  g_test_add_func ("/queue/peek/leaves-item", test_queue_peek_leaves_item);
  g_test_add_func ("/queue/peek/many/leaves-items", test_queue_peek_many_leaves_items);
  g_test_add_func ("/queue/clear/drops-items", test_queue_clear_drops_items);
  g_test_add_func ("/queue/clear/keeps-promised", test_queue_clear_keeps_promised);
  g_test_add_func ("/queue/shutdown/keeps-promised", test_queue_shutdown_keeps_promised);

  g_test_add_func ("/queue/shutdown/drops-what-comes-back",
                   test_queue_shutdown_drops_what_comes_back);
  g_test_add_func ("/queue/task-done/clear-and-join", test_queue_clear_and_join);
  g_test_add_func ("/queue/task-done/early", test_queue_early_task_done);
  g_test_add_func ("/queue/task-done/then-clear", test_queue_clear_after_task_done);

  g_test_add_func ("/queue/max-in-flight/limits", test_queue_max_in_flight_limits);
  g_test_add_func ("/queue/max-in-flight/promise-given-back",
                   test_queue_promise_given_back_is_not_in_flight);

  g_test_add_func ("/queue/items/interface", test_queue_interface_items);
  g_test_add_func ("/queue/items/subtype", test_queue_subtype_items);
  g_test_add_func ("/queue/items/pointer", test_queue_pointer_items);
  g_test_add_func ("/queue/items/pointer-dropped", test_queue_pointer_items_dropped);
  g_test_add_func ("/queue/items/pointer-without-free-func",
                   test_queue_pointer_items_without_free_func);
  g_test_add_func ("/queue/items/same-twice", test_queue_same_item_twice);
  g_test_add_func ("/queue/items/freed-with-queue", test_queue_finalize_frees_items);

  g_test_add_func ("/queue/fairness/decided-together-in-order",
                   test_queue_decided_together_in_order);
  g_test_add_func ("/queue/shutdown/drops-what-is-cancelled",
                   test_queue_shutdown_drops_what_is_cancelled);
  g_test_add_func ("/queue/shutdown/stays-immediate", test_queue_shutdown_stays_immediate);

  g_test_add_func ("/queue/version", test_queue_version);

  return g_test_run ();
}
