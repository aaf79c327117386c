/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-model.h"

/* Lists */

static void
append (AqModelList *list,
        int          number)
{
  g_assert (list->length < AQ_MODEL_MAX);
  list->numbers[list->length++] = number;
}

static void
prepend (AqModelList *list,
         int          number)
{
  append (list, number);
  for (guint i = list->length - 1; i > 0; i--)
    list->numbers[i] = list->numbers[i - 1];
  list->numbers[0] = number;
}

static gboolean
contains (AqModelList *list,
          int          number)
{
  for (guint i = 0; i < list->length; i++)
    if (list->numbers[i] == number)
      return TRUE;

  return FALSE;
}

static int
take_at (AqModelList *list,
         guint        index)
{
  int number = list->numbers[index];

  g_assert (index < list->length);
  for (guint i = index + 1; i < list->length; i++)
    list->numbers[i - 1] = list->numbers[i];
  list->length--;

  return number;
}

static void
take_out (AqModelList *list,
          int          number)
{
  for (guint i = 0; i < list->length; i++)
    if (list->numbers[i] == number)
      {
        take_at (list, i);
        return;
      }

  g_assert_not_reached ();
}

/* Items */

/* The place of the item that is next. */
static guint
find_next (AqModel *self)
{
  guint next = 0;

  g_assert (self->items.length > 0);

  if (self->order == AQ_MODEL_LIFO)
    return self->items.length - 1;

  if (self->order == AQ_MODEL_PRIORITY)
    for (guint i = 1; i < self->items.length; i++)
      if (self->priorities[self->items.numbers[i]] < self->priorities[self->items.numbers[next]])
        next = i;

  return next;
}

guint
aq_model_count_promised (AqModel *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_ops; i++)
    n += self->ops[i].has_promise;

  return n;
}

guint
aq_model_count_available (AqModel *self)
{
  return self->items.length - aq_model_count_promised (self);
}

static void
find_promised (AqModel  *self,
               gboolean *is_promised)
{
  AqModelList all = self->items;

  for (guint n = aq_model_count_promised (self); n > 0; n--)
    is_promised[take_at (&self->items, find_next (self))] = TRUE;

  self->items = all;
}

static guint
get_size_of (AqModel *self,
             int      item)
{
  return self->is_measured ? self->sizes[item] : 1;
}

static guint
get_total_size (AqModel *self)
{
  guint size = 0;

  for (guint i = 0; i < self->items.length; i++)
    size += get_size_of (self, self->items.numbers[i]);

  return size;
}

/* Of what is promised to nobody. */
guint
aq_model_get_size (AqModel *self)
{
  gboolean is_promised[AQ_MODEL_MAX] = { FALSE, };
  guint size = 0;

  find_promised (self, is_promised);
  for (guint i = 0; i < self->items.length; i++)
    if (!is_promised[self->items.numbers[i]])
      size += get_size_of (self, self->items.numbers[i]);

  return size;
}

/* An item goes in if it is within the bound, or alone. */
static gboolean
fits (AqModel *self,
      int      item)
{
  return self->max_size == 0 || aq_model_count_available (self) == 0 ||
         aq_model_get_size (self) + get_size_of (self, item) <= self->max_size;
}

static gboolean
can_put (AqModel *self,
         int      item)
{
  return !self->is_shut_down && (self->overflow != AQ_MODEL_WAIT || fits (self, item));
}

static gboolean
is_limited (AqModel *self)
{
  return self->max_in_flight > 0 &&
         self->in_flight + aq_model_count_promised (self) >= self->max_in_flight;
}

static gboolean
can_promise (AqModel *self)
{
  return aq_model_count_available (self) > 0 && !self->is_paused && !is_limited (self);
}

/* The place of the item that is dropped if there are too many: of the least urgent
 * ones, that which has been there the longest, or the shortest. */
