/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aq-sushi-restaurant.h"

G_BEGIN_DECLS

/* All that one can do to a restaurant, as actions. */
void aq_sushi_deeds_add    (GActionMap        *map,
                            AqSushiRestaurant *restaurant);
void aq_sushi_deeds_update (GActionMap        *map,
                            AqSushiRestaurant *restaurant);

G_END_DECLS
