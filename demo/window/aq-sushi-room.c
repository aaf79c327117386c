/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-room.h"

#include "aq-sushi-draw.h"

#include <math.h>

#define LINK 17.0

typedef struct
{
  guint32 wall, wall_panel, wall_line;
  guint32 wood, wood_light, wood_grain, wood_edge;
  guint32 rim, belt, link, slot, ink;
  guint32 mat, mat_edge, board;
  guint32 floor, floor_line;
  guint32 curtain, crest, bar;
} Palette;

static const Palette day = {
  .wall = 0xdcc9a4, .wall_panel = 0xe9dabb, .wall_line = 0xc4ad80,
  .wood = 0xdcae73, .wood_light = 0xe9c48f, .wood_grain = 0xc9975a, .wood_edge = 0xa8743c,
  .rim = 0xc9cdd2, .belt = 0x454d59, .link = 0x5a6472, .slot = 0x8d99aa, .ink = 0x5a3a1c,
  .mat = 0x7d93ab, .mat_edge = 0xa9b8c9, .board = 0xf3dcb4,
  .floor = 0xcfd2a9, .floor_line = 0xb7bb8c,
  .curtain = 0x2d4373, .crest = 0xf4efe4, .bar = 0x8a5a2b,
};

static const Palette night = {
  .wall = 0x2d2926, .wall_panel = 0x36312c, .wall_line = 0x4a4036,
  .wood = 0x7a5434, .wood_light = 0x8c643f, .wood_grain = 0x68452a, .wood_edge = 0x4a301d,
  .rim = 0x6a717b, .belt = 0x20252c, .link = 0x343c47, .slot = 0x5d6878, .ink = 0xf0d5ae,
  .mat = 0x3a4a5e, .mat_edge = 0x77828f, .board = 0xb08a5c,
  .floor = 0x3a3c2c, .floor_line = 0x4a4c39,
  .curtain = 0x2b4070, .crest = 0xd9d2c2, .bar = 0x5a3a20,
};

/* For high contrast: few tones, and far apart. */
static const Palette plain_day = {
  .wall = 0x4c5f7c, .wall_panel = 0x56698a, .wall_line = 0xffffff,
  .wood = 0xfaeed8, .wood_light = 0xfaeed8, .wood_grain = 0xf2e2c4, .wood_edge = 0x000000,
  .rim = 0xffffff, .belt = 0x000000, .link = 0x4d4d4d, .slot = 0xffffff, .ink = 0x000000,
  .mat = 0x24344e, .mat_edge = 0x000000, .board = 0xd9b987,
  .floor = 0xffffff, .floor_line = 0xffffff,
  .curtain = 0x14234d, .crest = 0xffffff, .bar = 0x000000,
};

static const Palette plain_night = {
  .wall = 0x000000, .wall_panel = 0x10151d, .wall_line = 0x8fa3bd,
  .wood = 0x33210f, .wood_light = 0xffffff, .wood_grain = 0x402a15, .wood_edge = 0x000000,
  .rim = 0xffffff, .belt = 0x000000, .link = 0x4d4d4d, .slot = 0xffffff, .ink = 0xffffff,
  .mat = 0x24344e, .mat_edge = 0xffffff, .board = 0xd9b987,
  .floor = 0x8b9084, .floor_line = 0x8b9084,
  .curtain = 0x2b4070, .crest = 0xffffff, .bar = 0xffffff,
};

static const Palette *
get_palette (const AqSushiLight *light)
{
  if (light->is_high_contrast)
    return light->is_dark ? &plain_night : &plain_day;

  return light->is_dark ? &night : &day;
}

static void
set_color (cairo_t *cr,
           guint32  rgb)
{
  aq_sushi_set_color (cr, rgb, 1);
}

static void
fill_rect (cairo_t *cr,
           double   x,
           double   y,
           double   width,
           double   height,
           guint32  rgb)
{
  cairo_rectangle (cr, x, y, width, height);
  set_color (cr, rgb);
  cairo_fill (cr);
}

/* A paper wall, in panels. */
static void
draw_wall (cairo_t             *cr,
           const AqSushiLayout *layout,
           const Palette       *palette)
{
  double k = layout->scale;
  double panel = layout->width / MAX (1, floor (layout->width / (110 * k)));

  fill_rect (cr, 0, 0, layout->width, layout->kitchen_y, palette->wall);

  for (double x = 0; x < layout->width - 1; x += panel)
    {
      aq_sushi_round_rect (cr, x + 5 * k, 10 * k, panel - 10 * k, layout->kitchen_y, 3 * k);
      set_color (cr, palette->wall_panel);
      cairo_fill_preserve (cr);
      set_color (cr, palette->wall_line);
      cairo_set_line_width (cr, 1.2 * k);
      cairo_stroke (cr);
    }
}

