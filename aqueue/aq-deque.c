/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-deque-private.h"

#include <string.h>

/* Blocks are small while there are few items, and big enough for the cost of an
 * allocation not to show once there are many. */
#define MIN_BLOCK_CAPACITY 32
#define MAX_BLOCK_CAPACITY 1022

static guint *
get_sizes (AqDequeBlock *block)
{
  return (guint *) (block->items + block->capacity);
}

/* Returns a block to go beside @neighbour. */
static AqDequeBlock *
get_block (AqDeque      *self,
           AqDequeBlock *neighbour)
{
  gsize entry_size = sizeof (gpointer) + (self->has_sizes ? sizeof (guint) : 0);
  AqDequeBlock *block = g_steal_pointer (&self->spare);
  guint capacity;

  if (block == NULL)
    {
      capacity = neighbour != NULL ? MIN (2 * neighbour->capacity, MAX_BLOCK_CAPACITY)
                                   : MIN_BLOCK_CAPACITY;
      block = g_malloc (sizeof *block + capacity * entry_size);
      block->capacity = capacity;
    }

  block->prev = NULL;
  block->next = NULL;

  return block;
}

static void
recycle_block (AqDeque      *self,
               AqDequeBlock *block)
{
  if (self->spare == NULL)
    self->spare = block;
  else
    g_free (block);
}

static void
set_entry (AqDeque       *self,
           AqDequeBlock  *block,
           guint          index,
           const AqEntry *entry)
{
  block->items[index] = entry->item;
  if (self->has_sizes)
    get_sizes (block)[index] = entry->size;
}

static AqEntry
get_entry (const AqDeque *self,
           AqDequeBlock  *block,
           guint          index)
{
  return (AqEntry) {
    .item = block->items[index],
    .size = self->has_sizes ? get_sizes (block)[index] : 1,
  };
}

void
aq_deque_push_head (AqDeque       *self,
                    const AqEntry *entry)
{
  if (self->head == NULL)
    self->head = self->tail = get_block (self, NULL);

  if (aq_deque_is_empty (self))
    {
      self->head_index = self->tail_index = self->head->capacity;
    }
  else if (self->head_index == 0)
    {
      AqDequeBlock *block = get_block (self, self->head);

      block->next = self->head;
      self->head->prev = block;
      self->head = block;
      self->head_index = block->capacity;
    }

  set_entry (self, self->head, --self->head_index, entry);
}

void
aq_deque_push_tail (AqDeque       *self,
                    const AqEntry *entry)
{
  if (self->tail == NULL)
    self->head = self->tail = get_block (self, NULL);

  if (aq_deque_is_empty (self))
    {
      aq_deque_rewind (self);
    }
  else if (self->tail_index == self->tail->capacity)
    {
      AqDequeBlock *block = get_block (self, self->tail);

      block->prev = self->tail;
      self->tail->next = block;
      self->tail = block;
      self->tail_index = 0;
    }

  set_entry (self, self->tail, self->tail_index++, entry);
}

/* To be called when one has left, with the places of the ends set. */
static void
drop_empty_block (AqDeque *self)
{
  AqDequeBlock *head = self->head;
  AqDequeBlock *tail = self->tail;

  if (aq_deque_is_empty (self))
    {
      aq_deque_rewind (self);
    }
  else if (self->head_index == head->capacity)
    {
      self->head = head->next;
      self->head->prev = NULL;
      self->head_index = 0;
      recycle_block (self, head);
    }
  else if (self->tail_index == 0)
    {
      self->tail = tail->prev;
      self->tail->next = NULL;
      self->tail_index = self->tail->capacity;
      recycle_block (self, tail);
    }
}

/* Only if there is an entry. */
AqEntry
aq_deque_pop_head (AqDeque *self)
{
  AqEntry entry = get_entry (self, self->head, self->head_index++);

  drop_empty_block (self);

  return entry;
}

AqEntry
aq_deque_pop_tail (AqDeque *self)
{
  AqEntry entry = get_entry (self, self->tail, --self->tail_index);

  drop_empty_block (self);

  return entry;
}

AqDequePlace
aq_deque_find_head (const AqDeque *self)
{
  return (AqDequePlace) { self->head, self->head_index };
}

/* Only if there is one behind @place. */
AqDequePlace
aq_deque_find_next (AqDequePlace place)
{
  if (++place.index == place.block->capacity)
    return (AqDequePlace) { place.block->next, 0 };

  return place;
}

static void
move_entries (const AqDeque *self,
              AqDequeBlock  *block,
              guint          to,
              guint          from,
              guint          n)
{
  memmove (block->items + to, block->items + from, n * sizeof (gpointer));
  if (self->has_sizes)
    memmove (get_sizes (block) + to, get_sizes (block) + from, n * sizeof (guint));
}

/* Those before @place move back by one: whoever looked for it has passed these anyway. */
AqEntry
aq_deque_remove (AqDeque      *self,
                 AqDequePlace  place)
{
  AqEntry removed = get_entry (self, place.block, place.index);
  AqDequeBlock *block = place.block;
  guint index = place.index;

  while (block != self->head)
    {
      AqEntry last = get_entry (self, block->prev, block->prev->capacity - 1);

      move_entries (self, block, 1, 0, index);
      set_entry (self, block, 0, &last);
      block = block->prev;
      index = block->capacity - 1;
    }

  move_entries (self, block, self->head_index + 1, self->head_index, index - self->head_index);
  self->head_index++;
  drop_empty_block (self);

  return removed;
}

/* Frees the blocks; the items are no concern of it. */
void
aq_deque_clear (AqDeque *self)
{
  AqDequeBlock *block = self->head;

  while (block != NULL)
    {
      AqDequeBlock *next = block->next;

      g_free (block);
      block = next;
    }

  g_free (self->spare);
  *self = (AqDeque) { .has_sizes = self->has_sizes };
}
