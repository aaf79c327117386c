/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-view.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRAME_INTERVAL_MS 100
#define PLAIN_INTERVAL_MS 1000

#define N_LINES 4

/* How many columns there are from plate to plate: fewer than three, and one
 * could not see which way they go. */
#define PITCH 3

#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

#define STYLE_NONE ""
#define STYLE_DIM "\033[2m"
#define STYLE_PLATE "\033[36m"
#define STYLE_WAIT "\033[33m"
#define STYLE_RESET "\033[m"

struct _AqBeltView
{
  AqBeltRestaurant *restaurant;
  guint n_customers;

  gboolean is_shown;         /* else it stays quiet */
  gboolean is_terminal;      /* else it writes plain lines now and then */
  gboolean is_stdout_beside; /* on the same terminal */
  gboolean is_unicode;
  gboolean has_color;
  guint timeout_id;

  gint64 start_time;
  gint64 last_time;
  guint64 last_done;
  guint64 last_bytes;
  double files_per_second;
  double bytes_per_second;
  int phase; /* how far the belt has moved, in columns */

  /* What is on the terminal */
  GString *frame;
  int n_columns;
  int widths[N_LINES];
  guint n_lines;
  gboolean made_room;
};

static volatile sig_atomic_t was_suspended;

/* Ctrl-Z gives the terminal back, and its cursor. */
static void
suspend_cb (int signum)
{
  int errsv = errno;

  (void) !write (STDERR_FILENO, SHOW_CURSOR, strlen (SHOW_CURSOR));
  raise (SIGSTOP);
  was_suspended = TRUE;

  errno = errsv;
}

static void
measure (AqBeltView *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 n_done = self->restaurant->n_done;
  guint64 n_bytes = atomic_load (&self->restaurant->n_bytes);
  double seconds = MAX (now - self->last_time, 1) / (double) G_USEC_PER_SEC;
  double weight = self->last_time == self->start_time ? 1 : MIN (seconds, 1);

  /* Smooth, over the last second or so. */
  self->files_per_second +=
    weight * ((n_done - self->last_done) / seconds - self->files_per_second);
  self->bytes_per_second +=
    weight * ((n_bytes - self->last_bytes) / seconds - self->bytes_per_second);

  if (n_done != self->last_done || n_bytes != self->last_bytes)
    self->phase = (self->phase + 1) % PITCH;

  self->last_time = now;
  self->last_done = n_done;
  self->last_bytes = n_bytes;
}

static char *
format_files (guint64 n_files)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT " %s", n_files,
                          n_files == 1 ? "file" : "files");
}

static char *
format_bytes (guint64 n_bytes)
{
  g_autofree char *text = g_format_size (n_bytes);
  g_auto (GStrv) words = g_strsplit (text, "\302\240", -1);

  /* With a space that every charset has. */
  return g_strjoinv (" ", words);
}

static char *
format_files_so_far (AqBeltView *self)
{
  g_autofree char *found = format_files (self->restaurant->n_found);

  return g_strdup_printf ("%'" G_GUINT64_FORMAT " of %s%s", self->last_done, found,
                          self->restaurant->all_found ? "" : " so far");
}

static char *
format_speed (AqBeltView *self)
{
  g_autofree char *bytes = format_bytes (self->last_bytes);
  g_autofree char *bytes_per_second = format_bytes (self->bytes_per_second);
  g_autofree char *files_per_second = NULL;

  files_per_second = g_strdup_printf ("%'.0f files/s", self->files_per_second);

  return g_strdup_printf ("%-8s   %-12s   %s/s", bytes, files_per_second, bytes_per_second);
}

/* Returns: (nullable): who waits, and why */
static char *
format_wait (AqBeltView *self)
{
  AqBeltRestaurant *restaurant = self->restaurant;
  guint n_hungry = aq_queue_get_waiting_getters (restaurant->belt);
  guint n_stuck = aq_queue_get_waiting_putters (restaurant->results);

  if (aq_queue_get_waiting_putters (restaurant->belt) > 0)
    return g_strdup ("The chef waits: the belt is full");

  if (aq_queue_get_waiting_putters (restaurant->bill) > 0)
    return g_strdup ("The chef waits: too far ahead of the printer");

  if (n_stuck > 0)
    return g_strdup_printf ("%u %s: the printer is busy", n_stuck,
                            n_stuck == 1 ? "customer waits" : "customers wait");

  if (n_hungry > 0 && !restaurant->all_found)
    return g_strdup_printf ("%u %s: the belt is empty", n_hungry,
                            n_hungry == 1 ? "customer waits" : "customers wait");

  return NULL;
}

