"""./dev lint: module directions, mission rows, documents, ESLint, clang-tidy."""

import argparse
import concurrent.futures
import hashlib
import json
import time

from . import build_command, checks, cmake, node, packages, stamps
from .counts import Counts
from .shell import DEPS, ROOT, jobs, run, say

# clang-tidy takes 5 to 20 seconds a file: where a mistake costs most comes first, and a budget ends it.
FIRST = ("src/base/", "src/timeline/", "src/identity/", "src/model/", "src/select/", "src/journey/", "src/ingest/")


def tidy_files():
    """Our sources that the build knows, tests left out, the most important modules first."""
    commands = json.loads((cmake.folder("release") / "compile_commands.json").read_text())
    names = sorted({c["file"] for c in commands})
    own = [n.removeprefix(f"{ROOT}/") for n in names if n.startswith(f"{ROOT}/src/") and not n.endswith("_test.cc")]
    return sorted(own, key=lambda n: (next((i for i, f in enumerate(FIRST) if n.startswith(f)), len(FIRST)), n))


def headers_hash():
    return stamps.content_hash([*cmake.sources(".h"), ROOT / ".clang-tidy"])


def tidy_one(name, headers):
    """(name, findings or None). A file that was clean with the same headers is not read again."""
    key = hashlib.sha256((ROOT / name).read_bytes() + headers.encode()).hexdigest()
    mark = DEPS / "tidy" / key
    if mark.exists():
        return name, None
    done = run(
        ["clang-tidy-16", "-p", cmake.folder("release"), "--quiet", "--extra-arg=-Wno-error",
         "--extra-arg=-Wno-unknown-warning-option", name],
        check=False, capture=True, quiet=True,
    )
    if done.returncode == 0:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        return name, None
    return name, done.stdout


def tidy(files, budget):
    """Each file is one check. What the budget leaves out is named, not hidden."""
    counts, left_out = Counts(), []
    headers = headers_hash()
    deadline = time.monotonic() + budget

    def unless_late(name):
        return (name, "late") if time.monotonic() > deadline else tidy_one(name, headers)

    say(f"$ clang-tidy-16 -p build/release ({len(files)} files, at most {budget} s)")
    with concurrent.futures.ThreadPoolExecutor(jobs()) as pool:
        for name, findings in pool.map(unless_late, files):
            if findings is None:
                counts.succeed()
            elif findings == "late":
                left_out.append(name)
            else:
                say(findings)
                counts.fail(f"clang-tidy {name}", f"./dev lint {name}")
    if left_out:
        say(f"clang-tidy: the {budget} s were over before these {len(left_out)} files: " + " ".join(left_out))
    return counts


def eslint():
    counts = Counts()
    node.ensure_web_packages()
    done = run(["npm", "run", "--silent", "lint"], cwd=node.WEB, env=node.environment(), check=False)
    if done.returncode == 0:
        counts.succeed()
    else:
        counts.fail("web: eslint", "./dev web lint")
    return counts


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    parser.add_argument("files", nargs="*", help="only clang-tidy, only these .cc files")
    parser.add_argument("--budget", type=int, default=3600, metavar="S", help="seconds for clang-tidy (default 3600)")
    options = parser.parse_args(argv)
    packages.ensure("lint")
    build_command.prepare("release", True, ("build", "test"))
    counts = Counts()
    if not options.files:
        counts.add(checks.run_all())
        counts.add(eslint())
    counts.add(tidy(options.files or tidy_files(), options.budget))
    return counts.report()
