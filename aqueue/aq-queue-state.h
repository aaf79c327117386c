/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (AQ_INSIDE) && !defined (AQ_COMPILATION)
#error "Only <aqueue/aqueue.h> can be included directly."
#endif

#include <glib-object.h>

#include <aqueue/aq-version.h>

G_BEGIN_DECLS

/**
 * AqQueueState:
 * @AQ_QUEUE_STATE_OPEN: items can be put and got
 * @AQ_QUEUE_STATE_DRAINING: shut down, with items left to get
 * @AQ_QUEUE_STATE_FINISHED: shut down and empty
 *
 * How far a queue is on its way to its end.
 *
 * Since: 0.1
 */
typedef enum
{
  AQ_QUEUE_STATE_OPEN,
  AQ_QUEUE_STATE_DRAINING,
  AQ_QUEUE_STATE_FINISHED,
} AqQueueState;

#define AQ_TYPE_QUEUE_STATE (aq_queue_state_get_type ())

AQ_AVAILABLE_IN_0_1
GType  aq_queue_state_get_type  (void);

G_END_DECLS
