/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <aqueue/aqueue.h>

G_BEGIN_DECLS

/* What there is to know at one moment. */
typedef struct
{
  guint length;     /* what nobody is promised */
  guint promised;   /* and on its way to a customer */
  guint capacity;
  guint waiting_chefs;
  guint waiting_customers;
  guint untold;     /* puts and gets that are decided, and their callbacks still to come */
  AqQueueState state;

  /* Since the beginning, over all belts. At every moment
   * prepared = got + promised + length + dropped + lost. */
  guint64 prepared; /* and put */
  guint64 got;
  guint64 eaten;    /* of these */
  guint64 dropped;
  gint64 lost;      /* less than 0 if a plate was got twice */
} AqSushiNumbers;

/* What is kept from belt to belt. */
typedef struct
{
  guint n_putting;      /* (atomic): puts that have begun, and their ends are not told */
  guint n_getting;
  guint64 n_put;        /* as was told */
  guint64 n_got;
  guint64 n_eaten;
  guint64 n_dropped;    /* by belts that are no more */
  GPtrArray *old_belts; /* (element-type AqQueue): with plates that are promised to somebody */
} AqSushiTally;

void aq_sushi_tally_init     (AqSushiTally       *self);
void aq_sushi_tally_clear    (AqSushiTally       *self);
void aq_sushi_tally_add_belt (AqSushiTally       *self,
                              AqQueue            *old_belt);
void aq_sushi_tally_count    (const AqSushiTally *self,
                              AqQueue            *belt,
                              AqSushiNumbers     *numbers);

G_END_DECLS
