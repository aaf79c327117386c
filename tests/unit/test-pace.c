/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

#include <time.h>

/*
 * Promise 6. Each test keeps one main loop busy at the default priority, and
 * runs until others had so many turns. It fails when so many items have passed
 * that a fair share of turns would have come long since: turns are counted, and
 * never time. Where time itself is the matter the clock stands, and goes on only
 * as the test says: what else this machine does is not in it.
 */

#define N_TURNS 20
#define N_ITEMS_TOO_MANY 20000000

/* µs */
#define FRAME_LENGTH 16667
#define TURN_LENGTH 1000
#define N_UNTIMED 16

static gint64 stopped_at; /* µs; 0: the clock goes */

/* The library finds this one before GLib's, since a program comes first. */
gint64
g_get_monotonic_time (void)
{
  struct timespec now;

  if (stopped_at != 0)
    return stopped_at;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return G_USEC_PER_SEC * (gint64) now.tv_sec + now.tv_nsec / 1000;
}

static void
stop_clock (void)
{
  stopped_at = g_get_monotonic_time ();
}

static void
start_clock (void)
{
  stopped_at = 0;
}

/* What a test may compare: never the time that others have a part in. */
static gint64
get_stopped_time (void)
{
  g_assert_cmpint (stopped_at, !=, 0);

  return stopped_at;
}

/* What would take so long; a clock that goes knows by itself. */
static void
pass_time (gint64 us)
{
  if (stopped_at != 0)
    stopped_at += us;
}

/* A pipeline that never rests. */
typedef struct
{
  AqQueue *queue;
  guint64 n_items;
  gboolean stop;

  int priority; /* of its watch */
  gint64 cost; /* µs: of an item */
  guint n_free; /* so many are for nothing, at first */
} Load;

static char plate;

static void
load_put (Load *load)
{
  g_assert_true (aq_queue_try_put (load->queue, &plate, NULL));
}

static void
load_init (Load *load)
{
  *load = (Load) { .queue = aq_queue_new_with_free_func (0, NULL) };

  for (int i = 0; i < 100; i++)
    load_put (load);
}

/* Each item that comes off goes on again. */
static void
load_passes (Load  *load,
             guint  n_items)
{
  load->n_items += n_items;
  for (guint i = 0; i < n_items; i++)
    load_put (load);

  if (load->n_items > load->n_free)
    pass_time (n_items * load->cost);
}

static void load_got_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data);

static void
load_get_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Load *load = user_data;

  if (load->stop)
    return;

  g_assert_nonnull (aq_queue_get_finish (load->queue, result, NULL));
  load_passes (load, 1);
  aq_queue_get_async (load->queue, NULL, load_get_cb, load);
}

static void
load_get (Load *load)
{
  aq_queue_get_async (load->queue, NULL, load_get_cb, load);
}

static void
load_get_many_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Load *load = user_data;
  g_autoptr (GPtrArray) items = NULL;

  if (load->stop)
    return;

  items = aq_queue_get_many_finish (load->queue, result, NULL);
  load_passes (load, items->len);
  aq_queue_get_many_async (load->queue, 64, NULL, load_get_many_cb, load);
}

static void
load_get_many (Load *load)
{
  aq_queue_get_many_async (load->queue, 64, NULL, load_get_many_cb, load);
}

static gboolean
load_watch_cb (AqQueue  *queue,
               gpointer  item,
               gpointer  user_data)
{
  Load *load = user_data;

  if (load->stop)
    return G_SOURCE_REMOVE;

  load_passes (load, 1);

  return G_SOURCE_CONTINUE;
}

static void
load_watch (Load *load)
{
  aq_queue_add_watch_full (load->queue, load->priority, load_watch_cb, load, NULL);
}

/* A coroutine: a callback does no more than to resume it, in a source of somebody else,
 * as in gjs. */
