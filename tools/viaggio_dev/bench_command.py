"""./dev bench: builds and runs the benchmarks in bench/; each checks its own answers."""

import argparse
import pathlib

from . import build_command, cmake
from .shell import Failed, run, say


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__,
                                     epilog="What stands after -- goes to the benchmarks, e.g. ./dev bench timeline -- --events 1000000")
    parser.add_argument("names", nargs="*", help="parts of names (default: all)")
    cut = argv.index("--") if "--" in argv else len(argv)
    options, passed_on = parser.parse_args(argv[:cut]), argv[cut + 1:]
    build_command.prepare("release", groups=("build", "test"))  # some check against the naive reference
    paths = [p for p in cmake.executables("release") if p.startswith("bench/")]
    chosen = [p for p in paths if not options.names or any(n in p for n in options.names)]
    if not chosen:
        raise Failed("no such benchmark; there are: " + (" ".join(pathlib.Path(p).name for p in paths) or "none"))
    cmake.build("release", *(pathlib.Path(p).name for p in chosen))
    failed = []
    for path in chosen:  # one after the other: they must not share the cores
        if run([cmake.folder("release") / path, *passed_on], check=False).returncode:
            failed.append(path)
    for path in failed:
        say(f"FAILED {path}")
    return 1 if failed else 0
