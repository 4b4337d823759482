"""./dev web: the web app alone, with the pinned Node. Without a word: Vite's development server against ./dev run."""

import argparse

from . import node
from .shell import run

SCRIPTS = ("dev", "build", "lint", "typecheck", "test", "e2e", "mock")


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev web", description=__doc__)
    parser.add_argument("script", nargs="?", default="dev", choices=SCRIPTS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="goes to the script")
    options = parser.parse_args(argv)
    node.ensure_web_packages()
    rest = [r for r in options.rest if r != "--"]
    return run(["npm", "run", options.script, *(["--", *rest] if rest else [])], cwd=node.WEB,
               env=node.environment(), check=False).returncode
