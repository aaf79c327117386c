/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-shrink.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aq-driver.h"

#define TIME_LIMIT 20 /* s: a program takes some 50 µs */

gboolean
aq_program_fails (const AqProgram *program,
                  gboolean         says_why)
{
  int status;
  pid_t pid;

  fflush (NULL);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);

  if (pid == 0)
    {
      int nowhere = open ("/dev/null", O_WRONLY);

      alarm (TIME_LIMIT);
      /* Standard output is for TAP. */
      dup2 (nowhere, STDOUT_FILENO);
      if (!says_why)
        dup2 (nowhere, STDERR_FILENO);
      aq_driver_run (program);
      exit (EXIT_SUCCESS);
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);

  return status != 0;
}

static gboolean
try_instead (AqProgram       *self,
             const AqProgram *candidate)
{
  if (!aq_program_fails (candidate, FALSE))
    return FALSE;

  *self = *candidate;

  return TRUE;
}

static gboolean
leave_out (AqProgram *self,
           guint      n_at_once)
{
  gboolean changed = FALSE;

  /* From the end on, where what has no effect any more is found fastest. */
  for (guint end = self->n_ops; end >= n_at_once; end--)
    {
      AqProgram candidate = *self;

      if (end > self->n_ops)
        continue;

      candidate.n_ops -= n_at_once;
      for (guint i = end - n_at_once; i < candidate.n_ops; i++)
        candidate.ops[i] = candidate.ops[i + n_at_once];
      changed |= try_instead (self, &candidate);
    }

  return changed;
}

static gboolean
simplify (AqProgram *self)
{
  gboolean changed = FALSE;

  for (guint i = 0; i <= self->n_ops; i++)
    for (guint way = 0; way <= AQ_OP_MAX_ARGS; way++)
      {
        AqProgram candidate = *self;
        AqOp *op = i < self->n_ops ? &candidate.ops[i] : &candidate.queue;

        if (aq_op_simplify (op, way))
          changed |= try_instead (self, &candidate);
      }

  return changed;
}

void
aq_program_shrink (AqProgram *self)
{
  gboolean changed;

  do
    {
      changed = FALSE;
      for (guint n_at_once = 16; n_at_once > 0; n_at_once /= 2)
        changed |= leave_out (self, n_at_once);
      changed |= simplify (self);
    }
  while (changed);
}
