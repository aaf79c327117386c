/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/*
 * Promise 6. Each test keeps one main loop busy at the default priority, and
 * runs until others had so many turns. It fails when so many items have passed
 * that a fair share of turns would have come long since: turns are counted, and
 * never time.
 */

#define N_TURNS 20
#define N_ITEMS_TOO_MANY 20000000

/* A pipeline that never rests. */
typedef struct
{
  AqQueue *queue;
  guint64 n_items;
  gboolean stop;
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
}

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
  aq_queue_add_watch (load->queue, G_PRIORITY_DEFAULT, load_watch_cb, load, NULL);
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

  return !load->stop;
}

/* A producer and a consumer that are two sources: they take turns, so that
 * neither is always ready, but one of them is. */
static void
load_put_and_watch (Load *load)
{
  aq_queue_set_max_size (load->queue, 1);
  aq_queue_put_async (load->queue, &plate, NULL, load_put_async_cb, load);
  aq_queue_add_watch (load->queue, G_PRIORITY_DEFAULT, load_take_cb, load, NULL);
}

static void (*starts[]) (Load *load) = {
  load_get,
  load_get_many,
  load_watch,
  load_put_and_watch,
};

static const char * const loads[] = { "get", "get-many", "watch", "put-and-watch" };

static void
load_clear (Load *load)
{
  load->stop = TRUE;
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
  const int priorities[] = { G_PRIORITY_DEFAULT, 110, 120, G_PRIORITY_DEFAULT_IDLE, G_PRIORITY_LOW };

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
  gint64 end = g_get_monotonic_time () + 700;

  while (g_get_monotonic_time () < end)
    ;

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

  /* In this order: the first one stands back, the last one need not. */
  load_init (&load);
  load_watch (&load);
  g_source_attach (slow, NULL);
  aq_queue_add_watch (idle, G_PRIORITY_DEFAULT, load_take_cb, &unused, NULL);

  /* If one sleeps, so does this test, until it is stopped from outside. */
  for (int i = 0; i < 1000; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (load.n_items, >, 0);

  g_source_destroy (slow);
  unused.stop = TRUE;
  aq_queue_shutdown (idle, TRUE);
  load_clear (&load);
  aq_test_finalize_queue (idle);
}

static void
test_pace_shared_by_watches (void)
{
  Load three[3];
  guint64 n_items = 0;

  g_test_summary ("Queues that never rest share one main loop; none gets a mere crumb.");

  for (int i = 0; i < 3; i++)
    {
      load_init (&three[i]);
      load_watch (&three[i]);
    }

  while (n_items < 2000000)
    {
      g_main_context_iteration (NULL, TRUE);
      n_items = three[0].n_items + three[1].n_items + three[2].n_items;
    }

  /* With one item a round it would be some dozens. */
  for (int i = 0; i < 3; i++)
    g_assert_cmpuint (three[i].n_items, >, 10000);

  for (int i = 0; i < 3; i++)
    three[i].stop = TRUE;
  for (int i = 0; i < 3; i++)
    load_clear (&three[i]);
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
test_pace_rests_with_the_loop (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);
  GAsyncResult *result = NULL;
  GMainContext *context = g_main_context_default ();
  GPollFD fds[4];
  gint priority, timeout;

  g_test_summary ("A main loop with nothing to do is asked for nothing, and has no timer (P7).");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_queue_try_put (queue, &plate, NULL);
  aq_queue_get_finish (queue, wait_for_result (&result), NULL);
  g_clear_object (&result);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();

  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_assert_cmpint (timeout, ==, -1);
  g_main_context_release (context);

  aq_queue_shutdown (queue, TRUE);
  wait_for_result (&result);
  g_clear_object (&result);
  aq_test_finalize_queue (queue);
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
  g_test_add_func ("/pace/break-ends-at-any-time", test_pace_break_ends_at_any_time);
  g_test_add_func ("/pace/rests-with-the-loop", test_pace_rests_with_the_loop);

  return g_test_run ();
}
