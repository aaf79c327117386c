/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-tally.h"

#include <sys/wait.h>
#include <unistd.h>

/* Programs that do to a queue what they should better not do. */

static void
nested_loop_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);
  GAsyncResult *inner = NULL;
  int *sum = user_data;

  aq_queue_get_async (queue, NULL, store_result_cb, &inner);
  aq_test_put (queue, 20);
  *sum += aq_test_finish (queue, &inner);

  inner = g_object_ref (result);
  *sum += aq_test_finish (queue, &inner);
}

static void
test_hostile_nested_main_loop (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int sum = 0;

  g_test_summary ("A callback may run a main loop and wait for another get in it.");

  aq_queue_get_async (queue, NULL, nested_loop_cb, &sum);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (sum, ==, 21);

  aq_test_finalize_queue (queue);
}

static void
nested_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  drain_context ();
}

static void
test_hostile_main_loop_in_cancel (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("A get can complete in a main loop inside the cancelled signal.");

  aq_queue_get_async (queue, cancellable, store_result_cb, &result);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (nested_cancelled_cb), NULL);
  g_cancellable_cancel (cancellable);

  g_assert_nonnull (result);
  g_assert_null (aq_queue_get_finish (queue, result, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);

  aq_test_finalize_queue (queue);
}

static void
push_context_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GAsyncResult *inner = NULL;
  int *number = user_data;

  g_main_context_push_thread_default (context);
  aq_queue_get_async (AQ_QUEUE (source), NULL, store_result_cb, &inner);
  aq_test_put (AQ_QUEUE (source), 2);
  *number = aq_test_finish (AQ_QUEUE (source), &inner);
  g_main_context_pop_thread_default (context);
}

static void
test_hostile_other_context_in_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int number = 0;

  g_test_summary ("A callback may push another context and wait there.");

  aq_queue_get_async (queue, NULL, push_context_cb, &number);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (number, ==, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 2);

  aq_test_finalize_queue (queue);
}

static void
everything_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AqQueue *queue = AQ_QUEUE (source);

  g_object_unref (aq_queue_get_finish (queue, result, NULL));
  aq_queue_get_async (queue, NULL, NULL, NULL);
  aq_test_put (queue, 2);
  g_cancellable_cancel (user_data);
  aq_queue_clear (queue);
  aq_queue_task_done (queue);
  aq_queue_shutdown (queue, TRUE);
  /* The test's own reference, the last but for the result's. */
  g_object_unref (queue);
}

