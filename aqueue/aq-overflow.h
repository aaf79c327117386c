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
 * AqOverflow:
 * @AQ_OVERFLOW_WAIT: the put waits for room
 * @AQ_OVERFLOW_DROP_OLDEST: the items that were put first are dropped, until it fits
 * @AQ_OVERFLOW_DROP_NEWEST: the item that is put is dropped
 *
 * What a put does when there is no room.
 *
 * In a priority queue it is the least urgent that are dropped, and of those which are
 * equally urgent the one that was put first, or last. With
 * `AQ_OVERFLOW_DROP_NEWEST` that goes on until the item that is put fits, or is
 * dropped itself.
 *
 * Since: 0.1
 */
typedef enum
{
  AQ_OVERFLOW_WAIT,
  AQ_OVERFLOW_DROP_OLDEST,
  AQ_OVERFLOW_DROP_NEWEST,
} AqOverflow;

#define AQ_TYPE_OVERFLOW (aq_overflow_get_type ())

AQ_AVAILABLE_IN_0_1
GType  aq_overflow_get_type  (void);

G_END_DECLS
