/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* No clock gives a verdict here. A wait that has to end is waited for; one that must not
 * end is given an hour, or the moment in which it would is held. */

#define HOUR G_TIME_SPAN_HOUR
#define MOMENT 1

/* Without running the context. */
static void
let_time_pass (void)
{
  gint64 then = g_get_monotonic_time () + 10 * MOMENT;

  while (g_get_monotonic_time () <= then)
    g_thread_yield ();
}

typedef enum
{
  GET,
  GET_MANY,
  PUT,
  PUT_WITH_PRIORITY,
  JOIN,
  N_OPERATIONS
} Operation;

/* A queue in which @operation has to wait. */
static AqQueue *
create_queue (Operation operation)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 1));

  if (operation >= PUT)
    aq_test_put (queue, 1);

  return queue;
}

static void
start (AqQueue       *queue,
       Operation      operation,
       gint64         timeout_us,
       GCancellable  *cancellable,
       GAsyncResult **result)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (2);

  switch (operation)
    {
    case GET:
      aq_queue_timed_get_async (queue, timeout_us, cancellable, store_result_cb, result);
      break;

    case GET_MANY:
      aq_queue_timed_get_many_async (queue, 2, timeout_us, cancellable, store_result_cb, result);
      break;

    case PUT:
      aq_queue_timed_put_async (queue, item, timeout_us, cancellable, store_result_cb, result);
      break;

    case PUT_WITH_PRIORITY:
      aq_priority_queue_timed_put_with_priority_async (AQ_PRIORITY_QUEUE (queue), item, -1,
                                                       timeout_us, cancellable,
                                                       store_result_cb, result);
      break;

    case JOIN:
      aq_queue_timed_join_async (queue, timeout_us, cancellable, store_result_cb, result);
      break;

    case N_OPERATIONS:
    default:
      g_assert_not_reached ();
    }
}

/* Returns the code of the error, or -1 if the operation took effect. Drops the result. */
static int
finish (AqQueue       *queue,
        Operation      operation,
        GAsyncResult **result)
{
  g_autoptr (GAsyncResult) ended = wait_for_result (result);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (AqTestItem) item = NULL;
  g_autoptr (GError) error = NULL;

  *result = NULL;

  switch (operation)
    {
    case GET:
      item = aq_queue_get_finish (queue, ended, &error);
      g_assert_true ((item == NULL) == (error != NULL));
      break;

    case GET_MANY:
      items = aq_queue_get_many_finish (queue, ended, &error);
      g_assert_true ((items == NULL) == (error != NULL));
      break;

    case PUT:
      g_assert_true (aq_queue_put_finish (queue, ended, &error) == (error == NULL));
      break;

    case PUT_WITH_PRIORITY:
      g_assert_true (aq_priority_queue_put_with_priority_finish (AQ_PRIORITY_QUEUE (queue),
                                                                 ended, &error) ==
                     (error == NULL));
      break;

    case JOIN:
      g_assert_true (aq_queue_join_finish (queue, ended, &error) == (error == NULL));
      break;

    case N_OPERATIONS:
    default:
      g_assert_not_reached ();
    }

  if (error == NULL)
    return -1;

  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  if (error->code == G_IO_ERROR_TIMED_OUT)
    g_assert_cmpstr (error->message, ==, "Timed out");

  return error->code;
}

/* Does what ends the wait of @operation well. */
static void
serve (AqQueue   *queue,
       Operation  operation)
{
  switch (operation)
    {
    case GET:
    case GET_MANY:
      aq_test_put (queue, 3);
      break;

    case PUT:
    case PUT_WITH_PRIORITY:
      g_assert_cmpint (aq_test_get (queue), ==, 1);
      break;

    case JOIN:
      g_assert_cmpint (aq_test_get (queue), ==, 1);
      aq_queue_task_done (queue);
      break;

    case N_OPERATIONS:
    default:
      g_assert_not_reached ();
    }
}

/* Each item is where it was put, or where it came out. */
static void
end (AqQueue   *queue,
     Operation  operation,
     int        code)
{
  gboolean waits = code != -1;

  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_n_promised (queue), ==, 0);

  if (operation == PUT || operation == PUT_WITH_PRIORITY)
    g_assert_cmpuint (aq_queue_get_n_accepted (queue), ==, waits ? 1 : 2);

  aq_queue_clear (queue);
  aq_test_finalize_queue (queue);
}

