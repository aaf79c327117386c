/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers a client who wants a file of a folder. It blocks, so it is for threads.
 * What is not a well-formed GET is answered with 400, what is not a file in the folder
 * with 404, and a client who stays silent is left.
 */

#include "http-answer.h"

#include "http-reader.h"

#include <string.h>

#define MAX_HEAD_SIZE (16 * 1024)
#define SILENCE_S 10

/* The head of a request, without the empty line at its end. */
#define HEAD "^GET /([!-~]*) HTTP/1\\.[01](?:\r\n[!#-'*+.^-z|~\\w-]+:[^\r\n]*+)*+\\z"

/* Returns what a request such as "GET /name HTTP/1.1" is for, or NULL. */
static GFile *
find_file (const char *head,
           GFile      *folder)
{
  g_autoptr (GRegex) regex = g_regex_new (HEAD, G_REGEX_RAW, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;

  if (!g_regex_match (regex, head, 0, &match))
    return NULL;

  path = g_match_info_fetch (match, 1);
  path[strcspn (path, "?")] = '\0';
  name = g_uri_unescape_string (path, NULL);

  return name != NULL ? g_file_resolve_relative_path (folder, name) : NULL;
}

/* Returns what is in the file, and its size, or NULL. */
static GInputStream *
open_file (GFile   *file,
           GFile   *folder,
           goffset *size)
{
  g_autoptr (GFileInfo) info = NULL;

  if (!g_file_has_prefix (file, folder))
    return NULL;

  /* To open a pipe would wait for somebody to write into it. */
  info = g_file_query_info (file, "standard::type,standard::size", 0, NULL, NULL);
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return NULL;
  *size = g_file_info_get_size (info);

  return G_INPUT_STREAM (g_file_read (file, NULL, NULL));
}

void
http_answer (GSocketConnection *connection,
             GFile             *folder)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GInputStream) input = g_buffered_input_stream_new_sized (
    g_io_stream_get_input_stream (G_IO_STREAM (connection)), MAX_HEAD_SIZE);
  g_autofree char *head = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GInputStream) content = NULL;
  const char *status = "400 Bad Request";
  goffset size = 0;

  g_socket_set_timeout (g_socket_connection_get_socket (connection), SILENCE_S);
  head = http_read_head (G_BUFFERED_INPUT_STREAM (input), NULL, NULL);
  file = head != NULL ? find_file (head, folder) : NULL;
  if (file != NULL)
    {
      content = open_file (file, folder, &size);
      status = content != NULL ? "200 OK" : "404 Not Found";
    }

  if (g_output_stream_printf (output, NULL, NULL, NULL,
                              "HTTP/1.1 %s\r\nContent-Length: %" G_GOFFSET_FORMAT "\r\n"
                              "Connection: close\r\n\r\n", status, content != NULL ? size : 0) &&
      content != NULL)
    g_output_stream_splice (output, content, 0, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}
