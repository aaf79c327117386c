/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-core-private.h"

#include "aq-spin-private.h"

#define N_TRIES_TO_LOCK 8

/* What is done under the lock takes some tens of nanoseconds, and to sleep and
 * be woken takes thousands. So it pays to try a few times. */
static inline void
lock (AqCore *self)
{
  for (int i = 0; i < N_TRIES_TO_LOCK; i++)
    {
      if (g_mutex_trylock (&self->lock))
        return;

      for (int j = 0; j < (1 << i); j++)
        aq_spin_once ();
    }

  g_mutex_lock (&self->lock);
}

static inline void
unlock (AqCore *self)
{
  aq_ledger_check (&self->ledger);
  g_mutex_unlock (&self->lock);
}

/* Returns what has changed, and is not yet waiting to be notified of. */
static inline AqChanges
find_changes_locked (AqCore *self)
{
  guint64 n_items = aq_ledger_count_items (&self->ledger);
  AqChanges changes = AQ_CHANGE_FIGURES;

  if (aq_ledger_count_arrivals (&self->ledger) != self->n_arrivals_notified)
    changes |= AQ_CHANGE_ITEMS_ADDED;

  if (n_items == 0 && self->last_n_items > 0)
    changes |= AQ_CHANGE_DRAINED;

  self->last_n_items = n_items;

  return changes & ~self->changes;
}

static void
wake_and_unlock (AqCore    *self,
                 GQueue    *decided,
                 AqChanges  changes,
                 AqWakeUps *wake_ups)
{
  AqListener *listener = self->listener;

  /* Under the lock, since a waiter may be gone as soon as its thread sees what
   * was decided. */
  while (decided->head != NULL)
    {
      AqWaiter *waiter = g_queue_pop_head_link (decided)->data;

      waiter->wake_locked (waiter, wake_ups);
    }

  if (changes != 0 && self->changes == 0)
    listener->push_locked (listener);
  self->changes |= changes;

  unlock (self);

  if (changes != 0)
    listener->changed (listener, changes);
}

/* Frees the items that were dropped. */
static void
free_dropped (AqStore        *dropped,
              GDestroyNotify  free_func)
{
  while (dropped->length > 0)
    {
      gpointer item = aq_store_pop_front (dropped).item;

      if (free_func != NULL)
        free_func (item);
    }

  aq_store_clear (dropped);
}

/* These are not inline, which would cost those who have nothing to do there. */

static G_GNUC_NO_INLINE void
notify_and_unlock (AqCore    *self,
                   GQueue    *decided,
                   AqChanges  changes)
{
  AqWakeUps wake_ups = { 0, };

  wake_and_unlock (self, decided, changes, &wake_ups);
  aq_wake_ups_run (&wake_ups);
}

static G_GNUC_NO_INLINE void
notify_and_unlock_and_free (AqCore    *self,
                            GQueue    *decided,
                            AqChanges  changes)
{
  AqStore dropped = aq_store_steal (&self->ledger.dropped);
  GDestroyNotify free_func = self->free_func;

  notify_and_unlock (self, decided, changes);

  /* Whoever was woken, or freeing an item, may let go of the queue. So we no longer
   * look at it. */
  free_dropped (&dropped, free_func);
}

static inline void
act_and_unlock (AqCore *self,
                GQueue *decided)
{
  AqChanges changes = find_changes_locked (self);

  if (self->ledger.dropped.length > 0)
    notify_and_unlock_and_free (self, decided, changes);
  else if (decided->head != NULL || changes != 0)
    notify_and_unlock (self, decided, changes);
  else
    unlock (self);
}

/* Nobody may look at a queue in the making. So there is nothing to notify of, until
 * the listener says that it is made. */
void
aq_core_init (AqCore     *self,
              AqListener *listener)
{
  self->has_objects = TRUE;
  self->free_func = g_object_unref;
  self->listener = listener;
  g_mutex_init (&self->lock);
  aq_core_set_order (self, AQ_STORE_FIFO);
  self->changes = AQ_CHANGE_ALL;
}

/* Before anything is put. */
void
aq_core_set_order (AqCore       *self,
                   AqStoreOrder  order)
{
  aq_ledger_init (&self->ledger, order);
}

