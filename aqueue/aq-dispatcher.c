/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-dispatcher-private.h"

struct _AqDispatcher
{
  GSource source;

  GMainContext *context; /* (unowned): it owns us */
  gint priority;

  GMutex lock;

  /* The fields below are protected by @lock. */
  GQueue jobs;
  gboolean asleep; /* the main loop may block before it looks at us again */
};

/* All there are, each under itself: equal are those of one context and
 * priority. A dispatcher is in here from its creation to its end. */
static GHashTable *dispatchers;
static GMutex dispatchers_lock;

static guint
dispatcher_hash (gconstpointer key)
{
  const AqDispatcher *self = key;

  return g_direct_hash (self->context) ^ (guint) self->priority;
}

static gboolean
dispatcher_equal (gconstpointer a,
                  gconstpointer b)
{
  const AqDispatcher *one = a;
  const AqDispatcher *other = b;

  return one->context == other->context && one->priority == other->priority;
}

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

/* @asleep: what is so from here on if there is nothing to do. GLib prepares all
 * sources, sleeps if none is ready, and then checks them: a push has to wake it
 * only if it comes after our prepare and before our check. */
static gboolean
has_jobs (AqDispatcher *self,
          gboolean      asleep)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  result = self->jobs.length > 0;
  self->asleep = asleep && !result;
  g_mutex_unlock (&self->lock);

  return result;
}

static gboolean
dispatcher_prepare (GSource *source,
                    gint    *timeout)
{
  *timeout = -1;

  return has_jobs ((AqDispatcher *) source, TRUE);
}

static gboolean
dispatcher_check (GSource *source)
{
  return has_jobs ((AqDispatcher *) source, FALSE);
}

static gboolean
dispatcher_dispatch (GSource     *source,
                     GSourceFunc  callback,
                     gpointer     user_data)
{
  AqDispatcher *self = (AqDispatcher *) source;
  guint n_jobs;

  g_mutex_lock (&self->lock);
  n_jobs = self->jobs.length;
  g_mutex_unlock (&self->lock);

  g_main_context_push_thread_default (self->context);

  /* Jobs that come in meanwhile have to wait for the next turn of the main
   * loop, or callbacks that put and get in turn would keep it for good. A main
   * loop inside a callback takes jobs from the same list, in order. */
  for (guint i = 0; i < n_jobs; i++)
    {
      AqJob *job = take_job (self);

      if (job == NULL)
        break;

      job->funcs->run (job);
      job->funcs->free (job);
    }

  g_main_context_pop_thread_default (self->context);

  return G_SOURCE_CONTINUE;
}

static void
dispatcher_finalize (GSource *source)
{
  AqDispatcher *self = (AqDispatcher *) source;
  AqJob *job;

  g_mutex_lock (&dispatchers_lock);
  if (g_hash_table_lookup (dispatchers, self) == self)
    g_hash_table_remove (dispatchers, self);
  g_mutex_unlock (&dispatchers_lock);

  while ((job = take_job (self)) != NULL)
    job->funcs->free (job);

  g_mutex_clear (&self->lock);
}

static GSourceFuncs dispatcher_funcs = {
  dispatcher_prepare,
  dispatcher_check,
  dispatcher_dispatch,
  dispatcher_finalize,
  NULL,
  NULL,
};

static AqDispatcher *
dispatcher_new (GMainContext *context,
                gint          priority)
{
  GSource *source = g_source_new (&dispatcher_funcs, sizeof (AqDispatcher));
  AqDispatcher *self = (AqDispatcher *) source;

  self->context = context;
  self->priority = priority;
  g_mutex_init (&self->lock);

  g_source_set_static_name (source, "[aqueue] dispatcher");
  g_source_set_priority (source, priority);
  /* A callback may run a main loop to wait for another one. */
  g_source_set_can_recurse (source, TRUE);

  return self;
}

/* Returns: (transfer full) */
AqDispatcher *
aq_dispatcher_get (GMainContext *context,
                   gint          priority)
{
  AqDispatcher *self;

  g_mutex_lock (&dispatchers_lock);

  if (dispatchers == NULL)
    dispatchers = g_hash_table_new (dispatcher_hash, dispatcher_equal);

  self = g_hash_table_lookup (dispatchers,
                              &(AqDispatcher) { .context = context, .priority = priority });
  if (self == NULL)
    {
      self = dispatcher_new (context, priority);
      g_hash_table_add (dispatchers, self);
      g_source_attach (&self->source, context);
      g_source_unref (&self->source);
    }

  g_mutex_unlock (&dispatchers_lock);

  return aq_dispatcher_ref (self);
}

AqDispatcher *
aq_dispatcher_ref (AqDispatcher *self)
{
  g_main_context_ref (self->context);

  return self;
}

void
aq_dispatcher_unref (AqDispatcher *self)
{
  g_main_context_unref (self->context);
}

GMainContext *
aq_dispatcher_get_context (AqDispatcher *self)
{
  return self->context;
}

gint
aq_dispatcher_get_priority (AqDispatcher *self)
{
  return self->priority;
}

/* Appends @job, which must stay until its free function is called. Only moves
 * pointers, so that it can be done under the lock which decided the order of
 * the jobs. If the main loop is asleep, it is added to @asleep, for
 * aq_dispatcher_wake_all () once no lock is held; with @asleep %NULL the job
 * runs when the loop comes round for another reason, or aq_dispatcher_wake ()
 * is called. */
void
aq_dispatcher_push (AqDispatcher  *self,
                    AqJob         *job,
                    GSList       **asleep)
{
  g_mutex_lock (&self->lock);

  job->link.data = job;
  g_queue_push_tail_link (&self->jobs, &job->link);

  if (asleep != NULL && self->asleep)
    {
      self->asleep = FALSE;
      *asleep = g_slist_prepend (*asleep, g_main_context_ref (self->context));
    }

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

void
aq_dispatcher_wake (AqDispatcher *self)
{
  gboolean asleep;

  g_mutex_lock (&self->lock);
  asleep = self->asleep;
  self->asleep = FALSE;
  g_mutex_unlock (&self->lock);

  if (asleep)
    g_main_context_wakeup (self->context);
}

/* @asleep: (transfer full) */
void
aq_dispatcher_wake_all (GSList *asleep)
{
  for (GSList *link = asleep; link != NULL; link = link->next)
    {
      g_main_context_wakeup (link->data);
      g_main_context_unref (link->data);
    }

  g_slist_free (asleep);
}
