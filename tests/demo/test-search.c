/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A search box that takes the latest query alone, as the manual has it: a GtkSearchEntry
 * puts what is typed on a queue of 1 that drops the oldest. It runs on the display that
 * the driver has started, in a process of its own. */

#include "test-sushi-driver.h"

#include <aqueue/aqueue.h>
#include <gtk/gtk.h>

#define ENTRY_OPTION "--entry"
#define N_ROUNDS 500
#define MOST_TURNS 12

static const char *self_path;

typedef struct
{
  GtkWidget *entry;
  AqQueue *queries;
  char *query;       /* (nullable) (owned): that is searched for */
  char *last_query;  /* (nullable) (owned) */
  guint n_typed;
  guint n_searches;  /* that were started */
  guint turns_left;  /* of the search */
  gboolean is_over;
} Search;

static gboolean search_cb (gpointer user_data);

static void
got_query_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Search *self = user_data;
  g_autoptr (GError) error = NULL;

  self->query = aq_queue_get_finish (AQ_QUEUE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    {
      self->is_over = TRUE;
      return;
    }

  g_assert_no_error (error);
  self->n_searches++;

  /* Nothing that is stale: it is what stands there now. */
  g_assert_cmpstr (self->query, ==, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_assert_true (aq_queue_is_empty (self->queries));

  self->turns_left = g_random_int_range (1, MOST_TURNS);
  g_idle_add_full (G_PRIORITY_DEFAULT, search_cb, self, NULL);
}

/* It takes some turns of the main loop. */
static gboolean
search_cb (gpointer user_data)
{
  Search *self = user_data;

  if (--self->turns_left > 0)
    return G_SOURCE_CONTINUE;

  g_free (self->last_query);
  self->last_query = g_steal_pointer (&self->query);
  aq_queue_task_done (self->queries);
  aq_queue_get_async (self->queries, NULL, got_query_cb, self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (GObject    *entry,
            GParamSpec *pspec,
            gpointer    user_data)
{
  Search *self = user_data;
  char *text;

  g_object_get (entry, "text", &text, NULL);
  g_assert_true (aq_queue_try_put (self->queries, text, NULL));
  self->n_typed++;

  /* Never more than one, be it promised or not. */
  g_assert_cmpuint (aq_queue_get_length (self->queries) +
                    aq_queue_get_n_promised (self->queries), ==, 1);
}

static void
type (Search *self)
{
  g_autofree char *text = g_strdup_printf ("query %u", self->n_typed + 1);
  guint n_typed = self->n_typed;

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  g_assert_cmpuint (self->n_typed, ==, n_typed + 1);
}

static void
run_turns (guint n_turns)
{
  for (guint i = 0; i < n_turns; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
finish_searches (Search *self)
{
  while (aq_queue_get_unfinished_tasks (self->queries) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
search_up_to_date (Search *self)
{
  /* Twice in one turn, with somebody who waits, and is promised the first. */
  type (self);
  g_assert_cmpuint (aq_queue_get_n_promised (self->queries), ==, 1);
  type (self);
  finish_searches (self);
  g_assert_cmpstr (self->last_query, ==, "query 2");
  g_assert_cmpuint (self->n_searches, ==, 1);

  /* And while a search runs, or ends, or is about to begin. */
  for (int i = 0; i < N_ROUNDS; i++)
    {
      for (int n = g_random_int_range (0, 4); n > 0; n--)
        type (self);
      run_turns (g_random_int_range (0, MOST_TURNS));
    }

  finish_searches (self);
  g_assert_cmpstr (self->last_query, ==, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_assert_cmpuint (self->n_searches, >, 1);
  g_assert_cmpuint (self->n_searches + aq_queue_get_n_dropped (self->queries), ==, self->n_typed);
}

static void
run_entry (void)
{
  GtkWidget *window;
  Search self = { NULL, };

  gtk_init ();
  window = gtk_window_new ();
  self.entry = gtk_search_entry_new ();
  gtk_window_set_child (GTK_WINDOW (window), self.entry);
  gtk_window_present (GTK_WINDOW (window));

  self.queries = aq_queue_new_with_free_func (1, g_free);
  aq_queue_set_overflow (self.queries, AQ_OVERFLOW_DROP_OLDEST);
  g_signal_connect (self.entry, "notify::text", G_CALLBACK (changed_cb), &self);
  aq_queue_get_async (self.queries, NULL, got_query_cb, &self);

  search_up_to_date (&self);

  aq_queue_shutdown (self.queries, FALSE);
  while (!self.is_over)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (self.queries);
  gtk_window_destroy (GTK_WINDOW (window));
  g_free (self.last_query);
}

static void
test_search_latest_only (void)
{
  const char * const argv[] = { self_path, ENTRY_OPTION, NULL };
  g_autoptr (GSubprocess) process = driver_spawn (argv, "none");
  g_autoptr (GError) error = NULL;

  g_test_summary ("A search box starts no search for what is stale, and one waits at most.");

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
call (void (*func) (void))
{
  func ();
}

int
main (int   argc,
      char *argv[])
{
  const DriverTest tests[] = {
    { "/search/latest-only", call, test_search_latest_only },
  };

  if (argc == 2 && g_str_equal (argv[1], ENTRY_OPTION))
    {
      run_entry ();
      return 0;
    }

  self_path = argv[0];

  return driver_main (argc, argv, tests, G_N_ELEMENTS (tests), NULL);
}
