"""./dev build: the release program with the web app inside."""

import argparse

from . import cmake, duckdb, node, packages
from .shell import ROOT, run, say


def prepare(preset, with_web=True, groups=("build",)):
    """Everything that a build of this preset needs, then its configuration."""
    packages.ensure(*groups)
    duckdb.ensure()
    dist = node.build_web() if with_web else None
    return cmake.configure(preset, dist)


def make_package():
    """The .deb, into build/release."""
    packages.ensure("package")
    run(["cpack", "-G", "DEB", "--config", cmake.folder("release") / "CPackConfig.cmake",
         "-B", cmake.folder("release")])
    for deb in sorted(cmake.folder("release").glob("*.deb")):
        say(str(deb.relative_to(ROOT)))


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev build", description=__doc__)
    parser.add_argument("targets", nargs="*", help="CMake targets (default: the program)")
    parser.add_argument("--preset", default="release", choices=["release", "debug", "asan", "tsan"])
    parser.add_argument("--all", action="store_true", help="tests and benchmarks too")
    parser.add_argument("--no-web", action="store_true", help="leave the web app out")
    parser.add_argument("--deb", action="store_true", help="make the Debian package")
    options = parser.parse_args(argv)
    groups = ("build", "test") if options.all or options.targets else ("build",)
    prepare(options.preset, not options.no_web and options.preset == "release", groups)
    targets = options.targets or ([] if options.all else ["viaggio"])
    cmake.build(options.preset, *targets)
    if not options.targets:
        cmake.report_sizes(options.preset)
    if options.deb:
        make_package()
