/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-driver.h"

#include <aqueue/aqueue.h>
#include <stdio.h>
#include <stdlib.h>

#include "aq-model.h"

/*
 * All happens in one thread and one main context, whose clock is ours: the
 * library asks g_get_monotonic_time () how long its turns take. While the clock
 * stands a turn never ends early, and it can be foretold what one iteration of
 * the main loop does: the dispatcher, which runs the callbacks, comes first, and
 * runs all that are due, and then each watch takes what it can get; but if
 * watches are more urgent, a round is either theirs or the dispatcher's.
 *
 * With a clock that runs, each callback takes longer than a turn, so a watch
 * takes one item and is out of line until the next iteration; and there are
 * breaks, so an iteration runs any number of the callbacks that are due, in
 * order.
 *
 * Signals and notifications are hints. Those that nobody listened to may have
 * been emitted in any iteration, so what they would have told is known only
 * between two bounds, until the loop is drained.
 */

#define CALLBACK_TIME 2000 /* µs, with a clock that runs */
#define LONG_TIME G_USEC_PER_SEC
#define MAX_ITERATIONS 10000

/* Items: objects, or pointers to this. */

typedef struct
{
  int number;
  gpointer pointer; /* (unowned): what is put */
  guint size;
  guint n_sizes; /* how often it was put while the queue went by sizes */
  guint n_measured;
  GObject *object;  /* (owned) (nullable): until it is known what became of its put */
  gboolean is_ours; /* nobody else has to free it */
  guint n_freed;
} Item;

#define AQ_TYPE_MODEL_ITEM (aq_model_item_get_type ())

G_DECLARE_FINAL_TYPE (AqModelItem, aq_model_item, AQ, MODEL_ITEM, GObject)

struct _AqModelItem
{
  GObject parent_instance;

  Item *item;
};

G_DEFINE_FINAL_TYPE (AqModelItem, aq_model_item, G_TYPE_OBJECT)

/* Hints that a program hears of. */
typedef enum
{
  HINT_NONE,
  HINT_DUE,
  HINT_PERHAPS_TOLD,
} Hint;

static const char *const values[] = {
  "length", "empty", "full", "state", "waiting-getters", "waiting-putters",
  "unfinished-tasks", "in-flight", "n-dropped", "max-size", "max-in-flight",
  "n-promised", "size", "overflow", "n-accepted", "paused",
};

#define N_VALUES G_N_ELEMENTS (values)

typedef struct _Driver Driver;

/* Its index is its number in the model. */
typedef struct
{
  Driver *driver;
  AqOp op;
  GCancellable *cancellable; /* (owned) (nullable) */
  GAsyncResult *result;      /* (owned) (nullable): kept */
  gboolean is_called;        /* just now, and its caller holds the result too */

  GSource *source;           /* (owned) (nullable): of a watch */
  int n_taken;
  guint n_notified;
  gboolean is_ready; /* when the iteration began */
} Operation;

struct _Driver
{
  const AqProgram *program;
  gboolean is_measured;
  guint n_measures_freed; /* of n_measures */
  guint n_measures;
  const AqOp *current; /* (nullable): at the end */
  guint step;

  AqModel model;
  AqQueue *queue;
  GMainContext *context;
  GCancellable *cancellables[AQ_N_CANCELLABLES];

  Item items[AQ_MODEL_MAX];
  int n_items;
  AqModelList hand; /* items collected, and neither put back nor reported done */
  guint n_collected;
  guint n_dropped_seen;

  Operation operations[AQ_MODEL_MAX];
  AqModelList kept; /* operations whose callback kept the result */

  const AqOp *later[AQ_PROGRAM_MAX_OPS];
  guint n_later;
  guint next_later;

  gboolean is_iterating;
  gboolean dispatcher_runs; /* in this iteration, and is not over yet */

  gulong handlers[3]; /* 0: none are connected */
  gboolean is_unheard; /* something may have been emitted that we did not hear */
  guint told_least;   /* the bounds of what items-added has counted up to */
  guint told_most;
  Hint drained;
  gboolean told_is_known;
  guint64 told[N_VALUES];
};

static gint64 now = LONG_TIME;

/* Ours, and not GLib's: the library asks us. */
gint64
g_get_monotonic_time (void)
{
  return now;
}

static void G_GNUC_NORETURN G_GNUC_PRINTF (2, 3)
fail (Driver     *self,
      const char *format,
      ...)
{
  g_autofree char *op = self->current != NULL ? aq_op_print (self->current) : g_strdup ("end");
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  fprintf (stderr, "# Step %u, %s: %s\n", self->step, op, message);
  fflush (stderr);
  abort ();
}

#define check(self, condition, ...) \
  G_STMT_START { \
    if (G_UNLIKELY (!(condition))) \
      fail (self, __VA_ARGS__); \
  } G_STMT_END

static void
check_number (Driver     *self,
              const char *what,
              guint64     actual,
              guint64     expected)
{
  check (self, actual == expected, "%s is %" G_GUINT64_FORMAT " and should be %" G_GUINT64_FORMAT,
         what, actual, expected);
}

/* Items */

static void
aq_model_item_finalize (GObject *object)
{
  AQ_MODEL_ITEM (object)->item->n_freed++;

  G_OBJECT_CLASS (aq_model_item_parent_class)->finalize (object);
}

static void
aq_model_item_class_init (AqModelItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aq_model_item_finalize;
}

static void
aq_model_item_init (AqModelItem *self)
{
}

static void
free_pointer (gpointer item)
{
  ((Item *) item)->n_freed++;
}

static gboolean
has_objects (Driver *self)
{
  return self->program->queue.args[AQ_SETUP_ITEMS] == 0;
}

static Item *
new_item (Driver *self,
          int     size)
{
  Item *item = &self->items[self->n_items];

  item->number = self->n_items++;
  item->size = (guint) size;
  item->pointer = item;
  item->n_sizes = self->is_measured;
  item->is_ours = TRUE;

  if (has_objects (self))
    {
      item->object = g_object_new (AQ_TYPE_MODEL_ITEM, NULL);
      item->pointer = item->object;
      AQ_MODEL_ITEM (item->object)->item = item;
    }

  return item;
}

