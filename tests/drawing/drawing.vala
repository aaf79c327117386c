/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A window beside a queue: see drawing.py, and table.ini. */

enum Phase {
  CONTROL,
  QUEUE,
  QUEUE_ALONE
}

/* What is counted in all slices of a phase. */
class Count {
  public uint n_draws;
  public int64 gap; // µs: the longest time without drawing
  public uint64 n_items;
}

class World {
  public uint bound;
  public int64 work_length; // µs
  public uint n_threads;
  public uint draw_interval; // ms
  public int draw_priority;
  public uint slice_length; // ms

  public Count count; // of the phase
  Object plate = new Object ();
  MainLoop loop = new MainLoop ();
  int64 last_draw;
  int is_over; // (atomic): the slice

  void work () {
    int64 end_time = get_monotonic_time () + work_length;

    while (work_length > 0 && get_monotonic_time () < end_time)
      ;
  }

  void note_gap () {
    int64 now = get_monotonic_time ();

    count.gap = int64.max (count.gap, now - last_draw);
    last_draw = now;
  }

  async void produce (Aq.Queue queue) {
    try {
      while (true) {
        yield queue.put_async (plate);
        work ();
      }
    } catch (Error error) {
      // It is shut down.
    }
  }

  async void consume (Aq.Queue queue) {
    try {
      while (true) {
        yield queue.get_async ();
        count.n_items++;
        work ();
      }
    } catch (Error error) {
      // It is shut down.
    }
  }

  void put_in_thread (Aq.Queue queue) {
    try {
      while (true)
        queue.put_sync (plate);
    } catch (Error error) {
      // It is shut down.
    }
  }

  /* As busy as one that puts, where it need not wait. */
  void spin_in_thread () {
    while ((bound == 0 || work_length == 0) && AtomicInt.get (ref is_over) == 0)
      ;
  }

  public void run_slice (Phase phase) {
    Aq.Queue? queue = null;
    uint draw_id = 0, control_id = 0;
    var threads = new GenericArray<Thread<bool>> ();

    AtomicInt.set (ref is_over, 0);
    last_draw = get_monotonic_time ();

    if (phase != Phase.QUEUE_ALONE) {
      draw_id = Timeout.add (draw_interval, () => {
        note_gap ();
        count.n_draws++;
        return Source.CONTINUE;
      }, draw_priority);
    }

    Timeout.add (slice_length, () => {
      AtomicInt.set (ref is_over, 1);
      loop.quit ();
      return Source.REMOVE;
    }, Priority.HIGH);

    if (phase == Phase.CONTROL) {
      control_id = Idle.add (() => {
        work ();
        return Source.CONTINUE;
      }, Priority.LOW);
    } else {
      queue = new Aq.Queue (typeof (Object), bound);
      if (n_threads == 0)
        produce.begin (queue);
      consume.begin (queue);
    }

    for (uint i = 0; i < n_threads; i++) {
      threads.add (new Thread<bool> ("put", () => {
        if (queue == null)
          spin_in_thread ();
        else
          put_in_thread (queue);
        return true;
      }));
    }

    loop.run ();
    note_gap ();

    if (draw_id != 0)
      Source.remove (draw_id);
    if (control_id != 0)
      Source.remove (control_id);
    if (queue != null)
      queue.shutdown (true);
    foreach (unowned var thread in threads)
      thread.join ();

    while (MainContext.default ().iteration (false))
      ;
  }
}

int main (string[] args) {
  var world = new World ();
  Count[] counts = { new Count (), new Count (), new Count () };

  world.bound = (uint) int.parse (args[1]);
  world.work_length = int.parse (args[2]);
  world.n_threads = (uint) int.parse (args[3]);
  world.draw_interval = (uint) int.parse (args[4]);
  world.draw_priority = int.parse (args[5]);
  world.slice_length = (uint) int.parse (args[6]);

  for (int i = 0; i < int.parse (args[7]); i++) {
    foreach (var phase in new Phase[] { Phase.CONTROL, Phase.QUEUE, Phase.QUEUE_ALONE }) {
      world.count = counts[phase];
      world.run_slice (phase);
    }
  }

  print ("%u %" + int64.FORMAT + " %u %" + int64.FORMAT +
         " %" + uint64.FORMAT + " %" + uint64.FORMAT + "\n",
         counts[Phase.CONTROL].n_draws, counts[Phase.CONTROL].gap,
         counts[Phase.QUEUE].n_draws, counts[Phase.QUEUE].gap,
         counts[Phase.QUEUE].n_items, counts[Phase.QUEUE_ALONE].n_items);

  return 0;
}
