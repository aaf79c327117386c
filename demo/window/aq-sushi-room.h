/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <cairo.h>

#include "aq-sushi-layout.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_dark;
  gboolean is_high_contrast;
} AqSushiLight;

/* What does not move: wall, counters, belt. */
void    aq_sushi_draw_room    (cairo_t             *cr,
                               const AqSushiLayout *layout,
                               const AqSushiLight  *light);

/* The curtain over the kitchen, which hangs there while it is open. */
void    aq_sushi_draw_curtain (cairo_t             *cr,
                               const AqSushiLayout *layout,
                               const AqSushiLight  *light,
                               double               how_far);

/* The links of the belt, after it has run for @run. */
void    aq_sushi_draw_links   (cairo_t             *cr,
                               const AqSushiLayout *layout,
                               const AqSushiLight  *light,
                               double               run);

/* Where a plate may stand. */
void    aq_sushi_draw_slots   (cairo_t             *cr,
                               const AqSushiLayout *layout,
                               const AqSushiLight  *light);

/* Before a chef, and before a customer. */
void    aq_sushi_draw_board   (cairo_t             *cr,
                               const AqSushiLayout *layout,
                               const AqSushiLight  *light,
                               double               x);
void    aq_sushi_draw_mat     (cairo_t             *cr,
                               const AqSushiLayout *layout,
                               const AqSushiLight  *light,
                               double               x);

guint32 aq_sushi_get_ink      (const AqSushiLight  *light);

G_END_DECLS
