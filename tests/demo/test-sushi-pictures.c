/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Takes a picture of each state, and looks for what should be on it. */

#include "test-sushi-driver.h"

#include <glib/gstdio.h>

#include <cairo.h>

/* As they are drawn: see aq-sushi-draw.c and aq-sushi-room.c. Of a plate it is the rim
 * that is counted, for what is in it is eaten. */
static const guint32 rims[] = { 0x2f7f86, 0x4a6fa5, 0x7a9a4f, 0xb5523b, 0xc98a9b, 0x6d5a8c };
#define GOLDEN_DISH 0xfaf0cf
#define INDIGO 0x2d4373
#define BELT_BY_DAY 0x454d59
#define BELT_AT_NIGHT 0x20252c
#define BELT_IN_HIGH_CONTRAST 0x000000

/* In pixels, of one plate's rim, and of a part of the belt. */
#define RIM_AREA 300
#define BELT_AREA 2000

typedef struct
{
  char *path;
  GSubprocess *process; /* which makes it */
  int width;
  int height;
  double brightness;
  GHashTable *areas; /* of each color, in pixels */
} Picture;

static char *folder;

static void
count_pixels (Picture         *picture,
              cairo_surface_t *surface)
{
  guint32 *pixels = (guint32 *) cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface) / 4;
  double sum = 0;

  for (int y = 0; y < picture->height; y++)
    for (int x = 0; x < picture->width; x++)
      {
        guint32 rgb = pixels[y * stride + x] & 0xffffff;
        gpointer area = g_hash_table_lookup (picture->areas, GUINT_TO_POINTER (rgb));

        g_hash_table_insert (picture->areas, GUINT_TO_POINTER (rgb),
                             GUINT_TO_POINTER (GPOINTER_TO_UINT (area) + 1));
        sum += (rgb & 0xff) + (rgb >> 8 & 0xff) + (rgb >> 16 & 0xff);
      }

  picture->brightness = sum / (3.0 * 255 * picture->width * picture->height);
}

static guint
area_of (const Picture *picture,
         guint32        rgb)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (picture->areas, GUINT_TO_POINTER (rgb)));
}

static guint
plates_on (const Picture *picture)
{
  guint area = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rims); i++)
    area += area_of (picture, rims[i]);

  return area / RIM_AREA;
}

/* Several can be taken at a time.
 *
 * @options: up to four, and NULL after them */
static void
begin_picture (Picture            *picture,
               const char         *state,
               const char * const *options)
{
  static guint n_pictures;
  const char *argv[10] = { driver_get_program (), "--state", state, "--screenshot", NULL };

  picture->path = g_strdup_printf ("%s/%u-%s.png", folder, ++n_pictures, state);
  argv[4] = picture->path;
  for (guint i = 0; options[i] != NULL; i++)
    argv[5 + i] = options[i];

  picture->process = driver_spawn (argv, "none");
}

static void
finish_picture (Picture *picture)
{
  g_autofree char *name = g_path_get_basename (picture->path);
  g_autoptr (GError) error = NULL;
  cairo_surface_t *surface;

  g_subprocess_wait_check (picture->process, NULL, &error);
  g_assert_no_error (error);

  surface = cairo_image_surface_create_from_png (picture->path);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  picture->width = cairo_image_surface_get_width (surface);
  picture->height = cairo_image_surface_get_height (surface);
  picture->areas = g_hash_table_new (NULL, NULL);
  count_pixels (picture, surface);
  cairo_surface_destroy (surface);
  g_remove (picture->path);

  g_test_message ("%s: %d x %d, brightness %.2f, %u colors, %u plates, gold %u", name,
                  picture->width, picture->height, picture->brightness,
                  g_hash_table_size (picture->areas), plates_on (picture),
                  area_of (picture, GOLDEN_DISH));
  g_assert_cmpuint (g_hash_table_size (picture->areas), >, 500);
}

static void
clear_picture (Picture *picture)
{
  g_clear_pointer (&picture->areas, g_hash_table_unref);
  g_clear_pointer (&picture->path, g_free);
  g_clear_object (&picture->process);
}

