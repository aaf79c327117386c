/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/*
 * What is promised is as good as gone: the idioms of other systems' programs, which
 * would hang or fail if it counted (P11).
 */

static AqQueue *
create_queue (gconstpointer get_type,
              guint         max_size)
{
  return g_object_new (((GType (*) (void)) get_type) (),
                       "item-type", AQ_TEST_TYPE_ITEM,
                       "max-size", max_size,
                       NULL);
}

static void
assert_counts (AqQueue *queue,
               guint    length,
               guint    n_promised)
{
  g_assert_cmpuint (aq_queue_get_length (queue), ==, length);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, length);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, n_promised);
  g_assert_cmpint (aq_queue_is_empty (queue), ==, length == 0);
}

static void
test_promised_does_not_count (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 1);
  GAsyncResult *results[2] = { NULL, };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_test_summary ("A promised item counts in neither length nor bound (P4, P11).");

  aq_queue_get_async (queue, cancellable, store_result_cb, &results[0]);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[1]);
  aq_test_put (queue, 1);
  assert_counts (queue, 0, 1);
  g_assert_false (aq_queue_is_full (queue));
  aq_test_put (queue, 2);
  assert_counts (queue, 0, 2);
  aq_test_put (queue, 3);
  assert_counts (queue, 1, 2);
  g_assert_true (aq_queue_is_full (queue));

  /* A promise that is given back makes its item available, beyond the bound. */
  g_cancellable_cancel (cancellable);
  assert_counts (queue, 2, 1);
  g_assert_true (aq_queue_is_full (queue));

  wait_for_result (&results[0]);
  g_clear_object (&results[0]);
  wait_for_result (&results[1]);
  g_assert_cmpint (aq_test_finish (queue, &results[1]), >, 0);
  assert_counts (queue, 2, 0);
  aq_test_get (queue);
  g_assert_true (aq_queue_is_full (queue));
  aq_test_get (queue);
  assert_counts (queue, 0, 0);

  aq_test_finalize_queue (queue);
}

static void
test_promised_put_need_not_wait (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 1);
  g_autoptr (AqTestItem) waiting = aq_test_item_new (2);
  GAsyncResult *get = NULL;
  GAsyncResult *put = NULL;

  g_test_summary ("A put that waits is let in once an item is promised, not collected.");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, waiting, NULL, store_result_cb, &put);
  g_clear_object (&waiting);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);

  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  assert_counts (queue, 1, 1);

  g_assert_true (aq_queue_put_finish (queue, wait_for_result (&put), NULL));
  g_clear_object (&put);
  aq_test_finish (queue, &get);
  aq_test_get (queue);
  aq_test_finalize_queue (queue);
}

static void
test_promised_clear_then_put (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 1);
  GAsyncResult *get = NULL;

  g_test_summary ("After a clear the length is 0, and there is room (P11).");

  aq_queue_get_async (queue, NULL, store_result_cb, &get);

  for (int i = 1; i <= 10; i++)
    {
      aq_queue_clear (queue);
      assert_counts (queue, 0, i > 1);
      aq_test_put (queue, i);
      g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
    }

  aq_test_finish (queue, &get);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_promised_drop_oldest_by_hand (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 1);
  GAsyncResult *get = NULL;
  int n_tries = 0;

  g_test_summary ("If full, take one and put again: where there is no room there is an item.");

  aq_queue_get_async (queue, NULL, store_result_cb, &get);

  for (int i = 1; i <= 10; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      while (!aq_queue_offer (queue, item))
        {
          g_autoptr (AqTestItem) oldest = aq_queue_poll (queue);

          g_assert_nonnull (oldest);
          n_tries++;
        }
    }

  g_assert_cmpint (n_tries, ==, 8);
  aq_test_finish (queue, &get);
  aq_test_get (queue);
  aq_test_finalize_queue (queue);
}

