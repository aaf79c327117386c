/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/*
 * All that CPython checks of asyncio.Queue, in the 41 functions of its
 * Lib/test/test_asyncio/test_queues.py (3.13), under their numbers in that file.
 *
 * Left out, since there is no such thing in C:
 *
 *    2  str (), which shows what repr () does
 *    3  Queue[int]
 *   24  a maxsize of 1.3
 *
 * Of 1, 36 and 37 the text of repr () is left out; what it shows are properties
 * here. Where asyncio leaves the outcome of a race or an order open, ours is
 * decided, and that is what is asserted: 9, 20, 21, 22, 26, 28 and 30.
 */

#define NOTHING_YET -1

/* The last two sections run for each of these. */
typedef struct
{
  const char *name;
  GType (*get_type) (void);
} QueueClass;

static const QueueClass queue_classes[] = {
  { "AqQueue", aq_queue_get_type },
  { "AqLifoQueue", aq_lifo_queue_get_type },
  { "AqPriorityQueue", aq_priority_queue_get_type },
};

static AqQueue *
create_queue (const void *queue_class,
              guint       max_size)
{
  return g_object_new (((const QueueClass *) queue_class)->get_type (),
                       "item-type", AQ_TEST_TYPE_ITEM,
                       "max-size", max_size,
                       NULL);
}

/* A callback that collects at once, into the number it is given. */
static void
collect_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AqTestItem) item = aq_queue_get_finish (AQ_QUEUE (source), result, &error);
  int *number = user_data;

  g_assert_no_error (error);
  g_assert_cmpint (*number, ==, NOTHING_YET);
  *number = aq_test_item_get_number (item);
}

static void
fail_try_put (AqQueue *queue,
              int      code)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (0);
  g_autoptr (GError) error = NULL;

  g_assert_false (aq_queue_try_put (queue, item, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
fail_try_get (AqQueue *queue,
              int      code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_try_get (queue, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
fail_task_done (AqQueue *queue)
{
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_task_done*");
  aq_queue_task_done (queue);
  g_test_assert_expected_messages ();
}

static void
fail_all_since_closed (AqQueue *queue)
{
  GAsyncResult *put_result = NULL;
  GAsyncResult *get_result = NULL;

  aq_test_start_put (queue, 0, NULL, &put_result);
  aq_test_fail_put (queue, &put_result, G_IO_ERROR_CLOSED);
  fail_try_put (queue, G_IO_ERROR_CLOSED);

  aq_queue_get_async (queue, NULL, store_result_cb, &get_result);
  aq_test_fail_get (queue, &get_result, G_IO_ERROR_CLOSED);
  fail_try_get (queue, G_IO_ERROR_CLOSED);
}

static gboolean
put_1_cb (gpointer user_data)
{
  aq_test_put (user_data, 1);

  return G_SOURCE_REMOVE;
}

static gboolean
get_1_cb (gpointer user_data)
{
  g_assert_cmpint (aq_test_get (user_data), ==, 1);

  return G_SOURCE_REMOVE;
}

/* What a coroutine with a loop is in Python: the numbers from 1 to @n_items are
 * put, or got, one after the other. */
typedef struct
{
  AqQueue *queue;
  int n_items;
  int n_done;
} Loop;

static void put_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data);

static void
put_next (Loop *loop)
{
  g_autoptr (AqTestItem) item = NULL;

  if (loop->n_done == loop->n_items)
    return;

  item = aq_test_item_new (loop->n_done + 1);
  aq_queue_put_async (loop->queue, item, NULL, put_cb, loop);
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Loop *loop = user_data;
  g_autoptr (GError) error = NULL;

  aq_queue_put_finish (loop->queue, result, &error);
  g_assert_no_error (error);
  loop->n_done++;
  put_next (loop);
}

static void get_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data);

static void
get_next (Loop *loop)
{
  if (loop->n_done < loop->n_items)
    aq_queue_get_async (loop->queue, NULL, get_cb, loop);
}

static void
get_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Loop *loop = user_data;
  int number = NOTHING_YET;

  collect_cb (source, result, &number);
  loop->n_done++;
  g_assert_cmpint (number, ==, loop->n_done);
  get_next (loop);
}

/* A: basics */

static void
test_properties_count_waiters (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GAsyncResult *put_result = NULL;
  int got = NOTHING_YET;

  g_test_summary ("A1: The properties show a waiting get, a waiting put and the items.");

  aq_queue_get_async (queue, NULL, collect_cb, &got);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (got, ==, 1);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  aq_test_put (queue, 2);
  aq_test_start_put (queue, 3, NULL, &put_result);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finish_put (queue, &put_result);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);

  g_assert_cmpint (aq_test_get (queue), ==, 3);
  aq_test_finalize_queue (queue);
}

