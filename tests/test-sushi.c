/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Runs aq-sushi, which $AQ_SUSHI names, on a display and a bus of its own, and does
 * there by actions what one can do in its window. */

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <cairo.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define APP_ID "io.github.aqueue.Sushi"
#define WINDOW_PATH "/io/github/aqueue/Sushi/window/1"

/* As many plates pass for each frame in a rush hour, however slow the machine. */
#define PLATES_PER_FRAME 20
#define N_FRAMES 60

/* Of a test that hangs; no verdict is taken from the time. */
#define PATIENCE_SECONDS 60

typedef struct
{
  guint length, capacity, waiting_chefs, waiting_customers, state;
  guint64 prepared, got, eaten, dropped, lost, frames;
  gint64 longest_gap;
  gboolean rests;
} Numbers;

enum
{
  OPEN,
  DRAINING,
  FINISHED,
};

static const char *program;
static GSubprocess *display;
static char *display_name;
static GTestDBus *bus;

/* Of the running test */
static GSubprocess *sushi;
static GDBusConnection *connection;
static GActionGroup *window;
static Numbers now;
static Numbers before;

static gboolean
timeout_cb (gpointer user_data)
{
  g_error ("waited for %s for too long: %u/%u on the belt, %u and %u wait, state %u, "
           "%" G_GUINT64_FORMAT " prepared, %" G_GUINT64_FORMAT " got, %" G_GUINT64_FORMAT " dropped",
           (const char *) user_data, now.length, now.capacity, now.waiting_chefs,
           now.waiting_customers, now.state, now.prepared, now.got, now.dropped);

  return G_SOURCE_REMOVE;
}

static void
numbers_cb (GActionGroup *group,
            const char   *name,
            GVariant     *state,
            gpointer      user_data)
{
  if (!g_str_equal (name, "numbers"))
    return;

  g_variant_lookup (state, "length", "u", &now.length);
  g_variant_lookup (state, "capacity", "u", &now.capacity);
  g_variant_lookup (state, "waiting-chefs", "u", &now.waiting_chefs);
  g_variant_lookup (state, "waiting-customers", "u", &now.waiting_customers);
  g_variant_lookup (state, "state", "u", &now.state);
  g_variant_lookup (state, "prepared", "t", &now.prepared);
  g_variant_lookup (state, "got", "t", &now.got);
  g_variant_lookup (state, "eaten", "t", &now.eaten);
  g_variant_lookup (state, "dropped", "t", &now.dropped);
  g_variant_lookup (state, "lost", "t", &now.lost);
  g_variant_lookup (state, "frames", "t", &now.frames);
  g_variant_lookup (state, "longest-gap", "x", &now.longest_gap);
  g_variant_lookup (state, "rests", "b", &now.rests);

  /* At every moment, in every state. */
  g_assert_cmpuint (now.lost, ==, 0);
}

#define wait_until(condition) \
  G_STMT_START { \
    guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, timeout_cb, (char *) #condition); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (patience); \
  } G_STMT_END

/* Actions are done in order, and each is seen before the next one's numbers. */
static void
act (const char *detailed_name)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  g_action_parse_detailed_name (detailed_name, &name, &target, &error);
  g_assert_no_error (error);
  g_action_group_activate_action (window, name, target);
}

/* Waits until nothing moves, and nothing is on its way to be told. */
static void
rest (void)
{
  wait_until (now.rests);
  g_assert_cmpuint (now.prepared, ==, now.got + now.dropped + now.length);
}

/* Sets a scene, and waits until the program has told its numbers from then. */
static void
set_scene (const char *scene)
{
  guint64 n_frames = now.frames;

  act (scene);
  wait_until (now.frames > n_frames + 5 || (now.frames > n_frames && now.rests));
  before = now;
}

static GSubprocess *
spawn (const char * const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "DISPLAY", display_name, TRUE);
  g_subprocess_launcher_setenv (launcher, "GDK_BACKEND", "x11", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSK_RENDERER", "cairo", TRUE);
  g_subprocess_launcher_setenv (launcher, "GTK_A11Y", "none", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "memory", TRUE);
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  g_subprocess_launcher_setenv (launcher, "LSAN_OPTIONS", "detect_leaks=0", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);

  return process;
}

