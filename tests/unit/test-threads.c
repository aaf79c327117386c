/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/*
 * What blocks, and what comes from several threads at once.
 *
 * G42 to G46 are what Python tests beyond the 41 of test-asyncio.c: older tests
 * of asyncio (42), drafts of its shutdown (43), and those of its queues for
 * threads in Lib/test/test_queue.py (44 to 46). Left out is 45, a hook of a
 * subclass that fails, since there are no such hooks here.
 */

/* So long that it never comes to an end in a test. */
#define LONG (G_TIME_SPAN_DAY)

/* How often a race is run, and how much goes over a belt. */
static int factor = 1;

/* What was put and got in this test; both are atomic. */
static int n_put;
static int n_got;

static void
assert_conserved (AqQueue *queue)
{
  guint64 n_dropped = aq_queue_get_n_dropped (queue);

  g_assert_cmpuint (g_atomic_int_get (&n_put), ==,
                    g_atomic_int_get (&n_got) + n_dropped + aq_queue_get_length (queue));
}

static void
end_test (AqQueue *queue)
{
  assert_conserved (queue);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  aq_test_finalize_queue (queue);

  n_put = n_got = 0;
}

/* The helpers count. */

static void
put (AqQueue *queue,
     int      number)
{
  g_atomic_int_inc (&n_put);
  aq_test_put (queue, number);
}

static int
get (AqQueue *queue)
{
  g_atomic_int_inc (&n_got);

  return aq_test_get (queue);
}

static int
finish_get (AqQueue       *queue,
            GAsyncResult **result)
{
  g_atomic_int_inc (&n_got);

  return aq_test_finish (queue, result);
}

static void
start_put (AqQueue       *queue,
           int            number,
           GAsyncResult **result)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (number);

  aq_queue_put_async (queue, item, NULL, store_result_cb, result);
}

static void
finish_put (AqQueue       *queue,
            GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  aq_queue_put_finish (queue, wait_for_result (result), &error);
  g_assert_no_error (error);
  g_atomic_int_inc (&n_put);
  g_clear_object (result);
}

