/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* Puts an item whose number is its priority times ten, and its place among
 * those with the same. */
static void
put_with_priority (AqQueue *queue,
                   int      number)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (number);
  g_autoptr (GError) error = NULL;

  aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), item, number / 10, &error);
  g_assert_no_error (error);
}

static void
test_priority_queue_lowest_first (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0));
  const int in[] = { 30, 10, 20, 31, 11, 12, 0 };
  const int out[] = { 0, 10, 11, 12, 20, 30, 31 };

  g_test_summary ("The lowest number comes out first, equal ones as they went in.");

  g_assert_true (AQ_IS_PRIORITY_QUEUE (queue));
  for (gsize i = 0; i < G_N_ELEMENTS (in); i++)
    put_with_priority (queue, in[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (out); i++)
    g_assert_cmpint (aq_test_get (queue), ==, out[i]);

  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_plain_put_is_zero (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0));

  g_test_summary ("A put without a priority has priority 0.");

  put_with_priority (queue, 10);
  aq_test_put (queue, 0);
  put_with_priority (queue, -10);

  g_assert_cmpint (aq_test_get (queue), ==, -10);
  g_assert_cmpint (aq_test_get (queue), ==, 0);
  g_assert_cmpint (aq_test_get (queue), ==, 10);

  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_collects_most_urgent (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0));
  GAsyncResult *result = NULL;

  g_test_summary ("A promise is kept with what is most urgent when it is collected.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  put_with_priority (queue, 50);
  wait_for_result (&result);
  put_with_priority (queue, 10);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 10);
  g_assert_cmpint (aq_test_get (queue), ==, 50);

  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_waiters_in_order (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 1));
  const int numbers[] = { 50, 40, 10 };

  g_test_summary ("An urgent put does not overtake those that wait for room.");

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (numbers[i]);

      aq_priority_queue_put_with_priority_async (AQ_PRIORITY_QUEUE (queue), item, numbers[i] / 10,
                                                 NULL, NULL, NULL);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpint (aq_test_get (queue), ==, numbers[i]);

  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_async_keeps_priority (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 2));
  AqPriorityQueue *priority_queue = AQ_PRIORITY_QUEUE (queue);
  const int numbers[] = { 40, 10 };
  g_autoptr (GError) error = NULL;
  GAsyncResult *results[2] = { NULL, };

  g_test_summary ("A put that waited goes in with its own priority.");

  put_with_priority (queue, 20);
  put_with_priority (queue, 30);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (numbers[i]);

      aq_priority_queue_put_with_priority_async (priority_queue, item, numbers[i] / 10, NULL,
                                                 store_result_cb, &results[i]);
    }

  g_assert_cmpint (aq_test_get (queue), ==, 20);
  g_assert_cmpint (aq_test_get (queue), ==, 30);
  for (int i = 0; i < 2; i++)
    {
      g_assert_true (aq_priority_queue_put_with_priority_finish (priority_queue,
                                                                 wait_for_result (&results[i]),
                                                                     &error));
      g_assert_no_error (error);
      g_assert_true (g_async_result_is_tagged (results[i],
                                               aq_priority_queue_put_with_priority_async));
      g_clear_object (&results[i]);
    }

  aq_queue_set_max_size (queue, 3);
  put_with_priority (queue, 20);
  g_assert_cmpint (aq_test_get (queue), ==, 10);
  g_assert_cmpint (aq_test_get (queue), ==, 20);
  g_assert_cmpint (aq_test_get (queue), ==, 40);
  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_sync_forms (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 2));
  AqPriorityQueue *priority_queue = AQ_PRIORITY_QUEUE (queue);
  g_autoptr (GError) error = NULL;
  AqTestItem *items[3];

  g_test_summary ("The blocking forms take a priority, and fail as those of a queue.");

  for (int i = 0; i < 3; i++)
    items[i] = aq_test_item_new (10 * (i + 1));

  g_assert_true (aq_priority_queue_put_with_priority_sync (priority_queue, items[1], 2, NULL,
                                                           &error));
  g_assert_true (aq_priority_queue_timed_put_with_priority (priority_queue, items[0], 1, 0, NULL,
                                                            &error));
  g_assert_no_error (error);
  g_assert_false (aq_priority_queue_timed_put_with_priority (priority_queue, items[2], 3, 0, NULL,
                                                             &error));
  aq_test_assert_error (error, G_IO_ERROR_TIMED_OUT);
  g_assert_false (aq_priority_queue_try_put_with_priority (priority_queue, items[2], 3, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  for (int i = 0; i < 3; i++)
    g_object_unref (items[i]);
  g_assert_cmpint (aq_test_get (queue), ==, 10);
  g_assert_cmpint (aq_test_get (queue), ==, 20);
  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_deadlines (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new_with_free_func (0, NULL));
  AqPriorityQueue *priority_queue = AQ_PRIORITY_QUEUE (queue);

  g_test_summary ("The whole range of 64 bits counts.");

  aq_priority_queue_try_put_with_priority (priority_queue, GINT_TO_POINTER (3), G_MAXINT64, NULL);
  aq_priority_queue_try_put_with_priority (priority_queue, GINT_TO_POINTER (2), G_MAXINT64 - 1,
                                           NULL);
  aq_priority_queue_try_put_with_priority (priority_queue, GINT_TO_POINTER (1), G_MININT64, NULL);
  for (int i = 1; i <= 3; i++)
    g_assert_cmpint (GPOINTER_TO_INT (aq_queue_try_get (queue, NULL)), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_priority_queue_clear_keeps_promised (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0));
  GAsyncResult *results[2] = { NULL, };

  g_test_summary ("Clearing keeps the promised items that are next, equal ones in order.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  put_with_priority (queue, 30);
  put_with_priority (queue, 10);
  put_with_priority (queue, 11);

  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  put_with_priority (queue, 12);
  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 10);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 11);
  g_assert_cmpint (aq_test_get (queue), ==, 12);

  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/priority-queue/lowest-first", test_priority_queue_lowest_first);
  g_test_add_func ("/priority-queue/plain-put-is-zero", test_priority_queue_plain_put_is_zero);
  g_test_add_func ("/priority-queue/collects-most-urgent",
                   test_priority_queue_collects_most_urgent);
  g_test_add_func ("/priority-queue/waiters-in-order", test_priority_queue_waiters_in_order);
  g_test_add_func ("/priority-queue/async-keeps-priority",
                   test_priority_queue_async_keeps_priority);
  g_test_add_func ("/priority-queue/sync-forms", test_priority_queue_sync_forms);
  g_test_add_func ("/priority-queue/deadlines", test_priority_queue_deadlines);
  g_test_add_func ("/priority-queue/clear-keeps-promised",
                   test_priority_queue_clear_keeps_promised);

  return g_test_run ();
}
