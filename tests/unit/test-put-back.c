/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* An item can come back (P12). */

static void
put_back (AqQueue *queue,
          int      number)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (number);

  aq_queue_put_back (queue, item);
}

static void
test_put_back_is_next (gconstpointer get_type)
{
  AqQueue *queue = g_object_new (((GType (*) (void)) get_type) (),
                                 "item-type", AQ_TEST_TYPE_ITEM, NULL);
  int first, second;

  g_test_summary ("What is put back is first in line again, and still unfinished (P12).");

  for (int i = 1; i <= 3; i++)
    aq_test_put (queue, i);

  first = aq_test_get (queue);
  second = aq_test_get (queue);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 2);

  put_back (queue, second);
  put_back (queue, first);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 3);
  g_assert_cmpuint (aq_queue_get_n_accepted (queue), ==, 3);

  g_assert_cmpint (aq_test_get (queue), ==, first);
  g_assert_cmpint (aq_test_get (queue), ==, second);
  aq_test_get (queue);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_with_priority (void)
{
  AqPriorityQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0);
  const gint64 priorities[] = { 5, 3, 5, 7 };
  g_autoptr (AqTestItem) item = NULL;

  g_test_summary ("With priorities it comes before its equals.");

  for (int i = 0; i < 4; i++)
    {
      g_autoptr (AqTestItem) put = aq_test_item_new (i);

      g_assert_true (aq_priority_queue_try_put_with_priority (queue, put, priorities[i], NULL));
    }

  item = aq_queue_try_get (AQ_QUEUE (queue), NULL);
  aq_priority_queue_put_back_with_priority (queue, item, 5);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 1);
  g_clear_object (&item);

  item = aq_queue_try_get (AQ_QUEUE (queue), NULL);
  aq_queue_put_back (AQ_QUEUE (queue), item);
  g_clear_object (&item);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 0);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 2);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 3);
  aq_test_finalize_queue (AQ_QUEUE (queue));
}

