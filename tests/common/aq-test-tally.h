/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-test-utils.h"

#include <malloc.h>

G_BEGIN_DECLS

/*
 * Tally: a queue, and what became of each item that was meant for it.
 *
 * Items have numbers. Each is a pointer to its own fate, which changes from IN
 * to an end only once: so an item that comes out twice, or is freed twice, or is
 * freed after it came out, fails the test there and then.
 *
 * The functions return the number of the item that was put or got, or one of
 * these, which are negative.
 */

enum
{
  CLOSED = -G_IO_ERROR_CLOSED,
  CANCELLED = -G_IO_ERROR_CANCELLED,
  TIMED_OUT = -G_IO_ERROR_TIMED_OUT,
  WOULD_BLOCK = -G_IO_ERROR_WOULD_BLOCK,
  PENDING = G_MININT, /* the callback has not been called */
};

typedef enum
{
  FATE_NONE,
  FATE_IN, /* or about to be */
  FATE_REFUSED,
  FATE_GOT,
  FATE_DROPPED,
  N_FATES
} Fate;

typedef struct
{
  AqQueue *queue; /* (owned) (nullable) */
  int *fates;     /* (owned) (atomic) */
  int n_items;
  int n_accepted; /* (atomic) */
} Tally;

static inline void
fate_change (int  *fate,
             Fate  from,
             Fate  to)
{
  g_assert_true (g_atomic_int_compare_and_exchange (fate, from, to));
}

/* The function that frees the items of its queue. */
static inline void
tally_drop (gpointer item)
{
  fate_change (item, FATE_IN, FATE_DROPPED);
}

/* @queue: (transfer full): one of pointers, with tally_drop () */
static inline Tally *
tally_new_for_queue (AqQueue *queue,
                     int      n_items)
{
  Tally *self = g_new0 (Tally, 1);

  self->queue = queue;
  self->fates = g_new0 (int, n_items);
  self->n_items = n_items;

  return self;
}

static inline Tally *
tally_new (guint max_size,
           int   n_items)
{
  return tally_new_for_queue (aq_queue_new_with_free_func (max_size, tally_drop), n_items);
}

static inline int
tally_code (GError *error)
{
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);

  return -error->code;
}

/* To be called before an item is put. An item that was refused can be put again. */
static inline int *
tally_begin_put (Tally *self,
                 int    number)
{
  int *fate = &self->fates[number];

  g_assert_cmpint (number, <, self->n_items);
  fate_change (fate, g_atomic_int_get (fate) == FATE_NONE ? FATE_NONE : FATE_REFUSED, FATE_IN);

  return fate;
}

static inline int
tally_end_put (Tally  *self,
               int     number,
               GError *error)
{
  if (error != NULL)
    {
      fate_change (&self->fates[number], FATE_IN, FATE_REFUSED);
      return tally_code (error);
    }

  g_atomic_int_inc (&self->n_accepted);

  return number;
}

static inline int
tally_end_get (Tally  *self,
               int    *item,
               GError *error)
{
  g_assert_true ((item != NULL) == (error == NULL));
  if (item == NULL)
    return tally_code (error);

  fate_change (item, FATE_IN, FATE_GOT);

  return (int) (item - self->fates);
}

static inline int
tally_put (Tally *self,
           int    number)
{
  g_autoptr (GError) error = NULL;

  aq_queue_try_put (self->queue, tally_begin_put (self, number), &error);

  return tally_end_put (self, number, error);
}

static inline int
tally_get (Tally *self)
{
  g_autoptr (GError) error = NULL;
  int *item = aq_queue_try_get (self->queue, &error);

  return tally_end_get (self, item, error);
}

static inline int
tally_put_sync (Tally        *self,
                int           number,
                gint64        timeout_us,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  aq_queue_timed_put (self->queue, tally_begin_put (self, number), timeout_us, cancellable,
                      &error);

  return tally_end_put (self, number, error);
}

static inline int
tally_get_sync (Tally        *self,
                gint64        timeout_us,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  int *item = aq_queue_timed_get (self->queue, timeout_us, cancellable, &error);

  return tally_end_get (self, item, error);
}

/* What a callback needs to know. */
typedef struct
{
  Tally *tally;
  int number;
  int *outcome; /* (nullable) */
} TallyCall;

static inline TallyCall *
tally_call_new (Tally *tally,
                int    number,
                int   *outcome)
{
  TallyCall call = { tally, number, outcome };

  if (outcome != NULL)
    *outcome = PENDING;

  return g_memdup2 (&call, sizeof call);
}

static inline void
tally_call_end (TallyCall *call,
                int        outcome)
{
  if (call->outcome != NULL)
    {
      g_assert_cmpint (*call->outcome, ==, PENDING);
      *call->outcome = outcome;
    }
  g_free (call);
}

static inline void
tally_put_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  TallyCall *call = user_data;
  g_autoptr (GError) error = NULL;

  aq_queue_put_finish (AQ_QUEUE (source), result, &error);
  tally_call_end (call, tally_end_put (call->tally, call->number, error));
}

static inline void
tally_get_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  TallyCall *call = user_data;
  g_autoptr (GError) error = NULL;
  int *item = aq_queue_get_finish (AQ_QUEUE (source), result, &error);

  tally_call_end (call, tally_end_get (call->tally, item, error));
}

