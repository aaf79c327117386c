/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the controls as a screen reader does, on the bus for accessibility, and clicks
 * them there. */

#include "test-sushi-driver.h"

#include <glib/gstdio.h>

#define ATSPI "org.a11y.atspi."
#define REGISTRY ATSPI "Registry"
#define ROOT "/org/a11y/atspi/accessible/root"

/* A bit of the states: see atspi-constants.h. */
#define STATE_FOCUSABLE 11

/* Something that one sees, or hears of. */
typedef struct
{
  char *owner;
  char *path;
  char *role;
  char *name;
} Node;

static GDBusConnection *accessibility;

static void
node_free (Node *node)
{
  g_free (node->owner);
  g_free (node->path);
  g_free (node->role);
  g_free (node->name);
  g_free (node);
}

/* Returns: (nullable) (transfer full): NULL if it is gone, which it may be at any time */
static GVariant *
call (const Node *node,
      const char *interface,
      const char *method,
      GVariant   *parameters)
{
  return g_dbus_connection_call_sync (accessibility, node->owner, node->path, interface, method,
                                      parameters, NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
                                      NULL, NULL);
}

static char *
get_property (const Node *node,
              const char *name)
{
  g_autoptr (GVariant) reply = call (node, "org.freedesktop.DBus.Properties", "Get",
                                     g_variant_new ("(ss)", ATSPI "Accessible", name));
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return g_strdup ("");

  g_variant_get (reply, "(v)", &value);

  return g_variant_dup_string (value, NULL);
}

/* All that there is at one time. In a rush hour an answer comes with a turn of the main
 * loop, so what can be asked is asked at once. */
typedef struct
{
  GPtrArray *nodes;
  guint n_questions; /* without an answer */
} Look;

typedef struct
{
  Look *look;
  Node *node;
  void (*take) (Look *look, Node *node, GVariant *answer);
} Question;

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                               NULL);

  question->look->n_questions--;
  if (answer != NULL) /* it may be gone at any time */
    question->take (question->look, question->node, answer);
}

static void
ask (Look       *look,
     Node       *node,
     const char *interface,
     const char *method,
     GVariant   *parameters,
     void      (*take) (Look *look, Node *node, GVariant *answer))
{
  Question *question = g_new (Question, 1);

  *question = (Question) { look, node, take };
  look->n_questions++;
  g_dbus_connection_call (accessibility, node->owner, node->path, interface, method, parameters,
                          NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, answered_cb, question);
}

static void
take_name (Look     *look,
           Node     *node,
           GVariant *answer)
{
  g_autoptr (GVariant) name = NULL;

  g_variant_get (answer, "(v)", &name);
  g_free (node->name);
  node->name = g_variant_dup_string (name, NULL);
}

static void
take_role (Look     *look,
           Node     *node,
           GVariant *answer)
{
  g_variant_get (answer, "(s)", &node->role);
}

static void
take_children (Look     *look,
               Node     *node,
               GVariant *answer)
{
  g_autoptr (GVariantIter) iter = NULL;
  char *owner, *path;

  g_variant_get (answer, "(a(so))", &iter);
  while (g_variant_iter_next (iter, "(so)", &owner, &path))
    {
      Node *child = g_new0 (Node, 1);

      child->owner = owner;
      child->path = path;
      child->name = g_strdup ("");
      g_ptr_array_add (look->nodes, child);
      ask (look, child, "org.freedesktop.DBus.Properties", "Get",
           g_variant_new ("(ss)", ATSPI "Accessible", "Name"), take_name);
      ask (look, child, ATSPI "Accessible", "GetRoleName", NULL, take_role);
      ask (look, child, ATSPI "Accessible", "GetChildren", NULL, take_children);
    }
}

/* Returns: (transfer full) (element-type Node): all there is */
static GPtrArray *
look (void)
{
  static Node root = { (char *) REGISTRY, (char *) ROOT, NULL, NULL };
  Look look = { g_ptr_array_new_with_free_func ((GDestroyNotify) node_free), 0 };

  ask (&look, &root, ATSPI "Accessible", "GetChildren", NULL, take_children);
  while (look.n_questions > 0)
    g_main_context_iteration (NULL, TRUE);

  return look.nodes;
}

static const Node *
find (GPtrArray  *nodes,
      const char *role,
      const char *name)
{
  for (guint i = 0; i < nodes->len; i++)
    {
      const Node *node = nodes->pdata[i];

      if (g_strcmp0 (node->name, name) == 0 &&
          (role == NULL || (node->role != NULL && strstr (node->role, role) != NULL)))
        return node;
    }

  return NULL;
}

static gboolean
sees (const char *name)
{
  g_autoptr (GPtrArray) nodes = look ();

  return find (nodes, NULL, name) != NULL;
}

