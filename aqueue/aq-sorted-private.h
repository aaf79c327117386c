/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-entry-private.h"

G_BEGIN_DECLS

/*
 * AqSorted: entries by priority, lowest first.
 *
 * It is a B-tree, whose leaves are linked: what is at either end is found at once,
 * all else in logarithmic time. Equal priorities stand in the order in which they
 * were inserted, so an entry needs no serial number.
 */

typedef struct _AqSortedLeaf AqSortedLeaf;

typedef struct
{
  gboolean has_sizes;
  guint depth;         /* of the inner nodes over the leaves */
  gpointer root;       /* (nullable): a leaf, if @depth is 0 */
  AqSortedLeaf *first; /* (nullable) */
  AqSortedLeaf *last;  /* (nullable) */
} AqSorted;

/* Where an entry is, until something is inserted or taken. */
typedef struct
{
  AqSortedLeaf *leaf; /* (nullable): behind the last one */
  guint index;
} AqSortedPlace;

void           aq_sorted_insert         (AqSorted       *self,
                                         const AqEntry  *entry,
                                         gboolean        before_equals);
AqEntry        aq_sorted_take           (AqSorted       *self,
                                         AqSortedPlace   place);
void           aq_sorted_clear          (AqSorted       *self);

AqSortedPlace  aq_sorted_find_first     (const AqSorted *self);
AqSortedPlace  aq_sorted_find_last      (const AqSorted *self);
AqSortedPlace  aq_sorted_find_priority  (const AqSorted *self,
                                         gint64          priority);
AqSortedPlace  aq_sorted_find_next      (AqSortedPlace   place);
gpointer       aq_sorted_get_item       (AqSortedPlace   place);
gint64         aq_sorted_get_priority   (AqSortedPlace   place);

G_END_DECLS
