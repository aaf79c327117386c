/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-printer.h"

#include "aq-belt-name.h"
#include "aq-belt-plate.h"

#include <errno.h>
#include <glib-unix.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* When there is room in a pipe, there is room for PIPE_BUF. Stop well below, so
 * that the lines that are written together fit, and are written as a whole. */
#define ENOUGH (PIPE_BUF / 2)

typedef struct
{
  AqBeltRestaurant *restaurant;
  AqBeltView *view;
  GString *lines; /* not written yet */
  guint n_lines;
} Printer;

static void print_and_go_on (GTask *task);

static void
printer_free (Printer *printer)
{
  g_string_free (printer->lines, TRUE);
  g_free (printer);
}

static gboolean
stdout_ready_cb (int          fd,
                 GIOCondition condition,
                 gpointer     user_data)
{
  GTask *task = user_data;
  Printer *printer = g_task_get_task_data (task);
  gssize n_written;
  int errsv;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return G_SOURCE_REMOVE;
    }

  aq_belt_view_make_room (printer->view, fd);
  n_written = write (fd, printer->lines->str, MIN (printer->lines->len, PIPE_BUF));
  errsv = errno;
  aq_belt_view_come_back (printer->view);

  if (n_written >= 0)
    {
      g_string_erase (printer->lines, 0, n_written);
    }
  else if (errsv != EINTR && errsv != EAGAIN)
    {
      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errsv),
                               "write error: %s", g_strerror (errsv));
      g_object_unref (task);
      return G_SOURCE_REMOVE;
    }

  if (printer->lines->len > 0)
    return G_SOURCE_CONTINUE;

  printer->restaurant->n_printed += printer->n_lines;
  printer->n_lines = 0;
  print_and_go_on (task);

  return G_SOURCE_REMOVE;
}

/* A reader who takes their time must not freeze the main loop. */
static void
write_lines (GTask *task)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (STDOUT_FILENO, G_IO_OUT);
  g_autoptr (GSource) cancel = NULL;

  cancel = g_cancellable_source_new (g_task_get_cancellable (task));
  g_source_set_dummy_callback (cancel);
  g_source_add_child_source (source, cancel);
  g_task_attach_source (task, source, G_SOURCE_FUNC (stdout_ready_cb));
}

static void
add_line (Printer     *printer,
          AqBeltPlate *plate)
{
  g_autofree char *escaped = aq_belt_name_escape (plate->path);

  g_string_append_printf (printer->lines, "%s%s  %s\n",
                          escaped != NULL ? "\\" : "",
                          plate->digest,
                          escaped != NULL ? escaped : plate->path);
  printer->n_lines++;
}

static void
report (Printer     *printer,
        AqBeltPlate *plate)
{
  g_autofree char *quoted = aq_belt_name_quote (plate->path);

  aq_belt_view_make_room (printer->view, STDERR_FILENO);
  fprintf (stderr, "aq-belt: %s: %s\n", quoted, plate->problem);
  printer->restaurant->n_printed++;
}

/* Results come back in any order. The bill knows the right one. */
static gboolean
print_next (Printer *printer)
{
  AqQueue *bill = printer->restaurant->bill;
  g_autoptr (AqBeltPlate) plate = aq_queue_peek (bill);

  if (plate == NULL || !plate->is_back || printer->lines->len >= ENOUGH)
    return FALSE;

  /* What was printed before comes first on a terminal, too. */
  if (plate->problem != NULL && printer->lines->len > 0)
    return FALSE;

  if (plate->problem != NULL)
    report (printer, plate);
  else
    add_line (printer, plate);

  g_object_unref (aq_queue_try_get (bill, NULL));

  return TRUE;
}

static void
take_back (AqBeltRestaurant *restaurant,
           AqBeltPlate      *plate)
{
  plate->is_back = TRUE;

  restaurant->n_done++;
  if (plate->problem != NULL)
    restaurant->n_failed++;

  g_object_unref (plate);
}

static void
got_result_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GTask *task = user_data;
  Printer *printer = g_task_get_task_data (task);
  AqQueue *results = AQ_QUEUE (source);
  AqBeltPlate *plate;
  GError *error = NULL;

  plate = aq_queue_get_finish (results, result, &error);
  if (plate != NULL)
    {
      /* Take all there are, so that their lines are written together. */
      do
        take_back (printer->restaurant, plate);
      while ((plate = aq_queue_try_get (results, NULL)) != NULL);

      print_and_go_on (task);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    {
      g_error_free (error);
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      g_task_return_error (task, error);
    }

  g_object_unref (task);
}

static void
print_and_go_on (GTask *task)
{
  Printer *printer = g_task_get_task_data (task);

  while (print_next (printer))
    ;

  aq_belt_view_come_back (printer->view);

  if (printer->lines->len > 0)
    write_lines (task);
  else
    aq_queue_get_async (printer->restaurant->results, g_task_get_cancellable (task),
                        got_result_cb, task);
}

/* Prints results until there are no more to come. */
void
aq_belt_printer_run_async (AqBeltRestaurant    *restaurant,
                           AqBeltView          *view,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (NULL, restaurant->cancellable, callback, user_data);
  Printer *printer = g_new0 (Printer, 1);

  printer->restaurant = restaurant;
  printer->view = view;
  printer->lines = g_string_new (NULL);

  g_task_set_source_tag (task, aq_belt_printer_run_async);
  g_task_set_task_data (task, printer, (GDestroyNotify) printer_free);
  print_and_go_on (task);
}

gboolean
aq_belt_printer_run_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
