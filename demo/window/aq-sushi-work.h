/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Work that takes its time: preparing, eating, thinking. It can be paused, and goes
 * on at another pace when that changes. In a main loop it calls back when it is done;
 * a thread waits until it is due. */
typedef struct
{
  double seconds;    /* at a pace of 1 */
  double pace;       /* 0: paused */
  double done;       /* up to @since, from 0 to 1 */
  gint64 since;      /* monotonic */
  gboolean is_on;

  guint source_id;   /* runs out when the work is done */
  void (*func) (gpointer data); /* (nullable): in a thread */
  gpointer data;
} AqSushiWork;

void   aq_sushi_work_start    (AqSushiWork  *self,
                               double        seconds,
                               double        pace,
                               void        (*func) (gpointer data),
                               gpointer      data);
void   aq_sushi_work_set_pace (AqSushiWork  *self,
                               double        pace);
void   aq_sushi_work_stop     (AqSushiWork  *self);
double aq_sushi_work_get_done (AqSushiWork  *self);
gint64 aq_sushi_work_get_due  (AqSushiWork  *self);

G_END_DECLS
