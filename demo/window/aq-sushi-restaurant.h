/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-row.h"
#include "aq-sushi-tally.h"

G_BEGIN_DECLS

#define AQ_SUSHI_MAX_CAPACITY 32
#define AQ_SUSHI_MAX_CHEFS 6
#define AQ_SUSHI_MAX_CUSTOMERS 8

typedef struct _AqSushiChef AqSushiChef;
typedef struct _AqSushiCustomer AqSushiCustomer;

#define AQ_SUSHI_TYPE_RESTAURANT (aq_sushi_restaurant_get_type ())

G_DECLARE_FINAL_TYPE (AqSushiRestaurant, aq_sushi_restaurant, AQ_SUSHI, RESTAURANT, GObject)

AqSushiRestaurant  *aq_sushi_restaurant_new               (guint               capacity);

/* What one can do */

void                aq_sushi_restaurant_add_chef          (AqSushiRestaurant  *self,
                                                           gboolean            in_thread);
void                aq_sushi_restaurant_remove_chef       (AqSushiRestaurant  *self,
                                                           gboolean            in_thread);
void                aq_sushi_restaurant_add_customer      (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_remove_customer   (AqSushiRestaurant  *self);
gboolean            aq_sushi_restaurant_put_plate         (AqSushiRestaurant  *self,
                                                           gboolean            is_gold,
                                                           GError            **error);
void                aq_sushi_restaurant_change_mind       (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_close             (AqSushiRestaurant  *self,
                                                           gboolean            immediate);
void                aq_sushi_restaurant_open              (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_dismiss           (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_set_scene         (AqSushiRestaurant  *self,
                                                           guint               n_chefs,
                                                           guint               n_customers,
                                                           guint               n_plates);
void                aq_sushi_restaurant_set_order         (AqSushiRestaurant  *self,
                                                           const AqSushiOrder *order);
void                aq_sushi_restaurant_set_capacity      (AqSushiRestaurant  *self,
                                                           guint               capacity);
void                aq_sushi_restaurant_set_chef_pace     (AqSushiRestaurant  *self,
                                                           double              pace);
void                aq_sushi_restaurant_set_customer_pace (AqSushiRestaurant  *self,
                                                           double              pace);
void                aq_sushi_restaurant_set_paused        (AqSushiRestaurant  *self,
                                                           gboolean            paused);
void                aq_sushi_restaurant_set_rush_hour     (AqSushiRestaurant  *self,
                                                           gboolean            rush_hour);

/* What one can see */

GPtrArray          *aq_sushi_restaurant_get_chefs         (AqSushiRestaurant  *self);
GPtrArray          *aq_sushi_restaurant_get_customers     (AqSushiRestaurant  *self);
GPtrArray          *aq_sushi_restaurant_list_plates       (AqSushiRestaurant  *self);
AqSushiPlate       *aq_sushi_restaurant_get_promised      (AqSushiRestaurant  *self,
                                                           AqSushiCustomer    *customer);
void                aq_sushi_restaurant_count             (AqSushiRestaurant  *self,
                                                           AqSushiNumbers     *numbers);
const AqSushiOrder *aq_sushi_restaurant_get_order         (AqSushiRestaurant  *self);
gboolean            aq_sushi_restaurant_is_open           (AqSushiRestaurant  *self);
gboolean            aq_sushi_restaurant_is_paused         (AqSushiRestaurant  *self);
gboolean            aq_sushi_restaurant_is_rush_hour      (AqSushiRestaurant  *self);
gboolean            aq_sushi_restaurant_is_busy           (AqSushiRestaurant  *self);
gboolean            aq_sushi_restaurant_take_news         (AqSushiRestaurant  *self);

/* For chefs and customers */

AqQueue            *aq_sushi_restaurant_get_belt          (AqSushiRestaurant  *self);
double              aq_sushi_restaurant_get_chef_pace     (AqSushiRestaurant  *self);
double              aq_sushi_restaurant_get_customer_pace (AqSushiRestaurant  *self);
AqSushiPlate       *aq_sushi_restaurant_new_plate         (AqSushiRestaurant  *self,
                                                           gboolean            is_gold);
guint64             aq_sushi_restaurant_begin_put         (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_end_put           (AqSushiRestaurant  *self,
                                                           AqSushiPlate       *plate);
guint64             aq_sushi_restaurant_begin_get         (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_end_get           (AqSushiRestaurant  *self,
                                                           AqQueue            *belt,
                                                           AqSushiPlate       *plate);
void                aq_sushi_restaurant_plate_eaten       (AqSushiRestaurant  *self);
void                aq_sushi_restaurant_changed           (AqSushiRestaurant  *self);

G_END_DECLS
