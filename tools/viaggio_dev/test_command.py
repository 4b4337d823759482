"""./dev test: builds and runs everything that tests, and ends with one line of counts."""

import argparse
import pathlib

from . import build_command, checks, cmake, gtest, node, packages, python_tests, web_tests
from .counts import Counts
from .shell import ROOT, Failed, say

SUITES = ("checks", "tools", "cpp", "web", "e2e")


def binaries_named(preset, name):
    """The test binaries that a word means: identity_test, identity or journey/funnel."""
    target = name.replace("/", "_")
    return [p for p in cmake.tests(preset) if pathlib.Path(p).name in (target, target + "_test")]


def test_environment(options):
    env = {"VIAGGIO_BINARY": str(cmake.folder(options.preset) / "viaggio")}
    if options.preset == "tsan":
        env["TSAN_OPTIONS"] = f"suppressions={ROOT}/cmake/tsan.supp"
    if options.all:
        env["VIAGGIO_TEST_ALL"] = "1"
    if options.update:
        env["VIAGGIO_TEST_UPDATE"] = "1"
    return env


def cpp(options, name=None, pattern=None):
    """Builds the C++ tests (or those of one binary) and runs the cases that match."""
    paths = binaries_named(options.preset, name) if name else cmake.tests(options.preset)
    if name and not paths:
        raise Failed(f"no test binary '{name}'; there are: " + " ".join(pathlib.Path(p).name for p in cmake.tests(options.preset)))
    targets = [pathlib.Path(p).name for p in paths]
    if "viaggio" in cmake.executables(options.preset):
        targets.append("viaggio")
    if not targets:
        raise Failed("the build has no C++ test")
    cmake.build(options.preset, *targets)
    glob = None
    if pattern:
        glob = pattern if "*" in pattern or "." in pattern else f"*{pattern}*"
    return gtest.run(options.preset, paths, glob, test_environment(options), options.all)


def web_and_browser(options, suite=None, pattern=None):
    counts = Counts()
    node.ensure_web_packages()
    if suite in (None, "web"):
        if not pattern:
            counts.add(web_tests.typecheck())
        counts.add(web_tests.vitest(pattern))
    if suite in (None, "e2e"):
        counts.add(web_tests.playwright(pattern, test_environment(options), every_browser_test(options, suite, pattern)))
    return counts


def every_browser_test(options, suite, pattern):
    """The long ones too: when they are asked for by name, with --all, and in ./dev ci."""
    return bool(suite or pattern or options.all or getattr(options, "browser_all", False))


def everything(options, pattern=None):
    """All suites. A pattern keeps the tests whose name holds it."""
    counts = Counts()
    if not pattern:
        counts.add(checks.run_all())
    counts.add(python_tests.run(pattern))
    counts.add(cpp(options, None, pattern))
    if options.preset == "release":
        counts.add(web_and_browser(options, None, pattern))
    return counts


def chosen(options):
    first, pattern = options.filter, options.name
    if first is None:
        return everything(options)
    if first == "checks":
        return checks.run_all()
    if first == "tools":
        return python_tests.run(pattern)
    if first == "cpp":
        return cpp(options, None, pattern)
    if first in ("web", "e2e"):
        return web_and_browser(options, first, pattern)
    if binaries_named(options.preset, first):
        return cpp(options, first, pattern)
    if pattern:
        raise Failed(f"'{first}' is neither a suite ({' '.join(SUITES)}) nor a test binary or module")
    return everything(options, first)


def run(options):
    needs_build = options.filter not in ("checks", "tools", "web")
    if needs_build:
        packages.ensure("build", "test", *(["browser"] if options.filter in (None, "e2e") else []))
        build_command.prepare(options.preset, options.preset == "release", ("build", "test"))
    return chosen(options)


def main(argv):
    parser = argparse.ArgumentParser(
        prog="./dev test", description=__doc__,
        epilog="FILTER is a suite (%s), a test binary or module (identity, journey/funnel), or a part of a test's name; "
        "after the first two, NAME is the part of the name." % ", ".join(SUITES))
    parser.add_argument("filter", nargs="?", metavar="FILTER")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--all", action="store_true", help="long random runs (VIAGGIO_TEST_ALL=1) and long browser tests too")
    parser.add_argument("--update", action="store_true", help="golden scripts: write what came out (VIAGGIO_TEST_UPDATE=1)")
    parser.add_argument("--preset", default="release", choices=["release", "debug", "asan", "tsan"])
    options = parser.parse_args(argv)
    counts = run(options)
    say("")
    return counts.report()
