/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-core-private.h"

G_BEGIN_DECLS

/*
 * AqBlocking: a waiter on the stack of the thread that blocks.
 */

gboolean  aq_blocking_wait (AqCore           *core,
                            const AqRequest  *request,
                            gpointer         *item,
                            GError          **error);

G_END_DECLS
