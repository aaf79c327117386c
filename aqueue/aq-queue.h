/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (AQ_INSIDE) && !defined (AQ_COMPILATION)
#error "Only <aqueue/aqueue.h> can be included directly."
#endif

#include <gio/gio.h>

#include <aqueue/aq-version.h>

G_BEGIN_DECLS

/**
 * AqQueueState:
 * @AQ_QUEUE_STATE_OPEN: items can be put and got
 * @AQ_QUEUE_STATE_DRAINING: shut down, with items left to get
 * @AQ_QUEUE_STATE_FINISHED: shut down and empty
 *
 * How far a queue is on its way to its end.
 *
 * Since: 0.1
 */
typedef enum
{
  AQ_QUEUE_STATE_OPEN,
  AQ_QUEUE_STATE_DRAINING,
  AQ_QUEUE_STATE_FINISHED,
} AqQueueState;

#define AQ_TYPE_QUEUE_STATE (aq_queue_state_get_type ())

AQ_AVAILABLE_IN_0_1
GType         aq_queue_state_get_type        (void);

#define AQ_TYPE_QUEUE (aq_queue_get_type ())

AQ_AVAILABLE_IN_0_1
G_DECLARE_DERIVABLE_TYPE (AqQueue, aq_queue, AQ, QUEUE, GObject)

/**
 * AqQueueClass:
 * @parent_class: the parent class
 *
 * The class structure of [class@Queue], which has nothing to override.
 *
 * Since: 0.1
 */
struct _AqQueueClass
{
  GObjectClass parent_class;

  /*< private >*/
  gpointer padding[8];
};

AQ_AVAILABLE_IN_0_1
AqQueue      *aq_queue_new                   (GType                 item_type,
                                              guint                 max_size);
AQ_AVAILABLE_IN_0_1
AqQueue      *aq_queue_new_with_free_func    (guint                 max_size,
                                              GDestroyNotify        item_free_func);

AQ_AVAILABLE_IN_0_1
void          aq_queue_put_async             (AqQueue              *self,
                                              gpointer              item,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_put_finish            (AqQueue              *self,
                                              GAsyncResult         *result,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_put_sync              (AqQueue              *self,
                                              gpointer              item,
                                              GCancellable         *cancellable,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_timed_put             (AqQueue              *self,
                                              gpointer              item,
                                              gint64                timeout_us,
                                              GCancellable         *cancellable,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_try_put               (AqQueue              *self,
                                              gpointer              item,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_offer                 (AqQueue              *self,
                                              gpointer              item);

AQ_AVAILABLE_IN_0_1
void          aq_queue_get_async             (AqQueue              *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_get_finish            (AqQueue              *self,
                                              GAsyncResult         *result,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_get_sync              (AqQueue              *self,
                                              GCancellable         *cancellable,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_timed_get             (AqQueue              *self,
                                              gint64                timeout_us,
                                              GCancellable         *cancellable,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_try_get               (AqQueue              *self,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_poll                  (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_get_many_async        (AqQueue              *self,
                                              guint                 max_items,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_get_many_finish       (AqQueue              *self,
                                              GAsyncResult         *result,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_try_get_many          (AqQueue              *self,
                                              guint                 max_items,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_peek                  (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_peek_many             (AqQueue              *self,
                                              guint                 max_items);

AQ_AVAILABLE_IN_0_1
void          aq_queue_task_done             (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_join_async            (AqQueue              *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_join_finish           (AqQueue              *self,
                                              GAsyncResult         *result,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_join_sync             (AqQueue              *self,
                                              GCancellable         *cancellable,
                                              GError              **error);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_timed_join            (AqQueue              *self,
                                              gint64                timeout_us,
                                              GCancellable         *cancellable,
                                              GError              **error);

AQ_AVAILABLE_IN_0_1
void          aq_queue_shutdown              (AqQueue              *self,
                                              gboolean              immediate);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_clear                 (AqQueue              *self);

AQ_AVAILABLE_IN_0_1
GType         aq_queue_get_item_type         (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_max_size          (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_set_max_size          (AqQueue              *self,
                                              guint                 max_size);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_length            (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_get_empty             (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_get_full              (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
AqQueueState  aq_queue_get_state             (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_waiting_getters   (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_waiting_putters   (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint64       aq_queue_get_unfinished_tasks  (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint64       aq_queue_get_in_flight         (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_max_in_flight     (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_set_max_in_flight     (AqQueue              *self,
                                              guint                 max_in_flight);
AQ_AVAILABLE_IN_0_1
guint64       aq_queue_get_n_dropped         (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
gint          aq_queue_get_io_priority       (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_set_io_priority       (AqQueue              *self,
                                              gint                  io_priority);
AQ_AVAILABLE_IN_0_1
GMainContext *aq_queue_get_main_context      (AqQueue              *self);

G_END_DECLS
