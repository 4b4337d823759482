"""Node 22 and npm, pinned, from the npm registry into .deps/node; the web app's packages by lock file."""

import json
import os
import platform
import shutil

from . import packages, stamps
from .shell import DEPS, ROOT, Failed, run

HOME = DEPS / "node"
BIN = HOME / "node_modules" / ".bin"
WEB = ROOT / "web"
# npm must neither ask nor advertise, whatever the user's own settings are.
QUIET = {"npm_config_fund": "false", "npm_config_audit": "false", "npm_config_update_notifier": "false"}


def platform_name():
    names = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}
    machine = platform.machine()
    if machine not in names:
        raise Failed(f"no Node for {machine} in the npm registry")
    return names[machine]


def environment():
    """What a command needs so that `node` and `npm` are the pinned ones."""
    return {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **QUIET}


def ensure():
    """Fetches Node and npm when another version, or none, is in .deps/node."""
    pinned = packages.wanted()["node"]
    package = f"node-{platform_name()}"
    value = stamps.content_hash([], package, pinned["version"], pinned["npm"])
    if stamps.is_current("node", value) and (BIN / "node").exists() and (BIN / "npm").exists():
        return
    packages.ensure("npm")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    (HOME / "package.json").write_text(json.dumps({"private": True}))
    run(["npm", "install", "--no-save", "--no-package-lock", "--ignore-scripts", "--loglevel=error",
         f"{package}@{pinned['version']}", f"npm@{pinned['npm']}"], cwd=HOME, env=QUIET)
    if not (BIN / "node").exists():
        (BIN / "node").symlink_to(HOME / "node_modules" / package / "bin" / "node")
    found = run([BIN / "node", "--version"], capture=True).stdout.strip()
    if found != f"v{pinned['version']}":
        raise Failed(f"fetched Node {found}, wanted v{pinned['version']}")
    stamps.write("node", value)


def ensure_web_packages():
    """npm ci in web/, only when the lock file, the Node version or the result has changed."""
    ensure()
    lock = WEB / "package-lock.json"
    if not lock.is_file():
        raise Failed("web/package-lock.json is missing: it pins the web app's packages")
    value = stamps.content_hash([lock, WEB / "package.json", WEB / ".npmrc"], packages.wanted()["node"])
    if stamps.is_current("web-packages", value) and (WEB / "node_modules").is_dir():
        return
    run(["npm", "ci", "--loglevel=error"], cwd=WEB, env=environment())
    stamps.write("web-packages", value)


def build_web():
    """web/dist, only when a source of it has changed. Returns its folder."""
    ensure_web_packages()
    value = stamps.content_hash([WEB, ROOT / "docs" / "api"], packages.wanted()["node"])
    if not (stamps.is_current("web-dist", value) and (WEB / "dist" / "index.html").is_file()):
        run(["npm", "run", "build"], cwd=WEB, env=environment())
        stamps.write("web-dist", value)
    return WEB / "dist"
