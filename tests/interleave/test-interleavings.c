/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <aqueue/aqueue.h>

#include "explorer.h"

/*
 * Two and three things happen to a queue at once, in every order.
 *
 * Each test takes a queue in some state, and lets as many threads loose on it as
 * there are things to happen; the explorer lets them run in every order, down to
 * the single lock. Whatever the order:
 *
 *  - no plate is lost, or taken twice (P1);
 *  - what came out is what would have come out had the things happened one
 *    after the other, each as a whole (P2);
 *  - who came first is served first (P3);
 *  - nobody sleeps, or stands in line, while there is something for them;
 *  - the queue is never full and empty at once (P11);
 *  - what comes back is told of, and goes to whoever waits (P12).
 */

#define N_PLATES 6

typedef struct
{
  int n_put;
  int n_taken; /* and not put back */
  int n_dropped;
  int n_removed;
} Plate;

/* What has a result. */
typedef enum
{
  FIRST, /* of two operations that have begun before */
  SECOND,
  WATCH,
  PUT,
  PUT_SYNC,
  TRY_GET,
  GET_MANY,
  GET_SYNC,
  TIMED_GET,
  GET_ASYNC,
  JOIN,
  WORK,
  PUT_BACK,
  REMOVE,
  CLEAR,
  N_RESULTS
} Which;

static const char * const result_names[N_RESULTS] = {
  "first", "second", "watch", "put", "put_sync", "try_get", "get_many", "get_sync",
  "timed_get", "get_async", "join", "work", "put_back", "remove",
  "clear",
};

typedef struct _World World;

typedef struct
{
  World *world;
  Which which;
} Operation;

struct _World
{
  AqQueue *queue;        /* (nullable): NULL once it is finalized */
  gboolean is_kept;      /* we have a reference to it */
  GMainContext *context; /* (nullable): in which the two have begun */
  GCancellable *cancellables[2]; /* of the first, and of the second */
  GCancellable *patience;        /* of whoever else waits */
  GSource *watch;                /* (nullable) */

  Plate plates[N_PLATES];
  Operation operations[N_RESULTS];
  char *results[N_RESULTS]; /* (nullable): of what has ended */
  GString *callbacks;       /* in the order in which they came */

  gboolean is_heard; /* a main loop runs where signals are emitted */
  guint n_told;      /* items, by a signal */
  guint n_put_back;
  guint n_untold;
  gboolean is_unserved; /* somebody who could be served */
  gboolean is_stuck;    /* neither a put nor a get could go on */

  char *outcome; /* (nullable): until it is quiet */
  guint n_late;  /* of what came only after that */
};

static guint64 n_orders; /* that were tried */

/* For what has no data of its own. */
static World *this_world;

static void
tell (World      *world,
      Which       which,
      const char *result)
{
  char *all = world->results[which] == NULL
                ? g_strdup (result)
                : g_strconcat (world->results[which], "+", result, NULL);

  g_free (world->results[which]);
  world->results[which] = all;

  if (world->outcome != NULL && !g_str_equal (result, "sent home"))
    world->n_late++;
}

static gboolean
is_patient (Which which)
{
  return which == PUT_SYNC || which == GET_SYNC || which == TIMED_GET ||
         which == GET_ASYNC || which == JOIN;
}

static void
tell_error (World  *world,
            Which   which,
            GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);

  if (world->outcome != NULL && is_patient (which) && error->code == G_IO_ERROR_CANCELLED)
    tell (world, which, "sent home");
  else
    tell (world, which, error->code == G_IO_ERROR_CANCELLED ? "cancelled" :
                        error->code == G_IO_ERROR_CLOSED ? "closed" :
                        error->code == G_IO_ERROR_WOULD_BLOCK ? "would block" :
                        error->code == G_IO_ERROR_TIMED_OUT ? "timed out" : error->message);
  g_error_free (error);
}