static guint
find_excess (AqModel *self)
{
  guint excess = 0;

  for (guint i = 1; i < self->items.length; i++)
    {
      int priority = self->priorities[self->items.numbers[i]];
      int priority_of_excess = self->priorities[self->items.numbers[excess]];

      if (self->order != AQ_MODEL_PRIORITY)
        priority = priority_of_excess;

      if (priority > priority_of_excess ||
          (priority == priority_of_excess && self->overflow == AQ_MODEL_DROP_NEWEST))
        excess = i;
    }

  return excess;
}

static void
count_dropped (AqModel *self,
               guint    n_dropped)
{
  /* Those in flight are still to be reported. */
  for (guint i = 0; i < n_dropped && self->unfinished > self->in_flight; i++)
    self->unfinished--;
}

/* Makes room for @put, or drops it. Promises are kept, but with whatever is left. */
static void
drop_excess (AqModel *self,
             int      put)
{
  while (self->max_size > 0 && get_total_size (self) > self->max_size &&
         aq_model_count_available (self) > 0 && self->items.length > 1)
    {
      int item = take_at (&self->items, find_excess (self));

      append (&self->dropped, item);
      count_dropped (self, 1);

      if (self->overflow == AQ_MODEL_DROP_NEWEST && item == put)
        return;
    }
}

static void
accept (AqModel *self,
        int      item)
{
  g_assert (can_put (self, item)); /* P4 */

  append (&self->items, item);
  self->n_accepted++;
  self->unfinished++;

  if (self->overflow != AQ_MODEL_WAIT)
    drop_excess (self, item);
}

static int
take (AqModel *self)
{
  self->n_collected++;
  /* Whoever reports tasks done before they are collected has fewer in flight. */
  if (self->in_flight < self->unfinished)
    self->in_flight++;

  return take_at (&self->items, find_next (self));
}

/* Drops what is promised to nobody. */
static guint
drop_available (AqModel *self)
{
  gboolean is_promised[AQ_MODEL_MAX] = { FALSE, };
  AqModelList all = self->items;
  guint n_dropped = aq_model_count_available (self);

  find_promised (self, is_promised);
  self->items.length = 0;
  for (guint i = 0; i < all.length; i++)
    append (is_promised[all.numbers[i]] ? &self->items : &self->dropped, all.numbers[i]);

  count_dropped (self, n_dropped);

  return n_dropped;
}

/* Operations */

static void
decide (AqModel        *self,
        int             op,
        AqModelOutcome  outcome)
{
  self->ops[op].phase = AQ_MODEL_DECIDED;
  self->ops[op].outcome = outcome;
  if (self->ops[op].kind != AQ_MODEL_WATCH)
    append (&self->due, op);
}

/* What is so at every moment. */
static void
check (AqModel *self)
{
  /* P1 */
  g_assert (self->n_accepted == self->n_collected + self->dropped.length +
                                aq_model_count_available (self) +
                                aq_model_count_promised (self));

  /* P11: where a put has to wait, a get finds an item. */
  g_assert (!aq_model_is_full (self) || !aq_model_is_empty (self) || self->is_paused ||
            is_limited (self));
  g_assert (self->putters.length == 0 || aq_model_count_available (self) > 0);
  g_assert (self->getters.length == 0 || aq_model_is_empty (self));

  /* P12: what is in hand may come back, so a join waits for it. */
  g_assert (self->in_flight <= self->unfinished);
  g_assert (self->joiners.length == 0 || self->unfinished > 0);
}

/* Each function that changes something ends here: it serves who can be served,
 * puts before gets before joins, and in each line the longest wait first. */
static void
settle (AqModel *self)
{
  for (;;)
    {
      int op;

      if (self->putters.length > 0 && can_put (self, self->ops[self->putters.numbers[0]].item))
        {
          op = take_at (&self->putters, 0);
          accept (self, self->ops[op].item);
        }
      else if (self->getters.length > 0 && can_promise (self))
        {
          op = take_at (&self->getters, 0);
          self->ops[op].has_promise = TRUE;
        }
      else
        {
          break;
        }

      decide (self, op, AQ_MODEL_DONE);
    }

  while (self->putters.length > 0 && self->is_shut_down)
    decide (self, take_at (&self->putters, 0), AQ_MODEL_CLOSED);

  while (self->getters.length > 0 && aq_model_is_finished (self))
    decide (self, take_at (&self->getters, 0), AQ_MODEL_CLOSED);

  while (self->joiners.length > 0 && self->unfinished == 0)
    decide (self, take_at (&self->joiners, 0), AQ_MODEL_DONE);

  if (self->items.length == 0 && self->last_length > 0)
    self->was_drained = TRUE;
  self->last_length = self->items.length;

  check (self);
}

