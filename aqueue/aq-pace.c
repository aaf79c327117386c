/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-pace-private.h"

/* Others of the same priority wait for so long at most: µs. */
#define TURN_LENGTH 1000

/* A frame at 60 Hz is 16,667 µs. With these, a redraw that is always due gets
 * its turn more than 100 times a second, and takes 6 % at most. */
#define BREAK_AFTER 8000
#define BREAK_LENGTH 500

struct _AqPace
{
  GSource source;

  gint64 busy_since;  /* 0: the main loop came to rest since we last worked */
  gint64 break_until; /* 0: no break */
};

static void
end_break (AqPace *self,
           gint64  busy_since)
{
  self->break_until = 0;
  self->busy_since = busy_since;
}

/* While there is a break the main loop does not sleep. */
static gboolean
pace_prepare (GSource *source,
              gint    *timeout)
{
  *timeout = -1;

  return ((AqPace *) source)->break_until != 0;
}

/* Nothing is less urgent than this source, so it is asked only when nothing
 * else is ready. */
static gboolean
pace_check (GSource *source)
{
  AqPace *self = (AqPace *) source;

  self->busy_since = 0;

  return self->break_until != 0;
}

static gboolean
pace_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  end_break ((AqPace *) source, 0);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs pace_funcs = {
  pace_prepare,
  pace_check,
  pace_dispatch,
  NULL,
  NULL,
  NULL,
};

/* Returns: (transfer none) */
AqPace *
aq_pace_get (GMainContext *context)
{
  static GMutex lock;
  GSource *source;

  g_mutex_lock (&lock);

  source = g_main_context_find_source_by_funcs_user_data (context, &pace_funcs, NULL);
  if (source == NULL)
    {
      source = g_source_new (&pace_funcs, sizeof (AqPace));
      g_source_set_static_name (source, "[aqueue] pace");
      g_source_set_priority (source, G_MAXINT);
      g_source_set_can_recurse (source, TRUE);
      /* Never called; a source without one is not found again. */
      g_source_set_callback (source, NULL, NULL, NULL);
      g_source_attach (source, context);
      g_source_unref (source);
    }

  g_mutex_unlock (&lock);

  return (AqPace *) source;
}

/* Whether our sources have to stand back now. When the time is over, this does
 * not end the break: one source may have been told to stand back in this round
 * already, and the main loop must not sleep for it. */
gboolean
aq_pace_has_break (AqPace *self)
{
  return self->break_until != 0 && g_get_monotonic_time () < self->break_until;
}

void
aq_turn_begin (AqTurn  *self,
               AqPace  *pace,
               GSource *source)
{
  *self = (AqTurn) {
    .pace = pace,
    .start_time = g_source_get_time (source),
    .n_at_next_look = 1,
  };

  if (pace->break_until != 0 && !aq_pace_has_break (pace))
    end_break (pace, self->start_time);

  if (pace->busy_since == 0)
    pace->busy_since = self->start_time;
}

/* To be asked after each job, or item. Looks at the clock after 1, 2, 4, 8 of
 * them and so on: it costs next to nothing where they are quick, and where they
 * are slow a turn takes twice its length at most. */
gboolean
aq_turn_goes_on (AqTurn *self)
{
  AqPace *pace = self->pace;
  gint64 now;

  if (++self->n_done < self->n_at_next_look)
    return TRUE;

  self->n_at_next_look *= 2;
  now = g_get_monotonic_time ();

  if (now - pace->busy_since >= BREAK_AFTER && pace->break_until == 0)
    pace->break_until = now + BREAK_LENGTH;

  return pace->break_until == 0 && now - self->start_time < TURN_LENGTH;
}
