/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

struct _AqTestItem
{
  GObject parent_instance;

  int number;
};

G_DEFINE_FINAL_TYPE (AqTestItem, aq_test_item, G_TYPE_OBJECT)

static int n_items; /* (atomic) */

static void
aq_test_item_finalize (GObject *object)
{
  g_atomic_int_add (&n_items, -1);

  G_OBJECT_CLASS (aq_test_item_parent_class)->finalize (object);
}

static void
aq_test_item_class_init (AqTestItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aq_test_item_finalize;
}

static void
aq_test_item_init (AqTestItem *self)
{
  g_atomic_int_inc (&n_items);
}

AqTestItem *
aq_test_item_new (int number)
{
  AqTestItem *self = g_object_new (AQ_TEST_TYPE_ITEM, NULL);

  self->number = number;

  return self;
}

int
aq_test_item_get_number (gpointer item)
{
  g_assert_true (AQ_TEST_IS_ITEM (item));

  return AQ_TEST_ITEM (item)->number;
}

/* How many items are alive. */
int
aq_test_item_count (void)
{
  return g_atomic_int_get (&n_items);
}

/* Puts an item, which must succeed at once. */
void
aq_test_put (AqQueue *queue,
             int      number)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (number);
  g_autoptr (GError) error = NULL;

  aq_queue_try_put (queue, item, &error);
  g_assert_no_error (error);
}

/* Gets an item, which must succeed at once. */
int
aq_test_get (AqQueue *queue)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AqTestItem) item = aq_queue_try_get (queue, &error);

  g_assert_no_error (error);

  return aq_test_item_get_number (item);
}

/* @result: where the result will be */
void
aq_test_start_put (AqQueue       *queue,
                   int            number,
                   GCancellable  *cancellable,
                   GAsyncResult **result)
{
  g_autoptr (AqTestItem) item = aq_test_item_new (number);

  aq_queue_put_async (queue, item, cancellable, store_result_cb, result);
}

/* Returns: the number of the item */
int
aq_test_finish (AqQueue       *queue,
                GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AqTestItem) item = NULL;

  item = aq_queue_get_finish (queue, wait_for_result (result), &error);
  g_assert_no_error (error);
  g_clear_object (result);

  return aq_test_item_get_number (item);
}

void
aq_test_finish_put (AqQueue       *queue,
                    GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (aq_queue_put_finish (queue, wait_for_result (result), &error));
  g_assert_no_error (error);
  g_clear_object (result);
}

void
aq_test_finish_join (AqQueue       *queue,
                     GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (aq_queue_join_finish (queue, wait_for_result (result), &error));
  g_assert_no_error (error);
  g_clear_object (result);
}

void
aq_test_fail_get (AqQueue       *queue,
                  GAsyncResult **result,
                  int            code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aq_queue_get_finish (queue, wait_for_result (result), &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_object (result);
}

void
aq_test_fail_put (AqQueue       *queue,
                  GAsyncResult **result,
                  int            code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aq_queue_put_finish (queue, wait_for_result (result), &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_object (result);
}

void
aq_test_fail_join (AqQueue       *queue,
                   GAsyncResult **result,
                   int            code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aq_queue_join_finish (queue, wait_for_result (result), &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_object (result);
}

/* A callback that keeps its result in the GAsyncResult pointer it is given. */
void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GAsyncResult **location = user_data;

  g_assert_null (*location);
  *location = g_object_ref (result);
}

/* Runs @context until it has nothing more to do. */
void
drain (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    ;
}

/* The same for the context of this thread. */
void
drain_context (void)
{
  drain (g_main_context_get_thread_default ());
}

/* Returns: (transfer none) */
GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  return *result;
}

/* Runs the context of this thread until it is so; something has to wake it. */
void
wait_until (gboolean (*is_so) (gpointer user_data),
            gpointer   user_data)
{
  while (!is_so (user_data))
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

void
wait_for_count (int *count,
                int  target)
{
  while (*count < target)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  g_assert_cmpint (*count, ==, target);
}

/* Waits until so many operations of other threads wait in the queue. */
void
wait_for_waiting (AqQueue *queue,
                  guint    n_getters,
                  guint    n_putters)
{
  while (aq_queue_get_waiting_getters (queue) != n_getters ||
         aq_queue_get_waiting_putters (queue) != n_putters)
    g_thread_yield ();
}

void
aq_test_finalize_queue (AqQueue *queue)
{
  drain_context ();
  g_assert_finalize_object (queue);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}