static void
test_promised_take_all_there_is (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 0);
  GAsyncResult *gets[2] = { NULL, };
  int n_taken = 0;

  g_test_summary ("Until it is empty, take one: each of them is there.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &gets[i]);
  for (int i = 0; i < 5; i++)
    aq_test_put (queue, i);

  for (; !aq_queue_is_empty (queue); n_taken++)
    aq_test_get (queue);
  g_assert_cmpint (n_taken, ==, 3);

  for (int i = 0; i < 2; i++)
    aq_test_finish (queue, &gets[i]);
  aq_test_finalize_queue (queue);
}

/* One of many consumers, by the numbers that it got. */
typedef struct
{
  GArray *numbers; /* (element-type int): of all consumers */
  guint n_left;    /* that are still to be told of the end */
} Consumers;

static void
take_batch_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);
  Consumers *consumers = user_data;
  g_autoptr (AqTestItem) first = aq_queue_get_finish (queue, result, NULL);
  int number;

  if (first == NULL)
    {
      consumers->n_left--;
      return;
    }

  number = aq_test_item_get_number (first);
  g_array_append_val (consumers->numbers, number);
  while (!aq_queue_is_empty (queue))
    {
      number = aq_test_get (queue);
      g_array_append_val (consumers->numbers, number);
    }

  aq_queue_get_async (queue, NULL, take_batch_cb, consumers);
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static void
assert_numbers (GArray *numbers,
                int     n)
{
  g_array_sort (numbers, compare_numbers);
  g_assert_cmpuint (numbers->len, ==, n);
  for (int i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (numbers, int, i), ==, i);
}

static void
test_promised_batches (gconstpointer get_type)
{
  g_test_summary ("Get one, then whatever is there: however many do so, each gets what it sees.");

  for (guint n_consumers = 1; n_consumers <= 3; n_consumers++)
    {
      AqQueue *queue = create_queue (get_type, 0);
      Consumers consumers = { g_array_new (FALSE, FALSE, sizeof (int)), n_consumers };

      for (guint i = 0; i < n_consumers; i++)
        aq_queue_get_async (queue, NULL, take_batch_cb, &consumers);
      for (int i = 0; i < 5; i++)
        aq_test_put (queue, i);
      aq_queue_shutdown (queue, FALSE);

      while (consumers.n_left > 0)
        g_main_context_iteration (NULL, TRUE);
      assert_numbers (consumers.numbers, 5);

      g_array_unref (consumers.numbers);
      aq_test_finalize_queue (queue);
    }
}

static void
test_promised_replace_the_oldest (gconstpointer get_type)
{
  g_test_summary ("If it is full, take one: then there is room, with any number of gets.");

  for (guint n_gets = 0; n_gets <= 3; n_gets++)
    {
      AqQueue *queue = create_queue (get_type, 1);
      g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (int));
      GAsyncResult *gets[3] = { NULL, };
      int number;

      for (guint i = 0; i < n_gets; i++)
        aq_queue_get_async (queue, NULL, store_result_cb, &gets[i]);

      for (int i = 0; i < 10; i++)
        {
          if (aq_queue_is_full (queue))
            {
              number = aq_test_get (queue);
              g_array_append_val (numbers, number);
            }
          aq_test_put (queue, i);
        }
      g_assert_cmpuint (numbers->len, ==, 9 - n_gets);

      for (guint i = 0; i < n_gets; i++)
        {
          number = aq_test_finish (queue, &gets[i]);
          g_array_append_val (numbers, number);
        }
      number = aq_test_get (queue);
      g_array_append_val (numbers, number);
      assert_numbers (numbers, 10);
      aq_test_finalize_queue (queue);
    }
}