static int
get_number (Driver   *self,
            gpointer  pointer)
{
  return has_objects (self) ? AQ_MODEL_ITEM (pointer)->item->number : ((Item *) pointer)->number;
}

/* With no lock held, so it may ask the queue. */
static guint
measure_cb (gpointer pointer,
            gpointer user_data)
{
  Driver *self = user_data;
  Item *item = &self->items[get_number (self, pointer)];

  aq_queue_get_length (self->queue);
  item->n_measured++;

  return item->size;
}

static void
measure_freed_cb (gpointer user_data)
{
  ((Driver *) user_data)->n_measures_freed++;
}

static void
free_item (Driver   *self,
           gpointer  pointer)
{
  if (has_objects (self))
    g_object_unref (pointer);
  else
    free_pointer (pointer);
}

/* After a put that failed an item is the caller's, and nobody else's (P10). */
static void
end_put (Driver   *self,
         int       number,
         gboolean  accepted)
{
  Item *item = &self->items[number];

  item->is_ours = FALSE;

  if (!accepted)
    {
      check (self, item->n_freed == 0, "item %d is freed though it is the caller's", number);
      check (self, item->object == NULL || item->object->ref_count == 1,
             "item %d is still held, though its put failed", number);
    }

  if (item->object != NULL)
    g_clear_object (&item->object);
  else if (!accepted)
    free_pointer (item);
}

/* Takes @pointer, which should be @expected, into the hand. */
static void
check_item (Driver   *self,
            gpointer  pointer,
            int       expected)
{
  check (self, pointer != NULL, "there is no item, and it should be %d", expected);
  check (self, get_number (self, pointer) == expected, "the item is %d and should be %d",
         get_number (self, pointer), expected);
  self->hand.numbers[self->hand.length++] = expected;
  self->n_collected++;
}

/* Takes an item out of the hand. */
static Item *
take_from_hand (Driver *self,
                guint   which)
{
  guint index = which % self->hand.length;
  Item *item = &self->items[self->hand.numbers[index]];

  for (guint i = index + 1; i < self->hand.length; i++)
    self->hand.numbers[i - 1] = self->hand.numbers[i];
  self->hand.length--;

  return item;
}

/* What can be seen */

static guint64
get_value (Driver *self,
           guint   value)
{
  switch (value)
    {
    case 0:
      return aq_queue_get_length (self->queue);

    case 1:
      return aq_queue_is_empty (self->queue);

    case 2:
      return aq_queue_is_full (self->queue);

    case 3:
      return aq_queue_get_state (self->queue);

    case 4:
      return aq_queue_get_waiting_getters (self->queue);

    case 5:
      return aq_queue_get_waiting_putters (self->queue);

    case 6:
      return aq_queue_get_unfinished_tasks (self->queue);

    case 7:
      return aq_queue_get_in_flight (self->queue);

    case 8:
      return aq_queue_get_n_dropped (self->queue);

    case 9:
      return aq_queue_get_max_size (self->queue);

    case 10:
      return aq_queue_get_max_in_flight (self->queue);

    case 11:
      return aq_queue_get_n_promised (self->queue);

    case 12:
      return aq_queue_get_size (self->queue);

    case 13:
      return aq_queue_get_overflow (self->queue);

    case 14:
      return aq_queue_get_n_accepted (self->queue);

    default:
      return aq_queue_get_paused (self->queue);
    }
}

/* A promise that was cancelled after an immediate shutdown leaves an item, which
 * goes with one of the next operations; not earlier, and when is seen here. */
static void
see_leftovers (Driver *self)
{
  if (aq_model_has_leftovers (&self->model) &&
      aq_queue_get_n_dropped (self->queue) != self->model.dropped.length)
    aq_model_drop_leftovers (&self->model);
}

static void
see_drained (Driver *self)
{
  if (self->model.was_drained)
    self->drained = HINT_DUE;
  self->model.was_drained = FALSE;
}

/* Why a queue ends. */
static GError *
create_cause (void)
{
  return g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "The rice is burnt");
}

static gboolean
is_cause (const GError *error)
{
  return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_IO) &&
         g_str_equal (error->message, "The rice is burnt");
}

static void
compare (Driver *self)
{
  AqModel *model = &self->model;
  g_autoptr (GError) cause = aq_queue_get_error (self->queue);
  guint64 expected[N_VALUES] = { 0, };

  see_leftovers (self);
  see_drained (self);

  expected[0] = aq_model_count_available (model);
  expected[1] = aq_model_is_empty (model);
  expected[2] = aq_model_is_full (model);
  expected[3] = model->is_shut_down ? (aq_model_is_finished (model) ? AQ_QUEUE_STATE_FINISHED
                                                                    : AQ_QUEUE_STATE_DRAINING)
                                    : AQ_QUEUE_STATE_OPEN;
  expected[4] = model->getters.length;
  expected[5] = model->putters.length;
  expected[6] = model->unfinished;
  expected[7] = model->in_flight;
  expected[8] = model->dropped.length;
  expected[9] = model->max_size;
  expected[10] = model->max_in_flight;
  expected[11] = aq_model_count_promised (model);
  expected[12] = aq_model_get_size (model);
  expected[13] = model->overflow;
  expected[14] = model->n_accepted;
  expected[15] = model->is_paused;

  for (guint i = 0; i < N_VALUES; i++)
    check_number (self, values[i], get_value (self, i), expected[i]);

  check_number (self, "the number of items collected", self->n_collected, model->n_collected);
  check (self, model->has_cause ? is_cause (cause) : cause == NULL, "the cause of the end is %s",
         cause != NULL ? cause->message : "missing");

  for (guint i = 0; i < model->items.length; i++)
    check (self, self->items[model->items.numbers[i]].n_freed == 0,
           "item %d is freed while it is in the queue", model->items.numbers[i]);

  for (; self->n_dropped_seen < model->dropped.length; self->n_dropped_seen++)
    {
      Item *item = &self->items[model->dropped.numbers[self->n_dropped_seen]];

      if (item->object == NULL)
        check (self, item->n_freed == 1, "item %d is dropped, but not freed", item->number);
      else
        check (self, item->object->ref_count == 1, "item %d is dropped, but still held",
               item->number);
    }
}

