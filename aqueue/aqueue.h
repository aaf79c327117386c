/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define AQ_INSIDE

#include <aqueue/aq-any.h>
#include <aqueue/aq-lifo-queue.h>
#include <aqueue/aq-overflow.h>
#include <aqueue/aq-priority-queue.h>
#include <aqueue/aq-queue.h>
#include <aqueue/aq-queue-state.h>
#include <aqueue/aq-version.h>
#include <aqueue/aq-watch.h>

#undef AQ_INSIDE
