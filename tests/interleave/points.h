/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Points: the places at which a thread of the library can meet another.
 *
 * The library is compiled a second time with this header included before all
 * others, so that each lock, wait and wake-up in it becomes a point at which a
 * test can hold the thread and let another one go first. Its sources know
 * nothing of this: what is tested is what is shipped, and a lock that somebody
 * adds tomorrow is a point without being told.
 */

void      point_pass        (const char *name);
void      point_disconnect  (const char *name);
void      point_lock        (GMutex     *mutex,
                             const char *name);
void      point_wait        (GCond      *cond,
                             GMutex     *mutex,
                             const char *name);
gboolean  point_wait_until  (GCond      *cond,
                             GMutex     *mutex,
                             const char *name);
void      point_signal      (GCond      *cond);
void      point_connect     (gpointer    cancellable,
                             const char *name);

G_END_DECLS

#ifdef AQ_COMPILATION

/* That it tries a few times first is a matter of speed. */
#define g_mutex_trylock(mutex) \
  (point_lock ((mutex), "lock " #mutex), TRUE)
#define g_mutex_lock(mutex) \
  point_lock ((mutex), "lock " #mutex)

#define g_cond_wait(cond, mutex) \
  point_wait ((cond), (mutex), "wait " #cond)
/* Time may be over at any moment. */
#define g_cond_wait_until(cond, mutex, end_time) \
  point_wait_until ((cond), (mutex), "wait a while " #cond)
#define g_cond_signal(cond) \
  point_signal (cond)

#define g_main_context_wakeup(context) \
  (point_pass ("wake up"), (g_main_context_wakeup) (context))
#define g_source_set_ready_time(source, ready_time) \
  (point_pass ("change the ready time"), (g_source_set_ready_time) (source, ready_time))
#undef g_atomic_int_exchange
#define g_atomic_int_exchange(atomic, value) \
  (point_pass ("exchange " #atomic), (g_atomic_int_exchange) (atomic, value))
#define g_cancellable_connect(cancellable, callback, data, notify) \
  (point_connect ((cancellable), "connect"), \
   (g_cancellable_connect) (cancellable, callback, data, notify))
#define g_signal_handler_disconnect(instance, id) \
  (point_disconnect ("disconnect"), (g_signal_handler_disconnect) (instance, id))
#define g_weak_ref_get(weak_ref) \
  (point_pass ("look at a weak reference"), (g_weak_ref_get) (weak_ref))

/* Time stands still, or the same orders would not end in the same way. */
#define g_get_monotonic_time() G_GINT64_CONSTANT (1)

#endif