static void
fail_try_put (AqQueue *queue)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (0);
  g_autoptr (GError) error = NULL;

  g_assert_false (aq_queue_try_put (queue, item, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
fail_try_get (AqQueue *queue)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_try_get (queue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Threads pass it together. */
typedef struct
{
  int n_to_come; /* (atomic) */
} Barrier;

static void
pass_barrier (Barrier *barrier)
{
  if (barrier == NULL)
    return;

  g_atomic_int_add (&barrier->n_to_come, -1);
  while (g_atomic_int_get (&barrier->n_to_come) > 0)
    g_thread_yield ();
}

/* One blocking call, in a thread of its own. */
typedef struct
{
  GThread *thread;
  AqQueue *queue;
  int number;        /* that is put, or was got */
  gboolean is_timed; /* or else it is the form without a time */
  gint64 timeout_us;
  GCancellable *cancellable; /* (owned) (nullable) */
  Barrier *barrier;          /* (nullable) */
  AqTestItem *item;          /* (unowned) (nullable): to put instead of a new one */
  gboolean *is_allowed;      /* (nullable) (atomic): to return from a join */
  GError *error;
} Call;

static gpointer
put_thread (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (AqTestItem) own = call->item == NULL ? aq_test_item_new (call->number) : NULL;
  AqTestItem *item = own != NULL ? own : call->item;
  gboolean done;

  pass_barrier (call->barrier);

  if (call->is_timed)
    done = aq_queue_timed_put (call->queue, item, call->timeout_us, call->cancellable,
                               &call->error);
  else
    done = aq_queue_put_sync (call->queue, item, call->cancellable, &call->error);

  g_assert_true (done == (call->error == NULL));
  if (done)
    g_atomic_int_inc (&n_put);

  return NULL;
}

static gpointer
get_thread (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (AqTestItem) item = NULL;

  pass_barrier (call->barrier);

  if (call->is_timed)
    item = aq_queue_timed_get (call->queue, call->timeout_us, call->cancellable, &call->error);
  else
    item = aq_queue_get_sync (call->queue, call->cancellable, &call->error);

  g_assert_true ((item != NULL) == (call->error == NULL));
  if (item != NULL)
    {
      g_atomic_int_inc (&n_got);
      call->number = aq_test_item_get_number (item);
    }

  return NULL;
}

static gpointer
join_thread (gpointer user_data)
{
  Call *call = user_data;
  gboolean done;

  pass_barrier (call->barrier);

  if (call->is_timed)
    done = aq_queue_timed_join (call->queue, call->timeout_us, call->cancellable, &call->error);
  else
    done = aq_queue_join_sync (call->queue, call->cancellable, &call->error);

  g_assert_true (done == (call->error == NULL));
  if (done && call->is_allowed != NULL)
    g_assert_true (g_atomic_int_get (call->is_allowed));

  return NULL;
}

static Call *
run_call (Call        call,
          GThreadFunc func)
{
  Call *self = g_memdup2 (&call, sizeof call);

  if (self->cancellable != NULL)
    g_object_ref (self->cancellable);
  self->thread = g_thread_new (NULL, func, self);

  return self;
}

static Call *
start_call (AqQueue      *queue,
            GThreadFunc   func,
            int           number,
            GCancellable *cancellable)
{
  return run_call ((Call) { .queue = queue, .number = number, .cancellable = cancellable },
                   func);
}

static Call *
start_timed_call (AqQueue     *queue,
                  GThreadFunc  func,
                  int          number,
                  gint64       timeout_us)
{
  return run_call ((Call) { .queue = queue,
                            .number = number,
                            .is_timed = TRUE,
                            .timeout_us = timeout_us },
                   func);
}

static Call *
start_call_at (Barrier     *barrier,
               AqQueue     *queue,
               GThreadFunc  func,
               int          number)
{
  return run_call ((Call) { .queue = queue, .number = number, .barrier = barrier }, func);
}

/* Waits until the call, which must be the only one with this cancellable, blocks.
 * A join shows in no property, but who blocks listens to its cancellable. */
static void
wait_for_listener (GCancellable *cancellable)
{
  guint signal_id = g_signal_lookup ("cancelled", G_TYPE_CANCELLABLE);

  while (!g_signal_has_handler_pending (cancellable, signal_id, 0, FALSE))
    g_thread_yield ();
}

/* Returns whether it succeeded; if it did not, the error must be this one. */
static gboolean
end_call (Call *call,
          int   code,
          int  *number)
{
  gboolean succeeded;

  g_thread_join (call->thread);

  succeeded = call->error == NULL;
  if (!succeeded)
    g_assert_error (call->error, G_IO_ERROR, code);
  if (number != NULL)
    *number = call->number;

  g_clear_error (&call->error);
  g_clear_object (&call->cancellable);
  g_free (call);

  return succeeded;
}

/* Returns the number that was got or put. */
static int
finish_call (Call *call)
{
  int number;

  g_assert_true (end_call (call, G_IO_ERROR_FAILED, &number));

  return number;
}

static void
fail_call (Call *call,
           int   code)
{
  g_assert_false (end_call (call, code, NULL));
}

/* Blocking calls */

static void
test_put_sync_waits_for_room (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  Call *call;

  g_test_summary ("G44: put_sync () on a full queue blocks until a get makes room.");

  put (queue, 1);
  call = start_call (queue, put_thread, 2, NULL);
  wait_for_waiting (queue, 0, 1);

  g_assert_cmpint (get (queue), ==, 1);
  finish_call (call);
  g_assert_cmpint (get (queue), ==, 2);

  end_test (queue);
}

static void
test_get_sync_waits_for_item (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Call *call;

  g_test_summary ("G44: get_sync () on an empty queue blocks until an item is put.");

  call = start_call (queue, get_thread, 0, NULL);
  wait_for_waiting (queue, 1, 0);

  put (queue, 1);
  g_assert_cmpint (finish_call (call), ==, 1);

  end_test (queue);
}

static void
test_get_sync_lets_in_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  Call *call;

  g_test_summary ("G44: get_sync () on a full queue makes room for a thread that waits.");

  put (queue, 1);
  call = start_call (queue, put_thread, 2, NULL);
  wait_for_waiting (queue, 0, 1);

  g_assert_cmpint (finish_call (start_call (queue, get_thread, 0, NULL)), ==, 1);
  finish_call (call);
  g_assert_cmpint (get (queue), ==, 2);

  end_test (queue);
}

static void
test_join_sync_waits_for_last_task (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean is_allowed = FALSE;
  Call *call;

  g_test_summary ("G44: join_sync () blocks until the last item is reported done.");

  put (queue, 1);
  put (queue, 2);
  call = run_call ((Call) { .queue = queue,
                            .cancellable = cancellable,
                            .is_allowed = &is_allowed },
                   join_thread);
  wait_for_listener (cancellable);

  get (queue);
  aq_queue_task_done (queue);
  get (queue);

  g_atomic_int_set (&is_allowed, TRUE);
  aq_queue_task_done (queue);
  finish_call (call);

  end_test (queue);
}

static void
test_sync_goes_through_at_once (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  g_autoptr (AqTestItem) got = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("G44: What need not wait does not: put_sync (), get_sync () and join_sync ().");

  g_assert_true (aq_queue_put_sync (queue, item, NULL, &error));
  got = aq_queue_get_sync (queue, NULL, &error);
  g_assert_true (got == item);
  aq_queue_task_done (queue);
  g_assert_true (aq_queue_join_sync (queue, NULL, &error));
  g_assert_no_error (error);

  g_clear_object (&got);
  g_assert_finalize_object (g_steal_pointer (&item));
  end_test (queue);
}

/* With a time */

static void
test_timed_with_zero_goes_through_at_once (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("G44: With a time of 0, what need not wait succeeds.");

  finish_call (start_timed_call (queue, put_thread, 1, 0));
  g_assert_cmpint (finish_call (start_timed_call (queue, get_thread, 0, 0)), ==, 1);
  aq_queue_task_done (queue);
  finish_call (start_timed_call (queue, join_thread, 0, 0));

  end_test (queue);
}

static void
test_timed_expires (gconstpointer user_data)
{
  gint64 timeout_us = GPOINTER_TO_INT (user_data);
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);

  g_test_summary ("G44: When the time is over, put, get and join fail and leave no waiter.");

  fail_call (start_timed_call (queue, get_thread, 0, timeout_us), G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  put (queue, 1);
  fail_call (start_timed_call (queue, put_thread, 2, timeout_us), G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  g_assert_cmpint (aq_test_item_count (), ==, 1);

  fail_call (start_timed_call (queue, join_thread, 0, timeout_us), G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (get (queue), ==, 1);
  fail_try_get (queue);

  end_test (queue);
}

static void
test_timed_put_that_failed_leaves_item (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *item = aq_test_item_new (2);
  g_autoptr (GError) error = NULL;

  g_test_summary ("G44: After a put that timed out nobody but the caller holds the item.");

  put (queue, 1);
  g_assert_false (aq_queue_timed_put (queue, item, 1, NULL, &error));
  aq_test_assert_error (error, G_IO_ERROR_TIMED_OUT);
  g_assert_finalize_object (item);

  get (queue);
  end_test (queue);
}

static void
test_timed_waits (gconstpointer user_data)
{
  const gint64 *timeout_us = user_data;
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  gboolean is_allowed = FALSE;
  Call *call;

  g_test_summary ("G42, G44: Within its time, a get returns an item that comes later, a put finds "
                  "room, and a join ends.");

  call = start_timed_call (queue, get_thread, 0, *timeout_us);
  wait_for_waiting (queue, 1, 0);
  put (queue, 1);
  g_assert_cmpint (finish_call (call), ==, 1);

  put (queue, 2);
  call = start_timed_call (queue, put_thread, 3, *timeout_us);
  wait_for_waiting (queue, 0, 1);
  g_assert_cmpint (get (queue), ==, 2);
  finish_call (call);
  g_assert_cmpint (get (queue), ==, 3);

  call = run_call ((Call) { .queue = queue,
                            .is_timed = TRUE,
                            .timeout_us = *timeout_us,
                            .is_allowed = &is_allowed },
                   join_thread);
  aq_queue_task_done (queue);
  aq_queue_task_done (queue);
  g_atomic_int_set (&is_allowed, TRUE);
  aq_queue_task_done (queue);
  finish_call (call);

  end_test (queue);
}

static void
test_timed_with_negative_time_is_critical (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);

  g_test_summary ("G44: A time below -1 is a critical, and nothing happens.");

  put (queue, 2);

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_timed_put*timeout_us*");
  g_assert_false (aq_queue_timed_put (queue, item, -2, NULL, NULL));
  g_test_assert_expected_messages ();

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_timed_get*timeout_us*");
  g_assert_null (aq_queue_timed_get (queue, -2, NULL, NULL));
  g_test_assert_expected_messages ();

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, "*aq_queue_timed_join*timeout_us*");
  g_assert_false (aq_queue_timed_join (queue, G_MININT64, NULL, NULL));
  g_test_assert_expected_messages ();

  g_assert_finalize_object (g_steal_pointer (&item));
  g_assert_cmpint (get (queue), ==, 2);
  end_test (queue);
}

static void
test_timed_get_in_vain_leaves_nothing (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Call *call;

  g_test_summary ("Gets that time out again and again leave no waiter, and disturb no other one "
                  "(scenario 8).");

  call = start_call (queue, get_thread, 0, NULL);
  wait_for_waiting (queue, 1, 0);

  for (int i = 0; i < 200 * factor; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (aq_queue_timed_get (queue, i % 2, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);
    }

  put (queue, 1);
  g_assert_cmpint (finish_call (call), ==, 1);

  end_test (queue);
}

/* Gets as many as it is told to, in turns that are too short. */
static gpointer
impatient_thread (gpointer user_data)
{
  Call *call = user_data;

  for (int i = 0; i < call->number;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AqTestItem) item = aq_queue_timed_get (call->queue, 1, NULL, &error);

      if (item == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
          continue;
        }

      g_assert_cmpint (aq_test_item_get_number (item), ==, i++);
      g_atomic_int_inc (&n_got);
    }

  return NULL;
}

static void
test_timed_get_races_with_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_items = 500 * factor;
  Call *call;

  g_test_summary ("Time that runs out while an item comes loses none, and changes no order.");

  call = start_call (queue, impatient_thread, n_items, NULL);
  for (int i = 0; i < n_items; i++)
    {
      put (queue, i);
      g_thread_yield ();
    }

  finish_call (call);

  end_test (queue);
}

/* Shutdown */

static void
test_shutdown_releases_all_gets (gconstpointer user_data)
{
  gboolean immediate = GPOINTER_TO_INT (user_data);
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Call *calls[6];

  g_test_summary ("G44: A shutdown releases all threads that wait for an item.");

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    calls[i] = i % 2 == 0 ? start_call (queue, get_thread, 0, NULL)
                          : start_timed_call (queue, get_thread, 0, LONG);
  wait_for_waiting (queue, G_N_ELEMENTS (calls), 0);

  aq_queue_shutdown (queue, immediate);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    fail_call (calls[i], G_IO_ERROR_CLOSED);

  end_test (queue);
}

static void
test_shutdown_releases_all_puts (gconstpointer user_data)
{
  gboolean immediate = GPOINTER_TO_INT (user_data);
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  Call *calls[6];

  g_test_summary ("G44: A shutdown releases all threads that wait for room, and takes no item.");

  put (queue, 1);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    calls[i] = i % 2 == 0 ? start_call (queue, put_thread, 2, NULL)
                          : start_timed_call (queue, put_thread, 2, LONG);
  wait_for_waiting (queue, 0, G_N_ELEMENTS (calls));

  aq_queue_shutdown (queue, immediate);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    fail_call (calls[i], G_IO_ERROR_CLOSED);

  g_assert_cmpuint (aq_queue_get_length (queue), ==, immediate ? 0 : 1);
  if (!immediate)
    g_assert_cmpint (get (queue), ==, 1);

  end_test (queue);
}

static void
test_shutdown_immediate_releases_joins (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  gboolean is_allowed = FALSE;
  Call *calls[4];

  g_test_summary ("G44: An immediate shutdown that drops all there is ends all joins.");

  put (queue, 1);
  put (queue, 2);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    calls[i] = run_call ((Call) { .queue = queue,
                                  .is_timed = i % 2 == 0,
                                  .timeout_us = LONG,
                                  .is_allowed = &is_allowed },
                         join_thread);

  g_atomic_int_set (&is_allowed, TRUE);
  aq_queue_shutdown (queue, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    finish_call (calls[i]);

  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 2);
  end_test (queue);
}

/* Gets and processes all there is. */
static gpointer
worker_thread (gpointer user_data)
{
  Call *call = user_data;
  AqTestItem *item;

  while ((item = aq_queue_get_sync (call->queue, NULL, &call->error)) != NULL)
    {
      g_atomic_int_inc (&n_got);
      g_object_unref (item);
      aq_queue_task_done (call->queue);
    }

  return NULL;
}

static void
test_shutdown_lets_workers_finish (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Call *workers[3], *join;

  g_test_summary ("G44: After a shutdown, workers process what is left, and a join waits for it.");

  for (int i = 0; i < 50; i++)
    put (queue, i);
  join = start_call (queue, join_thread, 0, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++)
    workers[i] = start_call (queue, worker_thread, 0, NULL);

  aq_queue_shutdown (queue, FALSE);
  finish_call (join);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++)
    fail_call (workers[i], G_IO_ERROR_CLOSED);

  g_assert_cmpint (n_got, ==, 50);
  end_test (queue);
}

