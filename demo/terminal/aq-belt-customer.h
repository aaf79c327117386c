/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-belt-restaurant.h"

G_BEGIN_DECLS

GThread *aq_belt_customer_new (AqBeltRestaurant  *restaurant,
                               GError           **error);

G_END_DECLS
