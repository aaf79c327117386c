/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-test-utils.h"

#include <malloc.h>

typedef struct
{
  GString *log; /* what was emitted, in order */
  guint n_added;
  GThread *thread;
  GMainContext *context;
} Listener;

static void
items_added_cb (AqQueue  *queue,
                guint     n_items,
                Listener *listener)
{
  g_string_append_c (listener->log, 'a');
  listener->n_added += n_items;
  listener->thread = g_thread_self ();
  listener->context = g_main_context_get_thread_default ();
}

static void
drained_cb (AqQueue  *queue,
            Listener *listener)
{
  g_string_append_c (listener->log, 'd');
}

static void
listener_init (Listener *listener,
               AqQueue  *queue)
{
  *listener = (Listener) { .log = g_string_new (NULL) };
  g_signal_connect (queue, "items-added", G_CALLBACK (items_added_cb), listener);
  g_signal_connect (queue, "drained", G_CALLBACK (drained_cb), listener);
}

/* What was emitted since the last time. */
#define assert_emitted(listener, expected) \
  G_STMT_START { \
    drain_context (); \
    g_assert_cmpstr ((listener)->log->str, ==, (expected)); \
    g_string_truncate ((listener)->log, 0); \
  } G_STMT_END

static void
finalize (AqQueue  *queue,
          Listener *listener)
{
  g_string_free (listener->log, TRUE);
  g_signal_handlers_disconnect_by_data (queue, listener);
  aq_test_finalize_queue (queue);
}

static void
test_signals_none_at_construction (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 5);
  Listener listener;

  g_test_summary ("A new queue has nothing to tell (P9).");

  listener_init (&listener, queue);
  assert_emitted (&listener, "");

  finalize (queue, &listener);
}

static void
test_signals_coalesced (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Listener listener;

  g_test_summary ("What happened before the loop comes round is told once (P9).");

  listener_init (&listener, queue);
  for (int i = 0; i < 100; i++)
    aq_test_put (queue, i);
  g_assert_cmpuint (listener.n_added, ==, 0);
  assert_emitted (&listener, "a");
  g_assert_cmpuint (listener.n_added, ==, 100);

  for (int i = 0; i < 100; i++)
    aq_test_get (queue);
  assert_emitted (&listener, "d");
  g_assert_cmpuint (listener.n_added, ==, 100);

  assert_emitted (&listener, "");
  finalize (queue, &listener);
}

static void
test_signals_count_items_handed_on (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GAsyncResult *result = NULL;
  Listener listener;

  g_test_summary ("An item counts as added whether or not somebody waits for it.");

  listener_init (&listener, queue);
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  aq_test_put (queue, 1);
  g_assert_cmpint (aq_test_finish (queue, &result), ==, 1);
  assert_emitted (&listener, "ad");
  g_assert_cmpuint (listener.n_added, ==, 1);

  /* In and out before the loop comes round: still told. */
  aq_test_put (queue, 2);
  aq_test_get (queue);
  assert_emitted (&listener, "ad");
  g_assert_cmpuint (listener.n_added, ==, 2);

  finalize (queue, &listener);
}

static void
test_signals_count_waiting_puts_when_in (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 1);
  g_autoptr (AqTestItem) item = aq_test_item_new (2);
  Listener listener;

  g_test_summary ("An item that waits for room counts as added once it is in.");

  listener_init (&listener, queue);
  aq_test_put (queue, 1);
  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  g_clear_object (&item);
  assert_emitted (&listener, "a");
  g_assert_cmpuint (listener.n_added, ==, 1);

  /* The place was taken again at once, so it never was empty. */
  aq_test_get (queue);
  assert_emitted (&listener, "a");
  g_assert_cmpuint (listener.n_added, ==, 2);

  aq_test_get (queue);
  assert_emitted (&listener, "d");
  finalize (queue, &listener);
}

