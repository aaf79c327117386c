/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "benchmark-cases.h"

/* From threads to threads, which block. */

#define MAX_ON_EACH_SIDE 4

/* What one thread has to put, or to get. */
typedef struct
{
  gpointer queue;
  guint n_items;
  guint64 sum; /* of the numbers from 1 on, which are the items */
} Share;

static gpointer
put (gpointer data)
{
  Share *share = data;

  for (guint i = 1; i <= share->n_items; i++)
    aq_queue_put_sync (share->queue, GUINT_TO_POINTER (i), NULL, NULL);

  return NULL;
}

static gpointer
get (gpointer data)
{
  Share *share = data;

  for (guint i = 1; i <= share->n_items; i++)
    share->sum += GPOINTER_TO_UINT (aq_queue_get_sync (share->queue, NULL, NULL));

  return NULL;
}

static gpointer
put_rival (gpointer data)
{
  Share *share = data;

  for (guint i = 1; i <= share->n_items; i++)
    g_async_queue_push (share->queue, GUINT_TO_POINTER (i));

  return NULL;
}

static gpointer
get_rival (gpointer data)
{
  Share *share = data;

  for (guint i = 1; i <= share->n_items; i++)
    share->sum += GPOINTER_TO_UINT (g_async_queue_pop (share->queue));

  return NULL;
}

static double
run_threads (gpointer    queue,
             GThreadFunc put_func,
             GThreadFunc get_func,
             guint       n_on_each_side)
{
  GThread *threads[2 * MAX_ON_EACH_SIDE];
  Share puts[MAX_ON_EACH_SIDE], gets[MAX_ON_EACH_SIDE];
  guint64 n_items = benchmark_count (600000) / n_on_each_side;
  guint64 sum = 0;
  gint64 start_time = g_get_monotonic_time ();

  for (guint i = 0; i < n_on_each_side; i++)
    {
      puts[i] = gets[i] = (Share) { queue, n_items, 0 };
      threads[2 * i] = g_thread_new ("put", put_func, &puts[i]);
      threads[2 * i + 1] = g_thread_new ("get", get_func, &gets[i]);
    }

  for (guint i = 0; i < 2 * n_on_each_side; i++)
    g_thread_join (threads[i]);

  for (guint i = 0; i < n_on_each_side; i++)
    sum += gets[i].sum;
  g_assert_cmpuint (sum, ==, n_on_each_side * (n_items * (n_items + 1) / 2));

  return benchmark_ns_per_item (start_time, n_on_each_side * n_items);
}

double
threads_pass (guint n_on_each_side)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);

  return run_threads (queue, put, get, n_on_each_side);
}

double
threads_pass_bounded (guint max_size)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (max_size, NULL);

  return run_threads (queue, put, get, 1);
}

double
threads_pass_rival (guint n_on_each_side)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();

  return run_threads (queue, put_rival, get_rival, n_on_each_side);
}
