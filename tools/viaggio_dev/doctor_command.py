"""./dev doctor: installs what is missing and says what is here."""

import argparse
import os
import platform
import shutil

from . import duckdb, node, packages
from .shell import ROOT, Failed, jobs, run, say

GROUPS = ("build", "test", "browser", "lint")


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    free = shutil.disk_usage(ROOT).free / 2**30
    say(f"machine   {platform.machine()}, {len(os.sched_getaffinity(0))} cores ({jobs()} compilers at once), "
        f"{memory:.0f} GB memory, {free:.0f} GB free here")
    if free < 6:
        say("          less than 6 GB free: a whole build with its tests needs about that")


def debian_packages():
    have = packages.installed_versions(packages.names_of(GROUPS))
    for group in GROUPS:
        for name, reason in packages.wanted()["apt"][group].items():
            say(f"{group:<9} {name:<26} {have.get(name, 'MISSING'):<24} {reason}")


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev doctor", description=__doc__)
    parser.add_argument("--check", action="store_true", help="install nothing; fail when something is missing")
    options = parser.parse_args(argv)
    machine()
    if options.check:
        debian_packages()
        absent = packages.missing(GROUPS)
        absent += [] if all(f.is_file() for f in duckdb.FILES) else ["DuckDB"]
        absent += [] if (node.BIN / "node").exists() else ["Node"]
        if absent:
            raise Failed("missing: " + " ".join(absent) + "   (./dev doctor installs them)")
    else:
        packages.ensure(*GROUPS)
        debian_packages()
        duckdb.ensure()
        node.ensure_web_packages()
    say(f"node      {run([node.BIN / 'node', '--version'], capture=True, quiet=True).stdout.strip()} in .deps/node")
    say(f"duckdb    {packages.wanted()['duckdb']['library']} in .deps/duckdb")
    say("all there")
