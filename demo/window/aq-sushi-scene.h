/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <pango/pangocairo.h>

#include "aq-sushi-layout.h"
#include "aq-sushi-restaurant.h"
#include "aq-sushi-room.h"
#include "aq-sushi-sprites.h"

G_BEGIN_DECLS

/* How far down the curtain hangs while what is left is eaten. */
#define AQ_SUSHI_CURTAIN_CLOSING 0.25

/* What there is to draw, at one moment. */
typedef struct
{
  AqSushiRestaurant *restaurant; /* (nullable) (owned) */
  AqSushiSprites sprites;
  AqSushiLayout layout;
  AqSushiLight light;
  PangoContext *text;            /* (unowned) */
  double seconds;                /* that people have moved for */
  double curtain;                /* from 0, taken in, to 1 */
} AqSushiScene;

void aq_sushi_scene_draw (AqSushiScene *self,
                          cairo_t      *cr);

G_END_DECLS
