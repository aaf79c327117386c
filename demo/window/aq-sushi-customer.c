/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-customer.h"

#include "aq-sushi-work.h"

#define DECIDING_SECONDS 0.7
#define EATING_SECONDS 2.6

/*
 * AqSushiCustomer: gets a plate from the belt, eats, and begins again.
 *
 * While the belt is empty the get waits. To change one's mind is to cancel it: no
 * plate leaves the belt, and the next in line moves up.
 */
struct _AqSushiCustomer
{
  GObject parent_instance;

  AqSushiRestaurant *restaurant; /* (owned) */
  guint looks;

  AqSushiCustomerState state;
  guint64 turn;                  /* in the line of those who wait */
  GCancellable *cancellable;     /* (nullable) (owned): of the get that waits */
  gboolean is_leaving;
  AqSushiWork work;

  /* While there is something to eat: what, and from which belt. */
  AqSushiPlate *plate;           /* (nullable) (owned) */
  AqQueue *belt;                 /* (nullable) (owned) */
};

G_DEFINE_FINAL_TYPE (AqSushiCustomer, aq_sushi_customer, G_TYPE_OBJECT)

static void
set_state (AqSushiCustomer      *self,
           AqSushiCustomerState  state)
{
  self->state = state;
  aq_sushi_restaurant_changed (self->restaurant);
}

static void get_plate (AqSushiCustomer *self);

static void
decided_cb (gpointer user_data)
{
  get_plate (user_data);
}

static void
decide (AqSushiCustomer *self)
{
  if (aq_sushi_restaurant_is_rush_hour (self->restaurant))
    {
      get_plate (self);
      return;
    }

  set_state (self, AQ_SUSHI_CUSTOMER_DECIDING);
  aq_sushi_work_start (&self->work, DECIDING_SECONDS,
                       aq_sushi_restaurant_get_customer_pace (self->restaurant),
                       decided_cb, self);
}

/* Only who got an item knows when it is done with, and tells the queue, so that one
 * can wait there for all of them. Who leaves pays for what was begun. */
static void
finish_plate (AqSushiCustomer *self)
{
  if (self->plate == NULL)
    return;

  aq_queue_task_done (self->belt);
  aq_sushi_restaurant_plate_eaten (self->restaurant);
  g_clear_object (&self->plate);
  g_clear_object (&self->belt);
}

static void
eaten_cb (gpointer user_data)
{
  AqSushiCustomer *self = user_data;

  finish_plate (self);
  decide (self);
}

