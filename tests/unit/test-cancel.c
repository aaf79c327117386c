/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

#include <dlfcn.h>

/* The library finds the three functions below before those of GLib, since a
 * program comes first. So a thread can be held at a lock, and a cancellable
 * cancelled in the one moment in which nobody looks. */

static GCancellable *cancelled_at_connect; /* (unowned) (nullable) */

/* Per thread: at how many locks of the library from here it is held. */
static __thread int n_locks_to_go;

static GMutex *first_lock; /* (atomic): the one before that where it is held */
static gboolean is_held;   /* (atomic) */
static gboolean may_go_on; /* (atomic) */

static gboolean
is_library (gpointer address)
{
  Dl_info info;

  return dladdr (address, &info) != 0 && strstr (info.dli_fname, "libaqueue") != NULL;
}

static void
hold (GMutex   *mutex,
      gpointer  caller)
{
  /* Who wants the lock that the held thread has cannot but wait for it. */
  if (n_locks_to_go == 0 && mutex == g_atomic_pointer_get (&first_lock))
    g_atomic_int_set (&may_go_on, TRUE);

  if (n_locks_to_go == 0 || !is_library (caller))
    return;

  if (--n_locks_to_go > 0)
    {
      g_atomic_pointer_set (&first_lock, mutex);
      return;
    }

  g_atomic_int_set (&is_held, TRUE);
  while (!g_atomic_int_get (&may_go_on))
    g_thread_yield ();
}

void
g_mutex_lock (GMutex *mutex)
{
  static void (*real) (GMutex *mutex);

  if (g_atomic_pointer_get (&real) == NULL)
    g_atomic_pointer_set (&real, dlsym (RTLD_NEXT, "g_mutex_lock"));

  hold (mutex, __builtin_return_address (0));
  real (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  static gboolean (*real) (GMutex *mutex);

  if (g_atomic_pointer_get (&real) == NULL)
    g_atomic_pointer_set (&real, dlsym (RTLD_NEXT, "g_mutex_trylock"));

  hold (mutex, __builtin_return_address (0));

  return real (mutex);
}

gulong
g_cancellable_connect (GCancellable   *cancellable,
                       GCallback       callback,
                       gpointer        data,
                       GDestroyNotify  data_destroy_func)
{
  static gulong (*real) (GCancellable *, GCallback, gpointer, GDestroyNotify);

  if (g_atomic_pointer_get (&real) == NULL)
    g_atomic_pointer_set (&real, dlsym (RTLD_NEXT, "g_cancellable_connect"));

  if (cancellable == cancelled_at_connect)
    g_cancellable_cancel (cancellable);

  return real (cancellable, callback, data, data_destroy_func);
}

typedef struct
{
  AqQueue *queue;
  GCancellable *cancellable;
  GAsyncResult *result;
} Get;

static void
get_start (Get     *get,
           AqQueue *queue)
{
  get->queue = queue;
  get->cancellable = g_cancellable_new ();
  get->result = NULL;
  aq_queue_get_async (queue, get->cancellable, store_result_cb, &get->result);
}

/* Returns the item's number, or -1 if the get was cancelled. */
static int
get_end (Get *get)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AqTestItem) item = NULL;

  item = aq_queue_get_finish (get->queue, wait_for_result (&get->result), &error);
  g_clear_object (&get->result);
  g_assert_finalize_object (g_steal_pointer (&get->cancellable));

  if (item == NULL)
    {
      aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
      return -1;
    }

  return aq_test_item_get_number (item);
}

