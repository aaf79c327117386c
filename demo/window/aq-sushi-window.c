/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-window.h"

#include "aq-sushi-chart.h"
#include "aq-sushi-customer.h"
#include "aq-sushi-deeds.h"
#include "aq-sushi-fold.h"
#include "aq-sushi-tour.h"
#include "aq-sushi-words.h"

#include <math.h>

#define DEFAULT_CAPACITY 10
#define N_CHEFS_AT_FIRST 2
#define N_CUSTOMERS_AT_FIRST 3

/* In a narrower window its title would be cut short. */
#define TITLE_MIN_WIDTH 420

/* Numbers that change faster cannot be read. */
#define READING_TIME (G_USEC_PER_SEC / 10)
#define LISTENING_TIME G_USEC_PER_SEC

/* Rates are told once a second, of as many seconds as it takes to count some plates. */
#define MAX_MARKS 5
#define ENOUGH_PLATES 10

#define MILLION 1000000

/* What was counted until a time. */
typedef struct
{
  gint64 time;
  guint64 n_prepared;
  guint64 n_frames;
} Mark;

/*
 * AqSushiWindow: owns a restaurant, and shows it.
 *
 * What one does is an action, which asks the restaurant; see aq-sushi-deeds.c.
 * What one sees is drawn by the belt, and told here in numbers and words.
 *
 * How a queue is used is best read elsewhere: demo/README.md says where.
 */
struct _AqSushiWindow
{
  GtkApplicationWindow parent_instance;

  AqSushiRestaurant *restaurant; /* (owned) */
  AqSushiBelt *belt;
  AqSushiChart *chart;
  AqSushiTour *tour;
  GtkWidget *story_box;
  GtkWidget *title;

  GtkLabel *headline;
  GtkLabel *story;
  GtkFlowBox *numbers;
  GtkLabel *values[7];           /* see @captions */
  GtkLabel *plates_per_second;
  GtkLabel *frames_per_second;
  GtkLabel *chefs_label;
  GtkLabel *customers_label;
  GtkRange *chef_pace;
  GtkRange *customer_pace;
  GtkSpinButton *capacity;

  char *description;             /* (nullable) (owned): of the belt, for those who listen */
  gint64 last_described;
  gint64 last_told;
  guint64 n_frames;
  Mark marks[MAX_MARKS];         /* the last first */
  guint n_marks;                 /* 0: at rest */
};

static const char * const captions[] = {
  "on the belt", "prepared", "eaten", "chefs wait", "customers wait", "dropped", "lost",
};

G_DEFINE_FINAL_TYPE (AqSushiWindow, aq_sushi_window, GTK_TYPE_APPLICATION_WINDOW)

static void
set_number (GtkLabel *label,
            guint64   number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  gsize n_digits = strlen (digits);
  g_autoptr (GString) text = g_string_new (NULL);

  if (number >= MILLION)
    {
      g_string_printf (text, "%.2f\u202fM", (double) number / MILLION);
      gtk_label_set_text (label, text->str);
      return;
    }

  /* In groups of three, with thin spaces. */
  for (gsize i = 0; i < n_digits; i++)
    {
      if (i > 0 && (n_digits - i) % 3 == 0)
        g_string_append (text, "\u202f");
      g_string_append_c (text, digits[i]);
    }

  gtk_label_set_text (label, text->str);
}

static void
tell_count (GtkLabel   *label,
            guint       n,
            const char *one,
            const char *many)
{
  g_autofree char *text = g_strdup_printf ("%u %s", n, n == 1 ? one : many);

  gtk_label_set_text (label, text);
}

/* One that was got twice is one less than none. */
static void
tell_lost (GtkLabel *label,
           gint64    n_lost)
{
  g_autofree char *text = NULL;

  set_number (label, ABS (n_lost));
  if (n_lost < 0)
    {
      text = g_strconcat ("−", gtk_label_get_text (label), NULL);
      gtk_label_set_text (label, text);
    }

  if (n_lost == 0)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (label), "bad");
      gtk_widget_add_css_class (GTK_WIDGET (label), "good");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (label), "good");
      gtk_widget_add_css_class (GTK_WIDGET (label), "bad");
    }
}

/* And how many are just being eaten, or on their way to be, so that it adds up. */
static void
tell_eaten (GtkLabel             *label,
            const AqSushiNumbers *numbers)
{
  guint64 n_at_table = numbers->got + numbers->promised - numbers->eaten;
  g_autofree char *markup = NULL;

  set_number (label, numbers->eaten);
  if (n_at_table == 0)
    return;

  markup = g_strdup_printf ("\u2066%s<span alpha='60%%' size='smaller'> "
                            "+%" G_GUINT64_FORMAT "</span>\u2069",
                            gtk_label_get_text (label), n_at_table);
  gtk_label_set_markup (label, markup);
}

