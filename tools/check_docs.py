#!/usr/bin/env python3
"""Checks the documents: every relative link and every `./dev` command they name exists, and ARCHITECTURE.md knows each module.

Also: each dependency of tools/packages.toml stands in docs/decisions with its reason.
"""

import argparse
import json
import pathlib
import re
import sys
import tomllib

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
DEV = re.compile(r"\./dev ([a-z]+)")
SKIPPED_FOLDERS = {"node_modules", ".deps", ".data", "build", "dist", ".git", "test-results"}


def documents(root):
    return sorted(f for f in root.rglob("*.md") if not SKIPPED_FOLDERS & set(f.relative_to(root).parts))


def anchors(text):
    """The anchors of a document's headings, as web forges make them."""
    return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.M)}


def check_links(root, file, text):
    problems = []
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        other = (file.parent / path).resolve() if path else file
        if not other.exists():
            problems.append(f"{file.relative_to(root)}: the link {target} leads nowhere")
        elif anchor and other.suffix == ".md" and anchor not in anchors(other.read_text()):
            problems.append(f"{file.relative_to(root)}: {target}: no such heading")
    return problems


def commands(root):
    text = (root / "tools" / "dev.py").read_text()
    return set(re.findall(r'^    "([a-z]+)":', text, re.M)) | {"help"}


def check(root):
    problems, known = [], commands(root)
    for file in documents(root):
        text = file.read_text(errors="replace")
        problems += check_links(root, file, text)
        problems += [f"{file.relative_to(root)}: there is no ./dev {word}" for word in sorted(set(DEV.findall(text)) - known)]
    architecture = (root / "docs" / "ARCHITECTURE.md").read_text()
    for module in json.loads((root / "layers.json").read_text())["modules"]:
        if f"`{module}`" not in architecture:
            problems.append(f"docs/ARCHITECTURE.md does not know the module `{module}`: say which question it answers")
    decided = "".join(f.read_text() for f in (root / "docs" / "decisions").glob("*.md"))
    listed = tomllib.loads((root / "tools" / "packages.toml").read_text())["apt"]
    for name in {n for group in listed.values() for n in group}:
        if f"`{name}`" not in decided:
            problems.append(f"docs/decisions says nothing of `{name}`: give the reason for the dependency")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    problems = check(parser.parse_args().root.resolve())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
