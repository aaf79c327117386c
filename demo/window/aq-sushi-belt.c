/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-belt.h"

#include "aq-sushi-scene.h"

#include <math.h>

#define CURTAIN_SECONDS 0.8

/* GTK_INTERFACE_CONTRAST_MORE, of GTK 4.20 */
#define CONTRAST_MORE 2

/*
 * AqSushiBelt: draws a restaurant as it is, and decides nothing.
 *
 * It moves by the time of the frame clock, and asks for no frames while nothing
 * moves.
 */
struct _AqSushiBelt
{
  GtkWidget parent_instance;

  AqSushiScene scene;
  GskRenderNode *room;    /* (nullable) (owned): what does not move */
  guint tick_id;
  gint64 last_frame_time; /* 0: at rest */
  gboolean is_still;
};

enum
{
  FRAME,
  BELT_PICKED,
  CUSTOMER_PICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AqSushiBelt, aq_sushi_belt, GTK_TYPE_WIDGET)

static gboolean
has_animations (AqSushiBelt *self)
{
  gboolean is_enabled;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)),
                "gtk-enable-animations", &is_enabled, NULL);

  return is_enabled;
}

/* By the name of the theme, or by a setting of its own, which GTK has since 4.20. */
static gboolean
has_high_contrast (AqSushiBelt *self)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));
  GObjectClass *klass = G_OBJECT_GET_CLASS (settings);
  g_autofree char *theme = NULL;
  int contrast = 0;

  g_object_get (settings, "gtk-theme-name", &theme, NULL);
  if (g_object_class_find_property (klass, "gtk-interface-contrast") != NULL)
    g_object_get (settings, "gtk-interface-contrast", &contrast, NULL);

  return contrast == CONTRAST_MORE ||
         (theme != NULL && (strstr (theme, "HighContrast") != NULL ||
                            g_str_has_suffix (theme, "-hc") ||
                            g_str_has_suffix (theme, "-hc-dark")));
}

static AqSushiLight
get_light (AqSushiBelt *self)
{
  GdkRGBA text;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &text);

  /* Light text is read on dark ground. */
  return (AqSushiLight) {
    .is_dark = text.red + text.green + text.blue > 1.5,
    .is_high_contrast = has_high_contrast (self),
  };
}

static void
update_layout (AqSushiBelt *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  AqSushiNumbers numbers;
  guint n_people;
  AqSushiLayout layout = { 0, };
  AqSushiLight light = get_light (self);

  aq_sushi_restaurant_count (self->scene.restaurant, &numbers);
  n_people = MAX (aq_sushi_restaurant_get_chefs (self->scene.restaurant)->len,
                  aq_sushi_restaurant_get_customers (self->scene.restaurant)->len);
  aq_sushi_layout_init (&layout, gtk_widget_get_width (widget), gtk_widget_get_height (widget),
                        gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL,
                        numbers.capacity, numbers.length, n_people);

  if (layout.width != self->scene.layout.width || layout.height != self->scene.layout.height ||
      light.is_dark != self->scene.light.is_dark ||
      light.is_high_contrast != self->scene.light.is_high_contrast)
    g_clear_pointer (&self->room, gsk_render_node_unref);

  self->scene.layout = layout;
  self->scene.light = light;
}

static double
get_curtain_due (AqSushiBelt *self)
{
  AqSushiNumbers numbers;

  aq_sushi_restaurant_count (self->scene.restaurant, &numbers);

  switch (numbers.state)
    {
    case AQ_QUEUE_STATE_OPEN:
      return 1;

    case AQ_QUEUE_STATE_DRAINING:
      return AQ_SUSHI_CURTAIN_CLOSING;

    case AQ_QUEUE_STATE_FINISHED:
    default:
      return 0;
    }
}

static gboolean
move_curtain (AqSushiBelt *self,
              double       seconds)
{
  double due = get_curtain_due (self);
  double step = seconds / CURTAIN_SECONDS;

  self->scene.curtain = self->scene.curtain < due ? MIN (due, self->scene.curtain + step)
                                      : MAX (due, self->scene.curtain - step);

  return self->scene.curtain != due;
}

