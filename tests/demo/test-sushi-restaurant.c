/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Does to a restaurant at random what one can do to it, with no window. What is drawn
 * is what it tells, so that is compared with the belt. */

#include "aq-sushi-chef.h"
#include "aq-sushi-customer.h"
#include "aq-sushi-restaurant.h"

#include "aq-test-utils.h"

#define N_PROGRAMS 60
#define N_DEEDS 60
#define N_TURNS 2000

#define N_PLATES 10000
#define TOO_MANY_FRAMES 1000000

/* GDK_PRIORITY_REDRAW */
#define GTK_DRAWING_PRIORITY (G_PRIORITY_HIGH_IDLE + 20)

/* Chefs in state @state, as the restaurant knows them. */
static guint
count_chefs (AqSushiRestaurant *restaurant,
             AqSushiChefState   state)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (restaurant);
  guint n = 0;

  for (guint i = 0; i < chefs->len; i++)
    n += aq_sushi_chef_get_state (chefs->pdata[i]) == state;

  return n;
}

static guint
count_customers (AqSushiRestaurant    *restaurant,
                 AqSushiCustomerState  state)
{
  GPtrArray *customers = aq_sushi_restaurant_get_customers (restaurant);
  guint n = 0;

  for (guint i = 0; i < customers->len; i++)
    n += aq_sushi_customer_get_state (customers->pdata[i]) == state;

  return n;
}

/* Each plate stands in the row once, whatever is on its way to be told. */
static void
check_row (AqSushiRestaurant *restaurant)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) plates = aq_sushi_restaurant_list_plates (restaurant);

  for (guint i = 0; i < plates->len; i++)
    g_assert_true (g_hash_table_add (seen, plates->pdata[i]));
}

static void
check_numbers (AqSushiRestaurant *restaurant)
{
  AqSushiNumbers numbers;

  aq_sushi_restaurant_count (restaurant, &numbers);
  g_assert_cmpint (numbers.lost, ==, 0);
  g_assert_cmpuint (numbers.prepared, ==,
                    numbers.got + numbers.promised + numbers.length + numbers.dropped);
  g_assert_cmpuint (numbers.eaten, <=, numbers.got);
  check_row (restaurant);
}

/* Whether a chef in a thread is just about to put. */
static gboolean
is_anyone_on_the_way (AqSushiRestaurant *restaurant)
{
  GPtrArray *chefs = aq_sushi_restaurant_get_chefs (restaurant);

  for (guint i = 0; i < chefs->len; i++)
    if (aq_sushi_chef_in_thread (chefs->pdata[i]) &&
        aq_sushi_chef_get_state (chefs->pdata[i]) == AQ_SUSHI_CHEF_PREPARING &&
        aq_sushi_chef_get_done (chefs->pdata[i]) >= 1)
      return TRUE;

  return FALSE;
}

static guint
count_row (AqSushiRestaurant *restaurant)
{
  g_autoptr (GPtrArray) plates = aq_sushi_restaurant_list_plates (restaurant);

  return plates->len;
}

/* Whether all who put or get wait, and what is past has been told. A plate that a thread
 * has dropped leaves the row as soon as it is home. */
static gboolean
is_settled (gpointer user_data)
{
  AqSushiRestaurant *restaurant = user_data;
  AqSushiNumbers numbers;

  check_numbers (restaurant);
  if (is_anyone_on_the_way (restaurant) || aq_sushi_restaurant_is_busy (restaurant))
    return FALSE;

  aq_sushi_restaurant_count (restaurant, &numbers);

  return count_row (restaurant) == numbers.length;
}

static gboolean
is_ours_alone (gpointer user_data)
{
  return G_OBJECT (user_data)->ref_count == 1;
}

/* What a thread does, such as to begin to wait or to let go of its chef, does not wake
 * our main loop. So that must not fall asleep. */
static void
wait_for_threads (gboolean           (*is_so) (gpointer user_data),
                  AqSushiRestaurant *restaurant)
{
  while (!is_so (restaurant))
    if (!g_main_context_iteration (NULL, FALSE))
      g_thread_yield ();
}