static void
test_timeout_ends_wait (void)
{
  g_test_summary ("Where nothing happens in time the operation fails, with no effect.");

  for (Operation operation = 0; operation < N_OPERATIONS; operation++)
    {
      AqQueue *queue = create_queue (operation);
      GAsyncResult *result = NULL;

      start (queue, operation, 1000, NULL, &result);
      g_assert_null (result);
      g_assert_cmpint (finish (queue, operation, &result), ==, G_IO_ERROR_TIMED_OUT);
      end (queue, operation, G_IO_ERROR_TIMED_OUT);
    }
}

static void
test_timeout_not_reached (void)
{
  g_test_summary ("Where it is served in time, or may wait forever, it succeeds.");

  for (Operation operation = 0; operation < N_OPERATIONS; operation++)
    for (int i = 0; i < 4; i++)
      {
        const gint64 times[] = { HOUR, -1, G_MAXINT64, G_MAXINT64 - 1 };
        AqQueue *queue = create_queue (operation);
        GAsyncResult *result = NULL;

        start (queue, operation, times[i], NULL, &result);
        drain_context ();
        g_assert_null (result);

        serve (queue, operation);
        g_assert_null (result);
        g_assert_cmpint (finish (queue, operation, &result), ==, -1);
        end (queue, operation, -1);
      }
}

static void
test_timeout_of_nothing (void)
{
  g_test_summary ("With a time of 0 is done what can be done at once. The callback comes later.");

  for (Operation operation = 0; operation < N_OPERATIONS; operation++)
    for (int is_served = 0; is_served < 2; is_served++)
      {
        AqQueue *queue = create_queue (operation);
        GAsyncResult *result = NULL;
        int code = is_served ? -1 : G_IO_ERROR_TIMED_OUT;

        if (is_served)
          serve (queue, operation);
        start (queue, operation, 0, NULL, &result);
        g_assert_null (result);
        g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
        g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 0);

        /* Too late for it. */
        if (!is_served)
          serve (queue, operation);

        g_assert_cmpint (finish (queue, operation, &result), ==, code);
        end (queue, operation, code);
      }
}

static void
test_timeout_served_late (void)
{
  g_test_summary ("P2: What is served before the time-out is decided is served, however late.");

  for (Operation operation = 0; operation < N_OPERATIONS; operation++)
    {
      AqQueue *queue = create_queue (operation);
      GAsyncResult *result = NULL;

      start (queue, operation, MOMENT, NULL, &result);
      let_time_pass ();
      serve (queue, operation);
      let_time_pass ();
      g_assert_cmpint (finish (queue, operation, &result), ==, -1);
      end (queue, operation, -1);
    }
}

/* Those that timed out, by number, and the queue on which they did. */
typedef struct
{
  AqQueue *queue;
  GArray *numbers;
} TimedOut;

typedef struct
{
  TimedOut *timed_out;
  int number;
} NumberedGet;

static void
time_out_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  NumberedGet *get = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_get_finish (AQ_QUEUE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_array_append_val (get->timed_out->numbers, get->number);
  g_free (get);
}

static void
start_to_time_out (TimedOut *timed_out,
                   int       number,
                   gint64    timeout_us)
{
  NumberedGet get = { timed_out, number };

  aq_queue_timed_get_async (timed_out->queue, timeout_us, NULL, time_out_cb,
                            g_memdup2 (&get, sizeof get));
}

static void
timed_out_init (TimedOut *self)
{
  self->queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  self->numbers = g_array_new (FALSE, FALSE, sizeof (int));
}

static void
timed_out_clear (TimedOut *self)
{
  g_array_unref (self->numbers);
  aq_test_finalize_queue (self->queue);
}

static void
test_timeout_in_order (void)
{
  const int n = 100;
  TimedOut timed_out;

  g_test_summary ("The nearest deadline comes first; of equals, the one that was called first.");

  timed_out_init (&timed_out);

  /* Of each three, one is an age later than the other two, whose times are the same or
   * some microseconds apart. */
  for (int i = 0; i < n; i++)
    start_to_time_out (&timed_out, i, i % 3 == 0 ? 100000 : 1);
  let_time_pass ();
  while (timed_out.numbers->len < (guint) n)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 1; i < (guint) n; i++)
    {
      int before = g_array_index (timed_out.numbers, int, i - 1);
      int number = g_array_index (timed_out.numbers, int, i);

      if (before % 3 != 0 && number % 3 == 0)
        g_assert_cmpuint (i, ==, n - (n + 2) / 3);
      else
        g_assert_cmpint (before, <, number);
    }

  timed_out_clear (&timed_out);
}

typedef enum
{
  CANCEL,
  SERVE,
  TIME_OUT, /* is decided when the context runs */
  N_EVENTS
} Event;

