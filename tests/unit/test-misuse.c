/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

/* Between these two, one critical that matches @pattern must be logged. */
#define expect_critical(pattern) \
  g_test_expect_message ("Aqueue", G_LOG_LEVEL_CRITICAL, (pattern))
#define assert_critical() \
  g_test_assert_expected_messages ()

static void
test_misuse_wrong_type (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GCancellable) wrong = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("An item of the wrong type is refused by name, and nothing else happens.");

  expect_critical ("aq_queue_put_async: *GCancellable*AqTestItem*");
  aq_queue_put_async (queue, wrong, NULL, store_result_cb, NULL);
  assert_critical ();

  expect_critical ("aq_queue_put_sync: *GCancellable*AqTestItem*");
  g_assert_false (aq_queue_put_sync (queue, wrong, NULL, &error));
  assert_critical ();

  expect_critical ("aq_queue_timed_put: *GCancellable*AqTestItem*");
  g_assert_false (aq_queue_timed_put (queue, wrong, 0, NULL, &error));
  assert_critical ();

  expect_critical ("aq_queue_try_put: *GCancellable*AqTestItem*");
  g_assert_false (aq_queue_try_put (queue, wrong, &error));
  assert_critical ();

  g_assert_no_error (error);
  g_assert_cmpuint (G_OBJECT (wrong)->ref_count, ==, 1);
  g_assert_true (aq_queue_is_empty (queue));
  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_wrong_type_with_priority (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0));
  AqPriorityQueue *priority_queue = AQ_PRIORITY_QUEUE (queue);
  g_autoptr (GCancellable) wrong = g_cancellable_new ();

  g_test_summary ("A priority queue names its own functions.");

  expect_critical ("aq_priority_queue_put_with_priority_async: *");
  aq_priority_queue_put_with_priority_async (priority_queue, wrong, 1, NULL, NULL, NULL);
  assert_critical ();

  expect_critical ("aq_priority_queue_put_with_priority_sync: *");
  g_assert_false (aq_priority_queue_put_with_priority_sync (priority_queue, wrong, 1, NULL, NULL));
  assert_critical ();

  expect_critical ("aq_priority_queue_timed_put_with_priority: *");
  g_assert_false (aq_priority_queue_timed_put_with_priority (priority_queue, wrong, 1, 0, NULL,
                                                             NULL));
  assert_critical ();

  expect_critical ("aq_priority_queue_try_put_with_priority: *");
  g_assert_false (aq_priority_queue_try_put_with_priority (priority_queue, wrong, 1, NULL));
  assert_critical ();

  aq_test_finalize_queue (queue);
}

