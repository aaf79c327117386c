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
    } line;

    /* PRIORITY: a heap in which each entry has four children. */
    struct
    {
      AqStoreEntry *entries;
      guint capacity;
      guint64 next_serial;
    } heap;
  } u;
} AqStore;

void     aq_store_init  (AqStore      *self,
                         AqStoreOrder  order);
void     aq_store_push  (AqStore      *self,
                         gpointer      item,
                         gint64        priority);
gpointer aq_store_pop   (AqStore      *self);
gpointer aq_store_peek  (AqStore      *self);
void     aq_store_cut   (AqStore      *self,
                         guint         n_keep,
                         AqStore      *rest);
void     aq_store_clear (AqStore      *self);

G_END_DECLS