/* Results */

static GIOErrorEnum
get_code (AqModelOutcome outcome)
{
  switch (outcome)
    {
    case AQ_MODEL_WOULD_BLOCK:
      return G_IO_ERROR_WOULD_BLOCK;

    case AQ_MODEL_CLOSED:
      return G_IO_ERROR_CLOSED;

    case AQ_MODEL_CANCELLED:
      return G_IO_ERROR_CANCELLED;

    case AQ_MODEL_TIMED_OUT:
      return G_IO_ERROR_TIMED_OUT;

    case AQ_MODEL_DONE:
    default:
      g_assert_not_reached ();
    }
}

static void
check_outcome (Driver         *self,
               gboolean        succeeded,
               const GError   *error,
               AqModelOutcome  expected)
{
  if (expected == AQ_MODEL_DONE)
    {
      check (self, succeeded && error == NULL, "it failed (%s) and should succeed",
             error != NULL ? error->message : "with no error");
      return;
    }

  check (self, !succeeded, "it succeeded and should fail with code %d", get_code (expected));

  if (expected == AQ_MODEL_CLOSED && self->model.has_cause)
    {
      check (self, is_cause (error), "its error is \"%s\" and should be the cause of the end",
             error != NULL ? error->message : "none");
      return;
    }

  check (self, g_error_matches (error, G_IO_ERROR, (int) get_code (expected)),
         "its error is \"%s\" and should be of code %d",
         error != NULL ? error->message : "none", get_code (expected));
}

static void
check_get (Driver         *self,
           gpointer        pointer,
           const GError   *error,
           AqModelOutcome  outcome,
           AqModelList    *items)
{
  check_outcome (self, pointer != NULL, error, outcome);

  if (pointer != NULL)
    check_item (self, pointer, items->numbers[0]);
}

static void
check_get_many (Driver         *self,
                GPtrArray      *array,
                const GError   *error,
                AqModelOutcome  outcome,
                AqModelList    *items)
{
  check_outcome (self, array != NULL, error, outcome);

  if (array != NULL)
    {
      check_number (self, "the number of items", array->len, items->length);
      for (guint i = 0; i < array->len; i++)
        check_item (self, array->pdata[i], items->numbers[i]);
      g_free (g_ptr_array_steal (array, NULL));
      g_ptr_array_unref (array);
    }
}

static void
finish (Driver       *self,
        int           number,
        GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  AqModelOutcome outcome = self->model.ops[number].outcome;
  const AqOp *op = &self->operations[number].op;
  AqModelList items;
  gboolean succeeded;

  switch ((int) op->kind)
    {
    case AQ_OP_PUT:
      if (AQ_IS_PRIORITY_QUEUE (self->queue))
        succeeded = aq_priority_queue_put_with_priority_finish (AQ_PRIORITY_QUEUE (self->queue),
                                                                result, &error);
      else
        succeeded = aq_queue_put_finish (self->queue, result, &error);
      check_outcome (self, succeeded, error, outcome);
      break;

    case AQ_OP_GET:
      {
        gpointer pointer = aq_queue_get_finish (self->queue, result, &error);

        if (outcome == AQ_MODEL_DONE)
          aq_model_collect (&self->model, number, &items);
        check_get (self, pointer, error, outcome, &items);
        break;
      }

    case AQ_OP_GET_MANY:
      {
        GPtrArray *array = aq_queue_get_many_finish (self->queue, result, &error);

        if (outcome == AQ_MODEL_DONE)
          aq_model_collect (&self->model, number, &items);
        check_get_many (self, array, error, outcome, &items);
        break;
      }

    case AQ_OP_JOIN:
      succeeded = aq_queue_join_finish (self->queue, result, &error);
      check_outcome (self, succeeded, error, outcome);
      break;

    default:
      g_assert_not_reached ();
    }
}

/* The main loop */

static gboolean
clock_runs (Driver *self)
{
  return self->program->queue.args[AQ_SETUP_CLOCK] == 1;
}

static gboolean
is_cancelled (Driver *self,
              int     number)
{
  return g_cancellable_is_cancelled (self->operations[number].cancellable);
}

static gboolean
is_watch (Driver       *self,
          guint         number,
          AqModelPhase  phase)
{
  return self->model.ops[number].kind == AQ_MODEL_WATCH &&
         self->model.ops[number].phase == phase;
}

static gboolean
is_live_watch (Driver *self,
               guint   number)
{
  return self->model.ops[number].kind == AQ_MODEL_WATCH &&
         self->model.ops[number].phase != AQ_MODEL_OVER;
}

static gboolean
is_silent (Driver *self,
           int     number)
{
  const AqOp *op = &self->operations[number].op;

  switch ((int) op->kind)
    {
    case AQ_OP_PUT:
      return op->args[2] == AQ_THEN_SILENT;

    case AQ_OP_JOIN:
      return op->args[1] == AQ_THEN_SILENT;

    /* It could not be seen when it is called and gives its promise back. */
    case AQ_OP_GET:
      return op->args[1] == AQ_THEN_SILENT && !clock_runs (self);

    case AQ_OP_GET_MANY:
      return op->args[2] == AQ_THEN_SILENT && !clock_runs (self);

    default:
      return FALSE;
    }
}

/* The next one that is due has no callback, so it is called without our seeing. */
static gboolean
call_silent (Driver *self)
{
  int number;

  if (self->model.due.length == 0 || !is_silent (self, self->model.due.numbers[0]))
    return FALSE;

  number = self->model.due.numbers[0];
  aq_model_begin_call (&self->model, number);
  aq_model_free (&self->model, number);
  see_drained (self);

  return TRUE;
}

/* With a clock that stands it has run all that was due. */
static void
end_dispatcher (Driver *self)
{
  if (!self->dispatcher_runs || clock_runs (self))
    return;

  self->dispatcher_runs = FALSE;
  while (call_silent (self))
    ;
  check (self, self->model.due.length == 0, "operation %d was not called back",
         self->model.due.numbers[0]);
}

static void do_op (Driver     *self,
                   const AqOp *op);