static void
tell_numbers (AqSushiWindow        *self,
              const AqSushiNumbers *numbers)
{
  g_autofree char *belt = g_strdup_printf ("\u2066%u / %u\u2069",
                                           numbers->length, numbers->capacity);

  gtk_label_set_text (self->values[0], belt);
  set_number (self->values[1], numbers->prepared);
  tell_eaten (self->values[2], numbers);
  set_number (self->values[3], numbers->waiting_chefs);
  set_number (self->values[4], numbers->waiting_customers);
  set_number (self->values[5], numbers->dropped);
  tell_lost (self->values[6], numbers->lost);
  tell_count (self->chefs_label, aq_sushi_restaurant_get_chefs (self->restaurant)->len,
              "chef", "chefs");
  tell_count (self->customers_label, aq_sushi_restaurant_get_customers (self->restaurant)->len,
              "customer", "customers");
}

/* Not more often than one can listen to. */
static void
describe_belt (AqSushiWindow        *self,
               const AqSushiNumbers *numbers,
               const char           *headline,
               gboolean              is_last)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *description = NULL;

  if (now - self->last_described < LISTENING_TIME && !is_last)
    return;

  description = aq_sushi_words_describe (numbers, headline);
  if (g_strcmp0 (self->description, description) == 0)
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->belt),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  g_free (self->description);
  self->description = g_steal_pointer (&description);
  self->last_described = now;
}

static void
tell_words (AqSushiWindow        *self,
            const AqSushiNumbers *numbers,
            gboolean              is_last)
{
  const char *headline, *story;

  aq_sushi_words_for (numbers, aq_sushi_restaurant_is_paused (self->restaurant),
                      aq_sushi_restaurant_is_rush_hour (self->restaurant), &headline, &story);
  gtk_label_set_text (self->headline, headline);
  gtk_label_set_markup (self->story, story);
  describe_belt (self, numbers, headline, is_last);
}

static void
set_rate (GtkLabel *label,
          double    n_per_second)
{
  g_autofree char *text = NULL;

  /* What would be rounded up to ten needs no decimal. */
  if (n_per_second >= 9.95)
    {
      set_number (label, round (n_per_second));
      return;
    }

  text = g_strdup_printf ("%.1f", n_per_second);
  gtk_label_set_text (label, text);
}

static void
tell_rates (AqSushiWindow        *self,
            const AqSushiNumbers *numbers,
            gint64                now)
{
  Mark mark = { now, numbers->prepared, self->n_frames };
  const Mark *since = self->marks;

  if (self->n_marks == 0)
    {
      /* There is nothing to measure yet. */
      gtk_label_set_text (self->plates_per_second, "…");
      gtk_label_set_text (self->frames_per_second, "…");
    }
  else if (now - since->time < G_USEC_PER_SEC)
    {
      return;
    }
  else
    {
      double seconds;

      while (since + 1 < self->marks + self->n_marks &&
             mark.n_prepared < since->n_prepared + ENOUGH_PLATES)
        since++;

      seconds = (now - since->time) / (double) G_USEC_PER_SEC;
      set_rate (self->plates_per_second, (gint64) (mark.n_prepared - since->n_prepared) / seconds);
      set_rate (self->frames_per_second, (mark.n_frames - since->n_frames) / seconds);
    }

  memmove (self->marks + 1, self->marks, (MAX_MARKS - 1) * sizeof (Mark));
  self->marks[0] = mark;
  self->n_marks = MIN (self->n_marks + 1, MAX_MARKS);
}

static void
tell_rest (AqSushiWindow *self)
{
  gtk_label_set_text (self->plates_per_second, "0");
  gtk_label_set_text (self->frames_per_second, "at rest");
  self->n_marks = 0;
}

static void
tell (AqSushiWindow        *self,
      const AqSushiNumbers *numbers,
      gint64                now,
      gboolean              is_last)
{
  self->last_told = now;
  tell_numbers (self, numbers);
  tell_words (self, numbers, is_last);
  aq_sushi_chart_note (self->chart, now, numbers->length, numbers->capacity);
  aq_sushi_deeds_update (G_ACTION_MAP (self), self->restaurant);
}

