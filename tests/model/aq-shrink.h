/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-program.h"

G_BEGIN_DECLS

/* Whether @program fails, said by a child process: it may crash, or hang. With
 * @says_why what it says is seen. */
gboolean aq_program_fails  (const AqProgram *program,
                            gboolean         says_why);

/* Makes a program that fails as small and as simple as it can be. */
void     aq_program_shrink (AqProgram       *self);

G_END_DECLS
