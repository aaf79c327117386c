/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aq-sushi-restaurant.h"

G_BEGIN_DECLS

#define AQ_SUSHI_TYPE_BELT (aq_sushi_belt_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiBelt, aq_sushi_belt, AQ_SUSHI, BELT, GtkWidget)

void     aq_sushi_belt_set_restaurant (AqSushiBelt       *self,
                                       AqSushiRestaurant *restaurant);
gboolean aq_sushi_belt_is_still       (AqSushiBelt       *self);

G_END_DECLS
