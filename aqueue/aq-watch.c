/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-watch.h"

#include "aq-cancel-private.h"
#include "aq-queue-private.h"

/*
 * A watch waits among the gets like any other, and goes to the end of them again
 * for each item: so it is served in turn with all others who wait, and holds no
 * promise while its callback runs.
 *
 * It is two sources. The one that the program sees calls back. The other is its
 * child, the readiness source: it tells when there is something to do. A child is
 * destroyed with its parent, in whichever way, even if the program holds on to that,
 * and its destroy notify is called at once. A source has no other way to hear of
 * this; and a promise must not stay with a watch that will never be called again.
 */

/*
 * What an object has whose watches go with it. One weak notify stands for all of them,
 * and is never taken back: it may be called in another thread just then, and GObject
 * does not tell. The weak reference stays until the object is finalized, since in GLib
 * 2.74 none can be cleared while another thread disposes of the object.
 */
typedef struct
{
  GWeakRef object_ref;
  GHashTable *sources; /* (owned) (nullable): of the watches, protected by owners_lock */
} Owner;

static GMutex owners_lock;

static G_DEFINE_QUARK (aq-watch-owner, owner)

typedef struct
{
  gatomicrefcount ref_count; /* its two sources, and the destroy notify */

  AqQueue *queue;   /* (owned) */
  AqCore *core;     /* (unowned): of @queue */
  AqCancel *cancel; /* (owned) (nullable): until the readiness source is destroyed */

  /* (owned) (nullable): of the context in which the sources are. We have no reference
   * to that: it would be a circle. */
  AqLoop *loop;

  guint last_period; /* of the pace: in which it had a turn */

  AqWaiter waiter;

  Owner *owner; /* (owned) (nullable): of one that goes with an object */
} Watch;

typedef struct
{
  GSource source;

  Watch *watch; /* (owned) */
} WatchSource;

static void
owner_clear (gpointer data)
{
  Owner *self = data;

  g_weak_ref_clear (&self->object_ref);
}

static void
owner_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, owner_clear);
}

static void
wake_locked (AqWaiter  *waiter,
             AqWakeUps *wake_ups)
{
  Watch *self = G_STRUCT_MEMBER_P (waiter, -G_STRUCT_OFFSET (Watch, waiter));

  if (aq_loop_alert (self->loop))
    aq_loop_wake_unowned (self->loop, wake_ups);
}

static Watch *
watch_new (AqQueue *queue)
{
  Watch *self = g_new0 (Watch, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->queue = g_object_ref (queue);
  self->core = aq_queue_get_core (queue);
  self->waiter.kind = AQ_WAITER_WATCH;
  self->waiter.wake_locked = wake_locked;

  return self;
}

static void
watch_unref (Watch *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->loop, aq_loop_unref);
  g_clear_pointer (&self->owner, owner_unref);
  g_object_unref (self->queue);
  g_free (self);
}

/* GLib can dispatch a source that it has never prepared. */
static void
find_loop (Watch   *watch,
           GSource *source)
{
  if (watch->loop == NULL)
    watch->loop = aq_loop_get (g_source_get_context (source));
}

static gboolean
is_held_back (Watch   *watch,
              GSource *source)
{
  return aq_pace_holds_back (&watch->loop->pace, g_source_get_priority (source));
}

/* Has @watch wait, if it does not yet. Returns whether it has something to do. */
static gboolean
wait_for_item (Watch *watch)
{
  GQueue decided = G_QUEUE_INIT;
  AqWaiter *waiter = &watch->waiter;
  gboolean is_new, is_ready;

  aq_core_lock (watch->core);

  is_new = waiter->state == AQ_WAITER_NEW;
  if (is_new)
    aq_ledger_enqueue (&watch->core->ledger, waiter, &decided);

  is_ready = waiter->state != AQ_WAITER_WAITING;

  /* To look changes nothing, or a main loop that looks would never rest. */
  if (is_new)
    aq_core_act_and_unlock (watch->core, &decided);
  else
    aq_core_unlock (watch->core);

  return is_ready;
}

static gboolean
has_something_to_do (Watch *watch)
{
  gboolean is_ready;

  aq_core_lock (watch->core);
  is_ready = watch->waiter.state != AQ_WAITER_NEW && watch->waiter.state != AQ_WAITER_WAITING;
  aq_core_unlock (watch->core);

  return is_ready;
}

/* Sets *@item, if there is one for @watch now; if not, @watch waits. Returns %FALSE
 * once no more will come. */
static gboolean
collect (Watch    *watch,
         gpointer *item)
{
  AqLedger *ledger = &watch->core->ledger;
  GQueue decided = G_QUEUE_INIT;
  AqWaiter *waiter = &watch->waiter;
  gboolean has_ended;

  aq_core_lock (watch->core);

  if (waiter->state == AQ_WAITER_NEW && aq_ledger_can_promise (ledger))
    {
      /* Nobody waits, so we need not do so either. */
      aq_ledger_get (ledger, item, 1, &decided);
    }
  else if (waiter->state == AQ_WAITER_NEW)
    {
      aq_ledger_enqueue (ledger, waiter, &decided);
    }
  else if (waiter->state == AQ_WAITER_READY)
    {
      aq_ledger_collect (ledger, waiter, item, 1, &decided);
      waiter->state = AQ_WAITER_NEW;
    }

  has_ended = aq_waiter_has_failed (waiter);
  aq_core_act_and_unlock (watch->core, &decided);

  return !has_ended;
}

