/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-overflow.h"

G_DEFINE_ENUM_TYPE (AqOverflow, aq_overflow,
                    G_DEFINE_ENUM_VALUE (AQ_OVERFLOW_WAIT, "wait"),
                    G_DEFINE_ENUM_VALUE (AQ_OVERFLOW_DROP_OLDEST, "drop-oldest"),
                    G_DEFINE_ENUM_VALUE (AQ_OVERFLOW_DROP_NEWEST, "drop-newest"))
