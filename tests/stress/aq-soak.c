/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Everything that can be done to queues, by many threads at random, for as long
 * as is wanted.
 *
 * It goes in rounds. In each, some actors do some thousand things to some
 * queues, in main contexts that they leave and make as they like, with somebody
 * who cancels. Then the books of each queue must balance, and nothing must be
 * left: no item, no queue, no context.
 */

#define N_QUEUES 6
#define MAX_ITEM_SIZE 8
#define N_ACTORS 8

/* A round takes less than a second, so whoever takes that long hangs. */
#define ROUND_TIME_LIMIT 300 /* s */

/* Half of what is used after the first minute, and this: no leak of a few bytes
 * in each operation hides behind it for long. */
#define MEMORY_LEEWAY (32 * 1024 * 1024)

typedef struct _Actor Actor;

/* What an actor has to do with a queue. */
typedef struct
{
  Actor *actor;
  AqQueue *queue;
  GSource *watch; /* (owned) (nullable) */

  guint64 n_offered;
  guint64 n_accepted;
  guint64 n_refused;
  guint64 n_collected;
} Account;

struct _Actor
{
  GThread *thread;
  GRand *rand;
  GMainContext *context;
  Account accounts[N_QUEUES];
  guint n_operations;
  guint64 n_cancelled;

  /* Those of contexts that we have left, to be cancelled at the end. Until it
   * is decided, an operation keeps its context, and so all that is in it. */
  GPtrArray *left_behind;

  GMutex lock;
  GCancellable *cancellable; /* protected by @lock; only the actor changes it */
};

typedef struct
{
  AqQueue *queue;
  guint64 n_added; /* as its signal told */
} Ledger;

typedef struct
{
  GRand *rand;
  Ledger ledgers[N_QUEUES];
  Actor actors[N_ACTORS];
  gboolean is_over; /* (atomic) */
} Round;

/* Since the beginning. */
static struct
{
  guint64 n_rounds;
  guint64 n_items;
  guint64 n_operations;
  guint64 n_cancelled;
  guint64 n_dropped;
  guint64 n_queues;
  guint64 n_contexts;
} totals;

static int n_contexts; /* (atomic): alive */

static char where[128]; /* for whoever asks how to see it again */

/* Contexts */

static void
context_freed_cb (gpointer data)
{
  g_atomic_int_add (&n_contexts, -1);
}

static gboolean
never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

/* A source that is never ready tells when its context is gone. */
static GMainContext *
new_context (void)
{
  GMainContext *context = g_main_context_new ();
  GSource *source = g_timeout_source_new_seconds (G_MAXINT);

  g_source_set_callback (source, never_called_cb, NULL, context_freed_cb);
  g_source_attach (source, context);
  g_source_unref (source);
  g_atomic_int_inc (&n_contexts);

  return context;
}

static void
clear_watch (Account *account)
{
  g_source_destroy (account->watch);
  g_clear_pointer (&account->watch, g_source_unref);
}

/* Whatever still waits in it will never be called back. */
static void
leave_context (Actor *self)
{
  g_main_context_pop_thread_default (self->context);

  /* A context can outlive us, and then would keep what is promised to these. */
  for (guint i = 0; i < N_QUEUES; i++)
    if (self->accounts[i].watch != NULL)
      clear_watch (&self->accounts[i]);

  if (g_rand_boolean (self->rand))
    g_cancellable_cancel (self->cancellable);
  else
    g_ptr_array_add (self->left_behind, g_object_ref (self->cancellable));

  g_clear_pointer (&self->context, g_main_context_unref);
}

static void
enter_context (Actor *self)
{
  self->context = new_context ();
  g_main_context_push_thread_default (self->context);
}

/* Returns: (transfer none) */
static GCancellable *
get_cancellable (Actor *self)
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

/* What comes of an operation */

static void
note_error (Actor  *self,
            GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->n_cancelled++;
  else if (error != NULL)
    g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
                   g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
                   g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
}

static void
end_put (Account  *account,
         gboolean  succeeded,
         GError   *error)
{
  g_assert_true (succeeded == (error == NULL));

  if (succeeded)
    account->n_accepted++;
  else
    account->n_refused++;

  note_error (account->actor, error);
}

static void
end_get (Account *account,
         gpointer item,
         GError  *error)
{
  g_autoptr (AqTestItem) collected = item;

  g_assert_true ((collected != NULL) == (error == NULL));
  note_error (account->actor, error);

  if (collected != NULL)
    {
      g_assert_true (AQ_TEST_IS_ITEM (collected));
      account->n_collected++;
      aq_queue_task_done (account->queue);
    }
}

