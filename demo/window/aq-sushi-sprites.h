/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <cairo.h>

#include "aq-sushi-layout.h"
#include "aq-sushi-restaurant.h"

G_BEGIN_DECLS

/* The plates as one sees them. Each is where its item is: in the hand of a chef, on
 * the belt, or before a customer; or on its way there, since what happens at once
 * would be too fast to see. */
typedef struct
{
  GHashTable *by_number; /* (element-type guint64 Sprite) */
  GPtrArray *in_order;   /* (unowned) (element-type Sprite): what is drawn first comes first */
  double run;            /* how far the belt has run */
} AqSushiSprites;

void     aq_sushi_sprites_init    (AqSushiSprites      *self);
void     aq_sushi_sprites_clear   (AqSushiSprites      *self);
gboolean aq_sushi_sprites_advance (AqSushiSprites      *self,
                                   AqSushiRestaurant   *restaurant,
                                   const AqSushiLayout *layout,
                                   double               seconds);
void     aq_sushi_sprites_draw    (AqSushiSprites      *self,
                                   cairo_t             *cr,
                                   const AqSushiLayout *layout);

G_END_DECLS
