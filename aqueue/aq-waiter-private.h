/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-entry-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * AqWaiter: one put, get or join, from its call to its end.
 *
 * It is part of an AqResult or of a watch, or stands on the stack of a thread
 * that blocks. Its fields are protected by the lock of its queue.
 *
 *                           ┌──────────────┐
 *   NEW ──> WAITING ──> READY ──> CALLED ──> SPENT
 *    │         │          │
 *    │         │          └─ gets ──> CANCELLED
 *    │         └──> CANCELLED, TIMED_OUT, CLOSED
 *    └──> CANCELLED
 *
 * A get that is READY can still be cancelled, since its item has not left the
 * store. A put cannot: its item is there for all to see. Neither times out: it was
 * served in time, whenever it is called back.
 */

typedef enum
{
  AQ_WAITER_PUT,
  AQ_WAITER_JOIN,
  AQ_WAITER_GET, /* from here on: gets, which wait in one list */
  AQ_WAITER_GET_MANY,
  AQ_WAITER_WATCH,
} AqWaiterKind;

typedef enum
{
  AQ_WAITER_NEW,       /* not yet known to the queue */
  AQ_WAITER_WAITING,   /* in the list of its kind */
  AQ_WAITER_READY,     /* a get has its promise, a put's item is in */
  AQ_WAITER_CALLED,    /* its callback has begun: too late to cancel */
  AQ_WAITER_SPENT,     /* a get has collected, or given its promise back */
  AQ_WAITER_CANCELLED, /* from here on: had no effect */
  AQ_WAITER_TIMED_OUT,
  AQ_WAITER_CLOSED,
} AqWaiterState;

/* What the caller of an operation asks for. */
typedef struct
{
  AqWaiterKind kind;
  AqEntry entry;   /* a put's */
  guint max_items; /* that a get for many collects */

  GCancellable *cancellable; /* (nullable) */

  gint64 timeout_us; /* -1: forever */

  GAsyncReadyCallback callback; /* (nullable): of one that does not block */
  gpointer user_data;
  GCallback tag; /* the function that the program called, as for a GTask */
} AqRequest;

typedef struct _AqWaiter AqWaiter;
typedef struct _AqWakeUps AqWakeUps;

struct _AqWaiter
{
  GList link; /* in the list of its kind, or among waiters that are decided */

  AqWaiterKind kind;
  AqWaiterState state;

  AqEntry entry; /* a put's; without an item once that is in */

  guint max_items;

  /* Called once it is decided, with the lock of the queue held, and so must
   * only move pointers. The rest is added to @wake_ups. */
  void (*wake_locked) (AqWaiter  *self,
                       AqWakeUps *wake_ups);
};

static inline gboolean
aq_waiter_is_get (const AqWaiter *self)
{
  return self->kind >= AQ_WAITER_GET;
}

/* Cancelled, timed out, or the queue was shut down. */
static inline gboolean
aq_waiter_has_failed (const AqWaiter *self)
{
  return self->state >= AQ_WAITER_CANCELLED;
}

void      aq_waiter_init           (AqWaiter         *self,
                                    const AqRequest  *request);
int       aq_waiter_get_error_code (const AqWaiter   *self);

G_END_DECLS
