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
  g_assert_true (aq_queue_get_empty (queue));
  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

static void
test_misuse_wrong_type_with_priority (void)
{
  AqQueue *queue = aq_priority_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqPriorityQueue *priority_queue = AQ_PRIORITY_QUEUE (queue);
  g_autoptr (GCancellable) wrong = g_cancellable_new ();

  g_test_summary ("A priority queue names its own functions.");

  expect_critical ("aq_priority_queue_put_async: *");
  aq_priority_queue_put_async (priority_queue, wrong, 1, NULL, NULL, NULL);
  assert_critical ();

  expect_critical ("aq_priority_queue_put_sync: *");
  g_assert_false (aq_priority_queue_put_sync (priority_queue, wrong, 1, NULL, NULL));
  assert_critical ();

  expect_critical ("aq_priority_queue_timed_put: *");
  g_assert_false (aq_priority_queue_timed_put (priority_queue, wrong, 1, 0, NULL, NULL));
  assert_critical ();

  expect_critical ("aq_priority_queue_try_put: *");
  g_assert_false (aq_priority_queue_try_put (priority_queue, wrong, 1, NULL));
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
  g_assert_null (aq_lifo_queue_new (G_TYPE_INT, 0));
  assert_critical ();

  expect_critical ("aq_priority_queue_new: *");
  g_assert_null (aq_priority_queue_new (G_TYPE_INVALID, 0));
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

  return g_test_run ();
}
