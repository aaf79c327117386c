/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How the work grows (P7): what is done with n of something is done with 10 n, and
 * may cost no more than the theory allows. There are two tables: public calls, tried
 * in each situation that a queue can be in, and bulks, in which n things are done.
 *
 * What counts is the work of this thread: the steps that the library takes in it,
 * where the compiler counts them, and CPU time, which knows of GLib's part as well.
 * The clock on the wall plays no role. The stack must not grow at all (P5).
 */

#include "test-growth.h"

#include <math.h>
#include <time.h>

/* Some tries, of which the best counts: a busy machine makes single ones slow. Others
 * follow only where those are not good enough. */
#define N_TRIES 3
#define MAX_TRIES 10

/* By how much more than the theory the work may grow, and what it may vary by. Steps
 * are the same each time, but for turns that the pace of the main loop cuts short. CPU
 * time is not, and memory is slower where there is more of it. */
#define STEPS_SLACK 2
#define STEPS_GRACE 100
#define TIME_SLACK 4
#define TIME_GRACE (20 * 1000) /* ns */
#define DEPTH_SLACK 1
#define DEPTH_GRACE (4 * 1024) /* bytes */

static const char *order_names[] = { "fifo", "lifo", "priority" };

static __thread guint64 n_steps;

static Work work;
static guint64 steps_at_start, time_at_start;
static const char *stack_at_start;

/* The compiler has the copy of the library that is linked here call this at each edge
 * of its code. */
void __sanitizer_cov_trace_pc (void);

void
__sanitizer_cov_trace_pc (void)
{
  n_steps++;
}

static guint64
get_cpu_time (void)
{
  struct timespec time;
  int result = clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  g_assert_cmpint (result, ==, 0);

  return (guint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Work is what happens between start and stop. */
void
growth_start (void)
{
  work.depth = 0;
  stack_at_start = __builtin_frame_address (0);
  steps_at_start = n_steps;
  time_at_start = get_cpu_time ();
}

void
growth_stop (void)
{
  work.time = get_cpu_time () - time_at_start;
  work.steps = n_steps - steps_at_start;
}

/* For callbacks: the stack may be at its deepest here. */
void
growth_note_depth (void)
{
  const char *stack = __builtin_frame_address (0);

  if (stack < stack_at_start)
    work.depth = MAX (work.depth, (guint64) (stack_at_start - stack));
}

/* Does what both main contexts have to do. */
void
growth_drain (Growth *self)
{
  drain_context ();
  drain (self->elsewhere);
}

void
drop (gpointer item)
{
  g_clear_object (&item);
}

void
drop_array (GPtrArray *items)
{
  g_clear_pointer (&items, g_ptr_array_unref);
}

AqQueue *
growth_new_queue (Growth *self)
{
  switch (self->order)
    {
    case FIFO:
      return aq_queue_new (G_TYPE_OBJECT, 0);

    case LIFO:
      return AQ_QUEUE (aq_lifo_queue_new (G_TYPE_OBJECT, 0));

    case PRIORITY:
      return AQ_QUEUE (aq_priority_queue_new (G_TYPE_OBJECT, 0));

    default:
      g_assert_not_reached ();
    }
}

/* Puts @n items; in a priority queue, of all kinds of priorities. */
void
growth_put (Growth *self,
            guint   n)
{
  for (guint i = 0; i < n; i++)
    if (self->order == PRIORITY)
      aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (self->queue), self->item,
                                               (i * 7919) % 10007, NULL);
    else
      aq_queue_try_put (self->queue, self->item, NULL);
}

void
growth_get (Growth       *self,
            guint         n,
            GCancellable *cancellable)
{
  for (guint i = 0; i < n; i++)
    aq_queue_get_async (self->queue, cancellable, growth_collect_cb, NULL);
}

void
growth_put_async (Growth       *self,
                  guint         n,
                  GCancellable *cancellable)
{
  for (guint i = 0; i < n; i++)
    aq_queue_put_async (self->queue, self->item, cancellable, growth_finish_put_cb, NULL);
}

void
growth_remove_source (Growth *self,
                      guint   id)
{
  g_source_destroy (g_main_context_find_source_by_id (self->here, id));
}

void
growth_collect_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  growth_note_depth ();
  drop (aq_queue_get_finish (AQ_QUEUE (source), result, NULL));
}

/* For results that somebody holds on to, so that their promises stay. */
void
growth_keep_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Growth *self = user_data;

  growth_note_depth ();
  g_ptr_array_add (self->kept, g_object_ref (result));
}

