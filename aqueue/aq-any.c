/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-any.h"

#include "aq-cancel-private.h"
#include "aq-dispatcher-private.h"
#include "aq-queue-private.h"
#include "aq-timeout-private.h"

/*
 * A get from several queues waits in each of them, with a waiter of its own. The first
 * that is promised an item has the callback called. Before that, in its main context,
 * one of those with a promise is chosen; all others are withdrawn, and what they were
 * promised is for somebody else.
 *
 * No two queues are locked at once. So between the promises the others can be
 * cancelled, or promised an item too; what is so when the callback is about to be
 * called counts.
 */

typedef struct
{
  AqWaiter waiter;
  struct _AqAny *any;

  AqQueue *queue; /* (owned) */
  AqCore *core;   /* (unowned): of @queue */

  AqCancel *cancel;   /* (owned) (nullable): until the callback is called */
  AqTimeout *timeout; /* (owned) (nullable): likewise */
} AqAnyGet;

#define AQ_TYPE_ANY (aq_any_get_type ())

G_DECLARE_FINAL_TYPE (AqAny, aq_any, AQ, ANY, GObject)

struct _AqAny
{
  GObject parent_instance;

  AqJob job;

  AqAnyGet *gets; /* (owned): one for each queue, in the caller's order */
  gsize n_gets;
  AqAnyGet *chosen; /* (nullable) */

  GAsyncReadyCallback callback; /* (nullable) */
  gpointer user_data;
  GCallback tag;

  GMutex lock; /* taken after that of a queue */

  /* The fields below are protected by @lock. */
  AqDispatcher *dispatcher; /* (owned) (nullable): until the job is pushed */
  gboolean is_started;      /* waits in all queues, if it has to */
  gsize n_failed;
  gboolean is_decided; /* one has a promise, or all have failed */
};

static void aq_any_async_result_init (GAsyncResultIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AqAny, aq_any, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_RESULT,
                                                      aq_any_async_result_init))

static AqAny *
any_from_job (AqJob *job)
{
  return G_STRUCT_MEMBER_P (job, -G_STRUCT_OFFSET (AqAny, job));
}

/* Pushes the job, once. The dispatcher takes over the reference that the queues had. */
static void
push_if_due_locked (AqAny     *self,
                    AqWakeUps *wake_ups)
{
  if (self->is_started && self->is_decided && self->dispatcher != NULL)
    aq_dispatcher_push_and_unref (g_steal_pointer (&self->dispatcher), &self->job, wake_ups);
}

/* Runs with the lock of its queue held, so @any is there: to be freed, it withdraws
 * this waiter first. */
static void
wake_locked (AqWaiter  *waiter,
             AqWakeUps *wake_ups)
{
  AqAnyGet *get = G_STRUCT_MEMBER_P (waiter, -G_STRUCT_OFFSET (AqAnyGet, waiter));
  AqAny *any = get->any;

  g_mutex_lock (&any->lock);

  if (aq_waiter_has_failed (waiter))
    any->n_failed++;
  if (!aq_waiter_has_failed (waiter) || any->n_failed == any->n_gets)
    any->is_decided = TRUE;
  push_if_due_locked (any, wake_ups);

  g_mutex_unlock (&any->lock);
}

static void
forget_ends (AqAnyGet *get)
{
  g_clear_pointer (&get->timeout, aq_timeout_free);
  g_clear_pointer (&get->cancel, aq_cancel_disconnect);
}

/* Chooses the first get that has a promise. All others wait no more. */
static void
choose (AqAny *self)
{
  for (gsize i = 0; i < self->n_gets; i++)
    {
      AqAnyGet *get = &self->gets[i];

      forget_ends (get);

      if (self->chosen == NULL && aq_core_begin_call (get->core, &get->waiter))
        self->chosen = get;
      else
        aq_core_withdraw (get->core, &get->waiter);
    }
}

static void
any_job_run (AqJob *job)
{
  AqAny *self = any_from_job (job);

  choose (self);

  if (self->callback != NULL)
    self->callback (NULL, G_ASYNC_RESULT (self), self->user_data);
}

static void
any_job_free (AqJob *job)
{
  g_object_unref (any_from_job (job));
}

static const AqJobFuncs any_job_funcs = {
  any_job_run,
  any_job_free,
};

/* A language that collects garbage can dispose of a result long before that is
 * freed. */
static void
aq_any_dispose (GObject *object)
{
  AqAny *self = AQ_ANY (object);

  for (gsize i = 0; i < self->n_gets; i++)
    {
      forget_ends (&self->gets[i]);
      aq_core_withdraw (self->gets[i].core, &self->gets[i].waiter);
    }

  G_OBJECT_CLASS (aq_any_parent_class)->dispose (object);
}

