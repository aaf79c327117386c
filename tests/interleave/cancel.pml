/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A model of aq-cancel.c, for spin: ./run-spin checks it in every order of its
 * steps. Here locks are locks, and memory is freed: the handler in the thread
 * that cancels, against the main loop that disconnects it and frees the waiter, and
 * against whoever serves that waiter and may let go of the context last.
 *
 * Two operations in one context share a cancellable. aqueue.pml has the rest.
 *
 * A BUG is a number: spin has to find each of them.
 */

#ifndef OPS
#define OPS 2
#endif
#ifndef EMITS_LOCKED
#define EMITS_LOCKED 0 /* 1: GLib 2.84, which runs handlers with a lock held */
#endif
#ifndef BUG
#define BUG 0
#endif

#define NOBODY 255

mtype = { NEW, WAITING, DECIDED };

byte cancellable_lock = NOBODY, queue_lock = NOBODY; /* who holds them */
byte lock[OPS] = NOBODY;                             /* of the AqCancel */

bool is_cancelled; /* the GCancellable */
bool is_emitting;
bool is_connected[OPS];

bool has_waiter[OPS]; /* AqCancel: until it is disconnected */
byte ref_count[OPS];

bool is_alive[OPS]; /* the waiter, in its result */
bool is_disconnected[OPS];
mtype state[OPS] = NEW;

/* The main context. Its program holds a reference, and each who waits. */
byte refs = 1;
chan jobs = [OPS] of { byte };

/* A GMutex: for a second time it is not to be had by its own holder either. */
inline take (m)
{
  atomic { m == NOBODY -> m = _pid }
}

inline drop (m)
{
  assert (m == _pid);
  m = NOBODY
}

/* Who is the only one to know of an AqCancel, or holds a reference, may use it. */
#define touch_cancel(w) assert (ref_count[w] > 0)
#define touch_waiter(w) assert (is_alive[w])

inline decide (w)
{
  touch_waiter (w);
  if
  :: state[w] == WAITING ->
    state[w] = DECIDED;
    jobs ! w;
    to_release++
  :: state[w] == NEW -> state[w] = DECIDED
  :: else
  fi
}

inline give_up (w)
{
  take (queue_lock);
  decide (w);
  drop (queue_lock)
}

/* aq_cancel_disconnect () */
inline disconnect (w)
{
  touch_cancel (w);
#if BUG == 1
  has_waiter[w] = false; /* without the lock */
#else
  take (lock[w]);
  has_waiter[w] = false;
  drop (lock[w]);
#endif
  is_disconnected[w] = true;

  /* g_signal_handler_disconnect () drops the closure's reference, but that the
   * emission holds one while the handler runs. */
  if
  :: atomic { is_connected[w] -> is_connected[w] = false; ref_count[w]-- }
  :: else
  fi;
#if BUG == 2
  /* g_cancellable_disconnect () */
  !is_emitting;
#endif
  ref_count[w]--
}

/* The last reference to the result: aq_result_dispose () */
inline free_result (w)
{
  if
  :: !is_disconnected[w] -> disconnect (w)
  :: else
  fi;
  take (queue_lock); /* aq_queue_withdraw () */
  drop (queue_lock);
  is_alive[w] = false
}

/* With the last reference the context goes, and its jobs with it. */
inline unref_context (w)
{
  if
  :: atomic { refs == 1 -> refs = 0 };
    do
    :: jobs ? w -> free_result (w)
    :: empty (jobs) -> break
    od
  :: atomic { refs > 1 -> refs-- }
  fi
}

inline run_wake_ups (w)
{
  do
  :: to_release > 0 -> to_release--; unref_context (w)
  :: else -> break
  od
}

/* cancelled_cb () of AqCancel @w; @v: the waiter that dies with the context */
inline handler (w, v)
{
  touch_cancel (w);
  take (lock[w]);
  if
  :: has_waiter[w] || BUG == 3 -> give_up (w)
  :: else
  fi;
#if BUG == 4
  run_wake_ups (v); /* with the lock held */
  drop (lock[w])
#else
  drop (lock[w]);
  run_wake_ups (v)
#endif
}

/* g_cancellable_cancel () */
active proctype Canceller ()
{
  byte w, v, to_release;

  take (cancellable_lock);
  is_cancelled = true;
  is_emitting = true;
#if !EMITS_LOCKED
  drop (cancellable_lock);
#endif

  for (w : 0 .. OPS - 1) {
    if
    :: atomic { is_connected[w] -> if :: BUG != 5 -> ref_count[w]++ :: else fi };
      handler (w, v);
      if
      :: BUG != 5 -> ref_count[w]--
      :: else
      fi
    :: else
    fi
  }

  is_emitting = false;
#if EMITS_LOCKED
  drop (cancellable_lock)
#endif
}

/* A thread that puts what is waited for. */
active proctype Putter ()
{
  byte w, v, to_release;

  for (w : 0 .. OPS - 1) {
    take (queue_lock);
    if
    :: state[w] == WAITING -> decide (w)
    :: else
    fi;
    drop (queue_lock);
    run_wake_ups (v)
  }
}

/* The program, which starts the operations, runs its main loop, and may let go
 * of it at any time. */
active proctype Loop ()
{
  byte n_started, w, v, to_release;

end_poll:
  do
  :: n_started < OPS ->
    w = n_started;
    n_started++;
    is_alive[w] = true;
    refs++;

    /* aq_cancel_new () */
    has_waiter[w] = true;
    ref_count[w] = 2;
#if BUG == 6
    take (queue_lock); /* to connect under the queue's lock */
#endif
    take (cancellable_lock);
    if
    :: is_cancelled ->
#if !EMITS_LOCKED
      drop (cancellable_lock);
#endif
      handler (w, v);
      ref_count[w]--; /* of the closure, which is not needed */
#if EMITS_LOCKED
      drop (cancellable_lock)
#endif
    :: else ->
      is_connected[w] = true;
      drop (cancellable_lock)
    fi;
#if BUG == 6
    drop (queue_lock);
#endif

    /* aq_ledger_join_line () */
    take (queue_lock);
    if
    :: state[w] == NEW -> state[w] = WAITING
    :: else -> jobs ! w; to_release++
    fi;
    drop (queue_lock);
    run_wake_ups (v)

  :: jobs ? w ->
    disconnect (w); /* result_job_run () */
    free_result (w)

  :: break
  od;

  unref_context (v)
}

/* Once nobody can do anything any more. */
active proctype Quiet ()
{
  byte w;

  timeout;
  assert (queue_lock == NOBODY && cancellable_lock == NOBODY && !is_emitting);
  for (w : 0 .. OPS - 1) {
    assert (lock[w] == NOBODY);
    assert (is_alive[w] == (state[w] == WAITING || (state[w] == DECIDED && refs > 0)));
    assert (is_alive[w] || ref_count[w] == 0) /* nothing leaks */
  }
}
