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

/*
 * How the library is built. Each line knows only those above it, but for what
 * aq-cancel, aq-result, aq-watch and aq-hints call of the queue, below.
 *
 *   aq-store       the items, in their order
 *   aq-waiter      one put, get or join, and how far it has come
 *   aq-ledger      who holds what and waits for what: here all is decided
 *
 *   aq-pace        when our sources stand back for less urgent ones
 *   aq-dispatcher  runs jobs in a main context
 *
 *   aq-cancel      ends the wait of a waiter when it is cancelled
 *   aq-result      a waiter with a callback: an asynchronous operation
 *   aq-watch       a waiter that is a GSource
 *   aq-hints       the job that emits the signals
 *   aq-queue       the lock, the public functions, and waiters that block a thread
 *
 * What a function of the queue does: it takes the lock, and lets the ledger
 * decide; those who were decided are pushed to their dispatchers, in order; it
 * drops the lock; and only then wakes main loops, and frees what is left over.
 */

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
