/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <aqueue/aqueue.h>

G_BEGIN_DECLS

/* An item that knows its number. */

#define AQ_TEST_TYPE_ITEM (aq_test_item_get_type ())

G_DECLARE_FINAL_TYPE (AqTestItem, aq_test_item, AQ_TEST, ITEM, GObject)

AqTestItem   *aq_test_item_new        (int                   number);
int           aq_test_item_get_number (gpointer              item);
int           aq_test_item_count      (void);

/* Of items in a queue of AqTestItem: the number goes in, the number comes out. */

void          aq_test_put             (AqQueue              *queue,
                                       int                   number);
int           aq_test_get             (AqQueue              *queue);
void          aq_test_start_put       (AqQueue              *queue,
                                       int                   number,
                                       GCancellable         *cancellable,
                                       GAsyncResult        **result);

/* Waits for a result, and drops it. What finishes must succeed, what fails must fail. */

int           aq_test_finish          (AqQueue              *queue,
                                       GAsyncResult        **result);
void          aq_test_finish_put      (AqQueue              *queue,
                                       GAsyncResult        **result);
void          aq_test_finish_join     (AqQueue              *queue,
                                       GAsyncResult        **result);
void          aq_test_fail_get        (AqQueue              *queue,
                                       GAsyncResult        **result,
                                       int                   code);
void          aq_test_fail_put        (AqQueue              *queue,
                                       GAsyncResult        **result,
                                       int                   code);
void          aq_test_fail_join       (AqQueue              *queue,
                                       GAsyncResult        **result,
                                       int                   code);

/* Callbacks */

void          store_result_cb         (GObject              *source,
                                       GAsyncResult         *result,
                                       gpointer              user_data);

/* Main loops */

void          drain                   (GMainContext         *context);
void          drain_context           (void);
GAsyncResult *wait_for_result         (GAsyncResult        **result);
void          wait_until              (gboolean            (*is_so) (gpointer user_data),
                                       gpointer              user_data);
void          wait_for_count          (int                  *count,
                                       int                   target);

/* Threads */

void          wait_for_waiting        (AqQueue              *queue,
                                       guint                 n_getters,
                                       guint                 n_putters);

/* Ends a test: nothing was lost, and nothing leaks. */

void          aq_test_finalize_queue  (AqQueue              *queue);

#define aq_test_assert_error(error, which) \
  G_STMT_START { \
    g_assert_error (error, G_IO_ERROR, which); \
    g_clear_error (&(error)); \
  } G_STMT_END

G_END_DECLS
