/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-deque-private.h"
#include "aq-sorted-private.h"

G_BEGIN_DECLS

/*
 * AqStore: items in the order in which they are got, the next one at the front.
 *
 * It knows nothing of owners, bounds or waiters, and calls nobody: pushing and
 * popping move pointers, so they can be done under a lock. An item that is pushed
 * goes to its place in the order. One that comes back, or from another part of the
 * same order, goes to an end.
 */

typedef enum
{
  AQ_STORE_FIFO,
  AQ_STORE_LIFO,
  AQ_STORE_PRIORITY, /* lowest first, equal ones first in, first out */
} AqStoreOrder;

typedef struct
{
  AqStoreOrder order;
  gboolean has_sizes;
  gboolean is_plain; /* first in, first out, and without sizes */
  guint length;
  guint64 total_size; /* if sizes are known */

  union
  {
    AqDeque deque;
    AqSorted sorted; /* PRIORITY */
  } u;
} AqStore;

void      aq_store_init         (AqStore       *self,
                                 AqStoreOrder   order,
                                 gboolean       has_sizes);
void      aq_store_clear        (AqStore       *self);
AqStore   aq_store_steal        (AqStore       *self);

void      aq_store_push_front   (AqStore       *self,
                                 const AqEntry *entry);
void      aq_store_push_back_slow (AqStore       *self,
                                   const AqEntry *entry);
gint64    aq_store_first_priority (const AqStore *self);
gint64    aq_store_last_priority  (const AqStore *self);

AqEntry   aq_store_pop_front_slow (AqStore      *self);
AqEntry   aq_store_pop_back     (AqStore       *self);
AqEntry   aq_store_pop_oldest   (AqStore       *self);
AqEntry   aq_store_pop_newest   (AqStore       *self);

gboolean  aq_store_remove       (AqStore       *self,
                                 gpointer       item,
                                 AqEntry       *entry);

void      aq_store_peek_many    (const AqStore *self,
                                 gpointer      *items,
                                 guint          n_items);

/* Whether an item pushed now would come before the last one. */
static inline gboolean
aq_store_overtakes (const AqStore *self,
                    gint64         priority)
{
  if (self->length == 0 || self->order == AQ_STORE_FIFO)
    return FALSE;

  return self->order == AQ_STORE_LIFO || priority < aq_store_last_priority (self);
}

/* What bounds go by. */
static inline guint64
aq_store_get_size (const AqStore *self)
{
  return self->has_sizes ? self->total_size : self->length;
}

/* In at the back and out at the front is what most do, and so it is short. */

/* With priorities: behind its equals. */
static inline void
aq_store_push_back (AqStore       *self,
                    const AqEntry *entry)
{
  if (self->is_plain && aq_deque_try_push_tail (&self->u.deque, entry->item))
    self->length++;
  else
    aq_store_push_back_slow (self, entry);
}

static inline void
aq_store_push (AqStore       *self,
               const AqEntry *entry)
{
  if (self->order == AQ_STORE_LIFO)
    aq_store_push_front (self, entry);
  else
    aq_store_push_back (self, entry);
}

/* Only if there is one. */
static inline AqEntry
aq_store_pop_front (AqStore *self)
{
  gpointer item;

  if (!self->is_plain || !aq_deque_try_pop_head (&self->u.deque, &item))
    return aq_store_pop_front_slow (self);

  if (--self->length == 0)
    aq_deque_rewind (&self->u.deque);

  return (AqEntry) { .item = item, .size = 1 };
}

G_END_DECLS
