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

#define AQ_TYPE_PRIORITY_QUEUE (aq_priority_queue_get_type ())

AQ_AVAILABLE_IN_0_1
G_DECLARE_DERIVABLE_TYPE (AqPriorityQueue, aq_priority_queue, AQ, PRIORITY_QUEUE, AqQueue)

/**
 * AqPriorityQueueClass:
 * @parent_class: the parent class
 *
 * The class structure of [class@PriorityQueue], which has nothing to override.
 *
 * Since: 0.1
 */
struct _AqPriorityQueueClass
{
  AqQueueClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

AQ_AVAILABLE_IN_0_1
AqPriorityQueue *aq_priority_queue_new                (GType           item_type,
                                                       guint           max_size)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
AqPriorityQueue *aq_priority_queue_new_with_free_func (guint           max_size,
                                                       GDestroyNotify  item_free_func)
          G_GNUC_WARN_UNUSED_RESULT;

AQ_AVAILABLE_IN_0_1
void      aq_priority_queue_put_with_priority_async       (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority,
                                                           GCancellable        *cancellable,
                                                           GAsyncReadyCallback  callback,
                                                           gpointer             user_data);
AQ_AVAILABLE_IN_0_1
void      aq_priority_queue_timed_put_with_priority_async (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority,
                                                           gint64               timeout_us,
                                                           GCancellable        *cancellable,
                                                           GAsyncReadyCallback  callback,
                                                           gpointer             user_data);
AQ_AVAILABLE_IN_0_1
gboolean  aq_priority_queue_put_with_priority_finish      (AqPriorityQueue     *self,
                                                           GAsyncResult        *result,
                                                           GError             **error);
AQ_AVAILABLE_IN_0_1
gboolean  aq_priority_queue_put_with_priority_sync        (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority,
                                                           GCancellable        *cancellable,
                                                           GError             **error);
AQ_AVAILABLE_IN_0_1
gboolean  aq_priority_queue_timed_put_with_priority       (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority,
                                                           gint64               timeout_us,
                                                           GCancellable        *cancellable,
                                                           GError             **error);
AQ_AVAILABLE_IN_0_1
gboolean  aq_priority_queue_try_put_with_priority         (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority,
                                                           GError             **error);

AQ_AVAILABLE_IN_0_1
void      aq_priority_queue_put_back_with_priority        (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority);
AQ_AVAILABLE_IN_0_1
gboolean  aq_priority_queue_set_priority                  (AqPriorityQueue     *self,
                                                           gpointer             item,
                                                           gint64               priority);

G_END_DECLS
