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

#include <aqueue/aq-overflow.h>
#include <aqueue/aq-queue-state.h>

G_BEGIN_DECLS

#define AQ_TYPE_QUEUE (aq_queue_get_type ())

AQ_AVAILABLE_IN_0_1
G_DECLARE_DERIVABLE_TYPE (AqQueue, aq_queue, AQ, QUEUE, GObject)

/**
 * AqQueueClass:
 * @parent_class: the parent class
 *
 * The class structure of [class@Queue], which has nothing to override.
 *
 * The class can be derived from to add functions and properties to it, as programs
 * in other languages do whenever they make a class of their own.
 *
 * Since: 0.1
 */
struct _AqQueueClass
{
  GObjectClass parent_class;

  /*< private >*/
  gpointer padding[8];
};

/**
 * AqQueueSizeFunc:
 * @item: (type GObject) (transfer none): an item that is put
 * @user_data: the data given to [method@Queue.set_size_func]
 *
 * Tells how large an item is, in whatever unit [property@Queue:max-size] has.
 *
 * It is called in the thread that puts, with no lock held, once for each put.
 *
 * Returns: the size
 *
 * Since: 0.1
 */
typedef guint (*AqQueueSizeFunc) (gpointer item,
                                  gpointer user_data);

AQ_AVAILABLE_IN_0_1
AqQueue      *aq_queue_new                   (GType                 item_type,
                                              guint                 max_size)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
AqQueue      *aq_queue_new_with_free_func    (guint                 max_size,
                                              GDestroyNotify        item_free_func)
          G_GNUC_WARN_UNUSED_RESULT;

AQ_AVAILABLE_IN_0_1
void          aq_queue_put_async             (AqQueue              *self,
                                              gpointer              item,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
void          aq_queue_timed_put_async       (AqQueue              *self,
                                              gpointer              item,
                                              gint64                timeout_us,
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
void          aq_queue_timed_get_async       (AqQueue              *self,
                                              gint64                timeout_us,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_get_finish            (AqQueue              *self,
                                              GAsyncResult         *result,
                                              GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_get_sync              (AqQueue              *self,
                                              GCancellable         *cancellable,
                                              GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_timed_get             (AqQueue              *self,
                                              gint64                timeout_us,
                                              GCancellable         *cancellable,
                                              GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_try_get               (AqQueue              *self,
                                              GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_poll                  (AqQueue              *self)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
void          aq_queue_get_many_async        (AqQueue              *self,
                                              guint                 max_items,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
void          aq_queue_timed_get_many_async  (AqQueue              *self,
                                              guint                 max_items,
                                              gint64                timeout_us,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_get_many_finish       (AqQueue              *self,
                                              GAsyncResult         *result,
                                              GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_try_get_many          (AqQueue              *self,
                                              guint                 max_items,
                                              GError              **error)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
gpointer      aq_queue_peek                  (AqQueue              *self) G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_peek_many             (AqQueue              *self,
                                              guint                 max_items)
          G_GNUC_WARN_UNUSED_RESULT;
AQ_AVAILABLE_IN_0_1
GPtrArray    *aq_queue_peek_all              (AqQueue              *self) G_GNUC_WARN_UNUSED_RESULT;

AQ_AVAILABLE_IN_0_1
void          aq_queue_task_done             (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_join_async            (AqQueue              *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AQ_AVAILABLE_IN_0_1
void          aq_queue_timed_join_async      (AqQueue              *self,
                                              gint64                timeout_us,
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
void          aq_queue_put_back              (AqQueue              *self,
                                              gpointer              item);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_remove                (AqQueue              *self,
                                              gpointer              item);

AQ_AVAILABLE_IN_0_1
void          aq_queue_hold                  (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_release               (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_shutdown              (AqQueue              *self,
                                              gboolean              immediate);
AQ_AVAILABLE_IN_0_1
void          aq_queue_shutdown_with_error   (AqQueue              *self,
                                              const GError         *error);
AQ_AVAILABLE_IN_0_1
GError       *aq_queue_get_error             (AqQueue              *self)
          G_GNUC_WARN_UNUSED_RESULT;
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
AqOverflow    aq_queue_get_overflow          (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_set_overflow          (AqQueue              *self,
                                              AqOverflow            overflow);
AQ_AVAILABLE_IN_0_1
void          aq_queue_set_size_func         (AqQueue              *self,
                                              AqQueueSizeFunc       func,
                                              gpointer              user_data,
                                              GDestroyNotify        notify);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_length            (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint64       aq_queue_get_size              (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
guint         aq_queue_get_n_promised        (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_is_empty              (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
gboolean      aq_queue_is_full               (AqQueue              *self);
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
gboolean      aq_queue_get_paused            (AqQueue              *self);
AQ_AVAILABLE_IN_0_1
void          aq_queue_set_paused            (AqQueue              *self,
                                              gboolean              paused);
AQ_AVAILABLE_IN_0_1
guint64       aq_queue_get_n_accepted        (AqQueue              *self);
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
