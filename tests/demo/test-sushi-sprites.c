/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Where plates are drawn, as one sees it: by what is painted there. */

#include "aq-sushi-sprites.h"

#include <glib-object.h>

#define WIDTH 780
#define HEIGHT 490

typedef struct
{
  AqSushiRestaurant *restaurant;
  AqSushiSprites sprites;
  AqSushiLayout layout;
  cairo_surface_t *picture;
} Fixture;

/* In a rush hour all are where they are due, and nobody waits for a timer. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->restaurant = aq_sushi_restaurant_new (3);
  aq_sushi_restaurant_set_scene (fixture->restaurant, 0, 0, 3);
  aq_sushi_restaurant_set_rush_hour (fixture->restaurant, TRUE);
  aq_sushi_sprites_init (&fixture->sprites);
  aq_sushi_layout_init (&fixture->layout, WIDTH, HEIGHT, FALSE, 3, 3, 1);
  fixture->picture = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  cairo_surface_destroy (fixture->picture);
  aq_sushi_sprites_clear (&fixture->sprites);
  aq_sushi_restaurant_set_rush_hour (fixture->restaurant, FALSE);
  aq_sushi_restaurant_dismiss (fixture->restaurant);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->restaurant);
}

static void
draw (Fixture *fixture)
{
  cairo_t *cr = cairo_create (fixture->picture);

  aq_sushi_sprites_advance (&fixture->sprites, fixture->restaurant, &fixture->layout,
                            G_MAXDOUBLE);
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_paint (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  aq_sushi_sprites_draw (&fixture->sprites, cr, &fixture->layout);
  cairo_destroy (cr);
}

static gboolean
is_painted (Fixture      *fixture,
            AqSushiPoint  at)
{
  const guchar *row;

  cairo_surface_flush (fixture->picture);
  row = cairo_image_surface_get_data (fixture->picture) +
        (int) at.y * cairo_image_surface_get_stride (fixture->picture);

  return ((const guint32 *) (gconstpointer) row)[(int) at.x] >> 24 == 0xff;
}

static guint
count_on_belt (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < 4; i++)
    n += is_painted (fixture,
                     aq_sushi_layout_on_belt (&fixture->layout,
                                              aq_sushi_layout_slot (&fixture->layout, i), NULL));

  return n;
}

static gboolean
is_at_seat (Fixture *fixture)
{
  return is_painted (fixture, (AqSushiPoint) { aq_sushi_layout_person_x (&fixture->layout, 0, 1),
                                               fixture->layout.counter_y });
}

static void
test_sprites_promised (Fixture       *fixture,
                       gconstpointer  data)
{
  g_test_summary ("A promised plate is drawn where its customer is, and its place is free.");

  draw (fixture);
  g_assert_cmpuint (count_on_belt (fixture), ==, 3);
  g_assert_false (is_at_seat (fixture));

  /* Whose callback is still to come. */
  aq_sushi_restaurant_add_customer (fixture->restaurant);
  draw (fixture);
  g_assert_cmpuint (count_on_belt (fixture), ==, 2);
  g_assert_true (is_at_seat (fixture));

  g_assert_true (aq_sushi_restaurant_put_plate (fixture->restaurant, FALSE, NULL));
  draw (fixture);
  g_assert_cmpuint (count_on_belt (fixture), ==, 3);
  g_assert_true (is_at_seat (fixture));
}

static void
test_sprites_given_back (Fixture       *fixture,
                         gconstpointer  data)
{
  g_test_summary ("A plate whose customer gives it up is drawn on the belt again.");

  aq_sushi_restaurant_add_customer (fixture->restaurant);
  draw (fixture);
  aq_sushi_restaurant_remove_customer (fixture->restaurant);
  draw (fixture);
  g_assert_cmpuint (count_on_belt (fixture), ==, 3);
  g_assert_false (is_at_seat (fixture));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/sushi/sprites/promised", Fixture, NULL,
              set_up, test_sprites_promised, tear_down);
  g_test_add ("/sushi/sprites/given-back", Fixture, NULL,
              set_up, test_sprites_given_back, tear_down);

  return g_test_run ();
}
