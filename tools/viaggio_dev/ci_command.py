"""./dev ci: what must pass before a change is taken. It goes on after a failure, to tell everything at once."""

import argparse
import shutil
import time

from . import build_command, checks, cmake, format_command, gtest, lint_command, packages, run_command, test_command
from .counts import Counts
from .shell import ROOT, Failed, run, say

# The core modules whose cases also run under the address and undefined-behaviour sanitizers.
SANITIZED = ("base", "formats", "timeline", "profiles")
TIDY_SECONDS = 600


class Run:
    """The steps of one run, each timed and counted as one test beside the tests it holds."""

    def __init__(self):
        self.counts = Counts()
        self.times = []

    def step(self, name, work, rerun):
        say(f"\n== {name}")
        started = time.monotonic()
        try:
            result = work()
        except Failed as failure:
            say(f"FAILED: {failure}")
            self.counts.fail(name, rerun)
            return False
        finally:
            self.times.append((name, time.monotonic() - started))
        if isinstance(result, Counts):
            self.counts.add(result)
            return result.failed == 0
        if result:
            self.counts.fail(name, rerun)
            return False
        self.counts.succeed()
        return True

    def finish(self):
        say("")
        for name, seconds in self.times:
            say(f"{seconds:7.1f} s  {name}")
        return self.counts.report()


def sanitized_tests():
    cmake.configure("asan")
    here = [t for t in (f"{m}_test" for m in SANITIZED)
            if t in {p.rsplit("/", 1)[-1] for p in cmake.tests("asan")}]
    cmake.build("asan", *here)
    paths = [p for p in cmake.tests("asan") if p.rsplit("/", 1)[-1] in here]
    return gtest.run("asan", paths, environment={"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"})


def smoke():
    """The README's first line, on a small demo."""
    data = ROOT / ".data" / "ci"
    shutil.rmtree(data, ignore_errors=True)
    code = run_command.main(["--check", "--data", ".data/ci", "--customers", "500", "--days", "90"])
    shutil.rmtree(data, ignore_errors=True)
    return code


def configure_without_tests():
    """./dev run and ./dev build install no test package: the build must be described without them too."""
    run(["cmake", "-S", ROOT, "-B", ROOT / "build" / "without-tests", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
         "-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON"])


def all_tests():
    options = argparse.Namespace(filter=None, name=None, all=False, browser_all=True, update=False, preset="release")
    return test_command.everything(options)


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev ci", description=__doc__)
    parser.add_argument("--no-asan", action="store_true", help="leave the sanitized build out")
    parser.add_argument("--tidy", action="store_true", help="clang-tidy too (10 minutes)")
    options = parser.parse_args(argv)
    ci = Run()
    if not ci.step("packages", lambda: packages.ensure("build", "test", "browser", "lint"), "./dev doctor"):
        return ci.finish()
    ci.step("format", lambda: format_command.main(["--check"]), "./dev format --check")
    prepared = ci.step("configure and web app", lambda: build_command.prepare("release", True, ("build", "test")) and None,
                       "./dev build --all")
    if prepared:
        ci.step("configure without test packages", configure_without_tests, "./dev run --check")
    # Built before it is tested: one file that does not compile must not hide what the rest does.
    built = prepared and ci.step("build, warnings are errors", lambda: cmake.build("release"), "./dev build --all")
    if built:
        ci.step("tests", all_tests, "./dev test")
        ci.step("README: ./dev run", smoke, "./dev run --check")
    else:
        ci.step("checks", checks.run_all, "./dev test checks")
    if prepared:
        ci.step("ESLint", lint_command.eslint, "./dev web lint")
        if options.tidy:
            ci.step("clang-tidy", lambda: lint_command.tidy(lint_command.tidy_files(), TIDY_SECONDS), "./dev lint")
    if built and not options.no_asan:
        ci.step("core modules under ASan and UBSan", sanitized_tests, "./dev test cpp --preset asan")
    return ci.finish()
