/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-ledger-private.h"
#include "aq-loop-private.h"
#include "aq-measure-private.h"

G_BEGIN_DECLS

/*
 * AqCore: the one lock of a queue, over its ledger.
 *
 * What a function does that changes the queue: it takes the lock, lets the ledger
 * decide, and unlocks with one of the functions below. That wakes those who were
 * decided, in order, with the lock still held, and once it is dropped wakes main
 * loops and frees what is left over. Collect, unlock, act.
 *
 * It knows no properties and no signals. Who wants to hear of changes is its
 * listener.
 */

/* What there is to notify of. */
typedef enum
{
  AQ_CHANGE_FIGURES = 1 << 0,
  AQ_CHANGE_ITEMS_ADDED = 1 << 1,
  AQ_CHANGE_DRAINED = 1 << 2,
  AQ_CHANGE_ALL = AQ_CHANGE_FIGURES | AQ_CHANGE_ITEMS_ADDED | AQ_CHANGE_DRAINED,
} AqChanges;

typedef struct _AqListener AqListener;

struct _AqListener
{
  /* Called with the lock held, when there is something to notify of and before there
   * was nothing. */
  void (*push_locked) (AqListener *self);

  /* Called with no lock held, when more has changed. */
  void (*changed) (AqListener *self,
                   AqChanges   changes);
};

typedef struct
{
  /* Plain pointers become the queue's own once they are in; of an object it holds
   * a reference even while the put waits. */
  gboolean has_objects;
  GDestroyNotify free_func; /* (nullable): of items that nobody gets */

  AqListener *listener; /* (unowned) */

  GMutex lock;

  /* The fields below are protected by @lock. */
  AqMeasure *measure; /* (nullable) (owned) (atomic) */
  GError *cause;      /* (nullable) (owned) (atomic): of the end; set once */
  AqLedger ledger;

  AqChanges changes;           /* not notified of yet */
  guint64 last_n_items;        /* at the end of the last critical section */
  guint64 n_arrivals_notified; /* items of which items-added was emitted */
} AqCore;

void      aq_core_init             (AqCore        *self,
                                    AqListener    *listener);
void      aq_core_set_order        (AqCore        *self,
                                    AqStoreOrder   order);
void      aq_core_clear            (AqCore        *self);

/* Critical sections, for those who have one of their own */
void      aq_core_lock             (AqCore        *self);
void      aq_core_unlock           (AqCore        *self);
void      aq_core_wake_and_unlock  (AqCore        *self,
                                    GQueue        *decided,
                                    AqWakeUps     *wake_ups);
void      aq_core_act_and_unlock   (AqCore        *self,
                                    GQueue        *decided);
void      aq_core_drop_and_unlock  (AqCore        *self,
                                    GQueue        *decided);

/* For those who do not wait */
gboolean  aq_core_try_put          (AqCore        *self,
                                    const AqEntry *entry,
                                    GError       **error);
guint     aq_core_try_get          (AqCore        *self,
                                    gpointer      *items,
                                    guint          n_items,
                                    GError       **error);

/* Of one waiter */
void      aq_core_enqueue          (AqCore        *self,
                                    AqWaiter      *waiter,
                                    gboolean       can_wait);
gboolean  aq_core_try              (AqCore        *self,
                                    AqWaiter      *waiter);
void      aq_core_give_up          (AqCore        *self,
                                    AqWaiter      *waiter,
                                    AqWaiterState  reason,
                                    AqWakeUps     *wake_ups);
gboolean  aq_core_begin_call       (AqCore        *self,
                                    AqWaiter      *waiter);
guint     aq_core_collect          (AqCore        *self,
                                    AqWaiter      *waiter,
                                    gpointer      *items,
                                    guint          n_items,
                                    GError       **error);
void      aq_core_withdraw         (AqCore        *self,
                                    AqWaiter      *waiter);

gboolean  aq_core_set_error        (AqCore        *self,
                                    const AqWaiter *waiter,
                                    GError       **error);

/* Of the queue as a whole */
guint     aq_core_clear_items      (AqCore        *self);
void      aq_core_shut_down        (AqCore        *self,
                                    gboolean       immediate);
void      aq_core_shut_down_with_error (AqCore       *self,
                                        const GError *cause);
const GError *aq_core_get_cause    (AqCore        *self);
void      aq_core_hold             (AqCore        *self);
gboolean  aq_core_release          (AqCore        *self);
gboolean  aq_core_task_done        (AqCore        *self);
void      aq_core_set_max_size     (AqCore        *self,
                                    guint          max_size);
void      aq_core_set_overflow     (AqCore        *self,
                                    AqOverflow     overflow);
void      aq_core_set_paused       (AqCore        *self,
                                    gboolean       is_paused);
void      aq_core_set_max_in_flight (AqCore       *self,
                                    guint          max_in_flight);
guint64   aq_core_read             (AqCore        *self,
                                    AqFigure       figure);
guint     aq_core_max_collectable  (AqCore        *self);
guint     aq_core_peek_many        (AqCore        *self,
                                    gpointer      *items,
                                    guint          n_items,
                                    gboolean       all);

/* Of items */
gboolean  aq_core_put_back         (AqCore        *self,
                                    const AqEntry *entry);
gboolean  aq_core_remove           (AqCore        *self,
                                    gpointer       item);
gboolean  aq_core_set_priority     (AqCore        *self,
                                    gpointer       item,
                                    gint64         priority);
gboolean  aq_core_set_measure      (AqCore        *self,
                                    AqMeasure     *measure);
guint     aq_core_measure_slow     (AqCore        *self,
                                    gpointer       item);
gpointer  aq_core_ref_item         (AqCore        *self,
                                    gpointer       item);
void      aq_core_release_item     (AqCore        *self,
                                    gpointer       item);

static inline guint
aq_core_measure (AqCore   *self,
                 gpointer  item)
{
  return g_atomic_pointer_get (&self->measure) != NULL ? aq_core_measure_slow (self, item) : 1;
}

G_END_DECLS
