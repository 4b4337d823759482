"""Which words of ./dev bench are for the command and which for the benchmark."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from viaggio_dev import bench_command  # noqa: E402


class BenchOptions(unittest.TestCase):
    def check(self, words, names, options):
        self.assertEqual(bench_command.names_of(words), names)
        self.assertEqual(bench_command.options_of(words), options)

    def test_options_need_no_dashes_before_them(self):
        self.check(["journeys", "--events", "5"], ["journeys"], ["--events", "5"])
        self.check(["journeys", "--", "--events", "5"], ["journeys"], ["--events", "5"])

    def test_peers_is_ours_wherever_it_stands(self):
        self.check(["journeys", "--events", "5", "--peers"], ["journeys", "--peers"], ["--events", "5"])
        self.check(["journeys", "--peers", "--events", "5"], ["journeys", "--peers"], ["--events", "5"])

    def test_names_alone(self):
        self.check(["timeline", "collect"], ["timeline", "collect"], [])
        self.check([], [], [])


if __name__ == "__main__":
    unittest.main()
