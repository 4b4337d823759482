"""Reading what the test runners report, and the closing line."""

import argparse
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from viaggio_dev import gtest, stamps, test_command, web_tests  # noqa: E402
from viaggio_dev.counts import Counts  # noqa: E402


def printed(work):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        result = work()
    return result, out.getvalue().splitlines()


class CountsTest(unittest.TestCase):
    def test_the_last_line_counts_and_failures_say_how_to_run_them(self):
        counts = Counts()
        counts.succeed()
        counts.fail("base_test: Text.Folds", "./dev test base_test Text.Folds")
        code, lines = printed(counts.report)
        self.assertEqual(lines[-1], "1 passed, 1 failed, 0 skipped")
        self.assertIn("./dev test base_test Text.Folds", "\n".join(lines))
        self.assertEqual(code, 1)

    def test_skips_are_always_counted_and_come_with_their_reason(self):
        counts = Counts(passed=3)
        self.assertEqual(printed(counts.report), (0, ["3 passed, 0 failed, 0 skipped"]))
        counts.skip("a", "no data")
        code, lines = printed(counts.report)
        self.assertEqual((code, lines[-1]), (0, "3 passed, 0 failed, 1 skipped"))
        self.assertIn("no data", lines[0])

    def test_nothing_run_is_no_success(self):
        self.assertEqual(printed(Counts().report)[0], 1)


class LongBrowserTest(unittest.TestCase):
    def test_long_browser_tests_run_when_asked_for_and_in_ci(self):
        plain = argparse.Namespace(all=False)
        self.assertFalse(test_command.every_browser_test(plain, None, None))
        self.assertTrue(test_command.every_browser_test(plain, "e2e", None))
        self.assertTrue(test_command.every_browser_test(plain, None, "Undo"))
        self.assertTrue(test_command.every_browser_test(argparse.Namespace(all=True), None, None))
        self.assertTrue(test_command.every_browser_test(argparse.Namespace(all=False, browser_all=True), None, None))


class GtestTest(unittest.TestCase):
    OUTPUT = """[ RUN      ] Uci.Totals
/x/uci_test.cc:12: Skipped
shared data is absent

[  SKIPPED ] Uci.Totals (0 ms)
[ RUN      ] Uci.Crash
"""

    def test_each_case_counts_once(self):
        results = {"testsuites": [{"name": "Uci", "testsuite": [
            {"name": "Ok", "status": "RUN", "result": "COMPLETED"},
            {"name": "Totals", "status": "RUN", "result": "SKIPPED"},
            {"name": "Bad", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "x"}]},
            {"name": "DISABLED_Later", "status": "NOTRUN", "result": "SUPPRESSED"},
        ]}]}
        counts = gtest.read_results(results, self.OUTPUT, "uci_test", lambda n: f"run {n}")
        self.assertEqual(counts.line(), "1 passed, 1 failed, 1 skipped")
        self.assertEqual(counts.failures, [("uci_test: Uci.Bad", "run Uci.Bad")])
        self.assertEqual(counts.skips, [("uci_test: Uci.Totals", "shared data is absent")])

    def test_a_crash_is_blamed_on_the_case_that_was_running(self):
        self.assertEqual(gtest.last_started(self.OUTPUT), "Uci.Crash")


class WebReportsTest(unittest.TestCase):
    def test_vitest(self):
        report = {"testResults": [
            {"name": str(web_tests.node.WEB / "src/a.test.ts"), "status": "failed", "assertionResults": [
                {"status": "passed", "fullName": "a b", "title": "b"},
                {"status": "failed", "fullName": "a c", "title": "c", "failureMessages": ["why"]},
                {"status": "pending", "fullName": "a d", "title": "d"}]},
            {"name": str(web_tests.node.WEB / "src/broken.test.ts"), "status": "failed", "assertionResults": []},
        ]}
        counts, _ = printed(lambda: web_tests.read_vitest(report))
        self.assertEqual(counts.line(), "1 passed, 2 failed, 1 skipped")
        self.assertEqual(counts.failures[0][0], "web/src/a.test.ts: a c")

    def test_playwright(self):
        def spec(title, status, **more):
            return {"title": title, "tests": [{"status": status, "projectName": "chromium", **more}]}

        report = {"suites": [{"title": "map.spec.ts", "specs": [spec("opens", "expected")], "suites": [
            {"title": "cells", "specs": [
                spec("drills", "unexpected", results=[{"errors": [{"message": "no cell"}]}]),
                spec("later", "skipped", annotations=[{"type": "skip", "description": "needs the demo"}])]}]}]}
        counts, lines = printed(lambda: web_tests.read_playwright(report))
        self.assertEqual(counts.line(), "1 passed, 1 failed, 1 skipped")
        self.assertEqual(counts.failures[0][0], "e2e/map.spec.ts > cells: drills [chromium]")
        self.assertEqual(counts.skips[0][1], "needs the demo")
        self.assertIn("no cell", lines)


class StampsTest(unittest.TestCase):
    def test_the_hash_sees_bytes_names_and_absence_but_not_what_was_built(self):
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            seen = [stamps.content_hash([here])]

            def now(changed):
                value = stamps.content_hash([here])
                (self.assertNotIn if changed else self.assertIn)(value, seen)
                seen.append(value)

            (here / "a").write_text("1")
            now(changed=True)
            (here / "a").write_text("2")
            now(changed=True)
            (here / "a").rename(here / "b")
            now(changed=True)
            (here / "node_modules").mkdir()
            (here / "node_modules" / "x").write_text("1")
            now(changed=False)
            self.assertNotEqual(stamps.content_hash([here / "gone"]), stamps.content_hash([]))


if __name__ == "__main__":
    unittest.main()
