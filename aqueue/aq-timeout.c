/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-timeout-private.h"

struct _AqTimeout
{
  AqDeadline deadline;

  AqDispatcher *dispatcher; /* (unowned): the waiter keeps it, or is in it */
  AqCore *core;
  AqWaiter *waiter;
};

static void
reached (AqDeadline *deadline)
{
  AqTimeout *self = G_STRUCT_MEMBER_P (deadline, -G_STRUCT_OFFSET (AqTimeout, deadline));
  AqWakeUps wake_ups = { 0, };

  aq_core_give_up (self->core, self->waiter, AQ_WAITER_TIMED_OUT, &wake_ups);
  aq_wake_ups_run (&wake_ups);
}

/* To be called before the queue knows of @waiter, since its time may be up at once.
 * Returns %NULL if that never comes. */
AqTimeout *
aq_timeout_new (AqDispatcher *dispatcher,
                gint64        timeout_us,
                AqCore       *core,
                AqWaiter     *waiter)
{
  gint64 now = g_get_monotonic_time ();
  AqTimeout *self;

  /* A time that cannot be told from forever is forever. */
  if (timeout_us < 0 || timeout_us > G_MAXINT64 - now)
    return NULL;

  self = g_new0 (AqTimeout, 1);
  self->deadline.time = now + timeout_us;
  self->deadline.reached = reached;
  self->dispatcher = dispatcher;
  self->core = core;
  self->waiter = waiter;

  aq_dispatcher_add_deadline (dispatcher, &self->deadline);

  return self;
}

void
aq_timeout_free (AqTimeout *self)
{
  aq_dispatcher_remove_deadline (self->dispatcher, &self->deadline);
  g_free (self);
}
