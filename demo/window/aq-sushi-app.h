/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The application: its actions, its shortcuts, its style, and one window. */
GtkApplication *aq_sushi_app_new (void);

G_END_DECLS
