/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

/* What broke other queues, by its number in the README: conservation and races. */

#define N_SLOTS 4

/* Whoever waits has a cancellable in a slot, where the canceller finds it. */
static struct
{
  GMutex lock;
  GCancellable *slots[N_SLOTS]; /* (owned) (nullable) */
  gboolean done;                /* (atomic) */
  guint32 seed;
} storm;

static GCancellable *
renew_cancellable (int slot)
{
  GCancellable *cancellable = g_cancellable_new ();

  g_mutex_lock (&storm.lock);
  g_set_object (&storm.slots[slot], cancellable);
  g_mutex_unlock (&storm.lock);

  return cancellable;
}

static gpointer
canceller_thread (gpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (storm.seed + N_SLOTS);

  while (!g_atomic_int_get (&storm.done))
    {
      g_autoptr (GCancellable) cancellable = NULL;

      g_mutex_lock (&storm.lock);
      g_set_object (&cancellable, storm.slots[g_rand_int_range (rand, 0, N_SLOTS)]);
      g_mutex_unlock (&storm.lock);

      g_cancellable_cancel (cancellable);
      g_thread_yield ();
    }

  return NULL;
}

static int
put_in_some_way (Tally        *tally,
                 int           number,
                 GRand        *rand,
                 GCancellable *cancellable)
{
  int outcome;

  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      return tally_put (tally, number);
    case 1:
      return tally_put_sync (tally, number, -1, cancellable);
    case 2:
      return tally_put_sync (tally, number, 20, cancellable);
    default:
      tally_start_put (tally, number, cancellable, &outcome);
      return tally_wait (&outcome);
    }
}

static int
get_in_some_way (Tally        *tally,
                 GRand        *rand,
                 GCancellable *cancellable)
{
  int outcome;

  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
      return tally_get (tally);
    case 1:
      return tally_get_sync (tally, -1, cancellable);
    case 2:
      return tally_get_sync (tally, 20, cancellable);
    case 3:
      /* Its result is thrown away. */
      aq_queue_get_async (tally->queue, cancellable, NULL, NULL);
      G_GNUC_FALLTHROUGH;
    default:
      tally_start_get (tally, cancellable, &outcome);
      return tally_wait (&outcome);
    }
}

static void
storm_put_func (Tally *tally,
                int    index,
                int    n_each)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (storm.seed + index);
  int outcome;

  g_main_context_push_thread_default (context);

  for (int i = 0; i < n_each; i++)
    do
      {
        g_autoptr (GCancellable) cancellable = renew_cancellable (index);

        outcome = put_in_some_way (tally, index * n_each + i, rand, cancellable);
      }
    while (outcome < 0 && g_rand_boolean (rand));

  g_main_context_pop_thread_default (context);
}

static void
storm_get_func (Tally *tally,
                int    index,
                int    n_each)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (storm.seed + 2 + index);
  int last[2] = { -1, -1 };
  int outcome;

  g_main_context_push_thread_default (context);

  do
    {
      g_autoptr (GCancellable) cancellable = renew_cancellable (2 + index);

      outcome = get_in_some_way (tally, rand, cancellable);
      if (outcome >= 0)
        assert_in_order (outcome, n_each, last);
    }
  while (outcome != CLOSED);

  drain_context ();
  g_main_context_pop_thread_default (context);
}

static void
test_cancel_and_restart (void)
{
  int n_rounds = g_test_thorough () ? 200 : 8;

  g_test_summary ("1: Whatever is cancelled and started again, "
                  "nothing is lost and the order stays (P1).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (i % 4, 4000);
      GThread *canceller;
      Crew putters, getters;

      storm.done = FALSE;
      storm.seed = g_test_rand_int ();
      canceller = g_thread_new ("cancel", canceller_thread, NULL);
      crew_start (&getters, tally, 2, 2000, storm_get_func);
      crew_start (&putters, tally, 2, 2000, storm_put_func);
      crew_join (&putters);
      aq_queue_shutdown (tally->queue, FALSE);
      crew_join (&getters);

      g_atomic_int_set (&storm.done, TRUE);
      g_thread_join (canceller);
      for (int j = 0; j < N_SLOTS; j++)
        g_clear_object (&storm.slots[j]);

      g_assert_cmpint (tally_count (tally, FATE_IN), ==, 0);
      tally_free (tally);
    }
}

