/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "benchmark-cases.h"

/* Main loops: fed by a thread, and with work for themselves. */

#define N_CANCELS 100000
#define N_YIELD_ROUNDS 9

/* --- From a thread --- */

typedef struct
{
  gpointer queue;
  GMainContext *context;
  guint n_items;
} Feed;

/* Returns once @n_done has come to that of @feed and those before it. */
static void
run_feed (Feed        *feed,
          GThreadFunc  func,
          const guint *n_done)
{
  guint n_done_before = *n_done;
  GThread *thread = g_thread_new ("feed", func, feed);

  benchmark_iterate_until (n_done, n_done_before + feed->n_items);
  g_thread_join (thread);
}

static gpointer
feed_queue (gpointer data)
{
  Feed *feed = data;

  for (guint i = 0; i < feed->n_items; i++)
    aq_queue_put_sync (feed->queue, &benchmark_plate, NULL, NULL);

  return NULL;
}

static gboolean
count_item_cb (AqQueue  *queue,
               gpointer  item,
               gpointer  user_data)
{
  if (item != NULL)
    (*(guint *) user_data)++;

  return item != NULL;
}

static GSource *
attach_watch (AqQueue *queue,
              guint   *n_done)
{
  GSource *watch = aq_queue_create_source (queue, NULL);

  g_source_set_callback (watch, G_SOURCE_FUNC (count_item_cb), n_done, NULL);
  g_source_attach (watch, g_main_context_get_thread_default ());

  return watch;
}

double
loop_thread_to_watch (guint n_bursts)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);
  guint n_done = 0;
  g_autoptr (GSource) watch = attach_watch (queue, &n_done);
  Feed feed = { .queue = queue, .n_items = N_FED / n_bursts };
  gint64 start_time = g_get_monotonic_time ();

  for (guint i = 0; i < n_bursts; i++)
    run_feed (&feed, feed_queue, &n_done);

  g_source_destroy (watch);

  return benchmark_ns_per_item (start_time, n_done);
}

static guint n_done_by_rival;

static gboolean
count_cb (gpointer data)
{
  n_done_by_rival++;

  return GPOINTER_TO_INT (data);
}

static gpointer
feed_idles (gpointer data)
{
  Feed *feed = data;

  for (guint i = 0; i < feed->n_items; i++)
    g_idle_add_full (G_PRIORITY_DEFAULT, count_cb, GINT_TO_POINTER (G_SOURCE_REMOVE), NULL);

  return NULL;
}

/* They go to the default context, in which there is never anything else. */
double
loop_thread_to_idles (guint unused)
{
  Feed feed = { .n_items = benchmark_count (100000) };
  gint64 start_time = g_get_monotonic_time ();

  g_main_context_push_thread_default (NULL);
  run_feed (&feed, feed_idles, &n_done_by_rival);
  g_main_context_pop_thread_default (NULL);

  return benchmark_ns_per_item (start_time, feed.n_items);
}

/* The next four are as GLib's tutorial on custom sources has them. */
typedef struct
{
  GSource source;
  GAsyncQueue *queue;
} MessageSource;

static gboolean
message_check (GSource *source)
{
  return g_async_queue_length (((MessageSource *) source)->queue) > 0;
}

static gboolean
message_prepare (GSource *source,
                 gint    *timeout)
{
  *timeout = -1;

  return message_check (source);
}

static gboolean
message_dispatch (GSource     *source,
                  GSourceFunc  callback,
                  gpointer     user_data)
{
  if (g_async_queue_try_pop (((MessageSource *) source)->queue) == NULL)
    return G_SOURCE_CONTINUE;

  return callback (user_data);
}

static gpointer
feed_source (gpointer data)
{
  Feed *feed = data;

  for (guint i = 0; i < feed->n_items; i++)
    {
      g_async_queue_push (feed->queue, &benchmark_plate);
      g_main_context_wakeup (feed->context);
    }

  return NULL;
}

double
loop_thread_to_source (guint unused)
{
  GSourceFuncs funcs = { .prepare = message_prepare, .check = message_check,
                         .dispatch = message_dispatch };
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (MessageSource));
  Feed feed = { queue, g_main_context_get_thread_default (), benchmark_count (100000) };
  gint64 start_time = g_get_monotonic_time ();

  ((MessageSource *) source)->queue = queue;
  g_source_set_callback (source, count_cb, GINT_TO_POINTER (G_SOURCE_CONTINUE), NULL);
  g_source_attach (source, feed.context);
  run_feed (&feed, feed_source, &n_done_by_rival);
  g_source_destroy (source);

  return benchmark_ns_per_item (start_time, feed.n_items);
}

/* --- Asynchronous operations --- */

typedef struct _Chain Chain;

/* Operations of one kind, of which each callback starts the next. */
struct _Chain
{
  gpointer object; /* the queue, or what the tasks belong to */
  void (*start) (Chain *self);
  guint (*finish) (Chain        *self,
                   GAsyncResult *result); /* returns how many items it was for */
  guint n_left; /* items to come */
  guint n_done;
};

