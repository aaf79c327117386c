/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

class Plate : Object {
	public static int n_alive = 0;

	public int number { get; construct; }

	public Plate (int number) {
		Object (number: number);
	}

	construct {
		n_alive++;
	}

	~Plate () {
		n_alive--;
	}
}

class Belt : Aq.Queue {
	public int n_served { get; private set; default = 0; }

	public Belt () {
		Object (item_type: typeof (Plate), max_size: 3);
	}

	public async void serve (Plate plate) throws Error {
		yield put_async (plate);
		n_served++;
	}
}

delegate void TestFunc () throws Error;

/* Each test ends without a plate that somebody forgot. */
void add_test (string path, owned TestFunc func) {
	Test.add_data_func (path, () => {
		try {
			func ();
		} catch (Error e) {
			Test.fail_printf ("%s", e.message);
		}
		assert_cmpint (Plate.n_alive, CompareOperator.EQ, 0);
	});
}

void run_until_done (MainLoop loop) {
	loop.run ();

	/* Sources and results are freed once the loop comes round again. */
	while (MainContext.default ().iteration (false))
		;
}

async void feed (Aq.Queue queue, int n_plates) {
	try {
		for (int i = 0; i < n_plates; i++) {
			yield queue.put_async (new Plate (i));
			assert_cmpuint (queue.length, CompareOperator.LE, 3);
		}
	} catch (Error e) {
		assert_not_reached ();
	}
	queue.shutdown ();
}

async int eat (Aq.Queue queue) {
	int n_plates = 0;

	try {
		while (true) {
			var plate = (Plate) yield queue.get_async ();
			assert_cmpint (plate.number, CompareOperator.EQ, n_plates);
			n_plates++;
		}
	} catch (IOError.CLOSED e) {
		assert_cmpuint (queue.state, CompareOperator.EQ, Aq.QueueState.FINISHED);
	} catch (Error e) {
		assert_not_reached ();
	}

	return n_plates;
}

void test_pipeline (int n_plates) {
	var queue = new Aq.Queue (typeof (Plate), 3);
	var loop = new MainLoop ();
	int n_eaten = 0;

	feed.begin (queue, n_plates);
	eat.begin (queue, (source, result) => {
		n_eaten = eat.end (result);
		loop.quit ();
	});
	run_until_done (loop);

	assert_cmpint (n_eaten, CompareOperator.EQ, n_plates);
}

void test_errors () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 1);

	try {
		queue.try_get ();
		assert_not_reached ();
	} catch (IOError.WOULD_BLOCK e) {
	}

	queue.try_put (new Plate (1));
	try {
		queue.try_put (new Plate (2));
		assert_not_reached ();
	} catch (IOError.WOULD_BLOCK e) {
	}

	queue.shutdown (false);
	try {
		queue.put_sync (new Plate (3));
		assert_not_reached ();
	} catch (IOError.CLOSED e) {
	}

	assert_true (queue.get_sync () is Plate);
	assert_true (queue.peek () == null);
}

async void cancel_get (Aq.Queue queue, Cancellable cancellable) {
	try {
		yield queue.get_async (cancellable);
		assert_not_reached ();
	} catch (IOError.CANCELLED e) {
	} catch (Error e) {
		assert_not_reached ();
	}
}

void test_cancel () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 0);
	var cancellable = new Cancellable ();
	var loop = new MainLoop ();

	cancel_get.begin (queue, cancellable, () => loop.quit ());
	queue.try_put (new Plate (1));
	cancellable.cancel ();
	run_until_done (loop);

	assert_cmpuint (queue.length, CompareOperator.EQ, 1);
}

