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

/* One item more, the next that is available, is for those who were promised one. */
void
aq_ledger_promise (AqLedger *self)
{
  AqEntry entry = aq_store_pop_front (&self->available);

  aq_store_push_back (&self->promised, &entry);
}

static void
take_promise_back (AqLedger *self)
{
  AqEntry entry = aq_store_pop_back (&self->promised);

  aq_store_push_front (&self->available, &entry);
}

/* Lets @entry in among the promised, and the last of these out. */
void
aq_ledger_overtake (AqLedger      *self,
                    const AqEntry *entry)
{
  aq_store_push (&self->promised, entry);
  take_promise_back (self);
}

static void
count_dropped (AqLedger *self,
               guint     n_dropped)
{
  self->n_dropped += n_dropped;

  /* Nobody will report these done. It may be fewer, if somebody has done so
   * already, but those in flight are still to be reported. */
  self->unfinished -= MIN (self->unfinished - self->in_flight, n_dropped);
}

/* What is promised counts here: no put waits for these gets to collect, and the next
 * best item will do for them as well. */
static gboolean
exceeds_bound (AqLedger *self)
{
  guint64 size = aq_store_get_size (&self->promised) + aq_store_get_size (&self->available);

  return self->max_size > 0 && size > self->max_size && self->available.length > 0 &&
         aq_ledger_count_items (self) > 1;
}

static gboolean
promises_oldest (AqLedger *self)
{
  return self->promised.length > 0 && self->available.order != AQ_STORE_LIFO &&
         aq_store_last_priority (&self->promised) == aq_store_last_priority (&self->available);
}

static gboolean
promises_newest (AqLedger *self)
{
  return self->promised.length > 0 && self->available.order == AQ_STORE_LIFO;
}

static AqEntry
take_excess (AqLedger *self)
{
  gboolean drops_oldest = self->overflow == AQ_OVERFLOW_DROP_OLDEST;
  AqEntry entry;

  if (drops_oldest ? promises_oldest (self) : promises_newest (self))
    {
      entry = drops_oldest ? aq_store_pop_oldest (&self->promised)
                           : aq_store_pop_newest (&self->promised);
      aq_ledger_promise (self);
      return entry;
    }

  return drops_oldest ? aq_store_pop_oldest (&self->available)
                      : aq_store_pop_newest (&self->available);
}

/* For those who put and do not wait: makes room for @put, or drops it. More than fits may
 * have been there before, and where @put goes itself, that stays. */
void
aq_ledger_drop_excess (AqLedger      *self,
                       const AqEntry *put)
{
  gboolean drops_newest = self->overflow == AQ_OVERFLOW_DROP_NEWEST;
  gboolean is_put_dropped = FALSE;

  while (!is_put_dropped && exceeds_bound (self))
    {
      AqEntry entry = take_excess (self);

      aq_store_push_back (&self->dropped, &entry);
      count_dropped (self, 1);

      /* The newest of those as urgent as @put is @put. */
      is_put_dropped = drops_newest && entry.priority == put->priority;
    }
}