void
aq_core_clear (AqCore *self)
{
  aq_ledger_deinit (&self->ledger);
  g_clear_pointer (&self->measure, aq_measure_unref);
  g_clear_pointer (&self->cause, g_error_free);
  g_mutex_clear (&self->lock);
}

void
aq_core_lock (AqCore *self)
{
  lock (self);
}

/* For those who have changed nothing. */
void
aq_core_unlock (AqCore *self)
{
  unlock (self);
}

/* For those who have to run the wake-ups later, once they hold no other lock. */
void
aq_core_wake_and_unlock (AqCore    *self,
                         GQueue    *decided,
                         AqWakeUps *wake_ups)
{
  wake_and_unlock (self, decided, find_changes_locked (self), wake_ups);
}

void
aq_core_act_and_unlock (AqCore *self,
                        GQueue *decided)
{
  act_and_unlock (self, decided);
}

/* Ends a critical section in which a promise may have been given back. After an
 * immediate shutdown its item is dropped, as it would have been without the
 * promise. Not for the thread that cancels, which has no business with items. */
void
aq_core_drop_and_unlock (AqCore *self,
                         GQueue *decided)
{
  if (self->ledger.drops_leftovers)
    aq_ledger_clear (&self->ledger, decided);

  act_and_unlock (self, decided);
}

/* Returns the cause of the end, which stays as long as the queue, or %NULL. */
const GError *
aq_core_get_cause (AqCore *self)
{
  return g_atomic_pointer_get (&self->cause);
}

static void
set_closed_error (AqCore  *self,
                  GError **error)
{
  const GError *cause = aq_core_get_cause (self);

  if (error == NULL)
    return;

  if (cause != NULL)
    *error = g_error_copy (cause);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The queue is shut down");
}

/* Sets @error if the wait of @waiter failed. */
gboolean
aq_core_set_error (AqCore          *self,
                   const AqWaiter  *waiter,
                   GError         **error)
{
  int code = aq_waiter_get_error_code (waiter);

  switch (code)
    {
    case G_IO_ERROR_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, code, "The operation was cancelled");
      return TRUE;

    case G_IO_ERROR_TIMED_OUT:
      g_set_error_literal (error, G_IO_ERROR, code, "Timed out");
      return TRUE;

    case G_IO_ERROR_CLOSED:
      set_closed_error (self, error);
      return TRUE;

    default:
      return FALSE;
    }
}

gboolean
aq_core_try_put (AqCore         *self,
                 const AqEntry  *entry,
                 GError        **error)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_shut_down;

  lock (self);

  if (aq_ledger_can_put (&self->ledger, entry->size))
    {
      aq_ledger_put (&self->ledger, entry, &decided);
      act_and_unlock (self, &decided);
      return TRUE;
    }

  is_shut_down = self->ledger.is_shut_down;
  unlock (self);

  if (is_shut_down)
    set_closed_error (self, error);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The queue is full");

  return FALSE;
}

/* Takes up to @n_items that are promised to nobody. Returns how many. */
guint
aq_core_try_get (AqCore    *self,
                 gpointer  *items,
                 guint      n_items,
                 GError   **error)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_finished, is_paused, is_limited, has_promised;

  lock (self);

  if (aq_ledger_can_promise (&self->ledger))
    {
      n_items = aq_ledger_get (&self->ledger, items, n_items, &decided);
      act_and_unlock (self, &decided);
      return n_items;
    }

  is_finished = aq_ledger_is_finished (&self->ledger);
  is_paused = self->ledger.is_paused;
  is_limited = aq_ledger_is_limited (&self->ledger);
  has_promised = self->ledger.promised.length > 0;
  unlock (self);

  if (is_finished)
    set_closed_error (self, error);
  else if (is_paused)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The queue is paused");
  else if (is_limited)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                         "The limit of items in flight is reached");
  else if (has_promised)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                         "All items are promised to other callers");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The queue is empty");

  return 0;
}

/* If @waiter cannot wait, it is decided when this returns. */
void
aq_core_enqueue (AqCore   *self,
                 AqWaiter *waiter,
                 gboolean  can_wait)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);
  aq_ledger_enqueue (&self->ledger, waiter, &decided);
  if (!can_wait && waiter->state == AQ_WAITER_WAITING)
    aq_ledger_give_up (&self->ledger, waiter, AQ_WAITER_TIMED_OUT, &decided);
  act_and_unlock (self, &decided);
}

