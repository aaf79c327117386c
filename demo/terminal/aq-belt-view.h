/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-belt-restaurant.h"

G_BEGIN_DECLS

typedef struct _AqBeltView AqBeltView;

AqBeltView *aq_belt_view_new       (AqBeltRestaurant *restaurant,
                                    guint             n_customers,
                                    gboolean          force);
void        aq_belt_view_free      (AqBeltView       *self);
void        aq_belt_view_stop      (AqBeltView       *self);
void        aq_belt_view_summarize (AqBeltView       *self);

/* To be called before something else is written, and after. */
void        aq_belt_view_make_room (AqBeltView       *self,
                                    int               fd);
void        aq_belt_view_come_back (AqBeltView       *self);

G_END_DECLS