static gboolean
load_resume_cb (gpointer data)
{
  Load *load = data;

  load_passes (load, 1);
  aq_queue_get_async (load->queue, NULL, load_got_cb, load);

  return G_SOURCE_REMOVE;
}

static void
load_got_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Load *load = user_data;

  if (load->stop)
    return;

  g_assert_nonnull (aq_queue_get_finish (load->queue, result, NULL));
  g_idle_add_full (-1000, load_resume_cb, load, NULL);
}

static void
load_coroutine (Load *load)
{
  aq_queue_get_async (load->queue, NULL, load_got_cb, load);
}

static void
load_put_async_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  Load *load = user_data;

  if (!load->stop)
    aq_queue_put_async (load->queue, &plate, NULL, load_put_async_cb, load);
}

static gboolean
load_take_cb (AqQueue  *queue,
              gpointer  item,
              gpointer  user_data)
{
  Load *load = user_data;

  load->n_items++;
  pass_time (load->cost);

  return !load->stop;
}

/* A producer and a consumer that are two sources: they take turns, so that
 * neither is always ready, but one of them is. */
static void
load_put_and_watch (Load *load)
{
  aq_queue_set_max_size (load->queue, 1);
  aq_queue_put_async (load->queue, &plate, NULL, load_put_async_cb, load);
  aq_queue_add_watch_full (load->queue, load->priority, load_take_cb, load, NULL);
}

static void (*starts[]) (Load *load) = {
  load_get,
  load_get_many,
  load_watch,
  load_put_and_watch,
  load_coroutine,
};

static const char * const loads[] = { "get", "get-many", "watch", "put-and-watch", "coroutine" };

static void
load_clear (Load *load)
{
  load->stop = TRUE;
  g_idle_remove_by_data (load);
  aq_queue_shutdown (load->queue, TRUE);
  aq_test_finalize_queue (load->queue);
}

static gboolean
count_turns_cb (gpointer data)
{
  (*(guint *) data)++;

  return G_SOURCE_CONTINUE;
}

static guint
add_turns (int    priority,
           guint *n_turns)
{
  *n_turns = 0;

  return g_idle_add_full (priority, count_turns_cb, n_turns, NULL);
}

static void
test_pace_others_get_their_turn (gconstpointer data)
{
  const int priorities[] = {
    G_PRIORITY_DEFAULT, 110, 120, G_PRIORITY_DEFAULT_IDLE, G_PRIORITY_LOW,
  };

  g_test_summary ("Beside a pipeline that never rests, other work gets its turn (P6).");

  for (gsize i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      Load load;
      guint n_turns, id;

      load_init (&load);
      id = add_turns (priorities[i], &n_turns);
      starts[GPOINTER_TO_INT (data)] (&load);

      while (n_turns < N_TURNS)
        {
          g_main_context_iteration (NULL, TRUE);
          g_assert_cmpuint (load.n_items, <, N_ITEMS_TOO_MANY);
        }
      g_assert_cmpuint (load.n_items, >, 0);

      g_source_remove (id);
      load_clear (&load);
    }
}

static void
test_pace_queue_gets_its_turn (gconstpointer data)
{
  const int priorities[] = { G_PRIORITY_DEFAULT, 120, G_PRIORITY_LOW };

  g_test_summary ("Sources that are always ready do not keep a queue from its work.");

  for (gsize i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      Load load;
      guint n_turns, id;

      load_init (&load);
      id = add_turns (priorities[i], &n_turns);
      starts[GPOINTER_TO_INT (data)] (&load);

      /* Enough for many breaks, each of which has to end. */
      while (load.n_items < 200000)
        {
          g_main_context_iteration (NULL, TRUE);
          g_assert_cmpuint (n_turns, <, N_ITEMS_TOO_MANY);
        }

      g_source_remove (id);
      load_clear (&load);
    }
}

/* A source that is never ready, and takes longer than a break to say so. */