static void
run_shutdown_storm (gboolean immediate)
{
  enum { N_EACH = 4 };
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  Barrier barrier = { 3 * N_EACH + 1 };
  Call *puts[N_EACH], *gets[N_EACH], *joins[N_EACH];

  put (queue, 0);
  for (int i = 0; i < N_EACH; i++)
    {
      puts[i] = start_call_at (&barrier, queue, put_thread, i);
      gets[i] = start_call_at (&barrier, queue, get_thread, 0);
      joins[i] = start_call_at (&barrier, queue, join_thread, 0);
    }

  pass_barrier (&barrier);
  aq_queue_shutdown (queue, immediate);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);

  for (int i = 0; i < N_EACH; i++)
    {
      end_call (puts[i], G_IO_ERROR_CLOSED, NULL);
      if (end_call (gets[i], G_IO_ERROR_CLOSED, NULL))
        aq_queue_task_done (queue);
    }

  while (!aq_queue_is_empty (queue))
    {
      get (queue);
      aq_queue_task_done (queue);
    }

  for (int i = 0; i < N_EACH; i++)
    finish_call (joins[i]);

  end_test (queue);
}

static void
test_shutdown_storm_has_one_outcome_each (gconstpointer user_data)
{
  g_test_summary ("G43, G44: Puts, gets, joins and a shutdown at once have one outcome each.");

  for (int i = 0; i < 20 * factor; i++)
    run_shutdown_storm (GPOINTER_TO_INT (user_data));
}

