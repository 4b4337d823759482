"""Work is done again only when what it depends on has changed: stamps by content, in .deps/stamps."""

import hashlib
import os
import pathlib

from .shell import DEPS

STAMPS = DEPS / "stamps"
LEFT_OUT = {"node_modules", "dist", "test-results", "playwright-report", "coverage", ".vite", "__pycache__"}


def files_under(folder):
    """Every source file below the folder, sorted, without what is built or fetched."""
    found = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in LEFT_OUT)
        found += [pathlib.Path(here) / n for n in sorted(names)]
    return found


def content_hash(paths, *more):
    """A hash of the files' names and bytes (folders whole, absent files as absent) and of further texts."""
    h = hashlib.sha256()
    for path in map(pathlib.Path, paths):
        for file in files_under(path) if path.is_dir() else [path]:
            h.update(str(file).encode() + b"\0")
            h.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"absent")
    for text in more:
        h.update(str(text).encode() + b"\0")
    return h.hexdigest()


def is_current(name, value):
    file = STAMPS / name
    return file.is_file() and file.read_text() == value


def write(name, value):
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)
