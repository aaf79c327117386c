/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* What a put does when there is no room, and bounds that go by the size of items. */

static AqQueue *
create_queue (GType      type,
              guint      max_size,
              AqOverflow overflow)
{
  return g_object_new (type,
                       "item-type", AQ_TEST_TYPE_ITEM,
                       "max-size", max_size,
                       "overflow", overflow,
                       NULL);
}

static void
put_all (AqQueue    *queue,
         const char *numbers)
{
  for (; *numbers != '\0'; numbers++)
    aq_test_put (queue, *numbers - '0');
}

/* Puts items whose priority is their first digit, and which are known by the second. */
static void
put_urgent (AqQueue    *queue,
            const char *numbers)
{
  g_auto (GStrv) words = g_strsplit (numbers, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      int number = atoi (words[i]);
      g_autoptr (AqTestItem) item = aq_test_item_new (number);

      g_assert_true (aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), item,
                                                              number / 10, NULL));
    }
}

static void
assert_gets (AqQueue    *queue,
             const char *expected)
{
  g_autoptr (GString) got = g_string_new (NULL);

  while (!aq_queue_is_empty (queue))
    g_string_append_printf (got, "%s%d", got->len > 0 ? " " : "", aq_test_get (queue));

  g_assert_cmpstr (got->str, ==, expected);
}

static void
test_overflow_drops (void)
{
  static const struct
  {
    GType (*get_type) (void);
    AqOverflow overflow;
    const char *left;
  } cases[] = {
    { aq_queue_get_type, AQ_OVERFLOW_DROP_OLDEST, "3 4 5" },
    { aq_queue_get_type, AQ_OVERFLOW_DROP_NEWEST, "1 2 3" },
    { aq_lifo_queue_get_type, AQ_OVERFLOW_DROP_OLDEST, "5 4 3" },
    { aq_lifo_queue_get_type, AQ_OVERFLOW_DROP_NEWEST, "3 2 1" },
    { aq_priority_queue_get_type, AQ_OVERFLOW_DROP_OLDEST, "3 4 5" },
    { aq_priority_queue_get_type, AQ_OVERFLOW_DROP_NEWEST, "1 2 3" },
  };

  g_test_summary ("A full queue drops what was put first, or what is put.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      AqQueue *queue = create_queue (cases[i].get_type (), 3, cases[i].overflow);

      put_all (queue, "12345");
      g_assert_cmpuint (aq_queue_get_length (queue), ==, 3);
      g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 2);
      g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 3);
      g_assert_cmpint (aq_test_item_count (), ==, 3);
      g_assert_true (aq_queue_is_full (queue));
      assert_gets (queue, cases[i].left);
      aq_test_finalize_queue (queue);
    }
}

static void
test_overflow_drops_least_urgent (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_PRIORITY_QUEUE, 4, AQ_OVERFLOW_DROP_OLDEST);

  g_test_summary ("A priority queue drops the oldest, or the newest, of the least urgent.");

  put_urgent (queue, "21 51 52 31");
  put_urgent (queue, "11");
  assert_gets (queue, "11 21 31 52");

  aq_queue_set_overflow (queue, AQ_OVERFLOW_DROP_NEWEST);
  put_urgent (queue, "21 51 52 31");
  put_urgent (queue, "11");
  put_urgent (queue, "53 61");
  assert_gets (queue, "11 21 31 51");
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 4);

  aq_test_finalize_queue (queue);
}

static void
test_overflow_latest_only (void)
{
  GType types[] = { AQ_TYPE_QUEUE, AQ_TYPE_LIFO_QUEUE, AQ_TYPE_PRIORITY_QUEUE };

  g_test_summary ("With a bound of 1 a get gets the latest, though promised an older one.");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      AqQueue *queue = create_queue (types[i], 1, AQ_OVERFLOW_DROP_OLDEST);
      GAsyncResult *get = NULL;

      aq_queue_get_async (queue, NULL, store_result_cb, &get);
      for (int number = 1; number <= 4; number++)
        {
          aq_test_put (queue, number);
          g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
          g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 1);
          g_assert_cmpint (aq_test_item_count (), ==, 1);
        }

      wait_for_result (&get);
      aq_test_put (queue, 5);
      g_assert_cmpint (aq_test_finish (queue, &get), ==, 5);
      g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 4);
      aq_test_finalize_queue (queue);
    }
}

