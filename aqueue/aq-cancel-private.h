/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-core-private.h"

G_BEGIN_DECLS

/*
 * AqCancel: lets a GCancellable end the wait of one waiter, until it is
 * disconnected.
 *
 * Neither the cancellable nor its handler holds a reference to anything: the
 * last one could go inside g_cancellable_cancel (), from GLib 2.84 on with a
 * lock held, and take items with it whose disposing is not ours. And to disconnect
 * does not wait for the emission to end, only for our handler: others may take
 * long, or even wait for us.
 */

typedef struct _AqCancel AqCancel;

AqCancel *aq_cancel_new        (GCancellable *cancellable,
                                AqCore       *core,
                                AqWaiter     *waiter);
void      aq_cancel_disconnect (AqCancel     *self);

G_END_DECLS
