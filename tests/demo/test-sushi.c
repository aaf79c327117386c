/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Does in the window what one can do there, and checks the numbers. */

#include "test-sushi-driver.h"

#define APP_ID "io.github.aqueue.Sushi"

/* As many plates pass for each frame in a rush hour, however slow the machine. */
#define PLATES_PER_FRAME 20
#define N_FRAMES 60

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
  g_test_summary ("A closed kitchen's belt is eaten empty, or cleared at once; "
                  "then it opens again.");

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
    "order::newest", "order::gold", "order::oldest",
    "order::gold", "order::newest", "order::oldest",
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
  g_test_summary ("A chef in another thread puts and waits as the others do, "
                  "and leaves when told.");

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

  /* For whom there is no place, nobody has asked. */
  set_scene ("scene((6, 0, 4, 4))");
  act ("chef-pace(20.0)");
  wait_until (now.waiting_chefs == 6);
  act ("thread-chef");
  act ("remove-chef");
  wait_until (now.waiting_chefs == 5);
  rest ();
  act ("thread-chef");
  wait_until (now.waiting_chefs == 6);
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

  hurries = TRUE;
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
  hurries = FALSE;
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

/* As "0.4", and never "0" or "1". */
static gboolean
has_decimal (const char *rate)
{
  return g_ascii_isdigit (rate[0]) && rate[1] == '.' && g_ascii_isdigit (rate[2]) &&
         rate[3] == '\0';
}

static void
test_rates (void)
{
  guint64 n_prepared;

  g_test_summary ("A slow rate has a decimal, and is none at rest.");

  set_scene ("scene((1, 4, 0, 8))");
  wait_until (now.prepared > before.prepared);
  wait_until (has_decimal (now.plates_per_second));
  n_prepared = now.prepared;
  wait_until (now.prepared >= n_prepared + 3 && has_decimal (now.plates_per_second) &&
              !g_str_equal (now.plates_per_second, "0.0"));

  act ("pause");
  rest ();
  g_assert_cmpstr (now.plates_per_second, ==, "0");
  g_assert_cmpstr (now.frames_per_second, ==, "at rest");
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
with_program (void (*test) (void))
{
  driver_start ("none");
  test ();
  driver_stop ();
}

static void
test_program (void)
{
  g_test_summary ("The program that is installed opens a window, and ends well.");

  driver_launch (g_getenv ("AQ_SUSHI_INSTALLED"), "none");
  driver_stop ();
}

static void
with_display (void (*test) (void))
{
  test ();
}

/* What is installed beside the program is as the desktops expect it. */
static gboolean
check_file (const char         *tool,
            const char * const *argv)
{
  g_autofree char *path = g_find_program_in_path (tool);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    {
      g_test_skip_printf ("there is no %s", tool);
      return FALSE;
    }

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);

  return TRUE;
}

static void
test_desktop_file (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "demo", "data",
                                                 APP_ID ".desktop", NULL);
  const char * const argv[] = { "desktop-file-validate", path, NULL };

  g_test_summary ("The desktop file is valid.");

  check_file (argv[0], argv);
}

static void
test_metainfo (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "demo", "data",
                                                 APP_ID ".metainfo.xml", NULL);
  /* Newer ones want a homepage, which there is not. Older ones know no such complaint,
   * and fail if they are told not to mind. */
  const char * const argv[] = {
    "sh", "-c",
    "appstreamcli validate --no-net --override=url-homepage-missing=info \"$0\" || "
    "appstreamcli validate --no-net \"$0\"",
    path, NULL
  };

  g_test_summary ("The metainfo is valid.");

  check_file ("appstreamcli", argv);
}

static void
test_icons (void)
{
  static const struct
  {
    const char *name, *view_box;
  } icons[] = {
    { APP_ID ".svg", "viewBox=\"0 0 128 128\"" },
    { APP_ID "-symbolic.svg", "viewBox=\"0 0 16 16\"" },
  };

  g_test_summary ("The icons are SVG of the sizes that desktops expect, and without bitmaps.");

  for (guint i = 0; i < G_N_ELEMENTS (icons); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "demo", "data", "icons",
                                                     icons[i].name, NULL);
      const char * const argv[] = { "xmllint", "--noout", path, NULL };
      g_autofree char *svg = NULL;
      g_autoptr (GError) error = NULL;

      if (!check_file (argv[0], argv))
        return;

      g_file_get_contents (path, &svg, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (strstr (svg, "xmlns=\"http://www.w3.org/2000/svg\""));
      g_assert_nonnull (strstr (svg, icons[i].view_box));
      g_assert_null (strstr (svg, "<image"));
      g_assert_null (strstr (svg, "<text"));
    }
}

int
main (int   argc,
      char *argv[])
{
  static const DriverTest tests[] = {
    { "/sushi/full/puts-wait", with_program, test_full },
    { "/sushi/empty/gets-wait", with_program, test_empty },
    { "/sushi/close/conserves", with_program, test_close },
    { "/sushi/order/conserves", with_program, test_order },
    { "/sushi/thread/conserves", with_program, test_thread },
    { "/sushi/rush-hour/nobody-freezes", with_program, test_rush_hour },
    { "/sushi/rates/slow", with_program, test_rates },
    { "/sushi/tour/sets-scenes", with_program, test_tour },
    { "/sushi/program/starts-and-ends", with_display, test_program },
    { "/sushi/data/desktop-file", NULL, test_desktop_file },
    { "/sushi/data/metainfo", NULL, test_metainfo },
    { "/sushi/data/icons", NULL, test_icons },
  };

  return driver_main (argc, argv, tests, G_N_ELEMENTS (tests), NULL);
}
