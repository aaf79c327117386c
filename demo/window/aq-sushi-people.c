/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-people.h"

#include "aq-sushi-draw.h"

#include <math.h>

#define COAT 0xf7f5f0
#define COAT_SHADE 0xbdb5a6
#define INDIGO 0x2d4373
#define VERMILION 0xd9482b
#define STEEL 0xc7ccd4
#define BAMBOO 0xa8743c

typedef enum
{
  HAIR_SHORT,
  HAIR_BUN,
  HAIR_LONG,
  HAIR_CURLY,
} Hair;

static const struct
{
  Hair hair;
  guint32 hair_rgb;
  guint32 skin_rgb;
  guint32 shirt_rgb;
} looks_of_customers[] = {
  { HAIR_SHORT, 0x3b2a22, 0xe8b894, 0x3f7d6d },
  { HAIR_BUN, 0x5a3420, 0xf2cba8, 0xc2603f },
  { HAIR_CURLY, 0x231a17, 0x9a6543, 0xd9a441 },
  { HAIR_LONG, 0x8a5a2b, 0xf0c9a4, 0x5a6ea8 },
  { HAIR_SHORT, 0x9a948c, 0xe3b08b, 0x8a4f63 },
  { HAIR_LONG, 0x1e1b22, 0xcf9a72, 0x7d8f4e },
  { HAIR_BUN, 0x2a2024, 0xe8b894, 0x7a5c99 },
  { HAIR_CURLY, 0xb0532a, 0xf4d3b5, 0x35708f },
};

static void
fill (cairo_t *cr,
      guint32  rgb)
{
  aq_sushi_set_color (cr, rgb, 1);
  cairo_fill (cr);
}

static void
oval (cairo_t *cr,
      double   x,
      double   y,
      double   width,
      double   height,
      guint32  rgb)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, width / 2, height / 2);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
  fill (cr, rgb);
}

static void
line (cairo_t *cr,
      double   x1,
      double   y1,
      double   x2,
      double   y2,
      double   width,
      guint32  rgb)
{
  cairo_move_to (cr, x1, y1);
  cairo_line_to (cr, x2, y2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, width);
  aq_sushi_set_color (cr, rgb, 1);
  cairo_stroke (cr);
}

/* Shoulders as wide as 2 * @half, from @top down to @bottom. */
static void
trace_shoulders (cairo_t *cr,
                 double   half,
                 double   top,
                 double   bottom)
{
  cairo_move_to (cr, -half, bottom);
  cairo_curve_to (cr, -half, top + 8, -half + 8, top + 3, -13, top);
  cairo_line_to (cr, 13, top);
  cairo_curve_to (cr, half - 8, top + 3, half, top + 8, half, bottom);
  cairo_close_path (cr);
}

static void
draw_eyes (cairo_t          *cr,
           AqSushiChefState  state)
{
  for (int side = -1; side <= 1; side += 2)
    {
      double x = side * 7;

      if (state == AQ_SUSHI_CHEF_PUTTING)
        {
          cairo_arc (cr, x, -55, 2.1, 0, 2 * G_PI);
          fill (cr, 0x33261f);
        }
      else
        {
          /* Down to the board, or closed. */
          cairo_arc (cr, x, -56, 3, 0.25 * G_PI, 0.75 * G_PI);
          cairo_set_line_width (cr, 1.8);
          cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
          aq_sushi_set_color (cr, 0x33261f, 1);
          cairo_stroke (cr);
        }
    }
}

