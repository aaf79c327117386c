/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A model of put, get, cancel and shutdown, for spin: ./run-spin checks it in
 * every order of its steps. The names are those of the C code.
 *
 * What is done under the queue's lock is one step (d_step): nobody sees it half
 * done, and it calls nobody. A dispatcher's lock is taken inside the queue's or
 * alone, so what is done under it is part of that step, or a step of its own.
 * Between two steps anybody may do anything.
 *
 * Left out: watches, joins and get_many (they use the same ledger), the limit
 * in flight, try_put and try_get (the quick way of put_sync is one), time-outs
 * (a give-up under the lock, as a cancel is), sizes and other orders (they only
 * decide which item is next), the breaks of a busy dispatcher (a source of their
 * own ends them), nested main loops.
 *
 * A BUG is a number: the step of MUST (number, step) is left out, or what is
 * written beside the number is done. Spin has to find each of them.
 */

/* The configuration */
#ifndef GETS
#define GETS 2
#endif
#ifndef PUTS
#define PUTS 2
#endif
#ifndef MAX_SIZE
#define MAX_SIZE 1
#endif
#ifndef LOOPS
#define LOOPS 1 /* main loops: waiter w lives in number w % LOOPS */
#endif
#ifndef SYNC_GETS
#define SYNC_GETS 0 /* 1: they block a thread each, and need no main loop */
#endif
#ifndef SYNC_PUTS
#define SYNC_PUTS 1
#endif
#ifndef CANCELLERS
#define CANCELLERS 1 /* threads; each cancels one after the other */
#endif
#ifndef CANCELS
#define CANCELS 1 /* at most so many for each of them */
#endif
#ifndef SHUTDOWN
#define SHUTDOWN 0 /* 1: normal, 2: immediate, 3: both, in this order; at any time */
#endif
#ifndef OVERFLOW
#define OVERFLOW 0 /* 1: drop the oldest, 2: the newest; set at any time */
#endif
#ifndef LATE
#define LATE 0 /* 1: a result may be kept, and collected after its callback */
#endif
#ifndef LEAVES
#define LEAVES 0 /* 1: a program may let go of its main context at any time */
#endif
#ifndef BUG
#define BUG 0
#endif

#define MUST(n, step) if :: BUG != n -> step :: else fi

/* Waiters have numbers: the gets first, then the puts. The item of a put has
 * the number of the put. */
#define WAITERS (GETS + PUTS)
#define is_get(w) ((w) < GETS)
#define is_sync(w) (is_get (w) -> SYNC_GETS : SYNC_PUTS)
#define loop_of(w) ((w) % LOOPS)

mtype = { NEW, WAITING, READY, CALLED, SPENT, CANCELLED, CLOSED }; /* of a waiter */
mtype = { AWAKE, ALERTED, ASLEEP };                                /* of a main loop */

/* AqWaiter */
mtype state[WAITERS] = NEW;
bool sleeps[WAITERS];    /* a thread, on its condition */
bool signalled[WAITERS]; /* that condition */

/* GCancellable and AqCancel */
bool is_cancelled[WAITERS];
bool is_watched[WAITERS]; /* connected, and not disconnected */

/* AqLedger; the store is both parts of its order, of which the first is promised. */
chan store = [PUTS + 1] of { byte };
chan getters = [GETS] of { byte };
chan putters = [PUTS] of { byte };
byte n_promised;
bool is_shut_down;
bool drops_leftovers;
bool overflows;
byte n_accepted, n_collected, n_dropped;

/* AqDispatcher, AqLoop, and the GMainContext with the eventfd that wakes it */
chan jobs[LOOPS] = [WAITERS] of { byte };
mtype wakefulness[LOOPS] = ASLEEP;
bool is_woken[LOOPS];
byte refs[LOOPS]; /* of the context: one for each who waits in it */

