/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The sushi belt as it is, for tests: with its numbers on the bus, or to take a picture
 * of one of its states. That in the README was taken with
 *
 *     sushi-tested --screenshot demo/data/aq-sushi.png --scale 2
 */

#include "aq-sushi-app.h"
#include "sushi-pose.h"
#include "sushi-probe.h"

#include <locale.h>
#include <stdlib.h>

typedef struct
{
  char *screenshot; /* (nullable): where to */
  char *state;
  gboolean is_dark;
  double scale;
  int width;        /* 0: as usual */
  int height;
  int status;
} Options;

static void
pictured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Options *options = user_data;
  g_autoptr (GError) error = NULL;

  if (!sushi_pose_take_finish (result, &error))
    {
      g_printerr ("sushi-tested: %s\n", error->message);
      options->status = EXIT_FAILURE;
    }

  gtk_window_destroy (GTK_WINDOW (source));
}

/* There are others, such as that of the shortcuts. */
static void
window_added_cb (GtkApplication *app,
                 GtkWindow      *window,
                 Options        *options)
{
  if (!AQ_SUSHI_IS_WINDOW (window))
    return;

  if (options->is_dark)
    g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", TRUE, NULL);
  if (options->width > 0 && options->height > 0)
    gtk_window_set_default_size (window, options->width, options->height);

  if (options->screenshot == NULL)
    sushi_probe_add (G_APPLICATION (app), AQ_SUSHI_WINDOW (window));
  else
    sushi_pose_take_async (AQ_SUSHI_WINDOW (window), options->state, options->scale,
                           options->screenshot, pictured_cb, options);
}

/* Returns: what to exit with, or -1 to go on */
static int
handle_options_cb (GApplication *app,
                   GVariantDict *dict,
                   Options      *options)
{
  if (options->state == NULL)
    options->state = g_strdup ("open");

  if (!sushi_pose_exists (options->state))
    {
      g_autofree char *names = sushi_pose_list ();

      g_printerr ("sushi-tested: There is no state “%s”: it is one of %s\n",
                  options->state, names);
      return EXIT_FAILURE;
    }

  /* A picture is of a window of its own. */
  if (options->screenshot != NULL)
    g_application_set_flags (app, g_application_get_flags (app) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) app = NULL;
  Options options = { .scale = 1 };
  const GOptionEntry entries[] = {
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, &options.screenshot,
      "Write a picture of the window, and end", "FILE" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &options.state,
      "What the picture shows (default: open)", "NAME" },
    { "dark", 0, 0, G_OPTION_ARG_NONE, &options.is_dark, "Prefer the dark style", NULL },
    { "width", 0, 0, G_OPTION_ARG_INT, &options.width, "The width of the window", "PIXELS" },
    { "height", 0, 0, G_OPTION_ARG_INT, &options.height, "The height of the window", "PIXELS" },
    { "scale", 0, 0, G_OPTION_ARG_DOUBLE, &options.scale,
      "How much larger the picture is than the window (default: 1)", "FACTOR" },
    G_OPTION_ENTRY_NULL
  };
  int status;

  setlocale (LC_ALL, "");
  app = aq_sushi_app_new ();
  g_application_add_main_option_entries (G_APPLICATION (app), entries);
  g_signal_connect (app, "handle-local-options", G_CALLBACK (handle_options_cb), &options);
  g_signal_connect (app, "window-added", G_CALLBACK (window_added_cb), &options);

  status = g_application_run (G_APPLICATION (app), argc, argv);

  g_free (options.screenshot);
  g_free (options.state);

  return status != 0 ? status : options.status;
}
