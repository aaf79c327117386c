/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "explorer.h"
#include "points.h"

#include <semaphore.h>
#include <signal.h>
#include <stdio.h>

typedef struct
{
  Explorer *explorer;
  GThread *thread;
  sem_t turn;

  /* Of this run */
  const Actor *actor;
  gboolean is_done;

  /* What it waits for; without, it can go on. */
  gboolean (*is_over) (gpointer data);
  gpointer data;

  const char *at;        /* the point at which it is held */
  const GMutex *mutex;   /* (nullable): that it wants there */
  const GCond *cond;     /* (nullable): on which it waits */
  gboolean is_signalled;
  GCancellable *cancels; /* (nullable): whose handlers it runs */
  guint n_naps; /* since somebody else went on */
} Player;

typedef struct
{
  guint choice;
  guint n_choices;

  /* For the description */
  const char *actor;
  const char *at;
} Step;

struct _Explorer
{
  ExplorerGrain grain;
  guint max_interruptions;

  Player players[EXPLORER_MAX_ACTORS];
  sem_t end;
  gboolean ends; /* the threads, too */

  /* Of this run */
  guint n_players;
  gpointer world;
  void (*quiet) (gpointer world);
  gboolean was_quiet;
  guint n_interruptions;
  guint asleep;          /* a bit for each player */
  gboolean is_redundant; /* nothing comes out that has not come out before */

  GArray *steps; /* of Step: as far as n_steps from this run, behind from the last */
  guint n_steps;
};

/* In the thread of an actor, while it is not asked to look at the world. */
static _Thread_local Player *me;

/* For the description, should the library abort. */
static Explorer *running;

/* A main loop can be woken again and again by what another thread is just about
 * to take away. To let it come round forever would be an order, but not a fair one. */
#define MAX_NAPS 3

static gboolean
can_go_on (Player *player)
{
  return !player->is_done && player->n_naps <= MAX_NAPS &&
         (player->is_over == NULL || player->is_over (player->data));
}

static guint
bit_of (Player *player)
{
  return 1u << (player - player->explorer->players);
}

/* Those who can go on; first @current, so that to choose the first is to
 * interrupt nobody. */
static guint
list_choices (Explorer  *self,
              Player    *current,
              guint      without,
              Player   **choices)
{
  guint n = 0;

  if (current != NULL && can_go_on (current) && (without & bit_of (current)) == 0)
    choices[n++] = current;

  for (guint i = 0; i < self->n_players; i++)
    {
      Player *player = &self->players[i];

      if (player != current && can_go_on (player) && (without & bit_of (player)) == 0)
        choices[n++] = player;
    }

  return n;
}

/* Whether it makes no difference which of the two goes on first: each takes a
 * lock, and not the same. */
static gboolean
are_independent (Player *a,
                 Player *b)
{
  return a->mutex != NULL && b->mutex != NULL && a->mutex != b->mutex;
}

/* Whoever could have gone first, and was tried, sleeps until somebody does what
 * makes a difference to them: before that, to let them go on leads only to where
 * we have been. (Godefroid's sleep sets.) */
static void
put_to_sleep (Explorer  *self,
              Player   **choices,
              guint      choice)
{
  for (guint i = 0; i < choice; i++)
    self->asleep |= bit_of (choices[i]);

  for (guint i = 0; i < self->n_players; i++)
    if (!are_independent (&self->players[i], choices[choice]))
      self->asleep &= ~bit_of (&self->players[i]);
}

static Player *
choose (Explorer *self,
        Player   *current)
{
  Player *choices[EXPLORER_MAX_ACTORS];
  guint n_choices = list_choices (self, current, self->asleep, choices);
  gboolean would_interrupt = n_choices > 0 && choices[0] == current;
  Step *step;

  if (n_choices == 0 || self->is_redundant)
    {
      self->is_redundant |= self->asleep != 0;
      n_choices = list_choices (self, current, 0, choices);
      return n_choices > 0 ? choices[0] : NULL;
    }

  if (would_interrupt && self->n_interruptions >= self->max_interruptions)
    n_choices = 1;

  if (self->n_steps == self->steps->len)
    g_array_append_val (self->steps, ((Step) { .n_choices = n_choices }));

  step = &g_array_index (self->steps, Step, self->n_steps);
  self->n_steps++;

  /* Who does the same does the same: or else what was chosen means nothing. */
  g_assert_cmpuint (step->n_choices, ==, n_choices);

  if (choices[step->choice] != current)
    for (guint i = 0; i < self->n_players; i++)
      self->players[i].n_naps = 0;

  if (would_interrupt && step->choice > 0)
    self->n_interruptions++;

  if (self->max_interruptions == G_MAXUINT)
    put_to_sleep (self, choices, step->choice);

  step->actor = choices[step->choice]->actor->name;
  step->at = choices[step->choice]->at;

  return choices[step->choice];
}

