/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/*
 * A clock that only this program moves, to be loaded before all other libraries: for
 * the main thread, time is what it has worked, and slept. What else the machine does
 * meanwhile is not in it, so a test may compare such times.
 */

#define NS_PER_S INT64_C (1000000000)

static pthread_t main_thread;
static int is_ready;
static int64_t slept; /* ns, of the main thread */
static int64_t epoch; /* ns: when the other clock was at 0 */

static int64_t
read_clock (clockid_t clock)
{
  struct timespec time;

  syscall (SYS_clock_gettime, clock, &time);

  return time.tv_sec * NS_PER_S + time.tv_nsec;
}

__attribute__ ((constructor)) static void
init (void)
{
  main_thread = pthread_self ();
  slept = read_clock (CLOCK_MONOTONIC); /* so as to begin with what others have seen */
  epoch = read_clock (CLOCK_REALTIME) - slept;
  is_ready = 1;
}

static int
is_main_thread (void)
{
  return is_ready && pthread_equal (pthread_self (), main_thread);
}

int
clock_gettime (clockid_t        clock,
               struct timespec *time)
{
  int64_t now;

  if ((clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME) || !is_main_thread ())
    return (int) syscall (SYS_clock_gettime, clock, time);

  now = read_clock (CLOCK_THREAD_CPUTIME_ID) + slept;
  if (clock == CLOCK_REALTIME)
    now += epoch;
  time->tv_sec = now / NS_PER_S;
  time->tv_nsec = now % NS_PER_S;

  return 0;
}

int
gettimeofday (struct timeval *time,
              void           *zone)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;

  return 0;
}

/* @timeout: in ms; more than that is the time that the machine had for others. */
static void
note_sleep (int64_t start_time,
            int     timeout)
{
  int64_t length = read_clock (CLOCK_MONOTONIC) - start_time;

  if (timeout >= 0 && length > timeout * NS_PER_S / 1000)
    length = timeout * NS_PER_S / 1000;

  if (is_main_thread ())
    slept += length;
}

int
poll (struct pollfd *fds,
      nfds_t         n_fds,
      int            timeout)
{
  int (*next) (struct pollfd *, nfds_t, int) = dlsym (RTLD_NEXT, "poll");
  int64_t start_time = read_clock (CLOCK_MONOTONIC);
  int n_ready = next (fds, n_fds, timeout);

  note_sleep (start_time, timeout);

  return n_ready;
}

int
epoll_wait (int                 epoll,
            struct epoll_event *events,
            int                 n_events,
            int                 timeout)
{
  int (*next) (int, struct epoll_event *, int, int) = dlsym (RTLD_NEXT, "epoll_wait");
  int64_t start_time = read_clock (CLOCK_MONOTONIC);
  int n_ready = next (epoll, events, n_events, timeout);

  note_sleep (start_time, timeout);

  return n_ready;
}
