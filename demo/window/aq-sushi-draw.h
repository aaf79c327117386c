/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <cairo.h>

#include "aq-sushi-plate.h"

G_BEGIN_DECLS

void aq_sushi_set_color    (cairo_t      *cr,
                            guint32       rgb,
                            double        alpha);
void aq_sushi_round_rect   (cairo_t      *cr,
                            double        x,
                            double        y,
                            double        width,
                            double        height,
                            double        radius);

/* A plate with a diameter of 100 around the origin, of which @left is left. */
void aq_sushi_draw_plate   (cairo_t      *cr,
                            AqSushiPiece  piece,
                            gboolean      is_gold,
                            double        left);

G_END_DECLS