static void
test_empty_before_put_and_after_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A4: A queue is empty before a put and after a get, but not between.");

  g_assert_true (aq_queue_is_empty (queue));
  aq_test_put (queue, 1);
  g_assert_false (aq_queue_is_empty (queue));
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_true (aq_queue_is_empty (queue));

  aq_test_finalize_queue (queue);
}

static void
test_full_with_max_size_alone (void)
{
  AqQueue *unbounded = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqQueue *bounded = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("A5: A queue with max-size 1 is full after a put, one with 0 is never full.");

  g_assert_false (aq_queue_is_full (unbounded));
  aq_test_put (unbounded, 1);
  g_assert_false (aq_queue_is_full (unbounded));

  g_assert_false (aq_queue_is_full (bounded));
  aq_test_put (bounded, 1);
  g_assert_true (aq_queue_is_full (bounded));

  aq_test_get (unbounded);
  aq_test_get (bounded);
  aq_test_finalize_queue (unbounded);
  aq_test_finalize_queue (bounded);
}

static void
test_first_in_first_out (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A6: Items come out in the order in which they went in.");

  aq_test_put (queue, 1);
  aq_test_put (queue, 3);
  aq_test_put (queue, 2);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_max_size_holds_back_producer (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  Loop producer = { .queue = queue, .n_items = 3 };

  g_test_summary ("A7: With max-size 2 a producer is held back after two puts, until a get.");

  g_assert_cmpuint (aq_queue_get_max_size (queue), ==, 2);

  put_next (&producer);
  drain_context ();
  g_assert_cmpint (producer.n_done, ==, 2);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);

  /* The place is taken in the same moment, the callback comes home later. */
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 2);
  g_assert_cmpint (producer.n_done, ==, 2);
  drain_context ();
  g_assert_cmpint (producer.n_done, ==, 3);

  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  aq_test_finalize_queue (queue);
}

/* B: get */

