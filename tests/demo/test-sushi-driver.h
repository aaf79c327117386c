/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs the sushi belt with a probe in it, which $AQ_SUSHI names, on a display and a bus
 * of its own, and does there by actions what one can do in its window. */

typedef struct
{
  guint length, promised, capacity, waiting_chefs, waiting_customers, state, scenes;
  guint64 prepared, got, eaten, dropped, frames;
  gint64 lost, longest_gap;
  gboolean rests; /* as the window says */
  char plates_per_second[32], frames_per_second[32]; /* as one reads them */
} Numbers;

enum
{
  OPEN,
  DRAINING,
  FINISHED,
};

typedef struct
{
  const char *path;
  void (*around) (void (*func) (void)); /* (nullable): calls @func in what it needs */
  void (*func) (void);
} DriverTest;

/* As the program told last, and when the scene was set. */
extern Numbers now;
extern Numbers before;

/* While this is set, each time that the program tells something it must not rest. */
extern gboolean hurries;

/* Of a test that hangs; no verdict is taken from the time. */
#define PATIENCE_SECONDS 120

/* How often the probe is asked for the numbers, in milliseconds. */
#define ASKING_INTERVAL 20

#define wait_until(condition) \
  G_STMT_START { \
    guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, driver_timeout_cb, \
                                            (char *) #condition); \
    guint asking = g_timeout_add (ASKING_INTERVAL, driver_ask_cb, NULL); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (asking); \
    g_source_remove (patience); \
  } G_STMT_END

int              driver_main        (int                 argc,
                                     char               *argv[],
                                     const DriverTest    tests[],
                                     guint               n_tests,
                                     const char         *service_folder);
void             driver_skip        (const char         *why);
GDBusConnection *driver_connect     (void);
GSubprocess     *driver_spawn       (const char * const *argv,
                                     const char         *accessibility);
const char      *driver_get_program (void);
void             driver_launch      (const char         *path,
                                     const char         *accessibility);
void             driver_start       (const char         *accessibility);
void             driver_stop        (void);
gboolean         driver_timeout_cb  (gpointer            user_data);
gboolean         driver_ask_cb      (gpointer            user_data);

void             act_on_app         (const char         *name);
void             act                (const char         *detailed_name);
void             rest               (void);
void             set_scene          (const char         *scene);

G_END_DECLS