static void
test_states (void)
{
  static const char * const states[] = {
    "empty", "full", "closing", "closed", "gold", "rush-hour",
  };
  enum { EMPTY, FULL, CLOSING, CLOSED, GOLD, RUSH_HOUR };
  static const char * const options[] = { "--width", "1120", "--height", "740", NULL };
  Picture pictures[G_N_ELEMENTS (states)];

  g_test_summary ("An empty, a full, a closing belt, and so on, each look like themselves.");

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    begin_picture (&pictures[i], states[i], options);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    finish_picture (&pictures[i]);

  /* No plate is drawn where there is none. Twelve on the belt, and four in hand. */
  g_assert_cmpuint (plates_on (&pictures[EMPTY]), ==, 0);
  g_assert_cmpuint (area_of (&pictures[EMPTY], GOLDEN_DISH), ==, 0);
  g_assert_cmpuint (plates_on (&pictures[FULL]), >=, 12);
  g_assert_cmpuint (plates_on (&pictures[CLOSING]), >=, 5);
  g_assert_cmpuint (plates_on (&pictures[CLOSING]), <, plates_on (&pictures[FULL]));
  g_assert_cmpuint (plates_on (&pictures[RUSH_HOUR]), >=, 5);

  /* Gold plates are there only if somebody puts them, and the seventh each time. */
  g_assert_cmpuint (area_of (&pictures[GOLD], GOLDEN_DISH), >, 500);

  /* The belt is seen best with nothing on it. */
  g_assert_cmpuint (area_of (&pictures[FULL], BELT_BY_DAY), >, BELT_AREA);
  g_assert_cmpuint (area_of (&pictures[EMPTY], BELT_BY_DAY), >,
                    area_of (&pictures[FULL], BELT_BY_DAY));

  /* The curtain goes up, then the light down. */
  g_assert_cmpuint (area_of (&pictures[CLOSING], INDIGO), <, area_of (&pictures[FULL], INDIGO) / 2);
  g_assert_cmpuint (area_of (&pictures[CLOSED], INDIGO), <, area_of (&pictures[CLOSING], INDIGO));
  g_assert_cmpfloat (pictures[CLOSED].brightness, <, pictures[EMPTY].brightness - 0.05);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    clear_picture (&pictures[i]);
}

static void
test_styles (void)
{
  static const char * const light[] = { "--width", "1120", "--height", "740", NULL };
  static const char * const dark[] = { "--dark", NULL };
  g_autofree char *config = g_build_filename (folder, "gtk-4.0", NULL);
  g_autofree char *settings = g_build_filename (config, "settings.ini", NULL);
  g_autoptr (GError) error = NULL;
  Picture by_day, at_night, high_contrast;

  g_test_summary ("It is light, dark, or of high contrast, as one has set.");

  begin_picture (&by_day, "full", light);
  begin_picture (&at_night, "full", dark);

  g_assert_cmpint (g_mkdir (config, 0700), ==, 0);
  g_file_set_contents (settings, "[Settings]\ngtk-theme-name=HighContrast\n", -1, &error);
  g_assert_no_error (error);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  begin_picture (&high_contrast, "full", light);
  g_unsetenv ("XDG_CONFIG_HOME");

  finish_picture (&by_day);
  finish_picture (&at_night);
  finish_picture (&high_contrast);
  g_remove (settings);
  g_rmdir (config);

  g_assert_cmpfloat (by_day.brightness, >, 0.6);
  g_assert_cmpuint (area_of (&by_day, BELT_BY_DAY), >, BELT_AREA);
  g_assert_cmpfloat (at_night.brightness, <, 0.4);
  g_assert_cmpuint (area_of (&at_night, BELT_AT_NIGHT), >, BELT_AREA);
  g_assert_cmpuint (area_of (&high_contrast, BELT_BY_DAY), ==, 0);
  g_assert_cmpuint (area_of (&high_contrast, BELT_IN_HIGH_CONTRAST), >, BELT_AREA);

  clear_picture (&by_day);
  clear_picture (&at_night);
  clear_picture (&high_contrast);
}

static void
test_sizes (void)
{
  static const char * const narrow[] = { "--width", "360", "--height", "720", NULL };
  static const char * const large[] = { "--scale", "2", NULL };
  Picture small, double_size;

  g_test_summary ("The window can be as narrow as a phone, and its picture larger than it is.");

  begin_picture (&small, "full", narrow);
  begin_picture (&double_size, "full", large);
  finish_picture (&small);
  finish_picture (&double_size);

  /* But for a frame, which is drawn outside. */
  g_assert_cmpint (small.width, <=, 360);
  g_assert_cmpint (small.width, >, 300);
  g_assert_cmpuint (area_of (&small, BELT_BY_DAY), >, BELT_AREA);
  g_assert_cmpint (double_size.width, >, 2 * 1000);
  g_assert_cmpuint (plates_on (&double_size), >=, 4 * 12);

  clear_picture (&small);
  clear_picture (&double_size);
}

/* Each of the tests above keeps its pictures there. */
static void
in_folder (void (*test) (void))
{
  g_autoptr (GError) error = NULL;

  folder = g_dir_make_tmp ("aq-sushi-XXXXXX", &error);
  g_assert_no_error (error);
  test ();
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

int
main (int   argc,
      char *argv[])
{
  static const DriverTest tests[] = {
    { "/sushi-pictures/states", in_folder, test_states },
    { "/sushi-pictures/styles", in_folder, test_styles },
    { "/sushi-pictures/sizes", in_folder, test_sizes },
  };

  return driver_main (argc, argv, tests, G_N_ELEMENTS (tests), NULL);
}