static void
test_get_finds_item (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int got = NOTHING_YET;

  g_test_summary ("B8: A get on a queue with an item returns it, but not inside the call.");

  aq_test_put (queue, 1);
  aq_queue_get_async (queue, NULL, collect_cb, &got);
  g_assert_cmpint (got, ==, NOTHING_YET);
  drain_context ();
  g_assert_cmpint (got, ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_get_lets_in_oldest_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GAsyncResult *results[2] = { NULL };

  g_test_summary ("B9: A get on a full queue lets in the put that has waited longest.");

  aq_test_put (queue, 1);
  aq_test_start_put (queue, 2, NULL, &results[0]);
  aq_test_start_put (queue, 3, NULL, &results[1]);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finish_put (queue, &results[0]);
  drain_context ();
  g_assert_null (results[1]);

  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finish_put (queue, &results[1]);
  g_assert_cmpint (aq_test_get (queue), ==, 3);

  aq_test_finalize_queue (queue);
}

static void
test_get_waits_for_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int got = NOTHING_YET;

  g_test_summary ("B10: A get on an empty queue waits for an item that is put later.");

  aq_queue_get_async (queue, NULL, collect_cb, &got);
  drain_context ();
  g_assert_cmpint (got, ==, NOTHING_YET);

  /* An idle source has its turn while nothing else is ready: who waits does
   * not keep the main loop busy. */
  g_idle_add (put_1_cb, queue);
  drain_context ();
  g_assert_cmpint (got, ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_try_get_needs_no_main_loop (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  AqQueue *queue;
  GAsyncResult *result = NULL;

  g_test_summary ("B11: try_get () works where no main loop runs.");

  g_main_context_push_thread_default (context);
  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  aq_test_start_put (queue, 1, NULL, &result);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_null (result);

  aq_test_finish_put (queue, &result);
  aq_test_finalize_queue (queue);
  g_main_context_pop_thread_default (context);
}

static void
test_try_get_on_empty_would_block (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("B12: try_get () on an empty queue reports that it would block.");

  fail_try_get (queue, G_IO_ERROR_WOULD_BLOCK);

  aq_test_finalize_queue (queue);
}

static void
test_get_cancelled_race_goes_to_second (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *first = NULL;
  int second = NOTHING_YET;

  g_test_summary ("B13: After the first of two waiting gets is cancelled, the second is served.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &first);
  aq_queue_get_async (queue, NULL, collect_cb, &second);
  drain_context ();

  g_cancellable_cancel (cancellable);
  aq_test_put (queue, 1);

  aq_test_fail_get (queue, &first, G_IO_ERROR_CANCELLED);
  drain_context ();
  g_assert_cmpint (second, ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_get_with_waiting_puts_keeps_order (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GAsyncResult *puts[2] = { NULL };
  int gots[2] = { NOTHING_YET, NOTHING_YET };

  g_test_summary ("B14: With max-size 1, two gets receive what two puts put, in their order.");

  aq_test_start_put (queue, 1, NULL, &puts[0]);
  aq_test_start_put (queue, 2, NULL, &puts[1]);
  aq_queue_get_async (queue, NULL, collect_cb, &gots[0]);
  aq_queue_get_async (queue, NULL, collect_cb, &gots[1]);

  aq_test_finish_put (queue, &puts[0]);
  aq_test_finish_put (queue, &puts[1]);
  drain_context ();
  g_assert_cmpint (gots[0], ==, 1);
  g_assert_cmpint (gots[1], ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_producer_and_consumer_come_to_an_end (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  Loop producer = { .queue = queue, .n_items = 5 };
  Loop consumer = { .queue = queue, .n_items = 5 };

  g_test_summary ("B15: With max-size 1, a producer and a consumer of five come to an end.");

  put_next (&producer);
  get_next (&consumer);
  wait_for_count (&consumer.n_done, 5);
  drain_context ();
  g_assert_cmpint (producer.n_done, ==, 5);

  aq_test_finalize_queue (queue);
}

static void
test_get_given_up_leaves_no_waiter (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("B16: A get that timed out or was cancelled leaves no waiter behind.");

  g_assert_null (aq_queue_timed_get (queue, 1, NULL, &error));
  aq_test_assert_error (error, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  aq_test_fail_get (queue, &result, G_IO_ERROR_CANCELLED);

  aq_test_finalize_queue (queue);
}

/* C: put */

static void
test_put_never_waits_without_bound (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("C17: A put into a queue without bound does not wait, and its item can be got.");

  for (int i = 0; i < 100; i++)
    {
      aq_test_start_put (queue, i, NULL, &result);
      g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
      aq_test_finish_put (queue, &result);
    }

  for (int i = 0; i < 100; i++)
    g_assert_cmpint (aq_test_get (queue), ==, i);

  aq_test_finalize_queue (queue);
}

static void
test_put_waits_for_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GAsyncResult *results[2] = { NULL };

  g_test_summary ("C18: With max-size 1, a second put waits for a get that comes later.");

  aq_test_start_put (queue, 1, NULL, &results[0]);
  aq_test_start_put (queue, 2, NULL, &results[1]);
  drain_context ();
  aq_test_finish_put (queue, &results[0]);
  g_assert_null (results[1]);

  g_idle_add (get_1_cb, queue);
  aq_test_finish_put (queue, &results[1]);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_try_put_needs_no_main_loop (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  AqQueue *queue;

  g_test_summary ("C19: try_put () and then try_get () work where no main loop ever runs.");

  g_main_context_push_thread_default (context);
  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_main_context_pop_thread_default (context);

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_get_cancelled_after_put_leaves_item_first (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("C20: A get cancelled in the same turn as two puts leaves both, in order.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  drain_context ();

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  g_cancellable_cancel (cancellable);

  aq_test_fail_get (queue, &result, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_get_cancelled_after_put_passes_on_its_turn (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *first = NULL;
  int second = NOTHING_YET, third = NOTHING_YET;

  g_test_summary ("C21: The first of three gets is cancelled after two puts: the others get them.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &first);
  aq_queue_get_async (queue, NULL, collect_cb, &second);
  aq_queue_get_async (queue, NULL, collect_cb, &third);
  drain_context ();

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  g_cancellable_cancel (cancellable);

  aq_test_fail_get (queue, &first, G_IO_ERROR_CANCELLED);
  drain_context ();
  g_assert_cmpint (second, ==, 1);
  g_assert_cmpint (third, ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_put_cancelled_after_get_is_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("C22: A put is in from the get that made room; cancelling it then is too late.");

  aq_test_put (queue, 1);
  aq_test_start_put (queue, 2, cancellable, &result);
  drain_context ();

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);

  aq_test_finish_put (queue, &result);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static void
test_try_put_on_full_would_block (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("C23: try_put () on a full queue reports that it would block.");

  aq_test_put (queue, 1);
  fail_try_put (queue, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_put_completes_after_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  int got = NOTHING_YET;

  g_test_summary ("C25: A put whose item was got before its callback ran completes all the same.");

  aq_test_start_put (queue, 1, NULL, &result);
  aq_queue_get_async (queue, NULL, collect_cb, &got);
  drain_context ();
  g_assert_cmpint (got, ==, 1);
  aq_test_finish_put (queue, &result);

  aq_test_finalize_queue (queue);
}

static void
test_put_cancelled_race_lets_in_the_other (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[3] = { NULL };

  g_test_summary ("C26: One of two waiting puts is cancelled: the other's item comes next.");

  aq_test_start_put (queue, 1, NULL, &results[0]);
  aq_test_start_put (queue, 2, NULL, &results[1]);
  aq_test_start_put (queue, 9, cancellable, &results[2]);
  drain_context ();
  aq_test_finish_put (queue, &results[0]);

  g_cancellable_cancel (cancellable);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  fail_try_get (queue, G_IO_ERROR_WOULD_BLOCK);

  aq_test_finish_put (queue, &results[1]);
  aq_test_fail_put (queue, &results[2], G_IO_ERROR_CANCELLED);

  aq_test_finalize_queue (queue);
}

static void
test_put_completes_waiting_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  int got = NOTHING_YET;

  g_test_summary ("C27: A put completes a waiting get, with its item.");

  aq_queue_get_async (queue, NULL, collect_cb, &got);
  drain_context ();

  aq_test_start_put (queue, 1, NULL, &result);
  aq_test_finish_put (queue, &result);
  drain_context ();
  g_assert_cmpint (got, ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_draining_lets_in_all_puts (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  GAsyncResult *results[4] = { NULL };
  int next = 0;

  g_test_summary ("C28: With max-size 2, who drains the queue in one turn gets all of four puts.");

  for (int i = 0; i < 4; i++)
    aq_test_start_put (queue, i, NULL, &results[i]);

  while (!aq_queue_is_empty (queue))
    g_assert_cmpint (aq_test_get (queue), ==, next++);

  g_assert_cmpint (next, ==, 4);
  for (int i = 0; i < 4; i++)
    aq_test_finish_put (queue, &results[i]);

  aq_test_finalize_queue (queue);
}

static void
test_put_cancelled_leaves_no_waiter (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("C29: A put is one waiter while it waits, and none once it is cancelled.");

  aq_test_put (queue, 1);
  aq_test_start_put (queue, 2, cancellable, &result);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);

  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  aq_test_fail_put (queue, &result, G_IO_ERROR_CANCELLED);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_put_cancelled_off_the_line_has_one_outcome (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[2] = { NULL };

  g_test_summary ("C30: Cancelling a put that has left the line, and one in it, is no confusion.");

  aq_test_put (queue, 1);
  aq_test_start_put (queue, 2, cancellable, &results[0]);
  aq_test_start_put (queue, 3, cancellable, &results[1]);
  drain_context ();

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);

  aq_test_finish_put (queue, &results[0]);
  aq_test_fail_put (queue, &results[1], G_IO_ERROR_CANCELLED);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  fail_try_get (queue, G_IO_ERROR_WOULD_BLOCK);

  aq_test_finalize_queue (queue);
}

/* D: other orders */

static void
test_lifo_last_in_first_out (void)
{
  AqQueue *queue = AQ_QUEUE (aq_lifo_queue_new (AQ_TEST_TYPE_ITEM, 0));

  g_test_summary ("D31: From an AqLifoQueue the last item that went in comes out first.");

  aq_test_put (queue, 1);
  aq_test_put (queue, 3);
  aq_test_put (queue, 2);

  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 3);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_priority_lowest_first (void)
{
  const int priorities[] = { 1, 3, 2 };
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0));

  g_test_summary ("D32: From an AqPriorityQueue the lowest priority comes out first.");

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (priorities[i]);

      g_assert_true (aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), item,
                                                              priorities[i], NULL));
    }

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 3);

  aq_test_finalize_queue (queue);
}

/* E: task_done and join, for each class */

static void
test_task_done_without_item_is_critical (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);

  g_test_summary ("E33: task_done () on a new queue is a critical.");

  fail_task_done (queue);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

typedef struct
{
  gboolean is_running;
  int n_stopped;
  int sum;
} Work;

static void
work_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);
  Work *work = user_data;
  int number = NOTHING_YET;

  collect_cb (source, result, &number);
  work->sum += number;
  aq_queue_task_done (queue);

  if (work->is_running)
    aq_queue_get_async (queue, NULL, work_cb, work);
  else
    work->n_stopped++;
}

static void
test_join_waits_for_workers (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);
  Work work = { .is_running = TRUE };
  GAsyncResult *result = NULL;

  g_test_summary ("E34: A join ends once two workers have processed all of 100 items.");

  for (int i = 0; i < 100; i++)
    aq_test_put (queue, i);

  for (int i = 0; i < 2; i++)
    aq_queue_get_async (queue, NULL, work_cb, &work);

  aq_queue_join_async (queue, NULL, store_result_cb, &result);
  aq_test_finish_join (queue, &result);
  g_assert_cmpint (work.sum, ==, 99 * 100 / 2);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);

  /* They wait for one more each, and are let go. */
  drain_context ();
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 2);
  work.is_running = FALSE;
  aq_test_put (queue, 0);
  aq_test_put (queue, 0);
  wait_for_count (&work.n_stopped, 2);

  aq_test_finalize_queue (queue);
}

static void
test_join_on_new_queue_ends_at_once (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("E35: A join on a queue that was never used ends at once, and so does another.");

  for (int i = 0; i < 2; i++)
    {
      aq_queue_join_async (queue, NULL, store_result_cb, &result);
      g_assert_null (result);
      drain_context ();
      g_assert_nonnull (result);
      aq_test_finish_join (queue, &result);
    }

  aq_test_finalize_queue (queue);
}

static void
test_properties_count_unfinished_tasks (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);

  g_test_summary ("E36: The properties show the bound, and two unfinished tasks.");

  g_assert_cmpuint (aq_queue_get_max_size (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);

  aq_test_put (queue, 1);
  aq_test_put (queue, 1);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 2);

  /* To get an item is not to finish it. */
  aq_test_get (queue);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 2);
  aq_queue_task_done (queue);
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 1);

  aq_test_get (queue);
  aq_test_finalize_queue (queue);
}

/* F: shutdown, for each class */

static void
test_state_shows_shutdown (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);

  g_test_summary ("F37: The state shows that the queue is shut down.");

  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_OPEN);
  aq_queue_shutdown (queue, FALSE);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);

  aq_test_finalize_queue (queue);
}