/* What each callback does last. */
static void
end_callback (Driver *self)
{
  const AqOp *outer = self->current;

  if (self->next_later < self->n_later)
    do_op (self, self->later[self->next_later++]);
  self->current = outer;

  if (clock_runs (self))
    now += CALLBACK_TIME;
}

static void
join_lines (Driver *self)
{
  for (guint i = 0; i < self->model.n_ops; i++)
    if (is_watch (self, i, AQ_MODEL_AWAY))
      aq_model_watch_join_line (&self->model, (int) i);
}

/* Lets the watches that are out of line join it, whether there is a break or
 * not: the first time one that is due begins, and the second it is over. */
static void
rest (Driver *self)
{
  int priority;

  for (int i = 0; i < 2; i++)
    {
      g_main_context_prepare (self->context, &priority);
      now += LONG_TIME;
    }
}

static gboolean
iterate (Driver *self)
{
  gboolean watch_is_ready = FALSE;
  gboolean is_away = FALSE;
  gboolean result;

  for (guint i = 0; i < self->model.n_ops; i++)
    is_away |= is_watch (self, i, AQ_MODEL_AWAY);
  if (is_away && clock_runs (self))
    rest (self);
  join_lines (self);

  for (guint i = 0; i < self->model.n_ops; i++)
    {
      Operation *operation = &self->operations[i];

      operation->is_ready = is_watch (self, i, AQ_MODEL_DECIDED);
      watch_is_ready |= operation->is_ready;
    }

  if (self->handlers[0] == 0)
    self->is_unheard = TRUE;

  /* It runs while a more urgent watch has a break, too. */
  self->dispatcher_runs = !watch_is_ready || clock_runs (self) ||
                          self->program->queue.args[AQ_SETUP_WATCHES] == 0;
  self->is_iterating = TRUE;
  result = g_main_context_iteration (self->context, FALSE);
  end_dispatcher (self);
  self->is_iterating = FALSE;

  for (guint i = 0; i < self->model.n_ops && !clock_runs (self); i++)
    check (self, !self->operations[i].is_ready || !is_live_watch (self, i),
           "watch %u was not called", i);

  compare (self);

  if (self->is_unheard)
    {
      self->told_most = aq_model_count_arrivals (&self->model);
      self->told_is_known = FALSE;
      if (self->drained == HINT_DUE)
        self->drained = HINT_PERHAPS_TOLD;
      self->is_unheard = FALSE;
    }

  return result;
}

static void
drain (Driver *self)
{
  guint n_arrivals;
  guint n = 0;

  while (iterate (self))
    check (self, ++n < MAX_ITERATIONS, "the main loop does not come to rest");

  while (call_silent (self))
    ;
  check (self, self->model.due.length == 0, "operation %d was not called back",
         self->model.due.numbers[0]);
  for (guint i = 0; i < self->model.n_ops; i++)
    check (self, !is_live_watch (self, i) ||
                 (is_watch (self, i, AQ_MODEL_WAITING) && !is_cancelled (self, (int) i)),
           "watch %u was not called", i);
  check (self, !aq_model_has_leftovers (&self->model), "an item is left over");
  compare (self);
  n_arrivals = aq_model_count_arrivals (&self->model);

  check (self, self->handlers[0] == 0 || n_arrivals <= self->told_most,
         "items-added was not emitted");
  check (self, self->handlers[0] == 0 || self->drained != HINT_DUE, "drained was not emitted");
  self->told_least = self->told_most = n_arrivals;
  self->drained = HINT_NONE;

  for (guint i = 0; i < N_VALUES; i++)
    {
      check (self, self->handlers[0] == 0 || !self->told_is_known ||
                   self->told[i] == get_value (self, i), "%s was not notified", values[i]);
      self->told[i] = get_value (self, i);
    }
  self->told_is_known = TRUE;
}

/* Signals */

static void
items_added_cb (AqQueue *queue,
                guint    n_items,
                Driver  *self)
{
  guint n_arrivals = aq_model_count_arrivals (&self->model);
  guint told = n_arrivals - n_items;
  guint told_most = self->is_unheard ? n_arrivals : self->told_most;

  check (self, self->is_iterating, "items-added is emitted inside a call");
  check (self, n_items > 0 && n_items <= n_arrivals &&
               self->told_least <= told && told <= told_most,
         "items-added tells of %u items: %u came in, %u to %u of these told",
         n_items, n_arrivals, self->told_least, told_most);
  self->told_least = self->told_most = n_arrivals;
}

static void
drained_cb (AqQueue *queue,
            Driver  *self)
{
  Hint before;

  check (self, self->is_iterating, "drained is emitted inside a call");
  see_leftovers (self);
  see_drained (self);

  /* It may tell of what a silent operation did before it, or after. */
  before = self->drained;
  while (self->drained != HINT_DUE && call_silent (self))
    ;
  check (self, self->drained != HINT_NONE, "drained is emitted, but the queue was not");
  if (before == HINT_PERHAPS_TOLD && self->drained == HINT_DUE)
    self->drained = HINT_PERHAPS_TOLD;
  else
    self->drained = HINT_NONE;
}

static void
notify_cb (AqQueue    *queue,
           GParamSpec *pspec,
           Driver     *self)
{
  check (self, self->is_iterating, "%s is notified inside a call", pspec->name);

  for (guint i = 0; i < N_VALUES; i++)
    if (g_str_equal (values[i], pspec->name))
      {
        guint64 value = get_value (self, i);

        check (self, !self->told_is_known || self->is_unheard || value != self->told[i],
               "%s is notified, but did not change", pspec->name);
        self->told[i] = value;
        return;
      }

  fail (self, "%s is notified", pspec->name);
}

static void
set_signals (Driver   *self,
             gboolean  on)
{
  if (on == (self->handlers[0] != 0))
    return;

  if (on)
    {
      self->handlers[0] = g_signal_connect (self->queue, "items-added",
                                            G_CALLBACK (items_added_cb), self);
      self->handlers[1] = g_signal_connect (self->queue, "drained",
                                            G_CALLBACK (drained_cb), self);
      self->handlers[2] = g_signal_connect (self->queue, "notify",
                                            G_CALLBACK (notify_cb), self);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (self->handlers); i++)
    g_clear_signal_handler (&self->handlers[i], self->queue);
  self->is_unheard = TRUE;
}