static gpointer
shutdown_thread (gpointer user_data)
{
  Call *call = user_data;

  pass_barrier (call->barrier);
  aq_queue_shutdown (call->queue, FALSE);

  return NULL;
}

static void
test_shutdown_does_not_hide_item (void)
{
  g_test_summary ("try_get () finds the item that is in, while another thread shuts down "
                  "(scenario 22).");

  for (int i = 0; i < 50 * factor; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      Barrier barrier = { 2 };
      Call *call;

      put (queue, 1);
      call = start_call_at (&barrier, queue, shutdown_thread, 0);
      pass_barrier (&barrier);
      g_assert_cmpint (get (queue), ==, 1);

      finish_call (call);
      end_test (queue);
    }
}

/* Cancelling */

static void
test_cancel_releases_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call *call, *next;

  g_test_summary ("A put that blocks is cancelled by another thread: its item stays out, the next "
                  "one's goes in.");

  put (queue, 1);
  call = start_call (queue, put_thread, 9, cancellable);
  wait_for_waiting (queue, 0, 1);
  next = start_call (queue, put_thread, 2, NULL);
  wait_for_waiting (queue, 0, 2);

  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);
  fail_call (call, G_IO_ERROR_CANCELLED);

  g_assert_cmpint (get (queue), ==, 1);
  g_assert_cmpint (get (queue), ==, 2);
  finish_call (next);

  end_test (queue);
}

static void
test_cancel_releases_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call *call, *next;

  g_test_summary ("A get that blocks is cancelled by another thread: the next one is served.");

  call = start_call (queue, get_thread, 0, cancellable);
  wait_for_waiting (queue, 1, 0);
  next = start_call (queue, get_thread, 0, NULL);
  wait_for_waiting (queue, 2, 0);

  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);
  fail_call (call, G_IO_ERROR_CANCELLED);

  put (queue, 1);
  g_assert_cmpint (finish_call (next), ==, 1);

  end_test (queue);
}

static void
test_cancel_releases_join (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call *call;

  g_test_summary ("A join that blocks is cancelled by another thread.");

  put (queue, 1);
  call = start_call (queue, join_thread, 0, cancellable);
  wait_for_listener (cancellable);
  g_cancellable_cancel (cancellable);
  fail_call (call, G_IO_ERROR_CANCELLED);

  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 1);
  get (queue);
  end_test (queue);
}

static void
test_cancelled_before_has_no_effect (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_test_summary ("What is cancelled before it blocks has no effect, though it need not wait.");

  put (queue, 1);
  g_cancellable_cancel (cancellable);
  fail_call (start_call (queue, put_thread, 2, cancellable), G_IO_ERROR_CANCELLED);
  fail_call (start_call (queue, get_thread, 0, cancellable), G_IO_ERROR_CANCELLED);
  g_assert_cmpint (get (queue), ==, 1);
  fail_try_get (queue);

  aq_queue_task_done (queue);
  fail_call (start_call (queue, join_thread, 0, cancellable), G_IO_ERROR_CANCELLED);

  end_test (queue);
}

static void
test_cancel_races_with_put (void)
{
  g_test_summary ("A get is cancelled while an item comes: it has it, or it is still there.");

  for (int i = 0; i < 50 * factor; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Barrier barrier = { 2 };
      Call *get_call, *put_call;

      get_call = start_call (queue, get_thread, 0, cancellable);
      wait_for_waiting (queue, 1, 0);
      put_call = start_call_at (&barrier, queue, put_thread, 1);

      pass_barrier (&barrier);
      g_cancellable_cancel (cancellable);
      finish_call (put_call);
      if (!end_call (get_call, G_IO_ERROR_CANCELLED, NULL))
        g_assert_cmpint (get (queue), ==, 1);

      end_test (queue);
    }
}

static void
test_cancel_races_with_get (void)
{
  g_test_summary ("A put is cancelled while room comes: its item is in, or it never was.");

  for (int i = 0; i < 50 * factor; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Barrier barrier = { 2 };
      Call *get_call, *put_call;

      put (queue, 1);
      put_call = start_call (queue, put_thread, 2, cancellable);
      wait_for_waiting (queue, 0, 1);
      get_call = start_call_at (&barrier, queue, get_thread, 0);

      pass_barrier (&barrier);
      g_cancellable_cancel (cancellable);
      g_assert_cmpint (finish_call (get_call), ==, 1);
      if (end_call (put_call, G_IO_ERROR_CANCELLED, NULL))
        g_assert_cmpint (get (queue), ==, 2);

      end_test (queue);
    }
}

typedef struct
{
  AqQueue *queue;
  int n_ended;
  gint64 sum;
} Readers;

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Readers *readers = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AqTestItem) item = aq_queue_get_finish (readers->queue, result, &error);

  readers->n_ended++;
  if (item == NULL)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      return;
    }

  g_atomic_int_inc (&n_got);
  readers->sum += aq_test_item_get_number (item);
}