static gboolean
slow_prepare (GSource *source,
              gint    *timeout)
{
  pass_time (150);
  *timeout = -1;

  return FALSE;
}

static GSourceFuncs slow_funcs = {
  slow_prepare,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
};

static void
test_pace_break_ends_at_any_time (void)
{
  AqQueue *idle = aq_queue_new_with_free_func (0, NULL);
  g_autoptr (GSource) slow = g_source_new (&slow_funcs, sizeof (GSource));
  Load load, unused = { 0, };

  g_test_summary ("A break that ends between two looks at our sources leaves none asleep.");

  /* In this order: the first one stands back, the last one need not. A watch that is
   * woken would keep the loop awake until it comes to rest. */
  stop_clock ();
  load_init (&load);
  load.cost = 10;
  load_get (&load);
  g_source_attach (slow, NULL);
  aq_queue_add_watch (idle, load_take_cb, &unused);

  /* If one sleeps, so does this test, until it is stopped from outside. */
  for (int i = 0; i < 1000; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (load.n_items, >, 0);

  g_source_destroy (slow);
  unused.stop = TRUE;
  aq_queue_shutdown (idle, TRUE);
  load_clear (&load);
  aq_test_finalize_queue (idle);
  start_clock ();
}

static void
test_pace_shared_by_watches (void)
{
  const guint n_loads = 10;
  Load all[10];
  guint64 n_items = 0;

  g_test_summary ("Queues that never rest share one main loop; none gets a mere crumb.");

  stop_clock ();
  for (guint i = 0; i < n_loads; i++)
    {
      load_init (&all[i]);
      all[i].cost = 1;
      load_watch (&all[i]);
    }

  while (n_items < 200000)
    {
      n_items = 0;
      g_main_context_iteration (NULL, TRUE);
      for (guint i = 0; i < n_loads; i++)
        n_items += all[i].n_items;
    }

  /* With one item a round it would be some dozens. */
  for (guint i = 0; i < n_loads; i++)
    g_assert_cmpuint (all[i].n_items, >, 200000 / n_loads / 2);

  for (guint i = 0; i < n_loads; i++)
    all[i].stop = TRUE;
  for (guint i = 0; i < n_loads; i++)
    load_clear (&all[i]);
  start_clock ();
}

static void
test_pace_less_urgent_queue (void)
{
  Load busy, idle;

  g_test_summary ("A queue of low priority gets its turn beside one that never rests.");

  load_init (&busy);
  load_watch (&busy);
  load_init (&idle);
  aq_queue_set_io_priority (idle.queue, G_PRIORITY_DEFAULT_IDLE);
  load_get (&idle);

  while (idle.n_items < N_TURNS)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (busy.n_items, <, N_ITEMS_TOO_MANY);
    }

  busy.stop = TRUE;
  idle.stop = TRUE;
  load_clear (&busy);
  load_clear (&idle);
}

static void
test_pace_busy_at_two_priorities (void)
{
  g_test_summary ("Beside queues of two priorities that never rest, a redraw gets its turn (P6).");

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (starts); j++)
      {
        Load urgent, other;
        guint n_turns, id;

        load_init (&urgent);
        starts[i] (&urgent);
        load_init (&other);
        other.priority = 100;
        aq_queue_set_io_priority (other.queue, other.priority);
        starts[j] (&other);
        id = add_turns (120, &n_turns);

        while (n_turns < N_TURNS)
          {
            g_main_context_iteration (NULL, TRUE);
            g_assert_cmpuint (urgent.n_items, <, N_ITEMS_TOO_MANY);
          }

        g_assert_cmpuint (other.n_items, >, 0);

        g_source_remove (id);
        urgent.stop = other.stop = TRUE;
        load_clear (&urgent);
        load_clear (&other);
      }
}

static gboolean
ignore_cb (AqQueue  *queue,
           gpointer  item,
           gpointer  user_data)
{
  return G_SOURCE_CONTINUE;
}

