"""Configuring and building with CMake's presets, and what the build knows of its targets."""

from . import packages, stamps
from .shell import ROOT, Failed, jobs, run, say

BUILD_GROUPS = ("build", "test")
DESCRIPTION = [ROOT / "CMakePresets.json", ROOT / "tools" / "packages.toml"]


def folder(preset):
    return ROOT / "build" / preset


def configure(preset, web_dist=None):
    """Runs cmake when there is no build yet, or when the preset, a package or the web folder has changed."""
    here = folder(preset)
    versions = packages.installed_versions(packages.names_of(BUILD_GROUPS))
    value = stamps.content_hash(DESCRIPTION, sorted(versions.items()), web_dist or "")
    if stamps.is_current(f"cmake-{preset}", value) and (here / "build.ninja").is_file():
        return here
    run(["cmake", "--preset", preset, f"-DVIAGGIO_WEB_DIST={web_dist or ''}"])
    stamps.write(f"cmake-{preset}", value)
    return here


def build(preset, *targets):
    """Builds the targets, or everything."""
    command = ["cmake", "--build", folder(preset), "-j", str(jobs())]
    if targets:
        command += ["--target", *targets]
    run(command)


def executables(preset):
    """{target path below the build folder} of every program that the build makes now; stale files do not count."""
    done = run(["ninja", "-C", folder(preset), "-t", "targets", "all"], capture=True, quiet=True)
    return sorted(
        line.split(":")[0] for line in done.stdout.splitlines() if ": CXX_EXECUTABLE_LINKER" in line
    )


def tests(preset):
    return [e for e in executables(preset) if e.endswith("_test")]


def program(preset="release"):
    path = folder(preset) / "viaggio"
    if not path.is_file():
        raise Failed(f"{path.relative_to(ROOT)} was not built: is src/main/main.cc there?")
    return path


def sources(*suffixes):
    """Our own C++ files."""
    found = []
    for top in ("src", "tests", "bench"):
        for suffix in suffixes:
            found += (ROOT / top).rglob(f"*{suffix}")
    return sorted(f for f in found if "build" not in f.relative_to(ROOT).parts)


def report_sizes(preset="release"):
    size = program(preset).stat().st_size
    say(f"{program(preset).relative_to(ROOT)}  {size / 1e6:.1f} MB")
