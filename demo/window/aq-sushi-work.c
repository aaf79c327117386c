/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-work.h"

#include <math.h>

static gboolean
done_cb (gpointer user_data)
{
  AqSushiWork *self = user_data;

  /* It may start the next. */
  self->source_id = 0;
  self->is_on = FALSE;
  self->func (self->data);

  return G_SOURCE_REMOVE;
}

static void
schedule (AqSushiWork *self)
{
  g_clear_handle_id (&self->source_id, g_source_remove);

  if (self->is_on && self->func != NULL && self->pace > 0)
    self->source_id = g_timeout_add (ceil (1000 * self->seconds * (1 - self->done) / self->pace),
                                     done_cb, self);
}

void
aq_sushi_work_start (AqSushiWork *self,
                     double       seconds,
                     double       pace,
                     void       (*func) (gpointer data),
                     gpointer     data)
{
  self->seconds = seconds;
  self->pace = pace;
  self->done = 0;
  self->since = g_get_monotonic_time ();
  self->is_on = TRUE;
  self->func = func;
  self->data = data;
  schedule (self);
}

void
aq_sushi_work_set_pace (AqSushiWork *self,
                        double       pace)
{
  self->done = aq_sushi_work_get_done (self);
  self->since = g_get_monotonic_time ();
  self->pace = pace;
  schedule (self);
}

void
aq_sushi_work_stop (AqSushiWork *self)
{
  self->is_on = FALSE;
  schedule (self);
}

double
aq_sushi_work_get_done (AqSushiWork *self)
{
  double seconds = (g_get_monotonic_time () - self->since) / (double) G_USEC_PER_SEC;

  if (!self->is_on)
    return 0;

  return CLAMP (self->done + self->pace * seconds / self->seconds, 0, 1);
}

/* Returns: when it will be done, in monotonic time, or -1 while it is paused */
gint64
aq_sushi_work_get_due (AqSushiWork *self)
{
  if (self->pace <= 0)
    return -1;

  return self->since + ceil (G_USEC_PER_SEC * self->seconds * (1 - self->done) / self->pace);
}
