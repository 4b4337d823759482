#!/usr/bin/env python3
"""Enforces layers.json over src/: who may include whom, and which outside libraries.

A module may include itself, the modules in its "uses", and what those may use in turn. A use points to a lower layer, or to
the same layer when it is listed; never upwards, never in a circle. An outside library's header may be included only by a
module that names the library. Tests (*_test.cc) may also include GoogleTest and the libraries of the modules they reach.
Exit 0: all well. Exit 1: each violation with its place and its fix. Exit 2: layers.json itself cannot be read.
"""

import argparse
import json
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# The headers by which an outside library is known. A library that layers.json names must be here.
HEADERS = {
    "boost": ("boost/",),
    "cli11": ("CLI/",),
    "date": ("date/",),
    "duckdb": ("duckdb.h", "duckdb/"),
    "expected": ("tl/expected.hpp",),
    "fmt": ("fmt/",),
    "icu": ("unicode/",),
    "nlohmann": ("nlohmann/",),
    "openssl": ("openssl/",),
    "phonenumber": ("phonenumbers/",),
    "pugixml": ("pugixml.hpp", "pugiconfig.hpp"),
    "nlopt": ("nlopt.h",),
    "re2": ("re2/",),
    "roaring": ("roaring/",),
    "rocksdb": ("rocksdb/",),
    "simdjson": ("simdjson.h",),
    "soci": ("soci/",),
    "spdlog": ("spdlog/",),
    "sqlite": ("sqlite3.h",),
    "tomlplusplus": ("toml++/",),
    "zlib": ("zlib.h",),
    "zstd": ("zstd.h", "zstd_errors.h", "zdict.h"),
}
TEST_HEADERS = ("gtest/", "gmock/")


def library_of(header):
    """The library's name, "" for the language's own and the system's headers, None for an unknown one."""
    for library, starts in HEADERS.items():
        if any(header == s or (s.endswith("/") and header.startswith(s)) for s in starts):
            return library
    if "/" not in header or header.startswith(("sys/", "netinet/", "arpa/", "linux/", "cxxabi")):
        return ""
    return None


def closure(modules, name, above=()):
    """All that a module may reach through its uses."""
    reached = set()
    for used in modules[name]["uses"]:
        if used in modules and used not in above:
            reached |= {used} | closure(modules, used, (*above, name))
    return reached


def circles(modules):
    """Each circle of uses once, as a list of names."""
    found, done = [], set()

    def visit(name, path):
        if name in path:
            ring = path[path.index(name):]
            if not any(set(ring) == set(other) for other in found):
                found.append(ring)
            return
        if name in done:
            return
        for used in modules[name]["uses"]:
            if used in modules:
                visit(used, [*path, name])
        done.add(name)

    for name in modules:
        visit(name, [])
    return found


def check_description(modules):
    """What is wrong with layers.json itself."""
    problems = []
    for name, module in modules.items():
        for key, kind in (("layer", int), ("uses", list), ("libraries", list), ("purpose", str)):
            if not isinstance(module.get(key), kind):
                problems.append(f"layers.json: {name}: \"{key}\" is missing or no {kind.__name__}")
        if any(p.startswith(f"layers.json: {name}:") for p in problems):
            continue
        for used in module["uses"]:
            if used not in modules:
                problems.append(f"layers.json: {name} uses {used}, which is no module: add it, or drop the use")
            elif modules[used].get("layer", 0) > module["layer"]:
                problems.append(
                    f"layers.json: {name} (layer {module['layer']}) uses {used} (layer {modules[used]['layer']}): uses point "
                    f"downwards; move the shared part below both, or hand it in as a parameter")
        for library in module["libraries"]:
            if library not in HEADERS:
                problems.append(f"layers.json: {name} names the library {library}, whose headers tools/check_layers.py does "
                                f"not know: add it to HEADERS there")
    if not problems:
        for ring in circles(modules):
            problems.append("layers.json: a circle: " + " -> ".join([*ring, ring[0]]) + ": take one of these uses out")
    return problems


def module_of(modules, path):
    """The longest module name that the path lies in (journey/funnel before journey)."""
    parts = path.split("/")[:-1]
    for length in range(len(parts), 0, -1):
        name = "/".join(parts[:length])
        if name in modules:
            return name
    return None


def check_file(modules, allowed, path, text):
    """What is wrong with the includes of one file; `path` is relative to src."""
    name = module_of(modules, path)
    if name is None:
        return [f"src/{path}: lies in no module: add its folder to layers.json, or move the file"]
    problems = []
    is_test = path.endswith("_test.cc")
    for match in INCLUDE.finditer(text):
        bracket, header = match.groups()
        place = f"src/{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        if bracket == '"':
            if header.startswith("."):
                problems.append(f"{place}: \"{header}\": write includes from src, as \"module/file.h\"")
                continue
            target = module_of(modules, header)
            if target is None:
                problems.append(f"{place}: \"{header}\" names no module of layers.json; outside headers go in <>")
            elif target != name and target not in allowed[name]:
                problems.append(
                    f"{place}: {name} may not include {target} ({header}): add \"{target}\" to the uses of {name} in "
                    f"layers.json if that points downwards, else move the shared part below both")
            continue
        library = library_of(header)
        if header.startswith(TEST_HEADERS):
            if not is_test and "/testing/" not in f"/{path}" and not path.endswith("_testing.h"):
                problems.append(f"{place}: <{header}>: only tests may include GoogleTest")
        elif library is None:
            problems.append(f"{place}: <{header}> belongs to no known library: add it to HEADERS in tools/check_layers.py")
        elif library and library not in reach_libraries(modules, name, allowed, is_test):
            owners = sorted(m for m in modules if library in modules[m]["libraries"])
            problems.append(
                f"{place}: {name} may not include <{header}>: go through {' or '.join(owners) or 'a module that owns it'}, or "
                f"add \"{library}\" to the libraries of {name} in layers.json")
    return problems


def reach_libraries(modules, name, allowed, is_test):
    """The libraries a file may include itself. base's text and error libraries are everyone's: its headers hand them out."""
    own = set(modules[name]["libraries"])
    if "base" in allowed[name] and "base" in modules:
        own |= set(modules["base"]["libraries"]) & {"expected", "fmt", "spdlog", "date"}
    if is_test:  # a test may look at what lies below through the same library
        for used in allowed[name]:
            own |= set(modules[used]["libraries"])
    return own


def check(root):
    modules = json.loads((root / "layers.json").read_text())["modules"]
    problems = check_description(modules)
    if problems:
        return problems
    allowed = {name: closure(modules, name) for name in modules}
    files = sorted(f for f in (root / "src").rglob("*") if f.suffix in (".h", ".cc") and f.is_file())
    for file in files:
        path = file.relative_to(root / "src").as_posix()
        problems += check_file(modules, allowed, path, file.read_text(errors="replace"))
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    root = parser.parse_args().root
    try:
        problems = check(root)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        print(f"check_layers: cannot read {root}/layers.json: {wrong!r}", file=sys.stderr)
        return 2
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"check_layers: {len(problems)} violations of layers.json", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