static void
settle (AqSushiRestaurant *restaurant)
{
  aq_sushi_restaurant_set_paused (restaurant, TRUE);
  wait_for_threads (is_settled, restaurant);

  check_numbers (restaurant);
  g_assert_cmpuint (count_chefs (restaurant, AQ_SUSHI_CHEF_GONE), ==, 0);
  g_assert_cmpuint (count_customers (restaurant, AQ_SUSHI_CUSTOMER_GONE), ==, 0);

  if (aq_sushi_restaurant_is_open (restaurant))
    {
      g_assert_cmpuint (count_chefs (restaurant, AQ_SUSHI_CHEF_RESTING), ==, 0);
      g_assert_cmpuint (count_customers (restaurant, AQ_SUSHI_CUSTOMER_SATED), ==, 0);
    }
}

/* What is first in the row is what the belt gives first, to the last plate. A thread
 * may be overtaken between its turn and its put, so then the order may differ. */
static void
eat_up (AqSushiRestaurant *restaurant,
        gboolean           has_threads)
{
  AqQueue *belt = aq_sushi_restaurant_get_belt (restaurant);
  gpointer plate;

  while ((plate = aq_queue_try_get (belt, NULL)) != NULL)
    {
      g_autoptr (GPtrArray) plates = aq_sushi_restaurant_list_plates (restaurant);

      g_assert_true (has_threads || plates->pdata[0] == plate);
      aq_sushi_restaurant_begin_get (restaurant);
      aq_sushi_restaurant_end_get (restaurant, belt, plate);
      aq_sushi_restaurant_plate_eaten (restaurant);
      g_object_unref (plate);
    }

  g_assert_cmpuint (count_row (restaurant), ==, 0);
}

static void
end (AqSushiRestaurant *restaurant,
     gboolean           has_threads)
{
  AqSushiNumbers numbers;

  settle (restaurant);
  aq_sushi_restaurant_dismiss (restaurant);
  wait_for_threads (is_ours_alone, restaurant);
  drain_context ();
  eat_up (restaurant, has_threads);

  aq_sushi_restaurant_count (restaurant, &numbers);
  g_assert_cmpuint (numbers.length, ==, 0);
  g_assert_cmpuint (numbers.promised, ==, 0);
  g_assert_cmpuint (numbers.waiting_chefs, ==, 0);
  g_assert_cmpuint (numbers.waiting_customers, ==, 0);
  g_assert_cmpuint (numbers.eaten, ==, numbers.got);
  g_assert_cmpuint (numbers.prepared, ==, numbers.got + numbers.dropped);

  g_assert_finalize_object (restaurant);
}

static void
do_something (AqSushiRestaurant *restaurant,
              gboolean           has_threads,
              int                deed)
{
  switch (deed)
    {
    case 0:
      aq_sushi_restaurant_add_chef (restaurant, FALSE);
      break;

    case 1:
      aq_sushi_restaurant_add_chef (restaurant, has_threads);
      break;

    case 2:
    case 3:
      aq_sushi_restaurant_remove_chef (restaurant, deed == 3);
      break;

    case 4:
      aq_sushi_restaurant_add_customer (restaurant);
      break;

    case 5:
      aq_sushi_restaurant_remove_customer (restaurant);
      break;

    case 6:
    case 7:
      aq_sushi_restaurant_put_plate (restaurant, deed == 7, NULL);
      break;

    case 8:
      aq_sushi_restaurant_change_mind (restaurant);
      break;

    case 9:
    case 10:
      aq_sushi_restaurant_close (restaurant, deed == 10);
      break;

    case 11:
      aq_sushi_restaurant_open (restaurant);
      break;

    case 12:
    case 13:
    case 14:
      aq_sushi_restaurant_set_order (restaurant, &aq_sushi_orders[deed - 12]);
      break;

    case 15:
      aq_sushi_restaurant_set_capacity (restaurant, g_test_rand_int_range (1, 12));
      break;

    case 16:
    case 17:
      aq_sushi_restaurant_set_paused (restaurant, deed == 17);
      break;

    case 18:
    case 19:
      aq_sushi_restaurant_set_rush_hour (restaurant, deed == 18);
      break;

    case 20:
      aq_sushi_restaurant_set_scene (restaurant, 3, 3, 5);
      break;

    case 21:
    default:
      settle (restaurant);
      aq_sushi_restaurant_set_paused (restaurant, FALSE);
      break;
    }
}

