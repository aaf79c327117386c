/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-pose.h"

#define LOOK_INTERVAL 50

typedef struct
{
  const char *name;
  const char *deeds[12];
  gboolean (*is_there) (const AqSushiNumbers *numbers);
  const char *last_deed; /* (nullable): once it is there */
  guint settle_ms;       /* after that */
} Pose;

typedef struct
{
  const Pose *pose;
  double scale;
  char *path;
  gint64 due; /* 0 until it is there */
} Sitting;

static gboolean
is_anything (const AqSushiNumbers *numbers)
{
  return TRUE;
}

static gboolean
is_full (const AqSushiNumbers *numbers)
{
  return numbers->length == numbers->capacity && numbers->waiting_chefs == 4;
}

static gboolean
is_empty (const AqSushiNumbers *numbers)
{
  return numbers->length == 0 && numbers->waiting_customers == 5;
}

/* A scene is of so many chefs, customers, plates, and places on the belt. */
static const Pose poses[] = {
  { "open",
    { "scene((3, 5, 9, 12))", "chef-pace(0.9)", "customer-pace(0.6)", NULL },
    is_anything, NULL, 3300 },
  { "full",
    { "scene((3, 2, 10, 12))", "thread-chef", "chef-pace(4.0)", "customer-pace(0.2)", NULL },
    is_full, NULL, 1200 },
  { "empty",
    { "scene((2, 5, 0, 10))", "chef-pace(0.25)", NULL },
    is_empty, NULL, 1200 },
  { "gold",
    { "scene((2, 2, 0, 12))", "order::gold", "customer-pace(0.6)", "put-plate", "put-plate",
      "put-plate", "put-plate", "put-plate", "put-plate", "put-gold", "put-gold", NULL },
    is_anything, NULL, 2200 },
  { "closing",
    { "scene((3, 4, 9, 10))", "customer-pace(0.8)", NULL },
    is_anything, "close-kitchen", 3200 },
  { "closed",
    { "scene((3, 4, 4, 10))", NULL },
    is_anything, "close-now", 4500 },
  { "rush-hour",
    { "scene((5, 4, 0, 16))", NULL },
    is_anything, "rush-hour", 4500 },
  { "tour",
    { "tour", NULL },
    is_anything, NULL, 1500 },
};

static const Pose *
find_pose (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (poses); i++)
    if (g_strcmp0 (name, poses[i].name) == 0)
      return &poses[i];

  return NULL;
}

static void
do_deed (AqSushiWindow *window,
         const char    *deed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (!g_action_parse_detailed_name (deed, &name, &target, NULL))
    g_assert_not_reached ();

  g_action_group_activate_action (G_ACTION_GROUP (window), name, target);
}

static graphene_rect_t
get_bounds (GtkWindow *window,
            GtkWidget *part)
{
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (part, GTK_WIDGET (window), &bounds))
    g_assert_not_reached ();

  return bounds;
}

/* The title bar and what is below it, without the frame, which differs from one
 * desktop to the other. */
static graphene_rect_t
get_inside (GtkWindow *window)
{
  graphene_rect_t bar = get_bounds (window, gtk_window_get_titlebar (window));
  graphene_rect_t inside = get_bounds (window, gtk_window_get_child (window));

  graphene_rect_union (&bar, &inside, &inside);

  return inside;
}

static gboolean
take_picture (GtkWindow   *window,
              double       scale,
              const char  *path,
              GError     **error)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  graphene_rect_t whole = get_bounds (window, GTK_WIDGET (window));
  graphene_rect_t inside = get_inside (window);

  /* The paintable is of the whole, with the frame, and begins there. */
  gtk_snapshot_scale (snapshot, scale, scale);
  gdk_paintable_snapshot (paintable, snapshot, whole.size.width, whole.size.height);
  node = gtk_snapshot_to_node (snapshot);
  graphene_rect_offset (&inside, -whole.origin.x, -whole.origin.y);
  graphene_rect_scale (&inside, scale, scale, &inside);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                         &inside);

  if (!gdk_texture_save_to_png (texture, path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” could not be written", path);
      return FALSE;
    }

  return TRUE;
}

static void
sitting_free (gpointer data)
{
  Sitting *sitting = data;

  g_free (sitting->path);
  g_free (sitting);
}

static gboolean
look_cb (gpointer user_data)
{
  GTask *task = user_data;
  AqSushiWindow *window = g_task_get_source_object (task);
  Sitting *sitting = g_task_get_task_data (task);
  AqSushiNumbers numbers;
  GError *error = NULL;

  aq_sushi_restaurant_count (aq_sushi_window_get_restaurant (window), &numbers);

  if (sitting->due == 0 && sitting->pose->is_there (&numbers))
    {
      if (sitting->pose->last_deed != NULL)
        do_deed (window, sitting->pose->last_deed);
      sitting->due = g_get_monotonic_time () + sitting->pose->settle_ms * 1000;
    }

  if (sitting->due == 0 || g_get_monotonic_time () < sitting->due)
    return G_SOURCE_CONTINUE;

  if (take_picture (GTK_WINDOW (window), sitting->scale, sitting->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);

  return G_SOURCE_REMOVE;
}

gboolean
aq_sushi_pose_exists (const char *name)
{
  return find_pose (name) != NULL;
}

/* Returns: (transfer full): the names of all, as one reads them */
char *
aq_sushi_pose_list (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (poses); i++)
    g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ", poses[i].name);

  return g_string_free (names, FALSE);
}

void
aq_sushi_pose_take_async (AqSushiWindow       *window,
                          const char          *name,
                          double               scale,
                          const char          *path,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (window, NULL, callback, user_data);
  Sitting *sitting = g_new0 (Sitting, 1);

  sitting->pose = find_pose (name);
  sitting->scale = scale;
  sitting->path = g_strdup (path);
  g_task_set_task_data (task, sitting, sitting_free);

  for (guint i = 0; sitting->pose->deeds[i] != NULL; i++)
    do_deed (window, sitting->pose->deeds[i]);

  g_timeout_add_full (G_PRIORITY_DEFAULT, LOOK_INTERVAL, look_cb, g_object_ref (task),
                      g_object_unref);
}

gboolean
aq_sushi_pose_take_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
