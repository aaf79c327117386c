/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-queue.h"

#include "aq-cancel-private.h"
#include "aq-dispatcher-private.h"
#include "aq-hints-private.h"
#include "aq-ledger-private.h"
#include "aq-queue-private.h"
#include "aq-result-private.h"

/**
 * AqQueue:
 *
 * A queue in which both sides wait without blocking the main loop.
 *
 * Think of the conveyor belt in a sushi restaurant. The chef puts plates on it
 * and customers take them off. With the belt empty a customer waits, with the
 * belt full the chef does; both wait their turn, nobody freezes, and no plate
 * is lost or taken twice.
 *
 * ```c
 * static void
 * got_file_cb (GObject      *source,
 *              GAsyncResult *result,
 *              gpointer      user_data)
 * {
 *   AqQueue *queue = AQ_QUEUE (source);
 *   g_autoptr (GError) error = NULL;
 *   g_autoptr (GFile) file = aq_queue_get_finish (queue, result, &error);
 *
 *   if (file == NULL)
 *     return; // G_IO_ERROR_CLOSED: shut down, and nothing left
 *
 *   g_print ("%s\n", g_file_peek_path (file));
 *   aq_queue_task_done (queue);
 *   aq_queue_get_async (queue, NULL, got_file_cb, NULL);
 * }
 *
 * static AqQueue *
 * start_belt (void)
 * {
 *   AqQueue *queue = aq_queue_new (G_TYPE_FILE, 10);
 *   g_autoptr (GFile) file = g_file_new_for_path ("/etc/hostname");
 *
 *   aq_queue_get_async (queue, NULL, got_file_cb, NULL);
 *   aq_queue_put_async (queue, file, NULL, NULL, NULL);
 *
 *   return queue;
 * }
 * ```
 *
 * ## Items
 *
 * Items are objects of the queue's [property@Queue:item-type]. The queue takes
 * a reference of its own when an item is put, and hands that over to whoever
 * gets it. A put that fails, for whatever reason, leaves the item with the
 * caller. A floating object is not sunk, as with [class@Gio.ListStore]. In C,
 * [ctor@Queue.new_with_free_func] makes a queue of plain pointers.
 *
 * ## What is promised
 *
 * Waiting gets and waiting puts are served in the order of their calls, across
 * threads, and nobody can overtake them with [method@Queue.try_get] or
 * [method@Queue.try_put]. A waiting get is promised *an* item; which one is
 * decided when [method@Queue.get_finish] collects it. So a cancelled get never
 * takes an item with it, nor does one whose result is thrown away.
 *
 * An operation either takes effect or fails. Once it has taken effect,
 * cancelling it changes nothing.
 *
 * ## Threads
 *
 * All functions can be called from any thread. Callbacks run in the
 * thread-default main context of the caller, never inside the call that caused
 * them, and signals and property notifications are emitted in the
 * [property@Queue:main-context] of the queue. [method@GObject.Object.freeze_notify]
 * does not hold them back, since any thread might have called it. The `sync`
 * functions block, and are for worker threads, which need no main loop.
 *
 * An operation that waits keeps the queue alive. To let go of a queue that
 * somebody still waits for, cancel the operation or call
 * [method@Queue.shutdown]. It keeps the main context of its callback too. If
 * nobody else does, that context is freed in the thread that ends the wait, and
 * the callback is never called.
 *
 * ## Where to begin
 *
 * [The belt in five minutes](five-minutes.html) shows whole programs, and
 * [Signals and join](signals.html) how a pipeline ends.
 *
 * Since: 0.1
 */

#define N_TRIES_TO_LOCK 8
#define N_MOMENTS 100

/* What there is to tell those who listen. */
typedef enum
{
  NEWS_NOTIFY = 1 << 0,
  NEWS_ITEMS_ADDED = 1 << 1,
  NEWS_DRAINED = 1 << 2,
} News;

enum
{
  PROP_0,
  PROP_ITEM_TYPE,
  PROP_MAX_SIZE,
  PROP_LENGTH,
  PROP_EMPTY,
  PROP_FULL,
  PROP_STATE,
  PROP_WAITING_GETTERS,
  PROP_WAITING_PUTTERS,
  PROP_UNFINISHED_TASKS,
  PROP_IN_FLIGHT,
  PROP_MAX_IN_FLIGHT,
  PROP_N_DROPPED,
  PROP_IO_PRIORITY,
  PROP_MAIN_CONTEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  ITEMS_ADDED,
  DRAINED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];
static guint notify_signal;

/* The values of the properties that can change, by number. */
typedef guint64 Snapshot[N_PROPS];

