/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-store-private.h"

void
aq_store_init (AqStore      *self,
               AqStoreOrder  order,
               gboolean      has_sizes)
{
  *self = (AqStore) {
    .order = order,
    .has_sizes = has_sizes,
    .is_plain = order == AQ_STORE_FIFO && !has_sizes,
  };

  if (order == AQ_STORE_PRIORITY)
    self->u.sorted.has_sizes = has_sizes;
  else
    self->u.deque.has_sizes = has_sizes;
}

/* Frees the store's own memory; the items are no concern of it. */
void
aq_store_clear (AqStore *self)
{
  if (self->order == AQ_STORE_PRIORITY)
    aq_sorted_clear (&self->u.sorted);
  else
    aq_deque_clear (&self->u.deque);

  aq_store_init (self, self->order, self->has_sizes);
}

/* Returns all items, and leaves none. */
AqStore
aq_store_steal (AqStore *self)
{
  AqStore stolen = *self;

  aq_store_init (self, stolen.order, stolen.has_sizes);

  return stolen;
}

static void
count_in (AqStore       *self,
          const AqEntry *entry)
{
  self->length++;
  if (self->has_sizes)
    self->total_size += entry->size;
}

static AqEntry
count_out (AqStore *self,
           AqEntry  entry)
{
  self->length--;
  if (self->has_sizes)
    self->total_size -= entry.size;

  return entry;
}

/* With priorities: before its equals. */
void
aq_store_push_front (AqStore       *self,
                     const AqEntry *entry)
{
  if (self->order == AQ_STORE_PRIORITY)
    aq_sorted_insert (&self->u.sorted, entry, TRUE);
  else
    aq_deque_push_head (&self->u.deque, entry);

  count_in (self, entry);
}

void
aq_store_push_back_slow (AqStore       *self,
                         const AqEntry *entry)
{
  if (self->order == AQ_STORE_PRIORITY)
    aq_sorted_insert (&self->u.sorted, entry, FALSE);
  else
    aq_deque_push_tail (&self->u.deque, entry);

  count_in (self, entry);
}

/* Of the item at the front; 0 in other orders. Only if there is one, as below. */
gint64
aq_store_first_priority (const AqStore *self)
{
  if (self->order != AQ_STORE_PRIORITY)
    return 0;

  return aq_sorted_get_priority (aq_sorted_find_first (&self->u.sorted));
}

gint64
aq_store_last_priority (const AqStore *self)
{
  if (self->order != AQ_STORE_PRIORITY)
    return 0;

  return aq_sorted_get_priority (aq_sorted_find_last (&self->u.sorted));
}

AqEntry
aq_store_pop_front_slow (AqStore *self)
{
  g_assert (self->length > 0);

  if (self->order == AQ_STORE_PRIORITY)
    return count_out (self,
                      aq_sorted_take (&self->u.sorted, aq_sorted_find_first (&self->u.sorted)));

  return count_out (self, aq_deque_pop_head (&self->u.deque));
}

AqEntry
aq_store_pop_back (AqStore *self)
{
  g_assert (self->length > 0);

  if (self->order == AQ_STORE_PRIORITY)
    return count_out (self,
                      aq_sorted_take (&self->u.sorted, aq_sorted_find_last (&self->u.sorted)));

  return count_out (self, aq_deque_pop_tail (&self->u.deque));
}

/* The one that has been there longest; with priorities, among the least urgent. */
AqEntry
aq_store_pop_oldest (AqStore *self)
{
  g_assert (self->length > 0);

  switch (self->order)
    {
    case AQ_STORE_FIFO:
      return aq_store_pop_front (self);

    case AQ_STORE_LIFO:
      return aq_store_pop_back (self);

    case AQ_STORE_PRIORITY:
      return count_out (self,
                        aq_sorted_take (&self->u.sorted,
                                        aq_sorted_find_priority (&self->u.sorted,
                                                                 aq_store_last_priority (self))));

    default:
      g_assert_not_reached ();
    }
}

/* The one that was pushed last; with priorities, among the least urgent. */
AqEntry
aq_store_pop_newest (AqStore *self)
{
  return self->order == AQ_STORE_LIFO ? aq_store_pop_front (self) : aq_store_pop_back (self);
}

/* Takes out the first entry that has this very item. It may look at all of them. */
gboolean
aq_store_remove (AqStore  *self,
                 gpointer  item,
                 AqEntry  *entry)
{
  if (self->order == AQ_STORE_PRIORITY)
    {
      AqSortedPlace place = aq_sorted_find_first (&self->u.sorted);

      for (guint i = 0; i < self->length; i++, place = aq_sorted_find_next (place))
        if (aq_sorted_get_item (place) == item)
          {
            *entry = count_out (self, aq_sorted_take (&self->u.sorted, place));
            return TRUE;
          }
    }
  else
    {
      AqDequePlace place = aq_deque_find_head (&self->u.deque);

      for (guint i = 0; i < self->length; i++, place = aq_deque_find_next (place))
        if (place.block->items[place.index] == item)
          {
            *entry = count_out (self, aq_deque_remove (&self->u.deque, place));
            return TRUE;
          }
    }

  return FALSE;
}

/* The items at the front, as many as there are at most. */
void
aq_store_peek_many (const AqStore *self,
                    gpointer      *items,
                    guint          n_items)
{
  g_assert (n_items <= self->length);

  if (n_items == 0)
    return;

  if (self->order == AQ_STORE_PRIORITY)
    {
      AqSortedPlace place = aq_sorted_find_first (&self->u.sorted);

      for (guint i = 0; i < n_items; i++, place = aq_sorted_find_next (place))
        items[i] = aq_sorted_get_item (place);
    }
  else
    {
      AqDequePlace place = aq_deque_find_head (&self->u.deque);

      for (guint i = 0; i < n_items; i++, place = aq_deque_find_next (place))
        items[i] = place.block->items[place.index];
    }
}
