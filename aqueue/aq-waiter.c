/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-waiter-private.h"

/* One that is cancelled already never waits. */
void
aq_waiter_init (AqWaiter        *self,
                const AqRequest *request)
{
  self->kind = request->kind;
  self->entry = request->entry;
  self->max_items = request->max_items;

  if (g_cancellable_is_cancelled (request->cancellable))
    self->state = AQ_WAITER_CANCELLED;
}

/* Returns the GIOErrorEnum with which the wait failed, or -1. Needs no lock: a state of
 * failure is final. */
int
aq_waiter_get_error_code (const AqWaiter *self)
{
  switch (self->state)
    {
    case AQ_WAITER_CANCELLED:
      return G_IO_ERROR_CANCELLED;

    case AQ_WAITER_TIMED_OUT:
      return G_IO_ERROR_TIMED_OUT;

    case AQ_WAITER_CLOSED:
      return G_IO_ERROR_CLOSED;

    case AQ_WAITER_NEW:
    case AQ_WAITER_WAITING:
    case AQ_WAITER_READY:
    case AQ_WAITER_CALLED:
    case AQ_WAITER_SPENT:
    default:
      return -1;
    }
}
