/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-entry-private.h"

G_BEGIN_DECLS

/*
 * AqDeque: entries in a row, pushed and popped at both ends.
 *
 * It is a list of blocks, and not one array that doubles: growing never copies, so
 * no push takes longer than others, and a block goes back as soon as its last item
 * has left.
 */

typedef struct _AqDequeBlock AqDequeBlock;

struct _AqDequeBlock
{
  AqDequeBlock *prev;
  AqDequeBlock *next;
  guint capacity;
  gpointer items[]; /* and behind them their sizes, if these are known */
};

typedef struct
{
  gboolean has_sizes;
  AqDequeBlock *head;  /* (nullable) */
  AqDequeBlock *tail;  /* (nullable) */
  AqDequeBlock *spare; /* (nullable): saves allocating at the edge of a block */
  guint head_index;    /* of the first item, in @head */
  guint tail_index;    /* behind the last item, in @tail */
} AqDeque;

/* Where an item is, until one is pushed, popped or removed. */
typedef struct
{
  AqDequeBlock *block;
  guint index;
} AqDequePlace;

void          aq_deque_push_head (AqDeque       *self,
                                  const AqEntry *entry);
void          aq_deque_push_tail (AqDeque       *self,
                                  const AqEntry *entry);
AqEntry       aq_deque_pop_head  (AqDeque       *self);
AqEntry       aq_deque_pop_tail  (AqDeque       *self);
AqDequePlace  aq_deque_find_head (const AqDeque *self);
AqDequePlace  aq_deque_find_next (AqDequePlace   place);
AqEntry       aq_deque_remove    (AqDeque       *self,
                                  AqDequePlace   place);
void          aq_deque_clear     (AqDeque       *self);

/* Within a block, and without sizes, in at the tail and out at the head is a matter of
 * two lines. */

static inline gboolean
aq_deque_is_empty (const AqDeque *self)
{
  return self->head == self->tail && self->head_index == self->tail_index;
}

static inline gboolean
aq_deque_try_push_tail (AqDeque  *self,
                        gpointer  item)
{
  if (self->tail == NULL || self->tail_index == self->tail->capacity)
    return FALSE;

  self->tail->items[self->tail_index++] = item;

  return TRUE;
}

/* Only if there is one. */
static inline gboolean
aq_deque_try_pop_head (AqDeque  *self,
                       gpointer *item)
{
  if (self->head_index + 1 == self->head->capacity)
    return FALSE;

  *item = self->head->items[self->head_index++];

  return TRUE;
}

/* The one block of an empty deque starts anew with the next push. */
static inline void
aq_deque_rewind (AqDeque *self)
{
  self->head_index = 0;
  self->tail_index = 0;
}

G_END_DECLS
