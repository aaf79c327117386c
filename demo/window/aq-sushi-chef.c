/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-chef.h"

#include "aq-sushi-work.h"

#define PREPARING_SECONDS 2.4

/* A pace: a plate takes no time that one could measure. */
#define NO_DELAY 1e9

/*
 * AqSushiChef: prepares a plate, puts it on the belt, and begins again.
 *
 * While the belt is full the put waits, and with it this chef, but nobody else.
 * That is all there is to back-pressure: who cooks too fast is slowed down by
 * the belt.
 *
 * A chef who cooks in another thread does the same with blocking calls. How the
 * put ended is told to the main loop by a GTask.
 */
struct _AqSushiChef
{
  GObject parent_instance;

  AqSushiRestaurant *restaurant; /* (owned) */
  gboolean in_thread;

  const AqSushiOrder *order;     /* of the belt that the thread was given */

  AqSushiChefState state;
  AqSushiPlate *plate;           /* (nullable) (owned): in hand */
  GCancellable *cancellable;     /* (owned): triggered when the chef leaves */
  guint64 turn;                  /* (atomic): in the line of those who wait */
  gboolean is_putting;           /* (atomic): in a thread */

  GMutex lock;
  GCond is_changed;              /* the pace, or that the chef leaves */

  /* Protected by @lock if it is a thread that cooks. */
  AqSushiWork work;
};

G_DEFINE_FINAL_TYPE (AqSushiChef, aq_sushi_chef, G_TYPE_OBJECT)

static void
set_state (AqSushiChef      *self,
           AqSushiChefState  state)
{
  self->state = state;
  aq_sushi_restaurant_changed (self->restaurant);
}

static void
begin_put (AqSushiChef *self)
{
  self->plate->turn = aq_sushi_restaurant_begin_put (self->restaurant);
  __atomic_store_n (&self->turn, self->plate->turn, __ATOMIC_RELAXED);
}

static void prepare        (AqSushiChef *self);
static void put_plate      (AqSushiChef *self);
static void hand_to_thread (AqSushiChef *self);

/* However the put was made, this is where it ends. */
static void
put_ended (AqSushiChef *self,
           gboolean     is_put)
{
  aq_sushi_restaurant_end_put (self->restaurant, is_put ? self->plate : NULL);
  if (is_put)
    g_clear_object (&self->plate);

  if (g_cancellable_is_cancelled (self->cancellable))
    set_state (self, AQ_SUSHI_CHEF_GONE);
  else if (is_put)
    prepare (self);
  else if (aq_sushi_restaurant_is_open (self->restaurant))
    put_plate (self); /* on the belt that has come in place of that one */
  else
    set_state (self, AQ_SUSHI_CHEF_RESTING); /* with the plate, which is still ours */
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (AqSushiChef) self = user_data;

  /* It fails if the belt is shut down, or the chef leaves. The error would tell
   * which, and so do those whom put_ended () asks. */
  put_ended (self, aq_queue_put_finish (AQ_QUEUE (source), result, NULL));
}

static void
put_plate (AqSushiChef *self)
{
  const AqSushiOrder *order = aq_sushi_restaurant_get_order (self->restaurant);

  if (self->in_thread)
    {
      hand_to_thread (self);
      return;
    }

  begin_put (self);
  set_state (self, AQ_SUSHI_CHEF_PUTTING);
  order->put_async (aq_sushi_restaurant_get_belt (self->restaurant), self->plate,
                    self->cancellable, put_cb, g_object_ref (self));
}

static void
prepared_cb (gpointer user_data)
{
  put_plate (user_data);
}

/* It blocks, which is a thread's right: waiting stands for work. */
static void
cook_plate (AqSushiChef *self)
{
  g_mutex_lock (&self->lock);

  while (!g_cancellable_is_cancelled (self->cancellable) &&
         aq_sushi_work_get_done (&self->work) < 1)
    {
      gint64 due = aq_sushi_work_get_due (&self->work);

      if (due < 0)
        g_cond_wait (&self->is_changed, &self->lock);
      else
        g_cond_wait_until (&self->is_changed, &self->lock, due);
    }

  g_mutex_unlock (&self->lock);
}

static void
cook_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  AqSushiChef *self = source;
  AqQueue *belt = task_data;
  GError *error = NULL;

  cook_plate (self);

  /* If the chef has left meanwhile, this fails at once, even where there is room. */
  begin_put (self);
  g_atomic_int_set (&self->is_putting, TRUE);

  if (self->order->put_sync (belt, self->plate, self->cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
cooked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  AqSushiChef *self = AQ_SUSHI_CHEF (source);
  gboolean is_put = g_task_propagate_boolean (G_TASK (result), NULL);

  put_ended (self, is_put);
}

static void
hand_to_thread (AqSushiChef *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, cooked_cb, NULL);

  /* With a plate that is done already, it goes on to put that. */
  g_atomic_int_set (&self->is_putting, FALSE);
  set_state (self, AQ_SUSHI_CHEF_PREPARING);
  self->order = aq_sushi_restaurant_get_order (self->restaurant);
  g_task_set_task_data (task, g_object_ref (aq_sushi_restaurant_get_belt (self->restaurant)),
                        g_object_unref);
  g_task_run_in_thread (task, cook_in_thread);
}