typedef struct
{
  GType item_type;               /* G_TYPE_POINTER: plain pointers */
  GDestroyNotify item_free_func; /* (nullable): of plain pointers */

  AqHints *hints; /* (owned) */

  /* (owned): of our own main context, where signals are emitted. Changes with
   * the priority, but stays in that context, so a pointer to it stays valid
   * for as long as we live. */
  AqDispatcher *home; /* (atomic) */

  GMutex lock;

  /* The fields below are protected by @lock. */
  AqLedger ledger;

  News pending;          /* not told yet; hints are pushed if there is any */
  guint last_length;     /* at the end of the last critical section */
  guint64 told_accepted; /* up to which items-added has counted */
  Snapshot told;         /* up to which properties are notified */
} AqQueuePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (AqQueue, aq_queue, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (AqQueueState, aq_queue_state,
                    G_DEFINE_ENUM_VALUE (AQ_QUEUE_STATE_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (AQ_QUEUE_STATE_DRAINING, "draining"),
                    G_DEFINE_ENUM_VALUE (AQ_QUEUE_STATE_FINISHED, "finished"))

static inline AqQueuePrivate *
get_private (AqQueue *self)
{
  return aq_queue_get_instance_private (self);
}

static inline void
relax (void)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_ia32_pause ();
#elif defined (__aarch64__)
  __asm__ volatile ("yield");
#endif
}

/* What is done under the lock takes some tens of nanoseconds, and to sleep and
 * be woken takes thousands. So it pays to try a few times. */
static inline void
lock (AqQueuePrivate *priv)
{
  for (int i = 0; i < N_TRIES_TO_LOCK; i++)
    {
      if (g_mutex_trylock (&priv->lock))
        return;

      for (int j = 0; j < (1 << i); j++)
        relax ();
    }

  g_mutex_lock (&priv->lock);
}

/* Ends a critical section. */
static inline void
unlock (AqQueuePrivate *priv)
{
  aq_ledger_check (&priv->ledger);
  g_mutex_unlock (&priv->lock);
}

static gboolean
is_item_type (GType type)
{
  return G_TYPE_IS_INTERFACE (type) || g_type_is_a (type, G_TYPE_OBJECT);
}

static AqQueueState
get_state_locked (AqQueuePrivate *priv)
{
  if (!priv->ledger.is_shut_down)
    return AQ_QUEUE_STATE_OPEN;

  if (aq_ledger_is_finished (&priv->ledger))
    return AQ_QUEUE_STATE_FINISHED;

  return AQ_QUEUE_STATE_DRAINING;
}

static gboolean
is_full_locked (AqQueuePrivate *priv)
{
  return priv->ledger.max_size > 0 && priv->ledger.store.length >= priv->ledger.max_size;
}

static void
take_snapshot_locked (AqQueuePrivate *priv,
                      Snapshot        snapshot)
{
  AqLedger *ledger = &priv->ledger;

  snapshot[PROP_MAX_SIZE] = ledger->max_size;
  snapshot[PROP_LENGTH] = ledger->store.length;
  snapshot[PROP_EMPTY] = ledger->store.length == 0;
  snapshot[PROP_FULL] = is_full_locked (priv);
  snapshot[PROP_STATE] = get_state_locked (priv);
  snapshot[PROP_WAITING_GETTERS] = ledger->getters.length;
  snapshot[PROP_WAITING_PUTTERS] = ledger->putters.length;
  snapshot[PROP_UNFINISHED_TASKS] = ledger->unfinished;
  snapshot[PROP_IN_FLIGHT] = ledger->in_flight;
  snapshot[PROP_MAX_IN_FLIGHT] = ledger->max_in_flight;
  snapshot[PROP_N_DROPPED] = ledger->n_dropped;
  snapshot[PROP_IO_PRIORITY] = (guint64) aq_dispatcher_get_priority (priv->home);
}

/* Returns what is to be told and is not pending yet. */
static inline News
note_news_locked (AqQueuePrivate *priv)
{
  guint length = priv->ledger.store.length;
  News news = NEWS_NOTIFY;

  if (priv->ledger.n_accepted != priv->told_accepted)
    news |= NEWS_ITEMS_ADDED;

  if (length == 0 && priv->last_length > 0)
    news |= NEWS_DRAINED;

  priv->last_length = length;

  return news & ~priv->pending;
}

static gboolean
has_listener (AqQueue *self,
              News     news)
{
  /* With the detail left open, to find notify::length as well. */
  if ((news & NEWS_NOTIFY) != 0 &&
      (G_OBJECT_GET_CLASS (self)->notify != NULL ||
       g_signal_handler_find (self, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_UNBLOCKED,
                              notify_signal, 0, NULL, NULL, NULL) != 0))
    return TRUE;

  if ((news & NEWS_ITEMS_ADDED) != 0 &&
      g_signal_has_handler_pending (self, signals[ITEMS_ADDED], 0, FALSE))
    return TRUE;

  return (news & NEWS_DRAINED) != 0 &&
         g_signal_has_handler_pending (self, signals[DRAINED], 0, FALSE);
}

static void
wake_and_unlock (AqQueue   *self,
                 GQueue    *decided,
                 News       news,
                 AqWakeUps *wake_ups)
{
  AqQueuePrivate *priv = get_private (self);

  /* Under the lock, since a waiter may be gone as soon as its thread sees what
   * was decided. */
  while (decided->head != NULL)
    {
      AqWaiter *waiter = g_queue_pop_head_link (decided)->data;

      waiter->wake_locked (waiter, wake_ups);
    }

  if (news != 0 && priv->pending == 0)
    aq_hints_push_locked (priv->hints, priv->home);
  priv->pending |= news;

  unlock (priv);

  /* Hints are pushed at any rate, and emitted when the main loop comes round.
   * It is woken for them only if somebody listens. That is asked once, and not
   * again while the hints are pending: who connects in the meantime does so in
   * that main loop, or before it runs, so it will come round. */
  if (news != 0 && has_listener (self, news))
    aq_dispatcher_wake (g_atomic_pointer_get (&priv->home));
}

static inline void
act_and_unlock (AqQueue *self,
                GQueue  *decided)
{
  AqQueuePrivate *priv = get_private (self);
  News news = note_news_locked (priv);

  if (decided->head == NULL && news == 0)
    {
      unlock (priv);
    }
  else
    {
      AqWakeUps wake_ups = { 0, };

      wake_and_unlock (self, decided, news, &wake_ups);
      aq_wake_ups_run (&wake_ups);
    }
}

static void
refuse (AqQueue    *self,
        gpointer    item,
        const char *func)
{
  if (item == NULL)
    g_critical ("%s: NULL is not an item", func);
  else
    g_critical ("%s: an item of type %s does not fit in a queue of %s", func,
                G_OBJECT_TYPE_NAME (item), g_type_name (get_private (self)->item_type));
}

static inline gboolean
accepts (AqQueue    *self,
         gpointer    item,
         const char *func)
{
  GType item_type = get_private (self)->item_type;

  if (item != NULL &&
      (item_type == G_TYPE_POINTER ||
       (G_IS_OBJECT (item) && G_TYPE_CHECK_INSTANCE_TYPE (item, item_type))))
    return TRUE;

  refuse (self, item, func);

  return FALSE;
}

/* Plain pointers become the queue's own once they are in; of an object it holds
 * a reference even while the put waits. */
static gpointer
ref_item (AqQueue  *self,
          gpointer  item)
{
  return get_private (self)->item_type == G_TYPE_POINTER ? item : g_object_ref (item);
}

/* Returns: (nullable): what frees an item that is out of the queue */
static GDestroyNotify
get_free_func (AqQueue *self)
{
  AqQueuePrivate *priv = get_private (self);

  return priv->item_type == G_TYPE_POINTER ? priv->item_free_func : g_object_unref;
}

/* Frees a store of items that were dropped. */
static void
drop_store (AqQueue *self,
            AqStore *store)
{
  GDestroyNotify free_func = get_free_func (self);

  /* Freeing an item may let go of the queue, so we no longer look at it. */
  while (store->length > 0)
    {
      gpointer item = aq_store_pop (store);

      if (free_func != NULL)
        free_func (item);
    }

  aq_store_clear (store);
}

/* Ends a critical section in which a promise may have been given back. After an
 * immediate shutdown its item is dropped, as it would have been without the
 * promise. Not for the thread that cancels, which has no business with items. */
static void
drop_leftovers_and_unlock (AqQueue *self,
                           GQueue  *decided)
{
  AqQueuePrivate *priv = get_private (self);
  AqStore dropped = { 0, };

  if (priv->ledger.drops_leftovers)
    aq_ledger_clear (&priv->ledger, &dropped, decided);

  act_and_unlock (self, decided);
  drop_store (self, &dropped);
}

static AqDispatcher *
ref_dispatcher_for_thread (AqQueue *self)
{
  AqDispatcher *home = g_atomic_pointer_get (&get_private (self)->home);
  GMainContext *context = g_main_context_get_thread_default ();

  if (context == NULL)
    context = g_main_context_default ();

  if (context == aq_dispatcher_get_context (home))
    return aq_dispatcher_ref (home);

  return aq_dispatcher_get (context, aq_dispatcher_get_priority (home));
}

static void
start (AqQueue             *self,
       AqWaiterKind         kind,
       gpointer             item,
       gint64               priority,
       guint                max_items,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data,
       GCallback            tag)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;
  AqWaiter *waiter;
  AqResult *result;

  result = aq_result_new (self, kind, ref_dispatcher_for_thread (self), callback,
                          user_data, tag);
  waiter = aq_result_get_waiter (result);
  waiter->item = item;
  waiter->priority = priority;
  waiter->max_items = max_items;
  aq_result_watch_cancel (result, cancellable);

  lock (priv);
  aq_ledger_join_line (&priv->ledger, waiter, &decided);
  act_and_unlock (self, &decided);
}

/* A waiter on the stack of the thread that blocks. */
typedef struct
{
  AqWaiter waiter;
  AqQueue *queue;
  gboolean is_decided; /* (atomic): for a look without the lock */
  GCond cond;
  gboolean sleeps; /* on @cond */
} BlockingWait;

static void
blocking_wake_locked (AqWaiter  *waiter,
                      AqWakeUps *wake_ups)
{
  BlockingWait *wait = (BlockingWait *) waiter;

  g_atomic_int_set (&wait->is_decided, TRUE);
  if (wait->sleeps)
    g_cond_signal (&wait->cond);
}

/* Whoever keeps up with us on another processor is here in a moment. To sleep,
 * and to be woken, takes both sides longer than this. */
static void
hesitate (BlockingWait *wait)
{
  for (int i = 0; i < N_MOMENTS && !g_atomic_int_get (&wait->is_decided); i++)
    relax ();
}

static void
sleep_locked (BlockingWait *wait,
              gint64        timeout_us)
{
  AqQueuePrivate *priv = get_private (wait->queue);
  gint64 now;

  /* A time that cannot be told from for ever is for ever. */
  now = timeout_us >= 0 ? g_get_monotonic_time () : 0;
  if (timeout_us > G_MAXINT64 - now)
    timeout_us = -1;

  while (wait->waiter.state == AQ_WAITER_WAITING)
    {
      if (timeout_us < 0)
        g_cond_wait (&wait->cond, &priv->lock);
      else if (!g_cond_wait_until (&wait->cond, &priv->lock, now + timeout_us))
        break;
    }
}

/* Joins the line, blocks until it is decided, and collects the item of a get
 * into @item. Whatever comes first counts: who is served in the last moment is
 * served. The caller has to hold a reference: others may let go of the queue as
 * soon as they see that somebody waits. */
