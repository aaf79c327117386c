/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A chef puts ten numbers on a belt that has room for three, and two customers
 * square them. All happens in one main loop, and nobody blocks it.
 */

const int N_NUMBERS = 10;

/* What is on the belt has to be an object. */
class Plate : Object {
	public int number { get; construct; }

	public Plate (int number) {
		Object (number: number);
	}
}

class Restaurant : Object {
	private Aq.Queue belt = new Aq.Queue (typeof (Plate), 3);
	private int n_put = 0;
	private int n_squared = 0;

	private async void cook () throws Error {
		for (int number = 1; number <= N_NUMBERS; number++) {
			yield belt.put_async (new Plate (number)); // waits while the belt is full
			n_put++;
		}
	}

	private async void eat () {
		try {
			while (true) {
				var plate = (Plate) yield belt.get_async (); // waits while it is empty
				var number = plate.number;
				print ("%d squared is %d\n", number, number * number);
				n_squared++;
				belt.task_done ();
			}
		} catch (IOError.CLOSED e) {
			// The belt is shut down, and nothing is left on it.
		} catch (Error e) {
			critical ("%s", e.message);
		}
	}

	public async void open () throws Error {
		eat.begin ();
		eat.begin ();

		yield cook ();
		yield belt.join_async (); // until the customers are done with all that was put
		belt.shutdown (false);

		print ("lost: %d\n", n_put - n_squared);
	}
}

int main () {
	var loop = new MainLoop ();
	var restaurant = new Restaurant ();

	restaurant.open.begin ((source, result) => {
		try {
			restaurant.open.end (result);
		} catch (Error e) {
			critical ("%s", e.message);
		}
		loop.quit ();
	});
	loop.run ();

	return 0;
}
