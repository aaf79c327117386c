/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* How a queue rests, and how it ends. */

static void
test_pause_promises_nothing (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  g_autoptr (GError) error = NULL;
  GAsyncResult *gets[2] = { NULL, };

  g_test_summary ("A paused queue promises nothing, and keeps what it has promised.");

  aq_queue_get_async (queue, NULL, store_result_cb, &gets[0]);
  aq_test_put (queue, 1);
  aq_queue_set_paused (queue, TRUE);
  g_assert_true (aq_queue_get_paused (queue));
  aq_queue_get_async (queue, NULL, store_result_cb, &gets[1]);
  aq_test_put (queue, 2);
  aq_test_put (queue, 3);

  g_assert_cmpint (aq_test_finish (queue, &gets[0]), ==, 1);
  g_assert_null (gets[1]);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);
  g_assert_true (aq_queue_is_empty (queue));
  g_assert_true (aq_queue_is_full (queue));
  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_WOULD_BLOCK);

  aq_queue_set_paused (queue, FALSE);
  g_assert_cmpint (aq_test_finish (queue, &gets[1]), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  aq_test_finalize_queue (queue);
}

static void
test_pause_get_many_takes_its_own (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GPtrArray) items = NULL;
  GAsyncResult *get = NULL;

  g_test_summary ("A get for many takes what it was promised, and no more.");

  for (int i = 1; i <= 3; i++)
    aq_test_put (queue, i);
  aq_queue_get_many_async (queue, 10, NULL, store_result_cb, &get);
  aq_queue_set_paused (queue, TRUE);
  items = aq_queue_get_many_finish (queue, wait_for_result (&get), NULL);
  g_clear_object (&get);
  g_assert_cmpuint (items->len, ==, 1);
  g_clear_pointer (&items, g_ptr_array_unref);

  aq_queue_clear (queue);
  aq_test_finalize_queue (queue);
}

static gboolean
take_cb (AqQueue  *queue,
         gpointer  item,
         gpointer  user_data)
{
  int *n_taken = user_data;

  if (item == NULL)
    {
      *n_taken += 1000;
      return G_SOURCE_REMOVE;
    }

  ++*n_taken;
  g_object_unref (item);
  return G_SOURCE_CONTINUE;
}

static void
test_pause_holds_a_watch (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_taken = 0;

  g_test_summary ("A watch rests while the queue is paused, also at its end.");

  aq_queue_add_watch (queue, take_cb, &n_taken);
  drain_context ();
  aq_queue_set_paused (queue, TRUE);
  aq_test_put (queue, 1);
  aq_queue_shutdown (queue, FALSE);
  drain_context ();
  g_assert_cmpint (n_taken, ==, 0);
  aq_queue_set_paused (queue, FALSE);
  drain_context ();
  g_assert_cmpint (n_taken, ==, 1001);
  aq_test_finalize_queue (queue);
}

static gpointer
get_thread (gpointer data)
{
  return aq_queue_get_sync (data, NULL, NULL);
}

static void
test_pause_holds_a_thread (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = NULL;
  GThread *thread;

  g_test_summary ("A thread that blocks is woken once the queue goes on.");

  aq_queue_set_paused (queue, TRUE);
  aq_test_put (queue, 1);
  thread = g_thread_new ("get", get_thread, queue);
  wait_for_waiting (queue, 1, 0);
  aq_queue_set_paused (queue, FALSE);
  item = g_thread_join (thread);
  g_assert_cmpint (aq_test_item_get_number (item), ==, 1);
  g_clear_object (&item);
  aq_test_finalize_queue (queue);
}

static void
test_pause_empty_end_is_told (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) error = NULL;
  GAsyncResult *get = NULL;

  g_test_summary ("A queue that is shut down with nothing left is finished, paused or not.");

  aq_queue_set_paused (queue, TRUE);
  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_queue_shutdown (queue, FALSE);
  g_assert_null (aq_queue_get_finish (queue, wait_for_result (&get), &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&get);
  aq_test_finalize_queue (queue);
}

static void
test_hold_last_release_shuts_down (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("The last producer that lets go shuts the queue down, with what is in it.");

  aq_queue_hold (queue);
  aq_queue_hold (queue);
  aq_test_put (queue, 1);
  aq_queue_release (queue);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_OPEN);
  aq_queue_release (queue);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_hold_one_release_too_many_is_critical (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("To release what is not held is a programming error, and changes nothing.");

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_release: called more often*");
  aq_queue_release (queue);
  g_test_assert_expected_messages ();
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_OPEN);
  aq_test_finalize_queue (queue);
}

#define N_PRODUCERS 8
#define N_EACH 1000

static gpointer
produce_thread (gpointer data)
{
  for (int i = 0; i < N_EACH; i++)
    g_assert_true (aq_queue_put_sync (data, GINT_TO_POINTER (1), NULL, NULL));

  aq_queue_release (data);

  return NULL;
}

