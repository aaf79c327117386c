/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sushi-plate.h"

#include "aq-sushi-row.h"

G_DEFINE_FINAL_TYPE (AqSushiPlate, aq_sushi_plate, G_TYPE_OBJECT)

static gboolean
come_home_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE; /* with its reference */
}

/* Whoever uses a queue may be the one to drop what is left on it, a chef in a thread
 * too. But the row is looked at in the thread that made the plate, so that is where
 * the plate comes back to, to be freed. */
static void
aq_sushi_plate_dispose (GObject *object)
{
  AqSushiPlate *self = AQ_SUSHI_PLATE (object);

  if (self->row != NULL && self->home != g_thread_self ())
    g_idle_add_full (G_PRIORITY_DEFAULT, come_home_cb, g_object_ref (self), g_object_unref);

  G_OBJECT_CLASS (aq_sushi_plate_parent_class)->dispose (object);
}

/* The row holds no reference: a plate which the queue drops, and so lets go of,
 * leaves the row by itself. */
static void
aq_sushi_plate_finalize (GObject *object)
{
  aq_sushi_row_take (AQ_SUSHI_PLATE (object));

  G_OBJECT_CLASS (aq_sushi_plate_parent_class)->finalize (object);
}

static void
aq_sushi_plate_class_init (AqSushiPlateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aq_sushi_plate_dispose;
  object_class->finalize = aq_sushi_plate_finalize;
}

static void
aq_sushi_plate_init (AqSushiPlate *self)
{
  self->link.data = self;
  self->home = g_thread_self ();
}

AqSushiPlate *
aq_sushi_plate_new (guint64  number,
                    gboolean is_gold)
{
  AqSushiPlate *self = g_object_new (AQ_SUSHI_TYPE_PLATE, NULL);

  /* Neighbours differ, and the cook follows no pattern one sees. */
  self->number = number;
  self->piece = (number * 5 + number / AQ_SUSHI_N_PIECES) % AQ_SUSHI_N_PIECES;
  self->is_gold = is_gold;

  return self;
}

/* Lowest first, as everywhere in GLib. */
gint64
aq_sushi_plate_get_priority (AqSushiPlate *self)
{
  return self->is_gold ? -1 : 0;
}