static void
aq_any_finalize (GObject *object)
{
  AqAny *self = AQ_ANY (object);

  for (gsize i = 0; i < self->n_gets; i++)
    g_object_unref (self->gets[i].queue);
  g_free (self->gets);
  g_clear_pointer (&self->dispatcher, aq_dispatcher_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aq_any_parent_class)->finalize (object);
}

static void
aq_any_class_init (AqAnyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aq_any_dispose;
  object_class->finalize = aq_any_finalize;
}

static void
aq_any_init (AqAny *self)
{
  self->job.funcs = &any_job_funcs;
  g_mutex_init (&self->lock);
}

static gpointer
aq_any_get_user_data (GAsyncResult *result)
{
  return AQ_ANY (result)->user_data;
}

/* It is of no one queue. */
static GObject *
aq_any_get_source_object (GAsyncResult *result)
{
  return NULL;
}

static gboolean
aq_any_is_tagged (GAsyncResult *result,
                  gpointer      tag)
{
  /* ISO C has no such conversion, but every system of GLib's has. */
  return AQ_ANY (result)->tag == __extension__ (GCallback) tag;
}

static void
aq_any_async_result_init (GAsyncResultIface *iface)
{
  iface->get_user_data = aq_any_get_user_data;
  iface->get_source_object = aq_any_get_source_object;
  iface->is_tagged = aq_any_is_tagged;
}

static AqAny *
any_new (AqQueue * const *queues,
         gsize            n_queues,
         const AqRequest *request)
{
  AqAny *self = g_object_new (AQ_TYPE_ANY, NULL);
  AqDispatcher *dispatcher = aq_queue_get_dispatcher (queues[0]);

  self->gets = g_new0 (AqAnyGet, n_queues);
  self->n_gets = n_queues;
  self->callback = request->callback;
  self->user_data = request->user_data;
  self->tag = request->tag;
  self->dispatcher = aq_dispatcher_get_for_thread (dispatcher);

  for (gsize i = 0; i < n_queues; i++)
    {
      AqAnyGet *get = &self->gets[i];

      get->any = self;
      get->queue = g_object_ref (queues[i]);
      get->core = aq_queue_get_core (get->queue);
      get->waiter.wake_locked = wake_locked;
      aq_waiter_init (&get->waiter, request);
    }

  return self;
}

static gboolean
is_decided (AqAny *self)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  result = self->is_decided;
  g_mutex_unlock (&self->lock);

  return result;
}

static void
wait_in_queue (AqAny           *self,
               AqAnyGet        *get,
               const AqRequest *request)
{
  if (request->cancellable != NULL && get->waiter.state == AQ_WAITER_NEW)
    get->cancel = aq_cancel_new (request->cancellable, get->core, &get->waiter);
  if (request->timeout_us > 0)
    get->timeout = aq_timeout_new (self->dispatcher, request->timeout_us, get->core, &get->waiter);

  aq_core_enqueue (get->core, &get->waiter, request->timeout_us != 0);
}

static void
any_start (AqQueue * const *queues,
           gsize            n_queues,
           const AqRequest *request)
{
  AqAny *self = g_object_ref (any_new (queues, n_queues, request));
  AqWakeUps wake_ups = { 0, };

  /* As soon as there is an item it need not ask the rest for one. */
  for (gsize i = 0; i < n_queues && !is_decided (self); i++)
    wait_in_queue (self, &self->gets[i], request);

  /* Only now, or the callback could be called while we are still at this. */
  g_mutex_lock (&self->lock);
  self->is_started = TRUE;
  push_if_due_locked (self, &wake_ups);
  g_mutex_unlock (&self->lock);

  g_object_unref (self);
  aq_wake_ups_run (&wake_ups);
}

