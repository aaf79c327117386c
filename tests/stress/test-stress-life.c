/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/*
 * All that can happen in the life of an item, at once: eight threads that each do
 * whatever comes to their mind, and two main loops with a watch and a get.
 *
 * Each item has a name, and its fate says where it is. Whoever takes it out of the queue,
 * in whatever way, owns it until they put it back or report it done. What a thread has
 * in hand at the end it finishes, so every item is done once, or dropped once.
 */

#define N_THREADS 8
#define N_LOOPS 2
#define N_ITEMS 100000
#define N_ITEMS_THOROUGH 1000000
#define MAX_SIZE 64
#define MAX_IN_FLIGHT 32
#define N_PRIORITIES 4

/* Not atomic: an item has one owner at a time. */
typedef enum
{
  FATE_NEW,
  FATE_IN,
  FATE_OUT,
  FATE_DONE,
  FATE_DROPPED,
  FATE_REMOVED,
  N_FATES
} Fate;

typedef struct
{
  Fate fate;
  guint n_back;
} Item;

typedef struct
{
  AqQueue *queue;
  Item *items;
  int n_items;
  int n_named;    /* (atomic): of them, so far */
  int n_put_back; /* (atomic) */
} Life;

typedef struct
{
  Life *life;
  GThread *thread;
  GRand *rand;
  GMainContext *context; /* of a main loop */
  guint n_pending;       /* of the watch and the get in it */
} Worker;

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
  meet_fate (item, FATE_IN, FATE_DROPPED);
}

static gboolean
has_priorities (Life *life)
{
  return AQ_IS_PRIORITY_QUEUE (life->queue);
}

/* Three of ten go back. */
static void
work_on (Worker *self,
         Item   *item)
{
  AqQueue *queue = self->life->queue;
  int priority = g_rand_int_range (self->rand, 0, N_PRIORITIES);

  meet_fate (item, FATE_IN, FATE_OUT);

  if (g_rand_int_range (self->rand, 0, 10) >= 3)
    {
      meet_fate (item, FATE_OUT, FATE_DONE);
      aq_queue_task_done (queue);
      return;
    }

  item->n_back++;
  g_atomic_int_inc (&self->life->n_put_back);
  meet_fate (item, FATE_OUT, FATE_IN);
  if (has_priorities (self->life))
    aq_priority_queue_put_back_with_priority (AQ_PRIORITY_QUEUE (queue), item, priority);
  else
    aq_queue_put_back (queue, item);
}

static void
try_to_work (Worker *self)
{
  Item *item = aq_queue_timed_get (self->life->queue, g_rand_int_range (self->rand, 0, 50),
                                   NULL, NULL);

  if (item != NULL)
    work_on (self, item);
}

/* Returns: (nullable): one that never was put */
static Item *
name_item (Life *life)
{
  int number = g_atomic_int_add (&life->n_named, 1);

  return number < life->n_items ? &life->items[number] : NULL;
}

/* Whether @item is in; a full queue gets a worker first. */
static void
put (Worker *self,
     Item   *item)
{
  AqQueue *queue = self->life->queue;
  gboolean is_in = FALSE;

  while (!is_in)
    {
      int priority = g_rand_int_range (self->rand, 0, N_PRIORITIES);

      meet_fate (item, FATE_NEW, FATE_IN);
      if (has_priorities (self->life))
        is_in = aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), item,
                                                         priority, NULL);
      else
        is_in = aq_queue_timed_put (queue, item, g_rand_int_range (self->rand, 0, 50), NULL,
                                    NULL);

      if (!is_in)
        {
          meet_fate (item, FATE_IN, FATE_NEW);
          try_to_work (self);
        }
    }
}

/* Any item, be it there or not. Whoever gets TRUE has it. */
static void
remove_any (Worker *self)
{
  Life *life = self->life;
  int n_named = MIN (g_atomic_int_get (&life->n_named), life->n_items);
  Item *item = &life->items[g_rand_int_range (self->rand, MAX (0, n_named - MAX_SIZE), n_named)];

  if (aq_queue_remove (life->queue, item))
    meet_fate (item, FATE_IN, FATE_REMOVED);
}

static void
move_any (Worker *self)
{
  Life *life = self->life;
  int n_named = MIN (g_atomic_int_get (&life->n_named), life->n_items);
  Item *item = &life->items[g_rand_int_range (self->rand, MAX (0, n_named - MAX_SIZE), n_named)];

  if (has_priorities (life))
    aq_priority_queue_set_priority (AQ_PRIORITY_QUEUE (life->queue), item,
                                    g_rand_int_range (self->rand, 0, N_PRIORITIES));
}