static void
test_promised_peek_like_try_get (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 0);
  GAsyncResult *get = NULL;

  g_test_summary ("A peek shows what a try would take, and no more.");

  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_test_put (queue, 1);
  g_assert_null (aq_queue_peek (queue));

  for (int i = 2; i <= 4; i++)
    aq_test_put (queue, i);

  for (guint n = 3; n > 0; n--)
    {
      GPtrArray *peeked = aq_queue_peek_many (queue, 10);
      g_autoptr (AqTestItem) first = aq_queue_peek (queue);

      g_assert_cmpuint (peeked->len, ==, n);
      g_assert_true (peeked->pdata[0] == first);
      g_assert_cmpint (aq_test_get (queue), ==, aq_test_item_get_number (first));
      g_ptr_array_unref (peeked);

      /* All there is, with what is promised. */
      peeked = aq_queue_peek_all (queue);
      g_assert_cmpuint (peeked->len, ==, n);
      g_ptr_array_unref (peeked);
    }
  g_assert_null (aq_queue_peek (queue));

  aq_test_finish (queue, &get);
  aq_test_finalize_queue (queue);
}

static void
count_cb (AqQueue *queue,
          int     *count)
{
  ++*count;
}

static void
test_promised_drained_with_the_last (gconstpointer get_type)
{
  AqQueue *queue = create_queue (get_type, 0);
  GAsyncResult *get = NULL;
  int n_drained = 0;

  g_test_summary ("A queue is drained, and finished, once what is promised is collected too.");

  g_signal_connect (queue, "drained", G_CALLBACK (count_cb), &n_drained);
  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  aq_test_put (queue, 1);
  aq_queue_shutdown (queue, FALSE);
  wait_for_result (&get);
  drain_context ();
  g_assert_cmpint (n_drained, ==, 0);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);

  aq_test_finish (queue, &get);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  drain_context ();
  g_assert_cmpint (n_drained, ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_promised_urgent_item_overtakes (void)
{
  AqPriorityQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *gets[2] = { NULL, };
  const gint64 priorities[] = { 5, 5, 5, 1, 3, 5 };

  g_test_summary ("What is promised is what is most urgent, equal ones in order.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (AQ_QUEUE (queue), NULL, store_result_cb, &gets[i]);

  for (int i = 0; i < 6; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      g_assert_true (aq_priority_queue_try_put_with_priority (queue, item, priorities[i], NULL));
    }
  assert_counts (AQ_QUEUE (queue), 4, 2);

  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &gets[0]), ==, 3);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 4);
  g_assert_cmpint (aq_test_finish (AQ_QUEUE (queue), &gets[1]), ==, 0);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 1);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 2);
  g_assert_cmpint (aq_test_get (AQ_QUEUE (queue)), ==, 5);
  aq_test_finalize_queue (AQ_QUEUE (queue));
}

static void
add_for_each_order (const char    *name,
                    GTestDataFunc  func)
{
  GType (*const types[]) (void) = {
    aq_queue_get_type, aq_lifo_queue_get_type, aq_priority_queue_get_type,
  };
  const char *const orders[] = { "fifo", "lifo", "priority" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strdup_printf ("/promised/%s/%s", orders[i], name);

      g_test_add_data_func (path, types[i], func);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_order ("does-not-count", test_promised_does_not_count);
  add_for_each_order ("put-need-not-wait", test_promised_put_need_not_wait);
  add_for_each_order ("clear-then-put", test_promised_clear_then_put);
  add_for_each_order ("drop-oldest-by-hand", test_promised_drop_oldest_by_hand);
  add_for_each_order ("take-all-there-is", test_promised_take_all_there_is);
  add_for_each_order ("batches", test_promised_batches);
  add_for_each_order ("replace-the-oldest", test_promised_replace_the_oldest);
  add_for_each_order ("peek-like-try-get", test_promised_peek_like_try_get);
  add_for_each_order ("drained-with-the-last", test_promised_drained_with_the_last);
  g_test_add_func ("/promised/priority/urgent-item-overtakes", test_promised_urgent_item_overtakes);

  return g_test_run ();
}
