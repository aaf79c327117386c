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
  guint untold_puts;
  guint64 accepted;

  *numbers = (AqSushiNumbers) {
    .length = aq_queue_get_length (belt),
    .promised = aq_queue_get_n_promised (belt),
    .capacity = aq_queue_get_max_size (belt),
    .state = aq_queue_get_state (belt),
    .got = self->n_got,
    .eaten = self->n_eaten,
    .dropped = self->n_dropped + aq_queue_get_n_dropped (belt),
  };

  for (guint i = 0; i < self->old_belts->len; i++)
    {
      numbers->length += aq_queue_get_length (self->old_belts->pdata[i]);
      numbers->promised += aq_queue_get_n_promised (self->old_belts->pdata[i]);
      numbers->dropped += aq_queue_get_n_dropped (self->old_belts->pdata[i]);
    }

  /* A thread puts while we look: it begins, then waits, then is done. So we look the
   * other way round, and never miss a put of which we have seen the plate. */
  numbers->waiting_chefs = aq_queue_get_waiting_putters (belt);
  numbers->waiting_customers = aq_queue_get_waiting_getters (belt);
  untold_puts = g_atomic_int_get (&self->n_putting) - numbers->waiting_chefs;
  numbers->untold = untold_puts + self->n_getting - numbers->waiting_customers;

  /* A plate is on the belt before its chef is told so. Hence what the belt has taken
   * is as much as the chefs were told, and what they are about to be told at most. If
   * not, a plate was lost, or got twice. */
  accepted = numbers->got + numbers->promised + numbers->length + numbers->dropped;
  numbers->prepared = CLAMP (accepted, self->n_put, self->n_put + untold_puts);
  numbers->lost = numbers->prepared - accepted;
}
