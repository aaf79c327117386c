/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the sensors of this machine, each at its own pace, and analyses what they
 * say as it comes: extremes, mean, and an alarm when a value jumps.
 *
 * It shows many producers and one consumer in one main loop. A collector waits for
 * its next turn, then for room on the belt; the analyser waits for readings.
 *
 * A sensor that is missing is left out; a reading that makes no sense is reported
 * and passed over. After --count readings of each sensor, or on Ctrl-C, the
 * belt is shut down, the analyser takes what is left on it, and sums up.
 */

class Station : Object {
	private static int count = 0;
	private static int tick = 250;
	private static string root = "/";

	private const OptionEntry[] OPTIONS = {
		{ "count", 0, 0, OptionArg.INT, ref count, "Stop after so many readings of each sensor", "N" },
		{ "tick", 0, 0, OptionArg.INT, ref tick, "Milliseconds between readings of the fastest", "MS" },
		{ "root", 0, 0, OptionArg.FILENAME, ref root, "Where the folders proc and sys are", "FOLDER" },
		{ null }
	};

	private Aq.Queue belt = new Aq.Queue (typeof (Reading), 4);
	private Sensor[] sensors = {};
	private int n_collectors = 0;

	private void add_sensor (string name, int pace, string path, string pattern) throws Error {
		var file = File.new_build_filename (root, path);

		if (file.query_exists ())
			sensors += new Sensor (name, pace, file, pattern);
	}

	private async void collect (Sensor sensor) {
		for (int i = 0; i < count || count == 0; i++) {
			Timeout.add (sensor.pace * tick, collect.callback);
			yield;

			try {
				yield belt.put_async (yield sensor.read ()); // waits while the belt is full
			} catch (IOError.CLOSED e) {
				return;
			} catch (Error e) {
				printerr ("%s: %s\n", sensor.name, e.message);
			}
		}

		if (--n_collectors == 0)
			belt.shutdown (false);
	}

	private async void analyse () throws Error {
		try {
			while (true) {
				var reading = (Reading) yield belt.get_async (); // waits while the belt is empty
				if (reading.sensor.add (reading.value))
					print ("%s: alarm, a jump to %g\n", reading.sensor.name, reading.value);
			}
		} catch (IOError.CLOSED e) {
			foreach (var sensor in sensors)
				print ("%s\n", sensor.to_string ());
		}
	}

	public async void run () throws Error {
		add_sensor ("load", 1, "proc/loadavg", """^([\d.]+)""");
		add_sensor ("processes running", 1, "proc/stat", """^procs_running (\d+)""");
		add_sensor ("memory available, kB", 2, "proc/meminfo", """^MemAvailable: +(\d+)""");
		add_sensor ("time waited for a CPU, %", 3, "proc/pressure/cpu", """^some avg10=([\d.]+)""");
		add_sensor ("temperature, C/1000", 5, "sys/class/thermal/thermal_zone0/temp", """^(-?\d+)$""");
		if (sensors.length == 0)
			throw new IOError.NOT_FOUND ("There is no sensor in %s".printf (root));

		n_collectors = sensors.length;
		foreach (var sensor in sensors)
			collect.begin (sensor);
		yield analyse ();
	}

	/* Collectors notice at their next put. */
	public bool stop () {
		belt.shutdown (false);

		return Source.CONTINUE;
	}

	public static int main (string[] args) {
		var loop = new MainLoop ();
		var station = new Station ();
		var status = 0;

		try {
			var context = new OptionContext ();
			context.add_main_entries (OPTIONS, null);
			context.parse (ref args);
			if (count < 0 || tick < 1 || args.length > 1)
				throw new OptionError.BAD_VALUE ("See --help");
		} catch (OptionError e) {
			printerr ("%s\n", e.message);
			return 2;
		}

		Unix.signal_add (Posix.Signal.INT, station.stop);
		Unix.signal_add (Posix.Signal.TERM, station.stop);
		station.run.begin ((source, result) => {
			try {
				station.run.end (result);
			} catch (Error e) {
				printerr ("%s\n", e.message);
				status = 1;
			}
			loop.quit ();
		});
		loop.run ();

		return status;
	}
}
