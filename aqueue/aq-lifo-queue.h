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

#define AQ_TYPE_LIFO_QUEUE (aq_lifo_queue_get_type ())

AQ_AVAILABLE_IN_0_1
G_DECLARE_DERIVABLE_TYPE (AqLifoQueue, aq_lifo_queue, AQ, LIFO_QUEUE, AqQueue)

/**
 * AqLifoQueueClass:
 * @parent_class: the parent class
 *
 * The class structure of [class@LifoQueue], which has nothing to override.
 *
 * Since: 0.1
 */
struct _AqLifoQueueClass
{
  AqQueueClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

AQ_AVAILABLE_IN_0_1
AqLifoQueue *aq_lifo_queue_new                (GType           item_type,
                                               guint           max_size) G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
AqLifoQueue *aq_lifo_queue_new_with_free_func (guint           max_size,
                                               GDestroyNotify  item_free_func)
          G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
