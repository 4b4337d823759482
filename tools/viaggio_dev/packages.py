"""Debian packages: what tools/packages.toml lists and this machine lacks is installed, nothing else."""

import os
import pathlib
import shutil
import time
import tomllib

from .shell import ROOT, Failed, run, say

LIST = ROOT / "tools" / "packages.toml"
LISTS_DIR = pathlib.Path("/var/lib/apt/lists")
LOCK_WAIT_SECONDS = 600


def wanted():
    return tomllib.loads(LIST.read_text())


def installed_versions(names):
    """{name: version} of those that are installed."""
    if not names:
        return {}
    done = run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n", *names],
        check=False, capture=True, quiet=True,
    )
    found = {}
    for line in done.stdout.splitlines():
        parts = line.split()
        if len(parts) == 3 and parts[0] == "installed":
            found[parts[1]] = parts[2]
    return found


def names_of(groups):
    names = []
    for group in groups:
        if group == "npm" and shutil.which("npm"):
            continue  # one from elsewhere serves as well
        names += wanted()["apt"][group]
    return names


def missing(groups):
    names = names_of(groups)
    have = installed_versions(names)
    return [n for n in names if n not in have]


def as_root(command):
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        words = command[command.index("apt-get") + 1:]
        plain = [w for w in words if w != "-o" and "::" not in w]
        raise Failed("neither root nor sudo here. As root, do: apt-get " + " ".join(plain))
    return ["sudo", *([] if os.isatty(0) else ["-n"]), *command]


def apt_get(*arguments):
    """Runs apt-get and waits while another one holds its locks."""
    command = as_root(
        ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", f"DPkg::Lock::Timeout={LOCK_WAIT_SECONDS}",
         "-o", "Acquire::Retries=3", *arguments]
    )
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        done = run(command, check=False, capture=True)
        if done.returncode == 0 or "ould not get lock" not in done.stdout or time.monotonic() > deadline:
            return done
        say("another package manager holds the lock; trying again in 5 s")
        time.sleep(5)


def lists_are_fresh():
    """apt's lists exist and none was fetched more than a day ago."""
    files = [f for f in LISTS_DIR.glob("*_Packages*")]
    cache = pathlib.Path("/var/cache/apt/pkgcache.bin")
    newest = max((f.stat().st_mtime for f in [LISTS_DIR, cache] if f.exists()), default=0)
    return bool(files) and time.time() - newest < 86400


def ensure(*groups):
    """Installs what is missing of these groups; does nothing, fast, when nothing is."""
    absent = missing(groups)
    if not absent:
        return
    if not shutil.which("apt-get"):
        raise Failed("these packages are needed, and this is no Debian system: " + " ".join(absent))
    reasons = {n: why for group in groups for n, why in wanted()["apt"][group].items()}
    say(f"{len(absent)} Debian packages are missing:")
    for name in absent:
        say(f"  {name:<26} {reasons[name]}")
    say("installing them takes a minute or two")
    updated = False
    if not lists_are_fresh():
        apt_get("update", "-qq")
        updated = True
    install = ["install", "-y", "--no-install-recommends", "-q", *absent]
    done = apt_get(*install)
    if done.returncode != 0 and not updated:
        apt_get("update", "-qq")
        done = apt_get(*install)
    still = missing(groups)
    if done.returncode != 0 or still:
        say(done.stdout)
        raise Failed("could not install: " + " ".join(still or absent))