static void
test_overflow_under_promises (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_PRIORITY_QUEUE, 3, AQ_OVERFLOW_DROP_OLDEST);
  GAsyncResult *gets[2] = { NULL, };

  g_test_summary ("The bound holds for what is promised too, and promises are kept.");

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &gets[i]);

  /* All are alike, so the oldest is a promised one; then it is what is put. */
  put_urgent (queue, "51 52 53 54");
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  put_urgent (queue, "61 62");
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 3);

  g_assert_cmpint (aq_test_finish (queue, &gets[0]), ==, 52);
  g_assert_cmpint (aq_test_finish (queue, &gets[1]), ==, 53);
  assert_gets (queue, "54");

  /* As many are promised as fit. */
  aq_queue_set_overflow (queue, AQ_OVERFLOW_DROP_NEWEST);
  aq_queue_set_max_size (queue, 2);
  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, store_result_cb, &gets[i]);
  put_urgent (queue, "51 52 53 11");
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_cmpint (aq_test_finish (queue, &gets[0]), ==, 11);
  g_assert_cmpint (aq_test_finish (queue, &gets[1]), ==, 51);

  aq_test_finalize_queue (queue);
}

static void
test_overflow_lifo_newest_under_promise (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_LIFO_QUEUE, 2, AQ_OVERFLOW_DROP_NEWEST);
  GAsyncResult *get = NULL;

  g_test_summary ("Of a stack that is full the item that is put goes, promised or not.");

  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  put_all (queue, "1234");
  g_assert_cmpint (aq_test_finish (queue, &get), ==, 2);
  assert_gets (queue, "1");
  aq_test_finalize_queue (queue);
}

static void
test_overflow_lets_waiting_puts_in (void)
{
  static const struct
  {
    AqOverflow overflow;
    const char *left;
  } cases[] = {
    { AQ_OVERFLOW_DROP_OLDEST, "4 5" },
    { AQ_OVERFLOW_DROP_NEWEST, "1 2" },
  };

  g_test_summary ("Puts that wait are let in when they are to wait no longer.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 2, AQ_OVERFLOW_WAIT);
      GAsyncResult *puts[3] = { NULL, };

      put_all (queue, "12");
      for (int number = 3; number <= 5; number++)
        {
          g_autoptr (AqTestItem) item = aq_test_item_new (number);

          aq_queue_put_async (queue, item, NULL, store_result_cb, &puts[number - 3]);
        }

      aq_queue_set_overflow (queue, cases[i].overflow);
      g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
      g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 3);
      for (int j = 0; j < 3; j++)
        {
          g_assert_true (aq_queue_put_finish (queue, wait_for_result (&puts[j]), NULL));
          g_clear_object (&puts[j]);
        }
      assert_gets (queue, cases[i].left);
      aq_test_finalize_queue (queue);
    }
}

static void
test_overflow_with_shrinking_bound (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 0, AQ_OVERFLOW_DROP_OLDEST);

  g_test_summary ("A bound that shrinks drops nothing, until something is put.");

  put_all (queue, "12345");
  aq_queue_set_max_size (queue, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 5);
  aq_test_put (queue, 6);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 4);
  assert_gets (queue, "5 6");
  aq_test_finalize_queue (queue);
}

static void
test_overflow_newest_with_shrinking_bound (void)
{
  GType types[] = { AQ_TYPE_QUEUE, AQ_TYPE_LIFO_QUEUE, AQ_TYPE_PRIORITY_QUEUE };
  const char *left[] = { "1 2 3 4 5", "5 4 3 2 1", "1 2 3 4 5" };
  AqQueue *queue;

  g_test_summary ("Where the item that is put is dropped, a bound that shrank drops no other.");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      queue = create_queue (types[i], 0, AQ_OVERFLOW_DROP_NEWEST);
      put_all (queue, "12345");
      aq_queue_set_max_size (queue, 2);
      put_all (queue, "67");
      g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 2);
      assert_gets (queue, left[i]);
      aq_test_finalize_queue (queue);
    }

  /* Less urgent ones go before it, until it is the least urgent itself or fits. */
  queue = create_queue (AQ_TYPE_PRIORITY_QUEUE, 0, AQ_OVERFLOW_DROP_NEWEST);
  put_urgent (queue, "21 51 11 52 31");
  aq_queue_set_max_size (queue, 1);
  put_urgent (queue, "32");
  assert_gets (queue, "11 21 31");

  aq_queue_set_max_size (queue, 0);
  put_urgent (queue, "21 51 52 31");
  aq_queue_set_max_size (queue, 2);
  put_urgent (queue, "11");
  assert_gets (queue, "11 21");
  aq_test_finalize_queue (queue);
}

