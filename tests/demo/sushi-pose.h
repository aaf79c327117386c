/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aq-sushi-window.h"

G_BEGIN_DECLS

/* Brings a window into a state that has a name, by what one could do there oneself,
 * and takes its picture. */
gboolean sushi_pose_exists      (const char           *name);
char    *sushi_pose_list        (void);
void     sushi_pose_take_async  (AqSushiWindow        *window,
                                 const char           *name,
                                 double                scale,
                                 const char           *path,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
gboolean sushi_pose_take_finish (GAsyncResult         *result,
                                 GError              **error);

G_END_DECLS
