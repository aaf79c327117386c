/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-loop-private.h"

/* Whether the main loop looks at our sources before it sleeps.
 *
 *           alert            prepare
 *   AWAKE ────────> ALERTED ─────────> ASLEEP, after one more look
 *     │                                  ^ │
 *     └───────────── prepare ────────────┘ └── alert, which wakes it ──> ALERTED
 *
 * Between our last prepare and that of the AqLoop something may have become ready; so
 * whoever makes it ready alerts the loop, and one that was alerted looks once more. */
enum
{
  AWAKE,
  ALERTED,
  ASLEEP,
};

/* All there are, by context. To search the sources of a context would take longer
 * the more it has. */
static GHashTable *loops; /* of AqLoop, (owned) */
static GMutex loops_lock;

/* In the thread that releases contexts: those that it came upon meanwhile. */
static GPrivate releasing; /* of GSList ** */

static AqLoop *
loop_from_source (GSource *source)
{
  return ((AqLoopSource *) source)->data;
}

static gboolean
loop_prepare (GSource *source,
              gint    *timeout)
{
  AqLoop *self = loop_from_source (source);

  *timeout = -1;

  /* While there is a break the main loop does not sleep. */
  if (aq_pace_is_on_break (&self->pace))
    return TRUE;

  self->depth = g_main_depth ();
  if (g_atomic_int_exchange (&self->wakefulness, ASLEEP) == ALERTED)
    *timeout = 0;

  return FALSE;
}

/* Only asked when nothing that is more urgent is ready, as it is prepared. */
static gboolean
loop_check (GSource *source)
{
  AqLoop *self = loop_from_source (source);

  aq_pace_note_rest (&self->pace);

  return aq_pace_is_on_break (&self->pace);
}

static gboolean
loop_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  /* What woke the main loop. That is over, and wakes nobody while we are in here. */
  g_source_set_ready_time (source, -1);
  aq_pace_end_break (&loop_from_source (source)->pace);

  return G_SOURCE_CONTINUE;
}

static AqLoopSourceClass loop_class = {
  .funcs.prepare = loop_prepare,
  .funcs.check = loop_check,
  .funcs.dispatch = loop_dispatch,
  .name = "[aqueue] loop",
};

static gboolean
never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

/* The context is gone, and so are the jobs that were to run in it. Another context may
 * take its address. */
static void
loop_end (AqLoop *self)
{
  GHashTable *dispatchers;
  GSource *source;
  gboolean is_first;

  g_mutex_lock (&loops_lock);
  is_first = g_hash_table_lookup (loops, self->context) == self;
  if (is_first)
    g_hash_table_remove (loops, self->context);
  dispatchers = g_steal_pointer (&self->dispatchers);
  source = g_steal_pointer (&self->source);
  g_mutex_unlock (&loops_lock);

  g_clear_pointer (&dispatchers, g_hash_table_unref);
  g_clear_pointer (&source, g_source_unref);
  if (is_first)
    aq_loop_unref (self);
}

static void
replace_source (AqLoopSource *source)
{
  AqLoop *self = source->loop;
  GSource *successor;

  g_mutex_lock (&loops_lock);
  successor = aq_loop_attach_locked (self, source->klass,
                                     g_source_get_priority (&source->source), source->data);
  if (source->klass == &loop_class)
    {
      GSource *before = self->source;

      self->source = successor;
      successor = before;
    }
  g_mutex_unlock (&loops_lock);

  g_source_unref (successor);
}

/* A program may destroy the source of a callback that runs, or any by its number. But
 * there may be those who wait to be called back from it, so another one takes its
 * place. When the context goes, GLib takes it from its sources before it destroys
 * them. */
static void
source_destroyed_cb (gpointer data)
{
  AqLoopSource *self = data;

  if (self->source.context != NULL)
    replace_source (self);
  else
    loop_end (self->loop);

  g_clear_pointer (&self->loop, aq_loop_unref);
}

/* Returns: (transfer full): a source that comes again until the context goes */
GSource *
aq_loop_attach_locked (AqLoop            *self,
                       AqLoopSourceClass *klass,
                       gint               priority,
                       gpointer           data)
{
  GSource *source = g_source_new (&klass->funcs, sizeof (AqLoopSource));

  ((AqLoopSource *) source)->loop = aq_loop_ref (self);
  ((AqLoopSource *) source)->klass = klass;
  ((AqLoopSource *) source)->data = data;

  g_source_set_static_name (source, klass->name);
  g_source_set_priority (source, priority);
  g_source_set_can_recurse (source, klass->can_recurse);
  g_source_set_callback (source, never_called_cb, source, source_destroyed_cb);
  g_source_attach (source, self->context);

  return source;
}