/* Puts the numbers below the one it is told, and cancels half way. */
static gpointer
write_thread (gpointer user_data)
{
  Call *call = user_data;

  for (int i = 0; i < call->number; i++)
    {
      /* For the other thread to cancel while we go on. */
      if (i == call->number / 2)
        pass_barrier (call->barrier);
      put (call->queue, i);
    }

  return NULL;
}

static void
test_cancel_of_many_conserves_sum (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Readers readers = { .queue = queue };
  gint64 n = 1000 * factor;
  Barrier barrier = { 2 };
  Call *call;

  g_test_summary ("Every second of many gets is cancelled while items are put: none is lost "
                  "(scenario 3).");

  for (int i = 0; i < n; i++)
    aq_queue_get_async (queue, i % 2 == 0 ? cancellable : NULL, read_cb, &readers);

  call = run_call ((Call) { .queue = queue, .number = n, .barrier = &barrier }, write_thread);
  pass_barrier (&barrier);
  g_cancellable_cancel (cancellable);
  wait_for_count (&readers.n_ended, n);
  finish_call (call);

  while (!aq_queue_is_empty (queue))
    readers.sum += get (queue);
  g_assert_cmpint (readers.sum, ==, n * (n - 1) / 2);

  end_test (queue);
}

static gpointer
cancel_thread (gpointer user_data)
{
  Call *call = user_data;

  pass_barrier (call->barrier);
  g_cancellable_cancel (call->cancellable);

  return NULL;
}

static void
test_cancel_from_thread_races_with_callbacks (void)
{
  g_test_summary ("Gets are cancelled in a thread while their callbacks run: no item is lost "
                  "(scenario 3).");

  for (int i = 0; i < 20 * factor; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Readers readers = { .queue = queue };
      Barrier barrier = { 2 };
      Call *call;

      for (int j = 0; j < 50; j++)
        aq_queue_get_async (queue, cancellable, read_cb, &readers);
      for (int j = 0; j < 50; j++)
        put (queue, j);

      call = run_call ((Call) { .cancellable = cancellable, .barrier = &barrier },
                       cancel_thread);
      pass_barrier (&barrier);
      wait_for_count (&readers.n_ended, 50);
      finish_call (call);

      while (!aq_queue_is_empty (queue))
        readers.sum += get (queue);
      g_assert_cmpint (readers.sum, ==, 49 * 50 / 2);

      end_test (queue);
    }
}

/* Order */

static void
test_order_of_mixed_gets (void)
{
  enum { N = 6 };
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *results[N] = { NULL };
  Call *calls[N] = { NULL };

  g_test_summary ("Gets that block and gets that do not are served in the order of their calls.");

  for (int i = 0; i < N; i++)
    {
      if (i % 2 == 0)
        aq_queue_get_async (queue, NULL, store_result_cb, &results[i]);
      else
        calls[i] = start_call (queue, get_thread, 0, NULL);
      wait_for_waiting (queue, i + 1, 0);
    }

  /* Which item a get is served with is decided when it collects, so they are
   * put one by one. */
  for (int i = 0; i < N; i++)
    {
      put (queue, i);
      fail_try_get (queue);
      g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, N - 1 - i);
      if (i % 2 == 0)
        g_assert_cmpint (finish_get (queue, &results[i]), ==, i);
      else
        g_assert_cmpint (finish_call (calls[i]), ==, i);
    }

  end_test (queue);
}

static void
test_order_of_mixed_puts (void)
{
  enum { N = 6 };
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GAsyncResult *results[N] = { NULL };
  Call *calls[N] = { NULL };

  g_test_summary ("Puts that block and puts that do not are let in in the order of their calls.");

  put (queue, -1);
  for (int i = 0; i < N; i++)
    {
      if (i % 2 == 0)
        start_put (queue, i, &results[i]);
      else
        calls[i] = start_call (queue, put_thread, i, NULL);
      wait_for_waiting (queue, 0, i + 1);
    }

  for (int i = 0; i < N; i++)
    {
      g_assert_cmpint (get (queue), ==, i - 1);
      fail_try_put (queue);
      g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, N - 1 - i);
      if (i % 2 == 0)
        finish_put (queue, &results[i]);
      else
        finish_call (calls[i]);
    }

  g_assert_cmpint (get (queue), ==, N - 1);
  end_test (queue);
}

static void
test_growing_lets_in_puts (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  Call *calls[3];

  g_test_summary ("G44: Growing max-size lets in as many threads as there is room for, in order.");

  put (queue, 0);
  for (int i = 0; i < 3; i++)
    {
      calls[i] = start_call (queue, put_thread, i + 1, NULL);
      wait_for_waiting (queue, 0, i + 1);
    }

  aq_queue_set_max_size (queue, 3);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 3);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);
  finish_call (calls[0]);
  finish_call (calls[1]);

  aq_queue_set_max_size (queue, 0);
  finish_call (calls[2]);
  for (int i = 0; i < 4; i++)
    g_assert_cmpint (get (queue), ==, i);

  end_test (queue);
}

static void
test_shrinking_holds_back_puts (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 3);
  Call *call;

  g_test_summary ("G44: Shrinking max-size drops nothing; a thread is let in once there is room.");

  for (int i = 0; i < 3; i++)
    put (queue, i);
  aq_queue_set_max_size (queue, 1);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 3);

  call = start_call (queue, put_thread, 3, NULL);
  wait_for_waiting (queue, 0, 1);
  g_assert_cmpint (get (queue), ==, 0);
  g_assert_cmpint (get (queue), ==, 1);
  fail_try_put (queue);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);

  g_assert_cmpint (get (queue), ==, 2);
  finish_call (call);
  g_assert_cmpint (get (queue), ==, 3);

  end_test (queue);
}

static void
test_task_done_lets_get_through (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Call *call;

  g_test_summary ("A thread that waits at the in-flight limit is let through by task_done ().");

  aq_queue_set_max_in_flight (queue, 1);
  put (queue, 1);
  put (queue, 2);
  g_assert_cmpint (get (queue), ==, 1);

  call = start_call (queue, get_thread, 0, NULL);
  wait_for_waiting (queue, 1, 0);
  aq_queue_task_done (queue);
  g_assert_cmpint (finish_call (call), ==, 2);

  end_test (queue);
}

