/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *aq_belt_name_escape (const char *name);
char *aq_belt_name_quote  (const char *name);

G_END_DECLS