static void
tell_put (World  *world,
          Which   which,
          Plate  *plate,
          GError *error)
{
  if (error != NULL)
    {
      tell_error (world, which, error);
      return;
    }

  plate->n_put++;
  tell (world, which, "in");
}

static void
tell_get (World  *world,
          Which   which,
          Plate  *plate,
          GError *error)
{
  char name[] = "plate 0";

  if (plate == NULL)
    {
      tell_error (world, which, error);
      return;
    }

  plate->n_taken++;
  name[6] += plate - world->plates;
  tell (world, which, name);
}

static void
drop_plate (gpointer data)
{
  ((Plate *) data)->n_dropped++;
}

static gboolean
is_polled (gpointer data)
{
  GArray *fds = data;

  return this_world->outcome != NULL || g_poll ((gpointer) fds->data, fds->len, 0) > 0;
}

/* To sleep is to wait until there is something to poll, or all is quiet. */
static gint
sleep_at_point (GPollFD *fds,
                guint    n_fds,
                gint     timeout)
{
  if (timeout != 0)
    {
      GArray array = { (gpointer) fds, n_fds };

      explorer_wait (is_polled, &array, "sleep");
    }

  return g_poll (fds, n_fds, 0);
}

static void
run_context (GMainContext *context)
{
  while (this_world->outcome == NULL)
    {
      explorer_end_call ();
      g_main_context_iteration (context, TRUE);
    }

  /* Nothing is left to do for who was told to sleep. */
  while (g_main_context_iteration (context, FALSE))
    ;
}

/* The two operations, and the watch */

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Operation *operation = user_data;
  g_autoptr (GError) error = NULL;
  Plate *plate;

  /* What others call back in other threads has no place among these. */
  if (operation->which != GET_ASYNC)
    g_string_append_printf (operation->world->callbacks, " %s", result_names[operation->which]);

  explorer_end_call ();
  plate = aq_queue_get_finish (AQ_QUEUE (source), result, &error);
  tell_get (operation->world, operation->which, plate, g_steal_pointer (&error));
  explorer_end_call ();
}

/* One who changes their mind when it is too late to cancel. */
static void
left_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Operation *operation = user_data;

  g_string_append_printf (operation->world->callbacks, " %s", result_names[operation->which]);
  explorer_end_call ();
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Operation *operation = user_data;
  g_autoptr (GError) error = NULL;

  g_string_append_printf (operation->world->callbacks, " %s", result_names[operation->which]);

  aq_queue_put_finish (AQ_QUEUE (source), result, &error);
  tell_put (operation->world, operation->which, &operation->world->plates[operation->which],
            g_steal_pointer (&error));
  explorer_end_call ();
}

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  item,
          gpointer  user_data)
{
  if (item != NULL)
    tell_get (user_data, WATCH, item, NULL);
  else
    tell (user_data, WATCH, "end");
  explorer_end_call ();

  return G_SOURCE_CONTINUE;
}

static void
added_cb (AqQueue *queue,
          guint    n_items,
          World   *world)
{
  world->n_told += n_items;

  if (world->outcome != NULL)
    world->n_late++;
}

/* What can happen */

static void
do_run_loop (gpointer data)
{
  run_context (((World *) data)->context);
}

static void
do_put (gpointer data)
{
  World *world = data;
  GError *error = NULL;

  aq_queue_try_put (world->queue, &world->plates[3], &error);
  tell_put (world, PUT, &world->plates[3], error);
}

static void
do_put_sync (gpointer data)
{
  World *world = data;
  GError *error = NULL;

  aq_queue_put_sync (world->queue, &world->plates[4], world->patience, &error);
  tell_put (world, PUT_SYNC, &world->plates[4], error);
}

static void
do_try_get (gpointer data)
{
  World *world = data;
  GError *error = NULL;
  Plate *plate = aq_queue_try_get (world->queue, &error);

  tell_get (world, TRY_GET, plate, error);
}

