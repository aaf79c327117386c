/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-chef.h"
#include "aq-belt-customer.h"
#include "aq-belt-plate.h"
#include "aq-belt-printer.h"
#include "aq-belt-restaurant.h"
#include "aq-belt-view.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define DEFAULT_BELT_SIZE 16
#define MAX_CUSTOMERS 256
#define RESULTS_SIZE 64

/* How many files may be on their way at once. It bounds the memory when the
 * first one takes long, and all others wait to be printed after it. */
#define BILL_SIZE 4096

#define EXIT_PROBLEMS 1
#define EXIT_USAGE 2
#define EXIT_SIGNAL 128

typedef struct
{
  int belt_size;
  int n_customers;
  char *order_name;
  const AqBeltOrder *order;
  gboolean progress;
  gboolean version;
  char **paths;
} Options;

typedef struct
{
  AqBeltRestaurant restaurant;
  AqBeltView *view;
  GPtrArray *customers;
  GMainLoop *loop;
  guint n_running; /* the chef and the printer */
  int signum;      /* that ended us, or 0 */
  GError *error;   /* (nullable): why the output ended early */

  void (*pipe_handler) (int signum);
} App;

static void
options_clear (Options *options)
{
  g_free (options->order_name);
  g_strfreev (options->paths);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
is_in_range (const char  *option,
             int          value,
             int          max,
             GError     **error)
{
  if (value >= 1 && value <= max)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s takes a number from 1 to %d", option, max);
  return FALSE;
}

static gboolean
parse_options (Options   *options,
               int       *argc,
               char    ***argv,
               GError   **error)
{
  const GOptionEntry entries[] = {
    { "belt", 0, 0, G_OPTION_ARG_INT, &options->belt_size,
      "How many files fit on the belt (" G_STRINGIFY (DEFAULT_BELT_SIZE) ")", "N" },
    { "customers", 0, 0, G_OPTION_ARG_INT, &options->n_customers,
      "How many threads sum files (one for each processor)", "N" },
    { "order", 0, 0, G_OPTION_ARG_STRING, &options->order_name,
      "Which file is next: fifo, lifo or smallest (fifo)", "ORDER" },
    { "progress", 0, 0, G_OPTION_ARG_NONE, &options->progress,
      "Show progress even if this is no terminal", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version,
      "Show the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->paths,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("PATH…");

  g_option_context_set_summary (context,
                                "Prints the SHA-256 sums of files, and of all files in folders, "
                                "as sha256sum does.");
  g_option_context_add_main_entries (context, entries, NULL);

  options->belt_size = DEFAULT_BELT_SIZE;
  options->n_customers = MIN (g_get_num_processors (), MAX_CUSTOMERS);

  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (options->version)
    return TRUE;

  if (!is_in_range ("--belt", options->belt_size, BILL_SIZE, error) ||
      !is_in_range ("--customers", options->n_customers, MAX_CUSTOMERS, error))
    return FALSE;

  if (options->order_name == NULL)
    options->order_name = g_strdup ("fifo");

  options->order = aq_belt_order_find (options->order_name);
  if (options->order == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "There is no order “%s”: it is fifo, lifo or smallest", options->order_name);
      return FALSE;
    }

  if (options->paths == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "Name the files or folders to sum");
      return FALSE;
    }

  return TRUE;
}

static void
part_done (App *app)
{
  if (--app->n_running == 0)
    g_main_loop_quit (app->loop);
}

static void
printed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  App *app = user_data;

  /* If it cannot print, there is no point in going on. */
  if (!aq_belt_printer_run_finish (result, &app->error))
    g_cancellable_cancel (app->restaurant.cancellable);

  part_done (app);
}

static void
joined_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  App *app = user_data;

  /* The customers are done, so there is no result to come. */
  aq_queue_join_finish (AQ_QUEUE (source), result, NULL);
  aq_queue_shutdown (app->restaurant.results, FALSE);
  part_done (app);
}

static void
walked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  App *app = user_data;

  /* The customers get what is on the belt, and then they go. */
  aq_belt_chef_walk_finish (result, NULL);
  aq_queue_shutdown (app->restaurant.belt, FALSE);
  aq_queue_join_async (app->restaurant.belt, app->restaurant.cancellable, joined_cb, app);
}

