/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <aqueue/aqueue.h>

#include <stdlib.h>
#include <string.h>

/*
 * A window beside a queue: see drawing.py, and table.ini. The first argument is how
 * items are taken: by callbacks, or by a watch.
 */

typedef enum
{
  CONTROL,
  QUEUE,
  QUEUE_ALONE,
  N_PHASES,
} Phase;

/* What is counted in all slices of a phase. */
typedef struct
{
  guint n_draws;
  gint64 gap; /* µs: the longest time without drawing */
  guint64 n_items;
} Count;

typedef struct
{
  gboolean has_watch;
  guint bound;
  gint64 work; /* µs */
  guint n_threads;
  guint draw_interval; /* ms */
  gint draw_priority;
  guint slice_length; /* ms */
  guint n_rounds;

  GMainLoop *loop;
  AqQueue *queue; /* (nullable): of the slice */
  Count *count;   /* of the phase */
  gint64 last_draw;
  gboolean is_over; /* (atomic): the slice */
} World;

static char plate;

static void
work (World *self)
{
  gint64 end_time = g_get_monotonic_time () + self->work;

  while (self->work > 0 && g_get_monotonic_time () < end_time)
    ;
}

static void
note_gap (World *self)
{
  gint64 now = g_get_monotonic_time ();

  self->count->gap = MAX (self->count->gap, now - self->last_draw);
  self->last_draw = now;
}

static gboolean
draw_cb (gpointer data)
{
  World *self = data;

  note_gap (self);
  self->count->n_draws++;

  return G_SOURCE_CONTINUE;
}

static gboolean
slice_is_over_cb (gpointer data)
{
  World *self = data;

  g_atomic_int_set (&self->is_over, TRUE);
  g_main_loop_quit (self->loop);

  return G_SOURCE_REMOVE;
}

static void
take (World *self)
{
  self->count->n_items++;
  work (self);
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  World *self = user_data;

  if (aq_queue_get_finish (self->queue, result, NULL) == NULL)
    return;

  take (self);
  aq_queue_get_async (self->queue, NULL, got_cb, self);
}

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  if (item == NULL)
    return G_SOURCE_REMOVE;

  take (user_data);

  return G_SOURCE_CONTINUE;
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  World *self = user_data;

  if (!aq_queue_put_finish (self->queue, result, NULL))
    return;

  work (self);
  aq_queue_put_async (self->queue, &plate, NULL, put_cb, self);
}

static gpointer
put_thread (gpointer data)
{
  World *self = data;

  while (aq_queue_put_sync (self->queue, &plate, NULL, NULL))
    ;

  return NULL;
}

/* As busy as one that puts, where it need not wait. */
static gpointer
spin_thread (gpointer data)
{
  World *self = data;

  while ((self->bound == 0 || self->work == 0) && !g_atomic_int_get (&self->is_over))
    ;

  return NULL;
}

static gboolean
control_cb (gpointer data)
{
  work (data);

  return G_SOURCE_CONTINUE;
}

static void
start_queue (World *self)
{
  self->queue = aq_queue_new_with_free_func (self->bound, NULL);

  if (self->n_threads == 0)
    aq_queue_put_async (self->queue, &plate, NULL, put_cb, self);

  if (self->has_watch)
    aq_queue_add_watch (self->queue, watch_cb, self);
  else
    aq_queue_get_async (self->queue, NULL, got_cb, self);
}

static void
run_slice (World *self,
           Phase  phase)
{
  g_autofree GThread **threads = g_new (GThread *, self->n_threads);
  guint draw_id = 0, control_id = 0;

  g_atomic_int_set (&self->is_over, FALSE);
  self->last_draw = g_get_monotonic_time ();

  if (phase != QUEUE_ALONE)
    draw_id = g_timeout_add_full (self->draw_priority, self->draw_interval, draw_cb, self, NULL);
  g_timeout_add_full (G_PRIORITY_HIGH, self->slice_length, slice_is_over_cb, self, NULL);

  if (phase == CONTROL)
    control_id = g_idle_add_full (G_PRIORITY_LOW, control_cb, self, NULL);
  else
    start_queue (self);

  for (guint i = 0; i < self->n_threads; i++)
    threads[i] = g_thread_new ("put", phase == CONTROL ? spin_thread : put_thread, self);

  g_main_loop_run (self->loop);
  note_gap (self);

  if (draw_id != 0)
    g_source_remove (draw_id);
  if (control_id != 0)
    g_source_remove (control_id);
  if (self->queue != NULL)
    aq_queue_shutdown (self->queue, TRUE);
  for (guint i = 0; i < self->n_threads; i++)
    g_thread_join (threads[i]);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->queue);
}

static int
parse (const char *word)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (word, 10, 0, G_MAXINT, &number, NULL))
    g_error ("No number: %s", word);

  return (int) number;
}

int
main (int   argc,
      char *argv[])
{
  Count counts[N_PHASES] = { { 0, }, };
  World world = { 0, };

  if (argc != 9)
    g_error ("How, bound, work, threads, and what [program] says");

  world.has_watch = strcmp (argv[1], "watch") == 0;
  world.bound = (guint) parse (argv[2]);
  world.work = parse (argv[3]);
  world.n_threads = (guint) parse (argv[4]);
  world.draw_interval = (guint) parse (argv[5]);
  world.draw_priority = parse (argv[6]);
  world.slice_length = (guint) parse (argv[7]);
  world.n_rounds = (guint) parse (argv[8]);
  world.loop = g_main_loop_new (NULL, FALSE);

  for (guint i = 0; i < world.n_rounds; i++)
    for (Phase phase = CONTROL; phase < N_PHASES; phase++)
      {
        world.count = &counts[phase];
        run_slice (&world, phase);
      }

  g_print ("%u %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT
           " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
           counts[CONTROL].n_draws, counts[CONTROL].gap, counts[QUEUE].n_draws,
           counts[QUEUE].gap, counts[QUEUE].n_items, counts[QUEUE_ALONE].n_items);
  g_main_loop_unref (world.loop);

  return EXIT_SUCCESS;
}