static void
test_hold_from_threads (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (10, NULL);
  GThread *threads[N_PRODUCERS];
  int n_got = 0;

  g_test_summary ("Of many producers the last one ends the queue, and nothing is refused.");

  for (int i = 0; i < N_PRODUCERS; i++)
    {
      aq_queue_hold (queue);
      threads[i] = g_thread_new ("produce", produce_thread, queue);
    }

  while (aq_queue_get_sync (queue, NULL, NULL) != NULL)
    n_got++;

  g_assert_cmpint (n_got, ==, N_PRODUCERS * N_EACH);
  for (int i = 0; i < N_PRODUCERS; i++)
    g_thread_join (threads[i]);
  g_assert_finalize_object (queue);
}

static void
assert_burnt (GError **error)
{
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr ((*error)->message, ==, "The rice is burnt");
  g_clear_error (error);
}

static void
test_end_with_error_reaches_everyone (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GError) cause = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "The rice is burnt");
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No fish");
  g_autoptr (GError) error = NULL;
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  GAsyncResult *put = NULL;
  GAsyncResult *get = NULL;

  g_test_summary ("Puts fail with the cause at once, gets after the last item.");

  g_assert_null (aq_queue_get_error (queue));
  aq_test_put (queue, 1);
  aq_queue_put_async (queue, item, NULL, store_result_cb, &put);
  aq_queue_shutdown_with_error (queue, cause);
  aq_queue_shutdown_with_error (queue, other);
  g_assert_false (aq_queue_put_finish (queue, wait_for_result (&put), &error));
  assert_burnt (&error);
  g_clear_object (&put);

  g_assert_false (aq_queue_try_put (queue, item, &error));
  assert_burnt (&error);
  g_assert_false (aq_queue_put_sync (queue, item, NULL, &error));
  assert_burnt (&error);
  g_assert_false (aq_queue_try_put (queue, item, NULL));
  g_clear_object (&item);

  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  g_assert_null (aq_queue_get_finish (queue, wait_for_result (&get), &error));
  assert_burnt (&error);
  g_clear_object (&get);
  g_assert_null (aq_queue_try_get (queue, &error));
  assert_burnt (&error);
  g_assert_null (aq_queue_get_sync (queue, NULL, &error));
  assert_burnt (&error);

  error = aq_queue_get_error (queue);
  assert_burnt (&error);
  aq_test_finalize_queue (queue);
}

static void
test_end_first_cause_stays (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) cause = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "The rice is burnt");
  g_autoptr (GError) error = NULL;

  g_test_summary ("A queue that was shut down without a cause gets none later.");

  aq_queue_shutdown (queue, FALSE);
  aq_queue_shutdown_with_error (queue, cause);
  g_assert_null (aq_queue_get_error (queue));
  g_assert_null (aq_queue_try_get (queue, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  aq_test_finalize_queue (queue);
}

static void
test_end_error_wakes_thread_and_watch (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GError) cause = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "The rice is burnt");
  GThread *thread;
  int n_taken = 0;

  g_test_summary ("A thread that waits is woken, and a watch ends as ever.");

  thread = g_thread_new ("get", get_thread, queue);
  aq_queue_add_watch (queue, take_cb, &n_taken);
  drain_context ();
  wait_for_waiting (queue, 2, 0);
  aq_queue_shutdown_with_error (queue, cause);
  g_assert_null (g_thread_join (thread));
  drain_context ();
  g_assert_cmpint (n_taken, ==, 1000);
  aq_test_finalize_queue (queue);
}

static void
test_end_null_error_is_critical (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("An end with no cause is a programming error, and changes nothing.");

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_shutdown_with_error: *");
  aq_queue_shutdown_with_error (queue, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_OPEN);
  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pause/promises-nothing", test_pause_promises_nothing);
  g_test_add_func ("/pause/get-many-takes-its-own", test_pause_get_many_takes_its_own);
  g_test_add_func ("/pause/holds-a-watch", test_pause_holds_a_watch);
  g_test_add_func ("/pause/holds-a-thread", test_pause_holds_a_thread);
  g_test_add_func ("/pause/empty-end-is-told", test_pause_empty_end_is_told);
  g_test_add_func ("/hold/last-release-shuts-down", test_hold_last_release_shuts_down);
  g_test_add_func ("/hold/one-release-too-many-is-critical",
                   test_hold_one_release_too_many_is_critical);
  g_test_add_func ("/hold/from-threads", test_hold_from_threads);
  g_test_add_func ("/end/with-error-reaches-everyone", test_end_with_error_reaches_everyone);
  g_test_add_func ("/end/first-cause-stays", test_end_first_cause_stays);
  g_test_add_func ("/end/error-wakes-thread-and-watch", test_end_error_wakes_thread_and_watch);
  g_test_add_func ("/end/null-error-is-critical", test_end_null_error_is_critical);

  return g_test_run ();
}
