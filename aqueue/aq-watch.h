/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (AQ_INSIDE) && !defined (AQ_COMPILATION)
#error "Only <aqueue/aqueue.h> can be included directly."
#endif

#include <aqueue/aq-queue.h>

G_BEGIN_DECLS

/**
 * AqQueueWatchFunc:
 * @queue: the queue
 * @item: (type GObject) (transfer full) (nullable): an item, or %NULL once no
 *   more will come
 * @user_data: the data that was passed with the function
 *
 * A function that is called for each item of a queue.
 *
 * It runs in the main context of its source. The item is the function's own.
 * At the end it is called with %NULL, once: when the queue is shut down and
 * empty, or the source's cancellable is triggered.
 *
 * Returns: `G_SOURCE_CONTINUE` for the next item, or `G_SOURCE_REMOVE` to leave
 *   the rest in the queue
 *
 * Since: 0.1
 */
typedef gboolean (*AqQueueWatchFunc) (AqQueue  *queue,
                                      gpointer  item,
                                      gpointer  user_data);

AQ_AVAILABLE_IN_0_1
guint    aq_queue_add_watch        (AqQueue          *self,
                                    AqQueueWatchFunc  func,
                                    gpointer          user_data);
AQ_AVAILABLE_IN_0_1
guint    aq_queue_add_watch_full   (AqQueue          *self,
                                    gint              io_priority,
                                    AqQueueWatchFunc  func,
                                    gpointer          user_data,
                                    GDestroyNotify    notify);
AQ_AVAILABLE_IN_0_1
guint    aq_queue_add_watch_object (AqQueue          *self,
                                    AqQueueWatchFunc  func,
                                    gpointer          object);
AQ_AVAILABLE_IN_0_1
GSource *aq_queue_create_source    (AqQueue          *self,
                                    GCancellable     *cancellable) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