static void
test_overflow_after_shutdown (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 1, AQ_OVERFLOW_WAIT);
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Once the queue is shut down a put is refused, whatever the overflow.");

  aq_test_put (queue, 1);
  aq_queue_shutdown (queue, FALSE);
  aq_queue_set_overflow (queue, AQ_OVERFLOW_DROP_OLDEST);
  g_assert_false (aq_queue_try_put (queue, item, &error));
  aq_test_assert_error (error, G_IO_ERROR_CLOSED);
  g_clear_object (&item);
  assert_gets (queue, "1");
  aq_test_finalize_queue (queue);
}

static void
test_overflow_join_does_not_wait (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 1, AQ_OVERFLOW_DROP_OLDEST);
  GAsyncResult *join = NULL;

  g_test_summary ("Nobody waits for the work on an item that was dropped.");

  put_all (queue, "12");
  aq_queue_join_async (queue, NULL, store_result_cb, &join);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  put_all (queue, "34");
  g_assert_cmpint (aq_test_get (queue), ==, 4);
  aq_queue_task_done (queue);
  drain_context ();
  g_assert_null (join);
  aq_queue_task_done (queue);
  g_assert_true (aq_queue_join_finish (queue, wait_for_result (&join), NULL));
  g_clear_object (&join);
  aq_test_finalize_queue (queue);
}

/* An item that puts another one when it goes. */
static void
put_once_more (gpointer data)
{
  static gboolean is_done;
  AqQueue *queue = *(AqQueue **) data;

  if (!is_done)
    {
      is_done = TRUE;
      g_assert_true (aq_queue_try_put (queue, data, NULL));
    }
}

static void
test_overflow_frees_outside_the_lock (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (1, put_once_more);

  g_test_summary ("What is dropped is freed with no lock held (P8).");

  aq_queue_set_overflow (queue, AQ_OVERFLOW_DROP_OLDEST);
  for (int i = 0; i < 3; i++)
    g_assert_true (aq_queue_try_put (queue, &queue, NULL));

  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 3);
  g_assert_true (aq_queue_poll (queue) == &queue);
  g_assert_finalize_object (queue);
}

static void
test_overflow_unknown_is_critical (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 1, AQ_OVERFLOW_DROP_OLDEST);

  g_test_summary ("An overflow that does not exist is a programming error, and changes nothing.");

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL,
                         "aq_queue_set_overflow: 3 is no AqOverflow");
  aq_queue_set_overflow (queue, 3);
  g_test_assert_expected_messages ();
  g_assert_cmpint (aq_queue_get_overflow (queue), ==, AQ_OVERFLOW_DROP_OLDEST);
  aq_test_finalize_queue (queue);
}

/* Sizes: an item is as large as its number. */

static guint
get_size (gpointer item,
          gpointer user_data)
{
  int *n_calls = user_data;

  if (n_calls != NULL)
    ++*n_calls;

  return (guint) aq_test_item_get_number (item);
}

static AqQueue *
create_sized_queue (GType      type,
                    guint      max_size,
                    AqOverflow overflow)
{
  AqQueue *queue = create_queue (type, max_size, overflow);

  aq_queue_set_size_func (queue, get_size, NULL, NULL);

  return queue;
}

static gboolean
offer (AqQueue *queue,
       int      number)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (number);

  return aq_queue_offer (queue, item);
}

static void
test_size_bounds_the_sum (void)
{
  GType types[] = { AQ_TYPE_QUEUE, AQ_TYPE_LIFO_QUEUE, AQ_TYPE_PRIORITY_QUEUE };

  g_test_summary ("The bound goes by the sum of the sizes.");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      AqQueue *queue = create_sized_queue (types[i], 10, AQ_OVERFLOW_WAIT);

      g_assert_true (offer (queue, 6));
      g_assert_false (offer (queue, 5));
      g_assert_true (offer (queue, 4));
      g_assert_cmpuint (aq_queue_get_size (queue), ==, 10);
      g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);
      g_assert_true (aq_queue_is_full (queue));

      /* It takes no room. */
      g_assert_true (offer (queue, 0));
      g_assert_cmpuint (aq_queue_get_length (queue), ==, 3);

      g_assert_cmpuint (aq_queue_clear (queue), ==, 3);
      g_assert_cmpuint (aq_queue_get_size (queue), ==, 0);
      aq_test_finalize_queue (queue);
    }
}