static void
test_signals_drained_each_time (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Listener listener;

  g_test_summary ("Drained comes once for each emptying, however it came about (scenario 25).");

  listener_init (&listener, queue);
  g_assert_cmpuint (aq_queue_clear (queue), ==, 0);
  assert_emitted (&listener, "");

  for (int i = 0; i < 3; i++)
    {
      aq_test_put (queue, i);
      assert_emitted (&listener, "a");
      aq_test_get (queue);
      assert_emitted (&listener, "d");
    }

  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  assert_emitted (&listener, "a");
  aq_queue_clear (queue);
  assert_emitted (&listener, "d");

  aq_test_put (queue, 3);
  assert_emitted (&listener, "a");
  aq_queue_shutdown (queue, FALSE);
  assert_emitted (&listener, "");
  aq_queue_shutdown (queue, TRUE);
  assert_emitted (&listener, "d");

  finalize (queue, &listener);
}

static gpointer
put_thread (gpointer data)
{
  aq_test_put (data, 1);

  return NULL;
}

static void
test_signals_in_own_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  AqQueue *queue;
  Listener listener;

  g_test_summary ("Signals are emitted where the queue was made, whoever puts (P9).");

  g_main_context_push_thread_default (context);
  queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_main_context_pop_thread_default (context);
  g_assert_true (aq_queue_get_main_context (queue) == context);

  listener_init (&listener, queue);
  g_thread_join (g_thread_new ("put", put_thread, queue));
  assert_emitted (&listener, "");

  g_main_context_push_thread_default (context);
  assert_emitted (&listener, "a");
  g_assert_true (listener.thread == g_thread_self ());
  g_assert_true (listener.context == context);
  aq_test_get (queue);
  assert_emitted (&listener, "d");
  g_main_context_pop_thread_default (context);

  finalize (queue, &listener);
}

static gboolean
was_emitted (gpointer data)
{
  return ((Listener *) data)->log->len > 0;
}

static void
test_signals_wake_a_sleeping_loop (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Listener listener;
  GThread *thread;

  g_test_summary ("A loop that sleeps is woken for those who listen, time after time.");

  listener_init (&listener, queue);
  for (int i = 0; i < 100; i++)
    {
      thread = g_thread_new ("put", put_thread, queue);
      wait_until (was_emitted, &listener);
      g_thread_join (thread);
      assert_emitted (&listener, "a");
      aq_test_get (queue);
      assert_emitted (&listener, "d");
    }

  finalize (queue, &listener);
}

static void
test_signals_wake_for_late_listener (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Listener listener;
  GThread *thread;

  g_test_summary ("Who connects after silent changes hears of all that come later.");

  aq_test_put (queue, 0);
  aq_test_get (queue);

  listener_init (&listener, queue);
  drain_context ();
  g_string_truncate (listener.log, 0);

  thread = g_thread_new ("put", put_thread, queue);
  wait_until (was_emitted, &listener);
  g_thread_join (thread);
  assert_emitted (&listener, "a");

  aq_test_get (queue);
  finalize (queue, &listener);
}

/* Does what a main loop does up to the point where it sleeps. Awake is what
 * makes its descriptors readable. */
static gint
fall_asleep (GMainContext *context,
             GPollFD      *fds,
             gint          n_fds)
{
  gint priority, timeout;

  drain (context);

  g_assert_false (g_main_context_prepare (context, &priority));
  n_fds = g_main_context_query (context, priority, &timeout, fds, n_fds);
  g_assert_cmpint (timeout, ==, -1);

  return n_fds;
}

static void
test_signals_unheard_cost_nothing (void)
{
  GMainContext *context = g_main_context_default ();
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GString *log = g_string_new (NULL);
  Listener listener = { .log = log };
  GPollFD fds[4];
  gint n_fds;

  g_test_summary ("A main loop that sleeps is woken only if somebody listens (P7).");

  g_assert_true (g_main_context_acquire (context));

  n_fds = fall_asleep (context, fds, G_N_ELEMENTS (fds));
  aq_test_put (queue, 1);
  aq_test_get (queue);
  g_assert_cmpint (g_poll (fds, n_fds, 0), ==, 0);
  g_main_context_check (context, G_MAXINT, fds, n_fds);

  g_signal_connect (queue, "drained", G_CALLBACK (drained_cb), &listener);
  n_fds = fall_asleep (context, fds, G_N_ELEMENTS (fds));
  aq_test_put (queue, 2);
  g_assert_cmpint (g_poll (fds, n_fds, 0), ==, 0);
  aq_test_get (queue);
  g_assert_cmpint (g_poll (fds, n_fds, 0), ==, 1);
  g_main_context_check (context, G_MAXINT, fds, n_fds);

  g_main_context_release (context);
  g_string_truncate (log, 0);
  finalize (queue, &listener);
}

