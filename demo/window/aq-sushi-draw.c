/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-draw.h"

#define RICE 0xfbf7ee
#define RICE_SHADE 0xe4dac6
#define NORI 0x24382f
#define NORI_SHINE 0x3f5a4c

/* Of the rim, for each piece. */
static const guint32 rims[AQ_SUSHI_N_PIECES] = {
  [AQ_SUSHI_PIECE_SALMON] = 0x2f7f86,
  [AQ_SUSHI_PIECE_TUNA] = 0x4a6fa5,
  [AQ_SUSHI_PIECE_SHRIMP] = 0x7a9a4f,
  [AQ_SUSHI_PIECE_EGG] = 0xb5523b,
  [AQ_SUSHI_PIECE_MAKI] = 0xc98a9b,
  [AQ_SUSHI_PIECE_ROE] = 0x6d5a8c,
};

void
aq_sushi_set_color (cairo_t *cr,
                    guint32  rgb,
                    double   alpha)
{
  cairo_set_source_rgba (cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
                         (rgb & 0xff) / 255.0, alpha);
}

void
aq_sushi_round_rect (cairo_t *cr,
                     double   x,
                     double   y,
                     double   width,
                     double   height,
                     double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

static void
fill (cairo_t *cr,
      guint32  rgb)
{
  aq_sushi_set_color (cr, rgb, 1);
  cairo_fill (cr);
}

static void
disc (cairo_t *cr,
      double   x,
      double   y,
      double   radius,
      guint32  rgb)
{
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  fill (cr, rgb);
}

static void
draw_rice (cairo_t *cr)
{
  aq_sushi_round_rect (cr, -29, -6, 58, 25, 12);
  fill (cr, RICE_SHADE);
  aq_sushi_round_rect (cr, -29, -8, 58, 23, 11.5);
  fill (cr, RICE);
}

/* The slice that lies over the rice, as a path. */
static void
trace_slice (cairo_t *cr)
{
  cairo_move_to (cr, -34, 4);
  cairo_curve_to (cr, -36, -14, -20, -22, 0, -22);
  cairo_curve_to (cr, 20, -22, 36, -16, 34, 3);
  cairo_curve_to (cr, 33, 10, 24, 6, 14, 6);
  cairo_curve_to (cr, 2, 6, -4, 9, -14, 9);
  cairo_curve_to (cr, -24, 9, -33, 12, -34, 4);
  cairo_close_path (cr);
}

static void
draw_slice (cairo_t *cr,
            guint32  rgb,
            guint32  stripe_rgb,
            int      n_stripes)
{
  cairo_save (cr);
  trace_slice (cr);
  aq_sushi_set_color (cr, rgb, 1);
  cairo_fill_preserve (cr);
  cairo_clip (cr);

  aq_sushi_set_color (cr, stripe_rgb, 0.85);
  cairo_set_line_width (cr, 3);
  for (int i = 0; i < n_stripes; i++)
    {
      double x = -30 + 64.0 * (i + 0.5) / n_stripes;

      cairo_move_to (cr, x + 7, -26);
      cairo_curve_to (cr, x - 1, -16, x + 2, -2, x - 8, 12);
      cairo_stroke (cr);
    }

  /* Light comes from above. */
  cairo_translate (cr, 0, -7);
  trace_slice (cr);
  cairo_set_line_width (cr, 5);
  aq_sushi_set_color (cr, 0xffffff, 0.22);
  cairo_translate (cr, 0, 10);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_nigiri (cairo_t      *cr,
             AqSushiPiece  piece)
{
  cairo_rotate (cr, -0.26);
  draw_rice (cr);

  switch (piece)
    {
    case AQ_SUSHI_PIECE_SALMON:
      draw_slice (cr, 0xf4803f, 0xffc79b, 5);
      break;

    case AQ_SUSHI_PIECE_TUNA:
      draw_slice (cr, 0xc22f3d, 0xd9606a, 3);
      break;

    case AQ_SUSHI_PIECE_SHRIMP:
      cairo_move_to (cr, 28, -6);
      cairo_line_to (cr, 44, -16);
      cairo_line_to (cr, 40, -4);
      cairo_line_to (cr, 45, 4);
      cairo_close_path (cr);
      fill (cr, 0xdd4f35);
      draw_slice (cr, 0xffe3d3, 0xee7350, 4);
      break;

    default:
      draw_slice (cr, 0xf7cb45, 0xf7cb45, 0);
      cairo_move_to (cr, -7, -23);
      cairo_curve_to (cr, -9, -8, -9, 4, -7, 16);
      cairo_line_to (cr, 5, 16);
      cairo_curve_to (cr, 3, 4, 3, -8, 5, -23);
      cairo_close_path (cr);
      fill (cr, NORI);
      break;
    }
}

static void
draw_roll (cairo_t *cr,
           double   x,
           double   y,
           guint32  filling_rgb)
{
  aq_sushi_round_rect (cr, x - 15, y - 13, 30, 33, 14);
  fill (cr, NORI);
  disc (cr, x, y, 15, NORI_SHINE);
  disc (cr, x, y, 12.5, RICE);
  disc (cr, x, y, 5.5, filling_rgb);
}

static void
draw_maki (cairo_t *cr)
{
  draw_roll (cr, 0, -16, 0xf4803f);
  draw_roll (cr, -17, 7, 0x7fae4e);
  draw_roll (cr, 17, 7, 0xc22f3d);
}

static void
draw_roe (cairo_t *cr)
{
  cairo_rotate (cr, -0.2);
  aq_sushi_round_rect (cr, -29, -12, 58, 33, 15);
  fill (cr, NORI);
  aq_sushi_round_rect (cr, -29, -16, 58, 25, 12.5);
  fill (cr, NORI_SHINE);
  aq_sushi_round_rect (cr, -26, -14.5, 52, 21, 10.5);
  fill (cr, 0xd9541e);

  for (int i = 0; i < 11; i++)
    {
      double x = -20 + 40.0 * (i % 6) / 5 + (i >= 6 ? 4 : 0);
      double y = i < 6 ? -8 : 1;

      disc (cr, x, y, 5.4, 0xf2762e);
      disc (cr, x - 1.6, y - 1.8, 1.7, 0xffd2a6);
    }
}

static void
draw_dish (cairo_t  *cr,
           guint32   rim,
           gboolean  is_gold)
{
  cairo_arc (cr, 0, 5, 48, 0, 2 * G_PI);
  aq_sushi_set_color (cr, 0x000000, 0.22);
  cairo_fill (cr);

  if (is_gold)
    {
      cairo_pattern_t *shine = cairo_pattern_create_linear (-40, -44, 40, 44);

      cairo_pattern_add_color_stop_rgb (shine, 0.0, 1.00, 0.91, 0.55);
      cairo_pattern_add_color_stop_rgb (shine, 0.5, 0.87, 0.65, 0.16);
      cairo_pattern_add_color_stop_rgb (shine, 1.0, 0.70, 0.48, 0.07);
      cairo_arc (cr, 0, 0, 48, 0, 2 * G_PI);
      cairo_set_source (cr, shine);
      cairo_fill (cr);
      cairo_pattern_destroy (shine);
      disc (cr, 0, 0, 38, 0xf6d977);
      disc (cr, 0, 1.5, 36, 0xfaf0cf);
      return;
    }

  disc (cr, 0, 0, 48, rim);
  cairo_arc (cr, 0, 0, 46, 0, 2 * G_PI);
  cairo_set_line_width (cr, 2.5);
  aq_sushi_set_color (cr, 0xffffff, 0.3);
  cairo_stroke (cr);
  disc (cr, 0, 0, 37.5, 0xdfe4e4);
  disc (cr, 0, 1.5, 36, 0xf5f5f1);
}

void
aq_sushi_draw_plate (cairo_t      *cr,
                     AqSushiPiece  piece,
                     gboolean      is_gold,
                     double        left)
{
  draw_dish (cr, rims[piece], is_gold);

  if (left <= 0.1)
    return;

  /* A bite is taken from the right, down to the dish. */
  cairo_save (cr);
  cairo_rectangle (cr, -50, -50, left >= 1 ? 100 : 14 + 72 * left, 100);
  cairo_clip (cr);
  cairo_arc (cr, 0, 6, 26, 0, 2 * G_PI);
  cairo_save (cr);
  cairo_scale (cr, 1.15, 0.7);
  aq_sushi_set_color (cr, 0x000000, 0.07);
  cairo_fill (cr);
  cairo_restore (cr);

  switch (piece)
    {
    case AQ_SUSHI_PIECE_MAKI:
      draw_maki (cr);
      break;

    case AQ_SUSHI_PIECE_ROE:
      draw_roe (cr);
      break;

    default:
      draw_nigiri (cr, piece);
      break;
    }
  cairo_restore (cr);
}