void
growth_finish_put_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  growth_note_depth ();
  aq_queue_put_finish (AQ_QUEUE (source), result, NULL);
}

void
growth_finish_join_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  growth_note_depth ();
  aq_queue_join_finish (AQ_QUEUE (source), result, NULL);
}

void
growth_finish_get_many_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  growth_note_depth ();
  drop_array (aq_queue_get_many_finish (AQ_QUEUE (source), result, NULL));
}

gboolean
growth_watch_cb (AqQueue  *queue,
                 gpointer  item,
                 gpointer  user_data)
{
  growth_note_depth ();
  drop (item);

  return G_SOURCE_CONTINUE;
}

/* Of any signal. */
void
growth_handler_cb (void)
{
  growth_note_depth ();
}

static void
growth_init (Growth *self,
             Order   order,
             guint   n)
{
  self->order = order;
  self->n = n;
  self->has_items = FALSE;
  self->item = g_object_new (G_TYPE_OBJECT, NULL);
  self->cancelled = g_cancellable_new ();
  g_cancellable_cancel (self->cancelled);
  self->elsewhere = g_main_context_new ();
  self->here = g_main_context_new ();
  g_main_context_push_thread_default (self->here);
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->contexts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_main_context_unref);
  self->queue = growth_new_queue (self);
}

static void
growth_clear (Growth *self)
{
  /* A get that waits keeps its queue. */
  for (guint i = 0; i < self->kept->len; i++)
    if (AQ_IS_QUEUE (self->kept->pdata[i]))
      aq_queue_shutdown (self->kept->pdata[i], TRUE);

  g_ptr_array_unref (self->kept);
  g_ptr_array_unref (self->contexts);
  aq_queue_shutdown (self->queue, TRUE);
  while (aq_queue_get_unfinished_tasks (self->queue) > 0)
    aq_queue_task_done (self->queue);

  growth_drain (self);
  g_main_context_unref (self->elsewhere);
  drain_context ();
  g_main_context_pop_thread_default (self->here);
  g_main_context_unref (self->here);
  g_assert_finalize_object (self->queue);
  g_object_unref (self->cancelled);
  g_assert_finalize_object (self->item);
}

/* By what factor work grows from n to 10 n. */
static double
get_factor (Theory theory,
            Order  order,
            guint  n)
{
  double log_factor = log (10.0 * n) / log (n);
  /* Each step of a heap is a way through it. */
  double step_factor = order == PRIORITY ? log_factor : 1;

  switch (theory)
    {
    case CONSTANT:
      return step_factor;

    case LINEAR:
      return 10 * step_factor;

    case N_LOG_N:
      return 10 * log_factor * step_factor;

    case QUADRATIC:
      return 100 * step_factor;

    default:
      g_assert_not_reached ();
    }
}

static void
keep_least (Work       *least,
            const Work *other)
{
  least->steps = MIN (least->steps, other->steps);
  least->time = MIN (least->time, other->time);
  least->depth = MIN (least->depth, other->depth);
}

static gboolean
is_within (const Work *at_n,
           const Work *at_10_n,
           double      factor)
{
  return at_10_n->steps <= STEPS_SLACK * factor * at_n->steps + STEPS_GRACE &&
         at_10_n->time <= TIME_SLACK * factor * at_n->time + TIME_GRACE &&
         at_10_n->depth <= DEPTH_SLACK * at_n->depth + DEPTH_GRACE;
}

static void
judge (const char *name,
       const Work *at_n,
       const Work *at_10_n,
       double      factor)
{
  g_autofree char *text =
    g_strdup_printf ("%s: from n to 10 n it takes %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                     " steps, %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " ns, and a stack of %"
                     G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " bytes; the work may grow by %.1f",
                     name, at_n->steps, at_10_n->steps, at_n->time, at_10_n->time, at_n->depth,
                     at_10_n->depth, factor);

  if (is_within (at_n, at_10_n, factor))
    g_test_message ("%s", text);
  else
    g_test_fail_printf ("%s", text);
}

/* In one situation. Each repeat may use up one of the n, so there are fewer of them
 * where n is small. */
static void
try_calls (const Situation *situation,
           Order            order,
           guint            n,
           Work            *least)
{
  guint n_repeats = CLAMP (situation->n / 100, 1, 8);
  Growth growth;

  growth_init (&growth, order, n);
  situation->set_up (&growth);

  for (guint i = 0; i < N_TRIES; i++)
    for (guint j = 0; calls[j].functions != NULL; j++)
      {
        growth_start ();
        for (guint k = 0; k < n_repeats; k++)
          calls[j].call (&growth);
        growth_stop ();

        keep_least (&least[j], &work);
        drain_context ();
      }

  growth_clear (&growth);
}

