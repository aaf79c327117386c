/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-row.h"

void
aq_sushi_row_lay (GQueue             *row,
                  AqSushiPlate       *plate,
                  const AqSushiOrder *order)
{
  GList *last_before;

  aq_sushi_row_take (plate);

  for (last_before = row->tail;
       last_before != NULL && order->comes_before (plate, last_before->data);
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
