/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

/* What broke other queues, by its number in the README: kinds of queues, and what
 * programs do. */

static void
test_bounds (gconstpointer data)
{
  guint max_size = GPOINTER_TO_UINT (data);

  g_test_summary ("30: A queue of this size carries all, from thread to thread.");

  run_belt (tally_new (max_size, g_test_thorough () ? 1000000 : 40000), 2, 2);
}

static void
test_shared_cancellable (void)
{
  Tally *empty = tally_new (0, 100);
  Tally *full = tally_new (1, 101);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int gets[100], puts[100];

  g_test_summary ("31: One cancellable ends gets and puts of two queues, "
                  "and only those that wait.");

  for (int round = 0; round < 3; round++)
    {
      if (round == 0)
        tally_put (full, 100);
      for (int i = 0; i < 100; i++)
        {
          tally_start_get (empty, cancellable, &gets[i]);
          tally_start_put (full, i, cancellable, &puts[i]);
        }

      /* In the last round one of each was served before. */
      if (round == 2)
        {
          g_assert_cmpint (tally_get (full), ==, 100);
          tally_put (empty, 0);
          g_assert_cmpint (tally_wait (&gets[0]), ==, 0);
        }
      g_cancellable_cancel (cancellable);

      for (int i = 0; i < 100; i++)
        {
          g_assert_cmpint (tally_wait (&gets[i]), ==, round == 2 && i == 0 ? 0 : CANCELLED);
          g_assert_cmpint (tally_wait (&puts[i]), ==, round == 2 && i == 0 ? 0 : CANCELLED);
        }
      g_cancellable_reset (cancellable);
    }

  tally_free (empty);
  tally_free (full);
}

static void
test_context_that_stands_still (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Tally *tally = tally_new (0, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int still, get;

  g_test_summary ("32: A get whose loop stands still keeps back one item, until it is cancelled.");

  g_main_context_push_thread_default (context);
  tally_start_get (tally, cancellable, &still);
  g_main_context_pop_thread_default (context);
  tally_start_get (tally, NULL, &get);

  tally_put (tally, 0);
  tally_put (tally, 1);
  g_assert_cmpint (tally_wait (&get), ==, 0);
  g_assert_cmpint (tally_get (tally), ==, WOULD_BLOCK);
  tally_put (tally, 2);
  g_assert_cmpint (tally_get (tally), ==, 1);

  g_cancellable_cancel (cancellable);
  g_assert_cmpint (tally_get (tally), ==, 2);
  g_assert_cmpint (still, ==, PENDING);

  drain (context);
  g_assert_cmpint (still, ==, CANCELLED);
  tally_free (tally);
}

static int n_wake_ups;

/* The first descriptor of a context is the one that wakes it. */
static int
count_wake_ups_poll (GPollFD *fds,
                     guint    n_fds,
                     int      timeout)
{
  int result = g_poll (fds, n_fds, timeout);

  if ((fds[0].revents & G_IO_IN) != 0)
    n_wake_ups++;

  return result;
}

static void
count_added_cb (AqQueue *queue,
                guint    n_items,
                GArray  *counts)
{
  g_array_append_val (counts, n_items);
}

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  Tally *tally = user_data;

  if (item != NULL)
    tally_end_get (tally, item, NULL);

  return G_SOURCE_CONTINUE;
}

