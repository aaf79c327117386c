/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Customer is the sample on the manual's page about Vala.
 */

const int N_CANCELS = 200000;

int n_moments = 0;

class Dish : Object {
	public static int n_alive = 0;

	construct {
		n_alive++;
	}

	~Dish () {
		n_alive--;
	}
}

void drain_context () {
	while (MainContext.default ().iteration (false))
		;
}

void test_cancelled_before_its_end () {
	var belt = new Aq.Queue (typeof (Dish), 0);
	var customer = new Customer (belt);
	AsyncResult? ready = null;

	Test.summary ("What the method has got is not reported as cancelled (P2).");

	try {
		belt.try_put (new Dish ());
		customer.next.begin ((source, result) => ready = result);
		while (ready == null)
			MainContext.default ().iteration (true);
		assert_cmpuint (belt.length, CompareOperator.EQ, 0);
		customer.leave ();
		assert_true (customer.next.end (ready) is Dish);
	} catch (Error e) {
		Test.fail_printf ("%s", e.message);
	}

	ready = null;
	drain_context ();
	assert_cmpint (Dish.n_alive, CompareOperator.EQ, 0);
}

void test_cancelled_while_it_waits () {
	var belt = new Aq.Queue (typeof (Dish), 0);
	var customer = new Customer (belt);
	bool is_cancelled = false;

	Test.summary ("A customer that waits can leave.");

	customer.next.begin ((source, result) => {
		try {
			customer.next.end (result);
		} catch (IOError.CANCELLED e) {
			is_cancelled = true;
		} catch (Error e) {
			Test.fail_printf ("%s", e.message);
		}
	});
	customer.leave ();
	drain_context ();
	assert_true (is_cancelled);
}

void test_end () {
	var belt = new Aq.Queue (typeof (Dish), 0);
	var customer = new Customer (belt);
	bool has_ended = false;

	Test.summary ("The end of the belt is no error.");

	customer.next.begin ((source, result) => {
		try {
			has_ended = customer.next.end (result) == null;
		} catch (Error e) {
			Test.fail_printf ("%s", e.message);
		}
	});
	belt.shutdown (false);
	drain_context ();
	assert_true (has_ended);
}

void test_cancelled_from_a_thread () {
	var belt = new Aq.Queue (typeof (Dish), 0);
	var customers = new AsyncQueue<Customer> ();
	var last = new Customer (belt);
	int n_got = 0;
	int n_left = 0;

	Test.summary ("Nothing is lost, whenever a customer leaves (P1).");

	var thread = new Thread<bool> ("canceller", () => {
		Customer customer;

		while ((customer = customers.pop ()) != last) {
			/* So that it meets the get now at this point, now at that. */
			for (int i = Random.int_range (0, 3000); i > 0; i--)
				AtomicInt.get (ref n_moments);
			customer.leave ();
		}

		return true;
	});

	for (int i = 0; i < N_CANCELS; i++) {
		var customer = new Customer (belt);

		try {
			belt.try_put (new Dish ());
		} catch (Error e) {
			Test.fail_printf ("%s", e.message);
		}
		customers.push (customer);
		customer.next.begin ((source, result) => {
			try {
				if (customer.next.end (result) != null)
					n_got++;
			} catch (IOError.CANCELLED e) {
				// It has taken none.
			} catch (Error e) {
				Test.fail_printf ("%s", e.message);
			}
		});
		drain_context ();

		try {
			while (true) {
				belt.try_get ();
				n_left++;
			}
		} catch (Error e) {
			// There is none.
		}
	}
	customers.push (last);
	thread.join ();

	assert_cmpint (n_got + n_left, CompareOperator.EQ, N_CANCELS);
	assert_cmpint (Dish.n_alive, CompareOperator.EQ, 0);
	Test.message ("figure: gets cancelled around a method of one's own in Vala %d", N_CANCELS);
}

int main (string[] args) {
	Test.init (ref args);

	Test.add_func ("/manual/vala/cancelled-before-its-end", test_cancelled_before_its_end);
	Test.add_func ("/manual/vala/cancelled-while-it-waits", test_cancelled_while_it_waits);
	Test.add_func ("/manual/vala/end", test_end);
	Test.add_func ("/manual/vala/cancelled-from-a-thread", test_cancelled_from_a_thread);

	return Test.run ();
}