static void
do_something_else (Worker *self)
{
  AqQueue *queue = self->life->queue;

  switch (g_rand_int_range (self->rand, 0, 40))
    {
    case 0:
      aq_queue_set_paused (queue, TRUE);
      g_thread_yield ();
      aq_queue_set_paused (queue, FALSE);
      break;

    case 1:
      aq_queue_set_max_size (queue, (guint) g_rand_int_range (self->rand, 1, MAX_SIZE));
      break;

    case 2:
      aq_queue_set_max_in_flight (queue, (guint) g_rand_int_range (self->rand, 1, MAX_IN_FLIGHT));
      break;

    case 3:
      aq_queue_set_overflow (queue, (AqOverflow) g_rand_int_range (self->rand, 0, 3));
      aq_queue_set_overflow (queue, AQ_OVERFLOW_WAIT);
      break;

    case 4:
      /* Others hold it as well. */
      aq_queue_hold (queue);
      aq_queue_release (queue);
      break;

    case 5:
      if (g_rand_int_range (self->rand, 0, 100) == 0)
        aq_queue_clear (queue);
      break;

    case 6:
    case 7:
      remove_any (self);
      break;

    case 8:
    case 9:
      move_any (self);
      break;

    default:
      try_to_work (self);
      break;
    }
}

static gpointer
live_thread (gpointer user_data)
{
  Worker *self = user_data;
  Item *item;

  while ((item = name_item (self->life)) != NULL)
    {
      put (self, item);
      do_something_else (self);
    }

  aq_queue_release (self->life->queue);

  /* What comes back is done by whoever is there. */
  while ((item = aq_queue_get_sync (self->life->queue, NULL, NULL)) != NULL)
    work_on (self, item);

  return NULL;
}

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  Worker *self = user_data;

  if (item != NULL)
    work_on (self, item);
  else
    self->n_pending--;

  return G_SOURCE_CONTINUE;
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Worker *self = user_data;
  Item *item = aq_queue_get_finish (AQ_QUEUE (source), result, NULL);

  if (item == NULL)
    {
      self->n_pending--;
      return;
    }

  work_on (self, item);
  aq_queue_get_async (self->life->queue, NULL, got_cb, self);
}

static gpointer
loop_thread (gpointer user_data)
{
  Worker *self = user_data;
  GSource *watch = aq_queue_create_source (self->life->queue, NULL);

  g_main_context_push_thread_default (self->context);
  aq_queue_get_async (self->life->queue, NULL, got_cb, self);
  g_source_set_callback (watch, G_SOURCE_FUNC (watch_cb), self, NULL);
  g_source_attach (watch, self->context);
  g_source_unref (watch);

  for (self->n_pending = 2; self->n_pending > 0; )
    g_main_context_iteration (self->context, TRUE);

  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static void
account (Life *life)
{
  AqQueue *queue = life->queue;
  guint64 n_of_fate[N_FATES] = { 0, };
  guint64 n_back = 0;

  for (int i = 0; i < life->n_items; i++)
    {
      n_of_fate[life->items[i].fate]++;
      n_back += life->items[i].n_back;
    }

  g_assert_cmpuint (n_of_fate[FATE_NEW] + n_of_fate[FATE_IN] + n_of_fate[FATE_OUT], ==, 0);
  g_assert_cmpuint (aq_queue_get_n_accepted (queue), ==, life->n_items);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==,
                    n_of_fate[FATE_DROPPED] + n_of_fate[FATE_REMOVED]);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 0);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_cmpuint (n_back, ==, life->n_put_back);

  g_test_message ("figure: stressed items %d", life->n_items);
  g_test_message ("figure: stressed items put back %" G_GUINT64_FORMAT, n_back);
  g_test_message ("figure: stressed items dropped %" G_GUINT64_FORMAT, n_of_fate[FATE_DROPPED]);
  g_test_message ("figure: stressed items removed %" G_GUINT64_FORMAT, n_of_fate[FATE_REMOVED]);
}

static void
test_life (gconstpointer create)
{
  Life life = { .n_items = g_test_thorough () ? N_ITEMS_THOROUGH : N_ITEMS };
  Worker workers[N_THREADS + N_LOOPS] = { 0, };

  g_test_summary ("P1, P12: Whatever is put back, removed, moved, paused and held at once, each "
                  "item is done once, or dropped once.");

  life.queue = ((AqQueue *(*) (guint, GDestroyNotify)) create) (MAX_SIZE, drop_item);
  aq_queue_set_max_in_flight (life.queue, MAX_IN_FLIGHT);
  life.items = g_new0 (Item, life.n_items);

  for (int i = 0; i < N_THREADS; i++)
    aq_queue_hold (life.queue);

  for (int i = 0; i < N_THREADS + N_LOOPS; i++)
    {
      workers[i].life = &life;
      workers[i].rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
      workers[i].context = g_main_context_new ();
      workers[i].thread = g_thread_new ("life", i < N_THREADS ? live_thread : loop_thread,
                                        &workers[i]);
    }

  g_assert_true (aq_queue_join_sync (life.queue, NULL, NULL));
  for (int i = 0; i < N_THREADS + N_LOOPS; i++)
    {
      g_thread_join (workers[i].thread);
      g_rand_free (workers[i].rand);
      g_main_context_unref (workers[i].context);
    }

  account (&life);
  drain_context ();
  g_assert_finalize_object (life.queue);
  g_free (life.items);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/stress/life/fifo", aq_queue_new_with_free_func, test_life);
  g_test_add_data_func ("/stress/life/lifo", aq_lifo_queue_new_with_free_func, test_life);
  g_test_add_data_func ("/stress/life/priority", aq_priority_queue_new_with_free_func,
                        test_life);

  return g_test_run ();
}
