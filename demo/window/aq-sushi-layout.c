/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-layout.h"

#include <math.h>

/* The room, in units of which @scale makes pixels. */
#define ROOM_WIDTH 780.0
#define ROOM_HEIGHT 490.0
#define KITCHEN_Y 138.0
#define BOARD_Y 158.0
#define BELT_Y 184.0
#define BELT_HEIGHT 162.0
#define COUNTER_Y 373.0
#define SEATS_Y 401.0
#define LANE 56.0
#define MARGIN 18.0
#define PERSON_WIDTH 84.0
#define LARGEST_PERSON 1.1

#define MIN_SPACED 4

#define MIN_SCALE 0.6
#define MAX_SCALE 2.4

void
aq_sushi_layout_init (AqSushiLayout *self,
                      double         width,
                      double         height,
                      gboolean       is_mirrored,
                      guint          n_slots,
                      guint          n_plates,
                      guint          n_people)
{
  double scale = CLAMP (MIN (width / ROOM_WIDTH, height / ROOM_HEIGHT), MIN_SCALE, MAX_SCALE);
  double spare = MAX (0, height - ROOM_HEIGHT * scale) / 2;
  double radius;

  self->width = width;
  self->height = height;
  self->scale = scale;
  self->is_mirrored = is_mirrored;
  self->n_slots = n_slots;

  self->kitchen_y = spare + KITCHEN_Y * scale;
  self->board_y = spare + BOARD_Y * scale;
  self->counter_y = spare + COUNTER_Y * scale;
  self->seats_y = spare + SEATS_Y * scale;

  self->lane = LANE * scale;
  self->upper = spare + BELT_Y * scale + self->lane / 2;
  self->lower = spare + (BELT_Y + BELT_HEIGHT) * scale - self->lane / 2;
  radius = (self->lower - self->upper) / 2;
  self->left = MARGIN * scale + self->lane / 2 + radius;
  self->right = width - self->left;

  /* A belt that was made shorter may hold more plates than it has slots. A few slots are
   * at its end, where there is room to write beside the first. */
  self->spacing = aq_sushi_layout_get_length (self) / MAX (MIN_SPACED, MAX (n_slots, n_plates));
  self->plate_scale = MIN (0.53 * scale, 0.94 * self->spacing / 100);
  self->people_scale = MIN (LARGEST_PERSON * scale,
                            (width - 2 * MARGIN * scale) / (PERSON_WIDTH * MAX (n_people, 1)));
}

/* Returns: how far plates travel */
double
aq_sushi_layout_get_length (const AqSushiLayout *self)
{
  return 2 * (self->right - self->left) + G_PI * (self->lower - self->upper) / 2;
}

/* @distance: from the beginning of the upper lane; may go on over the left bend
 * @angle: (out) (optional): the direction in which the belt runs there */
AqSushiPoint
aq_sushi_layout_on_belt (const AqSushiLayout *self,
                         double               distance,
                         double              *angle)
{
  double straight = self->right - self->left;
  double radius = (self->lower - self->upper) / 2;
  double middle = (self->lower + self->upper) / 2;
  double bend = G_PI * radius;
  double turned;
  AqSushiPoint point;

  distance = fmod (distance, 2 * (straight + bend));
  if (distance < 0)
    distance += 2 * (straight + bend);

  if (distance < straight)
    {
      turned = 0;
      point = (AqSushiPoint) { self->left + distance, self->upper };
    }
  else if (distance < straight + bend)
    {
      turned = (distance - straight) / radius;
      point = (AqSushiPoint) { self->right + radius * sin (turned),
                               middle - radius * cos (turned) };
    }
  else if (distance < 2 * straight + bend)
    {
      turned = G_PI;
      point = (AqSushiPoint) { self->right - (distance - straight - bend), self->lower };
    }
  else
    {
      turned = G_PI + (distance - 2 * straight - bend) / radius;
      point = (AqSushiPoint) { self->left + radius * sin (turned), middle - radius * cos (turned) };
    }

  if (self->is_mirrored)
    {
      point.x = self->width - point.x;
      turned = G_PI - turned;
    }

  if (angle != NULL)
    *angle = turned;

  return point;
}

/* Returns: how far along the belt the @n-th to be got stands */
double
aq_sushi_layout_slot (const AqSushiLayout *self,
                      guint                n)
{
  return aq_sushi_layout_get_length (self) - (n + 0.5) * self->spacing;
}

/* Returns: where the @i-th of @n chefs, or customers, is */
double
aq_sushi_layout_person_x (const AqSushiLayout *self,
                          guint                i,
                          guint                n)
{
  double margin = MARGIN * self->scale;
  double person = PERSON_WIDTH * self->scale;
  double pitch = MIN ((self->width - 2 * margin) / MAX (n, 1),
                      CLAMP (0.6 * self->width / MAX (n, 1), 1.5 * person, 2.4 * person));
  double x = self->width / 2 + (i - (n - 1) / 2.0) * pitch;

  return self->is_mirrored ? self->width - x : x;
}
