/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Somebody else's program: puts three numbers on a belt, and adds them up.
 */

#include <aqueue/aqueue.h>

static int sum = 0;

static gboolean
add_cb (AqQueue  *belt,
        gpointer  item,
        gpointer  loop)
{
  sum += GPOINTER_TO_INT (item);

  if (item == NULL)
    g_main_loop_quit (loop);

  return item != NULL;
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (AqQueue) belt = aq_queue_new_with_free_func (3, NULL);

  if (!AQ_CHECK_VERSION (0, 1, 0) || aq_get_major_version () != AQ_MAJOR_VERSION)
    return 1;

  aq_queue_add_watch (belt, add_cb, loop);
  for (int i = 1; i <= 3; i++)
    aq_queue_put_async (belt, GINT_TO_POINTER (i), NULL, NULL, NULL);
  aq_queue_shutdown (belt, FALSE);
  g_main_loop_run (loop);

  g_print ("%d\n", sum);

  return 0;
}