#define N_KINDS_OF_DEEDS 22

static AqSushiRestaurant *
begin (gboolean has_threads)
{
  AqSushiRestaurant *restaurant = aq_sushi_restaurant_new (6);

  aq_sushi_restaurant_set_rush_hour (restaurant, TRUE);
  aq_sushi_restaurant_set_chef_pace (restaurant, 100);
  aq_sushi_restaurant_set_customer_pace (restaurant, 100);
  aq_sushi_restaurant_set_scene (restaurant, 2, 2, 3);
  aq_sushi_restaurant_add_chef (restaurant, has_threads);

  return restaurant;
}

static void
run_random_program (gboolean has_threads)
{
  AqSushiRestaurant *restaurant = begin (has_threads);

  for (int i = 0; i < N_DEEDS; i++)
    {
      do_something (restaurant, has_threads, g_test_rand_int_range (0, N_KINDS_OF_DEEDS));
      check_numbers (restaurant);
      for (int turns = g_test_rand_int_range (0, 4); turns > 0; turns--)
        g_main_context_iteration (NULL, FALSE);
      check_numbers (restaurant);
    }

  end (restaurant, has_threads);
}

static void
test_restaurant_random (void)
{
  g_test_summary ("Whatever one does in whatever order, no plate is lost, "
                  "and the row is the belt.");

  for (int i = 0; i < N_PROGRAMS; i++)
    run_random_program (i % 2);
}

static void
test_restaurant_pairs (void)
{
  g_test_summary ("Nor after any two deeds, one right after the other or a turn later.");

  for (int first = 0; first < N_KINDS_OF_DEEDS; first++)
    for (int second = 0; second < N_KINDS_OF_DEEDS; second++)
      for (int i = 0; i < 4; i++)
        {
          gboolean has_threads = i & 1;
          AqSushiRestaurant *restaurant = begin (has_threads);

          g_main_context_iteration (NULL, FALSE);
          do_something (restaurant, has_threads, first);
          if (i & 2)
            g_main_context_iteration (NULL, FALSE);
          do_something (restaurant, has_threads, second);
          check_numbers (restaurant);
          end (restaurant, has_threads);
        }
}

static void
test_restaurant_paused (void)
{
  AqSushiRestaurant *restaurant = begin (TRUE);

  g_test_summary ("While all is paused nothing wakes the main loop up.");

  settle (restaurant);
  drain_context ();
  g_assert_false (g_main_context_pending (NULL));

  end (restaurant, TRUE);
}

static void
test_restaurant_rush_hour (void)
{
  g_test_summary ("In a rush hour nobody rests, and the numbers add up after each turn.");

  for (int has_threads = FALSE; has_threads <= TRUE; has_threads++)
    {
      AqSushiRestaurant *restaurant = begin (has_threads);

      for (int i = 0; i < N_TURNS; i++)
        {
          g_assert_true (aq_sushi_restaurant_is_busy (restaurant));
          check_numbers (restaurant);
          g_main_context_iteration (NULL, FALSE);
        }

      settle (restaurant);
      g_assert_false (aq_sushi_restaurant_is_busy (restaurant));
      end (restaurant, has_threads);
    }
}

static gboolean
is_full (gpointer user_data)
{
  return aq_queue_is_full (aq_sushi_restaurant_get_belt (user_data));
}