static void
end_get_many (Account   *account,
              GPtrArray *array,
              GError    *error)
{
  g_assert_true ((array != NULL) == (error == NULL));
  note_error (account->actor, error);

  if (array == NULL)
    return;

  for (guint i = 0; i < array->len; i++)
    end_get (account, g_object_ref (array->pdata[i]), NULL);

  g_ptr_array_unref (array);
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean succeeded = aq_queue_put_finish (AQ_QUEUE (source), result, &error);

  end_put (user_data, succeeded, error);
}

static void
get_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  Account *account = user_data;
  gpointer item;

  /* Now and then nobody is interested any more. */
  if (g_rand_int_range (account->actor->rand, 0, 8) == 0)
    return;

  item = aq_queue_get_finish (AQ_QUEUE (source), result, &error);
  end_get (account, item, error);
}

static void
get_many_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  Account *account = user_data;
  GPtrArray *array;

  if (g_rand_int_range (account->actor->rand, 0, 8) == 0)
    return;

  array = aq_queue_get_many_finish (AQ_QUEUE (source), result, &error);
  end_get_many (account, array, error);
}

static void
join_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  Account *account = user_data;

  aq_queue_join_finish (AQ_QUEUE (source), result, &error);
  note_error (account->actor, error);
}

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  Account *account = user_data;

  if (item != NULL)
    end_get (account, item, NULL);

  return g_rand_int_range (account->actor->rand, 0, 32) > 0;
}

/* Operations */

typedef void (*OperateFunc) (Actor        *self,
                             Account      *account,
                             GCancellable *cancellable);

static gint64
pick_timeout (Actor *self)
{
  return g_rand_int_range (self->rand, 0, 300);
}

static AqTestItem *
make_item (Account *account)
{
  account->n_offered++;

  return aq_test_item_new (g_rand_int_range (account->actor->rand, 0, MAX_ITEM_SIZE + 1));
}

static void
put_sync (Actor        *self,
          Account      *account,
          GCancellable *cancellable)
{
  g_autoptr (AqTestItem) item = make_item (account);
  g_autoptr (GError) error = NULL;
  gboolean succeeded;

  succeeded = aq_queue_put_sync (account->queue, item, cancellable, &error);
  end_put (account, succeeded, error);
}

static void
timed_put (Actor        *self,
           Account      *account,
           GCancellable *cancellable)
{
  g_autoptr (AqTestItem) item = make_item (account);
  g_autoptr (GError) error = NULL;
  gboolean succeeded;

  succeeded = aq_queue_timed_put (account->queue, item, pick_timeout (self), cancellable,
                                  &error);
  end_put (account, succeeded, error);
}

static void
try_put (Actor        *self,
         Account      *account,
         GCancellable *cancellable)
{
  g_autoptr (AqTestItem) item = make_item (account);
  g_autoptr (GError) error = NULL;
  gboolean succeeded = aq_queue_try_put (account->queue, item, &error);

  end_put (account, succeeded, error);
}

static void
put_async (Actor        *self,
           Account      *account,
           GCancellable *cancellable)
{
  g_autoptr (AqTestItem) item = make_item (account);
  gint64 priority = g_rand_int_range (self->rand, -3, 4);

  if (AQ_IS_PRIORITY_QUEUE (account->queue))
    aq_priority_queue_put_with_priority_async (AQ_PRIORITY_QUEUE (account->queue), item, priority,
                                               cancellable, put_cb, account);
  else
    aq_queue_put_async (account->queue, item, cancellable, put_cb, account);
}

static void
get_sync (Actor        *self,
          Account      *account,
          GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  gpointer item = aq_queue_get_sync (account->queue, cancellable, &error);

  end_get (account, item, error);
}

static void
timed_get (Actor        *self,
           Account      *account,
           GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  gpointer item;

  item = aq_queue_timed_get (account->queue, pick_timeout (self), cancellable, &error);
  end_get (account, item, error);
}

static void
try_get (Actor        *self,
         Account      *account,
         GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  gpointer item = aq_queue_try_get (account->queue, &error);

  end_get (account, item, error);
}

static void
try_get_many (Actor        *self,
              Account      *account,
              GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *array = aq_queue_try_get_many (account->queue, 8, &error);

  end_get_many (account, array, error);
}

static void
get_async (Actor        *self,
           Account      *account,
           GCancellable *cancellable)
{
  aq_queue_get_async (account->queue, cancellable, get_cb, account);
}

