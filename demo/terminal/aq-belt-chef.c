/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-chef.h"

#include "aq-belt-plate.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ATTRIBUTES \
  G_FILE_ATTRIBUTE_STANDARD_NAME "," \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," \
  G_FILE_ATTRIBUTE_STANDARD_SIZE

#define FILES_AT_ONCE 100

typedef struct
{
  char *path;                  /* as it is printed */
  GFileEnumerator *enumerator; /* (nullable): until it is open */
  GList *infos;                /* read already, and not looked at */
} Folder;

typedef struct
{
  AqBeltRestaurant *restaurant;
  const char * const *paths; /* those still to come */
  GQueue folders;            /* those we are in, the innermost first */
  AqBeltPlate *plate;        /* (nullable): in our hands */
} Walk;

static void walk_on (GTask *task);

static Folder *
folder_new (const char *path)
{
  Folder *folder = g_new0 (Folder, 1);

  folder->path = g_strdup (path);

  return folder;
}

static void
folder_free (Folder *folder)
{
  g_free (folder->path);
  g_clear_object (&folder->enumerator);
  g_list_free_full (folder->infos, g_object_unref);
  g_free (folder);
}

static void
walk_free (Walk *walk)
{
  g_queue_clear_full (&walk->folders, (GDestroyNotify) folder_free);
  g_clear_object (&walk->plate);
  g_free (walk);
}

static void
leave_folder (Walk *walk)
{
  folder_free (g_queue_pop_head (&walk->folders));
}

static void
give_up (GTask  *task,
         GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
served_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_object (&walk->plate);

  if (aq_queue_put_finish (AQ_QUEUE (source), result, &error))
    walk_on (task);
  else
    give_up (task, error);
}

static void
noted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;

  if (!aq_queue_put_finish (AQ_QUEUE (source), result, &error))
    give_up (task, error);
  else
    walk->restaurant->order->put_async (walk->restaurant->belt, walk->plate,
                                        g_task_get_cancellable (task), served_cb, task);
}

/* Puts a plate on the bill and then on the belt, and walks on when it is there.
 * Both are bounded, so the chef is never far ahead. What cannot be read goes
 * the same way: a customer finds out why, and its turn comes as any other's. */
static void
serve (GTask      *task,
       const char *path,
       goffset     size,
       const char *problem)
{
  Walk *walk = g_task_get_task_data (task);

  walk->plate = aq_belt_plate_new (path, size, problem);
  walk->restaurant->n_found++;
  aq_queue_put_async (walk->restaurant->bill, walk->plate,
                      g_task_get_cancellable (task), noted_cb, task);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  Walk *walk = g_task_get_task_data (task);
  Folder *folder = g_queue_peek_head (&walk->folders);

  folder->enumerator = g_file_enumerate_children_finish (G_FILE (source), result, NULL);
  if (folder->enumerator != NULL)
    {
      walk_on (task);
      return;
    }

  serve (task, folder->path, 0, NULL);
  leave_folder (walk);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Walk *walk = g_task_get_task_data (task);
  Folder *folder = g_queue_peek_head (&walk->folders);

  /* Of a folder that is open, GIO tells no errors but that it was cancelled. */
  folder->infos = g_file_enumerator_next_files_finish (G_FILE_ENUMERATOR (source),
                                                       result, NULL);
  if (folder->infos == NULL)
    leave_folder (walk);

  walk_on (task);
}

/* Other links are passed over, be it that they lead somewhere or nowhere. */
static gboolean
is_loop (const char *path)
{
  struct stat status;

  return stat (path, &status) < 0 && errno == ELOOP;
}