void test_many () throws Error {
	var queue = new Aq.LifoQueue (typeof (Plate), 0);

	for (int i = 0; i < 5; i++)
		queue.try_put (new Plate (i));

	var seen = queue.peek_many (uint.MAX);
	assert_cmpint (seen.length, CompareOperator.EQ, 5);
	assert_cmpint (((Plate) seen[0]).number, CompareOperator.EQ, 4);
	seen = null;
	assert_cmpint (Plate.n_alive, CompareOperator.EQ, 5);

	var first = queue.try_get_many (3);
	assert_cmpint (first.length, CompareOperator.EQ, 3);
	var kept = (Plate) first[0];
	first = null;
	assert_cmpint (kept.number, CompareOperator.EQ, 4);
	assert_cmpint (Plate.n_alive, CompareOperator.EQ, 3);

	var loop = new MainLoop ();
	queue.get_many_async.begin (10, null, (source, result) => {
		try {
			var rest = queue.get_many_async.end (result);
			assert_cmpint (rest.length, CompareOperator.EQ, 2);
			foreach (var plate in rest)
				assert_true (plate is Plate);
		} catch (Error e) {
			assert_not_reached ();
		}
		loop.quit ();
	});
	run_until_done (loop);
}

void test_priority () throws Error {
	var queue = new Aq.PriorityQueue (typeof (Plate), 0);

	queue.try_put_with_priority (new Plate (2), 2);
	queue.try_put_with_priority (new Plate (1), -1);
	queue.put_with_priority_async.begin (new Plate (0), int64.MIN);
	queue.put_with_priority_sync (new Plate (3), int64.MAX);

	for (int i = 0; i < 4; i++)
		assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, i);
	while (MainContext.default ().iteration (false))
		;
}

void test_join () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 0);
	var loop = new MainLoop ();

	queue.try_put (new Plate (1));
	queue.join_async.begin (null, (source, result) => {
		try {
			assert_true (queue.join_async.end (result));
		} catch (Error e) {
			assert_not_reached ();
		}
		loop.quit ();
	});
	queue.try_get ();
	queue.task_done ();
	run_until_done (loop);
}

void test_watch () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 0);
	var loop = new MainLoop ();
	var target = new Plate (100);
	int sum = 0;

	/* The closure holds on to target, until the watch lets go of it. */
	queue.add_watch (Priority.DEFAULT, (source, item) => {
		if (item == null) {
			loop.quit ();
		} else {
			sum += ((Plate) item).number + target.number;
		}
		return Source.CONTINUE;
	});

	for (int i = 0; i < 5; i++)
		queue.try_put (new Plate (i));
	queue.shutdown (false);
	run_until_done (loop);

	assert_cmpint (sum, CompareOperator.EQ, 510);
}

void test_watch_removed () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 0);
	var target = new Plate (100);
	var id = queue.add_watch (Priority.DEFAULT, () => target.number == 0);

	queue.try_put (new Plate (1));
	Source.remove (id);
	assert_cmpuint (queue.length, CompareOperator.EQ, 1);
}

async void use_times (Aq.PriorityQueue queue) throws Error {
	bool timed_out = false;

	try {
		yield queue.timed_get_async (1000);
	} catch (IOError.TIMED_OUT e) {
		timed_out = true;
	}
	assert_true (timed_out);

	yield queue.timed_put_async (new Plate (1), 0);
	yield queue.timed_put_with_priority_async (new Plate (2), -1, -1);
	var items = yield queue.timed_get_many_async (5, 0);
	assert_cmpint (items.length, CompareOperator.EQ, 2);
	queue.task_done ();
	queue.task_done ();
	yield queue.timed_join_async (0);
}

void test_timed () throws Error {
	var queue = new Aq.PriorityQueue (typeof (Plate), 0);
	var loop = new MainLoop ();

	use_times.begin (queue, (source, result) => {
		try {
			use_times.end (result);
		} catch (Error e) {
			error ("%s", e.message);
		}
		loop.quit ();
	});
	run_until_done (loop);
}

async void use_any (Aq.Queue one, Aq.Queue other) throws Error {
	Aq.Queue[] queues = { one, other };
	unowned Aq.Queue? queue;
	bool closed = false;

	other.try_put (new Plate (7));
	var item = yield Aq.Queue.get_any_async (queues, null, out queue);
	assert_true (queue == other);
	assert_cmpint (((Plate) item).number, CompareOperator.EQ, 7);

	one.shutdown ();
	other.shutdown ();
	try {
		yield Aq.Queue.timed_get_any_async (queues, 1000, null, out queue);
	} catch (IOError.CLOSED e) {
		closed = true;
	}
	assert_true (closed);
}

