/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-restaurant.h"

#include "aq-sushi-chef.h"
#include "aq-sushi-customer.h"

/* Every so many plates one is gold. */
#define GOLD_EVERY 7

/* As urgent as drawing, which has 120 in GTK, so that they take turns. With more urgent
 * callbacks, drawing would get its turn too, but only every few milliseconds, and so come
 * late for some frames. With less urgent ones, a machine that is too slow for all frames
 * would do nothing but draw. */
#define CALLBACK_PRIORITY (G_PRIORITY_HIGH_IDLE + 20)

/*
 * AqSushiRestaurant: a belt, those who put, and those who get.
 *
 * The belt is an AqQueue. All that one can do to a restaurant is done to it, with
 * one call: open it, bound it, shut it down. It knows nothing of windows.
 *
 * The row of plates is what we know of the belt. It is kept from what the chefs
 * and customers report.
 */
struct _AqSushiRestaurant
{
  GObject parent_instance;

  AqQueue *belt;                  /* (owned) */
  const AqSushiOrder *order;
  const AqSushiOrder *next_order; /* of the next belt */
  guint capacity;
  AqSushiTally tally;

  GPtrArray *chefs;     /* (element-type AqSushiChef) */
  GPtrArray *customers; /* (element-type AqSushiCustomer) */
  GQueue row;           /* (element-type AqSushiPlate), by their links */

  double chef_pace;
  double customer_pace;
  gboolean is_paused;
  gboolean is_rush_hour;

  guint64 n_plates;     /* that were begun */
  guint64 n_turns;      /* (atomic) */
  guint n_seated;

  gboolean has_news;    /* since they were last taken */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AqSushiRestaurant, aq_sushi_restaurant, G_TYPE_OBJECT)

/* In the order in which they were put, whatever the order of the belts. */
static int
compare_turns (gconstpointer a,
               gconstpointer b)
{
  const AqSushiPlate *plate = *(AqSushiPlate * const *) a;
  const AqSushiPlate *other = *(AqSushiPlate * const *) b;

  return plate->turn < other->turn ? -1 : plate->turn > other->turn;
}

static void
move_plates (AqSushiRestaurant *self,
             AqQueue           *from)
{
  g_autoptr (GPtrArray) plates = aq_queue_try_get_many (from, G_MAXUINT, NULL);

  if (plates == NULL)
    return; /* there were none */

  g_ptr_array_sort (plates, compare_turns);
  for (guint i = 0; i < plates->len; i++)
    {
      self->order->try_put (self->belt, plates->pdata[i], NULL);
      aq_queue_task_done (from);
      aq_sushi_row_lay (&self->row, plates->pdata[i], self->order);
    }
}

/* A belt that is shut down stays so, and its order is its type. So for both there
 * is a new one, onto which the plates move. Who waited at the old one is told that
 * it is closed, and asks at the new one. */
static void
replace_belt (AqSushiRestaurant *self)
{
  AqQueue *old = self->belt;

  self->order = self->next_order;
  self->belt = self->order->belt_new ();

  if (old != NULL)
    {
      aq_queue_shutdown (old, FALSE);
      move_plates (self, old);
      aq_sushi_tally_add_belt (&self->tally, old);
    }

  aq_queue_set_io_priority (self->belt, CALLBACK_PRIORITY);
  aq_queue_set_max_size (self->belt, self->capacity);

  /* A chef in another thread comes to wait without a word to us. The queue tells. */
  g_signal_connect_object (self->belt, "notify::waiting-putters",
                           G_CALLBACK (aq_sushi_restaurant_changed), self, G_CONNECT_SWAPPED);
}

static void
update_pace (AqSushiRestaurant *self)
{
  for (guint i = 0; i < self->chefs->len; i++)
    aq_sushi_chef_update_pace (self->chefs->pdata[i]);
  for (guint i = 0; i < self->customers->len; i++)
    aq_sushi_customer_update_pace (self->customers->pdata[i]);

  aq_sushi_restaurant_changed (self);
}

