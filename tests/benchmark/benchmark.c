/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "benchmark-cases.h"

#include <locale.h>
#include <malloc.h>
#include <unistd.h>

/*
 * Prints what Aqueue costs beside what GLib programs do today. Both are measured
 * in the same process, by turns, so that the ratio says more than the times: a
 * machine that is slow or busy is so for both.
 */

#define N_ROUNDS 9 /* the first of which is to warm up */
#define N_ROUNDS_QUICK 3
#define QUICK_DIVISOR 20

typedef enum
{
  UNIT_NS,
  UNIT_BYTES,
} Unit;

typedef struct
{
  double (*run) (guint n);
  guint n;
} Side;

typedef struct
{
  const char *name;
  Side ours;
  Side rival;
  const char *rival_name;
  double limit; /* for the ratio */
  Unit unit;
} Case;

static const Case cases[] = {
  { "try_put + try_get, one thread",
    { store_pass, 0 }, { store_pass_rival, 0 },
    "GAsyncQueue push + try_pop", 0.8, UNIT_NS },
  { "fill with 1,000,000, then drain",
    { store_fill, 1000000 }, { store_fill_rival, 1000000 },
    "GAsyncQueue", 0.5, UNIT_NS },
  { "heap for each of 1,000,000 queued items",
    { store_bytes, 1000000 }, { store_bytes_rival, 1000000 },
    "GAsyncQueue", 0.5, UNIT_BYTES },
  { "thread to thread, put_sync to get_sync, no bound",
    { threads_pass, 1 }, { threads_pass_rival, 1 },
    "GAsyncQueue push to pop", 1.0, UNIT_NS },
  { "thread to thread, bound of 100",
    { threads_pass_bounded, 100 }, { threads_pass_rival, 1 },
    "GAsyncQueue push to pop, unbounded", 2.0, UNIT_NS },
  { "4 producers, 4 consumers (threads)",
    { threads_pass, 4 }, { threads_pass_rival, 4 },
    "GAsyncQueue", 1.2, UNIT_NS },
  { "thread to main loop, watch",
    { loop_thread_to_watch, 1 }, { loop_thread_to_idles, 0 },
    "one g_idle_add_full () an item", 0.1, UNIT_NS },
  { "thread to main loop, watch",
    { loop_thread_to_watch, 1 }, { loop_thread_to_source, 0 },
    "GAsyncQueue in a GSource, one item a dispatch", 0.15, UNIT_NS },
  { "64 gets waiting, completed by puts",
    { loop_waiting_gets, 64 }, { loop_waiting_tasks, 64 },
    "64 bare GTasks returned from one GSource", 1.3, UNIT_NS },
  { "get with an item ready, one after the other",
    { loop_gets, 0 }, { loop_tasks, 1 },
    "bare GTask, created and returned", 1.2, UNIT_NS },
  { "put_async and get_async, bound 1, one loop",
    { loop_put_and_get, 1 }, { loop_tasks, 2 },
    "two bare GTasks an item", 1.5, UNIT_NS },
  { "get_many of 64",
    { loop_get_many, 64 }, { loop_watch, 0 },
    "watch", 1.5, UNIT_NS },
  { "priority queue, put + get at a length of 100,000",
    { store_sorted, 100000 }, { store_sorted_rival, 1000 },
    "GAsyncQueue push_sorted at 1,000", 0.2, UNIT_NS },
  { "cancel 100,000 waiting gets, newest first",
    { loop_cancel_newest, 100000 }, { loop_cancel_newest, 1000 },
    "cancel 1,000, times 100", 1.5, UNIT_NS },
  { "cancel 100,000 waiting gets, oldest first",
    { loop_cancel_oldest, 100000 }, { loop_cancel_oldest, 1000 },
    "cancel 1,000, times 100", 1.5, UNIT_NS },
  { "cancel 100,000 waiting gets, random order",
    { loop_cancel_random, 100000 }, { loop_cancel_random, 1000 },
    "cancel 1,000, times 100", 1.5, UNIT_NS },
  { "one item through a queue that holds 10,000,000",
    { store_pass, 10000000 }, { store_pass, 10 },
    "through one that holds 10", 1.5, UNIT_NS },
};

typedef struct
{
  const char *name;
  char *(*measure) (guint n);
  guint n;
  Unit unit;
} Figure;

static const Figure figures[] = {
  { "iterations for 1,000 items, get_async one by one", figure_gets, 0, UNIT_NS },
  { "iterations for 1,000 items, watch fed by a thread", figure_watch, 0, UNIT_NS },
  { "wake-ups for 1,000 items, watch fed without a pause", figure_wakeups, 1, UNIT_NS },
  { "wake-ups for 1,000 items in a burst, watch asleep", figure_wakeups, 600, UNIT_NS },
  { "heap for each waiting get", figure_waiting_bytes, 100000, UNIT_BYTES },
  { "latency, thread to sleeping loop", figure_latency, 0, UNIT_NS },
  { "put + get, an iteration after each; after 1,000", figure_signal, 0, UNIT_NS },
  { "the same, with a handler for items-added", figure_signal, 1, UNIT_NS },
  { "the same, with a handler for notify::length", figure_signal, 2, UNIT_NS },
  { "redraw beside put_async + get_async (100/s, 90 %)", loop_yield, 0, UNIT_NS },
  { "redraw beside put_async + get_many (100/s, 90 %)", loop_yield, 1, UNIT_NS },
  { "redraw beside put_async + watch (100/s, 90 %)", loop_yield, 2, UNIT_NS },
};

typedef struct
{
  double ours;
  double rival;
} Result;

char benchmark_plate;
guint benchmark_n_iterations;