static AqModelList *
line_of (AqModel *self,
         int      op)
{
  switch (self->ops[op].kind)
    {
    case AQ_MODEL_PUT:
      return &self->putters;

    case AQ_MODEL_JOIN:
      return &self->joiners;

    case AQ_MODEL_GET:
    case AQ_MODEL_WATCH:
    default:
      return &self->getters;
    }
}

static int
new_op (AqModel     *self,
        AqModelKind  kind)
{
  g_assert (self->n_ops < AQ_MODEL_MAX);
  self->ops[self->n_ops] = (AqModelOp) { .kind = kind };

  return (int) self->n_ops++;
}

static void
join_line (AqModel  *self,
           int       op,
           gboolean  is_cancelled)
{
  if (is_cancelled)
    {
      decide (self, op, AQ_MODEL_CANCELLED);
    }
  else
    {
      self->ops[op].phase = AQ_MODEL_WAITING;
      append (line_of (self, op), op);
    }

  settle (self);
}

/* Ends @op: gives its promise back, or takes it out of its line. */
static void
withdraw (AqModel *self,
          int      op)
{
  if (self->ops[op].phase == AQ_MODEL_WAITING)
    take_out (line_of (self, op), op);

  self->ops[op].has_promise = FALSE;
  self->ops[op].phase = AQ_MODEL_OVER;
  settle (self);
  aq_model_drop_leftovers (self);
}

void
aq_model_init (AqModel      *self,
               AqModelOrder  order,
               guint         max_size)
{
  memset (self, 0, sizeof *self);
  self->order = order;
  self->max_size = max_size;
}

int
aq_model_put (AqModel  *self,
              int       item,
              int       priority,
              guint     size,
              gboolean  is_cancelled)
{
  int op = new_op (self, AQ_MODEL_PUT);

  self->ops[op].item = item;
  self->priorities[item] = priority;
  self->sizes[item] = size;
  join_line (self, op, is_cancelled);

  return op;
}

int
aq_model_get (AqModel  *self,
              guint     max_items,
              gboolean  is_cancelled)
{
  int op = new_op (self, AQ_MODEL_GET);

  self->ops[op].max_items = max_items;
  join_line (self, op, is_cancelled);

  return op;
}

int
aq_model_join (AqModel  *self,
               gboolean  is_cancelled)
{
  int op = new_op (self, AQ_MODEL_JOIN);

  join_line (self, op, is_cancelled);

  return op;
}

void
aq_model_cancel (AqModel *self,
                 int      op)
{
  AqModelOp *it = &self->ops[op];

  if (it->phase == AQ_MODEL_WAITING)
    {
      take_out (line_of (self, op), op);
      decide (self, op, AQ_MODEL_CANCELLED);
    }
  else if (it->phase == AQ_MODEL_DECIDED && it->has_promise)
    {
      /* Its callback is due as before, but has something else to say. */
      it->has_promise = FALSE;
      it->outcome = AQ_MODEL_CANCELLED;
    }
  else if (it->phase == AQ_MODEL_AWAY)
    {
      decide (self, op, AQ_MODEL_CANCELLED);
    }

  settle (self);
}

void
aq_model_begin_call (AqModel *self,
                     int      op)
{
  g_assert (self->due.length > 0 && self->due.numbers[0] == op);
  take_at (&self->due, 0);
  self->ops[op].phase = AQ_MODEL_CALLED;
  aq_model_drop_leftovers (self);
}