static gboolean
block (AqQueue       *self,
       BlockingWait  *wait,
       gint64         timeout_us,
       GCancellable  *cancellable,
       gpointer      *item,
       GError       **error)
{
  AqQueuePrivate *priv = get_private (self);
  AqWaiter *waiter = &wait->waiter;
  GQueue decided = G_QUEUE_INIT;
  AqCancel *cancel = NULL;

  wait->queue = self;
  waiter->wake_locked = blocking_wake_locked;
  if (g_cancellable_is_cancelled (cancellable))
    waiter->state = AQ_WAITER_CANCELLED;

  lock (priv);
  aq_ledger_join_line (&priv->ledger, waiter, &decided);

  if (waiter->state == AQ_WAITER_WAITING && timeout_us != 0)
    {
      /* The handler may be called at once, and takes the lock. */
      act_and_unlock (self, &decided);
      if (cancellable != NULL)
        cancel = aq_cancel_new (cancellable, self, waiter);

      hesitate (wait);

      lock (priv);
      g_cond_init (&wait->cond);
      wait->sleeps = TRUE;
      sleep_locked (wait, timeout_us);
    }

  if (waiter->state == AQ_WAITER_WAITING)
    aq_ledger_give_up (&priv->ledger, waiter, AQ_WAITER_TIMED_OUT, &decided);
  if (waiter->kind == AQ_WAITER_GET && waiter->state == AQ_WAITER_READY)
    aq_ledger_collect (&priv->ledger, waiter, item, 1, &decided);

  drop_leftovers_and_unlock (self, &decided);

  if (wait->sleeps)
    {
      g_clear_pointer (&cancel, aq_cancel_cut);
      g_cond_clear (&wait->cond);
    }

  return !aq_waiter_set_error (waiter, error);
}

static void
aq_queue_dispose (GObject *object)
{
  AqQueue *self = AQ_QUEUE (object);

  /* Here, and not in finalize, since disposing an item may call us. */
  aq_queue_shutdown (self, TRUE);

  G_OBJECT_CLASS (aq_queue_parent_class)->dispose (object);
}

static void
aq_queue_finalize (GObject *object)
{
  AqQueuePrivate *priv = get_private (AQ_QUEUE (object));

  aq_store_clear (&priv->ledger.store);
  g_mutex_clear (&priv->lock);
  aq_hints_free (priv->hints);
  aq_dispatcher_unref (priv->home);

  G_OBJECT_CLASS (aq_queue_parent_class)->finalize (object);
}

