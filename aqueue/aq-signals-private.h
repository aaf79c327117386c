/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-core-private.h"
#include "aq-dispatcher-private.h"

G_BEGIN_DECLS

/*
 * AqSignals: the job that emits the signals of one queue, in its own context.
 *
 * There is one for each queue, and it is pushed again whenever there is something
 * to notify of. It does not keep the queue alive.
 */

typedef struct _AqSignals AqSignals;

/* What the class of the queue has for it. */
typedef struct
{
  guint items_added;
  guint drained;
  guint notify;

  GParamSpec *figures[AQ_N_FIGURES];
  GParamSpec *io_priority;
} AqSignalsClass;

AqSignals    *aq_signals_new              (GObject               *queue,
                                           AqCore                *core,
                                           const AqSignalsClass  *klass);
void          aq_signals_free             (AqSignals             *self);
AqListener   *aq_signals_get_listener     (AqSignals             *self);
void          aq_signals_start            (AqSignals             *self);

AqDispatcher *aq_signals_get_dispatcher   (AqSignals             *self);
void          aq_signals_set_io_priority  (AqSignals             *self,
                                           gint                   io_priority);

G_END_DECLS
