# SPDX-License-Identifier: LGPL-2.1-or-later
"""demo/examples/sensors.vala: test_sensors.py SENSORS"""

import os
import re
import signal
import statistics

from exampletest import ExampleTestCase, main

FILES = {
    'load': ('proc/loadavg', '{} 0.1 0.2 1/99 1234\n'),
    'processes running': ('proc/stat', 'cpu  1 2 3 4\nprocs_running {}\nprocs_blocked 0\n'),
    'memory available, kB': ('proc/meminfo',
                             'MemTotal:  9 kB\nMemFree:  8 kB\nMemAvailable:  {} kB\n'),
    'time waited for a CPU, %': ('proc/pressure/cpu',
                                 'some avg10={} avg60=1.00\nfull avg10=2.00\n'),
    'temperature, C/1000': ('sys/class/thermal/thermal_zone0/temp', '{}\n'),
}


def line_for(name, values):
    return (f'{name}: {len(values)} readings, from {min(values):g} to {max(values):g}, '
            f'mean {statistics.fmean(values):g}')


class Sensors(ExampleTestCase):
    def start_here(self, *args):
        return self.start('--root', self.folder, '--tick', '1', *args)

    def path_of(self, name):
        path = os.path.join(self.folder, FILES[name][0])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text):
        with open(self.path_of(name), 'w', errors='surrogateescape') as file:
            file.write(text)

    def make_fifo(self, name):
        os.mkfifo(self.path_of(name) + '.new')
        os.rename(self.path_of(name) + '.new', self.path_of(name))

    def feed(self, name, *values):
        """Lets a program that runs read these values, each once, from what is a FIFO."""
        for value in values:
            with open(self.path_of(name), 'w') as fifo:  # waits for its reader
                # The next reading is from another, so that it cannot get this again.
                self.make_fifo(name)
                fifo.write(FILES[name][1].format(value))

    def test_machine(self):
        """The sensors that this machine has are read, and their values make sense."""
        if not os.path.exists('/proc/meminfo'):
            self.skipTest('this system has no /proc')
        with open('/proc/meminfo') as file:
            total = int(re.search(r'MemTotal: +(\d+)', file.read())[1])

        lines, errors, status = self.start('--count', '20', '--tick', '1').finish()
        found = {}
        for line in lines:
            match = re.fullmatch(r'(.*): 20 readings, from (.*) to (.*), mean (.*)', line)
            if match:
                found[match[1]] = lowest, highest, mean = [float(match[n]) for n in (2, 3, 4)]
                self.assertLessEqual(lowest, highest)
                self.assertGreaterEqual(mean, lowest - 1e-5 * abs(lowest))
                self.assertLessEqual(mean, highest + 1e-5 * abs(highest))
            else:
                self.assertIn(': alarm, a jump to ', line)
        self.assertLessEqual(found['memory available, kB'][1], total)
        self.assertGreaterEqual(found['processes running'][0], 1)
        self.assertEqual((errors, status), ([], 0))

    def test_all_kinds(self):
        """Each sensor that is there is read as often as asked for, and no other."""
        values = {}
        for value, name in zip([0.25, 12, 23_897_660, 99.99, -3000], FILES):
            values[name] = value
            self.write(name, FILES[name][1].format(value))
            for count in 1, 30:
                lines = [line_for(name, [value] * count) for name, value in values.items()]
                self.assertEqual(self.start_here('--count', str(count)).finish(), (lines, [], 0))

    def test_analysis(self):
        """Extremes and mean are right, and what jumps raises an alarm, when it does."""
        values = [1, 1.5, 1, 1.25, 1, 1.5, 1, 1.25, 1, 1.5, 9, 1, 1.5, 0.5, 1]
        self.make_fifo('load')
        program = self.start_here('--count', str(len(values)))
        self.feed('load', *values[:11])
        self.assertEqual(program.stdout.readline(), 'load: alarm, a jump to 9\n')
        self.feed('load', *values[11:])
        self.assertEqual(program.finish(), ([line_for('load', values)], [], 0))

    def test_nonsense(self):
        """A reading that makes no sense is reported, and the others count."""
        for nonsense in '', 'none\n', '\0\udcff\udcfe' * 1000, '-', '\n1.0 2.0':
            self.write('temperature, C/1000', nonsense)
            self.write('processes running', 'cpu 1\nprocs_running 7\n')
            lines, errors, status = self.start_here('--count', '10').finish()
            self.assertEqual(lines, [line_for('processes running', [7] * 10),
                                     'temperature, C/1000: no readings'])
            self.assertEqual(len(errors), 10)
            self.assertTrue(all(line.startswith('temperature, C/1000: ') for line in errors))
            self.assertEqual(status, 0)

    def test_what_is_no_file(self):
        os.makedirs(self.path_of('load'))
        lines, errors, status = self.start_here('--count', '3').finish()
        self.assertEqual((lines, len(errors), status), (['load: no readings'], 3, 0))

    def test_bad_options(self):
        self.assertEqual(self.start_here('--count', '3').finish(),
                         ([], [f'There is no sensor in {self.folder}'], 1))
        for args in ['--count', '-1'], ['--tick', '0'], ['--none'], ['argument'], ['--count', 'x']:
            self.assertEqual(self.start_here(*args).finish()[2], 2, args)

    def test_interrupted(self):
        """On Ctrl-C it takes what is on the belt, and sums up."""
        for signum in signal.SIGINT, signal.SIGTERM:
            values = [n % 7 + 100 for n in range(25)]
            self.make_fifo('load')
            program = self.start_here()
            self.feed('load', *values)
            with open(self.path_of('load'), 'w'):  # it reads again, so the last one was put
                program.send_signal(signum)
                self.assertEqual(program.finish(), ([line_for('load', values)], [], 0))
            os.unlink(self.path_of('load'))


main()
