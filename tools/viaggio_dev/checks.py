"""The checks that are scripts: module directions, mission rows, documents. Each counts as one test."""

import sys

from .counts import Counts
from .shell import ROOT, run

SCRIPTS = ("check_layers", "check_mission", "check_docs")


def run_all():
    counts = Counts()
    for name in SCRIPTS:
        done = run([sys.executable, "-B", ROOT / "tools" / f"{name}.py", "--root", ROOT], check=False)
        if done.returncode == 0:
            counts.succeed()
        else:
            counts.fail(f"tools/{name}.py", f"python3 tools/{name}.py")
    return counts
