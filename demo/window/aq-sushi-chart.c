/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-chart.h"

#include <math.h>

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

/* Where the curve is drawn, beside and between its figures. */
typedef struct
{
  double left;
  double top;
  double width;
  double height;
  guint most;    /* plates, at @top */
} Plot;

static double
get_x (AqSushiChart *self,
       const Plot   *plot,
       gint64        time)
{
  return plot->left + plot->width * MAX (0, 1 - (self->now - time) / (double) SPAN);
}

static double
get_y (const Plot *plot,
       guint       length)
{
  return plot->top + plot->height * (1 - length / (double) plot->most);
}

/* A belt that was made shorter may hold more than it has places. */
static guint
get_most (AqSushiChart *self)
{
  guint most = MAX (self->capacity, 1);

  for (guint i = 0; i < self->points->len; i++)
    most = MAX (most, g_array_index (self->points, Point, i).length);

  return most;
}

static void
trace_lengths (AqSushiChart *self,
               cairo_t      *cr,
               const Plot   *plot)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);
      double x = get_x (self, plot, point->time);
      double y = get_y (plot, point->length);
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
draw_lengths (AqSushiChart *self,
              cairo_t      *cr,
              const Plot   *plot)
{
  if (self->points->len == 0)
    return;

  trace_lengths (self, cr, plot);
  cairo_line_to (cr, plot->left + plot->width, get_y (plot, 0));
  cairo_line_to (cr, get_x (self, plot, g_array_index (self->points, Point, 0).time),
                 get_y (plot, 0));
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, 0.851, 0.282, 0.169, 0.22);
  cairo_fill (cr);

  trace_lengths (self, cr, plot);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 2);
  cairo_set_source_rgb (cr, 0.851, 0.282, 0.169);
  cairo_stroke (cr);
}

/* How many places there are, and none. */
static void
draw_lines (AqSushiChart *self,
            cairo_t      *cr,
            const Plot   *plot)
{
  double y = floor (get_y (plot, 0)) + 0.5;

  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, plot->left, y);
  cairo_line_to (cr, plot->left + plot->width, y);
  cairo_stroke (cr);

  y = floor (get_y (plot, self->capacity)) + 0.5;
  cairo_set_dash (cr, (double[]) { 3, 3 }, 2, 0);
  cairo_move_to (cr, plot->left, y);
  cairo_line_to (cr, plot->left + plot->width, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* Beside the line that it belongs to. */
static void
draw_figure (AqSushiChart *self,
             cairo_t      *cr,
             const Plot   *plot,
             double        right,
             guint         number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autoptr (PangoLayout) figure = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width, height;

  pango_layout_get_pixel_size (figure, &width, &height);
  cairo_move_to (cr, right - width, get_y (plot, number) - height / 2.0);
  pango_cairo_show_layout (cr, figure);
}

/* The capacity, and beside it what there is room for. */
static void
draw_figures (AqSushiChart *self,
              cairo_t      *cr,
              const Plot   *plot,
              double        right,
              double        height)
{
  double y = get_y (plot, self->capacity);

  draw_figure (self, cr, plot, right, self->capacity);
  if (get_y (plot, 0) - y > height)
    draw_figure (self, cr, plot, right, 0);
  if (y - get_y (plot, plot->most) > height)
    draw_figure (self, cr, plot, right, plot->most);
}

static void
aq_sushi_chart_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  AqSushiChart *self = AQ_SUSHI_CHART (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  g_autofree char *widest = g_strdup_printf ("%u", get_most (self));
  g_autoptr (PangoLayout) figure = gtk_widget_create_pango_layout (widget, widest);
  int figure_width, figure_height;
  Plot plot = { 0, };
  GdkRGBA text;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  pango_layout_get_pixel_size (figure, &figure_width, &figure_height);

  plot.left = figure_width + 6;
  plot.width = width - plot.left - 1;
  plot.top = figure_height / 2.0;
  plot.height = height - figure_height;
  plot.most = get_most (self);

  cairo_set_source_rgba (cr, text.red, text.green, text.blue, 0.75 * text.alpha);
  draw_figures (self, cr, &plot, is_mirrored ? width : figure_width, figure_height);

  if (is_mirrored)
    {
      cairo_translate (cr, width, 0);
      cairo_scale (cr, -1, 1);
    }

  cairo_set_source_rgba (cr, text.red, text.green, text.blue, 0.4 * text.alpha);
  draw_lines (self, cr, &plot);
  draw_lengths (self, cr, &plot);

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

  if (self->points->len > 1 &&
      time - g_array_index (self->points, Point, self->points->len - 2).time < STEP)
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
