/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Explorer: runs a few threads in every order in which they can run.
 *
 * Its actors are threads of which one runs at a time. At each point (points.h)
 * it chooses who goes on, and remembers what it chose; the next run makes
 * another choice at the last point where there is one left, and so on, until
 * there is none.
 *
 *   do
 *     {
 *       world = make_world ();
 *       explorer_run (explorer, actors, n_actors, world);
 *       check_world (world);
 *     }
 *   while (explorer_next (explorer));
 */

#define EXPLORER_MAX_ACTORS 4

typedef struct
{
  const char *name;
  void (*run) (gpointer world);
} Actor;

/* When an actor may be interrupted by another one. */
typedef enum
{
  EXPLORER_AT_ALL_POINTS,
  EXPLORER_BETWEEN_CALLS, /* each operation as a whole, one after the other */
} ExplorerGrain;

typedef struct _Explorer Explorer;

/* max_interruptions: of actors who could go on, in one run; G_MAXUINT: any */
Explorer   *explorer_new            (ExplorerGrain  grain,
                                     guint          max_interruptions);
void        explorer_free           (Explorer      *self);

/* quiet is called in the end, or when all actors who are left wait for something
 * that nobody will do. It has to see to it that they end. Returns whether this
 * was a new order, and not one that differs from another in nothing that counts;
 * with a limit to the interruptions, all are new. */
gboolean    explorer_run            (Explorer      *self,
                                     const Actor   *actors,
                                     guint          n_actors,
                                     void         (*quiet) (gpointer world),
                                     gpointer       world);
gboolean    explorer_next           (Explorer      *self);
char       *explorer_describe       (Explorer      *self);

/* For actors */
void        explorer_cancel         (GCancellable  *cancellable);
void        explorer_end_call       (void);
void        explorer_wait           (gboolean     (*is_over) (gpointer data),
                                     gpointer       data,
                                     const char    *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Explorer, explorer_free)

G_END_DECLS