static void
test_misuse_null_item (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqQueue *pointers = aq_queue_new_with_free_func (0, NULL);

  g_test_summary ("NULL is not an item, of whatever kind of queue.");

  expect_critical ("aq_queue_put_async: NULL *");
  aq_queue_put_async (queue, NULL, NULL, NULL, NULL);
  assert_critical ();

  expect_critical ("aq_queue_try_put: NULL *");
  g_assert_false (aq_queue_try_put (pointers, NULL, NULL));
  assert_critical ();

  g_assert_finalize_object (pointers);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_result_of_other_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqQueue *other = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;

  g_test_summary ("The result of another queue is refused, and still good for its own.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  wait_for_result (&result);

  expect_critical ("*aq_queue_get_finish*");
  g_assert_null (aq_queue_get_finish (other, result, NULL));
  assert_critical ();

  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  g_assert_finalize_object (other);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_result_of_other_operation (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GTask) task = g_task_new (queue, NULL, NULL, NULL);
  GAsyncResult *result = NULL;

  g_test_summary ("The result of another operation is refused, and still good for its own.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  wait_for_result (&result);

  expect_critical ("*aq_queue_put_finish*");
  g_assert_false (aq_queue_put_finish (queue, result, NULL));
  assert_critical ();

  expect_critical ("*aq_queue_join_finish*");
  g_assert_false (aq_queue_join_finish (queue, result, NULL));
  assert_critical ();

  expect_critical ("*aq_queue_get_finish*");
  g_assert_null (aq_queue_get_finish (queue, G_ASYNC_RESULT (task), NULL));
  assert_critical ();

  expect_critical ("*aq_queue_get_finish*");
  g_assert_null (aq_queue_get_finish (queue, NULL, NULL));
  assert_critical ();

  g_clear_object (&task);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_collect_twice (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  g_autoptr (AqTestItem) item = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A result gives one item; the next one stays in the queue.");

  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  item = aq_queue_get_finish (queue, wait_for_result (&result), NULL);
  g_assert_nonnull (item);

  expect_critical ("aq_queue_get_finish: *");
  g_assert_null (aq_queue_get_finish (queue, result, &error));
  assert_critical ();

  g_assert_no_error (error);
  g_clear_object (&result);
  g_clear_object (&item);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_task_done_too_often (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A task_done too many is refused, and the count stays right (scenario 27).");

  expect_critical ("aq_queue_task_done: *");
  aq_queue_task_done (queue);
  assert_critical ();

  aq_test_put (queue, 1);
  aq_test_get (queue);
  aq_queue_task_done (queue);
  expect_critical ("aq_queue_task_done: *");
  aq_queue_task_done (queue);
  assert_critical ();
  g_assert_cmpuint (aq_queue_get_unfinished_tasks (queue), ==, 0);
  g_assert_cmpuint (aq_queue_get_in_flight (queue), ==, 0);

  aq_test_finalize_queue (queue);
}

static void
test_misuse_item_type (void)
{
  AqQueue *queue;

  g_test_summary ("Items are objects: no queue is made for another type.");

  expect_critical ("aq_queue_new: *gchararray*");
  g_assert_null (aq_queue_new (G_TYPE_STRING, 0));
  assert_critical ();

  expect_critical ("aq_lifo_queue_new: *gint*");
  g_assert_null (AQ_QUEUE (aq_lifo_queue_new (G_TYPE_INT, 0)));
  assert_critical ();

  expect_critical ("aq_priority_queue_new: *");
  g_assert_null (AQ_QUEUE (aq_priority_queue_new (G_TYPE_INVALID, 0)));
  assert_critical ();

  /* By property it cannot fail, so the queue is one of any object. */
  expect_critical ("*item*gpointer*");
  queue = g_object_new (AQ_TYPE_QUEUE, "item-type", G_TYPE_POINTER, NULL);
  assert_critical ();
  g_assert_true (aq_queue_get_item_type (queue) == G_TYPE_OBJECT);

  aq_test_finalize_queue (queue);
}

static void
test_misuse_negative_timeout (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("A negative time other than -1 is refused.");

  expect_critical ("*aq_queue_timed_get*");
  g_assert_null (aq_queue_timed_get (queue, -2, NULL, NULL));
  assert_critical ();

  expect_critical ("*aq_queue_timed_join*");
  g_assert_false (aq_queue_timed_join (queue, G_MININT64, NULL, NULL));
  assert_critical ();

  aq_test_finalize_queue (queue);
}

static void
test_misuse_peek_at_pointers (void)
{
  AqQueue *queue = aq_queue_new_with_free_func (0, g_free);

  g_test_summary ("Plain pointers cannot be peeked at.");

  aq_queue_try_put (queue, g_strdup ("x"), NULL);
  expect_critical ("*aq_queue_peek*");
  g_assert_null (aq_queue_peek (queue));
  assert_critical ();
  expect_critical ("*aq_queue_peek_many*");
  g_assert_null (aq_queue_peek_many (queue, 1));
  assert_critical ();
  expect_critical ("*aq_queue_peek_all*");
  g_assert_null (aq_queue_peek_all (queue));
  assert_critical ();

  aq_test_finalize_queue (queue);
}

static void
test_misuse_not_a_queue (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);

  g_test_summary ("What is not a queue is refused by name.");

  expect_critical ("*aq_queue_get_async*AQ_IS_QUEUE*");
  aq_queue_get_async ((AqQueue *) object, NULL, NULL, NULL);
  assert_critical ();

  expect_critical ("*aq_queue_shutdown*AQ_IS_QUEUE*");
  aq_queue_shutdown (NULL, FALSE);
  assert_critical ();

  expect_critical ("*aq_queue_get_length*AQ_IS_QUEUE*");
  g_assert_cmpuint (aq_queue_get_length (NULL), ==, 0);
  assert_critical ();
}

static void
test_misuse_errors_can_be_ignored (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);

  g_test_summary ("Every error can be ignored by passing NULL.");

  g_assert_null (aq_queue_try_get (queue, NULL));
  g_assert_null (aq_queue_timed_get (queue, 0, NULL, NULL));
  aq_test_put (queue, 0);
  g_assert_false (aq_queue_try_put (queue, item, NULL));
  g_assert_false (aq_queue_timed_join (queue, 0, NULL, NULL));
  aq_queue_shutdown (queue, TRUE);
  g_assert_false (aq_queue_put_sync (queue, item, NULL, NULL));
  g_assert_null (aq_queue_get_sync (queue, NULL, NULL));

  g_clear_object (&item);
  aq_test_finalize_queue (queue);
}

/* One call, which must be complained about, unless @complaint is NULL. */
/* What counts here is the complaint. */
#pragma GCC diagnostic ignored "-Wunused-result"

#define CALL(complaint, function, ...) \
  G_STMT_START { \
    if ((complaint) != NULL) \
      { \
        g_autofree char *pattern = g_strconcat (#function ": *", (complaint), "*", NULL); \
\
        expect_critical (pattern); \
      } \
    function (__VA_ARGS__); \
    assert_critical (); \
  } G_STMT_END

/* All functions that take a cancellable; none of them has an effect. */
static void
call_with_cancellable (gpointer    queue,
                       gpointer    item,
                       gpointer    cancellable,
                       const char *complaint)
{
  CALL (complaint, aq_queue_put_async, queue, item, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_put_sync, queue, item, cancellable, NULL);
  CALL (complaint, aq_queue_timed_put, queue, item, 0, cancellable, NULL);
  CALL (complaint, aq_queue_timed_put_async, queue, item, 0, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_get_async, queue, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_get_sync, queue, cancellable, NULL);
  CALL (complaint, aq_queue_timed_get, queue, 0, cancellable, NULL);
  CALL (complaint, aq_queue_timed_get_async, queue, 0, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_get_many_async, queue, 1, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_timed_get_many_async, queue, 1, 0, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_join_async, queue, cancellable, NULL, NULL);
  CALL (complaint, aq_queue_join_sync, queue, cancellable, NULL);
  CALL (complaint, aq_queue_timed_join, queue, 0, cancellable, NULL);
  CALL (complaint, aq_queue_timed_join_async, queue, 0, cancellable, NULL, NULL);
}

static void
call_with_priority (gpointer    queue,
                    gpointer    item,
                    gpointer    cancellable,
                    const char *complaint)
{
  CALL (complaint, aq_priority_queue_put_with_priority_async, queue, item, 1, cancellable, NULL,
        NULL);
  CALL (complaint, aq_priority_queue_put_with_priority_sync, queue, item, 1, cancellable, NULL);
  CALL (complaint, aq_priority_queue_timed_put_with_priority, queue, item, 1, 0, cancellable, NULL);
  CALL (complaint, aq_priority_queue_timed_put_with_priority_async, queue, item, 1, 0, cancellable,
        NULL, NULL);
}

static gboolean
remove_cb (AqQueue  *queue,
           gpointer  item,
           gpointer  user_data)
{
  return G_SOURCE_REMOVE;
}

/* All others, for an empty queue. */
static void
call_without_cancellable (gpointer    queue,
                          gpointer    item,
                          const char *complaint)
{
  CALL (complaint, aq_queue_get_item_type, queue);
  CALL (complaint, aq_queue_get_max_size, queue);
  CALL (complaint, aq_queue_get_length, queue);
  CALL (complaint, aq_queue_is_empty, queue);
  CALL (complaint, aq_queue_is_full, queue);
  CALL (complaint, aq_queue_get_state, queue);
  CALL (complaint, aq_queue_get_waiting_getters, queue);
  CALL (complaint, aq_queue_get_waiting_putters, queue);
  CALL (complaint, aq_queue_get_unfinished_tasks, queue);
  CALL (complaint, aq_queue_get_in_flight, queue);
  CALL (complaint, aq_queue_get_max_in_flight, queue);
  CALL (complaint, aq_queue_get_n_dropped, queue);
  CALL (complaint, aq_queue_get_io_priority, queue);
  CALL (complaint, aq_queue_get_main_context, queue);

  CALL (complaint, aq_queue_try_get, queue, NULL);
  CALL (complaint, aq_queue_try_get_many, queue, 1, NULL);
  CALL (complaint, aq_queue_peek, queue);
  if (complaint != NULL)
    CALL (complaint, aq_queue_peek_many, queue, 1);
  else
    g_ptr_array_unref (aq_queue_peek_many (queue, 1));
  CALL (complaint, aq_queue_try_put, queue, item, NULL);
  CALL (complaint, aq_queue_task_done, queue);
  CALL (complaint, aq_queue_clear, queue);

  CALL (complaint, aq_queue_set_max_size, queue, 2);
  CALL (complaint, aq_queue_set_max_in_flight, queue, 2);
  CALL (complaint, aq_queue_set_io_priority, queue, G_PRIORITY_LOW);
  CALL (complaint, aq_queue_add_watch, queue, remove_cb, NULL);
  CALL (complaint, aq_queue_add_watch_full, queue, G_PRIORITY_DEFAULT, remove_cb, NULL, NULL);
  CALL (complaint, aq_queue_add_watch_object, queue, remove_cb, item);
  CALL (complaint, aq_queue_shutdown, queue, TRUE);
}

/* Those that say how a queue goes on. */
static void
call_with_item (gpointer    queue,
                gpointer    item,
                const char *complaint)
{
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "The rice is burnt");

  CALL (complaint, aq_queue_offer, queue, item);
  CALL (complaint, aq_queue_poll, queue);
  CALL (complaint, aq_queue_peek_all, queue);
  CALL (complaint, aq_queue_put_back, queue, item);
  CALL (complaint, aq_queue_remove, queue, item);
  CALL (complaint, aq_queue_hold, queue);
  CALL (complaint, aq_queue_release, queue);
  CALL (complaint, aq_queue_shutdown_with_error, queue, error);
  CALL (complaint, aq_queue_get_error, queue);

  CALL (complaint, aq_queue_get_overflow, queue);
  CALL (complaint, aq_queue_set_overflow, queue, AQ_OVERFLOW_WAIT);
  CALL (complaint, aq_queue_set_size_func, queue, NULL, NULL, NULL);
  CALL (complaint, aq_queue_get_paused, queue);
  CALL (complaint, aq_queue_set_paused, queue, TRUE);
  CALL (complaint, aq_queue_get_size, queue);
  CALL (complaint, aq_queue_get_n_promised, queue);
  CALL (complaint, aq_queue_get_n_accepted, queue);
}

static void
call_finish (gpointer      queue,
             GAsyncResult *result,
             const char   *complaint)
{
  CALL (complaint, aq_queue_put_finish, queue, result, NULL);
  CALL (complaint, aq_queue_get_finish, queue, result, NULL);
  CALL (complaint, aq_queue_get_many_finish, queue, result, NULL);
  CALL (complaint, aq_queue_join_finish, queue, result, NULL);
}

static void
test_misuse_every_function (void)
{
  AqQueue *queue = AQ_QUEUE (aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 1));
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  GTypeInstance no_class = { NULL };
  gpointer wrong[] = { NULL, &no_class, object };
  const char *no_queue = "AQ_IS_QUEUE (self)";
  const char *no_priority_queue = "AQ_IS_PRIORITY_QUEUE (self)";
  const char *no_cancellable = "G_IS_CANCELLABLE (cancellable)";

  g_test_summary ("Every function refuses what is not a queue, or no cancellable, and says so.");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      call_with_cancellable (wrong[i], item, NULL, no_queue);
      call_without_cancellable (wrong[i], item, no_queue);
      call_with_item (wrong[i], item, no_queue);
      call_finish (wrong[i], NULL, no_queue);
      CALL (no_queue, aq_queue_create_source, wrong[i], NULL);

      call_with_priority (wrong[i], item, NULL, no_priority_queue);
      CALL (no_priority_queue, aq_priority_queue_try_put_with_priority, wrong[i], item, 1, NULL);
      CALL (no_priority_queue, aq_priority_queue_put_with_priority_finish, wrong[i], NULL, NULL);
      CALL (no_priority_queue, aq_priority_queue_put_back_with_priority, wrong[i], item, 1);
      CALL (no_priority_queue, aq_priority_queue_set_priority, wrong[i], item, 1);
    }

  /* NULL is no mistake. */
  for (gsize i = 1; i < G_N_ELEMENTS (wrong); i++)
    {
      call_with_cancellable (queue, item, wrong[i], no_cancellable);
      call_with_priority (queue, item, wrong[i], no_cancellable);
      CALL (no_cancellable, aq_queue_create_source, queue, wrong[i]);
    }

  CALL ("aq_result_is_valid", aq_queue_get_many_finish, queue, NULL, NULL);
  CALL ("func != NULL", aq_queue_add_watch, queue, NULL, NULL);
  CALL ("func != NULL", aq_queue_add_watch_full, queue, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  CALL ("func != NULL", aq_queue_add_watch_object, queue, NULL, item);
  CALL ("G_IS_OBJECT (object)", aq_queue_add_watch_object, queue, remove_cb, NULL);
  CALL ("max_items > 0", aq_queue_get_many_async, queue, 0, NULL, NULL, NULL);
  CALL ("max_items > 0", aq_queue_try_get_many, queue, 0, NULL);
  CALL ("max_items > 0", aq_queue_peek_many, queue, 0);
  CALL ("timeout_us >= -1", aq_queue_timed_put, queue, item, -2, NULL, NULL);
  CALL ("timeout_us >= -1", aq_queue_timed_get, queue, -2, NULL, NULL);
  CALL ("timeout_us >= -1", aq_queue_timed_join, queue, -2, NULL, NULL);
  CALL ("timeout_us >= -1", aq_priority_queue_timed_put_with_priority,
        (gpointer) queue, item, 1, -2, NULL, NULL);
  CALL ("timeout_us >= -1", aq_queue_timed_put_async, queue, item, -2, NULL, NULL, NULL);
  CALL ("timeout_us >= -1", aq_queue_timed_get_async, queue, -2, NULL, NULL, NULL);
  CALL ("timeout_us >= -1", aq_queue_timed_get_many_async, queue, 1, -2, NULL, NULL, NULL);
  CALL ("max_items > 0", aq_queue_timed_get_many_async, queue, 0, 1, NULL, NULL, NULL);
  CALL ("timeout_us >= -1", aq_queue_timed_join_async, queue, G_MININT64, NULL, NULL, NULL);
  CALL ("timeout_us >= -1", aq_priority_queue_timed_put_with_priority_async,
        (gpointer) queue, item, 1, -2, NULL, NULL, NULL);

  g_assert_cmpuint (aq_queue_get_length (queue), ==, 0);
  g_assert_cmpint (aq_queue_get_state (queue), ==, AQ_QUEUE_STATE_OPEN);
  g_assert_finalize_object (g_steal_pointer (&item));
  aq_test_finalize_queue (queue);
}

/* A class that is as its parent. */
static GType
derive (GType       parent,
        const char *name)
{
  GTypeQuery query;

  g_type_query (parent, &query);

  return g_type_register_static_simple (parent, name, (guint) query.class_size, NULL,
                                        (guint) query.instance_size, NULL, 0);
}

static void
test_misuse_derived_is_good (void)
{
  AqQueue *queue = g_object_new (derive (AQ_TYPE_PRIORITY_QUEUE, "AqTestPriorityQueue"),
                                 "item-type", AQ_TEST_TYPE_ITEM, NULL);
  g_autoptr (GCancellable) cancelled = g_object_new (derive (G_TYPE_CANCELLABLE,
                                                             "AqTestCancellable"), NULL);
  g_autoptr (AqTestItem) item = aq_test_item_new (1);
  GAsyncResult *result = NULL;

  g_test_summary ("Queues, items and cancellables of derived classes are as good as others.");

  g_cancellable_cancel (cancelled);
  call_with_cancellable (queue, item, cancelled, NULL);
  call_with_priority (queue, item, cancelled, NULL);
  g_source_unref (aq_queue_create_source (queue, cancelled));

  g_assert_true (aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (queue), item, 1,
                                                          NULL));
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  aq_queue_task_done (queue);

  call_without_cancellable (queue, item, NULL);
  g_assert_cmpuint (aq_queue_get_n_dropped (queue), ==, 1);
  g_assert_finalize_object (g_steal_pointer (&item));
  aq_test_finalize_queue (queue);
}