/* Operations that wait */

static void start (Driver     *self,
                   const AqOp *op);

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Operation *operation = user_data;
  Driver *self = operation->driver;
  AqModel *model = &self->model;
  int number = (int) (operation - self->operations);
  AqOp op = operation->op;
  AqThen then = op.args[op.kind == AQ_OP_PUT || op.kind == AQ_OP_GET_MANY ? 2 : 1];

  check (self, self->is_iterating, "operation %d is called back inside a call", number);
  check (self, self->dispatcher_runs, "operation %d is called back out of turn", number);
  check (self, source == G_OBJECT (self->queue) &&
               g_main_context_get_thread_default () == self->context,
         "operation %d is called back in a wrong place", number);

  while (call_silent (self))
    ;
  check (self, model->due.length > 0, "operation %d is called back, and none is due", number);
  check (self, model->due.numbers[0] == number, "operation %d is called back, before %d",
         number, model->due.numbers[0]);
  aq_model_begin_call (model, number);
  operation->is_called = TRUE;
  compare (self);

  if (op.kind == AQ_OP_PUT)
    end_put (self, model->ops[number].item, model->ops[number].outcome == AQ_MODEL_DONE);

  if (then == AQ_THEN_KEEP)
    {
      operation->result = g_object_ref (result);
      self->kept.numbers[self->kept.length++] = number;
    }
  else if (then == AQ_THEN_FINISH || then == AQ_THEN_REPEAT)
    {
      finish (self, number, result);
      compare (self);
    }

  if (then == AQ_THEN_REPEAT && model->ops[number].outcome == AQ_MODEL_DONE &&
      (op.kind == AQ_OP_GET || op.kind == AQ_OP_GET_MANY))
    start (self, &op);

  end_callback (self);
  compare (self);

  /* If we have not kept its result, then that is freed once we return, before
   * anything else happens. */
  operation->is_called = FALSE;
  if (operation->result == NULL)
    aq_model_free (model, number);
}