static double
get_pace (AqSushiChef *self)
{
  if (aq_sushi_restaurant_is_rush_hour (self->restaurant))
    return NO_DELAY;

  return aq_sushi_restaurant_get_chef_pace (self->restaurant);
}

static void
prepare (AqSushiChef *self)
{
  self->plate = aq_sushi_restaurant_new_plate (self->restaurant, FALSE);

  if (self->in_thread)
    {
      aq_sushi_work_start (&self->work, PREPARING_SECONDS, get_pace (self), NULL, NULL);
      hand_to_thread (self);
    }
  else if (aq_sushi_restaurant_is_rush_hour (self->restaurant))
    {
      put_plate (self);
    }
  else
    {
      set_state (self, AQ_SUSHI_CHEF_PREPARING);
      aq_sushi_work_start (&self->work, PREPARING_SECONDS, get_pace (self), prepared_cb, self);
    }
}

static void
aq_sushi_chef_finalize (GObject *object)
{
  AqSushiChef *self = AQ_SUSHI_CHEF (object);

  aq_sushi_work_stop (&self->work);
  g_clear_object (&self->plate);
  g_object_unref (self->cancellable);
  g_object_unref (self->restaurant);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->is_changed);

  G_OBJECT_CLASS (aq_sushi_chef_parent_class)->finalize (object);
}

static void
aq_sushi_chef_class_init (AqSushiChefClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aq_sushi_chef_finalize;
}

static void
aq_sushi_chef_init (AqSushiChef *self)
{
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->is_changed);
}

AqSushiChef *
aq_sushi_chef_new (AqSushiRestaurant *restaurant,
                   gboolean           in_thread)
{
  AqSushiChef *self = g_object_new (AQ_SUSHI_TYPE_CHEF, NULL);

  self->restaurant = g_object_ref (restaurant);
  self->in_thread = in_thread;
  self->state = AQ_SUSHI_CHEF_RESTING;

  return self;
}

/* A chef who was left with a plate when the kitchen closed puts that first. */
void
aq_sushi_chef_start (AqSushiChef *self)
{
  if (self->state != AQ_SUSHI_CHEF_RESTING)
    return;

  if (self->plate != NULL)
    put_plate (self);
  else
    prepare (self);
}

/* A put that waits is cancelled, and had no effect: the plate goes with the chef. It
 * ends in put_ended () all the same, for each put has its callback. */
void
aq_sushi_chef_leave (AqSushiChef *self)
{
  gboolean is_put_to_come = self->state == AQ_SUSHI_CHEF_PUTTING ||
                            (self->state == AQ_SUSHI_CHEF_PREPARING && self->in_thread);

  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->lock);
  aq_sushi_work_stop (&self->work);
  g_cond_signal (&self->is_changed);
  g_mutex_unlock (&self->lock);

  if (!is_put_to_come)
    set_state (self, AQ_SUSHI_CHEF_GONE);
}

/* After the pace of the restaurant has changed, or a rush hour begun. */
void
aq_sushi_chef_update_pace (AqSushiChef *self)
{
  if (self->state != AQ_SUSHI_CHEF_PREPARING)
    return;

  g_mutex_lock (&self->lock);
  aq_sushi_work_set_pace (&self->work, get_pace (self));
  g_cond_signal (&self->is_changed);
  g_mutex_unlock (&self->lock);

  if (!self->in_thread && aq_sushi_restaurant_is_rush_hour (self->restaurant))
    {
      aq_sushi_work_stop (&self->work);
      put_plate (self);
    }
}

AqSushiChefState
aq_sushi_chef_get_state (AqSushiChef *self)
{
  if (self->state == AQ_SUSHI_CHEF_PREPARING && g_atomic_int_get (&self->is_putting))
    return AQ_SUSHI_CHEF_PUTTING;

  return self->state;
}

gboolean
aq_sushi_chef_in_thread (AqSushiChef *self)
{
  return self->in_thread;
}

/* Who has waited longest has the lowest. */
guint64
aq_sushi_chef_get_turn (AqSushiChef *self)
{
  return __atomic_load_n (&self->turn, __ATOMIC_RELAXED);
}

/* Returns: how much of the plate is prepared, from 0 to 1 */
double
aq_sushi_chef_get_done (AqSushiChef *self)
{
  double done;

  if (aq_sushi_chef_get_state (self) != AQ_SUSHI_CHEF_PREPARING)
    return 1;

  g_mutex_lock (&self->lock);
  done = aq_sushi_work_get_done (&self->work);
  g_mutex_unlock (&self->lock);

  return done;
}

/* Returns: (nullable) (transfer none): what the chef has in hand */
AqSushiPlate *
aq_sushi_chef_get_plate (AqSushiChef *self)
{
  return self->plate;
}