static void
test_put_back_beyond_bound (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) waiting = aq_test_item_new (3);
  GAsyncResult *put = NULL;

  g_test_summary ("It needs no room, and holds back those who do (P4, P12).");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, waiting, NULL, store_result_cb, &put);
  g_clear_object (&waiting);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  put_back (queue, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);
  g_assert_true (aq_queue_is_full (queue));

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_true (aq_queue_is_full (queue));
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  g_assert_true (aq_queue_put_finish (queue, wait_for_result (&put), NULL));
  g_clear_object (&put);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_serves_waiting_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *get = NULL;

  g_test_summary ("Whoever waits is promised it.");

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  put_back (queue, 1);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 1);
  g_assert_cmpint (aq_test_finish (queue, &get), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
add_cb (AqQueue *queue,
        guint    n_items,
        guint   *n_added)
{
  *n_added += n_items;
}

static void
test_put_back_is_told (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  guint n_added = 0;

  g_test_summary ("Listeners to items-added are told of what comes back too.");

  g_signal_connect (queue, "items-added", G_CALLBACK (add_cb), &n_added);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  put_back (queue, 1);
  drain_context ();
  g_assert_cmpuint (n_added, ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_join_waits (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *join = NULL;

  g_test_summary ("A join waits for an item that came back (P12).");

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  aq_queue_join_async (queue, NULL, store_result_cb, &join);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  put_back (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_task_done (queue);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  drain_context ();
  g_assert_null (join);
  aq_queue_task_done (queue);
  g_assert_true (aq_queue_join_finish (queue, wait_for_result (&join), NULL));
  g_clear_object (&join);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_while_draining (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;

  g_test_summary ("It can come back while the queue drains, and after it was finished.");

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_shutdown (queue, FALSE);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  put_back (queue, 1);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_end_waits_for_flight (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;
  GAsyncResult *get = NULL;

  g_test_summary ("With a limit the end waits for what is in flight.");

  aq_queue_set_max_in_flight (queue, 2);
  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_queue_shutdown (queue, FALSE);
  drain_context ();
  g_assert_null (get);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);
  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  put_back (queue, 1);
  g_assert_cmpint (aq_test_finish (queue, &get), ==, 1);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);

  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_queue_task_done (queue);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_null (aq_queue_get_finish (queue, wait_for_result (&get), &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&get);

  aq_test_finalize_queue (queue);
}

static void
test_put_back_limit_that_goes_ends_the_wait (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;
  GAsyncResult *get = NULL;

  g_test_summary ("Without the limit nobody waits any longer for what is in flight.");

  aq_queue_set_max_in_flight (queue, 2);
  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_queue_shutdown (queue, FALSE);
  aq_queue_set_max_in_flight (queue, 0);
  g_assert_null (aq_queue_get_finish (queue, wait_for_result (&get), &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&get);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_after_immediate_shutdown (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *join = NULL;

  g_test_summary ("After an immediate shutdown it is dropped, and nobody waits for it.");

  aq_queue_set_max_in_flight (queue, 1);
  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_join_async (queue, NULL, store_result_cb, &join);
  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  put_back (queue, 1);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
  g_assert_true (aq_queue_join_finish (queue, wait_for_result (&join), NULL));
  g_clear_object (&join);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_lets_the_next_out (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("It is out of flight, so under a limit the next can be got.");

  aq_queue_set_max_in_flight (queue, 1);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_true (aq_queue_is_empty (queue));
  put_back (queue, 1);
  g_assert_false (aq_queue_is_empty (queue));
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_task_done (queue);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_put_back_too_many_is_critical (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("To put back more than is in flight is a programming error.");

  for (int i = 0; i < 2; i++)
    {
      g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL,
                             "aq_queue_put_back: called for more items than are in flight");
      put_back (queue, 1);
      g_test_assert_expected_messages ();
      g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);

      if (i == 0)
        {
          aq_test_put (queue, 1);
          g_assert_cmpint (aq_test_get (queue), ==, 1);
          aq_queue_task_done (queue);
        }
    }

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_put_back: NULL*");
  aq_queue_put_back (queue, NULL);
  g_test_assert_expected_messages ();
  aq_test_finalize_queue (queue);
}

static void
test_put_back_pointer_is_the_queues (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, g_free);
  char *text;

  g_test_summary ("A plain pointer that is put back is the queue's again.");

  g_assert_true (aq_queue_try_put (queue, g_strdup ("sushi"), NULL));
  text = aq_queue_try_get (queue, NULL);
  aq_queue_put_back (queue, text);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  g_assert_finalize_object (queue);
}

/* Four workers with a flaky source */

#define N_WORKERS 4
#define N_JOBS 2000

typedef struct
{
  AqQueue *jobs;
  int done[N_JOBS]; /* (atomic): how often */
  int n_tries;      /* (atomic) */
} Pool;

static gpointer
work_thread (gpointer data)
{
  Pool *pool = data;
  gpointer job;

  while ((job = aq_queue_get_sync (pool->jobs, NULL, NULL)) != NULL)
    {
      int number = GPOINTER_TO_INT (job) - 1;

      /* Three of ten fail. */
      if (g_atomic_int_add (&pool->n_tries, 1) % 10 < 3)
        {
          aq_queue_put_back (pool->jobs, job);
          continue;
        }

      g_atomic_int_inc (&pool->done[number]);
      aq_queue_task_done (pool->jobs);
    }

  return NULL;
}

static gpointer
produce_thread (gpointer data)
{
  Pool *pool = data;

  for (int i = 1; i <= N_JOBS; i++)
    g_assert_true (aq_queue_put_sync (pool->jobs, GINT_TO_POINTER (i), NULL, NULL));

  aq_queue_release (pool->jobs);

  return NULL;
}

static void
test_put_back_flaky_workers (void)
{
  Pool *pool = g_new0 (Pool, 1);
  GThread *workers[N_WORKERS], *producer;

  g_test_summary ("Of jobs that fail now and then each is done exactly once (P1, P12).");

  pool->jobs = aq_queue_new_with_free_func (10, NULL);
  aq_queue_set_max_in_flight (pool->jobs, N_WORKERS);
  aq_queue_hold (pool->jobs);

  for (int i = 0; i < N_WORKERS; i++)
    workers[i] = g_thread_new ("work", work_thread, pool);
  producer = g_thread_new ("produce", produce_thread, pool);

  g_thread_join (producer);
  g_assert_true (aq_queue_join_sync (pool->jobs, NULL, NULL));
  for (int i = 0; i < N_WORKERS; i++)
    g_thread_join (workers[i]);

  for (int i = 0; i < N_JOBS; i++)
    g_assert_cmpint (pool->done[i], ==, 1);
  g_assert_cmpint (aq_queue_get_state (pool->jobs), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_finalize_object (pool->jobs);
  g_free (pool);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/put-back/fifo/is-next", aq_queue_get_type, test_put_back_is_next);
  g_test_add_data_func ("/put-back/lifo/is-next", aq_lifo_queue_get_type, test_put_back_is_next);
  g_test_add_data_func ("/put-back/priority/is-next", aq_priority_queue_get_type,
                        test_put_back_is_next);
  g_test_add_func ("/put-back/with-priority", test_put_back_with_priority);
  g_test_add_func ("/put-back/beyond-bound", test_put_back_beyond_bound);
  g_test_add_func ("/put-back/serves-waiting-get", test_put_back_serves_waiting_get);
  g_test_add_func ("/put-back/is-told", test_put_back_is_told);
  g_test_add_func ("/put-back/join-waits", test_put_back_join_waits);
  g_test_add_func ("/put-back/while-draining", test_put_back_while_draining);
  g_test_add_func ("/put-back/end-waits-for-flight", test_put_back_end_waits_for_flight);
  g_test_add_func ("/put-back/limit-that-goes-ends-the-wait",
                   test_put_back_limit_that_goes_ends_the_wait);
  g_test_add_func ("/put-back/after-immediate-shutdown", test_put_back_after_immediate_shutdown);
  g_test_add_func ("/put-back/lets-the-next-out", test_put_back_lets_the_next_out);
  g_test_add_func ("/put-back/too-many-is-critical", test_put_back_too_many_is_critical);
  g_test_add_func ("/put-back/pointer-is-the-queues", test_put_back_pointer_is_the_queues);
  g_test_add_func ("/put-back/flaky-workers", test_put_back_flaky_workers);

  return g_test_run ();
}
