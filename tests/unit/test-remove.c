/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* Items that are taken out, or moved, while they wait. */

#define N_ITEMS 100

static void
put_items (AqQueue     *queue,
           AqTestItem **items,
           int          n_items)
{
  for (int i = 0; i < n_items; i++)
    {
      items[i] = aq_test_item_new (i);
      g_assert_true (aq_queue_try_put (queue, items[i], NULL));
    }
}

static void
let_go (AqTestItem **items,
        int          n_items)
{
  for (int i = 0; i < n_items; i++)
    g_clear_object (&items[i]);
}

static void
test_remove_takes_out (gconstpointer get_type)
{
  AqQueue *queue = g_object_new (((GType (*) (void)) get_type) (),
                                 "item-type", AQ_TEST_TYPE_ITEM, NULL);
  gboolean is_lifo = AQ_IS_LIFO_QUEUE (queue);
  AqTestItem *items[N_ITEMS];

  g_test_summary ("An item can be taken out wherever it is; the others keep their order (P1).");

  put_items (queue, items, N_ITEMS);
  for (int i = 0; i < N_ITEMS; i += 3)
    g_assert_true (aq_queue_remove (queue, items[i]));
  for (int i = 0; i < N_ITEMS; i += 3)
    g_assert_false (aq_queue_remove (queue, items[i]));
  let_go (items, N_ITEMS);

  g_assert_cmpuint (aq_queue_get_length (queue), ==, 66);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 34);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 66);
  g_assert_cmpint (aq_test_item_count (), ==, 66);

  for (int i = 0; i < N_ITEMS; i++)
    if (i % 3 != 0)
      g_assert_cmpint (aq_test_get (queue), ==, is_lifo ? N_ITEMS - 1 - i : i);

  aq_test_finalize_queue (queue);
}

static void
test_remove_first_of_its_kind (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);

  g_test_summary ("Of an item that is there twice the first one goes.");

  g_assert_true (aq_queue_try_put (queue, item, NULL));
  aq_test_put (queue, 2);
  g_assert_true (aq_queue_try_put (queue, item, NULL));
  g_assert_true (aq_queue_remove (queue, item));
  g_clear_object (&item);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_remove_lets_put_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  g_autoptr (AqTestItem) waiting = aq_test_item_new (2);
  GAsyncResult *put = NULL;
  GAsyncResult *join = NULL;

  g_test_summary ("It makes room, and nobody waits for the work on it.");

  g_assert_true (aq_queue_try_put (queue, item, NULL));
  aq_queue_put_async (queue, waiting, NULL, store_result_cb, &put);
  g_assert_true (aq_queue_remove (queue, item));
  g_assert_true (aq_queue_put_finish (queue, wait_for_result (&put), NULL));
  g_clear_object (&put);

  aq_queue_join_async (queue, NULL, store_result_cb, &join);
  g_assert_true (aq_queue_remove (queue, waiting));
  g_assert_true (aq_queue_join_finish (queue, wait_for_result (&join), NULL));
  g_clear_object (&join);
  let_go (&item, 1);
  let_go (&waiting, 1);
  aq_test_finalize_queue (queue);
}

