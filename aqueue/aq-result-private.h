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
 * AqResult: the asynchronous waiter, and the GAsyncResult of its operation.
 *
 * It is not a GTask, for three reasons. A GTask that is returned in the
 * dispatch in which it was made goes through an idle source, so callbacks
 * would overtake each other. A GTask lets go of its source object before its
 * data, so a promise that nobody collects would come back to a queue that may
 * be gone. And what a promise is worth is known only when it is collected.
 */

#define AQ_TYPE_RESULT (aq_result_get_type ())

G_DECLARE_FINAL_TYPE (AqResult, aq_result, AQ, RESULT, GObject)

void      aq_result_start      (gpointer          queue,
                                AqCore           *core,
                                AqDispatcher     *dispatcher,
                                const AqRequest  *request);

gboolean  aq_result_is_valid   (gpointer          result,
                                gpointer          queue,
                                AqWaiterKind      kind);
AqWaiter *aq_result_get_waiter (AqResult         *self);

G_END_DECLS
