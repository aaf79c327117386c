/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-restaurant.h"

G_BEGIN_DECLS

/* What one sees, in plain words. The story is Pango markup. */
void  aq_sushi_words_for      (const AqSushiNumbers  *numbers,
                               gboolean               is_paused,
                               gboolean               is_rush_hour,
                               const char           **headline,
                               const char           **story);
char *aq_sushi_words_describe (const AqSushiNumbers  *numbers,
                               const char            *headline);

G_END_DECLS