static void
eat (AqSushiCustomer *self)
{
  if (aq_sushi_restaurant_is_rush_hour (self->restaurant))
    {
      eaten_cb (self);
      return;
    }

  set_state (self, AQ_SUSHI_CUSTOMER_EATING);
  aq_sushi_work_start (&self->work, EATING_SECONDS,
                       aq_sushi_restaurant_get_customer_pace (self->restaurant),
                       eaten_cb, self);
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (AqSushiCustomer) self = user_data;
  g_autoptr (GError) error = NULL;

  self->plate = aq_queue_get_finish (AQ_QUEUE (source), result, &error);
  aq_sushi_restaurant_end_get (self->restaurant, AQ_QUEUE (source), self->plate);
  if (self->plate != NULL)
    {
      self->belt = AQ_QUEUE (g_object_ref (source));
      eat (self);
      return;
    }

  /* Who leaves has cancelled the get, and a cancelled get never has a plate. */
  if (self->is_leaving)
    set_state (self, AQ_SUSHI_CUSTOMER_GONE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    decide (self);
  else if (aq_sushi_restaurant_is_open (self->restaurant))
    get_plate (self); /* from the belt that has come in place of that one */
  else
    set_state (self, AQ_SUSHI_CUSTOMER_SATED);
}

static void
get_plate (AqSushiCustomer *self)
{
  /* A cancellable is triggered once and for all, so each get that may be given up
   * has its own. */
  if (self->cancellable == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_object (&self->cancellable);
      self->cancellable = g_cancellable_new ();
    }

  self->turn = aq_sushi_restaurant_begin_get (self->restaurant);
  set_state (self, AQ_SUSHI_CUSTOMER_GETTING);
  aq_queue_get_async (aq_sushi_restaurant_get_belt (self->restaurant), self->cancellable,
                      got_cb, g_object_ref (self));
}

static void
aq_sushi_customer_finalize (GObject *object)
{
  AqSushiCustomer *self = AQ_SUSHI_CUSTOMER (object);

  aq_sushi_work_stop (&self->work);
  g_clear_object (&self->plate);
  g_clear_object (&self->belt);
  g_clear_object (&self->cancellable);
  g_object_unref (self->restaurant);

  G_OBJECT_CLASS (aq_sushi_customer_parent_class)->finalize (object);
}

static void
aq_sushi_customer_class_init (AqSushiCustomerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aq_sushi_customer_finalize;
}

static void
aq_sushi_customer_init (AqSushiCustomer *self)
{
}

AqSushiCustomer *
aq_sushi_customer_new (AqSushiRestaurant *restaurant,
                       guint              looks)
{
  AqSushiCustomer *self = g_object_new (AQ_SUSHI_TYPE_CUSTOMER, NULL);

  self->restaurant = g_object_ref (restaurant);
  self->looks = looks;
  self->state = AQ_SUSHI_CUSTOMER_SATED;

  return self;
}

void
aq_sushi_customer_start (AqSushiCustomer *self)
{
  if (self->state == AQ_SUSHI_CUSTOMER_SATED)
    decide (self);
}

/* A get that has its plate already is not cancelled any more, so nothing happens
 * to one who eats. */
void
aq_sushi_customer_change_mind (AqSushiCustomer *self)
{
  if (self->state == AQ_SUSHI_CUSTOMER_GETTING)
    g_cancellable_cancel (self->cancellable);
}

void
aq_sushi_customer_leave (AqSushiCustomer *self)
{
  self->is_leaving = TRUE;
  aq_sushi_work_stop (&self->work);

  if (self->state == AQ_SUSHI_CUSTOMER_GETTING)
    {
      g_cancellable_cancel (self->cancellable);
      return; /* got_cb () tells how it ended */
    }

  finish_plate (self);
  set_state (self, AQ_SUSHI_CUSTOMER_GONE);
}

/* After the pace of the restaurant has changed, or a rush hour begun. */
void
aq_sushi_customer_update_pace (AqSushiCustomer *self)
{
  if (self->state != AQ_SUSHI_CUSTOMER_DECIDING && self->state != AQ_SUSHI_CUSTOMER_EATING)
    return;

  aq_sushi_work_set_pace (&self->work, aq_sushi_restaurant_get_customer_pace (self->restaurant));
  if (aq_sushi_restaurant_is_rush_hour (self->restaurant))
    {
      aq_sushi_work_stop (&self->work);
      finish_plate (self);
      decide (self);
    }
}

AqSushiCustomerState
aq_sushi_customer_get_state (AqSushiCustomer *self)
{
  return self->state;
}

/* Returns: a number, which stays the same, for telling customers apart */
guint
aq_sushi_customer_get_looks (AqSushiCustomer *self)
{
  return self->looks;
}

/* Until told, be it of a plate or of the end, but for who gave it up. */
gboolean
aq_sushi_customer_is_in_line (AqSushiCustomer *self)
{
  return self->state == AQ_SUSHI_CUSTOMER_GETTING &&
         !g_cancellable_is_cancelled (self->cancellable);
}

/* Who has waited longest has the lowest. */
guint64
aq_sushi_customer_get_turn (AqSushiCustomer *self)
{
  return self->turn;
}

/* Returns: how much is eaten, or thought about, from 0 to 1 */
double
aq_sushi_customer_get_done (AqSushiCustomer *self)
{
  return aq_sushi_work_get_done (&self->work);
}

/* Returns: (nullable) (transfer none): what the customer eats */
AqSushiPlate *
aq_sushi_customer_get_plate (AqSushiCustomer *self)
{
  return self->plate;
}