static void
test_shutdown_empty_releases_get (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);
  GAsyncResult *get_result = NULL;
  GAsyncResult *join_result = NULL;

  g_test_summary ("F38: A shutdown of an empty queue releases a get, and nothing works then.");

  aq_queue_get_async (queue, NULL, store_result_cb, &get_result);
  drain_context ();
  g_assert_null (get_result);

  aq_queue_shutdown (queue, FALSE);
  g_assert_null (get_result);
  drain_context ();
  g_assert_nonnull (get_result);
  aq_test_fail_get (queue, &get_result, G_IO_ERROR_CLOSED);

  aq_queue_join_async (queue, NULL, store_result_cb, &join_result);
  aq_test_finish_join (queue, &join_result);
  fail_all_since_closed (queue);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static void
test_shutdown_nonempty_hands_out_what_is_left (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 1);
  GAsyncResult *put_result = NULL;
  GAsyncResult *join_result = NULL;
  int got = NOTHING_YET;

  g_test_summary ("F39: After a shutdown a put fails, what is in can be got, and a join waits.");

  aq_test_put (queue, 1);
  aq_queue_join_async (queue, NULL, store_result_cb, &join_result);
  aq_test_start_put (queue, 2, NULL, &put_result);
  drain_context ();
  g_assert_null (put_result);

  aq_queue_shutdown (queue, FALSE);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_DRAINING);
  drain_context ();
  g_assert_nonnull (put_result);
  aq_test_fail_put (queue, &put_result, G_IO_ERROR_CLOSED);

  aq_queue_get_async (queue, NULL, collect_cb, &got);
  drain_context ();
  g_assert_cmpint (got, ==, 1);
  g_assert_null (join_result);
  fail_all_since_closed (queue);

  aq_queue_task_done (queue);
  aq_test_finish_join (queue, &join_result);
  fail_task_done (queue);

  aq_test_finalize_queue (queue);
}