static gboolean
readiness_prepare (GSource *source,
                   gint    *timeout)
{
  Watch *watch = ((WatchSource *) source)->watch;

  *timeout = -1;

  find_loop (watch, source);

  return !is_held_back (watch, source) && wait_for_item (watch);
}

static gboolean
readiness_check (GSource *source)
{
  Watch *watch = ((WatchSource *) source)->watch;

  find_loop (watch, source);

  return has_something_to_do (watch) && !is_held_back (watch, source);
}

/* Whatever makes a child ready makes its parent ready too. */
static gboolean
readiness_dispatch (GSource     *source,
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
readiness_never_called_cb (gpointer data)
{
  g_assert_not_reached ();
}

static void
readiness_destroyed_cb (gpointer data)
{
  Watch *watch = data;

  g_clear_pointer (&watch->cancel, aq_cancel_disconnect);
  aq_core_withdraw (watch->core, &watch->waiter);
  watch_unref (watch);
}

static GSourceFuncs readiness_funcs = {
  readiness_prepare,
  readiness_check,
  readiness_dispatch,
  watch_finalize,
  NULL,
  NULL,
};

/* Takes an item, if there is one, and calls @func for it. Returns whether there may be
 * another one. Sets *@go_on to %FALSE if the watch has to go. */
static gboolean
call_for_item (Watch            *watch,
               GSource          *source,
               AqQueueWatchFunc  func,
               gpointer          user_data,
               gboolean         *go_on)
{
  g_autoptr (GObject) object = NULL;
  gpointer item = NULL;
  gboolean has_ended;

  if (watch->owner != NULL)
    {
      object = g_weak_ref_get (&watch->owner->object_ref);
      user_data = object;

      /* An item that is collected for nobody would be lost. */
      *go_on = object != NULL;
      if (object == NULL)
        return FALSE;
    }

  has_ended = !collect (watch, &item);

  if (item != NULL)
    {
      *go_on = func (watch->queue, item, user_data);
      return *go_on;
    }

  if (has_ended)
    *go_on = FALSE;

  if (has_ended && !g_source_is_destroyed (source))
    {
      /* From here on nothing is promised, and nothing is called again. */
      g_source_destroy (source);
      func (watch->queue, NULL, user_data);
    }

  return FALSE;
}

static gboolean
watch_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  Watch *watch = ((WatchSource *) source)->watch;
  AqQueueWatchFunc func = (AqQueueWatchFunc) (GCallback) callback;
  gboolean go_on = TRUE;
  AqTurn turn;

  if (func == NULL)
    {
      g_critical ("A watch on a queue has no callback: call g_source_set_callback ()");
      return G_SOURCE_REMOVE;
    }

  find_loop (watch, source);
  g_main_context_push_thread_default (watch->loop->context);
  aq_turn_begin (&turn, &watch->loop->pace, g_source_get_priority (source), &watch->last_period);

  while (call_for_item (watch, source, func, user_data, &go_on) &&
         aq_turn_goes_on (&turn) && !g_source_is_destroyed (source))
    continue;

  aq_loop_note_dispatch (watch->loop);
  g_main_context_pop_thread_default (watch->loop->context);

  return go_on;
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

static guint
attach (GSource *source)
{
  return g_source_attach (source, g_main_context_get_thread_default ());
}

/**
 * aq_queue_add_watch:
 * @self: a queue
 * @func: (scope notified) (closure user_data): called for each item
 * @user_data: data for @func
 *
 * Calls a function for each item, in the main loop of the caller.
 *
 * This is the cheapest way to take items in a main loop: many come in one turn
 * of it, and each with one function call. The watch waits in turn with
 * [method@Queue.get_async], and goes to the end again after each item.
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
 *   aq_queue_add_watch (queue, show_text_cb, NULL);
 *
 *   return queue;
 * }
 * ```
 *
 * To process some items at once, set [property@Queue:max-in-flight], start an
 * asynchronous operation in @func, and call [method@Queue.task_done] when that
 * has ended.
 *
 * @func runs in the thread-default main context of the caller, at the default
 * priority, in short turns: other work there gets its own, less urgent work too. It
 * can return `G_SOURCE_REMOVE`, and the watch can be removed from outside; then the
 * rest of the items stays in the queue. The watch keeps the queue alive until it is
 * removed, or the queue is shut down and empty. Where the data of @func can go before
 * that, let the watch go with it: [method@Queue.add_watch_object].
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
                    AqQueueWatchFunc  func,
                    gpointer          user_data)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  return aq_queue_add_watch_full (self, G_PRIORITY_DEFAULT, func, user_data, NULL);
}

/**
 * aq_queue_add_watch_full: (rename-to aq_queue_add_watch)
 * @self: a queue
 * @io_priority: the priority of the calls, as of a [struct@GLib.Source]
 * @func: (scope notified) (closure user_data) (destroy notify): called for each item
 * @user_data: data for @func
 * @notify: (nullable): frees @user_data when the watch is removed
 *
 * Calls a function for each item, in the main loop of the caller, at a priority.
 *
 * All else is as for the function without a priority and a destroy notify. In other
 * languages this is `add_watch ()`. There too, the number that it returns is for the
 * default main context alone, and dead once @func was called with %NULL, or has
 * returned `G_SOURCE_REMOVE`.
 *
 * Returns: the number of the source in its main context, greater than 0
 *
 * Since: 0.1
 */
guint
aq_queue_add_watch_full (AqQueue          *self,
                         gint              io_priority,
                         AqQueueWatchFunc  func,
                         gpointer          user_data,
                         GDestroyNotify    notify)
{
  g_autoptr (GSource) source = NULL;

  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  source = aq_queue_create_source (self, NULL);
  g_source_set_priority (source, io_priority);
  g_source_set_callback (source, G_SOURCE_FUNC (func), user_data, notify);

  return attach (source);
}

/* The object is being disposed of, in any thread. It can live on, and get watches anew. */
static void
object_disposed_cb (gpointer  data,
                    GObject  *object)
{
  Owner *owner = data;
  GHashTable *sources;
  GHashTableIter iter;
  gpointer source;

  g_mutex_lock (&owners_lock);
  sources = g_steal_pointer (&owner->sources);
  g_mutex_unlock (&owners_lock);

  g_hash_table_iter_init (&iter, sources);
  while (g_hash_table_iter_next (&iter, &source, NULL))
    g_source_destroy (source);

  g_hash_table_unref (sources);
}

/* Returns: (transfer full): what @object has, with @source among its sources */
static Owner *
owner_add (GObject *object,
           GSource *source)
{
  Owner *owner;

  g_mutex_lock (&owners_lock);

  owner = g_object_get_qdata (object, owner_quark ());
  if (owner == NULL)
    {
      owner = g_atomic_rc_box_new0 (Owner);
      g_weak_ref_init (&owner->object_ref, NULL);
      g_object_set_qdata_full (object, owner_quark (), owner, owner_unref);
    }

  if (owner->sources == NULL)
    {
      owner->sources = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) g_source_unref, NULL);
      g_weak_ref_set (&owner->object_ref, object);
      g_object_weak_ref (object, object_disposed_cb, owner);
    }

  g_hash_table_add (owner->sources, g_source_ref (source));
  g_atomic_rc_box_acquire (owner);

  g_mutex_unlock (&owners_lock);

  return owner;
}

