/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What programs of our users do with a sample of the manual, in the order in which it
 * could go wrong.
 */

#include "aq-test-utils.h"

#include "cancelling-sample.h"
#include "migration-sample.h"
#include "threads-sample.h"

#define N_CANCELS 200000

static int n_shown;

/* The window of the sample prints what it shows. */
static void
count_shown (const char *text)
{
  n_shown++;
}

static void
iterate_window (void)
{
  GPrintFunc print = g_set_print_handler (count_shown);

  drain_context ();
  g_set_print_handler (print);
}

static void
test_task_cancelled_before_its_end (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  AqQueue *queue = aq_queue_new_with_free_func (0, g_free);

  g_test_summary ("Cancelling: a task of one's own that has collected reports the item (P2).");

  aq_queue_try_put (queue, g_strdup ("plate"), NULL);
  next_text_async (queue, cancellable, store_result_cb, &result);
  wait_for_result (&result);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_cancellable_cancel (cancellable);

  text = next_text_finish (queue, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "plate");

  g_clear_object (&result);
  drain_context ();
  g_assert_finalize_object (queue);
}

static void
test_task_cancelled_while_it_waits (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  AqQueue *queue = aq_queue_new_with_free_func (0, g_free);

  g_test_summary ("Cancelling: a task of one's own that waits can be cancelled.");

  next_text_async (queue, cancellable, store_result_cb, &result);
  g_cancellable_cancel (cancellable);
  wait_for_result (&result);
  g_assert_null (next_text_finish (queue, result, &error));
  aq_test_assert_error (error, G_IO_ERROR_CANCELLED);

  g_clear_object (&result);
  drain_context ();
  g_assert_finalize_object (queue);
}

static gpointer
cancel_thread (gpointer data)
{
  GAsyncQueue *cancellables = data;
  GCancellable *cancellable;

  while (G_IS_CANCELLABLE (cancellable = g_async_queue_pop (cancellables)))
    {
      /* So that it meets the get now at this point, now at that. */
      for (volatile int i = g_random_int_range (0, 3000); i > 0; i--)
        ;
      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);
    }

  return NULL;
}

static void
count_text_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      n_got)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = next_text_finish (AQ_QUEUE (source), result, &error);

  if (text != NULL)
    ++*(int *) n_got;
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_task_cancelled_from_a_thread (void)
{
  g_autoptr (GAsyncQueue) cancellables = g_async_queue_new ();
  GThread *thread = g_thread_new ("canceller", cancel_thread, cancellables);
  AqQueue *queue = aq_queue_new_with_free_func (0, g_free);
  int n_got = 0;
  int n_left = 0;

  g_test_summary ("Cancelling: a task of one's own loses nothing, cancelled at any time (P1).");

  for (int i = 0; i < N_CANCELS; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      char *left;

      aq_queue_try_put (queue, g_strdup ("plate"), NULL);
      g_async_queue_push (cancellables, g_object_ref (cancellable));
      next_text_async (queue, cancellable, count_text_cb, &n_got);
      drain_context ();

      while ((left = aq_queue_try_get (queue, NULL)) != NULL)
        {
          n_left++;
          g_free (left);
        }
    }
  g_async_queue_push (cancellables, queue); /* the end */
  g_thread_join (thread);

  g_assert_cmpint (n_got + n_left, ==, N_CANCELS);
  g_test_message ("figure: gets cancelled around a task of one's own %d", N_CANCELS);

  drain_context ();
  g_assert_finalize_object (queue);
}

static gpointer
tell_and_end_thread (gpointer results)
{
  for (int i = 0; i < 3; i++)
    g_assert_true (thread_tells (results, g_strdup ("result")));
  aq_queue_shutdown (results, FALSE);

  return NULL;
}

static void
test_window_closes_after_the_end (void)
{
  Window window = { 0, };
  GThread *thread;
  AqQueue *results;

  g_test_summary ("Migration: a window may close after the thread has shut its results down.");

  n_shown = 0;
  window_opens (&window);
  results = g_object_ref (window.results);
  thread = g_thread_new ("teller", tell_and_end_thread, results);
  g_thread_join (thread);
  iterate_window ();
  g_assert_cmpint (n_shown, ==, 3);
  g_assert_cmpuint (aq_queue_get_state (results), ==, AQ_QUEUE_STATE_FINISHED);

  window_closes (&window); /* without a critical, which would be fatal */

  g_assert_finalize_object (results);
}

static void
test_window_closes_before_the_end (void)
{
  Window window = { 0, };
  AqQueue *results;

  g_test_summary ("Migration: a window that has closed is not called, and its thread is told.");

  n_shown = 0;
  window_opens (&window);
  results = g_object_ref (window.results);
  g_assert_true (thread_tells (results, g_strdup ("result")));

  window_closes (&window);

  iterate_window ();
  g_assert_cmpint (n_shown, ==, 0);
  g_assert_false (thread_tells (results, g_strdup ("result")));
  g_assert_finalize_object (results);
}

static gboolean
count_item_cb (AqQueue  *queue,
               gpointer  item,
               gpointer  n_items)
{
  if (item != NULL)
    ++*(int *) n_items;

  return item != NULL;
}

static void
test_watch_leaves_another_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  AqQueue *queue = aq_queue_new_with_free_func (0, NULL);
  GSource *before, *after;
  int n_items = 0;

  g_test_summary ("Threads: a watch in another context can go before and after its end.");

  g_main_context_push_thread_default (context);
  before = watch_here (queue, count_item_cb, &n_items);
  after = watch_here (queue, count_item_cb, &n_items);
  g_main_context_pop_thread_default (context);

  leave (before);
  aq_queue_try_put (queue, "plate", NULL);
  aq_queue_shutdown (queue, FALSE);
  drain (context);
  g_assert_cmpint (n_items, ==, 1);
  g_assert_true (g_source_is_destroyed (after));
  leave (after);

  g_assert_finalize_object (queue);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/manual/task/cancelled-before-its-end", test_task_cancelled_before_its_end);
  g_test_add_func ("/manual/task/cancelled-while-it-waits", test_task_cancelled_while_it_waits);
  g_test_add_func ("/manual/task/cancelled-from-a-thread", test_task_cancelled_from_a_thread);
  g_test_add_func ("/manual/window/closes-after-the-end", test_window_closes_after_the_end);
  g_test_add_func ("/manual/window/closes-before-the-end", test_window_closes_before_the_end);
  g_test_add_func ("/manual/watch/leaves-another-context", test_watch_leaves_another_context);

  return g_test_run ();
}
