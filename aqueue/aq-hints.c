/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-hints-private.h"

#include "aq-queue-private.h"

struct _AqHints
{
  AqJob job;
  gatomicrefcount ref_count; /* the queue, and the dispatcher while pushed */
  GWeakRef queue;

  AqDispatcher *dispatcher; /* (unowned) (nullable): the last one pushed to */
};

static void
unref (AqHints *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_weak_ref_clear (&self->queue);
  g_free (self);
}

static void
hints_job_run (AqJob *job)
{
  AqHints *self = (AqHints *) job;
  g_autoptr (AqQueue) queue = g_weak_ref_get (&self->queue);

  if (queue != NULL)
    aq_queue_emit_hints (queue);
}

static void
hints_job_free (AqJob *job)
{
  unref ((AqHints *) job);
}

static const AqJobFuncs hints_job_funcs = {
  hints_job_run,
  hints_job_free,
};

AqHints *
aq_hints_new (AqQueue *queue)
{
  AqHints *self = g_new0 (AqHints, 1);

  self->job.funcs = &hints_job_funcs;
  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->queue, queue);

  return self;
}

/* Only while it is not pushed already: it is one job. The main loop is left
 * asleep, since it may be that nobody listens. */
void
aq_hints_push_locked (AqHints      *self,
                      AqDispatcher *dispatcher)
{
  g_atomic_ref_count_inc (&self->ref_count);
  self->dispatcher = dispatcher;
  aq_dispatcher_push (dispatcher, &self->job, FALSE);
}

/* To be called by the queue at its end, while it still holds its context. */
void
aq_hints_free (AqHints *self)
{
  /* In a context that nobody runs, it would wait for ever. */
  if (self->dispatcher != NULL && aq_dispatcher_remove (self->dispatcher, &self->job))
    unref (self);

  unref (self);
}
