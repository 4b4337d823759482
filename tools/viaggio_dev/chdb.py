"""libchdb.so, ClickHouse as a library, from its npm package into .deps/chdb/lib. Only benchmarks against it want it."""

import platform

from . import duckdb, node, packages, stamps
from .shell import DEPS, Failed

LIBRARY = DEPS / "chdb" / "lib" / "libchdb.so"
PACKAGE = "@chdb/lib-linux-x64-gnu"


def ensure():
    pinned = packages.wanted()["chdb"]
    value = stamps.content_hash([], pinned)
    if stamps.is_current("chdb", value) and LIBRARY.is_file():
        return LIBRARY
    if platform.machine() != "x86_64":
        raise Failed(f"no pinned libchdb for {platform.machine()}")
    node.ensure()
    duckdb.fetch(PACKAGE, pinned["library"], pinned["integrity"][PACKAGE], {"package/libchdb.so": LIBRARY})
    stamps.write("chdb", value)
    return LIBRARY
