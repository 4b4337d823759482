"""Starts the real program on an empty data folder, and speaks HTTP to it. Standard library alone.

VIAGGIO_BINARY names the program; otherwise the newest build of this tree is taken.
"""
import base64
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITE_KEY = "ctestwritekey0000000000ab"
SECRET_KEY = "secret-of-the-scenario-tests"


def program():
    named = os.environ.get("VIAGGIO_BINARY")
    if named:
        return pathlib.Path(named)
    built = [p for p in ROOT.glob("build*/**/viaggio") if p.is_file() and os.access(p, os.X_OK)]
    return max(built, key=lambda p: p.stat().st_mtime, default=None)


def shared():
    folder = pathlib.Path(os.environ.get("VIAGGIO_SHARED", ROOT.parent / "shared"))
    return folder if folder.is_dir() else None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """One running `viaggio serve`; `with` ends it."""

    def __init__(self, folder=None, collect=False):
        self._own = tempfile.TemporaryDirectory(prefix="viaggio-scenario-") if folder is None else None
        self.folder = pathlib.Path(folder or self._own.name) / "data"
        self.port = free_port()
        self.collect_port = free_port() if collect else None
        self.process = None
        self.log = b""
        self.start()

    def start(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("VIAGGIO_")}
        env.update(VIAGGIO_WRITE_KEY=WRITE_KEY, VIAGGIO_SECRET_KEY=SECRET_KEY)
        command = [str(program()), "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{self.port}"]
        if self.collect_port:
            command += ["--collect", f"127.0.0.1:{self.collect_port}"]
        self.log_path = str(self.folder) + ".log"
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"serve ended with {self.process.returncode}: {self.output()}")
            try:
                if self.ask("GET", "/api/health").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("serve is not ready after 60 s")

    def output(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def restart(self, how=signal.SIGTERM):
        code = self.stop(how)
        self.start()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._own:
            self._own.cleanup()

    # ---- speaking ----
    def ask(self, method, path, body=None, headers=None, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        try:
            data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, body=data, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def read(self, path):
        return self.ask("GET", path, headers=secret())

    def post(self, path, body):
        return self.ask("POST", path, body, {**secret(), "Content-Type": "application/json"})

    def collect(self, path, body, port=None, **headers):
        return self.ask("POST", path, body, {**write(), **{k.replace("_", "-"): v for k, v in headers.items()}}, port)

    def events(self):
        lines = self.read("/api/export/events").body.splitlines()
        return [json.loads(line) for line in lines]

    def link_token(self):
        found = re.search(r"[?&]token=([A-Za-z0-9_-]+)", self.output())
        return found.group(1) if found else None


def secret():
    return {"Authorization": f"Bearer {SECRET_KEY}"}


def write():
    return {"Authorization": "Basic " + base64.b64encode(f"{WRITE_KEY}:".encode()).decode()}


def track(name, message_id, **more):
    return {"type": "track", "event": name, "messageId": message_id, **more}
