/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-queue.h"
#include "aq-store-private.h"
#include "aq-waiter-private.h"

G_BEGIN_DECLS

/* For the classes with another order */

void      aq_queue_set_order               (AqQueue              *self,
                                            AqStoreOrder          order);
AqQueue  *aq_queue_new_of_objects          (GType                 queue_type,
                                            GType                 item_type,
                                            guint                 max_size,
                                            const char           *func);
AqQueue  *aq_queue_new_of_pointers         (GType                 queue_type,
                                            guint                 max_size,
                                            GDestroyNotify        item_free_func);

void      aq_queue_put_with_priority_async (AqQueue              *self,
                                            gpointer              item,
                                            gint64                priority,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data,
                                            GCallback             tag,
                                            const char           *func);
gboolean  aq_queue_put_with_priority_sync  (AqQueue              *self,
                                            gpointer              item,
                                            gint64                priority,
                                            gint64                timeout_us,
                                            GCancellable         *cancellable,
                                            GError              **error,
                                            const char           *func);
gboolean  aq_queue_try_put_with_priority   (AqQueue              *self,
                                            gpointer              item,
                                            gint64                priority,
                                            GError              **error,
                                            const char           *func);

/* For AqResult, watches and AqHints, which call them with no lock held */

void      aq_queue_begin_call              (AqQueue              *self,
                                            AqWaiter             *waiter);
void      aq_queue_give_up                 (AqQueue              *self,
                                            AqWaiter             *waiter,
                                            AqWaiterState         reason,
                                            AqWakeUps            *wake_ups);
void      aq_queue_withdraw                (AqQueue              *self,
                                            AqWaiter             *waiter);
gboolean  aq_queue_prepare_watch           (AqQueue              *self,
                                            AqWaiter             *waiter,
                                            gboolean             *asleep);
gboolean  aq_queue_check_watch             (AqQueue              *self,
                                            AqWaiter             *waiter);
gboolean  aq_queue_collect_for_watch       (AqQueue              *self,
                                            AqWaiter             *waiter,
                                            gpointer             *item);
void      aq_queue_release_item            (AqQueue              *self,
                                            gpointer              item);
void      aq_queue_emit_hints              (AqQueue              *self);

G_END_DECLS
