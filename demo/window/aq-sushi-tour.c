/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-tour.h"

/*
 * AqSushiTour: tells the story of the belt, in a few steps.
 *
 * Each sets its scene by actions, as a visitor could. They are looked up in the
 * window, so the tour knows no restaurant.
 */
struct _AqSushiTour
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *progress;
  GtkLabel *title;
  GtkLabel *text;
  GtkWidget *try_button;
  GtkWidget *back;
  GtkWidget *next;

  guint step;
};

typedef struct
{
  const char *title;
  const char *text;
  const char *deeds[12];
  const char *try_label;  /* (nullable) */
  const char *try_action; /* (nullable) */
} Step;

/* win.scene takes chefs, customers, plates on the belt, capacity. */
static const Step steps[] = {
  { "An empty belt",
    "Three customers want a plate, and there is none. Each <tt>get</tt> waits, in the order of "
    "the numbers. Waiting costs nothing, and blocks nobody. Put a plate, and see who is served.",
    { "win.scene((0, 3, 0, 8))", NULL },
    "Put a Plate", "win.put-plate" },
  { "A full belt",
    "Now there are chefs, and nobody eats. The belt has eight places. Once they are taken, each "
    "<tt>put</tt> waits with a plate in hand, so chefs cannot cook faster than people eat. "
    "Let a customer in, and see who puts first.",
    { "win.scene((3, 0, 6, 8))", "win.chef-pace(2.0)", NULL },
    "Add a Customer", "win.add-customer" },
  { "Many customers",
    "Six customers, one chef. Whoever has waited longest gets the next plate: "
    "first come, first served. Nobody pushes in, not even one who asks just as a plate comes.",
    { "win.scene((1, 6, 0, 8))", "win.chef-pace(2.0)", NULL },
    "Add a Chef", "win.add-chef" },
  { "Changing one’s mind",
    "A <tt>get</tt> that waits can be cancelled. Then it had no effect: no plate leaves the belt "
    "with it, and the next in line moves up. Try it, and watch the numbers, and <i>lost: 0</i>.",
    { "win.scene((0, 5, 0, 8))", "win.customer-pace(0.5)", NULL },
    "Change One’s Mind", "win.change-mind" },
  { "Closing time",
    "After <tt>shutdown</tt> nothing more can be put, and what is on the belt is eaten. Then each "
    "<tt>get</tt> fails, and the customers know that it is over. The chefs keep the plates that "
    "they could not put. “Close Now” clears the belt instead, and counts what was dropped.",
    { "win.scene((2, 3, 7, 8))", NULL },
    "Close the Kitchen", "win.close-kitchen" },
  { "Nobody freezes",
    "Chefs and customers without any delay, all in the main loop that also draws this window. "
    "See how many plates a second pass, and that the frames still come.",
    { "win.scene((5, 4, 0, 16))", "win.rush-hour", NULL },
    NULL, NULL },
};

G_DEFINE_FINAL_TYPE (AqSushiTour, aq_sushi_tour, GTK_TYPE_WIDGET)

static void
show_step (AqSushiTour *self,
           guint        step)
{
  const Step *shown = &steps[step];
  g_autofree char *progress = g_strdup_printf ("%u of %u", step + 1, (guint) G_N_ELEMENTS (steps));
  gboolean is_last = step + 1 == G_N_ELEMENTS (steps);

  self->step = step;
  gtk_label_set_text (self->progress, progress);
  gtk_label_set_text (self->title, shown->title);
  gtk_label_set_markup (self->text, shown->text);
  gtk_widget_set_visible (self->try_button, shown->try_action != NULL);
  if (shown->try_action != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->try_button), shown->try_label);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->try_button), shown->try_action);
    }
  gtk_widget_set_sensitive (self->back, step > 0);
  gtk_button_set_label (GTK_BUTTON (self->next), is_last ? "Done" : "Next");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  shown->title, -1);

  for (guint i = 0; shown->deeds[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      if (!g_action_parse_detailed_name (shown->deeds[i], &name, &target, NULL))
        g_assert_not_reached ();
      gtk_widget_activate_action_variant (GTK_WIDGET (self), name, target);
    }
}

static void
back_cb (AqSushiTour *self)
{
  show_step (self, self->step - 1);
}

static void
next_cb (AqSushiTour *self)
{
  if (self->step + 1 < G_N_ELEMENTS (steps))
    show_step (self, self->step + 1);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.tour", NULL);
}

static void
aq_sushi_tour_dispose (GObject *object)
{
  g_clear_pointer (&AQ_SUSHI_TOUR (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (aq_sushi_tour_parent_class)->dispose (object);
}

static void
aq_sushi_tour_class_init (AqSushiTourClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aq_sushi_tour_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aqueue/Sushi/aq-sushi-tour.ui");
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, box);
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, progress);
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, title);
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, text);
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, try_button);
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, back);
  gtk_widget_class_bind_template_child (widget_class, AqSushiTour, next);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "sushitour");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
aq_sushi_tour_init (AqSushiTour *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
aq_sushi_tour_start (AqSushiTour *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  show_step (self, 0);
  gtk_widget_grab_focus (self->next);
}

void
aq_sushi_tour_stop (AqSushiTour *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
