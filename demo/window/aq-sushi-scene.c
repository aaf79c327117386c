/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-scene.h"

#include "aq-sushi-chef.h"
#include "aq-sushi-customer.h"
#include "aq-sushi-draw.h"
#include "aq-sushi-people.h"

#include <math.h>

#define CHOPS_PER_SECOND 3.2
#define BITES_PER_SECOND 1.1

/* Returns: the height of what is written at least, which follows the setting */
static double
get_text_size (AqSushiScene *self)
{
  const PangoFontDescription *font = pango_context_get_font_description (self->text);
  double size = pango_font_description_get_size (font) / (double) PANGO_SCALE;

  if (!pango_font_description_get_size_is_absolute (font))
    size *= pango_cairo_context_get_resolution (self->text) / 72;

  return 0.85 * size;
}

static void
draw_text (AqSushiScene *self,
           cairo_t      *cr,
           const char   *text,
           double        x,
           double        y,
           double        size,
           gboolean      is_bold)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (self->text);
  PangoFontDescription *font;
  PangoRectangle extents;

  font = pango_font_description_copy (pango_context_get_font_description (self->text));
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_extents (layout, NULL, &extents);
  cairo_move_to (cr, x - extents.width / 2.0 / PANGO_SCALE, y - extents.height / 2.0 / PANGO_SCALE);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (font);
}

/* The place in the line of those who wait, as the queue counts it. */
static void
draw_badge (AqSushiScene *self,
            cairo_t      *cr,
            double        x,
            double        y,
            guint         place)
{
  double k = self->layout.people_scale;
  g_autofree char *text = g_strdup_printf ("%u", place);
  double radius = MAX (0.8 * get_text_size (self), 11 * k);

  /* Served, and about to be told so. */
  if (place == 0)
    return;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  aq_sushi_set_color (cr, place == 1 ? 0xd9482b : 0xfbf7ee, 1);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, 1.5);
  aq_sushi_set_color (cr, place == 1 ? 0xffffff : 0x8a5a2b, 1);
  cairo_stroke (cr);
  aq_sushi_set_color (cr, place == 1 ? 0xffffff : 0x3b2a22, 1);
  draw_text (self, cr, text, x, y, radius * 1.2, TRUE);
}

static void
draw_chefs (AqSushiScene *self,
            cairo_t      *cr)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (self->restaurant);
  double k = self->layout.people_scale;

  for (guint i = 0; i < chefs->len; i++)
    {
      AqSushiChefState state = aq_sushi_chef_get_state (chefs->pdata[i]);
      double x = aq_sushi_layout_person_x (&self->layout, i, chefs->len);
      double phase = state == AQ_SUSHI_CHEF_PREPARING
                     ? fmod (self->seconds * CHOPS_PER_SECOND + 0.37 * i, 1) : 0;

      cairo_save (cr);
      cairo_translate (cr, x, self->layout.kitchen_y);
      cairo_scale (cr, k, k);
      aq_sushi_draw_chef (cr, state, aq_sushi_chef_in_thread (chefs->pdata[i]), phase);
      cairo_restore (cr);
    }
}

static void
draw_places (AqSushiScene *self,
             cairo_t      *cr)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (self->restaurant);
  GPtrArray *customers = aq_sushi_restaurant_get_customers (self->restaurant);

  for (guint i = 0; i < chefs->len; i++)
    aq_sushi_draw_board (cr, &self->layout, &self->light,
                         aq_sushi_layout_person_x (&self->layout, i, chefs->len));

  for (guint i = 0; i < customers->len; i++)
    aq_sushi_draw_mat (cr, &self->layout, &self->light,
                       aq_sushi_layout_person_x (&self->layout, i, customers->len));
}

/* For those who have had enough, or all there was. */
static void
draw_tea (cairo_t *cr,
          double   x,
          double   y,
          double   k)
{
  static const struct { double radius; guint32 rgb; } rings[] = {
    { 14, 0x6f8f86 }, { 11.5, 0xdfe9e2 }, { 9.5, 0xa9bf5a },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rings); i++)
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, x, y, rings[i].radius * k, 0, 2 * G_PI);
      aq_sushi_set_color (cr, rings[i].rgb, 1);
      cairo_fill (cr);
    }
}

