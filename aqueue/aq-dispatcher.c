/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-dispatcher-private.h"

#include "aq-pace-private.h"

/* µs: in 146,000 years. */
#define NEVER (G_MAXINT64 / 2)

struct _AqDispatcher
{
  GSource source;

  GMainContext *context; /* (unowned): it owns us */
  AqPace *pace;          /* (unowned): it belongs to the same context */
  gint priority;

  int depth; /* of main loops within main loops, where ours last looked at us */

  GMutex lock;

  /* The fields below are protected by @lock. */
  GQueue jobs;
  gboolean asleep; /* the main loop may sleep before it looks at us again */
};

/* All there are, by context and priority. To search the sources of a context would
 * take longer the more it has, and many operations need their dispatcher. */
static GHashTable *dispatchers; /* of AqDispatcher, (unowned) */
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
  const AqDispatcher *one = a, *other = b;

  return one->context == other->context && one->priority == other->priority;
}

/* Called when the source is destroyed, which comes before its context is freed,
 * and another may take that address. */
static void
destroyed_cb (gpointer data)
{
  g_mutex_lock (&dispatchers_lock);
  g_hash_table_remove (dispatchers, data);
  g_mutex_unlock (&dispatchers_lock);
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

/* GLib prepares all sources, sleeps if none is ready, and then checks them: we
 * are asleep from a prepare that finds nothing until we are dispatched. Not only
 * until the check: a program that polls for itself may look, and then sleep on
 * what it was told before. */
static gboolean
is_ready (AqDispatcher *self,
          gboolean      is_prepare)
{
  gboolean has_jobs;

  g_mutex_lock (&self->lock);
  has_jobs = self->jobs.length > 0;
  if (is_prepare || has_jobs)
    self->asleep = !has_jobs;
  g_mutex_unlock (&self->lock);

  return has_jobs && !aq_pace_has_break (self->pace, self->priority);
}

static gboolean
dispatcher_prepare (GSource *source,
                    gint    *timeout)
{
  AqDispatcher *self = (AqDispatcher *) source;

  *timeout = -1;
  self->depth = g_main_depth ();

  return is_ready (self, TRUE);
}

static gboolean
dispatcher_check (GSource *source)
{
  return is_ready ((AqDispatcher *) source, FALSE);
}

static gboolean
dispatcher_dispatch (GSource     *source,
                     GSourceFunc  callback,
                     gpointer     user_data)
{
  AqDispatcher *self = (AqDispatcher *) source;
  AqTurn turn;
  AqJob *job;

  g_main_context_push_thread_default (self->context);
  aq_turn_begin (&turn, self->pace, source);

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

  g_main_context_pop_thread_default (self->context);

  return G_SOURCE_CONTINUE;
}

static void
dispatcher_finalize (GSource *source)
{
  AqDispatcher *self = (AqDispatcher *) source;
  AqJob *job;

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

static gboolean
never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

static GSource *
dispatcher_new (GMainContext *context,
                gint          priority)
{
  GSource *source = g_source_new (&dispatcher_funcs, sizeof (AqDispatcher));
  AqDispatcher *self = (AqDispatcher *) source;

  self->context = context;
  self->pace = aq_pace_get (context);
  self->priority = priority;
  self->depth = G_MAXINT; /* a look that has begun may pass us by */
  g_mutex_init (&self->lock);

  g_source_set_static_name (source, "[aqueue] dispatcher");
  g_source_set_priority (source, priority);
  /* A callback may run a main loop to wait for another one. */
  g_source_set_can_recurse (source, TRUE);
  self->asleep = TRUE;
  g_source_set_callback (source, never_called_cb, self, destroyed_cb);

  return source;
}

/* Returns: (transfer full) */
AqDispatcher *
aq_dispatcher_get (GMainContext *context,
                   gint          priority)
{
  const AqDispatcher key = { .context = context, .priority = priority };
  AqDispatcher *self;

  g_mutex_lock (&dispatchers_lock);

  if (dispatchers == NULL)
    dispatchers = g_hash_table_new (dispatcher_hash, dispatcher_equal);

  self = g_hash_table_lookup (dispatchers, &key);
  if (self == NULL)
    {
      GSource *source = dispatcher_new (context, priority);

      self = (AqDispatcher *) source;
      g_hash_table_add (dispatchers, self);
      g_source_attach (source, context);
      g_source_unref (source);
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
 * the jobs. With @will_wake it returns whether the main loop sleeps, and the
 * caller has to wake it once the lock is dropped. Without, the job runs when the
 * loop comes round for another reason. */
gboolean
aq_dispatcher_push (AqDispatcher *self,
                    AqJob        *job,
                    gboolean      will_wake)
{
  gboolean has_to_wake = FALSE;

  g_mutex_lock (&self->lock);
  job->link.data = job;
  g_queue_push_tail_link (&self->jobs, &job->link);
  if (will_wake && self->asleep)
    {
      self->asleep = FALSE;
      has_to_wake = !aq_main_context_comes_round (self->context, &self->depth);
    }
  g_mutex_unlock (&self->lock);

  return has_to_wake;
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
  gboolean has_to_wake;

  g_mutex_lock (&self->lock);
  has_to_wake = self->asleep && !aq_main_context_comes_round (self->context, &self->depth);
  self->asleep = FALSE;
  g_mutex_unlock (&self->lock);

  if (has_to_wake)
    g_main_context_wakeup (self->context);
}

/* May free contexts, and the operations that go with them. */
void
aq_wake_ups_run (AqWakeUps *self)
{
  for (GSList *link = self->to_wake; link != NULL; link = link->next)
    g_main_context_wakeup (link->data);

  for (GSList *link = self->to_ring; link != NULL; link = link->next)
    aq_source_ring (link->data);

  g_slist_free_full (self->to_ring, (GDestroyNotify) g_source_unref);
  g_slist_free_full (self->to_wake, (GDestroyNotify) g_main_context_unref);
  g_slist_free_full (self->to_release, (GDestroyNotify) g_main_context_unref);
}

/* Wakes the main loop of @source, if it still has one. A new ready time does so; from
 * none it goes to one that never comes, and back. */
void
aq_source_ring (GSource *source)
{
  g_source_set_ready_time (source, g_source_get_ready_time (source) == -1 ? NEVER : -1);
}

/* Whether @context looks at its sources before it sleeps, without being told: if
 * what runs in this thread is a dispatch of it. But there can be a main loop inside
 * that. If it is what looked last, at this @depth, it is about to sleep. Nobody
 * else reads @depth than the thread that looks, so it needs no lock. */
gboolean
aq_main_context_comes_round (GMainContext *context,
                             const int    *depth)
{
  GSource *current = g_main_current_source ();

  return current != NULL && !g_source_is_destroyed (current) &&
         g_source_get_context (current) == context && g_main_depth () > *depth;
}