static void
test_timeout_every_order (void)
{
  g_test_summary ("P2: Of time-out, service and cancelling, in every order, one decides.");

  for (Operation operation = 0; operation < N_OPERATIONS; operation++)
    for (int order = 0; order < N_EVENTS * N_EVENTS * N_EVENTS; order++)
      {
        const Event events[] = { order % 3, order / 3 % 3, order / 9 };
        gboolean is_get = operation == GET || operation == GET_MANY;
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();
        AqQueue *queue;
        GAsyncResult *result = NULL;
        int code = 0;
        gboolean is_served = FALSE;
        gboolean is_up = FALSE;

        if (events[0] == events[1] || events[1] == events[2] || events[0] == events[2])
          continue;

        queue = create_queue (operation);
        start (queue, operation, events[0] == TIME_OUT ? MOMENT : 20000, cancellable, &result);

        for (int i = 0; i < N_EVENTS; i++)
          switch (events[i])
            {
            case CANCEL:
              g_cancellable_cancel (cancellable);
              /* A get that is called back only later can still be cancelled. */
              if (code == 0 || (code == -1 && is_get && !is_up))
                code = G_IO_ERROR_CANCELLED;
              break;

            case SERVE:
              serve (queue, operation);
              is_served = TRUE;
              if (code == 0)
                code = -1;
              break;

            case TIME_OUT:
              is_up = TRUE;
              if (code == 0)
                code = G_IO_ERROR_TIMED_OUT;
              wait_for_result (&result);
              break;

            case N_EVENTS:
            default:
              g_assert_not_reached ();
            }

        g_assert_true (is_served && is_up);
        g_assert_cmpint (finish (queue, operation, &result), ==, code);

        /* What was put for a get that failed is there. */
        if (is_get)
          g_assert_cmpuint (aq_queue_get_length (queue), ==, code == -1 ? 0 : 1);
        end (queue, operation, code);
      }
}

static void
test_timeout_lets_others_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("P1: Who timed out leaves no waiter behind: the item is for the next.");

  aq_queue_timed_get_async (queue, MOMENT, NULL, store_result_cb, &first);
  aq_queue_timed_get_async (queue, HOUR, NULL, store_result_cb, &second);
  aq_test_fail_get (queue, &first, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);
  g_assert_null (second);

  aq_test_put (queue, 7);
  g_assert_cmpint (aq_test_finish (queue, &second), ==, 7);
  aq_test_finalize_queue (queue);
}

static void
test_timeout_at_the_end (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  GAsyncResult *get = NULL, *late = NULL;

  g_test_summary ("A queue that is shut down ends timed waits as it ends others.");

  aq_queue_timed_get_async (queue, HOUR, NULL, store_result_cb, &get);
  aq_queue_shutdown (queue, FALSE);
  aq_test_fail_get (queue, &get, G_IO_ERROR_CLOSED);

  aq_queue_timed_get_async (queue, 0, NULL, store_result_cb, &late);
  aq_test_fail_get (queue, &late, G_IO_ERROR_CLOSED);
  aq_test_finalize_queue (queue);
}

static gpointer
start_from_thread (gpointer data)
{
  start_to_time_out (data, 5, 1000);

  return NULL;
}

static void
test_timeout_from_thread (void)
{
  TimedOut timed_out;

  g_test_summary ("A main loop that sleeps is woken, to sleep no longer than a new deadline.");

  timed_out_init (&timed_out);

  /* A thread without a main context starts operations of the default one. */
  for (int i = 0; i < 20; i++)
    {
      GThread *thread = g_thread_new ("starter", start_from_thread, &timed_out);

      while (timed_out.numbers->len == 0)
        g_main_context_iteration (NULL, TRUE);
      g_thread_join (thread);
      g_array_set_size (timed_out.numbers, 0);
    }

  timed_out_clear (&timed_out);
}

static void
test_timeout_in_own_context (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("P5: A time-out comes in the context of its caller, and in no other.");

  g_main_context_push_thread_default (context);
  aq_queue_timed_get_async (queue, MOMENT, NULL, store_result_cb, &result);
  g_main_context_pop_thread_default (context);

  let_time_pass ();
  drain_context ();
  g_assert_null (result);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 1);

  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  aq_test_fail_get (queue, &result, G_IO_ERROR_TIMED_OUT);

  g_main_context_unref (context);
  aq_test_finalize_queue (queue);
}

static void
never_called_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_assert_not_reached ();
}

static void
test_timeout_context_goes (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_test_summary ("A context that only its timed waits keep goes with them.");

  for (int i = 0; i < 3; i++)
    {
      GMainContext *context = g_main_context_new ();

      g_main_context_push_thread_default (context);
      aq_queue_timed_get_async (queue, i == 0 ? MOMENT : HOUR, cancellable, never_called_cb, NULL);
      g_main_context_pop_thread_default (context);
      g_main_context_unref (context);
    }

  let_time_pass ();
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  aq_test_finalize_queue (queue);
}

