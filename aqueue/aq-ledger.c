/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-ledger-private.h"

static void
append (GQueue   *waiters,
        AqWaiter *waiter)
{
  waiter->link.data = waiter;
  g_queue_push_tail_link (waiters, &waiter->link);
}

static AqWaiter *
take_first (GQueue *waiters)
{
  GList *link = g_queue_pop_head_link (waiters);

  return link != NULL ? link->data : NULL;
}

static GQueue *
list_of (AqLedger *self,
         AqWaiter *waiter)
{
  switch (waiter->kind)
    {
    case AQ_WAITER_PUT:
      return &self->putters;

    case AQ_WAITER_JOIN:
      return &self->joiners;

    case AQ_WAITER_GET:
    case AQ_WAITER_GET_MANY:
    case AQ_WAITER_WATCH:
      return &self->getters;

    default:
      g_assert_not_reached ();
    }
}

static void
decide (AqWaiter      *waiter,
        AqWaiterState  state,
        GQueue        *decided)
{
  waiter->state = state;
  append (decided, waiter);
}

static void
decide_all (GQueue        *waiters,
            AqWaiterState  state,
            GQueue        *decided)
{
  AqWaiter *waiter;

  while ((waiter = take_first (waiters)) != NULL)
    decide (waiter, state, decided);
}

/* Serves everyone who can be served, the longest wait first. This is the one
 * place where a wait ends well, whatever brought it about: an item, a place, a
 * raised limit, the last task done, the end. */
void
aq_ledger_serve (AqLedger *self,
                 GQueue   *decided)
{
  for (;;)
    {
      AqWaiter *waiter;

      if (self->putters.head != NULL && aq_ledger_has_room (self))
        {
          waiter = take_first (&self->putters);
          aq_ledger_accept (self, g_steal_pointer (&waiter->item), waiter->priority);
        }
      else if (self->getters.head != NULL && aq_ledger_can_promise (self))
        {
          waiter = take_first (&self->getters);
          self->n_promised++;
        }
      else
        {
          break;
        }

      decide (waiter, AQ_WAITER_READY, decided);
    }

  if (self->is_shut_down)
    {
      decide_all (&self->putters, AQ_WAITER_CLOSED, decided);

      if (aq_ledger_is_finished (self))
        decide_all (&self->getters, AQ_WAITER_CLOSED, decided);
    }

  /* Last, so that an item which has just got in is waited for. */
  if (self->unfinished == 0)
    decide_all (&self->joiners, AQ_WAITER_READY, decided);
}

void
aq_ledger_init (AqLedger     *self,
                AqStoreOrder  order)
{
  *self = (AqLedger) { 0 };
  aq_store_init (&self->store, order);
}

guint64
aq_ledger_read (AqLedger *self,
                AqFigure  figure)
{
  switch (figure)
    {
    case AQ_FIGURE_MAX_SIZE:
      return self->max_size;

    case AQ_FIGURE_LENGTH:
      return self->store.length;

    case AQ_FIGURE_IS_EMPTY:
      return self->store.length == 0;

    case AQ_FIGURE_IS_FULL:
      return self->max_size > 0 && self->store.length >= self->max_size;

    case AQ_FIGURE_STATE:
      if (!self->is_shut_down)
        return AQ_QUEUE_STATE_OPEN;

      return aq_ledger_is_finished (self) ? AQ_QUEUE_STATE_FINISHED : AQ_QUEUE_STATE_DRAINING;

    case AQ_FIGURE_WAITING_GETTERS:
      return self->getters.length;

    case AQ_FIGURE_WAITING_PUTTERS:
      return self->putters.length;

    case AQ_FIGURE_UNFINISHED_TASKS:
      return self->unfinished;

    case AQ_FIGURE_IN_FLIGHT:
      return self->in_flight;

    case AQ_FIGURE_MAX_IN_FLIGHT:
      return self->max_in_flight;

    case AQ_FIGURE_N_DROPPED:
      return self->n_dropped;

    case AQ_N_FIGURES:
    default:
      g_assert_not_reached ();
    }
}

/* @waiter is served at once if nothing speaks against it. */
void
aq_ledger_enqueue (AqLedger *self,
                   AqWaiter *waiter,
                   GQueue   *decided)
{
  if (waiter->state != AQ_WAITER_NEW)
    {
      /* Cancelled on its way here. */
      decide (waiter, waiter->state, decided);
      return;
    }

  waiter->state = AQ_WAITER_WAITING;
  append (list_of (self, waiter), waiter);
  aq_ledger_settle (self, decided);
}

/* Ends the wait of @waiter for @reason, unless its operation has taken effect. */
void
aq_ledger_give_up (AqLedger      *self,
                   AqWaiter      *waiter,
                   AqWaiterState  reason,
                   GQueue        *decided)
{
  switch (waiter->state)
    {
    case AQ_WAITER_NEW:
      waiter->state = reason;
      break;

    case AQ_WAITER_WAITING:
      g_queue_unlink (list_of (self, waiter), &waiter->link);
      decide (waiter, reason, decided);
      break;

    case AQ_WAITER_READY:
      /* It was decided before, and is on its way to its caller. */
      if (aq_waiter_is_get (waiter))
        {
          waiter->state = reason;
          self->n_promised--;
          aq_ledger_settle (self, decided);
        }
      break;

    case AQ_WAITER_CALLED:
    case AQ_WAITER_SPENT:
    case AQ_WAITER_CANCELLED:
    case AQ_WAITER_TIMED_OUT:
    case AQ_WAITER_CLOSED:
    default:
      break;
    }
}