void test_any () throws Error {
	var loop = new MainLoop ();

	use_any.begin (new Aq.Queue (typeof (Plate), 0), new Aq.LifoQueue (typeof (Plate), 0),
	               (source, result) => {
		try {
			use_any.end (result);
		} catch (Error e) {
			error ("%s", e.message);
		}
		loop.quit ();
	});
	run_until_done (loop);
}

void test_subclass () throws Error {
	var belt = new Belt ();
	var loop = new MainLoop ();
	uint n_added = 0;
	bool drained = false;

	assert_cmpuint (belt.max_size, CompareOperator.EQ, 3);
	belt.items_added.connect (n => n_added += n);
	belt.drained.connect (() => {
		drained = true;
		loop.quit ();
	});

	belt.serve.begin (new Plate (1), (source, result) => {
		try {
			belt.serve.end (result);
			assert_true (((Plate) belt.try_get ()).number == 1);
		} catch (Error e) {
			assert_not_reached ();
		}
	});
	run_until_done (loop);

	assert_cmpint (belt.n_served, CompareOperator.EQ, 1);
	assert_cmpuint (n_added, CompareOperator.EQ, 1);
	assert_true (drained);
}

void test_properties () throws Error {
	var queue = new Aq.Queue (typeof (File), 2);

	assert_true (queue.item_type == typeof (File));
	queue.max_size = 5;
	assert_cmpuint (queue.max_size, CompareOperator.EQ, 5);
	queue.max_in_flight = 1;
	assert_true (queue.empty && !queue.full && queue.length == 0);
	assert_cmpuint (queue.state, CompareOperator.EQ, Aq.QueueState.OPEN);
}

void test_overflow () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 2);

	queue.overflow = Aq.Overflow.DROP_OLDEST;
	for (int i = 0; i < 5; i++)
		queue.try_put (new Plate (i));
	assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, 3);
	assert_cmpuint ((uint) queue.n_dropped, CompareOperator.EQ, 3);

	queue.overflow = Aq.Overflow.DROP_NEWEST;
	for (int i = 5; i < 8; i++)
		queue.try_put (new Plate (i));
	assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, 4);
	assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, 5);
	assert_true (queue.is_empty ());

	queue = (Aq.Queue) Object.@new (typeof (Aq.Queue), max_size: 1, overflow: Aq.Overflow.DROP_OLDEST);
	assert_true (queue.overflow == Aq.Overflow.DROP_OLDEST);
}

/* The function is a closure, which goes with the queue. */
void test_size () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 10);
	var weigher = new Plate (1);
	int n_calls = 0;

	queue.set_size_func (item => {
		n_calls++;
		return ((Plate) item).number * weigher.number;
	});
	weigher = new Plate (2);
	queue.try_put (new Plate (3));
	queue.try_put (new Plate (2));
	assert_cmpuint ((uint) queue.size, CompareOperator.EQ, 10);
	assert_cmpuint (queue.length, CompareOperator.EQ, 2);
	assert_false (queue.offer (new Plate (1)));
	assert_cmpint (n_calls, CompareOperator.EQ, 3);
	queue.clear ();
	queue.set_size_func (null);
}

/* Three of ten tries fail, and the plate goes back. */
class Kitchen {
	public Aq.Queue belt;
	public int[] n_served = new int[N_FLAKY];
	public int n_tries = 0;
	public int n_workers = 0;

	public async void work (MainLoop loop) {
		n_workers++;
		try {
			while (true) {
				var plate = (Plate) yield belt.get_async ();

				if (n_tries++ % 10 < 3) {
					belt.put_back (plate);
					continue;
				}
				n_served[plate.number]++;
				belt.task_done ();
			}
		} catch (Error e) {
			assert_error (e, IOError.quark (), IOError.CLOSED);
		}
		if (--n_workers == 0)
			loop.quit ();
	}

