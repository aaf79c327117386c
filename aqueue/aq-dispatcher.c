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

  /* Not the same lock: jobs are pushed with the lock of a queue held. */
  GMutex deadlines_lock;
  AqDeadlines deadlines; /* protected by @deadlines_lock */
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

/* Returns how long it is until the next deadline: µs, or -1 if there is none. */
static gint64
time_to_deadline (AqDispatcher *self)
{
  gint64 time = -1;

  g_mutex_lock (&self->deadlines_lock);
  if (self->deadlines.first != NULL)
    time = MAX (self->deadlines.first->time - g_get_monotonic_time (), 0);
  g_mutex_unlock (&self->deadlines_lock);

  return time;
}

/* Returns a deadline that is reached at @now, if there is one. It is no longer among
 * the others, so that it is reached once. Whoever frees it does so in this context. */
static AqDeadline *
take_deadline (AqDispatcher *self,
               gint64        now)
{
  AqDeadline *deadline;

  g_mutex_lock (&self->deadlines_lock);
  deadline = self->deadlines.first;
  if (deadline != NULL && deadline->time <= now)
    aq_deadlines_remove (&self->deadlines, deadline);
  else
    deadline = NULL;
  g_mutex_unlock (&self->deadlines_lock);

  return deadline;
}

/* Returns whether there is something to do, or in how many µs there will be. */
static gboolean
is_ready (AqDispatcher *self,
          gint64       *time)
{
  gboolean has_jobs;

  g_mutex_lock (&self->lock);
  has_jobs = self->jobs.length > 0;
  g_mutex_unlock (&self->lock);

  *time = has_jobs ? 0 : time_to_deadline (self);

  return *time == 0 && !aq_pace_holds_back (&self->loop->pace, self->priority);
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
  gint64 time;
  gboolean ready = is_ready (dispatcher_from_source (source), &time);

  /* In ms, and not too early. While we are held back others see to it that the main
   * loop does not sleep. */
  *timeout = time > 0 ? (gint) MIN ((time + 999) / 1000, G_MAXINT) : -1;

  return ready;
}

static gboolean
dispatcher_check (GSource *source)
{
  gint64 time;

  return is_ready (dispatcher_from_source (source), &time);
}

static gboolean
dispatcher_dispatch (GSource     *source,
                     GSourceFunc  callback,
                     gpointer     user_data)
{
  AqDispatcher *self = dispatcher_from_source (source);
  AqLoop *loop = self->loop;
  gboolean goes_on = TRUE;
  AqDeadline *deadline;
  AqTurn turn;
  AqJob *job;

  g_main_context_push_thread_default (loop->context);
  aq_turn_begin (&turn, &loop->pace, self->priority, &self->last_period);

  /* First, since they bring about jobs. */
  while (goes_on && (deadline = take_deadline (self, turn.last_look)) != NULL)
    {
      deadline->reached (deadline);
      goes_on = aq_turn_goes_on (&turn);
    }

  /* A job that comes in meanwhile runs in the same turn: callbacks that put and
   * get by turns would otherwise cost a round of the main loop each. A main
   * loop inside a callback takes jobs from the same list, in order. */
  while (goes_on && (job = take_job (self)) != NULL)
    {
      job->funcs->run (job);
      job->funcs->free (job);
      goes_on = aq_turn_goes_on (&turn);
    }

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
  g_mutex_init (&self->deadlines_lock);

  return self;
}

static void
dispatcher_free (gpointer data)
{
  AqDispatcher *self = data;
  AqJob *job;

  while ((job = take_job (self)) != NULL)
    job->funcs->free (job);

  g_mutex_clear (&self->deadlines_lock);
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

/* Appends the job of an operation, which waits no longer and so keeps the context no
 * longer. What is to be done with no lock held is added to @wake_ups.
 *
 * @self: (transfer full) */
void
aq_dispatcher_push_and_unref (AqDispatcher *self,
                              AqJob        *job,
                              AqWakeUps    *wake_ups)
{
  GMainContext *context = self->loop->context;

  aq_dispatcher_push (self, job);

  if (aq_loop_alert (self->loop))
    wake_ups->to_wake = g_slist_prepend (wake_ups->to_wake, context);
  else
    wake_ups->to_release = g_slist_prepend (wake_ups->to_release, context);
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

/* Has @deadline reached in the main context, at the priority of this dispatcher. It
 * must stay until that, or until it is removed. */
void
aq_dispatcher_add_deadline (AqDispatcher *self,
                            AqDeadline   *deadline)
{
  gboolean is_first;

  g_mutex_lock (&self->deadlines_lock);
  aq_deadlines_add (&self->deadlines, deadline);
  is_first = self->deadlines.first == deadline;
  g_mutex_unlock (&self->deadlines_lock);

  /* The main loop may have decided to sleep for longer. */
  if (is_first)
    aq_dispatcher_wake (self);
}

void
aq_dispatcher_remove_deadline (AqDispatcher *self,
                               AqDeadline   *deadline)
{
  g_mutex_lock (&self->deadlines_lock);
  aq_deadlines_remove (&self->deadlines, deadline);
  g_mutex_unlock (&self->deadlines_lock);
}

void
aq_dispatcher_wake (AqDispatcher *self)
{
  if (aq_loop_alert (self->loop))
    g_main_context_wakeup (self->loop->context);
}
