/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

/* A get from several queues. */

#define MAX_QUEUES 100
#define HOUR G_TIME_SPAN_HOUR

static void
create_queues (AqQueue **queues,
               gsize     n)
{
  for (gsize i = 0; i < n; i++)
    queues[i] = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
}

/* Nobody waits, nothing is promised, and nothing leaks. */
static void
finalize_queues (AqQueue **queues,
                 gsize     n)
{
  drain_context ();

  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpuint (aq_queue_get_waiting_getters (queues[i]), ==, 0);
      g_assert_cmpuint (aq_queue_get_n_promised (queues[i]), ==, 0);
      aq_queue_clear (queues[i]);
      g_assert_finalize_object (queues[i]);
    }
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

/* Returns the number of the item. */
static int
finish (GAsyncResult **result,
        AqQueue       *from)
{
  g_autoptr (GAsyncResult) ended = wait_for_result (result);
  g_autoptr (AqTestItem) item = NULL;
  g_autoptr (GError) error = NULL;
  AqQueue *queue;

  *result = NULL;
  g_assert_null (g_async_result_get_source_object (ended));
  item = aq_queue_get_any_finish (ended, &queue, &error);
  g_assert_no_error (error);
  g_assert_true (queue == from);

  return aq_test_item_get_number (item);
}