static void
draw_customers (AqSushiScene *self,
                cairo_t      *cr)
{
  GPtrArray *customers = aq_sushi_restaurant_get_customers (self->restaurant);
  double k = self->layout.people_scale;

  for (guint i = 0; i < customers->len; i++)
    {
      AqSushiCustomerState state = aq_sushi_customer_get_state (customers->pdata[i]);
      double x = aq_sushi_layout_person_x (&self->layout, i, customers->len);
      double phase = state == AQ_SUSHI_CUSTOMER_EATING
                     ? fmod (self->seconds * BITES_PER_SECOND + 0.29 * i, 1) : 0;

      cairo_save (cr);
      cairo_translate (cr, x, self->layout.seats_y);
      cairo_scale (cr, k, k);
      aq_sushi_draw_customer (cr, state, aq_sushi_customer_get_looks (customers->pdata[i]), phase);
      cairo_restore (cr);

      if (state == AQ_SUSHI_CUSTOMER_SATED)
        draw_tea (cr, x, self->layout.counter_y, k);

      if (state == AQ_SUSHI_CUSTOMER_DECIDING)
        for (int dot = 0; dot < 3; dot++)
          {
            gboolean is_lit = aq_sushi_customer_get_done (customers->pdata[i]) * 3 > dot;

            cairo_new_sub_path (cr);
            cairo_arc (cr, x + (dot - 1) * 11 * k, self->layout.counter_y, 3.4 * k, 0, 2 * G_PI);
            aq_sushi_set_color (cr, 0xffffff, is_lit ? 0.95 : 0.35);
            cairo_fill (cr);
          }
    }
}

/* Those who hold a plate have it in both hands. */
static void
draw_hands (AqSushiScene *self,
            cairo_t      *cr)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (self->restaurant);
  double k = self->layout.people_scale;

  for (guint i = 0; i < chefs->len; i++)
    {
      if (aq_sushi_chef_get_plate (chefs->pdata[i]) == NULL ||
          aq_sushi_chef_get_state (chefs->pdata[i]) == AQ_SUSHI_CHEF_PREPARING)
        continue;

      cairo_save (cr);
      cairo_translate (cr, aq_sushi_layout_person_x (&self->layout, i, chefs->len),
                       self->layout.board_y);
      cairo_scale (cr, k, k);
      aq_sushi_draw_hands (cr, 48 * self->layout.plate_scale / k);
      cairo_restore (cr);
    }
}

static guint
get_place (guint64 turn,
           guint64 *turns,
           guint    n_turns,
           guint    n_waiting)
{
  guint n_before = 0;
  guint n_served = n_turns - MIN (n_turns, n_waiting);

  for (guint i = 0; i < n_turns; i++)
    n_before += turns[i] < turn;

  return n_before < n_served ? 0 : n_before - n_served + 1;
}

static void
draw_badges (AqSushiScene *self,
             cairo_t      *cr)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (self->restaurant);
  GPtrArray *customers = aq_sushi_restaurant_get_customers (self->restaurant);
  guint64 turns[MAX (AQ_SUSHI_MAX_CHEFS, AQ_SUSHI_MAX_CUSTOMERS)];
  guint n_turns = 0;
  AqSushiNumbers numbers;
  double k = self->layout.people_scale;

  aq_sushi_restaurant_count (self->restaurant, &numbers);

  for (guint i = 0; i < chefs->len; i++)
    if (aq_sushi_chef_get_state (chefs->pdata[i]) == AQ_SUSHI_CHEF_PUTTING)
      turns[n_turns++] = aq_sushi_chef_get_turn (chefs->pdata[i]);

  for (guint i = 0; i < chefs->len; i++)
    if (aq_sushi_chef_get_state (chefs->pdata[i]) == AQ_SUSHI_CHEF_PUTTING)
      draw_badge (self, cr, aq_sushi_layout_person_x (&self->layout, i, chefs->len) + 33 * k,
                  self->layout.kitchen_y - 58 * k,
                  get_place (aq_sushi_chef_get_turn (chefs->pdata[i]), turns, n_turns,
                             numbers.waiting_chefs));

  n_turns = 0;
  for (guint i = 0; i < customers->len; i++)
    if (aq_sushi_customer_get_state (customers->pdata[i]) == AQ_SUSHI_CUSTOMER_GETTING)
      turns[n_turns++] = aq_sushi_customer_get_turn (customers->pdata[i]);

  for (guint i = 0; i < customers->len; i++)
    if (aq_sushi_customer_get_state (customers->pdata[i]) == AQ_SUSHI_CUSTOMER_GETTING)
      draw_badge (self, cr, aq_sushi_layout_person_x (&self->layout, i, customers->len),
                  self->layout.counter_y,
                  get_place (aq_sushi_customer_get_turn (customers->pdata[i]), turns, n_turns,
                             numbers.waiting_customers));
}

