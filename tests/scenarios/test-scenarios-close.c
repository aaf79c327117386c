/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

/* What broke other queues, by its number in the README: the end. */

static int n_told;

static void
assert_closed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (aq_queue_get_state (AQ_QUEUE (source)), ==, AQ_QUEUE_STATE_FINISHED);
  if (user_data != NULL)
    g_assert_false (aq_queue_put_finish (AQ_QUEUE (source), result, &error));
  else
    g_assert_null (aq_queue_get_finish (AQ_QUEUE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  n_told++;
}

static void
test_end_wakes_all (void)
{
  Tally *tally = tally_new (1, 2);
  int not_ours;

  g_test_summary ("19: An end wakes all gets and all puts, and is to be seen in their callbacks.");

  /* Both sides wait: one item is out, and one fills the queue. */
  n_told = 0;
  aq_queue_set_max_in_flight (tally->queue, 1);
  tally_put (tally, 0);
  tally_get (tally);
  tally_put (tally, 1);
  for (int i = 0; i < 50; i++)
    {
      aq_queue_get_async (tally->queue, NULL, assert_closed_cb, NULL);
      aq_queue_put_async (tally->queue, &not_ours, NULL, assert_closed_cb, &not_ours);
    }
  g_assert_cmpuint (aq_queue_get_waiting_getters (tally->queue), ==, 50);
  g_assert_cmpuint (aq_queue_get_waiting_putters (tally->queue), ==, 50);

  aq_queue_shutdown (tally->queue, TRUE);
  g_assert_cmpint (n_told, ==, 0);
  wait_for_count (&n_told, 100);

  tally_free (tally);
}

static void
shutdown_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  aq_queue_shutdown (AQ_QUEUE (source), FALSE);
  tally_get_cb (source, result, user_data);
}

static void
test_end_with_items (void)
{
  Tally *tally = tally_new (0, 7);
  GAsyncResult *many = NULL;
  GPtrArray *array;
  int get, late;

  g_test_summary ("20: Items left at the end are handed out, "
                  "also to one who gets many just now (P1).");

  for (int i = 0; i < 6; i++)
    tally_put (tally, i);
  aq_queue_get_async (tally->queue, NULL, shutdown_cb, tally_call_new (tally, -1, &get));
  aq_queue_get_many_async (tally->queue, 3, NULL, store_result_cb, &many);
  g_assert_cmpint (tally_wait (&get), ==, 0);
  g_assert_cmpint (tally_get (tally), ==, 1);
  g_assert_cmpint (tally_put (tally, 6), ==, CLOSED);
  aq_queue_shutdown (tally->queue, FALSE);

  array = aq_queue_get_many_finish (tally->queue, wait_for_result (&many), NULL);
  g_ptr_array_set_free_func (array, NULL);
  g_assert_cmpuint (array->len, ==, 3);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (tally_end_get (tally, array->pdata[i], NULL), ==, 2 + i);
  g_ptr_array_unref (array);
  g_clear_object (&many);

  g_assert_cmpint (aq_queue_get_state (tally->queue), ==, AQ_QUEUE_STATE_DRAINING);
  tally_start_get (tally, NULL, &get);
  tally_start_get (tally, NULL, &late);
  g_assert_cmpint (tally_wait (&get), ==, 5);
  g_assert_cmpint (tally_wait (&late), ==, CLOSED);
  g_assert_cmpint (aq_queue_get_state (tally->queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_cmpint (tally_get (tally), ==, CLOSED);

  tally_free (tally);
}

static void
test_end_and_join (void)
{
  Tally *tally = tally_new (0, 5);
  g_autoptr (GError) error = NULL;
  GAsyncResult *join = NULL;

  g_test_summary ("21: To drop what is left counts as done, but a join waits for what is out.");

  for (int i = 0; i < 5; i++)
    tally_put (tally, i);
  tally_get (tally);
  tally_get (tally);
  aq_queue_join_async (tally->queue, NULL, store_result_cb, &join);
  aq_queue_shutdown (tally->queue, TRUE);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (tally->queue), ==, 2);

  aq_queue_task_done (tally->queue);
  drain_context ();
  g_assert_null (join);
  aq_queue_task_done (tally->queue);
  g_assert_true (aq_queue_join_finish (tally->queue, wait_for_result (&join), &error));
  g_assert_no_error (error);
  g_clear_object (&join);

  tally_free (tally);
}

static void
shutdown_func (Tally *tally,
               int    index,
               int    n_each)
{
  if (index == 0)
    aq_queue_shutdown (tally->queue, FALSE);
  else
    g_assert_cmpint (tally_get (tally), ==, 0);
}

static void
test_end_hides_nothing (void)
{
  int n_rounds = g_test_thorough () ? 20000 : 300;

  g_test_summary ("22: An item that is there is found, "
                  "though the queue is shut down just now (P1).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (0, 1);
      Crew crew;

      tally_put (tally, 0);
      crew_start (&crew, tally, 2, 1, shutdown_func);
      crew_join (&crew);
      tally_free (tally);
    }
}

static void
get_one_func (Tally *tally,
              int    index,
              int    n_each)
{
  g_assert_cmpint (tally_get_sync (tally, -1, NULL), ==, 0);
}

static void
test_put_and_let_go (void)
{
  int n_rounds = g_test_thorough () ? 20000 : 500;

  g_test_summary ("23: Who puts and lets go of the queue has put: "
                  "a get that waits receives it (P1).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (0, 1);
      int get = 0;
      Crew crew;

      if (i % 2 == 0)
        {
          crew_start (&crew, tally, 1, 1, get_one_func);
          wait_for_waiting (tally->queue, 1, 0);
        }
      else
        {
          tally_start_get (tally, NULL, &get);
        }

      tally_put (tally, 0);
      g_clear_object (&tally->queue);

      g_assert_cmpint (tally_wait (&get), ==, 0);
      if (i % 2 == 0)
        crew_join (&crew);
      g_assert_cmpint (tally_count (tally, FATE_GOT), ==, 1);
      tally_free (tally);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scenarios/19/end-wakes-all", test_end_wakes_all);
  g_test_add_func ("/scenarios/20/end-with-items", test_end_with_items);
  g_test_add_func ("/scenarios/21/end-and-join", test_end_and_join);
  g_test_add_func ("/scenarios/22/end-hides-nothing", test_end_hides_nothing);
  g_test_add_func ("/scenarios/23/put-and-let-go", test_put_and_let_go);

  return g_test_run ();
}
