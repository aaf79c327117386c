/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-result-private.h"

#include "aq-cancel-private.h"
#include "aq-timeout-private.h"

struct _AqResult
{
  GObject parent_instance;

  AqWaiter waiter;
  AqJob job;

  GObject *queue;           /* (owned) */
  AqCore *core;             /* (unowned): of @queue */
  AqDispatcher *dispatcher; /* (owned) (nullable): until it is decided */
  AqCancel *cancel;         /* (owned) (nullable): until the callback is called */
  AqTimeout *timeout;       /* (owned) (nullable): likewise */

  GAsyncReadyCallback callback; /* (nullable) */
  gpointer user_data;
  GCallback tag;
};

/* For language bindings: to learn how an operation has ended from its error, they
 * would have to make that. It counts once the callback is called. */
enum
{
  PROP_ERROR_CODE = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void aq_result_async_result_init (GAsyncResultIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AqResult, aq_result, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_RESULT,
                                                      aq_result_async_result_init))

static AqResult *
result_from_waiter (AqWaiter *waiter)
{
  return G_STRUCT_MEMBER_P (waiter, -G_STRUCT_OFFSET (AqResult, waiter));
}

static AqResult *
result_from_job (AqJob *job)
{
  return G_STRUCT_MEMBER_P (job, -G_STRUCT_OFFSET (AqResult, job));
}

/* The dispatcher takes over the reference that the core had. Pushing under the
 * lock makes callbacks run in the order of the decisions. Nor can the result be
 * gone before this returns, since running it takes the lock. */
static void
wake_locked (AqWaiter  *waiter,
             AqWakeUps *wake_ups)
{
  AqResult *self = result_from_waiter (waiter);

  aq_dispatcher_push_and_unref (g_steal_pointer (&self->dispatcher), &self->job, wake_ups);
}

static void
result_job_run (AqJob *job)
{
  AqResult *self = result_from_job (job);

  g_clear_pointer (&self->timeout, aq_timeout_free);
  g_clear_pointer (&self->cancel, aq_cancel_disconnect);
  aq_core_begin_call (self->core, &self->waiter);

  /* A put that failed leaves its item to the caller, who should not find it
   * still held by us. */
  aq_core_release_item (self->core, g_steal_pointer (&self->waiter.entry.item));

  if (self->callback != NULL)
    self->callback (self->queue, G_ASYNC_RESULT (self), self->user_data);
}

static void
result_job_free (AqJob *job)
{
  g_object_unref (result_from_job (job));
}

static const AqJobFuncs result_job_funcs = {
  result_job_run,
  result_job_free,
};

/* A language that collects garbage can dispose of a result long before that is
 * freed. */
static void
aq_result_dispose (GObject *object)
{
  AqResult *self = AQ_RESULT (object);

  /* Still there if the context is gone. */
  g_clear_pointer (&self->timeout, aq_timeout_free);
  g_clear_pointer (&self->cancel, aq_cancel_disconnect);

  /* Nobody collected: what was promised to this one goes to the next. */
  aq_core_withdraw (self->core, &self->waiter);

  G_OBJECT_CLASS (aq_result_parent_class)->dispose (object);
}

static void
aq_result_finalize (GObject *object)
{
  AqResult *self = AQ_RESULT (object);

  aq_core_release_item (self->core, self->waiter.entry.item);

  g_clear_pointer (&self->dispatcher, aq_dispatcher_unref);
  g_object_unref (self->queue);

  G_OBJECT_CLASS (aq_result_parent_class)->finalize (object);
}

static void
aq_result_get_property (GObject    *object,
                        guint       property_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  AqResult *self = AQ_RESULT (object);

  switch (property_id)
    {
    case PROP_ERROR_CODE:
      g_value_set_int (value, aq_waiter_get_error_code (&self->waiter));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
aq_result_class_init (AqResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aq_result_dispose;
  object_class->finalize = aq_result_finalize;
  object_class->get_property = aq_result_get_property;

  props[PROP_ERROR_CODE] =
    g_param_spec_int ("error-code", NULL, NULL, -1, G_MAXINT, -1,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
aq_result_init (AqResult *self)
{
  self->job.funcs = &result_job_funcs;
  self->waiter.wake_locked = wake_locked;
}

static gpointer
aq_result_get_user_data (GAsyncResult *result)
{
  return AQ_RESULT (result)->user_data;
}

static GObject *
aq_result_get_source_object (GAsyncResult *result)
{
  return g_object_ref (AQ_RESULT (result)->queue);
}

static gboolean
aq_result_is_tagged (GAsyncResult *result,
                     gpointer      tag)
{
  /* ISO C has no such conversion, but every system of GLib's has. */
  return AQ_RESULT (result)->tag == __extension__ (GCallback) tag;
}

static void
aq_result_async_result_init (GAsyncResultIface *iface)
{
  iface->get_user_data = aq_result_get_user_data;
  iface->get_source_object = aq_result_get_source_object;
  iface->is_tagged = aq_result_is_tagged;
}

/* Starts an operation. Its reference is the core's, and then the dispatcher's.
 *
 * @queue: (transfer none): the source object, whose @core it is
 * @dispatcher: (transfer full): where the callback is called */
void
aq_result_start (gpointer         queue,
                 AqCore          *core,
                 AqDispatcher    *dispatcher,
                 const AqRequest *request)
{
  AqResult *self = g_object_new (AQ_TYPE_RESULT, NULL);

  self->queue = g_object_ref (queue);
  self->core = core;
  self->dispatcher = dispatcher;
  self->callback = request->callback;
  self->user_data = request->user_data;
  self->tag = request->tag;

  aq_waiter_init (&self->waiter, request);

  /* Before the core knows of the waiter: the handler may be called at once. */
  if (request->cancellable != NULL && self->waiter.state == AQ_WAITER_NEW)
    self->cancel = aq_cancel_new (request->cancellable, core, &self->waiter);

  if (request->timeout_us > 0)
    {
      /* Most have what they ask for at once, and then need no time-out. */
      if (aq_core_try (core, &self->waiter))
        return;

      self->timeout = aq_timeout_new (dispatcher, request->timeout_us, core, &self->waiter);
    }

  aq_core_enqueue (core, &self->waiter, request->timeout_us != 0);
}

/* Whether @result is one of an operation of this @kind on @queue. */
gboolean
aq_result_is_valid (gpointer      result,
                    gpointer      queue,
                    AqWaiterKind  kind)
{
  AqResult *self;

  if (!AQ_IS_RESULT (result))
    return FALSE;

  self = AQ_RESULT (result);

  return self->queue == queue && self->waiter.kind == kind;
}

AqWaiter *
aq_result_get_waiter (AqResult *self)
{
  return &self->waiter;
}
