/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The situations in which calls are tried: there is n of something. Bulks begin with
 * them, too.
 */

#include "test-growth.h"

static void
set_up_items (Growth *self)
{
  growth_put (self, self->n);
  self->has_items = TRUE;
}

static void
set_up_draining (Growth *self)
{
  set_up_items (self);
  aq_queue_shutdown (self->queue, FALSE);
}

void
set_up_gets (Growth *self)
{
  growth_get (self, self->n, NULL);
}

GCancellable *
growth_add_cancellable (Growth *self)
{
  GCancellable *cancellable = g_cancellable_new ();

  g_ptr_array_add (self->kept, cancellable);

  return cancellable;
}

void
set_up_cancellables (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    growth_get (self, 1, growth_add_cancellable (self));
}

void
set_up_shared_cancellable (Growth *self)
{
  growth_get (self, self->n, growth_add_cancellable (self));
}

void
set_up_puts (Growth *self)
{
  aq_queue_set_max_size (self->queue, 1);
  growth_put_async (self, self->n + 1, NULL);
}

/* Their callbacks have not run. */
void
set_up_promises (Growth *self)
{
  g_main_context_push_thread_default (self->elsewhere);
  growth_get (self, self->n, NULL);
  g_main_context_pop_thread_default (self->elsewhere);
  growth_put (self, self->n);
}

/* Their callbacks have run, and somebody holds the results. */
void
set_up_held_promises (Growth *self)
{
  growth_put (self, self->n);
  for (guint i = 0; i < self->n; i++)
    aq_queue_get_async (self->queue, NULL, growth_keep_cb, self);
  drain_context ();
}

/* With the cancellables that are kept, if there are any. */
void
set_up_joins (Growth *self)
{
  growth_put (self, 1);
  drop (aq_queue_try_get (self->queue, NULL));
  for (guint i = 0; i < self->n; i++)
    aq_queue_join_async (self->queue, i < self->kept->len ? self->kept->pdata[i] : NULL,
                         growth_finish_join_cb, NULL);
}

static void
set_up_in_flight (Growth *self)
{
  aq_queue_set_max_in_flight (self->queue, self->n);
  growth_put (self, 2 * self->n);
  for (guint i = 0; i < self->n; i++)
    drop (aq_queue_try_get (self->queue, NULL));
  growth_get (self, self->n, NULL);
}

void
growth_watch (Growth       *self,
              GCancellable *cancellable)
{
  for (guint i = 0; i < self->n; i++)
    {
      GSource *source = aq_queue_create_source (self->queue, cancellable);

      g_source_set_callback (source, G_SOURCE_FUNC (growth_watch_cb), NULL, NULL);
      g_source_attach (source, self->elsewhere);
      g_source_unref (source);
    }

  g_main_context_iteration (self->elsewhere, FALSE);
  g_assert_cmpuint (aq_queue_get_waiting_getters (self->queue), ==, self->n);
}

void
set_up_watches (Growth *self)
{
  growth_watch (self, NULL);
}

static void
set_up_contexts (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      GMainContext *context = g_main_context_new ();

      g_ptr_array_add (self->contexts, context);
      g_main_context_push_thread_default (context);
      growth_get (self, 1, NULL);
      g_main_context_pop_thread_default (context);
    }
}

void
set_up_queues (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      AqQueue *queue = growth_new_queue (self);

      aq_queue_get_async (queue, NULL, growth_collect_cb, NULL);
      g_ptr_array_add (self->kept, queue);
    }
}

/* All of them elsewhere, the queue too: what GLib does with the many sources of a
 * context is a bulk. */
static void
set_up_io_priorities (Growth *self)
{
  g_main_context_push_thread_default (self->elsewhere);
  g_object_unref (self->queue);
  self->queue = growth_new_queue (self);
  for (guint i = 0; i < self->n; i++)
    {
      aq_queue_set_io_priority (self->queue, (gint) i);
      growth_get (self, 1, NULL);
    }
  g_main_context_pop_thread_default (self->elsewhere);
  aq_queue_set_io_priority (self->queue, 0);
}

static void
set_up_handlers (Growth *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      gulong id = g_signal_connect (self->queue, "notify::length",
                                    G_CALLBACK (growth_handler_cb), NULL);

      g_signal_handler_block (self->queue, id);
    }
}

const Situation situations[] = {
  { "items", set_up_items, 5000, CONSTANT, CONSTANT, NULL },
  { "draining", set_up_draining, 1000, CONSTANT, CONSTANT, NULL },
  { "gets", set_up_gets, 1000, CONSTANT, CONSTANT, NULL },
  { "cancellables", set_up_cancellables, 1000, CONSTANT, CONSTANT, NULL },
  { "shared-cancellable", set_up_shared_cancellable, 1000, CONSTANT, CONSTANT, NULL },
  { "puts", set_up_puts, 1000, CONSTANT, CONSTANT, NULL },
  { "promises", set_up_promises, 1000, CONSTANT, N_LOG_N,
    "clear () of a heap sorts out what is promised, the most urgent items" },
  { "held-promises", set_up_held_promises, 1000, CONSTANT, N_LOG_N,
    "clear () of a heap sorts out what is promised, the most urgent items" },
  { "joins", set_up_joins, 1000, CONSTANT, CONSTANT, NULL },
  { "in-flight", set_up_in_flight, 1000, CONSTANT, CONSTANT, NULL },
  { "watches", set_up_watches, 1000, CONSTANT, CONSTANT, NULL },
  { "contexts", set_up_contexts, 90, CONSTANT, CONSTANT, NULL },
  { "queues", set_up_queues, 1000, CONSTANT, CONSTANT, NULL },
  { "io-priorities", set_up_io_priorities, 400, CONSTANT, CONSTANT, NULL },
  { "handlers", set_up_handlers, 1000, LINEAR, CONSTANT,
    "GLib looks at all handlers, also blocked ones, to tell whether there is one" },
  { 0 },
};
