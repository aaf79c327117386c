/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AQ_BELT_TYPE_PLATE (aq_belt_plate_get_type ())

G_DECLARE_FINAL_TYPE (AqBeltPlate, aq_belt_plate, AQ_BELT, PLATE, GObject)

/* One file. The chef fills in the first fields, a customer the digest or the
 * problem. Only one of them has the plate at a time, and what they wrote is
 * seen by whoever gets it from a queue, so it needs no lock. */
struct _AqBeltPlate
{
  GObject parent_instance;

  char *path;
  goffset size;

  char *digest;    /* (nullable) */
  char *problem;   /* (nullable): why there is no digest */

  gboolean is_back; /* for the printer only */
};

AqBeltPlate *aq_belt_plate_new (const char *path,
                                goffset     size,
                                const char *problem);

G_END_DECLS
