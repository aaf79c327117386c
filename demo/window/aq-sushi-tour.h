/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AQ_SUSHI_TYPE_TOUR (aq_sushi_tour_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiTour, aq_sushi_tour, AQ_SUSHI, TOUR, GtkWidget)

void aq_sushi_tour_start (AqSushiTour *self);
void aq_sushi_tour_stop  (AqSushiTour *self);

G_END_DECLS
