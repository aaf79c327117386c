/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-sprites.h"

#include "aq-sushi-chef.h"
#include "aq-sushi-customer.h"
#include "aq-sushi-draw.h"

#include <math.h>

#define FLIGHT_SECONDS 0.42
#define FADE_SECONDS 0.35
#define SLIDES_PER_SECOND 7.0 /* of what is left of a way, each second */

typedef enum
{
  PLACE_HAND,
  PLACE_BELT,
  PLACE_SEAT,
  PLACE_NOWHERE,
} Place;

typedef struct
{
  guint64 number;
  AqSushiPiece piece;
  gboolean is_gold;
  gboolean is_seen;      /* in this round */

  Place place;
  double distance;       /* along the belt, while it is there */
  double slot_distance;  /* and where it is due */
  AqSushiPoint from;     /* where the flight began */
  AqSushiPoint via;      /* over the belt, if it was there too shortly to be seen */
  AqSushiPoint to;
  gboolean has_via;
  double flown;          /* from 0 to 1 */
  double scale;
  double alpha;
  double left;           /* to eat */
  AqSushiPoint at;
} Sprite;

static double
ease (double t)
{
  return t * t * (3 - 2 * t);
}

static AqSushiPoint
between (AqSushiPoint a,
         AqSushiPoint b,
         double       t)
{
  return (AqSushiPoint) { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t };
}

static Sprite *
find (AqSushiSprites *self,
      AqSushiPlate   *plate,
      Place           place,
      AqSushiPoint    to)
{
  Sprite *sprite = g_hash_table_lookup (self->by_number, &plate->number);

  if (sprite == NULL)
    {
      sprite = g_new0 (Sprite, 1);
      sprite->number = plate->number;
      sprite->piece = plate->piece;
      sprite->is_gold = plate->is_gold;
      sprite->place = place;
      sprite->distance = -1;
      sprite->from = sprite->at = to;
      sprite->flown = 1;
      sprite->left = 1;
      g_hash_table_insert (self->by_number, &sprite->number, sprite);
    }

  sprite->is_seen = TRUE;
  sprite->to = to;

  return sprite;
}

static void
fly (Sprite *sprite,
     Place   place)
{
  sprite->place = place;
  sprite->from = sprite->at;
  sprite->flown = 0;
  sprite->has_via = FALSE;
}

static void
see_hands (AqSushiSprites      *self,
           AqSushiRestaurant   *restaurant,
           const AqSushiLayout *layout)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (restaurant);

  for (guint i = 0; i < chefs->len; i++)
    {
      AqSushiPlate *plate = aq_sushi_chef_get_plate (chefs->pdata[i]);
      AqSushiPoint hand = { aq_sushi_layout_person_x (layout, i, chefs->len), layout->board_y };
      Sprite *sprite;

      /* A plate may be on the belt before its chef is told so. */
      if (plate == NULL || plate->is_known)
        continue;

      sprite = find (self, plate, PLACE_HAND, hand);
      if (sprite->place == PLACE_HAND)
        {
          double done = aq_sushi_chef_get_done (chefs->pdata[i]);

          sprite->alpha = sprite->scale = ease (CLAMP (2.5 * done, 0, 1));
        }
    }
}

static void
see_belt (AqSushiSprites      *self,
          AqSushiRestaurant   *restaurant,
          const AqSushiLayout *layout)
{
  g_autoptr (GPtrArray) plates = aq_sushi_restaurant_list_plates (restaurant);

  for (guint n = 0; n < plates->len; n++)
    {
      double due = aq_sushi_layout_slot (layout, n);
      AqSushiPoint slot = aq_sushi_layout_on_belt (layout, MAX (due, 0), NULL);
      Sprite *sprite = find (self, plates->pdata[n], PLACE_BELT, slot);

      if (sprite->place != PLACE_BELT)
        fly (sprite, PLACE_BELT);
      if (sprite->distance < 0)
        sprite->distance = MAX (due, 0);
      sprite->slot_distance = MAX (due, 0);
    }
}

/* Returns: (nullable) (transfer none): what @customer has, or is about to be told of */
static AqSushiPlate *
get_plate (AqSushiRestaurant *restaurant,
           AqSushiCustomer   *customer)
{
  AqSushiPlate *plate = aq_sushi_customer_get_plate (customer);

  return plate != NULL ? plate : aq_sushi_restaurant_get_promised (restaurant, customer);
}

static void
see_seats (AqSushiSprites      *self,
           AqSushiRestaurant   *restaurant,
           const AqSushiLayout *layout)
{
  GPtrArray *customers = aq_sushi_restaurant_get_customers (restaurant);

  for (guint i = 0; i < customers->len; i++)
    {
      AqSushiPlate *plate = get_plate (restaurant, customers->pdata[i]);
      AqSushiPoint seat = { aq_sushi_layout_person_x (layout, i, customers->len),
                            layout->counter_y };
      Sprite *sprite;

      if (plate == NULL)
        continue;

      sprite = find (self, plate, PLACE_SEAT, seat);
      if (sprite->place != PLACE_SEAT)
        {
          gboolean was_in_hand = sprite->place == PLACE_HAND;

          fly (sprite, PLACE_SEAT);

          /* A waiting customer gets a plate as it is put, from the first slot. */
          sprite->has_via = was_in_hand;
          sprite->via = aq_sushi_layout_on_belt (layout, aq_sushi_layout_slot (layout, 0), NULL);
        }
      sprite->left = 1 - aq_sushi_customer_get_done (customers->pdata[i]);
    }
}

