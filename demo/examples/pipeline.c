/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A chef puts ten numbers on a belt that has room for three, and two customers
 * square them. All happens in one main loop, and nobody blocks it.
 */

#include <aqueue/aqueue.h>

typedef struct
{
  AqQueue *belt;
  int n_put, n_squared;
} Restaurant;

/* Called for each number on the belt, and with NULL at the end. */
static gboolean
customer_cb (AqQueue  *belt,
             gpointer  item,
             gpointer  user_data)
{
  Restaurant *restaurant = user_data;
  int number = GPOINTER_TO_INT (item);

  if (item == NULL)
    return G_SOURCE_REMOVE;

  g_print ("%d squared is %d\n", number, number * number);
  restaurant->n_squared++;
  aq_queue_task_done (belt);

  return G_SOURCE_CONTINUE;
}

/* Called once the customers are done with all that was put. */
static void
joined_cb (GObject      *belt,
           GAsyncResult *result,
           gpointer      user_data)
{
  aq_queue_shutdown (AQ_QUEUE (belt), FALSE);
}

/* Called once a number has found its place on the belt. */
static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Restaurant *restaurant = user_data;

  if (!aq_queue_put_finish (restaurant->belt, result, NULL))
    return; /* shut down */

  if (++restaurant->n_put < 10)
    aq_queue_put_async (restaurant->belt, GINT_TO_POINTER (restaurant->n_put + 1), NULL,
                        put_cb, restaurant);
  else
    aq_queue_join_async (restaurant->belt, NULL, joined_cb, restaurant);
}

int
main (void)
{
  g_autoptr (AqQueue) belt = aq_queue_new_with_free_func (3, NULL);
  Restaurant restaurant = { .belt = belt };

  aq_queue_add_watch (belt, customer_cb, &restaurant);
  aq_queue_add_watch (belt, customer_cb, &restaurant);
  aq_queue_put_async (belt, GINT_TO_POINTER (1), NULL, put_cb, &restaurant);

  while (aq_queue_get_state (belt) != AQ_QUEUE_STATE_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  g_print ("lost: %d\n", restaurant.n_put - restaurant.n_squared);

  return 0;
}
