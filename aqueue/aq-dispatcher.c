/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-dispatcher-private.h"

struct _AqDispatcher
{
  AqLoop *loop; /* (unowned): it owns us */
  gint priority;
  guint last_period; /* of the pace: in which it had a turn */

  GMutex lock;
  GQueue jobs; /* protected by @lock */
};

static AqJob *
take_job (AqDispatcher *self)
{
  AqJob *job = NULL;
  GList *link;

  g_mutex_lock (&self->lock);
  link = g_queue_pop_head_link (&self->jobs);
  if (link != NULL)
    job = g_steal_pointer (&link->data);
  g_mutex_unlock (&self->lock);

  return job;
}

static gboolean
is_ready (AqDispatcher *self)
{
  gboolean has_jobs;

  g_mutex_lock (&self->lock);
  has_jobs = self->jobs.length > 0;
  g_mutex_unlock (&self->lock);

  return has_jobs && !aq_pace_holds_back (&self->loop->pace, self->priority);
}

static AqDispatcher *
dispatcher_from_source (GSource *source)
{
  return ((AqLoopSource *) source)->data;
}

static gboolean
dispatcher_prepare (GSource *source,
                    gint    *timeout)
{
  *timeout = -1;

  return is_ready (dispatcher_from_source (source));
}

static gboolean
dispatcher_check (GSource *source)
{
  return is_ready (dispatcher_from_source (source));
}

static gboolean
dispatcher_dispatch (GSource     *source,
                     GSourceFunc  callback,
                     gpointer     user_data)
{
  AqDispatcher *self = dispatcher_from_source (source);
  AqLoop *loop = self->loop;
  AqTurn turn;
  AqJob *job;

  g_main_context_push_thread_default (loop->context);
  aq_turn_begin (&turn, &loop->pace, self->priority, &self->last_period);

  /* A job that comes in meanwhile runs in the same turn: callbacks that put and
   * get by turns would otherwise cost a round of the main loop each. A main
   * loop inside a callback takes jobs from the same list, in order. */
  do
    {
      job = take_job (self);
      if (job == NULL)
        break;

      job->funcs->run (job);
      job->funcs->free (job);
    }
  while (aq_turn_goes_on (&turn));

  aq_loop_note_dispatch (loop);
  g_main_context_pop_thread_default (loop->context);

  return G_SOURCE_CONTINUE;
}

static AqLoopSourceClass dispatcher_class = {
  .funcs.prepare = dispatcher_prepare,
  .funcs.check = dispatcher_check,
  .funcs.dispatch = dispatcher_dispatch,
  .name = "[aqueue] dispatcher",
  .can_recurse = TRUE, /* a callback may run a main loop to wait for another one */
};

static AqDispatcher *
dispatcher_new (AqLoop *loop,
                gint    priority)
{
  AqDispatcher *self = g_new0 (AqDispatcher, 1);

  self->loop = loop;
  self->priority = priority;
  g_mutex_init (&self->lock);

  return self;
}

static void
dispatcher_free (gpointer data)
{
  AqDispatcher *self = data;
  AqJob *job;

  while ((job = take_job (self)) != NULL)
    job->funcs->free (job);

  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Returns: (transfer full) */
AqDispatcher *
aq_dispatcher_get (GMainContext *context,
                   gint          priority)
{
  gpointer key = GINT_TO_POINTER (priority);
  AqDispatcher *self;
  AqLoop *loop;

  aq_loops_lock ();

  loop = aq_loop_get_locked (context);
  if (loop->dispatchers == NULL)
    loop->dispatchers = g_hash_table_new_full (NULL, NULL, NULL, dispatcher_free);

  self = g_hash_table_lookup (loop->dispatchers, key);
  if (self == NULL)
    {
      self = dispatcher_new (loop, priority);
      g_hash_table_insert (loop->dispatchers, key, self);
      g_source_unref (aq_loop_attach_locked (loop, &dispatcher_class, priority, self));
    }

  aq_loops_unlock ();

  return aq_dispatcher_ref (self);
}

/* Gets the one of the thread-default main context, at the priority of @other.
 *
 * Returns: (transfer full) */
AqDispatcher *
aq_dispatcher_get_for_thread (AqDispatcher *other)
{
  GMainContext *context = g_main_context_get_thread_default ();

  if (context == NULL)
    context = g_main_context_default ();

  if (context == other->loop->context)
    return aq_dispatcher_ref (other);

  return aq_dispatcher_get (context, other->priority);
}

AqDispatcher *
aq_dispatcher_ref (AqDispatcher *self)
{
  g_main_context_ref (self->loop->context);

  return self;
}

void
aq_dispatcher_unref (AqDispatcher *self)
{
  aq_context_release (self->loop->context);
}

GMainContext *
aq_dispatcher_get_context (AqDispatcher *self)
{
  return self->loop->context;
}

gint
aq_dispatcher_get_priority (AqDispatcher *self)
{
  return self->priority;
}

/* Appends @job, which must stay until its free function is called. Only moves
 * pointers, so that it can be done under the lock which decided the order of the
 * jobs. It runs when the main loop comes round; for that to be soon, alert it. */
void
aq_dispatcher_push (AqDispatcher *self,
                    AqJob        *job)
{
  g_mutex_lock (&self->lock);
  job->link.data = job;
  g_queue_push_tail_link (&self->jobs, &job->link);
  g_mutex_unlock (&self->lock);
}

/* Returns %FALSE if @job was not, or no longer, among those to run. */
gboolean
aq_dispatcher_remove (AqDispatcher *self,
                      AqJob        *job)
{
  gboolean found;

  g_mutex_lock (&self->lock);

  found = job->link.data != NULL;
  if (found)
    {
      g_queue_unlink (&self->jobs, &job->link);
      job->link.data = NULL;
    }

  g_mutex_unlock (&self->lock);

  return found;
}

/* As aq_loop_alert (). */
gboolean
aq_dispatcher_alert (AqDispatcher *self)
{
  return aq_loop_alert (self->loop);
}

void
aq_dispatcher_wake (AqDispatcher *self)
{
  if (aq_loop_alert (self->loop))
    g_main_context_wakeup (self->loop->context);
}
