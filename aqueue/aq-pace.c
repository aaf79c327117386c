/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-pace-private.h"

/* Others of the same priority wait for so long at most: µs. */
#define MAX_TURN_LENGTH 1000

/* A frame at 60 Hz is 16,667 µs. With these, a redraw waits for an eighth of
 * that, and one that is always due takes 6 % at most. */
#define BREAK_AFTER 2000
#define BREAK_LENGTH 125

/* The longest way between two looks at the clock, which take 25 ns each. */
#define MAX_ITEMS_UNTIMED 16

/* A break that is due, and begins once somebody is held back by it: what is left
 * of this round of the main loop is not to be taken off it. */
#define BREAK_IS_DUE G_MAXINT64

static void
begin_break (AqPace *self,
             gint    priority)
{
  self->break_until = BREAK_IS_DUE;
  self->break_priority = priority;
  self->used_priority = priority;
}

static void
count_from (AqPace *self,
            gint64  busy_since)
{
  self->busy_since = busy_since;
  self->worked = 0;

  if (self->n_sources > 0)
    {
      self->n_busy = self->n_sources;
      self->n_sources = 0;
      self->period++;
    }
}

static void
end_break (AqPace *self,
           gint64  busy_since)
{
  self->break_until = 0;
  count_from (self, busy_since);
}

/* Whether the main loop has not come to rest for too long. A break ends with a turn of
 * ours, so we have one between two breaks, whatever others do. */
static gboolean
is_break_due (AqPace *self,
              gint64  now)
{
  return self->busy_since != 0 && now - self->busy_since >= BREAK_AFTER;
}

/* Returns whether the break is over. One that a less urgent queue has used up left
 * none of it to others that are less urgent still. So it begins anew instead, and
 * that queue takes part in it. */
static gboolean
end_or_renew_break (AqPace *self,
                    gint64  now)
{
  if (now < self->break_until)
    return FALSE;

  if (self->used_priority == self->break_priority)
    return TRUE;

  begin_break (self, self->used_priority);

  return FALSE;
}

/* Whether our sources of this priority have to stand back now. When the time is
 * over, this does not end the break: one source may have been told to stand back
 * in this round already, and the main loop must not sleep for it. */
gboolean
aq_pace_holds_back (AqPace *self,
                    gint    priority)
{
  gint64 now;

  if (self->break_until == 0 && self->busy_since == 0)
    return FALSE;

  now = g_get_monotonic_time ();
  if (self->break_until == 0 && is_break_due (self, now))
    begin_break (self, priority);

  /* What is less urgent than those who were busy is what the break is for. */
  if (self->break_until == 0 || priority > self->break_priority)
    return FALSE;

  if (end_or_renew_break (self, now))
    return FALSE;

  if (self->break_until == BREAK_IS_DUE)
    self->break_until = now + BREAK_LENGTH;

  return TRUE;
}

/* The main loop has nothing else to do just now. */
void
aq_pace_note_rest (AqPace *self)
{
  count_from (self, 0);
}

void
aq_pace_end_break (AqPace *self)
{
  end_break (self, 0);
}

void
aq_turn_begin (AqTurn *self,
               AqPace *pace,
               gint    priority,
               guint  *last_period)
{
  /* Not g_source_get_time (), which is that of the round: others may have
   * worked in it before us. */
  gint64 now = g_get_monotonic_time ();

  *self = (AqTurn) {
    .pace = pace,
    .priority = priority,
    .start_time = now,
    /* Each that is busy has a turn between two breaks. */
    .length = MIN (BREAK_AFTER / MAX (pace->n_busy, 1), MAX_TURN_LENGTH),
    .last_look = now,
    .n_at_next_look = 1,
  };

  if (pace->break_until != 0 && end_or_renew_break (pace, now))
    end_break (pace, now);

  if (pace->busy_since == 0)
    pace->busy_since = now;

  if (pace->n_sources == 0 || *last_period != pace->period)
    {
      *last_period = pace->period;
      pace->n_sources++;
    }
}

/* To be asked after each job, or item. Looks at the clock after 1, 2, 4, 8, 16
 * of them, and then after each 16. */
gboolean
aq_turn_goes_on (AqTurn *self)
{
  AqPace *pace = self->pace;
  gint64 now;

  if (++self->n_done < self->n_at_next_look)
    return TRUE;

  self->n_at_next_look += MIN (self->n_done, MAX_ITEMS_UNTIMED);
  now = g_get_monotonic_time ();
  pace->worked += now - self->last_look;
  self->last_look = now;

  if (pace->break_until != 0)
    {
      /* It began as this turn did, or in a main loop inside a callback. */
      if (self->priority <= pace->break_priority)
        return FALSE;

      pace->used_priority = MAX (pace->used_priority, self->priority);
    }
  /* What is left of this round of the main loop can be long, if we are many. */
  else if (is_break_due (pace, now) && pace->worked >= self->length)
    {
      begin_break (pace, self->priority);
      return FALSE;
    }

  return now - self->start_time < self->length;
}
