/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-deadline-private.h"
#include "aq-loop-private.h"

G_BEGIN_DECLS

/*
 * AqDispatcher: runs jobs in a main context, one after the other, and tells those who
 * wait for a time that it has come.
 *
 * There is one for each main context and priority, with a source there. It belongs
 * to the AqLoop, and lives as long as the context. Who holds a reference keeps the
 * context, so an operation holds one as long as it waits. Its job holds none: if
 * nobody else keeps the context, job and context go together.
 */

typedef struct _AqDispatcher AqDispatcher;
typedef struct _AqJob AqJob;

typedef struct
{
  void (*run)  (AqJob *job);
  void (*free) (AqJob *job); /* also without run, if the context is gone */
} AqJobFuncs;

struct _AqJob
{
  const AqJobFuncs *funcs;
  GList link; /* its data is NULL while the job is nowhere */
};

AqDispatcher *aq_dispatcher_get            (GMainContext *context,
                                            gint          priority);
AqDispatcher *aq_dispatcher_get_for_thread (AqDispatcher *other);
AqDispatcher *aq_dispatcher_ref            (AqDispatcher *self);
void          aq_dispatcher_unref          (AqDispatcher *self);

GMainContext *aq_dispatcher_get_context    (AqDispatcher *self);
gint          aq_dispatcher_get_priority   (AqDispatcher *self);

void          aq_dispatcher_push           (AqDispatcher *self,
                                            AqJob        *job);
void          aq_dispatcher_push_and_unref (AqDispatcher *self,
                                            AqJob        *job,
                                            AqWakeUps    *wake_ups);
gboolean      aq_dispatcher_remove         (AqDispatcher *self,
                                            AqJob        *job);

void          aq_dispatcher_add_deadline   (AqDispatcher *self,
                                            AqDeadline   *deadline);
void          aq_dispatcher_remove_deadline (AqDispatcher *self,
                                             AqDeadline   *deadline);

void          aq_dispatcher_wake           (AqDispatcher *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AqDispatcher, aq_dispatcher_unref)

G_END_DECLS