static void
test_size_large_one_goes_in_alone (void)
{
  AqQueue *queue = create_sized_queue (AQ_TYPE_QUEUE, 10, AQ_OVERFLOW_WAIT);
  g_autoptr (AqTestItem) large = aq_test_item_new (100);
  g_autoptr (AqTestItem) small = aq_test_item_new (1);
  GAsyncResult *puts[2] = { NULL, };

  g_test_summary ("An item larger than the bound goes in alone, and none overtakes it (P3, P4).");

  g_assert_true (offer (queue, 2));
  g_assert_true (offer (queue, 3));
  aq_queue_put_async (queue, large, NULL, store_result_cb, &puts[0]);
  aq_queue_put_async (queue, small, NULL, store_result_cb, &puts[1]);
  g_clear_object (&large);
  g_clear_object (&small);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 2);
  g_assert_true (aq_queue_is_full (queue));
  g_assert_false (offer (queue, 0));

  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 100);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 100);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  for (int i = 0; i < 2; i++)
    {
      g_assert_true (aq_queue_put_finish (queue, wait_for_result (&puts[i]), NULL));
      g_clear_object (&puts[i]);
    }
  aq_test_finalize_queue (queue);
}

static void
test_size_cancelled_large_one_lets_others_in (void)
{
  AqQueue *queue = create_sized_queue (AQ_TYPE_QUEUE, 10, AQ_OVERFLOW_WAIT);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AqTestItem) large = aq_test_item_new (9);
  g_autoptr (AqTestItem) small = aq_test_item_new (1);
  GAsyncResult *puts[2] = { NULL, };

  g_test_summary ("When the large one gives up, the small ones behind it go in.");

  g_assert_true (offer (queue, 5));
  aq_queue_put_async (queue, large, cancellable, store_result_cb, &puts[0]);
  aq_queue_put_async (queue, small, NULL, store_result_cb, &puts[1]);
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 6);

  for (int i = 0; i < 2; i++)
    {
      wait_for_result (&puts[i]);
      g_clear_object (&puts[i]);
    }
  g_clear_object (&large);
  g_clear_object (&small);
  assert_gets (queue, "5 1");
  aq_test_finalize_queue (queue);
}

static void
test_size_of_what_is_not_promised (void)
{
  AqQueue *queue = create_sized_queue (AQ_TYPE_LIFO_QUEUE, 10, AQ_OVERFLOW_WAIT);
  GAsyncResult *get = NULL;

  g_test_summary ("The size is that of the items that count in the length.");

  aq_queue_get_async (queue, NULL, store_result_cb, &get);
  g_assert_true (offer (queue, 7));
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 0);

  /* The last one is what is promised now. */
  g_assert_true (offer (queue, 8));
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 7);
  g_assert_false (offer (queue, 4));
  g_assert_cmpint (aq_test_finish (queue, &get), ==, 8);
  assert_gets (queue, "7");
  aq_test_finalize_queue (queue);
}

static void
test_size_makes_room_for_a_large_one (void)
{
  AqQueue *queue = create_sized_queue (AQ_TYPE_QUEUE, 10, AQ_OVERFLOW_DROP_OLDEST);

  g_test_summary ("As many are dropped as it takes; a large one is then alone.");

  put_all (queue, "1234");
  aq_test_put (queue, 5);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 3);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 9);
  aq_test_put (queue, 50);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 5);
  assert_gets (queue, "50");

  aq_queue_set_overflow (queue, AQ_OVERFLOW_DROP_NEWEST);
  aq_test_put (queue, 50);
  aq_test_put (queue, 1);
  assert_gets (queue, "50");
  aq_test_finalize_queue (queue);
}

static void
test_size_func_while_in_use_is_critical (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 10, AQ_OVERFLOW_WAIT);
  GAsyncResult *get = NULL;
  int n_calls = 0;

  g_test_summary ("A size function comes before the first item and the first wait.");

  for (int i = 0; i < 2; i++)
    {
      if (i == 0)
        aq_test_put (queue, 7);
      else
        aq_queue_get_async (queue, NULL, store_result_cb, &get);

      g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL,
                             "aq_queue_set_size_func: the queue is in use");
      aq_queue_set_size_func (queue, get_size, NULL, NULL);
      g_test_assert_expected_messages ();

      if (i == 0)
        {
          g_assert_cmpuint (aq_queue_get_size (queue), ==, 1);
          g_assert_cmpint (aq_test_get (queue), ==, 7);
        }
    }
  aq_test_put (queue, 7);
  aq_test_finish (queue, &get);

  /* It is called once for each put, also for one that waits. */
  aq_queue_set_size_func (queue, get_size, &n_calls, NULL);
  g_assert_true (offer (queue, 7));
  g_assert_false (offer (queue, 7));
  g_assert_cmpint (n_calls, ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 7);
  aq_queue_set_size_func (queue, NULL, NULL, NULL);
  g_assert_true (offer (queue, 7));
  g_assert_cmpint (n_calls, ==, 2);
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 1);
  assert_gets (queue, "7");
  aq_test_finalize_queue (queue);
}

