/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-words.h"

static void
append_waiting (GString    *text,
                guint       n,
                const char *who)
{
  if (n == 1)
    g_string_append_printf (text, " 1 %s waits.", who);
  else if (n > 1)
    g_string_append_printf (text, " %u %ss wait.", n, who);
}

void
aq_sushi_words_for (const AqSushiNumbers  *numbers,
                    gboolean               is_paused,
                    gboolean               is_rush_hour,
                    const char           **headline,
                    const char           **story)
{
  if (is_paused)
    {
      *headline = "Paused";
      *story = "Chefs and customers stand still. Those who wait keep their place in line.";
    }
  else if (numbers->state == AQ_QUEUE_STATE_FINISHED)
    {
      *headline = "Closed";
      *story = "After <tt>shutdown</tt>, with the belt empty, every <tt>get</tt> fails with "
               "“closed”. A plate that could not be put is still its chef’s.";
    }
  else if (numbers->state == AQ_QUEUE_STATE_DRAINING)
    {
      *headline = "Closing time";
      *story = "<tt>shutdown</tt>: nothing more is put, and what is on the belt is eaten. "
               "Then each <tt>get</tt> fails, and the customers know that it is over.";
    }
  else if (is_rush_hour)
    {
      *headline = "Rush hour";
      *story = "Everyone hurries as fast as the computer can, in the main loop of this window, "
               "and yet it draws its frames: nobody freezes.";
    }
  else if (numbers->length >= numbers->capacity)
    {
      *headline = "The belt is full";
      *story = numbers->waiting_chefs > 0
               ? "A <tt>put</tt> waits until there is room. The chefs hold their plates, "
                 "and nobody else is held up."
               : "The next chef to <tt>put</tt> a plate will wait until there is room.";
    }
  else if (numbers->length == 0)
    {
      *headline = "The belt is empty";
      *story = numbers->waiting_customers > 0
               ? "A <tt>get</tt> waits until there is a plate. The customers sit with their "
                 "chopsticks ready, and are served in the order of their numbers."
               : "The next customer to <tt>get</tt> a plate will wait until there is one.";
    }
  else
    {
      *headline = "The belt runs";
      *story = "Chefs <tt>put</tt> plates on it, customers <tt>get</tt> them from it. "
               "There is room, and something to eat: nobody waits.";
    }
}

/* Returns: (transfer full): what there is to be seen on the belt */
char *
aq_sushi_words_describe (const AqSushiNumbers *numbers,
                         const char           *headline)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "%s. %u of %u plates.", headline, numbers->length, numbers->capacity);
  append_waiting (text, numbers->waiting_chefs, "chef");
  append_waiting (text, numbers->waiting_customers, "customer");
  if (numbers->waiting_chefs == 0 && numbers->waiting_customers == 0)
    g_string_append (text, " Nobody waits.");

  return g_string_free (g_steal_pointer (&text), FALSE);
}