static void
count_notify_cb (AqQueue    *queue,
                 GParamSpec *pspec,
                 GHashTable *counts)
{
  const char *name = g_param_spec_get_name (pspec);
  int n = GPOINTER_TO_INT (g_hash_table_lookup (counts, name));

  g_hash_table_insert (counts, (gpointer) name, GINT_TO_POINTER (n + 1));
}

/* Each of the @expected names was notified once, and no other. */
static void
assert_notified (GHashTable *counts,
                 const char *expected)
{
  g_auto (GStrv) names = g_strsplit (expected, " ", -1);
  guint n_names = *expected != '\0' ? g_strv_length (names) : 0;

  drain_context ();
  for (guint i = 0; i < n_names; i++)
    if (GPOINTER_TO_INT (g_hash_table_lookup (counts, names[i])) != 1)
      g_error ("%s was not notified once", names[i]);
  g_assert_cmpuint (g_hash_table_size (counts), ==, n_names);
  g_hash_table_remove_all (counts);
}

static void
test_signals_notify_what_changed (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 2);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (AqTestItem) item = aq_test_item_new (3);
  GAsyncResult *result = NULL;

  g_test_summary ("Each property that changed is notified, once, and no other (P9).");

  g_signal_connect (queue, "notify", G_CALLBACK (count_notify_cb), counts);
  assert_notified (counts, "");

  aq_test_put (queue, 1);
  assert_notified (counts, "length size empty unfinished-tasks n-accepted");
  aq_test_put (queue, 2);
  assert_notified (counts, "length size full unfinished-tasks n-accepted");
  aq_queue_put_async (queue, item, NULL, NULL, NULL);
  assert_notified (counts, "waiting-putters");
  aq_test_get (queue);
  assert_notified (counts, "waiting-putters unfinished-tasks in-flight n-accepted");
  aq_queue_task_done (queue);
  assert_notified (counts, "unfinished-tasks in-flight");
  aq_queue_clear (queue);
  assert_notified (counts, "length size empty full unfinished-tasks n-dropped");
  aq_queue_get_async (queue, NULL, store_result_cb, &result);
  assert_notified (counts, "waiting-getters");
  aq_queue_set_max_size (queue, 2);
  aq_queue_set_max_in_flight (queue, 0);
  aq_queue_set_io_priority (queue, 0);
  assert_notified (counts, "");
  aq_queue_set_max_size (queue, 3);
  aq_queue_set_max_in_flight (queue, 4);
  aq_queue_set_io_priority (queue, 5);
  assert_notified (counts, "max-size max-in-flight io-priority");
  aq_queue_shutdown (queue, FALSE);
  assert_notified (counts, "state waiting-getters");

  g_clear_object (&result);
  g_clear_object (&item);
  aq_test_finalize_queue (queue);
}

static void
test_signals_notify_there_and_back (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);

  g_test_summary ("What is as before when the loop comes round is not notified.");

  g_signal_connect (queue, "notify", G_CALLBACK (count_notify_cb), counts);
  aq_test_put (queue, 1);
  aq_test_get (queue);
  aq_queue_task_done (queue);
  assert_notified (counts, "n-accepted");

  aq_test_finalize_queue (queue);
}