static gboolean
are_queues (AqQueue * const *queues,
            gsize            n_queues,
            const char      *func)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  if (queues == NULL || n_queues == 0)
    {
      g_critical ("%s: there is no queue to get from", func);
      return FALSE;
    }

  for (gsize i = 0; i < n_queues; i++)
    {
      if (!AQ_IS_QUEUE (queues[i]))
        {
          g_critical ("%s: number %" G_GSIZE_FORMAT " is no queue", func, i);
          return FALSE;
        }

      if (!g_hash_table_add (seen, queues[i]))
        {
          g_critical ("%s: the same queue is given twice", func);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * aq_queue_get_any_async:
 * @queues: (array length=n_queues): queues, each once
 * @n_queues: how many there are: 1 or more
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once there
 *   is an item to collect
 * @user_data: data for @callback
 *
 * Takes an item off one of several queues: whichever has one first.
 *
 * If several have one, the first of them in the array gives it. An item is taken from
 * one queue alone; in the others it leaves nothing behind, and what it was promised
 * there goes to somebody else. It waits in each queue in turn with
 * [method@Queue.get_async].
 *
 * @callback runs in the thread-default main context of the caller, at the priority of
 * the first queue, and never before this function returns. It is given no source
 * object. Call [func@Queue.get_any_finish] there.
 *
 * A queue that is shut down and empty gives nothing, and the others are waited for. The
 * error is `G_IO_ERROR_CLOSED` once all are, or what the first of them was
 * [shut down with](method.Queue.shutdown_with_error.html). It is `G_IO_ERROR_CANCELLED`
 * if @cancellable is triggered before @callback runs. Either way no item was taken.
 *
 * ```c
 * static void
 * got_any_cb (GObject      *unused,
 *             GAsyncResult *result,
 *             gpointer      user_data)
 * {
 *   AqQueue *queue;
 *   g_autoptr (GFile) file = aq_queue_get_any_finish (result, &queue, NULL);
 *
 *   if (file == NULL)
 *     return;
 *
 *   g_print ("%s\n", g_file_peek_path (file));
 *   aq_queue_task_done (queue);
 * }
 *
 * static void
 * get_next (AqQueue *urgent,
 *           AqQueue *other)
 * {
 *   AqQueue *queues[] = { urgent, other };
 *
 *   aq_queue_get_any_async (queues, G_N_ELEMENTS (queues), NULL, got_any_cb, NULL);
 * }
 * ```
 *
 * Since: 0.1
 */
void
aq_queue_get_any_async (AqQueue * const     *queues,
                        gsize                n_queues,
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
    .tag = G_CALLBACK (aq_queue_get_any_async),
  };

  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  if (are_queues (queues, n_queues, G_STRFUNC))
    any_start (queues, n_queues, &request);
}

/**
 * aq_queue_timed_get_any_async:
 * @queues: (array length=n_queues): queues, each once
 * @n_queues: how many there are: 1 or more
 * @timeout_us: how long to wait at most, in microseconds, or -1 forever
 * @cancellable: (nullable): an object to give up the wait with
 * @callback: (nullable) (scope async) (closure user_data): called once there
 *   is an item to collect, or the time is up
 * @user_data: data for @callback
 *
 * Takes an item off one of several queues, waiting for some time at most.
 *
 * This is [func@Queue.get_any_async] with one more error, `G_IO_ERROR_TIMED_OUT`, as
 * for [method@Queue.timed_get_async]. @callback runs in the thread-default main context
 * of the caller. Call [func@Queue.get_any_finish] there.
 *
 * Since: 0.1
 */
void
aq_queue_timed_get_any_async (AqQueue * const     *queues,
                              gsize                n_queues,
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
    .tag = G_CALLBACK (aq_queue_timed_get_any_async),
  };

  g_return_if_fail (timeout_us >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  if (are_queues (queues, n_queues, G_STRFUNC))
    any_start (queues, n_queues, &request);
}

/* Returns a get that ended for @reason, or %NULL. */
static AqAnyGet *
find_failed (AqAny         *self,
             AqWaiterState  reason)
{
  for (gsize i = 0; i < self->n_gets; i++)
    if (self->gets[i].waiter.state == reason)
      return &self->gets[i];

  return NULL;
}

/* Returns the get that tells why none has got anything. */
static AqAnyGet *
find_reason (AqAny *self)
{
  AqAnyGet *get = find_failed (self, AQ_WAITER_CANCELLED);

  if (get == NULL)
    get = find_failed (self, AQ_WAITER_TIMED_OUT);

  for (gsize i = 0; get == NULL && i < self->n_gets; i++)
    if (aq_core_get_cause (self->gets[i].core) != NULL)
      get = &self->gets[i];

  return get != NULL ? get : &self->gets[0];
}

/**
 * aq_queue_get_any_finish:
 * @result: the result that the callback was given
 * @queue: (out) (optional) (nullable) (transfer none): return location for the queue
 *   from which the item is
 * @error: return location for an error
 *
 * Finishes an operation that was started with [func@Queue.get_any_async] or
 * [func@Queue.timed_get_any_async].
 *
 * The item is the one that is next in the order of its queue now, and each result gives
 * one item. The queue is one of those that were given, and stays as long as @result; it
 * is %NULL with an error. The errors are those of the function that started it.
 *
 * Returns: (type GObject) (transfer full): the item, or %NULL with @error set
 *
 * Since: 0.1
 */
gpointer
aq_queue_get_any_finish (GAsyncResult  *result,
                         AqQueue      **queue,
                         GError       **error)
{
  AqAny *self;
  AqAnyGet *get;
  gpointer item;

  if (queue != NULL)
    *queue = NULL;

  g_return_val_if_fail (AQ_IS_ANY (result), NULL);

  self = AQ_ANY (result);
  get = self->chosen;

  if (get == NULL)
    {
      get = find_reason (self);
      aq_core_set_error (get->core, &get->waiter, error);
      return NULL;
    }

  if (aq_core_collect (get->core, &get->waiter, &item, 1, error) == 0)
    {
      g_critical ("%s: the item of this result was collected before", G_STRFUNC);
      return NULL;
    }

  if (queue != NULL)
    *queue = get->queue;

  return item;
}