/* The source is destroyed, since its object is disposed of, or for another reason. */
static void
object_source_destroyed_cb (gpointer data)
{
  GSource *source = data;
  Owner *owner = ((WatchSource *) source)->watch->owner;
  gboolean is_there;

  g_mutex_lock (&owners_lock);
  is_there = owner->sources != NULL && g_hash_table_steal (owner->sources, source);
  g_mutex_unlock (&owners_lock);

  if (is_there)
    g_source_unref (source);
}

/**
 * aq_queue_add_watch_object: (skip)
 * @self: a queue
 * @func: called for each item
 * @object: (type GObject.Object): the data for @func
 *
 * Calls a function for each item, for as long as an object lives.
 *
 * This is [method@Queue.add_watch] for the functions of an object, say a window: the
 * watch goes when that is disposed of, as with [func@GObject.signal_connect_object].
 * So there is no number to keep, and none that could be dead, or mean a source in
 * another main context.
 *
 * The object can be disposed of in any thread. It stays while @func runs, and is not
 * kept in between; then the rest of the items stays in the queue.
 *
 * Returns: the number of the source in its main context, greater than 0
 *
 * Since: 0.1
 */
guint
aq_queue_add_watch_object (AqQueue          *self,
                           AqQueueWatchFunc  func,
                           gpointer          object)
{
  g_autoptr (GSource) source = NULL;
  Watch *watch;

  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);
  g_return_val_if_fail (func != NULL, 0);
  g_return_val_if_fail (G_IS_OBJECT (object), 0);

  source = aq_queue_create_source (self, NULL);
  watch = ((WatchSource *) source)->watch;
  watch->owner = owner_add (object, source);

  /* The data of the callback is what its destroy notify is given. What is passed to
   * @func is the object. */
  g_source_set_callback (source, G_SOURCE_FUNC (func), source, object_source_destroyed_cb);

  return attach (source);
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
  g_autoptr (GSource) readiness = NULL;
  GSource *source;
  Watch *watch;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  watch = watch_new (self);
  source = watch_source_new (&watch_funcs, watch);

  g_atomic_ref_count_inc (&watch->ref_count);
  readiness = watch_source_new (&readiness_funcs, watch);
  g_atomic_ref_count_inc (&watch->ref_count);
  g_source_set_callback (readiness, readiness_never_called_cb, watch, readiness_destroyed_cb);
  g_source_add_child_source (source, readiness);

  if (cancellable != NULL)
    watch->cancel = aq_cancel_new (cancellable, watch->core, &watch->waiter);

  return source;
}