static gpointer
put_in_thread (gpointer queue)
{
  g_assert_true (aq_queue_try_put (queue, &plate, NULL));

  return NULL;
}

static void
test_pace_rests_with_the_loop (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);
  AqQueue *watched = aq_queue_new_with_free_func (0, NULL);
  GAsyncResult *result = NULL;
  GMainContext *context = g_main_context_default ();
  GPollFD fds[4];
  gint priority, timeout;

  g_test_summary ("A main loop with nothing to do is asked for nothing, and has no timer (P7).");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_queue_try_put (queue, &plate, NULL);
  g_assert_nonnull (aq_queue_get_finish (queue, wait_for_result (&result), NULL));
  g_clear_object (&result);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();

  /* A watch that is woken by another thread. */
  aq_queue_add_watch (watched, ignore_cb, NULL);
  drain_context ();
  g_thread_join (g_thread_new ("put", put_in_thread, watched));
  drain_context ();
  g_assert_cmpuint (aq_queue_get_length (watched), ==, 0);

  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_assert_cmpint (timeout, ==, -1);
  g_main_context_release (context);

  aq_queue_shutdown (watched, TRUE);
  aq_queue_shutdown (queue, TRUE);
  wait_for_result (&result);
  g_clear_object (&result);
  drain_context ();
  aq_test_finalize_queue (watched);
  aq_test_finalize_queue (queue);
}

/* The loads that look at the clock after single items. */
static void (*single_starts[]) (Load *load) = { load_get, load_watch, load_coroutine };
#define N_WITHOUT_COROUTINES 2

/* Work of others, which is always due. */
typedef struct
{
  gint64 cost; /* µs: of a turn */
  gint64 last_time;
  guint n_turns;
} Others;

static gboolean
others_cb (gpointer data)
{
  Others *others = data;

  others->n_turns++;
  pass_time (others->cost);
  others->last_time = get_stopped_time ();

  return G_SOURCE_CONTINUE;
}

static guint
add_others (int     priority,
            gint64  cost,
            Others *others)
{
  *others = (Others) { .cost = cost, .last_time = get_stopped_time () };

  return g_idle_add_full (priority, others_cb, others, NULL);
}

static void
test_pace_turn_is_short (void)
{
  const gint64 costs[] = { 1, 10, 100, 500, 2000 };

  g_test_summary ("A queue that never rests works in short turns, whatever an item takes.");

  for (gsize i = 0; i < G_N_ELEMENTS (costs); i++)
    for (gsize j = 0; j < N_WITHOUT_COROUTINES; j++)
      {
        gint64 longest = 0;
        Load load;

        stop_clock ();
        load_init (&load);
        load.cost = costs[i];
        load.n_free = 3000;
        single_starts[j] (&load);

        for (int k = 0; k < 100; k++)
          {
            gint64 before = get_stopped_time ();

            g_main_context_iteration (NULL, FALSE);
            longest = MAX (longest, get_stopped_time () - before);
          }

        /* Long enough to be worth it, and no longer than until the next look. */
        g_assert_cmpint (longest, >=, TURN_LENGTH);
        g_assert_cmpint (longest, <=, TURN_LENGTH + N_UNTIMED * costs[i]);

        load_clear (&load);
        start_clock ();
      }
}

