/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-test-utils.h"

G_BEGIN_DECLS

typedef enum
{
  FIFO,
  LIFO,
  PRIORITY,
} Order;

/* What the work may grow with: the larger, the more. */
typedef enum
{
  CONSTANT,
  LINEAR,
  N_LOG_N,
  QUADRATIC,
} Theory;

typedef struct
{
  guint64 steps;
  guint64 time;  /* ns */
  guint64 depth; /* bytes of the stack */
} Work;

/* A queue, and what there is n of beside it. */
typedef struct
{
  Order order;
  guint n;

  AqQueue *queue;
  GObject *item; /* each item is this one */
  GCancellable *cancelled;
  GMainContext *here;      /* the thread-default one */
  GMainContext *elsewhere; /* does not run while calls are tried */
  GPtrArray *kept;     /* of GObject: goes before the queue, and so does the next one */
  GPtrArray *contexts; /* of GMainContext */

  gboolean has_items; /* that are promised to nobody, n of them */
} Growth;

#define MAX_CALLS 96

typedef struct
{
  const char *functions;
  void (*call) (Growth *self);
} Call;

typedef struct
{
  const char *name;
  void (*set_up) (Growth *self);
  guint n;
  Theory theory;
  Theory theory_of_clear; /* in a priority queue */
  const char *reason;
} Situation;

typedef enum
{
  ONE_ORDER,
  ALL_ORDERS,
} Orders;

typedef struct
{
  const char *name;
  void (*set_up) (Growth *self); /* (nullable) */
  void (*run) (Growth *self);    /* if it calls growth_start (), it is set up by then */
  Orders orders;
  guint n;
  Theory theory;
  const char *reason;
} Bulk;

extern const Call calls[];
extern const Situation situations[];
extern const Bulk bulks[];

/* In test-growth.c */

void          growth_start              (void);
void          growth_stop               (void);
void          growth_note_depth         (void);
void          growth_drain              (Growth        *self);

AqQueue      *growth_new_queue          (Growth        *self);
void          growth_put                (Growth        *self,
                                         guint          n);
void          growth_get                (Growth        *self,
                                         guint          n,
                                         GCancellable  *cancellable);
void          growth_put_async          (Growth        *self,
                                         guint          n,
                                         GCancellable  *cancellable);
void          growth_remove_source      (Growth        *self,
                                         guint          id);
void          growth_collect_cb         (GObject       *source,
                                         GAsyncResult  *result,
                                         gpointer       user_data);
void          growth_keep_cb            (GObject       *source,
                                         GAsyncResult  *result,
                                         gpointer       user_data);
void          growth_finish_put_cb      (GObject       *source,
                                         GAsyncResult  *result,
                                         gpointer       user_data);
void          growth_finish_join_cb     (GObject       *source,
                                         GAsyncResult  *result,
                                         gpointer       user_data);
void          growth_finish_get_many_cb (GObject       *source,
                                         GAsyncResult  *result,
                                         gpointer       user_data);
gboolean      growth_watch_cb           (AqQueue       *queue,
                                         gpointer       item,
                                         gpointer       user_data);
void          growth_handler_cb         (void);

/* What came out, if anything did. */
void          drop                      (gpointer       item);
void          drop_array                (GPtrArray     *items);

/* In test-growth-situations.c */

GCancellable *growth_add_cancellable    (Growth        *self);
void          growth_watch              (Growth        *self,
                                         GCancellable  *cancellable);

void          set_up_gets               (Growth        *self);
void          set_up_cancellables       (Growth        *self);
void          set_up_shared_cancellable (Growth        *self);
void          set_up_puts               (Growth        *self);
void          set_up_promises           (Growth        *self);
void          set_up_held_promises      (Growth        *self);
void          set_up_joins              (Growth        *self);
void          set_up_watches            (Growth        *self);
void          set_up_queues             (Growth        *self);

G_END_DECLS
