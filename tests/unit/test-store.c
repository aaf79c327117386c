/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aqueue/aq-ledger-private.h"

#include <gio/gio.h>
#include <malloc.h>

#define N_MANY 100000

static int
pop (AqStore *store)
{
  gpointer item = aq_store_peek (store);

  g_assert_true (aq_store_pop (store) == item);

  return GPOINTER_TO_INT (item);
}

static void
push_range (AqStore *store,
            int      first,
            int      n)
{
  for (int i = 0; i < n; i++)
    aq_store_push (store, GINT_TO_POINTER (first + i), 0);
}

static void
test_store_fifo_keeps_order (void)
{
  AqStore store;

  g_test_summary ("What is pushed first is popped first, at any length.");

  aq_store_init (&store, AQ_STORE_FIFO);

  for (int n = 1; n <= N_MANY; n = 3 * n + 1)
    {
      push_range (&store, 1, n);
      g_assert_cmpuint (store.length, ==, n);

      for (int i = 1; i <= n; i++)
        g_assert_cmpint (pop (&store), ==, i);

      g_assert_cmpuint (store.length, ==, 0);
      g_assert_null (aq_store_peek (&store));
    }

  aq_store_clear (&store);
}

static void
test_store_lifo_keeps_order (void)
{
  AqStore store;

  g_test_summary ("What is pushed last is popped first, at any length.");

  aq_store_init (&store, AQ_STORE_LIFO);

  for (int n = 1; n <= N_MANY; n = 3 * n + 1)
    {
      push_range (&store, 1, n);

      for (int i = n; i >= 1; i--)
        g_assert_cmpint (pop (&store), ==, i);

      g_assert_null (aq_store_peek (&store));
    }

  aq_store_clear (&store);
}

/* A reference that is too simple to be wrong. */
static int
reference_pop (GArray       *reference,
               AqStoreOrder  order)
{
  guint best = order == AQ_STORE_LIFO ? reference->len - 1 : 0;
  int item;

  /* Items are numbered as they are pushed, and their priority is the last
   * digit. */
  if (order == AQ_STORE_PRIORITY)
    for (guint i = 1; i < reference->len; i++)
      if (g_array_index (reference, int, i) % 10 < g_array_index (reference, int, best) % 10)
        best = i;

  item = g_array_index (reference, int, best);
  g_array_remove_index (reference, best);

  return item;
}

/* Up to some number, or all. */
static void
check_peek_many (AqStore *store,
                 GArray  *reference)
{
  guint n_items = (guint) g_test_rand_int_range (0, (gint) reference->len + 1);
  g_autofree gpointer *items = g_new (gpointer, store->length + 1);
  g_autoptr (GArray) left = g_array_copy (reference);
  g_autofree gpointer scratch = NULL;

  if (g_test_rand_bit ())
    n_items = store->length;

  scratch = g_malloc (aq_store_scratch_size (store->order, n_items));
  aq_store_peek_many (store, items, n_items, scratch);
  g_assert_cmpuint (store->length, ==, reference->len);

  for (guint i = 0; i < n_items; i++)
    g_assert_cmpint (GPOINTER_TO_INT (items[i]), ==, reference_pop (left, store->order));
}

/* A few are kept, or all but a few, or any number. */
static guint
random_split (guint length)
{
  guint few = (guint) g_test_rand_int_range (0, MIN ((gint) length, 4) + 1);

  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
      return few;

    case 1:
      return (guint) g_test_rand_int_range (0, (gint) length + 1);

    default:
      return length - few;
    }
}

static void
test_store_like_reference (gconstpointer data)
{
  AqStoreOrder order = GPOINTER_TO_INT (data);
  g_autoptr (GArray) reference = g_array_new (FALSE, FALSE, sizeof (int));
  AqStore store;
  int serial = 1;

  g_test_summary ("Pushing, popping and splitting at random agrees with a plain array.");

  aq_store_init (&store, order);

  for (int round = 0; round < 40000; round++)
    {
      /* Now mostly growing, over several blocks; now mostly shrinking. */
      int limit = (round / 5000) % 2 == 0 ? 8 : 3;

      if (g_test_rand_int_range (0, 10) < limit)
        {
          int item = serial++;

          aq_store_push (&store, GINT_TO_POINTER (item), item % 10);
          g_array_append_val (reference, item);
        }
      else if (reference->len > 0 && g_test_rand_int_range (0, 200) == 0)
        {
          guint n_keep = random_split (reference->len);
          g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (int));
          AqStore rest;

          aq_store_split (&store, n_keep, &rest);
          g_assert_cmpuint (store.length, ==, n_keep);
          g_assert_cmpuint (rest.length, ==, reference->len - n_keep);

          for (guint i = 0; i < n_keep; i++)
            {
              int item = reference_pop (reference, order);

              g_array_append_val (kept, item);
            }

          while (rest.length > 0)
            g_assert_cmpint (pop (&rest), ==, reference_pop (reference, order));
          aq_store_clear (&rest);

          /* As they were: the first one out at the front, or at the back. */
          for (guint i = 0; i < n_keep; i++)
            {
              guint j = order == AQ_STORE_LIFO ? n_keep - 1 - i : i;

              g_array_append_val (reference, g_array_index (kept, int, j));
            }
        }
      else if (reference->len > 0)
        {
          g_assert_cmpint (pop (&store), ==, reference_pop (reference, order));
        }

      g_assert_cmpuint (store.length, ==, reference->len);

      if (g_test_rand_int_range (0, 500) == 0)
        check_peek_many (&store, reference);
    }

  while (reference->len > 0)
    g_assert_cmpint (pop (&store), ==, reference_pop (reference, order));

  aq_store_clear (&store);
}

