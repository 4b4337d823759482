#!/usr/bin/env python3
"""The developer's commands: ./dev COMMAND. One file in viaggio_dev/ per command; standard library only."""

import importlib
import sys

COMMANDS = {
    "doctor": "install what is missing and say what is here",
    "build": "build the program, release, with the web app inside",
    "test": "build and run every test",
    "format": "lay the code out (--check only looks)",
    "lint": "module directions, mission, documents, clang-tidy, ESLint",
    "bench": "build and run the benchmarks",
    "run": "build, make the demo data once, and serve it on 127.0.0.1:8080",
    "web": "work on the web app: ./dev web [dev|build|lint|typecheck|test|e2e|mock]",
    "ci": "all that must pass before a change is taken",
}


def usage():
    print("usage: ./dev COMMAND [options]      ./dev COMMAND --help tells more\n")
    for name, purpose in COMMANDS.items():
        print(f"  {name:<8} {purpose}")


def main(argv):
    if not argv or argv[0] in ("help", "-h", "--help"):
        usage()
        return 0 if argv else 2
    if argv[0] not in COMMANDS:
        print(f"dev: no command '{argv[0]}'\n", file=sys.stderr)
        usage()
        return 2
    from viaggio_dev.shell import Failed

    command = importlib.import_module(f"viaggio_dev.{argv[0]}_command")
    try:
        return command.main(argv[1:]) or 0
    except Failed as failure:
        print(f"dev: {failure}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
