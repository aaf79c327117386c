/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-signals-private.h"

#include <string.h>

struct _AqSignals
{
  AqListener listener;
  AqJob job;
  gatomicrefcount ref_count; /* the queue, and the dispatcher while it has the job */

  GObject *queue; /* (unowned): valid while the core calls us */
  GWeakRef queue_ref;
  AqCore *core; /* (unowned): of @queue */
  const AqSignalsClass *klass;

  /* (owned): of the context of the queue. Changes with the priority, but stays in that
   * context, so a pointer to it stays valid for as long as the queue lives. */
  AqDispatcher *dispatcher; /* (atomic) */

  /* The fields below are protected by the lock of the core. */
  AqDispatcher *pushed_to; /* (unowned) (nullable): the last one */
  guint64 notified[AQ_N_FIGURES];
  gint io_priority_notified;
};

static void
unref (AqSignals *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_weak_ref_clear (&self->queue_ref);
  g_free (self);
}

static gboolean
has_handler (AqSignals *self,
             AqChanges  changes)
{
  /* With the detail left open, to find notify::length as well. */
  if ((changes & AQ_CHANGE_FIGURES) != 0 &&
      (G_OBJECT_GET_CLASS (self->queue)->notify != NULL ||
       g_signal_handler_find (self->queue, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_UNBLOCKED,
                              self->klass->notify, 0, NULL, NULL, NULL) != 0))
    return TRUE;

  if ((changes & AQ_CHANGE_ITEMS_ADDED) != 0 &&
      g_signal_has_handler_pending (self->queue, self->klass->items_added, 0, FALSE))
    return TRUE;

  return (changes & AQ_CHANGE_DRAINED) != 0 &&
         g_signal_has_handler_pending (self->queue, self->klass->drained, 0, FALSE);
}

/* Only while it is not pushed already: it is one job. */
static void
push_locked (AqListener *listener)
{
  AqSignals *self = G_STRUCT_MEMBER_P (listener, -G_STRUCT_OFFSET (AqSignals, listener));

  g_atomic_ref_count_inc (&self->ref_count);
  self->pushed_to = g_atomic_pointer_get (&self->dispatcher);
  aq_dispatcher_push (self->pushed_to, &self->job);
}

/* The job is pushed at any rate, and runs when the main loop comes round. That is
 * woken for it only if a handler is connected. This is asked once, and not again
 * while the job is there: who connects in the meantime does so in that main loop, or
 * before it runs, so it will come round. */
static void
changed (AqListener *listener,
         AqChanges   changes)
{
  AqSignals *self = G_STRUCT_MEMBER_P (listener, -G_STRUCT_OFFSET (AqSignals, listener));

  if (has_handler (self, changes))
    aq_dispatcher_wake (g_atomic_pointer_get (&self->dispatcher));
}

/* Takes down what handlers are notified of from here on. Returns the changes. */
static AqChanges
take_changes_locked (AqSignals *self,
                     guint64   *figures)
{
  AqChanges changes = self->core->changes;

  for (guint i = 0; i < AQ_N_FIGURES; i++)
    figures[i] = aq_ledger_read (&self->core->ledger, i);

  self->core->changes = 0;

  return changes;
}

/* Not g_object_notify (): if another thread sets a property just now, that would leave
 * it to that thread to emit. */
static void
emit_notify (AqSignals  *self,
             GObject    *queue,
             GParamSpec *pspec)
{
  g_signal_emit (queue, self->klass->notify, g_param_spec_get_name_quark (pspec), pspec);
}