/* The item that @op was promised, and more if it is a get for many. */
void
aq_model_collect (AqModel     *self,
                  int          op,
                  AqModelList *items)
{
  g_assert (self->ops[op].phase == AQ_MODEL_CALLED && self->ops[op].has_promise);
  self->ops[op].has_promise = FALSE;

  items->length = 0;
  append (items, take (self));
  while (items->length < self->ops[op].max_items && can_promise (self))
    append (items, take (self));
  settle (self);
}

/* Its result is freed, collected or not. */
void
aq_model_free (AqModel *self,
               int      op)
{
  g_assert (self->ops[op].phase == AQ_MODEL_CALLED);
  withdraw (self, op);
}

int
aq_model_watch (AqModel  *self,
                gboolean  is_cancelled)
{
  int op = new_op (self, AQ_MODEL_WATCH);

  if (is_cancelled)
    decide (self, op, AQ_MODEL_CANCELLED);

  return op;
}

void
aq_model_watch_join_line (AqModel *self,
                          int      op)
{
  g_assert (self->ops[op].phase == AQ_MODEL_AWAY);
  join_line (self, op, FALSE);
}

/* Its turn goes on: it takes what there is, and goes to the end of the line only if
 * there is nothing. */
void
aq_model_watch_go_on (AqModel *self,
                      int      op)
{
  if (!can_promise (self))
    aq_model_watch_join_line (self, op);
}

/* The item for which a watch is called, or -1 if it must not be called. */
int
aq_model_watch_take (AqModel *self,
                     int      op)
{
  AqModelOp *it = &self->ops[op];
  int item;

  if (it->phase == AQ_MODEL_AWAY ? !can_promise (self)
                                 : it->phase != AQ_MODEL_DECIDED || !it->has_promise)
    return -1;

  it->has_promise = FALSE;
  it->phase = AQ_MODEL_AWAY;
  item = take (self);
  settle (self);

  return item;
}

void
aq_model_watch_end (AqModel *self,
                    int      op)
{
  withdraw (self, op);
}

AqModelOutcome
aq_model_try_put (AqModel *self,
                  int      item,
                  int      priority,
                  guint    size)
{
  self->priorities[item] = priority;
  self->sizes[item] = size;

  if (self->is_shut_down)
    return AQ_MODEL_CLOSED;
  if (self->putters.length > 0 || !can_put (self, item))
    return AQ_MODEL_WOULD_BLOCK;

  accept (self, item);
  settle (self);

  return AQ_MODEL_DONE;
}

AqModelOutcome
aq_model_try_get (AqModel     *self,
                  guint        max_items,
                  AqModelList *items)
{
  items->length = 0;

  if (aq_model_is_finished (self))
    return AQ_MODEL_CLOSED;
  if (!can_promise (self))
    return AQ_MODEL_WOULD_BLOCK;

  while (items->length < max_items && can_promise (self))
    append (items, take (self));
  settle (self);

  return AQ_MODEL_DONE;
}

gboolean
aq_model_task_done (AqModel *self)
{
  if (self->unfinished == 0)
    return FALSE;

  self->unfinished--;
  if (self->in_flight > 0)
    self->in_flight--;
  settle (self);

  return TRUE;
}

/* Only if something is in flight. It comes out before all others, or all of its
 * priority; and as the next one goes by what is there, promises are no matter. */
gboolean
aq_model_put_back (AqModel *self,
                   int      item,
                   int      priority)
{
  guint unfinished = self->unfinished;

  if (self->in_flight == 0)
    return FALSE;

  self->in_flight--;
  self->n_collected--;
  self->n_put_back++;
  self->priorities[item] = priority;

  if (self->is_immediate)
    {
      append (&self->dropped, item);
      count_dropped (self, 1);
      settle (self);
      return TRUE;
    }

  if (self->order == AQ_MODEL_LIFO)
    append (&self->items, item);
  else
    prepend (&self->items, item);

  /* P12 */
  g_assert (self->order == AQ_MODEL_PRIORITY || self->items.numbers[find_next (self)] == item);
  g_assert (self->unfinished == unfinished && !aq_model_is_finished (self));
  settle (self);

  return TRUE;
}

/* Whether @item can be spared. */
static gboolean
is_there (AqModel *self,
          int      item)
{
  return contains (&self->items, item) && aq_model_count_available (self) > 0;
}