static void
aq_queue_get_property (GObject    *object,
                       guint       property_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  AqQueue *self = AQ_QUEUE (object);

  switch (property_id)
    {
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, aq_queue_get_item_type (self));
      break;

    case PROP_MAX_SIZE:
      g_value_set_uint (value, aq_queue_get_max_size (self));
      break;

    case PROP_LENGTH:
      g_value_set_uint (value, aq_queue_get_length (self));
      break;

    case PROP_EMPTY:
      g_value_set_boolean (value, aq_queue_get_empty (self));
      break;

    case PROP_FULL:
      g_value_set_boolean (value, aq_queue_get_full (self));
      break;

    case PROP_STATE:
      g_value_set_enum (value, aq_queue_get_state (self));
      break;

    case PROP_WAITING_GETTERS:
      g_value_set_uint (value, aq_queue_get_waiting_getters (self));
      break;

    case PROP_WAITING_PUTTERS:
      g_value_set_uint (value, aq_queue_get_waiting_putters (self));
      break;

    case PROP_UNFINISHED_TASKS:
      g_value_set_uint64 (value, aq_queue_get_unfinished_tasks (self));
      break;

    case PROP_IN_FLIGHT:
      g_value_set_uint64 (value, aq_queue_get_in_flight (self));
      break;

    case PROP_MAX_IN_FLIGHT:
      g_value_set_uint (value, aq_queue_get_max_in_flight (self));
      break;

    case PROP_N_DROPPED:
      g_value_set_uint64 (value, aq_queue_get_n_dropped (self));
      break;

    case PROP_IO_PRIORITY:
      g_value_set_int (value, aq_queue_get_io_priority (self));
      break;

    case PROP_MAIN_CONTEXT:
      g_value_set_boxed (value, aq_queue_get_main_context (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
set_item_type (AqQueue *self,
               GType    item_type)
{
  AqQueuePrivate *priv = get_private (self);

  /* The default of a property of this type. */
  if (item_type == G_TYPE_NONE || item_type == G_TYPE_INVALID)
    return;

  if (is_item_type (item_type))
    priv->item_type = item_type;
  else
    g_critical ("%s: items are objects, and %s is no type of object", G_STRFUNC,
                g_type_name (item_type));
}

static void
aq_queue_set_property (GObject      *object,
                       guint         property_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  AqQueue *self = AQ_QUEUE (object);

  switch (property_id)
    {
    case PROP_ITEM_TYPE:
      set_item_type (self, g_value_get_gtype (value));
      break;

    case PROP_MAX_SIZE:
      aq_queue_set_max_size (self, g_value_get_uint (value));
      break;

    case PROP_MAX_IN_FLIGHT:
      aq_queue_set_max_in_flight (self, g_value_get_uint (value));
      break;

    case PROP_IO_PRIORITY:
      aq_queue_set_io_priority (self, g_value_get_int (value));
      break;

    case PROP_LENGTH:
    case PROP_EMPTY:
    case PROP_FULL:
    case PROP_STATE:
    case PROP_WAITING_GETTERS:
    case PROP_WAITING_PUTTERS:
    case PROP_UNFINISHED_TASKS:
    case PROP_IN_FLIGHT:
    case PROP_N_DROPPED:
    case PROP_MAIN_CONTEXT:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
aq_queue_constructed (GObject *object)
{
  AqQueuePrivate *priv = get_private (AQ_QUEUE (object));

  G_OBJECT_CLASS (aq_queue_parent_class)->constructed (object);

  /* What it was made with is no news. From here on there can be. */
  lock (priv);
  take_snapshot_locked (priv, priv->told);
  priv->pending = 0;
  unlock (priv);
}

static void
aq_queue_class_init (AqQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = aq_queue_constructed;
  object_class->dispose = aq_queue_dispose;
  object_class->finalize = aq_queue_finalize;
  object_class->get_property = aq_queue_get_property;
  object_class->set_property = aq_queue_set_property;

  /**
   * AqQueue:item-type:
   *
   * The type of the items: a type of object, or an interface.
   *
   * `G_TYPE_OBJECT` if none is given, and `G_TYPE_POINTER` if the queue was made
   * for plain pointers.
   *
   * Since: 0.1
   */
  props[PROP_ITEM_TYPE] =
    g_param_spec_gtype ("item-type", NULL, NULL,
                        G_TYPE_NONE,
                        flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);

  /**
   * AqQueue:max-size:
   *
   * How many items fit into the queue, or 0 if it has no bound.
   *
   * Growing it lets waiting puts in at once. Shrinking it drops nothing, and
   * holds back new items until there is room.
   *
   * Since: 0.1
   */
  props[PROP_MAX_SIZE] =
    g_param_spec_uint ("max-size", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT);

  /**
   * AqQueue:length:
   *
   * How many items are in the queue.
   *
   * Items that are promised to a get count until they are collected.
   *
   * Since: 0.1
   */
  props[PROP_LENGTH] =
    g_param_spec_uint ("length", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READABLE);

  /**
   * AqQueue:empty:
   *
   * Whether [property@Queue:length] is 0.
   *
   * Since: 0.1
   */
  props[PROP_EMPTY] =
    g_param_spec_boolean ("empty", NULL, NULL,
                          TRUE,
                          flags | G_PARAM_READABLE);

  /**
   * AqQueue:full:
   *
   * Whether [property@Queue:length] has reached [property@Queue:max-size].
   *
   * Since: 0.1
   */
  props[PROP_FULL] =
    g_param_spec_boolean ("full", NULL, NULL,
                          FALSE,
                          flags | G_PARAM_READABLE);

  /**
   * AqQueue:state:
   *
   * How far the queue is on its way to its end.
   *
   * Since: 0.1
   */
  props[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL,
                       AQ_TYPE_QUEUE_STATE, AQ_QUEUE_STATE_OPEN,
                       flags | G_PARAM_READABLE);

  /**
   * AqQueue:waiting-getters:
   *
   * How many gets wait for an item to be promised to them.
   *
   * Since: 0.1
   */
  props[PROP_WAITING_GETTERS] =
    g_param_spec_uint ("waiting-getters", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READABLE);

  /**
   * AqQueue:waiting-putters:
   *
   * How many puts wait for room.
   *
   * Since: 0.1
   */
  props[PROP_WAITING_PUTTERS] =
    g_param_spec_uint ("waiting-putters", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READABLE);

  /**
   * AqQueue:unfinished-tasks:
   *
   * How many items were put, and neither dropped nor reported done with
   * [method@Queue.task_done].
   *
   * Since: 0.1
   */
  props[PROP_UNFINISHED_TASKS] =
    g_param_spec_uint64 ("unfinished-tasks", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         flags | G_PARAM_READABLE);

  /**
   * AqQueue:in-flight:
   *
   * How many items were collected and not yet reported done with
   * [method@Queue.task_done].
   *
   * Since: 0.1
   */
  props[PROP_IN_FLIGHT] =
    g_param_spec_uint64 ("in-flight", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         flags | G_PARAM_READABLE);

  /**
   * AqQueue:max-in-flight:
   *
   * The most items that can be in flight at once, or 0 if there is no limit.
   *
   * While as many items are collected and not reported done, or promised, gets
   * wait. Raising the limit serves them at once; lowering it takes nothing back.
   *
   * Since: 0.1
   */
  props[PROP_MAX_IN_FLIGHT] =
    g_param_spec_uint ("max-in-flight", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT);

  /**
   * AqQueue:n-dropped:
   *
   * How many items were dropped by [method@Queue.clear] and
   * [method@Queue.shutdown].
   *
   * Since: 0.1
   */
  props[PROP_N_DROPPED] =
    g_param_spec_uint64 ("n-dropped", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         flags | G_PARAM_READABLE);

  /**
   * AqQueue:io-priority:
   *
   * The priority of callbacks and signals in their main loops.
   *
   * It is `G_PRIORITY_DEFAULT` unless it is set, and counts for operations that
   * are started after that. A main context keeps a small source for each priority
   * that was used in it: so let it be one of a few, and not another for each
   * operation.
   *
   * Since: 0.1
   */
  props[PROP_IO_PRIORITY] =
    g_param_spec_int ("io-priority", NULL, NULL,
                      G_MININT, G_MAXINT, G_PRIORITY_DEFAULT,
                      flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT);

  /**
   * AqQueue:main-context: (skip)
   *
   * The main context in which signals and property notifications are emitted:
   * the thread-default one where the queue was made.
   *
   * The queue keeps it, and a callback that is due in it keeps the queue. So
   * before you give up a context of your own, run it until nothing is left to do.
   *
   * Since: 0.1
   */
  props[PROP_MAIN_CONTEXT] =
    g_param_spec_boxed ("main-context", NULL, NULL,
                        G_TYPE_MAIN_CONTEXT,
                        flags | G_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * AqQueue::items-added:
   * @self: the queue
   * @n_items: how many items were put since the last emission
   *
   * Tells that items were put, whether or not somebody has got them since.
   *
   * It is emitted in the [property@Queue:main-context], once for all that
   * happened since that last came round. Other threads may have moved on, so
   * look at the queue to see what is so now.
   *
   * Connect in the thread that runs this context, or before it runs: a main
   * loop that sleeps is not woken for what happened before you connected.
   *
   * Since: 0.1
   */
  signals[ITEMS_ADDED] =
    g_signal_new ("items-added",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * AqQueue::drained:
   * @self: the queue
   *
   * Tells that the last item was taken off, or dropped.
   *
   * This does not say that the items are processed: for that see
   * [method@Queue.join_async]. It is emitted as [signal@Queue::items-added] is:
   * in the [property@Queue:main-context], and by then the queue may hold items
   * again.
   *
   * Since: 0.1
   */
  signals[DRAINED] =
    g_signal_new ("drained",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 0);

  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
}

static void
aq_queue_init (AqQueue *self)
{
  AqQueuePrivate *priv = get_private (self);
  GMainContext *context = g_main_context_ref_thread_default ();

  priv->item_type = G_TYPE_OBJECT;
  priv->hints = aq_hints_new (self);
  priv->home = aq_dispatcher_get (context, G_PRIORITY_DEFAULT);
  g_mutex_init (&priv->lock);
  aq_ledger_init (&priv->ledger, AQ_STORE_FIFO);
  /* As if it were told already: nobody may look at a queue in the making. */
  priv->pending = NEWS_NOTIFY | NEWS_ITEMS_ADDED | NEWS_DRAINED;

  g_main_context_unref (context);
}

/* For the init functions of subclasses. */
void
aq_queue_set_order (AqQueue      *self,
                    AqStoreOrder  order)
{
  aq_ledger_init (&get_private (self)->ledger, order);
}

AqQueue *
aq_queue_new_of_objects (GType       queue_type,
                         GType       item_type,
                         guint       max_size,
                         const char *func)
{
  if (!is_item_type (item_type))
    {
      g_critical ("%s: items are objects, and %s is no type of object", func,
                  g_type_name (item_type));
      return NULL;
    }

  return g_object_new (queue_type,
                       "item-type", item_type,
                       "max-size", max_size,
                       NULL);
}

AqQueue *
aq_queue_new_of_pointers (GType          queue_type,
                          guint          max_size,
                          GDestroyNotify item_free_func)
{
  AqQueue *self = g_object_new (queue_type, "max-size", max_size, NULL);
  AqQueuePrivate *priv = get_private (self);

  /* Not a property: a binding that made such a queue could put objects into
   * it without a reference. */
  priv->item_type = G_TYPE_POINTER;
  priv->item_free_func = item_free_func;

  return self;
}

void
aq_queue_begin_call (AqQueue  *self,
                     AqWaiter *waiter)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;

  lock (priv);
  aq_ledger_begin_call (&priv->ledger, waiter);
  if (priv->ledger.drops_leftovers)
    drop_leftovers_and_unlock (self, &decided);
  else
    unlock (priv);
}

/* The caller runs @wake_ups once it holds no lock either. */
void
aq_queue_give_up (AqQueue       *self,
                  AqWaiter      *waiter,
                  AqWaiterState  reason,
                  AqWakeUps     *wake_ups)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;

  lock (priv);
  aq_ledger_give_up (&priv->ledger, waiter, reason, &decided);
  wake_and_unlock (self, &decided, note_news_locked (priv), wake_ups);
}

/* Gives the promise of @waiter back, if it has one, or takes it out of line. */
void
aq_queue_withdraw (AqQueue  *self,
                   AqWaiter *waiter)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;

  lock (priv);
  aq_ledger_withdraw (&priv->ledger, waiter, &decided);
  drop_leftovers_and_unlock (self, &decided);
}

/* Lets @waiter stand in line, and returns %TRUE if it need not wait. Until then
 * it is asleep. */
gboolean
aq_queue_prepare_watch (AqQueue  *self,
                        AqWaiter *waiter,
                        gboolean *asleep)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;
  gboolean is_new, is_ready;

  lock (priv);

  is_new = waiter->state == AQ_WAITER_NEW;
  if (is_new)
    aq_ledger_join_line (&priv->ledger, waiter, &decided);

  is_ready = waiter->state != AQ_WAITER_WAITING;
  *asleep = !is_ready;

  /* To look is no news, or a main loop that looks would never rest. */
  if (is_new)
    act_and_unlock (self, &decided);
  else
    unlock (priv);

  return is_ready;
}

gboolean
aq_queue_check_watch (AqQueue  *self,
                      AqWaiter *waiter)
{
  AqQueuePrivate *priv = get_private (self);
  gboolean is_ready;

  lock (priv);
  is_ready = waiter->state != AQ_WAITER_NEW && waiter->state != AQ_WAITER_WAITING;
  unlock (priv);

  return is_ready;
}

/* Sets *@item, if there is one for @waiter now; if not, @waiter stands in line.
 * Returns %FALSE once no more will come. */
gboolean
aq_queue_collect_for_watch (AqQueue  *self,
                            AqWaiter *waiter,
                            gpointer *item)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;
  gboolean has_ended;

  lock (priv);

  if (waiter->state == AQ_WAITER_NEW && aq_ledger_can_promise (&priv->ledger))
    {
      /* Nobody is in line, so we need not stand there either. */
      aq_ledger_get (&priv->ledger, item, 1, &decided);
    }
  else if (waiter->state == AQ_WAITER_NEW)
    {
      aq_ledger_join_line (&priv->ledger, waiter, &decided);
    }
  else if (waiter->state == AQ_WAITER_READY)
    {
      aq_ledger_collect (&priv->ledger, waiter, item, 1, &decided);
      waiter->state = AQ_WAITER_NEW;
    }

  has_ended = aq_waiter_has_failed (waiter);
  act_and_unlock (self, &decided);

  return !has_ended;
}

/* Frees the item of a put that failed: an object's reference was taken for it,
 * but a plain pointer is still the caller's. */
void
aq_queue_release_item (AqQueue  *self,
                       gpointer  item)
{
  if (item != NULL && get_private (self)->item_type != G_TYPE_POINTER)
    g_object_unref (item);
}

void
aq_queue_emit_hints (AqQueue *self)
{
  AqQueuePrivate *priv = get_private (self);
  Snapshot before, now = { 0, };
  guint64 n_added;
  News pending;

  lock (priv);

  memcpy (before, priv->told, sizeof before);
  take_snapshot_locked (priv, now);
  memcpy (priv->told, now, sizeof now);

  n_added = priv->ledger.n_accepted - priv->told_accepted;
  priv->told_accepted = priv->ledger.n_accepted;

  /* What happens from here on is told next time. */
  pending = priv->pending;
  priv->pending = 0;

  unlock (priv);

  /* Not g_object_notify (): if another thread sets a property just now, that
   * would leave it to that thread to emit. */
  for (guint i = 1; i < N_PROPS; i++)
    if (now[i] != before[i])
      g_signal_emit (self, notify_signal,
                     g_param_spec_get_name_quark (props[i]), props[i]);

  if (n_added > 0)
    g_signal_emit (self, signals[ITEMS_ADDED], 0, (guint) MIN (n_added, G_MAXUINT));

  if ((pending & NEWS_DRAINED) != 0)
    g_signal_emit (self, signals[DRAINED], 0);
}

void
aq_queue_put_with_priority_async (AqQueue             *self,
                                  gpointer             item,
                                  gint64               priority,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data,
                                  GCallback            tag,
                                  const char          *func)
{
  if (!accepts (self, item, func))
    return;

  start (self, AQ_WAITER_PUT, ref_item (self, item), priority, 0, cancellable,
         callback, user_data, tag);
}

gboolean
aq_queue_put_with_priority_sync (AqQueue       *self,
                                 gpointer       item,
                                 gint64         priority,
                                 gint64         timeout_us,
                                 GCancellable  *cancellable,
                                 GError       **error,
                                 const char    *func)
{
  AqQueuePrivate *priv = get_private (self);
  BlockingWait wait = { .waiter.kind = AQ_WAITER_PUT };
  GQueue decided = G_QUEUE_INIT;
  gboolean result;

  if (!accepts (self, item, func))
    return FALSE;

  ref_item (self, item);

  lock (priv);

  if (aq_ledger_has_room (&priv->ledger) && !g_cancellable_is_cancelled (cancellable))
    {
      aq_ledger_put (&priv->ledger, item, priority, &decided);
      act_and_unlock (self, &decided);
      return TRUE;
    }

  unlock (priv);

  wait.waiter.item = item;
  wait.waiter.priority = priority;

  g_object_ref (self);
  result = block (self, &wait, timeout_us, cancellable, NULL, error);
  aq_queue_release_item (self, wait.waiter.item);
  g_object_unref (self);

  return result;
}

gboolean
aq_queue_try_put_with_priority (AqQueue     *self,
                                gpointer     item,
                                gint64       priority,
                                GError     **error,
                                const char  *func)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;
  gboolean is_shut_down;

  if (!accepts (self, item, func))
    return FALSE;

  ref_item (self, item);

  lock (priv);

  if (aq_ledger_has_room (&priv->ledger))
    {
      aq_ledger_put (&priv->ledger, item, priority, &decided);
      act_and_unlock (self, &decided);
      return TRUE;
    }

  is_shut_down = priv->ledger.is_shut_down;
  unlock (priv);

  aq_queue_release_item (self, item);

  if (is_shut_down)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The queue is shut down");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The queue is full");

  return FALSE;
}