/* Burnt into the wood, where the belt leaves it free: what comes next. */
static void
draw_order (AqSushiScene *self,
            cairo_t      *cr)
{
  const AqSushiLayout *layout = &self->layout;
  double k = layout->scale;
  double size = MAX (get_text_size (self), 15 * k);
  double middle = (layout->upper + layout->lower) / 2;
  AqSushiPoint first = aq_sushi_layout_on_belt (layout, aq_sushi_layout_slot (layout, 0), NULL);

  aq_sushi_set_color (cr, aq_sushi_get_ink (&self->light), 1);
  draw_text (self, cr, aq_sushi_restaurant_get_order (self->restaurant)->label,
             layout->width / 2, middle, size, TRUE);

  /* A flag at the first slot. */
  cairo_move_to (cr, first.x, layout->lower - layout->lane / 2 + 5 * k);
  cairo_rel_line_to (cr, -6 * k, -9 * k);
  cairo_rel_line_to (cr, 12 * k, 0);
  cairo_close_path (cr);
  aq_sushi_set_color (cr, 0xd9482b, 1);
  cairo_fill (cr);
  aq_sushi_set_color (cr, aq_sushi_get_ink (&self->light), 1);
  draw_text (self, cr, "next", first.x, middle + 2 * k, size * 0.87, FALSE);
}

/* A board on the wall says how it is, once the curtain is on its way down. */
static void
draw_sign (AqSushiScene *self,
           cairo_t      *cr)
{
  double k = self->layout.scale;
  double x = self->layout.is_mirrored ? 74 * k : self->layout.width - 74 * k;
  double y = self->layout.kitchen_y - 62 * k;
  AqSushiNumbers numbers;

  if (self->curtain > 0.95)
    return;

  aq_sushi_restaurant_count (self->restaurant, &numbers);
  cairo_move_to (cr, x - 34 * k, y - 12 * k);
  cairo_line_to (cr, x, y - 40 * k);
  cairo_line_to (cr, x + 34 * k, y - 12 * k);
  cairo_set_line_width (cr, 1.6 * k);
  aq_sushi_set_color (cr, 0x6b4a2a, 1);
  cairo_stroke (cr);
  aq_sushi_round_rect (cr, x - 50 * k, y - 16 * k, 100 * k, 36 * k, 5 * k);
  aq_sushi_set_color (cr, 0x8a5a2b, 1);
  cairo_fill_preserve (cr);
  aq_sushi_set_color (cr, 0x5a3a1c, 1);
  cairo_set_line_width (cr, 2 * k);
  cairo_stroke (cr);
  aq_sushi_set_color (cr, 0xfbf0da, 1);
  draw_text (self, cr, numbers.state == AQ_QUEUE_STATE_FINISHED ? "closed" : "closing",
             x, y + 2 * k, MAX (get_text_size (self), 17 * k), TRUE);
}

/* Once nothing is left to eat, the light goes down. */
static void
draw_dusk (AqSushiScene *self,
           cairo_t      *cr)
{
  double dusk = CLAMP (1 - self->curtain / AQ_SUSHI_CURTAIN_CLOSING, 0, 1);

  if (dusk <= 0 || self->light.is_high_contrast)
    return;

  aq_sushi_set_color (cr, 0x101a38, 0.34 * dusk);
  cairo_paint (cr);
}

/* All that may move. */
void
aq_sushi_scene_draw (AqSushiScene *self,
                     cairo_t      *cr)
{
  aq_sushi_draw_curtain (cr, &self->layout, &self->light, self->curtain);
  draw_sign (self, cr);
  draw_chefs (self, cr);
  draw_places (self, cr);
  aq_sushi_draw_links (cr, &self->layout, &self->light, self->sprites.run);
  aq_sushi_draw_slots (cr, &self->layout, &self->light);
  draw_order (self, cr);
  draw_customers (self, cr);
  aq_sushi_sprites_draw (&self->sprites, cr, &self->layout);
  draw_hands (self, cr);
  draw_badges (self, cr);
  draw_dusk (self, cr);
}