/* Adds text to the last line of the frame, as far as it fits. */
static void
add (AqBeltView *self,
     const char *style,
     const char *text)
{
  int *width = &self->widths[self->n_lines];
  int length = CLAMP (self->n_columns - 1 - *width, 0, g_utf8_strlen (text, -1));

  if (self->has_color)
    g_string_append (self->frame, style);
  g_string_append_len (self->frame, text, g_utf8_offset_to_pointer (text, length) - text);
  if (self->has_color)
    g_string_append (self->frame, STYLE_RESET);

  *width += length;
}

static void
end_line (AqBeltView *self)
{
  g_string_append_c (self->frame, '\n');
  self->n_lines++;
}

static void
add_places (AqBeltView *self,
            const char *style,
            const char *glyph,
            int         n_places)
{
  g_autoptr (GString) places = g_string_new (NULL);

  for (int i = 0; i < n_places; i++)
    g_string_append_printf (places, "%s%*s", glyph, PITCH - 1, "");

  add (self, style, places->str);
}

/* A belt that is too long for the terminal is drawn to scale. */
static void
add_belt (AqBeltView *self)
{
  gint64 max_size = aq_queue_get_max_size (self->restaurant->belt);
  gint64 length = aq_queue_get_length (self->restaurant->belt);
  const char *arrow = self->is_unicode ? "›" : ">";
  g_autofree char *chef = NULL;
  g_autofree char *customers = NULL;
  int room, n_places, n_plates;

  chef = g_strdup_printf ("chef %s %*s", arrow, self->phase, "");
  customers = g_strdup_printf ("%*s%s %u %s", PITCH - 1 - self->phase, "", arrow,
                               self->n_customers,
                               self->n_customers == 1 ? "customer" : "customers");

  room = self->n_columns - 1 - g_utf8_strlen (chef, -1) - g_utf8_strlen (customers, -1);
  n_places = CLAMP (room / PITCH, 1, max_size);
  n_plates = MIN (n_places, (length * n_places + max_size - 1) / max_size);

  add (self, STYLE_DIM, chef);
  add_places (self, STYLE_DIM, self->is_unicode ? "∙" : ".", n_places - n_plates);
  add_places (self, STYLE_PLATE, self->is_unicode ? "◉" : "o", n_plates);
  add (self, STYLE_DIM, customers);
  end_line (self);
}

static void
erase (AqBeltView *self)
{
  struct winsize size = { 0, };
  int n_rows = 0;

  ioctl (STDERR_FILENO, TIOCGWINSZ, &size);
  self->n_columns = size.ws_col > 0 ? size.ws_col : 80;

  /* After Ctrl-Z there is something else where we were. */
  if (was_suspended)
    self->n_lines = 0;
  was_suspended = FALSE;

  /* A terminal that became narrower has broken the lines. */
  for (guint i = 0; i < self->n_lines; i++)
    n_rows += MAX (1, (self->widths[i] + self->n_columns - 1) / self->n_columns);

  g_string_truncate (self->frame, 0);
  if (n_rows > 0)
    g_string_append_printf (self->frame, "\r\033[%dA\033[J", n_rows);

  self->n_lines = 0;
  memset (self->widths, 0, sizeof self->widths);
}

static void
draw (AqBeltView *self)
{
  g_autofree char *last = g_strdup (self->frame->str);
  g_autofree char *wait = format_wait (self);
  g_autofree char *files = format_files_so_far (self);
  g_autofree char *speed = format_speed (self);

  erase (self);
  g_string_append (self->frame, HIDE_CURSOR);

  add_belt (self);
  if (wait != NULL)
    add (self, STYLE_WAIT, wait);
  else
    add (self, STYLE_NONE, self->restaurant->all_found ? "The chef is done" : "Nobody waits");
  end_line (self);
  add (self, STYLE_NONE, files);
  end_line (self);
  add (self, STYLE_NONE, speed);
  end_line (self);

  if (!g_str_equal (self->frame->str, last))
    fputs (self->frame->str, stderr);
  self->made_room = FALSE;
}