static gboolean quick;
static char **wanted;

/* Fewer, if it is to be quick. */
guint
benchmark_count (guint n)
{
  return quick ? n / QUICK_DIVISOR : n;
}

double
benchmark_ns_per_item (gint64 start_time,
                       guint  n_items)
{
  return (g_get_monotonic_time () - start_time) * 1000.0 / n_items;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Sorts @values. */
double
benchmark_median (double *values,
                  guint   n_values)
{
  qsort (values, n_values, sizeof *values, compare_doubles);

  return (values[(n_values - 1) / 2] + values[n_values / 2]) / 2;
}

gsize
benchmark_heap_size (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

void
benchmark_iterate_until (const guint *n_done,
                         guint        n_items)
{
  GMainContext *context = g_main_context_get_thread_default ();

  for (; *n_done < n_items; benchmark_n_iterations++)
    g_main_context_iteration (context, TRUE);

  g_assert_cmpuint (*n_done, ==, n_items);
}

const char *
benchmark_mark (gboolean holds)
{
  if (g_get_charset (NULL))
    return holds ? "✓" : "✗";

  return holds ? "ok" : "no";
}

AqQueue *
benchmark_new_filled (guint n_items)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);

  for (guint i = 0; i < n_items; i++)
    aq_queue_try_put (queue, &benchmark_plate, NULL);

  g_assert_cmpuint (aq_queue_get_length (queue), ==, n_items);

  return queue;
}

static gboolean
is_wanted (const char *name,
           guint       round)
{
  gboolean result = wanted == NULL;

  for (guint i = 0; !result && wanted[i] != NULL; i++)
    result = strstr (name, wanted[i]) != NULL;

  if (result && isatty (STDERR_FILENO))
    g_printerr ("\r\033[K%s (%u)\r", name, round + 1);

  return result;
}

static GMainContext *
push_context (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);

  return context;
}

static void
pop_context (GMainContext *context)
{
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static double
run_side (const Side *side)
{
  GMainContext *context = push_context ();
  double value = side->run (side->n);

  pop_context (context);

  return value;
}

static void
run_case (const Case *item,
          Result     *result)
{
  guint n_rounds = quick ? N_ROUNDS_QUICK : N_ROUNDS;
  double ours[N_ROUNDS], rival[N_ROUNDS];

  for (guint i = 0; i < n_rounds && is_wanted (item->name, i); i++)
    {
      ours[i] = run_side (&item->ours);
      rival[i] = run_side (&item->rival);

      /* These do not vary, but from now on there is freed memory to use again. */
      if (item->unit == UNIT_BYTES)
        {
          *result = (Result) { ours[i], rival[i] };
          return;
        }
    }

  result->ours = benchmark_median (ours + 1, n_rounds - 1);
  result->rival = benchmark_median (rival + 1, n_rounds - 1);
}

static void
run_all_in (Unit     unit,
            Result  *results,
            char   **texts)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].unit == unit && is_wanted (cases[i].name, 0))
      run_case (&cases[i], &results[i]);

  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    if (figures[i].unit == unit && is_wanted (figures[i].name, 0))
      {
        GMainContext *context = push_context ();

        texts[i] = figures[i].measure (figures[i].n);
        pop_context (context);
      }
}

static void
print_about (double load)
{
  g_print ("GLib %u.%u.%u, %u processors (load before: %.1f), %s. Medians of %u rounds.\n",
           glib_major_version, glib_minor_version, glib_micro_version,
           g_get_num_processors (), load,
#if defined (AQ_ENABLE_DEBUG) || !defined (__OPTIMIZE__)
           "NOT A BUILD FOR RELEASE, so the figures say little",
#else
           "a build for release",
#endif
           (quick ? N_ROUNDS_QUICK : N_ROUNDS) - 1);
}

static void
print_case (const Case   *item,
            const Result *result)
{
  const char *unit = item->unit == UNIT_NS ? "ns" : "B";
  int n_digits = result->ours < 100 ? 1 : 0;
  double ratio = result->ours / result->rival;

  g_print ("| %-48s | %6.*f %-2s | %6.*f %-2s | %-45s | %5.2f | %4.2f %s |\n", item->name,
           n_digits, result->ours, unit, n_digits, result->rival, unit,
           item->rival_name, ratio, item->limit, benchmark_mark (ratio <= item->limit));
}

static void
print_tables (const Result  *results,
              char         **texts)
{
  g_print ("\n| %-48s | %9s | %9s | %-45s | ratio | at most |\n"
           "|---|---:|---:|---|---:|---:|\n",
           "case", "Aqueue", "rival", "what the rival is");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (results[i].rival > 0)
      print_case (&cases[i], &results[i]);

  g_print ("\n| %-51s | Aqueue |\n|---|---|\n", "figure");
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    if (texts[i] != NULL)
      g_print ("| %-51s | %s |\n", figures[i].name, texts[i]);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "quick", 'q', 0, G_OPTION_ARG_NONE, &quick, "Fewer rounds of fewer items", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &wanted, NULL, "[CASE…]" },
    G_OPTION_ENTRY_NULL
  };
  Result results[G_N_ELEMENTS (cases)] = { 0, };
  char *texts[G_N_ELEMENTS (figures)] = { NULL, };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  double load = 0;

  setlocale (LC_ALL, "");
  g_option_context_set_summary (options, "Runs all cases, or those whose name contains a CASE.");
  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  getloadavg (&load, 1);
  run_all_in (UNIT_BYTES, results, texts);
  run_all_in (UNIT_NS, results, texts);

  print_about (load);
  print_tables (results, texts);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (wanted);

  return 0;
}