static void
do_get_many (gpointer data)
{
  World *world = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) plates = aq_queue_try_get_many (world->queue, 2, &error);

  if (plates == NULL)
    {
      tell_error (world, GET_MANY, error);
      return;
    }

  g_ptr_array_set_free_func (plates, NULL);
  for (guint i = 0; i < plates->len; i++)
    tell_get (world, GET_MANY, plates->pdata[i], NULL);
}

static void
do_get_sync (gpointer data)
{
  World *world = data;
  GError *error = NULL;
  Plate *plate = aq_queue_get_sync (world->queue, world->patience, &error);

  tell_get (world, GET_SYNC, plate, error);
}

static void
do_timed_get (gpointer data)
{
  World *world = data;
  GError *error = NULL;
  Plate *plate = aq_queue_timed_get (world->queue, 1, world->patience, &error);

  tell_get (world, TIMED_GET, plate, error);
}

static void
do_get_async (gpointer data)
{
  World *world = data;
  GMainContext *context = g_main_context_new ();

  g_main_context_set_poll_func (context, sleep_at_point);
  g_main_context_push_thread_default (context);
  aq_queue_get_async (world->queue, world->patience, got_cb, &world->operations[GET_ASYNC]);
  run_context (context);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static void
do_join (gpointer data)
{
  World *world = data;
  GError *error = NULL;

  if (aq_queue_join_sync (world->queue, world->patience, &error))
    tell (world, JOIN, "done");
  else
    tell_error (world, JOIN, error);
}

static void
do_work (gpointer data)
{
  World *world = data;
  GError *error = NULL;
  Plate *plate = aq_queue_try_get (world->queue, &error);

  tell_get (world, WORK, plate, error);
  explorer_end_call ();
  if (plate != NULL)
    aq_queue_task_done (world->queue);
}

/* One who cannot do the work. */
static void
do_put_back (gpointer data)
{
  World *world = data;
  GError *error = NULL;
  Plate *plate = aq_queue_try_get (world->queue, &error);

  tell_get (world, PUT_BACK, plate, error);
  explorer_end_call ();
  if (plate == NULL)
    return;

  plate->n_taken--;
  world->n_put_back++;
  aq_queue_put_back (world->queue, plate);
}

static void
do_remove (gpointer data)
{
  World *world = data;
  gboolean is_removed = aq_queue_remove (world->queue, &world->plates[2]);

  tell (world, REMOVE, is_removed ? "out" : "not there");
  world->plates[2].n_removed += is_removed;
}

static void
do_pause (gpointer data)
{
  aq_queue_set_paused (((World *) data)->queue, TRUE);
}

static void
do_rest (gpointer data)
{
  World *world = data;

  aq_queue_set_paused (world->queue, TRUE);
  explorer_end_call ();
  aq_queue_set_paused (world->queue, FALSE);
}

static void
do_cancel_first (gpointer data)
{
  explorer_cancel (((World *) data)->cancellables[0]);
}

static void
do_cancel_second (gpointer data)
{
  explorer_cancel (((World *) data)->cancellables[1]);
}

static void
do_cancel_other (gpointer data)
{
  explorer_cancel (((World *) data)->patience);
}

static void
do_shut_down (gpointer data)
{
  aq_queue_shutdown (((World *) data)->queue, FALSE);
}

static void
do_shut_down_now (gpointer data)
{
  aq_queue_shutdown (((World *) data)->queue, TRUE);
}

static void
do_clear (gpointer data)
{
  World *world = data;
  g_autofree char *n = g_strdup_printf ("%u", aq_queue_clear (world->queue));

  tell (world, CLEAR, n);
}

static void
do_grow (gpointer data)
{
  aq_queue_set_max_size (((World *) data)->queue, 2);
}

static void
do_shrink (gpointer data)
{
  aq_queue_set_max_size (((World *) data)->queue, 1);
}

static void
do_drop_oldest (gpointer data)
{
  aq_queue_set_overflow (((World *) data)->queue, AQ_OVERFLOW_DROP_OLDEST);
}

static void
do_drop_newest (gpointer data)
{
  aq_queue_set_overflow (((World *) data)->queue, AQ_OVERFLOW_DROP_NEWEST);
}

static void
do_limit (gpointer data)
{
  aq_queue_set_max_in_flight (((World *) data)->queue, 1);
}

static void
do_end_watch (gpointer data)
{
  World *world = data;

  if (world->watch != NULL)
    g_source_destroy (world->watch);
}

/* For those who let go of things, at the end of a test */

static void
do_let_go_of_queue (gpointer data)
{
  World *world = data;

  world->is_kept = FALSE;
  g_object_unref (world->queue);
}

static void
do_let_go_of_context (gpointer data)
{
  g_main_context_unref (g_steal_pointer (&((World *) data)->context));
}

static const Actor run_loop = { "loop", do_run_loop };

static const Actor events[] = {
  { "put", do_put },
  { "try_get", do_try_get },
  { "work", do_work },
  { "cancel first", do_cancel_first },
  { "cancel second", do_cancel_second },
  { "shutdown", do_shut_down },
  { "shutdown now", do_shut_down_now },
  { "clear", do_clear },
  { "grow", do_grow },
  { "drop oldest", do_drop_oldest },
  { "limit", do_limit },
  { "end watch", do_end_watch },
  /* From here on: with many more points. */
  { "put_back", do_put_back },
  { "rest", do_rest },
  { "get_many", do_get_many },
  { "put_sync", do_put_sync },
  { "get_sync", do_get_sync },
  { "timed_get", do_timed_get },
  { "get_async", do_get_async },
  { "join", do_join },
  { "cancel other", do_cancel_other },
  { "cancel first, too", do_cancel_first },
  { "shrink", do_shrink },
  { "drop newest", do_drop_newest },
  { "remove", do_remove },
  { "pause", do_pause },
};

#define N_SHORT_EVENTS 12

/* These meet a main loop each time, and not only if the test is thorough. */
#define N_LOOP_EVENTS 14

/* What there is at the beginning. The queue has room for one plate. */
typedef enum
{
  GETS_WAIT,     /* two of them */
  GET_IS_READY,  /* the first is promised a plate, the second waits */
  GETS_LEAVE,    /* as above, and neither will collect */
  GET_AND_PUT,   /* the first is promised a plate, and the place taken by another */
  GET_IS_OVERDUE, /* the time of the first is up, which no main loop has seen; both wait */
  PUTS_WAIT,     /* two of them, with one plate on the belt */
  WATCH_IS_READY, /* a watch is promised a plate, a get waits */
  WATCH_WAITS,
} Start;

/* Where signals are emitted. What waits in a context and what lives in it keep
 * each other, if nobody ever runs it: so it is for GTask too. */
typedef enum
{
  HOME_IS_CONTEXT, /* the same in which operations begin */
  HOME_IS_DEFAULT,
} Home;

static void
start_get (World               *world,
           Which                which,
           GAsyncReadyCallback  callback)
{
  aq_queue_get_async (world->queue, world->cancellables[which], callback,
                      &world->operations[which]);
}

static void
start_overdue_get (World *world,
                   Which  which)
{
  gint64 start_time = g_get_monotonic_time ();

  aq_queue_timed_get_async (world->queue, 1, world->cancellables[which], got_cb,
                            &world->operations[which]);

  /* By then the clock has gone on, however coarse it is. */
  while (g_get_monotonic_time () <= start_time + 1)
    g_thread_yield ();
}

static void
start_put (World *world,
           Which  which)
{
  aq_queue_put_async (world->queue, &world->plates[which], world->cancellables[which],
                      put_cb, &world->operations[which]);
}

static void
start_watch (World *world)
{
  world->watch = aq_queue_create_source (world->queue, world->cancellables[FIRST]);
  g_source_set_callback (world->watch, G_SOURCE_FUNC (watch_cb), world, NULL);
  g_source_attach (world->watch, world->context);
  while (g_main_context_iteration (world->context, FALSE))
    ;
}

static void
put_plate (World *world)
{
  aq_queue_try_put (world->queue, &world->plates[2], NULL);
  world->plates[2].n_put++;
}

static World *
world_new (Start start,
           Home  home)
{
  World *world = g_new0 (World, 1);

  this_world = world;
  world->context = g_main_context_new ();
  g_main_context_set_poll_func (world->context, sleep_at_point);

  if (home == HOME_IS_DEFAULT)
    world->queue = aq_queue_new_with_free_func (1, drop_plate);

  g_main_context_push_thread_default (world->context);

  if (home == HOME_IS_CONTEXT)
    world->queue = aq_queue_new_with_free_func (1, drop_plate);

  world->is_kept = TRUE;
  g_object_add_weak_pointer (G_OBJECT (world->queue), (gpointer *) &world->queue);
  world->callbacks = g_string_new (NULL);
  world->patience = g_cancellable_new ();
  for (guint i = 0; i < G_N_ELEMENTS (world->cancellables); i++)
    world->cancellables[i] = g_cancellable_new ();
  for (guint i = 0; i < N_RESULTS; i++)
    world->operations[i] = (Operation) { world, i };

  g_signal_connect (world->queue, "items-added", G_CALLBACK (added_cb), world);

  switch (start)
    {
    case GETS_WAIT:
      start_get (world, FIRST, got_cb);
      start_get (world, SECOND, got_cb);
      break;

    case GET_IS_READY:
      start_get (world, FIRST, got_cb);
      start_get (world, SECOND, got_cb);
      put_plate (world);
      break;

    case GETS_LEAVE:
      start_get (world, FIRST, left_cb);
      start_get (world, SECOND, left_cb);
      put_plate (world);
      break;

    case GET_AND_PUT:
      start_get (world, FIRST, got_cb);
      put_plate (world);
      start_put (world, SECOND);
      break;

    case GET_IS_OVERDUE:
      start_overdue_get (world, FIRST);
      start_get (world, SECOND, got_cb);
      break;

    case PUTS_WAIT:
      put_plate (world);
      start_put (world, FIRST);
      start_put (world, SECOND);
      break;

    case WATCH_IS_READY:
      start_watch (world);
      start_get (world, SECOND, got_cb);
      put_plate (world);
      break;

    case WATCH_WAITS:
      start_watch (world);
      break;

    default:
      g_assert_not_reached ();
    }

  g_main_context_pop_thread_default (world->context);

  return world;
}

static gboolean
is_limited (AqQueue *queue)
{
  guint max_in_flight = aq_queue_get_max_in_flight (queue);

  return max_in_flight > 0 &&
         aq_queue_get_in_flight (queue) + aq_queue_get_n_promised (queue) >= max_in_flight;
}

/* Whether gets wait though there are items. */
static gboolean
is_held_back (AqQueue *queue)
{
  return aq_queue_get_paused (queue) || is_limited (queue);
}

/* Whether somebody waits, though the figures say that there is no need to. */
static gboolean
can_serve (AqQueue *queue)
{
  if (aq_queue_get_waiting_putters (queue) > 0 &&
      (aq_queue_get_length (queue) < aq_queue_get_max_size (queue) ||
       aq_queue_get_overflow (queue) != AQ_OVERFLOW_WAIT))
    return TRUE;

  return aq_queue_get_waiting_getters (queue) > 0 && aq_queue_get_length (queue) > 0 &&
         !is_held_back (queue);
}

/* All is done that will be done. Whoever still waits is told to go home. */
static void
world_quiet (gpointer data)
{
  World *world = data;
  GString *outcome = g_string_new (NULL);

  for (guint i = 0; i < N_RESULTS; i++)
    if (world->results[i] != NULL)
      g_string_append_printf (outcome, "%s: %s, ", result_names[i], world->results[i]);

  if (world->queue != NULL)
    g_string_append_printf (outcome, "length %u, %u promised, %" G_GUINT64_FORMAT " dropped, "
                            "%" G_GUINT64_FORMAT " unfinished, %u get, %u put, state %d, ",
                            aq_queue_get_length (world->queue),
                            aq_queue_get_n_promised (world->queue),
                            aq_queue_get_n_dropped (world->queue),
                            aq_queue_get_unfinished_tasks (world->queue),
                            aq_queue_get_waiting_getters (world->queue),
                            aq_queue_get_waiting_putters (world->queue),
                            aq_queue_get_state (world->queue));

  g_string_append_printf (outcome, "callbacks%s", world->callbacks->str);
  world->outcome = g_string_free (outcome, FALSE);

  if (world->is_heard && world->queue != NULL)
    {
      world->n_untold = aq_queue_get_length (world->queue) +
                        aq_queue_get_n_promised (world->queue) +
                        (guint) aq_queue_get_n_dropped (world->queue) +
                        world->n_put_back - world->n_told;
      for (guint i = 0; i < N_PLATES; i++)
        world->n_untold += (guint) world->plates[i].n_taken;
    }

  if (world->queue != NULL)
    {
      world->is_unserved = can_serve (world->queue);
      world->is_stuck = aq_queue_is_full (world->queue) && aq_queue_is_empty (world->queue) &&
                        !is_held_back (world->queue);
    }

  g_cancellable_cancel (world->patience);
}

static gboolean
is_served (World *world,
           Which  which)
{
  const char *result = world->results[which];

  return result != NULL && (g_str_has_prefix (result, "plate") || g_str_equal (result, "in"));
}

/* Returns: (nullable): what is wrong */
static const char *
world_find_fault (World *world,
                  Start  start)
{
  if (world->n_untold != 0)
    return "an item came in, and no signal told of it";

  if (world->is_unserved)
    return "somebody waits who could be served";

  if (world->is_stuck)
    return "the queue is full and empty at once";

  if (world->n_late > 0)
    return "somebody slept while there was something to do";

  if (start != WATCH_IS_READY && start != WATCH_WAITS && start != GET_AND_PUT &&
      is_served (world, SECOND) && world->results[FIRST] == NULL)
    return "the second was served before the first";

  return NULL;
}

/* Returns: (nullable): what is wrong */
static const char *
world_end (World *world)
{
  const char *fault = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (world->cancellables); i++)
    g_cancellable_cancel (world->cancellables[i]);

  if (world->watch != NULL)
    g_source_destroy (world->watch);
  g_clear_pointer (&world->watch, g_source_unref);

  if (world->context != NULL)
    while (g_main_context_iteration (world->context, FALSE))
      ;

  if (world->is_kept)
    g_object_unref (world->queue);
  g_clear_pointer (&world->context, g_main_context_unref);

  if (world->queue != NULL)
    fault = "the queue is not finalized";

  for (guint i = 0; i < N_PLATES; i++)
    {
      Plate *plate = &world->plates[i];

      /* A put whose context is gone was never told that its plate is in. */
      if (i <= SECOND && plate->n_put == 0 && world->results[i] == NULL)
        plate->n_put = MIN (1, plate->n_taken + plate->n_dropped);

      if (plate->n_put != plate->n_taken + plate->n_dropped + plate->n_removed)
        fault = "a plate is lost, or was taken twice";
    }

  for (guint i = 0; i < G_N_ELEMENTS (world->cancellables); i++)
    g_object_unref (world->cancellables[i]);
  g_object_unref (world->patience);
  for (guint i = 0; i < N_RESULTS; i++)
    g_free (world->results[i]);
  g_string_free (world->callbacks, TRUE);
  g_free (world->outcome);
  g_free (world);

  return fault;
}