/* Returns whether it started something that walks on when it is done. */
static gboolean
look_at (GTask      *task,
         GFile      *file,
         const char *path,
         GFileType   type,
         goffset     size)
{
  Walk *walk = g_task_get_task_data (task);

  switch (type)
    {
    case G_FILE_TYPE_DIRECTORY:
      g_queue_push_head (&walk->folders, folder_new (path));
      g_file_enumerate_children_async (file, ATTRIBUTES,
                                       G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS,
                                       G_PRIORITY_DEFAULT,
                                       g_task_get_cancellable (task),
                                       opened_cb, task);
      return TRUE;

    case G_FILE_TYPE_SYMBOLIC_LINK:
      if (!is_loop (path))
        return FALSE;
      serve (task, path, 0, NULL);
      return TRUE;

    case G_FILE_TYPE_SPECIAL:
      serve (task, path, 0, "Not a regular file");
      return TRUE;

    /* GIO does not know the type of a file that we may not look at. */
    case G_FILE_TYPE_UNKNOWN:
    case G_FILE_TYPE_REGULAR:
    case G_FILE_TYPE_SHORTCUT:
    case G_FILE_TYPE_MOUNTABLE:
    default:
      serve (task, path, size, NULL);
      return TRUE;
    }
}

/* A path of the command line is followed if it is a link. */
static void
look_at_path (GTask      *task,
              const char *path)
{
  g_autofree char *resolved = NULL;
  g_autoptr (GFile) file = NULL;
  GFileType type = G_FILE_TYPE_SPECIAL;
  struct stat status;

  /* GIO takes "link/.." for ".", the system does not. */
  if (stat (path, &status) < 0 || (resolved = realpath (path, NULL)) == NULL)
    {
      serve (task, path, 0, NULL);
      return;
    }

  if (S_ISDIR (status.st_mode))
    type = G_FILE_TYPE_DIRECTORY;
  else if (S_ISREG (status.st_mode))
    type = G_FILE_TYPE_REGULAR;

  file = g_file_new_for_path (resolved);
  look_at (task, file, path, type, status.st_size);
}

static gboolean
look_at_child (GTask     *task,
               Folder    *folder,
               GFileInfo *info)
{
  g_autoptr (GFile) file = g_file_enumerator_get_child (folder->enumerator, info);
  g_autofree char *path = NULL;
  goffset size = 0;

  path = g_strconcat (folder->path,
                      g_str_has_suffix (folder->path, "/") ? "" : "/",
                      g_file_info_get_name (info),
                      NULL);

  /* In a folder that may be listed and no more, only names are known. */
  if (g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_STANDARD_SIZE))
    size = g_file_info_get_size (info);

  return look_at (task, file, path, g_file_info_get_file_type (info), size);
}

/* Goes on until there is something to wait for. */
static void
walk_on (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  Folder *folder;
  gboolean is_waiting = FALSE;

  while (!is_waiting && (folder = g_queue_peek_head (&walk->folders)) != NULL)
    {
      if (folder->infos != NULL)
        {
          g_autoptr (GFileInfo) info = folder->infos->data;

          folder->infos = g_list_delete_link (folder->infos, folder->infos);
          is_waiting = look_at_child (task, folder, info);
        }
      else
        {
          g_file_enumerator_next_files_async (folder->enumerator, FILES_AT_ONCE,
                                              G_PRIORITY_DEFAULT,
                                              g_task_get_cancellable (task),
                                              read_cb, task);
          is_waiting = TRUE;
        }
    }

  if (is_waiting)
    return;

  if (*walk->paths != NULL)
    {
      look_at_path (task, *walk->paths++);
      return;
    }

  walk->restaurant->all_found = TRUE;
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* @paths has to stay until the walk is over. */
void
aq_belt_chef_walk_async (AqBeltRestaurant    *restaurant,
                         const char * const  *paths,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (NULL, restaurant->cancellable, callback, user_data);
  Walk *walk = g_new0 (Walk, 1);

  walk->restaurant = restaurant;
  walk->paths = paths;
  g_queue_init (&walk->folders);

  g_task_set_source_tag (task, aq_belt_chef_walk_async);
  g_task_set_task_data (task, walk, (GDestroyNotify) walk_free);
  walk_on (task);
}

gboolean
aq_belt_chef_walk_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
