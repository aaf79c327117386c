/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-store-private.h"

/* Blocks are small while the line is short, and big enough for the cost of an
 * allocation not to show once it is long. */
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

/* A line is a list of blocks, and not one array that doubles: growing never
 * copies, so no push takes longer than others, and a block goes back as soon
 * as its last item has left. */

static void
line_add_block (AqStore *self)
{
  AqStoreBlock *block = g_steal_pointer (&self->u.line.spare);

  if (block == NULL)
    {
      guint capacity = CLAMP (self->length, MIN_BLOCK_CAPACITY, MAX_BLOCK_CAPACITY);

      block = g_malloc (sizeof *block + capacity * sizeof (gpointer));
      block->capacity = capacity;
    }

  block->prev = self->u.line.tail;
  block->next = NULL;

  if (self->u.line.tail != NULL)
    self->u.line.tail->next = block;
  else
    self->u.line.head = block;

  self->u.line.tail = block;
  self->u.line.tail_index = 0;
}

static void
line_recycle_block (AqStore      *self,
                    AqStoreBlock *block)
{
  if (self->u.line.spare == NULL)
    self->u.line.spare = block;
  else
    g_free (block);
}

static void
line_push (AqStore  *self,
           gpointer  item)
{
  if (self->u.line.tail == NULL ||
      self->u.line.tail_index == self->u.line.tail->capacity)
    line_add_block (self);

  self->u.line.tail->items[self->u.line.tail_index++] = item;
}

/* The one block that is left when the line is empty starts anew. */
static void
line_rewind (AqStore *self)
{
  self->u.line.head_index = 0;
  self->u.line.tail_index = 0;
}

static gpointer
line_pop_head (AqStore *self)
{
  AqStoreBlock *block = self->u.line.head;
  gpointer item = block->items[self->u.line.head_index++];

  if (self->length == 1)
    {
      line_rewind (self);
    }
  else if (self->u.line.head_index == block->capacity)
    {
      self->u.line.head = block->next;
      self->u.line.head->prev = NULL;
      self->u.line.head_index = 0;
      line_recycle_block (self, block);
    }

  return item;
}

static gpointer
line_pop_tail (AqStore *self)
{
  AqStoreBlock *block = self->u.line.tail;
  gpointer item = block->items[--self->u.line.tail_index];

  if (self->length == 1)
    {
      line_rewind (self);
    }
  else if (self->u.line.tail_index == 0)
    {
      self->u.line.tail = block->prev;
      self->u.line.tail->next = NULL;
      self->u.line.tail_index = self->u.line.tail->capacity;
      line_recycle_block (self, block);
    }

  return item;
}

static void
line_clear (AqStore *self)
{
  AqStoreBlock *block = self->u.line.head;

  while (block != NULL)
    {
      AqStoreBlock *next = block->next;

      g_free (block);
      block = next;
    }

  g_free (self->u.line.spare);
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

static AqStoreEntry
pop_entry (AqStore *self)
{
  AqStoreEntry entry = { NULL, 0, 0 };

  g_assert (self->length > 0);

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      entry.item = line_pop_head (self);
      break;

    case AQ_STORE_LIFO:
      entry.item = line_pop_tail (self);
      break;

    case AQ_STORE_PRIORITY:
      entry = heap_pop (self);
      break;

    default:
      g_assert_not_reached ();
    }

  self->length--;

  return entry;
}

void
aq_store_init (AqStore      *self,
               AqStoreOrder  order)
{
  *self = (AqStore) { .order = order };
}

void
aq_store_push_anywhere (AqStore  *self,
                        gpointer  item,
                        gint64    priority)
{
  if (self->order == AQ_STORE_PRIORITY)
    heap_push (self, item, priority);
  else
    line_push (self, item);

  self->length++;
}

gpointer
aq_store_pop_anywhere (AqStore *self)
{
  return pop_entry (self).item;
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
      return self->u.line.head->items[self->u.line.head_index];

    case AQ_STORE_LIFO:
      return self->u.line.tail->items[self->u.line.tail_index - 1];

    case AQ_STORE_PRIORITY:
      return self->u.heap.entries[0].item;

    default:
      g_assert_not_reached ();
    }
}

static void
line_peek_many (AqStore  *self,
                gpointer *items,
                guint     n_items)
{
  AqStoreBlock *block = self->u.line.head;
  guint index = self->u.line.head_index;

  for (guint i = 0; i < n_items; i++)
    {
      if (index == block->capacity)
        {
          block = block->next;
          index = 0;
        }

      items[i] = block->items[index++];
    }
}

static void
line_peek_many_back (AqStore  *self,
                     gpointer *items,
                     guint     n_items)
{
  AqStoreBlock *block = self->u.line.tail;
  guint index = self->u.line.tail_index;

  for (guint i = 0; i < n_items; i++)
    {
      if (index == 0)
        {
          block = block->prev;
          index = block->capacity;
        }

      items[i] = block->items[--index];
    }
}

static void
heap_peek_many (AqStore  *self,
                gpointer *items,
                guint     n_items)
{
  AqStore copy = *self;

  copy.u.heap.entries = g_memdup2 (self->u.heap.entries, self->length * sizeof (AqStoreEntry));
  copy.u.heap.capacity = self->length;

  for (guint i = 0; i < n_items; i++)
    items[i] = aq_store_pop_anywhere (&copy);

  aq_store_clear (&copy);
}

/* The items that are next, as many as there are at most, in their order. */
void
aq_store_peek_many (AqStore  *self,
                    gpointer *items,
                    guint     n_items)
{
  g_assert (n_items <= self->length);

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      line_peek_many (self, items, n_items);
      break;

    case AQ_STORE_LIFO:
      line_peek_many_back (self, items, n_items);
      break;

    case AQ_STORE_PRIORITY:
      heap_peek_many (self, items, n_items);
      break;

    default:
      g_assert_not_reached ();
    }
}

/* Keeps the @n_keep items that are next, and moves the others to @rest, which
 * is initialized by this call. However many those are, the cost is that of the
 * kept ones. */
void
aq_store_cut (AqStore *self,
              guint    n_keep,
              AqStore *rest)
{
  g_autofree AqStoreEntry *kept = g_new (AqStoreEntry, n_keep);

  *rest = *self;
  aq_store_init (self, rest->order);

  for (guint i = 0; i < n_keep; i++)
    kept[i] = pop_entry (rest);

  for (guint i = 0; i < n_keep; i++)
    {
      const AqStoreEntry *entry;

      /* What comes off a stack first went on it last. */
      entry = &kept[self->order == AQ_STORE_LIFO ? n_keep - 1 - i : i];
      aq_store_push (self, entry->item, entry->priority);
    }
}

/* Frees the store's own memory; the items are no concern of it. */
void
aq_store_clear (AqStore *self)
{
  if (self->order == AQ_STORE_PRIORITY)
    g_free (self->u.heap.entries);
  else
    line_clear (self);

  aq_store_init (self, self->order);
}