static void
frame_cb (AqSushiBelt   *belt,
          gboolean       is_last,
          AqSushiWindow *self)
{
  gint64 now = g_get_monotonic_time ();
  AqSushiNumbers numbers;

  self->n_frames++;
  aq_sushi_restaurant_count (self->restaurant, &numbers);
  if (is_last)
    tell_rest (self);
  else
    tell_rates (self, &numbers, now);

  if (now - self->last_told >= READING_TIME || is_last)
    tell (self, &numbers, now, is_last);
}

/* The rest ends here, and not with the frame that comes of it. */
static void
changed_cb (AqSushiWindow *self)
{
  gint64 now = g_get_monotonic_time ();
  AqSushiNumbers numbers;

  if (self->n_marks > 0)
    return;

  aq_sushi_restaurant_count (self->restaurant, &numbers);
  tell_rates (self, &numbers, now);
  tell (self, &numbers, now, FALSE);
}

static void
belt_picked_cb (AqSushiBelt   *belt,
                AqSushiWindow *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self), "put-plate", NULL);
}

static void
customer_picked_cb (AqSushiBelt   *belt,
                    guint          i,
                    AqSushiWindow *self)
{
  aq_sushi_customer_change_mind (aq_sushi_restaurant_get_customers (self->restaurant)->pdata[i]);
}

/* The scale is one of powers: each step to the right is twice as fast. */
static void
pace_changed_cb (GtkRange      *range,
                 AqSushiWindow *self)
{
  const char *name = range == self->chef_pace ? "chef-pace" : "customer-pace";

  g_action_group_change_action_state (G_ACTION_GROUP (self), name,
                                      g_variant_new_double (exp2 (gtk_range_get_value (range))));
}

static void
capacity_changed_cb (GtkSpinButton *spin,
                     AqSushiWindow *self)
{
  int capacity = gtk_spin_button_get_value_as_int (spin);

  g_action_group_change_action_state (G_ACTION_GROUP (self), "capacity",
                                      g_variant_new_int32 (capacity));
}

/* However these were set, the controls show it. */
static void
action_state_changed_cb (GActionGroup  *group,
                         const char    *name,
                         GVariant      *state,
                         AqSushiWindow *self)
{
  if (g_str_equal (name, "capacity"))
    gtk_spin_button_set_value (self->capacity, g_variant_get_int32 (state));
  else if (g_str_equal (name, "chef-pace"))
    gtk_range_set_value (self->chef_pace, log2 (g_variant_get_double (state)));
  else if (g_str_equal (name, "customer-pace"))
    gtk_range_set_value (self->customer_pace, log2 (g_variant_get_double (state)));
}

/* So many chefs, customers, plates on the belt, and places there; the rest as at first. */
static void
set_scene_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  AqSushiWindow *self = user_data;
  GActionGroup *group = G_ACTION_GROUP (self);
  int n_chefs, n_customers, n_plates, capacity;

  g_variant_get (parameter, "(iiii)", &n_chefs, &n_customers, &n_plates, &capacity);
  g_action_group_change_action_state (group, "pause", g_variant_new_boolean (FALSE));
  g_action_group_change_action_state (group, "rush-hour", g_variant_new_boolean (FALSE));
  g_action_group_change_action_state (group, "thread-chef", g_variant_new_boolean (FALSE));
  g_action_group_change_action_state (group, "order", g_variant_new_string ("oldest"));
  g_action_group_change_action_state (group, "chef-pace", g_variant_new_double (1));
  g_action_group_change_action_state (group, "customer-pace", g_variant_new_double (1));
  g_action_group_change_action_state (group, "capacity", g_variant_new_int32 (capacity));
  aq_sushi_restaurant_set_scene (self->restaurant, n_chefs, n_customers, n_plates);
}

/* The tour tells its own story, and afterwards all is as at first. */
static void
set_tour_cb (GSimpleAction *action,
             GVariant      *state,
             gpointer       user_data)
{
  AqSushiWindow *self = user_data;
  gboolean is_on = g_variant_get_boolean (state);

  g_simple_action_set_state (action, state);
  gtk_widget_set_visible (self->story_box, !is_on);

  if (is_on)
    {
      aq_sushi_tour_start (self->tour);
    }
  else
    {
      aq_sushi_tour_stop (self->tour);
      g_action_group_activate_action (G_ACTION_GROUP (self), "scene",
                                      g_variant_new ("(iiii)", N_CHEFS_AT_FIRST,
                                                     N_CUSTOMERS_AT_FIRST, 0, DEFAULT_CAPACITY));
    }
}

