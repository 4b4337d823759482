"""./dev bench: builds and runs the benchmarks in bench/; each checks its own answers."""

import argparse
import pathlib

from . import build_command, chdb, cmake
from .shell import Failed, run, say

PEERS = "bench/peers_bench"
OURS = ("-h", "--help", "--peers")


def names_of(argv):
    """What is for this command: names up to the first option of a benchmark, and our own options."""
    cut = next((i for i, a in enumerate(argv) if a.startswith("-") and a not in OURS), len(argv))
    return argv[:cut] + [a for a in argv[cut:] if a == "--peers"]


def options_of(argv):
    """What is for the benchmarks, with or without -- before it."""
    cut = next((i for i, a in enumerate(argv) if a.startswith("-") and a not in OURS), len(argv))
    return [a for a in argv[cut:] if a not in ("--", "--peers")]


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__,
                                     epilog="Every other option, and what stands after --, goes to the benchmarks, "
                                            "e.g. ./dev bench timeline --events 1000000")
    parser.add_argument("names", nargs="*", help="parts of names (default: all but the peers)")
    parser.add_argument("--peers", action="store_true",
                        help="with journeys: the same questions of DuckDB and embedded ClickHouse (fetches libchdb)")
    options, passed_on = parser.parse_args(names_of(argv)), options_of(argv)
    build_command.prepare("release", groups=("build", "test"))  # some check against the naive reference
    paths = [p for p in cmake.executables("release") if p.startswith("bench/")]
    if options.peers:
        chosen = [p for p in paths if p == PEERS]
        passed_on = ["--clickhouse", str(chdb.ensure()), *passed_on]
    else:
        chosen = [p for p in paths if (p != PEERS if not options.names else any(n in p for n in options.names))]
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
