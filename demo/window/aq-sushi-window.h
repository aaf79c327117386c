/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aq-sushi-belt.h"

G_BEGIN_DECLS

#define AQ_SUSHI_TYPE_WINDOW (aq_sushi_window_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiWindow, aq_sushi_window, AQ_SUSHI, WINDOW, GtkApplicationWindow)

AqSushiWindow     *aq_sushi_window_new            (GtkApplication *application);
AqSushiRestaurant *aq_sushi_window_get_restaurant (AqSushiWindow  *self);

G_END_DECLS