static void
two_puts_one_get_func (Tally *tally,
                       int    index,
                       int    n_each)
{
  if (index < 2)
    tally_put_sync (tally, index, -1, NULL);
  else if (index == 2)
    tally_get_sync (tally, -1, NULL);
  else
    aq_queue_shutdown (tally->queue, TRUE);
}

static void
test_two_puts_one_get (void)
{
  int n_rounds = g_test_thorough () ? 20000 : 300;

  g_test_summary ("2: Of two puts that race with a get and an end, each item has one fate (P1).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (1, 2);
      Crew crew;

      crew_start (&crew, tally, 4, 1, two_puts_one_get_func);
      crew_join (&crew);
      g_assert_cmpint (tally_count (tally, FATE_IN), ==, 0);
      tally_free (tally);
    }
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_every_second_cancelled (void)
{
  const int n = 1000;
  int n_rounds = g_test_thorough () ? 500 : 10;
  g_autofree int *outcomes = g_new (int, n);

  g_test_summary ("3: With every second get cancelled in between, each item is got or left (P1).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (0, n);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      GThread *canceller;
      int n_got = 0;
      Crew putter;

      for (int j = 0; j < n; j++)
        tally_start_get (tally, j % 2 == 1 ? cancellable : NULL, &outcomes[j]);
      crew_start (&putter, tally, 1, n, put_all_func);
      canceller = g_thread_new ("cancel", cancel_thread, cancellable);

      for (int j = 0; j < n; j++)
        {
          n_got += tally_wait (&outcomes[j]) >= 0;
          g_assert_true (outcomes[j] >= 0 || (j % 2 == 1 && outcomes[j] == CANCELLED));
        }
      crew_join (&putter);
      g_thread_join (canceller);

      g_assert_cmpint (n_got + (int) aq_queue_get_length (tally->queue), ==, n);
      tally_free (tally);
    }
}

/* Index 0 puts in bursts, the others get in batches, for a short time each. */
static void
batches_func (Tally *tally,
              int    index,
              int    n_each)
{
  int last = -1;
  int outcome;

  if (index == 0)
    {
      for (int i = 0; i < n_each; i++)
        {
          if (i % 100 == 0)
            g_thread_yield ();
          while (tally_put (tally, i) < 0)
            g_thread_yield ();
        }
      aq_queue_shutdown (tally->queue, FALSE);
      return;
    }

  do
    {
      g_autoptr (GPtrArray) batch = NULL;

      outcome = tally_get_sync (tally, 10, NULL);
      if (outcome >= 0)
        assert_in_order (outcome, n_each, &last);

      batch = aq_queue_try_get_many (tally->queue, 16, NULL);
      if (batch == NULL)
        continue;

      /* They are ours, and not to be dropped. */
      g_ptr_array_set_free_func (batch, NULL);
      for (guint i = 0; i < batch->len; i++)
        assert_in_order (tally_end_get (tally, batch->pdata[i], NULL), n_each, &last);
    }
  while (outcome != CLOSED);
}

static void
test_short_timeouts (void)
{
  int n_items = g_test_thorough () ? 3000000 : 100000;
  Tally *tally = tally_new (1000, n_items);
  Crew crew;

  g_test_summary ("4: Gets that time out again and again lose nothing of what comes in "
                  "bursts (P1).");

  crew_start (&crew, tally, 3, n_items, batches_func);
  crew_join (&crew);

  g_assert_cmpint (tally_count (tally, FATE_GOT), ==, n_items);
  tally_free (tally);
}

static void
test_cancelled_before (void)
{
  Tally *tally = tally_new (0, 2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int get, put;

  g_test_summary ("5: Cancelled before it begins, an operation has no effect "
                  "and calls back later (P2).");

  g_cancellable_cancel (cancellable);
  tally_put (tally, 0);
  tally_start_get (tally, cancellable, &get);
  tally_start_put (tally, 1, cancellable, &put);

  g_assert_cmpint (get, ==, PENDING);
  g_assert_cmpint (put, ==, PENDING);
  g_assert_cmpuint (aq_queue_get_waiting_getters (tally->queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (tally->queue), ==, 0);

  g_assert_cmpint (tally_wait (&get), ==, CANCELLED);
  g_assert_cmpint (tally_wait (&put), ==, CANCELLED);
  g_assert_cmpint (tally_get (tally), ==, 0);
  tally_free (tally);
}

static void
test_cancelled_after_promise (void)
{
  Tally *tally = tally_new (0, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = g_main_context_new ();
  int get;

  g_test_summary ("6: A get cancelled between promise and callback leaves the item first "
                  "in line (P1).");

  tally_start_get (tally, cancellable, &get);
  for (int i = 0; i < 3; i++)
    tally_put (tally, i);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (tally_get (tally), ==, 0);
  g_assert_cmpint (tally_wait (&get), ==, CANCELLED);

  /* Promised, and never called: its context goes. */
  g_main_context_push_thread_default (context);
  aq_queue_get_async (tally->queue, NULL, NULL, NULL);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_cmpint (tally_get (tally), ==, 1);

  /* Called, and never collected. */
  aq_queue_get_async (tally->queue, NULL, NULL, NULL);
  drain_context ();
  g_assert_cmpint (tally_get (tally), ==, 2);

  tally_free (tally);
}

static void
test_put_cancelled_after_promise (void)
{
  Tally *tally = tally_new (1, 2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int put;

  g_test_summary ("6: A put cancelled between its item's entry and its callback has "
                  "succeeded (P2).");

  tally_put (tally, 0);
  tally_start_put (tally, 1, cancellable, &put);
  g_assert_cmpint (tally_get (tally), ==, 0);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (put, ==, PENDING);
  g_assert_cmpint (tally_wait (&put), ==, 1);
  g_assert_cmpint (tally_get (tally), ==, 1);

  tally_free (tally);
}

static void
test_promise_passes_on (void)
{
  Tally *tally = tally_new (0, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int a, b;

  g_test_summary ("7: Two wait, one item comes, the first is cancelled: the second gets it (P1).");

  tally_start_get (tally, cancellable, &a);
  tally_start_get (tally, NULL, &b);
  tally_put (tally, 0);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (tally_get (tally), ==, WOULD_BLOCK);
  g_assert_cmpint (tally_wait (&a), ==, CANCELLED);
  g_assert_cmpint (tally_wait (&b), ==, 0);

  tally_free (tally);
}

static void
test_gets_in_vain (void)
{
  Tally *tally = tally_new (0, 1);
  int n_rounds = g_test_thorough () ? 500000 : 1500; /* of two gets */
  gsize before = 0;

  g_test_summary ("8: Gets in vain, given up again and again, leave nothing behind (P7).");

  for (int i = 0; i < n_rounds; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      int get;

      g_assert_cmpint (tally_get_sync (tally, 1, NULL), ==, TIMED_OUT);
      tally_start_get (tally, cancellable, &get);
      g_cancellable_cancel (cancellable);
      g_assert_cmpint (tally_wait (&get), ==, CANCELLED);

      if (i == 500)
        before = heap_in_use ();
    }
  assert_heap_below (before + 64 * 1024);

  g_assert_cmpuint (aq_queue_get_waiting_getters (tally->queue), ==, 0);
  tally_put (tally, 0);
  g_assert_cmpint (tally_get_sync (tally, 1, NULL), ==, 0);
  tally_free (tally);
}

static void
test_two_cancellations (void)
{
  int n_rounds = g_test_thorough () ? 20000 : 500;

  g_test_summary ("9: One get that has its promise and one that waits, "
                  "cancelled at once, stop nobody.");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (0, 3);
      g_autoptr (GCancellable) one = g_cancellable_new ();
      g_autoptr (GCancellable) other = g_cancellable_new ();
      GThread *threads[2];
      int a, b, c, n_cancelled;

      tally_start_get (tally, one, &a);
      tally_put (tally, 0);
      tally_start_get (tally, other, &b);
      tally_start_get (tally, NULL, &c);
      threads[0] = g_thread_new ("cancel", cancel_thread, one);
      threads[1] = g_thread_new ("cancel", cancel_thread, other);
      tally_put (tally, 1);
      tally_put (tally, 2);

      g_assert_cmpint (tally_wait (&c), >=, 0);
      n_cancelled = (tally_wait (&a) == CANCELLED) + (tally_wait (&b) == CANCELLED);
      g_assert_cmpuint (aq_queue_get_length (tally->queue), ==, n_cancelled);
      g_thread_join (threads[0]);
      g_thread_join (threads[1]);

      tally_free (tally);
    }
}

static void
test_only_waiter_cancelled (void)
{
  Tally *tally = tally_new (1, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int get, put;

  g_test_summary ("10: After the only one who waited has given up, the queue goes on.");

  tally_start_get (tally, cancellable, &get);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (tally_put (tally, 0), ==, 0);
  g_assert_cmpint (tally_wait (&get), ==, CANCELLED);

  g_cancellable_reset (cancellable);
  tally_start_put (tally, 1, cancellable, &put);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (tally_get (tally), ==, 0);
  g_assert_cmpint (tally_wait (&put), ==, CANCELLED);
  g_assert_cmpint (tally_put (tally, 2), ==, 2);
  g_assert_cmpint (tally_get (tally), ==, 2);

  tally_free (tally);
}

static void
test_cancel_while_closing (void)
{
  int n_rounds = g_test_thorough () ? 10000 : 300;

  g_test_summary ("11: Of cancelling and ending at once, each who waits hears of one (P2).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (1, 21);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      int outcomes[20];
      GThread *thread;

      /* Half the rounds with puts, half with gets. */
      if (i % 2 == 0)
        tally_put (tally, 20);
      for (int j = 0; j < 20; j++)
        if (i % 2 == 0)
          tally_start_put (tally, j, cancellable, &outcomes[j]);
        else
          tally_start_get (tally, cancellable, &outcomes[j]);

      thread = g_thread_new ("cancel", cancel_thread, cancellable);
      aq_queue_shutdown (tally->queue, TRUE);
      for (int j = 0; j < 20; j++)
        g_assert_true (tally_wait (&outcomes[j]) == CANCELLED || outcomes[j] == CLOSED);
      g_thread_join (thread);

      tally_free (tally);
    }
}

/* Each has a reference of its own, and one of them is the last. */
static void
last_unref_func (Tally *tally,
                 int    index,
                 int    n_each)
{
  AqQueue *queue = tally->queue;

  if (index == 0)
    tally_get (tally);
  else if (index == 1)
    aq_queue_clear (queue);
  else
    {
      /* One that waited forever would keep the queue forever. */
      aq_queue_shutdown (queue, FALSE);
      aq_queue_get_async (queue, NULL, NULL, NULL);
    }

  g_object_unref (queue);
}

static void
test_last_unref (void)
{
  int n_rounds = g_test_thorough () ? 20000 : 500;

  g_test_summary ("12: Items left at the last unref, which races with others, "
                  "are freed once (P1).");

  for (int i = 0; i < n_rounds; i++)
    {
      Tally *tally = tally_new (0, 10);
      Crew crew;

      for (int j = 0; j < 10; j++)
        tally_put (tally, j);

      g_object_ref (tally->queue);
      if (i % 2 == 0)
        g_object_ref (tally->queue);
      crew_start (&crew, tally, i % 2 == 0 ? 3 : 2, 1, last_unref_func);
      crew_join (&crew);
      tally->queue = NULL;
      tally_free (tally);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scenarios/01/cancel-and-restart", test_cancel_and_restart);
  g_test_add_func ("/scenarios/02/two-puts-one-get", test_two_puts_one_get);
  g_test_add_func ("/scenarios/03/every-second-cancelled", test_every_second_cancelled);
  g_test_add_func ("/scenarios/04/short-timeouts", test_short_timeouts);
  g_test_add_func ("/scenarios/05/cancelled-before", test_cancelled_before);
  g_test_add_func ("/scenarios/06/cancelled-after-promise", test_cancelled_after_promise);
  g_test_add_func ("/scenarios/06/put-cancelled-after-entry",
                   test_put_cancelled_after_promise);
  g_test_add_func ("/scenarios/07/promise-passes-on", test_promise_passes_on);
  g_test_add_func ("/scenarios/08/gets-in-vain", test_gets_in_vain);
  g_test_add_func ("/scenarios/09/two-cancellations", test_two_cancellations);
  g_test_add_func ("/scenarios/10/only-waiter-cancelled", test_only_waiter_cancelled);
  g_test_add_func ("/scenarios/11/cancel-while-closing", test_cancel_while_closing);
  g_test_add_func ("/scenarios/12/last-unref", test_last_unref);

  return g_test_run ();
}