static void
test_pace_redraws_each_frame (void)
{
  const struct
  {
    guint n_loads;
    gint64 cost;
    int priority; /* of every second one */
  } cases[] = {
    { 1, 1, 0 }, { 1, 100, 0 }, { 1, 3000, 0 }, { 2, 700, 0 }, { 3, 300, 0 }, { 4, 700, 0 },
    { 20, 100, 0 }, { 2, 1, 100 }, { 2, 3000, 100 }, { 20, 100, 100 },
  };

  g_test_summary ("A redraw gets its turn in each frame, and the queues have theirs back soon.");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (single_starts); j++)
      {
        Load all[20];
        Others redraw;
        guint id;
        guint64 n_items = 0;
        gint64 last_time;

        stop_clock ();
        last_time = get_stopped_time ();

        for (guint k = 0; k < cases[i].n_loads; k++)
          {
            load_init (&all[k]);
            all[k].cost = cases[i].cost;
            all[k].priority = k % 2 == 0 ? 0 : cases[i].priority;
            aq_queue_set_io_priority (all[k].queue, all[k].priority);
            single_starts[j] (&all[k]);
          }

        /* Always due, like a redraw of a window that shows what the queue does. */
        id = add_others (120, 100, &redraw);
        while (redraw.n_turns < 10 * N_TURNS)
          {
            guint64 n_before = n_items;

            n_items = 0;
            g_main_context_iteration (NULL, TRUE);
            for (guint k = 0; k < cases[i].n_loads; k++)
              n_items += all[k].n_items;

            if (n_items != n_before)
              last_time = get_stopped_time ();

            g_assert_cmpint (get_stopped_time () - redraw.last_time, <, FRAME_LENGTH);
            g_assert_cmpint (get_stopped_time () - last_time, <, 2 * TURN_LENGTH);
          }

        g_source_remove (id);
        for (guint k = 0; k < cases[i].n_loads; k++)
          all[k].stop = TRUE;
        for (guint k = 0; k < cases[i].n_loads; k++)
          load_clear (&all[k]);
        start_clock ();
      }
}

static void
test_pace_no_break_after_rest (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);
  Load before = { .cost = 100 }, load;
  gint64 start_time;
  Others redraw;
  guint id;

  g_test_summary ("After a rest of the main loop, queues work for a while before a break.");

  stop_clock ();
  aq_queue_add_watch (queue, load_take_cb, &before);
  for (int i = 0; i < 30; i++)
    aq_queue_try_put (queue, &plate, NULL);
  drain_context ();
  g_assert_cmpuint (before.n_items, ==, 30);
  pass_time (G_USEC_PER_SEC);

  load_init (&load);
  load.cost = 100;
  load_watch (&load);
  id = add_others (120, 100, &redraw);
  start_time = get_stopped_time ();
  while (redraw.n_turns == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (get_stopped_time () - start_time, >=, 2 * TURN_LENGTH);

  g_source_remove (id);
  load_clear (&load);
  aq_queue_shutdown (queue, TRUE);
  aq_test_finalize_queue (queue);
  start_clock ();
}

static gboolean
put_one_cb (gpointer data)
{
  pass_time (9 * TURN_LENGTH);
  load_put (data);

  return G_SOURCE_CONTINUE;
}

static void
test_pace_turn_between_breaks (void)
{
  Load little = { .queue = aq_queue_new_with_free_func (0, NULL), .cost = 10 };
  Load busy;
  Others others;
  guint id;

  g_test_summary ("Beside others that never rest, a queue has its turn between two breaks.");

  /* The others take as long as it is from one break to the next, and a break lasts for
   * one round of theirs: there is one more item by then. */
  stop_clock ();
  id = g_idle_add_full (G_PRIORITY_DEFAULT, put_one_cb, &little, NULL);
  aq_queue_add_watch (little.queue, load_take_cb, &little);

  for (int i = 0; i < 50; i++)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (aq_queue_get_length (little.queue), <=, 2);
    }
  g_assert_cmpuint (little.n_items, >=, 48);

  g_source_remove (id);
  load_clear (&little);

  /* And it is a whole one: they begin with each third round of the others. */
  load_init (&busy);
  busy.cost = 10;
  load_watch (&busy);
  id = add_others (G_PRIORITY_DEFAULT, 9 * TURN_LENGTH, &others);
  while (others.n_turns < 50)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (busy.n_items * 10, >=, (50 / 3) * TURN_LENGTH);

  g_source_remove (id);
  load_clear (&busy);
  start_clock ();
}