static void
clear_flag (gpointer data)
{
  *(gboolean *) data = FALSE;
}

static guint
get_length_and_one (gpointer item,
                    gpointer user_data)
{
  return aq_queue_get_length (user_data) + 1;
}

static void
test_size_func_may_use_queue (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 0, AQ_OVERFLOW_WAIT);

  g_test_summary ("A size function is called with no lock held (P8).");

  aq_queue_set_size_func (queue, get_length_and_one, queue, NULL);
  put_all (queue, "123");
  g_assert_cmpuint (aq_queue_get_size (queue), ==, 1 + 2 + 3);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 3);
  g_assert_finalize_object (queue);
}

static guint
get_one (gpointer item,
         gpointer user_data)
{
  return 1;
}

static void
test_size_func_data_is_freed (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 0, AQ_OVERFLOW_WAIT);
  gboolean is_kept[3] = { TRUE, TRUE, TRUE };

  g_test_summary ("The data of a size function goes with it, or with the queue.");

  aq_queue_set_size_func (queue, get_one, &is_kept[0], clear_flag);
  aq_queue_set_size_func (queue, get_one, &is_kept[1], clear_flag);
  g_assert_false (is_kept[0]);
  aq_test_put (queue, 1);

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*in use*");
  aq_queue_set_size_func (queue, get_one, &is_kept[2], clear_flag);
  g_test_assert_expected_messages ();
  g_assert_false (is_kept[2]);

  g_assert_true (is_kept[1]);
  aq_test_get (queue);
  aq_test_finalize_queue (queue);
  g_assert_false (is_kept[1]);
}

/* The three uses that the policies are for */

static void
test_overflow_sensor_keeps_newest (void)
{
  AqQueue *queue = create_queue (AQ_TYPE_QUEUE, 100, AQ_OVERFLOW_DROP_OLDEST);
  int n_read = 0;

  g_test_summary ("A sensor a thousand times faster than its reader keeps the newest 100.");

  for (int number = 0; number < 100000; number++)
    {
      aq_test_put (queue, number);
      g_assert_cmpuint (aq_queue_get_length (queue), <=, 100);

      if (number % 1000 == 999)
        {
          g_assert_cmpint (aq_test_get (queue), ==, number - 99);
          n_read++;
        }
    }

  g_assert_cmpint (n_read, ==, 100);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 100000 - 100 - 99);
  for (int number = 100000 - 99; number < 100000; number++)
    g_assert_cmpint (aq_test_get (queue), ==, number);
  aq_test_finalize_queue (queue);
}

#define MIB (1024 * 1024)
#define MEMORY (8 * MIB)
#define LARGEST_CHUNK (3 * MIB)
#define N_CHUNKS 3000 /* of each connection */

/* What is downloaded, and written to the disk. */
typedef struct
{
  AqQueue *chunks;
  guint n_left;        /* connections that have not ended */
  guint64 n_put;       /* bytes */
  guint64 n_written;
  guint64 most_held;   /* bytes in the queue, promised or not, at one moment */
} Download;

typedef struct
{
  Download *download;
  guint n_put; /* chunks */
} Connection;

static void put_chunk (Connection *connection);

static void
chunk_put_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Connection *connection = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (aq_queue_put_finish (AQ_QUEUE (source), result, &error));
  g_assert_no_error (error);
  put_chunk (connection);
}

/* Only its size is of interest. */
static void
put_chunk (Connection *connection)
{
  Download *download = connection->download;
  int size = g_test_rand_int_range (0, g_test_rand_int_range (2, LARGEST_CHUNK + 1));
  g_autoptr (AqTestItem) chunk = aq_test_item_new (size);

  if (connection->n_put++ == N_CHUNKS)
    {
      if (--download->n_left == 0)
        aq_queue_shutdown (download->chunks, FALSE);
      return;
    }

  download->n_put += size;
  aq_queue_put_async (download->chunks, chunk, NULL, chunk_put_cb, connection);
}

