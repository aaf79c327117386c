/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Serves the files of a folder over HTTP, to programs on this machine alone unless
 * it is given another address.
 *
 * It shows back-pressure to the outside. The main loop accepts connections, and
 * threads take them from a bounded belt and answer. While there is no room on the
 * belt no more are accepted: clients wait in the kernel's queue, at no cost.
 *
 * A bad request is answered with 400 or 404, and a client who stays silent, or sends
 * without end, is left. On Ctrl-C those on the belt are answered, and then it ends; on
 * the next one it ends at once.
 */

#include "http-answer.h"

#include <aqueue/aqueue.h>
#include <glib-unix.h>

#define N_THREADS 4
#define BELT_SIZE 8
#define BACKLOG 128 /* GLib's own is 10, and those beyond that have to try again */

static GFile *folder;
static AqQueue *belt;

static char *address_text = NULL;
static int port = 0;

static const GOptionEntry options[] = {
  { "address", 0, 0, G_OPTION_ARG_STRING, &address_text, "To listen on (127.0.0.1)", "ADDRESS" },
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "Or 0 for any (0)", "PORT" },
  G_OPTION_ENTRY_NULL
};

static gpointer
serve_thread (gpointer data)
{
  GSocketConnection *connection;

  while ((connection = aq_queue_get_sync (belt, NULL, NULL)) != NULL)
    {
      http_answer (connection, folder);
      g_object_unref (connection);
    }

  return NULL;
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  if (aq_queue_put_finish (belt, result, NULL))
    g_socket_service_start (user_data);
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  /* The next one has to wait until this one is on the belt. */
  g_socket_service_stop (service);
  aq_queue_put_async (belt, connection, NULL, put_cb, service);

  return TRUE;
}

static gboolean
interrupted_cb (gpointer data)
{
  aq_queue_shutdown (belt, FALSE);

  return G_SOURCE_REMOVE; /* so that the next one is for the kernel */
}

/* Returns a service at the address of the command line, and how it is called, or NULL. */
static GSocketService *
start_service (char   **url,
               GError **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketAddress) wanted = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *name = NULL;

  wanted = g_inet_socket_address_new_from_string (address_text != NULL ? address_text : "127.0.0.1",
                                                  port);
  if (wanted == NULL || port < 0 || port > G_MAXUINT16)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "There is no such address");
      return NULL;
    }

  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), BACKLOG);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), wanted, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &address, error))
    return NULL;

  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), NULL);
  name = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  *url = g_strdup_printf ("http://%s/", name);

  return g_steal_pointer (&service);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[FOLDER]");
  g_autoptr (GSocketService) service = NULL;
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;
  GThread *threads[N_THREADS];

  g_option_context_add_main_entries (context, options, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error))
    service = start_service (&url, &error);
  if (service == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  folder = g_file_new_for_commandline_arg (argc > 1 ? argv[1] : ".");
  belt = aq_queue_new (G_TYPE_SOCKET_CONNECTION, BELT_SIZE);
  g_unix_signal_add (SIGINT, interrupted_cb, NULL);
  g_unix_signal_add (SIGTERM, interrupted_cb, NULL);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("server", serve_thread, NULL);
  g_print ("%s\n", url);

  while (aq_queue_get_state (belt) == AQ_QUEUE_STATE_OPEN)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  return 0;
}
