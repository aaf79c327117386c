/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  AQ_SUSHI_PIECE_SALMON,
  AQ_SUSHI_PIECE_TUNA,
  AQ_SUSHI_PIECE_SHRIMP,
  AQ_SUSHI_PIECE_EGG,
  AQ_SUSHI_PIECE_MAKI,
  AQ_SUSHI_PIECE_ROE,
  AQ_SUSHI_N_PIECES
} AqSushiPiece;

#define AQ_SUSHI_TYPE_PLATE (aq_sushi_plate_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiPlate, aq_sushi_plate, AQ_SUSHI, PLATE, GObject)

/* What travels over the belt: an item. Once it is put it does not change, but for
 * the fields in which the restaurant notes, in its own thread, what it knows. */
struct _AqSushiPlate
{
  GObject parent_instance;

  guint64 number;     /* in the order of preparing */
  AqSushiPiece piece;
  gboolean is_gold;
  guint64 turn;       /* of the put */

  GThread *home;      /* (unowned): that of the restaurant */
  gboolean is_known;  /* the restaurant knows that it was put */
  GQueue *row;        /* (nullable): the plates that it stands among, by @link */
  GList link;
};

AqSushiPlate *aq_sushi_plate_new          (guint64       number,
                                           gboolean      is_gold);
gint64        aq_sushi_plate_get_priority (AqSushiPlate *self);

G_END_DECLS