/* What the proof keeps book of; no step depends on it. */
byte before[WAITERS];      /* who waited when this one began to: bits */
bool had_effect[WAITERS];  /* a put's item got in, a get took one */
bool was_called[WAITERS];
bool was_taken[WAITERS];   /* the item of this put: collected or dropped */

/* Used inside of one step only */
hidden byte i, n, v, item;

#define n_available (len (store) - n_promised)
#define n_bounded (BUG == 23 -> len (store) : n_available)
#define can_put (!is_shut_down && (overflows || n_bounded < MAX_SIZE + (BUG == 7)))
#define can_promise (n_available > 0)
#define is_finished (is_shut_down && len (store) == 0)

/* Leaves @to_wake, a variable of the process, to be run after the lock is
 * dropped: a bit for each main loop. */
inline push_job (w)
{
  jobs[loop_of (w)] ! w;
  refs[loop_of (w)]--;
  if
  :: wakefulness[loop_of (w)] == ASLEEP -> MUST (12, to_wake = to_wake | (1 << loop_of (w)))
  :: else
  fi;
  wakefulness[loop_of (w)] = ALERTED
}

/* g_main_context_wakeup (). @own: the loop in whose dispatch we are, as a bit;
 * it comes round without being told. */
inline run_wake_ups (own)
{
  if
  :: (to_wake & ~own) != 0 ->
    d_step {
      for (i : 0 .. LOOPS - 1) {
        is_woken[i] = is_woken[i] || ((to_wake & ~own & (1 << i)) != 0)
      }
      to_wake = 0
    }
  :: else -> to_wake = 0
  fi
}

inline wake_locked (w)
{
  if
  :: !is_sync (w) -> push_job (w)
  :: is_sync (w) && sleeps[w] -> signalled[w] = true
  :: else
  fi
}

inline decide (w, reason)
{
  state[w] = reason;
  wake_locked (w)
}

/* @w ends its wait: those behind it move up. */
inline leave (w)
{
  for (n : 0 .. WAITERS - 1) {
    before[n] = before[n] & ~(1 << w)
  }
}

/* Drops the items from @first to @last; @n is how many there are. */
inline drop (first, last)
{
  n = len (store);
  for (i : 0 .. PUTS) {
    if
    :: i < n ->
      store ? item;
      if
      :: i >= first && i <= last ->
        assert (!was_taken[item]);
        was_taken[item] = true;
        n_dropped++
      :: else -> store ! item
      fi
    :: else
    fi
  }
}

inline drop_excess ()
{
  do
  :: len (store) > MAX_SIZE && (n_available > 0 || BUG == 25) && len (store) > 1 ->
    if
    :: OVERFLOW == 1 -> drop (0, 0)
    :: else -> drop (n - 1, n - 1)
    fi
  :: else -> break
  od
}

inline accept (w)
{
  assert (!had_effect[w]);
  assert (overflows || n_available < MAX_SIZE); /* P4 */
  had_effect[w] = true;
  store ! w;
  n_accepted++;
  if
  :: overflows && BUG != 26 -> drop_excess ()
  :: else
  fi;
  assert (!overflows || len (store) <= MAX_SIZE || n_available == 0)
}

/* A get takes the first item. */
inline take (w)
{
  assert (!had_effect[w]);
  had_effect[w] = true;
  store ? item;
  assert (!was_taken[item]); /* P1: nothing twice */
  was_taken[item] = true;
  n_collected++
}

