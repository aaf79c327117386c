/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-watch.h"

#include "aq-cancel-private.h"
#include "aq-dispatcher-private.h"
#include "aq-pace-private.h"
#include "aq-queue-private.h"

/*
 * A watch stands in the line of gets like any other, and goes to its end again
 * for each item: so it is served in turn with all others who wait, and holds no
 * promise while its callback runs.
 *
 * It is two sources. The one that the program sees calls back. The other is its
 * child, the bell: it tells when there is something to do. A child is destroyed
 * with its parent, in whichever way, even if the program holds on to that, and
 * its destroy notify is called at once. A source has no other way to hear of
 * this; and a promise must not stay with a watch that will never be called again.
 */

typedef struct
{
  gatomicrefcount ref_count; /* its two sources, and the destroy notify */

  AqQueue *queue;   /* (owned) */
  AqCancel *cancel; /* (owned) (nullable): until the bell is destroyed */

  /* (unowned) (nullable): of the sources, which go before their context does. */
  GMainContext *context;
  AqPace *pace;

  GSource *bell; /* (unowned): valid while the waiter is in line */
  int depth;     /* of main loops within main loops, where it was last prepared */

  AqWaiter waiter;
  gboolean asleep; /* the main loop may be; protected by the queue's lock */
} Watch;

typedef struct
{
  GSource source;

  Watch *watch; /* (owned) */
} WatchSource;

/* We have no reference to the context: it would be a circle. So it may be on its
 * way to its end, when only its own sources can wake it, until they are destroyed.
 * For the bell, that takes the lock: so before GLib 2.86 it is rung here, and not
 * once the lock is dropped, when the context may be gone. From then on GLib looks
 * after that itself. It takes a reference to the context, which may turn out to be
 * the last one, so there the bell is rung with no lock held. What counts is the
 * GLib that we run with, not the one that we were built with. */
static void
wake_locked (AqWaiter  *waiter,
             AqWakeUps *wake_ups)
{
  Watch *self = G_STRUCT_MEMBER_P (waiter, -G_STRUCT_OFFSET (Watch, waiter));

  if (self->asleep && !aq_main_context_comes_round (self->context, &self->depth))
    {
      if (glib_check_version (2, 86, 0) == NULL)
        wake_ups->to_ring = g_slist_prepend (wake_ups->to_ring, g_source_ref (self->bell));
      else
        aq_source_ring (self->bell);
    }
  self->asleep = FALSE;
}

static Watch *
watch_new (AqQueue *queue)
{
  Watch *self = g_new0 (Watch, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->queue = g_object_ref (queue);
  self->waiter.kind = AQ_WAITER_WATCH;
  self->waiter.wake_locked = wake_locked;

  return self;
}

static void
watch_unref (Watch *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_object_unref (self->queue);
  g_free (self);
}

/* GLib can dispatch a source that it has never prepared. */
static void
find_context (Watch   *watch,
              GSource *source)
{
  if (watch->context != NULL)
    return;

  watch->context = g_source_get_context (source);
  watch->pace = aq_pace_get (watch->context);
}

static gboolean
bell_prepare (GSource *source,
              gint    *timeout)
{
  Watch *watch = ((WatchSource *) source)->watch;

  *timeout = -1;

  find_context (watch, source);
  watch->depth = g_main_depth ();

  return !aq_pace_has_break (watch->pace, g_source_get_priority (source)) &&
         aq_queue_prepare_watch (watch->queue, &watch->waiter, &watch->asleep);
}

static gboolean
bell_check (GSource *source)
{
  Watch *watch = ((WatchSource *) source)->watch;

  find_context (watch, source);

  return aq_queue_check_watch (watch->queue, &watch->waiter) &&
         !aq_pace_has_break (watch->pace, g_source_get_priority (source));
}

/* Whatever makes a child ready makes its parent ready too. */
static gboolean
bell_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
watch_finalize (GSource *source)
{
  watch_unref (((WatchSource *) source)->watch);
}

static gboolean
bell_never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

static void
bell_destroyed_cb (gpointer data)
{
  Watch *watch = data;

  g_clear_pointer (&watch->cancel, aq_cancel_cut);
  aq_queue_withdraw (watch->queue, &watch->waiter);
  watch_unref (watch);
}

static GSourceFuncs bell_funcs = {
  bell_prepare,
  bell_check,
  bell_dispatch,
  watch_finalize,
  NULL,
  NULL,
};

static gboolean
watch_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  Watch *watch = ((WatchSource *) source)->watch;
  AqQueueWatchFunc func = (AqQueueWatchFunc) (GCallback) callback;
  gboolean ended = FALSE;
  gboolean go_on = TRUE;
  AqTurn turn;

  if (func == NULL)
    {
      g_critical ("A watch on a queue has no callback: call g_source_set_callback ()");
      return G_SOURCE_REMOVE;
    }

  find_context (watch, source);
  g_main_context_push_thread_default (watch->context);
  aq_turn_begin (&turn, watch->pace, source);

  do
    {
      gpointer item = NULL;

      ended = !aq_queue_collect_for_watch (watch->queue, &watch->waiter, &item);
      if (item == NULL)
        break;

      go_on = func (watch->queue, item, user_data);
    }
  while (aq_turn_goes_on (&turn) && go_on && !g_source_is_destroyed (source));

  if (ended && !g_source_is_destroyed (source))
    {
      /* From here on nothing is promised, and nothing is called again. */
      g_source_destroy (source);
      func (watch->queue, NULL, user_data);
    }

  g_main_context_pop_thread_default (watch->context);

  return go_on && !ended;
}

