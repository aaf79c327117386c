/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-customer.h"

#include "aq-belt-plate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SIZE (128 * 1024)

/* Returns: (nullable): why it could not be read */
static const char *
sum (AqBeltRestaurant *restaurant,
     int               fd,
     guchar           *block,
     GChecksum        *checksum)
{
  struct stat status;
  gssize n_read;

  /* It may have changed since the chef saw it. */
  if (fstat (fd, &status) < 0)
    return g_strerror (errno);
  if (!S_ISREG (status.st_mode))
    return S_ISDIR (status.st_mode) ? g_strerror (EISDIR) : "Not a regular file";

  while (!g_cancellable_is_cancelled (restaurant->cancellable) &&
         (n_read = read (fd, block, BLOCK_SIZE)) != 0)
    {
      if (n_read > 0)
        {
          g_checksum_update (checksum, block, n_read);
          atomic_fetch_add (&restaurant->n_bytes, n_read);
        }
      else if (errno != EINTR)
        return g_strerror (errno);
    }

  return NULL;
}

static void
eat (AqBeltRestaurant *restaurant,
     AqBeltPlate      *plate,
     guchar           *block)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  int fd;

  /* Without O_NONBLOCK we would wait for somebody to write to a fifo. */
  fd = open (plate->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    {
      plate->problem = g_strdup (g_strerror (errno));
      return;
    }

  plate->problem = g_strdup (sum (restaurant, fd, block, checksum));
  if (plate->problem == NULL)
    plate->digest = g_strdup (g_checksum_get_string (checksum));

  close (fd);
}

static gpointer
customer_thread (gpointer data)
{
  AqBeltRestaurant *restaurant = data;
  g_autofree guchar *block = g_malloc (BLOCK_SIZE);
  AqBeltPlate *plate;

  /* There is no plate any more once the belt is shut down and empty, or the
   * cancellable is cancelled. After that no result is taken either, so a sum
   * that was given up is never seen. */
  while ((plate = aq_queue_get_sync (restaurant->belt, restaurant->cancellable,
                                     NULL)) != NULL)
    {
      if (plate->problem == NULL)
        eat (restaurant, plate, block);

      aq_queue_put_sync (restaurant->results, plate, restaurant->cancellable, NULL);
      aq_queue_task_done (restaurant->belt);
      g_object_unref (plate);
    }

  return NULL;
}

GThread *
aq_belt_customer_new (AqBeltRestaurant  *restaurant,
                      GError           **error)
{
  return g_thread_try_new ("customer", customer_thread, restaurant, error);
}