static void
get_many_async (Actor        *self,
                Account      *account,
                GCancellable *cancellable)
{
  aq_queue_get_many_async (account->queue, 8, cancellable, get_many_cb, account);
}

static void
join_async (Actor        *self,
            Account      *account,
            GCancellable *cancellable)
{
  aq_queue_join_async (account->queue, cancellable, join_cb, account);
}

static void
timed_join (Actor        *self,
            Account      *account,
            GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  aq_queue_timed_join (account->queue, pick_timeout (self), cancellable, &error);
  note_error (self, error);
}

static void
toggle_watch (Actor        *self,
              Account      *account,
              GCancellable *cancellable)
{
  if (account->watch != NULL)
    {
      clear_watch (account);
      return;
    }

  account->watch = aq_queue_create_source (account->queue, cancellable);
  g_source_set_callback (account->watch, G_SOURCE_FUNC (watch_cb), account, NULL);
  g_source_attach (account->watch, self->context);
}

static void
peek (Actor        *self,
      Account      *account,
      GCancellable *cancellable)
{
  g_autoptr (AqTestItem) item = aq_queue_peek (account->queue);

  if (item != NULL)
    g_assert_true (AQ_TEST_IS_ITEM (item));
}

static void
clear (Actor        *self,
       Account      *account,
       GCancellable *cancellable)
{
  aq_queue_clear (account->queue);
}

static void
resize (Actor        *self,
        Account      *account,
        GCancellable *cancellable)
{
  aq_queue_set_max_size (account->queue, (guint) g_rand_int_range (self->rand, 0, 20));
}

static void
set_overflow (Actor        *self,
              Account      *account,
              GCancellable *cancellable)
{
  aq_queue_set_overflow (account->queue, (AqOverflow) g_rand_int_range (self->rand, 0, 3));
}

static void
limit (Actor        *self,
       Account      *account,
       GCancellable *cancellable)
{
  aq_queue_set_max_in_flight (account->queue, (guint) g_rand_int_range (self->rand, 0, 8));
}

static void
set_io_priority (Actor        *self,
                 Account      *account,
                 GCancellable *cancellable)
{
  aq_queue_set_io_priority (account->queue, g_rand_int_range (self->rand, -1, 2));
}

static void
shut_down (Actor        *self,
           Account      *account,
           GCancellable *cancellable)
{
  aq_queue_shutdown (account->queue, g_rand_boolean (self->rand));
}

static void
cancel (Actor        *self,
        Account      *account,
        GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
iterate (Actor        *self,
         Account      *account,
         GCancellable *cancellable)
{
  g_main_context_iteration (self->context, FALSE);
}

static void
move_on (Actor        *self,
         Account      *account,
         GCancellable *cancellable)
{
  leave_context (self);
  enter_context (self);
}

/* The weights keep about as much going in as coming out. */
static const struct
{
  OperateFunc operate;
  int weight;
} operations[] = {
  { put_sync, 60 },
  { timed_put, 60 },
  { try_put, 120 },
  { put_async, 160 },
  { get_sync, 40 },
  { timed_get, 40 },
  { try_get, 60 },
  { try_get_many, 20 },
  { get_async, 120 },
  { get_many_async, 20 },
  { join_async, 10 },
  { timed_join, 10 },
  { toggle_watch, 30 },
  { peek, 20 },
  { clear, 2 },
  { resize, 10 },
  { set_overflow, 10 },
  { limit, 10 },
  { set_io_priority, 5 },
  { cancel, 20 },
  { move_on, 5 },
  { iterate, 300 },
};

static OperateFunc
pick_operation (GRand *rand)
{
  int sum = 0;
  int number;

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    sum += operations[i].weight;

  number = g_rand_int_range (rand, 0, sum);

  for (gsize i = 0;; i++)
    {
      number -= operations[i].weight;
      if (number < 0)
        return operations[i].operate;
    }
}

/* Threads */

static gpointer
act_thread (gpointer user_data)
{
  Actor *self = user_data;

  enter_context (self);

  for (guint i = 0; i < self->n_operations; i++)
    {
      Account *account = &self->accounts[g_rand_int_range (self->rand, 0, N_QUEUES)];
      /* So rare that most queues live through most of a round. */
      gboolean is_last = g_rand_int_range (self->rand, 0, 20000) == 0;
      OperateFunc operate = is_last ? shut_down : pick_operation (self->rand);

      operate (self, account, get_cancellable (self));
    }

  leave_context (self);

  return NULL;
}

/* Nobody waits forever. */
static gpointer
cancel_thread (gpointer user_data)
{
  Round *round = user_data;

  while (!g_atomic_int_get (&round->is_over))
    {
      Actor *victim = &round->actors[g_rand_int_range (round->rand, 0, N_ACTORS)];
      GCancellable *cancellable;

      g_mutex_lock (&victim->lock);
      cancellable = g_object_ref (victim->cancellable);
      g_mutex_unlock (&victim->lock);

      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);

      /* Here time is no verdict, but lets the others get somewhere. */
      g_usleep ((gulong) g_rand_int_range (round->rand, 1, 200));
    }

  return NULL;
}