inline settle ()
{
  do
  :: len (putters) > 0 && can_put ->
    putters ? v;
    assert (before[v] == 0); /* P3 */
    leave (v);
    accept (v);
    decide (v, READY)
  :: !(len (putters) > 0 && can_put) && len (getters) > 0 && can_promise ->
    if
    :: BUG == 9 && len (getters) > 1 -> getters ? v; getters ! v /* the second first */
    :: else
    fi;
    getters ? v;
    assert (before[v] == 0);
    leave (v);
    if
    :: BUG == 3 -> take (v) /* hands it over, instead of a promise */
    :: else -> MUST (6, n_promised++)
    fi;
    decide (v, READY);
    if
    :: BUG == 24 -> break
    :: else
    fi
  :: else -> break
  od;

  if
  :: is_shut_down ->
    do
    :: len (putters) > 0 -> putters ? v; leave (v); decide (v, CLOSED)
    :: len (putters) == 0 && len (getters) > 0 && is_finished ->
      getters ? v; leave (v); decide (v, CLOSED)
    :: else -> break
    od
  :: else
  fi
}

/* Ends each step that was done under the lock. What aq_ledger_check () asserts
 * holds whenever the lock is free. */
inline unlock ()
{
  assert (n_promised <= len (store));
  assert (n_accepted == n_collected + n_dropped + n_available + n_promised); /* P1 */
  assert (len (putters) == 0 || n_available > 0);                            /* P11 */
  assert (len (putters) == 0 || !can_put);
  assert (len (getters) == 0 || !can_promise);
  assert (len (putters) == 0 || !is_shut_down);
  assert (len (getters) == 0 || !is_finished)
}

inline enqueue (w)
{
  if
  :: state[w] != NEW && BUG != 8 -> wake_locked (w) /* cancelled on its way here */
  :: else ->
    state[w] = WAITING;
    for (i : 0 .. WAITERS - 1) {
      if
      :: i != w && is_get (i) == is_get (w) && state[i] == WAITING ->
        before[w] = before[w] | (1 << i)
      :: else
      fi
    }
    if
    :: is_get (w) -> getters ! w
    :: else -> putters ! w
    fi;
    settle ()
  fi
}

/* Always for the reason CANCELLED. */
inline give_up (w)
{
  if
  :: state[w] == NEW -> state[w] = CANCELLED
  :: state[w] == WAITING ->
    if
    :: is_get (w) -> getters ?? eval (w)
    :: else -> putters ?? eval (w)
    fi;
    leave (w);
    decide (w, CANCELLED);
    settle ()
  :: state[w] == READY && (is_get (w) || BUG == 10) ->
    /* Its job is pushed already. */
    state[w] = CANCELLED;
    if
    :: is_get (w) && BUG != 1 && BUG != 3 -> n_promised--
    :: else
    fi;
    MUST (2, settle ())
  :: else
  fi
}

inline collect (w)
{
  state[w] = SPENT;
  if
  :: BUG == 3
  :: else -> n_promised--; take (w)
  fi;
  MUST (5, settle ())
}

/* Keeps those that are promised: the first ones. */
inline drop_available ()
{
  drop ((BUG == 16 -> 0 : n_promised), PUTS)
}

inline drop_leftovers ()
{
  if
  :: drops_leftovers && BUG != 17 -> drop_available (); settle ()
  :: else
  fi
}

inline begin_call (w)
{
  if
  :: state[w] == READY -> state[w] = CALLED
  :: else
  fi;
  drop_leftovers ()
}

inline withdraw (w)
{
  if
  :: is_get (w) && (state[w] == READY || state[w] == CALLED) && BUG != 3 ->
    MUST (4, n_promised--)
  :: else
  fi;
  state[w] = SPENT;
  MUST (11, settle ());
  drop_leftovers ()
}

inline shut_down (immediate)
{
  is_shut_down = true;
  drops_leftovers = drops_leftovers || immediate;
  if
  :: immediate -> drop_available ()
  :: else
  fi;
  MUST (18, settle ())
}

/* What the caller is told (P2). It is told once. */
inline tell (w)
{
  assert ((state[w] == CANCELLED || state[w] == CLOSED) == !had_effect[w]);
  assert (state[w] != CANCELLED || is_cancelled[w]);
  assert (state[w] != CLOSED || is_shut_down)
}

