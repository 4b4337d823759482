#!/usr/bin/env python3
"""Holds docs/mission.md to tools/mission_rows.txt: every row there once, none invented, and every path it names exists.

A row is `| id | item | where it lives | how it was tried |`. Where it lives and how it was tried are both `open`, or neither.
Paths stand in backticks; a route (`GET /api/...`), a command (`./dev ...`, `viaggio ...`) or a word without a slash is no path.
"""

import argparse
import pathlib
import re
import sys

ROW = re.compile(r"^\|\s*([A-Z]+-?\d+[a-z]?)\s*\|(.*)\|\s*$")
QUOTED = re.compile(r"`([^`]+)`")


def wanted_ids(text):
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def is_path(word):
    """src/map/map.cc:12 or docs/events/: yes. GET /api/health, viaggio check: no."""
    return "/" in word and not word.startswith(("/", "./", "http")) and " " not in word


def check_row(root, number, name, cells):
    place = f"docs/mission.md:{number}: {name}"
    if len(cells) != 3 or not all(cells):
        return [f"{place}: wants id, item, where it lives, how it was tried"]
    _, where, tried = cells
    if (where == "open") != (tried == "open"):
        return [f"{place}: where it lives and how it was tried are both open, or neither is"]
    problems = []
    for word in QUOTED.findall(where + " " + tried):
        path = word.split(":")[0]
        if is_path(path) and not (root / path).exists():
            problems.append(f"{place}: {path} does not exist: correct the path, or reopen the row")
    if where != "open" and not QUOTED.findall(where):
        problems.append(f"{place}: where it lives names no file, route or command in backticks")
    return problems


def check(root):
    """(problems, rows, open rows)."""
    wanted = wanted_ids((root / "tools" / "mission_rows.txt").read_text())
    problems, seen, still_open = [], set(), 0
    for number, line in enumerate((root / "docs" / "mission.md").read_text().splitlines(), 1):
        match = ROW.match(line)
        if not match:
            continue
        name = match[1]
        cells = [c.strip() for c in match[2].split("|")]
        if name not in wanted:
            problems.append(f"docs/mission.md:{number}: {name} is no row of the mission")
        if name in seen:
            problems.append(f"docs/mission.md:{number}: {name} stands twice")
        seen.add(name)
        problems += check_row(root, number, name, cells)
        still_open += cells[1:2] == ["open"]
    problems += [f"docs/mission.md: row {name} is missing: put it back" for name in wanted if name not in seen]
    return problems, len(wanted), still_open


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    problems, rows, still_open = check(parser.parse_args().root)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"mission: {rows} rows, {rows - still_open} done, {still_open} open")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
