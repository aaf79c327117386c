/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * AqPace: sees to it that less urgent work gets its turn (P6).
 *
 * In a main loop a source of lower priority runs only when nothing of higher
 * priority is ready, and a busy queue is always ready. So the sources of this
 * library work in short turns, and when the main loop has not come to rest for some
 * time, those of this priority and above take a break: until the loop has nothing else
 * to do, but only for so long that others, who never rest, cannot keep the queues from
 * their work. A less urgent queue that works meanwhile takes the next break with them.
 *
 * Whoever worked in that time: what we call back may be a coroutine, which goes on in
 * a source of somebody else.
 *
 * It is part of an AqLoop, and used only by the thread that runs the context, so
 * it needs no lock.
 */

typedef struct
{
  gint64 busy_since; /* 0: the main loop came to rest since we last worked */
  gint64 worked;     /* µs, since then, of our own */
  guint n_sources;   /* of ours that had a turn since then */
  guint n_busy;      /* as many as had one in the period before */
  guint period;      /* goes on with each break, and each rest after a turn */

  gint64 break_until;  /* 0: no break */
  gint break_priority; /* of the least urgent of our sources that stand back */
  gint used_priority;  /* of the least urgent that worked meanwhile, or the same */
} AqPace;

/* One dispatch of a source. */
typedef struct
{
  AqPace *pace;
  gint priority;
  gint64 start_time; /* µs, monotonic */
  gint64 length;     /* µs: as long as it can be */
  gint64 last_look;  /* at the clock */
  guint n_done;
  guint n_at_next_look;
} AqTurn;

static inline gboolean
aq_pace_is_on_break (const AqPace *self)
{
  return self->break_until != 0;
}

gboolean  aq_pace_holds_back  (AqPace  *self,
                               gint     priority);
void      aq_pace_note_rest   (AqPace  *self);
void      aq_pace_end_break   (AqPace  *self);

void      aq_turn_begin       (AqTurn  *self,
                               AqPace  *pace,
                               gint     priority,
                               guint   *last_period);
gboolean  aq_turn_goes_on     (AqTurn  *self);

G_END_DECLS