/* *@outcome is PENDING until the callback. */
static inline void
tally_start_put (Tally        *self,
                 int           number,
                 GCancellable *cancellable,
                 int          *outcome)
{
  aq_queue_put_async (self->queue, tally_begin_put (self, number), cancellable, tally_put_cb,
                      tally_call_new (self, number, outcome));
}

static inline void
tally_start_get (Tally        *self,
                 GCancellable *cancellable,
                 int          *outcome)
{
  aq_queue_get_async (self->queue, cancellable, tally_get_cb,
                      tally_call_new (self, -1, outcome));
}

/* Runs the context of this thread until the callback was called. */
static inline int
tally_wait (int *outcome)
{
  while (*outcome == PENDING)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  return *outcome;
}

static inline int
tally_count (Tally *self,
             Fate   fate)
{
  int n = 0;

  for (int i = 0; i < self->n_items; i++)
    n += g_atomic_int_get (&self->fates[i]) == (int) fate;

  return n;
}

/* accepted = collected + dropped + length, by our count and by the queue's. */
static inline void
tally_check (Tally *self)
{
  int n_in = tally_count (self, FATE_IN);
  int n_dropped = tally_count (self, FATE_DROPPED);

  g_assert_cmpint (self->n_accepted, ==, tally_count (self, FATE_GOT) + n_dropped + n_in);
  g_assert_cmpuint (aq_queue_get_length (self->queue), ==, n_in);
  g_assert_cmpuint (aq_queue_get_n_dropped (self->queue), ==, n_dropped);
}

/* Ends a test: nobody waits, nothing was lost, and what is left is freed once. */
static inline void
tally_free (Tally *self)
{
  drain_context ();

  if (self->queue != NULL)
    {
      g_assert_cmpuint (aq_queue_get_waiting_getters (self->queue), ==, 0);
      g_assert_cmpuint (aq_queue_get_waiting_putters (self->queue), ==, 0);
      tally_check (self);
      g_assert_finalize_object (self->queue);
    }

  g_assert_cmpint (tally_count (self, FATE_IN), ==, 0);
  g_assert_cmpint (self->n_accepted, ==,
                   tally_count (self, FATE_GOT) + tally_count (self, FATE_DROPPED));
  g_free (self->fates);
  g_free (self);
}

/* Threads that all begin to do the same at once, each with an index. */

typedef struct
{
  Tally *tally;
  GThread *threads[64];
  int n_threads;
  int n_each; /* what @func makes of it */
  int n_begun; /* (atomic) */
  void (*func) (Tally *tally,
                int    index,
                int    n_each);
} Crew;

static inline gpointer
crew_thread (gpointer data)
{
  Crew *self = data;
  int index = g_atomic_int_add (&self->n_begun, 1);

  while (g_atomic_int_get (&self->n_begun) < self->n_threads)
    g_thread_yield ();

  self->func (self->tally, index, self->n_each);

  return NULL;
}

static inline void
crew_start (Crew  *self,
            Tally *tally,
            int    n_threads,
            int    n_each,
            void  (*func) (Tally *, int, int))
{
  *self = (Crew) { .tally = tally, .n_threads = n_threads, .n_each = n_each, .func = func };
  g_assert_cmpint (n_threads, <=, (int) G_N_ELEMENTS (self->threads));

  for (int i = 0; i < n_threads; i++)
    self->threads[i] = g_thread_new ("crew", crew_thread, self);
}

static inline void
crew_join (Crew *self)
{
  for (int i = 0; i < self->n_threads; i++)
    g_thread_join (self->threads[i]);
}

/* Each producer counts up, and owns @n_each numbers. */
static inline void
assert_in_order (int  number,
                 int  n_each,
                 int *last)
{
  int *last_of_producer = &last[number / n_each];

  g_assert_cmpint (number, >, *last_of_producer);
  *last_of_producer = number;
}

static inline void
put_all_func (Tally *tally,
              int    index,
              int    n_each)
{
  for (int i = 0; i < n_each; i++)
    g_assert_cmpint (tally_put_sync (tally, index * n_each + i, -1, NULL), >=, 0);
}

static inline void
get_all_func (Tally *tally,
              int    index,
              int    n_each)
{
  g_autofree int *last = g_new (int, tally->n_items / n_each);
  int number;

  for (int i = 0; i < tally->n_items / n_each; i++)
    last[i] = -1;

  while ((number = tally_get_sync (tally, -1, NULL)) != CLOSED)
    assert_in_order (number, n_each, last);
}

/* Returns with the queue shut down, and empty. */
static inline void
run_belt (Tally *tally,
          int    n_putters,
          int    n_getters)
{
  int n_each = tally->n_items / n_putters;
  Crew putters, getters;

  crew_start (&getters, tally, n_getters, n_each, get_all_func);
  crew_start (&putters, tally, n_putters, n_each, put_all_func);
  crew_join (&putters);
  aq_queue_shutdown (tally->queue, FALSE);
  crew_join (&getters);

  g_assert_cmpint (tally_count (tally, FATE_GOT), ==, tally->n_items);
  tally_free (tally);
}

/* Memory */

/* 0 if the allocator does not tell. */
static inline gsize
heap_in_use (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* No verdict where a sanitizer or valgrind allocates in its own way. */
static inline void
assert_heap_below (gsize limit)
{
  if (g_getenv ("AQ_SANITIZED") == NULL && g_getenv ("VALGRIND") == NULL)
    g_assert_cmpuint (heap_in_use (), <, limit);
}

G_END_DECLS