static void
chain_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Chain *self = user_data;
  guint n_items = self->finish (self, result);

  self->n_done += n_items;
  self->n_left -= MIN (self->n_left, n_items);
  if (n_items > 0 && self->n_left > 0)
    self->start (self);
}

static void
put (Chain *self)
{
  aq_queue_put_async (self->object, &benchmark_plate, NULL, chain_cb, self);
}

static guint
put_finish (Chain        *self,
            GAsyncResult *result)
{
  return aq_queue_put_finish (self->object, result, NULL);
}

static void
get (Chain *self)
{
  aq_queue_get_async (self->object, NULL, chain_cb, self);
}

static guint
get_finish (Chain        *self,
            GAsyncResult *result)
{
  return aq_queue_get_finish (self->object, result, NULL) != NULL;
}

static void
get_many (Chain *self)
{
  aq_queue_get_many_async (self->object, 64, NULL, chain_cb, self);
}

static guint
get_many_finish (Chain        *self,
                 GAsyncResult *result)
{
  g_autoptr (GPtrArray) items = aq_queue_get_many_finish (self->object, result, NULL);

  return items != NULL ? items->len : 0;
}

static void
task (Chain *self)
{
  g_autoptr (GTask) result = g_task_new (self->object, NULL, chain_cb, self);

  g_task_return_pointer (result, &benchmark_plate, NULL);
}

static guint
task_finish (Chain        *self,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL) != NULL;
}

/* Runs both, or the first if the second has nothing to start. */
static double
run_chains (Chain first,
            Chain second)
{
  Chain *chains[] = { &first, &second };
  guint n_items = first.n_left;
  gint64 start_time = g_get_monotonic_time ();

  for (int i = 0; i < 2; i++)
    if (chains[i]->n_left > 0)
      chains[i]->start (chains[i]);

  benchmark_iterate_until (&first.n_done, n_items);
  if (second.start != NULL)
    benchmark_iterate_until (&second.n_done, n_items);

  return benchmark_ns_per_item (start_time, n_items);
}

double
loop_gets (guint unused)
{
  guint n_items = benchmark_count (200000);
  g_autoptr (AqQueue) queue = benchmark_new_filled (n_items);

  return run_chains ((Chain) { queue, get, get_finish, n_items, 0 }, (Chain) { 0, });
}

double
loop_get_many (guint max_items)
{
  guint n_items = benchmark_count (1000000) / max_items * max_items;
  g_autoptr (AqQueue) queue = benchmark_new_filled (n_items);
  Chain chain = { queue, get_many, get_many_finish, n_items, 0 };

  return run_chains (chain, (Chain) { 0, });
}

double
loop_watch (guint unused)
{
  guint n_items = benchmark_count (1000000);
  g_autoptr (AqQueue) queue = benchmark_new_filled (n_items);
  guint n_done = 0;
  g_autoptr (GSource) watch = attach_watch (queue, &n_done);
  gint64 start_time = g_get_monotonic_time ();

  benchmark_iterate_until (&n_done, n_items);
  g_source_destroy (watch);

  return benchmark_ns_per_item (start_time, n_items);
}

double
loop_put_and_get (guint max_size)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (max_size, NULL);
  guint n_items = benchmark_count (100000);

  return run_chains ((Chain) { queue, put, put_finish, n_items, 0 },
                     (Chain) { queue, get, get_finish, n_items, 0 });
}

double
loop_tasks (guint n_at_once)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  Chain chain = { object, task, task_finish, benchmark_count (100000), 0 };

  return run_chains (chain, n_at_once > 1 ? chain : (Chain) { 0, });
}

/* --- Many gets at once --- */

double
loop_waiting_gets (guint n_at_once)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);
  Chain chain = { queue, get, get_finish, 0, 0 };
  guint n_items = benchmark_count (300000) / n_at_once * n_at_once;
  gint64 start_time = g_get_monotonic_time ();

  while (chain.n_done < n_items)
    {
      for (guint i = 0; i < n_at_once; i++)
        get (&chain);
      for (guint i = 0; i < n_at_once; i++)
        aq_queue_try_put (queue, &benchmark_plate, NULL);

      benchmark_iterate_until (&chain.n_done, chain.n_done + n_at_once);
    }

  return benchmark_ns_per_item (start_time, n_items);
}

/* Tasks that were created before call back from within the return. */
static gboolean
return_tasks_cb (gpointer data)
{
  GPtrArray *tasks = data;

  for (guint i = 0; i < tasks->len; i++)
    g_task_return_pointer (g_ptr_array_index (tasks, i), &benchmark_plate, NULL);
  g_ptr_array_set_size (tasks, 0);

  return G_SOURCE_CONTINUE;
}

static GSource *
attach_always_ready (gint        priority,
                     GSourceFunc func,
                     gpointer    data)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

