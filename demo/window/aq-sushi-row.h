/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-order.h"

G_BEGIN_DECLS

/* What we know of a belt's content: a row of plates, by their links, in the order
 * in which they will be got. It holds no reference, for the belt owns what is on it. */
void aq_sushi_row_lay  (GQueue             *row,
                        AqSushiPlate       *plate,
                        const AqSushiOrder *order);
void aq_sushi_row_take (AqSushiPlate       *plate);

G_END_DECLS