static void
test_cancel_waiting_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get get;

  g_test_summary ("A waiting get that is cancelled fails and leaves the line.");

  get_start (&get, queue);
  g_cancellable_cancel (get.cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  g_assert_cmpint (get_end (&get), ==, -1);

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_cancel_after_promise (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get first, second;

  g_test_summary ("Cancelled between promise and callback, a get loses nothing (P1, scenario 6).");

  get_start (&first, queue);
  aq_test_put (queue, 1);
  g_cancellable_cancel (first.cancellable);

  g_assert_cmpuint (aq_queue_get_length (queue), ==, 1);
  get_start (&second, queue);
  g_assert_cmpint (get_end (&first), ==, -1);
  g_assert_cmpint (get_end (&second), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_passes_promise_on (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get gets[3];

  g_test_summary ("The promise of a cancelled get goes to the next one (scenario 7).");

  for (int i = 0; i < 3; i++)
    get_start (&gets[i], queue);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  g_cancellable_cancel (gets[0].cancellable);

  g_assert_cmpint (get_end (&gets[0]), ==, -1);
  g_assert_cmpint (get_end (&gets[1]), ==, 1);
  g_assert_cmpint (get_end (&gets[2]), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_wakes_next (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get gets[2];

  g_test_summary ("The promise of a cancelled get is enough to complete the next one.");

  for (int i = 0; i < 2; i++)
    get_start (&gets[i], queue);
  aq_test_put (queue, 1);
  g_cancellable_cancel (gets[0].cancellable);
  drain_context ();

  g_assert_nonnull (gets[1].result);
  g_assert_cmpint (get_end (&gets[0]), ==, -1);
  g_assert_cmpint (get_end (&gets[1]), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_after_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get get;

  g_test_summary ("Once its callback has run, cancelling a get has no effect (P2).");

  get_start (&get, queue);
  aq_test_put (queue, 1);
  wait_for_result (&get.result);
  g_cancellable_cancel (get.cancellable);
  g_assert_cmpint (get_end (&get), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_uncollected (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get get;

  g_test_summary ("A result thrown away gives its promise back, in order (P1).");

  /* No callback at all */
  aq_queue_get_async (queue, NULL, NULL, NULL);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  /* A callback that does not finish */
  get_start (&get, queue);
  aq_test_put (queue, 2);
  aq_test_put (queue, 3);
  wait_for_result (&get.result);
  g_clear_object (&get.result);
  g_clear_object (&get.cancellable);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  g_assert_cmpint (aq_test_get (queue), ==, 3);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_uncollected_serves_next (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get first, second;

  g_test_summary ("A promise that is given back goes to the longest waiting get.");

  get_start (&first, queue);
  get_start (&second, queue);
  aq_test_put (queue, 1);
  wait_for_result (&first.result);
  g_assert_null (second.result);

  g_clear_object (&first.result);
  g_clear_object (&first.cancellable);
  g_assert_cmpint (get_end (&second), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_uncollected_disposed (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get first, second;

  g_test_summary ("A result that is disposed of gives its promise back before it is freed, once.");

  get_start (&first, queue);
  get_start (&second, queue);
  aq_test_put (queue, 1);
  wait_for_result (&first.result);
  g_assert_null (second.result);

  for (int i = 0; i < 2; i++)
    g_object_run_dispose (G_OBJECT (first.result));
  aq_test_put (queue, 2);
  g_assert_cmpint (get_end (&second), ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  g_clear_object (&first.result);
  g_clear_object (&first.cancellable);
  aq_test_finalize_queue (queue);
}

static void
test_cancel_disposed_after_failure (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  g_autoptr (GError) error = NULL;
  GAsyncResult *put = NULL, *get = NULL;

  g_test_summary ("A result that is disposed of still tells that its operation failed (P2, P10).");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, item, cancellable, store_result_cb, &put);
  g_cancellable_cancel (cancellable);
  g_object_run_dispose (G_OBJECT (wait_for_result (&put)));
  g_assert_false (aq_queue_put_finish (queue, put, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);

  aq_queue_get_async (queue, cancellable, store_result_cb, &get);
  g_object_run_dispose (G_OBJECT (wait_for_result (&get)));
  g_assert_null (aq_queue_get_finish (queue, get, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);

  g_clear_object (&put);
  g_clear_object (&get);
  g_clear_object (&item);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_cancel_before_get (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A get cancelled before its call takes nothing, and fails later (scenario 5).");

  aq_test_put (queue, 1);
  g_cancellable_cancel (cancellable);
  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_assert_null (result);

  /* Nothing is promised, not even for a moment. */
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_fail_get (queue, &result, G_IO_ERROR_CANCELLED);

  g_assert_null (aq_queue_get_sync (queue, cancellable, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_before_put (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("A put cancelled before its call adds nothing, and fails later (scenario 5).");

  g_cancellable_cancel (cancellable);
  aq_test_start_put (queue, 1, cancellable, &result);
  g_assert_null (result);
  g_assert_true (aq_queue_is_empty (queue));

  aq_test_fail_put (queue, &result, G_IO_ERROR_CANCELLED);
  aq_test_finalize_queue (queue);
}

static void
test_cancel_put_that_waits (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[2] = { NULL, };

  g_test_summary ("A waiting put that is cancelled had no effect, and the next one moves up.");

  aq_test_put (queue, 0);
  aq_test_start_put (queue, 1, cancellable, &results[0]);
  aq_test_start_put (queue, 2, NULL, &results[1]);

  g_cancellable_cancel (cancellable);
  aq_test_fail_put (queue, &results[0], G_IO_ERROR_CANCELLED);

  g_assert_cmpint (aq_test_get (queue), ==, 0);
  aq_test_finish_put (queue, &results[1]);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_put_that_is_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("A put whose item is in succeeds, though cancelled before its callback (P2).");

  aq_test_put (queue, 0);
  aq_test_start_put (queue, 1, cancellable, &result);
  g_assert_cmpint (aq_test_get (queue), ==, 0);
  g_cancellable_cancel (cancellable);

  aq_test_finish_put (queue, &result);
  g_assert_cmpint (aq_test_get (queue), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_join (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("A join can be cancelled until all is done, and not after (P2).");

  aq_test_put (queue, 1);
  aq_queue_join_async (queue, cancellable, store_result_cb, &result);
  g_cancellable_cancel (cancellable);
  aq_test_fail_join (queue, &result, G_IO_ERROR_CANCELLED);

  g_cancellable_reset (cancellable);
  aq_queue_join_async (queue, cancellable, store_result_cb, &result);
  aq_queue_task_done (queue);
  g_cancellable_cancel (cancellable);
  aq_test_finish_join (queue, &result);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_at_every_turn (void)
{
  g_test_summary ("Cancelled any number of turns after the put, an item is got once.");

  for (int n_turns = 0; n_turns < 4; n_turns++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
      Get gets[2];
      int sum;

      get_start (&gets[0], queue);
      get_start (&gets[1], queue);
      aq_test_put (queue, 5);
      for (int i = 0; i < n_turns; i++)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (gets[0].cancellable);

      /* -1 for the one that was cancelled, or could be */
      sum = get_end (&gets[0]);
      g_cancellable_cancel (gets[1].cancellable);
      sum += get_end (&gets[1]);
      if (aq_queue_get_length (queue) > 0)
        sum += aq_test_get (queue) + 1;
      g_assert_cmpint (sum, ==, 4);

      aq_test_finalize_queue (queue);
    }
}

static void
test_cancel_handler_goes (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  guint signal_id;
  Get get;

  g_test_summary ("Once a get has called back, nothing of it is left at its cancellable.");

  get_start (&get, queue);
  signal_id = g_signal_lookup ("cancelled", G_TYPE_CANCELLABLE);
  g_assert_true (g_signal_has_handler_pending (get.cancellable, signal_id, 0, FALSE));
  aq_test_put (queue, 1);
  wait_for_result (&get.result);
  g_assert_false (g_signal_has_handler_pending (get.cancellable, signal_id, 0, FALSE));
  g_assert_cmpint (get_end (&get), ==, 1);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_in_context_of_nobody (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = g_main_context_new ();
  GAsyncResult *result = NULL;

  g_test_summary ("A get that is the last to keep its context takes that along when cancelled.");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);

  g_cancellable_cancel (cancellable);
  g_assert_null (result);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_one_for_all (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[1000] = { NULL, };

  g_test_summary ("One cancellable ends many operations, and no others (scenario 31).");

  for (int i = 0; i < 1000; i++)
    aq_queue_get_async (queue, i % 2 == 0 ? cancellable : NULL,
                        store_result_cb, &results[i]);
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 500);

  for (int i = 0; i < 500; i++)
    aq_test_put (queue, i);

  for (int i = 0; i < 1000; i++)
    if (i % 2 == 0)
      aq_test_fail_get (queue, &results[i], G_IO_ERROR_CANCELLED);
    else
      g_assert_cmpint (aq_test_finish (queue, &results[i]), ==, i / 2);

  g_assert_finalize_object (g_steal_pointer (&cancellable));
  aq_test_finalize_queue (queue);
}

static void
test_cancel_then_shutdown (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get get;

  g_test_summary ("What comes first decides, be it the cancel or the shutdown.");

  get_start (&get, queue);
  g_cancellable_cancel (get.cancellable);
  aq_queue_shutdown (queue, FALSE);
  g_assert_cmpint (get_end (&get), ==, -1);
  aq_test_finalize_queue (queue);

  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  get_start (&get, queue);
  aq_queue_shutdown (queue, FALSE);
  g_cancellable_cancel (get.cancellable);
  aq_test_fail_get (queue, &get.result, G_IO_ERROR_CLOSED);
  g_clear_object (&get.cancellable);
  aq_test_finalize_queue (queue);
}

/* An item that tells whether it was disposed of inside g_cancellable_cancel (). */

#define WITNESS_TYPE (witness_get_type ())
G_DECLARE_FINAL_TYPE (Witness, witness, AQ_TEST, WITNESS, GObject)

struct _Witness
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (Witness, witness, G_TYPE_OBJECT)

static GPrivate is_cancelling;
static int n_seen_inside; /* (atomic) */

static void
witness_dispose (GObject *object)
{
  if (g_private_get (&is_cancelling) != NULL)
    g_atomic_int_inc (&n_seen_inside);

  G_OBJECT_CLASS (witness_parent_class)->dispose (object);
}

static void
witness_class_init (WitnessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = witness_dispose;
}

static void
witness_init (Witness *self)
{
}

static gpointer
cancel_thread (gpointer data)
{
  g_private_set (&is_cancelling, data);
  g_cancellable_cancel (data);
  g_private_set (&is_cancelling, NULL);

  return NULL;
}

static void
ignore_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  (*(int *) user_data)++;
}

static void
test_cancel_takes_nothing_along (void)
{
  g_test_summary ("Nothing is disposed of inside g_cancellable_cancel (), whoever is last.");

  n_seen_inside = 0;
  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GObject) item = g_object_new (WITNESS_TYPE, NULL);
      AqQueue *queue = aq_queue_new (WITNESS_TYPE, 1);
      GThread *thread;
      int n_called = 0;

      /* The put waits, and with it the first item. */
      aq_queue_try_put (queue, item, NULL);
      aq_queue_put_async (queue, item, cancellable, ignore_cb, &n_called);
      g_clear_object (&item);
      g_object_unref (queue);

      thread = g_thread_new ("cancel", cancel_thread, cancellable);
      wait_for_count (&n_called, 1);
      g_thread_join (thread);
    }
  g_assert_cmpint (n_seen_inside, ==, 0);
}

static gpointer
get_until_cancelled_thread (gpointer data)
{
  gpointer *args = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_get_sync (args[0], args[1], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  return NULL;
}

static void
join_cb (GCancellable *cancellable,
         GThread      *thread)
{
  g_thread_join (thread);
}

static void
test_cancel_does_not_wait_for_others (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint cancelled_id = g_signal_lookup ("cancelled", G_TYPE_CANCELLABLE);
  gpointer args[2] = { queue, cancellable };
  GThread *thread;

  g_test_summary ("A handler of the same cancellable may wait for the thread that was cancelled.");

  thread = g_thread_new ("get", get_until_cancelled_thread, args);
  wait_for_waiting (queue, 1, 0);

  /* It stands in line before it listens. Were we to listen first, it would be
   * told only after it is joined. */
  while (!g_signal_has_handler_pending (cancellable, cancelled_id, 0, TRUE))
    g_thread_yield ();
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (join_cb), thread);
  g_cancellable_cancel (cancellable);

  aq_test_finalize_queue (queue);
}

static gpointer
put_many_thread (gpointer data)
{
  for (int i = 0; i < 1000; i++)
    {
      g_autoptr (AqTestItem) item = aq_test_item_new (i);

      g_assert_true (aq_queue_put_sync (data, item, NULL, NULL));
    }

  return NULL;
}

static void
test_cancel_races_with_puts (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Get gets[1000];
  GThread *thread;
  int sum = 0;

  g_test_summary ("Cancelling while another thread puts loses nothing (scenario 3).");

  for (int i = 0; i < 1000; i++)
    get_start (&gets[i], queue);

  thread = g_thread_new ("put", put_many_thread, queue);
  for (int i = 0; i < 1000; i += 2)
    g_cancellable_cancel (gets[i].cancellable);
  g_thread_join (thread);

  for (int i = 0; i < 1000; i++)
    {
      int number = get_end (&gets[i]);

      sum += number >= 0 ? number : 0;
    }
  while (!aq_queue_is_empty (queue))
    sum += aq_test_get (queue);
  g_assert_cmpint (sum, ==, 1000 * 999 / 2);

  aq_test_finalize_queue (queue);
}

static void
cancel_all (GCancellable **cancellables,
            int            n,
            const char    *order)
{
  for (int i = 0; i < n; i++)
    {
      int j = i;

      if (strcmp (order, "newest-first") == 0)
        j = n - 1 - i;
      else if (strcmp (order, "random") == 0)
        j = (int) ((i * 7919LL) % n); /* a prime, so each once */

      g_cancellable_cancel (cancellables[j]);
    }
}

static int n_called;

static void
count_cancelled_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_get_finish (AQ_QUEUE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  n_called++;
}

static void
test_cancel_many (gconstpointer order)
{
  const int n = 100000;
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autofree GCancellable **cancellables = g_new (GCancellable *, n);

  g_test_summary ("100,000 waiting gets are cancelled in any order (P7).");

  n_called = 0;
  for (int i = 0; i < n; i++)
    {
      cancellables[i] = g_cancellable_new ();
      aq_queue_get_async (queue, cancellables[i], count_cancelled_cb, NULL);
    }
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, n);

  cancel_all (cancellables, n, order);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  wait_for_count (&n_called, n);

  for (int i = 0; i < n; i++)
    g_object_unref (cancellables[i]);

  aq_test_finalize_queue (queue);
}

static void
test_cancel_while_connecting (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) of_sync = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("Cancelled while it is set up, a get never stands in line (P2).");

  cancelled_at_connect = cancellable;
  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);
  aq_test_fail_get (queue, &result, G_IO_ERROR_CANCELLED);

  cancelled_at_connect = of_sync;
  g_assert_null (aq_queue_get_sync (queue, of_sync, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  cancelled_at_connect = NULL;
  aq_test_finalize_queue (queue);
}

typedef struct
{
  GCancellable *cancellable;
  int n_locks;
} HeldCancel;

static gpointer
cancel_and_be_held_thread (gpointer data)
{
  HeldCancel *held = data;

  n_locks_to_go = held->n_locks;
  g_cancellable_cancel (held->cancellable);

  return NULL;
}

/* Returns once the thread, which cancels, is held at its nth lock. */
static GThread *
start_held_cancel (GCancellable *cancellable,
                   int           n_locks)
{
  HeldCancel held = { cancellable, n_locks };
  GThread *thread;

  g_atomic_pointer_set (&first_lock, NULL);
  g_atomic_int_set (&is_held, FALSE);
  g_atomic_int_set (&may_go_on, FALSE);

  thread = g_thread_new ("cancel", cancel_and_be_held_thread, &held);
  while (!g_atomic_int_get (&is_held))
    g_thread_yield ();

  return thread;
}

static void
test_cancel_that_comes_late (void)
{
  const guint n = 1000;
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GThread *thread;
  Get get;

  g_test_summary ("A cancel that is late by a moment finds nobody, "
                  "whoever stands there by then (P2).");

  get_start (&get, queue);
  thread = start_held_cancel (get.cancellable, 1);

  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_finish (queue, &get.result), ==, 1);

  /* One of these is where the other was in memory. */
  for (guint i = 0; i < n; i++)
    aq_queue_get_async (queue, NULL, NULL, NULL);
  g_atomic_int_set (&may_go_on, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, n);

  aq_queue_shutdown (queue, FALSE);
  g_assert_finalize_object (get.cancellable);
  aq_test_finalize_queue (queue);
}

static void
test_cancel_that_has_begun (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GThread *thread;
  Get get;

  g_test_summary ("A cancel that has begun is waited for, and then it counts (P2).");

  get_start (&get, queue);
  thread = start_held_cancel (get.cancellable, 2);

  aq_test_put (queue, 1);
  wait_for_result (&get.result);
  g_assert_true (g_atomic_int_get (&may_go_on));
  g_thread_join (thread);
  g_assert_cmpint (get_end (&get), ==, -1);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cancel/get/waiting", test_cancel_waiting_get);
  g_test_add_func ("/cancel/get/after-promise", test_cancel_after_promise);
  g_test_add_func ("/cancel/get/passes-promise-on", test_cancel_passes_promise_on);
  g_test_add_func ("/cancel/get/wakes-next", test_cancel_wakes_next);
  g_test_add_func ("/cancel/get/after-callback", test_cancel_after_callback);
  g_test_add_func ("/cancel/get/before-call", test_cancel_before_get);
  g_test_add_func ("/cancel/get/at-every-turn", test_cancel_at_every_turn);

  g_test_add_func ("/cancel/uncollected/comes-back", test_cancel_uncollected);
  g_test_add_func ("/cancel/uncollected/serves-next", test_cancel_uncollected_serves_next);
  g_test_add_func ("/cancel/uncollected/disposed", test_cancel_uncollected_disposed);
  g_test_add_func ("/cancel/failed/disposed", test_cancel_disposed_after_failure);

  g_test_add_func ("/cancel/put/before-call", test_cancel_before_put);
  g_test_add_func ("/cancel/put/waiting", test_cancel_put_that_waits);
  g_test_add_func ("/cancel/put/that-is-in", test_cancel_put_that_is_in);
  g_test_add_func ("/cancel/join/until-done", test_cancel_join);

  g_test_add_func ("/cancel/handler-goes", test_cancel_handler_goes);
  g_test_add_func ("/cancel/in-context-of-nobody", test_cancel_in_context_of_nobody);
  g_test_add_func ("/cancel/shared-cancellable", test_cancel_one_for_all);
  g_test_add_func ("/cancel/first-decision-counts", test_cancel_then_shutdown);
  g_test_add_func ("/cancel/takes-nothing-along", test_cancel_takes_nothing_along);
  g_test_add_func ("/cancel/does-not-wait-for-others", test_cancel_does_not_wait_for_others);
  g_test_add_func ("/cancel/races-with-puts", test_cancel_races_with_puts);

  g_test_add_data_func ("/cancel/many/oldest-first", "oldest-first", test_cancel_many);
  g_test_add_data_func ("/cancel/many/newest-first", "newest-first", test_cancel_many);
  g_test_add_data_func ("/cancel/many/random", "random", test_cancel_many);

  g_test_add_func ("/cancel/while-connecting", test_cancel_while_connecting);
  g_test_add_func ("/cancel/that-comes-late", test_cancel_that_comes_late);
  g_test_add_func ("/cancel/that-has-begun", test_cancel_that_has_begun);

  return g_test_run ();
}