/* Nobody can go on. Those who sleep in vain are told to end; who stands before
 * a lock would stand there forever. */
static void
be_quiet (Explorer *self)
{
  Player *player = me;

  for (guint i = 0; i < self->n_players; i++)
    if (!self->players[i].is_done && self->players[i].mutex != NULL)
      g_error ("%s waits for a lock forever", self->players[i].actor->name);

  if (self->was_quiet)
    g_error ("Somebody waits forever");
  self->was_quiet = TRUE;

  me = NULL;
  self->quiet (self->world);
  me = player;
}

/* Hands the turn on, from @current who is at a point, or has come to its end. */
static void
hand_on (Explorer *self,
         Player   *current)
{
  Player *next = choose (self, current);
  gboolean comes_back = !current->is_done;

  if (next == NULL && current->n_naps > MAX_NAPS)
    {
      /* Nobody else can. */
      current->n_naps = 0;
      next = choose (self, current);
    }

  if (next == NULL && !self->was_quiet)
    {
      be_quiet (self);
      next = choose (self, current);
    }

  if (next == NULL)
    {
      for (guint i = 0; i < self->n_players; i++)
        if (!self->players[i].is_done)
          g_error ("%s waits forever", self->players[i].actor->name);

      sem_post (&self->end);
    }
  else if (next != current)
    {
      sem_post (&next->turn);
    }

  /* Not to be asked by now: whoever is next may be in the next run already. */
  if (next != current && comes_back)
    while (sem_wait (&current->turn) != 0)
      ;
}

static gpointer
player_thread (gpointer data)
{
  Player *self = data;

  for (;;)
    {
      while (sem_wait (&self->turn) != 0)
        ;

      if (self->explorer->ends)
        return NULL;

      me = self;
      self->actor->run (self->explorer->world);
      self->is_done = TRUE;
      hand_on (self->explorer, self);
      me = NULL;
    }
}

static void
aborted (int signal_number)
{
  g_autofree char *description = explorer_describe (running);

  fputs (description, stderr);
  signal (SIGABRT, SIG_DFL);
  raise (SIGABRT);
}

Explorer *
explorer_new (ExplorerGrain grain,
              guint         max_interruptions)
{
  Explorer *self = g_new0 (Explorer, 1);

  self->grain = grain;
  self->max_interruptions = max_interruptions;
  self->steps = g_array_new (FALSE, TRUE, sizeof (Step));
  sem_init (&self->end, 0, 0);

  for (guint i = 0; i < EXPLORER_MAX_ACTORS; i++)
    {
      Player *player = &self->players[i];

      player->explorer = self;
      sem_init (&player->turn, 0, 0);
      player->thread = g_thread_new ("actor", player_thread, player);
    }

  return self;
}

void
explorer_free (Explorer *self)
{
  self->ends = TRUE;

  for (guint i = 0; i < EXPLORER_MAX_ACTORS; i++)
    {
      sem_post (&self->players[i].turn);
      g_thread_join (self->players[i].thread);
      sem_destroy (&self->players[i].turn);
    }

  sem_destroy (&self->end);
  g_array_unref (self->steps);
  g_free (self);
}

gboolean
explorer_run (Explorer    *self,
              const Actor *actors,
              guint        n_actors,
              void       (*quiet) (gpointer world),
              gpointer     world)
{
  Player *first;

  g_assert (n_actors <= EXPLORER_MAX_ACTORS);

  self->n_players = n_actors;
  self->world = world;
  self->quiet = quiet;
  self->was_quiet = FALSE;
  self->n_interruptions = 0;
  self->asleep = 0;
  self->is_redundant = FALSE;
  self->n_steps = 0;

  for (guint i = 0; i < n_actors; i++)
    {
      Player *player = &self->players[i];

      player->actor = &actors[i];
      player->is_done = FALSE;
      player->is_over = NULL;
      player->at = "begin";
      player->mutex = NULL;
      player->cond = NULL;
      player->cancels = NULL;
      player->n_naps = 0;
    }

  running = self;
  signal (SIGABRT, aborted);

  first = choose (self, NULL);
  sem_post (&first->turn);
  while (sem_wait (&self->end) != 0)
    ;

  if (!self->was_quiet)
    self->quiet (self->world);

  return !self->is_redundant;
}

