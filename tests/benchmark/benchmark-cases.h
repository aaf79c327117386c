/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <aqueue/aqueue.h>

/*
 * A case does one measurement, and returns ns for each item, or bytes if its name
 * says so; a figure returns text. They find a main context of their own pushed
 * as the thread-default one, so that no source of an earlier one is in it.
 * Counts are asserted, and times never are.
 */

#define N_FED benchmark_count (600000) /* from a thread to a watch */

/* benchmark.c */
extern char benchmark_plate;         /* an item */
extern guint benchmark_n_iterations; /* of benchmark_iterate_until (), so far */

guint       benchmark_count         (guint        n);
double      benchmark_ns_per_item   (gint64       start_time,
                                     guint        n_items);
double      benchmark_median        (double      *values,
                                     guint        n_values);
gsize       benchmark_heap_size     (void);
void        benchmark_iterate_until (const guint *n_done,
                                     guint        n_items);
const char *benchmark_mark          (gboolean     holds);
AqQueue    *benchmark_new_filled    (guint        n_items);

/* benchmark-store.c: @n is how many items the queue holds. */
double store_pass            (guint n);
double store_pass_rival      (guint n);
double store_fill            (guint n);
double store_fill_rival      (guint n);
double store_bytes           (guint n);
double store_bytes_rival     (guint n);
double store_sorted          (guint n);
double store_sorted_rival    (guint n);

/* benchmark-threads.c */
double threads_pass          (guint n_on_each_side);
double threads_pass_bounded  (guint max_size);
double threads_pass_rival    (guint n_on_each_side);

/* benchmark-loop.c */
double loop_thread_to_watch  (guint n_bursts);
double loop_thread_to_idles  (guint unused);
double loop_thread_to_source (guint unused);
double loop_waiting_gets     (guint n_at_once);
double loop_waiting_tasks    (guint n_at_once);
double loop_gets             (guint unused);
double loop_get_many         (guint max_items);
double loop_watch            (guint unused);
double loop_put_and_get      (guint max_size);
double loop_tasks            (guint n_at_once);
double loop_cancel_newest    (guint n_gets);
double loop_cancel_oldest    (guint n_gets);
double loop_cancel_random    (guint n_gets);
char  *loop_yield            (guint consumer); /* 0: get, 1: get_many, 2: watch */

/* benchmark-figures.c */
char  *figure_gets           (guint unused);
char  *figure_watch          (guint unused);
char  *figure_wakeups        (guint n_bursts);
char  *figure_waiting_bytes  (guint n_gets);
char  *figure_latency        (guint unused);
char  *figure_signal         (guint which); /* 0: none, 1: items-added, 2: notify */
