/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdatomic.h>

#include "aq-belt-order.h"

G_BEGIN_DECLS

/* What the chef, the customers, the printer and the view have in common. */
typedef struct
{
  AqQueue *belt;    /* plates on their way from the chef to the customers, in @order */
  AqQueue *results; /* the same plates on their way back to the printer */
  AqQueue *bill;    /* all plates in walk order, until they are printed */

  const AqBeltOrder *order;
  GCancellable *cancellable;

  /* These are for the main thread only. */
  guint64 n_found;
  guint64 n_done;
  guint64 n_failed; /* of those that are done */
  guint64 n_printed;
  gboolean all_found;

  /* The customers count while they read, so that a big file shows, too. */
  atomic_uint_fast64_t n_bytes;
} AqBeltRestaurant;

G_END_DECLS