/* aq_cancel_new (): calls back at once, in this thread, if it is cancelled. */
inline watch_cancel (w)
{
  d_step {
    if
    :: is_cancelled[w] -> MUST (19, give_up (w))
    :: else -> is_watched[w] = true
    fi;
    unlock ()
  }
}

/* g_cancellable_cancel (), and the handler cancelled_cb (). Who connects in
 * between sees that it is cancelled. */
active [CANCELLERS] proctype Canceller ()
{
  byte w, n_cancels, to_wake;

  do
  :: n_cancels < CANCELS ->
    n_cancels++;
    select (w : 0 .. WAITERS - 1);
    is_cancelled[w] = true; /* from here on; now those are told who connected */
    d_step {
      if
      :: is_watched[w] -> give_up (w)
      :: else
      fi;
      unlock ()
    }
    run_wake_ups (0)
  :: break
  od
}

#if SHUTDOWN
active proctype Shutter ()
{
  byte to_wake;

#if SHUTDOWN != 2
  d_step { shut_down (false); unlock () }
  run_wake_ups (0);
#endif
#if SHUTDOWN != 1
  d_step { shut_down (true); unlock () }
  run_wake_ups (0)
#endif
}
#endif

#if OVERFLOW
active proctype Setter ()
{
  byte to_wake;

  d_step {
    overflows = true;
    MUST (27, settle ());
    unlock ()
  }
  run_wake_ups (0)
}
#endif

/* A thread that blocks: put_sync () or get_sync (). */
proctype Thread (byte w)
{
  byte to_wake;
  bool is_done;

  d_step {
    if
    :: !is_get (w) && can_put && !is_cancelled[w] ->
      assert (len (putters) == 0); /* P3: nobody barges */
      accept (w);
      settle ();
      state[w] = READY;
      is_done = true
    :: else
    fi;
    unlock ()
  }
  run_wake_ups (0);

  /* block () */
  if
  :: !is_done ->
    if
    :: is_cancelled[w] -> state[w] = CANCELLED
    :: else
    fi;
    d_step {
      enqueue (w);
      is_done = state[w] != WAITING;
      unlock ()
    }
    run_wake_ups (0);

    if
    :: !is_done ->
      watch_cancel (w);
      run_wake_ups (0);
      d_step {
        if
        :: state[w] == WAITING -> MUST (20, sleeps[w] = true)
        :: else -> is_done = true
        fi
      }
end_sleep:
      is_done || signalled[w]
    :: else
    fi;

    d_step {
      sleeps[w] = false;
      signalled[w] = false;
      if
      :: is_get (w) && state[w] == READY -> collect (w)
      :: else
      fi;
      drop_leftovers ();
      unlock ()
    }
    run_wake_ups (0);
    is_watched[w] = false
  :: else
  fi;

  d_step {
    tell (w);
    state[w] = SPENT
  }
}

/* In the callback, or later. */
inline finish (w)
{
  if
  :: is_get (w) && state[w] == CALLED ->
    d_step { collect (w); tell (w); unlock () }
  :: is_get (w) && state[w] == CALLED /* nobody collects */
  :: else -> tell (w)
  fi;
  run_wake_ups (own);

  /* The result is freed. */
  d_step { withdraw (w); unlock () }
  run_wake_ups (own)
}

/* A thread that runs a main loop, with an AqDispatcher as its source. Its
 * callbacks run inside of a dispatch, and so do the calls of put_async () and
 * get_async (), which another source makes at any time. */
