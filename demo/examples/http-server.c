/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Serves the files of a folder over HTTP, to programs on this machine alone.
 *
 * It shows back-pressure to the outside. The main loop accepts connections, and
 * threads take them from a bounded belt and answer. While there is no room on the
 * belt no more are accepted: clients wait in the kernel's queue, at no cost.
 *
 * What is not a GET is answered with 400, what is not a file in the folder with
 * 404, and a client that stays silent is left. On Ctrl-C those on the belt are
 * answered, and then it ends.
 */

#include "http-reader.h"

#include <aqueue/aqueue.h>
#include <glib-unix.h>

#define N_THREADS 4
#define BELT_SIZE 8
#define BACKLOG 128
#define MAX_HEAD_SIZE (16 * 1024)
#define SILENCE_S 30

static GFile *folder;
static AqQueue *belt;

/* Returns what a request such as "GET /name HTTP/1.1" is for, or NULL. */
static GFile *
find_file (const char *head)
{
  g_auto (GStrv) words = g_strsplit_set (head, " \r\n", 4);
  g_autofree char *name = NULL;

  if (g_strv_length (words) < 3 || !g_str_equal (words[0], "GET") || words[1][0] != '/' ||
      !g_str_has_prefix (words[2], "HTTP/1."))
    return NULL;

  name = g_uri_unescape_string (words[1] + 1, NULL);

  return name != NULL ? g_file_resolve_relative_path (folder, name) : NULL;
}

static void
answer (GIOStream *connection)
{
  GOutputStream *output = g_io_stream_get_output_stream (connection);
  g_autoptr (GInputStream) input = g_buffered_input_stream_new_sized (
    g_io_stream_get_input_stream (connection), MAX_HEAD_SIZE);
  g_autofree char *head = http_read_head (G_BUFFERED_INPUT_STREAM (input), NULL, NULL);
  g_autoptr (GFile) file = head != NULL ? find_file (head) : NULL;
  const char *status = "400 Bad Request";
  g_autofree char *content = NULL;
  gsize size = 0;

  if (file != NULL)
    status = g_file_has_prefix (file, folder) && g_file_load_contents (file, NULL, &content, &size, NULL, NULL)
      ? "200 OK" : "404 Not Found";

  if (g_output_stream_printf (output, NULL, NULL, NULL,
                              "HTTP/1.1 %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n"
                              "Connection: close\r\n\r\n", status, size))
    g_output_stream_write_all (output, content, size, NULL, NULL, NULL);
  g_io_stream_close (connection, NULL, NULL);
}

static gpointer
serve_thread (gpointer data)
{
  GSocketConnection *connection;

  while ((connection = aq_queue_get_sync (belt, NULL, NULL)) != NULL)
    {
      g_socket_set_timeout (g_socket_connection_get_socket (connection), SILENCE_S);
      answer (G_IO_STREAM (connection));
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

  return G_SOURCE_CONTINUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  GThread *threads[N_THREADS];

  folder = g_file_new_for_commandline_arg (argc > 1 ? argv[1] : ".");
  belt = aq_queue_new (G_TYPE_SOCKET_CONNECTION, BELT_SIZE);
  g_unix_signal_add (SIGINT, interrupted_cb, NULL);
  g_unix_signal_add (SIGTERM, interrupted_cb, NULL);

  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), BACKLOG);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), any_port, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &address, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), NULL);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("server", serve_thread, NULL);
  g_print ("http://127.0.0.1:%u/\n", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));

  while (aq_queue_get_state (belt) == AQ_QUEUE_STATE_OPEN)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  return 0;
}