static void
fail (GAsyncResult **result,
      int            code)
{
  g_autoptr (GAsyncResult) ended = wait_for_result (result);
  g_autoptr (GError) error = NULL;
  AqQueue *queue = (AqQueue *) result;

  *result = NULL;
  g_assert_null (aq_queue_get_any_finish (ended, &queue, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_null (queue);
}

static void
test_any_waits (void)
{
  const gsize counts[] = { 1, 2, 3, MAX_QUEUES };

  g_test_summary ("It waits in each queue, and takes from the one that has an item first.");

  for (gsize c = 0; c < G_N_ELEMENTS (counts); c++)
    for (gsize which = 0; which < counts[c]; which += 1 + counts[c] / 7)
      {
        gsize n = counts[c];
        AqQueue *queues[MAX_QUEUES];
        GAsyncResult *result = NULL;

        create_queues (queues, n);
        aq_queue_get_any_async (queues, n, NULL, store_result_cb, &result);
        drain_context ();
        g_assert_null (result);
        for (gsize i = 0; i < n; i++)
          g_assert_cmpuint (aq_queue_get_waiting_getters (queues[i]), ==, 1);

        aq_test_put (queues[which], 5);
        g_assert_null (result);
        g_assert_cmpint (finish (&result, queues[which]), ==, 5);
        finalize_queues (queues, n);
      }
}

static void
test_any_in_order (void)
{
  AqQueue *queues[3];
  GAsyncResult *result = NULL;

  g_test_summary ("Of those that have an item, the first in the array gives one.");

  create_queues (queues, 3);
  aq_test_put (queues[2], 2);
  aq_test_put (queues[1], 1);
  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  g_assert_null (result);
  g_assert_cmpint (finish (&result, queues[1]), ==, 1);
  g_assert_cmpuint (aq_queue_get_length (queues[2]), ==, 1);

  /* They come later, and the most wanted last. */
  g_assert_cmpint (aq_test_get (queues[2]), ==, 2);
  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  aq_test_put (queues[2], 4);
  aq_test_put (queues[0], 3);
  g_assert_cmpint (finish (&result, queues[0]), ==, 3);
  g_assert_cmpint (aq_test_get (queues[2]), ==, 4);

  finalize_queues (queues, 3);
}

static void
test_any_gives_promises_back (void)
{
  AqQueue *queues[2];
  GAsyncResult *any = NULL, *next = NULL;

  g_test_summary ("P1: What it was promised and does not take is for the next who waits.");

  create_queues (queues, 2);
  aq_queue_get_any_async (queues, 2, NULL, store_result_cb, &any);
  aq_queue_get_async (queues[1], NULL, store_result_cb, &next);
  aq_test_put (queues[1], 1);
  aq_test_put (queues[0], 0);

  /* Even while somebody holds on to the result. */
  wait_for_result (&any);
  g_assert_cmpint (aq_test_finish (queues[1], &next), ==, 1);
  g_assert_cmpint (finish (&any, queues[0]), ==, 0);

  finalize_queues (queues, 2);
}

static void
test_any_not_collected (void)
{
  AqQueue *queues[2];
  GAsyncResult *result = NULL;

  g_test_summary ("P1: A result that nobody asks for its item leaves that in the queue.");

  create_queues (queues, 2);
  aq_test_put (queues[1], 1);
  aq_queue_get_any_async (queues, 2, NULL, NULL, NULL);
  drain_context ();
  g_assert_cmpint (aq_test_get (queues[1]), ==, 1);

  aq_queue_get_any_async (queues, 2, NULL, store_result_cb, &result);
  aq_test_put (queues[0], 2);
  wait_for_result (&result);
  g_assert_cmpuint (aq_queue_get_n_promised (queues[0]), ==, 1);
  g_clear_object (&result);
  g_assert_cmpint (aq_test_get (queues[0]), ==, 2);

  finalize_queues (queues, 2);
}

static void
test_any_cancelled (void)
{
  g_test_summary ("P2: Cancelled, it takes nothing, in whatever moment.");

  /* Before the call, while it waits, once it has promises, and after the callback. */
  for (int moment = 0; moment < 4; moment++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      AqQueue *queues[3];
      GAsyncResult *result = NULL;

      create_queues (queues, 3);
      if (moment == 0)
        g_cancellable_cancel (cancellable);
      aq_queue_get_any_async (queues, 3, cancellable, store_result_cb, &result);
      if (moment == 1)
        g_cancellable_cancel (cancellable);
      aq_test_put (queues[1], 1);
      aq_test_put (queues[2], 2);
      if (moment == 2)
        g_cancellable_cancel (cancellable);
      g_assert_null (result);
      wait_for_result (&result);
      g_cancellable_cancel (cancellable);

      if (moment < 3)
        fail (&result, G_IO_ERROR_CANCELLED);
      else
        g_assert_cmpint (finish (&result, queues[1]), ==, 1);

      g_assert_cmpuint (aq_queue_get_length (queues[1]), ==, moment < 3 ? 1 : 0);
      g_assert_cmpuint (aq_queue_get_length (queues[2]), ==, 1);
      finalize_queues (queues, 3);
    }
}

static void
test_any_timed (void)
{
  AqQueue *queues[3];
  GAsyncResult *result = NULL;

  g_test_summary ("With a time it waits no longer; with a time of 0 it looks into each queue.");

  create_queues (queues, 3);
  aq_queue_timed_get_any_async (queues, 3, 1000, NULL, store_result_cb, &result);
  fail (&result, G_IO_ERROR_TIMED_OUT);

  aq_queue_timed_get_any_async (queues, 3, 0, NULL, store_result_cb, &result);
  aq_test_put (queues[0], 0);
  g_assert_null (result);
  fail (&result, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (aq_test_get (queues[0]), ==, 0);

  aq_test_put (queues[2], 2);
  aq_queue_timed_get_any_async (queues, 3, 0, NULL, store_result_cb, &result);
  g_assert_cmpint (finish (&result, queues[2]), ==, 2);

  aq_queue_timed_get_any_async (queues, 3, HOUR, NULL, store_result_cb, &result);
  aq_test_put (queues[1], 1);
  g_assert_cmpint (finish (&result, queues[1]), ==, 1);

  finalize_queues (queues, 3);
}

static void
test_any_ends (void)
{
  AqQueue *queues[3];
  GAsyncResult *result = NULL;

  g_test_summary ("A queue at its end is passed over, and once all are, it fails.");

  create_queues (queues, 3);
  aq_queue_shutdown (queues[0], FALSE);
  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  aq_queue_shutdown (queues[2], FALSE);
  drain_context ();
  g_assert_null (result);
  aq_test_put (queues[1], 1);
  g_assert_cmpint (finish (&result, queues[1]), ==, 1);

  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  drain_context ();
  g_assert_null (result);
  aq_queue_shutdown (queues[1], FALSE);
  fail (&result, G_IO_ERROR_CLOSED);

  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  fail (&result, G_IO_ERROR_CLOSED);

  finalize_queues (queues, 3);
}

static void
test_any_ends_with_error (void)
{
  AqQueue *queues[3];
  GAsyncResult *result = NULL;
  g_autoptr (GError) full = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "Full");
  g_autoptr (GError) broken = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "Broken");

  g_test_summary ("Of queues that end with an error, the first in the array tells its own.");

  create_queues (queues, 3);
  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  aq_queue_shutdown_with_error (queues[2], broken);
  aq_queue_shutdown (queues[0], FALSE);
  aq_queue_shutdown_with_error (queues[1], full);
  fail (&result, G_IO_ERROR_NO_SPACE);

  finalize_queues (queues, 3);
}

static void
test_any_context_goes (void)
{
  GMainContext *context = g_main_context_new ();
  AqQueue *queues[2];
  GAsyncResult *result = NULL;

  g_test_summary ("P1: With a context that nobody runs it goes, and the items stay.");

  create_queues (queues, 2);
  g_main_context_push_thread_default (context);
  aq_queue_timed_get_any_async (queues, 2, HOUR, NULL, store_result_cb, &result);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);

  aq_test_put (queues[1], 1);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queues[0]), ==, 0);
  g_assert_cmpint (aq_test_get (queues[1]), ==, 1);
  g_assert_null (result);

  finalize_queues (queues, 2);
}

