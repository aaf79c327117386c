/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-core-private.h"
#include "aq-dispatcher-private.h"

G_BEGIN_DECLS

/*
 * AqTimeout: ends the wait of a waiter when its time is up.
 *
 * It does so in the main context of the waiter, whose callback runs after that. The
 * waiter has to free it there, or once that context is gone.
 */

typedef struct _AqTimeout AqTimeout;

AqTimeout *aq_timeout_new   (AqDispatcher  *dispatcher,
                             gint64         timeout_us,
                             AqCore        *core,
                             AqWaiter      *waiter);
void       aq_timeout_free  (AqTimeout     *self);

G_END_DECLS