/* Runs @actors in all orders. Without @allowed, returns what came out; with it,
 * whatever comes out has to be among that. */
static GHashTable *
explore (Start          start,
         Home           home,
         const Actor   *actors,
         guint          n_actors,
         ExplorerGrain  grain,
         guint          max_interruptions,
         GHashTable    *allowed)
{
  g_autoptr (Explorer) explorer = explorer_new (grain, max_interruptions);
  GHashTable *outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  do
    {
      World *world = world_new (start, home);
      g_autofree char *outcome = NULL;
      const char *fault, *fault_at_end;
      gboolean is_new;

      for (guint i = 0; i < n_actors; i++)
        world->is_heard |= actors[i].run == do_run_loop && home == HOME_IS_CONTEXT;
      is_new = explorer_run (explorer, actors, n_actors, world_quiet, world);
      if (is_new && grain == EXPLORER_AT_ALL_POINTS)
        n_orders++;

      outcome = g_strdup (world->outcome);
      fault = world_find_fault (world, start);
      fault_at_end = world_end (world);

      if (fault == NULL)
        fault = fault_at_end;
      if (fault == NULL && allowed != NULL && !g_hash_table_contains (allowed, outcome))
        fault = "this comes out of no order of whole calls";

      if (fault != NULL)
        {
          g_autofree char *order = explorer_describe (explorer);

          g_error ("%s: %s\n%s", fault, outcome, order);
        }

      g_hash_table_add (outcomes, g_steal_pointer (&outcome));
    }
  while (explorer_next (explorer));

  return outcomes;
}