/* Returns %FALSE, with no effect, if @waiter would have to wait. */
gboolean
aq_core_try (AqCore   *self,
             AqWaiter *waiter)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_decided;

  lock (self);
  is_decided = aq_ledger_try (&self->ledger, waiter, &decided);
  act_and_unlock (self, &decided);

  return is_decided;
}

/* The caller runs @wake_ups once it holds no lock either. */
void
aq_core_give_up (AqCore        *self,
                 AqWaiter      *waiter,
                 AqWaiterState  reason,
                 AqWakeUps     *wake_ups)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);
  aq_ledger_give_up (&self->ledger, waiter, reason, &decided);
  aq_core_wake_and_unlock (self, &decided, wake_ups);
}

/* Returns whether @waiter was served. */
gboolean
aq_core_begin_call (AqCore   *self,
                    AqWaiter *waiter)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_served;

  lock (self);
  aq_ledger_begin_call (&self->ledger, waiter);
  is_served = waiter->state == AQ_WAITER_CALLED;

  /* It may have been cancelled after it was promised an item. */
  if (self->ledger.drops_leftovers)
    aq_core_drop_and_unlock (self, &decided);
  else
    unlock (self);

  return is_served;
}

/* Takes what was promised to @waiter, and others up to @n_items, if they are promised
 * to nobody. Returns how many, or 0 with @error set if the wait has failed. */
guint
aq_core_collect (AqCore    *self,
                 AqWaiter  *waiter,
                 gpointer  *items,
                 guint      n_items,
                 GError   **error)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);

  if (waiter->state == AQ_WAITER_CALLED)
    {
      n_items = aq_ledger_collect (&self->ledger, waiter, items, n_items, &decided);
      act_and_unlock (self, &decided);
      return n_items;
    }

  unlock (self);
  aq_core_set_error (self, waiter, error);

  return 0;
}

/* Gives the promise of @waiter back, if it has one, or ends its wait. */
void
aq_core_withdraw (AqCore   *self,
                  AqWaiter *waiter)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);
  aq_ledger_withdraw (&self->ledger, waiter, &decided);
  aq_core_drop_and_unlock (self, &decided);
}

guint
aq_core_clear_items (AqCore *self)
{
  GQueue decided = G_QUEUE_INIT;
  guint n_dropped;

  lock (self);
  n_dropped = aq_ledger_clear (&self->ledger, &decided);
  act_and_unlock (self, &decided);

  return n_dropped;
}

void
aq_core_shut_down (AqCore   *self,
                   gboolean  immediate)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);
  aq_ledger_shut_down (&self->ledger, immediate, &decided);
  act_and_unlock (self, &decided);
}

/* Shuts down gracefully for the reason of @cause. The first cause stays. */
void
aq_core_shut_down_with_error (AqCore       *self,
                              const GError *cause)
{
  GQueue decided = G_QUEUE_INIT;
  GError *copy = g_error_copy (cause);

  lock (self);

  if (!self->ledger.is_shut_down)
    g_atomic_pointer_set (&self->cause, g_steal_pointer (&copy));

  aq_ledger_shut_down (&self->ledger, FALSE, &decided);
  act_and_unlock (self, &decided);

  g_clear_error (&copy);
}

/* Returns %FALSE, with no effect, if nothing that was collected could come back. */
gboolean
aq_core_put_back (AqCore        *self,
                  const AqEntry *entry)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_expected;

  lock (self);
  is_expected = aq_ledger_put_back (&self->ledger, entry, &decided);
  act_and_unlock (self, &decided);

  return is_expected;
}

/* Whoever calls this has what the queue held of @item. */
gboolean
aq_core_remove (AqCore   *self,
                gpointer  item)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_there;

  lock (self);
  is_there = aq_ledger_remove (&self->ledger, item, &decided);
  act_and_unlock (self, &decided);

  return is_there;
}

gboolean
aq_core_set_priority (AqCore   *self,
                      gpointer  item,
                      gint64    priority)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_there;

  lock (self);
  is_there = aq_ledger_set_priority (&self->ledger, item, priority, &decided);
  act_and_unlock (self, &decided);

  return is_there;
}

void
aq_core_hold (AqCore *self)
{
  lock (self);
  aq_ledger_hold (&self->ledger);
  unlock (self);
}

