/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-app.h"

#include <locale.h>

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) app = NULL;

  setlocale (LC_ALL, "");
  app = aq_sushi_app_new ();

  return g_application_run (G_APPLICATION (app), argc, argv);
}
