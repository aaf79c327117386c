/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-program.h"

#define BYTES_PER_OP 5
#define MIN_RANDOM_OPS 15
#define MAX_RANDOM_OPS 60

typedef struct
{
  const char *name;
  int lowest;
  int highest;
  int simplest;
  const char *words[6]; /* (nullable): instead of numbers from 0 on */
} Arg;

#define NO_ARG { NULL, 0, 0, 0, { NULL } }
#define PRIORITY { "priority", -2, 2, 0, { NULL } }
#define ITEM_SIZE { "size", 0, 6, 1, { NULL } }
#define CANCELLABLE { "cancellable", 0, AQ_N_CANCELLABLES - 1, 0, { NULL } }
#define THEN { "then", 0, 4, 0, { "finish", "keep", "drop", "repeat", "silent" } }
#define MAX_ITEMS { "max-items", 1, 4, 1, { NULL } }
#define LIMIT { "n", 0, 4, 0, { NULL } }
#define WHICH { "which", 0, 7, 0, { NULL } }
#define FLAG(name) { name, 0, 1, 0, { "no", "yes" } }
#define CHOICE(name, ...) \
  { name, 0, G_N_ELEMENTS (((const char *[]) { __VA_ARGS__ })) - 1, 0, { __VA_ARGS__ } }

static const struct
{
  const char *name;
  guint weight;
  Arg args[AQ_OP_MAX_ARGS];
} kinds[N_AQ_OPS] = {
  [AQ_OP_QUEUE] = { "queue", 0, {
    CHOICE ("order", "fifo", "lifo", "priority"),
    CHOICE ("items", "objects", "pointers"),
    { "max-size", 0, 3, 0, { NULL } },
    FLAG ("measured"),
    CHOICE ("watches", "equal", "urgent"),
    CHOICE ("clock", "stands", "runs"),
    CHOICE ("end", "shutdown", "unref"),
  } },

  [AQ_OP_PUT] = { "put", 12, { PRIORITY, CANCELLABLE, THEN, ITEM_SIZE } },
  [AQ_OP_GET] = { "get", 10, { CANCELLABLE, THEN } },
  [AQ_OP_GET_MANY] = { "get-many", 5, { MAX_ITEMS, CANCELLABLE, THEN } },
  [AQ_OP_JOIN] = { "join", 3, { CANCELLABLE, THEN } },
  [AQ_OP_FINISH] = { "finish", 4, { WHICH } },
  [AQ_OP_DROP] = { "drop", 3, { WHICH } },
  [AQ_OP_CANCEL] = { "cancel", 6, { CANCELLABLE, FLAG ("renew") } },

  [AQ_OP_TRY_PUT] = { "try-put", 5, { PRIORITY, ITEM_SIZE } },
  [AQ_OP_TRY_GET] = { "try-get", 3, { NO_ARG } },
  [AQ_OP_TRY_GET_MANY] = { "try-get-many", 2, { MAX_ITEMS } },
  [AQ_OP_TIMED_PUT] = { "timed-put", 2, { PRIORITY, CANCELLABLE, ITEM_SIZE } },
  [AQ_OP_TIMED_GET] = { "timed-get", 2, { CANCELLABLE } },
  [AQ_OP_TIMED_JOIN] = { "timed-join", 1, { CANCELLABLE } },
  [AQ_OP_PEEK] = { "peek", 1, { NO_ARG } },

  [AQ_OP_TASK_DONE] = { "task-done", 7, { NO_ARG } },
  [AQ_OP_PUT_BACK] = { "put-back", 5, { PRIORITY, WHICH } },
  [AQ_OP_REMOVE] = { "remove", 3, { WHICH } },
  [AQ_OP_SET_PRIORITY] = { "set-priority", 3, { PRIORITY, WHICH } },
  [AQ_OP_CLEAR] = { "clear", 2, { NO_ARG } },
  [AQ_OP_SHUTDOWN] = { "shutdown", 1, { FLAG ("immediate") } },
  [AQ_OP_FAIL] = { "fail", 1, { NO_ARG } },
  [AQ_OP_HOLD] = { "hold", 1, { NO_ARG } },
  [AQ_OP_RELEASE] = { "release", 1, { NO_ARG } },
  [AQ_OP_PAUSED] = { "paused", 3, { FLAG ("on") } },
  [AQ_OP_MAX_SIZE] = { "max-size", 3, { LIMIT } },
  [AQ_OP_OVERFLOW] = { "overflow", 3, { CHOICE ("mode", "wait", "drop-oldest", "drop-newest") } },
  [AQ_OP_MEASURE] = { "measure", 1, { FLAG ("on") } },
  [AQ_OP_MAX_IN_FLIGHT] = { "max-in-flight", 2, { LIMIT } },

  [AQ_OP_WATCH] = { "watch", 3, { { "n-items", 0, 3, 0, { NULL } }, CANCELLABLE } },
  [AQ_OP_UNWATCH] = { "unwatch", 2, { WHICH } },
  [AQ_OP_SIGNALS] = { "signals", 2, { FLAG ("on") } },

  [AQ_OP_ITERATE] = { "iterate", 6, { NO_ARG } },
  [AQ_OP_DRAIN] = { "drain", 3, { NO_ARG } },
};