	public async void cook () throws Error {
		for (int i = 0; i < N_FLAKY; i++)
			yield belt.put_async (new Plate (i));
		belt.release ();
	}
}

const int N_FLAKY = 300;

void test_put_back () throws Error {
	var kitchen = new Kitchen ();
	var loop = new MainLoop ();

	kitchen.belt = new Aq.Queue (typeof (Plate), 10);
	kitchen.belt.max_in_flight = 4;
	kitchen.belt.hold ();
	for (int i = 0; i < 4; i++)
		kitchen.work.begin (loop);
	kitchen.cook.begin ();
	run_until_done (loop);

	foreach (int n in kitchen.n_served)
		assert_cmpint (n, CompareOperator.EQ, 1);
	assert_true (kitchen.belt.state == Aq.QueueState.FINISHED);
	assert_cmpuint ((uint) kitchen.belt.n_accepted, CompareOperator.EQ, N_FLAKY);
}

void test_remove () throws Error {
	var queue = new Aq.PriorityQueue (typeof (Plate), 0);
	var plates = new Plate[3];

	for (int i = 0; i < 3; i++) {
		plates[i] = new Plate (i);
		queue.try_put (plates[i]);
	}
	assert_true (queue.remove (plates[1]));
	assert_false (queue.remove (plates[1]));
	assert_true (queue.set_priority (plates[2], -1));
	assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, 2);
	queue.put_back_with_priority (plates[2], 1);
	assert_cmpint (queue.peek_all ().length, CompareOperator.EQ, 2);

	queue.paused = true;
	assert_true (queue.is_empty ());
	queue.paused = false;
	assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, 0);
	assert_cmpint (((Plate) queue.try_get ()).number, CompareOperator.EQ, 2);
}

void test_end_with_error () throws Error {
	var queue = new Aq.Queue (typeof (Plate), 0);

	queue.shutdown_with_error (new IOError.NOT_FOUND ("The rice is burnt"));
	assert_error (queue.get_error (), IOError.quark (), IOError.NOT_FOUND);
	try {
		queue.try_get ();
		assert_not_reached ();
	} catch (IOError.NOT_FOUND e) {
		assert_cmpstr (e.message, CompareOperator.EQ, "The rice is burnt");
	}
}

long get_resident_bytes () throws Error {
	string text;

	FileUtils.get_contents ("/proc/self/statm", out text);
	return long.parse (text.split (" ")[1]) * 4096;
}

void test_memory () throws Error {
	/* Another allocator counts in another way. */
	if (Environment.get_variable ("VALGRIND") != null ||
	    Environment.get_variable ("AQ_SANITIZED") != null) {
		Test.skip ("memory is measured without tools that watch it");
		return;
	}

	test_pipeline (10000);
	long before = get_resident_bytes ();
	test_pipeline (100000);
	assert_cmpint ((int) (get_resident_bytes () - before), CompareOperator.LT, 1 << 20);
}

int main (string[] args) {
	Test.init (ref args);

	add_test ("/vala/async", () => test_pipeline (100));
	add_test ("/vala/errors", test_errors);
	add_test ("/vala/cancel", test_cancel);
	add_test ("/vala/many", test_many);
	add_test ("/vala/priority", test_priority);
	add_test ("/vala/join", test_join);
	add_test ("/vala/watch/ends", test_watch);
	add_test ("/vala/watch/removed", test_watch_removed);
	add_test ("/vala/timed", test_timed);
	add_test ("/vala/any", test_any);
	add_test ("/vala/subclass", test_subclass);
	add_test ("/vala/properties", test_properties);
	add_test ("/vala/overflow", test_overflow);
	add_test ("/vala/size", test_size);
	add_test ("/vala/put-back", test_put_back);
	add_test ("/vala/remove", test_remove);
	add_test ("/vala/end-with-error", test_end_with_error);
	add_test ("/vala/memory", test_memory);

	return Test.run ();
}
