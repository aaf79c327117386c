/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-chart.h"

#define SPAN (60 * G_USEC_PER_SEC)

/* Not more often, however much happens. */
#define STEP (G_USEC_PER_SEC / 10)

/*
 * AqSushiChart: how long the belt was, over the last minute.
 *
 * It keeps what it is told, and moves when it is told something.
 */
struct _AqSushiChart
{
  GtkWidget parent_instance;

  GArray *points; /* (element-type Point): oldest first */
  gint64 now;
  guint capacity;
};

typedef struct
{
  gint64 time;
  guint length;
} Point;

G_DEFINE_FINAL_TYPE (AqSushiChart, aq_sushi_chart, GTK_TYPE_WIDGET)

static void
trace_lengths (AqSushiChart *self,
               cairo_t      *cr,
               double        width,
               double        height)
{
  double top = MAX (self->capacity, 1);

  for (guint i = 0; i < self->points->len; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);
      double x = MAX (0, width * (1 - (self->now - point->time) / (double) SPAN));
      double y = 4 + (height - 6) * (1 - MIN (1, point->length / top));
      double current_x, current_y;

      if (i == 0)
        {
          cairo_move_to (cr, x, y);
          continue;
        }

      /* A length holds until the next. */
      cairo_get_current_point (cr, &current_x, &current_y);
      cairo_line_to (cr, x, current_y);
      cairo_line_to (cr, x, y);
    }
}

static void
aq_sushi_chart_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  AqSushiChart *self = AQ_SUSHI_CHART (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA text;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  gtk_style_context_get_color (style, &text);

  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    {
      cairo_translate (cr, width, 0);
      cairo_scale (cr, -1, 1);
    }

  /* The capacity, and nothing. */
  cairo_set_line_width (cr, 1);
  cairo_set_source_rgba (cr, text.red, text.green, text.blue, 0.25);
  cairo_move_to (cr, 0, height - 1.5);
  cairo_line_to (cr, width, height - 1.5);
  cairo_stroke (cr);
  cairo_set_dash (cr, (double[]) { 3, 3 }, 2, 0);
  cairo_move_to (cr, 0, 3.5);
  cairo_line_to (cr, width, 3.5);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);

  if (self->points->len > 0)
    {
      trace_lengths (self, cr, width, height);
      cairo_line_to (cr, width, height - 2);
      cairo_line_to (cr, MAX (0, width * (1 - (self->now - g_array_index (self->points, Point, 0).time) /
                                              (double) SPAN)), height - 2);
      cairo_close_path (cr);
      cairo_set_source_rgba (cr, 0.851, 0.282, 0.169, 0.22);
      cairo_fill (cr);

      trace_lengths (self, cr, width, height);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_line_width (cr, 2);
      cairo_set_source_rgb (cr, 0.851, 0.282, 0.169);
      cairo_stroke (cr);
    }

  cairo_destroy (cr);
}

static void
aq_sushi_chart_finalize (GObject *object)
{
  g_array_unref (AQ_SUSHI_CHART (object)->points);

  G_OBJECT_CLASS (aq_sushi_chart_parent_class)->finalize (object);
}

static void
aq_sushi_chart_class_init (AqSushiChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aq_sushi_chart_finalize;
  widget_class->snapshot = aq_sushi_chart_snapshot;
  gtk_widget_class_set_css_name (widget_class, "sushichart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
aq_sushi_chart_init (AqSushiChart *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
}

/* @time: in microseconds, and never before the last */
void
aq_sushi_chart_note (AqSushiChart *self,
                     gint64        time,
                     guint         length,
                     guint         capacity)
{
  Point point = { time, length };
  guint n_old = 0;

  if (self->points->len > 1 && time - g_array_index (self->points, Point, self->points->len - 2).time < STEP)
    g_array_index (self->points, Point, self->points->len - 1) = point;
  else
    g_array_append_val (self->points, point);

  while (n_old + 1 < self->points->len &&
         time - g_array_index (self->points, Point, n_old + 1).time > SPAN)
    n_old++;
  if (n_old > 0)
    g_array_remove_range (self->points, 0, n_old);

  self->now = time;
  self->capacity = capacity;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
