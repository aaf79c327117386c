/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AQ_SUSHI_TYPE_FOLD (aq_sushi_fold_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiFold, aq_sushi_fold, AQ_SUSHI, FOLD, GtkWidget)

G_END_DECLS
