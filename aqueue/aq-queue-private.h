/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-core-private.h"
#include "aq-dispatcher-private.h"
#include "aq-queue.h"

G_BEGIN_DECLS

/*
 * How the library is built. Each line knows only those above it; a test in
 * tests/package looks that it stays so.
 *
 *   aq-version     which version this is
 *   aq-queue-state how far a queue is on its way to its end
 *   aq-overflow    what a put does when there is no room
 *   aq-spin        a short wait without sleeping
 *
 *   aq-entry       an item with what is kept about it
 *   aq-deque       entries in a row
 *   aq-sorted      entries by priority
 *   aq-store       entries in the order in which they are got
 *   aq-waiter      one put, get or join, and how far it has come
 *   aq-ledger      who holds what and waits for what: here all is decided
 *
 *   aq-deadline    times at which something is due, the nearest first
 *   aq-pace        when our sources stand back for less urgent ones
 *   aq-loop        what we keep of a main context, and how it is woken
 *   aq-dispatcher  runs jobs in a main context, and looks at the deadlines there
 *
 *   aq-measure     the function that tells the size of an item
 *   aq-core        the lock over the ledger: collect, unlock, wake
 *   aq-cancel      ends the wait of a waiter when it is cancelled
 *   aq-timeout     ends the wait of a waiter when its time is up
 *   aq-result      a waiter with a callback: an asynchronous operation
 *   aq-blocking    a waiter that blocks its thread
 *   aq-signals     the job that emits the signals
 *
 *   aq-queue       the door: the class, its properties and public functions
 *   aq-watch       a waiter that is a GSource
 *   aq-any         a waiter in each of several queues
 *   aq-lifo-queue, aq-priority-queue
 */

/* For the classes with another order */

void      aq_queue_set_order       (AqQueue          *self,
                                    AqStoreOrder      order);
gpointer  aq_queue_new_of_objects  (GType             queue_type,
                                    GType             item_type,
                                    guint             max_size,
                                    const char       *func);
gpointer  aq_queue_new_of_pointers (GType             queue_type,
                                    guint             max_size,
                                    GDestroyNotify    item_free_func);

void      aq_queue_start_put       (AqQueue          *self,
                                    AqRequest        *request,
                                    const char       *func);
gboolean  aq_queue_block_on_put    (AqQueue          *self,
                                    AqRequest        *request,
                                    const char       *func,
                                    GError          **error);
gboolean  aq_queue_try_put_at      (AqQueue          *self,
                                    gpointer          item,
                                    gint64            priority,
                                    const char       *func,
                                    GError          **error);
void      aq_queue_put_back_at     (AqQueue          *self,
                                    gpointer          item,
                                    gint64            priority,
                                    const char       *func);

/* For watches, and for those who need no door */

AqCore       *aq_queue_get_core       (AqQueue       *self);
AqDispatcher *aq_queue_get_dispatcher (AqQueue       *self);

G_END_DECLS
