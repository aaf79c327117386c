/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-pace-private.h"

G_BEGIN_DECLS

/*
 * AqLoop: what we keep of one main context.
 *
 * It is a GSource that belongs to the context, and lives as long as that. No
 * source is less urgent, so GLib prepares it last, and only if nothing else is
 * ready: then the main loop is about to sleep, and has to be woken from there on. A
 * source that a program attaches at the same priority, and later, comes after ours:
 * if it is ready, the loop does not sleep, and is woken once in vain.
 */

typedef struct
{
  GSource source;

  GMainContext *context; /* (unowned): it owns us */
  AqPace pace;

  int wakefulness; /* (atomic) */
  int depth;       /* of main loops within main loops, where ours last fell asleep */

  /* (owned): of AqDispatcher, (unowned), by priority; protected by the lock of all
   * loops */
  GHashTable *dispatchers;
} AqLoop;

/* What is left to do after a lock is dropped. */
typedef struct _AqWakeUps AqWakeUps;

struct _AqWakeUps
{
  GSList *to_wake;    /* GMainContext, (owned) */
  GSList *to_release; /* GMainContext, (owned) */
  GSList *to_ready;   /* GSource of an AqLoop, (owned) */
};

void      aq_loops_lock          (void);
void      aq_loops_unlock        (void);
AqLoop   *aq_loop_get_locked     (GMainContext  *context);
AqLoop   *aq_loop_get            (GMainContext  *context);
void      aq_loop_unref          (AqLoop        *self);

gboolean  aq_loop_call           (AqLoop        *self);
void      aq_loop_wake_unowned   (AqLoop        *self,
                                  AqWakeUps     *wake_ups);
void      aq_loop_note_dispatch  (AqLoop        *self);

void      aq_context_release     (GMainContext  *context);
void      aq_wake_ups_run        (AqWakeUps     *self);

G_END_DECLS