static void
test_timeout_source_destroyed (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("A program that destroys our sources by number does not stop the clock.");

  aq_queue_timed_get_async (queue, 20000, NULL, store_result_cb, &result);
  for (guint id = 1; id < 20; id++)
    {
      GSource *source = g_main_context_find_source_by_id (NULL, id);

      if (source != NULL && g_str_has_prefix (g_source_get_name (source), "[aqueue]"))
        g_source_destroy (source);
    }

  aq_test_fail_get (queue, &result, G_IO_ERROR_TIMED_OUT);
  aq_test_finalize_queue (queue);
}

/* How long the default context would sleep now: ms, or -1. */
static gint
get_sleep (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[8];
  gint priority, timeout, n;

  /* It has looked at what was pushed by now. */
  drain_context ();

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  n = g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_assert_cmpint (n, <=, (int) G_N_ELEMENTS (fds));
  for (int i = 0; i < n; i++)
    fds[i].revents = 0;
  g_main_context_check (context, priority, fds, n);
  g_main_context_release (context);

  return timeout;
}

static void
test_timeout_no_timer (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *long_get = NULL, *get = NULL, *plain = NULL;
  gint until_long;

  g_test_summary ("P7: The loop sleeps until the nearest deadline, and with none forever.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &plain);
  aq_queue_timed_get_async (queue, -1, cancellable, store_result_cb, &get);
  g_assert_cmpint (get_sleep (), ==, -1);
  g_cancellable_cancel (cancellable);
  aq_test_fail_get (queue, &plain, G_IO_ERROR_CANCELLED);
  aq_test_fail_get (queue, &get, G_IO_ERROR_CANCELLED);
  g_cancellable_reset (cancellable);

  aq_queue_timed_get_async (queue, 2 * HOUR, NULL, store_result_cb, &long_get);
  until_long = get_sleep ();
  g_assert_cmpint (until_long, >, HOUR / 1000);

  aq_queue_timed_get_async (queue, HOUR, cancellable, store_result_cb, &get);
  g_assert_cmpint (get_sleep (), >, 0);
  g_assert_cmpint (get_sleep (), <=, HOUR / 1000);

  g_cancellable_cancel (cancellable);
  aq_test_fail_get (queue, &get, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (get_sleep (), >, HOUR / 1000);

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_finish (queue, &long_get), ==, 1);
  g_assert_cmpint (get_sleep (), ==, -1);

  aq_test_finalize_queue (queue);
}

static gboolean
count_idle_cb (gpointer data)
{
  ++*(int *) data;

  return G_SOURCE_CONTINUE;
}

static void
count_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  ++*(int *) user_data;
}

static void
test_timeout_many_at_once (void)
{
  const int n = 100000;
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_called = 0;
  int n_idle = 0;
  guint id;

  g_test_summary ("P6: A hundred thousand that time out at once leave others their turns.");

  for (int i = 0; i < n; i++)
    aq_queue_timed_get_async (queue, MOMENT, NULL, count_result_cb, &n_called);
  let_time_pass ();

  /* One turn is too short for all of them, on any machine. */
  while (aq_queue_get_waiting_getters (queue) == (guint) n)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), >, 0);

  id = g_idle_add (count_idle_cb, &n_idle);
  while (n_called < n)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (n_idle, >, 0);

  g_source_remove (id);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeout/ends-wait", test_timeout_ends_wait);
  g_test_add_func ("/timeout/not-reached", test_timeout_not_reached);
  g_test_add_func ("/timeout/of-nothing", test_timeout_of_nothing);
  g_test_add_func ("/timeout/served-late", test_timeout_served_late);
  g_test_add_func ("/timeout/in-order", test_timeout_in_order);
  g_test_add_func ("/timeout/every-order", test_timeout_every_order);
  g_test_add_func ("/timeout/lets-others-in", test_timeout_lets_others_in);
  g_test_add_func ("/timeout/at-the-end", test_timeout_at_the_end);
  g_test_add_func ("/timeout/from-thread", test_timeout_from_thread);
  g_test_add_func ("/timeout/in-own-context", test_timeout_in_own_context);
  g_test_add_func ("/timeout/context-goes", test_timeout_context_goes);
  g_test_add_func ("/timeout/source-destroyed", test_timeout_source_destroyed);
  g_test_add_func ("/timeout/no-timer", test_timeout_no_timer);
  g_test_add_func ("/timeout/many-at-once", test_timeout_many_at_once);

  return g_test_run ();
}