static AqLoop *
loop_new (GMainContext *context)
{
  AqLoop *self = g_new0 (AqLoop, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->context = context;
  self->wakefulness = ASLEEP;
  self->depth = G_MAXINT; /* a look that has begun may pass us by */

  return self;
}

void
aq_loops_lock (void)
{
  g_mutex_lock (&loops_lock);
}

void
aq_loops_unlock (void)
{
  g_mutex_unlock (&loops_lock);
}

/* Returns: (transfer none): for as long as @context lives */
AqLoop *
aq_loop_get_locked (GMainContext *context)
{
  AqLoop *self;

  if (loops == NULL)
    loops = g_hash_table_new (NULL, NULL);

  self = g_hash_table_lookup (loops, context);
  if (self == NULL)
    {
      self = loop_new (context);
      g_hash_table_insert (loops, context, self);
      self->source = aq_loop_attach_locked (self, &loop_class, G_MAXINT, self);
    }

  return self;
}

/* Returns: (transfer full): without its context, which it does not keep */
AqLoop *
aq_loop_get (GMainContext *context)
{
  AqLoop *self;

  g_mutex_lock (&loops_lock);
  self = aq_loop_ref (aq_loop_get_locked (context));
  g_mutex_unlock (&loops_lock);

  return self;
}

AqLoop *
aq_loop_ref (AqLoop *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
aq_loop_unref (AqLoop *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/* Whether the loop looks at its sources before it sleeps, without being told: if
 * what runs in this thread is a dispatch of it. But there can be a main loop inside
 * that. If it is what fell asleep last, at this depth, it sleeps on. Nobody reads
 * @depth but the thread that runs the loop, so it needs no lock. */
static gboolean
comes_round (AqLoop *self)
{
  GSource *current = g_main_current_source ();

  return current != NULL && !g_source_is_destroyed (current) &&
         g_source_get_context (current) == self->context && g_main_depth () > self->depth;
}

/* Sees to it that the loop looks at its sources once more. To be called once
 * something is ready. Returns whether the loop has to be woken for that, which the
 * caller does once no lock is held. */
gboolean
aq_loop_alert (AqLoop *self)
{
  return g_atomic_int_get (&self->wakefulness) != ALERTED &&
         g_atomic_int_exchange (&self->wakefulness, ALERTED) == ASLEEP &&
         !comes_round (self);
}

/* Wakes the main loop, if it still has its context: our source in it is ready, until it
 * is dispatched. */
static void
make_ready (AqLoop *self)
{
  g_autoptr (GSource) source = NULL;

  g_mutex_lock (&loops_lock);
  if (self->source != NULL)
    source = g_source_ref (self->source);
  g_mutex_unlock (&loops_lock);

  if (source != NULL)
    g_source_set_ready_time (source, 0);
}

/* For those who have no reference to the context, and alerted it. It may be on its
 * way to its end, when only its own sources can wake it, until they are destroyed.
 * For a source of ours that waits, that takes the lock of the queue: so before GLib
 * 2.86 this is done under it, and not once it is dropped, when the context may be
 * gone. From then on GLib looks after that itself. It takes a reference to the
 * context, which may turn out to be the last one, so there it is done with no lock
 * held. What counts is the GLib that we run with, not the one that we were built
 * with. */
void
aq_loop_wake_unowned (AqLoop    *self,
                      AqWakeUps *wake_ups)
{
  if (glib_check_version (2, 86, 0) == NULL)
    wake_ups->to_wake_unowned = g_slist_prepend (wake_ups->to_wake_unowned, aq_loop_ref (self));
  else
    make_ready (self);
}

/* To be called at the end of a dispatch: what became ready until now is seen when
 * the sources are prepared again, so nobody need have alerted the loop. */
void
aq_loop_note_dispatch (AqLoop *self)
{
  g_atomic_int_set (&self->wakefulness, AWAKE);
}

/* Drops a reference to a context. If that is freed, so are the operations that wait
 * in it, which may serve others whose contexts go, too. They go one after another,
 * and not one inside the other (P5). */
void
aq_context_release (GMainContext *context)
{
  GSList **others = g_private_get (&releasing);
  GSList *to_release = NULL;

  if (others != NULL)
    {
      *others = g_slist_prepend (*others, context);
      return;
    }

  g_private_set (&releasing, &to_release);

  g_main_context_unref (context);
  while (to_release != NULL)
    {
      context = to_release->data;
      to_release = g_slist_delete_link (to_release, to_release);
      g_main_context_unref (context);
    }

  g_private_set (&releasing, NULL);
}

/* May free contexts, and the operations that go with them. */
void
aq_wake_ups_run (AqWakeUps *self)
{
  for (GSList *link = self->to_wake; link != NULL; link = link->next)
    g_main_context_wakeup (link->data);

  for (GSList *link = self->to_wake_unowned; link != NULL; link = link->next)
    make_ready (link->data);

  g_slist_free_full (self->to_wake_unowned, (GDestroyNotify) aq_loop_unref);
  g_slist_free_full (self->to_wake, (GDestroyNotify) aq_context_release);
  g_slist_free_full (self->to_release, (GDestroyNotify) aq_context_release);
}