/* Returns: how far it slid along the belt */
static double
slide (Sprite *sprite,
       double  seconds)
{
  double before = sprite->distance;

  sprite->distance += (sprite->slot_distance - before) * (1 - exp (-SLIDES_PER_SECOND * seconds));
  if (fabs (sprite->slot_distance - sprite->distance) < 0.4)
    sprite->distance = sprite->slot_distance;

  return sprite->distance - before;
}

static void
move (Sprite              *sprite,
      const AqSushiLayout *layout,
      double               seconds)
{
  double t;

  if (sprite->place == PLACE_NOWHERE)
    {
      sprite->alpha -= seconds / FADE_SECONDS;
      sprite->scale = 0.7 + 0.3 * MAX (0, sprite->alpha);
      return;
    }

  if (sprite->place == PLACE_BELT)
    sprite->to = aq_sushi_layout_on_belt (layout, sprite->distance, NULL);

  sprite->flown = MIN (1, sprite->flown + seconds / (FLIGHT_SECONDS * (sprite->has_via ? 1.8 : 1)));
  t = sprite->flown;

  if (!sprite->has_via)
    sprite->at = between (sprite->from, sprite->to, ease (t));
  else if (t < 0.5)
    sprite->at = between (sprite->from, sprite->via, ease (2 * t));
  else
    sprite->at = between (sprite->via, sprite->to, ease (2 * t - 1));

  if (sprite->place != PLACE_HAND)
    {
      sprite->alpha = MIN (1, sprite->alpha + seconds / 0.15);
      sprite->scale = 1 + 0.18 * sin (G_PI * t);
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const Sprite *sprite = *(Sprite * const *) a;
  const Sprite *other = *(Sprite * const *) b;
  gboolean flies = sprite->flown < 1;
  gboolean other_flies = other->flown < 1;

  /* What flies is above what lies. */
  if (flies != other_flies)
    return flies ? 1 : -1;

  return sprite->number < other->number ? -1 : sprite->number > other->number;
}

void
aq_sushi_sprites_init (AqSushiSprites *self)
{
  self->by_number = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->in_order = g_ptr_array_new ();
  self->run = 0;
}

void
aq_sushi_sprites_clear (AqSushiSprites *self)
{
  g_clear_pointer (&self->in_order, g_ptr_array_unref);
  g_clear_pointer (&self->by_number, g_hash_table_unref);
}

/* @seconds: since the last time; G_MAXDOUBLE to be where all is due
 *
 * Returns: whether anything still moves */
gboolean
aq_sushi_sprites_advance (AqSushiSprites      *self,
                          AqSushiRestaurant   *restaurant,
                          const AqSushiLayout *layout,
                          double               seconds)
{
  GHashTableIter iter;
  Sprite *sprite;
  double slid = 0;
  gboolean is_moving = FALSE;

  see_hands (self, restaurant, layout);
  see_belt (self, restaurant, layout);
  see_seats (self, restaurant, layout);

  g_ptr_array_set_size (self->in_order, 0);
  g_hash_table_iter_init (&iter, self->by_number);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &sprite))
    {
      /* Eaten, or cleared away. */
      if (!sprite->is_seen)
        {
          sprite->place = PLACE_NOWHERE;
          if (aq_sushi_restaurant_is_rush_hour (restaurant))
            sprite->alpha = 0;
        }
      sprite->is_seen = FALSE;

      if (sprite->place == PLACE_BELT)
        {
          double step = slide (sprite, seconds);

          if (fabs (step) > fabs (slid))
            slid = step;
          is_moving |= sprite->distance != sprite->slot_distance;
        }

      move (sprite, layout, seconds);
      is_moving |= sprite->flown < 1 || sprite->place == PLACE_NOWHERE ||
                   (sprite->place != PLACE_HAND && sprite->alpha < 1);

      if (sprite->place == PLACE_NOWHERE && sprite->alpha <= 0)
        g_hash_table_iter_remove (&iter);
      else
        g_ptr_array_add (self->in_order, sprite);
    }

  /* The belt runs because, and as far as, the plates on it do. */
  self->run += slid;
  g_ptr_array_sort (self->in_order, compare);

  return is_moving;
}

void
aq_sushi_sprites_draw (AqSushiSprites      *self,
                       cairo_t             *cr,
                       const AqSushiLayout *layout)
{
  for (guint i = 0; i < self->in_order->len; i++)
    {
      Sprite *sprite = self->in_order->pdata[i];
      double scale = layout->plate_scale * sprite->scale;

      if (sprite->alpha <= 0.01 || scale <= 0.001)
        continue;

      cairo_save (cr);
      cairo_translate (cr, sprite->at.x, sprite->at.y);
      cairo_scale (cr, scale, scale);
      if (sprite->alpha < 0.99)
        cairo_push_group (cr);
      aq_sushi_draw_plate (cr, sprite->piece, sprite->is_gold, sprite->left);
      if (sprite->alpha < 0.99)
        {
          cairo_pop_group_to_source (cr);
          cairo_paint_with_alpha (cr, sprite->alpha);
        }
      cairo_restore (cr);
    }
}
