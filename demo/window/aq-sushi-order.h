/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <aqueue/aqueue.h>

#include "aq-sushi-plate.h"

G_BEGIN_DECLS

#define AQ_SUSHI_N_ORDERS 3

/* Which plate is next: all in which one belt differs from another. Since a belt is put
 * on as its order says, nobody has to ask what kind of queue it is. */
typedef struct
{
  const char *name;  /* of the action's state */
  const char *label; /* as one reads it */

  AqQueue  *(*belt_new)     (void);
  gboolean  (*comes_before) (AqSushiPlate         *plate,
                             AqSushiPlate         *other);

  gboolean  (*try_put)      (AqQueue              *belt,
                             gpointer              plate,
                             GError              **error);
  gboolean  (*put_sync)     (AqQueue              *belt,
                             gpointer              plate,
                             GCancellable         *cancellable,
                             GError              **error);
  void      (*put_async)    (AqQueue              *belt,
                             gpointer              plate,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
} AqSushiOrder;

/* The first is the usual one. */
extern const AqSushiOrder aq_sushi_orders[AQ_SUSHI_N_ORDERS];

const AqSushiOrder *aq_sushi_order_find (const char *name);

G_END_DECLS
