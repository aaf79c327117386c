/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sushi-pose.h"

#include "aq-sushi-chef.h"

typedef enum
{
  ENDING_AT_ONCE, /* with its rates told */
  ENDING_HELD,    /* all hands stop, and what moves arrives */
  ENDING_AT_REST, /* nothing happens by itself any more */
} Ending;

typedef struct
{
  const char *name;
  const char *deeds[12];
  gboolean (*is_there) (AqSushiRestaurant    *restaurant,
                        const AqSushiNumbers *numbers);
  const char *last_deed; /* (nullable): once it is there */
  Ending ending;         /* after that */
} Pose;

typedef struct
{
  const Pose *pose;
  double scale;
  char *path;
  guint tick_id;
  gboolean is_sitting;
  gboolean is_there;
  GError *error; /* (nullable) */
} Sitting;

static gboolean
is_anything (AqSushiRestaurant    *restaurant,
             const AqSushiNumbers *numbers)
{
  return TRUE;
}

static gboolean
is_open (AqSushiRestaurant    *restaurant,
         const AqSushiNumbers *numbers)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (restaurant);

  /* Each customer has a plate, and each chef the second. */
  return numbers->got >= 5 && numbers->prepared >= 9 + 3 &&
         aq_sushi_chef_get_done (chefs->pdata[0]) >= 0.3;
}

static gboolean
is_begun (AqSushiRestaurant    *restaurant,
          const AqSushiNumbers *numbers)
{
  return numbers->got >= 2;
}

static gboolean
is_rush_hour (AqSushiRestaurant    *restaurant,
              const AqSushiNumbers *numbers)
{
  return numbers->prepared >= 20000 && numbers->length >= 5;
}

/* A scene is of so many chefs, customers, plates, and places on the belt. */
static const Pose poses[] = {
  { "open",
    { "scene((3, 5, 9, 12))", "chef-pace(0.9)", "customer-pace(0.6)", NULL },
    is_open, NULL, ENDING_HELD },
  { "full",
    { "scene((3, 0, 10, 12))", "thread-chef", "chef-pace(4.0)", NULL },
    is_anything, NULL, ENDING_AT_REST },
  { "empty",
    { "scene((0, 5, 0, 10))", NULL },
    is_anything, NULL, ENDING_AT_REST },
  { "gold",
    { "scene((2, 2, 0, 12))", "order::gold", "customer-pace(0.6)", "put-plate", "put-plate",
      "put-plate", "put-plate", "put-plate", "put-plate", "put-gold", "put-gold", NULL },
    is_begun, NULL, ENDING_HELD },
  { "closing",
    { "scene((2, 4, 8, 9))", "customer-pace(0.8)", NULL },
    is_begun, "close-kitchen", ENDING_HELD },
  { "closed",
    { "scene((3, 4, 4, 10))", NULL },
    is_anything, "close-now", ENDING_AT_REST },
  { "rush-hour",
    { "scene((5, 4, 0, 16))", "rush-hour", NULL },
    is_rush_hour, NULL, ENDING_AT_ONCE },
  { "tour",
    { "tour", NULL },
    is_anything, NULL, ENDING_AT_REST },
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

static gpointer
get_part (AqSushiWindow *window,
          const char    *name)
{
  return gtk_widget_get_template_child (GTK_WIDGET (window), AQ_SUSHI_TYPE_WINDOW, name);
}

/* Whether the window tells a number, and not that it is measuring, or at rest. */
static gboolean
has_rates (AqSushiWindow *window)
{
  return g_ascii_isdigit (*gtk_label_get_text (get_part (window, "frames_per_second")));
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

  g_clear_error (&sitting->error);
  g_free (sitting->path);
  g_free (sitting);
}

/* Returns: whether it was there already */
static gboolean
get_there (Sitting       *sitting,
           AqSushiWindow *window)
{
  AqSushiRestaurant *restaurant = aq_sushi_window_get_restaurant (window);
  AqSushiNumbers numbers;

  if (sitting->is_there)
    return TRUE;

  aq_sushi_restaurant_count (restaurant, &numbers);
  if (!sitting->pose->is_there (restaurant, &numbers) ||
      (sitting->pose->ending == ENDING_AT_ONCE && !has_rates (window)))
    return FALSE;

  sitting->is_there = TRUE;
  if (sitting->pose->last_deed != NULL)
    do_deed (window, sitting->pose->last_deed);
  if (sitting->pose->ending == ENDING_HELD)
    {
      aq_sushi_restaurant_set_chef_pace (restaurant, 0);
      aq_sushi_restaurant_set_customer_pace (restaurant, 0);
    }

  return sitting->pose->ending == ENDING_AT_ONCE;
}

static gboolean
has_ended (Sitting       *sitting,
           AqSushiWindow *window)
{
  AqSushiRestaurant *restaurant = aq_sushi_window_get_restaurant (window);
  gboolean is_still = aq_sushi_belt_is_still (get_part (window, "belt"));
  AqSushiNumbers numbers;

  switch (sitting->pose->ending)
    {
    case ENDING_HELD:
      aq_sushi_restaurant_count (restaurant, &numbers);
      return is_still && numbers.untold == 0;

    case ENDING_AT_REST:
      return is_still && !aq_sushi_restaurant_is_busy (restaurant);

    case ENDING_AT_ONCE:
    default:
      return TRUE;
    }
}

static gboolean
return_cb (gpointer user_data)
{
  Sitting *sitting = g_task_get_task_data (user_data);

  if (sitting->error != NULL)
    g_task_return_error (user_data, g_steal_pointer (&sitting->error));
  else
    g_task_return_boolean (user_data, TRUE);

  return G_SOURCE_REMOVE;
}

/* Judged by what was drawn just now, and not by the time. */
static void
painted_cb (GdkFrameClock *clock,
            GTask         *task)
{
  AqSushiWindow *window = g_task_get_source_object (task);
  Sitting *sitting = g_task_get_task_data (task);

  if (!get_there (sitting, window) || !has_ended (sitting, window))
    return;

  take_picture (GTK_WINDOW (window), sitting->scale, sitting->path, &sitting->error);
  g_idle_add_full (G_PRIORITY_DEFAULT, return_cb, g_object_ref (task), g_object_unref);
  g_signal_handlers_disconnect_by_data (clock, task);
  gtk_widget_remove_tick_callback (GTK_WIDGET (window), sitting->tick_id);
}

/* There is no clock until the window is shown. */
static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  Sitting *sitting = g_task_get_task_data (user_data);

  if (!sitting->is_sitting)
    g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), user_data);
  sitting->is_sitting = TRUE;

  return G_SOURCE_CONTINUE;
}

gboolean
sushi_pose_exists (const char *name)
{
  return find_pose (name) != NULL;
}

/* Returns: (transfer full): the names of all, as one reads them */
char *
sushi_pose_list (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (poses); i++)
    g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ", poses[i].name);

  return g_string_free (names, FALSE);
}

void
sushi_pose_take_async (AqSushiWindow       *window,
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

  sitting->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb,
                                                   g_object_ref (task), g_object_unref);
}

gboolean
sushi_pose_take_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