static void
test_any_misused (void)
{
  AqQueue *queues[3];
  GAsyncResult *result = NULL;
  g_autoptr (AqTestItem) item = NULL;

  g_test_summary ("No queue, the same twice, what is none, and a result twice: criticals.");

  create_queues (queues, 2);

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_get_any_async: *no queue*");
  aq_queue_get_any_async (queues, 0, NULL, store_result_cb, &result);
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_get_any_async: *no queue*");
  aq_queue_get_any_async (NULL, 2, NULL, store_result_cb, &result);
  queues[2] = queues[0];
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_get_any_async: *twice*");
  aq_queue_get_any_async (queues, 3, NULL, store_result_cb, &result);
  queues[2] = NULL;
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_timed_get_any_async: *2*");
  aq_queue_timed_get_any_async (queues, 3, 5, NULL, store_result_cb, &result);
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_timed_get_any_async*");
  aq_queue_timed_get_any_async (queues, 2, -2, NULL, store_result_cb, &result);
  g_test_assert_expected_messages ();
  drain_context ();
  g_assert_null (result);

  aq_test_put (queues[0], 1);
  aq_queue_get_any_async (queues, 2, NULL, store_result_cb, &result);
  wait_for_result (&result);
  g_assert_true (g_async_result_is_tagged (result,
                                           __extension__ (gpointer) aq_queue_get_any_async));
  g_assert_true (g_async_result_get_user_data (result) == &result);
  item = aq_queue_get_any_finish (result, NULL, NULL);
  g_assert_nonnull (item);
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_get_any_finish: *before");
  g_assert_null (aq_queue_get_any_finish (result, NULL, NULL));
  g_test_assert_expected_messages ();
  g_clear_object (&result);
  g_clear_object (&item);

  finalize_queues (queues, 2);
}

/* --- Threads --- */

#define N_ROUNDS 3000
#define N_BELTS 4
#define N_EATERS 4

typedef struct
{
  Tally *tallies[N_BELTS];
  AqQueue *queues[N_BELTS];
} Street;

typedef struct
{
  Street *street;
  int n_got;
  int n_cancelled;
  gboolean has_ended;
  gboolean has_result;
} Eater;

static void
eaten_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Eater *eater = user_data;
  g_autoptr (GError) error = NULL;
  AqQueue *queue;
  int *item = aq_queue_get_any_finish (result, &queue, &error);

  eater->has_result = TRUE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    {
      eater->has_ended = TRUE;
      return;
    }

  if (item == NULL)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      eater->n_cancelled++;
      return;
    }

  for (int i = 0; i < N_BELTS; i++)
    if (queue == eater->street->queues[i])
      tally_end_get (eater->street->tallies[i], item, NULL);
  eater->n_got++;
}

