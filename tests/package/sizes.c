/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prints what programs are compiled with, for a comparison with the file 'abi'.
 */

#include <aqueue/aqueue.h>

#define PRINT_SIZE(type) g_print ("sizeof %s %d\n", #type, (int) sizeof (type))
#define PRINT_VALUE(name) g_print ("%s %d\n", #name, (int) name)

int
main (void)
{
  PRINT_SIZE (AqLifoQueue);
  PRINT_SIZE (AqLifoQueueClass);
  PRINT_SIZE (AqPriorityQueue);
  PRINT_SIZE (AqPriorityQueueClass);
  PRINT_SIZE (AqQueue);
  PRINT_SIZE (AqQueueClass);

  PRINT_VALUE (AQ_OVERFLOW_WAIT);
  PRINT_VALUE (AQ_OVERFLOW_DROP_OLDEST);
  PRINT_VALUE (AQ_OVERFLOW_DROP_NEWEST);
  PRINT_VALUE (AQ_QUEUE_STATE_OPEN);
  PRINT_VALUE (AQ_QUEUE_STATE_DRAINING);
  PRINT_VALUE (AQ_QUEUE_STATE_FINISHED);

  return 0;
}
