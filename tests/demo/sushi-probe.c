/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sushi-probe.h"

#define PROBE_PATH "/io/github/aqueue/Sushi/probe"

typedef struct
{
  AqSushiWindow *window;       /* (unowned): without which there is no object on the bus */
  GDBusConnection *connection; /* (owned) */
  guint object_id;

  guint64 n_frames;
  gint64 last_frame;           /* 0: at rest */
  gint64 longest_gap;          /* between frames, since the last scene */
  guint n_scenes;              /* that were set */
} Probe;

static const char interface_xml[] =
  "<node><interface name='io.github.aqueue.Sushi.Probe'>"
  "<property name='Numbers' type='a{sv}' access='read'/>"
  "</interface></node>";

static void
frame_cb (AqSushiBelt *belt,
          gboolean     is_last,
          Probe       *self)
{
  gint64 now = g_get_monotonic_time ();

  self->n_frames++;
  if (self->last_frame != 0)
    self->longest_gap = MAX (self->longest_gap, now - self->last_frame);
  self->last_frame = is_last ? 0 : now;
}

static void
scene_cb (GSimpleAction *action,
          GVariant      *parameter,
          Probe         *self)
{
  self->n_scenes++;
  self->longest_gap = 0;
}

/* What the window shows, as one reads it there. */
static void
insert_text (Probe        *self,
             GVariantDict *dict,
             const char   *label)
{
  GObject *child = gtk_widget_get_template_child (GTK_WIDGET (self->window),
                                                  AQ_SUSHI_TYPE_WINDOW, label);

  g_variant_dict_insert (dict, label, "s", gtk_label_get_text (GTK_LABEL (child)));
}

static GVariant *
get_numbers_cb (GDBusConnection  *connection,
                const char       *sender,
                const char       *path,
                const char       *interface,
                const char       *property,
                GError          **error,
                gpointer          user_data)
{
  Probe *self = user_data;
  AqSushiNumbers numbers;
  GVariantDict dict;

  aq_sushi_restaurant_count (aq_sushi_window_get_restaurant (self->window), &numbers);

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "length", "u", numbers.length);
  g_variant_dict_insert (&dict, "promised", "u", numbers.promised);
  g_variant_dict_insert (&dict, "capacity", "u", numbers.capacity);
  g_variant_dict_insert (&dict, "waiting-chefs", "u", numbers.waiting_chefs);
  g_variant_dict_insert (&dict, "waiting-customers", "u", numbers.waiting_customers);
  g_variant_dict_insert (&dict, "state", "u", (guint) numbers.state);
  g_variant_dict_insert (&dict, "prepared", "t", numbers.prepared);
  g_variant_dict_insert (&dict, "got", "t", numbers.got);
  g_variant_dict_insert (&dict, "eaten", "t", numbers.eaten);
  g_variant_dict_insert (&dict, "dropped", "t", numbers.dropped);
  g_variant_dict_insert (&dict, "lost", "x", numbers.lost);
  g_variant_dict_insert (&dict, "frames", "t", self->n_frames);
  g_variant_dict_insert (&dict, "longest-gap", "x", self->longest_gap);
  g_variant_dict_insert (&dict, "scenes", "u", self->n_scenes);
  insert_text (self, &dict, "plates_per_second");
  insert_text (self, &dict, "frames_per_second");

  return g_variant_dict_end (&dict);
}

static void
destroy_cb (AqSushiWindow *window,
            Probe         *self)
{
  g_dbus_connection_unregister_object (self->connection, self->object_id);
}

static void
probe_free (gpointer data)
{
  Probe *self = data;

  g_object_unref (self->connection);
  g_free (self);
}

void
sushi_probe_add (GApplication  *app,
                 AqSushiWindow *window)
{
  static const GDBusInterfaceVTable vtable = { .get_property = get_numbers_cb };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, &error);
  Probe *self = g_new0 (Probe, 1);

  g_assert_no_error (error);
  self->window = window;
  self->connection = g_object_ref (g_application_get_dbus_connection (app));
  self->object_id = g_dbus_connection_register_object (self->connection, PROBE_PATH,
                                                       node->interfaces[0], &vtable, self,
                                                       probe_free, &error);
  g_assert_no_error (error);

  g_signal_connect (window, "destroy", G_CALLBACK (destroy_cb), self);
  g_signal_connect (gtk_widget_get_template_child (GTK_WIDGET (window), AQ_SUSHI_TYPE_WINDOW,
                                                   "belt"),
                    "frame", G_CALLBACK (frame_cb), self);
  g_signal_connect (g_action_map_lookup_action (G_ACTION_MAP (window), "scene"),
                    "activate", G_CALLBACK (scene_cb), self);
}
