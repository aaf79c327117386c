/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * AqMeasure: the function of a program that tells the size of an item.
 *
 * Whoever calls it holds a reference, for another thread may give the queue another
 * function meanwhile.
 */

typedef struct _AqMeasure AqMeasure;

typedef guint (*AqMeasureFunc) (gpointer item,
                                gpointer user_data);

AqMeasure *aq_measure_new   (AqMeasureFunc   func,
                             gpointer        user_data,
                             GDestroyNotify  notify);
AqMeasure *aq_measure_ref   (AqMeasure      *self);
void       aq_measure_unref (AqMeasure      *self);
guint      aq_measure_call  (AqMeasure      *self,
                             gpointer        item);

G_END_DECLS