static void
test_remove_keeps_promises (gconstpointer get_type)
{
  AqQueue *queue = g_object_new (((GType (*) (void)) get_type) (),
                                 "item-type", AQ_TEST_TYPE_ITEM, NULL);
  AqTestItem *items[3];
  GAsyncResult *gets[2] = { NULL, };

  g_test_summary ("Whoever was promised the item gets another; the last ones stay.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &gets[i]);
  put_items (queue, items, 3);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 2);

  g_assert_true (aq_queue_remove (queue, items[1]));
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_false (aq_queue_remove (queue, items[0]));
  g_assert_false (aq_queue_remove (queue, items[2]));
  let_go (items, 3);

  g_assert_cmpint (aq_test_finish (queue, &gets[0]) + aq_test_finish (queue, &gets[1]), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
count_free (gpointer data)
{
  ++*(int *) data;
}

static void
test_remove_pointer_is_the_callers (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, count_free);
  int n_freed = 0;

  g_test_summary ("A plain pointer that is taken out is the caller's again.");

  g_assert_true (aq_queue_try_put (queue, &n_freed, NULL));
  g_assert_true (aq_queue_remove (queue, &n_freed));
  g_assert_cmpint (n_freed, ==, 0);
  g_assert_finalize_object (queue);
  g_assert_cmpint (n_freed, ==, 0);
}

static guint
get_size (gpointer item,
          gpointer user_data)
{
  return (guint) aq_test_item_get_number (item);
}

static void
test_remove_frees_its_size (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqTestItem *items[N_ITEMS];
  guint size = N_ITEMS * (N_ITEMS - 1) / 2;

  g_test_summary ("The size of an item goes with it.");

  aq_queue_set_size_func (queue, get_size, NULL, NULL);
  put_items (queue, items, N_ITEMS);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, size);

  for (int i = 0; i < N_ITEMS; i += 7)
    {
      g_assert_true (aq_queue_remove (queue, items[i]));
      size -= (guint) i;
      g_assert_cmpuint (aq_queue_get_size (queue), ==, size);
    }

  let_go (items, N_ITEMS);
  while (!aq_queue_is_empty (queue))
    aq_test_get (queue);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 0);
  aq_test_finalize_queue (queue);
}

/* Moving up */

static AqPriorityQueue *
create_priority_queue (AqTestItem **items,
                       const char  *priorities)
{
  AqPriorityQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0);

  for (int i = 0; priorities[i] != '\0'; i++)
    {
      items[i] = aq_test_item_new (i);
      g_assert_true (aq_priority_queue_try_put_with_priority (queue, items[i],
                                                              priorities[i] - '0', NULL));
    }

  return queue;
}

static void
assert_order (AqPriorityQueue *queue,
              const char      *expected)
{
  for (; *expected != '\0'; expected++)
    g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, *expected - '0');

  g_assert_true (aq_queue_is_empty (AQ_QUEUE (queue)));
}

static void
test_set_priority_moves (void)
{
  AqTestItem *items[5];
  AqPriorityQueue *queue = create_priority_queue (items, "35351");
  g_autoptr (AqTestItem) other = aq_test_item_new (9);

  g_test_summary ("An item can be moved to where its new priority belongs, the last of equals.");

  g_assert_true (aq_priority_queue_set_priority (queue, items[3], 3));
  g_assert_true (aq_priority_queue_set_priority (queue, items[0], 3));
  g_assert_true (aq_priority_queue_set_priority (queue, items[4], 9));
  g_assert_false (aq_priority_queue_set_priority (queue, other, 0));
  g_clear_object (&other);
  let_go (items, 5);

  g_assert_cmpuint (aq_queue_get_n_dropped (AQ_QUEUE (queue)), ==, 0);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (AQ_QUEUE (queue)), ==, 5);
  assert_order (queue, "23014");
  aq_test_finalize_queue (AQ_QUEUE (queue));
}

static void
test_set_priority_keeps_promises (void)
{
  AqPriorityQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqTestItem *items[3];
  GAsyncResult *get = NULL;

  g_test_summary ("Whoever was promised an item gets what is most urgent when it collects.");

  aq_queue_get_async (AQ_QUEUE (queue), NULL, store_result_cb, &get);
  put_items (AQ_QUEUE (queue), items, 3);
  g_assert_true (aq_priority_queue_set_priority (queue, items[2], -1));
  g_assert_true (aq_priority_queue_set_priority (queue, items[0], 1));
  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &get), ==, 2);

  aq_queue_get_async (AQ_QUEUE (queue), NULL, store_result_cb, &get);
  g_assert_true (aq_priority_queue_set_priority (queue, items[1], 2));
  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &get), ==, 0);

  /* The last one is as good as gone. */
  aq_queue_get_async (AQ_QUEUE (queue), NULL, store_result_cb, &get);
  g_assert_false (aq_priority_queue_set_priority (queue, items[1], 5));
  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &get), ==, 1);
  let_go (items, 3);
  aq_test_finalize_queue (AQ_QUEUE (queue));
}

static void
count_notify_cb (AqQueue    *queue,
                 GParamSpec *pspec,
                 int        *n_notified)
{
  ++*n_notified;
}