/**
 * aq_queue_new:
 * @item_type: the type of the items: a type of object, or an interface
 * @max_size: how many items fit, or 0 for no bound
 *
 * Creates a queue from which the first item that went in comes out first.
 *
 * Its signals are emitted in the thread-default main context of the caller.
 *
 * Returns: (transfer full): a new queue
 *
 * Since: 0.1
 */
AqQueue *
aq_queue_new (GType item_type,
              guint max_size)
{
  return aq_queue_new_of_objects (AQ_TYPE_QUEUE, item_type, max_size, G_STRFUNC);
}

/**
 * aq_queue_new_with_free_func: (skip)
 * @max_size: how many items fit, or 0 for no bound
 * @item_free_func: (nullable): frees an item that is dropped
 *
 * Creates a queue of plain pointers.
 *
 * A pointer is the queue's once its put has succeeded, and the getter's once it
 * was collected. @item_free_func is called for items that nobody gets: those
 * dropped by [method@Queue.clear] or [method@Queue.shutdown], and those left
 * when the queue is finalized. It is called in the thread in which that
 * happens, with no lock held. `NULL` is not an item.
 *
 * Returns: (transfer full): a new queue
 *
 * Since: 0.1
 */
AqQueue *
aq_queue_new_with_free_func (guint          max_size,
                             GDestroyNotify item_free_func)
{
  return aq_queue_new_of_pointers (AQ_TYPE_QUEUE, max_size, item_free_func);
}

/**
 * aq_queue_put_async:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once @item
 *   is in
 * @user_data: data for @callback
 *
 * Adds an item, waiting while the queue is full.
 *
 * Callers are let in in the order in which they asked. @callback runs in the
 * thread-default main context of the caller, and never before this function
 * returns. Call [method@Queue.put_finish] there.
 *
 * Do not wait to put on a queue from which you get. Once all who get from it wait
 * for room, nobody makes any: there are
 * [other ways](back-pressure.html#never-wait-to-put-on-the-queue-that-you-serve).
 *
 * The error is `G_IO_ERROR_CLOSED` if the queue is shut down before there is
 * room, or `G_IO_ERROR_CANCELLED` if @cancellable is triggered before. Either
 * way @item was not added. Once there was room, cancelling has no effect.
 *
 * Since: 0.1
 */
void
aq_queue_put_async (AqQueue             *self,
                    gpointer             item,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aq_queue_put_with_priority_async (self, item, 0, cancellable, callback, user_data,
                                    G_CALLBACK (aq_queue_put_async), G_STRFUNC);
}

/**
 * aq_queue_put_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.put_async].
 *
 * The errors are those of that function. After each of them the item is still
 * the caller's.
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_put_finish (AqQueue       *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (aq_result_is_valid (result, self, AQ_WAITER_PUT), FALSE);

  return !aq_waiter_set_error (aq_result_get_waiter (AQ_RESULT (result)), error);
}

/**
 * aq_queue_put_sync:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Adds an item, blocking the thread while the queue is full.
 *
 * This is for worker threads. It needs no main loop, and waits in the same line
 * as [method@Queue.put_async].
 *
 * The error is `G_IO_ERROR_CLOSED` if the queue is shut down before there is
 * room, or `G_IO_ERROR_CANCELLED` if @cancellable is triggered before. Either
 * way @item was not added.
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_put_sync (AqQueue       *self,
                   gpointer       item,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return aq_queue_put_with_priority_sync (self, item, 0, -1, cancellable, error, G_STRFUNC);
}

/**
 * aq_queue_timed_put:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @timeout_us: how long to wait at most, in microseconds, or -1 for ever
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Adds an item, blocking the thread for some time at most.
 *
 * This is [method@Queue.put_sync] with one more error, `G_IO_ERROR_TIMED_OUT`,
 * after which @item was not added. With a time of 0 it adds the item if there is
 * room now.
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_timed_put (AqQueue       *self,
                    gpointer       item,
                    gint64         timeout_us,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (timeout_us >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return aq_queue_put_with_priority_sync (self, item, 0, timeout_us, cancellable, error,
                                          G_STRFUNC);
}

/**
 * aq_queue_try_put:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @error: return location for an error
 *
 * Adds an item if there is room now.
 *
 * It never takes a place that a waiting put is due.
 *
 * The error is `G_IO_ERROR_CLOSED` if the queue is shut down, or
 * `G_IO_ERROR_WOULD_BLOCK` if it is full. Either way @item was not added.
 *
 * Returns: %TRUE if the item is in, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_try_put (AqQueue   *self,
                  gpointer   item,
                  GError   **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);

  return aq_queue_try_put_with_priority (self, item, 0, error, G_STRFUNC);
}

/**
 * aq_queue_offer:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 *
 * Adds an item if there is room now, without an error if there is none.
 *
 * This is [method@Queue.try_put] for those who do not ask why it fails. That
 * is worth most to language bindings, where to make an error costs more than all
 * else, and may run code of the program.
 *
 * Returns: %TRUE if the item is in, %FALSE if the queue is full, or shut down
 *
 * Since: 0.1
 */
