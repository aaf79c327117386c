/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

/* What broke other queues, by its number in the README: order and fairness. */

static void
test_freed_place_is_taken (void)
{
  Tally *tally = tally_new (1, 3);
  int get, put;

  g_test_summary ("13: An item belongs to the get that waits for it, "
                  "a free place to the put (P3).");

  tally_start_get (tally, NULL, &get);
  tally_put (tally, 0);
  g_assert_cmpint (tally_get (tally), ==, WOULD_BLOCK);
  tally_start_put (tally, 1, NULL, &put);
  g_assert_cmpint (tally_put (tally, 2), ==, WOULD_BLOCK);

  g_assert_cmpint (tally_wait (&get), ==, 0);
  g_assert_cmpint (tally_put (tally, 2), ==, WOULD_BLOCK);
  g_assert_cmpint (tally_wait (&put), ==, 1);
  g_assert_cmpint (tally_get (tally), ==, 1);
  g_assert_cmpint (tally_put (tally, 2), ==, 2);

  tally_free (tally);
}

static void
test_waiting_put_comes_first (void)
{
  Tally *tally = tally_new (1, 3);
  int put, second_put;

  g_test_summary ("14: A put that waited when a place was freed is before one that comes "
                  "then (P3).");

  tally_put (tally, 0);
  tally_start_put (tally, 1, NULL, &put);
  g_assert_cmpint (tally_get (tally), ==, 0);
  g_assert_cmpint (tally_put (tally, 2), ==, WOULD_BLOCK);
  tally_start_put (tally, 2, NULL, &second_put);

  g_assert_cmpint (tally_get (tally), ==, 1);
  g_assert_cmpint (tally_get (tally), ==, 2);
  g_assert_cmpint (tally_wait (&put), ==, 1);
  g_assert_cmpint (tally_wait (&second_put), ==, 2);

  tally_free (tally);
}

static void
test_nth_get_nth_item (void)
{
  const int n = 1000;
  Tally *tally = tally_new (0, n);
  g_autofree int *outcomes = g_new (int, n);

  g_test_summary ("15: The n-th get that waits receives the n-th item (P3).");

  for (int i = 0; i < n; i++)
    tally_start_get (tally, NULL, &outcomes[i]);
  for (int i = 0; i < n; i++)
    tally_put (tally, i);
  for (int i = 0; i < n; i++)
    g_assert_cmpint (tally_wait (&outcomes[i]), ==, i);

  tally_free (tally);
}

static void
test_many_to_many (void)
{
  int share = g_test_thorough () ? 1 : 5;

  g_test_summary ("16: From many threads to many, each producer's items stay in order (P1, P3).");

  run_belt (tally_new (3, 4 * (25000 / share)), 4, 4);
  run_belt (tally_new (0, 271828 / share), 1, 23);
}

static void
test_priority_order (void)
{
  const int n = 500;
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new_with_free_func (0, tally_drop));
  Tally *tally = tally_new_for_queue (queue, n + 1);
  int got[501];
  int n_got = 0;

  g_test_summary ("17: Equal priorities leave in the order of their puts, "
                  "the most urgent overtakes.");

  /* 100 of each, the least urgent first. */
  for (int i = 0; i < n; i++)
    {
      aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue),
                                               tally_begin_put (tally, i),
                                               4 - i / 100, NULL);
      tally_end_put (tally, i, NULL);
    }
  for (; n_got < 50; n_got++)
    got[n_got] = tally_get (tally);

  aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), tally_begin_put (tally, n),
                                           -1, NULL);
  tally_end_put (tally, n, NULL);
  for (; n_got <= n; n_got++)
    got[n_got] = tally_get (tally);

  for (int i = 0; i < 50; i++)
    g_assert_cmpint (got[i], ==, 400 + i);
  g_assert_cmpint (got[50], ==, n);
  for (int i = 50; i < n; i++)
    g_assert_cmpint (got[i + 1], ==, 100 * (4 - i / 100) + i % 100);

  tally_free (tally);
}

static void
test_lifo_order (void)
{
  Tally *tally = tally_new_for_queue (AQ_QUEUE (aq_lifo_queue_new_with_free_func (2, tally_drop)),
                                      4);
  int puts[2];

  g_test_summary ("17: The last one in comes first, also if it had to wait for its place.");

  tally_put (tally, 0);
  tally_put (tally, 1);
  tally_start_put (tally, 2, NULL, &puts[0]);
  tally_start_put (tally, 3, NULL, &puts[1]);

  g_assert_cmpint (tally_get (tally), ==, 1);
  g_assert_cmpint (tally_get (tally), ==, 2);
  g_assert_cmpint (tally_get (tally), ==, 3);
  g_assert_cmpint (tally_get (tally), ==, 0);
  g_assert_cmpint (tally_wait (&puts[0]), ==, 2);
  g_assert_cmpint (tally_wait (&puts[1]), ==, 3);

  tally_free (tally);
}

static void
test_no_barging_at_the_end (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *item = aq_test_item_new (1);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("18: A put that waits fails at the end, though room comes, "
                  "and gives its item back once (P10).");

  aq_test_put (queue, 0);
  aq_queue_put_async (queue, item, NULL, store_result_cb, &result);
  aq_queue_shutdown (queue, FALSE);
  g_assert_cmpint (aq_test_get (queue), ==, 0);
  g_assert_false (aq_queue_put_finish (queue, wait_for_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 0);
  g_clear_object (&result);
  g_assert_finalize_object (item);
  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scenarios/13/freed-place-is-taken", test_freed_place_is_taken);
  g_test_add_func ("/scenarios/14/waiting-put-comes-first", test_waiting_put_comes_first);
  g_test_add_func ("/scenarios/15/nth-get-nth-item", test_nth_get_nth_item);
  g_test_add_func ("/scenarios/16/many-to-many", test_many_to_many);
  g_test_add_func ("/scenarios/17/priority", test_priority_order);
  g_test_add_func ("/scenarios/17/lifo", test_lifo_order);
  g_test_add_func ("/scenarios/18/no-barging-at-the-end", test_no_barging_at_the_end);

  return g_test_run ();
}
