"""Turns files into C++ sources, so that one binary holds them.

embed.py contract OPENAPI.yaml OUT.cc        the HTTP contract as JSON text
embed.py vocabulary EVENTS.json OUT.cc       the display names of the event vocabulary
embed.py webui DIST_FOLDER OUT.cc            every file of the built web app, plain and gzipped
An empty DIST_FOLDER makes a source that holds no files.
"""
import gzip
import hashlib
import json
import mimetypes
import os
import re
import sys

import yaml_subset

# What the system's mime table may lack or name otherwise.
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")


def literal(data):
    """The bytes as adjacent string literals (a compiler limits the length of one)."""
    out = []
    for at in range(0, len(data), 96):
        text = "".join(
            chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in data[at : at + 96]
        )
        out.append(f'"{text}"')
    return "\n".join(out) or '""'


def write_if_changed(path, text):
    if os.path.exists(path):
        with open(path, encoding="utf-8") as old:
            if old.read() == text:
                os.utime(path)
                return
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def contract(source, target):
    with open(source, encoding="utf-8") as f:
        document = yaml_subset.load(f.read())
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    write_if_changed(
        target,
        '#include "api/contract_document.h"\n\nnamespace viaggio::api {\nnamespace {\n'
        f"constexpr char kDocument[] =\n{literal(data)};\n}}  // namespace\n\n"
        f"std::string_view contract_document() {{ return {{kDocument, {len(data)}}}; }}\n\n"
        "}  // namespace viaggio::api\n",
    )


def webui(*arguments):
    # CMake drops an empty argument: no folder, no files.
    folder, target = arguments if len(arguments) == 2 else ("", arguments[0])
    files = []
    if folder:
        for here, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                full = os.path.join(here, name)
                if not name.endswith(".map"):
                    files.append((os.path.relpath(full, folder).replace(os.sep, "/"), full))
    parts = ['#include "webui/assets.h"\n\nnamespace viaggio::webui {\nnamespace {\n']
    rows = []
    for i, (name, full) in enumerate(files):
        with open(full, "rb") as f:
            data = f.read()
        packed = gzip.compress(data, 9, mtime=0)
        if len(packed) > 0.95 * len(data):
            packed = b""
        parts.append(f"constexpr char kPlain{i}[] =\n{literal(data)};\nconstexpr char kPacked{i}[] =\n{literal(packed)};\n")
        ext = os.path.splitext(name)[1]
        kind = _TYPES.get(ext) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        etag = hashlib.sha256(data).hexdigest()[:20]
        hashed = "true" if name.startswith("assets/") and _HASHED.search(name) else "false"
        rows.append(
            f'    {{"/{name}", "{kind}", "{etag}", {{kPlain{i}, {len(data)}}}, {{kPacked{i}, {len(packed)}}}, {hashed}}},\n'
        )
    if rows:
        parts.append("const Asset kAssets[] = {\n" + "".join(rows) + "};\n}  // namespace\n\n")
        parts.append("std::span<const Asset> embedded_assets() { return kAssets; }\n")
    else:
        parts.append("}  // namespace\n\nstd::span<const Asset> embedded_assets() { return {}; }\n")
    parts.append("\n}  // namespace viaggio::webui\n")
    write_if_changed(target, "".join(parts))


def vocabulary(source, target):
    with open(source, encoding="utf-8") as f:
        events = json.load(f)["events"]
    rows = []
    for e in events:
        it, en, name = (literal(t.encode()) for t in (e["label"]["it"], e["label"]["en"], e["name"]))
        rows.append(f"    {{{name}, {it}, {en}}},\n")
    write_if_changed(
        target,
        '#include "engine/event_names.h"\n\nnamespace viaggio::engine {\nnamespace {\n'
        "constexpr EventName kNames[] = {\n" + "".join(rows) + "};\n}  // namespace\n\n"
        "std::span<const EventName> event_names() { return kNames; }\n\n}  // namespace viaggio::engine\n",
    )


if __name__ == "__main__":
    {"contract": contract, "webui": webui, "vocabulary": vocabulary}[sys.argv[1]](*sys.argv[2:])