static void
try_actors (Start        start,
            Home         home,
            const Actor *actors,
            guint        n_actors,
            guint        max_interruptions)
{
  g_autoptr (GHashTable) allowed = NULL;
  g_autoptr (GHashTable) outcomes = NULL;

  allowed = explore (start, home, actors, n_actors, EXPLORER_BETWEEN_CALLS,
                     G_MAXUINT, NULL);
  outcomes = explore (start, home, actors, n_actors, EXPLORER_AT_ALL_POINTS,
                      max_interruptions, allowed);
}

typedef struct
{
  const char *name;
  Start start;
} Case;

static const Case cases[] = {
  { "gets-wait", GETS_WAIT },
  { "get-is-ready", GET_IS_READY },
  { "gets-leave", GETS_LEAVE },
  { "get-and-put", GET_AND_PUT },
  { "get-is-overdue", GET_IS_OVERDUE },
  { "puts-wait", PUTS_WAIT },
  { "watch-is-ready", WATCH_IS_READY },
  { "watch-waits", WATCH_WAITS },
};

static gboolean
makes_sense (const Actor *actor,
             Start        start,
             Home         home)
{
  gboolean has_watch = start == WATCH_IS_READY || start == WATCH_WAITS;

  /* Not while its context goes, which GLib itself does not survive. */
  if (actor->run == do_end_watch)
    return has_watch && home == HOME_IS_CONTEXT;
  if (actor->run == do_cancel_second)
    return start != WATCH_WAITS;

  return TRUE;
}

