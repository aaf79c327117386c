/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-belt-restaurant.h"
#include "aq-belt-view.h"

G_BEGIN_DECLS

void     aq_belt_printer_run_async  (AqBeltRestaurant     *restaurant,
                                     AqBeltView           *view,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean aq_belt_printer_run_finish (GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