/* After bg the terminal is somebody else's. */
static gboolean
is_in_background (void)
{
  pid_t group = tcgetpgrp (STDERR_FILENO);

  return group >= 0 && group != getpgrp ();
}

static gboolean
tick_cb (gpointer user_data)
{
  AqBeltView *self = user_data;
  g_autofree char *files = NULL;
  g_autofree char *bytes = NULL;

  measure (self);

  if (!self->is_terminal)
    {
      files = format_files_so_far (self);
      bytes = format_bytes (self->last_bytes);
      fprintf (stderr, "%s, %s\n", files, bytes);
    }
  else if (!is_in_background ())
    {
      draw (self);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
is_same_terminal (void)
{
  struct stat out, err;

  return isatty (STDOUT_FILENO) &&
         fstat (STDOUT_FILENO, &out) == 0 &&
         fstat (STDERR_FILENO, &err) == 0 &&
         out.st_rdev == err.st_rdev;
}

static gboolean
can_redraw (void)
{
  const char *term = g_getenv ("TERM");

  return isatty (STDERR_FILENO) && term != NULL && !g_str_equal (term, "dumb");
}

/* @force: show something even if there is no terminal to draw on */
AqBeltView *
aq_belt_view_new (AqBeltRestaurant *restaurant,
                  guint             n_customers,
                  gboolean          force)
{
  AqBeltView *self = g_new0 (AqBeltView, 1);
  const char *no_color = g_getenv ("NO_COLOR");

  self->restaurant = restaurant;
  self->n_customers = n_customers;
  self->is_terminal = can_redraw ();
  self->is_shown = self->is_terminal || force;
  self->is_stdout_beside = is_same_terminal ();
  self->is_unicode = g_get_charset (NULL);
  self->has_color = no_color == NULL || *no_color == '\0';
  self->start_time = self->last_time = g_get_monotonic_time ();
  self->frame = g_string_new (NULL);

  if (self->is_terminal && signal (SIGTSTP, suspend_cb) == SIG_IGN)
    signal (SIGTSTP, SIG_IGN);

  if (self->is_shown)
    self->timeout_id = g_timeout_add (self->is_terminal ? FRAME_INTERVAL_MS
                                                        : PLAIN_INTERVAL_MS,
                                      tick_cb, self);

  return self;
}

void
aq_belt_view_free (AqBeltView *self)
{
  aq_belt_view_stop (self);
  g_string_free (self->frame, TRUE);
  g_free (self);
}

/* Leaves the terminal as it was. */
void
aq_belt_view_stop (AqBeltView *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);

  if (!self->is_terminal)
    return;

  erase (self);
  g_string_append (self->frame, SHOW_CURSOR);
  fputs (self->frame->str, stderr);

  signal (SIGTSTP, SIG_DFL);
  self->is_terminal = FALSE;
}

void
aq_belt_view_summarize (AqBeltView *self)
{
  AqBeltRestaurant *restaurant = self->restaurant;
  double seconds = (g_get_monotonic_time () - self->start_time) / (double) G_USEC_PER_SEC;
  g_autofree char *files = format_files (restaurant->n_done - restaurant->n_failed);
  g_autofree char *bytes = format_bytes (atomic_load (&restaurant->n_bytes));

  if (self->is_shown)
    fprintf (stderr, "%s, %s in %.1f s\n", files, bytes, seconds);
}

void
aq_belt_view_make_room (AqBeltView *self,
                        int         fd)
{
  if (self->n_lines == 0 || (fd == STDOUT_FILENO && !self->is_stdout_beside))
    return;

  erase (self);
  fputs (self->frame->str, stderr);
  self->made_room = TRUE;
}

void
aq_belt_view_come_back (AqBeltView *self)
{
  if (self->made_room)
    draw (self);
}