static void
draw_floor (cairo_t             *cr,
            const AqSushiLayout *layout,
            const Palette       *palette)
{
  double k = layout->scale;

  fill_rect (cr, 0, layout->seats_y, layout->width, layout->height - layout->seats_y,
             palette->floor);

  set_color (cr, palette->floor_line);
  cairo_set_line_width (cr, 1 * k);
  for (double y = layout->seats_y + 10 * k; y < layout->height; y += 7 * k)
    {
      cairo_move_to (cr, 0, y);
      cairo_line_to (cr, layout->width, y);
    }
  cairo_stroke (cr);

  /* The shadow of the counter. */
  for (int i = 0; i < 4; i++)
    {
      cairo_rectangle (cr, 0, layout->seats_y, layout->width, (18 - 4 * i) * k);
      aq_sushi_set_color (cr, 0x000000, 0.06);
      cairo_fill (cr);
    }
}

static void
draw_wood (cairo_t             *cr,
           const AqSushiLayout *layout,
           const Palette       *palette)
{
  double k = layout->scale;
  double top = layout->kitchen_y;
  double bottom = layout->seats_y;

  fill_rect (cr, 0, top, layout->width, bottom - top, palette->wood);

  cairo_save (cr);
  cairo_rectangle (cr, 0, top, layout->width, bottom - top);
  cairo_clip (cr);
  cairo_set_line_width (cr, 1.1 * k);
  set_color (cr, palette->wood_grain);
  for (int i = 0; i < 40; i++)
    {
      double y = top + i * 6.6 * k + 2 * sin (i * 2.7) * k;
      double length = MAX (260 * k, layout->width / 3) + 60 * (i % 5) * k;
      double start = fmod (i * 0.618, 1) * (layout->width + length) - length;

      cairo_move_to (cr, start, y);
      cairo_curve_to (cr, start + 0.3 * length, y - 3 * k, start + 0.6 * length, y + 4 * k,
                      start + length, y + k);
    }
  cairo_stroke (cr);
  cairo_restore (cr);

  fill_rect (cr, 0, top, layout->width, 5 * k, palette->wood_light);
  fill_rect (cr, 0, bottom - 4 * k, layout->width, 3 * k, palette->wood_light);
  fill_rect (cr, 0, bottom - 1 * k, layout->width, 7 * k, palette->wood_edge);
}

static void
trace_loop (cairo_t             *cr,
            const AqSushiLayout *layout,
            double               grow)
{
  double radius = (layout->lower - layout->upper) / 2 + grow;

  aq_sushi_round_rect (cr, layout->left - radius, layout->upper - grow,
                       layout->right - layout->left + 2 * radius, 2 * radius, radius);
}

static void
draw_belt (cairo_t             *cr,
           const AqSushiLayout *layout,
           const AqSushiLight  *light)
{
  const Palette *palette = get_palette (light);
  double k = layout->scale;

  trace_loop (cr, layout, 0);
  cairo_set_line_width (cr, layout->lane + 14 * k);
  aq_sushi_set_color (cr, 0x000000, 0.14);
  cairo_stroke (cr);

  trace_loop (cr, layout, 0);
  cairo_set_line_width (cr, layout->lane + 8 * k);
  set_color (cr, palette->rim);
  cairo_stroke (cr);

  trace_loop (cr, layout, 0);
  cairo_set_line_width (cr, layout->lane);
  set_color (cr, palette->belt);
  cairo_stroke (cr);
}

void
aq_sushi_draw_room (cairo_t             *cr,
                    const AqSushiLayout *layout,
                    const AqSushiLight  *light)
{
  const Palette *palette = get_palette (light);

  draw_wall (cr, layout, palette);
  draw_floor (cr, layout, palette);
  draw_wood (cr, layout, palette);
  draw_belt (cr, layout, light);
}

