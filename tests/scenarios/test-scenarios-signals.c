/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

/* What broke other queues, by its number in the README: signals and accounting. */

static void
append_drained_cb (AqQueue *queue,
                   GString *log)
{
  g_string_append_c (log, 'd');
}

static void
test_drained_once (void)
{
  Tally *tally = tally_new (0, 20);
  g_autoptr (GString) log = g_string_new (NULL);

  g_test_summary ("25: Drained comes once for an emptying, again after a refill, "
                  "and not for nothing (P9).");

  g_signal_connect (tally->queue, "drained", G_CALLBACK (append_drained_cb), log);
  g_assert_cmpint (tally_get (tally), ==, WOULD_BLOCK);
  g_assert_cmpuint (aq_queue_clear (tally->queue), ==, 0);
  drain_context ();
  g_assert_cmpstr (log->str, ==, "");

  for (int i = 0; i < 20; i += 2)
    {
      tally_put (tally, i);
      tally_put (tally, i + 1);
      tally_get (tally);
      drain_context ();
      g_assert_cmpuint (log->len, ==, i / 2);
      tally_get (tally);
      drain_context ();
      g_assert_cmpuint (log->len, ==, i / 2 + 1);
    }

  tally_free (tally);
}

static int depth, max_depth, n_joined;

static void
joined_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);

  depth++;
  max_depth = MAX (max_depth, depth);
  g_assert_true (aq_queue_join_finish (queue, result, NULL));
  if (++n_joined < 10000)
    aq_queue_join_async (queue, NULL, joined_cb, NULL);
  depth--;
}

static void
test_join_when_done (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("26: A join with nothing to do ends, and 10,000 in a row do not nest (P5).");

  n_joined = 0;
  g_assert_true (aq_queue_join_sync (queue, NULL, NULL));
  aq_queue_join_async (queue, NULL, joined_cb, NULL);
  wait_for_count (&n_joined, 10000);
  g_assert_cmpint (max_depth, ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_joins_and_task_done (void)
{
  Tally *tally = tally_new (0, 3);
  GAsyncResult *joins[2] = { NULL, };

  g_test_summary ("27: All joins end together, a later put arms them again, "
                  "one done too many is an error.");

  for (int i = 0; i < 3; i++)
    {
      tally_put (tally, i);
      tally_get (tally);
      for (int j = 0; j < 2; j++)
        aq_queue_join_async (tally->queue, NULL, store_result_cb, &joins[j]);
      drain_context ();
      g_assert_true (joins[0] == NULL && joins[1] == NULL);

      aq_queue_task_done (tally->queue);
      drain_context ();
      for (int j = 0; j < 2; j++)
        {
          g_assert_true (aq_queue_join_finish (tally->queue, joins[j], NULL));
          g_clear_object (&joins[j]);
        }
    }

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*called more often than items were put*");
  aq_queue_task_done (tally->queue);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (tally->queue), ==, 0);

  tally_free (tally);
}

/* Does one thing after the other, and lets go of the queue. */
static void
busy_items_added_cb (AqQueue *queue,
                     guint    n_items,
                     Tally   *tally)
{
  g_assert_cmpuint (n_items, ==, 1);

  switch (tally->n_accepted)
    {
    case 1:
      g_assert_cmpint (tally_get (tally), ==, 0);
      tally_put (tally, 1);
      break;
    case 2:
      tally_put (tally, 2);
      break;
    default:
      aq_queue_shutdown (queue, FALSE);
      g_assert_cmpint (tally_get (tally), ==, 1);
      g_clear_object (&tally->queue);
    }
}

static void
test_busy_handler (void)
{
  Tally *tally = tally_new (0, 3);
  gpointer alive = tally->queue;

  g_test_summary ("28: A handler of items-added may get, put, shut down, and drop the queue (P8).");

  g_object_add_weak_pointer (alive, &alive);
  g_signal_connect (tally->queue, "items-added", G_CALLBACK (busy_items_added_cb), tally);
  tally_put (tally, 0);
  drain_context ();
  g_assert_null (alive);
  g_assert_cmpint (tally_count (tally, FATE_GOT), ==, 2);
  g_assert_cmpint (tally_count (tally, FATE_DROPPED), ==, 1);

  tally_free (tally);
}

static void
observe_func (Tally *tally,
              int    index,
              int    n_each)
{
  while (aq_queue_get_state (tally->queue) == AQ_QUEUE_STATE_OPEN)
    g_assert_cmpuint (aq_queue_get_length (tally->queue), <=, n_each);
}

static void
test_never_above_bound (void)
{
  int n_items = g_test_thorough () ? 2000000 : 40000;
  Tally *tally = tally_new (3, n_items);
  Crew observer, putters, getters;

  g_test_summary ("29: No other thread ever sees more items than there is room for (P4).");

  crew_start (&observer, tally, 1, 3, observe_func);
  crew_start (&getters, tally, 2, n_items / 2, get_all_func);
  crew_start (&putters, tally, 2, n_items / 2, put_all_func);
  crew_join (&putters);
  aq_queue_shutdown (tally->queue, FALSE);
  crew_join (&getters);
  crew_join (&observer);

  tally_free (tally);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scenarios/25/drained-once", test_drained_once);
  g_test_add_func ("/scenarios/26/join-when-done", test_join_when_done);
  g_test_add_func ("/scenarios/27/joins-and-task-done", test_joins_and_task_done);
  g_test_add_func ("/scenarios/28/busy-handler", test_busy_handler);
  g_test_add_func ("/scenarios/29/never-above-bound", test_never_above_bound);

  return g_test_run ();
}
