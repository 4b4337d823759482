"""Running commands: each is printed before it runs, and a failing one stops the work with its command line."""

import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPS = ROOT / ".deps"


class Failed(Exception):
    """The work cannot go on; the text says why and, where possible, what to do."""


def say(text):
    print(text, flush=True)


def shown(command, env=None, cwd=None):
    """The command line as a person would type it."""
    parts = [f"{k}={shlex.quote(v)}" for k, v in (env or {}).items() if k != "PATH" and not k.startswith("npm_config_")]
    line = " ".join(parts + [shlex.quote(str(c)) for c in command])
    line = line.replace(str(ROOT) + "/", "").replace(sys.executable, "python3")
    if cwd and pathlib.Path(cwd) != ROOT:
        line = f"(cd {os.path.relpath(cwd, ROOT)} && {line})"
    return line


def run(command, env=None, cwd=ROOT, check=True, capture=False, quiet=False, timeout=None):
    """Prints and runs. `env` adds to the environment; `capture` returns stdout and stderr as one text."""
    command = [str(c) for c in command]
    if not quiet:
        say("$ " + shown(command, env, cwd))
    sys.stdout.flush()
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL if capture else None,
            stdout=subprocess.PIPE if capture else None,
            stderr=subprocess.STDOUT if capture else None,
            text=True,
            errors="replace",
            timeout=timeout,
        )
    except FileNotFoundError as missing:
        raise Failed(f"{command[0]}: not found") from missing
    if check and done.returncode != 0:
        if capture:
            say(done.stdout)
        raise Failed(f"exit {done.returncode}: {shown(command, env, cwd)}")
    return done


def jobs():
    """How many compilers at once: one a core, and 1.5 GB of memory for each."""
    if os.environ.get("VIAGGIO_JOBS"):
        return int(os.environ["VIAGGIO_JOBS"])
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, int(memory / 1.5e9)))