static void
test_restaurant_gold_first (void)
{
  g_test_summary ("A gold plate is first on its belt, in whichever way it was put there.");

  for (int in_thread = FALSE; in_thread <= TRUE; in_thread++)
    {
      AqSushiRestaurant *restaurant = aq_sushi_restaurant_new (8);
      AqQueue *belt;
      g_autoptr (AqSushiPlate) by_chef = NULL;
      g_autoptr (AqSushiPlate) by_hand = NULL;

      aq_sushi_restaurant_set_order (restaurant, aq_sushi_order_find ("gold"));
      aq_sushi_restaurant_set_rush_hour (restaurant, TRUE);
      belt = aq_sushi_restaurant_get_belt (restaurant);

      /* Of its eight plates the chef makes the seventh gold. */
      aq_sushi_restaurant_add_chef (restaurant, in_thread);
      wait_for_threads (is_full, restaurant);
      by_chef = aq_queue_peek (belt);
      g_assert_true (by_chef->is_gold);

      aq_sushi_restaurant_dismiss (restaurant);
      aq_queue_clear (belt);
      wait_for_threads (is_ours_alone, restaurant);
      aq_sushi_restaurant_put_plate (restaurant, FALSE, NULL);
      aq_sushi_restaurant_put_plate (restaurant, TRUE, NULL);
      by_hand = aq_queue_peek (belt);
      g_assert_true (by_hand->is_gold);

      aq_queue_clear (belt);
      g_clear_object (&by_chef);
      g_clear_object (&by_hand);
      g_assert_finalize_object (restaurant);
    }
}

static gboolean
draw_cb (gpointer user_data)
{
  ++*(guint *) user_data;

  return G_SOURCE_CONTINUE;
}

static void
test_restaurant_drawing (void)
{
  AqSushiRestaurant *restaurant = begin (FALSE);
  AqSushiNumbers numbers;
  guint n_frames = 0;
  guint source = g_idle_add_full (GTK_DRAWING_PRIORITY, draw_cb, &n_frames, NULL);

  g_test_summary ("On a machine too slow for all its frames the plates come between them.");

  do
    {
      g_main_context_iteration (NULL, TRUE);
      aq_sushi_restaurant_count (restaurant, &numbers);
      g_assert_cmpuint (n_frames, <, TOO_MANY_FRAMES);
    }
  while (numbers.eaten < N_PLATES);

  g_assert_cmpuint (n_frames, >, 0);
  g_source_remove (source);

  end (restaurant, FALSE);
}

static void
assert_lost (AqSushiRestaurant *restaurant,
             int                n_lost)
{
  AqSushiNumbers numbers;

  aq_sushi_restaurant_count (restaurant, &numbers);
  g_assert_cmpint (numbers.lost, ==, n_lost);
  g_assert_cmpint (numbers.prepared, ==,
                   numbers.got + numbers.promised + numbers.length + numbers.dropped +
                   numbers.lost);
}

static void
assert_plate (AqSushiPlate *plate,
              guint64       number)
{
  g_assert_nonnull (plate);
  g_assert_cmpuint (plate->number, ==, number);
}

static void
assert_row (AqSushiRestaurant *restaurant,
            guint              length,
            guint64            first_number)
{
  g_autoptr (GPtrArray) plates = aq_sushi_restaurant_list_plates (restaurant);

  g_assert_cmpuint (plates->len, ==, length);
  assert_plate (plates->pdata[0], first_number);
}

static void
test_restaurant_untold (void)
{
  AqSushiRestaurant *restaurant = aq_sushi_restaurant_new (3);

  g_test_summary ("What is on the belt is there to be seen before its chef is told so.");

  aq_sushi_restaurant_set_rush_hour (restaurant, TRUE);
  for (guint i = 0; i < 4; i++)
    aq_sushi_restaurant_add_chef (restaurant, FALSE);

  /* The fourth waits, until the others are told. */
  assert_row (restaurant, 3, 1);

  end (restaurant, FALSE);
}