/* Returns: whether there is more to come */
static gboolean
advance (AqSushiBelt *self,
         gint64       frame_time)
{
  gboolean has_news = aq_sushi_restaurant_take_news (self->scene.restaurant);
  gboolean is_busy = aq_sushi_restaurant_is_busy (self->scene.restaurant);
  gboolean is_rush_hour = aq_sushi_restaurant_is_rush_hour (self->scene.restaurant);
  gboolean is_moving;
  double seconds = 0;

  if (self->last_frame_time != 0)
    seconds = MIN (0.1, (frame_time - self->last_frame_time) / (double) G_USEC_PER_SEC);
  self->last_frame_time = frame_time;

  if (!has_animations (self))
    seconds = 1000;
  else if (is_busy)
    self->scene.seconds += seconds;

  update_layout (self);

  /* In a rush hour nobody can follow a plate with the eye. */
  is_moving = aq_sushi_sprites_advance (&self->scene.sprites, self->scene.restaurant,
                                        &self->scene.layout, is_rush_hour ? 1000 : seconds);
  is_moving |= move_curtain (self, seconds);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  self->is_still = !has_news && !is_moving;

  return is_busy || !self->is_still;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  AqSushiBelt *self = AQ_SUSHI_BELT (widget);
  gboolean has_more = advance (self, gdk_frame_clock_get_frame_time (clock));

  if (!has_more)
    {
      self->tick_id = 0;
      self->last_frame_time = 0;
    }

  g_signal_emit (self, signals[FRAME], 0, !has_more);

  return has_more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
changed_cb (AqSushiBelt *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
released_cb (GtkGestureClick *click,
             int              n_press,
             double           x,
             double           y,
             AqSushiBelt     *self)
{
  const AqSushiLayout *layout = &self->scene.layout;
  guint n = aq_sushi_restaurant_get_customers (self->scene.restaurant)->len;

  if (y < layout->lower + layout->lane / 2)
    {
      if (y > layout->upper - layout->lane / 2)
        g_signal_emit (self, signals[BELT_PICKED], 0);
      return;
    }

  for (guint i = 0; i < n; i++)
    if (fabs (x - aq_sushi_layout_person_x (layout, i, n)) < 38 * layout->people_scale)
      g_signal_emit (self, signals[CUSTOMER_PICKED], 0, i);
}

static void
aq_sushi_belt_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  AqSushiBelt *self = AQ_SUSHI_BELT (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget),
                                               gtk_widget_get_height (widget));
  cairo_t *cr;

  update_layout (self);

  if (self->room == NULL)
    {
      self->room = gsk_cairo_node_new (&bounds);
      cr = gsk_cairo_node_get_draw_context (self->room);
      aq_sushi_draw_room (cr, &self->scene.layout, &self->scene.light);
      cairo_destroy (cr);
    }

  gtk_snapshot_push_clip (snapshot, &bounds);
  gtk_snapshot_append_node (snapshot, self->room);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  self->scene.text = gtk_widget_get_pango_context (widget);
  aq_sushi_scene_draw (&self->scene, cr);
  cairo_destroy (cr);
  gtk_snapshot_pop (snapshot);
}

static void
aq_sushi_belt_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 300;
      *natural = 780;
    }
  else
    {
      *minimum = for_size < 0 ? 282 : CLAMP (for_size * 470 / 780, 282, 400);
      *natural = MAX (*minimum, 470);
    }
}

static void
aq_sushi_belt_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  changed_cb (AQ_SUSHI_BELT (widget));
}

static void
aq_sushi_belt_dispose (GObject *object)
{
  AqSushiBelt *self = AQ_SUSHI_BELT (object);

  aq_sushi_belt_set_restaurant (self, NULL);
  g_clear_pointer (&self->room, gsk_render_node_unref);

  G_OBJECT_CLASS (aq_sushi_belt_parent_class)->dispose (object);
}

static void
aq_sushi_belt_finalize (GObject *object)
{
  aq_sushi_sprites_clear (&AQ_SUSHI_BELT (object)->scene.sprites);

  G_OBJECT_CLASS (aq_sushi_belt_parent_class)->finalize (object);
}

static void
aq_sushi_belt_class_init (AqSushiBeltClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aq_sushi_belt_dispose;
  object_class->finalize = aq_sushi_belt_finalize;
  widget_class->snapshot = aq_sushi_belt_snapshot;
  widget_class->measure = aq_sushi_belt_measure;
  widget_class->size_allocate = aq_sushi_belt_size_allocate;

  /* For each frame, with whether it is the last for now. */
  signals[FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  /* With a pointer: the belt, or a customer by number. What follows is up to others. */
  signals[BELT_PICKED] = g_signal_new ("belt-picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CUSTOMER_PICKED] = g_signal_new ("customer-picked", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "sushibelt");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
aq_sushi_belt_init (AqSushiBelt *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  aq_sushi_sprites_init (&self->scene.sprites);
  self->scene.curtain = 1;
}

void
aq_sushi_belt_set_restaurant (AqSushiBelt       *self,
                              AqSushiRestaurant *restaurant)
{
  if (self->scene.restaurant != NULL)
    g_signal_handlers_disconnect_by_data (self->scene.restaurant, self);

  g_set_object (&self->scene.restaurant, restaurant);
  if (restaurant == NULL)
    return;

  g_signal_connect_object (restaurant, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}

/* Returns: whether all that is drawn has come to where it is due */
gboolean
aq_sushi_belt_is_still (AqSushiBelt *self)
{
  return self->is_still;
}
