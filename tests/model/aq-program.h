/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * AqProgram: something that a program does to a queue.
 *
 * It is a queue and a list of operations on it. Any bytes are a program, and it
 * is printed as text that can be read, changed and parsed. Where other things are
 * printed too, its lines begin with AQ_PROGRAM_MARGIN, and are parsed alone.
 */

#define AQ_PROGRAM_MARGIN "# | "
#define AQ_PROGRAM_MAX_OPS 100
#define AQ_OP_MAX_ARGS 7
#define AQ_N_CANCELLABLES 8 /* of which the first is none */

typedef enum
{
  AQ_OP_QUEUE, /* what kind it is: comes first, and only there */

  AQ_OP_PUT,
  AQ_OP_GET,
  AQ_OP_GET_MANY,
  AQ_OP_JOIN,
  AQ_OP_FINISH,
  AQ_OP_DROP,
  AQ_OP_CANCEL,

  AQ_OP_TRY_PUT,
  AQ_OP_TRY_GET,
  AQ_OP_TRY_GET_MANY,
  AQ_OP_TIMED_PUT,
  AQ_OP_TIMED_GET,
  AQ_OP_TIMED_JOIN,
  AQ_OP_PEEK,

  AQ_OP_TASK_DONE,
  AQ_OP_PUT_BACK,
  AQ_OP_REMOVE,
  AQ_OP_SET_PRIORITY,
  AQ_OP_CLEAR,
  AQ_OP_SHUTDOWN,
  AQ_OP_FAIL,
  AQ_OP_HOLD,
  AQ_OP_RELEASE,
  AQ_OP_PAUSED,
  AQ_OP_MAX_SIZE,
  AQ_OP_OVERFLOW,
  AQ_OP_MEASURE,
  AQ_OP_MAX_IN_FLIGHT,

  AQ_OP_WATCH,
  AQ_OP_UNWATCH,
  AQ_OP_SIGNALS,

  AQ_OP_ITERATE,
  AQ_OP_DRAIN,

  N_AQ_OPS
} AqOpKind;

/* The arguments of AQ_OP_QUEUE. */
typedef enum
{
  AQ_SETUP_ORDER,
  AQ_SETUP_ITEMS,
  AQ_SETUP_MAX_SIZE,
  AQ_SETUP_MEASURED,
  AQ_SETUP_WATCHES,
  AQ_SETUP_CLOCK,
  AQ_SETUP_END,
} AqSetup;

/* What is done when the callback runs. */
typedef enum
{
  AQ_THEN_FINISH,
  AQ_THEN_KEEP,   /* the result, to be finished or dropped later */
  AQ_THEN_DROP,   /* the result, uncollected */
  AQ_THEN_REPEAT, /* finish, and if that went well do the same again */
  AQ_THEN_SILENT, /* there is no callback */
} AqThen;

typedef struct
{
  AqOpKind kind;
  gboolean later; /* inside the next callback */
  int args[AQ_OP_MAX_ARGS];
} AqOp;

typedef struct
{
  AqOp queue;
  AqOp ops[AQ_PROGRAM_MAX_OPS];
  guint n_ops;
} AqProgram;

void      aq_program_decode      (AqProgram        *self,
                                  const guint8     *bytes,
                                  gsize             n_bytes);
void      aq_program_init_random (AqProgram        *self,
                                  guint64           seed);
char     *aq_program_print       (const AqProgram  *self);
gboolean  aq_program_parse       (AqProgram        *self,
                                  const char       *text,
                                  GError          **error);

char     *aq_op_print            (const AqOp       *self);
gboolean  aq_op_simplify         (AqOp             *self,
                                  guint             way);

G_END_DECLS