/* Chefs and customers hold a reference, so there are none any more. */
static void
aq_sushi_restaurant_finalize (GObject *object)
{
  AqSushiRestaurant *self = AQ_SUSHI_RESTAURANT (object);

  g_object_unref (self->belt);
  aq_sushi_tally_clear (&self->tally);
  g_ptr_array_unref (self->chefs);
  g_ptr_array_unref (self->customers);

  G_OBJECT_CLASS (aq_sushi_restaurant_parent_class)->finalize (object);
}

static void
aq_sushi_restaurant_class_init (AqSushiRestaurantClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aq_sushi_restaurant_finalize;

  /* Emitted once, until the news are taken. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aq_sushi_restaurant_init (AqSushiRestaurant *self)
{
  aq_sushi_tally_init (&self->tally);
  self->chefs = g_ptr_array_new_with_free_func (g_object_unref);
  self->customers = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->row);
  self->chef_pace = 1;
  self->customer_pace = 1;
}

AqSushiRestaurant *
aq_sushi_restaurant_new (guint capacity)
{
  AqSushiRestaurant *self = g_object_new (AQ_SUSHI_TYPE_RESTAURANT, NULL);

  self->capacity = capacity;
  self->next_order = &aq_sushi_orders[0];
  replace_belt (self);

  return self;
}

void
aq_sushi_restaurant_add_chef (AqSushiRestaurant *self,
                              gboolean           in_thread)
{
  AqSushiChef *chef;

  if (self->chefs->len == AQ_SUSHI_MAX_CHEFS)
    return;

  chef = aq_sushi_chef_new (self, in_thread);
  g_ptr_array_add (self->chefs, chef);
  if (aq_sushi_restaurant_is_open (self))
    aq_sushi_chef_start (chef);
  aq_sushi_restaurant_changed (self);
}

static void
send_chef_home (AqSushiRestaurant *self,
                guint              i)
{
  aq_sushi_chef_leave (self->chefs->pdata[i]);
  g_ptr_array_remove_index (self->chefs, i);
  aq_sushi_restaurant_changed (self);
}

/* Who came last leaves first. */
void
aq_sushi_restaurant_remove_chef (AqSushiRestaurant *self,
                                 gboolean           in_thread)
{
  for (guint i = self->chefs->len; i-- > 0;)
    if (aq_sushi_chef_in_thread (self->chefs->pdata[i]) == in_thread)
      {
        send_chef_home (self, i);
        return;
      }
}

void
aq_sushi_restaurant_add_customer (AqSushiRestaurant *self)
{
  AqSushiCustomer *customer;

  if (self->customers->len == AQ_SUSHI_MAX_CUSTOMERS)
    return;

  customer = aq_sushi_customer_new (self, self->n_seated++);
  g_ptr_array_add (self->customers, customer);
  if (aq_queue_get_state (self->belt) != AQ_QUEUE_STATE_FINISHED)
    aq_sushi_customer_start (customer);
  aq_sushi_restaurant_changed (self);
}

void
aq_sushi_restaurant_remove_customer (AqSushiRestaurant *self)
{
  guint last = self->customers->len - 1;

  if (self->customers->len == 0)
    return;

  aq_sushi_customer_leave (self->customers->pdata[last]);
  g_ptr_array_remove_index (self->customers, last);
  aq_sushi_restaurant_changed (self);
}

/* By hand, which does not wait: it fails with G_IO_ERROR_WOULD_BLOCK on a full
 * belt, and with G_IO_ERROR_CLOSED in a closed kitchen. */
gboolean
aq_sushi_restaurant_put_plate (AqSushiRestaurant  *self,
                               gboolean            is_gold,
                               GError            **error)
{
  g_autoptr (AqSushiPlate) plate = aq_sushi_restaurant_new_plate (self, is_gold);

  gboolean is_put;

  plate->turn = aq_sushi_restaurant_begin_put (self);
  is_put = self->order->try_put (self->belt, plate, error);
  aq_sushi_restaurant_end_put (self, is_put ? plate : NULL);

  return is_put;
}

/* Of the customers who wait, the one who has waited longest. */
void
aq_sushi_restaurant_change_mind (AqSushiRestaurant *self)
{
  AqSushiCustomer *first = NULL;

  for (guint i = 0; i < self->customers->len; i++)
    {
      AqSushiCustomer *customer = self->customers->pdata[i];

      if (aq_sushi_customer_get_state (customer) == AQ_SUSHI_CUSTOMER_GETTING &&
          (first == NULL ||
           aq_sushi_customer_get_turn (customer) < aq_sushi_customer_get_turn (first)))
        first = customer;
    }

  if (first != NULL)
    aq_sushi_customer_change_mind (first);
}

/* The belt is eaten empty, or cleared @immediate(ly). */
void
aq_sushi_restaurant_close (AqSushiRestaurant *self,
                           gboolean           immediate)
{
  aq_queue_shutdown (self->belt, immediate);
  aq_sushi_restaurant_changed (self);
}

void
aq_sushi_restaurant_open (AqSushiRestaurant *self)
{
  if (aq_sushi_restaurant_is_open (self))
    return;

  replace_belt (self);
  for (guint i = 0; i < self->chefs->len; i++)
    aq_sushi_chef_start (self->chefs->pdata[i]);
  for (guint i = 0; i < self->customers->len; i++)
    aq_sushi_customer_start (self->customers->pdata[i]);

  aq_sushi_restaurant_changed (self);
}

/* All go home. Those who wait, or are in the middle of something, let go of the
 * restaurant as soon as they are told. */
void
aq_sushi_restaurant_dismiss (AqSushiRestaurant *self)
{
  while (self->customers->len > 0)
    aq_sushi_restaurant_remove_customer (self);
  while (self->chefs->len > 0)
    send_chef_home (self, self->chefs->len - 1);
}

/* As if the day had begun with so many. What was on the belt is cleared away. */
void
aq_sushi_restaurant_set_scene (AqSushiRestaurant *self,
                               guint              n_chefs,
                               guint              n_customers,
                               guint              n_plates)
{
  aq_sushi_restaurant_dismiss (self);
  aq_queue_clear (self->belt);
  aq_sushi_restaurant_open (self);
  self->n_seated = 0;

  for (guint i = 0; i < MIN (n_plates, AQ_SUSHI_MAX_CAPACITY); i++)
    aq_sushi_restaurant_put_plate (self, FALSE, NULL);
  for (guint i = 0; i < MIN (n_chefs, AQ_SUSHI_MAX_CHEFS); i++)
    aq_sushi_restaurant_add_chef (self, FALSE);
  for (guint i = 0; i < MIN (n_customers, AQ_SUSHI_MAX_CUSTOMERS); i++)
    aq_sushi_restaurant_add_customer (self);
}

/* A closed restaurant takes the new order when it opens. */
void
aq_sushi_restaurant_set_order (AqSushiRestaurant  *self,
                               const AqSushiOrder *order)
{
  self->next_order = order;
  if (aq_sushi_restaurant_is_open (self) && self->order != order)
    replace_belt (self);
  aq_sushi_restaurant_changed (self);
}

/* More room lets waiting chefs in at once; less clears nothing away. */
void
aq_sushi_restaurant_set_capacity (AqSushiRestaurant *self,
                                  guint              capacity)
{
  self->capacity = CLAMP (capacity, 1, AQ_SUSHI_MAX_CAPACITY);
  aq_queue_set_max_size (self->belt, self->capacity);
  aq_sushi_restaurant_changed (self);
}

void
aq_sushi_restaurant_set_chef_pace (AqSushiRestaurant *self,
                                   double             pace)
{
  self->chef_pace = pace;
  update_pace (self);
}

void
aq_sushi_restaurant_set_customer_pace (AqSushiRestaurant *self,
                                       double             pace)
{
  self->customer_pace = pace;
  update_pace (self);
}

void
aq_sushi_restaurant_set_paused (AqSushiRestaurant *self,
                                gboolean           paused)
{
  self->is_paused = paused;
  update_pace (self);
}

void
aq_sushi_restaurant_set_rush_hour (AqSushiRestaurant *self,
                                   gboolean           rush_hour)
{
  self->is_rush_hour = rush_hour;
  update_pace (self);
}

/* Returns: (transfer none) (element-type AqSushiChef): in the order in which they came */
GPtrArray *
aq_sushi_restaurant_get_chefs (AqSushiRestaurant *self)
{
  return self->chefs;
}

/* Returns: (transfer none) (element-type AqSushiCustomer): in the order in which they came */
GPtrArray *
aq_sushi_restaurant_get_customers (AqSushiRestaurant *self)
{
  return self->customers;
}

/* Of those who put, the chef who has done so longest. Those in @known are left out. */
static AqSushiPlate *
find_next_put (AqSushiRestaurant *self,
               GPtrArray         *known)
{
  AqSushiPlate *first = NULL;

  for (guint i = 0; i < self->chefs->len; i++)
    {
      AqSushiPlate *plate = aq_sushi_chef_get_plate (self->chefs->pdata[i]);

      if (aq_sushi_chef_get_state (self->chefs->pdata[i]) == AQ_SUSHI_CHEF_PUTTING &&
          !plate->is_known && !g_ptr_array_find (known, plate, NULL) &&
          (first == NULL || plate->turn < first->turn))
        first = plate;
    }

  return first;
}

static void
insert_in_order (AqSushiRestaurant *self,
                 GPtrArray         *plates,
                 AqSushiPlate      *plate)
{
  guint i = plates->len;

  while (i > 0 && self->order->comes_before (plate, plates->pdata[i - 1]))
    i--;

  g_ptr_array_insert (plates, i, plate);
}

/* Those of the row, and as many of which the belt knows more than we: it takes a plate
 * before we are told so, from who has held it out longest. */
static GPtrArray *
list_plates (AqSushiRestaurant *self,
             guint             *n_promised)
{
  GPtrArray *plates = g_ptr_array_new ();
  AqSushiNumbers numbers;

  for (const GList *l = self->row.head; l != NULL; l = l->next)
    g_ptr_array_add (plates, l->data);

  aq_sushi_restaurant_count (self, &numbers);
  while (plates->len < numbers.promised + numbers.length)
    {
      AqSushiPlate *plate = find_next_put (self, plates);

      if (plate == NULL)
        break;

      insert_in_order (self, plates, plate);
    }

  *n_promised = MIN (numbers.promised, plates->len);

  return plates;
}

/* What is promised is as good as gone, and the promises are of what is next.
 *
 * Returns: (transfer container) (element-type AqSushiPlate): on the belt, next to be
 *   got first */
GPtrArray *
aq_sushi_restaurant_list_plates (AqSushiRestaurant *self)
{
  guint n_promised;
  GPtrArray *plates = list_plates (self, &n_promised);

  if (n_promised > 0)
    g_ptr_array_remove_range (plates, 0, n_promised);

  return plates;
}

/* Who waits longest is served first.
 *
 * Returns: (nullable) (transfer none): what is on its way to @customer, as things stand */
AqSushiPlate *
aq_sushi_restaurant_get_promised (AqSushiRestaurant *self,
                                  AqSushiCustomer   *customer)
{
  guint n_promised;
  g_autoptr (GPtrArray) plates = list_plates (self, &n_promised);
  guint n_before = 0;

  if (!aq_sushi_customer_is_in_line (customer))
    return NULL;

  for (guint i = 0; i < self->customers->len; i++)
    {
      AqSushiCustomer *other = self->customers->pdata[i];

      n_before += aq_sushi_customer_is_in_line (other) &&
                  aq_sushi_customer_get_turn (other) < aq_sushi_customer_get_turn (customer);
    }

  return n_before < n_promised ? plates->pdata[n_before] : NULL;
}

void
aq_sushi_restaurant_count (AqSushiRestaurant *self,
                           AqSushiNumbers    *numbers)
{
  aq_sushi_tally_count (&self->tally, self->belt, numbers);
}

/* Returns: that of the belt as it is now */
const AqSushiOrder *
aq_sushi_restaurant_get_order (AqSushiRestaurant *self)
{
  return self->order;
}

gboolean
aq_sushi_restaurant_is_open (AqSushiRestaurant *self)
{
  return aq_queue_get_state (self->belt) == AQ_QUEUE_STATE_OPEN;
}

gboolean
aq_sushi_restaurant_is_paused (AqSushiRestaurant *self)
{
  return self->is_paused;
}

/* Without delay. While all is paused nobody hurries. */
gboolean
aq_sushi_restaurant_is_rush_hour (AqSushiRestaurant *self)
{
  return self->is_rush_hour && !self->is_paused;
}

static gboolean
has_hands_at_work (AqSushiRestaurant *self)
{
  if (self->is_paused)
    return FALSE;

  for (guint i = 0; i < self->chefs->len; i++)
    if (aq_sushi_chef_get_state (self->chefs->pdata[i]) == AQ_SUSHI_CHEF_PREPARING)
      return TRUE;

  for (guint i = 0; i < self->customers->len; i++)
    {
      AqSushiCustomerState state = aq_sushi_customer_get_state (self->customers->pdata[i]);

      if (state == AQ_SUSHI_CUSTOMER_DECIDING || state == AQ_SUSHI_CUSTOMER_EATING)
        return TRUE;
    }

  return FALSE;
}

/* Whether somebody's hands are at work, or somebody has yet to be told of a put or a
 * get. If neither, nothing happens by itself any more. */
gboolean
aq_sushi_restaurant_is_busy (AqSushiRestaurant *self)
{
  AqSushiNumbers numbers;

  aq_sushi_restaurant_count (self, &numbers);

  return numbers.untold > 0 || has_hands_at_work (self);
}

/* Returns: whether anything changed since this was last asked */
gboolean
aq_sushi_restaurant_take_news (AqSushiRestaurant *self)
{
  gboolean has_news = self->has_news;

  self->has_news = FALSE;

  return has_news;
}

/* Returns: (transfer none): where to put and get now */
AqQueue *
aq_sushi_restaurant_get_belt (AqSushiRestaurant *self)
{
  return self->belt;
}

double
aq_sushi_restaurant_get_chef_pace (AqSushiRestaurant *self)
{
  return self->is_paused ? 0 : self->chef_pace;
}

double
aq_sushi_restaurant_get_customer_pace (AqSushiRestaurant *self)
{
  return self->is_paused ? 0 : self->customer_pace;
}

AqSushiPlate *
aq_sushi_restaurant_new_plate (AqSushiRestaurant *self,
                               gboolean           is_gold)
{
  guint64 number = ++self->n_plates;

  return aq_sushi_plate_new (number, is_gold || number % GOLD_EVERY == 0);
}

/* For who is about to put, and may have to wait; from any thread.
 *
 * Returns: a number, the lower the longer ago */
guint64
aq_sushi_restaurant_begin_put (AqSushiRestaurant *self)
{
  g_atomic_int_inc (&self->tally.n_putting);

  return __atomic_add_fetch (&self->n_turns, 1, __ATOMIC_RELAXED);
}

/* The plate may have been got already: a callback comes after the fact. Or dropped, and
 * then it leaves the row as soon as the last who holds it lets go.
 *
 * @plate: (nullable): NULL if it could not be put */
void
aq_sushi_restaurant_end_put (AqSushiRestaurant *self,
                             AqSushiPlate      *plate)
{
  g_atomic_int_add (&self->tally.n_putting, -1);

  if (plate != NULL)
    self->tally.n_put++;

  if (plate != NULL && !plate->is_known)
    {
      plate->is_known = TRUE;
      aq_sushi_row_lay (&self->row, plate, self->order);
    }

  aq_sushi_restaurant_changed (self);
}

/* As begin_put (), but from our own thread alone. */
guint64
aq_sushi_restaurant_begin_get (AqSushiRestaurant *self)
{
  self->tally.n_getting++;

  return __atomic_add_fetch (&self->n_turns, 1, __ATOMIC_RELAXED);
}

/* @plate: (nullable): NULL if none was got from @belt */
void
aq_sushi_restaurant_end_get (AqSushiRestaurant *self,
                             AqQueue           *belt,
                             AqSushiPlate      *plate)
{
  self->tally.n_getting--;

  if (plate != NULL)
    {
      plate->is_known = TRUE;
      aq_sushi_row_take (plate);
      self->tally.n_got++;
    }
  else if (belt != self->belt)
    {
      /* A plate that was promised stays on its belt while that is replaced. If whom it
       * was promised to gives up after all, nobody else will ask for it there. */
      aq_queue_clear (belt);
    }

  aq_sushi_restaurant_changed (self);
}

void
aq_sushi_restaurant_plate_eaten (AqSushiRestaurant *self)
{
  self->tally.n_eaten++;
  aq_sushi_restaurant_changed (self);
}

void
aq_sushi_restaurant_changed (AqSushiRestaurant *self)
{
  if (self->has_news)
    return;

  self->has_news = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}