/* Rounds */

static void
items_added_cb (AqQueue *queue,
                guint    n_items,
                gpointer user_data)
{
  Ledger *ledger = user_data;

  ledger->n_added += n_items;
}

/* Of the half of all queues that go by it. */
static guint
measure_item (gpointer item,
              gpointer user_data)
{
  AqQueue *queue = user_data;

  aq_queue_get_size (queue);

  return (guint) aq_test_item_get_number (item);
}

static void
open_queue (Round *round,
            Ledger *ledger)
{
  guint max_size = (guint) g_rand_int_range (round->rand, 0, 20);

  switch (g_rand_int_range (round->rand, 0, 3))
    {
    case 0:
      ledger->queue = aq_queue_new (AQ_TEST_TYPE_ITEM, max_size);
      break;

    case 1:
      ledger->queue = AQ_QUEUE (aq_lifo_queue_new (AQ_TEST_TYPE_ITEM, max_size));
      break;

    default:
      ledger->queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, max_size));
      break;
    }

  if (g_rand_boolean (round->rand))
    aq_queue_set_size_func (ledger->queue, measure_item, ledger->queue, NULL);

  g_signal_connect (ledger->queue, "items-added", G_CALLBACK (items_added_cb), ledger);
}

static void
start_actor (Round *round,
             Actor *self)
{
  self->rand = g_rand_new_with_seed (g_rand_int (round->rand));
  self->n_operations = (guint) g_rand_int_range (round->rand, 500, 5000);
  self->left_behind = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->lock);
  self->cancellable = g_cancellable_new ();

  for (guint i = 0; i < N_QUEUES; i++)
    {
      self->accounts[i].actor = self;
      self->accounts[i].queue = round->ledgers[i].queue;
    }
}

/* Lets go of all that waits in contexts which nobody runs any more. */
static void
end_actor (Actor *self)
{
  totals.n_operations += self->n_operations;
  totals.n_cancelled += self->n_cancelled;

  g_ptr_array_foreach (self->left_behind, (GFunc) (GCallback) g_cancellable_cancel, NULL);
  g_cancellable_cancel (self->cancellable);

  g_ptr_array_unref (self->left_behind);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->lock);
  g_rand_free (self->rand);
}

static guint64
empty_queue (AqQueue *queue)
{
  guint64 n_collected = 0;

  aq_queue_set_max_in_flight (queue, 0);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AqTestItem) item = aq_queue_try_get (queue, &error);

      if (item == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
          return n_collected;
        }

      n_collected++;
      aq_queue_task_done (queue);
    }
}

/* Only the queue knows what became of a put whose callback was never called. */
static void
close_queue (Round *round,
             guint  number)
{
  Ledger *ledger = &round->ledgers[number];
  AqQueue *queue = ledger->queue;
  guint64 n_offered = 0, n_accepted = 0, n_refused = 0, n_collected = 0;

  aq_queue_shutdown (queue, g_rand_boolean (round->rand));
  n_collected = empty_queue (queue);
  drain_context ();

  for (guint i = 0; i < N_ACTORS; i++)
    {
      Account *account = &round->actors[i].accounts[number];

      n_offered += account->n_offered;
      n_accepted += account->n_accepted;
      n_refused += account->n_refused;
      n_collected += account->n_collected;
    }

  g_assert_cmpuint (ledger->n_added, ==, n_collected + aq_queue_get_n_dropped (queue));
  g_assert_cmpuint (ledger->n_added, >=, n_accepted);
  g_assert_cmpuint (ledger->n_added, <=, n_offered - n_refused);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);

  totals.n_items += ledger->n_added;
  totals.n_dropped += aq_queue_get_n_dropped (queue);
  totals.n_queues++;

  g_assert_finalize_object (queue);
}

