// SPDX-License-Identifier: LGPL-2.1-or-later

/* Somebody else's program: puts three numbers on a belt, and adds them up. */

class Number : Object {
	public int value { get; construct; }

	public Number (int value) {
		Object (value: value);
	}
}

async void main () {
	var belt = new Aq.Queue (typeof (Number), 3);
	var sum = 0;

	try {
		for (int i = 1; i <= 3; i++)
			yield belt.put_async (new Number (i));
		belt.shutdown (false);
		while (true)
			sum += ((Number) yield belt.get_async ()).value;
	} catch (IOError.CLOSED e) {
		print ("%d\n", sum);
	} catch (Error e) {
		critical ("%s", e.message);
	}
}
