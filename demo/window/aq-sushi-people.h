/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <cairo.h>

#include "aq-sushi-chef.h"
#include "aq-sushi-customer.h"

G_BEGIN_DECLS

/* Both are about 80 wide and 90 high. @phase goes from 0 to 1 and again from 0,
 * with each movement of a hand; it is 0 for those at rest. */

/* Stands behind a counter, the edge of which is at y = 0. */
void aq_sushi_draw_chef     (cairo_t              *cr,
                             AqSushiChefState      state,
                             gboolean              in_thread,
                             double                phase);

/* Hold a plate that is at the origin. */
void aq_sushi_draw_hands    (cairo_t              *cr,
                             double                radius);

/* Sits before a counter, the edge of which is at y = 0, and is seen from behind. */
void aq_sushi_draw_customer (cairo_t              *cr,
                             AqSushiCustomerState  state,
                             guint                 looks,
                             double                phase);

G_END_DECLS
