/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-overflow.h"
#include "aq-queue-state.h"
#include "aq-store-private.h"
#include "aq-waiter-private.h"

G_BEGIN_DECLS

/*
 * AqLedger: who holds what and who waits for what; the heart of a queue.
 *
 * Its functions are the critical sections of the queue: they are called with
 * the queue's lock held, move pointers and counts, and call nobody. Each ends
 * by settling, which serves every waiter that can be served. They are appended
 * to @decided, for the caller to wake. Before the lock is dropped the caller has
 * the invariants checked, so that to forget the settling is noticed.
 */

typedef struct
{
  /* The items in order: first as many as are promised, then those that are available.
   * Which of them a get is promised is decided when it collects the next. What is
   * put goes to its place among all, and the edge between the two moves over it. */
  AqStore promised;
  AqStore available;
  AqStore dropped;   /* in this critical section: for the caller to free */

  GQueue putters; /* longest wait first */
  GQueue getters;
  GQueue joiners;

  guint max_size;      /* 0: no bound */
  AqOverflow overflow;
  guint max_in_flight; /* 0: no limit */
  guint64 n_holds;     /* producers that have not released the queue yet */
  gboolean is_paused;
  gboolean is_shut_down;
  gboolean drops_leftovers; /* was shut down immediately */

  guint64 unfinished; /* put, and neither reported done nor dropped */
  guint64 in_flight;  /* of these: collected */

  /* Since the beginning: n_accepted = n_collected + n_dropped + what is there. An item
   * that comes back is no longer collected. */
  guint64 n_accepted;
  guint64 n_collected;
  guint64 n_dropped;
  guint64 n_put_back;
} AqLedger;

/* What can be read of it, by number. */
typedef enum
{
  AQ_FIGURE_MAX_SIZE,
  AQ_FIGURE_OVERFLOW, /* an AqOverflow */
  AQ_FIGURE_LENGTH,
  AQ_FIGURE_SIZE,
  AQ_FIGURE_N_PROMISED,
  AQ_FIGURE_IS_EMPTY,
  AQ_FIGURE_IS_FULL,
  AQ_FIGURE_STATE, /* an AqQueueState */
  AQ_FIGURE_WAITING_GETTERS,
  AQ_FIGURE_WAITING_PUTTERS,
  AQ_FIGURE_UNFINISHED_TASKS,
  AQ_FIGURE_IN_FLIGHT,
  AQ_FIGURE_MAX_IN_FLIGHT,
  AQ_FIGURE_N_ACCEPTED,
  AQ_FIGURE_N_DROPPED,
  AQ_FIGURE_IS_PAUSED,
  AQ_N_FIGURES
} AqFigure;

void      aq_ledger_init              (AqLedger      *self,
                                       AqStoreOrder   order);
void      aq_ledger_deinit            (AqLedger      *self);
guint64   aq_ledger_read              (AqLedger      *self,
                                       AqFigure       figure);

/* Of one waiter */
void      aq_ledger_enqueue           (AqLedger      *self,
                                       AqWaiter      *waiter,
                                       GQueue        *decided);
gboolean  aq_ledger_try               (AqLedger      *self,
                                       AqWaiter      *waiter,
                                       GQueue        *decided);
void      aq_ledger_give_up           (AqLedger      *self,
                                       AqWaiter      *waiter,
                                       AqWaiterState  reason,
                                       GQueue        *decided);
void      aq_ledger_begin_call        (AqLedger      *self,
                                       AqWaiter      *waiter);
guint     aq_ledger_collect           (AqLedger      *self,
                                       AqWaiter      *waiter,
                                       gpointer      *items,
                                       guint          n_items,
                                       GQueue        *decided);
void      aq_ledger_withdraw          (AqLedger      *self,
                                       AqWaiter      *waiter,
                                       GQueue        *decided);

/* Of the queue as a whole */
gboolean  aq_ledger_task_done         (AqLedger      *self,
                                       GQueue        *decided);
gboolean  aq_ledger_put_back          (AqLedger      *self,
                                       const AqEntry *entry,
                                       GQueue        *decided);
gboolean  aq_ledger_remove            (AqLedger      *self,
                                       gpointer       item,
                                       GQueue        *decided);
gboolean  aq_ledger_set_priority      (AqLedger      *self,
                                       gpointer       item,
                                       gint64         priority,
                                       GQueue        *decided);
void      aq_ledger_hold              (AqLedger      *self);
gboolean  aq_ledger_release           (AqLedger      *self,
                                       GQueue        *decided);
guint     aq_ledger_clear             (AqLedger      *self,
                                       GQueue        *decided);
void      aq_ledger_shut_down         (AqLedger      *self,
                                       gboolean       immediate,
                                       GQueue        *decided);
void      aq_ledger_set_max_size      (AqLedger      *self,
                                       guint          max_size,
                                       GQueue        *decided);
void      aq_ledger_set_overflow      (AqLedger      *self,
                                       AqOverflow     overflow,
                                       GQueue        *decided);
void      aq_ledger_set_paused        (AqLedger      *self,
                                       gboolean       is_paused,
                                       GQueue        *decided);
gboolean  aq_ledger_set_has_sizes     (AqLedger      *self,
                                       gboolean       has_sizes);
void      aq_ledger_set_max_in_flight (AqLedger      *self,
                                       guint          max_in_flight,
                                       GQueue        *decided);

/* The slow paths of what follows */
void      aq_ledger_serve             (AqLedger      *self,
                                       GQueue        *decided);
void      aq_ledger_promise           (AqLedger      *self);
void      aq_ledger_overtake          (AqLedger      *self,
                                       const AqEntry *entry);
