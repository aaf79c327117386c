/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads messages of HTTP/1.1, but none without end: the head, or a line between chunks, has
 * to fit into the stream's buffer and some seconds, the body into what the caller allows.
 */

#include "http-reader.h"

#include <string.h>

#define PATIENCE_S 10
#define fail(code, ...) (g_set_error (error, G_IO_ERROR, G_IO_ERROR_##code, __VA_ARGS__), FALSE)

/* Reads up to the next @end, and past it. */
static gboolean
read_text (GBufferedInputStream  *stream,
           const char            *end,
           char                 **text,
           GCancellable          *cancellable,
           GError               **error)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  for (;;)
    {
      gsize n_bytes;
      const char *bytes = g_buffered_input_stream_peek_buffer (stream, &n_bytes);
      const char *found = memmem (bytes, n_bytes, end, strlen (end));
      gssize n_read;

      if (found != NULL && memchr (bytes, '\0', found - bytes) == NULL)
        {
          *text = g_strndup (bytes, found - bytes);
          return g_input_stream_skip (G_INPUT_STREAM (stream), found - bytes + strlen (end),
                                      NULL, error) > 0;
        }

      if (found != NULL || n_bytes == g_buffered_input_stream_get_buffer_size (stream) ||
          g_get_monotonic_time () > deadline)
        return fail (INVALID_DATA, "The head of the message is too long, or not text");

      n_read = g_buffered_input_stream_fill (stream, -1, cancellable, error);
      if (n_read <= 0)
        return n_read == 0 && fail (PARTIAL_INPUT, "The message ended early");
    }
}

/* Appends a piece of which the other side wrote the size. */
static gboolean
read_piece (GBufferedInputStream  *stream,
            const char            *size_text,
            guint                  base,
            guint                  max_size,
            GByteArray            *body,
            GCancellable          *cancellable,
            GError               **error)
{
  const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
  guint64 size = g_ascii_strtoull (size_text, NULL, base);
  guint had = body->len;
  gsize n_read;

  if (*size_text == '\0' || size_text[strspn (size_text, digits)] != '\0')
    return fail (INVALID_DATA, "The message has a length that is no number");
  if (size > max_size - had)
    return fail (MESSAGE_TOO_LARGE, "The message is longer than %u bytes", max_size);

  g_byte_array_set_size (body, had + size);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), body->data + had, size, &n_read,
                                cancellable, error))
    return FALSE;

  return n_read == size || fail (PARTIAL_INPUT, "The message ended early");
}

static gboolean
read_chunks (GBufferedInputStream  *stream,
             guint                  max_size,
             GByteArray            *body,
             GCancellable          *cancellable,
             GError               **error)
{
  guint had;

  do
    {
      g_autofree char *size = NULL, *end = NULL;

      had = body->len;
      if (!read_text (stream, "\r\n", &size, cancellable, error))
        return FALSE;
      size[strcspn (size, "; \t")] = '\0';
      if (!read_piece (stream, size, 16, max_size, body, cancellable, error) ||
          !read_text (stream, "\r\n", &end, cancellable, error))
        return FALSE;
    }
  while (body->len > had); /* the last chunk is empty */

  return TRUE;
}

/* Returns the value of a field, such as "\r\nContent-Length:", or NULL. */
static char *
find_field (const char *head,
            const char *name)
{
  const char *value = strcasestr (head, name);

  if (value == NULL)
    return NULL;
  value += strlen (name);

  return g_strstrip (g_strndup (value, strcspn (value, "\r")));
}

char *
http_read_head (GBufferedInputStream  *stream,
                GCancellable          *cancellable,
                GError               **error)
{
  char *head = NULL;

  return read_text (stream, "\r\n\r\n", &head, cancellable, error) ? head : NULL;
}

GBytes *
http_read_body (GBufferedInputStream  *stream,
                const char            *head,
                guint                  max_size,
                GCancellable          *cancellable,
                GError               **error)
{
  g_autoptr (GByteArray) body = g_byte_array_sized_new (1); /* so that it has a place */
  g_autofree char *coding = find_field (head, "\r\nTransfer-Encoding:");
  g_autofree char *length = find_field (head, "\r\nContent-Length:");
  gboolean ok;

  if (coding == NULL && length != NULL)
    ok = read_piece (stream, length, 10, max_size, body, cancellable, error);
  else if (coding != NULL && g_ascii_strcasecmp (coding, "chunked") == 0)
    ok = read_chunks (stream, max_size, body, cancellable, error);
  else
    ok = fail (NOT_SUPPORTED, "The message does not say in a known way how long it is");

  return ok ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}