static void
draw_chef_head (cairo_t          *cr,
                AqSushiChefState  state,
                gboolean          in_thread)
{
  guint32 cap = in_thread ? INDIGO : COAT;

  aq_sushi_round_rect (cr, -6, -46, 12, 14, 5);
  fill (cr, 0xd9a27c);
  oval (cr, -18, -54, 7, 10, 0xe3b08b);
  oval (cr, 18, -54, 7, 10, 0xe3b08b);
  oval (cr, 0, -56, 36, 38, 0xedbf9a);

  cairo_arc (cr, 0, -58, 19, G_PI * 0.97, G_PI * 2.03);
  fill (cr, 0x2f2521);

  draw_eyes (cr, state);
  cairo_arc (cr, 0, -49, 5, 0.2 * G_PI, 0.8 * G_PI);
  cairo_set_line_width (cr, 1.8);
  aq_sushi_set_color (cr, 0xa4573f, 1);
  cairo_stroke (cr);

  /* A cook's cap, with a band. */
  cairo_move_to (cr, -19, -64);
  cairo_line_to (cr, -17, -84);
  cairo_curve_to (cr, -10, -90, 10, -90, 17, -84);
  cairo_line_to (cr, 19, -64);
  cairo_curve_to (cr, 8, -69, -8, -69, -19, -64);
  cairo_close_path (cr);
  aq_sushi_set_color (cr, cap, 1);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, 1.5);
  aq_sushi_set_color (cr, in_thread ? 0x1c2c50 : COAT_SHADE, 1);
  cairo_stroke (cr);
  cairo_move_to (cr, -19.4, -63.4);
  cairo_line_to (cr, -18.6, -70);
  cairo_curve_to (cr, -8, -75, 8, -75, 18.6, -70);
  cairo_line_to (cr, 19.4, -63.4);
  cairo_curve_to (cr, 8, -68.5, -8, -68.5, -19.4, -63.4);
  cairo_close_path (cr);
  fill (cr, in_thread ? COAT : INDIGO);
}

static void
draw_knife (cairo_t *cr,
            double   x,
            double   y)
{
  cairo_move_to (cr, x - 3, y - 2);
  cairo_line_to (cr, x - 24, y + 1);
  cairo_curve_to (cr, x - 20, y + 7, x - 10, y + 8, x - 3, y + 6);
  cairo_close_path (cr);
  fill (cr, STEEL);
  line (cr, x - 2, y + 2, x + 8, y, 5, 0x5a3a22);
}

void
aq_sushi_draw_chef (cairo_t          *cr,
                    AqSushiChefState  state,
                    gboolean          in_thread,
                    double            phase)
{
  double swing = fabs (sin (G_PI * phase));

  trace_shoulders (cr, 36, -36, 2);
  fill (cr, COAT);
  trace_shoulders (cr, 36, -36, 2);
  cairo_set_line_width (cr, 1.5);
  aq_sushi_set_color (cr, COAT_SHADE, 1);
  cairo_stroke (cr);

  /* Crossed over like a kimono. */
  cairo_move_to (cr, -12, -37);
  cairo_line_to (cr, 6, -10);
  cairo_line_to (cr, 6, 2);
  cairo_move_to (cr, 12, -37);
  cairo_line_to (cr, 1, -19);
  cairo_set_line_width (cr, 4.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  aq_sushi_set_color (cr, INDIGO, 1);
  cairo_stroke (cr);
  line (cr, -26, 1, -25, -12, 1.5, COAT_SHADE);
  line (cr, 26, 1, 25, -12, 1.5, COAT_SHADE);

  draw_chef_head (cr, state, in_thread);

  switch (state)
    {
    case AQ_SUSHI_CHEF_PREPARING:
      line (cr, -30, -6, -18, 6, 9, COAT);
      oval (cr, -17, 7, 10, 10, 0xedbf9a);
      line (cr, 32, -6, 27, 4 - 8 * swing, 9, COAT);
      draw_knife (cr, 23, 3 - 9 * swing);
      oval (cr, 26, 4 - 9 * swing, 10, 10, 0xedbf9a);
      break;

    default:
      break;
    }
}

void
aq_sushi_draw_hands (cairo_t *cr,
                     double   radius)
{
  for (int side = -1; side <= 1; side += 2)
    {
      line (cr, side * 33, -22, side * (radius + 3), -3, 10, COAT);
      line (cr, side * 33, -22, side * (radius + 3), -3, 1, COAT_SHADE);
      oval (cr, side * radius, 2, 10, 12, 0xedbf9a);
    }
}

static void
draw_hair (cairo_t *cr,
           Hair     hair,
           guint32  rgb)
{
  switch (hair)
    {
    case HAIR_BUN:
      oval (cr, 0, 33, 39, 40, rgb);
      oval (cr, 0, 15, 18, 17, rgb);
      line (cr, -9, 20, 9, 20, 2.5, VERMILION);
      break;

    case HAIR_LONG:
      aq_sushi_round_rect (cr, -20.5, 13, 41, 58, 19);
      fill (cr, rgb);
      break;

    case HAIR_CURLY:
      for (int i = 0; i < 9; i++)
        oval (cr, 17 * cos (i * 2 * G_PI / 9), 33 + 17 * sin (i * 2 * G_PI / 9), 17, 17, rgb);
      oval (cr, 0, 33, 34, 34, rgb);
      break;

    case HAIR_SHORT:
    default:
      oval (cr, 0, 32, 38, 38, rgb);
      aq_sushi_round_rect (cr, -15, 34, 30, 19, 7);
      fill (cr, rgb);
      break;
    }

  cairo_arc (cr, 0, 34, 13, 1.2 * G_PI, 1.62 * G_PI);
  cairo_set_line_width (cr, 2.5);
  aq_sushi_set_color (cr, 0xffffff, 0.16);
  cairo_stroke (cr);
}

/* In the right hand, which is at @x, @y; 0 holds them upright. */
static void
draw_chopsticks (cairo_t *cr,
                 double   x,
                 double   y,
                 double   angle,
                 double   gap)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, angle);
  line (cr, -2, 6, -2 - gap, -34, 2.6, BAMBOO);
  line (cr, 3, 6, 3 + gap, -34, 2.6, BAMBOO);
  cairo_restore (cr);
}

