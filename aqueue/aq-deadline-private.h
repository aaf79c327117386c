/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * AqDeadlines: the times at which something is due, the nearest first.
 *
 * It is a pairing heap: a tree in which no deadline comes before its parent. To add
 * one takes a single comparison, and to take one out log n of them on average. It has
 * no memory of its own, so it needs none to grow, and keeps none.
 */

typedef struct _AqDeadline AqDeadline;

struct _AqDeadline
{
  gint64 time; /* µs, monotonic */

  /* Called when the time has come, in the main context, with no lock held. */
  void (*reached) (AqDeadline *self);

  /* The fields below belong to the heap. */
  guint64 serial; /* of those due at the same time, the first comes first; 0: not in it */
  AqDeadline *child;
  AqDeadline *next;     /* of the children of one parent */
  AqDeadline *previous; /* of the first of them: the parent */
};

typedef struct
{
  AqDeadline *first; /* (nullable) */
  guint64 n_added;
} AqDeadlines;

void  aq_deadlines_add     (AqDeadlines  *self,
                            AqDeadline   *deadline);
void  aq_deadlines_remove  (AqDeadlines  *self,
                            AqDeadline   *deadline);

G_END_DECLS
