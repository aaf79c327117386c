/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aqueue/aq-ledger-private.h"

#include <gio/gio.h>
#include <malloc.h>

#define N_MANY 100000

static AqEntry
create_entry (int    item,
              gint64 priority)
{
  return (AqEntry) {
    .item = GINT_TO_POINTER (item),
    .priority = priority,
    .size = (guint) item % 7,
  };
}

static void
push (AqStore *store,
      int      item,
      gint64   priority)
{
  AqEntry entry = create_entry (item, priority);

  aq_store_push (store, &entry);
}

static int
pop (AqStore *store)
{
  gpointer item;

  aq_store_peek_many (store, &item, 1);
  g_assert_true (aq_store_pop_front (store).item == item);

  return GPOINTER_TO_INT (item);
}

static void
push_range (AqStore *store,
            int      first,
            int      n)
{
  for (int i = 0; i < n; i++)
    push (store, first + i, 0);
}

static void
test_store_fifo_keeps_order (void)
{
  AqStore store;

  g_test_summary ("What is pushed first is popped first, at any length.");

  aq_store_init (&store, AQ_STORE_FIFO, FALSE);

  for (int n = 1; n <= N_MANY; n = 3 * n + 1)
    {
      push_range (&store, 1, n);
      g_assert_cmpuint (store.length, ==, n);

      for (int i = 1; i <= n; i++)
        g_assert_cmpint (pop (&store), ==, i);

      g_assert_cmpuint (store.length, ==, 0);
    }

  aq_store_clear (&store);
}

static void
test_store_lifo_keeps_order (void)
{
  AqStore store;

  g_test_summary ("What is pushed last is popped first, at any length.");

  aq_store_init (&store, AQ_STORE_LIFO, FALSE);

  for (int n = 1; n <= N_MANY; n = 3 * n + 1)
    {
      push_range (&store, 1, n);

      for (int i = n; i >= 1; i--)
        g_assert_cmpint (pop (&store), ==, i);

    }

  aq_store_clear (&store);
}

/* A reference that is too simple to be wrong: an array, with what is next at the
 * front. */
typedef struct
{
  AqStoreOrder order;
  GArray *entries; /* of AqEntry */
} Reference;

/* Where an entry goes: behind all, or with priorities behind its equals. */
static guint
reference_find (Reference *self,
                gint64     priority,
                gboolean   before_equals)
{
  guint i;

  if (self->order != AQ_STORE_PRIORITY)
    return before_equals ? 0 : self->entries->len;

  for (i = 0; i < self->entries->len; i++)
    {
      gint64 other = g_array_index (self->entries, AqEntry, i).priority;

      if (other > priority || (other == priority && before_equals))
        break;
    }

  return i;
}

static void
reference_insert (Reference *self,
                  AqEntry    entry,
                  gboolean   before_equals)
{
  g_array_insert_val (self->entries, reference_find (self, entry.priority, before_equals), entry);
}

static void
check_taken (Reference *self,
             AqStore   *store,
             guint      i,
             AqEntry    entry)
{
  AqEntry expected = g_array_index (self->entries, AqEntry, i);

  g_assert_true (entry.item == expected.item);
  if (self->order == AQ_STORE_PRIORITY)
    g_assert_cmpint (entry.priority, ==, expected.priority);
  if (store->has_sizes)
    g_assert_cmpuint (entry.size, ==, expected.size);

  g_array_remove_index (self->entries, i);
}

/* Of the least urgent: the first one, or the last. */
static guint
reference_find_to_drop (Reference *self,
                        gboolean   oldest)
{
  guint last = self->entries->len - 1;
  gint64 lowest = g_array_index (self->entries, AqEntry, last).priority;

  if (self->order == AQ_STORE_PRIORITY)
    return oldest ? reference_find (self, lowest, TRUE) : last;

  return oldest == (self->order == AQ_STORE_FIFO) ? 0 : last;
}

static void
check_contents (Reference *self,
                AqStore   *store)
{
  guint n_items = (guint) g_test_rand_int_range (0, (gint) self->entries->len + 1);
  g_autofree gpointer *items = g_new (gpointer, store->length + 1);
  guint64 total_size = 0;

  aq_store_peek_many (store, items, n_items);
  for (guint i = 0; i < n_items; i++)
    g_assert_true (items[i] == g_array_index (self->entries, AqEntry, i).item);

  for (guint i = 0; i < self->entries->len; i++)
    total_size += g_array_index (self->entries, AqEntry, i).size;

  g_assert_cmpuint (aq_store_get_size (store), ==, store->has_sizes ? total_size : store->length);
}

static void
push_somehow (Reference *reference,
              AqStore   *store,
              int        item)
{
  /* Many equals, among them the least urgent; or few. */
  gint64 priority = item % 2 == 0 ? g_test_rand_int_range (0, 10)
                                  : g_test_rand_int_range (-100000, 0);
  AqEntry entry = create_entry (item, priority);

  switch (g_test_rand_int_range (0, 5))
    {
    case 0:
      aq_store_push_front (store, &entry);
      reference_insert (reference, entry, TRUE);
      break;

    case 1:
      aq_store_push_back (store, &entry);
      reference_insert (reference, entry, FALSE);
      break;

    default:
      aq_store_push (store, &entry);
      reference_insert (reference, entry, reference->order == AQ_STORE_LIFO);
      break;
    }
}

