/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/*
 * Eight producers and eight consumers, each with another way to put or to get,
 * at one queue, and somebody who cancels what they wait for all the time.
 *
 * Nothing ends by time. A producer stops once its share is in, a consumer once
 * the queue is shut down and empty.
 */

#define N_PRODUCERS 8
#define N_CONSUMERS 8
#define N_WORKERS (N_PRODUCERS + N_CONSUMERS)

/* How many operations of its own a worker with a main context waits for. */
#define WINDOW 4

/* All that consumers wait for may be promised, and come back beyond the bound. */
#define MAX_PROMISED (N_CONSUMERS * WINDOW)

#define MAX_ITEM_SIZE 6
#define MAX_TRIES 4
#define MAX_TIMEOUT_US 200

typedef enum
{
  FIFO,
  LIFO,
  PRIORITY,
} Order;

typedef struct
{
  const char *path;
  Order order;
  guint max_size;
  gboolean is_cut_short; /* by a shutdown in the middle */
  gboolean immediate;    /* of the shutdown */
  gboolean overflows;    /* now and then, instead of having puts wait */
  gboolean is_measured;  /* the bound goes by sizes */
} Case;

/* Not atomic: an item has one owner at a time, who alone looks at it. If it had
 * two, ThreadSanitizer would tell, and otherwise the sums. */
typedef enum
{
  FATE_KEPT, /* by its producer */
  FATE_PUT,
  FATE_COLLECTED,
  FATE_DROPPED,
} Fate;

typedef struct _Run Run;
typedef struct _Worker Worker;

typedef struct
{
  Worker *producer;
  guint64 stamp; /* when it was put, in the time of its producer */
  Fate fate;
} Item;

struct _Worker
{
  Run *run;
  guint number;
  GThread *thread;
  GRand *rand;
  GMainContext *context;
  guint n_pending; /* operations that it waits for in its main context */
  gboolean is_closed;
  guint64 n_cancelled;

  GMutex lock;
  GCancellable *cancellable; /* protected by @lock; only the worker changes it */

  /* Of a producer */
  Item *items;
  guint n_items;
  guint n_started;  /* of them: ever put */
  GPtrArray *again; /* those whose put failed */
  guint64 now;
  guint64 n_accepted;

  /* Of a consumer */
  guint64 last_stamps[N_PRODUCERS];
  guint64 n_collected;
};

struct _Run
{
  const Case *test;
  AqQueue *queue;
  gboolean is_ordered;
  Worker workers[N_WORKERS]; /* producers first */

  /* Of who cancels */
  GRand *rand;
  gboolean is_over; /* (atomic) */

  /* When to shut down, if not at the end. */
  GMutex lock;
  GCond cond;
  int n_to_go; /* (atomic) */
};

static void
meet_fate (Item *item,
           Fate  before,
           Fate  fate)
{
  g_assert_cmpint (item->fate, ==, before);
  item->fate = fate;
}

static void
drop_item (gpointer item)
{
  meet_fate (item, FATE_PUT, FATE_DROPPED);
}

/* Of an item that is still its producer's. */
static guint
measure_item (gpointer pointer,
              gpointer user_data)
{
  Item *item = pointer;
  AqQueue *queue = user_data;

  g_assert_cmpint (item->fate, ==, FATE_PUT);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), <=, MAX_PROMISED);

  return (guint) (item->stamp % (MAX_ITEM_SIZE + 1));
}

/* Returns: (transfer none) */
static GCancellable *
get_cancellable (Worker *self)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      GCancellable *old = self->cancellable;

      g_mutex_lock (&self->lock);
      self->cancellable = g_cancellable_new ();
      g_mutex_unlock (&self->lock);

      g_object_unref (old);
    }

  return self->cancellable;
}

static gint64
pick_timeout (Worker *self)
{
  return g_rand_int_range (self->rand, 0, MAX_TIMEOUT_US);
}

/* Time, room, or an item: whatever it was, we try again, but for the end. */
static void
note_failure (Worker *self,
              GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    self->is_closed = TRUE;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->n_cancelled++;
}

static void
run_pending (Worker *self)
{
  g_main_context_iteration (self->context, TRUE);
}

/* Producers */

/* Mostly they wait, so that consumers get something too. */
static void
change_overflow (Worker *self)
{
  int overflow = g_rand_int_range (self->rand, -20, 3);

  aq_queue_set_overflow (self->run->queue, (AqOverflow) MAX (0, overflow));
}