static void
appeared_cb (GDBusConnection *source,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
start (void)
{
  const char * const argv[] = { program, NULL };
  gboolean has_appeared = FALSE;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  guint watch;

  now = before = (Numbers) { 0, };
  connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                       NULL, NULL, &error);
  g_assert_no_error (error);
  watch = g_bus_watch_name_on_connection (connection, APP_ID, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          appeared_cb, NULL, &has_appeared, NULL);
  sushi = spawn (argv);
  wait_until (has_appeared);
  g_bus_unwatch_name (watch);

  /* Once it answers it has a window. */
  reply = g_dbus_connection_call_sync (connection, APP_ID, "/io/github/aqueue/Sushi",
                                       "org.freedesktop.Application", "Activate",
                                       g_variant_new ("(a{sv})", NULL), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);

  window = G_ACTION_GROUP (g_dbus_action_group_get (connection, APP_ID, WINDOW_PATH));
  g_signal_connect (window, "action-state-changed", G_CALLBACK (numbers_cb), NULL);
  g_strfreev (g_action_group_list_actions (window));
  wait_until (now.frames > 0);
}

static void
stop (void)
{
  GActionGroup *app = G_ACTION_GROUP (g_dbus_action_group_get (connection, APP_ID,
                                                               "/io/github/aqueue/Sushi"));
  g_autoptr (GError) error = NULL;

  g_action_group_activate_action (app, "quit", NULL);
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  g_subprocess_wait_check (sushi, NULL, &error);
  g_assert_no_error (error);

  g_object_unref (app);
  g_clear_object (&window);
  g_clear_object (&sushi);
  g_clear_object (&connection);
}

static void
test_full (void)
{
  g_test_summary ("On a full belt puts wait, and more room lets them in; nothing is lost.");

  set_scene ("scene((3, 0, 6, 8))");
  act ("chef-pace(20.0)");
  wait_until (now.waiting_chefs == 3);
  g_assert_cmpuint (now.length, ==, 8);
  rest ();

  act ("capacity(9)");
  wait_until (now.length == 9);
  wait_until (now.waiting_chefs == 3);
  rest ();

  act ("remove-chef");
  wait_until (now.waiting_chefs == 2);
  rest ();
  g_assert_cmpuint (now.length, ==, 9);
  g_assert_cmpuint (now.prepared, ==, before.prepared + 3);

  /* Less room clears nothing away. */
  act ("capacity(4)");
  wait_until (now.capacity == 4);
  rest ();
  g_assert_cmpuint (now.length, ==, 9);
}

static void
test_empty (void)
{
  g_test_summary ("On an empty belt gets wait; one that is cancelled takes no plate with it.");

  set_scene ("scene((0, 4, 0, 8))");
  act ("customer-pace(20.0)");
  wait_until (now.waiting_customers == 4);
  rest ();
  g_assert_cmpuint (now.got, ==, before.got);

  act ("put-plate");
  wait_until (now.eaten == before.got + 1);
  wait_until (now.waiting_customers == 4);
  rest ();

  /* While all is paused nobody comes to a decision. */
  act ("pause");
  act ("change-mind");
  wait_until (now.waiting_customers == 3);
  act ("pause");
  wait_until (now.waiting_customers == 4);
  rest ();
  g_assert_cmpuint (now.got, ==, before.got + 1);
  g_assert_cmpuint (now.length, ==, 0);

  act ("remove-customer");
  wait_until (now.waiting_customers == 3);
  rest ();
}

static void
test_close (void)
{
  g_test_summary ("A closed kitchen's belt is eaten empty, or cleared at once; then it opens again.");

  set_scene ("scene((2, 2, 6, 8))");
  act ("chef-pace(0.1)");
  act ("customer-pace(20.0)");
  act ("close-kitchen");
  wait_until (now.state == FINISHED);
  act ("chef-pace(20.0)");
  rest ();
  g_assert_cmpuint (now.dropped, ==, before.dropped);
  g_assert_cmpuint (now.length, ==, 0);

  /* The chefs put first what they were left with. */
  act ("open");
  wait_until (now.state == OPEN && now.prepared >= before.prepared + 2);

  set_scene ("scene((0, 0, 7, 8))");
  act ("close-now");
  wait_until (now.state == FINISHED);
  rest ();
  g_assert_cmpuint (now.dropped, ==, before.dropped + 7);
}