static void
emit (AqSignals *self,
      GObject   *queue)
{
  AqCore *core = self->core;
  guint64 before[AQ_N_FIGURES], now[AQ_N_FIGURES];
  gint priority_before, priority_now;
  guint64 n_added;
  AqChanges changes;

  aq_core_lock (core);

  memcpy (before, self->notified, sizeof before);
  changes = take_changes_locked (self, now);
  memcpy (self->notified, now, sizeof now);

  priority_before = self->io_priority_notified;
  priority_now = aq_dispatcher_get_priority (g_atomic_pointer_get (&self->dispatcher));
  self->io_priority_notified = priority_now;

  n_added = aq_ledger_count_arrivals (&core->ledger) - core->n_arrivals_notified;
  core->n_arrivals_notified += n_added;

  /* What happens from here on is notified of next time. */
  aq_core_unlock (core);

  for (guint i = 0; i < AQ_N_FIGURES; i++)
    if (now[i] != before[i])
      emit_notify (self, queue, self->klass->figures[i]);

  if (priority_now != priority_before)
    emit_notify (self, queue, self->klass->io_priority);

  if (n_added > 0)
    g_signal_emit (queue, self->klass->items_added, 0, (guint) MIN (n_added, G_MAXUINT));

  if ((changes & AQ_CHANGE_DRAINED) != 0)
    g_signal_emit (queue, self->klass->drained, 0);
}

static void
signals_job_run (AqJob *job)
{
  AqSignals *self = G_STRUCT_MEMBER_P (job, -G_STRUCT_OFFSET (AqSignals, job));
  g_autoptr (GObject) queue = g_weak_ref_get (&self->queue_ref);

  if (queue != NULL)
    emit (self, queue);
}

static void
signals_job_free (AqJob *job)
{
  unref (G_STRUCT_MEMBER_P (job, -G_STRUCT_OFFSET (AqSignals, job)));
}

static const AqJobFuncs signals_job_funcs = {
  signals_job_run,
  signals_job_free,
};

AqSignals *
aq_signals_new (GObject              *queue,
                AqCore               *core,
                const AqSignalsClass *klass)
{
  AqSignals *self = g_new0 (AqSignals, 1);
  GMainContext *context = g_main_context_ref_thread_default ();

  self->listener.push_locked = push_locked;
  self->listener.changed = changed;
  self->job.funcs = &signals_job_funcs;
  g_atomic_ref_count_init (&self->ref_count);
  self->queue = queue;
  g_weak_ref_init (&self->queue_ref, queue);
  self->core = core;
  self->klass = klass;
  self->dispatcher = aq_dispatcher_get (context, G_PRIORITY_DEFAULT);

  g_main_context_unref (context);

  return self;
}

/* To be called by the queue at its end. */
void
aq_signals_free (AqSignals *self)
{
  AqDispatcher *dispatcher = g_atomic_pointer_get (&self->dispatcher);

  /* In a context that nobody runs, the job would stay forever. */
  if (self->pushed_to != NULL && aq_dispatcher_remove (self->pushed_to, &self->job))
    unref (self);

  unref (self);
  aq_dispatcher_unref (dispatcher);
}

AqListener *
aq_signals_get_listener (AqSignals *self)
{
  return &self->listener;
}

/* To be called once the queue is made. What it was made with is no change. */
void
aq_signals_start (AqSignals *self)
{
  aq_core_lock (self->core);
  take_changes_locked (self, self->notified);
  self->io_priority_notified = aq_dispatcher_get_priority (self->dispatcher);
  aq_core_unlock (self->core);
}

AqDispatcher *
aq_signals_get_dispatcher (AqSignals *self)
{
  return g_atomic_pointer_get (&self->dispatcher);
}

void
aq_signals_set_io_priority (AqSignals *self,
                            gint       io_priority)
{
  AqDispatcher *dispatcher = g_atomic_pointer_get (&self->dispatcher);
  GQueue decided = G_QUEUE_INIT;

  if (aq_dispatcher_get_priority (dispatcher) == io_priority)
    return;

  dispatcher = aq_dispatcher_get (aq_dispatcher_get_context (dispatcher), io_priority);

  aq_core_lock (self->core);
  dispatcher = g_atomic_pointer_exchange (&self->dispatcher, dispatcher);
  aq_core_act_and_unlock (self->core, &decided);

  aq_dispatcher_unref (dispatcher);
}
