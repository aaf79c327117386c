/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-restaurant.h"

G_BEGIN_DECLS

typedef enum
{
  AQ_SUSHI_CUSTOMER_DECIDING,
  AQ_SUSHI_CUSTOMER_GETTING, /* chopsticks ready, and waits for a plate */
  AQ_SUSHI_CUSTOMER_EATING,
  AQ_SUSHI_CUSTOMER_SATED,   /* there will be nothing more to get */
  AQ_SUSHI_CUSTOMER_GONE,
} AqSushiCustomerState;

#define AQ_SUSHI_TYPE_CUSTOMER (aq_sushi_customer_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiCustomer, aq_sushi_customer, AQ_SUSHI, CUSTOMER, GObject)

AqSushiCustomer      *aq_sushi_customer_new         (AqSushiRestaurant *restaurant,
                                                     guint              looks);
void                  aq_sushi_customer_start       (AqSushiCustomer   *self);
void                  aq_sushi_customer_change_mind (AqSushiCustomer   *self);
void                  aq_sushi_customer_leave       (AqSushiCustomer   *self);
void                  aq_sushi_customer_update_pace (AqSushiCustomer   *self);

AqSushiCustomerState  aq_sushi_customer_get_state   (AqSushiCustomer   *self);
guint                 aq_sushi_customer_get_looks   (AqSushiCustomer   *self);
gboolean              aq_sushi_customer_is_in_line  (AqSushiCustomer   *self);
guint64               aq_sushi_customer_get_turn    (AqSushiCustomer   *self);
double                aq_sushi_customer_get_done    (AqSushiCustomer   *self);
AqSushiPlate         *aq_sushi_customer_get_plate   (AqSushiCustomer   *self);

G_END_DECLS
