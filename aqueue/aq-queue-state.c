/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-queue-state.h"

G_DEFINE_ENUM_TYPE (AqQueueState, aq_queue_state,
                    G_DEFINE_ENUM_VALUE (AQ_QUEUE_STATE_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (AQ_QUEUE_STATE_DRAINING, "draining"),
                    G_DEFINE_ENUM_VALUE (AQ_QUEUE_STATE_FINISHED, "finished"))