static void
start (Driver     *self,
       const AqOp *op)
{
  int number = (int) self->model.n_ops;
  Operation *operation = &self->operations[number];
  GAsyncReadyCallback callback;
  GCancellable *cancellable;

  operation->driver = self;
  operation->op = *op;
  callback = is_silent (self, number) ? NULL : called_cb;
  cancellable = self->cancellables[op->args[op->kind == AQ_OP_PUT || op->kind == AQ_OP_GET_MANY]];
  g_set_object (&operation->cancellable, cancellable);

  switch ((int) op->kind)
    {
    case AQ_OP_PUT:
      {
        Item *item = new_item (self, op->args[3]);

        aq_model_put (&self->model, item->number, op->args[0], item->size,
                      is_cancelled (self, number));
        if (AQ_IS_PRIORITY_QUEUE (self->queue))
          aq_priority_queue_put_with_priority_async (AQ_PRIORITY_QUEUE (self->queue),
                                                     item->pointer,
                                                     op->args[0], cancellable, callback, operation);
        else
          aq_queue_put_async (self->queue, item->pointer, cancellable, callback, operation);

        /* Nobody will tell. */
        if (callback == NULL && item->object != NULL)
          {
            item->is_ours = FALSE;
            g_clear_object (&item->object);
          }
        break;
      }

    case AQ_OP_GET:
      aq_model_get (&self->model, 1, is_cancelled (self, number));
      aq_queue_get_async (self->queue, cancellable, callback, operation);
      break;

    case AQ_OP_GET_MANY:
      aq_model_get (&self->model, (guint) op->args[0], is_cancelled (self, number));
      aq_queue_get_many_async (self->queue, (guint) op->args[0], cancellable, callback, operation);
      break;

    case AQ_OP_JOIN:
      aq_model_join (&self->model, is_cancelled (self, number));
      aq_queue_join_async (self->queue, cancellable, callback, operation);
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
cancel (Driver       *self,
        GCancellable *cancellable)
{
  if (cancellable == NULL || g_cancellable_is_cancelled (cancellable))
    return;

  for (guint i = 0; i < self->model.n_ops; i++)
    if (self->operations[i].cancellable == cancellable)
      aq_model_cancel (&self->model, (int) i);

  g_cancellable_cancel (cancellable);
}

/* Ends one of the operations whose result was kept. */
static void
end_kept (Driver   *self,
          guint     which,
          gboolean  collects)
{
  Operation *operation;
  int number;
  guint index;

  if (self->kept.length == 0)
    return;

  index = which % self->kept.length;
  number = self->kept.numbers[index];
  for (guint i = index + 1; i < self->kept.length; i++)
    self->kept.numbers[i - 1] = self->kept.numbers[i];
  self->kept.length--;

  operation = &self->operations[number];
  if (collects)
    {
      finish (self, number, operation->result);
      compare (self);
    }

  if (!operation->is_called)
    aq_model_free (&self->model, number);
  g_clear_object (&operation->result);
}

/* Watches */

static gboolean
watch_cb (AqQueue  *queue,
          gpointer  pointer,
          gpointer  user_data)
{
  Operation *operation = user_data;
  Driver *self = operation->driver;
  AqModel *model = &self->model;
  int number = (int) (operation - self->operations);

  check (self, self->is_iterating, "watch %d is called inside a call", number);
  check (self, queue == self->queue && g_main_context_get_thread_default () == self->context,
         "watch %d is called in a wrong place", number);
  check (self, is_live_watch (self, (guint) number), "watch %d is called after its end", number);

  /* Its source is younger, and not more urgent, than the dispatcher's; or it is
   * more urgent, and then the dispatcher has no turn. */
  end_dispatcher (self);
  operation->is_ready = FALSE;

  if (pointer == NULL)
    {
      check (self, is_cancelled (self, number) ||
                   (model->ops[number].phase == AQ_MODEL_DECIDED &&
                    model->ops[number].outcome == AQ_MODEL_CLOSED),
             "watch %d is ended", number);
      aq_model_watch_end (model, number);
      compare (self);
      end_callback (self);
      return G_SOURCE_CONTINUE;
    }

  check (self, !is_cancelled (self, number), "watch %d is called though cancelled", number);
  check_item (self, pointer, aq_model_watch_take (model, number));
  compare (self);
  operation->n_taken++;
  end_callback (self);
  compare (self);

  if (!is_live_watch (self, (guint) number))
    return G_SOURCE_CONTINUE;

  if (operation->n_taken == operation->op.args[0])
    {
      aq_model_watch_end (model, number);
      return G_SOURCE_REMOVE;
    }

  if (!clock_runs (self) && is_watch (self, (guint) number, AQ_MODEL_AWAY))
    aq_model_watch_go_on (model, number);

  return G_SOURCE_CONTINUE;
}

static void
watch_destroyed_cb (gpointer user_data)
{
  ((Operation *) user_data)->n_notified++;
}

static void
watch (Driver     *self,
       const AqOp *op)
{
  Operation *operation = &self->operations[self->model.n_ops];
  gboolean is_urgent = self->program->queue.args[AQ_SETUP_WATCHES] == 1;
  int priority = is_urgent ? G_PRIORITY_HIGH : G_PRIORITY_DEFAULT;

  operation->driver = self;
  operation->op = *op;
  g_set_object (&operation->cancellable, self->cancellables[op->args[1]]);
  aq_model_watch (&self->model, operation->cancellable != NULL &&
                                g_cancellable_is_cancelled (operation->cancellable));

  if (operation->cancellable == NULL)
    {
      guint id = aq_queue_add_watch_full (self->queue, priority, watch_cb, operation,
                                          watch_destroyed_cb);

      operation->source = g_source_ref (g_main_context_find_source_by_id (self->context, id));
      return;
    }

  operation->source = aq_queue_create_source (self->queue, operation->cancellable);
  g_source_set_priority (operation->source, priority);
  g_source_set_callback (operation->source, G_SOURCE_FUNC (watch_cb), operation,
                         watch_destroyed_cb);
  g_source_attach (operation->source, self->context);
}

static void
unwatch (Driver *self,
         guint   which)
{
  AqModelList live = { 0, };
  int number;

  for (guint i = 0; i < self->model.n_ops; i++)
    if (is_live_watch (self, i))
      live.numbers[live.length++] = (int) i;

  if (live.length == 0)
    return;

  number = live.numbers[which % live.length];
  aq_model_watch_end (&self->model, number);
  g_source_destroy (self->operations[number].source);
}

/* Operations that do not wait */

static void
put_now (Driver     *self,
         const AqOp *op)
{
  gboolean is_timed = op->kind == AQ_OP_TIMED_PUT;
  Item *item = new_item (self, op->args[is_timed ? 2 : 1]);
  GCancellable *cancellable = is_timed ? self->cancellables[op->args[1]] : NULL;
  g_autoptr (GError) error = NULL;
  AqModelOutcome outcome;
  gboolean result;

  if (g_cancellable_is_cancelled (cancellable))
    outcome = AQ_MODEL_CANCELLED;
  else
    outcome = aq_model_try_put (&self->model, item->number, op->args[0], item->size);
  if (is_timed && outcome == AQ_MODEL_WOULD_BLOCK)
    outcome = AQ_MODEL_TIMED_OUT;

  if (AQ_IS_PRIORITY_QUEUE (self->queue) && is_timed)
    result = aq_priority_queue_timed_put_with_priority (AQ_PRIORITY_QUEUE (self->queue),
                                                        item->pointer,
                                                        op->args[0], 0, cancellable, &error);
  else if (AQ_IS_PRIORITY_QUEUE (self->queue))
    result = aq_priority_queue_try_put_with_priority (AQ_PRIORITY_QUEUE (self->queue),
                                                      item->pointer,
                                                      op->args[0], &error);
  else if (is_timed)
    result = aq_queue_timed_put (self->queue, item->pointer, 0, cancellable, &error);
  else
    result = aq_queue_try_put (self->queue, item->pointer, &error);

  check_outcome (self, result, error, outcome);
  end_put (self, item->number, result);
}

static void
get_now (Driver     *self,
         const AqOp *op)
{
  gboolean is_timed = op->kind == AQ_OP_TIMED_GET;
  GCancellable *cancellable = is_timed ? self->cancellables[op->args[0]] : NULL;
  guint max_items = op->kind == AQ_OP_TRY_GET_MANY ? (guint) op->args[0] : 1;
  g_autoptr (GError) error = NULL;
  GPtrArray *array = NULL;
  gpointer pointer = NULL;
  AqModelOutcome outcome;
  AqModelList items;

  if (op->kind == AQ_OP_TRY_GET_MANY)
    array = aq_queue_try_get_many (self->queue, max_items, &error);
  else if (is_timed)
    pointer = aq_queue_timed_get (self->queue, 0, cancellable, &error);
  else
    pointer = aq_queue_try_get (self->queue, &error);

  if (g_cancellable_is_cancelled (cancellable))
    outcome = AQ_MODEL_CANCELLED;
  else
    outcome = aq_model_try_get (&self->model, max_items, &items);
  if (is_timed && outcome == AQ_MODEL_WOULD_BLOCK)
    outcome = AQ_MODEL_TIMED_OUT;

  if (op->kind == AQ_OP_TRY_GET_MANY)
    check_get_many (self, array, error, outcome, &items);
  else
    check_get (self, pointer, error, outcome, &items);
}

static void
join_now (Driver     *self,
          const AqOp *op)
{
  GCancellable *cancellable = self->cancellables[op->args[0]];
  g_autoptr (GError) error = NULL;
  AqModelOutcome outcome = AQ_MODEL_TIMED_OUT;
  gboolean succeeded;

  if (g_cancellable_is_cancelled (cancellable))
    outcome = AQ_MODEL_CANCELLED;
  else if (self->model.unfinished == 0)
    outcome = AQ_MODEL_DONE;

  succeeded = aq_queue_timed_join (self->queue, 0, cancellable, &error);
  check_outcome (self, succeeded, error, outcome);
}

static void
peek (Driver *self)
{
  gpointer pointer;

  if (!has_objects (self))
    return;

  pointer = aq_queue_peek (self->queue);
  check (self, (pointer != NULL ? get_number (self, pointer) : -1) == aq_model_peek (&self->model),
         "a peek shows a wrong item");
  g_clear_object (&pointer);
}

static void
shut_down (Driver   *self,
           gboolean  immediate)
{
  aq_model_shutdown (&self->model, immediate);
  aq_queue_shutdown (self->queue, immediate);
}

static void
task_done (Driver *self)
{
  /* Once too often is a programmer's error. */
  if (!aq_model_task_done (&self->model))
    return;

  aq_queue_task_done (self->queue);
  if (self->hand.length > 0)
    free_item (self, take_from_hand (self, 0)->pointer);
}

static void
put_back (Driver *self,
          int     priority,
          guint   which)
{
  Item *item;

  /* As is this. Whatever is in flight is in a hand. */
  if (self->model.in_flight == 0)
    return;

  item = take_from_hand (self, which);
  item->n_sizes += self->is_measured;
  self->n_collected--;
  aq_model_put_back (&self->model, item->number, priority);

  if (AQ_IS_PRIORITY_QUEUE (self->queue) && priority != 0)
    aq_priority_queue_put_back_with_priority (AQ_PRIORITY_QUEUE (self->queue), item->pointer,
                                              priority);
  else
    aq_queue_put_back (self->queue, item->pointer);

  if (has_objects (self))
    g_object_unref (item->pointer);
}

/* Returns: (nullable): one that is anywhere, in the queue or not */
static Item *
choose_item (Driver *self,
             guint   which)
{
  guint n_live = 0;

  for (int i = 0; i < self->n_items; i++)
    n_live += self->items[i].n_freed == 0;

  if (n_live == 0)
    return NULL;

  which %= n_live;
  for (int i = 0; ; i++)
    if (self->items[i].n_freed == 0 && which-- == 0)
      return &self->items[i];
}

static void
remove_item (Driver *self,
             guint   which)
{
  Item *item = choose_item (self, which);
  gboolean expected;

  if (item == NULL)
    return;

  expected = aq_model_remove (&self->model, item->number);
  check (self, aq_queue_remove (self->queue, item->pointer) == expected,
         "item %d is %s", item->number, expected ? "not removed" : "removed");

  if (expected && !has_objects (self))
    free_pointer (item);
}

static void
set_priority (Driver *self,
              int     priority,
              guint   which)
{
  Item *item = choose_item (self, which);
  gboolean expected;

  if (item == NULL || !AQ_IS_PRIORITY_QUEUE (self->queue))
    return;

  expected = aq_model_set_priority (&self->model, item->number, priority);
  check (self, aq_priority_queue_set_priority (AQ_PRIORITY_QUEUE (self->queue), item->pointer,
                                               priority) == expected,
         "item %d is %s", item->number, expected ? "not moved" : "moved");
}

static void
fail_queue (Driver *self)
{
  g_autoptr (GError) cause = create_cause ();

  aq_model_fail (&self->model);
  aq_queue_shutdown_with_error (self->queue, cause);
}

/* While the queue is in use it is a programmer's error. */
static void
set_measured (Driver   *self,
              gboolean  is_measured)
{
  if (!aq_model_set_is_measured (&self->model, is_measured))
    return;

  self->n_measures += is_measured;
  self->is_measured = is_measured;
  aq_queue_set_size_func (self->queue, is_measured ? measure_cb : NULL, self, measure_freed_cb);
  check_number (self, "the number of size functions freed", self->n_measures_freed,
                self->n_measures - (is_measured ? 1 : 0));
}

static void
do_op (Driver     *self,
       const AqOp *op)
{
  self->current = op;

  switch (op->kind)
    {
    case AQ_OP_PUT:
    case AQ_OP_GET:
    case AQ_OP_GET_MANY:
    case AQ_OP_JOIN:
      start (self, op);
      break;

    case AQ_OP_FINISH:
    case AQ_OP_DROP:
      end_kept (self, (guint) op->args[0], op->kind == AQ_OP_FINISH);
      break;

    case AQ_OP_CANCEL:
      cancel (self, self->cancellables[op->args[0]]);
      if (op->args[1] == 1 && op->args[0] > 0)
        {
          g_clear_object (&self->cancellables[op->args[0]]);
          self->cancellables[op->args[0]] = g_cancellable_new ();
        }
      break;

    case AQ_OP_TRY_PUT:
    case AQ_OP_TIMED_PUT:
      put_now (self, op);
      break;

    case AQ_OP_TRY_GET:
    case AQ_OP_TRY_GET_MANY:
    case AQ_OP_TIMED_GET:
      get_now (self, op);
      break;

    case AQ_OP_TIMED_JOIN:
      join_now (self, op);
      break;

    case AQ_OP_PEEK:
      peek (self);
      break;

    case AQ_OP_TASK_DONE:
      task_done (self);
      break;

    case AQ_OP_PUT_BACK:
      put_back (self, op->args[0], (guint) op->args[1]);
      break;

    case AQ_OP_REMOVE:
      remove_item (self, (guint) op->args[0]);
      break;

    case AQ_OP_SET_PRIORITY:
      set_priority (self, op->args[0], (guint) op->args[1]);
      break;

    case AQ_OP_CLEAR:
      check_number (self, "the number of items dropped", aq_queue_clear (self->queue),
                    aq_model_clear (&self->model));
      break;

    case AQ_OP_SHUTDOWN:
      shut_down (self, op->args[0] == 1);
      break;

    case AQ_OP_FAIL:
      fail_queue (self);
      break;

    case AQ_OP_HOLD:
      aq_model_hold (&self->model);
      aq_queue_hold (self->queue);
      break;

    case AQ_OP_RELEASE:
      /* Once too often is a programmer's error. */
      if (aq_model_release (&self->model))
        aq_queue_release (self->queue);
      break;

    case AQ_OP_PAUSED:
      aq_model_set_paused (&self->model, op->args[0] == 1);
      aq_queue_set_paused (self->queue, op->args[0] == 1);
      break;

    case AQ_OP_MAX_SIZE:
      aq_model_set_max_size (&self->model, (guint) op->args[0]);
      aq_queue_set_max_size (self->queue, (guint) op->args[0]);
      break;

    case AQ_OP_OVERFLOW:
      aq_model_set_overflow (&self->model, (AqModelOverflow) op->args[0]);
      aq_queue_set_overflow (self->queue, (AqOverflow) op->args[0]);
      break;

    case AQ_OP_MEASURE:
      set_measured (self, op->args[0] == 1);
      break;

    case AQ_OP_MAX_IN_FLIGHT:
      aq_model_set_max_in_flight (&self->model, (guint) op->args[0]);
      aq_queue_set_max_in_flight (self->queue, (guint) op->args[0]);
      break;

    case AQ_OP_WATCH:
      watch (self, op);
      break;

    case AQ_OP_UNWATCH:
      unwatch (self, (guint) op->args[0]);
      break;

    case AQ_OP_SIGNALS:
      set_signals (self, op->args[0] == 1);
      break;

    case AQ_OP_ITERATE:
      iterate (self);
      break;

    case AQ_OP_DRAIN:
      drain (self);
      break;

    case AQ_OP_QUEUE:
    case N_AQ_OPS:
    default:
      g_assert_not_reached ();
    }

  compare (self);
}

static AqQueue *
new_queue (const AqProgram *program)
{
  gboolean has_pointers = program->queue.args[AQ_SETUP_ITEMS] == 1;
  guint max_size = (guint) program->queue.args[AQ_SETUP_MAX_SIZE];

  switch (program->queue.args[AQ_SETUP_ORDER])
    {
    case AQ_MODEL_FIFO:
      return has_pointers ? aq_queue_new_with_free_func (max_size, free_pointer)
                          : aq_queue_new (AQ_TYPE_MODEL_ITEM, max_size);

    case AQ_MODEL_LIFO:
      return has_pointers ? AQ_QUEUE (aq_lifo_queue_new_with_free_func (max_size, free_pointer))
                          : AQ_QUEUE (aq_lifo_queue_new (AQ_TYPE_MODEL_ITEM, max_size));

    case AQ_MODEL_PRIORITY:
    default:
      return has_pointers ? AQ_QUEUE (aq_priority_queue_new_with_free_func (max_size, free_pointer))
                          : AQ_QUEUE (aq_priority_queue_new (AQ_TYPE_MODEL_ITEM, max_size));
    }
}

/* Ends all that can be ended without the queue's end. */
static void
end_operations (Driver *self)
{
  for (guint i = 0; i < self->model.n_ops; i++)
    cancel (self, self->operations[i].cancellable);
  compare (self);

  for (guint i = 0; i < self->model.n_ops; i++)
    unwatch (self, 0);
  compare (self);

  /* Their results may be kept again. */
  self->n_later = self->next_later;
  do
    {
      while (self->kept.length > 0)
        end_kept (self, 0, FALSE);
      drain (self);
    }
  while (self->kept.length > 0);
}

static void
end (Driver *self)
{
  AqModel *model = &self->model;

  self->current = NULL;
  if (self->program->queue.args[AQ_SETUP_END] == 1)
    end_operations (self);

  /* Whoever waits keeps the queue alive. */
  if (self->program->queue.args[AQ_SETUP_END] == 0 || model->putters.length > 0 ||
      model->getters.length > 0 || model->joiners.length > 0 || model->due.length > 0 ||
      self->kept.length > 0)
    {
      shut_down (self, TRUE);
      compare (self);
      end_operations (self);
      while (model->unfinished > 0)
        task_done (self);
      end_operations (self);
    }

  set_signals (self, FALSE);

  for (guint i = 0; i < model->n_ops; i++)
    {
      Operation *operation = &self->operations[i];

      check (self, model->ops[i].phase == AQ_MODEL_OVER, "operation %u is not over", i);
      if (operation->source != NULL)
        {
          check (self, g_source_is_destroyed (operation->source), "watch %u is not over", i);
          check_number (self, "the number of destroy notifies", operation->n_notified, 1);
          g_source_unref (operation->source);
        }

      if (model->ops[i].kind == AQ_MODEL_PUT && model->ops[i].outcome != AQ_MODEL_DONE &&
          is_silent (self, (int) i) && !has_objects (self))
        end_put (self, model->ops[i].item, FALSE);

      g_clear_object (&operation->cancellable);
    }

  g_object_add_weak_pointer (G_OBJECT (self->queue), (gpointer *) &self->queue);
  g_object_unref (self->queue);
  check (self, self->queue == NULL, "the queue is not finalized");
  check_number (self, "the number of size functions freed", self->n_measures_freed,
                self->n_measures);

  while (self->hand.length > 0)
    free_item (self, take_from_hand (self, 0)->pointer);

  for (int i = 0; i < self->n_items; i++)
    {
      Item *item = &self->items[i];

      check (self, item->n_freed == 1, "item %d was freed %u times", i, item->n_freed);
      check (self, item->n_measured == item->n_sizes, "item %d was measured %u times",
             i, item->n_measured);
    }
}

void
aq_driver_run (const AqProgram *program)
{
  Driver *self = g_new0 (Driver, 1);

  self->program = program;
  self->current = &program->queue;
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);

  for (guint i = 1; i < AQ_N_CANCELLABLES; i++)
    self->cancellables[i] = g_cancellable_new ();

  self->queue = new_queue (program);
  aq_model_init (&self->model, (AqModelOrder) program->queue.args[AQ_SETUP_ORDER],
                 (guint) program->queue.args[AQ_SETUP_MAX_SIZE]);
  if (program->queue.args[AQ_SETUP_MEASURED] == 1)
    set_measured (self, TRUE);
  compare (self);
  for (guint i = 0; i < N_VALUES; i++)
    self->told[i] = get_value (self, i);
  self->told_is_known = TRUE;

  for (guint i = 0; i < program->n_ops; i++)
    {
      self->step = i + 1;
      if (program->ops[i].later)
        self->later[self->n_later++] = &program->ops[i];
      else
        do_op (self, &program->ops[i]);
    }

  end (self);

  for (guint i = 1; i < AQ_N_CANCELLABLES; i++)
    g_object_unref (self->cancellables[i]);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self);
}
