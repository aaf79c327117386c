/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * AqModel: what a queue has to do, told in the plainest way.
 *
 * It shares no code with the library, and knows neither threads nor main loops
 * nor memory. Items and operations are numbers, all lists are arrays, and what
 * can be counted is counted anew each time. It is right if one can see it.
 */

#define AQ_MODEL_MAX 512

typedef enum
{
  AQ_MODEL_FIFO,
  AQ_MODEL_LIFO,
  AQ_MODEL_PRIORITY,
} AqModelOrder;

/* What happens if there is no room. */
typedef enum
{
  AQ_MODEL_WAIT,
  AQ_MODEL_DROP_OLDEST,
  AQ_MODEL_DROP_NEWEST,
} AqModelOverflow;

typedef enum
{
  AQ_MODEL_DONE,
  AQ_MODEL_WOULD_BLOCK,
  AQ_MODEL_CLOSED,
  AQ_MODEL_CANCELLED,
  AQ_MODEL_TIMED_OUT,
} AqModelOutcome;

typedef enum
{
  AQ_MODEL_PUT,
  AQ_MODEL_GET, /* for one or for many */
  AQ_MODEL_JOIN,
  AQ_MODEL_WATCH,
} AqModelKind;

typedef enum
{
  AQ_MODEL_AWAY,    /* a watch that is not in line: new, or with an item in hand */
  AQ_MODEL_WAITING, /* in line */
  AQ_MODEL_DECIDED, /* its callback is due */
  AQ_MODEL_CALLED,  /* its callback has begun */
  AQ_MODEL_OVER,    /* nothing more will come of it */
} AqModelPhase;

typedef struct
{
  AqModelKind kind;
  AqModelPhase phase;
  AqModelOutcome outcome; /* once it is decided */
  gboolean has_promise;   /* of an item: a get or a watch */

  int item; /* of a put */
  guint max_items; /* of a get */
} AqModelOp;

typedef struct
{
  guint length;
  int numbers[AQ_MODEL_MAX];
} AqModelList;

typedef struct
{
  AqModelOrder order;
  guint max_size;
  AqModelOverflow overflow;
  gboolean is_measured; /* the bound goes by the sizes of items */
  guint max_in_flight;
  guint n_holds;
  gboolean is_paused;
  gboolean is_shut_down;
  gboolean is_immediate;
  gboolean has_cause; /* it was shut down with an error */

  /* In the order in which they went in. Those that are next are promised, as many as
   * operations hold a promise. */
  AqModelList items;
  int priorities[AQ_MODEL_MAX]; /* by number of the item */
  guint sizes[AQ_MODEL_MAX];    /* the same, in a queue that goes by them */

  AqModelOp ops[AQ_MODEL_MAX];
  guint n_ops;

  /* Numbers of operations. */
  AqModelList putters;
  AqModelList getters;
  AqModelList joiners;
  AqModelList due; /* whose callbacks are to run, in this order */

  AqModelList dropped; /* numbers of items */
  guint n_accepted;
  guint n_collected; /* and not put back */
  guint n_put_back;
  guint unfinished;
  guint in_flight;

  guint last_length;
  gboolean was_drained; /* for the driver to clear */
} AqModel;

void            aq_model_init              (AqModel         *self,
                                            AqModelOrder     order,
                                            guint            max_size);

/* Operations that wait: the number of a new one, and what becomes of it. */
int             aq_model_put               (AqModel         *self,
                                            int              item,
                                            int              priority,
                                            guint            size,
                                            gboolean         is_cancelled);
int             aq_model_get               (AqModel         *self,
                                            guint            max_items,
                                            gboolean         is_cancelled);
int             aq_model_join              (AqModel         *self,
                                            gboolean         is_cancelled);
void            aq_model_cancel            (AqModel         *self,
                                            int              op);
void            aq_model_begin_call        (AqModel         *self,
                                            int              op);
void            aq_model_collect           (AqModel         *self,
                                            int              op,
                                            AqModelList     *items);
void            aq_model_free              (AqModel         *self,
                                            int              op);

/* Watches */
int             aq_model_watch             (AqModel         *self,
                                            gboolean         is_cancelled);
void            aq_model_watch_join_line   (AqModel         *self,
                                            int              op);
void            aq_model_watch_go_on       (AqModel         *self,
                                            int              op);
int             aq_model_watch_take        (AqModel         *self,
                                            int              op);
void            aq_model_watch_end         (AqModel         *self,
                                            int              op);

/* Operations that do not wait */
AqModelOutcome  aq_model_try_put           (AqModel         *self,
                                            int              item,
                                            int              priority,
                                            guint            size);
AqModelOutcome  aq_model_try_get           (AqModel         *self,
                                            guint            max_items,
                                            AqModelList     *items);
gboolean        aq_model_task_done         (AqModel         *self);
gboolean        aq_model_put_back          (AqModel         *self,
                                            int              item,
                                            int              priority);
gboolean        aq_model_remove            (AqModel         *self,
                                            int              item);
gboolean        aq_model_set_priority      (AqModel         *self,
                                            int              item,
                                            int              priority);
guint           aq_model_clear             (AqModel         *self);
void            aq_model_shutdown          (AqModel         *self,
                                            gboolean         is_immediate);
void            aq_model_fail              (AqModel         *self);
void            aq_model_hold              (AqModel         *self);
gboolean        aq_model_release           (AqModel         *self);
void            aq_model_set_paused        (AqModel         *self,
                                            gboolean         is_paused);
void            aq_model_set_max_size      (AqModel         *self,
                                            guint            max_size);
void            aq_model_set_overflow      (AqModel         *self,
                                            AqModelOverflow  overflow);
gboolean        aq_model_set_is_measured   (AqModel         *self,
                                            gboolean         is_measured);
void            aq_model_set_max_in_flight (AqModel         *self,
                                            guint            max_in_flight);

/* What can be seen */
guint           aq_model_count_arrivals    (AqModel         *self);
guint           aq_model_count_promised    (AqModel         *self);
guint           aq_model_count_available   (AqModel         *self);
guint           aq_model_get_size          (AqModel         *self);
gboolean        aq_model_is_empty          (AqModel         *self);
gboolean        aq_model_is_full           (AqModel         *self);
gboolean        aq_model_is_finished       (AqModel         *self);
int             aq_model_peek              (AqModel         *self);
gboolean        aq_model_has_leftovers     (AqModel         *self);
void            aq_model_drop_leftovers    (AqModel         *self);

G_END_DECLS