static void
test_signals_detailed_notify_wakes (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  GThread *thread;

  g_test_summary ("A listener to one property alone is enough to wake the loop.");

  g_signal_connect (queue, "notify::length", G_CALLBACK (count_notify_cb), counts);
  drain_context ();
  thread = g_thread_new ("put", put_thread, queue);
  while (g_hash_table_size (counts) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  assert_notified (counts, "length");

  aq_test_get (queue);
  aq_test_finalize_queue (queue);
}

static gpointer
set_property_thread (gpointer data)
{
  for (guint i = 1; i <= 2000; i++)
    g_object_set (data, "max-size", i, NULL);

  return NULL;
}

static void
note_thread_cb (AqQueue    *queue,
                GParamSpec *pspec,
                gpointer    user_data)
{
  g_assert_true (g_thread_self () == user_data);
}

static void
test_signals_notify_at_home (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  GThread *thread;

  g_test_summary ("A notify comes at home, though another thread sets the property (P9).");

  g_signal_connect (queue, "notify", G_CALLBACK (note_thread_cb), g_thread_self ());
  thread = g_thread_new ("set", set_property_thread, queue);
  while (aq_queue_get_max_size (queue) < 2000)
    g_main_context_iteration (NULL, FALSE);
  g_thread_join (thread);

  aq_test_finalize_queue (queue);
}

static void
count_one_cb (int *count)
{
  (*count)++;
}

static void
test_signals_notify_while_frozen (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_notifies = 0;

  g_test_summary ("Who freezes the notifications of a queue does not hold them back.");

  g_signal_connect_swapped (queue, "notify::length", G_CALLBACK (count_one_cb), &n_notifies);
  g_object_freeze_notify (G_OBJECT (queue));
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_cmpint (n_notifies, ==, 1);
  g_object_thaw_notify (G_OBJECT (queue));
  drain_context ();
  g_assert_cmpint (n_notifies, ==, 1);

  g_assert_cmpint (aq_test_get (queue), ==, 1);
  aq_test_finalize_queue (queue);
}

/* A subclass that listens with its class, as those of bindings may. */

#define LISTENING_TYPE (listening_get_type ())
G_DECLARE_FINAL_TYPE (Listening, listening, AQ_TEST, LISTENING, AqQueue)

struct _Listening
{
  AqQueue parent_instance;
};

G_DEFINE_FINAL_TYPE (Listening, listening, AQ_TYPE_QUEUE)

static int n_class_notifies;
static GThread *home_thread;

static void
listening_notify (GObject    *object,
                  GParamSpec *pspec)
{
  g_assert_true (g_thread_self () == home_thread);
  n_class_notifies++;
}

static void
listening_class_init (ListeningClass *klass)
{
  G_OBJECT_CLASS (klass)->notify = listening_notify;
}

static void
listening_init (Listening *self)
{
}

static void
test_signals_notify_of_class (void)
{
  AqQueue *queue = g_object_new (LISTENING_TYPE, "max-size", 5, NULL);
  GThread *thread;

  g_test_summary ("A subclass that overrides notify is one who listens.");

  home_thread = g_thread_self ();
  drain_context ();
  g_assert_cmpint (n_class_notifies, ==, 0);

  thread = g_thread_new ("put", put_thread, queue);
  while (n_class_notifies == 0)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);

  aq_test_get (queue);
  aq_test_finalize_queue (queue);
}

static gpointer
make_queues_thread (gpointer data)
{
  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (AqQueue) queue = g_object_new (LISTENING_TYPE, "max-size", 5, NULL);

      g_assert_cmpuint (aq_queue_get_max_size (queue), ==, 5);
    }

  g_atomic_int_set ((gboolean *) data, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

static void
test_signals_none_in_the_making (void)
{
  gboolean is_done = FALSE;
  GThread *thread;

  g_test_summary ("A queue made in a thread without a loop emits nothing while it is made.");

  home_thread = g_thread_self ();
  n_class_notifies = 0;
  thread = g_thread_new ("make", make_queues_thread, &is_done);
  while (!g_atomic_int_get (&is_done))
    g_main_context_iteration (NULL, FALSE);
  g_thread_join (thread);
  drain_context ();
  g_assert_cmpint (n_class_notifies, ==, 0);
}

static void
test_signals_unheard_leave_nothing (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  gsize before = 0;

  g_test_summary ("Queues that come and go leave nothing in a context that never runs.");

  if (mallinfo2 ().uordblks == 0 || g_getenv ("VALGRIND") != NULL)
    {
      g_test_skip ("This allocator does not tell how much is in use");
      return;
    }

  g_main_context_push_thread_default (context);
  for (int i = 0; i < 11000; i++)
    {
      AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

      aq_test_put (queue, i);
      g_assert_finalize_object (queue);
      if (i == 1000)
        before = mallinfo2 ().uordblks;
    }
  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + 64 * 1024);
  g_main_context_pop_thread_default (context);
}

static void
test_signals_property_binding (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  AqQueue *mirror = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);

  g_test_summary ("Properties can be bound.");

  g_object_bind_property (queue, "length", mirror, "max-size", G_BINDING_SYNC_CREATE);
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  drain_context ();
  g_assert_cmpuint (aq_queue_get_max_size (mirror), ==, 2);

  g_assert_finalize_object (mirror);
  aq_test_finalize_queue (queue);
}