/* Each third get is cancelled, perhaps once it has a promise. */
static gpointer
eat (gpointer data)
{
  Eater *eater = data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);

  for (int i = 0; !eater->has_ended; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      eater->has_result = FALSE;
      aq_queue_get_any_async (eater->street->queues, N_BELTS, cancellable, eaten_cb, eater);
      if (i % 3 == 0)
        g_cancellable_cancel (cancellable);
      while (!eater->has_result)
        g_main_context_iteration (context, TRUE);
    }

  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);

  return NULL;
}

static gpointer
cook (gpointer data)
{
  Tally *tally = data;

  put_all_func (tally, 0, tally->n_items);
  aq_queue_shutdown (tally->queue, FALSE);

  return NULL;
}

static void
test_any_from_threads (void)
{
  Street street;
  Eater eaters[N_EATERS];
  GThread *threads[N_EATERS + N_BELTS];
  int n_got = 0;

  g_test_summary ("P1: Four who get from four belts of four chefs: each plate is eaten once.");

  for (int i = 0; i < N_BELTS; i++)
    {
      street.tallies[i] = tally_new (2, N_ROUNDS);
      street.queues[i] = street.tallies[i]->queue;
    }

  for (int i = 0; i < N_EATERS; i++)
    {
      eaters[i] = (Eater) { .street = &street };
      threads[i] = g_thread_new ("eater", eat, &eaters[i]);
    }
  for (int i = 0; i < N_BELTS; i++)
    threads[N_EATERS + i] = g_thread_new ("cook", cook, street.tallies[i]);

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (int i = 0; i < N_EATERS; i++)
    n_got += eaters[i].n_got;

  g_assert_cmpint (n_got, ==, N_BELTS * N_ROUNDS);
  for (int i = 0; i < N_BELTS; i++)
    tally_free (street.tallies[i]);
}

/* --- Started elsewhere --- */

typedef struct
{
  AqQueue **queues;
  int n_started; /* (atomic) */
  int n_got;
} Remote;

static void
got_remote_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Remote *remote = user_data;
  g_autoptr (AqTestItem) item = aq_queue_get_any_finish (result, NULL, NULL);

  g_assert_nonnull (item);
  remote->n_got++;
}

static gpointer
start_remotely (gpointer data)
{
  Remote *remote = data;

  for (int i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      aq_queue_timed_get_any_async (remote->queues, 3, HOUR, cancellable, got_remote_cb, remote);
      g_atomic_int_inc (&remote->n_started);
    }

  return NULL;
}

static gpointer
put_remotely (gpointer data)
{
  Remote *remote = data;

  for (int i = 0; i < N_ROUNDS; i++)
    {
      while (g_atomic_int_get (&remote->n_started) < i - 1)
        g_thread_yield ();
      aq_test_put (remote->queues[i % 3], i);
    }

  return NULL;
}

static void
test_any_started_elsewhere (void)
{
  AqQueue *queues[3];
  Remote remote = { .queues = queues };
  GThread *starter, *putter;

  g_test_summary ("P5: It can be called back in another thread just as it begins to wait.");

  create_queues (queues, 3);
  starter = g_thread_new ("starter", start_remotely, &remote);
  putter = g_thread_new ("putter", put_remotely, &remote);
  while (remote.n_got < N_ROUNDS)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (starter);
  g_thread_join (putter);

  finalize_queues (queues, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/any/waits", test_any_waits);
  g_test_add_func ("/any/in-order", test_any_in_order);
  g_test_add_func ("/any/gives-promises-back", test_any_gives_promises_back);
  g_test_add_func ("/any/not-collected", test_any_not_collected);
  g_test_add_func ("/any/cancelled", test_any_cancelled);
  g_test_add_func ("/any/timed", test_any_timed);
  g_test_add_func ("/any/ends", test_any_ends);
  g_test_add_func ("/any/ends-with-error", test_any_ends_with_error);
  g_test_add_func ("/any/context-goes", test_any_context_goes);
  g_test_add_func ("/any/misused", test_any_misused);
  g_test_add_func ("/any/from-threads", test_any_from_threads);
  g_test_add_func ("/any/started-elsewhere", test_any_started_elsewhere);

  return g_test_run ();
}