static GSourceFuncs watch_funcs = {
  NULL,
  NULL,
  watch_dispatch,
  watch_finalize,
  NULL,
  NULL,
};

static GSource *
watch_source_new (GSourceFuncs *funcs,
                  Watch        *watch)
{
  GSource *source = g_source_new (funcs, sizeof (WatchSource));

  ((WatchSource *) source)->watch = watch;
  g_source_set_static_name (source, "[aqueue] watch");

  return source;
}

/**
 * aq_queue_add_watch:
 * @self: a queue
 * @io_priority: the priority of the calls, as of a [struct@GLib.Source]
 * @func: (scope notified) (closure data) (destroy notify): called for each item
 * @data: data for @func
 * @notify: (nullable): frees @data when the watch is removed
 *
 * Calls a function for each item, in the main loop of the caller.
 *
 * This is the cheapest way to take items in a main loop: many come in one turn
 * of it, and each with one function call. The watch waits in the same line as
 * [method@Queue.get_async], and goes to its end again after each item.
 *
 * ```c
 * static gboolean
 * show_text_cb (AqQueue  *queue,
 *               gpointer  item,
 *               gpointer  user_data)
 * {
 *   g_autofree char *text = item;
 *
 *   if (text == NULL)
 *     return G_SOURCE_REMOVE; // nothing more will come
 *
 *   g_print ("%s\n", text);
 *   aq_queue_task_done (queue);
 *
 *   return G_SOURCE_CONTINUE;
 * }
 *
 * static AqQueue *
 * create_queue (void)
 * {
 *   AqQueue *queue = aq_queue_new_with_free_func (100, g_free);
 *
 *   aq_queue_add_watch (queue, G_PRIORITY_DEFAULT, show_text_cb, NULL, NULL);
 *
 *   return queue;
 * }
 * ```
 *
 * To process some items at once, set [property@Queue:max-in-flight], start an
 * asynchronous operation in @func, and call [method@Queue.task_done] when that
 * has ended.
 *
 * @func runs in the thread-default main context of the caller, in short turns:
 * other work there gets its own, less urgent work too. It can return
 * `G_SOURCE_REMOVE`, and the watch can be removed from outside; then the rest of
 * the items stays in the queue. The watch keeps the queue alive until it is
 * removed, or the queue is shut down and empty.
 *
 * The number is for [func@GLib.Source.remove], which looks in the default main
 * context alone: that of a watch in another one would remove a source of somebody
 * else. There, keep what [method@Queue.create_source] returns, or look the number
 * up with [method@GLib.MainContext.find_source_by_id]. Once @func was called with
 * %NULL, or has returned `G_SOURCE_REMOVE`, the number is dead: forget it there.
 *
 * Returns: the number of the source in its main context, greater than 0
 *
 * Since: 0.1
 */
guint
aq_queue_add_watch (AqQueue          *self,
                    gint              io_priority,
                    AqQueueWatchFunc  func,
                    gpointer          data,
                    GDestroyNotify    notify)
{
  g_autoptr (GSource) source = NULL;

  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  source = aq_queue_create_source (self, NULL);
  g_source_set_priority (source, io_priority);
  g_source_set_callback (source, G_SOURCE_FUNC (func), data, notify);

  return g_source_attach (source, g_main_context_get_thread_default ());
}

/**
 * aq_queue_create_source: (skip)
 * @self: a queue
 * @cancellable: (nullable): an object to end the watch with
 *
 * Creates a source that calls a function for each item.
 *
 * This is [method@Queue.add_watch] for those who choose the context, and the
 * moment, themselves. Set an [callback@QueueWatchFunc] as its callback, with
 * `G_SOURCE_FUNC ()`, and attach it to any context. It takes items from when
 * that context runs, until the source is destroyed, which can be done in any
 * thread. Destroy it before its context goes, if other threads still put items:
 * before version 2.86 GLib may complain of waking a context that is being freed.
 *
 * ```c
 * static GSource *
 * watch_in_context (AqQueue          *queue,
 *                   AqQueueWatchFunc  func,
 *                   GMainContext     *context)
 * {
 *   GSource *source = aq_queue_create_source (queue, NULL);
 *
 *   g_source_set_callback (source, G_SOURCE_FUNC (func), NULL, NULL);
 *   g_source_attach (source, context);
 *
 *   return source;
 * }
 * ```
 *
 * Returns: (transfer full): a new source
 *
 * Since: 0.1
 */
GSource *
aq_queue_create_source (AqQueue      *self,
                        GCancellable *cancellable)
{
  g_autoptr (GSource) bell = NULL;
  GSource *source;
  Watch *watch;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  watch = watch_new (self);
  source = watch_source_new (&watch_funcs, watch);

  g_atomic_ref_count_inc (&watch->ref_count);
  bell = watch_source_new (&bell_funcs, watch);
  watch->bell = bell;
  g_atomic_ref_count_inc (&watch->ref_count);
  g_source_set_callback (bell, bell_never_called_cb, watch, bell_destroyed_cb);
  g_source_add_child_source (source, bell);

  if (cancellable != NULL)
    watch->cancel = aq_cancel_new (cancellable, self, &watch->waiter);

  return source;
}