/* Returns %FALSE, with no effect, if nobody holds the queue. */
gboolean
aq_core_release (AqCore *self)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_held;

  lock (self);
  is_held = aq_ledger_release (&self->ledger, &decided);
  act_and_unlock (self, &decided);

  return is_held;
}

gboolean
aq_core_task_done (AqCore *self)
{
  GQueue decided = G_QUEUE_INIT;
  gboolean is_expected;

  lock (self);
  is_expected = aq_ledger_task_done (&self->ledger, &decided);
  act_and_unlock (self, &decided);

  return is_expected;
}

void
aq_core_set_max_size (AqCore *self,
                      guint   max_size)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);

  if (self->ledger.max_size == max_size)
    {
      unlock (self);
      return;
    }

  aq_ledger_set_max_size (&self->ledger, max_size, &decided);
  act_and_unlock (self, &decided);
}

void
aq_core_set_overflow (AqCore     *self,
                      AqOverflow  overflow)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);

  if (self->ledger.overflow == overflow)
    {
      unlock (self);
      return;
    }

  aq_ledger_set_overflow (&self->ledger, overflow, &decided);
  act_and_unlock (self, &decided);
}

void
aq_core_set_paused (AqCore   *self,
                    gboolean  is_paused)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);

  if (self->ledger.is_paused == is_paused)
    {
      unlock (self);
      return;
    }

  aq_ledger_set_paused (&self->ledger, is_paused, &decided);
  act_and_unlock (self, &decided);
}

void
aq_core_set_max_in_flight (AqCore *self,
                           guint   max_in_flight)
{
  GQueue decided = G_QUEUE_INIT;

  lock (self);

  if (self->ledger.max_in_flight == max_in_flight)
    {
      unlock (self);
      return;
    }

  aq_ledger_set_max_in_flight (&self->ledger, max_in_flight, &decided);
  act_and_unlock (self, &decided);
}

guint64
aq_core_read (AqCore   *self,
              AqFigure  figure)
{
  guint64 value;

  lock (self);
  value = aq_ledger_read (&self->ledger, figure);
  unlock (self);

  return value;
}

guint
aq_core_max_collectable (AqCore *self)
{
  guint n_items;

  lock (self);
  n_items = aq_ledger_max_collectable (&self->ledger);
  unlock (self);

  return n_items;
}

/* Refs up to @n_items objects that are next. Returns how many. */
guint
aq_core_peek_many (AqCore   *self,
                   gpointer *items,
                   guint     n_items,
                   gboolean  all)
{
  lock (self);

  n_items = aq_ledger_peek_many (&self->ledger, items, n_items, all);

  /* This calls nobody: a toggle reference is told of the second reference to an
   * object, and with the queue's own this is the third. */
  for (guint i = 0; i < n_items; i++)
    g_object_ref (items[i]);

  unlock (self);

  return n_items;
}

/* Has @measure tell the sizes of items, and owns it; with %NULL each counts as 1.
 * Returns %FALSE, with no effect, while the queue is in use. */
gboolean
aq_core_set_measure (AqCore    *self,
                     AqMeasure *measure)
{
  gboolean is_unused;

  lock (self);

  is_unused = aq_ledger_set_has_sizes (&self->ledger, measure != NULL);
  if (is_unused)
    {
      AqMeasure *previous = self->measure;

      g_atomic_pointer_set (&self->measure, measure);
      measure = previous;
    }

  unlock (self);

  g_clear_pointer (&measure, aq_measure_unref);

  return is_unused;
}

/* Calls a function of the program, so it is called with no lock held. */
guint
aq_core_measure_slow (AqCore   *self,
                      gpointer  item)
{
  AqMeasure *measure = NULL;
  guint size = 1;

  lock (self);
  if (self->measure != NULL)
    measure = aq_measure_ref (self->measure);
  unlock (self);

  if (measure != NULL)
    {
      size = aq_measure_call (measure, item);
      aq_measure_unref (measure);
    }

  return size;
}

gpointer
aq_core_ref_item (AqCore   *self,
                  gpointer  item)
{
  return self->has_objects ? g_object_ref (item) : item;
}

/* Of a put that failed: an object's reference was taken for it, but a plain pointer
 * is still the caller's. */
void
aq_core_release_item (AqCore   *self,
                      gpointer  item)
{
  if (item != NULL && self->has_objects)
    g_object_unref (item);
}