static gboolean
can_serve_put (AqLedger *self)
{
  AqWaiter *first = self->putters.head != NULL ? self->putters.head->data : NULL;

  return first != NULL && aq_ledger_admits (self, first->entry.size);
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

      if (can_serve_put (self))
        {
          waiter = take_first (&self->putters);
          aq_ledger_accept (self, &waiter->entry);
          waiter->entry.item = NULL;
        }
      else if (self->getters.head != NULL && aq_ledger_can_promise (self))
        {
          waiter = take_first (&self->getters);
          aq_ledger_promise (self);
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
  aq_store_init (&self->promised, order, FALSE);
  aq_store_init (&self->available, order, FALSE);
  aq_store_init (&self->dropped, AQ_STORE_FIFO, FALSE);
}

/* Nothing is there any more. */
void
aq_ledger_deinit (AqLedger *self)
{
  aq_store_clear (&self->promised);
  aq_store_clear (&self->available);
  aq_store_clear (&self->dropped);
}

guint64
aq_ledger_read (AqLedger *self,
                AqFigure  figure)
{
  switch (figure)
    {
    case AQ_FIGURE_MAX_SIZE:
      return self->max_size;

    case AQ_FIGURE_OVERFLOW:
      return self->overflow;

    case AQ_FIGURE_LENGTH:
      return self->available.length;

    case AQ_FIGURE_SIZE:
      return aq_store_get_size (&self->available);

    case AQ_FIGURE_N_PROMISED:
      return self->promised.length;

    case AQ_FIGURE_IS_EMPTY:
      return !aq_ledger_can_promise (self);

    case AQ_FIGURE_IS_FULL:
      return !aq_ledger_fits (self, 1) ||
             (self->putters.head != NULL && !self->is_shut_down);

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

    case AQ_FIGURE_N_ACCEPTED:
      return self->n_accepted;

    case AQ_FIGURE_N_DROPPED:
      return self->n_dropped;

    case AQ_FIGURE_IS_PAUSED:
      return self->is_paused;

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

/* Serves @waiter if that need not wait. Otherwise returns %FALSE, with no effect. */
gboolean
aq_ledger_try (AqLedger *self,
               AqWaiter *waiter,
               GQueue   *decided)
{
  aq_ledger_enqueue (self, waiter, decided);

  if (waiter->state != AQ_WAITER_WAITING)
    return TRUE;

  g_queue_unlink (list_of (self, waiter), &waiter->link);
  waiter->state = AQ_WAITER_NEW;

  return FALSE;
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
      /* Behind a large item there may be one that fits. */
      aq_ledger_settle (self, decided);
      break;

    case AQ_WAITER_READY:
      /* It was decided before, and is on its way to its caller. Whoever is served in
       * the last moment is served. */
      if (aq_waiter_is_get (waiter) && reason == AQ_WAITER_CANCELLED)
        {
          waiter->state = reason;
          take_promise_back (self);
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

  /* What was promised comes, though a limit may have been lowered since. */
  items[0] = aq_ledger_take (self, &self->promised);

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
    take_promise_back (self);

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

/* What comes back is first in line again, whatever the bound and however near the end. As
 * one that was collected it is out of flight, and is not done. Returns %FALSE, with no
 * effect, if nothing is in flight. */
gboolean
aq_ledger_put_back (AqLedger      *self,
                    const AqEntry *entry,
                    GQueue        *decided)
{
  if (self->in_flight == 0)
    return FALSE;

  self->in_flight--;
  self->n_collected--;
  self->n_put_back++;

  if (self->drops_leftovers)
    {
      aq_store_push_back (&self->dropped, entry);
      count_dropped (self, 1);
    }
  else if (self->promised.length > 0 &&
           entry->priority <= aq_store_last_priority (&self->promised))
    {
      aq_store_push_front (&self->promised, entry);
      take_promise_back (self);
    }
  else
    {
      aq_store_push_front (&self->available, entry);
    }

  aq_ledger_settle (self, decided);

  return TRUE;
}

/* Takes @item out, wherever it is. Those who were promised one get another. */
static gboolean
take_out (AqLedger *self,
          gpointer  item,
          AqEntry  *entry)
{
  /* All that is left is promised. */
  if (self->available.length == 0)
    return FALSE;

  if (aq_store_remove (&self->promised, item, entry))
    {
      aq_ledger_promise (self);
      return TRUE;
    }

  return aq_store_remove (&self->available, item, entry);
}

/* Returns %FALSE, with no effect, if @item is not there to be dropped. */
gboolean
aq_ledger_remove (AqLedger *self,
                  gpointer  item,
                  GQueue   *decided)
{
  AqEntry entry;

  if (!take_out (self, item, &entry))
    return FALSE;

  count_dropped (self, 1);
  aq_ledger_settle (self, decided);

  return TRUE;
}

/* Returns %FALSE, with no effect, if @item is not there to be moved. Other items than
 * before may be promised then, and what is available be smaller. */
gboolean
aq_ledger_set_priority (AqLedger *self,
                        gpointer  item,
                        gint64    priority,
                        GQueue   *decided)
{
  AqEntry entry;

  if (!take_out (self, item, &entry))
    return FALSE;

  entry.priority = priority;
  aq_ledger_insert (self, &entry);
  aq_ledger_settle (self, decided);

  return TRUE;
}

void
aq_ledger_hold (AqLedger *self)
{
  self->n_holds++;
}

/* Shuts down with the last one. Returns %FALSE, with no effect, if nobody holds. */
gboolean
aq_ledger_release (AqLedger *self,
                   GQueue   *decided)
{
  if (self->n_holds == 0)
    return FALSE;

  if (--self->n_holds == 0)
    aq_ledger_shut_down (self, FALSE, decided);

  return TRUE;
}

/* A promise that was given is kept. */
static guint
drop_available (AqLedger *self)
{
  /* So the memory of a store without items stays with it. */
  if (self->available.length == 0)
    return 0;

  g_assert (self->dropped.length == 0);
  self->dropped = aq_store_steal (&self->available);
  count_dropped (self, self->dropped.length);

  return self->dropped.length;
}

guint
aq_ledger_clear (AqLedger *self,
                 GQueue   *decided)
{
  guint n_dropped = drop_available (self);

  aq_ledger_settle (self, decided);

  return n_dropped;
}

void
aq_ledger_shut_down (AqLedger *self,
                     gboolean  immediate,
                     GQueue   *decided)
{
  self->is_shut_down = TRUE;
  self->drops_leftovers |= immediate;

  if (immediate)
    drop_available (self);

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
aq_ledger_set_overflow (AqLedger   *self,
                        AqOverflow  overflow,
                        GQueue     *decided)
{
  self->overflow = overflow;
  aq_ledger_settle (self, decided);
}

void
aq_ledger_set_paused (AqLedger *self,
                      gboolean  is_paused,
                      GQueue   *decided)
{
  self->is_paused = is_paused;
  aq_ledger_settle (self, decided);
}

/* Returns %FALSE, with no effect, while there are items or somebody waits to put or
 * get one. */
gboolean
aq_ledger_set_has_sizes (AqLedger *self,
                         gboolean  has_sizes)
{
  AqStoreOrder order = self->available.order;

  if (aq_ledger_count_items (self) > 0 || self->putters.head != NULL ||
      self->getters.head != NULL)
    return FALSE;

  aq_store_clear (&self->promised);
  aq_store_clear (&self->available);
  aq_store_init (&self->promised, order, has_sizes);
  aq_store_init (&self->available, order, has_sizes);

  return TRUE;
}

void
aq_ledger_set_max_in_flight (AqLedger *self,
                             guint     max_in_flight,
                             GQueue   *decided)
{
  self->max_in_flight = max_in_flight;
  aq_ledger_settle (self, decided);
}

/* What aq_ledger_get () would take, up to @n_items; or @all of them, also as many as are
 * promised. Returns how many. */
guint
aq_ledger_peek_many (AqLedger *self,
                     gpointer *items,
                     guint     n_items,
                     gboolean  all)
{
  guint n_promised;

  n_items = (guint) MIN (n_items, all ? aq_ledger_count_items (self) : self->available.length);
  n_promised = MIN (n_items, self->promised.length);

  aq_store_peek_many (&self->promised, items, n_promised);
  aq_store_peek_many (&self->available, items + n_promised, n_items - n_promised);

  return n_items;
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
  g_assert (self->n_accepted ==
            self->n_collected + self->n_dropped + aq_ledger_count_items (self));
  g_assert (self->in_flight <= self->unfinished);
  g_assert (self->promised.length == 0 || self->available.length == 0 ||
            aq_store_last_priority (&self->promised) <=
              aq_store_first_priority (&self->available));
  g_assert (self->dropped.length == 0);

  g_assert (self->putters.head == NULL ||
            !aq_ledger_admits (self, ((AqWaiter *) self->putters.head->data)->entry.size));
  g_assert (self->getters.head == NULL || !aq_ledger_can_promise (self));
  g_assert (self->joiners.head == NULL || self->unfinished > 0);

  check_waiters (&self->putters);
  check_waiters (&self->getters);
  check_waiters (&self->joiners);

  g_assert (self->putters.head == NULL || !self->is_shut_down);
  g_assert (self->getters.head == NULL || !aq_ledger_is_finished (self));
}
#endif