static AqOpKind
kind_from_byte (guint8 byte)
{
  guint total = 0;
  guint rest;

  for (guint i = 0; i < N_AQ_OPS; i++)
    total += kinds[i].weight;

  rest = byte % total;
  for (guint i = 0; i < N_AQ_OPS; i++)
    {
      if (rest < kinds[i].weight)
        return i;
      rest -= kinds[i].weight;
    }

  g_assert_not_reached ();
}

/* Half of all operations are the simplest of their kind. */
static int
arg_from_byte (const Arg *arg,
               guint8     byte)
{
  int n_values = arg->highest - arg->lowest + 1;

  return byte & 1 ? arg->lowest + (byte >> 1) % n_values : arg->simplest;
}

static gboolean
can_be_later (AqOpKind kind)
{
  return kind != AQ_OP_ITERATE && kind != AQ_OP_DRAIN && kind != AQ_OP_QUEUE;
}

void
aq_program_decode (AqProgram    *self,
                   const guint8 *bytes,
                   gsize         n_bytes)
{
  guint8 first = n_bytes > 0 ? bytes[0] : 0;
  guint8 second = n_bytes > 1 ? bytes[1] : 0;

  self->queue = (AqOp) { .kind = AQ_OP_QUEUE };
  self->queue.args[AQ_SETUP_ORDER] = first % 3;
  self->queue.args[AQ_SETUP_ITEMS] = (first / 3) % 2;
  self->queue.args[AQ_SETUP_MAX_SIZE] = (first / 6) % 4;
  self->queue.args[AQ_SETUP_WATCHES] = second % 2;
  self->queue.args[AQ_SETUP_CLOCK] = (second / 2) % 4 == 0;
  self->queue.args[AQ_SETUP_END] = (second / 8) % 2;
  self->queue.args[AQ_SETUP_MEASURED] = (second / 16) % 3 == 0;
  self->n_ops = 0;

  for (gsize i = 2; i + BYTES_PER_OP <= n_bytes && self->n_ops < AQ_PROGRAM_MAX_OPS;
       i += BYTES_PER_OP)
    {
      AqOp *op = &self->ops[self->n_ops++];

      *op = (AqOp) { .kind = kind_from_byte (bytes[i]) };
      op->later = (bytes[i] & 0x80) != 0 && bytes[i + 1] % 3 == 0 && can_be_later (op->kind);
      for (guint j = 0; j < BYTES_PER_OP - 1 && kinds[op->kind].args[j].name != NULL; j++)
        op->args[j] = arg_from_byte (&kinds[op->kind].args[j], bytes[i + 1 + j]);
    }
}