static void
test_order (void)
{
  g_test_summary ("A change of the order moves all plates over to the new belt.");

  static const char * const orders[] = {
    "order::newest", "order::gold", "order::oldest", "order::gold", "order::newest", "order::oldest",
  };

  set_scene ("scene((2, 0, 6, 8))");
  act ("chef-pace(20.0)");
  wait_until (now.waiting_chefs == 2);

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      guint64 n_frames = now.frames;

      act (orders[i]);
      wait_until (now.frames > n_frames && now.waiting_chefs == 2);
      rest ();
      g_assert_cmpuint (now.length, ==, 8);
    }

  act ("add-customer");
  act ("customer-pace(20.0)");
  wait_until (now.eaten >= before.eaten + 8);
}

static void
test_thread (void)
{
  g_test_summary ("A chef in another thread puts and waits as the others do, and leaves when told.");

  set_scene ("scene((1, 1, 0, 4))");
  act ("remove-chef");
  act ("thread-chef");
  act ("chef-pace(20.0)");
  act ("customer-pace(20.0)");
  wait_until (now.eaten >= before.eaten + 10);

  act ("remove-customer");
  wait_until (now.waiting_chefs == 1);
  rest ();
  g_assert_cmpuint (now.length, ==, 4);

  act ("thread-chef");
  wait_until (now.waiting_chefs == 0);
  rest ();
}

static void
test_rush_hour (void)
{
  Numbers first;

  g_test_summary ("In a rush hour frames come between the plates: nobody freezes.");

  set_scene ("scene((5, 4, 0, 16))");
  act ("rush-hour");
  wait_until (now.prepared > before.prepared + 1000);

  first = now;
  wait_until (now.frames > first.frames + N_FRAMES);
  g_assert_cmpuint (now.prepared - first.prepared, >,
                    PLATES_PER_FRAME * (now.frames - first.frames));
  g_test_message ("figure: plates for each frame %" G_GUINT64_FORMAT,
                  (now.prepared - first.prepared) / (now.frames - first.frames));
  g_test_message ("longest time between two frames: %" G_GINT64_FORMAT " us", now.longest_gap);

  /* Whatever one does meanwhile. */
  act ("order::newest");
  act ("thread-chef");
  act ("capacity(3)");
  wait_until (now.capacity == 3);
  act ("order::gold");
  act ("remove-customer");
  act ("change-mind");
  first = now;
  wait_until (now.prepared > first.prepared + 10000);
  act ("close-now");
  wait_until (now.state == FINISHED);
  rest ();
  act ("open");
  first = now;
  wait_until (now.prepared > first.prepared + 10000);
  act ("rush-hour");
  act ("pause");
  rest ();
}

static void
test_tour (void)
{
  g_test_summary ("The tour begins with customers at an empty belt, and ends as all began.");

  act ("tour");
  wait_until (now.waiting_customers == 3 && now.rests);
  act ("tour");
  wait_until (now.capacity == 10 && now.frames > 0);
}

/* Each of the tests above in a program of its own. */
static void
run (gconstpointer data)
{
  void (*test) (void) = *(void (* const *) (void)) data;

  if (display == NULL)
    {
      if (g_getenv ("CI") != NULL)
        g_test_fail_printf ("there is no Xvfb, or no dbus-daemon");
      else
        g_test_skip ("there is no Xvfb, or no dbus-daemon");
      return;
    }

  start ();
  test ();
  stop ();
}

static double
get_brightness (cairo_surface_t *picture,
                guint           *n_colors)
{
  g_autoptr (GHashTable) colors = g_hash_table_new (NULL, NULL);
  int width = cairo_image_surface_get_width (picture);
  int height = cairo_image_surface_get_height (picture);
  double sum = 0;

  for (int y = 0; y < height; y++)
    {
      guint32 *row = (void *) (cairo_image_surface_get_data (picture) +
                               y * cairo_image_surface_get_stride (picture));

      for (int x = 0; x < width; x++)
        {
          g_hash_table_add (colors, GUINT_TO_POINTER (row[x] | 0xff000000));
          sum += (row[x] & 0xff) + (row[x] >> 8 & 0xff) + (row[x] >> 16 & 0xff);
        }
    }

  *n_colors = g_hash_table_size (colors);

  return sum / (3.0 * 255 * width * height);
}