/* Tries each of the first @n_events with the one in @actors, in all orders where these
 * are not too many. */
static void
try_each (Start  start,
          Home   home,
          Actor *actors,
          guint  n_events)
{
  for (guint i = 0; i < n_events; i++)
    if (makes_sense (&events[i], start, home))
      {
        actors[1] = events[i];
        try_actors (start, home, actors, 2, i < N_SHORT_EVENTS ? G_MAXUINT : 3);
      }
}

/* Tries all that can be chosen of the first @n_events, to go with those in
 * @actors. */
static void
try_choices (Start        start,
             Home         home,
             Actor       *actors,
             guint        n_actors,
             guint        n_more,
             guint        n_events,
             guint        max_interruptions)
{
  if (n_more == 0)
    {
      try_actors (start, home, actors, n_actors, max_interruptions);
      return;
    }

  for (guint i = 0; i < n_events; i++)
    if (makes_sense (&events[i], start, home))
      {
        actors[n_actors] = events[i];
        try_choices (start, home, actors, n_actors + 1, n_more - 1, i, max_interruptions);
      }
}

static void
test_two (gconstpointer data)
{
  const Case *test_case = data;
  Actor actors[EXPLORER_MAX_ACTORS];

  g_test_summary ("Any two things can happen at once, in every order.");

  try_choices (test_case->start, HOME_IS_CONTEXT, actors, 0, 2, G_N_ELEMENTS (events),
               g_test_thorough () ? G_MAXUINT : 2);
}