static void
test_shutdown_immediate_drops_and_ends_join (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("F40: An immediate shutdown drops what is in, which ends a join.");

  aq_test_put (queue, 1);
  aq_queue_join_async (queue, NULL, store_result_cb, &result);
  drain_context ();
  g_assert_null (result);

  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
  drain_context ();
  g_assert_nonnull (result);
  aq_test_finish_join (queue, &result);

  fail_all_since_closed (queue);
  fail_task_done (queue);

  aq_test_finalize_queue (queue);
}

static void
test_shutdown_immediate_leaves_join_to_who_got (const void *queue_class)
{
  AqQueue *queue = create_queue (queue_class, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("F41: After an immediate shutdown a join waits for what was got before.");

  aq_test_put (queue, 1);
  aq_test_put (queue, 1);
  aq_queue_join_async (queue, NULL, store_result_cb, &result);
  aq_test_get (queue);

  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
  fail_all_since_closed (queue);
  drain_context ();
  g_assert_null (result);

  aq_queue_task_done (queue);
  aq_test_finish_join (queue, &result);
  fail_task_done (queue);

  aq_test_finalize_queue (queue);
}

static void
add_for_each_class (const char    *path,
                    GTestDataFunc  func)
{
  for (guint i = 0; i < G_N_ELEMENTS (queue_classes); i++)
    {
      g_autofree char *full_path = g_strconcat (path, "/", queue_classes[i].name, NULL);

      g_test_add_data_func (full_path, &queue_classes[i], func);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/asyncio/basics/properties-count-waiters",
                   test_properties_count_waiters);
  g_test_add_func ("/asyncio/basics/empty-before-put-and-after-get",
                   test_empty_before_put_and_after_get);
  g_test_add_func ("/asyncio/basics/full-with-max-size-alone",
                   test_full_with_max_size_alone);
  g_test_add_func ("/asyncio/basics/first-in-first-out",
                   test_first_in_first_out);
  g_test_add_func ("/asyncio/basics/max-size-holds-back-producer",
                   test_max_size_holds_back_producer);

  g_test_add_func ("/asyncio/get/finds-item",
                   test_get_finds_item);
  g_test_add_func ("/asyncio/get/lets-in-oldest-put",
                   test_get_lets_in_oldest_put);
  g_test_add_func ("/asyncio/get/waits-for-put",
                   test_get_waits_for_put);
  g_test_add_func ("/asyncio/get/try-get-needs-no-main-loop",
                   test_try_get_needs_no_main_loop);
  g_test_add_func ("/asyncio/get/try-get-on-empty-would-block",
                   test_try_get_on_empty_would_block);
  g_test_add_func ("/asyncio/get/cancelled-race-goes-to-second",
                   test_get_cancelled_race_goes_to_second);
  g_test_add_func ("/asyncio/get/with-waiting-puts-keeps-order",
                   test_get_with_waiting_puts_keeps_order);
  g_test_add_func ("/asyncio/get/producer-and-consumer-come-to-an-end",
                   test_producer_and_consumer_come_to_an_end);
  g_test_add_func ("/asyncio/get/given-up-leaves-no-waiter",
                   test_get_given_up_leaves_no_waiter);

  g_test_add_func ("/asyncio/put/never-waits-without-bound",
                   test_put_never_waits_without_bound);
  g_test_add_func ("/asyncio/put/waits-for-get",
                   test_put_waits_for_get);
  g_test_add_func ("/asyncio/put/try-put-needs-no-main-loop",
                   test_try_put_needs_no_main_loop);
  g_test_add_func ("/asyncio/put/get-cancelled-after-put-leaves-item-first",
                   test_get_cancelled_after_put_leaves_item_first);
  g_test_add_func ("/asyncio/put/get-cancelled-after-put-passes-on-its-turn",
                   test_get_cancelled_after_put_passes_on_its_turn);
  g_test_add_func ("/asyncio/put/cancelled-after-get-is-in",
                   test_put_cancelled_after_get_is_in);
  g_test_add_func ("/asyncio/put/try-put-on-full-would-block",
                   test_try_put_on_full_would_block);
  g_test_add_func ("/asyncio/put/completes-after-get",
                   test_put_completes_after_get);
  g_test_add_func ("/asyncio/put/cancelled-race-lets-in-the-other",
                   test_put_cancelled_race_lets_in_the_other);
  g_test_add_func ("/asyncio/put/completes-waiting-get",
                   test_put_completes_waiting_get);
  g_test_add_func ("/asyncio/put/draining-lets-in-all-puts",
                   test_draining_lets_in_all_puts);
  g_test_add_func ("/asyncio/put/cancelled-leaves-no-waiter",
                   test_put_cancelled_leaves_no_waiter);
  g_test_add_func ("/asyncio/put/cancelled-off-the-line-has-one-outcome",
                   test_put_cancelled_off_the_line_has_one_outcome);

  g_test_add_func ("/asyncio/order/lifo-last-in-first-out",
                   test_lifo_last_in_first_out);
  g_test_add_func ("/asyncio/order/priority-lowest-first",
                   test_priority_lowest_first);

  add_for_each_class ("/asyncio/join/task-done-without-item-is-critical",
                      test_task_done_without_item_is_critical);
  add_for_each_class ("/asyncio/join/waits-for-workers",
                      test_join_waits_for_workers);
  add_for_each_class ("/asyncio/join/on-new-queue-ends-at-once",
                      test_join_on_new_queue_ends_at_once);
  add_for_each_class ("/asyncio/join/properties-count-unfinished-tasks",
                      test_properties_count_unfinished_tasks);

  add_for_each_class ("/asyncio/shutdown/state-shows-it",
                      test_state_shows_shutdown);
  add_for_each_class ("/asyncio/shutdown/empty-releases-get",
                      test_shutdown_empty_releases_get);
  add_for_each_class ("/asyncio/shutdown/nonempty-hands-out-what-is-left",
                      test_shutdown_nonempty_hands_out_what_is_left);
  add_for_each_class ("/asyncio/shutdown/immediate-drops-and-ends-join",
                      test_shutdown_immediate_drops_and_ends_join);
  add_for_each_class ("/asyncio/shutdown/immediate-leaves-join-to-who-got",
                      test_shutdown_immediate_leaves_join_to_who_got);

  return g_test_run ();
}