/* Returns: (nullable): what is to be put next */
static Item *
begin_put (Worker *self)
{
  Item *item = NULL;

  if (self->is_closed)
    return NULL;

  if (self->again->len > 0)
    item = g_ptr_array_steal_index (self->again, self->again->len - 1);
  else if (self->n_started < self->n_items)
    item = &self->items[self->n_started++];
  else
    return NULL;

  if (self->run->test->overflows)
    change_overflow (self);

  item->stamp = ++self->now;
  meet_fate (item, FATE_KEPT, FATE_PUT);

  return item;
}

/* After a put that succeeded the item belongs to somebody else. */
static void
end_put (Worker   *self,
         Item     *item,
         gboolean  succeeded,
         GError   *error)
{
  g_assert_true (succeeded == (error == NULL));

  if (succeeded)
    {
      self->n_accepted++;
      return;
    }

  meet_fate (item, FATE_PUT, FATE_KEPT);
  g_ptr_array_add (self->again, item);
  note_failure (self, error);
}

/* The items of a producer have the same priority, and so stay in order. */

static gboolean
put_sync (Worker  *self,
          Item    *item,
          GError **error)
{
  AqQueue *queue = self->run->queue;

  if (AQ_IS_PRIORITY_QUEUE (queue))
    return aq_priority_queue_put_with_priority_sync (AQ_PRIORITY_QUEUE (queue), item, self->number,
                                                     get_cancellable (self), error);

  return aq_queue_put_sync (queue, item, get_cancellable (self), error);
}

static gboolean
timed_put (Worker  *self,
           Item    *item,
           GError **error)
{
  AqQueue *queue = self->run->queue;

  if (AQ_IS_PRIORITY_QUEUE (queue))
    return aq_priority_queue_timed_put_with_priority (AQ_PRIORITY_QUEUE (queue), item, self->number,
                                                      pick_timeout (self), get_cancellable (self),
                                                          error);

  return aq_queue_timed_put (queue, item, pick_timeout (self), get_cancellable (self), error);
}

static gboolean
try_put (Worker  *self,
         Item    *item,
         GError **error)
{
  AqQueue *queue = self->run->queue;

  if (AQ_IS_PRIORITY_QUEUE (queue))
    return aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), item, self->number,
                                                    error);

  return aq_queue_try_put (queue, item, error);
}