/* Belts: many threads put, many threads get, each in one of four ways. */

typedef enum
{
  WAY_SYNC,
  WAY_TIMED,
  WAY_TRY,
  WAY_ASYNC,
  N_WAYS
} Way;

typedef struct
{
  AqQueue *queue;
  int n_producers;
  int n_consumers;
  int n_each;
  int *n_seen;        /* (atomic): of each number */
  int next_producer;  /* (atomic) */
  int next_consumer;  /* (atomic) */
  gboolean is_moving; /* (atomic) */
} Belt;

static gboolean
put_in_a_way (AqQueue  *queue,
              gpointer  item,
              Way       way,
              GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  switch (way)
    {
    case WAY_SYNC:
      return aq_queue_put_sync (queue, item, NULL, error);

    case WAY_TIMED:
      return aq_queue_timed_put (queue, item, 20, NULL, error);

    case WAY_TRY:
      return aq_queue_try_put (queue, item, error);

    case WAY_ASYNC:
      aq_queue_put_async (queue, item, NULL, store_result_cb, &result);
      return aq_queue_put_finish (queue, wait_for_result (&result), error);

    case N_WAYS:
    default:
      g_assert_not_reached ();
    }
}

static gpointer
get_in_a_way (AqQueue  *queue,
              Way       way,
              GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  switch (way)
    {
    case WAY_SYNC:
      return aq_queue_get_sync (queue, NULL, error);

    case WAY_TIMED:
      return aq_queue_timed_get (queue, 20, NULL, error);

    case WAY_TRY:
      return aq_queue_try_get (queue, error);

    case WAY_ASYNC:
      aq_queue_get_async (queue, NULL, store_result_cb, &result);
      return aq_queue_get_finish (queue, wait_for_result (&result), error);

    case N_WAYS:
    default:
      g_assert_not_reached ();
    }
}

/* Whether to try again; gives way to others in that case. */
static gboolean
is_in_vain (GError **error)
{
  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) &&
      !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;

  g_clear_error (error);
  g_thread_yield ();

  return TRUE;
}

static gpointer
produce_thread (gpointer user_data)
{
  Belt *belt = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  int producer = g_atomic_int_add (&belt->next_producer, 1);

  g_main_context_push_thread_default (context);

  for (int i = 0; i < belt->n_each; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (producer * belt->n_each + i);
      g_autoptr (GError) error = NULL;

      do
        put_in_a_way (belt->queue, item, producer % N_WAYS, &error);
      while (is_in_vain (&error));

      g_assert_no_error (error);
      g_atomic_int_inc (&n_put);
    }

  g_main_context_pop_thread_default (context);

  return NULL;
}

/* Until it is closed. */
static gpointer
consume_thread (gpointer user_data)
{
  Belt *belt = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree int *next = g_new0 (int, belt->n_producers);
  g_autoptr (GError) error = NULL;
  Way way = g_atomic_int_add (&belt->next_consumer, 1) % N_WAYS;

  g_main_context_push_thread_default (context);

  do
    {
      g_autoptr (AqTestItem) item = get_in_a_way (belt->queue, way, &error);
      int number, producer;

      if (item == NULL)
        continue;

      number = aq_test_item_get_number (item);
      producer = number / belt->n_each;
      g_atomic_int_inc (&n_got);
      g_assert_cmpint (g_atomic_int_add (&belt->n_seen[number], 1), ==, 0);
      g_assert_cmpint (number % belt->n_each, >=, next[producer]);
      next[producer] = number % belt->n_each + 1;
    }
  while (error == NULL || is_in_vain (&error));

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_main_context_pop_thread_default (context);

  return NULL;
}

static gpointer
observe_thread (gpointer user_data)
{
  Belt *belt = user_data;
  guint max_size = aq_queue_get_max_size (belt->queue);

  while (g_atomic_int_get (&belt->is_moving))
    {
      if (max_size > 0)
        g_assert_cmpuint (aq_queue_get_length (belt->queue), <=, max_size);
      g_thread_yield ();
    }

  return NULL;
}

static void
join_threads (GPtrArray *threads)
{
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);

  g_ptr_array_set_size (threads, 0);
}

static void
run_belt (guint max_size,
          int   n_producers,
          int   n_consumers,
          int   n_each)
{
  Belt belt = { .n_producers = n_producers, .n_consumers = n_consumers, .n_each = n_each };
  g_autofree int *n_seen = g_new0 (int, n_producers * n_each);
  g_autoptr (GPtrArray) producers = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  belt.queue = aq_queue_new (AQ_TEST_TYPE_ITEM, max_size);
  belt.n_seen = n_seen;
  belt.is_moving = TRUE;

  g_ptr_array_add (others, g_thread_new ("observer", observe_thread, &belt));
  for (int i = 0; i < n_consumers; i++)
    g_ptr_array_add (others, g_thread_new ("consumer", consume_thread, &belt));
  for (int i = 0; i < n_producers; i++)
    g_ptr_array_add (producers, g_thread_new ("producer", produce_thread, &belt));

  join_threads (producers);
  aq_queue_shutdown (belt.queue, FALSE);
  g_atomic_int_set (&belt.is_moving, FALSE);
  join_threads (others);

  g_assert_cmpint (n_got, ==, n_producers * n_each);
  for (int i = 0; i < n_producers * n_each; i++)
    g_assert_cmpint (n_seen[i], ==, 1);

  end_test (belt.queue);
}

static void
test_belt_conserves_and_keeps_order (gconstpointer user_data)
{
  g_test_summary ("Four producers and four consumers: each item comes once, in the order of its "
                  "producer, and the length keeps its bound (scenarios 16, 29 and 30).");

  run_belt (GPOINTER_TO_UINT (user_data), 4, 4, 250 * factor);
}

static void
test_belt_of_many_threads (void)
{
  g_test_summary ("G46: Fifty threads of all kinds, and each item comes once.");

  run_belt (0, 25, 25, 100 * factor);
}

