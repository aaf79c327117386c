/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-deeds.h"

#include "aq-sushi-chef.h"

static void
add_chef_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  aq_sushi_restaurant_add_chef (user_data, FALSE);
}

static void
remove_chef_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  aq_sushi_restaurant_remove_chef (user_data, FALSE);
}

static void
set_thread_chef_cb (GSimpleAction *action,
                    GVariant      *state,
                    gpointer       user_data)
{
  g_autoptr (GVariant) before = g_action_get_state (G_ACTION (action));

  if (g_variant_equal (before, state))
    return;

  /* With all their places taken it is disabled, or will be in a moment. */
  if (g_variant_get_boolean (state) &&
      aq_sushi_restaurant_get_chefs (user_data)->len == AQ_SUSHI_MAX_CHEFS)
    return;

  if (g_variant_get_boolean (state))
    aq_sushi_restaurant_add_chef (user_data, TRUE);
  else
    aq_sushi_restaurant_remove_chef (user_data, TRUE);

  g_simple_action_set_state (action, state);
}

static void
add_customer_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  aq_sushi_restaurant_add_customer (user_data);
}

static void
remove_customer_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  aq_sushi_restaurant_remove_customer (user_data);
}

/* It fails on a full belt, where the action is disabled, or will be in a moment. */
static void
put_plate_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  aq_sushi_restaurant_put_plate (user_data, FALSE, NULL);
}

static void
put_gold_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  aq_sushi_restaurant_put_plate (user_data, TRUE, NULL);
}

static void
change_mind_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  aq_sushi_restaurant_change_mind (user_data);
}

static void
close_kitchen_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  aq_sushi_restaurant_close (user_data, FALSE);
}

static void
close_now_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  aq_sushi_restaurant_close (user_data, TRUE);
}

static void
open_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  aq_sushi_restaurant_open (user_data);
}

static void
set_order_cb (GSimpleAction *action,
              GVariant      *state,
              gpointer       user_data)
{
  const AqSushiOrder *order = aq_sushi_order_find (g_variant_get_string (state, NULL));

  if (order == NULL)
    return;

  aq_sushi_restaurant_set_order (user_data, order);
  g_simple_action_set_state (action, state);
}

static void
set_capacity_cb (GSimpleAction *action,
                 GVariant      *state,
                 gpointer       user_data)
{
  gint32 capacity = CLAMP (g_variant_get_int32 (state), 1, AQ_SUSHI_MAX_CAPACITY);

  aq_sushi_restaurant_set_capacity (user_data, capacity);
  g_simple_action_set_state (action, g_variant_new_int32 (capacity));
}

static void
set_chef_pace_cb (GSimpleAction *action,
                  GVariant      *state,
                  gpointer       user_data)
{
  double pace = CLAMP (g_variant_get_double (state), 0.1, 100);

  aq_sushi_restaurant_set_chef_pace (user_data, pace);
  g_simple_action_set_state (action, g_variant_new_double (pace));
}

static void
set_customer_pace_cb (GSimpleAction *action,
                      GVariant      *state,
                      gpointer       user_data)
{
  double pace = CLAMP (g_variant_get_double (state), 0.1, 100);

  aq_sushi_restaurant_set_customer_pace (user_data, pace);
  g_simple_action_set_state (action, g_variant_new_double (pace));
}

static void
set_pause_cb (GSimpleAction *action,
              GVariant      *state,
              gpointer       user_data)
{
  aq_sushi_restaurant_set_paused (user_data, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
set_rush_hour_cb (GSimpleAction *action,
                  GVariant      *state,
                  gpointer       user_data)
{
  aq_sushi_restaurant_set_rush_hour (user_data, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

void
aq_sushi_deeds_add (GActionMap        *map,
                    AqSushiRestaurant *restaurant)
{
  static const GActionEntry entries[] = {
    { "add-chef", add_chef_cb, NULL, NULL, NULL, { 0 } },
    { "remove-chef", remove_chef_cb, NULL, NULL, NULL, { 0 } },
    { "thread-chef", NULL, NULL, "false", set_thread_chef_cb, { 0 } },
    { "add-customer", add_customer_cb, NULL, NULL, NULL, { 0 } },
    { "remove-customer", remove_customer_cb, NULL, NULL, NULL, { 0 } },
    { "put-plate", put_plate_cb, NULL, NULL, NULL, { 0 } },
    { "put-gold", put_gold_cb, NULL, NULL, NULL, { 0 } },
    { "change-mind", change_mind_cb, NULL, NULL, NULL, { 0 } },
    { "close-kitchen", close_kitchen_cb, NULL, NULL, NULL, { 0 } },
    { "close-now", close_now_cb, NULL, NULL, NULL, { 0 } },
    { "open", open_cb, NULL, NULL, NULL, { 0 } },
    { "order", NULL, "s", "'oldest'", set_order_cb, { 0 } },
    { "capacity", NULL, "i", "10", set_capacity_cb, { 0 } },
    { "chef-pace", NULL, "d", "1.0", set_chef_pace_cb, { 0 } },
    { "customer-pace", NULL, "d", "1.0", set_customer_pace_cb, { 0 } },
    { "pause", NULL, NULL, "false", set_pause_cb, { 0 } },
    { "rush-hour", NULL, NULL, "false", set_rush_hour_cb, { 0 } },
  };

  g_action_map_add_action_entries (map, entries, G_N_ELEMENTS (entries), restaurant);
  aq_sushi_deeds_update (map, restaurant);
}

static void
set_enabled (GActionMap *map,
             const char *name,
             gboolean    is_enabled)
{
  GAction *action = g_action_map_lookup_action (map, name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

/* What can be done depends on what there is. */
void
aq_sushi_deeds_update (GActionMap        *map,
                       AqSushiRestaurant *restaurant)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (restaurant);
  GPtrArray *customers = aq_sushi_restaurant_get_customers (restaurant);
  AqSushiNumbers numbers;
  gboolean has_room;
  guint n_in_thread = 0;

  aq_sushi_restaurant_count (restaurant, &numbers);
  has_room = numbers.state == AQ_QUEUE_STATE_OPEN && numbers.length < numbers.capacity &&
             !aq_sushi_restaurant_is_rush_hour (restaurant);
  for (guint i = 0; i < chefs->len; i++)
    n_in_thread += aq_sushi_chef_in_thread (chefs->pdata[i]);

  set_enabled (map, "add-chef", chefs->len < AQ_SUSHI_MAX_CHEFS);
  set_enabled (map, "remove-chef", chefs->len > n_in_thread);
  set_enabled (map, "thread-chef", n_in_thread > 0 || chefs->len < AQ_SUSHI_MAX_CHEFS);
  set_enabled (map, "add-customer", customers->len < AQ_SUSHI_MAX_CUSTOMERS);
  set_enabled (map, "remove-customer", customers->len > 0);
  set_enabled (map, "put-plate", has_room);
  set_enabled (map, "put-gold", has_room);
  set_enabled (map, "change-mind", numbers.waiting_customers > 0);
  set_enabled (map, "close-kitchen", numbers.state == AQ_QUEUE_STATE_OPEN);
  set_enabled (map, "close-now", numbers.state != AQ_QUEUE_STATE_FINISHED);
  set_enabled (map, "open", numbers.state != AQ_QUEUE_STATE_OPEN);
}