/* Tries, and blocks once that has failed too often. */
static gboolean
try_and_put (Worker  *self,
             Item    *item,
             GError **error)
{
  for (int i = 0; i < MAX_TRIES; i++)
    {
      g_autoptr (GError) why = NULL;

      if (try_put (self, item, &why))
        return TRUE;

      if (!g_error_matches (why, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }

      g_thread_yield ();
    }

  return put_sync (self, item, error);
}

static gpointer
put_blocking_thread (Worker    *self,
                     gboolean (*put) (Worker  *self,
                                      Item    *item,
                                      GError **error))
{
  Item *item;

  while ((item = begin_put (self)) != NULL)
    {
      g_autoptr (GError) error = NULL;
      gboolean succeeded = put (self, item, &error);

      end_put (self, item, succeeded, error);
    }

  return NULL;
}

static gpointer
put_sync_thread (gpointer user_data)
{
  return put_blocking_thread (user_data, put_sync);
}

static gpointer
timed_put_thread (gpointer user_data)
{
  return put_blocking_thread (user_data, timed_put);
}

static gpointer
try_put_thread (gpointer user_data)
{
  return put_blocking_thread (user_data, try_and_put);
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  Item *item = user_data;
  Worker *self = item->producer;
  gboolean succeeded;

  if (AQ_IS_PRIORITY_QUEUE (source))
    succeeded = aq_priority_queue_put_with_priority_finish (AQ_PRIORITY_QUEUE (source), result,
                                                            &error);
  else
    succeeded = aq_queue_put_finish (AQ_QUEUE (source), result, &error);

  self->n_pending--;
  end_put (self, item, succeeded, error);
}

static gpointer
put_async_thread (gpointer user_data)
{
  Worker *self = user_data;
  AqQueue *queue = self->run->queue;
  Item *item;

  g_main_context_push_thread_default (self->context);

  for (;;)
    {
      while (self->n_pending < WINDOW && (item = begin_put (self)) != NULL)
        {
          self->n_pending++;

          if (AQ_IS_PRIORITY_QUEUE (queue))
            aq_priority_queue_put_with_priority_async (AQ_PRIORITY_QUEUE (queue), item,
                                                       self->number,
                                                       get_cancellable (self), put_cb, item);
          else
            aq_queue_put_async (queue, item, get_cancellable (self), put_cb, item);
        }

      if (self->n_pending == 0)
        break;

      run_pending (self);
    }

  g_main_context_pop_thread_default (self->context);

  return NULL;
}

/* Consumers */

static void
collect (Worker *self,
         Item   *item)
{
  Run *run = self->run;
  guint producer = item->producer->number;

  meet_fate (item, FATE_PUT, FATE_COLLECTED);
  self->n_collected++;

  if (run->is_ordered)
    g_assert_cmpuint (item->stamp, >, self->last_stamps[producer]);
  self->last_stamps[producer] = item->stamp;

  if (run->test->is_cut_short && g_atomic_int_dec_and_test (&run->n_to_go))
    {
      g_mutex_lock (&run->lock);
      g_cond_signal (&run->cond);
      g_mutex_unlock (&run->lock);
    }
}

static void
end_get (Worker *self,
         Item   *item,
         GError *error)
{
  g_assert_true ((item != NULL) == (error == NULL));

  if (item != NULL)
    collect (self, item);
  else
    note_failure (self, error);
}

static void
collect_array (Worker    *self,
               GPtrArray *array)
{
  /* The items in it are ours, and not to be freed with it. */
  g_ptr_array_set_free_func (array, NULL);

  for (guint i = 0; i < array->len; i++)
    collect (self, array->pdata[i]);
}

static gpointer
get_sync_thread (gpointer user_data)
{
  Worker *self = user_data;

  while (!self->is_closed)
    {
      g_autoptr (GError) error = NULL;
      Item *item = aq_queue_get_sync (self->run->queue, get_cancellable (self), &error);

      end_get (self, item, error);
    }

  return NULL;
}

static gpointer
timed_get_thread (gpointer user_data)
{
  Worker *self = user_data;

  while (!self->is_closed)
    {
      g_autoptr (GError) error = NULL;
      Item *item = aq_queue_timed_get (self->run->queue, pick_timeout (self),
                                       get_cancellable (self), &error);

      end_get (self, item, error);
    }

  return NULL;
}

/* Tries, one or some at once, and blocks once that has failed too often. */
static gpointer
try_get_thread (gpointer user_data)
{
  Worker *self = user_data;
  AqQueue *queue = self->run->queue;
  int n_tries = 0;

  while (!self->is_closed)
    {
      g_autoptr (GPtrArray) array = NULL;
      g_autoptr (GError) error = NULL;
      Item *item = NULL;

      if (n_tries == MAX_TRIES)
        item = aq_queue_get_sync (queue, get_cancellable (self), &error);
      else if (g_rand_boolean (self->rand))
        item = aq_queue_try_get (queue, &error);
      else
        array = aq_queue_try_get_many (queue, WINDOW, &error);

      if (array != NULL)
        collect_array (self, array);
      else
        end_get (self, item, error);

      n_tries = error != NULL && n_tries < MAX_TRIES ? n_tries + 1 : 0;
      if (error != NULL)
        g_thread_yield ();
    }

  return NULL;
}

static void
get_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  Worker *self = user_data;
  Item *item;

  self->n_pending--;

  /* Now and then nobody is interested any more. */
  if (g_rand_int_range (self->rand, 0, 16) == 0)
    return;

  item = aq_queue_get_finish (AQ_QUEUE (source), result, &error);
  end_get (self, item, error);
}

static gpointer
get_async_thread (gpointer user_data)
{
  Worker *self = user_data;

  g_main_context_push_thread_default (self->context);

  while (!self->is_closed || self->n_pending > 0)
    {
      for (; !self->is_closed && self->n_pending < WINDOW; self->n_pending++)
        aq_queue_get_async (self->run->queue, get_cancellable (self), get_cb, self);

      run_pending (self);
    }

  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static void
get_many_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GPtrArray) array = NULL;
  g_autoptr (GError) error = NULL;
  Worker *self = user_data;

  self->n_pending--;

  array = aq_queue_get_many_finish (AQ_QUEUE (source), result, &error);
  if (array != NULL)
    collect_array (self, array);
  else
    end_get (self, NULL, error);
}