gboolean
aq_model_remove (AqModel *self,
                 int      item)
{
  if (!is_there (self, item))
    return FALSE;

  take_out (&self->items, item);
  append (&self->dropped, item);
  count_dropped (self, 1);
  settle (self);

  return TRUE;
}

/* As if it was put now. */
gboolean
aq_model_set_priority (AqModel *self,
                       int      item,
                       int      priority)
{
  if (!is_there (self, item))
    return FALSE;

  take_out (&self->items, item);
  append (&self->items, item);
  self->priorities[item] = priority;
  settle (self);

  return TRUE;
}

guint
aq_model_clear (AqModel *self)
{
  guint n_dropped = drop_available (self);

  g_assert (aq_model_count_available (self) == 0); /* P11 */
  settle (self);

  return n_dropped;
}

void
aq_model_shutdown (AqModel  *self,
                   gboolean  is_immediate)
{
  self->is_shut_down = TRUE;
  if (is_immediate)
    {
      self->is_immediate = TRUE;
      drop_available (self);
    }
  settle (self);
}

/* Why stays as it was, once it is shut down. */
void
aq_model_fail (AqModel *self)
{
  if (!self->is_shut_down)
    self->has_cause = TRUE;
  aq_model_shutdown (self, FALSE);
}

void
aq_model_hold (AqModel *self)
{
  self->n_holds++;
}

gboolean
aq_model_release (AqModel *self)
{
  if (self->n_holds == 0)
    return FALSE;

  if (--self->n_holds == 0)
    aq_model_shutdown (self, FALSE);

  return TRUE;
}

void
aq_model_set_paused (AqModel  *self,
                     gboolean  is_paused)
{
  self->is_paused = is_paused;
  settle (self);
}

void
aq_model_set_max_size (AqModel *self,
                       guint    max_size)
{
  self->max_size = max_size;
  settle (self);
}

void
aq_model_set_overflow (AqModel         *self,
                       AqModelOverflow  overflow)
{
  self->overflow = overflow;
  settle (self);
}

/* Only while the queue is not in use. */
gboolean
aq_model_set_is_measured (AqModel  *self,
                          gboolean  is_measured)
{
  if (self->items.length > 0 || self->putters.length > 0 || self->getters.length > 0)
    return FALSE;

  self->is_measured = is_measured;

  return TRUE;
}

void
aq_model_set_max_in_flight (AqModel *self,
                            guint    max_in_flight)
{
  self->max_in_flight = max_in_flight;
  settle (self);
}

/* What came in, again or for the first time. */
guint
aq_model_count_arrivals (AqModel *self)
{
  return self->n_accepted + self->n_put_back;
}

/* Nothing could be taken. */
gboolean
aq_model_is_empty (AqModel *self)
{
  return !can_promise (self);
}

/* Nothing more could be put, but for what has no size. */
gboolean
aq_model_is_full (AqModel *self)
{
  return self->putters.length > 0 ||
         (self->max_size > 0 && aq_model_count_available (self) > 0 &&
          aq_model_get_size (self) >= self->max_size);
}

/* While those who report what they do have something in hand, it may come back. */
gboolean
aq_model_is_finished (AqModel *self)
{
  gboolean may_come_back = self->max_in_flight > 0 && self->in_flight > 0 && !self->is_immediate;

  return self->is_shut_down && self->items.length == 0 && !may_come_back;
}

/* The number of the item that would be got now, or -1. */
int
aq_model_peek (AqModel *self)
{
  return aq_model_count_available (self) > 0 ? self->items.numbers[find_next (self)] : -1;
}

/* After an immediate shutdown a promise that is given back drops its item. Who
 * cancels a get leaves that to the next one who comes by. */
gboolean
aq_model_has_leftovers (AqModel *self)
{
  return self->is_immediate && aq_model_count_available (self) > 0;
}

void
aq_model_drop_leftovers (AqModel *self)
{
  if (!aq_model_has_leftovers (self))
    return;

  drop_available (self);
  settle (self);
}