gboolean
aq_queue_offer (AqQueue  *self,
                gpointer  item)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);

  return aq_queue_try_put_with_priority (self, item, 0, NULL, G_STRFUNC);
}

/**
 * aq_queue_get_async:
 * @self: a queue
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once there
 *   is an item to collect
 * @user_data: data for @callback
 *
 * Takes an item off, waiting while the queue is empty.
 *
 * Callers are served in the order in which they asked. @callback runs in the
 * thread-default main context of the caller, and never before this function
 * returns. Call [method@Queue.get_finish] there, or later: it collects the item.
 * If it is never called, the item goes to somebody else once the result is
 * freed. A [class@Gio.Task] around it may lose the item, unless you
 * [tell it not to](cancelling.html#in-an-operation-of-your-own).
 *
 * The error is `G_IO_ERROR_CLOSED` if the queue is shut down and has no item
 * left, or `G_IO_ERROR_CANCELLED` if @cancellable is triggered before @callback
 * runs. Either way no item was taken.
 *
 * Since: 0.1
 */
void
aq_queue_get_async (AqQueue             *self,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, AQ_WAITER_GET, NULL, 0, 1, cancellable, callback, user_data,
         G_CALLBACK (aq_queue_get_async));
}

/**
 * aq_queue_get_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.get_async].
 *
 * The item is the one that is next in the queue's order now. It is out of the
 * queue from here on, and each result gives one item. The errors are those of
 * [method@Queue.get_async].
 *
 * Returns: (type GObject) (transfer full): the item, or %NULL with @error set
 *
 * Since: 0.1
 */
gpointer
aq_queue_get_finish (AqQueue       *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;
  AqWaiter *waiter;
  gpointer item;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (aq_result_is_valid (result, self, AQ_WAITER_GET), NULL);

  priv = get_private (self);
  waiter = aq_result_get_waiter (AQ_RESULT (result));

  lock (priv);

  if (waiter->state == AQ_WAITER_CALLED)
    {
      aq_ledger_collect (&priv->ledger, waiter, &item, 1, &decided);
      act_and_unlock (self, &decided);
      return item;
    }

  unlock (priv);

  if (!aq_waiter_set_error (waiter, error))
    g_critical ("%s: the item of this result was collected before", G_STRFUNC);

  return NULL;
}

/**
 * aq_queue_get_many_async:
 * @self: a queue
 * @max_items: how many items to take at most
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once there
 *   is an item to collect
 * @user_data: data for @callback
 *
 * Takes one or more items off, waiting while the queue is empty.
 *
 * It waits for one item, in the same line as [method@Queue.get_async], and takes
 * those that are there when [method@Queue.get_many_finish] collects. All else,
 * and the errors, are as for [method@Queue.get_async].
 *
 * Since: 0.1
 */
void
aq_queue_get_many_async (AqQueue             *self,
                         guint                max_items,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (max_items > 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, AQ_WAITER_GET_MANY, NULL, 0, max_items, cancellable, callback, user_data,
         G_CALLBACK (aq_queue_get_many_async));
}

/* Makes room for as many items as can be got now, at most. */
static GPtrArray *
array_for_items (AqQueue *self,
                 guint    max_items)
{
  AqQueuePrivate *priv = get_private (self);
  GPtrArray *array = g_ptr_array_new ();
  guint most;

  lock (priv);
  most = aq_ledger_most (&priv->ledger);
  unlock (priv);

  g_ptr_array_set_size (array, (gint) MIN (most, max_items));

  return array;
}

/* To be called once the array is filled: it frees what is cut off, too. */
static GPtrArray *
own_items (AqQueue   *self,
           GPtrArray *array,
           guint      n_items)
{
  g_ptr_array_set_size (array, n_items);
  g_ptr_array_set_free_func (array, get_free_func (self));

  return array;
}

/**
 * aq_queue_get_many_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.get_many_async].
 *
 * The items are those that are next in the queue's order now, and in this
 * order. None is taken that is promised to somebody else. The array owns its
 * items, and unrefs (or frees) those that are left in it. The errors are those
 * of [method@Queue.get_async].
 *
 * Returns: (element-type GObject) (transfer container): one item or more, or %NULL
 *   with @error set
 *
 * Since: 0.1
 */
GPtrArray *
aq_queue_get_many_finish (AqQueue       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;
  g_autoptr (GPtrArray) array = NULL;
  AqWaiter *waiter;
  guint n_items;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (aq_result_is_valid (result, self, AQ_WAITER_GET_MANY), NULL);

  priv = get_private (self);
  waiter = aq_result_get_waiter (AQ_RESULT (result));
  array = array_for_items (self, waiter->max_items);

  lock (priv);

  if (waiter->state == AQ_WAITER_CALLED)
    {
      n_items = aq_ledger_collect (&priv->ledger, waiter, array->pdata, array->len, &decided);
      act_and_unlock (self, &decided);
      return own_items (self, g_steal_pointer (&array), n_items);
    }

  unlock (priv);

  if (!aq_waiter_set_error (waiter, error))
    g_critical ("%s: the items of this result were collected before", G_STRFUNC);

  return NULL;
}

static gpointer
get_sync (AqQueue       *self,
          gint64         timeout_us,
          GCancellable  *cancellable,
          GError       **error)
{
  AqQueuePrivate *priv = get_private (self);
  BlockingWait wait = { .waiter.kind = AQ_WAITER_GET };
  GQueue decided = G_QUEUE_INIT;
  gpointer item = NULL;

  lock (priv);

  if (aq_ledger_can_promise (&priv->ledger) && !g_cancellable_is_cancelled (cancellable))
    {
      aq_ledger_get (&priv->ledger, &item, 1, &decided);
      act_and_unlock (self, &decided);
      return item;
    }

  unlock (priv);

  g_object_ref (self);
  block (self, &wait, timeout_us, cancellable, &item, error);
  g_object_unref (self);

  return item;
}

/**
 * aq_queue_get_sync:
 * @self: a queue
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Takes an item off, blocking the thread while the queue is empty.
 *
 * This is for worker threads. It needs no main loop, and waits in the same line
 * as [method@Queue.get_async].
 *
 * The error is `G_IO_ERROR_CLOSED` if the queue is shut down and has no item
 * left, or `G_IO_ERROR_CANCELLED` if @cancellable is triggered before there is
 * one. Either way no item was taken.
 *
 * Returns: (type GObject) (transfer full): the item, or %NULL with @error set
 *
 * Since: 0.1
 */
gpointer
aq_queue_get_sync (AqQueue       *self,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return get_sync (self, -1, cancellable, error);
}

/**
 * aq_queue_timed_get:
 * @self: a queue
 * @timeout_us: how long to wait at most, in microseconds, or -1 for ever
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Takes an item off, blocking the thread for some time at most.
 *
 * This is [method@Queue.get_sync] with one more error, `G_IO_ERROR_TIMED_OUT`,
 * after which no item was taken. With a time of 0 it takes an item if there is
 * one now.
 *
 * Returns: (type GObject) (transfer full): the item, or %NULL with @error set
 *
 * Since: 0.1
 */
gpointer
aq_queue_timed_get (AqQueue       *self,
                    gint64         timeout_us,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (timeout_us >= -1, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return get_sync (self, timeout_us, cancellable, error);
}

static guint
try_get (AqQueue   *self,
         gpointer  *items,
         guint      n_items,
         GError   **error)
{
  AqQueuePrivate *priv = get_private (self);
  GQueue decided = G_QUEUE_INIT;
  gboolean is_finished, is_limited, has_items;

  lock (priv);

  if (aq_ledger_can_promise (&priv->ledger))
    {
      n_items = aq_ledger_get (&priv->ledger, items, n_items, &decided);
      act_and_unlock (self, &decided);
      return n_items;
    }

  is_finished = aq_ledger_is_finished (&priv->ledger);
  is_limited = aq_ledger_is_limited (&priv->ledger);
  has_items = priv->ledger.store.length > 0;
  unlock (priv);

  if (is_finished)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The queue is shut down");
  else if (is_limited)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                         "As many items as may be are in flight");
  else if (has_items)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                         "The items in the queue are for others who wait");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The queue is empty");

  return 0;
}

