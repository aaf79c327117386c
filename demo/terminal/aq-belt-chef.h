/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-belt-restaurant.h"

G_BEGIN_DECLS

void     aq_belt_chef_walk_async  (AqBeltRestaurant     *restaurant,
                                   const char * const   *paths,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean aq_belt_chef_walk_finish (GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
