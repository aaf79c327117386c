/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-plate.h"

G_DEFINE_FINAL_TYPE (AqBeltPlate, aq_belt_plate, G_TYPE_OBJECT)

static void
aq_belt_plate_finalize (GObject *object)
{
  AqBeltPlate *self = AQ_BELT_PLATE (object);

  g_free (self->path);
  g_free (self->digest);
  g_free (self->problem);

  G_OBJECT_CLASS (aq_belt_plate_parent_class)->finalize (object);
}

static void
aq_belt_plate_class_init (AqBeltPlateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aq_belt_plate_finalize;
}

static void
aq_belt_plate_init (AqBeltPlate *self)
{
}

/* @problem: (nullable): what is known to be wrong already */
AqBeltPlate *
aq_belt_plate_new (const char *path,
                   goffset     size,
                   const char *problem)
{
  AqBeltPlate *self = g_object_new (AQ_BELT_TYPE_PLATE, NULL);

  self->path = g_strdup (path);
  self->size = size;
  self->problem = g_strdup (problem);

  return self;
}
