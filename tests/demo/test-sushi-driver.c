/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-sushi-driver.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#define APP_ID "io.github.aqueue.Sushi"
#define WINDOW_PATH "/io/github/aqueue/Sushi/window/1"

/* See sushi-probe.c. */
#define PROBE_PATH "/io/github/aqueue/Sushi/probe"
#define PROBE_INTERFACE "io.github.aqueue.Sushi.Probe"

static const char *program;
static GSubprocess *display;
static char *display_name;
static GTestDBus *bus;

/* Of the running test */
static GSubprocess *sushi;
static GDBusConnection *connection;
static GActionGroup *window;
static gboolean is_asking;
Numbers now;
Numbers before;
gboolean hurries;

gboolean
driver_timeout_cb (gpointer user_data)
{
  g_error ("waited for %s for too long: %u/%u on the belt, %u and %u wait, state %u, "
           "%" G_GUINT64_FORMAT " prepared, %" G_GUINT64_FORMAT " got, "
           "%" G_GUINT64_FORMAT " dropped",
           (const char *) user_data, now.length, now.capacity, now.waiting_chefs,
           now.waiting_customers, now.state, now.prepared, now.got, now.dropped);

  return G_SOURCE_REMOVE;
}

static void
take_text (GVariant   *state,
           const char *name,
           char       *text,
           gsize       size)
{
  const char *value;

  if (g_variant_lookup (state, name, "&s", &value))
    g_strlcpy (text, value, size);
}

static void
take_numbers (GVariant *state)
{
  g_variant_lookup (state, "length", "u", &now.length);
  g_variant_lookup (state, "promised", "u", &now.promised);
  g_variant_lookup (state, "capacity", "u", &now.capacity);
  g_variant_lookup (state, "waiting-chefs", "u", &now.waiting_chefs);
  g_variant_lookup (state, "waiting-customers", "u", &now.waiting_customers);
  g_variant_lookup (state, "state", "u", &now.state);
  g_variant_lookup (state, "prepared", "t", &now.prepared);
  g_variant_lookup (state, "got", "t", &now.got);
  g_variant_lookup (state, "eaten", "t", &now.eaten);
  g_variant_lookup (state, "dropped", "t", &now.dropped);
  g_variant_lookup (state, "lost", "x", &now.lost);
  g_variant_lookup (state, "frames", "t", &now.frames);
  g_variant_lookup (state, "longest-gap", "x", &now.longest_gap);
  take_text (state, "plates_per_second", now.plates_per_second, sizeof now.plates_per_second);
  take_text (state, "frames_per_second", now.frames_per_second, sizeof now.frames_per_second);
  now.rests = g_str_equal (now.frames_per_second, "at rest");

  g_variant_lookup (state, "scenes", "u", &now.scenes);
  if (now.scenes != before.scenes)
    before = now;

  /* At every moment, in every state. */
  g_assert_cmpint (now.lost, ==, 0);
  g_assert_cmpuint (now.prepared, ==, now.got + now.promised + now.length + now.dropped);

  if (hurries)
    {
      g_assert_false (now.rests);
      g_assert_cmpstr (now.plates_per_second, !=, "0");
    }
}

static void
described_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                              NULL);
  g_autoptr (GVariant) state = NULL;

  /* The test that asked may be over. */
  if (G_DBUS_CONNECTION (source) != connection)
    return;

  is_asking = FALSE;
  if (reply == NULL)
    return; /* it is not there yet, or any more */

  g_variant_get (reply, "(v)", &state);
  take_numbers (state);
}

gboolean
driver_ask_cb (gpointer user_data)
{
  if (connection == NULL || is_asking)
    return G_SOURCE_CONTINUE;

  is_asking = TRUE;
  g_dbus_connection_call (connection, APP_ID, PROBE_PATH, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", PROBE_INTERFACE, "Numbers"),
                          G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, described_cb, NULL);

  return G_SOURCE_CONTINUE;
}

/* Actions are done in order, and each is seen before the next one's numbers. One that is
 * disabled is not done: what can be done follows the numbers, when the window rests at
 * the latest. */
void
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
void
rest (void)
{
  wait_until (now.rests);
}

/* Sets a scene, and waits until the program has told its numbers from then. */
void
set_scene (const char *scene)
{
  guint n_scenes = now.scenes;

  act (scene);
  wait_until (now.scenes > n_scenes);
}