static gpointer
get_many_thread (gpointer user_data)
{
  Worker *self = user_data;

  g_main_context_push_thread_default (self->context);

  while (!self->is_closed || self->n_pending > 0)
    {
      for (; !self->is_closed && self->n_pending < WINDOW; self->n_pending++)
        aq_queue_get_many_async (self->run->queue, (guint) g_rand_int_range (self->rand, 1, 8),
                                 get_cancellable (self), get_many_cb, self);

      run_pending (self);
    }

  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  Worker *self = user_data;

  if (item == NULL)
    {
      /* Or else it was cancelled. */
      self->is_closed = aq_queue_get_state (queue) == AQ_QUEUE_STATE_FINISHED;
      return G_SOURCE_REMOVE;
    }

  collect (self, item);

  return g_rand_int_range (self->rand, 0, 16) > 0;
}

static void
watch_ended_cb (gpointer user_data)
{
  Worker *self = user_data;

  self->n_pending--;
}

/* A watch that ends by being cancelled, or when its callback wants it. */
static gpointer
watch_thread (gpointer user_data)
{
  Worker *self = user_data;

  g_main_context_push_thread_default (self->context);

  while (!self->is_closed)
    {
      g_autoptr (GSource) source = NULL;

      source = aq_queue_create_source (self->run->queue, get_cancellable (self));
      g_source_set_callback (source, G_SOURCE_FUNC (watch_cb), self, watch_ended_cb);
      g_source_attach (source, self->context);
      self->n_pending++;

      while (self->n_pending > 0)
        run_pending (self);
    }

  g_main_context_pop_thread_default (self->context);

  return NULL;
}

/* A watch that is removed by whom it does not expect. */
static gpointer
removed_watch_thread (gpointer user_data)
{
  Worker *self = user_data;

  g_main_context_push_thread_default (self->context);

  while (!self->is_closed)
    {
      GSource *source = aq_queue_create_source (self->run->queue, NULL);

      g_source_set_callback (source, G_SOURCE_FUNC (watch_cb), self, watch_ended_cb);
      g_source_attach (source, self->context);
      self->n_pending++;

      for (int i = g_rand_int_range (self->rand, 0, 8); i > 0 && self->n_pending > 0; i--)
        run_pending (self);

      g_source_destroy (source);
      g_source_unref (source);
    }

  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static const GThreadFunc threads[N_WORKERS] = {
  put_sync_thread,
  put_sync_thread,
  timed_put_thread,
  timed_put_thread,
  put_async_thread,
  put_async_thread,
  try_put_thread,
  try_put_thread,

  get_sync_thread,
  timed_get_thread,
  try_get_thread,
  get_async_thread,
  get_async_thread,
  get_many_thread,
  watch_thread,
  removed_watch_thread,
};

/* Somebody who cancels */

static gpointer
cancel_thread (gpointer user_data)
{
  Run *run = user_data;

  while (!g_atomic_int_get (&run->is_over))
    {
      Worker *victim = &run->workers[g_rand_int_range (run->rand, 0, N_WORKERS)];
      GCancellable *cancellable;

      g_mutex_lock (&victim->lock);
      cancellable = g_object_ref (victim->cancellable);
      g_mutex_unlock (&victim->lock);

      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);

      g_assert_cmpuint (aq_queue_get_n_promised (run->queue), <=, MAX_PROMISED);
      if (run->test->max_size > 0 && !run->test->is_measured)
        g_assert_cmpuint (aq_queue_get_length (run->queue), <=,
                          run->test->max_size + MAX_PROMISED);

      g_thread_yield ();
    }

  return NULL;
}

/* The run as a whole */

static void
start_worker (Run   *run,
              guint  number,
              guint  n_items)
{
  Worker *self = &run->workers[number];

  self->run = run;
  self->number = number;
  self->rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  self->context = g_main_context_new ();
  g_mutex_init (&self->lock);
  self->cancellable = g_cancellable_new ();
  self->again = g_ptr_array_new ();

  if (number < N_PRODUCERS)
    {
      self->n_items = n_items;
      self->items = g_new0 (Item, n_items);
      for (guint i = 0; i < n_items; i++)
        self->items[i].producer = self;
    }
}

