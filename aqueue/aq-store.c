/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-store-private.h"

#include <string.h>

/* Blocks are small while there are few items, and big enough for the cost of an
 * allocation not to show once there are many. */
#define MIN_BLOCK_CAPACITY 32
#define MAX_BLOCK_CAPACITY 1022

#define MIN_HEAP_CAPACITY 32
#define HEAP_ARITY 4

struct _AqStoreEntry
{
  gpointer item;
  gint64 priority;
  guint64 serial; /* keeps equal priorities in the order of their pushes */
};

/*
 * The deque is a list of blocks, and not one array that doubles: growing never
 * copies, so no push takes longer than others, and a block goes back as soon
 * as its last item has left.
 */

static AqStoreBlock *
block_new (guint capacity)
{
  AqStoreBlock *block = g_malloc (sizeof *block + capacity * sizeof (gpointer));

  block->prev = NULL;
  block->next = NULL;
  block->capacity = capacity;

  return block;
}

static void
deque_add_block (AqStore *self)
{
  AqStoreBlock *block = g_steal_pointer (&self->u.deque.spare);

  if (block == NULL)
    block = block_new (CLAMP (self->length, MIN_BLOCK_CAPACITY, MAX_BLOCK_CAPACITY));

  block->prev = self->u.deque.tail;
  block->next = NULL;

  if (self->u.deque.tail != NULL)
    self->u.deque.tail->next = block;
  else
    self->u.deque.head = block;

  self->u.deque.tail = block;
  self->u.deque.tail_index = 0;
}

static void
deque_recycle_block (AqStore      *self,
                     AqStoreBlock *block)
{
  if (self->u.deque.spare == NULL)
    self->u.deque.spare = block;
  else
    g_free (block);
}

static void
deque_push (AqStore  *self,
            gpointer  item)
{
  if (self->u.deque.tail == NULL ||
      self->u.deque.tail_index == self->u.deque.tail->capacity)
    deque_add_block (self);

  self->u.deque.tail->items[self->u.deque.tail_index++] = item;
}

/* The one block that is left when the deque is empty starts anew. */
static void
deque_rewind (AqStore *self)
{
  self->u.deque.head_index = 0;
  self->u.deque.tail_index = 0;
}

static gpointer
deque_pop_head (AqStore *self)
{
  AqStoreBlock *block = self->u.deque.head;
  gpointer item = block->items[self->u.deque.head_index++];

  if (self->length == 1)
    {
      deque_rewind (self);
    }
  else if (self->u.deque.head_index == block->capacity)
    {
      self->u.deque.head = block->next;
      self->u.deque.head->prev = NULL;
      self->u.deque.head_index = 0;
      deque_recycle_block (self, block);
    }

  return item;
}

static gpointer
deque_pop_tail (AqStore *self)
{
  AqStoreBlock *block = self->u.deque.tail;
  gpointer item = block->items[--self->u.deque.tail_index];

  if (self->length == 1)
    {
      deque_rewind (self);
    }
  else if (self->u.deque.tail_index == 0)
    {
      self->u.deque.tail = block->prev;
      self->u.deque.tail->next = NULL;
      self->u.deque.tail_index = self->u.deque.tail->capacity;
      deque_recycle_block (self, block);
    }

  return item;
}

/* Copies the first @n_items, or the last ones if @from_tail, which come out the
 * last one first. */
static void
deque_peek_many (AqStore  *self,
                 gpointer *items,
                 guint     n_items,
                 gboolean  from_tail)
{
  AqStoreBlock *block = from_tail ? self->u.deque.tail : self->u.deque.head;
  guint index = from_tail ? self->u.deque.tail_index : self->u.deque.head_index;

  for (guint i = 0; i < n_items; i++)
    {
      if (from_tail && index == 0)
        {
          block = block->prev;
          index = block->capacity;
        }
      else if (!from_tail && index == block->capacity)
        {
          block = block->next;
          index = 0;
        }

      items[i] = block->items[from_tail ? --index : index++];
    }
}

/* Finds the place of the item that has @n_before others before it, and some
 * behind it, walking over the blocks from the nearer end. */
static AqStoreBlock *
deque_find (AqStore *self,
            guint    n_before,
            guint   *index)
{
  AqStoreBlock *block;

  if (n_before < self->length / 2)
    {
      guint n_left = n_before + self->u.deque.head_index;

      for (block = self->u.deque.head; n_left >= block->capacity; block = block->next)
        n_left -= block->capacity;

      *index = n_left;
    }
  else
    {
      guint n_behind = self->length - n_before; /* itself among them */
      guint n_here = self->u.deque.tail_index;

      for (block = self->u.deque.tail; n_behind > n_here; n_here = block->capacity)
        {
          n_behind -= n_here;
          block = block->prev;
        }

      *index = n_here - n_behind;
    }

  return block;
}

/* Keeps the first @n_first items, at least one and not all, and moves the others
 * to @rest. Copies no more than one block. */