/* How often one may be interrupted who could go on. Of most bugs of this kind
 * it is known that two are enough; and all orders of three threads would take
 * days. */
static guint
max_interruptions (void)
{
  return g_test_thorough () ? 2 : 1;
}

static void
test_one_and_loop (gconstpointer data)
{
  const Case *test_case = data;
  guint n_events = g_test_thorough () ? G_N_ELEMENTS (events) : N_LOOP_EVENTS;
  Actor actors[EXPLORER_MAX_ACTORS] = { run_loop };

  g_test_summary ("Anything can happen while a main loop collects, in every order.");

  for (Home home = HOME_IS_CONTEXT; home <= HOME_IS_DEFAULT; home++)
    try_each (test_case->start, home, actors, n_events);
}

static void
test_two_and_loop (gconstpointer data)
{
  const Case *test_case = data;
  Actor actors[EXPLORER_MAX_ACTORS] = { run_loop };

  g_test_summary ("Any two things can happen at once while a main loop runs.");

  /* With signals, and without: they wake the loop too, and so could hide that
   * something else does not. */
  for (Home home = HOME_IS_CONTEXT; home <= HOME_IS_DEFAULT; home++)
    try_choices (test_case->start, home, actors, 1, 2,
                 g_test_thorough () ? G_N_ELEMENTS (events) : N_LOOP_EVENTS,
                 max_interruptions ());
}

