/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-pace-private.h"

G_BEGIN_DECLS

/*
 * AqLoop: what we keep of one main context, for as long as that lives.
 *
 * It has a source there to which nothing is less urgent. So GLib prepares it last, and
 * only if nothing else is ready: then the main loop is about to sleep, and has to be
 * woken from there on. A source that a program attaches at the same priority, and
 * later, comes after ours: if it is ready, the loop does not sleep, and is woken once
 * in vain.
 */

typedef struct
{
  gatomicrefcount ref_count; /* the context, sources of ours there, and watches */

  GMainContext *context; /* (unowned): it keeps us */
  AqPace pace;

  int wakefulness; /* (atomic) */
  int depth;       /* of main loops within main loops, where ours last fell asleep */

  /* The fields below are protected by the lock of all loops, and NULL once the context
   * is gone. */
  GSource *source;         /* (owned) (nullable) */
  GHashTable *dispatchers; /* (owned) (nullable): of AqDispatcher, by priority */
} AqLoop;

/* A source that the library needs in a context for as long as that lives. */
typedef struct
{
  GSourceFuncs funcs;
  const char *name;
  gboolean can_recurse;
} AqLoopSourceClass;

typedef struct
{
  GSource source;

  AqLoop *loop; /* (owned) (nullable): until it is destroyed */
  AqLoopSourceClass *klass; /* (unowned) */
  gpointer data; /* (unowned): of @loop */
} AqLoopSource;

/* What is left to do after a lock is dropped. */
typedef struct _AqWakeUps AqWakeUps;

struct _AqWakeUps
{
  GSList *to_wake;         /* GMainContext, (owned) */
  GSList *to_release;      /* GMainContext, (owned) */
  GSList *to_wake_unowned; /* AqLoop, (owned), but not its context */
};

void      aq_loops_lock          (void);
void      aq_loops_unlock        (void);
AqLoop   *aq_loop_get_locked     (GMainContext       *context);
AqLoop   *aq_loop_get            (GMainContext       *context);
AqLoop   *aq_loop_ref            (AqLoop             *self);
void      aq_loop_unref          (AqLoop             *self);

GSource  *aq_loop_attach_locked  (AqLoop             *self,
                                  AqLoopSourceClass  *klass,
                                  gint                priority,
                                  gpointer            data);

gboolean  aq_loop_alert          (AqLoop             *self);
void      aq_loop_wake_unowned   (AqLoop             *self,
                                  AqWakeUps          *wake_ups);
void      aq_loop_note_dispatch  (AqLoop             *self);

void      aq_context_release     (GMainContext       *context);
void      aq_wake_ups_run        (AqWakeUps          *self);

G_END_DECLS
