/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * AqStore: the items on the belt, in the order in which they come off it.
 *
 * It knows nothing of owners, bounds or waiters, and calls nobody: pushing and
 * popping move pointers, so they can be done under a lock.
 */

typedef enum
{
  AQ_STORE_FIFO,
  AQ_STORE_LIFO,
  AQ_STORE_PRIORITY, /* lowest first, equal ones first in, first out */
} AqStoreOrder;

typedef struct _AqStoreBlock AqStoreBlock;
typedef struct _AqStoreEntry AqStoreEntry;

struct _AqStoreBlock
{
  AqStoreBlock *prev;
  AqStoreBlock *next;
  guint capacity;
  gpointer items[];
};

typedef struct
{
  AqStoreOrder order;
  guint length;

  union
  {
    /* FIFO and LIFO: pushed at the tail, popped at the head or at the tail. */
    struct
    {
      AqStoreBlock *head;
      AqStoreBlock *tail;
      AqStoreBlock *spare; /* (nullable): saves allocating at the edge of a block */
      guint head_index;    /* of the first item, in @head */
      guint tail_index;    /* behind the last item, in @tail */
    } deque;

    /* PRIORITY: a heap in which each entry has four children. */
    struct
    {
      AqStoreEntry *entries;
      gsize capacity;
      guint64 next_serial;
    } heap;
  } u;
} AqStore;

void     aq_store_init          (AqStore      *self,
                                 AqStoreOrder  order);
void     aq_store_push_slow     (AqStore      *self,
                                 gpointer      item,
                                 gint64        priority);
gpointer aq_store_pop_slow      (AqStore      *self);
gpointer aq_store_peek          (AqStore      *self);
gsize    aq_store_scratch_size  (AqStoreOrder  order,
                                 guint         n_items);
void     aq_store_peek_many     (AqStore      *self,
                                 gpointer     *items,
                                 guint         n_items,
                                 gpointer      scratch);
void     aq_store_split         (AqStore      *self,
                                 guint         n_keep,
                                 AqStore      *rest);
void     aq_store_freeze        (AqStore      *self);
void     aq_store_clear         (AqStore      *self);

/* Within a block, first in, first out is a matter of two lines; all else is the
 * slow path. */

/* @priority counts in a store with that order alone. */
static inline void
aq_store_push (AqStore  *self,
               gpointer  item,
               gint64    priority)
{
  if (self->order == AQ_STORE_FIFO && self->u.deque.tail != NULL &&
      self->u.deque.tail_index < self->u.deque.tail->capacity)
    {
      self->u.deque.tail->items[self->u.deque.tail_index++] = item;
      self->length++;
    }
  else
    {
      aq_store_push_slow (self, item, priority);
    }
}

static inline gpointer
aq_store_pop (AqStore *self)
{
  if (self->order == AQ_STORE_FIFO && self->length > 0 &&
      self->u.deque.head_index + 1 < self->u.deque.head->capacity)
    {
      gpointer item = self->u.deque.head->items[self->u.deque.head_index++];

      /* The block starts anew with the next push. */
      if (--self->length == 0)
        self->u.deque.head_index = self->u.deque.tail_index = 0;

      return item;
    }

  return aq_store_pop_slow (self);
}

G_END_DECLS