void      aq_ledger_drop_excess       (AqLedger      *self,
                                       const AqEntry *put);

guint     aq_ledger_peek_many         (AqLedger      *self,
                                       gpointer      *items,
                                       guint          n_items,
                                       gboolean       all);

#ifdef AQ_ENABLE_DEBUG
void      aq_ledger_check             (AqLedger      *self);
#else
#define   aq_ledger_check(self)       ((void) 0)
#endif

/* Everything that has not been collected. */
static inline guint64
aq_ledger_count_items (const AqLedger *self)
{
  return (guint64) self->promised.length + self->available.length;
}

/* Those put, and those put back. */
static inline guint64
aq_ledger_count_arrivals (const AqLedger *self)
{
  return self->n_accepted + self->n_put_back;
}

/* Whether there is room for an item of @size. One that is larger than the bound fits
 * where nothing else is. */
static inline gboolean
aq_ledger_fits (const AqLedger *self,
                guint           size)
{
  if (self->max_size == 0)
    return self->available.length < G_MAXUINT;

  return self->available.length == 0 ||
         aq_store_get_size (&self->available) + size <= self->max_size;
}

/* While this is so the first of the puts does not wait. */
static inline gboolean
aq_ledger_admits (const AqLedger *self,
                  guint           size)
{
  return !self->is_shut_down && (self->overflow != AQ_OVERFLOW_WAIT || aq_ledger_fits (self, size));
}

/* Nor does a newcomer, unless others are first in line. */
static inline gboolean
aq_ledger_can_put (const AqLedger *self,
                   guint           size)
{
  return self->putters.head == NULL && aq_ledger_admits (self, size);
}

/* As many items as may be are in flight, or promised. */
static inline gboolean
aq_ledger_is_limited (const AqLedger *self)
{
  return self->max_in_flight > 0 &&
         self->in_flight + self->promised.length >= self->max_in_flight;
}

/* How many a get could collect now, with its own promise, or a few more; but no
 * more than an array holds, and never none. What was reported done before it is
 * collected is never in flight. */
static inline guint
aq_ledger_max_collectable (const AqLedger *self)
{
  guint n_available = self->is_paused ? 0 : MIN (self->available.length, G_MAXINT - 1);
  guint64 n_out = self->in_flight + self->promised.length;

  if (self->max_in_flight == 0 ||
      self->unfinished + self->promised.length <= self->max_in_flight)
    return n_available + 1;

  if (aq_ledger_is_limited (self))
    return 1;

  return 1 + (guint) MIN (n_available, self->max_in_flight - n_out);
}

/* While this is so no get waits. */
static inline gboolean
aq_ledger_can_promise (const AqLedger *self)
{
  return self->available.length > 0 && !self->is_paused && !aq_ledger_is_limited (self);
}

/* Whether what is in flight may come back. With a limit each item is reported, so the
 * end can wait for it. */
static inline gboolean
aq_ledger_expects_items (const AqLedger *self)
{
  return self->max_in_flight > 0 && self->in_flight > 0 && !self->drops_leftovers;
}

/* Shut down, and with nothing left to get. */
static inline gboolean
aq_ledger_is_finished (const AqLedger *self)
{
  return self->is_shut_down && aq_ledger_count_items (self) == 0 &&
         !aq_ledger_expects_items (self);
}

/* What follows is the way of those who need not wait, which most of the time is
 * everyone; so it is short. */

static inline void
aq_ledger_settle (AqLedger *self,
                  GQueue   *decided)
{
  if (self->putters.head != NULL || self->getters.head != NULL || self->joiners.head != NULL)
    aq_ledger_serve (self, decided);
}

/* To its place in the order. */
static inline void
aq_ledger_insert (AqLedger      *self,
                  const AqEntry *entry)
{
  if (aq_store_overtakes (&self->promised, entry->priority))
    aq_ledger_overtake (self, entry);
  else
    aq_store_push (&self->available, entry);
}

static inline void
aq_ledger_accept (AqLedger      *self,
                  const AqEntry *entry)
{
  aq_ledger_insert (self, entry);
  self->unfinished++;
  self->n_accepted++;

  if (self->overflow != AQ_OVERFLOW_WAIT)
    aq_ledger_drop_excess (self, entry);
}

/* Only if this is possible now. */
static inline void
aq_ledger_put (AqLedger      *self,
               const AqEntry *entry,
               GQueue        *decided)
{
  aq_ledger_accept (self, entry);
  aq_ledger_settle (self, decided);
}

/* Takes the next item of @store. */
static inline gpointer
aq_ledger_take (AqLedger *self,
                AqStore  *store)
{
  self->n_collected++;

  /* As in asyncio, a task may be reported done before it is collected. */
  if (self->in_flight < self->unfinished)
    self->in_flight++;

  return aq_store_pop_front (store).item;
}

/* Takes up to @n_items that are promised to nobody. Returns how many. */
static inline guint
aq_ledger_get (AqLedger *self,
               gpointer *items,
               guint     n_items,
               GQueue   *decided)
{
  guint n = 0;

  while (n < n_items && aq_ledger_can_promise (self))
    {
      /* Items leave in order, whoever gets them: so others are promised the next. */
      if (self->promised.length > 0)
        {
          aq_ledger_promise (self);
          items[n++] = aq_ledger_take (self, &self->promised);
        }
      else
        {
          items[n++] = aq_ledger_take (self, &self->available);
        }
    }

  aq_ledger_settle (self, decided);

  return n;
}

G_END_DECLS
