/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib-object.h>

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sanitizer/tsan_interface.h>

/*
 * Shows the locks of GLib to ThreadSanitizer, which sees what pthread does and
 * what instrumented code does. GLib is not instrumented, and locks with atomic
 * operations of its own; so all that it protects looks like a race.
 *
 * Here its locks are written once more, with pthread, and instrumented. To
 * define functions of the same names would not do: calls within libglib, as
 * those of a main context that locks itself, do not look at names. So while the
 * program starts, the first bytes of each of GLib's functions are overwritten
 * with a jump to ours.
 *
 * Two things that GLib orders are not locks, and get a word of their own at the
 * end: reference counts, and the classes of types.
 */

#ifndef __x86_64__
#error "The jump is one of x86-64."
#endif

/* Any of these can be all zero, and then comes to life when it is first used. */

static gpointer
get_impl (gpointer *location,
          gpointer (*make_impl) (void),
          void     (*free_impl) (gpointer impl))
{
  gpointer impl = __atomic_load_n (location, __ATOMIC_ACQUIRE);
  gpointer made;

  if (impl != NULL)
    return impl;

  made = make_impl ();
  if (__atomic_compare_exchange_n (location, &impl, made, FALSE,
                                   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return made;

  free_impl (made);

  return impl;
}

static void
check (int status)
{
  if (status != 0)
    abort ();
}

static gpointer
make_mutex (void)
{
  pthread_mutex_t *impl = malloc (sizeof *impl);

  check (pthread_mutex_init (impl, NULL));

  return impl;
}

static gpointer
make_rec_mutex (void)
{
  pthread_mutex_t *impl = malloc (sizeof *impl);
  pthread_mutexattr_t attr;

  pthread_mutexattr_init (&attr);
  pthread_mutexattr_settype (&attr, PTHREAD_MUTEX_RECURSIVE);
  check (pthread_mutex_init (impl, &attr));
  pthread_mutexattr_destroy (&attr);

  return impl;
}

static void
free_mutex (gpointer impl)
{
  check (pthread_mutex_destroy (impl));
  free (impl);
}

static gpointer
make_cond (void)
{
  pthread_cond_t *impl = malloc (sizeof *impl);
  pthread_condattr_t attr;

  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  check (pthread_cond_init (impl, &attr));
  pthread_condattr_destroy (&attr);

  return impl;
}

static void
free_cond (gpointer impl)
{
  check (pthread_cond_destroy (impl));
  free (impl);
}

static gpointer
make_rw_lock (void)
{
  pthread_rwlock_t *impl = malloc (sizeof *impl);

  check (pthread_rwlock_init (impl, NULL));

  return impl;
}

static void
free_rw_lock (gpointer impl)
{
  check (pthread_rwlock_destroy (impl));
  free (impl);
}

static void
clear_impl (gpointer *location,
            void    (*free_impl) (gpointer impl))
{
  gpointer impl = __atomic_exchange_n (location, NULL, __ATOMIC_ACQ_REL);

  if (impl != NULL)
    free_impl (impl);
}

/* GMutex */

static pthread_mutex_t *
mutex_impl (GMutex *mutex)
{
  return get_impl (&mutex->p, make_mutex, free_mutex);
}

static void
mutex_init (GMutex *mutex)
{
  mutex->p = NULL;
}

static void
mutex_clear (GMutex *mutex)
{
  clear_impl (&mutex->p, free_mutex);
}

static void
mutex_lock (GMutex *mutex)
{
  check (pthread_mutex_lock (mutex_impl (mutex)));
}

static gboolean
mutex_trylock (GMutex *mutex)
{
  return pthread_mutex_trylock (mutex_impl (mutex)) == 0;
}

static void
mutex_unlock (GMutex *mutex)
{
  check (pthread_mutex_unlock (mutex_impl (mutex)));
}

/* GRecMutex */

static pthread_mutex_t *
rec_mutex_impl (GRecMutex *mutex)
{
  return get_impl (&mutex->p, make_rec_mutex, free_mutex);
}

static void
rec_mutex_init (GRecMutex *mutex)
{
  mutex->p = NULL;
}

static void
rec_mutex_clear (GRecMutex *mutex)
{
  clear_impl (&mutex->p, free_mutex);
}

static void
rec_mutex_lock (GRecMutex *mutex)
{
  check (pthread_mutex_lock (rec_mutex_impl (mutex)));
}

static gboolean
rec_mutex_trylock (GRecMutex *mutex)
{
  return pthread_mutex_trylock (rec_mutex_impl (mutex)) == 0;
}

static void
rec_mutex_unlock (GRecMutex *mutex)
{
  check (pthread_mutex_unlock (rec_mutex_impl (mutex)));
}

/* GRWLock */

static pthread_rwlock_t *
rw_lock_impl (GRWLock *lock)
{
  return get_impl (&lock->p, make_rw_lock, free_rw_lock);
}

static void
rw_lock_init (GRWLock *lock)
{
  lock->p = NULL;
}

static void
rw_lock_clear (GRWLock *lock)
{
  clear_impl (&lock->p, free_rw_lock);
}

static void
rw_lock_writer_lock (GRWLock *lock)
{
  check (pthread_rwlock_wrlock (rw_lock_impl (lock)));
}

static gboolean
rw_lock_writer_trylock (GRWLock *lock)
{
  return pthread_rwlock_trywrlock (rw_lock_impl (lock)) == 0;
}

static void
rw_lock_reader_lock (GRWLock *lock)
{
  check (pthread_rwlock_rdlock (rw_lock_impl (lock)));
}

static gboolean
rw_lock_reader_trylock (GRWLock *lock)
{
  return pthread_rwlock_tryrdlock (rw_lock_impl (lock)) == 0;
}

static void
rw_lock_unlock (GRWLock *lock)
{
  check (pthread_rwlock_unlock (rw_lock_impl (lock)));
}

/* GCond */

static pthread_cond_t *
cond_impl (GCond *cond)
{
  return get_impl (&cond->p, make_cond, free_cond);
}

static void
cond_init (GCond *cond)
{
  cond->p = NULL;
}

static void
cond_clear (GCond *cond)
{
  clear_impl (&cond->p, free_cond);
}

static void
cond_wait (GCond  *cond,
           GMutex *mutex)
{
  check (pthread_cond_wait (cond_impl (cond), mutex_impl (mutex)));
}

static gboolean
cond_wait_until (GCond  *cond,
                 GMutex *mutex,
                 gint64  end_time)
{
  struct timespec time = {
    .tv_sec = end_time / G_USEC_PER_SEC,
    .tv_nsec = end_time % G_USEC_PER_SEC * 1000,
  };

  return pthread_cond_timedwait (cond_impl (cond), mutex_impl (mutex), &time) == 0;
}

static void
cond_signal (GCond *cond)
{
  check (pthread_cond_signal (cond_impl (cond)));
}

static void
cond_broadcast (GCond *cond)
{
  check (pthread_cond_broadcast (cond_impl (cond)));
}

/* Bit locks, which protect the data of an object. They are held for a moment. */

static gboolean
bit_trylock (volatile int *address,
             int           bit)
{
  int mask = (int) (1u << bit);

  return (__atomic_fetch_or (address, mask, __ATOMIC_ACQUIRE) & mask) == 0;
}

static void
bit_lock (volatile int *address,
          int           bit)
{
  while (!bit_trylock (address, bit))
    sched_yield ();
}

static void
bit_unlock (volatile int *address,
            int           bit)
{
  __atomic_fetch_and (address, ~(int) (1u << bit), __ATOMIC_RELEASE);
}

static gboolean
pointer_bit_trylock (volatile gsize *address,
                     int             bit)
{
  gsize mask = (gsize) 1 << bit;

  return (__atomic_fetch_or (address, mask, __ATOMIC_ACQUIRE) & mask) == 0;
}

static void
pointer_bit_lock (volatile gsize *address,
                  int             bit)
{
  while (!pointer_bit_trylock (address, bit))
    sched_yield ();
}

static void
pointer_bit_unlock (volatile gsize *address,
                    int             bit)
{
  __atomic_fetch_and (address, ~((gsize) 1 << bit), __ATOMIC_RELEASE);
}

/* What is done once, by whoever comes first. */

typedef struct _Once Once;

struct _Once
{
  gpointer location;
  Once *next;
};

static pthread_mutex_t once_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t once_cond = PTHREAD_COND_INITIALIZER;
static Once *onces; /* in progress; protected by @once_lock */

static gboolean
is_in_progress_locked (gpointer location)
{
  for (Once *once = onces; once != NULL; once = once->next)
    if (once->location == location)
      return TRUE;

  return FALSE;
}

static gboolean
once_init_enter (volatile void *location)
{
  gsize *value = (gsize *) location;
  gboolean is_first;

  check (pthread_mutex_lock (&once_lock));

  while (is_in_progress_locked (value))
    check (pthread_cond_wait (&once_cond, &once_lock));

  is_first = __atomic_load_n (value, __ATOMIC_ACQUIRE) == 0;
  if (is_first)
    {
      Once *once = malloc (sizeof *once);

      *once = (Once) { value, onces };
      onces = once;
    }

  check (pthread_mutex_unlock (&once_lock));

  return is_first;
}

static void
once_init_leave (volatile void *location,
                 gsize          result)
{
  gsize *value = (gsize *) location;

  check (pthread_mutex_lock (&once_lock));

  for (Once **link = &onces; *link != NULL; link = &(*link)->next)
    if ((*link)->location == value)
      {
        Once *once = *link;

        *link = once->next;
        free (once);
        break;
      }

  __atomic_store_n (value, result, __ATOMIC_RELEASE);
  check (pthread_cond_broadcast (&once_cond));
  check (pthread_mutex_unlock (&once_lock));
}

static gpointer
once_impl (GOnce       *once,
           GThreadFunc  func,
           gpointer     arg)
{
  check (pthread_mutex_lock (&once_lock));

  while (once->status == G_ONCE_STATUS_PROGRESS)
    check (pthread_cond_wait (&once_cond, &once_lock));

  if (once->status != G_ONCE_STATUS_READY)
    {
      __atomic_store_n (&once->status, G_ONCE_STATUS_PROGRESS, __ATOMIC_RELAXED);
      check (pthread_mutex_unlock (&once_lock));
      once->retval = func (arg);
      check (pthread_mutex_lock (&once_lock));
      __atomic_store_n (&once->status, G_ONCE_STATUS_READY, __ATOMIC_RELEASE);
      check (pthread_cond_broadcast (&once_cond));
    }

  check (pthread_mutex_unlock (&once_lock));

  return once->retval;
}

/* gatomicrefcount */

static void
atomic_ref_count_inc (gatomicrefcount *count)
{
  __atomic_fetch_add (count, 1, __ATOMIC_RELAXED);
}

static gboolean
atomic_ref_count_dec (gatomicrefcount *count)
{
  return __atomic_fetch_sub (count, 1, __ATOMIC_ACQ_REL) == 1;
}

/* The jumps */

#define OURS(name) { "g_" #name, (gpointer) name }

static const struct
{
  const char *name;
  gpointer ours;
} replacements[] = {
  OURS (mutex_init),
  OURS (mutex_clear),
  OURS (mutex_lock),
  OURS (mutex_trylock),
  OURS (mutex_unlock),
  OURS (rec_mutex_init),
  OURS (rec_mutex_clear),
  OURS (rec_mutex_lock),
  OURS (rec_mutex_trylock),
  OURS (rec_mutex_unlock),
  OURS (rw_lock_init),
  OURS (rw_lock_clear),
  OURS (rw_lock_writer_lock),
  OURS (rw_lock_writer_trylock),
  { "g_rw_lock_writer_unlock", rw_lock_unlock },
  OURS (rw_lock_reader_lock),
  OURS (rw_lock_reader_trylock),
  { "g_rw_lock_reader_unlock", rw_lock_unlock },
  OURS (cond_init),
  OURS (cond_clear),
  OURS (cond_wait),
  OURS (cond_wait_until),
  OURS (cond_signal),
  OURS (cond_broadcast),
  OURS (bit_lock),
  OURS (bit_trylock),
  OURS (bit_unlock),
  OURS (pointer_bit_lock),
  OURS (pointer_bit_trylock),
  OURS (pointer_bit_unlock),
  OURS (once_init_enter),
  OURS (once_init_leave),
  OURS (once_impl),
  OURS (atomic_ref_count_inc),
  OURS (atomic_ref_count_dec),
};

/* jmp *0(%rip), and the address that it reads. Functions begin at multiples of
 * 16, so there is room for these 14 bytes even in the shortest. */
typedef struct __attribute__ ((packed))
{
  guint8 jump[6];
  gpointer to;
} Jump;

__attribute__ ((no_sanitize ("thread")))
static void
redirect (gpointer from,
          gpointer to)
{
  Jump jump = { { 0xff, 0x25, 0, 0, 0, 0 }, to };
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  gsize start = (gsize) from & ~(page_size - 1);
  gsize size = (gsize) from + sizeof jump - start;

  if (from == NULL || (gsize) from % 16 != 0)
    g_error ("GLib's locks cannot be replaced");

  check (mprotect ((gpointer) start, size, PROT_READ | PROT_WRITE | PROT_EXEC));
  __builtin_memcpy (from, &jump, sizeof jump);
  check (mprotect ((gpointer) start, size, PROT_READ | PROT_EXEC));
}

/* The last reference to an object comes after all others. GLib locks the data
 * of an object before it is disposed of, which is where this is received. */

static void (*real_object_unref) (gpointer object);
static void (*real_main_context_unref) (GMainContext *context);

void
(g_object_unref) (gpointer object)
{
  if (G_IS_OBJECT (object))
    __tsan_release (&G_OBJECT (object)->qdata);

  real_object_unref (object);
}

/* A context that is freed is locked, and its lock is where it begins. */
void
(g_main_context_unref) (GMainContext *context)
{
  mutex_lock ((GMutex *) context);
  mutex_unlock ((GMutex *) context);

  real_main_context_unref (context);
}

/* A class is complete before its first instance. GLib looks at a flag for that;
 * but it sets the flag under a lock, which any look for a type takes. */
gpointer
(g_object_new) (GType       type,
                const char *first_property_name,
                ...)
{
  gpointer klass = g_type_class_ref (type);
  gpointer object;
  va_list args;

  g_type_from_name ("GObject");

  va_start (args, first_property_name);
  object = g_object_new_valist (type, first_property_name, args);
  va_end (args);

  g_type_class_unref (klass);

  return object;
}

__attribute__ ((constructor))
static void
start (void)
{
  real_object_unref = dlsym (RTLD_NEXT, "g_object_unref");
  real_main_context_unref = dlsym (RTLD_NEXT, "g_main_context_unref");

  for (gsize i = 0; i < G_N_ELEMENTS (replacements); i++)
    redirect (dlsym (RTLD_NEXT, replacements[i].name), replacements[i].ours);
}