static void
test_restaurant_promised (void)
{
  g_autoptr (AqSushiRestaurant) restaurant = aq_sushi_restaurant_new (3);
  GPtrArray *customers = aq_sushi_restaurant_get_customers (restaurant);
  AqSushiNumbers numbers;

  g_test_summary ("A promised plate is on its way to who waits longest, and not on the belt.");

  aq_sushi_restaurant_set_scene (restaurant, 0, 0, 3);
  g_assert_false (aq_sushi_restaurant_put_plate (restaurant, FALSE, NULL));

  aq_sushi_restaurant_set_rush_hour (restaurant, TRUE);
  aq_sushi_restaurant_add_customer (restaurant);
  aq_sushi_restaurant_add_customer (restaurant);
  g_assert_true (aq_sushi_restaurant_put_plate (restaurant, FALSE, NULL));

  aq_sushi_restaurant_count (restaurant, &numbers);
  g_assert_cmpuint (numbers.promised, ==, 2);
  g_assert_cmpuint (numbers.length, ==, 2);
  assert_plate (aq_sushi_restaurant_get_promised (restaurant, customers->pdata[0]), 1);
  assert_plate (aq_sushi_restaurant_get_promised (restaurant, customers->pdata[1]), 2);
  assert_row (restaurant, 2, 3);
  check_numbers (restaurant);

  /* What was promised to who gives it up is beyond the bound until it is got. */
  aq_sushi_customer_change_mind (customers->pdata[0]);
  g_assert_null (aq_sushi_restaurant_get_promised (restaurant, customers->pdata[0]));
  assert_plate (aq_sushi_restaurant_get_promised (restaurant, customers->pdata[1]), 1);
  assert_row (restaurant, 3, 2);
  check_numbers (restaurant);

  end (g_steal_pointer (&restaurant), FALSE);
}

static void
settle_rush_hour (AqSushiRestaurant *restaurant)
{
  while (aq_sushi_restaurant_is_busy (restaurant))
    g_main_context_iteration (NULL, FALSE);
}

static void
test_restaurant_lost (void)
{
  g_autoptr (AqSushiRestaurant) restaurant = aq_sushi_restaurant_new (6);
  AqQueue *belt = aq_sushi_restaurant_get_belt (restaurant);
  AqSushiPlate *plate;

  g_test_summary ("A plate that vanishes is lost, and one that is got twice is one less.");

  aq_sushi_restaurant_set_scene (restaurant, 0, 0, 4);
  plate = aq_queue_try_get (belt, NULL);
  aq_sushi_restaurant_begin_get (restaurant);
  aq_sushi_restaurant_end_get (restaurant, belt, plate);
  assert_lost (restaurant, 0);
  aq_sushi_restaurant_begin_get (restaurant);
  aq_sushi_restaurant_end_get (restaurant, belt, plate);
  assert_lost (restaurant, -1);
  g_object_unref (plate);

  /* Chefs or customers who wait do not hide it. */
  aq_sushi_restaurant_set_rush_hour (restaurant, TRUE);
  aq_sushi_restaurant_add_chef (restaurant, FALSE);
  settle_rush_hour (restaurant);
  assert_lost (restaurant, -1);
  aq_sushi_restaurant_set_scene (restaurant, 0, 3, 0);
  settle_rush_hour (restaurant);
  assert_lost (restaurant, -1);

  aq_sushi_restaurant_set_scene (restaurant, 0, 0, 2);
  for (int n_lost = 0; n_lost <= 1; n_lost++)
    {
      plate = aq_queue_try_get (belt, NULL);
      g_object_unref (plate);
      assert_lost (restaurant, n_lost);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sushi/restaurant/random", test_restaurant_random);
  g_test_add_func ("/sushi/restaurant/pairs", test_restaurant_pairs);
  g_test_add_func ("/sushi/restaurant/paused", test_restaurant_paused);
  g_test_add_func ("/sushi/restaurant/rush-hour", test_restaurant_rush_hour);
  g_test_add_func ("/sushi/restaurant/gold-first", test_restaurant_gold_first);
  g_test_add_func ("/sushi/restaurant/drawing", test_restaurant_drawing);
  g_test_add_func ("/sushi/restaurant/untold", test_restaurant_untold);
  g_test_add_func ("/sushi/restaurant/promised", test_restaurant_promised);
  g_test_add_func ("/sushi/restaurant/lost", test_restaurant_lost);

  return g_test_run ();
}