static gboolean
is_clicked (const char *name)
{
  g_autoptr (GPtrArray) nodes = look ();
  const Node *button = find (nodes, "button", name);
  g_autoptr (GVariant) reply = NULL;
  gboolean is_done = FALSE;

  reply = button != NULL ? call (button, ATSPI "Action", "DoAction", g_variant_new ("(i)", 0))
                         : NULL;
  if (reply != NULL)
    g_variant_get (reply, "(b)", &is_done);

  return is_done;
}

/* A button may not be there yet, or not be sensitive: that comes with the next frame. */
static void
click (const char *name)
{
  wait_until (is_clicked (name));
}

static char *
get_description (void)
{
  g_autoptr (GPtrArray) nodes = look ();
  const Node *belt = find (nodes, NULL, "Sushi belt");

  g_assert_nonnull (belt);

  return get_property (belt, "Description");
}

static gboolean
is_described_as (const char *beginning)
{
  g_autofree char *description = get_description ();

  return g_str_has_prefix (description, beginning);
}

static gboolean
is_control (const Node *node)
{
  static const char * const roles[] = { "button", "check", "slider", "toggle" };

  for (guint i = 0; node->role != NULL && i < G_N_ELEMENTS (roles); i++)
    if (strstr (node->role, roles[i]) != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
is_focusable (const Node *node)
{
  g_autoptr (GVariant) reply = call (node, ATSPI "Accessible", "GetState", NULL);
  g_autoptr (GVariant) states = NULL;
  guint32 low;

  g_assert_nonnull (reply);
  states = g_variant_get_child_value (reply, 0);
  g_variant_get_child (states, 0, "u", &low);

  return (low & 1u << STATE_FOCUSABLE) != 0;
}

/* Each step of the tour sets a scene, and what was told before tells nothing of it. */
static void
click_to_scene (const char *name)
{
  guint n_scenes = now.scenes;

  click (name);
  wait_until (now.scenes > n_scenes);
}

static void
test_names (void)
{
  /* What is there to be clicked, and to be dragged. */
  static const char * const names[] = {
    "Add a chef", "Send a chef home", "Pace of the chefs", "One who cooks in another thread",
    "Put a Plate", "Add a customer", "Let a customer go", "Pace of the customers",
    "Change One’s Mind", "Capacity", "Oldest first", "Newest first", "Gold first",
    "Close the kitchen", "Close the kitchen now", "Open the kitchen", "Rush Hour",
    "Pause everything", "Tour", "Menu",
  };
  g_autoptr (GPtrArray) nodes = look ();
  guint n_focusable = 0;

  g_test_summary ("All that one can do is there by name, and for the keyboard.");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gboolean is_reached = FALSE;

      for (guint j = 0; j < nodes->len; j++)
        if (g_strcmp0 (((Node *) nodes->pdata[j])->name, names[i]) == 0 &&
            is_control (nodes->pdata[j]))
          is_reached |= is_focusable (nodes->pdata[j]);

      if (!is_reached)
        g_error ("“%s” is not there for the keyboard", names[i]);
      n_focusable++;
    }

  g_assert_cmpuint (n_focusable, ==, G_N_ELEMENTS (names));

  /* Nothing is read out that was not meant to be. */
  for (guint i = 0; i < nodes->len; i++)
    {
      const Node *node = nodes->pdata[i];

      if (strchr (node->name, '_') != NULL || g_str_has_prefix (node->name, "Aq") ||
          (is_control (node) && *node->name == '\0'))
        g_error ("a %s has the name “%s”", node->role, node->name);
    }
}

static void
test_clicks (void)
{
  g_test_summary ("Who clicks sees the queue do what was asked for, and nothing is lost.");

  set_scene ("scene((0, 2, 0, 8))");
  act ("customer-pace(20.0)");
  wait_until (now.waiting_customers == 2);

  click ("Put a Plate");
  wait_until (now.eaten == before.eaten + 1 && now.waiting_customers == 2);

  click ("Add a customer");
  wait_until (now.waiting_customers == 3);
  wait_until (sees ("3 customers"));
  click ("Let a customer go");
  wait_until (now.waiting_customers == 2);

  /* While all is paused nobody comes to a decision. */
  click ("Pause everything");
  click ("Change One’s Mind");
  wait_until (now.waiting_customers == 1);
  click ("Pause everything");
  wait_until (now.waiting_customers == 2);

  click ("Add a chef");
  act ("chef-pace(20.0)");
  wait_until (now.eaten >= before.eaten + 5);
  click ("Gold first");
  click ("Newest first");
  click ("Oldest first");
  click ("Rush Hour");
  wait_until (now.prepared >= before.prepared + 5000);
  click ("Rush Hour");

  click ("Close the kitchen");
  wait_until (now.state == FINISHED);
  rest ();
  g_assert_cmpuint (now.dropped, ==, before.dropped);

  click ("Open the kitchen");
  wait_until (now.state == OPEN);
  click ("Close the kitchen now");
  wait_until (now.state == FINISHED);
  rest ();
}

static void
test_description (void)
{
  g_test_summary ("The belt is described as it is now.");

  set_scene ("scene((0, 2, 0, 8))");
  wait_until (now.waiting_customers == 2 && now.rests);
  wait_until (is_described_as ("The belt is empty. 0 of 8 plates. 2 customers wait."));

  set_scene ("scene((1, 0, 8, 8))");
  act ("chef-pace(20.0)");
  wait_until (now.waiting_chefs == 1 && now.rests);
  wait_until (is_described_as ("The belt is full. 8 of 8 plates. 1 chef waits."));

  act ("close-kitchen");
  wait_until (now.state == DRAINING && now.rests);
  wait_until (is_described_as ("Closing time. 8 of 8 plates. Nobody waits."));
}

static void
test_tour (void)
{
  static const char * const titles[] = {
    "An empty belt", "A full belt", "Many customers", "Changing one’s mind", "Closing time",
    "Nobody freezes",
  };

  g_test_summary ("The tour can be taken from the first step to the last.");

  click_to_scene ("Tour");

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      wait_until (sees (titles[i]));

      /* What each step invites one to try. */
      switch (i)
        {
        case 0:
          wait_until (now.waiting_customers == 3);
          before = now;
          click ("Put a Plate");
          wait_until (now.got == before.got + 1);
          break;

        case 1:
          wait_until (now.waiting_chefs == 3);
          before = now;
          click ("Add a Customer");
          wait_until (now.got > before.got);
          break;

        case 2:
          wait_until (now.waiting_customers > 0);
          click ("Add a Chef");
          wait_until (sees ("2 chefs"));
          break;

        case 3:
          wait_until (now.waiting_customers == 5);
          act ("pause");
          click ("Change One’s Mind");
          wait_until (now.waiting_customers == 4);
          act ("pause");
          break;

        case 4:
          wait_until (now.length > 0);
          before = now;
          click ("Close the Kitchen");
          wait_until (now.state != OPEN);
          break;

        default:
          before = now;
          wait_until (now.prepared >= before.prepared + 1000);
          hurries = TRUE;
          wait_until (now.prepared >= before.prepared + 10000 && now.frames >= before.frames + 60);
          hurries = FALSE;
          break;
        }

      click_to_scene (i + 1 < G_N_ELEMENTS (titles) ? "Next" : "Done");
    }

  /* And all is as at first. */
  wait_until (now.capacity == 10 && sees ("2 chefs") && sees ("3 customers"));
}

