/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aq-queue.h"
#include "aq-waiter-private.h"

G_BEGIN_DECLS

/*
 * AqCancel: lets a GCancellable end the wait of one waiter, until it is cut.
 *
 * Neither the cancellable nor its handler holds a reference to anything: the
 * last one could go inside g_cancellable_cancel (), from GLib 2.84 on with a
 * lock held, and take items with it whose disposing is not ours. And to cut does
 * not wait for the emission to end, only for our handler: others may take long,
 * or even wait for us.
 */

typedef struct _AqCancel AqCancel;

AqCancel *aq_cancel_new (GCancellable *cancellable,
                         AqQueue      *queue,
                         AqWaiter     *waiter);
void      aq_cancel_cut (AqCancel     *self);

G_END_DECLS