/* From here on @waiter cannot be cancelled. */
void
aq_ledger_begin_call (AqLedger *self,
                      AqWaiter *waiter)
{
  if (waiter->state == AQ_WAITER_READY)
    waiter->state = AQ_WAITER_CALLED;
}

/* Takes the item that was promised to @waiter: the one that is next now, which
 * need not be the one that was next when the promise was given. Takes others
 * too, up to @n_items, if they are promised to nobody. Returns how many. */
guint
aq_ledger_collect (AqLedger *self,
                   AqWaiter *waiter,
                   gpointer *items,
                   guint     n_items,
                   GQueue   *decided)
{
  g_assert (aq_waiter_is_get (waiter) && n_items > 0);
  g_assert (waiter->state == AQ_WAITER_READY || waiter->state == AQ_WAITER_CALLED);

  waiter->state = AQ_WAITER_SPENT;
  self->n_promised--;

  /* What was promised comes, though a limit may have been lowered since. */
  items[0] = aq_ledger_take (self);

  return 1 + aq_ledger_get (self, items + 1, n_items - 1, decided);
}

/* Ends what @waiter is about: passes on its promise, if it holds one. */
void
aq_ledger_withdraw (AqLedger *self,
                    AqWaiter *waiter,
                    GQueue   *decided)
{
  if (waiter->state == AQ_WAITER_WAITING)
    g_queue_unlink (list_of (self, waiter), &waiter->link);
  else if (aq_waiter_is_get (waiter) &&
           (waiter->state == AQ_WAITER_READY || waiter->state == AQ_WAITER_CALLED))
    self->n_promised--;

  /* What failed stays so: its result may still be asked how it ended. */
  if (!aq_waiter_has_failed (waiter))
    waiter->state = AQ_WAITER_SPENT;

  aq_ledger_settle (self, decided);
}

/* Returns %FALSE, with no other effect, once more tasks are done than items
 * were put. */
gboolean
aq_ledger_task_done (AqLedger *self,
                     GQueue   *decided)
{
  if (self->unfinished == 0)
    return FALSE;

  self->unfinished--;

  if (self->in_flight > 0)
    self->in_flight--;

  aq_ledger_settle (self, decided);

  return TRUE;
}

static guint
drop_available (AqLedger *self,
                AqStore  *dropped)
{
  /* A promise that was given is kept. */
  aq_store_split (&self->store, self->n_promised, dropped);
  self->n_dropped += dropped->length;

  /* Nobody will report these done. It may be fewer, if somebody has done so
   * already, but those in flight are still to be reported. */
  self->unfinished -= MIN (self->unfinished - self->in_flight, dropped->length);

  return dropped->length;
}

/* @dropped is initialized with what was dropped, for the caller to free. */
guint
aq_ledger_clear (AqLedger *self,
                 AqStore  *dropped,
                 GQueue   *decided)
{
  guint n_dropped = drop_available (self, dropped);

  aq_ledger_settle (self, decided);

  return n_dropped;
}

/* @dropped is initialized, and stays empty unless @immediate. */
void
aq_ledger_shut_down (AqLedger *self,
                     gboolean  immediate,
                     AqStore  *dropped,
                     GQueue   *decided)
{
  self->is_shut_down = TRUE;
  self->drops_leftovers |= immediate;

  if (immediate)
    {
      drop_available (self, dropped);
      /* Each promise that is given back drops the last item from now on. */
      aq_store_freeze (&self->store);
    }
  else
    {
      aq_store_init (dropped, self->store.order);
    }

  aq_ledger_settle (self, decided);
}

void
aq_ledger_set_max_size (AqLedger *self,
                        guint     max_size,
                        GQueue   *decided)
{
  self->max_size = max_size;
  aq_ledger_settle (self, decided);
}

void
aq_ledger_set_max_in_flight (AqLedger *self,
                             guint     max_in_flight,
                             GQueue   *decided)
{
  self->max_in_flight = max_in_flight;
  aq_ledger_settle (self, decided);
}

#ifdef AQ_ENABLE_DEBUG
/* Its ends stand for all. */
static void
check_waiters (const GQueue *waiters)
{
  g_assert (waiters->head == NULL ||
            (((AqWaiter *) waiters->head->data)->state == AQ_WAITER_WAITING &&
             ((AqWaiter *) waiters->tail->data)->state == AQ_WAITER_WAITING));
}

/* The invariants, which hold whenever the lock is free. */
void
aq_ledger_check (AqLedger *self)
{
  g_assert (self->n_accepted == self->n_collected + self->n_dropped + self->store.length);
  g_assert (self->n_promised <= self->store.length);
  g_assert (self->in_flight <= self->unfinished);

  g_assert (self->putters.head == NULL || !aq_ledger_has_room (self));
  g_assert (self->getters.head == NULL || !aq_ledger_can_promise (self));
  g_assert (self->joiners.head == NULL || self->unfinished > 0);

  check_waiters (&self->putters);
  check_waiters (&self->getters);
  check_waiters (&self->joiners);

  g_assert (self->putters.head == NULL || !self->is_shut_down);
  g_assert (self->getters.head == NULL || !aq_ledger_is_finished (self));
}
#endif
