/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-program.h"

G_BEGIN_DECLS

/* Runs @program against a queue and the model in step. Aborts, and says why, as
 * soon as they differ. */
void aq_driver_run (const AqProgram *program);

G_END_DECLS