static void
test_pictures (void)
{
  static const struct
  {
    const char *state, *width, *height, *dark;
  } pictures[] = {
    { "open", "1120", "740", NULL },
    { "open", "1120", "740", "--dark" },
    { "full", "360", "720", NULL },
    { "empty", "1120", "740", NULL },
    { "closed", "1120", "740", NULL },
  };
  GSubprocess *processes[G_N_ELEMENTS (pictures)];
  char *paths[G_N_ELEMENTS (pictures)];
  double brightness[G_N_ELEMENTS (pictures)];
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  g_test_summary ("A picture of each state can be taken, and shows what it should.");

  if (display == NULL)
    {
      g_test_skip ("there is no Xvfb, or no dbus-daemon");
      return;
    }

  folder = g_dir_make_tmp ("aq-sushi-XXXXXX", &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      const char *argv[] = {
        program, "--screenshot", NULL, "--state", pictures[i].state,
        "--width", pictures[i].width, "--height", pictures[i].height, pictures[i].dark, NULL
      };

      paths[i] = g_strdup_printf ("%s/%u.png", folder, i);
      argv[2] = paths[i];
      processes[i] = spawn (argv);
    }

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      cairo_surface_t *picture;
      guint n_colors;

      g_subprocess_wait_check (processes[i], NULL, &error);
      g_assert_no_error (error);

      picture = cairo_image_surface_create_from_png (paths[i]);
      g_assert_cmpint (cairo_surface_status (picture), ==, CAIRO_STATUS_SUCCESS);
      g_assert_cmpint (cairo_image_surface_get_width (picture), <=, atoi (pictures[i].width));
      g_assert_cmpint (cairo_image_surface_get_width (picture), >=, atoi (pictures[i].width) - 60);
      brightness[i] = get_brightness (picture, &n_colors);
      g_assert_cmpuint (n_colors, >, 500);
      cairo_surface_destroy (picture);

      g_remove (paths[i]);
      g_free (paths[i]);
      g_object_unref (processes[i]);
    }

  g_rmdir (folder);

  g_assert_cmpfloat (brightness[0], >, 0.6);
  g_assert_cmpfloat (brightness[1], <, 0.4);
  g_assert_cmpfloat (brightness[4], <, brightness[3]); /* the light is down */
}

/* What is installed beside the program is as the desktops expect it. */
static void
check_file (const char         *tool,
            const char * const *argv)
{
  g_autofree char *path = g_find_program_in_path (tool);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    {
      g_test_skip_printf ("there is no %s", tool);
      return;
    }

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
test_desktop_file (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "demo", "data",
                                                 APP_ID ".desktop", NULL);
  const char * const argv[] = { "desktop-file-validate", path, NULL };

  g_test_summary ("The desktop file is valid.");

  check_file (argv[0], argv);
}

static void
test_metainfo (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "demo", "data",
                                                 APP_ID ".metainfo.xml", NULL);
  const char * const argv[] = { "appstreamcli", "validate", "--no-net", path, NULL };

  g_test_summary ("The metainfo is valid.");

  check_file (argv[0], argv);
}

/* A test that fails ends at once, and with it all that it started: the display, and
 * the programs on it. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* A display of which the server picks the number, so that tests can run beside
 * each other. */
static void
start_display (void)
{
  g_autofree char *server = g_find_program_in_path ("Xvfb");
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;

  if (server == NULL || daemon == NULL)
    return;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  display = g_subprocess_launcher_spawn (launcher, &error, server, "-displayfd", "1",
                                         "-screen", "0", "1280x1024x24", "-dpi", "96",
                                         "-nolisten", "tcp", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (display));
  number = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  display_name = g_strconcat (":", number, NULL);

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
}

static void
stop_display (void)
{
  if (display == NULL)
    return;

  g_test_dbus_down (bus);
  g_object_unref (bus);
  g_subprocess_send_signal (display, SIGTERM);
  g_subprocess_wait (display, NULL, NULL);
  g_object_unref (display);
  g_free (display_name);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*func) (void);
  } tests[] = {
    { "/sushi/full/puts-wait", test_full },
    { "/sushi/empty/gets-wait", test_empty },
    { "/sushi/close/conserves", test_close },
    { "/sushi/order/conserves", test_order },
    { "/sushi/thread/conserves", test_thread },
    { "/sushi/rush-hour/nobody-freezes", test_rush_hour },
    { "/sushi/tour/sets-scenes", test_tour },
  };
  int status;

  g_test_init (&argc, &argv, NULL);

  program = g_getenv ("AQ_SUSHI");
  g_assert_nonnull (program);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i].func, run);
  g_test_add_func ("/sushi/pictures/show-states", test_pictures);
  g_test_add_func ("/sushi/data/desktop-file", test_desktop_file);
  g_test_add_func ("/sushi/data/metainfo", test_metainfo);

  start_display ();
  status = g_test_run ();
  stop_display ();

  return status;
}
