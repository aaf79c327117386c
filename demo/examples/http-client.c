/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Gets what is at an http URL. It blocks, so it is for threads. Redirects are not
 * followed, the size is bounded, and a silent server is given up after a while.
 */

#include "http-client.h"

#include "http-reader.h"

#include <string.h>

#define MAX_HEAD_SIZE (16 * 1024)
#define SILENCE_S 30

static gboolean
check_status (const char  *head,
              GError     **error)
{
  const char *status = head + strlen ("HTTP/1.1 ");

  if (!g_regex_match_simple ("^HTTP/1\\.[01] \\d{3}\\b", head, G_REGEX_RAW, 0))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The answer is not HTTP/1.1");
  else if (status[0] == '3')
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "The server redirects, which is not followed");
  else if (!g_str_has_prefix (status, "200"))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The server answered %.*s",
                 (int) strcspn (status, "\r"), status);
  else
    return TRUE;

  return FALSE;
}

static char *
make_request (GUri *uri)
{
  g_autofree char *host = g_uri_join (G_URI_FLAGS_ENCODED, NULL, NULL, g_uri_get_host (uri),
                                      g_uri_get_port (uri), "", NULL, NULL);
  g_autofree char *target = g_uri_join (G_URI_FLAGS_ENCODED, NULL, NULL, NULL, -1,
                                        g_uri_get_path (uri), g_uri_get_query (uri), NULL);

  return g_strdup_printf ("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
                          target, host + strlen ("//"));
}

GBytes *
http_client_get (const char    *url,
                 guint          max_size,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autofree char *request = NULL;
  g_autofree char *head = NULL;

  /* What is not allowed in a URL it encodes, an end of line too. */
  uri = g_uri_parse (url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, error);
  if (uri == NULL)
    return NULL;
  if (!g_str_equal (g_uri_get_scheme (uri), "http") ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "It is not an http URL");
      return NULL;
    }

  g_socket_client_set_timeout (client, SILENCE_S);
  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri), g_uri_get_port (uri),
                                                cancellable, error);
  if (connection == NULL)
    return NULL;

  request = make_request (uri);
  if (!g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                  request, strlen (request), NULL, cancellable, error))
    return NULL;

  stream = g_buffered_input_stream_new_sized (
    g_io_stream_get_input_stream (G_IO_STREAM (connection)), MAX_HEAD_SIZE);
  head = http_read_head (G_BUFFERED_INPUT_STREAM (stream), cancellable, error);
  if (head == NULL || !check_status (head, error))
    return NULL;

  return http_read_body (G_BUFFERED_INPUT_STREAM (stream), head, max_size, cancellable, error);
}
