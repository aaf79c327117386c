/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-version.h"

/**
 * aq_get_major_version:
 *
 * Gets the major version of the library that the program runs with.
 *
 * It can differ from [const@MAJOR_VERSION], which the program was built with.
 *
 * Returns: the major version
 *
 * Since: 0.1
 */
guint
aq_get_major_version (void)
{
  return AQ_MAJOR_VERSION;
}

/**
 * aq_get_minor_version:
 *
 * Gets the minor version of the library that the program runs with.
 *
 * It can differ from [const@MINOR_VERSION], which the program was built with.
 *
 * Returns: the minor version
 *
 * Since: 0.1
 */
guint
aq_get_minor_version (void)
{
  return AQ_MINOR_VERSION;
}

/**
 * aq_get_micro_version:
 *
 * Gets the micro version of the library that the program runs with.
 *
 * It can differ from [const@MICRO_VERSION], which the program was built with.
 *
 * Returns: the micro version
 *
 * Since: 0.1
 */
guint
aq_get_micro_version (void)
{
  return AQ_MICRO_VERSION;
}