static void
width_changed_cb (GObject       *object,
                  GParamSpec    *pspec,
                  AqSushiWindow *self)
{
  int width;

  g_object_get (object, "default-width", &width, NULL);
  gtk_widget_set_visible (self->title, width >= TITLE_MIN_WIDTH);
}

static void
add_numbers (AqSushiWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (captions); i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *value = gtk_label_new ("0");
      GtkWidget *caption = gtk_label_new (captions[i]);

      gtk_label_set_xalign (GTK_LABEL (value), 0);
      gtk_label_set_xalign (GTK_LABEL (caption), 0);
      gtk_label_set_ellipsize (GTK_LABEL (caption), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (value, "number");
      gtk_widget_add_css_class (caption, "caption");
      gtk_accessible_update_relation (GTK_ACCESSIBLE (value),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, caption, NULL, -1);
      gtk_box_append (GTK_BOX (box), value);
      gtk_box_append (GTK_BOX (box), caption);
      gtk_flow_box_insert (self->numbers, box, -1);
      gtk_widget_set_focusable (gtk_widget_get_parent (box), FALSE);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (gtk_widget_get_parent (box)),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, caption, NULL, -1);
      self->values[i] = GTK_LABEL (value);
    }

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->values[6]),
                               "Plates that have vanished; less than 0 if one was got twice");
}

static void
aq_sushi_window_dispose (GObject *object)
{
  AqSushiWindow *self = AQ_SUSHI_WINDOW (object);

  if (self->belt != NULL)
    aq_sushi_belt_set_restaurant (self->belt, NULL);
  if (self->restaurant != NULL)
    {
      aq_sushi_restaurant_close (self->restaurant, TRUE);
      aq_sushi_restaurant_dismiss (self->restaurant);
    }
  g_clear_object (&self->restaurant);

  G_OBJECT_CLASS (aq_sushi_window_parent_class)->dispose (object);
}

static void
aq_sushi_window_finalize (GObject *object)
{
  g_free (AQ_SUSHI_WINDOW (object)->description);

  G_OBJECT_CLASS (aq_sushi_window_parent_class)->finalize (object);
}

static void
aq_sushi_window_class_init (AqSushiWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aq_sushi_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = aq_sushi_window_finalize;

  g_type_ensure (AQ_SUSHI_TYPE_BELT);
  g_type_ensure (AQ_SUSHI_TYPE_CHART);
  g_type_ensure (AQ_SUSHI_TYPE_FOLD);
  g_type_ensure (AQ_SUSHI_TYPE_TOUR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aqueue/Sushi/aq-sushi-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, belt);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, chart);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, tour);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, story_box);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, title);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, headline);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, story);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, numbers);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, plates_per_second);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, frames_per_second);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, chefs_label);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, customers_label);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, chef_pace);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, customer_pace);
  gtk_widget_class_bind_template_child (widget_class, AqSushiWindow, capacity);
  gtk_widget_class_bind_template_callback (widget_class, frame_cb);
  gtk_widget_class_bind_template_callback (widget_class, belt_picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, customer_picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, pace_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, capacity_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, width_changed_cb);
}

static void
aq_sushi_window_init (AqSushiWindow *self)
{
  static const GActionEntry entries[] = {
    { "scene", set_scene_cb, "(iiii)", NULL, NULL, { 0 } },
    { "tour", NULL, NULL, "false", set_tour_cb, { 0 } },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  add_numbers (self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);

  self->restaurant = aq_sushi_restaurant_new (DEFAULT_CAPACITY);
  g_signal_connect (self, "action-state-changed", G_CALLBACK (action_state_changed_cb), self);
  aq_sushi_deeds_add (G_ACTION_MAP (self), self->restaurant);
  gtk_spin_button_set_value (self->capacity, DEFAULT_CAPACITY);
  aq_sushi_belt_set_restaurant (self->belt, self->restaurant);
  g_signal_connect_object (self->restaurant, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);

  for (guint i = 0; i < N_CHEFS_AT_FIRST; i++)
    aq_sushi_restaurant_add_chef (self->restaurant, FALSE);
  for (guint i = 0; i < N_CUSTOMERS_AT_FIRST; i++)
    aq_sushi_restaurant_add_customer (self->restaurant);
}

AqSushiWindow *
aq_sushi_window_new (GtkApplication *application)
{
  return g_object_new (AQ_SUSHI_TYPE_WINDOW, "application", application, NULL);
}

AqSushiRestaurant *
aq_sushi_window_get_restaurant (AqSushiWindow *self)
{
  return self->restaurant;
}
