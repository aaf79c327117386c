/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-waiter-private.h"

#include <gio/gio.h>

/* Sets @error if the wait failed. Needs no lock: a state of failure is final. */
gboolean
aq_waiter_set_error (AqWaiter  *self,
                     GError   **error)
{
  switch (self->state)
    {
    case AQ_WAITER_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "The operation was cancelled");
      return TRUE;

    case AQ_WAITER_TIMED_OUT:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           "The time to wait is over");
      return TRUE;

    case AQ_WAITER_CLOSED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           "The queue is shut down");
      return TRUE;

    case AQ_WAITER_NEW:
    case AQ_WAITER_WAITING:
    case AQ_WAITER_READY:
    case AQ_WAITER_CALLED:
    case AQ_WAITER_SPENT:
    default:
      return FALSE;
    }
}
