/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-row.h"

/* Puts take effect in the order of their turns, and are told in any order. */
static gboolean
comes_before (const AqSushiPlate *plate,
              const AqSushiPlate *other,
              AqSushiOrder        order)
{
  if (order == AQ_SUSHI_ORDER_GOLD_FIRST && plate->is_gold != other->is_gold)
    return plate->is_gold;

  return (plate->turn < other->turn) == (order != AQ_SUSHI_ORDER_NEWEST_FIRST);
}

void
aq_sushi_row_lay (GQueue       *row,
                  AqSushiPlate *plate,
                  AqSushiOrder  order)
{
  GList *last_before;

  aq_sushi_row_take (plate);

  for (last_before = row->tail;
       last_before != NULL && comes_before (plate, last_before->data, order);
       last_before = last_before->prev)
    ;

  plate->row = row;
  g_queue_insert_after_link (row, last_before, &plate->link);
}

void
aq_sushi_row_take (AqSushiPlate *plate)
{
  if (plate->row == NULL)
    return;

  g_queue_unlink (plate->row, &plate->link);
  plate->row = NULL;
}
