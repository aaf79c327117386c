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

AQ_AVAILABLE_IN_0_1
void      aq_queue_get_any_async        (AqQueue * const      *queues,
                                         gsize                 n_queues,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
AQ_AVAILABLE_IN_0_1
void      aq_queue_timed_get_any_async  (AqQueue * const      *queues,
                                         gsize                 n_queues,
                                         gint64                timeout_us,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
AQ_AVAILABLE_IN_0_1
gpointer  aq_queue_get_any_finish       (GAsyncResult         *result,
                                         AqQueue             **queue,
                                         GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
