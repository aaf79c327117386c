/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-tally.h"

void
aq_sushi_tally_init (AqSushiTally *self)
{
  *self = (AqSushiTally) { 0, };
  self->old_belts = g_ptr_array_new_with_free_func (g_object_unref);
}

void
aq_sushi_tally_clear (AqSushiTally *self)
{
  g_clear_pointer (&self->old_belts, g_ptr_array_unref);
}

/* @old_belt: (transfer full): is shut down, so nothing is put on it any more */
void
aq_sushi_tally_add_belt (AqSushiTally *self,
                         AqQueue      *old_belt)
{
  g_ptr_array_add (self->old_belts, old_belt);

  for (guint i = self->old_belts->len; i-- > 0;)
    if (aq_queue_get_state (self->old_belts->pdata[i]) == AQ_QUEUE_STATE_FINISHED)
      {
        self->n_dropped += aq_queue_get_n_dropped (self->old_belts->pdata[i]);
        g_ptr_array_remove_index (self->old_belts, i);
      }
}

void
aq_sushi_tally_count (const AqSushiTally *self,
                      AqQueue            *belt,
                      AqSushiNumbers     *numbers)
{
  guint64 gone;

  *numbers = (AqSushiNumbers) {
    .length = aq_queue_get_length (belt),
    .capacity = aq_queue_get_max_size (belt),
    .waiting_chefs = aq_queue_get_waiting_putters (belt),
    .waiting_customers = aq_queue_get_waiting_getters (belt),
    .state = aq_queue_get_state (belt),
    .prepared = self->n_prepared,
    .got = self->n_got,
    .eaten = self->n_eaten,
    .dropped = self->n_dropped + aq_queue_get_n_dropped (belt),
  };

  for (guint i = 0; i < self->old_belts->len; i++)
    {
      numbers->length += aq_queue_get_length (self->old_belts->pdata[i]);
      numbers->dropped += aq_queue_get_n_dropped (self->old_belts->pdata[i]);
    }

  /* A plate may be on the belt before its chef is told so, but not the other way
   * round: what was put is there, or went to somebody, or was dropped. */
  gone = numbers->got + numbers->dropped + numbers->length;
  numbers->lost = numbers->prepared > gone ? numbers->prepared - gone : 0;
}
