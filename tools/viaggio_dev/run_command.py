"""./dev run: builds what changed, makes the demo data once, and serves it."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import build_command, cmake
from .shell import ROOT, Failed, run, say

DEMO = ".data/demo"
DEMO_FOLDERS = ROOT / ".data"  # what lies here was made by this command, so invented events may be added
START_SECONDS = 60


def split_address(listen):
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit():
        raise Failed(f"--listen wants HOST:PORT, not '{listen}'")
    return host, int(port)


def owner_of(port):
    """'viaggio (process 4711)', when this machine tells."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = pathlib.Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        sockets = {r.split()[9] for r in rows if r.split()[1].endswith(f":{port:04X}") and r.split()[3] == "0A"}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                links = [os.readlink(f) for f in (process / "fd").iterdir()]
                if any(f"socket:[{s}]" in links for s in sockets):
                    return f"{(process / 'comm').read_text().strip()} (process {process.name})"
            except OSError:
                continue
    return "another program"


def must_be_free(listen):
    host, port = split_address(listen)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Failed(
                f"{listen} is taken by {owner_of(port)}: {problem.strerror}. Stop it, or choose another port: "
                f"./dev run --listen {host}:{port + 1}") from problem


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_demo(data, extra):
    """The demo is made beside its place and moved there when whole, so that a broken-off run leaves nothing half done."""
    if (data / "FORMAT").exists():
        return
    if DEMO_FOLDERS not in data.resolve().parents:
        raise Failed(f"{data} is no data folder. The demo is made only below .data; for data of your own: "
                     f"build/release/viaggio serve --data {data}")
    if data.exists() and any(data.iterdir()):
        raise Failed(f"{data} is neither empty nor a data folder: move it away, or choose another with --data")
    half = data.with_name(data.name + ".making")
    shutil.rmtree(half, ignore_errors=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    run([cmake.program(), "demo", "--data", half, *extra])
    if data.exists():
        data.rmdir()
    half.rename(data)
    say(f"the demo data took {time.monotonic() - started:.0f} s")


def health(listen):
    try:
        with urllib.request.urlopen(f"http://{listen}/api/health", timeout=2) as answer:
            return json.load(answer)
    except (OSError, ValueError, urllib.error.URLError):
        return None


def check(command, listen):
    """Starts the server, waits for its health, stops it, and wants a clean end."""
    say("$ " + " ".join(str(c).removeprefix(f"{ROOT}/") for c in command))
    server = subprocess.Popen([str(c) for c in command], cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        started = time.monotonic()
        answer = None
        while answer is None:
            if server.poll() is not None:
                raise Failed(f"the server ended with {server.returncode} before it answered")
            if time.monotonic() > deadline:
                raise Failed(f"no answer on http://{listen}/api/health within {START_SECONDS} s")
            time.sleep(0.1)
            answer = health(listen)
        say(f"health after {time.monotonic() - started:.1f} s: {json.dumps(answer)}")
        if answer.get("status") != "ok":
            raise Failed("the server answers, but its status is not ok")
        with urllib.request.urlopen(f"http://{listen}/", timeout=5) as page:
            if b"<html" not in page.read(4000).lower():
                raise Failed(f"http://{listen}/ is no web page: is the web app embedded?")
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        try:
            code = server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            raise Failed("the server did not stop within 60 s of SIGTERM") from None
    if code != 0:
        raise Failed(f"the server ended with {code} after SIGTERM")


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev run", description=__doc__)
    parser.add_argument("--listen", default=os.environ.get("VIAGGIO_LISTEN", "127.0.0.1:8080"), metavar="HOST:PORT")
    parser.add_argument("--data", default=DEMO, metavar="DIR", help=f"data folder (default {DEMO})")
    parser.add_argument("--customers", help="size of the demo when it is made")
    parser.add_argument("--days", help="length of the demo when it is made")
    parser.add_argument("--seed", help="seed of the demo when it is made")
    parser.add_argument("--no-live", action="store_true", help="without the trickle of new events (folders outside .data never get it)")
    parser.add_argument("--check", action="store_true", help="start on a free port, see that it answers, stop")
    options = parser.parse_args(argv)
    listen = f"127.0.0.1:{free_port()}" if options.check else options.listen
    must_be_free(listen)
    build_command.prepare("release")
    cmake.build("release", "viaggio")
    data = ROOT / options.data
    sizes = [x for n in ("customers", "days", "seed") if getattr(options, n) for x in (f"--{n}", getattr(options, n))]
    make_demo(data, sizes)
    command = [cmake.program(), "serve", "--data", data, "--listen", listen]
    if DEMO_FOLDERS in data.resolve().parents and not options.no_live:
        command.append("--live")
    if options.check:
        check(command, listen)
        return 0
    say("$ " + " ".join(str(c).removeprefix(f"{ROOT}/") for c in command))
    os.chdir(ROOT)
    os.execv(command[0], [str(c) for c in command])
    return 1
