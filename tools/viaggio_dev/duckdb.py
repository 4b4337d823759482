"""libduckdb.so and duckdb.h of one release, from npm packages, into .deps/duckdb/{lib,include}."""

import base64
import hashlib
import pathlib
import platform
import shutil
import tarfile
import tempfile

from . import node, packages, stamps
from .shell import DEPS, Failed, run

HOME = DEPS / "duckdb"
LIBRARY = HOME / "lib" / "libduckdb.so"
HEADER = HOME / "include" / "duckdb.h"
LICENSE = HOME / "LICENSE"
FILES = (LIBRARY, HEADER, LICENSE)


def fetch(package, version, integrity, members):
    """Takes files ({member: target}) out of one npm package whose hash is known."""
    with tempfile.TemporaryDirectory() as folder:
        run(["npm", "pack", f"{package}@{version}", "--pack-destination", folder, "--loglevel=error"],
            env=node.environment(), capture=True)
        (archive,) = pathlib.Path(folder).glob("*.tgz")
        digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != integrity:
            raise Failed(f"{package}@{version} has another hash than tools/packages.toml says: {digest}")
        with tarfile.open(archive) as tar:
            for member, target in members.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                fresh = target.with_name(target.name + ".new")
                with tar.extractfile(member) as source, open(fresh, "wb") as out:
                    shutil.copyfileobj(source, out)
                fresh.rename(target)


def ensure():
    pinned = packages.wanted()["duckdb"]
    value = stamps.content_hash([], pinned)
    if stamps.is_current("duckdb", value) and all(f.is_file() for f in FILES):
        return
    if platform.machine() != "x86_64":
        raise Failed(f"no pinned DuckDB for {platform.machine()}: put libduckdb.so into .deps/duckdb/lib and duckdb.h into "
                     ".deps/duckdb/include, or install them where CMake finds them")
    node.ensure()
    hashes = pinned["integrity"]
    library = "@duckdb/node-bindings-linux-x64"
    fetch(library, pinned["library"], hashes[library],
          {"package/libduckdb.so": LIBRARY, "package/LICENSE": LICENSE})
    fetch("duckdb", pinned["header"], hashes["duckdb"], {"package/src/duckdb/src/include/duckdb.h": HEADER})
    stamps.write("duckdb", value)