void
aq_sushi_draw_curtain (cairo_t             *cr,
                       const AqSushiLayout *layout,
                       const AqSushiLight  *light,
                       double               how_far)
{
  const Palette *palette = get_palette (light);
  double k = layout->scale;
  int n_panels = MAX (3, floor (layout->width / (96 * k)));
  double panel = layout->width / n_panels;
  double height = 42 * k * how_far;

  for (int i = 0; i < n_panels && how_far > 0.02; i++)
    {
      double x = i * panel;

      cairo_move_to (cr, x + 1.5 * k, 4 * k);
      cairo_line_to (cr, x + panel - 1.5 * k, 4 * k);
      cairo_line_to (cr, x + panel - 2.5 * k, 4 * k + height);
      cairo_curve_to (cr, x + panel * 0.66, 8 * k + height, x + panel * 0.33, 1 * k + height,
                      x + 2.5 * k, 4 * k + height);
      cairo_close_path (cr);
      set_color (cr, palette->curtain);
      cairo_fill_preserve (cr);

      cairo_save (cr);
      cairo_clip (cr);
      set_color (cr, palette->crest);
      if (i % 2 == n_panels / 2 % 2)
        {
          /* A crest: a piece of maki, as plain as can be. */
          double y = 4 * k + height - 21 * k;

          cairo_arc (cr, x + panel / 2, y, 12 * k, 0, 2 * G_PI);
          cairo_fill (cr);
          cairo_arc (cr, x + panel / 2, y, 8.5 * k, 0, 2 * G_PI);
          set_color (cr, palette->curtain);
          cairo_fill (cr);
          cairo_arc (cr, x + panel / 2, y, 4 * k, 0, 2 * G_PI);
          set_color (cr, palette->crest);
          cairo_fill (cr);
        }
      else
        {
          /* Waves, along the hem. */
          cairo_set_line_width (cr, 1.5 * k);
          for (double cx = x; cx <= x + panel; cx += 16 * k)
            for (int ring = 1; ring <= 2; ring++)
              {
                cairo_new_sub_path (cr);
                cairo_arc (cr, cx, 8 * k + height, ring * 5 * k, G_PI, 2 * G_PI);
              }
          cairo_stroke (cr);
        }
      cairo_restore (cr);
    }

  aq_sushi_round_rect (cr, -4 * k, 1 * k, layout->width + 8 * k, 7 * k, 3.5 * k);
  set_color (cr, palette->bar);
  cairo_fill (cr);
}

void
aq_sushi_draw_links (cairo_t             *cr,
                     const AqSushiLayout *layout,
                     const AqSushiLight  *light,
                     double               run)
{
  double k = layout->scale;
  double loop = 2 * (layout->right - layout->left) + G_PI * (layout->lower - layout->upper);
  int n_links = MAX (1, floor (loop / (LINK * k)));
  double half = layout->lane / 2 - 1.5 * k;

  cairo_set_line_width (cr, 1.4 * k);
  set_color (cr, get_palette (light)->link);

  for (int i = 0; i < n_links; i++)
    {
      double angle;
      AqSushiPoint point = aq_sushi_layout_on_belt (layout, run + i * loop / n_links, &angle);
      double along_x = cos (angle), along_y = sin (angle);

      /* Like scales, they bulge to where the belt runs. */
      cairo_move_to (cr, point.x - along_y * half, point.y + along_x * half);
      cairo_curve_to (cr,
                      point.x - along_y * half * 0.5 + along_x * 7 * k,
                      point.y + along_x * half * 0.5 + along_y * 7 * k,
                      point.x + along_y * half * 0.5 + along_x * 7 * k,
                      point.y - along_x * half * 0.5 + along_y * 7 * k,
                      point.x + along_y * half, point.y - along_x * half);
    }
  cairo_stroke (cr);
}

void
aq_sushi_draw_slots (cairo_t             *cr,
                     const AqSushiLayout *layout,
                     const AqSushiLight  *light)
{
  const Palette *palette = get_palette (light);
  double k = layout->scale;

  for (guint n = 0; n < layout->n_slots; n++)
    {
      AqSushiPoint point = aq_sushi_layout_on_belt (layout, aq_sushi_layout_slot (layout, n), NULL);
      double radius = 44 * layout->plate_scale;

      cairo_new_sub_path (cr);
      cairo_arc (cr, point.x, point.y, radius, 0, 2 * G_PI);
      aq_sushi_set_color (cr, palette->belt, 0.75);
      cairo_fill_preserve (cr);
      set_color (cr, palette->slot);
      cairo_set_line_width (cr, 1.3 * k);
      cairo_stroke (cr);
    }
}

void
aq_sushi_draw_board (cairo_t             *cr,
                     const AqSushiLayout *layout,
                     const AqSushiLight  *light,
                     double               x)
{
  double k = layout->people_scale;

  aq_sushi_round_rect (cr, x - 31 * k, layout->board_y - 16 * k, 62 * k, 34 * k, 4 * k);
  aq_sushi_set_color (cr, 0x000000, 0.16);
  cairo_fill (cr);
  aq_sushi_round_rect (cr, x - 31 * k, layout->board_y - 18 * k, 62 * k, 34 * k, 4 * k);
  set_color (cr, get_palette (light)->board);
  cairo_fill (cr);
}

void
aq_sushi_draw_mat (cairo_t             *cr,
                   const AqSushiLayout *layout,
                   const AqSushiLight  *light,
                   double               x)
{
  double k = layout->people_scale;

  aq_sushi_round_rect (cr, x - 34 * k, layout->counter_y - 20 * k, 68 * k, 42 * k, 4 * k);
  set_color (cr, get_palette (light)->mat);
  cairo_fill_preserve (cr);
  set_color (cr, get_palette (light)->mat_edge);
  cairo_set_line_width (cr, 1.2 * k);
  cairo_stroke (cr);
}

/* Returns: the color of what is written on the wood */
guint32
aq_sushi_get_ink (const AqSushiLight *light)
{
  return get_palette (light)->ink;
}
