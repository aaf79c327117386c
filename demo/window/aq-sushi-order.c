/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-order.h"

/* Without a bound: the restaurant sets it once the plates of the last belt are on this
 * one. They may be more than it allows, and then it only holds back new ones. */
static AqQueue *
fifo_belt_new (void)
{
  return aq_queue_new (AQ_SUSHI_TYPE_PLATE, 0);
}

static AqQueue *
lifo_belt_new (void)
{
  return AQ_QUEUE (aq_lifo_queue_new (AQ_SUSHI_TYPE_PLATE, 0));
}

static AqQueue *
priority_belt_new (void)
{
  return AQ_QUEUE (aq_priority_queue_new (AQ_SUSHI_TYPE_PLATE, 0));
}

/* Puts take effect in the order of their turns, and are told in any order. */
static gboolean
is_older (AqSushiPlate *plate,
          AqSushiPlate *other)
{
  return plate->turn < other->turn;
}

static gboolean
is_newer (AqSushiPlate *plate,
          AqSushiPlate *other)
{
  return !is_older (plate, other);
}

static gboolean
is_gold_or_older (AqSushiPlate *plate,
                  AqSushiPlate *other)
{
  gint64 priority = aq_sushi_plate_get_priority (plate);
  gint64 other_priority = aq_sushi_plate_get_priority (other);

  return priority == other_priority ? is_older (plate, other) : priority < other_priority;
}

/* On a priority queue one puts with a priority, in each of the three ways. */
static gboolean
try_put_with_priority (AqQueue   *belt,
                       gpointer   plate,
                       GError   **error)
{
  return aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (belt), plate,
                                                  aq_sushi_plate_get_priority (plate), error);
}

static gboolean
put_with_priority_sync (AqQueue       *belt,
                        gpointer       plate,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return aq_priority_queue_put_with_priority_sync (AQ_PRIORITY_QUEUE (belt), plate,
                                                   aq_sushi_plate_get_priority (plate),
                                                   cancellable, error);
}

static void
put_with_priority_async (AqQueue             *belt,
                         gpointer             plate,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  aq_priority_queue_put_with_priority_async (AQ_PRIORITY_QUEUE (belt), plate,
                                             aq_sushi_plate_get_priority (plate),
                                             cancellable, callback, user_data);
}

const AqSushiOrder aq_sushi_orders[AQ_SUSHI_N_ORDERS] = {
  {
    .name = "oldest",
    .label = "oldest first",
    .belt_new = fifo_belt_new,
    .comes_before = is_older,
    .try_put = aq_queue_try_put,
    .put_sync = aq_queue_put_sync,
    .put_async = aq_queue_put_async,
  },
  {
    .name = "newest",
    .label = "newest first",
    .belt_new = lifo_belt_new,
    .comes_before = is_newer,
    .try_put = aq_queue_try_put,
    .put_sync = aq_queue_put_sync,
    .put_async = aq_queue_put_async,
  },
  {
    .name = "gold",
    .label = "gold first",
    .belt_new = priority_belt_new,
    .comes_before = is_gold_or_older,
    .try_put = try_put_with_priority,
    .put_sync = put_with_priority_sync,
    .put_async = put_with_priority_async,
  },
};

/* Returns: (nullable) */
const AqSushiOrder *
aq_sushi_order_find (const char *name)
{
  for (guint i = 0; i < AQ_SUSHI_N_ORDERS; i++)
    if (g_str_equal (name, aq_sushi_orders[i].name))
      return &aq_sushi_orders[i];

  return NULL;
}