void
aq_sushi_draw_customer (cairo_t              *cr,
                        AqSushiCustomerState  state,
                        guint                 looks,
                        double                phase)
{
  guint which = looks % G_N_ELEMENTS (looks_of_customers);
  guint32 skin = looks_of_customers[which].skin_rgb;
  guint32 shirt = looks_of_customers[which].shirt_rgb;
  double reach = sin (G_PI * phase);

  /* A cushion, and who sits on it. */
  aq_sushi_round_rect (cr, -46, 98, 92, 26, 11);
  fill (cr, 0x8c2f2a);
  aq_sushi_round_rect (cr, -46, 94, 92, 25, 11);
  fill (cr, 0xb5443a);
  trace_shoulders (cr, 34, 50, 96);
  fill (cr, shirt);
  aq_sushi_round_rect (cr, -34, 82, 68, 26, 12);
  fill (cr, shirt);
  cairo_move_to (cr, -24, 96);
  cairo_curve_to (cr, -25, 80, -23, 74, -19, 70);
  cairo_move_to (cr, 24, 96);
  cairo_curve_to (cr, 25, 80, 23, 74, 19, 70);
  cairo_set_line_width (cr, 1.8);
  aq_sushi_set_color (cr, 0x000000, 0.16);
  cairo_stroke (cr);

  switch (state)
    {
    case AQ_SUSHI_CUSTOMER_GETTING:
      line (cr, 30, 66, 35, 22, 10, shirt);
      draw_chopsticks (cr, 36, 8, 0.05, 2.5);
      oval (cr, 36, 11, 11, 11, skin);
      line (cr, -30, 66, -27, 16, 10, shirt);
      oval (cr, -27, 8, 11, 11, skin);
      break;

    case AQ_SUSHI_CUSTOMER_EATING:
      line (cr, 30, 66, 33 - 6 * reach, 20 - 6 * reach, 10, shirt);
      draw_chopsticks (cr, 34 - 8 * reach, 10 - 9 * reach, -0.75, 1.2);
      oval (cr, 34 - 8 * reach, 12 - 9 * reach, 11, 11, skin);
      line (cr, -30, 66, -27, 12, 10, shirt);
      oval (cr, -27, 4, 11, 11, skin);
      break;

    case AQ_SUSHI_CUSTOMER_DECIDING:
    case AQ_SUSHI_CUSTOMER_SATED:
    case AQ_SUSHI_CUSTOMER_GONE:
    default:
      break;
    }

  oval (cr, 0, 51, 17, 16, skin);
  oval (cr, -19, 35, 7, 10, skin);
  oval (cr, 19, 35, 7, 10, skin);
  draw_hair (cr, looks_of_customers[which].hair, looks_of_customers[which].hair_rgb);
}
