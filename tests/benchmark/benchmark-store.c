/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "benchmark-cases.h"

/* One thread, and what the items are kept in. */

double
store_pass (guint n)
{
  g_autoptr (AqQueue) queue = benchmark_new_filled (n);
  guint n_items = benchmark_count (3000000);
  gint64 start_time = g_get_monotonic_time ();

  for (guint i = 0; i < n_items; i++)
    {
      aq_queue_try_put (queue, &benchmark_plate, NULL);
      g_assert (aq_queue_try_get (queue, NULL) != NULL);
    }

  return benchmark_ns_per_item (start_time, n_items);
}

static GAsyncQueue *
new_filled_rival (guint n_items)
{
  GAsyncQueue *queue = g_async_queue_new ();

  for (guint i = 0; i < n_items; i++)
    g_async_queue_push (queue, &benchmark_plate);

  return queue;
}

double
store_pass_rival (guint n)
{
  g_autoptr (GAsyncQueue) queue = new_filled_rival (n);
  guint n_items = benchmark_count (3000000);
  gint64 start_time = g_get_monotonic_time ();

  for (guint i = 0; i < n_items; i++)
    {
      g_async_queue_push (queue, &benchmark_plate);
      g_assert (g_async_queue_try_pop (queue) != NULL);
    }

  return benchmark_ns_per_item (start_time, n_items);
}

double
store_fill (guint n)
{
  gint64 start_time = g_get_monotonic_time ();
  g_autoptr (AqQueue) queue = benchmark_new_filled (n);

  for (guint i = 0; i < n; i++)
    g_assert (aq_queue_try_get (queue, NULL) != NULL);

  return benchmark_ns_per_item (start_time, n);
}

double
store_fill_rival (guint n)
{
  gint64 start_time = g_get_monotonic_time ();
  g_autoptr (GAsyncQueue) queue = new_filled_rival (n);

  for (guint i = 0; i < n; i++)
    g_assert (g_async_queue_try_pop (queue) != NULL);

  return benchmark_ns_per_item (start_time, n);
}

double
store_bytes (guint n)
{
  gsize before = benchmark_heap_size ();
  g_autoptr (AqQueue) queue G_GNUC_UNUSED = benchmark_new_filled (n);

  return (double) (benchmark_heap_size () - before) / n;
}

double
store_bytes_rival (guint n)
{
  gsize before = benchmark_heap_size ();
  g_autoptr (GAsyncQueue) queue G_GNUC_UNUSED = new_filled_rival (n);

  return (double) (benchmark_heap_size () - before) / n;
}

/* Priorities are deadlines: whoever is taken comes back some time later. That
 * keeps them spread over the length of the queue; were they all drawn from the
 * same range, new ones would soon all belong in front. An item is its own. */
static gsize
get_deadline (gsize now)
{
  static guint32 state = 1;

  state = state * 1664525 + 1013904223;

  return now + 1 + (state >> 8);
}

static void
put_deadline (AqQueue *queue,
              gsize    deadline)
{
  aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), GSIZE_TO_POINTER (deadline),
                                           deadline, NULL);
}

double
store_sorted (guint n)
{
  g_autoptr (AqQueue) queue = AQ_QUEUE (aq_priority_queue_new_with_free_func (0, NULL));
  guint n_items = benchmark_count (200000);
  gsize now = 0;
  gint64 start_time;

  for (guint i = 0; i < n; i++)
    put_deadline (queue, get_deadline (0));

  start_time = g_get_monotonic_time ();
  for (guint i = 0; i < n_items; i++)
    {
      gsize next = GPOINTER_TO_SIZE (aq_queue_try_get (queue, NULL));

      g_assert (next >= now);
      now = next;
      put_deadline (queue, get_deadline (now));
    }

  return benchmark_ns_per_item (start_time, n_items);
}

static int
compare_deadlines (gconstpointer a,
                   gconstpointer b,
                   gpointer      user_data)
{
  return a < b ? -1 : a > b;
}

static void
put_deadline_rival (GAsyncQueue *queue,
                    gsize        deadline)
{
  g_async_queue_push_sorted (queue, GSIZE_TO_POINTER (deadline), compare_deadlines, NULL);
}

double
store_sorted_rival (guint n)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  guint n_items = benchmark_count (40000);
  gsize now = 0;
  gint64 start_time;

  for (guint i = 0; i < n; i++)
    put_deadline_rival (queue, get_deadline (0));

  start_time = g_get_monotonic_time ();
  for (guint i = 0; i < n_items; i++)
    {
      gsize next = GPOINTER_TO_SIZE (g_async_queue_try_pop (queue));

      g_assert (next >= now);
      now = next;
      put_deadline_rival (queue, get_deadline (now));
    }

  return benchmark_ns_per_item (start_time, n_items);
}
