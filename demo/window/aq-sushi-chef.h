/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-restaurant.h"

G_BEGIN_DECLS

typedef enum
{
  AQ_SUSHI_CHEF_PREPARING,
  AQ_SUSHI_CHEF_PUTTING,   /* the plate is ready, and waits for a place */
  AQ_SUSHI_CHEF_RESTING,   /* the kitchen is closed */
  AQ_SUSHI_CHEF_GONE,
} AqSushiChefState;

#define AQ_SUSHI_TYPE_CHEF (aq_sushi_chef_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiChef, aq_sushi_chef, AQ_SUSHI, CHEF, GObject)

AqSushiChef      *aq_sushi_chef_new         (AqSushiRestaurant *restaurant,
                                             gboolean           in_thread);
void              aq_sushi_chef_start       (AqSushiChef       *self);
void              aq_sushi_chef_leave       (AqSushiChef       *self);
void              aq_sushi_chef_update_pace (AqSushiChef       *self);

AqSushiChefState  aq_sushi_chef_get_state   (AqSushiChef       *self);
gboolean          aq_sushi_chef_in_thread   (AqSushiChef       *self);
guint64           aq_sushi_chef_get_turn    (AqSushiChef       *self);
double            aq_sushi_chef_get_done    (AqSushiChef       *self);
AqSushiPlate     *aq_sushi_chef_get_plate   (AqSushiChef       *self);

G_END_DECLS