/* @accessibility: of GTK, "none" or "atspi" */
GSubprocess *
driver_spawn (const char * const *argv,
              const char         *accessibility)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "DISPLAY", display_name, TRUE);
  g_subprocess_launcher_setenv (launcher, "GDK_BACKEND", "x11", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSK_RENDERER", "cairo", TRUE);
  g_subprocess_launcher_setenv (launcher, "GTK_A11Y", accessibility, TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
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

GDBusConnection *
driver_connect (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus_connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);

  g_assert_no_error (error);

  return bus_connection;
}

/* One that breaks down tells nothing more, so that every wait would be in vain. */
static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GSubprocess *process = G_SUBPROCESS (source);

  if (!g_subprocess_wait_finish (process, result, NULL) || process != sushi)
    return;

  if (g_subprocess_get_if_signaled (process))
    g_error ("the program was ended by signal %d", g_subprocess_get_term_sig (process));
  else
    g_error ("the program has ended by itself");
}

/* Starts the sushi belt, be it with a probe or without, and waits until it has a window. */
void
driver_launch (const char *path,
               const char *accessibility)
{
  const char * const argv[] = { path, NULL };
  gboolean has_appeared = FALSE;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  guint watch;

  now = before = (Numbers) { 0, };
  hurries = FALSE;
  connection = driver_connect ();
  watch = g_bus_watch_name_on_connection (connection, APP_ID, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          appeared_cb, NULL, &has_appeared, NULL);
  sushi = driver_spawn (argv, accessibility);
  g_subprocess_wait_async (sushi, NULL, ended_cb, NULL);
  wait_until (has_appeared);
  g_bus_unwatch_name (watch);

  /* Once it answers it has a window. */
  reply = g_dbus_connection_call_sync (connection, APP_ID, "/io/github/aqueue/Sushi",
                                       "org.freedesktop.Application", "Activate",
                                       g_variant_new ("(a{sv})", NULL), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);

  window = G_ACTION_GROUP (g_dbus_action_group_get (connection, APP_ID, WINDOW_PATH));
}

void
driver_start (const char *accessibility)
{
  driver_launch (program, accessibility);
  wait_until (now.frames > 0);
}

/* Of the application, not of its window. */
void
act_on_app (const char *name)
{
  g_autoptr (GDBusActionGroup) app =
    g_dbus_action_group_get (connection, APP_ID, "/io/github/aqueue/Sushi");

  g_action_group_activate_action (G_ACTION_GROUP (app), name, NULL);
}

void
driver_stop (void)
{
  g_autoptr (GSubprocess) process = g_steal_pointer (&sushi);
  g_autoptr (GError) error = NULL;

  act_on_app ("quit");
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);

  g_clear_object (&window);
  g_clear_object (&connection);
  is_asking = FALSE;
}

const char *
driver_get_program (void)
{
  return program;
}

/* A test that fails ends at once, and with it all that it started: the display, and
 * the programs on it. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* What the bus starts prints what is no result of a test. */
static void
start_bus (const char *service_folder)
{
  int output = dup (STDOUT_FILENO);

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  if (service_folder != NULL)
    g_test_dbus_add_service_dir (bus, service_folder);

  fflush (stdout);
  dup2 (STDERR_FILENO, STDOUT_FILENO);
  g_test_dbus_up (bus);
  dup2 (output, STDOUT_FILENO);
  close (output);
}

/* A display of which the server picks the number, so that tests can run beside
 * each other. */
static void
start_display (const char *service_folder)
{
  g_autofree char *server = g_find_program_in_path ("Xvfb");
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;

  program = g_getenv ("AQ_SUSHI");
  g_assert_nonnull (program);

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

  start_bus (service_folder);
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
  g_clear_object (&display);
  g_clear_pointer (&display_name, g_free);
}

/* Skips the running test for what is missing. On CI nothing may be, so there it fails. */
void
driver_skip (const char *why)
{
  if (g_getenv ("CI") != NULL)
    g_test_fail_printf ("%s", why);
  else
    g_test_skip (why);
}

static void
run_test (gconstpointer data)
{
  const DriverTest *test = data;

  if (test->around == NULL)
    test->func ();
  else if (display != NULL)
    test->around (test->func);
  else
    driver_skip ("there is no Xvfb, or no dbus-daemon");
}

/* The main function of a program with such tests.
 *
 * @service_folder: (nullable): of what the bus may start */
int
driver_main (int               argc,
             char             *argv[],
             const DriverTest  tests[],
             guint             n_tests,
             const char       *service_folder)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < n_tests; i++)
    g_test_add_data_func (tests[i].path, &tests[i], run_test);

  start_display (service_folder);
  status = g_test_run ();
  stop_display ();

  return status;
}