static void
test_busy_loop (void)
{
  int n_each = g_test_thorough () ? 100000 : 5000;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));
  Tally *tally;
  gsize before;
  Crew crew;

  g_test_summary ("33: What eight threads put while a loop is busy costs 8 bytes each, "
                  "and one wake-up (P7).");

  g_main_context_set_poll_func (context, count_wake_ups_poll);
  g_main_context_push_thread_default (context);
  tally = tally_new (0, 8 * n_each);
  g_signal_connect (tally->queue, "items-added", G_CALLBACK (count_added_cb), counts);
  aq_queue_add_watch (tally->queue, watch_cb, tally);
  drain_context ();
  n_wake_ups = 0;

  before = heap_in_use ();
  crew_start (&crew, tally, 8, n_each, put_all_func);
  crew_join (&crew);
  assert_heap_below (before + 8 * n_each * 2 * sizeof (gpointer) + 256 * 1024);

  while (tally_count (tally, FATE_IN) > 0)
    g_main_context_iteration (context, FALSE);
  drain_context ();
  g_assert_cmpint (n_wake_ups, ==, 1);
  g_assert_cmpuint (counts->len, ==, 1);
  g_assert_cmpuint (g_array_index (counts, guint, 0), ==, 8 * n_each);

  aq_queue_shutdown (tally->queue, FALSE);
  tally_free (tally);
  g_main_context_pop_thread_default (context);
}

typedef struct
{
  AqQueue *there;
  AqQueue *back;
  int n_left;
} Game;

static void
pong_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Game *game = user_data;
  g_autoptr (AqTestItem) ball = aq_queue_get_finish (AQ_QUEUE (source), result, NULL);
  AqQueue *other = source == G_OBJECT (game->there) ? game->back : game->there;

  game->n_left--;
  if (game->n_left > 1)
    aq_queue_get_async (AQ_QUEUE (source), NULL, pong_cb, game);
  if (game->n_left > 0)
    aq_queue_put_async (other, ball, NULL, NULL, NULL);
}

static void
test_ping_pong (void)
{
  Game game = {
    .there = aq_queue_new (AQ_TEST_TYPE_ITEM, 1),
    .back = aq_queue_new (AQ_TEST_TYPE_ITEM, 1),
    .n_left = 200000,
  };

  g_test_summary ("34: A ball goes 100,000 times over two queues and back.");

  aq_queue_get_async (game.there, NULL, pong_cb, &game);
  aq_queue_get_async (game.back, NULL, pong_cb, &game);
  aq_test_put (game.there, 1);
  while (game.n_left > 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpint (aq_test_item_count (), ==, 0);
  aq_test_finalize_queue (game.there);
  aq_test_finalize_queue (game.back);
}

static void
free_big (gpointer item)
{
  g_bytes_unref (item);
}

static void
test_big_values (void)
{
  const gsize size = 64 * 1024;
  AqQueue *queue = aq_queue_new_with_free_func (1, free_big);
  int n = g_test_thorough () ? 1000000 : 20000;
  gsize before = 0;

  g_test_summary ("35: Big values through a queue of one leave nothing behind (P7).");

  for (int i = 0; i < n; i++)
    {
      GBytes *value = g_bytes_new_take (g_malloc (size), size);

      g_assert_true (aq_queue_try_put (queue, value, NULL));
      if (i % 2 == 0)
        g_bytes_unref (aq_queue_try_get (queue, NULL));
      else
        aq_queue_clear (queue);

      if (i == 1000)
        before = heap_in_use ();
    }
  assert_heap_below (before + size);

  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, n / 2);
  g_assert_finalize_object (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/scenarios/30/no-bound", GUINT_TO_POINTER (0), test_bounds);
  g_test_add_data_func ("/scenarios/30/bound-of-1", GUINT_TO_POINTER (1), test_bounds);
  g_test_add_data_func ("/scenarios/30/bound-of-2", GUINT_TO_POINTER (2), test_bounds);
  g_test_add_data_func ("/scenarios/30/bound-of-1000", GUINT_TO_POINTER (1000), test_bounds);
  g_test_add_func ("/scenarios/31/shared-cancellable", test_shared_cancellable);
  g_test_add_func ("/scenarios/32/context-that-stands-still",
                   test_context_that_stands_still);
  g_test_add_func ("/scenarios/33/busy-loop", test_busy_loop);
  g_test_add_func ("/scenarios/34/ping-pong", test_ping_pong);
  g_test_add_func ("/scenarios/35/big-values", test_big_values);

  return g_test_run ();
}
