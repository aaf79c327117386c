/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-cancel-private.h"

struct _AqCancel
{
  gatomicrefcount ref_count; /* the waiter, and the closure of the handler */

  GCancellable *cancellable; /* (owned) */
  gulong handler_id;

  GMutex lock;

  /* The fields below are protected by @lock, which is taken before that of the
   * queue. They are valid until the waiter disconnects us. */
  AqCore *core;
  AqWaiter *waiter; /* (nullable) */
};

static void
unref (AqCancel *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Runs in the thread that cancels. */
static void
cancelled_cb (GCancellable *cancellable,
              AqCancel     *self)
{
  AqWakeUps wake_ups = { 0, };

  g_mutex_lock (&self->lock);
  if (self->waiter != NULL)
    aq_core_give_up (self->core, self->waiter, AQ_WAITER_CANCELLED, &wake_ups);
  g_mutex_unlock (&self->lock);

  /* May free a context that nobody else keeps, and with it the waiter, which
   * then disconnects us. */
  aq_wake_ups_run (&wake_ups);
}

/* Calls back at once, in this thread, if it is cancelled by now. So it has to be
 * called with no lock held, and for a waiter of another thread before the queue
 * knows of that: the handler then finds it NEW, and it never waits. */
AqCancel *
aq_cancel_new (GCancellable *cancellable,
               AqCore       *core,
               AqWaiter     *waiter)
{
  AqCancel *self = g_new0 (AqCancel, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_atomic_ref_count_inc (&self->ref_count);
  g_mutex_init (&self->lock);
  self->cancellable = g_object_ref (cancellable);
  self->core = core;
  self->waiter = waiter;

  self->handler_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                            self, (GDestroyNotify) unref);

  return self;
}

/* From here on nobody looks at the waiter. */
void
aq_cancel_disconnect (AqCancel *self)
{
  g_mutex_lock (&self->lock);
  self->waiter = NULL;
  g_mutex_unlock (&self->lock);

  /* Not g_cancellable_disconnect (), which waits for the emission to end. */
  if (self->handler_id != 0)
    g_signal_handler_disconnect (self->cancellable, self->handler_id);

  g_object_unref (self->cancellable);
  unref (self);
}
