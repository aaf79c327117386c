/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Downloads files over HTTP, and prints their SHA-256 sums and sizes.
 *
 * It shows three stages with bounded belts between them: a thread reads URLs, from
 * the command line or else standard input, some download, one sums. A stage that
 * is ahead of the next waits for it: memory is bounded, however many URLs there are.
 *
 * A URL that fails is reported, does not stop the others, and makes the exit status 1.
 * Ctrl-C gives up the downloads under way and what is left of standard input. Each URL
 * that was read has its line even then: its sum, or why not. Ctrl-C twice ends it at once.
 */

#include "http-client.h"

#include <aqueue/aqueue.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>

#define N_DOWNLOADERS 4
#define BELT_SIZE 4
#define MAX_SIZE (64 * 1024 * 1024)

/* What goes over both belts. */
typedef struct
{
  char *url;
  GBytes *content; /* (nullable): not yet downloaded */
} Page;

static AqQueue *urls, *pages;
static GCancellable *cancellable; /* triggered by Ctrl-C */
static int n_failed;

static void
page_free (Page *page)
{
  g_free (page->url);
  g_clear_pointer (&page->content, g_bytes_unref);
  g_free (page);
}

static void
report (const char *what,
        GError     *error)
{
  g_printerr ("%s: %s\n", what, error->message);
  g_atomic_int_inc (&n_failed);
}

static gpointer
read_thread (gpointer arguments)
{
  g_autofree char *text = g_strjoinv ("\n", arguments);
  g_autoptr (GInputStream) input = *text != '\0'
    ? g_memory_input_stream_new_from_data (text, -1, NULL)
    : g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  g_autoptr (GError) error = NULL;
  char *url;

  while ((url = g_data_input_stream_read_line (lines, NULL, *text ? NULL : cancellable, &error)))
    {
      Page *page = g_new0 (Page, 1);

      page->url = url;
      aq_queue_put_sync (urls, page, NULL, NULL);
    }
  if (error != NULL)
    report ("standard input", error);

  aq_queue_shutdown (urls, FALSE); /* the downloaders end once it is empty */
  aq_queue_join_sync (urls, NULL, NULL);
  aq_queue_shutdown (pages, FALSE);

  return NULL;
}

static gpointer
download_thread (gpointer data)
{
  Page *page;

  while ((page = aq_queue_get_sync (urls, NULL, NULL)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      page->content = http_client_get (page->url, MAX_SIZE, cancellable, &error);
      if (page->content == NULL)
        report (page->url, error);
      if (page->content == NULL || !aq_queue_put_sync (pages, page, NULL, NULL))
        page_free (page);
      aq_queue_task_done (urls);
    }

  return NULL;
}

static gpointer
sum_thread (gpointer data)
{
  Page *page;

  while ((page = aq_queue_get_sync (pages, NULL, NULL)) != NULL)
    {
      g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, page->content);

      g_print ("%s %" G_GSIZE_FORMAT " %s\n", sum, g_bytes_get_size (page->content), page->url);
      page_free (page);
    }
  g_main_context_wakeup (NULL);

  return NULL;
}

static gboolean
interrupted_cb (gpointer data)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_REMOVE; /* so that the next one is for the kernel */
}

int
main (int    argc,
      char **argv)
{
  GThread *threads[2 + N_DOWNLOADERS];

  urls = aq_queue_new_with_free_func (BELT_SIZE, (GDestroyNotify) page_free);
  pages = aq_queue_new_with_free_func (BELT_SIZE, (GDestroyNotify) page_free);
  cancellable = g_cancellable_new ();
  g_unix_signal_add (SIGINT, interrupted_cb, NULL);
  g_unix_signal_add (SIGTERM, interrupted_cb, NULL);

  threads[0] = g_thread_new ("reader", read_thread, argv + 1);
  threads[1] = g_thread_new ("summer", sum_thread, NULL);
  for (guint i = 2; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("downloader", download_thread, NULL);
  while (aq_queue_get_state (pages) != AQ_QUEUE_STATE_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  return n_failed > 0;
}
