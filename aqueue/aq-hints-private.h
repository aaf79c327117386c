/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-dispatcher-private.h"
#include "aq-queue.h"

G_BEGIN_DECLS

/*
 * AqHints: the job that emits the signals of one queue, in its own context.
 *
 * There is one for each queue, and it is pushed again whenever there is
 * something to tell. It does not keep the queue alive.
 */

typedef struct _AqHints AqHints;

AqHints *aq_hints_new         (AqQueue      *queue);
void     aq_hints_push_locked (AqHints      *self,
                               AqDispatcher *dispatcher);
void     aq_hints_free        (AqHints      *self);

G_END_DECLS
