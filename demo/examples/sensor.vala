/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A number in a file, and what is known about it up to now. */
class Sensor : Object {
	public string name;
	public int pace; // in ticks
	private File file;
	private Regex pattern;

	private int n = 0;
	private double mean = 0;
	private double squares = 0; // of the distances from the mean
	private double lowest = double.INFINITY;
	private double highest = -double.INFINITY;

	public Sensor (string name, int pace, File file, string pattern) throws RegexError {
		this.name = name;
		this.pace = pace;
		this.file = file;
		this.pattern = new Regex (pattern, RAW | MULTILINE);
	}

	public async Reading read () throws Error {
		uint8[] contents;
		MatchInfo match;

		yield file.load_contents_async (null, out contents, null);
		if (!pattern.match ((string) contents, 0, out match))
			throw new IOError.INVALID_DATA ("There is no number in its file");

		return new Reading () { sensor = this, value = double.parse (match.fetch (1)) };
	}

	/* Returns whether the value is far from those before. */
	public bool add (double value) {
		var deviation = Math.sqrt (squares / n);
		var distance = value - mean;
		var is_far = n >= 8 && distance.abs () > double.max (4 * deviation, mean.abs () / 10);

		n++;
		mean += distance / n;
		squares += distance * (value - mean);
		lowest = double.min (lowest, value);
		highest = double.max (highest, value);

		return is_far;
	}

	public string to_string () {
		return n == 0 ? @"$name: no readings"
			: "%s: %d readings, from %g to %g, mean %g".printf (name, n, lowest, highest, mean);
	}
}

/* What is on the belt. */
class Reading : Object {
	public Sensor sensor;
	public double value;
}
