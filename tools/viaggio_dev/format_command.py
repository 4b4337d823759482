"""./dev format: lays out C++ with clang-format (--check only looks). The web app's layout is ESLint's business."""

import argparse

from . import cmake, packages
from .shell import ROOT, run, say

BATCH = 100


def badly_laid_out(files):
    """Those files that clang-format would change."""
    bad = []
    for start in range(0, len(files), BATCH):
        batch = files[start:start + BATCH]
        done = run(["clang-format-16", "--dry-run", "-Werror", *batch], check=False, capture=True, quiet=True)
        bad += [f for f in batch if f"{f}:" in done.stdout]
    return bad


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev format", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something would change")
    parser.add_argument("files", nargs="*", help="default: all of src, tests and bench")
    options = parser.parse_args(argv)
    packages.ensure("lint")
    files = options.files or cmake.sources(".h", ".cc")
    if not files:
        say("no C++ file")
        return 0
    say(f"$ clang-format-16 {'--dry-run -Werror' if options.check else '-i'} ({len(files)} files)")
    if not options.check:
        for start in range(0, len(files), BATCH):
            run(["clang-format-16", "-i", *files[start:start + BATCH]], quiet=True)
        return 0
    bad = badly_laid_out([str(f) for f in files])
    for file in bad:
        say(f"not laid out: {file.removeprefix(str(ROOT) + '/')}   (./dev format)")
    return 1 if bad else 0