/* In a priority queue, to clear may cost more than other calls. */
static double
get_factor_of_call (const Situation *situation,
                    const Call      *call,
                    Order            order)
{
  Theory theory = situation->theory;

  if (order == PRIORITY && g_str_equal (call->functions, "aq_queue_clear"))
    theory = MAX (theory, situation->theory_of_clear);

  return get_factor (theory, order, situation->n);
}

/* A test is a row of a table, in one order. */
typedef struct
{
  Order order;
  const Situation *situation; /* (nullable): or else a bulk */
  const Bulk *bulk;           /* (nullable) */
} Case;

static void
test_calls (gconstpointer data)
{
  const Case *self = data;
  const Situation *situation = self->situation;
  Work at_n[MAX_CALLS], at_10_n[MAX_CALLS], warm_up[MAX_CALLS];
  gboolean is_good = FALSE;

  g_test_summary ("No call costs more where there is more of something else.");

  memset (warm_up, 0xff, sizeof warm_up);
  memset (at_n, 0xff, sizeof at_n);
  memset (at_10_n, 0xff, sizeof at_10_n);
  try_calls (situation, self->order, situation->n, warm_up);

  for (guint i = 0; i < MAX_TRIES && !is_good; i++)
    {
      try_calls (situation, self->order, situation->n, at_n);
      try_calls (situation, self->order, 10 * situation->n, at_10_n);

      is_good = TRUE;
      for (guint j = 0; calls[j].functions != NULL; j++)
        is_good &= is_within (&at_n[j], &at_10_n[j],
                              get_factor_of_call (situation, &calls[j], self->order));
    }

  for (guint j = 0; calls[j].functions != NULL; j++)
    judge (calls[j].functions, &at_n[j], &at_10_n[j],
           get_factor_of_call (situation, &calls[j], self->order));

  if (situation->reason != NULL)
    g_test_message ("It may grow since %s", situation->reason);
}

static void
try_bulk (const Bulk *bulk,
          Order       order,
          guint       n,
          Work       *least)
{
  Growth growth;

  growth_init (&growth, order, n);
  if (bulk->set_up != NULL)
    bulk->set_up (&growth);

  growth_start ();
  bulk->run (&growth);
  growth_drain (&growth);
  growth_stop ();

  keep_least (least, &work);
  growth_clear (&growth);
}

static void
test_bulk (gconstpointer data)
{
  const Case *self = data;
  const Bulk *bulk = self->bulk;
  double factor = get_factor (bulk->theory, self->order, bulk->n);
  Work at_n, at_10_n, warm_up;

  g_test_summary ("What is done with n of something is done with ten times as many.");

  memset (&warm_up, 0xff, sizeof warm_up);
  memset (&at_n, 0xff, sizeof at_n);
  memset (&at_10_n, 0xff, sizeof at_10_n);
  try_bulk (bulk, self->order, bulk->n, &warm_up);

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      try_bulk (bulk, self->order, bulk->n, &at_n);
      try_bulk (bulk, self->order, 10 * bulk->n, &at_10_n);

      if (i + 1 >= N_TRIES && is_within (&at_n, &at_10_n, factor))
        break;
    }

  judge (bulk->name, &at_n, &at_10_n, factor);
  if (bulk->reason != NULL)
    g_test_message ("It may grow so since %s", bulk->reason);
}

static void
add_case (const char      *kind,
          const char      *name,
          Order            order,
          const Situation *situation,
          const Bulk      *bulk)
{
  g_autofree char *path = g_strdup_printf ("/growth/%s/%s/%s", kind, name, order_names[order]);
  Case *self = g_new0 (Case, 1);

  self->order = order;
  self->situation = situation;
  self->bulk = bulk;
  g_test_add_data_func_full (path, self, situation != NULL ? test_calls : test_bulk, g_free);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (Order order = FIFO; order <= PRIORITY; order++)
    {
      for (const Situation *situation = situations; situation->name != NULL; situation++)
        add_case ("calls", situation->name, order, situation, NULL);

      for (const Bulk *bulk = bulks; bulk->name != NULL; bulk++)
        if (order == FIFO || bulk->orders == ALL_ORDERS)
          add_case ("bulks", bulk->name, order, NULL, bulk);
    }

  return g_test_run ();
}