static void
test_misuse_collect_many_twice (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  g_autoptr (GPtrArray) items = NULL;

  g_test_summary ("A result of a get for many gives its items once.");

  aq_queue_get_many_async (queue, 1, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  items = aq_queue_get_many_finish (queue, wait_for_result (&result), NULL);
  g_assert_cmpuint (items->len, ==, 1);

  expect_critical ("aq_queue_get_many_finish: *");
  g_assert_null (aq_queue_get_many_finish (queue, result, NULL));
  assert_critical ();

  g_clear_object (&result);
  g_clear_pointer (&items, g_ptr_array_unref);
  g_assert_cmpint (aq_test_get (queue), ==, 2);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_properties (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GObjectClass *object_class = G_OBJECT_GET_CLASS (queue);
  g_autoptr (GParamSpec) unknown = g_param_spec_ref_sink (g_param_spec_int ("unknown", NULL, NULL,
                                                                            0, 1, 0, 0));
  g_auto (GValue) value = G_VALUE_INIT;

  g_test_summary ("A property that there is not is warned about.");

  g_value_init (&value, G_TYPE_UINT);

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_WARNING, "*invalid property id 1000*unknown*");
  object_class->get_property (G_OBJECT (queue), 1000, &value, unknown);
  g_test_assert_expected_messages ();

  g_test_expect_message ("Aqueue", G_LOG_LEVEL_WARNING, "*invalid property id 1000*unknown*");
  object_class->set_property (G_OBJECT (queue), 1000, &value, unknown);
  g_test_assert_expected_messages ();

  aq_test_finalize_queue (queue);
}

static void
test_misuse_watch_without_callback (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GSource) source = aq_queue_create_source (queue, NULL);

  g_test_summary ("A watch without a callback is complained about, and leaves the items.");

  g_source_attach (source, NULL);
  aq_test_put (queue, 1);
  expect_critical ("*no callback*");
  drain_context ();
  assert_critical ();
  g_assert_true (g_source_is_destroyed (source));
  g_clear_pointer (&source, g_source_unref);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/misuse/item/wrong-type", test_misuse_wrong_type);
  g_test_add_func ("/misuse/item/wrong-type-with-priority",
                   test_misuse_wrong_type_with_priority);
  g_test_add_func ("/misuse/item/null", test_misuse_null_item);
  g_test_add_func ("/misuse/item-type", test_misuse_item_type);
  g_test_add_func ("/misuse/result/of-other-queue", test_misuse_result_of_other_queue);
  g_test_add_func ("/misuse/result/of-other-operation", test_misuse_result_of_other_operation);
  g_test_add_func ("/misuse/result/collected-twice", test_misuse_collect_twice);
  g_test_add_func ("/misuse/task-done-too-often", test_misuse_task_done_too_often);
  g_test_add_func ("/misuse/negative-timeout", test_misuse_negative_timeout);
  g_test_add_func ("/misuse/peek-at-pointers", test_misuse_peek_at_pointers);
  g_test_add_func ("/misuse/not-a-queue", test_misuse_not_a_queue);
  g_test_add_func ("/misuse/errors-can-be-ignored", test_misuse_errors_can_be_ignored);
  g_test_add_func ("/misuse/every-function", test_misuse_every_function);
  g_test_add_func ("/misuse/derived-is-good", test_misuse_derived_is_good);
  g_test_add_func ("/misuse/result/many-collected-twice", test_misuse_collect_many_twice);
  g_test_add_func ("/misuse/properties", test_misuse_properties);
  g_test_add_func ("/misuse/watch-without-callback", test_misuse_watch_without_callback);

  return g_test_run ();
}