double
loop_waiting_tasks (guint n_at_once)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_full (n_at_once, g_object_unref);
  g_autoptr (GSource) source = attach_always_ready (G_PRIORITY_DEFAULT, return_tasks_cb, tasks);
  Chain chain = { object, task, task_finish, 0, 0 };
  guint n_items = benchmark_count (300000) / n_at_once * n_at_once;
  gint64 start_time = g_get_monotonic_time ();

  while (chain.n_done < n_items)
    {
      guint n_iterations = benchmark_n_iterations;

      for (guint i = 0; i < n_at_once; i++)
        g_ptr_array_add (tasks, g_task_new (object, NULL, chain_cb, &chain));

      benchmark_iterate_until (&chain.n_done, chain.n_done + n_at_once);
      g_assert_cmpuint (benchmark_n_iterations, ==, n_iterations + 1);
    }

  g_source_destroy (source);

  return benchmark_ns_per_item (start_time, n_items);
}

/* --- Cancelling --- */

typedef enum
{
  OLDEST_FIRST,
  NEWEST_FIRST,
  SHUFFLED,
} Order;

static void
cancelled_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_get_finish (AQ_QUEUE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  (*(guint *) user_data)++;
}

/* Returns the time of the cancels and the callbacks: µs. */
static gint64
cancel_gets (guint n_gets,
             Order order)
{
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (0, NULL);
  g_autofree GCancellable **cancellables = g_new (GCancellable *, n_gets);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint n_done = 0;
  gint64 time;

  for (guint i = 0; i < n_gets; i++)
    {
      cancellables[i] = g_cancellable_new ();
      aq_queue_get_async (queue, cancellables[i], cancelled_cb, &n_done);
    }

  for (guint i = 0; order != OLDEST_FIRST && i < n_gets; i++)
    {
      guint j = order == SHUFFLED ? (guint) g_rand_int_range (rand, 0, i + 1)
                                  : MIN (i, n_gets - 1 - i);
      GCancellable *other = g_steal_pointer (&cancellables[i]);

      cancellables[i] = cancellables[j];
      cancellables[j] = other;
    }

  time = g_get_monotonic_time ();
  for (guint i = 0; i < n_gets; i++)
    g_cancellable_cancel (cancellables[i]);
  benchmark_iterate_until (&n_done, n_gets);
  time = g_get_monotonic_time () - time;

  for (guint i = 0; i < n_gets; i++)
    g_object_unref (cancellables[i]);

  return time;
}

static double
cancel_all (guint n_gets,
            Order order)
{
  gint64 time = 0;

  for (guint i = 0; i < N_CANCELS / n_gets; i++)
    time += cancel_gets (n_gets, order);

  return time * 1000.0 / N_CANCELS;
}

double
loop_cancel_newest (guint n_gets)
{
  return cancel_all (n_gets, NEWEST_FIRST);
}

double
loop_cancel_oldest (guint n_gets)
{
  return cancel_all (n_gets, OLDEST_FIRST);
}

double
loop_cancel_random (guint n_gets)
{
  return cancel_all (n_gets, SHUFFLED);
}

/* --- Yielding --- */

static gboolean
redraw_cb (gpointer data)
{
  (*(guint *) data)++;

  return G_SOURCE_CONTINUE;
}

/* A pipeline that never rests. Returns how many items came out in a second. */
static double
run_pipeline (guint   consumer,
              double *n_redraws)
{
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (AqQueue) queue = aq_queue_new_with_free_func (100, NULL);
  guint n_turns = 0;
  g_autoptr (GSource) redraw = attach_always_ready (120, redraw_cb, &n_turns);
  g_autoptr (GSource) watch = NULL;
  Chain puts = { queue, put, put_finish, G_MAXUINT, 0 };
  Chain gets = { queue, get, get_finish, G_MAXUINT, 0 };
  gint64 start_time;
  double time, result;

  if (n_redraws == NULL)
    g_source_destroy (redraw);

  if (consumer == 1)
    gets = (Chain) { queue, get_many, get_many_finish, G_MAXUINT, 0 };

  if (consumer < 2)
    gets.start (&gets);
  else
    watch = attach_watch (queue, &gets.n_done);
  put (&puts);

  start_time = g_get_monotonic_time ();
  do
    {
      g_main_context_iteration (context, TRUE);
      time = (double) (g_get_monotonic_time () - start_time) / G_USEC_PER_SEC;
    }
  while (time < 0.1);

  result = gets.n_done / time;
  if (n_redraws != NULL)
    *n_redraws = n_turns / time;

  g_source_destroy (redraw);
  aq_queue_shutdown (queue, TRUE);
  while (g_main_context_iteration (context, FALSE))
    ;

  return result;
}

char *
loop_yield (guint consumer)
{
  double with[N_YIELD_ROUNDS], without[N_YIELD_ROUNDS], redraws[N_YIELD_ROUNDS];
  double n_redraws, percentage;

  for (guint i = 0; i < N_YIELD_ROUNDS; i++)
    {
      with[i] = run_pipeline (consumer, &redraws[i]);
      without[i] = run_pipeline (consumer, NULL);
    }

  n_redraws = benchmark_median (redraws, N_YIELD_ROUNDS);
  percentage = 100 * benchmark_median (with, N_YIELD_ROUNDS) /
               benchmark_median (without, N_YIELD_ROUNDS);

  return g_strdup_printf ("%.0f redraws/s, %.1f %% of the throughput without them %s",
                          n_redraws, percentage,
                          benchmark_mark (n_redraws >= 100 && percentage >= 90));
}