static void
interrupt (App *app,
           int  signum)
{
  app->signum = signum;
  aq_belt_view_stop (app->view);
  g_cancellable_cancel (app->restaurant.cancellable);
}

/* The handlers go, so that the same signal kills us when it comes again. */
static gboolean
interrupted_cb (gpointer user_data)
{
  interrupt (user_data, SIGINT);

  return G_SOURCE_REMOVE;
}

static gboolean
terminated_cb (gpointer user_data)
{
  interrupt (user_data, SIGTERM);

  return G_SOURCE_REMOVE;
}

static gboolean
seat_customers (App     *app,
                int      n_customers,
                GError **error)
{
  for (int i = 0; i < n_customers; i++)
    {
      GThread *customer = aq_belt_customer_new (&app->restaurant, error);

      if (customer == NULL)
        return FALSE;

      g_ptr_array_add (app->customers, customer);
    }

  return TRUE;
}

static void
run (App           *app,
     const Options *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  app->loop = loop;
  app->n_running = 2;
  aq_belt_printer_run_async (&app->restaurant, app->view, printed_cb, app);
  aq_belt_chef_walk_async (&app->restaurant, (const char * const *) options->paths,
                           walked_cb, app);

  g_main_loop_run (loop);
}

static int
conclude (App *app)
{
  aq_belt_view_stop (app->view);

  if (app->signum != 0)
    {
      fprintf (stderr, "Interrupted: %'" G_GUINT64_FORMAT " of %'" G_GUINT64_FORMAT " files done\n",
               app->restaurant.n_printed, app->restaurant.n_found);
      return EXIT_SIGNAL + app->signum;
    }

  if (app->error != NULL)
    {
      /* Who reads no more, as head does, wants us to go quietly. */
      if (g_error_matches (app->error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
        {
          signal (SIGPIPE, app->pipe_handler);
          raise (SIGPIPE);
        }

      fprintf (stderr, "aq-belt: %s\n", app->error->message);
      return EXIT_PROBLEMS;
    }

  aq_belt_view_summarize (app->view);

  return app->restaurant.n_failed > 0 ? EXIT_PROBLEMS : EXIT_SUCCESS;
}

static int
sum_files (const Options *options)
{
  App app = { 0, };
  int status;

  app.restaurant.order = options->order;
  app.restaurant.belt = options->order->belt_new (options->belt_size);
  app.restaurant.results = aq_queue_new (AQ_BELT_TYPE_PLATE, RESULTS_SIZE);
  app.restaurant.bill = aq_queue_new (AQ_BELT_TYPE_PLATE, BILL_SIZE);
  app.restaurant.cancellable = g_cancellable_new ();
  app.customers = g_ptr_array_new ();
  app.view = aq_belt_view_new (&app.restaurant, options->n_customers, options->progress);

  /* Otherwise it would kill us before the terminal has its cursor back. */
  app.pipe_handler = signal (SIGPIPE, SIG_IGN);
  g_unix_signal_add (SIGINT, interrupted_cb, &app);
  g_unix_signal_add (SIGTERM, terminated_cb, &app);

  if (seat_customers (&app, options->n_customers, &app.error))
    run (&app, options);
  else
    g_cancellable_cancel (app.restaurant.cancellable);

  for (guint i = 0; i < app.customers->len; i++)
    g_thread_join (app.customers->pdata[i]);
  g_ptr_array_unref (app.customers);

  status = conclude (&app);

  aq_belt_view_free (app.view);
  g_clear_error (&app.error);
  g_object_unref (app.restaurant.belt);
  g_object_unref (app.restaurant.results);
  g_object_unref (app.restaurant.bill);
  g_object_unref (app.restaurant.cancellable);

  return status;
}

/* A folder is open until all below it is done, so a deep tree takes many. */
static void
allow_open_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_auto (Options) options = { 0, };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");

  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("aq-belt: %s\nTry 'aq-belt --help' for more.\n", error->message);
      return EXIT_USAGE;
    }

  if (options.version)
    {
      g_print ("aq-belt %s\n", AQ_VERSION_S);
      return EXIT_SUCCESS;
    }

  /* What we open next would get its number, and be written to. */
  if (fcntl (STDOUT_FILENO, F_GETFD) < 0)
    {
      g_printerr ("aq-belt: write error: %s\n", g_strerror (errno));
      return EXIT_PROBLEMS;
    }

  allow_open_files ();

  return sum_files (&options);
}