static void
run_round (guint32 seed)
{
  Round *round = g_new0 (Round, 1);
  GThread *canceller;

  g_snprintf (where, sizeof where, "\nIn a round that '--seed %u' begins with.\n", seed);
  alarm (ROUND_TIME_LIMIT);
  round->rand = g_rand_new_with_seed (seed);

  for (guint i = 0; i < N_QUEUES; i++)
    open_queue (round, &round->ledgers[i]);

  for (guint i = 0; i < N_ACTORS; i++)
    start_actor (round, &round->actors[i]);

  for (guint i = 0; i < N_ACTORS; i++)
    round->actors[i].thread = g_thread_new ("act", act_thread, &round->actors[i]);
  canceller = g_thread_new ("cancel", cancel_thread, round);

  for (guint i = 0; i < N_ACTORS; i++)
    g_thread_join (round->actors[i].thread);
  g_atomic_int_set (&round->is_over, TRUE);
  g_thread_join (canceller);

  for (guint i = 0; i < N_ACTORS; i++)
    end_actor (&round->actors[i]);

  for (guint i = 0; i < N_QUEUES; i++)
    close_queue (round, i);

  g_assert_cmpint (aq_test_item_count (), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&n_contexts), ==, 0);

  g_rand_free (round->rand);
  g_free (round);
  totals.n_rounds++;
}

/* What is told */

/* Returns: how many bytes of memory we occupy */
static guint64
get_memory (void)
{
  g_autofree char *contents = NULL;
  guint64 n_pages;

  if (!g_file_get_contents ("/proc/self/statm", &contents, NULL, NULL) ||
      sscanf (contents, "%*u %" G_GUINT64_FORMAT, &n_pages) != 1)
    return 0;

  return n_pages * (guint64) sysconf (_SC_PAGESIZE);
}

static void
report (gint64  minutes,
        guint64 memory)
{
  g_print ("%" G_GINT64_FORMAT " min: %" G_GUINT64_FORMAT " rounds, "
           "%" G_GUINT64_FORMAT " queues, %" G_GUINT64_FORMAT " items, "
           "%.1f MiB\n",
           minutes, totals.n_rounds, totals.n_queues, totals.n_items,
           (double) memory / (1024 * 1024));
}

static void
sum_up (guint64 first_memory,
        guint64 last_memory)
{
  g_print ("# figure: soaked items %" G_GUINT64_FORMAT "\n", totals.n_items);
  g_print ("# figure: soaked operations %" G_GUINT64_FORMAT "\n", totals.n_operations);
  g_print ("# figure: soaked operations cancelled %" G_GUINT64_FORMAT "\n", totals.n_cancelled);
  g_print ("# figure: soaked items dropped %" G_GUINT64_FORMAT "\n", totals.n_dropped);
  g_print ("# figure: soaked queues %" G_GUINT64_FORMAT "\n", totals.n_queues);
  g_print ("Memory: %.1f MiB at first, %.1f MiB at last\n",
           (double) first_memory / (1024 * 1024), (double) last_memory / (1024 * 1024));
}

static void
aborted_cb (int signum)
{
  ssize_t n_written = write (STDERR_FILENO, where, strlen (where));

  (void) n_written;
}

static void
hanging_cb (int signum)
{
  abort (); /* which says where */
}

int
main (int   argc,
      char *argv[])
{
  int minutes = 60;
  int seed = (int) (g_random_int () & G_MAXINT);
  const GOptionEntry entries[] = {
    { "minutes", 'm', 0, G_OPTION_ARG_INT, &minutes, "How long it runs (60)", "N" },
    { "seed", 's', 0, G_OPTION_ARG_INT, &seed, "What the first round is made from", "N" },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  guint64 first_memory = 0, memory = 0;
  gint64 start_time;
  gint64 n_minutes = 0;

  g_option_context_set_summary (options, "Does everything to queues, and checks that nothing "
                                         "is lost.");
  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("aq-soak: %s\n", error->message);
      return 2;
    }

  signal (SIGABRT, aborted_cb);
  signal (SIGALRM, hanging_cb);
  g_print ("Seed %d\n", seed);
  start_time = g_get_monotonic_time ();

  while (n_minutes < minutes)
    {
      run_round ((guint32) seed++);

      if (g_get_monotonic_time () - start_time < (n_minutes + 1) * G_TIME_SPAN_MINUTE)
        continue;

      memory = get_memory ();
      report (++n_minutes, memory);
      if (first_memory == 0)
        first_memory = memory;
    }

  sum_up (first_memory, memory);

  if (memory > first_memory + first_memory / 2 + MEMORY_LEEWAY)
    {
      g_printerr ("aq-soak: memory has grown\n");
      return 1;
    }

  return 0;
}