static void
deque_split (AqStore *self,
             guint    n_first,
             AqStore *rest)
{
  AqStoreBlock *block, *copy;
  guint index, n_copied;

  block = deque_find (self, n_first, &index);
  n_copied = (block == self->u.deque.tail ? self->u.deque.tail_index : block->capacity) - index;

  copy = block_new (MAX (n_copied, MIN_BLOCK_CAPACITY));
  aq_store_init (rest, self->order);
  rest->length = self->length - n_first;
  rest->u.deque.head = copy;

  if (block == self->u.deque.tail)
    {
      memcpy (copy->items, block->items + index, n_copied * sizeof (gpointer));
      rest->u.deque.tail = copy;
      rest->u.deque.tail_index = n_copied;
    }
  else
    {
      /* All blocks but the tail are full to their end. */
      rest->u.deque.head_index = copy->capacity - n_copied;
      memcpy (copy->items + rest->u.deque.head_index, block->items + index,
              n_copied * sizeof (gpointer));
      copy->next = block->next;
      copy->next->prev = copy;
      rest->u.deque.tail = self->u.deque.tail;
      rest->u.deque.tail_index = self->u.deque.tail_index;
    }

  /* If nothing of @block is kept, its last item is that of the block before. */
  if (index == 0)
    {
      self->u.deque.tail = block->prev;
      self->u.deque.tail_index = block->prev->capacity;
      deque_recycle_block (self, block);
    }
  else
    {
      self->u.deque.tail = block;
      self->u.deque.tail_index = index;
    }

  self->u.deque.tail->next = NULL;
  self->length = n_first;
}

static void
deque_clear (AqStore *self)
{
  AqStoreBlock *block = self->u.deque.head;

  while (block != NULL)
    {
      AqStoreBlock *next = block->next;

      g_free (block);
      block = next;
    }

  g_free (self->u.deque.spare);
}

static inline gboolean
entry_precedes (const AqStoreEntry *a,
                const AqStoreEntry *b)
{
  if (a->priority != b->priority)
    return a->priority < b->priority;

  return a->serial < b->serial;
}

static void
heap_resize (AqStore *self,
             gsize    capacity)
{
  self->u.heap.entries = g_renew (AqStoreEntry, self->u.heap.entries, capacity);
  self->u.heap.capacity = capacity;
}

static void
heap_push (AqStore  *self,
           gpointer  item,
           gint64    priority)
{
  AqStoreEntry entry = { item, priority, self->u.heap.next_serial++ };
  AqStoreEntry *entries;
  gsize hole = self->length;

  if (self->length == self->u.heap.capacity)
    heap_resize (self, MAX (2 * self->u.heap.capacity, MIN_HEAP_CAPACITY));

  entries = self->u.heap.entries;
  while (hole > 0)
    {
      gsize parent = (hole - 1) / HEAP_ARITY;

      if (!entry_precedes (&entry, &entries[parent]))
        break;

      entries[hole] = entries[parent];
      hole = parent;
    }
  entries[hole] = entry;
}

static AqStoreEntry
heap_pop (AqStore *self)
{
  AqStoreEntry *entries = self->u.heap.entries;
  AqStoreEntry first = entries[0];
  AqStoreEntry last = entries[self->length - 1];
  gsize n_left = self->length - 1;
  gsize hole = 0;

  for (;;)
    {
      gsize child = HEAP_ARITY * hole + 1;
      gsize end = MIN (child + HEAP_ARITY, n_left);
      gsize best = child;

      if (child >= n_left)
        break;

      for (gsize i = child + 1; i < end; i++)
        if (entry_precedes (&entries[i], &entries[best]))
          best = i;

      if (!entry_precedes (&entries[best], &last))
        break;

      entries[hole] = entries[best];
      hole = best;
    }
  entries[hole] = last;

  /* A quarter, not a half: a length that swings around one size must not
   * resize with each swing. */
  if (n_left < self->u.heap.capacity / 4 && self->u.heap.capacity > MIN_HEAP_CAPACITY)
    heap_resize (self, self->u.heap.capacity / 2);

  return first;
}

/* Places of entries that come into question as the next one: a heap of their own. */
typedef struct
{
  const AqStoreEntry *entries;
  gsize *places;
  gsize n_places;
} Candidates;

static gboolean
place_precedes (Candidates *self,
                gsize       a,
                gsize       b)
{
  return entry_precedes (&self->entries[a], &self->entries[b]);
}

static void
add_candidate (Candidates *self,
               gsize       place)
{
  gsize hole = self->n_places++;

  for (gsize above; hole > 0; hole = above)
    {
      above = (hole - 1) / 2;
      if (!place_precedes (self, place, self->places[above]))
        break;
      self->places[hole] = self->places[above];
    }

  self->places[hole] = place;
}

static gsize
take_candidate (Candidates *self)
{
  gsize first = self->places[0];
  gsize moved = self->places[--self->n_places];
  gsize hole = 0;

  for (gsize below; (below = 2 * hole + 1) < self->n_places; hole = below)
    {
      if (below + 1 < self->n_places &&
          place_precedes (self, self->places[below + 1], self->places[below]))
        below++;
      if (!place_precedes (self, self->places[below], moved))
        break;
      self->places[hole] = self->places[below];
    }

  self->places[hole] = moved;

  return first;
}

