/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-app.h"

#include "aq-sushi-window.h"

#include <stdlib.h>

#define APP_ID "io.github.aqueue.Sushi"

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  GtkApplication *app = user_data;

  gtk_show_about_dialog (gtk_application_get_active_window (app),
                         "program-name", "Sushi Belt",
                         "logo-icon-name", APP_ID,
                         "version", AQ_VERSION_S,
                         "comments", "An asynchronous queue, as a conveyor belt: "
                                     "nobody freezes, and no plate is lost.",
                         "copyright", "© 2026 The Aqueue authors",
                         "license-type", GTK_LICENSE_LGPL_2_1,
                         NULL);
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GtkApplication *app = user_data;

  while (gtk_application_get_active_window (app) != NULL)
    gtk_window_destroy (gtk_application_get_active_window (app));
}

static void
startup_cb (GApplication *app,
            gpointer      user_data)
{
  static const GActionEntry entries[] = {
    { "about", about_cb, NULL, NULL, NULL, { 0 } },
    { "quit", quit_cb, NULL, NULL, NULL, { 0 } },
  };
  static const struct
  {
    const char *action;
    const char *keys[4];
  } shortcuts[] = {
    { "app.quit", { "<Control>q", NULL } },
    { "window.close", { "<Control>w", NULL } },
    { "win.tour", { "F2", NULL } },
    { "win.pause", { "<Control>p", NULL } },
    { "win.rush-hour", { "<Control>r", NULL } },
    { "win.put-plate", { "<Control>n", NULL } },
    { "win.put-gold", { "<Control>g", NULL } },
    { "win.add-chef", { "<Control>plus", "<Control>equal", "<Control>KP_Add", NULL } },
    { "win.remove-chef", { "<Control>minus", "<Control>KP_Subtract", NULL } },
    { "win.thread-chef", { "<Control>t", NULL } },
    { "win.add-customer", { "<Control>Up", NULL } },
    { "win.remove-customer", { "<Control>Down", NULL } },
    { "win.change-mind", { "<Control>m", NULL } },
    { "win.close-kitchen", { "<Control>k", NULL } },
    { "win.close-now", { "<Control><Shift>k", NULL } },
    { "win.open", { "<Control>o", NULL } },
  };
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (app), entries, G_N_ELEMENTS (entries), app);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (app), shortcuts[i].action,
                                           shortcuts[i].keys);

  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/aqueue/Sushi/icons");
  gtk_css_provider_load_from_resource (style, "/io/github/aqueue/Sushi/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
activate_cb (GApplication *app,
             gpointer      user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (app));

  if (window == NULL)
    window = GTK_WINDOW (aq_sushi_window_new (GTK_APPLICATION (app)));

  gtk_window_present (window);
}

/* Returns: what to exit with, or -1 to go on */
static int
handle_options_cb (GApplication *app,
                   GVariantDict *options,
                   gpointer      user_data)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;

  g_print ("aq-sushi %s\n", AQ_VERSION_S);

  return EXIT_SUCCESS;
}

GtkApplication *
aq_sushi_app_new (void)
{
  static const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, "Show the version", NULL },
    G_OPTION_ENTRY_NULL
  };
  GtkApplication *app = gtk_application_new (APP_ID, G_APPLICATION_DEFAULT_FLAGS);

  g_set_application_name ("Sushi Belt");
  gtk_window_set_default_icon_name (APP_ID);

  g_application_add_main_option_entries (G_APPLICATION (app), entries);
  g_application_set_option_context_summary (G_APPLICATION (app),
                                            "Shows how an asynchronous queue works: a conveyor "
                                            "belt with sushi.");
  g_signal_connect (app, "handle-local-options", G_CALLBACK (handle_options_cb), NULL);
  g_signal_connect (app, "startup", G_CALLBACK (startup_cb), NULL);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), NULL);

  return app;
}