/* Adds 1 to each number that comes, and sends it back, until the queue is closed. */
typedef struct
{
  AqQueue *there;
  AqQueue *back;
} Table;

static gpointer
play_thread (gpointer user_data)
{
  Table *table = user_data;
  AqTestItem *item;

  while ((item = aq_queue_get_sync (table->there, NULL, NULL)) != NULL)
    {
      g_autoptr (AqTestItem) answer = aq_test_item_new (aq_test_item_get_number (item) + 1);

      g_object_unref (item);
      g_assert_true (aq_queue_put_sync (table->back, answer, NULL, NULL));
    }

  return NULL;
}

static void
test_ping_pong (void)
{
  Table table = { aq_queue_new (AQ_TEST_TYPE_ITEM, 1), aq_queue_new (AQ_TEST_TYPE_ITEM, 1) };
  GThread *thread = g_thread_new (NULL, play_thread, &table);
  int number = 0;

  g_test_summary ("Items go to another thread and come back, over two queues (scenario 34).");

  while (number < 1000 * factor)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (number);
      g_autoptr (AqTestItem) answer = NULL;

      g_assert_true (aq_queue_put_sync (table.there, item, NULL, NULL));
      answer = aq_queue_get_sync (table.back, NULL, NULL);
      g_assert_cmpint (aq_test_item_get_number (answer), ==, ++number);
    }

  aq_queue_shutdown (table.there, FALSE);
  g_thread_join (thread);

  g_assert_true (aq_queue_is_empty (table.there));
  g_assert_true (aq_queue_is_empty (table.back));
  aq_test_finalize_queue (table.there);
  aq_test_finalize_queue (table.back);
}

/* Items */

static void
test_item_is_released_as_it_leaves (gconstpointer user_data)
{
  AqQueue *queue = g_object_new (GPOINTER_TO_SIZE (user_data),
                                 "item-type", AQ_TEST_TYPE_ITEM,
                                 "max-size", 2,
                                 NULL);
  Call *calls[2];

  g_test_summary ("G46: A queue holds no item that was got, nor one whose put failed.");

  put (queue, 1);
  put (queue, 1);
  calls[0] = start_call (queue, put_thread, 1, NULL);
  wait_for_waiting (queue, 0, 1);
  calls[1] = start_call (queue, put_thread, 1, NULL);
  wait_for_waiting (queue, 0, 2);
  g_assert_cmpint (aq_test_item_count (), ==, 4);

  get (queue);
  finish_call (calls[0]);
  g_assert_cmpint (aq_test_item_count (), ==, 3);

  aq_queue_shutdown (queue, FALSE);
  fail_call (calls[1], G_IO_ERROR_CLOSED);
  g_assert_cmpint (aq_test_item_count (), ==, 2);

  get (queue);
  g_assert_cmpint (aq_test_item_count (), ==, 1);
  get (queue);
  g_assert_cmpint (aq_test_item_count (), ==, 0);

  end_test (queue);
}

static void
put_7_cb (gpointer  user_data,
          GObject  *where_the_item_was)
{
  AqQueue *queue = user_data;

  aq_queue_set_max_size (queue, 0);
  put (queue, 7);
}

static void
test_finalizer_can_put_during_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *item = aq_test_item_new (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call *call;

  g_test_summary ("G46: An item whose last reference goes in put_sync () can put another one.");

  g_object_weak_ref (G_OBJECT (item), put_7_cb, queue);
  put (queue, 1);
  call = run_call ((Call) { .queue = queue, .item = item, .cancellable = cancellable },
                   put_thread);
  wait_for_waiting (queue, 0, 1);
  g_object_unref (item);

  g_cancellable_cancel (cancellable);
  fail_call (call, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (get (queue), ==, 1);
  g_assert_cmpint (get (queue), ==, 7);

  end_test (queue);
}

static void
test_finalizer_can_put_during_clear (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  AqTestItem *item = aq_test_item_new (1);
  Call *call;

  g_test_summary ("G46: An item that is dropped can put another one, which a thread waits for.");

  g_object_weak_ref (G_OBJECT (item), put_7_cb, queue);
  g_assert_true (aq_queue_try_put (queue, item, NULL));
  g_atomic_int_inc (&n_put);
  g_object_unref (item);

  g_assert_cmpuint (aq_queue_clear (queue), ==, 1);
  call = start_call (queue, get_thread, 0, NULL);
  g_assert_cmpint (finish_call (call), ==, 7);

  end_test (queue);
}

static void
check_finished_cb (gpointer  user_data,
                   GObject  *where_the_item_was)
{
  AqQueue *queue = user_data;

  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_FINISHED);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
}

static void
test_finalizer_can_ask_during_shutdown (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqTestItem *item = aq_test_item_new (1);

  g_test_summary ("An item that a shutdown drops finds the queue shut down, and unlocked.");

  g_object_weak_ref (G_OBJECT (item), check_finished_cb, queue);
  g_assert_true (aq_queue_try_put (queue, item, NULL));
  g_atomic_int_inc (&n_put);
  g_object_unref (item);

  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpint (aq_test_item_count (), ==, 0);

  end_test (queue);
}

