/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-queue.h"

#include "aq-blocking-private.h"
#include "aq-queue-private.h"
#include "aq-result-private.h"
#include "aq-signals-private.h"

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

enum
{
  PROP_0,
  PROP_ITEM_TYPE,
  PROP_MAX_SIZE,
  PROP_OVERFLOW,
  PROP_LENGTH,
  PROP_SIZE,
  PROP_N_PROMISED,
  PROP_EMPTY,
  PROP_FULL,
  PROP_STATE,
  PROP_WAITING_GETTERS,
  PROP_WAITING_PUTTERS,
  PROP_UNFINISHED_TASKS,
  PROP_IN_FLIGHT,
  PROP_MAX_IN_FLIGHT,
  PROP_PAUSED,
  PROP_N_ACCEPTED,
  PROP_N_DROPPED,
  PROP_IO_PRIORITY,
  PROP_MAIN_CONTEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* Of the properties that change by themselves. */
static const guint prop_of_figure[AQ_N_FIGURES] = {
  [AQ_FIGURE_MAX_SIZE] = PROP_MAX_SIZE,
  [AQ_FIGURE_OVERFLOW] = PROP_OVERFLOW,
  [AQ_FIGURE_LENGTH] = PROP_LENGTH,
  [AQ_FIGURE_SIZE] = PROP_SIZE,
  [AQ_FIGURE_N_PROMISED] = PROP_N_PROMISED,
  [AQ_FIGURE_IS_EMPTY] = PROP_EMPTY,
  [AQ_FIGURE_IS_FULL] = PROP_FULL,
  [AQ_FIGURE_STATE] = PROP_STATE,
  [AQ_FIGURE_WAITING_GETTERS] = PROP_WAITING_GETTERS,
  [AQ_FIGURE_WAITING_PUTTERS] = PROP_WAITING_PUTTERS,
  [AQ_FIGURE_UNFINISHED_TASKS] = PROP_UNFINISHED_TASKS,
  [AQ_FIGURE_IN_FLIGHT] = PROP_IN_FLIGHT,
  [AQ_FIGURE_MAX_IN_FLIGHT] = PROP_MAX_IN_FLIGHT,
  [AQ_FIGURE_IS_PAUSED] = PROP_PAUSED,
  [AQ_FIGURE_N_ACCEPTED] = PROP_N_ACCEPTED,
  [AQ_FIGURE_N_DROPPED] = PROP_N_DROPPED,
};

static AqSignalsClass signals;

typedef struct
{
  GType item_type; /* G_TYPE_POINTER: plain pointers */

  AqCore core;
  AqSignals *signals; /* (owned) */
} AqQueuePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (AqQueue, aq_queue, G_TYPE_OBJECT)

static inline AqQueuePrivate *
get_private (AqQueue *self)
{
  return aq_queue_get_instance_private (self);
}

static inline AqCore *
get_core (AqQueue *self)
{
  return &get_private (self)->core;
}

static gboolean
is_item_type (GType type)
{
  return G_TYPE_IS_INTERFACE (type) || g_type_is_a (type, G_TYPE_OBJECT);
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

static void
start (AqQueue   *self,
       AqRequest *request)
{
  AqQueuePrivate *priv = get_private (self);
  AqDispatcher *dispatcher = aq_signals_get_dispatcher (priv->signals);

  aq_result_start (self, &priv->core, aq_dispatcher_get_for_thread (dispatcher), request);
}

static gboolean
block (AqQueue    *self,
       AqRequest  *request,
       gpointer   *item,
       GError    **error)
{
  gboolean result;

  g_object_ref (self);
  result = aq_blocking_wait (get_core (self), request, item, error);
  g_object_unref (self);

  return result;
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

  aq_core_clear (&priv->core);
  aq_signals_free (priv->signals);

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

    case PROP_OVERFLOW:
      g_value_set_enum (value, aq_queue_get_overflow (self));
      break;

    case PROP_LENGTH:
      g_value_set_uint (value, aq_queue_get_length (self));
      break;

    case PROP_SIZE:
      g_value_set_uint64 (value, aq_queue_get_size (self));
      break;

    case PROP_N_PROMISED:
      g_value_set_uint (value, aq_queue_get_n_promised (self));
      break;

    case PROP_EMPTY:
      g_value_set_boolean (value, aq_queue_is_empty (self));
      break;

    case PROP_FULL:
      g_value_set_boolean (value, aq_queue_is_full (self));
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

    case PROP_PAUSED:
      g_value_set_boolean (value, aq_queue_get_paused (self));
      break;

    case PROP_N_ACCEPTED:
      g_value_set_uint64 (value, aq_queue_get_n_accepted (self));
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

    case PROP_OVERFLOW:
      aq_queue_set_overflow (self, g_value_get_enum (value));
      break;

    case PROP_MAX_IN_FLIGHT:
      aq_queue_set_max_in_flight (self, g_value_get_uint (value));
      break;

    case PROP_PAUSED:
      aq_queue_set_paused (self, g_value_get_boolean (value));
      break;

    case PROP_IO_PRIORITY:
      aq_queue_set_io_priority (self, g_value_get_int (value));
      break;

    case PROP_LENGTH:
    case PROP_SIZE:
    case PROP_N_PROMISED:
    case PROP_EMPTY:
    case PROP_FULL:
    case PROP_STATE:
    case PROP_WAITING_GETTERS:
    case PROP_WAITING_PUTTERS:
    case PROP_UNFINISHED_TASKS:
    case PROP_IN_FLIGHT:
    case PROP_N_ACCEPTED:
    case PROP_N_DROPPED:
    case PROP_MAIN_CONTEXT:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
aq_queue_constructed (GObject *object)
{
  G_OBJECT_CLASS (aq_queue_parent_class)->constructed (object);

  aq_signals_start (get_private (AQ_QUEUE (object))->signals);
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
   * The bound: how many items fit into the queue, or 0 if it has no bound.
   *
   * With a function that tells the size of an item, it is the most that the sizes
   * may sum up to: see [method@Queue.set_size_func]. What a put does when there is
   * no room is the queue's [property@Queue:overflow].
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
   * AqQueue:overflow:
   *
   * What a put does when there is no room.
   *
   * With `AQ_OVERFLOW_DROP_OLDEST` and `AQ_OVERFLOW_DROP_NEWEST` a put never
   * waits. Its item is accepted, and what is then too much is dropped and counts in
   * [property@Queue:n-dropped]. Here the bound holds for items that are promised as
   * well. What is promised is *an* item: if the one that was next is dropped, the
   * get collects the one behind it. So a queue of 1 that drops the oldest holds the
   * latest item alone.
   *
   * It can be set at any time; puts that wait are then let in.
   *
   * Since: 0.1
   */
  props[PROP_OVERFLOW] =
    g_param_spec_enum ("overflow", NULL, NULL,
                       AQ_TYPE_OVERFLOW, AQ_OVERFLOW_WAIT,
                       flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT);

  /**
   * AqQueue:length:
   *
   * How many items wait in the queue.
   *
   * What is promised to a get does not count, since it is as good as gone:
   * [property@Queue:n-promised] counts it.
   *
   * Since: 0.1
   */
  props[PROP_LENGTH] =
    g_param_spec_uint ("length", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READABLE);

  /**
   * AqQueue:size:
   *
   * The sum of the sizes of the items that count in [property@Queue:length].
   *
   * Without a function that tells the size of an item it is the length.
   *
   * Since: 0.1
   */
  props[PROP_SIZE] =
    g_param_spec_uint64 ("size", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         flags | G_PARAM_READABLE);

  /**
   * AqQueue:n-promised:
   *
   * How many items are promised to gets that have not collected them yet.
   *
   * Since: 0.1
   */
  props[PROP_N_PROMISED] =
    g_param_spec_uint ("n-promised", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READABLE);

  /**
   * AqQueue:empty: (getter is_empty)
   *
   * Whether [method@Queue.try_get] would find nothing.
   *
   * That is so while [property@Queue:length] is 0, while the queue is
   * [property@Queue:paused], and while [property@Queue:max-in-flight] lets no further
   * item out.
   *
   * Since: 0.1
   */
  props[PROP_EMPTY] =
    g_param_spec_boolean ("empty", NULL, NULL,
                          TRUE,
                          flags | G_PARAM_READABLE);

  /**
   * AqQueue:full: (getter is_full)
   *
   * Whether [method@Queue.try_put] would find no room.
   *
   * That is so once [property@Queue:size] has reached [property@Queue:max-size],
   * and while other puts wait. If the queue drops what is too much, it is full
   * where the next put has something dropped.
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
   * How many items were collected, and neither reported done with
   * [method@Queue.task_done] nor put back with [method@Queue.put_back].
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
   * Whoever sets a limit has to report each item. So once the queue is shut down, gets
   * and watches are told of the end only when nothing is in flight either: until then
   * an item may be [put back](method.Queue.put_back.html).
   *
   * Since: 0.1
   */
  props[PROP_MAX_IN_FLIGHT] =
    g_param_spec_uint ("max-in-flight", NULL, NULL,
                       0, G_MAXUINT, 0,
                       flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT);

  /**
   * AqQueue:paused:
   *
   * Whether the queue promises nothing to anybody for now.
   *
   * While it is set gets and watches wait, and [method@Queue.try_get] would block. What
   * was promised before can be collected. Puts go on until the queue is full. Once it is
   * unset, those who wait are served at once.
   *
   * Since: 0.1
   */
  props[PROP_PAUSED] =
    g_param_spec_boolean ("paused", NULL, NULL,
                          FALSE,
                          flags | G_PARAM_READWRITE);

  /**
   * AqQueue:n-accepted:
   *
   * How many items were put since the queue was made.
   *
   * With [property@Queue:unfinished-tasks] it makes a progress bar.
   *
   * Since: 0.1
   */
  props[PROP_N_ACCEPTED] =
    g_param_spec_uint64 ("n-accepted", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         flags | G_PARAM_READABLE);

  /**
   * AqQueue:n-dropped:
   *
   * How many items were dropped by [method@Queue.clear], [method@Queue.remove] and
   * [method@Queue.shutdown], and because there was no room for them.
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

  for (guint i = 0; i < AQ_N_FIGURES; i++)
    signals.figures[i] = props[prop_of_figure[i]];
  signals.io_priority = props[PROP_IO_PRIORITY];

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
  signals.items_added =
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
  signals.drained =
    g_signal_new ("drained",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 0);

  signals.notify = g_signal_lookup ("notify", G_TYPE_OBJECT);
}

static void
aq_queue_init (AqQueue *self)
{
  AqQueuePrivate *priv = get_private (self);

  priv->item_type = G_TYPE_OBJECT;
  priv->signals = aq_signals_new (G_OBJECT (self), &priv->core, &signals);
  aq_core_init (&priv->core, aq_signals_get_listener (priv->signals));
}

/* For the init functions of subclasses. */
void
aq_queue_set_order (AqQueue      *self,
                    AqStoreOrder  order)
{
  aq_core_set_order (get_core (self), order);
}

gpointer
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

gpointer
aq_queue_new_of_pointers (GType          queue_type,
                          guint          max_size,
                          GDestroyNotify item_free_func)
{
  AqQueue *self = g_object_new (queue_type, "max-size", max_size, NULL);
  AqQueuePrivate *priv = get_private (self);

  /* Not a property: a binding that made such a queue could put objects into
   * it without a reference. */
  priv->item_type = G_TYPE_POINTER;
  priv->core.has_objects = FALSE;
  priv->core.free_func = item_free_func;

  return self;
}

AqCore *
aq_queue_get_core (AqQueue *self)
{
  return get_core (self);
}

/* Returns: (transfer none): that of its signals, which has its priority */
AqDispatcher *
aq_queue_get_dispatcher (AqQueue *self)
{
  return aq_signals_get_dispatcher (get_private (self)->signals);
}

void
aq_queue_start_put (AqQueue    *self,
                    AqRequest  *request,
                    const char *func)
{
  if (!accepts (self, request->entry.item, func))
    return;

  aq_core_ref_item (get_core (self), request->entry.item);
  request->entry.size = aq_core_measure (get_core (self), request->entry.item);
  start (self, request);
}

gboolean
aq_queue_block_on_put (AqQueue     *self,
                       AqRequest   *request,
                       const char  *func,
                       GError     **error)
{
  AqCore *core = get_core (self);

  if (!accepts (self, request->entry.item, func))
    return FALSE;

  aq_core_ref_item (core, request->entry.item);
  request->entry.size = aq_core_measure (core, request->entry.item);

  if (!g_cancellable_is_cancelled (request->cancellable) &&
      aq_core_try_put (core, &request->entry, NULL))
    return TRUE;

  if (block (self, request, NULL, error))
    return TRUE;

  aq_core_release_item (core, request->entry.item);

  return FALSE;
}

static inline gboolean
try_put (AqQueue     *self,
         gpointer     item,
         gint64       priority,
         const char  *func,
         GError     **error)
{
  AqCore *core = get_core (self);
  AqEntry entry = { .item = item, .priority = priority };

  if (!accepts (self, item, func))
    return FALSE;

  aq_core_ref_item (core, item);
  entry.size = aq_core_measure (core, item);

  if (aq_core_try_put (core, &entry, error))
    return TRUE;

  aq_core_release_item (core, item);

  return FALSE;
}

gboolean
aq_queue_try_put_at (AqQueue     *self,
                     gpointer     item,
                     gint64       priority,
                     const char  *func,
                     GError     **error)
{
  return try_put (self, item, priority, func, error);
}

void
aq_queue_put_back_at (AqQueue    *self,
                      gpointer    item,
                      gint64      priority,
                      const char *func)
{
  AqCore *core = get_core (self);
  AqEntry entry = { .item = item, .priority = priority };

  if (!accepts (self, item, func))
    return;

  aq_core_ref_item (core, item);
  entry.size = aq_core_measure (core, item);

  if (aq_core_put_back (core, &entry))
    return;

  aq_core_release_item (core, item);
  g_critical ("%s: called for more items than are in flight", func);
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
 * for room, nobody makes any. An item whose work failed is put back, with
 * [method@Queue.put_back], and for
 * [work that makes work](back-pressure.html#work-that-makes-work) the queue has no bound.
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
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry.item = item,
    .cancellable = cancellable,
    .timeout_us = -1,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_put_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aq_queue_start_put (self, &request, G_STRFUNC);
}

/**
 * aq_queue_timed_put_async:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once @item
 *   is in, or is not
 * @user_data: data for @callback
 *
 * Adds an item, waiting for some time at most while the queue is full.
 *
 * This is [method@Queue.put_async] with one more error, `G_IO_ERROR_TIMED_OUT`,
 * after which @item was not added. With a time of 0 it adds the item if there is room
 * now. There is no thread behind it, nor a timer of its own.
 *
 * @callback runs in the thread-default main context of the caller, and never before
 * this function returns. Call [method@Queue.put_finish] there.
 *
 * Since: 0.1
 */
void
aq_queue_timed_put_async (AqQueue             *self,
                          gpointer             item,
                          gint64               timeout_us,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry.item = item,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_timed_put_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (timeout_us >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aq_queue_start_put (self, &request, G_STRFUNC);
}

/**
 * aq_queue_put_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.put_async] or
 * [method@Queue.timed_put_async].
 *
 * The errors are those of the function that started it. After each of them the item
 * is still the caller's.
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

  return !aq_core_set_error (get_core (self), aq_result_get_waiter (AQ_RESULT (result)), error);
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
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry.item = item,
    .cancellable = cancellable,
    .timeout_us = -1,
  };

  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return aq_queue_block_on_put (self, &request, G_STRFUNC, error);
}

/**
 * aq_queue_timed_put:
 * @self: a queue
 * @item: (type GObject) (transfer none): the item, which the queue refs
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
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
  AqRequest request = {
    .kind = AQ_WAITER_PUT,
    .entry.item = item,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
  };

  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (timeout_us >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return aq_queue_block_on_put (self, &request, G_STRFUNC, error);
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

  return try_put (self, item, 0, G_STRFUNC, error);
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

  return try_put (self, item, 0, G_STRFUNC, NULL);
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
  AqRequest request = {
    .kind = AQ_WAITER_GET,
    .max_items = 1,
    .cancellable = cancellable,
    .timeout_us = -1,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_get_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, &request);
}

/**
 * aq_queue_timed_get_async:
 * @self: a queue
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once there is
 *   an item to collect, or the time is up
 * @user_data: data for @callback
 *
 * Takes an item off, waiting for some time at most while the queue is empty.
 *
 * This is [method@Queue.get_async] with one more error, `G_IO_ERROR_TIMED_OUT`,
 * after which no item was taken. A get that was promised an item in time has not timed
 * out, however long its callback has to wait for its turn. With a time of 0 it takes an
 * item if there is one now. There is no thread behind it, nor a timer of its own.
 *
 * @callback runs in the thread-default main context of the caller, and never before
 * this function returns. Call [method@Queue.get_finish] there.
 *
 * Since: 0.1
 */
void
aq_queue_timed_get_async (AqQueue             *self,
                          gint64               timeout_us,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  AqRequest request = {
    .kind = AQ_WAITER_GET,
    .max_items = 1,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_timed_get_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (timeout_us >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, &request);
}

/**
 * aq_queue_get_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.get_async] or
 * [method@Queue.timed_get_async].
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
  AqWaiter *waiter;
  gpointer item;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (aq_result_is_valid (result, self, AQ_WAITER_GET), NULL);

  waiter = aq_result_get_waiter (AQ_RESULT (result));

  if (aq_core_collect (get_core (self), waiter, &item, 1, error) > 0)
    return item;

  if (!aq_waiter_has_failed (waiter))
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
  AqRequest request = {
    .kind = AQ_WAITER_GET_MANY,
    .max_items = max_items,
    .cancellable = cancellable,
    .timeout_us = -1,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_get_many_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (max_items > 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, &request);
}

/* Makes room for as many items as can be got now, at most. */
static GPtrArray *
array_for_items (AqQueue *self,
                 guint    max_items)
{
  GPtrArray *array = g_ptr_array_new ();

  g_ptr_array_set_size (array, (gint) MIN (aq_core_max_collectable (get_core (self)), max_items));

  return array;
}

/* To be called once the array is filled: it frees what is cut off, too. */
static GPtrArray *
own_items (AqQueue   *self,
           GPtrArray *array,
           guint      n_items)
{
  g_ptr_array_set_size (array, (gint) n_items);
  g_ptr_array_set_free_func (array, get_core (self)->free_func);

  return array;
}

/**
 * aq_queue_timed_get_many_async:
 * @self: a queue
 * @max_items: how many items to take at most
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once there is
 *   an item to collect, or the time is up
 * @user_data: data for @callback
 *
 * Takes one or more items off, waiting for some time at most while the queue is empty.
 *
 * This is [method@Queue.get_many_async] with one more error, `G_IO_ERROR_TIMED_OUT`,
 * as for [method@Queue.timed_get_async]. It waits for the first item alone: it does not
 * use up the time to gather more.
 *
 * @callback runs in the thread-default main context of the caller, and never before
 * this function returns. Call [method@Queue.get_many_finish] there.
 *
 * Since: 0.1
 */
void
aq_queue_timed_get_many_async (AqQueue             *self,
                               guint                max_items,
                               gint64               timeout_us,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  AqRequest request = {
    .kind = AQ_WAITER_GET_MANY,
    .max_items = max_items,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_timed_get_many_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (max_items > 0);
  g_return_if_fail (timeout_us >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, &request);
}

/**
 * aq_queue_get_many_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.get_many_async] or
 * [method@Queue.timed_get_many_async].
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
  g_autoptr (GPtrArray) array = NULL;
  AqWaiter *waiter;
  guint n_items;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (aq_result_is_valid (result, self, AQ_WAITER_GET_MANY), NULL);

  waiter = aq_result_get_waiter (AQ_RESULT (result));
  array = array_for_items (self, waiter->max_items);
  n_items = aq_core_collect (get_core (self), waiter, array->pdata, array->len, error);

  if (n_items > 0)
    return own_items (self, g_steal_pointer (&array), n_items);

  if (!aq_waiter_has_failed (waiter))
    g_critical ("%s: the items of this result were collected before", G_STRFUNC);

  return NULL;
}

static gpointer
block_on_get (AqQueue    *self,
              AqRequest  *request,
              GError    **error)
{
  gpointer item = NULL;

  if (!g_cancellable_is_cancelled (request->cancellable) &&
      aq_core_try_get (get_core (self), &item, 1, NULL) > 0)
    return item;

  block (self, request, &item, error);

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
  AqRequest request = {
    .kind = AQ_WAITER_GET,
    .cancellable = cancellable,
    .timeout_us = -1,
  };

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return block_on_get (self, &request, error);
}

/**
 * aq_queue_timed_get:
 * @self: a queue
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
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
  AqRequest request = {
    .kind = AQ_WAITER_GET,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
  };

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (timeout_us >= -1, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return block_on_get (self, &request, error);
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

  return aq_core_try_get (get_core (self), &item, 1, error) > 0 ? item : NULL;
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

  return aq_core_try_get (get_core (self), &item, 1, NULL) > 0 ? item : NULL;
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
  n_items = aq_core_try_get (get_core (self), array->pdata, array->len, error);

  return n_items > 0 ? own_items (self, g_steal_pointer (&array), n_items) : NULL;
}

/**
 * aq_queue_peek:
 * @self: a queue of objects
 *
 * Looks at the item that is next in the queue's order, and leaves it there.
 *
 * It is the item that [method@Queue.try_get] would take now. By the time you look at
 * it, another thread may have done so. A queue of plain pointers cannot be peeked at, since
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
  gpointer item;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (get_private (self)->item_type != G_TYPE_POINTER, NULL);

  return aq_core_peek_many (get_core (self), &item, 1, FALSE) > 0 ? item : NULL;
}

/**
 * aq_queue_peek_many:
 * @self: a queue of objects
 * @max_items: how many items to look at at most
 *
 * Looks at the items that are next in the queue's order, and leaves them there.
 *
 * It is a picture of one moment, to print or to save. What [method@Queue.peek] says
 * of its item is true of each of these. The array owns its items, and unrefs those
 * that are left in it.
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
  GPtrArray *array;
  guint n_items;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (max_items > 0, NULL);
  g_return_val_if_fail (get_private (self)->item_type != G_TYPE_POINTER, NULL);

  /* Not to allocate under the lock. What comes in meanwhile is left out. */
  array = g_ptr_array_new ();
  g_ptr_array_set_size (array, (gint) MIN (aq_queue_get_length (self), MIN (max_items, G_MAXINT)));
  n_items = aq_core_peek_many (get_core (self), array->pdata, array->len, FALSE);

  return own_items (self, array, n_items);
}

/**
 * aq_queue_peek_all:
 * @self: a queue of objects
 *
 * Looks at all items in the queue's order, also those that are promised to gets.
 *
 * It is a picture of one moment, to save what is left or to look for an item.
 * [method@Queue.peek_many] shows only what could be got now. The array owns its items,
 * and unrefs those that are left in it.
 *
 * Returns: (element-type GObject) (transfer container): the items
 *
 * Since: 0.1
 */
GPtrArray *
aq_queue_peek_all (AqQueue *self)
{
  GPtrArray *array;
  AqCore *core;
  guint64 n_items;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);
  g_return_val_if_fail (get_private (self)->item_type != G_TYPE_POINTER, NULL);

  core = get_core (self);

  /* Not to allocate under the lock. What comes in meanwhile is left out. */
  n_items = aq_core_read (core, AQ_FIGURE_LENGTH) + aq_core_read (core, AQ_FIGURE_N_PROMISED);
  array = g_ptr_array_new ();
  g_ptr_array_set_size (array, (gint) MIN (n_items, G_MAXINT));
  n_items = aq_core_peek_many (core, array->pdata, array->len, TRUE);

  return own_items (self, array, (guint) n_items);
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
  g_return_if_fail (AQ_IS_QUEUE (self));

  if (!aq_core_task_done (get_core (self)))
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
  AqRequest request = {
    .kind = AQ_WAITER_JOIN,
    .cancellable = cancellable,
    .timeout_us = -1,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_join_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, &request);
}

/**
 * aq_queue_timed_join_async:
 * @self: a queue
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once all is
 *   done, or the time is up
 * @user_data: data for @callback
 *
 * Waits, for some time at most, until all items that were put are done.
 *
 * This is [method@Queue.join_async] with one more error, `G_IO_ERROR_TIMED_OUT`,
 * which says that some are not done. With a time of 0 it asks whether all are.
 *
 * @callback runs in the thread-default main context of the caller, and never before
 * this function returns. Call [method@Queue.join_finish] there.
 *
 * Since: 0.1
 */
void
aq_queue_timed_join_async (AqQueue             *self,
                           gint64               timeout_us,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  AqRequest request = {
    .kind = AQ_WAITER_JOIN,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
    .callback = callback,
    .user_data = user_data,
    .tag = G_CALLBACK (aq_queue_timed_join_async),
  };

  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (timeout_us >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, &request);
}

/**
 * aq_queue_join_finish:
 * @self: a queue
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Finishes an operation that was started with [method@Queue.join_async] or
 * [method@Queue.timed_join_async].
 *
 * The errors are those of the function that started it.
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

  return !aq_core_set_error (get_core (self), aq_result_get_waiter (AQ_RESULT (result)), error);
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
  AqRequest request = {
    .kind = AQ_WAITER_JOIN,
    .cancellable = cancellable,
    .timeout_us = -1,
  };

  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return block (self, &request, NULL, error);
}

/**
 * aq_queue_timed_join:
 * @self: a queue
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
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
  AqRequest request = {
    .kind = AQ_WAITER_JOIN,
    .cancellable = cancellable,
    .timeout_us = timeout_us,
  };

  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (timeout_us >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return block (self, &request, NULL, error);
}

/**
 * aq_queue_put_back:
 * @self: a queue
 * @item: (type GObject) (transfer none): an item that was collected, which the queue
 *   refs
 *
 * Puts an item back that was collected and could not be processed.
 *
 * It is first in line again, and still unfinished: do not call
 * [method@Queue.task_done] for it, since whoever gets it next does so. This never waits,
 * whatever the bound, and is possible while the queue drains. A queue that was finished
 * drains again; so that gets are not told of the end too early, set
 * [property@Queue:max-in-flight]. After an immediate shutdown the item is dropped.
 *
 * To put back more items than are in flight is a programmer's error. Where plain
 * pointers travel, this one is the queue's again.
 *
 * Since: 0.1
 */
void
aq_queue_put_back (AqQueue  *self,
                   gpointer  item)
{
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_queue_put_back_at (self, item, 0, G_STRFUNC);
}

/**
 * aq_queue_remove:
 * @self: a queue
 * @item: (type GObject) (transfer none): an item that waits in the queue
 *
 * Takes an item out that waits in the queue, wherever it is.
 *
 * If the queue has this very item more than once, the first of them goes. It counts as
 * dropped and as processed, and a put that waits for room is let in. What is promised to
 * a get is *an* item, so any of them can be removed; but if no item is left that is
 * promised to nobody, none is.
 *
 * The queue lets go of an object; a plain pointer is the caller's again. The queue is
 * looked through, so this takes time in proportion to its length.
 *
 * Returns: %TRUE if the item was removed, %FALSE if it is not there, or is as good as
 *   gone
 *
 * Since: 0.1
 */
gboolean
aq_queue_remove (AqQueue  *self,
                 gpointer  item)
{
  AqCore *core;

  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  core = get_core (self);

  if (!aq_core_remove (core, item))
    return FALSE;

  aq_core_release_item (core, item);

  return TRUE;
}

/**
 * aq_queue_hold:
 * @self: a queue
 *
 * Says that one more producer will put items.
 *
 * The queue stays open until as many have called [method@Queue.release]. Hold it before
 * the producer is started, or another may have released it for the last time.
 *
 * Since: 0.1
 */
void
aq_queue_hold (AqQueue *self)
{
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_core_hold (get_core (self));
}

/**
 * aq_queue_release:
 * @self: a queue
 *
 * Says that a producer that holds the queue will put nothing more.
 *
 * With the last of them the queue is shut down, as by [method@Queue.shutdown] without
 * dropping anything. To call it more often than [method@Queue.hold] is a programmer's
 * error.
 *
 * Since: 0.1
 */
void
aq_queue_release (AqQueue *self)
{
  g_return_if_fail (AQ_IS_QUEUE (self));

  if (!aq_core_release (get_core (self)))
    g_critical ("%s: called more often than aq_queue_hold ()", G_STRFUNC);
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
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_core_shut_down (get_core (self), immediate);
}

/**
 * aq_queue_shutdown_with_error:
 * @self: a queue
 * @error: the cause
 *
 * Ends the queue because something failed.
 *
 * It is as [method@Queue.shutdown] without dropping anything, but operations then fail
 * with a copy of @error instead of `G_IO_ERROR_CLOSED`: puts at once, gets after the last
 * item. Watches end as ever; [method@Queue.get_error] tells them why.
 *
 * The first cause stays: on a queue that is shut down already this changes nothing.
 *
 * Since: 0.1
 */
void
aq_queue_shutdown_with_error (AqQueue      *self,
                              const GError *error)
{
  g_return_if_fail (AQ_IS_QUEUE (self));
  g_return_if_fail (error != NULL);

  aq_core_shut_down_with_error (get_core (self), error);
}

/**
 * aq_queue_get_error:
 * @self: a queue
 *
 * Gets the error with which the queue was shut down.
 *
 * Returns: (transfer full) (nullable): a copy of what was given to
 *   [method@Queue.shutdown_with_error], or %NULL
 *
 * Since: 0.1
 */
GError *
aq_queue_get_error (AqQueue *self)
{
  const GError *cause;

  g_return_val_if_fail (AQ_IS_QUEUE (self), NULL);

  cause = aq_core_get_cause (get_core (self));

  return cause != NULL ? g_error_copy (cause) : NULL;
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
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_core_clear_items (get_core (self));
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

/**
 * aq_queue_get_max_size:
 * @self: a queue
 *
 * Gets the bound: how many items fit into the queue, or how large they may be
 * together.
 *
 * Returns: the bound, or 0 if there is none
 *
 * Since: 0.1
 */
guint
aq_queue_get_max_size (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return (guint) aq_core_read (get_core (self), AQ_FIGURE_MAX_SIZE);
}

/**
 * aq_queue_set_max_size:
 * @self: a queue
 * @max_size: the bound, or 0 for none
 *
 * Sets how many items fit into the queue, or how large they may be together.
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
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_core_set_max_size (get_core (self), max_size);
}

/**
 * aq_queue_get_overflow:
 * @self: a queue
 *
 * Gets what a put does when there is no room.
 *
 * Returns: what it does
 *
 * Since: 0.1
 */
AqOverflow
aq_queue_get_overflow (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), AQ_OVERFLOW_WAIT);

  return aq_core_read (get_core (self), AQ_FIGURE_OVERFLOW);
}

/**
 * aq_queue_set_overflow:
 * @self: a queue
 * @overflow: what a put does when there is no room
 *
 * Sets what a put does when there is no room.
 *
 * If puts wait and are to wait no longer, they are let in at once, in their order,
 * and what is too much is dropped.
 *
 * Since: 0.1
 */
void
aq_queue_set_overflow (AqQueue    *self,
                       AqOverflow  overflow)
{
  g_return_if_fail (AQ_IS_QUEUE (self));

  if (overflow > AQ_OVERFLOW_DROP_NEWEST)
    {
      g_critical ("%s: %d is no AqOverflow", G_STRFUNC, (int) overflow);
      return;
    }

  aq_core_set_overflow (get_core (self), overflow);
}

/**
 * aq_queue_set_size_func:
 * @self: a queue
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): tells the
 *   size of an item, or %NULL if each counts as 1
 * @user_data: data for @func
 * @notify: (nullable): frees @user_data once @func is not called any more
 *
 * Has the bound go by the size of the items, in bytes for instance.
 *
 * From here on [property@Queue:max-size] is the most that the sizes of the waiting
 * items may sum up to. A put waits until its item fits, or until no other is there:
 * so one that is larger than the bound goes in alone. A small item does not overtake
 * a large one that waits.
 *
 * @func is called in the thread that puts, with no lock held, once for each put. The
 * size of an item stays what it was then.
 *
 * Call this before the queue is used. While there are items in it, or somebody waits
 * to put or get one, it is a programming error and changes nothing.
 *
 * Since: 0.1
 */
void
aq_queue_set_size_func (AqQueue         *self,
                        AqQueueSizeFunc  func,
                        gpointer         user_data,
                        GDestroyNotify   notify)
{
  g_return_if_fail (AQ_IS_QUEUE (self));

  if (!aq_core_set_measure (get_core (self),
                            func != NULL ? aq_measure_new (func, user_data, notify) : NULL))
    g_critical ("%s: the queue is in use", G_STRFUNC);
}

/**
 * aq_queue_get_length:
 * @self: a queue
 *
 * Gets how many items wait in the queue.
 *
 * What is promised to a get does not count: see [method@Queue.get_n_promised].
 * Another thread may change the length at any time.
 *
 * Returns: the number of items
 *
 * Since: 0.1
 */
guint
aq_queue_get_length (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return (guint) aq_core_read (get_core (self), AQ_FIGURE_LENGTH);
}

/**
 * aq_queue_get_size:
 * @self: a queue
 *
 * Gets the sum of the sizes of the items that wait in the queue.
 *
 * Returns: the sum, or the length if no function tells sizes
 *
 * Since: 0.1
 */
guint64
aq_queue_get_size (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_core_read (get_core (self), AQ_FIGURE_SIZE);
}

/**
 * aq_queue_get_n_promised:
 * @self: a queue
 *
 * Gets how many items are promised to gets that have not collected them yet.
 *
 * Returns: the number of items
 *
 * Since: 0.1
 */
guint
aq_queue_get_n_promised (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return (guint) aq_core_read (get_core (self), AQ_FIGURE_N_PROMISED);
}

/**
 * aq_queue_is_empty:
 * @self: a queue
 *
 * Tells whether [method@Queue.try_get] would find nothing.
 *
 * Another thread may change that at any time.
 *
 * Returns: %TRUE if no item is there, but for those promised to others, or none may
 *   be got now
 *
 * Since: 0.1
 */
gboolean
aq_queue_is_empty (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);

  return aq_core_read (get_core (self), AQ_FIGURE_IS_EMPTY) != 0;
}

/**
 * aq_queue_is_full:
 * @self: a queue
 *
 * Tells whether [method@Queue.try_put] would find no room.
 *
 * A queue is never full and empty at once, unless it is paused or
 * [property@Queue:max-in-flight] lets no further item out. Another thread may
 * change that at any time.
 *
 * Returns: %TRUE if the bound is reached, or other puts wait
 *
 * Since: 0.1
 */
gboolean
aq_queue_is_full (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);

  return aq_core_read (get_core (self), AQ_FIGURE_IS_FULL) != 0;
}

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
AqQueueState
aq_queue_get_state (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), AQ_QUEUE_STATE_FINISHED);

  return aq_core_read (get_core (self), AQ_FIGURE_STATE);
}

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
guint
aq_queue_get_waiting_getters (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return (guint) aq_core_read (get_core (self), AQ_FIGURE_WAITING_GETTERS);
}

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
guint
aq_queue_get_waiting_putters (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return (guint) aq_core_read (get_core (self), AQ_FIGURE_WAITING_PUTTERS);
}

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
guint64
aq_queue_get_unfinished_tasks (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_core_read (get_core (self), AQ_FIGURE_UNFINISHED_TASKS);
}

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
guint64
aq_queue_get_in_flight (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_core_read (get_core (self), AQ_FIGURE_IN_FLIGHT);
}

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
guint
aq_queue_get_max_in_flight (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return (guint) aq_core_read (get_core (self), AQ_FIGURE_MAX_IN_FLIGHT);
}

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
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_core_set_max_in_flight (get_core (self), max_in_flight);
}