static void
test_three (gconstpointer data)
{
  const Case *test_case = data;
  Actor actors[EXPLORER_MAX_ACTORS];

  g_test_summary ("Any three things can happen at once.");

  try_choices (test_case->start, HOME_IS_CONTEXT, actors, 0, 3, G_N_ELEMENTS (events),
               max_interruptions ());
}

static void
test_let_go_of_queue (gconstpointer data)
{
  const Case *test_case = data;
  const Actor actors[] = {
    { "let go", do_let_go_of_queue },
    { "cancel second", do_cancel_second },
    { "cancel first", do_cancel_first },
    run_loop,
  };
  const Actor collectors[] = { actors[0], run_loop };

  g_test_summary ("The last reference can go while operations end.");

  try_actors (test_case->start, HOME_IS_CONTEXT, collectors, 2, G_MAXUINT);

  try_actors (test_case->start, HOME_IS_CONTEXT, actors, 2, G_MAXUINT);
  try_actors (test_case->start, HOME_IS_CONTEXT, actors, 3, G_MAXUINT);
  try_actors (test_case->start, HOME_IS_CONTEXT, actors, 4, max_interruptions ());
}

static void
test_let_go_of_context (gconstpointer data)
{
  const Case *test_case = data;
  Actor actors[EXPLORER_MAX_ACTORS] = { { "let go", do_let_go_of_context } };

  g_test_summary ("A main context can go while things happen to those who wait in it.");

  try_each (test_case->start, HOME_IS_DEFAULT, actors, G_N_ELEMENTS (events));
  try_choices (test_case->start, HOME_IS_DEFAULT, actors, 1, 2, G_N_ELEMENTS (events),
               max_interruptions ());
}

static void
add (const char    *name,
     const Case    *test_case,
     GTestDataFunc  func)
{
  g_autofree char *path = g_strdup_printf ("/interleavings/%s/%s", name, test_case->name);

  g_test_add_data_func (path, test_case, func);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      add ("two", &cases[i], test_two);
      add ("one-and-loop", &cases[i], test_one_and_loop);
      add ("two-and-loop", &cases[i], test_two_and_loop);
      add ("three", &cases[i], test_three);
      add ("let-go-of-queue", &cases[i], test_let_go_of_queue);
      add ("let-go-of-context", &cases[i], test_let_go_of_context);
    }

  status = g_test_run ();
  g_test_message ("figure: interleavings %" G_GUINT64_FORMAT, n_orders);

  return status;
}