/* SplitMix64, since what a seed means must not depend on the version of GLib. */
static guint64
next_random (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

void
aq_program_init_random (AqProgram *self,
                        guint64    seed)
{
  guint8 bytes[2 + BYTES_PER_OP * MAX_RANDOM_OPS];
  guint64 state = seed;
  guint64 left_out = next_random (&state) & next_random (&state);
  guint n_ops = MIN_RANDOM_OPS + next_random (&state) % (MAX_RANDOM_OPS - MIN_RANDOM_OPS + 1);

  bytes[0] = (guint8) next_random (&state);
  bytes[1] = (guint8) next_random (&state);

  for (guint i = 0; i < n_ops; i++)
    {
      guint8 *op = bytes + 2 + BYTES_PER_OP * i;
      guint64 random;

      /* Each program leaves some kinds out: what matters is often that
       * something does not happen for a while. */
      do
        random = next_random (&state);
      while ((left_out >> kind_from_byte ((guint8) random) & 1) != 0 && (random >> 56) != 0);

      for (guint j = 0; j < BYTES_PER_OP; j++)
        op[j] = (guint8) (random >> 8 * j);
    }

  aq_program_decode (self, bytes, 2 + BYTES_PER_OP * n_ops);
}

/* Returns: (transfer full) */
char *
aq_op_print (const AqOp *self)
{
  GString *text = g_string_new (self->later ? "later " : NULL);

  g_string_append (text, kinds[self->kind].name);
  for (guint i = 0; i < AQ_OP_MAX_ARGS && kinds[self->kind].args[i].name != NULL; i++)
    {
      const Arg *arg = &kinds[self->kind].args[i];

      if (arg->words[0] != NULL)
        g_string_append_printf (text, " %s=%s", arg->name, arg->words[self->args[i]]);
      else
        g_string_append_printf (text, " %s=%d", arg->name, self->args[i]);
    }

  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) */
char *
aq_program_print (const AqProgram *self)
{
  GString *text = g_string_new (NULL);
  g_autofree char *queue = aq_op_print (&self->queue);

  g_string_append_printf (text, "%s\n", queue);
  for (guint i = 0; i < self->n_ops; i++)
    {
      g_autofree char *line = aq_op_print (&self->ops[i]);

      g_string_append_printf (text, "%s\n", line);
    }

  return g_string_free (text, FALSE);
}

static gboolean
parse_arg (const Arg  *arg,
           const char *word,
           int        *value)
{
  gint64 number;

  if (arg->name == NULL || !g_str_has_prefix (word, arg->name) ||
      word[strlen (arg->name)] != '=')
    return FALSE;

  word += strlen (arg->name) + 1;

  for (int i = 0; arg->words[0] != NULL && i <= arg->highest; i++)
    if (g_str_equal (word, arg->words[i]))
      {
        *value = i;
        return TRUE;
      }

  if (arg->words[0] != NULL ||
      !g_ascii_string_to_signed (word, 10, arg->lowest, arg->highest, &number, NULL))
    return FALSE;

  *value = (int) number;

  return TRUE;
}

static gboolean
parse_op (AqOp       *op,
          const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t\r", -1);
  guint kind = 0;
  guint i = 0;

  *op = (AqOp) { 0, };

  if (g_strcmp0 (words[i], "later") == 0)
    {
      op->later = TRUE;
      i++;
    }

  while (kind < N_AQ_OPS && g_strcmp0 (words[i], kinds[kind].name) != 0)
    kind++;

  if (kind == N_AQ_OPS || (op->later && !can_be_later (kind)))
    return FALSE;

  op->kind = kind;
  i++;
  for (guint j = 0; j < AQ_OP_MAX_ARGS && kinds[kind].args[j].name != NULL; j++, i++)
    if (words[i] == NULL || !parse_arg (&kinds[kind].args[j], words[i], &op->args[j]))
      return FALSE;

  return words[i] == NULL;
}

gboolean
aq_program_parse (AqProgram   *self,
                  const char  *text,
                  GError     **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean is_log = strstr (text, AQ_PROGRAM_MARGIN) != NULL;
  gboolean has_queue = FALSE;

  self->n_ops = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = is_log ? strstr (lines[i], AQ_PROGRAM_MARGIN) : lines[i];
      AqOp op;

      if (line == NULL)
        continue;
      if (is_log)
        line += strlen (AQ_PROGRAM_MARGIN);

      g_strstrip (line);
      if (line[0] == '\0' || line[0] == '#')
        continue;

      if (!parse_op (&op, line) || (op.kind == AQ_OP_QUEUE) == has_queue ||
          self->n_ops == AQ_PROGRAM_MAX_OPS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "Line %u is not understood: %s", i + 1, line);
          return FALSE;
        }

      if (has_queue)
        self->ops[self->n_ops++] = op;
      else
        self->queue = op;
      has_queue = TRUE;
    }

  if (!has_queue)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "There is no program");

  return has_queue;
}

/* Makes one thing about it simpler: for each @way from 0 on another one. Returns
 * %FALSE if it is simple in that way already. */
gboolean
aq_op_simplify (AqOp  *self,
                guint  way)
{
  const Arg *arg;

  if (way == AQ_OP_MAX_ARGS)
    {
      gboolean was_later = self->later;

      self->later = FALSE;
      return was_later;
    }

  arg = &kinds[self->kind].args[way];
  if (arg->name == NULL || self->args[way] == arg->simplest)
    return FALSE;

  self->args[way] = arg->simplest;

  return TRUE;
}