static void
test_store_priority_orders_extremes (void)
{
  AqStore store;

  g_test_summary ("The whole range of a priority counts, equal ones in order.");

  aq_store_init (&store, AQ_STORE_PRIORITY);
  aq_store_push (&store, GINT_TO_POINTER (5), G_MAXINT64);
  aq_store_push (&store, GINT_TO_POINTER (3), 0);
  aq_store_push (&store, GINT_TO_POINTER (1), G_MININT64);
  aq_store_push (&store, GINT_TO_POINTER (4), 0);
  aq_store_push (&store, GINT_TO_POINTER (2), G_MININT64);

  for (int i = 1; i <= 5; i++)
    g_assert_cmpint (pop (&store), ==, i);

  aq_store_clear (&store);
}

static void
test_store_splits_anywhere (gconstpointer data)
{
  const int n_items = 200; /* several blocks */
  AqStoreOrder order = GPOINTER_TO_INT (data);

  g_test_summary ("A store can be split at any place, also between two blocks.");

  for (int n_keep = 0; n_keep <= n_items; n_keep++)
    {
      AqStore store, rest;

      aq_store_init (&store, order);
      push_range (&store, 1, n_items);
      aq_store_split (&store, (guint) n_keep, &rest);
      g_assert_cmpuint (store.length, ==, n_keep);
      g_assert_cmpuint (rest.length, ==, n_items - n_keep);

      for (int i = 1; i <= n_items; i++)
        g_assert_cmpint (pop (i <= n_keep ? &store : &rest), ==,
                         order == AQ_STORE_LIFO ? n_items + 1 - i : i);

      aq_store_clear (&store);
      aq_store_clear (&rest);
    }
}

static void
test_store_freezes_in_order (void)
{
  AqStore store, rest;

  g_test_summary ("A store of priorities that is frozen keeps its order, also when it is split.");

  aq_store_init (&store, AQ_STORE_PRIORITY);
  for (int i = 0; i < 100; i++)
    aq_store_push (&store, GINT_TO_POINTER (i % 10 * 10 + i / 10 + 1), i % 10);

  aq_store_freeze (&store);
  aq_store_split (&store, 35, &rest);
  g_assert_cmpuint (store.length, ==, 35);
  for (int i = 1; i <= 100; i++)
    g_assert_cmpint (pop (i <= 35 ? &store : &rest), ==, i);

  aq_store_clear (&store);
  aq_store_clear (&rest);
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

  aq_store_init (&store, GPOINTER_TO_INT (data));
  push_range (&store, 1, 10);

  before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  push_range (&store, 1, 1000000);
  full = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  for (int i = 0; i < 1000000; i++)
    aq_store_pop (&store);
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
  ledger.store.length = G_MAXUINT;
  g_assert_cmpuint (aq_ledger_max_collectable (&ledger), ==, G_MAXINT);
  ledger.n_promised = G_MAXUINT;
  g_assert_cmpuint (aq_ledger_max_collectable (&ledger), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/fifo/keeps-order", test_store_fifo_keeps_order);
  g_test_add_func ("/store/lifo/keeps-order", test_store_lifo_keeps_order);
  g_test_add_func ("/store/priority/orders-extremes", test_store_priority_orders_extremes);

  g_test_add_data_func ("/store/fifo/like-reference",
                        GINT_TO_POINTER (AQ_STORE_FIFO), test_store_like_reference);
  g_test_add_data_func ("/store/lifo/like-reference",
                        GINT_TO_POINTER (AQ_STORE_LIFO), test_store_like_reference);
  g_test_add_data_func ("/store/priority/like-reference",
                        GINT_TO_POINTER (AQ_STORE_PRIORITY), test_store_like_reference);

  g_test_add_data_func ("/store/fifo/splits-anywhere",
                        GINT_TO_POINTER (AQ_STORE_FIFO), test_store_splits_anywhere);
  g_test_add_data_func ("/store/lifo/splits-anywhere",
                        GINT_TO_POINTER (AQ_STORE_LIFO), test_store_splits_anywhere);
  g_test_add_data_func ("/store/priority/splits-anywhere",
                        GINT_TO_POINTER (AQ_STORE_PRIORITY), test_store_splits_anywhere);
  g_test_add_func ("/store/priority/freezes-in-order", test_store_freezes_in_order);

  g_test_add_data_func ("/store/fifo/memory-comes-back",
                        GINT_TO_POINTER (AQ_STORE_FIFO), test_store_memory_comes_back);
  g_test_add_data_func ("/store/lifo/memory-comes-back",
                        GINT_TO_POINTER (AQ_STORE_LIFO), test_store_memory_comes_back);
  g_test_add_data_func ("/store/priority/memory-comes-back",
                        GINT_TO_POINTER (AQ_STORE_PRIORITY), test_store_memory_comes_back);

  g_test_add_func ("/store/as-many-as-can-be", test_store_as_many_as_can_be);

  return g_test_run ();
}