/* Looks at the next @n_items and at their children, and at no others. */
static void
heap_peek_many (AqStore  *self,
                gpointer *items,
                guint     n_items,
                gsize    *scratch)
{
  Candidates candidates = { self->u.heap.entries, scratch, 0 };

  if (n_items > 0)
    add_candidate (&candidates, 0);

  for (guint n = 0; n < n_items; n++)
    {
      gsize place = take_candidate (&candidates);
      gsize child = HEAP_ARITY * place + 1;
      gsize end = MIN (child + HEAP_ARITY, self->length);

      items[n] = self->u.heap.entries[place].item;

      for (; child < end; child++)
        add_candidate (&candidates, child);
    }
}

static void
heap_split (AqStore *self,
            guint    n_keep,
            AqStore *rest)
{
  *rest = *self;
  aq_store_init (self, AQ_STORE_PRIORITY);

  for (; n_keep > 0; n_keep--)
    {
      AqStoreEntry entry = heap_pop (rest);

      rest->length--;
      aq_store_push (self, entry.item, entry.priority);
    }
}

void
aq_store_init (AqStore      *self,
               AqStoreOrder  order)
{
  *self = (AqStore) { .order = order };
}

void
aq_store_push_slow (AqStore  *self,
                    gpointer  item,
                    gint64    priority)
{
  if (self->order == AQ_STORE_PRIORITY)
    heap_push (self, item, priority);
  else
    deque_push (self, item);

  self->length++;
}

gpointer
aq_store_pop_slow (AqStore *self)
{
  gpointer item;

  g_assert (self->length > 0);

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      item = deque_pop_head (self);
      break;

    case AQ_STORE_LIFO:
      item = deque_pop_tail (self);
      break;

    case AQ_STORE_PRIORITY:
      item = heap_pop (self).item;
      break;

    default:
      g_assert_not_reached ();
    }

  self->length--;

  return item;
}

/* The item that aq_store_pop () would return, or %NULL. */
gpointer
aq_store_peek (AqStore *self)
{
  if (self->length == 0)
    return NULL;

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      return self->u.deque.head->items[self->u.deque.head_index];

    case AQ_STORE_LIFO:
      return self->u.deque.tail->items[self->u.deque.tail_index - 1];

    case AQ_STORE_PRIORITY:
      return self->u.heap.entries[0].item;

    default:
      g_assert_not_reached ();
    }
}

/* How many bytes aq_store_peek_many () needs to work with, in a store of this order.
 * So the caller can allocate them with no lock held. */
gsize
aq_store_scratch_size (AqStoreOrder order,
                       guint        n_items)
{
  if (order != AQ_STORE_PRIORITY)
    return 0;

  /* For each candidate that is taken, its children come in its place. */
  return ((HEAP_ARITY - 1) * (gsize) n_items + 1) * sizeof (gsize);
}

/* The items that are next, as many as there are at most, in their order. */
void
aq_store_peek_many (AqStore  *self,
                    gpointer *items,
                    guint     n_items,
                    gpointer  scratch)
{
  g_assert (n_items <= self->length);

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      deque_peek_many (self, items, n_items, FALSE);
      break;

    case AQ_STORE_LIFO:
      deque_peek_many (self, items, n_items, TRUE);
      break;

    case AQ_STORE_PRIORITY:
      heap_peek_many (self, items, n_items, scratch);
      break;

    default:
      g_assert_not_reached ();
    }
}

/* Keeps the @n_keep items that are next, and moves the others to @rest, which is
 * initialized by this call. The cost is that of walking over the blocks of the kept
 * ones or of the others, whichever are fewer; with priorities, of popping the kept. */
void
aq_store_split (AqStore *self,
                guint    n_keep,
                AqStore *rest)
{
  AqStore kept;

  g_assert (n_keep <= self->length);

  if (n_keep == self->length)
    {
      aq_store_init (rest, self->order);
      return;
    }

  if (n_keep == 0)
    {
      *rest = *self;
      aq_store_init (self, rest->order);
      return;
    }

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      deque_split (self, n_keep, rest);
      break;

    case AQ_STORE_LIFO:
      /* What is next is at the tail here. */
      deque_split (self, self->length - n_keep, &kept);
      *rest = *self;
      *self = kept;
      break;

    case AQ_STORE_PRIORITY:
      heap_split (self, n_keep, rest);
      break;

    default:
      g_assert_not_reached ();
    }
}

/* Nothing will be pushed any more. So the order is settled, and the last one is found
 * as soon as the next one. */
void
aq_store_freeze (AqStore *self)
{
  AqStore frozen;

  if (self->order != AQ_STORE_PRIORITY)
    return;

  aq_store_init (&frozen, AQ_STORE_FIFO);
  while (self->length > 0)
    aq_store_push (&frozen, aq_store_pop (self), 0);

  aq_store_clear (self);
  *self = frozen;
}

/* Frees the store's own memory; the items are no concern of it. */
void
aq_store_clear (AqStore *self)
{
  if (self->order == AQ_STORE_PRIORITY)
    g_free (self->u.heap.entries);
  else
    deque_clear (self);

  aq_store_init (self, self->order);
}
