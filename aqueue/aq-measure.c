/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-measure-private.h"

struct _AqMeasure
{
  AqMeasureFunc func;
  gpointer user_data;
  GDestroyNotify notify; /* (nullable) */
};

AqMeasure *
aq_measure_new (AqMeasureFunc  func,
                gpointer       user_data,
                GDestroyNotify notify)
{
  AqMeasure *self = g_atomic_rc_box_new (AqMeasure);

  self->func = func;
  self->user_data = user_data;
  self->notify = notify;

  return self;
}

AqMeasure *
aq_measure_ref (AqMeasure *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AqMeasure *self = data;

  if (self->notify != NULL)
    self->notify (self->user_data);
}

void
aq_measure_unref (AqMeasure *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint
aq_measure_call (AqMeasure *self,
                 gpointer   item)
{
  return self->func (item, self->user_data);
}