static void
test_pace_break_holds_back_newcomers (void)
{
  Load idle = { .queue = aq_queue_new_with_free_func (0, NULL), .cost = 1 }, load;
  Others redraw;
  guint id;

  g_test_summary ("A watch that gets an item in a break takes it when the break is over.");

  stop_clock ();
  aq_queue_add_watch (idle.queue, load_take_cb, &idle);
  load_get (&idle);
  aq_queue_add_watch (idle.queue, load_take_cb, &idle);
  drain_context ();

  load_init (&load);
  load.cost = 100;
  load_watch (&load);
  id = add_others (120, 0, &redraw);
  while (redraw.n_turns == 0)
    g_main_context_iteration (NULL, TRUE);

  /* Now there is a break, and it lasts for as long as the clock stands. */
  for (int i = 0; i < 3; i++)
    load_put (&idle);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (idle.n_items, ==, 0);
  g_assert_cmpuint (redraw.n_turns, ==, 11);

  pass_time (TURN_LENGTH);
  while (idle.n_items < 3)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (id);
  load.stop = TRUE;
  load_clear (&idle);
  load_clear (&load);
  start_clock ();
}

static void
count_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  (*(guint *) user_data)++;
}

static void
test_pace_callbacks_share_a_round (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);
  guint n_called = 0;

  g_test_summary ("Callbacks that are due together come in one round of the main loop (P7).");

  stop_clock ();
  for (int i = 0; i < 1000; i++)
    aq_queue_get_async (queue, NULL, count_result_cb, &n_called);
  for (int i = 0; i < 1000; i++)
    aq_queue_try_put (queue, &plate, NULL);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (n_called, ==, 1000);

  start_clock ();
  aq_test_finalize_queue (queue);
}

static void
test_pace_items_share_a_round (void)
{
  Load load = { .queue = aq_queue_new_with_free_func (0, NULL) };

  g_test_summary ("A watch is called for many items in one round of the main loop (P7).");

  stop_clock ();
  aq_queue_add_watch (load.queue, load_take_cb, &load);
  drain_context ();
  for (int i = 0; i < 100; i++)
    load_put (&load);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (load.n_items, ==, 100);

  load_clear (&load);
  start_clock ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      g_autofree char *others = g_strconcat ("/pace/others-get-their-turn/", loads[i], NULL);
      g_autofree char *queue = g_strconcat ("/pace/queue-gets-its-turn/", loads[i], NULL);

      g_test_add_data_func (others, GINT_TO_POINTER (i), test_pace_others_get_their_turn);
      g_test_add_data_func (queue, GINT_TO_POINTER (i), test_pace_queue_gets_its_turn);
    }

  g_test_add_func ("/pace/shared-by-watches", test_pace_shared_by_watches);
  g_test_add_func ("/pace/less-urgent-queue", test_pace_less_urgent_queue);
  g_test_add_func ("/pace/busy-at-two-priorities", test_pace_busy_at_two_priorities);
  g_test_add_func ("/pace/break-ends-at-any-time", test_pace_break_ends_at_any_time);
  g_test_add_func ("/pace/rests-with-the-loop", test_pace_rests_with_the_loop);

  g_test_add_func ("/pace/turn-is-short", test_pace_turn_is_short);
  g_test_add_func ("/pace/redraws-each-frame", test_pace_redraws_each_frame);
  g_test_add_func ("/pace/no-break-after-rest", test_pace_no_break_after_rest);
  g_test_add_func ("/pace/turn-between-breaks", test_pace_turn_between_breaks);
  g_test_add_func ("/pace/break-holds-back-newcomers", test_pace_break_holds_back_newcomers);
  g_test_add_func ("/pace/callbacks-share-a-round", test_pace_callbacks_share_a_round);
  g_test_add_func ("/pace/items-share-a-round", test_pace_items_share_a_round);

  return g_test_run ();
}