static void
test_signals_pending_does_not_keep_alive (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  Listener listener;

  g_test_summary ("A queue with an emission pending goes with its last reference (P9).");

  listener_init (&listener, queue);
  aq_test_put (queue, 1);
  g_assert_finalize_object (queue);

  assert_emitted (&listener, "");
  g_string_free (listener.log, TRUE);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

static void
unref_cb (AqQueue *queue,
          guint    n_items,
          gpointer user_data)
{
  g_object_unref (queue);
}

static void
test_signals_handler_drops_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  gpointer alive = queue;

  g_test_summary ("A handler may drop the last reference to the queue (scenario 28).");

  g_object_add_weak_pointer (G_OBJECT (queue), &alive);
  g_signal_connect (queue, "items-added", G_CALLBACK (unref_cb), NULL);
  aq_test_put (queue, 1);
  drain_context ();
  g_assert_null (alive);
  g_assert_cmpint (aq_test_item_count (), ==, 0);
}

static void
busy_cb (AqQueue *queue,
         guint    n_items,
         int     *n_calls)
{
  /* All that a handler can think of, a few times. */
  if (++*n_calls > 5)
    return;

  g_object_unref (aq_queue_try_get (queue, NULL));
  aq_test_put (queue, 1);
  aq_test_put (queue, 2);
  aq_queue_set_max_size (queue, 10 + *n_calls);
  if (*n_calls == 5)
    aq_queue_shutdown (queue, FALSE);
}

static void
test_signals_handler_uses_queue (void)
{
  AqQueue *queue = aq_queue_new (AQ_TEST_TYPE_ITEM, 0);
  int n_calls = 0;

  g_test_summary ("A handler may put, get and shut down; that is told in turn (scenario 28).");

  g_signal_connect (queue, "items-added", G_CALLBACK (busy_cb), &n_calls);
  aq_test_put (queue, 0);
  drain_context ();
  g_assert_cmpint (n_calls, ==, 6);
  g_assert_cmpuint (aq_queue_get_length (queue), ==, 6);

  aq_test_finalize_queue (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signals/none-at-construction", test_signals_none_at_construction);
  g_test_add_func ("/signals/coalesced", test_signals_coalesced);
  g_test_add_func ("/signals/in-own-context", test_signals_in_own_context);
  g_test_add_func ("/signals/wake-a-sleeping-loop", test_signals_wake_a_sleeping_loop);
  g_test_add_func ("/signals/wake-for-late-listener", test_signals_wake_for_late_listener);
  g_test_add_func ("/signals/unheard-cost-nothing", test_signals_unheard_cost_nothing);
  g_test_add_func ("/signals/pending-does-not-keep-alive",
                   test_signals_pending_does_not_keep_alive);
  g_test_add_func ("/signals/handler-drops-queue", test_signals_handler_drops_queue);
  g_test_add_func ("/signals/handler-uses-queue", test_signals_handler_uses_queue);

  g_test_add_func ("/signals/items-added/counts-items-handed-on",
                   test_signals_count_items_handed_on);
  g_test_add_func ("/signals/items-added/counts-waiting-puts-when-in",
                   test_signals_count_waiting_puts_when_in);
  g_test_add_func ("/signals/drained/each-time", test_signals_drained_each_time);

  g_test_add_func ("/signals/notify/what-changed", test_signals_notify_what_changed);
  g_test_add_func ("/signals/notify/there-and-back", test_signals_notify_there_and_back);
  g_test_add_func ("/signals/notify/one-property-wakes", test_signals_detailed_notify_wakes);
  g_test_add_func ("/signals/notify/at-home", test_signals_notify_at_home);
  g_test_add_func ("/signals/notify/while-frozen", test_signals_notify_while_frozen);
  g_test_add_func ("/signals/notify/of-class", test_signals_notify_of_class);
  g_test_add_func ("/signals/none-in-the-making", test_signals_none_in_the_making);
  g_test_add_func ("/signals/unheard-leave-nothing", test_signals_unheard_leave_nothing);
  g_test_add_func ("/signals/notify/binding", test_signals_property_binding);

  return g_test_run ();
}