int
main (int    argc,
      char **argv)
{
  static const gint64 for_ever = -1, very_long = G_MAXINT64, a_day = LONG;

  g_test_init (&argc, &argv, NULL);

  if (g_test_slow ())
    factor = 20;

  g_test_add_func ("/threads/sync/put-waits-for-room",
                   test_put_sync_waits_for_room);
  g_test_add_func ("/threads/sync/get-waits-for-item",
                   test_get_sync_waits_for_item);
  g_test_add_func ("/threads/sync/get-lets-in-put",
                   test_get_sync_lets_in_put);
  g_test_add_func ("/threads/sync/join-waits-for-last-task",
                   test_join_sync_waits_for_last_task);
  g_test_add_func ("/threads/sync/goes-through-at-once",
                   test_sync_goes_through_at_once);

  g_test_add_func ("/threads/timed/with-zero-goes-through-at-once",
                   test_timed_with_zero_goes_through_at_once);
  g_test_add_data_func ("/threads/timed/expires/with-zero",
                        GINT_TO_POINTER (0),
                        test_timed_expires);
  g_test_add_data_func ("/threads/timed/expires/with-some-time",
                        GINT_TO_POINTER (1000),
                        test_timed_expires);
  g_test_add_func ("/threads/timed/put-that-failed-leaves-item",
                   test_timed_put_that_failed_leaves_item);
  g_test_add_data_func ("/threads/timed/waits/for-a-day",
                        &a_day,
                        test_timed_waits);
  g_test_add_data_func ("/threads/timed/waits/as-long-as-can-be-told",
                        &very_long,
                        test_timed_waits);
  g_test_add_data_func ("/threads/timed/waits/for-ever",
                        &for_ever,
                        test_timed_waits);
  g_test_add_func ("/threads/timed/negative-time-is-critical",
                   test_timed_with_negative_time_is_critical);
  g_test_add_func ("/threads/timed/get-in-vain-leaves-nothing",
                   test_timed_get_in_vain_leaves_nothing);
  g_test_add_func ("/threads/timed/get-races-with-put",
                   test_timed_get_races_with_put);

  g_test_add_data_func ("/threads/shutdown/releases-all-gets",
                        GINT_TO_POINTER (FALSE),
                        test_shutdown_releases_all_gets);
  g_test_add_data_func ("/threads/shutdown/releases-all-puts",
                        GINT_TO_POINTER (FALSE),
                        test_shutdown_releases_all_puts);
  g_test_add_data_func ("/threads/shutdown/storm-has-one-outcome-each",
                        GINT_TO_POINTER (FALSE),
                        test_shutdown_storm_has_one_outcome_each);
  g_test_add_data_func ("/threads/shutdown/immediate-releases-all-gets",
                        GINT_TO_POINTER (TRUE),
                        test_shutdown_releases_all_gets);
  g_test_add_data_func ("/threads/shutdown/immediate-releases-all-puts",
                        GINT_TO_POINTER (TRUE),
                        test_shutdown_releases_all_puts);
  g_test_add_data_func ("/threads/shutdown/immediate-storm-has-one-outcome-each",
                        GINT_TO_POINTER (TRUE),
                        test_shutdown_storm_has_one_outcome_each);
  g_test_add_func ("/threads/shutdown/immediate-releases-joins",
                   test_shutdown_immediate_releases_joins);
  g_test_add_func ("/threads/shutdown/lets-workers-finish",
                   test_shutdown_lets_workers_finish);
  g_test_add_func ("/threads/shutdown/does-not-hide-item",
                   test_shutdown_does_not_hide_item);

  g_test_add_func ("/threads/cancel/releases-put",
                   test_cancel_releases_put);
  g_test_add_func ("/threads/cancel/releases-get",
                   test_cancel_releases_get);
  g_test_add_func ("/threads/cancel/releases-join",
                   test_cancel_releases_join);
  g_test_add_func ("/threads/cancel/before-has-no-effect",
                   test_cancelled_before_has_no_effect);
  g_test_add_func ("/threads/cancel/races-with-put",
                   test_cancel_races_with_put);
  g_test_add_func ("/threads/cancel/races-with-get",
                   test_cancel_races_with_get);
  g_test_add_func ("/threads/cancel/of-many-conserves-sum",
                   test_cancel_of_many_conserves_sum);
  g_test_add_func ("/threads/cancel/from-thread-races-with-callbacks",
                   test_cancel_from_thread_races_with_callbacks);

  g_test_add_func ("/threads/order/of-mixed-gets",
                   test_order_of_mixed_gets);
  g_test_add_func ("/threads/order/of-mixed-puts",
                   test_order_of_mixed_puts);
  g_test_add_func ("/threads/order/growing-lets-in-puts",
                   test_growing_lets_in_puts);
  g_test_add_func ("/threads/order/shrinking-holds-back-puts",
                   test_shrinking_holds_back_puts);
  g_test_add_func ("/threads/order/task-done-lets-get-through",
                   test_task_done_lets_get_through);

  g_test_add_data_func ("/threads/belt/max-size-1",
                        GUINT_TO_POINTER (1),
                        test_belt_conserves_and_keeps_order);
  g_test_add_data_func ("/threads/belt/max-size-2",
                        GUINT_TO_POINTER (2),
                        test_belt_conserves_and_keeps_order);
  g_test_add_data_func ("/threads/belt/max-size-1000",
                        GUINT_TO_POINTER (1000),
                        test_belt_conserves_and_keeps_order);
  g_test_add_data_func ("/threads/belt/no-bound",
                        GUINT_TO_POINTER (0),
                        test_belt_conserves_and_keeps_order);
  g_test_add_func ("/threads/belt/of-many-threads",
                   test_belt_of_many_threads);
  g_test_add_func ("/threads/belt/ping-pong",
                   test_ping_pong);

  g_test_add_data_func ("/threads/item/is-released-as-it-leaves/AqQueue",
                        GSIZE_TO_POINTER (AQ_TYPE_QUEUE),
                        test_item_is_released_as_it_leaves);
  g_test_add_data_func ("/threads/item/is-released-as-it-leaves/AqLifoQueue",
                        GSIZE_TO_POINTER (AQ_TYPE_LIFO_QUEUE),
                        test_item_is_released_as_it_leaves);
  g_test_add_data_func ("/threads/item/is-released-as-it-leaves/AqPriorityQueue",
                        GSIZE_TO_POINTER (AQ_TYPE_PRIORITY_QUEUE),
                        test_item_is_released_as_it_leaves);
  g_test_add_func ("/threads/item/finalizer-can-put-during-put",
                   test_finalizer_can_put_during_put);
  g_test_add_func ("/threads/item/finalizer-can-put-during-clear",
                   test_finalizer_can_put_during_clear);
  g_test_add_func ("/threads/item/finalizer-can-ask-during-shutdown",
                   test_finalizer_can_ask_during_shutdown);

  return g_test_run ();
}