static void
pop_somehow (Reference *reference,
             AqStore   *store)
{
  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      check_taken (reference, store, reference->entries->len - 1, aq_store_pop_back (store));
      break;

    case 1:
      check_taken (reference, store, reference_find_to_drop (reference, TRUE),
                   aq_store_pop_oldest (store));
      break;

    case 2:
      check_taken (reference, store, reference_find_to_drop (reference, FALSE),
                   aq_store_pop_newest (store));
      break;

    default:
      check_taken (reference, store, 0, aq_store_pop_front (store));
      break;
    }
}

typedef struct
{
  AqStoreOrder order;
  gboolean has_sizes;
} StoreKind;

static void
test_store_like_reference (gconstpointer data)
{
  const StoreKind *kind = data;
  Reference reference = { kind->order, g_array_new (FALSE, FALSE, sizeof (AqEntry)) };
  AqStore store;

  g_test_summary ("Pushing and popping at both ends agrees with a plain array.");

  aq_store_init (&store, kind->order, kind->has_sizes);

  for (int round = 1; round <= 40000; round++)
    {
      /* Now mostly growing, over several blocks; now mostly shrinking. */
      int limit = (round / 8000) % 2 == 0 ? 8 : 3;

      if (g_test_rand_int_range (0, 10) < limit)
        push_somehow (&reference, &store, round);
      else if (reference.entries->len > 0)
        pop_somehow (&reference, &store);

      g_assert_cmpuint (store.length, ==, reference.entries->len);

      if (g_test_rand_int_range (0, 500) == 0)
        check_contents (&reference, &store);
    }

  while (reference.entries->len > 0)
    pop_somehow (&reference, &store);
  g_assert_cmpuint (store.length, ==, 0);

  aq_store_clear (&store);
  g_array_unref (reference.entries);
}

static void
test_store_priority_orders_extremes (void)
{
  AqEntry first = create_entry (1, G_MININT64);
  AqStore store;

  g_test_summary ("The whole range of a priority counts, equal ones in order.");

  aq_store_init (&store, AQ_STORE_PRIORITY, FALSE);
  push (&store, 6, G_MAXINT64);
  push (&store, 4, 0);
  push (&store, 2, G_MININT64);
  push (&store, 5, 0);
  push (&store, 3, G_MININT64);
  aq_store_push_front (&store, &first);

  for (int i = 1; i <= 6; i++)
    g_assert_cmpint (pop (&store), ==, i);

  aq_store_clear (&store);
}

static void
test_store_memory_comes_back (gconstpointer data)
{
  AqStore store;
  gsize before, full, after;

  g_test_summary ("After a burst the store holds little more than a new one (P7).");

  if (mallinfo2 ().uordblks == 0 || g_getenv ("VALGRIND") != NULL)
    {
      g_test_skip ("This allocator does not tell how much is in use");
      return;
    }

  aq_store_init (&store, GPOINTER_TO_INT (data), FALSE);
  push_range (&store, 1, 10);

  before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  push_range (&store, 1, 1000000);
  full = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  for (int i = 0; i < 1000000; i++)
    aq_store_pop_front (&store);
  after = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;

  g_assert_cmpuint (full - before, >=, sizeof (gpointer) * 1000000);
  g_assert_cmpuint (after - before, <=, 32 * 1024);

  aq_store_clear (&store);
}

/* Here, since so many items would take 32 GiB, and their number takes none. */
static void
test_store_as_many_as_can_be (void)
{
  AqLedger ledger;

  g_test_summary ("However many items there are, room is made for one, and for no more than fit.");

  aq_ledger_init (&ledger, AQ_STORE_FIFO);
  ledger.available.length = G_MAXUINT;
  g_assert_cmpuint (aq_ledger_max_collectable (&ledger), ==, G_MAXINT);
  g_assert_false (aq_ledger_can_put (&ledger, 1));
  ledger.promised.length = G_MAXUINT;
  ledger.available.length = 0;
  g_assert_cmpuint (aq_ledger_max_collectable (&ledger), ==, 1);
}

static const StoreKind kinds[] = {
  { AQ_STORE_FIFO, FALSE },
  { AQ_STORE_LIFO, FALSE },
  { AQ_STORE_PRIORITY, FALSE },
  { AQ_STORE_FIFO, TRUE },
  { AQ_STORE_LIFO, TRUE },
  { AQ_STORE_PRIORITY, TRUE },
};

static const char *const kind_paths[] = {
  "/store/fifo/like-reference",
  "/store/lifo/like-reference",
  "/store/priority/like-reference",
  "/store/fifo/sized-like-reference",
  "/store/lifo/sized-like-reference",
  "/store/priority/sized-like-reference",
};

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/fifo/keeps-order", test_store_fifo_keeps_order);
  g_test_add_func ("/store/lifo/keeps-order", test_store_lifo_keeps_order);
  g_test_add_func ("/store/priority/orders-extremes", test_store_priority_orders_extremes);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_test_add_data_func (kind_paths[i], &kinds[i], test_store_like_reference);

  g_test_add_data_func ("/store/fifo/memory-comes-back",
                        GINT_TO_POINTER (AQ_STORE_FIFO), test_store_memory_comes_back);
  g_test_add_data_func ("/store/lifo/memory-comes-back",
                        GINT_TO_POINTER (AQ_STORE_LIFO), test_store_memory_comes_back);
  g_test_add_data_func ("/store/priority/memory-comes-back",
                        GINT_TO_POINTER (AQ_STORE_PRIORITY), test_store_memory_comes_back);

  g_test_add_func ("/store/as-many-as-can-be", test_store_as_many_as_can_be);

  return g_test_run ();
}