static void
test_hostile_callback_does_everything (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer alive = queue;

  g_test_summary ("A callback may put, get, cancel, clear, shut down and let go.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_get_async (queue, cancellable, everything_cb, cancellable);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_null (alive);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

static void
test_hostile_result_outlives_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (AqTestItem) item = NULL;
  GAsyncResult *result = NULL;
  gpointer alive = queue;

  g_test_summary ("A result keeps its queue, so it can be finished at any time.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  g_object_unref (queue);
  wait_for_result (&result);

  item = aq_queue_get_finish (alive, result, NULL);
  g_assert_cmpint (aq_test_item_get_number (item), ==, 1);
  g_clear_object (&result);
  g_assert_null (alive);
  g_clear_object (&item);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

/* An item that uses its queue as it goes. */

#define MEDDLER_TYPE (meddler_get_type ())
G_DECLARE_FINAL_TYPE (Meddler, meddler, AQ_TEST, MEDDLER, GObject)

struct _Meddler
{
  GObject parent_instance;

  AqQueue *queue; /* (unowned) */
};

G_DEFINE_FINAL_TYPE (Meddler, meddler, G_TYPE_OBJECT)

static int n_meddled;

static void
meddler_dispose (GObject *object)
{
  AqQueue *queue = AQ_TEST_MEDDLER (object)->queue;
  g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

  n_meddled++;
  aq_queue_get_length (queue);
  aq_queue_try_put (queue, item, NULL);
  aq_queue_clear (queue);

  G_OBJECT_CLASS (meddler_parent_class)->dispose (object);
}

static void
meddler_class_init (MeddlerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = meddler_dispose;
}

static void
meddler_init (Meddler *self)
{
}

static void
put_meddler (AqQueue *queue)
{
  g_autoptr (Meddler) meddler = g_object_new (MEDDLER_TYPE, NULL);

  meddler->queue = queue;
  aq_queue_try_put (queue, meddler, NULL);
}

static void
test_hostile_item_uses_queue (void)
{
  AqQueue *queue = aq_queue_new (G_TYPE_OBJECT, 0);

  g_test_summary ("An item may use the queue as it is dropped, also at the queue's end (P8).");

  n_meddled = 0;
  put_meddler (queue);
  aq_queue_clear (queue);
  g_assert_cmpint (n_meddled, ==, 1);
  g_assert_true (aq_queue_is_empty (queue));

  put_meddler (queue);
  put_meddler (queue);
  aq_queue_shutdown (queue, TRUE);
  g_assert_cmpint (n_meddled, ==, 3);
  aq_test_finalize_queue (queue);

  queue = aq_queue_new (G_TYPE_OBJECT, 0);
  put_meddler (queue);
  aq_test_finalize_queue (queue);
  g_assert_cmpint (n_meddled, ==, 4);
}

static void
test_hostile_item_holds_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TYPE_QUEUE, 0);
  gpointer alive = queue;

  g_test_summary ("A queue that holds itself goes when it is disposed of.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  aq_queue_try_put (queue, queue, NULL);
  g_object_unref (queue);
  g_assert_nonnull (alive);
  g_object_run_dispose (G_OBJECT (queue));
  g_assert_null (alive);
}

static void
count_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  int *n_called = user_data;

  (*n_called)++;
}

static void
test_hostile_dispose_with_waiters (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_called = 0;

  g_test_summary ("Disposing of a queue by force ends every wait.");

  for (int i = 0; i < 3; i++)
    aq_queue_get_async (queue, NULL, count_cb, &n_called);
  g_object_run_dispose (G_OBJECT (queue));
  wait_for_count (&n_called, 3);

  aq_test_finalize_queue (queue);
}

static void
test_hostile_many_waiters (void)
{
  const int n = 100000;
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  int n_called = 0;

  g_test_summary ("100,000 waiting gets, as many puts and as many joins end with a shutdown.");

  /* One item is out, so gets wait, and one fills the queue, so puts do. */
  aq_queue_set_max_in_flight (queue, 1);
  aq_test_put (queue, 0);
  aq_test_get (queue);
  aq_test_put (queue, 0);
  for (int i = 0; i < n; i++)
    {
      aq_queue_get_async (queue, NULL, count_cb, &n_called);
      aq_queue_put_async (queue, item, NULL, count_cb, &n_called);
      aq_queue_join_async (queue, NULL, count_cb, &n_called);
    }
  aq_queue_shutdown (queue, TRUE);
  wait_for_count (&n_called, 2 * n);
  aq_queue_task_done (queue);
  wait_for_count (&n_called, 3 * n);

  g_clear_object (&item);
  aq_test_finalize_queue (queue);
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_hostile_cancel_while_starting (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_called = 0;

  g_test_summary ("A get whose cancellable fires as it starts completes once.");

  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);

      aq_queue_get_async (queue, cancellable, count_cb, &n_called);
      wait_for_count (&n_called, i + 1);
      g_thread_join (thread);
    }
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static gpointer
drop_queue_thread (gpointer data)
{
  AqQueue *queue = data;
  g_autoptr (GError) error = NULL;

  /* The reference that the test has dropped. */
  g_assert_null (aq_queue_get_sync (queue, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  return NULL;
}

static void
test_hostile_dispose_while_blocked (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  gpointer alive = queue;
  GThread *thread;

  g_test_summary ("A thread that blocks keeps the queue, though all others let go.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  thread = g_thread_new ("get", drop_queue_thread, queue);
  wait_for_waiting (queue, 1, 0);
  g_object_run_dispose (G_OBJECT (queue));
  g_object_unref (queue);
  g_thread_join (thread);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

/* A great deal of everything */

static void
test_hostile_many_items (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (100, NULL);
  guint n = g_test_thorough () ? 100000000 : 2000000;
  guint n_got = 0;
  gsize before = 0;

  g_test_summary ("A hundred million items go through one queue, and its memory stays flat (P7).");

  for (guint i = 1; i <= n; i++)
    {
      g_assert_true (aq_queue_try_put (queue, GUINT_TO_POINTER (i), NULL));

      /* The length goes up to 100 and down to 10. */
      if (i % 90 == 10)
        while (aq_queue_get_length (queue) > 10)
          g_assert_cmpuint (GPOINTER_TO_UINT (aq_queue_try_get (queue, NULL)), ==, ++n_got);
      if (i == 10000)
        before = heap_in_use ();
    }
  assert_heap_below (before + 4096);

  g_assert_cmpuint (n, ==, n_got + aq_queue_get_length (queue));
  g_assert_finalize_object (queue);
  g_test_message ("figure: items through one queue %u", n);
}

static void
test_hostile_huge_length (gconstpointer data)
{
  AqQueue *(*new_queue) (guint, GDestroyNotify) = data;
  AqQueue *queue = new_queue (0, NULL);
  guint n = g_test_thorough () ? 10000000 : 1000000;
  gsize before = heap_in_use ();

  g_test_summary ("A queue holds ten million items, and their memory comes back (P7).");

  for (guint i = 1; i <= n; i++)
    g_assert_true (aq_queue_try_put (queue, GUINT_TO_POINTER (i), NULL));
  g_assert_cmpuint (aq_queue_get_length (queue), ==, n);
  assert_heap_below (before + (gsize) n * 64);

  for (guint i = 1; i <= n / 2; i++)
    g_assert_nonnull (aq_queue_try_get (queue, NULL));
  g_assert_cmpuint (aq_queue_clear (queue), ==, n - n / 2);
  assert_heap_below (before + 64 * 1024);

  g_assert_finalize_object (queue);
}

static void
test_hostile_extremes (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  g_autoptr (GPtrArray) items = NULL;
  GAsyncResult *put = NULL;
  GAsyncResult *many = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("The largest numbers are numbers like any other.");

  aq_test_put (queue, 1);
  aq_queue_put_async (queue, item, NULL, store_result_cb, &put);
  g_assert_null (put);
  aq_queue_set_max_size (queue, G_MAXUINT);
  g_assert_true (aq_queue_put_finish (queue, wait_for_result (&put), NULL));
  g_clear_object (&put);
  g_assert_false (aq_queue_is_full (queue));

  aq_queue_set_max_in_flight (queue, G_MAXUINT);
  aq_queue_set_io_priority (queue, G_MAXINT);
  aq_queue_get_many_async (queue, G_MAXUINT, NULL, store_result_cb, &many);
  items = aq_queue_get_many_finish (queue, wait_for_result (&many), NULL);
  g_assert_cmpuint (items->len, ==, 2);
  g_clear_object (&many);
  g_clear_object (&item);

  aq_queue_set_io_priority (queue, G_MININT);
  aq_queue_get_many_async (queue, 1, NULL, store_result_cb, &many);
  aq_test_put (queue, 3);
  g_ptr_array_unref (items);
  items = aq_queue_get_many_finish (queue, wait_for_result (&many), NULL);
  g_assert_cmpuint (items->len, ==, 1);
  g_clear_object (&many);

  g_assert_null (aq_queue_try_get_many (queue, G_MAXUINT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  g_clear_pointer (&items, g_ptr_array_unref);
  aq_test_finalize_queue (queue);
}

static void
test_hostile_one_cancellable (void)
{
  const int n = 100000;
  Tally *empty = tally_new (0, 100);
  Tally *full = tally_new (1, n);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree int *gets = g_new (int, n);
  g_autofree int *puts = g_new (int, n);

  g_test_summary ("One cancellable ends 200,000 operations at once, except those that had effect.");

  tally_put (full, 0);
  for (int i = 1; i < n; i++)
    {
      tally_start_get (empty, cancellable, &gets[i]);
      tally_start_put (full, i, cancellable, &puts[i]);
    }

  /* The first ones are served before. */
  for (int i = 0; i < 100; i++)
    {
      tally_put (empty, i);
      g_assert_cmpint (tally_get (full), ==, i);
    }
  g_assert_cmpint (tally_wait (&gets[100]), ==, 99);

  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (aq_queue_get_waiting_getters (empty->queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_waiting_putters (full->queue), ==, 0);
  for (int i = 1; i < n; i++)
    {
      g_assert_cmpint (tally_wait (&gets[i]), ==, i <= 100 ? i - 1 : CANCELLED);
      g_assert_cmpint (tally_wait (&puts[i]), ==, i <= 100 ? i : CANCELLED);
    }

  g_assert_finalize_object (g_steal_pointer (&cancellable));
  tally_free (empty);
  tally_free (full);
}

/* Contexts that nobody runs */

static void
never_heard_cb (void)
{
  g_assert_not_reached ();
}

static void
test_hostile_still_context (void)
{
  g_autoptr (GMainContext) home = g_main_context_new ();
  GMainContext *context = g_main_context_new ();
  GCancellable *cancellable = g_cancellable_new ();
  Tally *tally;
  gsize before;
  int number;

  g_test_summary ("With its home and those who put in contexts that never run, a queue goes on.");

  g_main_context_push_thread_default (home);
  tally = tally_new (2, 10000);
  g_signal_connect (tally->queue, "notify", G_CALLBACK (never_heard_cb), NULL);
  g_main_context_pop_thread_default (home);

  g_main_context_push_thread_default (context);
  aq_queue_join_async (tally->queue, cancellable, NULL, NULL);
  for (number = 0; number < 1000; number++)
    {
      aq_queue_put_async (tally->queue, tally_begin_put (tally, number), NULL, NULL, NULL);
      tally_end_put (tally, number, NULL);
    }
  g_main_context_pop_thread_default (context);

  for (int i = 0; i < 1000; i++)
    g_assert_cmpint (tally_get (tally), ==, i);

  /* What there is to tell is one hint, however much it is. */
  before = heap_in_use ();
  for (; number < tally->n_items; number++)
    {
      tally_put (tally, number);
      g_assert_cmpint (tally_get (tally), ==, number);
    }
  assert_heap_below (before + 4096);

  g_main_context_unref (context);
  g_cancellable_cancel (cancellable);
  g_assert_finalize_object (cancellable);
  tally_free (tally);
}

static gboolean
never_called_cb (AqQueue  *queue,
                 gpointer  item,
                 gpointer  user_data)
{
  g_assert_not_reached ();
}

static void
add_one (gpointer data)
{
  ++*(int *) data;
}

static void
test_hostile_context_goes (gconstpointer data)
{
  gboolean is_served_first = GPOINTER_TO_INT (data);
  Tally *tally = tally_new (1, 3);
  AqQueue *queue = tally->queue;
  GMainContext *context = g_main_context_new ();
  GCancellable *cancellable = g_cancellable_new ();
  g_autoptr (GError) cancelled = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  int n_freed = 0;

  g_test_summary ("A context goes with operations of each kind, waiting or served, "
                  "and keeps nothing.");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, cancellable, NULL, NULL);
  aq_queue_get_many_async (queue, 10, cancellable, NULL, NULL);
  aq_queue_add_watch_full (queue, 0, never_called_cb, &n_freed, add_one);
  drain (context);
  g_assert_cmpuint (aq_queue_get_waiting_getters (queue), ==, 3);

  /* An item is promised to one of them, another fills the queue, a third waits. */
  aq_queue_set_max_in_flight (queue, 1);
  tally_put (tally, 0);
  tally_put (tally, 1);
  aq_queue_put_async (queue, tally_begin_put (tally, 2), cancellable, NULL, NULL);
  g_assert_cmpuint (aq_queue_get_waiting_putters (queue), ==, 1);
  aq_queue_join_async (queue, cancellable, NULL, NULL);
  g_main_context_pop_thread_default (context);

  if (is_served_first)
    {
      aq_queue_set_max_in_flight (queue, 0);
      tally_end_put (tally, 2, NULL);
      aq_queue_task_done (queue);
      aq_queue_task_done (queue);
      aq_queue_task_done (queue);
    }
  else
    {
      tally_end_put (tally, 2, cancelled);
    }

  /* Whoever still waits keeps it until then. */
  g_main_context_unref (context);
  g_assert_cmpint (n_freed, ==, is_served_first);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (n_freed, ==, 1);
  g_assert_finalize_object (cancellable);

  aq_queue_set_max_in_flight (queue, 0);
  g_assert_cmpint (tally_get (tally), ==, 0);
  g_assert_cmpint (tally_get (tally), ==, 1);
  g_assert_cmpint (tally_get (tally), ==, is_served_first ? 2 : WOULD_BLOCK);
  tally_free (tally);
}

/* A child inherits the queue, with operations that wait. */

static int
use_after_fork (Tally *tally,
                int   *get)
{
  int late, put;

  g_assert_cmpint (tally_put (tally, 0), ==, 0);
  g_assert_cmpint (tally_wait (get), ==, 0);

  tally_start_get (tally, NULL, &late);
  g_assert_cmpint (tally_put_sync (tally, 1, -1, NULL), ==, 1);
  tally_start_put (tally, 2, NULL, &put);
  g_assert_cmpint (tally_wait (&late), ==, 1);
  g_assert_cmpint (tally_wait (&put), ==, 2);
  g_assert_cmpint (tally_get_sync (tally, -1, NULL), ==, 2);

  tally_free (tally);

  return 0;
}

static void
test_hostile_fork (void)
{
  Tally *tally = tally_new (1, 3);
  int get;
  int status;
  pid_t child;

  g_test_summary ("A child that is forked off between two operations goes on, "
                  "and so does its parent.");

  tally_start_get (tally, NULL, &get);
  drain_context ();

  child = fork ();
  if (child == 0)
    _exit (use_after_fork (tally, &get));

  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (use_after_fork (tally, &get), ==, 0);
}

/* Every deed in every place: what a program does, and where we call it. */

typedef struct _Scene Scene;

typedef struct
{
  const char *name;
  void (*run) (Scene *scene);
} Deed;

typedef struct
{
  const char *name;
  void (*visit) (Scene *scene); /* until the deed is done there */
  gboolean is_inside_call;      /* of ours, whose caller must keep the queue */
} Place;

typedef struct
{
  const Deed *deed;
  const Place *place;
} Cell;

struct _Scene
{
  const Deed *deed;
  Tally *tally;
  GCancellable *cancellable; /* (owned): of all that deeds leave behind */

  int n_put;  /* the next number */
  int n_done; /* how often the deed was done */
};

#define MAX_DEEDS 3

static Scene *the_scene; /* for an item, which knows nothing else */

static void
do_deed (Scene *scene)
{
  /* Deeds cause each other. */
  if (scene->n_done == MAX_DEEDS || scene->tally->queue == NULL)
    return;

  scene->n_done++;
  scene->deed->run (scene);
}

/* Returns whether it went in: it may be full, or shut down. */
static gboolean
put_next (Scene *scene)
{
  int number = scene->n_put++;

  return tally_put (scene->tally, number) == number;
}

/* These are left to the main loop. */

static void
start_put (Scene *scene)
{
  tally_start_put (scene->tally, scene->n_put++, scene->cancellable, NULL);
}

static void
start_get (Scene *scene)
{
  tally_start_get (scene->tally, scene->cancellable, NULL);
}

static void
deed_put (Scene *scene)
{
  put_next (scene);
  start_put (scene);
}

static void
deed_get (Scene *scene)
{
  tally_get (scene->tally);
  start_get (scene);
}

static void
deed_cancel (Scene *scene)
{
  start_get (scene);
  start_put (scene);
  g_cancellable_cancel (scene->cancellable);
  g_cancellable_reset (scene->cancellable);
}

static void
deed_clear (Scene *scene)
{
  put_next (scene);
  aq_queue_clear (scene->tally->queue);
}

static void
deed_resize (Scene *scene)
{
  aq_queue_set_max_size (scene->tally->queue, 1);
  start_put (scene);
  start_put (scene);
  aq_queue_set_max_size (scene->tally->queue, 0);
  aq_queue_set_io_priority (scene->tally->queue, scene->n_done);
}

static void
deed_shutdown (Scene *scene)
{
  aq_queue_shutdown (scene->tally->queue, FALSE);
}

static void
deed_drop_all (Scene *scene)
{
  aq_queue_shutdown (scene->tally->queue, TRUE);
}

static void
deed_unref (Scene *scene)
{
  g_clear_object (&scene->tally->queue);
}

static void
deed_nested_loop (Scene *scene)
{
  int get;

  tally_start_get (scene->tally, scene->cancellable, &get);
  put_next (scene);
  tally_wait (&get);
}

static void
deed_other_context (Scene *scene)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  deed_nested_loop (scene);
  g_main_context_pop_thread_default (context);
}

/* Nobody will hear of them. */
static void
deed_dead_context (Scene *scene)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  aq_queue_get_async (scene->tally->queue, scene->cancellable, NULL, NULL);
  aq_queue_join_async (scene->tally->queue, scene->cancellable, NULL, NULL);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static void
threads_func (Tally *tally,
              int    index,
              int    n_each)
{
  tally_put (tally, n_each);
  tally_get (tally);
  aq_queue_get_length (tally->queue);
}

/* Nothing is locked here, or this would never return. */
static void
deed_other_thread (Scene *scene)
{
  Crew crew;

  crew_start (&crew, scene->tally, 1, scene->n_put++, threads_func);
  crew_join (&crew);
}

static const Deed deeds[] = {
  { "put", deed_put },
  { "get", deed_get },
  { "cancel", deed_cancel },
  { "clear", deed_clear },
  { "resize", deed_resize },
  { "shut-down", deed_shutdown },
  { "drop-all", deed_drop_all },
  { "last-unref", deed_unref },
  { "nested-main-loop", deed_nested_loop },
  { "other-context", deed_other_context },
  { "dead-context", deed_dead_context },
  { "other-thread", deed_other_thread },
};

static void
wait_for_deed (Scene *scene)
{
  while (scene->n_done == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
deed_in_callback_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  do_deed (user_data);
}

/* Before it collects, and its promise goes back at the end. */
static void
visit_get_callback (Scene *scene)
{
  put_next (scene);
  aq_queue_get_async (scene->tally->queue, NULL, deed_in_callback_cb, scene);
  wait_for_deed (scene);
}

static void
visit_put_callback (Scene *scene)
{
  int number = scene->n_put++;

  aq_queue_put_async (scene->tally->queue, tally_begin_put (scene->tally, number), NULL,
                      deed_in_callback_cb, scene);
  tally_end_put (scene->tally, number, NULL);
  wait_for_deed (scene);
}

static void
visit_join_callback (Scene *scene)
{
  aq_queue_join_async (scene->tally->queue, NULL, deed_in_callback_cb, scene);
  wait_for_deed (scene);
}

static void
visit_items_added (Scene *scene)
{
  g_signal_connect_swapped (scene->tally->queue, "items-added", G_CALLBACK (do_deed), scene);
  put_next (scene);
  wait_for_deed (scene);
}

static void
visit_drained (Scene *scene)
{
  g_signal_connect_swapped (scene->tally->queue, "drained", G_CALLBACK (do_deed), scene);
  put_next (scene);
  tally_get (scene->tally);
  wait_for_deed (scene);
}

static void
visit_notify (Scene *scene)
{
  g_signal_connect_swapped (scene->tally->queue, "notify", G_CALLBACK (do_deed), scene);
  put_next (scene);
  wait_for_deed (scene);
}

static gboolean
deed_in_watch_cb (AqQueue  *queue,
                  gpointer  item,
                  gpointer  user_data)
{
  Scene *scene = user_data;

  if (item != NULL)
    tally_end_get (scene->tally, item, NULL);
  do_deed (scene);

  return scene->n_done < MAX_DEEDS;
}

static void
visit_watch (Scene *scene)
{
  guint id = aq_queue_add_watch (scene->tally->queue, deed_in_watch_cb, scene);

  put_next (scene);
  wait_for_deed (scene);

  /* It keeps the queue. */
  drain_context ();
  if (g_main_context_find_source_by_id (NULL, id) != NULL)
    g_source_remove (id);
}

static void
visit_destroy_notify (Scene *scene)
{
  guint id = aq_queue_add_watch_full (scene->tally->queue, 0, deed_in_watch_cb, scene,
                                      (GDestroyNotify) do_deed);

  scene->n_done = 0;
  g_source_remove (id);
  wait_for_deed (scene);
}

static void
deed_in_item (gpointer item)
{
  tally_drop (item);
  do_deed (the_scene);
}

static void
visit_dropped_item (Scene *scene)
{
  put_next (scene);
  put_next (scene);
  aq_queue_clear (scene->tally->queue);
  wait_for_deed (scene);
}

static void
visit_cancelled (Scene *scene)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aq_queue_get_async (scene->tally->queue, cancellable, NULL, NULL);
  g_signal_connect_swapped (cancellable, "cancelled", G_CALLBACK (do_deed), scene);
  g_cancellable_cancel (cancellable);
  wait_for_deed (scene);
}

static void
visit_idle (Scene *scene)
{
  g_idle_add_once ((GSourceOnceFunc) do_deed, scene);
  start_get (scene);
  put_next (scene);
  wait_for_deed (scene);
}

static const Place places[] = {
  { "get-callback", visit_get_callback, FALSE },
  { "put-callback", visit_put_callback, FALSE },
  { "join-callback", visit_join_callback, FALSE },
  { "items-added", visit_items_added, FALSE },
  { "drained", visit_drained, FALSE },
  { "notify", visit_notify, FALSE },
  { "watch", visit_watch, FALSE },
  { "destroy-notify", visit_destroy_notify, FALSE },
  { "dropped-item", visit_dropped_item, TRUE },
  { "cancelled", visit_cancelled, FALSE },
  { "idle", visit_idle, FALSE },
};

static void
test_hostile_deed (gconstpointer data)
{
  const Cell *cell = data;
  Scene scene = { .deed = cell->deed, .cancellable = g_cancellable_new () };
  AqQueue *queue = aq_queue_new_with_free_func (0, cell->place->is_inside_call ? deed_in_item
                                                                               : tally_drop);
  gpointer alive = queue;

  g_test_summary ("Whatever is done in whichever place, nothing is lost and nobody hangs.");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  scene.tally = tally_new_for_queue (queue, 200);
  the_scene = &scene;
  if (cell->place->is_inside_call)
    g_object_ref (queue);

  cell->place->visit (&scene);
  g_assert_cmpint (scene.n_done, >, 0);
  scene.n_done = MAX_DEEDS;

  g_cancellable_cancel (scene.cancellable);
  drain_context ();
  g_object_unref (scene.cancellable);
  if (cell->place->is_inside_call)
    g_object_unref (queue);

  tally_free (scene.tally);
  g_assert_null (alive);
}

static void
put_one_cb (gpointer queue)
{
  aq_test_put (queue, 1);
}

static void
test_hostile_put_in_other_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  GAsyncResult *result = NULL;
  GPollFD fds[4];
  gint priority, timeout, n_fds;

  g_test_summary ("To own a context is not to be in its dispatch: it has to be woken.");

  g_main_context_push_thread_default (context);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain (context);

  /* It has looked, and would sleep now. But first another context is run. */
  g_assert_false (g_main_context_prepare (context, &priority));
  n_fds = g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_idle_add_once (put_one_cb, queue);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  g_assert_cmpint (g_poll (fds, (guint) n_fds, 0), >, 0);
  g_assert_true (g_main_context_check (context, priority, fds, n_fds));
  g_main_context_dispatch (context);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  g_main_context_pop_thread_default (context);

  aq_test_finalize_queue (queue);
}

static AqQueue *let_go; /* (owned) (nullable): by the first plate that is freed */
static int n_freed;

static void
free_and_let_go (gpointer plate)
{
  n_freed++;
  g_clear_object (&let_go);
}

static void
test_hostile_dropped_plate_lets_go (gconstpointer data)
{
  g_test_summary ("Freeing the first of the dropped items can let go of the queue.");

  n_freed = 0;
  let_go = aq_queue_new_with_free_func (0, free_and_let_go);
  for (int i = 1; i <= 3; i++)
    aq_queue_try_put (let_go, GINT_TO_POINTER (i), NULL);

  if (g_str_equal (data, "clear"))
    aq_queue_clear (let_go);
  else
    aq_queue_shutdown (let_go, TRUE);

  g_assert_null (let_go);
  g_assert_cmpint (n_freed, ==, 3);
}

/* A source that puts an item when it is looked at. */
typedef struct
{
  GSource source;
  AqQueue *queue; /* (unowned) (nullable): once it has put */
} PuttingSource;

static GAsyncResult *got_while_looked;

static gboolean
putting_prepare (GSource *source,
                 gint    *timeout)
{
  AqQueue *queue = g_steal_pointer (&((PuttingSource *) source)->queue);

  *timeout = -1;
  if (queue != NULL)
    aq_test_put (queue, 1);

  return FALSE;
}

static gboolean
never_ready (GSource *source)
{
  return FALSE;
}

static gboolean
never_dispatched (GSource     *source,
                  GSourceFunc  callback,
                  gpointer     user_data)
{
  g_assert_not_reached ();
}

/* Nobody will wake a loop that sleeps in here forever. */
static gint
poll_awake (GPollFD *fds,
            guint    n_fds,
            gint     timeout)
{
  gint n_ready = g_poll (fds, n_fds, 0);

  g_assert_true (n_ready > 0 || timeout >= 0);

  return n_ready;
}

static void
wait_in_here_cb (gpointer data)
{
  static GSourceFuncs funcs = {
    putting_prepare, never_ready, never_dispatched, NULL, NULL, NULL,
  };
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (PuttingSource));
  AqQueue *queue = data;
  GAsyncResult *result = NULL;
  GMainContext *context = g_main_context_default ();
  GPollFunc poll_func = g_main_context_get_poll_func (context);

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  drain_context ();

  /* Looked at after our own sources have been. */
  ((PuttingSource *) source)->queue = queue;
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_attach (source, context);

  g_main_context_set_poll_func (context, poll_awake);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  g_main_context_set_poll_func (context, poll_func);

  g_source_destroy (source);
}

static gboolean
never_watched_cb (AqQueue  *queue,
                  gpointer  item,
                  gpointer  user_data)
{
  g_assert_not_reached ();
}

static void
test_hostile_put_while_loop_looks (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A source can put in its prepare, also in a main loop in a callback.");

  wait_in_here_cb (queue);
  g_idle_add_once (wait_in_here_cb, queue);
  drain_context ();

  aq_test_finalize_queue (queue);
}

static void
test_hostile_put_between_looks (void)
{
  static GSourceFuncs funcs = {
    putting_prepare, never_ready, never_dispatched, NULL, NULL, NULL,
  };
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (PuttingSource));
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqQueue *other = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GMainContext *context = g_main_context_default ();
  GPollFunc poll_func = g_main_context_get_poll_func (context);
  GAsyncResult *results[2] = { NULL, NULL };
  guint id;

  g_test_summary ("A put is seen between two of our sources, by a loop that has just called back.");

  id = aq_queue_add_watch_full (other, G_PRIORITY_LOW + 1, never_watched_cb, NULL, NULL);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[0]);
  aq_queue_get_async (queue, NULL, store_result_cb, &results[1]);
  drain_context ();

  /* While the first is called back, nobody looks at what is less urgent. */
  ((PuttingSource *) source)->queue = queue;
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_attach (source, context);
  aq_test_put (queue, 0);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_nonnull (results[0]);
  g_assert_nonnull (((PuttingSource *) source)->queue);

  g_main_context_set_poll_func (context, poll_awake);
  wait_for_result (&results[1]);
  g_main_context_set_poll_func (context, poll_func);

  for (int i = 0; i < 2; i++)
    g_assert_cmpint (aq_test_finish (queue, &results[i]), ==, i);

  g_source_destroy (source);
  g_source_remove (id);
  aq_test_finalize_queue (other);
  aq_test_finalize_queue (queue);
}

/* Makes the library add a source of its own, behind the place which this look of the
 * main loop has come to. */
static gboolean
getting_prepare (GSource *source,
                 gint    *timeout)
{
  AqQueue *queue = g_steal_pointer (&((PuttingSource *) source)->queue);

  *timeout = -1;
  if (queue != NULL)
    {
      aq_queue_set_io_priority (queue, g_source_get_priority (source) - 1);
      aq_queue_get_async (queue, NULL, store_result_cb, &got_while_looked);
    }

  return FALSE;
}

static void
get_in_here_cb (gpointer data)
{
  static GSourceFuncs funcs = {
    getting_prepare, never_ready, never_dispatched, NULL, NULL, NULL,
  };
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (PuttingSource));
  AqQueue *queue = data;
  GMainContext *context = g_main_context_default ();
  GPollFunc poll_func = g_main_context_get_poll_func (context);

  aq_test_put (queue, 1);
  drain_context ();

  ((PuttingSource *) source)->queue = queue;
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_attach (source, context);

  g_main_context_set_poll_func (context, poll_awake);
  g_assert_cmpint (aq_test_finish (queue, &got_while_looked), ==, 1);
  g_main_context_set_poll_func (context, poll_func);

  g_source_destroy (source);
}

static void
test_hostile_get_while_loop_looks (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A source can be the first to get at a priority, in its prepare.");

  g_idle_add_once (get_in_here_cb, queue);
  drain_context ();

  aq_test_finalize_queue (queue);
}

static void
add_deeds (void)
{
  static Cell cells[G_N_ELEMENTS (places)][G_N_ELEMENTS (deeds)];

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    for (guint j = 0; j < G_N_ELEMENTS (deeds); j++)
      {
        g_autofree char *path = g_strdup_printf ("/hostile/in-%s/%s", places[i].name,
                                                 deeds[j].name);

        cells[i][j] = (Cell) { &deeds[j], &places[i] };
        g_test_add_data_func (path, &cells[i][j], test_hostile_deed);
      }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hostile/nested-main-loop", test_hostile_nested_main_loop);
  g_test_add_func ("/hostile/main-loop-in-cancel", test_hostile_main_loop_in_cancel);
  g_test_add_func ("/hostile/other-context-in-callback",
                   test_hostile_other_context_in_callback);
  g_test_add_func ("/hostile/callback-does-everything",
                   test_hostile_callback_does_everything);
  g_test_add_func ("/hostile/result-outlives-queue", test_hostile_result_outlives_queue);
  g_test_add_func ("/hostile/item-uses-queue", test_hostile_item_uses_queue);
  g_test_add_func ("/hostile/item-holds-queue", test_hostile_item_holds_queue);
  g_test_add_func ("/hostile/dispose-with-waiters", test_hostile_dispose_with_waiters);
  g_test_add_func ("/hostile/dispose-while-blocked", test_hostile_dispose_while_blocked);
  g_test_add_func ("/hostile/many-waiters", test_hostile_many_waiters);
  g_test_add_func ("/hostile/cancel-while-starting", test_hostile_cancel_while_starting);

  g_test_add_func ("/hostile/many-items", test_hostile_many_items);
  g_test_add_data_func ("/hostile/huge-length/fifo", aq_queue_new_with_free_func,
                        test_hostile_huge_length);
  g_test_add_data_func ("/hostile/huge-length/lifo", aq_lifo_queue_new_with_free_func,
                        test_hostile_huge_length);
  g_test_add_data_func ("/hostile/huge-length/priority", aq_priority_queue_new_with_free_func,
                        test_hostile_huge_length);
  g_test_add_func ("/hostile/extremes", test_hostile_extremes);
  g_test_add_func ("/hostile/one-cancellable", test_hostile_one_cancellable);

  g_test_add_func ("/hostile/still-context", test_hostile_still_context);
  g_test_add_data_func ("/hostile/context-goes/with-all-waiting", GINT_TO_POINTER (FALSE),
                        test_hostile_context_goes);
  g_test_add_data_func ("/hostile/context-goes/with-all-served", GINT_TO_POINTER (TRUE),
                        test_hostile_context_goes);
  g_test_add_func ("/hostile/fork", test_hostile_fork);
  g_test_add_data_func ("/hostile/dropped-plate-lets-go/clear", "clear",
                        test_hostile_dropped_plate_lets_go);
  g_test_add_data_func ("/hostile/dropped-plate-lets-go/shutdown", "shutdown",
                        test_hostile_dropped_plate_lets_go);
  g_test_add_func ("/hostile/put-while-loop-looks", test_hostile_put_while_loop_looks);
  g_test_add_func ("/hostile/put-between-looks", test_hostile_put_between_looks);
  g_test_add_func ("/hostile/get-while-loop-looks", test_hostile_get_while_loop_looks);
  g_test_add_func ("/hostile/put-in-other-callback", test_hostile_put_in_other_callback);

  add_deeds ();

  return g_test_run ();
}
