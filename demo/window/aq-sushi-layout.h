/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where all is in a room of a given size. Lengths are in pixels, heights are
 * counted from the top, and @scale is that of what is drawn.
 *
 * The belt is a loop that lies flat. Plates travel over its upper lane from left to
 * right, round the right bend, and back over the lower lane; the left bend brings
 * only the belt back. In a right-to-left locale all is mirrored. */
typedef struct
{
  double width;
  double height;
  double scale;
  gboolean is_mirrored;

  double kitchen_y;  /* the edge of the counter before the chefs */
  double board_y;    /* where they prepare */
  double counter_y;  /* the middle of the places of the customers */
  double seats_y;    /* the edge of the counter before the customers */
  double people_scale;

  double left;       /* of the belt's middle line */
  double right;
  double upper;
  double lower;
  double lane;       /* how wide the belt is */

  guint n_slots;
  double spacing;    /* of the slots, along the belt */
  double plate_scale;
} AqSushiLayout;

typedef struct
{
  double x;
  double y;
} AqSushiPoint;

void         aq_sushi_layout_init       (AqSushiLayout       *self,
                                         double               width,
                                         double               height,
                                         gboolean             is_mirrored,
                                         guint                n_slots,
                                         guint                n_plates,
                                         guint                n_people);
double       aq_sushi_layout_get_length (const AqSushiLayout *self);
AqSushiPoint aq_sushi_layout_on_belt    (const AqSushiLayout *self,
                                         double               distance,
                                         double              *angle);
double       aq_sushi_layout_slot       (const AqSushiLayout *self,
                                         guint                n);
double       aq_sushi_layout_person_x   (const AqSushiLayout *self,
                                         guint                i,
                                         guint                n);

G_END_DECLS
