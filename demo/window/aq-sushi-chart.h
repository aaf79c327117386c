/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AQ_SUSHI_TYPE_CHART (aq_sushi_chart_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiChart, aq_sushi_chart, AQ_SUSHI, CHART, GtkWidget)

void aq_sushi_chart_note (AqSushiChart *self,
                          gint64        time,
                          guint         length,
                          guint         capacity);

G_END_DECLS