static void
free_worker (Worker *self)
{
  g_assert_cmpuint (self->n_pending, ==, 0);

  g_rand_free (self->rand);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->again);
  g_free (self->items);
}

typedef struct
{
  guint64 n_accepted;
  guint64 n_cancelled;
  guint64 n_dropped;
} Totals;

/* Nothing is lost, and nothing was there twice. */
static void
account (Run    *run,
         Totals *totals)
{
  guint64 n_of_fate[FATE_DROPPED + 1] = { 0, };
  guint64 n_accepted = 0, n_collected = 0;

  for (guint i = 0; i < N_WORKERS; i++)
    {
      Worker *worker = &run->workers[i];

      n_accepted += worker->n_accepted;
      totals->n_cancelled += worker->n_cancelled;
      n_collected += worker->n_collected;

      for (guint j = 0; j < worker->n_items; j++)
        n_of_fate[worker->items[j].fate]++;

      if (!run->test->is_cut_short)
        g_assert_cmpuint (worker->n_accepted, ==, worker->n_items);
    }

  g_assert_cmpuint (n_of_fate[FATE_PUT], ==, 0);
  g_assert_cmpuint (n_of_fate[FATE_COLLECTED], ==, n_collected);
  g_assert_cmpuint (n_of_fate[FATE_DROPPED], ==, aq_queue_get_n_dropped (run->queue));
  g_assert_cmpuint (n_accepted, ==, n_collected + aq_queue_get_n_dropped (run->queue));

  if (!run->test->immediate && !run->test->overflows)
    g_assert_cmpuint (aq_queue_get_n_dropped (run->queue), ==, 0);

  g_assert_cmpuint (aq_queue_get_length (run->queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_size (run->queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_promised (run->queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_getters (run->queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (run->queue), ==, 0);

  totals->n_accepted += n_accepted;
  totals->n_dropped += aq_queue_get_n_dropped (run->queue);
}

static void
wait_until_cut_short (Run *run)
{
  g_mutex_lock (&run->lock);
  while (g_atomic_int_get (&run->n_to_go) > 0)
    g_cond_wait (&run->cond, &run->lock);
  g_mutex_unlock (&run->lock);
}

static void
join_workers (Run   *run,
              guint  first,
              guint  n)
{
  for (guint i = first; i < first + n; i++)
    g_thread_join (run->workers[i].thread);
}

static AqQueue *
new_queue (Order order,
           guint max_size)
{
  switch (order)
    {
    case FIFO:
      return aq_queue_new_with_free_func (max_size, drop_item);

    case LIFO:
      return AQ_QUEUE (aq_lifo_queue_new_with_free_func (max_size, drop_item));

    case PRIORITY:
    default:
      return AQ_QUEUE (aq_priority_queue_new_with_free_func (max_size, drop_item));
    }
}

static void
run_case (const Case *test,
          guint       n_items,
          Totals     *totals)
{
  AqQueue *queue = new_queue (test->order, test->max_size);
  g_autofree Run *run = g_new0 (Run, 1);
  GThread *canceller;

  run->test = test;
  run->queue = queue;
  run->rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  run->is_ordered = !AQ_IS_LIFO_QUEUE (queue);
  if (test->is_measured)
    aq_queue_set_size_func (queue, measure_item, queue, NULL);
  run->n_to_go = g_test_rand_int_range (1, (int) n_items * N_PRODUCERS / 2);
  g_mutex_init (&run->lock);
  g_cond_init (&run->cond);

  for (guint i = 0; i < N_WORKERS; i++)
    start_worker (run, i, n_items);

  for (guint i = 0; i < N_WORKERS; i++)
    run->workers[i].thread = g_thread_new ("worker", threads[i], &run->workers[i]);
  canceller = g_thread_new ("cancel", cancel_thread, run);

  if (test->is_cut_short)
    {
      wait_until_cut_short (run);
      aq_queue_shutdown (queue, test->immediate);
      join_workers (run, 0, N_PRODUCERS);
    }
  else
    {
      join_workers (run, 0, N_PRODUCERS);
      aq_queue_shutdown (queue, FALSE);
    }

  join_workers (run, N_PRODUCERS, N_CONSUMERS);

  g_atomic_int_set (&run->is_over, TRUE);
  g_thread_join (canceller);

  account (run, totals);

  for (guint i = 0; i < N_WORKERS; i++)
    free_worker (&run->workers[i]);
  g_rand_free (run->rand);
  g_cond_clear (&run->cond);
  g_mutex_clear (&run->lock);

  drain_context ();
  g_assert_finalize_object (queue);
}

static void
test_stress (gconstpointer data)
{
  const Case *test = data;
  Totals totals = { 0, };

  if (test->is_cut_short)
    {
      g_test_summary ("P1, P10: What a shutdown cuts short is collected, dropped and counted, "
                      "or still its producer's.");

      for (int i = 0; i < (g_test_thorough () ? 200 : 10); i++)
        run_case (test, 100, &totals);
    }
  else
    {
      g_test_summary ("P1, P3: Whatever is cancelled, no item is lost, none is got twice, and "
                      "those of a producer stay in order.");

      run_case (test, g_test_thorough () ? 52100 : 5000, &totals);
    }

  g_test_message ("figure: stressed items %" G_GUINT64_FORMAT, totals.n_accepted);
  g_test_message ("figure: stressed operations cancelled %" G_GUINT64_FORMAT,
                  totals.n_cancelled);
  g_test_message ("figure: stressed items dropped %" G_GUINT64_FORMAT, totals.n_dropped);
}

static const Case cases[] = {
  { "/stress/fifo/bound-1", FIFO, .max_size = 1 },
  { "/stress/fifo/bound-2", FIFO, .max_size = 2 },
  { "/stress/fifo/bound-64", FIFO, .max_size = 64 },
  { "/stress/fifo/no-bound", FIFO, .max_size = 0 },
  { "/stress/lifo/bound-1", LIFO, .max_size = 1 },
  { "/stress/lifo/bound-2", LIFO, .max_size = 2 },
  { "/stress/lifo/bound-64", LIFO, .max_size = 64 },
  { "/stress/lifo/no-bound", LIFO, .max_size = 0 },
  { "/stress/priority/bound-1", PRIORITY, .max_size = 1 },
  { "/stress/priority/bound-2", PRIORITY, .max_size = 2 },
  { "/stress/priority/bound-64", PRIORITY, .max_size = 64 },
  { "/stress/priority/no-bound", PRIORITY, .max_size = 0 },

  { "/stress/overflow/fifo", FIFO, .max_size = 1, .overflows = TRUE },
  { "/stress/overflow/lifo", LIFO, .max_size = 8, .overflows = TRUE },
  { "/stress/overflow/priority", PRIORITY, .max_size = 8, .overflows = TRUE },
  { "/stress/sizes/fifo", FIFO, .max_size = 4, .is_measured = TRUE },
  { "/stress/sizes/lifo", LIFO, .max_size = 4, .is_measured = TRUE },
  { "/stress/sizes/priority", PRIORITY, .max_size = 16, .is_measured = TRUE },
  { "/stress/sizes-and-overflow/priority", PRIORITY, .max_size = 16, .overflows = TRUE,
    .is_measured = TRUE },

  { "/stress/shutdown/bound-1", FIFO, .max_size = 1, .is_cut_short = TRUE },
  { "/stress/shutdown/bound-64", FIFO, .max_size = 64, .is_cut_short = TRUE },
  { "/stress/shutdown/no-bound", FIFO, .max_size = 0, .is_cut_short = TRUE },
  { "/stress/shutdown/lifo", LIFO, .max_size = 2, .is_cut_short = TRUE },
  { "/stress/shutdown/priority", PRIORITY, .max_size = 2, .is_cut_short = TRUE },
  { "/stress/shutdown-immediate/bound-1", FIFO, .max_size = 1, .is_cut_short = TRUE,
    .immediate = TRUE },
  { "/stress/shutdown-immediate/bound-64", FIFO, .max_size = 64, .is_cut_short = TRUE,
    .immediate = TRUE },
  { "/stress/shutdown-immediate/no-bound", FIFO, .max_size = 0, .is_cut_short = TRUE,
    .immediate = TRUE },
  { "/stress/shutdown-immediate/lifo", LIFO, .max_size = 2, .is_cut_short = TRUE,
    .immediate = TRUE },
  { "/stress/shutdown-immediate/priority", PRIORITY, .max_size = 2, .is_cut_short = TRUE,
    .immediate = TRUE },
};

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], test_stress);

  return g_test_run ();
}