/**
 * aq_queue_try_get:
 * @self: a queue
 * @error: return location for an error
 *
 * Takes an item off if there is one now.
 *
 * It never takes an item that is promised to a waiting get.
 *
 * The error is `G_IO_ERROR_CLOSED` if the queue is shut down and empty, or
 * `G_IO_ERROR_WOULD_BLOCK` if there is no item, or none that is not promised, or
 * if [property@Queue:max-in-flight] is reached.
 *
 * Returns: (type GObject) (transfer full): the item, or %NULL with @error set
 *
 * Since: 0.1
 */
gpointer
aq_queue_try_get (AqQueue  *self,
                  GError  **error)
{
  gpointer item;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);

  return try_get (self, &item, 1, error) > 0 ? item : NULL;
}

/**
 * aq_queue_poll:
 * @self: a queue
 *
 * Takes an item off if there is one now, without an error if there is none.
 *
 * This is [method@Queue.try_get] for those who do not ask why it fails, as
 * [method@Queue.offer] is [method@Queue.try_put].
 *
 * Returns: (type GObject) (transfer full) (nullable): the item, or %NULL
 *
 * Since: 0.1
 */
gpointer
aq_queue_poll (AqQueue *self)
{
  gpointer item;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);

  return try_get (self, &item, 1, NULL) > 0 ? item : NULL;
}

/**
 * aq_queue_try_get_many:
 * @self: a queue
 * @max_items: how many items to take at most
 * @error: return location for an error
 *
 * Takes the items off that are there now, up to a number.
 *
 * The items are in the queue's order. None is taken that is promised to a
 * waiting get. The array owns its items, and unrefs (or frees) those that are
 * left in it. The errors are those of [method@Queue.try_get].
 *
 * Returns: (element-type GObject) (transfer container): one item or more, or %NULL
 *   with @error set
 *
 * Since: 0.1
 */
GPtrArray *
aq_queue_try_get_many (AqQueue  *self,
                       guint     max_items,
                       GError  **error)
{
  g_autoptr (GPtrArray) array = NULL;
  guint n_items;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (max_items > 0, NULL);

  array = array_for_items (self, max_items);
  n_items = try_get (self, array->pdata, array->len, error);

  return n_items > 0 ? own_items (self, g_steal_pointer (&array), n_items) : NULL;
}

/**
 * aq_queue_peek:
 * @self: a queue of objects
 *
 * Looks at the item that is next in the queue's order, and leaves it there.
 *
 * It may be promised to a get already, and by the time you look at it, another
 * thread may have taken it. A queue of plain pointers cannot be peeked at, since
 * nothing would keep the item alive.
 *
 * Returns: (type GObject) (transfer full) (nullable): the next item, or %NULL if
 *   the queue is empty
 *
 * Since: 0.1
 */
gpointer
aq_queue_peek (AqQueue *self)
{
  AqQueuePrivate *priv;
  gpointer item;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);

  priv = get_private (self);
  g_return_val_if_fail (priv->item_type != G_TYPE_POINTER, NULL);

  lock (priv);
  item = aq_store_peek (&priv->ledger.store);
  /* This calls nobody: a toggle reference is told of the second reference to
   * an object, and with the queue's own this is the third. */
  if (item != NULL)
    g_object_ref (item);
  unlock (priv);

  return item;
}

/**
 * aq_queue_peek_many:
 * @self: a queue of objects
 * @max_items: how many items to look at at most
 *
 * Looks at the items that are next in the queue's order, and leaves them there.
 *
 * It is a picture of one moment, to print or to save, and takes the longer the
 * more items there are. What [method@Queue.peek] says of its item is true of
 * each of these. The array owns its items, and unrefs those that are left in it.
 *
 * Returns: (element-type GObject) (transfer container): the items; none if the
 *   queue is empty
 *
 * Since: 0.1
 */
GPtrArray *
aq_queue_peek_many (AqQueue *self,
                    guint    max_items)
{
  AqQueuePrivate *priv;
  GPtrArray *array;
  guint n_items;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (max_items > 0, NULL);

  priv = get_private (self);
  g_return_val_if_fail (priv->item_type != G_TYPE_POINTER, NULL);

  /* Not to allocate under the lock. What comes in meanwhile is left out. */
  array = g_ptr_array_new ();
  g_ptr_array_set_size (array, (gint) MIN (aq_queue_get_length (self), MIN (max_items, G_MAXINT)));

  lock (priv);
  n_items = MIN (priv->ledger.store.length, array->len);
  aq_store_peek_many (&priv->ledger.store, array->pdata, n_items);
  /* As in aq_queue_peek (), this calls nobody. */
  for (guint i = 0; i < n_items; i++)
    g_object_ref (array->pdata[i]);
  unlock (priv);

  return own_items (self, array, n_items);
}

/**
 * aq_queue_task_done:
 * @self: a queue
 *
 * Reports that one more item is processed.
 *
 * Whoever gets items calls this once for each, when it is done with it. At zero
 * [property@Queue:unfinished-tasks], those who wait in
 * [method@Queue.join_async] are called. To call it more often than items were
 * put is a programmer's error.
 *
 * Since: 0.1
 */
void
aq_queue_task_done (AqQueue *self)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;
  gboolean expected;

  g_return_if_fail (AQ_IS_QUEUE (self));

  priv = get_private (self);

  lock (priv);
  expected = aq_ledger_task_done (&priv->ledger, &decided);
  act_and_unlock (self, &decided);

  if (!expected)
    g_critical ("%s: called more often than items were put", G_STRFUNC);
}

/**
 * aq_queue_join_async:
 * @self: a queue
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once all
 *   items are processed
 * @user_data: data for @callback
 *
 * Waits until each item that was put is processed or dropped.
 *
 * Those who get items report that with [method@Queue.task_done]. @callback runs
 * in the thread-default main context of the caller, and never before this
 * function returns. Call [method@Queue.join_finish] there. By then items may
 * have been put again.
 *
 * If nothing is unfinished, such as before the first put, it ends at once.
 *
 * The error is `G_IO_ERROR_CANCELLED` if @cancellable is triggered before all
 * is done. Shutting the queue down does not end the wait by itself.
 *
 * Since: 0.1
 */
void
aq_queue_join_async (AqQueue             *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, AQ_WAITER_JOIN, NULL, 0, 0, cancellable, callback, user_data,
         G_CALLBACK (aq_queue_join_async));
}

/**
 * aq_queue_join_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.join_async].
 *
 * The errors are those of that function.
 *
 * Returns: %TRUE if all items were processed, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_join_finish (AqQueue       *self,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (aq_result_is_valid (result, self, AQ_WAITER_JOIN), FALSE);

  return !aq_waiter_set_error (aq_result_get_waiter (AQ_RESULT (result)), error);
}

static gboolean
join_sync (AqQueue       *self,
           gint64         timeout_us,
           GCancellable  *cancellable,
           GError       **error)
{
  BlockingWait wait = { .waiter.kind = AQ_WAITER_JOIN };
  gboolean result;

  g_object_ref (self);
  result = block (self, &wait, timeout_us, cancellable, NULL, error);
  g_object_unref (self);

  return result;
}

/**
 * aq_queue_join_sync:
 * @self: a queue
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Blocks the thread until each item that was put is processed or dropped.
 *
 * The error is `G_IO_ERROR_CANCELLED` if @cancellable is triggered before all
 * is done.
 *
 * Returns: %TRUE if all items were processed, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_join_sync (AqQueue       *self,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return join_sync (self, -1, cancellable, error);
}

/**
 * aq_queue_timed_join:
 * @self: a queue
 * @timeout_us: how long to wait at most, in microseconds, or -1 for ever
 * @cancellable: (nullable): an object to give up the wait with
 * @error: return location for an error
 *
 * Blocks the thread until all is done, for some time at most.
 *
 * This is [method@Queue.join_sync] with one more error, `G_IO_ERROR_TIMED_OUT`.
 *
 * Returns: %TRUE if all items were processed, %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean
aq_queue_timed_join (AqQueue       *self,
                     gint64         timeout_us,
                     GCancellable  *cancellable,
                     GError       **error)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (timeout_us >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return join_sync (self, timeout_us, cancellable, error);
}

/**
 * aq_queue_shutdown:
 * @self: a queue
 * @immediate: whether to drop the items that are left
 *
 * Ends the queue: nothing more goes in.
 *
 * Waiting puts fail with `G_IO_ERROR_CLOSED` at once. The items that are left
 * can still be got; after the last one, gets fail with `G_IO_ERROR_CLOSED` too.
 *
 * With @immediate the items that are left are dropped, and count as processed.
 * One that is promised to a get already is dropped only if that does not
 * collect it.
 *
 * A queue that is shut down stays so. To shut it down again changes nothing,
 * but a later call with @immediate still drops.
 *
 * Since: 0.1
 */