static void
test_help (void)
{
  g_test_summary ("There is a window of shortcuts, and one about the program.");

  act ("show-help-overlay");
  wait_until (sees ("Change one’s mind"));
  wait_until (sees ("Put a gold plate"));

  act_on_app ("about");
  wait_until (sees ("© 2026 The Aqueue authors"));
}

/* Asks the bus of the session for that of accessibility, as GTK does. */
static void
connect_to_accessibility (void)
{
  g_autoptr (GDBusConnection) session = driver_connect ();
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *address;

  reply = g_dbus_connection_call_sync (session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus",
                                       "GetAddress", NULL, G_VARIANT_TYPE ("(s)"),
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(&s)", &address);

  accessibility =
    g_dbus_connection_new_for_address_sync (address,
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Returns: (nullable) (transfer full): where it is told how to start that bus */
static char *
find_service_folder (void)
{
  const char * const *folders = g_get_system_data_dirs ();

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (folders[i], "dbus-1", "services", NULL);
      g_autofree char *service = g_build_filename (folder, "org.a11y.Bus.service", NULL);

      if (g_file_test (service, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&folder);
    }

  return NULL;
}

static char *service_folder;

/* Each of the tests above in a program of its own. */
static void
with_program (void (*test) (void))
{
  if (service_folder == NULL)
    {
      driver_skip ("there is no at-spi2-core");
      return;
    }

  connect_to_accessibility ();
  driver_start ("atspi");

  /* GTK tells the bus of a window when it is idle, which one that draws all the time on
   * a slow machine never is. A new scene goes on. */
  act ("pause");
  wait_until (sees ("Sushi belt"));
  test ();
  driver_stop ();
  g_clear_object (&accessibility);
}

int
main (int   argc,
      char *argv[])
{
  static const DriverTest tests[] = {
    { "/sushi-access/names", with_program, test_names },
    { "/sushi-access/clicks", with_program, test_clicks },
    { "/sushi-access/description", with_program, test_description },
    { "/sushi-access/tour", with_program, test_tour },
    { "/sushi-access/help", with_program, test_help },
  };
  g_autofree char *runtime = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *socket = NULL;
  int status;

  /* The bus for accessibility is made there, and not shared with other tests. */
  runtime = g_dir_make_tmp ("aq-sushi-XXXXXX", NULL);
  folder = g_build_filename (runtime, "at-spi", NULL);
  socket = g_build_filename (folder, "bus", NULL);
  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);

  service_folder = find_service_folder ();
  status = driver_main (argc, argv, tests, G_N_ELEMENTS (tests), service_folder);
  g_free (service_folder);

  g_remove (socket);
  g_rmdir (folder);
  g_rmdir (runtime);

  return status;
}