/* Returns %FALSE once all orders have been tried. */
gboolean
explorer_next (Explorer *self)
{
  guint i = self->n_steps;

  while (i > 0)
    {
      Step *step = &g_array_index (self->steps, Step, --i);

      if (step->choice + 1 < step->n_choices)
        {
          step->choice++;
          g_array_set_size (self->steps, i + 1);
          return TRUE;
        }
    }

  g_array_set_size (self->steps, 0);

  return FALSE;
}

/* What happened in this run, a line for each who went on, and from where. */
char *
explorer_describe (Explorer *self)
{
  GString *text = g_string_new ("The order was:\n");

  for (guint i = 0; i < self->n_steps; i++)
    {
      Step *step = &g_array_index (self->steps, Step, i);

      g_string_append_printf (text, "  %-14s %s\n", step->actor, step->at);
    }

  return g_string_free (text, FALSE);
}

static void
hold (const char *name,
      gboolean  (*is_over) (gpointer data),
      gpointer    data)
{
  me->at = name;
  me->is_over = is_over;
  me->data = data;

  hand_on (me->explorer, me);

  me->is_over = NULL;
}

static gboolean
is_free (gpointer data)
{
  /* Nobody else runs, so nobody takes it in between. */
  if (!g_mutex_trylock (data))
    return FALSE;

  g_mutex_unlock (data);

  return TRUE;
}

void
point_pass (const char *name)
{
  if (me != NULL && me->explorer->grain == EXPLORER_AT_ALL_POINTS)
    hold (name, NULL, NULL);
}

void
point_lock (GMutex     *mutex,
            const char *name)
{
  if (me != NULL && (me->explorer->grain == EXPLORER_AT_ALL_POINTS || !is_free (mutex)))
    {
      me->mutex = mutex;
      hold (name, is_free, mutex);
      me->mutex = NULL;
    }

  g_mutex_lock (mutex);
}

static gboolean
is_signalled (gpointer data)
{
  return ((Player *) data)->is_signalled;
}

static gboolean
wait_for_signal (GCond      *cond,
                 GMutex     *mutex,
                 const char *name,
                 gboolean    for_ever)
{
  Player *self = me;
  gboolean signalled;

  g_assert (self != NULL);

  self->cond = cond;
  self->is_signalled = FALSE;

  g_mutex_unlock (mutex);
  hold (name, for_ever ? is_signalled : NULL, self);
  signalled = self->is_signalled;
  self->cond = NULL;

  point_lock (mutex, name);

  return signalled;
}

void
point_wait (GCond      *cond,
            GMutex     *mutex,
            const char *name)
{
  wait_for_signal (cond, mutex, name, TRUE);
}

gboolean
point_wait_until (GCond      *cond,
                  GMutex     *mutex,
                  const char *name)
{
  return wait_for_signal (cond, mutex, name, FALSE);
}

void
point_signal (GCond *cond)
{
  for (guint i = 0; i < EXPLORER_MAX_ACTORS; i++)
    if (running->players[i].cond == cond)
      running->players[i].is_signalled = TRUE;
}

/* From GLib 2.84 on handlers run with a lock of the cancellable held, which is no
 * point of ours. */
static gboolean
can_connect (gpointer data)
{
  if (glib_check_version (2, 84, 0) != NULL)
    return TRUE;

  for (guint i = 0; i < EXPLORER_MAX_ACTORS; i++)
    if (running->players[i].cancels == data)
      return FALSE;

  return TRUE;
}

void
point_connect (gpointer    cancellable,
               const char *name)
{
  if (me != NULL && (me->explorer->grain == EXPLORER_AT_ALL_POINTS || !can_connect (cancellable)))
    hold (name, can_connect, cancellable);
}

void
explorer_cancel (GCancellable *cancellable)
{
  me->cancels = cancellable;
  g_cancellable_cancel (cancellable);
  me->cancels = NULL;
}

/* For an actor that does more than one thing: others may go on in between. */
void
explorer_end_call (void)
{
  if (me != NULL && me->explorer->grain == EXPLORER_BETWEEN_CALLS)
    hold ("call", NULL, NULL);
}

/* Each operation that ends with its context does so by itself, and others may go on
 * in between: so here, where a watch or a result begins to end. */
void
point_disconnect (const char *name)
{
  if (me != NULL)
    hold (name, NULL, NULL);
}

void
explorer_wait (gboolean  (*is_over) (gpointer data),
               gpointer    data,
               const char *name)
{
  g_assert (me != NULL);

  me->n_naps++;
  hold (name, is_over, data);
}