/**
 * aq_queue_get_paused:
 * @self: a queue
 *
 * Tells whether the queue promises nothing to anybody for now.
 *
 * Returns: %TRUE if it is paused
 *
 * Since: 0.1
 */
gboolean
aq_queue_get_paused (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), FALSE);

  return aq_core_read (get_core (self), AQ_FIGURE_IS_PAUSED) != 0;
}

/**
 * aq_queue_set_paused:
 * @self: a queue
 * @paused: whether to promise nothing to anybody
 *
 * Has gets wait, or go on.
 *
 * What was promised before can be collected. Once the queue is no longer paused, those
 * who wait are served at once.
 *
 * Since: 0.1
 */
void
aq_queue_set_paused (AqQueue  *self,
                     gboolean  paused)
{
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_core_set_paused (get_core (self), !!paused);
}

/**
 * aq_queue_get_n_accepted:
 * @self: a queue
 *
 * Gets how many items were put since the queue was made.
 *
 * Returns: the number of items, those that were dropped among them
 *
 * Since: 0.1
 */
guint64
aq_queue_get_n_accepted (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_core_read (get_core (self), AQ_FIGURE_N_ACCEPTED);
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
guint64
aq_queue_get_n_dropped (AqQueue *self)
{
  g_return_val_if_fail (AQ_IS_QUEUE (self), 0);

  return aq_core_read (get_core (self), AQ_FIGURE_N_DROPPED);
}

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

  return aq_dispatcher_get_priority (aq_signals_get_dispatcher (get_private (self)->signals));
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
  g_return_if_fail (AQ_IS_QUEUE (self));

  aq_signals_set_io_priority (get_private (self)->signals, io_priority);
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

  return aq_dispatcher_get_context (aq_signals_get_dispatcher (get_private (self)->signals));
}
