/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "benchmark-cases.h"

/* What has no rival to be compared with. */

/* --- Turns of the main loop, and what wakes it --- */

static char *
format_per_thousand (guint n,
                     guint n_items)
{
  return g_strdup_printf ("%.3f", 1000.0 * n / n_items);
}

char *
figure_gets (guint unused)
{
  benchmark_n_iterations = 0;
  loop_gets (0);

  return format_per_thousand (benchmark_n_iterations, benchmark_count (200000));
}

char *
figure_watch (guint unused)
{
  benchmark_n_iterations = 0;
  loop_thread_to_watch (1);

  return format_per_thousand (benchmark_n_iterations, N_FED);
}

static guint n_wakeups;

/* A wake-up is something for poll () to see, and there is nothing else to see. */
static gint
count_wakeups (GPollFD *fds,
               guint    n_fds,
               gint     timeout)
{
  gint n_ready = g_poll (fds, n_fds, timeout);

  if (n_ready > 0)
    n_wakeups++;

  return n_ready;
}

char *
figure_wakeups (guint n_bursts)
{
  n_wakeups = 0;
  g_main_context_set_poll_func (g_main_context_get_thread_default (), count_wakeups);
  loop_thread_to_watch (MAX (benchmark_count (n_bursts), 1));

  return format_per_thousand (n_wakeups, N_FED);
}

/* --- Waiting --- */

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  count_cb (user_data);
}

char *
figure_waiting_bytes (guint n_gets)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);
  gsize bytes = benchmark_heap_size ();
  guint n_done = 0;

  for (guint i = 0; i < n_gets; i++)
    aq_queue_get_async (queue, NULL, closed_cb, &n_done);
  bytes = benchmark_heap_size () - bytes;

  aq_queue_shutdown (queue, TRUE);
  benchmark_iterate_until (&n_done, n_gets);

  return g_strdup_printf ("%" G_GSIZE_FORMAT " B", bytes / n_gets);
}

/* --- Latency --- */

typedef struct
{
  AqQueue *queue;
  double *times;
  guint n_items;
  guint n_done; /* (atomic) */
} Latency;

/* Sends one item at a time, once the main loop is asleep again. */
static gpointer
send_times (gpointer data)
{
  Latency *self = data;

  for (guint i = 0; i < self->n_items; i++)
    {
      do
        g_usleep (100);
      while ((guint) g_atomic_int_get (&self->n_done) < i);

      self->times[i] = g_get_monotonic_time ();
      aq_queue_put_sync (self->queue, &self->times[i], NULL, NULL);
    }

  return NULL;
}

static gboolean
take_time_cb (AqQueue  *queue,
              gpointer  item,
              gpointer  user_data)
{
  Latency *self = user_data;
  double *time = item;

  *time = g_get_monotonic_time () - *time;
  g_atomic_int_inc (&self->n_done);

  return G_SOURCE_CONTINUE;
}

char *
figure_latency (guint unused)
{
  guint n_items = benchmark_count (10000);
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);
  g_autoptr (GSource) watch = aq_queue_create_source (queue, NULL);
  g_autofree double *times = g_new (double, n_items);
  Latency self = { queue, times, n_items, 0 };
  GThread *thread = g_thread_new ("send", send_times, &self);
  double median;

  g_source_set_callback (watch, G_SOURCE_FUNC (take_time_cb), &self, NULL);
  g_source_attach (watch, g_main_context_get_thread_default ());
  benchmark_iterate_until (&self.n_done, n_items);
  g_thread_join (thread);
  g_source_destroy (watch);

  median = benchmark_median (times, n_items); /* which sorts them */

  return g_strdup_printf ("p50 %.0f us, p99 %.0f us", median, times[n_items / 100 * 99]);
}

/* --- Signals --- */

/* The loop comes round after so many puts, and after so many gets. */
static double
run_pairs (const char *signal,
           guint       n_in_a_turn)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);
  GMainContext *context = g_main_context_get_thread_default ();
  guint n_turns = benchmark_count (n_in_a_turn == 1 ? 200000 : 2000);
  guint n_emissions = 0;
  gint64 start_time;

  if (signal != NULL)
    g_signal_connect_swapped (queue, signal, G_CALLBACK (count_cb), &n_emissions);

  start_time = g_get_monotonic_time ();
  for (guint i = 0; i < n_turns; i++)
    {
      for (guint j = 0; j < n_in_a_turn; j++)
        aq_queue_try_put (queue, &benchmark_plate, NULL);
      g_main_context_iteration (context, FALSE);

      for (guint j = 0; j < n_in_a_turn; j++)
        g_assert (aq_queue_try_get (queue, NULL) != NULL);
      g_main_context_iteration (context, FALSE);
    }

  g_assert_true (signal == NULL || n_emissions > 0);

  return benchmark_ns_per_item (start_time, n_turns * n_in_a_turn);
}

char *
figure_signal (guint which)
{
  const char * const signals[] = { NULL, "items-added", "notify::length" };

  return g_strdup_printf ("%.0f ns; %.1f ns", run_pairs (signals[which], 1),
                          run_pairs (signals[which], 1000));
}
