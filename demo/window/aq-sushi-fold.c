/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-fold.h"

/*
 * AqSushiFold: its first child beside its second, or above it where there is
 * little room.
 */
struct _AqSushiFold
{
  GtkWidget parent_instance;

  int fold_width;
};

enum
{
  PROP_FOLD_WIDTH = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void aq_sushi_fold_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AqSushiFold, aq_sushi_fold, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                      aq_sushi_fold_buildable_init))

/* Who reads with larger letters has less room. */
static gboolean
is_side_by_side (AqSushiFold *self,
                 int          width)
{
  int dpi;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);

  return width >= self->fold_width * MAX (1, dpi / (96.0 * 1024));
}

static int
measure_child (GtkWidget      *child,
               GtkOrientation  orientation,
               int             for_size,
               int            *natural)
{
  int minimum;

  gtk_widget_measure (child, orientation, for_size, &minimum, natural, NULL, NULL);

  return minimum;
}

static void
aq_sushi_fold_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  GtkWidget *first = gtk_widget_get_first_child (widget);
  GtkWidget *second = gtk_widget_get_last_child (widget);
  int first_natural, second_natural, first_minimum, second_minimum;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      first_minimum = measure_child (first, orientation, -1, &first_natural);
      second_minimum = measure_child (second, orientation, -1, &second_natural);
      *minimum = MAX (first_minimum, second_minimum);
      *natural = first_natural + second_natural;
    }
  else if (is_side_by_side (AQ_SUSHI_FOLD (widget), for_size))
    {
      int second_width;

      measure_child (second, GTK_ORIENTATION_HORIZONTAL, -1, &second_width);
      first_minimum = measure_child (first, orientation, for_size - second_width, &first_natural);
      second_minimum = measure_child (second, orientation, second_width, &second_natural);
      *minimum = MAX (first_minimum, second_minimum);
      *natural = MAX (first_natural, second_natural);
    }
  else
    {
      first_minimum = measure_child (first, orientation, for_size, &first_natural);
      second_minimum = measure_child (second, orientation, for_size, &second_natural);
      *minimum = first_minimum + second_minimum;
      *natural = first_natural + second_natural;
    }
}

static void
aq_sushi_fold_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  GtkWidget *first = gtk_widget_get_first_child (widget);
  GtkWidget *second = gtk_widget_get_last_child (widget);
  GtkAllocation first_place = { 0, 0, width, height };
  GtkAllocation second_place = { 0, 0, width, height };

  if (is_side_by_side (AQ_SUSHI_FOLD (widget), width))
    {
      measure_child (second, GTK_ORIENTATION_HORIZONTAL, -1, &second_place.width);
      first_place.width = width - second_place.width;

      if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
        first_place.x = second_place.width;
      else
        second_place.x = first_place.width;
    }
  else
    {
      int natural;
      int second_minimum = measure_child (second, GTK_ORIENTATION_VERTICAL, width, &natural);

      first_place.height = height - second_minimum;
      second_place.y = first_place.height;
      second_place.height = second_minimum;
    }

  gtk_widget_size_allocate (first, &first_place, -1);
  gtk_widget_size_allocate (second, &second_place, -1);
}

static GtkSizeRequestMode
aq_sushi_fold_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
aq_sushi_fold_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (aq_sushi_fold_parent_class)->dispose (object);
}

static void
aq_sushi_fold_add_child (GtkBuildable *buildable,
                         GtkBuilder   *builder,
                         GObject      *child,
                         const char   *type)
{
  gtk_widget_set_parent (GTK_WIDGET (child), GTK_WIDGET (buildable));
}

static void
aq_sushi_fold_buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = aq_sushi_fold_add_child;
}

static void
aq_sushi_fold_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FOLD_WIDTH:
      g_value_set_int (value, AQ_SUSHI_FOLD (object)->fold_width);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aq_sushi_fold_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_FOLD_WIDTH:
      AQ_SUSHI_FOLD (object)->fold_width = g_value_get_int (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aq_sushi_fold_class_init (AqSushiFoldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aq_sushi_fold_dispose;
  object_class->get_property = aq_sushi_fold_get_property;
  object_class->set_property = aq_sushi_fold_set_property;
  widget_class->measure = aq_sushi_fold_measure;
  widget_class->size_allocate = aq_sushi_fold_size_allocate;
  widget_class->get_request_mode = aq_sushi_fold_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  /* From this width on, with text of the usual size, both fit side by side. */
  props[PROP_FOLD_WIDTH] = g_param_spec_int ("fold-width", NULL, NULL, 0, G_MAXINT, 0,
                                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                             G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
aq_sushi_fold_init (AqSushiFold *self)
{
}