proctype Loop (byte c)
{
  byte w, kept, to_wake, own = 1 << c;
  byte next_get = (SYNC_GETS -> GETS : c);
  byte next_put = (SYNC_PUTS -> WAITERS : GETS + (c + LOOPS - GETS % LOOPS) % LOOPS);
  bool has_jobs, looks_again;

prepare:
  has_jobs = nempty (jobs[c]);
  /* Between these two something may be pushed. */
  if
  :: BUG == 22 -> wakefulness[c] = AWAKE
  :: else
  fi;
  if
  :: !has_jobs ->
    d_step {
      looks_again = wakefulness[c] == ALERTED && BUG != 15;
      MUST (13, wakefulness[c] = ASLEEP)
    }
  :: else
  fi;

end_poll:
  if
  :: has_jobs || looks_again /* does not sleep */
  :: is_woken[c]
  :: next_get < GETS ->
    w = next_get;
    next_get = next_get + LOOPS;
    goto start
  :: next_put < WAITERS ->
    w = next_put;
    next_put = next_put + LOOPS;
    goto start
#if LATE
  :: kept != 0 ->
    w = kept - 1;
    kept = 0;
    finish (w);
    goto prepare
#endif
#if LEAVES
  :: kept == 0 -> goto leave_context
#endif
  fi;
  MUST (21, is_woken[c] = false); /* g_wakeup_acknowledge () */

  /* check */
  d_step {
    has_jobs = nempty (jobs[c]);
    looks_again = false;
    if
    :: BUG == 14 -> wakefulness[c] = AWAKE
    :: else
    fi
  }
  if
  :: has_jobs
  :: !has_jobs -> goto prepare
  :: !has_jobs -> goto end_poll /* a program that polls for itself */
  fi;

  /* dispatch */
  do
  :: jobs[c] ? w ->
    /* result_job_run () */
    is_watched[w] = false;
    d_step {
      assert (!was_called[w]);
      was_called[w] = true;
      begin_call (w);
      unlock ()
    }
    run_wake_ups (own);
    if
    :: finish (w)
#if LATE
    :: kept == 0 -> kept = w + 1
#endif
    fi;
    if
    :: true
    :: break /* the turn is over */
    fi
  :: empty (jobs[c]) -> break
  od;
  wakefulness[c] = AWAKE; /* aq_loop_note_dispatch () */
  goto prepare;

start:
  if
  :: is_cancelled[w] -> state[w] = CANCELLED
  :: else -> watch_cancel (w)
  fi;
  d_step {
    refs[c]++;
    enqueue (w);
    unlock ()
  }
  run_wake_ups (own);
  goto prepare;

#if LEAVES
leave_context:
  /* With the last reference the context goes, and its jobs with it. */
end_waited_for:
  refs[c] == 0;
  do
  :: jobs[c] ? w ->
    is_watched[w] = false;
    d_step { withdraw (w); unlock () }
    run_wake_ups (0)
  :: empty (jobs[c]) -> break
  od
#else
  skip
#endif
}

/* Whether @w is in a context that nobody iterates any more, and that somebody
 * else's wait keeps. That is a mistake of the program. */
#define is_abandoned(w) (LEAVES && !is_sync (w) && (state[w] == NEW || refs[loop_of (w)] > 0))

/* Once nobody can do anything any more. Every run comes to that: run-spin also
 * shows that none goes on forever. So whoever could be served was, and called. */
active proctype Quiet ()
{
  byte w, n_ready;

  timeout;
  d_step {
    for (w : 0 .. WAITERS - 1) {
      assert (state[w] == SPENT || state[w] == WAITING || is_abandoned (w));
      assert (state[w] != WAITING || !is_cancelled[w]);
      assert (LEAVES || is_sync (w) || was_called[w] == (state[w] == SPENT));
      n_ready = n_ready + (is_get (w) && state[w] == READY -> 1 : 0)
    }
    assert (n_promised == n_ready);
    assert (!drops_leftovers || len (store) == n_promised);
    unlock () /* nobody waits who could be served */
  }
}

init
{
  byte w;

  atomic {
    for (w : 0 .. WAITERS - 1) {
      if
      :: is_sync (w) -> run Thread (w)
      :: else
      fi
    }
    for (w : 0 .. LOOPS - 1) {
      if
      :: !SYNC_GETS || !SYNC_PUTS -> run Loop (w)
      :: else
      fi
    }
  }
}
