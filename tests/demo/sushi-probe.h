/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-window.h"

G_BEGIN_DECLS

/* On the bus of the application, an object with one property, the numbers as they are
 * at the moment when one asks. */
void sushi_probe_add (GApplication  *app,
                      AqSushiWindow *window);

G_END_DECLS
