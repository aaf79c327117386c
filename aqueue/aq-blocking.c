/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-blocking-private.h"

#include "aq-cancel-private.h"
#include "aq-spin-private.h"

#define N_SPINS 100

typedef struct
{
  AqWaiter waiter;
  gboolean is_decided; /* (atomic): for a look without the lock */

  /* Protected by the lock of the core */
  GCond cond;
  gboolean sleeps; /* on @cond */
} AqBlocking;

static void
wake_locked (AqWaiter  *waiter,
             AqWakeUps *wake_ups)
{
  AqBlocking *self = G_STRUCT_MEMBER_P (waiter, -G_STRUCT_OFFSET (AqBlocking, waiter));

  g_atomic_int_set (&self->is_decided, TRUE);
  if (self->sleeps)
    g_cond_signal (&self->cond);
}

/* Whoever keeps up with us on another processor is here in a moment. To sleep,
 * and to be woken, takes both sides longer than this. */
static void
spin (AqBlocking *self)
{
  for (int i = 0; i < N_SPINS && !g_atomic_int_get (&self->is_decided); i++)
    aq_spin_once ();
}

static void
sleep_locked (AqBlocking *self,
              AqCore     *core,
              gint64      timeout_us)
{
  gint64 now = timeout_us >= 0 ? g_get_monotonic_time () : 0;

  /* A time that cannot be told from forever is forever. */
  if (timeout_us > G_MAXINT64 - now)
    timeout_us = -1;

  self->sleeps = TRUE;

  while (self->waiter.state == AQ_WAITER_WAITING)
    {
      if (timeout_us < 0)
        g_cond_wait (&self->cond, &core->lock);
      else if (!g_cond_wait_until (&self->cond, &core->lock, now + timeout_us))
        break;
    }
}

/* Waits until @request is decided, and collects the item of a get into @item.
 * Whatever comes first counts: what is served in the last moment is served. After a
 * put that failed, the item is the caller's. The caller has to hold a reference to
 * the queue: others may let go of it as soon as they see that somebody waits. */
gboolean
aq_blocking_wait (AqCore           *core,
                  const AqRequest  *request,
                  gpointer         *item,
                  GError          **error)
{
  AqBlocking self = { .waiter.wake_locked = wake_locked };
  AqWaiter *waiter = &self.waiter;
  GQueue decided = G_QUEUE_INIT;
  AqCancel *cancel = NULL;

  aq_waiter_init (waiter, request);
  g_cond_init (&self.cond);

  aq_core_lock (core);
  aq_ledger_enqueue (&core->ledger, waiter, &decided);

  if (waiter->state == AQ_WAITER_WAITING && request->timeout_us != 0)
    {
      /* The handler may be called at once, and takes the lock. */
      aq_core_act_and_unlock (core, &decided);
      if (request->cancellable != NULL)
        cancel = aq_cancel_new (request->cancellable, core, waiter);

      spin (&self);

      aq_core_lock (core);
      sleep_locked (&self, core, request->timeout_us);
    }

  if (waiter->state == AQ_WAITER_WAITING)
    aq_ledger_give_up (&core->ledger, waiter, AQ_WAITER_TIMED_OUT, &decided);
  if (waiter->kind == AQ_WAITER_GET && waiter->state == AQ_WAITER_READY)
    aq_ledger_collect (&core->ledger, waiter, item, 1, &decided);

  aq_core_drop_and_unlock (core, &decided);

  g_clear_pointer (&cancel, aq_cancel_disconnect);
  g_cond_clear (&self.cond);

  return !aq_core_set_error (core, waiter, error);
}