static void
test_set_priority_lets_put_in (void)
{
  AqPriorityQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 10);
  g_autoptr (AqTestItem) large = aq_test_item_new (10);
  g_autoptr (AqTestItem) waiting = aq_test_item_new (5);
  GAsyncResult *get = NULL;
  GAsyncResult *put = NULL;
  int n_notified = 0;

  g_test_summary ("A move that promises a larger item makes room for a put that waits.");

  aq_queue_set_size_func (AQ_QUEUE (queue), get_size, NULL, NULL);
  aq_queue_get_async (AQ_QUEUE (queue), NULL, store_result_cb, &get);
  aq_test_put (AQ_QUEUE (queue), 1);
  g_assert_true (aq_queue_try_put (AQ_QUEUE (queue), large, NULL));
  aq_queue_put_async (AQ_QUEUE (queue), waiting, NULL, store_result_cb, &put);
  g_clear_object (&waiting);
  g_assert_cmpuint (aq_queue_get_waiting_putters (AQ_QUEUE (queue)), ==, 1);

  g_assert_true (aq_priority_queue_set_priority (queue, large, -1));
  g_clear_object (&large);
  g_assert_cmpuint (aq_queue_get_waiting_putters (AQ_QUEUE (queue)), ==, 0);
  g_assert_cmpuint (aq_queue_get_size (AQ_QUEUE (queue)), ==, 6);
  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &get), ==, 10);
  g_assert_true (aq_queue_put_finish (AQ_QUEUE (queue), wait_for_result (&put), NULL));
  g_clear_object (&put);

  /* Listeners are told of the size as well. */
  large = aq_test_item_new (4);
  g_assert_true (aq_priority_queue_try_put_with_priority (queue, large, 1, NULL));
  aq_queue_get_async (AQ_QUEUE (queue), NULL, store_result_cb, &get);
  drain_context ();
  g_signal_connect (queue, "notify::size", G_CALLBACK (count_notify_cb), &n_notified);
  g_assert_cmpuint (aq_queue_get_size (AQ_QUEUE (queue)), ==, 9);
  g_assert_true (aq_priority_queue_set_priority (queue, large, -1));
  g_clear_object (&large);
  g_assert_cmpuint (aq_queue_get_size (AQ_QUEUE (queue)), ==, 6);
  drain_context ();
  g_assert_cmpint (n_notified, ==, 1);
  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &get), ==, 4);
  g_assert_cmpuint (aq_queue_clear (AQ_QUEUE (queue)), ==, 2);
  aq_test_finalize_queue (AQ_QUEUE (queue));
}

static void
test_remove_null_is_critical (void)
{
  AqPriorityQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("NULL is not an item.");

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_queue_remove: *");
  g_assert_false (aq_queue_remove (AQ_QUEUE (queue), NULL));
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "aq_priority_queue_set_priority: *");
  g_assert_false (aq_priority_queue_set_priority (queue, NULL, 0));
  g_test_assert_expected_messages ();
  aq_test_finalize_queue (AQ_QUEUE (queue));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/remove/fifo/takes-out", aq_queue_get_type, test_remove_takes_out);
  g_test_add_data_func ("/remove/lifo/takes-out", aq_lifo_queue_get_type, test_remove_takes_out);
  g_test_add_data_func ("/remove/priority/takes-out", aq_priority_queue_get_type,
                        test_remove_takes_out);
  g_test_add_data_func ("/remove/fifo/keeps-promises", aq_queue_get_type,
                        test_remove_keeps_promises);
  g_test_add_data_func ("/remove/priority/keeps-promises", aq_priority_queue_get_type,
                        test_remove_keeps_promises);
  g_test_add_func ("/remove/first-of-its-kind", test_remove_first_of_its_kind);
  g_test_add_func ("/remove/lets-put-in", test_remove_lets_put_in);
  g_test_add_func ("/remove/pointer-is-the-callers", test_remove_pointer_is_the_callers);
  g_test_add_func ("/remove/frees-its-size", test_remove_frees_its_size);
  g_test_add_func ("/remove/null-is-critical", test_remove_null_is_critical);
  g_test_add_func ("/set-priority/moves", test_set_priority_moves);
  g_test_add_func ("/set-priority/keeps-promises", test_set_priority_keeps_promises);
  g_test_add_func ("/set-priority/lets-put-in", test_set_priority_lets_put_in);

  return g_test_run ();
}