/* As one counts oneself, not as the queue does. */
static guint64
sum_chunks (AqQueue *queue)
{
  g_autoptr (GPtrArray) chunks = aq_queue_peek_many (queue, G_MAXUINT);
  guint64 sum = 0;

  for (guint i = 0; i < chunks->len; i++)
    sum += aq_test_item_get_number (chunks->pdata[i]);

  return sum;
}

static gboolean start_get_cb (gpointer user_data);

static void
write_chunk_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Download *download = user_data;
  g_autoptr (AqTestItem) chunk = aq_queue_get_finish (AQ_QUEUE (source), result, NULL);
  guint64 size = sum_chunks (download->chunks);

  if (chunk == NULL)
    return;

  /* With what was just collected, it is all that there was but a moment ago. */
  g_assert_cmpuint (size, <=, MEMORY);
  g_assert_cmpuint (size, ==, aq_queue_get_size (download->chunks));
  download->most_held = MAX (download->most_held, size + aq_test_item_get_number (chunk));
  download->n_written += aq_test_item_get_number (chunk);
  aq_queue_task_done (download->chunks);
  g_idle_add (start_get_cb, download);
}

/* The disk is slower: it has its turn when all connections wait. */
static gboolean
start_get_cb (gpointer user_data)
{
  Download *download = user_data;

  aq_queue_get_async (download->chunks, NULL, write_chunk_cb, download);

  return G_SOURCE_REMOVE;
}

static void
test_size_download (void)
{
  Download download = { .n_left = 3 };
  Connection connections[3];

  g_test_summary ("A download with 8 MiB of memory is never above by more than one chunk.");

  download.chunks = create_sized_queue (AQ_TYPE_QUEUE, MEMORY, AQ_OVERFLOW_WAIT);
  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      connections[i] = (Connection) { &download, 0 };
      put_chunk (&connections[i]);
    }
  start_get_cb (&download);

  while (aq_queue_get_state (download.chunks) != AQ_QUEUE_STATE_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  drain_context ();

  g_assert_cmpuint (download.n_written, ==, download.n_put);
  g_assert_cmpuint (download.most_held, <=, MEMORY + LARGEST_CHUNK);
  /* It is filled as well, or the bound would be of no use. */
  g_assert_cmpuint (download.most_held, >, MEMORY - LARGEST_CHUNK);
  aq_test_finalize_queue (download.chunks);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/overflow/drops", test_overflow_drops);
  g_test_add_func ("/overflow/drops-least-urgent", test_overflow_drops_least_urgent);
  g_test_add_func ("/overflow/latest-only", test_overflow_latest_only);
  g_test_add_func ("/overflow/under-promises", test_overflow_under_promises);
  g_test_add_func ("/overflow/lifo-newest-under-promise", test_overflow_lifo_newest_under_promise);
  g_test_add_func ("/overflow/lets-waiting-puts-in", test_overflow_lets_waiting_puts_in);
  g_test_add_func ("/overflow/with-shrinking-bound", test_overflow_with_shrinking_bound);
  g_test_add_func ("/overflow/newest-with-shrinking-bound",
                   test_overflow_newest_with_shrinking_bound);
  g_test_add_func ("/overflow/after-shutdown", test_overflow_after_shutdown);
  g_test_add_func ("/overflow/join-does-not-wait", test_overflow_join_does_not_wait);
  g_test_add_func ("/overflow/frees-outside-the-lock", test_overflow_frees_outside_the_lock);
  g_test_add_func ("/overflow/unknown-is-critical", test_overflow_unknown_is_critical);
  g_test_add_func ("/overflow/sensor-keeps-newest", test_overflow_sensor_keeps_newest);

  g_test_add_func ("/size/bounds-the-sum", test_size_bounds_the_sum);
  g_test_add_func ("/size/large-one-goes-in-alone", test_size_large_one_goes_in_alone);
  g_test_add_func ("/size/cancelled-large-one-lets-others-in",
                   test_size_cancelled_large_one_lets_others_in);
  g_test_add_func ("/size/of-what-is-not-promised", test_size_of_what_is_not_promised);
  g_test_add_func ("/size/makes-room-for-a-large-one", test_size_makes_room_for_a_large_one);
  g_test_add_func ("/size/func-while-in-use-is-critical", test_size_func_while_in_use_is_critical);
  g_test_add_func ("/size/func-may-use-queue", test_size_func_may_use_queue);
  g_test_add_func ("/size/func-data-is-freed", test_size_func_data_is_freed);
  g_test_add_func ("/size/download", test_size_download);

  return g_test_run ();
}
