/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

static void
test_lifo_queue_last_comes_first (void)
{
  AqQueue *queue = AQ_QUEUE (aq_lifo_queue_new (AQ_TEST_TYPE_ITEM, 0));

  g_test_summary ("What went in last comes out first.");

  g_assert_true (AQ_IS_LIFO_QUEUE (queue));
  for (int i = 0; i < 5; i++)
    aq_test_put (queue, i);
  for (int i = 4; i >= 0; i--)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_lifo_queue_waiters_in_order (void)
{
  AqQueue *queue = AQ_QUEUE (aq_lifo_queue_new (AQ_TEST_TYPE_ITEM, 1));

  g_test_summary ("Waiting puts are let in in the order of their calls (scenario 17).");

  for (int i = 0; i < 4; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      aq_queue_put_async (queue, item, NULL, NULL, NULL);
    }

  for (int i = 0; i < 4; i++)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_lifo_queue_collects_last (void)
{
  AqQueue *queue = AQ_QUEUE (aq_lifo_queue_new (AQ_TEST_TYPE_ITEM, 0));
  GAsyncResult *result = NULL;

  g_test_summary ("A promise is kept with what is last when it is collected.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  wait_for_result (&result);
  aq_test_put (queue, 2);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_lifo_queue_clear_keeps_promised (void)
{
  AqQueue *queue = AQ_QUEUE (aq_lifo_queue_new (AQ_TEST_TYPE_ITEM, 0));
  GAsyncResult *results[2] = { NULL, };

  g_test_summary ("Clearing keeps the promised items that are next, in order.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
  for (int i = 0; i < 5; i++)
    aq_test_put (queue, i);

  g_assert_cmpuint (aq_queue_clear (queue), ==, 3);
  g_assert_cmpint (aq_test_finish (queue, &results[0]), ==, 4);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), ==, 3);

  aq_test_finalize_queue (queue);
}

static void
test_lifo_queue_pointer_items (void)
{
  AqQueue *queue = AQ_QUEUE (aq_lifo_queue_new_with_free_func (0, g_free));
  g_autofree char *got = NULL;

  g_test_summary ("A LIFO queue can hold plain pointers.");

  g_assert_true (AQ_IS_LIFO_QUEUE (queue));
  aq_queue_try_put (queue, g_strdup ("a"), NULL);
  aq_queue_try_put (queue, g_strdup ("b"), NULL);
  got = aq_queue_try_get (queue, NULL);
  g_assert_cmpstr (got, ==, "b");

  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lifo-queue/last-comes-first", test_lifo_queue_last_comes_first);
  g_test_add_func ("/lifo-queue/waiters-in-order", test_lifo_queue_waiters_in_order);
  g_test_add_func ("/lifo-queue/collects-last", test_lifo_queue_collects_last);
  g_test_add_func ("/lifo-queue/clear-keeps-promised", test_lifo_queue_clear_keeps_promised);
  g_test_add_func ("/lifo-queue/pointer-items", test_lifo_queue_pointer_items);

  return g_test_run ();
}