void
aq_queue_shutdown (AqQueue  *self,
                   gboolean  immediate)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;
  AqStore dropped;

  g_return_if_fail (AQ_IS_QUEUE (self));

  priv = get_private (self);

  lock (priv);
  aq_ledger_shut_down (&priv->ledger, immediate, &dropped, &decided);
  act_and_unlock (self, &decided);

  drop_store (self, &dropped);
}

/**
 * aq_queue_clear:
 * @self: a queue
 *
 * Drops the items that are in the queue, except those promised to a get.
 *
 * They count as processed. Puts that wait for room are let in.
 *
 * Returns: how many items were dropped
 *
 * Since: 0.1
 */
guint
aq_queue_clear (AqQueue *self)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;
  AqStore dropped;
  guint n_dropped;

  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  priv = get_private (self);

  lock (priv);
  n_dropped = aq_ledger_clear (&priv->ledger, &dropped, &decided);
  act_and_unlock (self, &decided);

  drop_store (self, &dropped);

  return n_dropped;
}

/**
 * aq_queue_get_item_type:
 * @self: a queue
 *
 * Gets the type of the items.
 *
 * Returns: a type of object, an interface, or `G_TYPE_POINTER`
 *
 * Since: 0.1
 */
GType
aq_queue_get_item_type (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), G_TYPE_INVALID);

  return get_private (self)->item_type;
}

/* Defines a getter that reads one value under the lock. */
#define DEFINE_GETTER(type, name, expression) \
  type \
  aq_queue_get_##name (AqQueue *self) \
  { \
    AqQueuePrivate *priv; \
    type value; \
\
    g_return_val_if_fail (AQ_IS_QUEUE (self), 0); \
\
    priv = get_private (self); \
\
    lock (priv); \
    value = (expression); \
    unlock (priv); \
\
    return value; \
  }

/**
 * aq_queue_get_max_size:
 * @self: a queue
 *
 * Gets how many items fit into the queue.
 *
 * Returns: the number of items, or 0 if there is no bound
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint, max_size, priv->ledger.max_size)

/**
 * aq_queue_set_max_size:
 * @self: a queue
 * @max_size: how many items fit, or 0 for no bound
 *
 * Sets how many items fit into the queue.
 *
 * Growing it lets waiting puts in at once. Shrinking it drops nothing, and
 * holds back new items until there is room.
 *
 * Since: 0.1
 */
void
aq_queue_set_max_size (AqQueue *self,
                       guint    max_size)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;

  g_return_if_fail (AQ_IS_QUEUE (self));

  priv = get_private (self);

  lock (priv);

  if (priv->ledger.max_size == max_size)
    {
      unlock (priv);
      return;
    }

  aq_ledger_set_max_size (&priv->ledger, max_size, &decided);
  act_and_unlock (self, &decided);
}

/**
 * aq_queue_get_length:
 * @self: a queue
 *
 * Gets how many items are in the queue.
 *
 * Items that are promised to a get count until they are collected. Another
 * thread may change the length at any time.
 *
 * Returns: the number of items
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint, length, priv->ledger.store.length)

/**
 * aq_queue_get_empty:
 * @self: a queue
 *
 * Gets whether there is no item in the queue.
 *
 * Returns: %TRUE if the length is 0
 *
 * Since: 0.1
 */
DEFINE_GETTER (gboolean, empty, priv->ledger.store.length == 0)

/**
 * aq_queue_get_full:
 * @self: a queue
 *
 * Gets whether there is no room for another item.
 *
 * Returns: %TRUE if the length has reached the bound
 *
 * Since: 0.1
 */
DEFINE_GETTER (gboolean, full, is_full_locked (priv))

/**
 * aq_queue_get_state:
 * @self: a queue
 *
 * Gets how far the queue is on its way to its end.
 *
 * Returns: the state
 *
 * Since: 0.1
 */
DEFINE_GETTER (AqQueueState, state, get_state_locked (priv))

/**
 * aq_queue_get_waiting_getters:
 * @self: a queue
 *
 * Gets how many gets wait for an item to be promised to them.
 *
 * Returns: the number of gets
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint, waiting_getters, priv->ledger.getters.length)

/**
 * aq_queue_get_waiting_putters:
 * @self: a queue
 *
 * Gets how many puts wait for room.
 *
 * Returns: the number of puts
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint, waiting_putters, priv->ledger.putters.length)

/**
 * aq_queue_get_unfinished_tasks:
 * @self: a queue
 *
 * Gets how many items were put, and neither dropped nor reported done.
 *
 * Returns: the number of items
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint64, unfinished_tasks, priv->ledger.unfinished)

/**
 * aq_queue_get_in_flight:
 * @self: a queue
 *
 * Gets how many items were collected, and not yet reported done.
 *
 * Returns: the number of items
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint64, in_flight, priv->ledger.in_flight)

/**
 * aq_queue_get_max_in_flight:
 * @self: a queue
 *
 * Gets how many items can be in flight at once.
 *
 * Returns: the number of items, or 0 if there is no limit
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint, max_in_flight, priv->ledger.max_in_flight)

/**
 * aq_queue_set_max_in_flight:
 * @self: a queue
 * @max_in_flight: the most items in flight, or 0 for no limit
 *
 * Sets how many items can be in flight at once.
 *
 * While as many items are collected and not reported done with
 * [method@Queue.task_done], or promised, gets wait. Raising the limit serves
 * them at once; lowering it takes nothing back.
 *
 * Since: 0.1
 */
void
aq_queue_set_max_in_flight (AqQueue *self,
                            guint    max_in_flight)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;

  g_return_if_fail (AQ_IS_QUEUE (self));

  priv = get_private (self);

  lock (priv);

  if (priv->ledger.max_in_flight == max_in_flight)
    {
      unlock (priv);
      return;
    }

  aq_ledger_set_max_in_flight (&priv->ledger, max_in_flight, &decided);
  act_and_unlock (self, &decided);
}

/**
 * aq_queue_get_n_dropped:
 * @self: a queue
 *
 * Gets how many items were dropped since the queue was made.
 *
 * Returns: the number of items
 *
 * Since: 0.1
 */
DEFINE_GETTER (guint64, n_dropped, priv->ledger.n_dropped)

/**
 * aq_queue_get_io_priority:
 * @self: a queue
 *
 * Gets the priority of callbacks and signals in their main loops.
 *
 * Returns: the priority, as of a [struct@GLib.Source]
 *
 * Since: 0.1
 */
gint
aq_queue_get_io_priority (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_dispatcher_get_priority (g_atomic_pointer_get (&get_private (self)->home));
}

/**
 * aq_queue_set_io_priority:
 * @self: a queue
 * @io_priority: the priority, as of a [struct@GLib.Source]
 *
 * Sets the priority of callbacks and signals in their main loops.
 *
 * It counts for operations that are started from here on.
 *
 * Since: 0.1
 */
void
aq_queue_set_io_priority (AqQueue *self,
                          gint     io_priority)
{
  AqQueuePrivate *priv;
  GQueue decided = G_QUEUE_INIT;
  AqDispatcher *home;

  g_return_if_fail (AQ_IS_QUEUE (self));

  if (aq_queue_get_io_priority (self) == io_priority)
    return;

  priv = get_private (self);
  home = aq_dispatcher_get (aq_queue_get_main_context (self), io_priority);

  lock (priv);
  home = g_atomic_pointer_exchange (&priv->home, home);
  act_and_unlock (self, &decided);

  aq_dispatcher_unref (home);
}

/**
 * aq_queue_get_main_context: (skip)
 * @self: a queue
 *
 * Gets the main context in which signals and notifications are emitted.
 *
 * Returns: (transfer none): the context
 *
 * Since: 0.1
 */
GMainContext *
aq_queue_get_main_context (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);

  return aq_dispatcher_get_context (g_atomic_pointer_get (&get_private (self)->home));
}
