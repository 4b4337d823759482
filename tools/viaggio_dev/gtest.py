"""Running GoogleTest binaries, several at a time, and reading what they did. One case is one test."""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import tempfile

from . import cmake
from .counts import Counts
from .shell import ROOT, jobs, say

TIMEOUT_SECONDS = 900
LONG_TIMEOUT_SECONDS = 3600


def skip_reasons(output):
    """{case: what it said before [  SKIPPED ]}; GoogleTest's JSON does not hold it."""
    reasons, running, said = {}, None, []
    for line in output.splitlines():
        if match := re.match(r"\[ RUN      \] (\S+)", line):
            running, said = match[1], []
        elif running and re.match(r"\[  SKIPPED \] ", line):
            text = [s for s in said if s and not re.match(r"^\S+\.cc:\d+: Skipped$", s)]
            reasons[running] = " ".join(text).strip()
            running = None
        elif running:
            said.append(line.strip())
    return reasons


def read_results(results, output, binary, filter_command):
    """Counts of one finished binary from its JSON."""
    counts = Counts()
    reasons = skip_reasons(output)
    for suite in results.get("testsuites", []):
        for case in suite.get("testsuite", []):
            name = f"{suite['name']}.{case['name']}"
            if case.get("status") == "NOTRUN":
                continue
            if case.get("failures"):
                counts.fail(f"{binary}: {name}", filter_command(name))
            elif case.get("result") == "SKIPPED":
                counts.skip(f"{binary}: {name}", reasons.get(name))
            else:
                counts.succeed()
    return counts


def last_started(output):
    started = re.findall(r"^\[ RUN      \] (\S+)", output, re.M)
    return started[-1] if started else None


def run_binary(preset, path, pattern, environment, timeout):
    """Runs one binary. Returns (counts, its output, seconds it said it took)."""
    binary = pathlib.Path(path).name

    def rerun(name):
        return f"./dev test {binary} '{name}'" + (f" --preset {preset}" if preset != "release" else "")

    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        command = [cmake.folder(preset) / path, f"--gtest_output=json:{report}", "--gtest_brief=0"]
        if pattern:
            command.append(f"--gtest_filter={pattern}")
        counts = Counts()
        try:
            done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                  timeout=timeout)
            output, code = done.stdout, done.returncode
        except subprocess.TimeoutExpired as late:
            output = (late.stdout or b"").decode(errors="replace") if isinstance(late.stdout, bytes) else late.stdout or ""
            code = f"no end after {timeout} s"
        try:
            results = json.loads(report.read_text())
        except (OSError, ValueError):
            results = None
    if results is not None:
        counts.add(read_results(results, output, binary, rerun))
    if results is None:
        counts.passed += len(re.findall(r"^\[       OK \] ", output, re.M))
        name = last_started(output)
        counts.fail(f"{binary}: {name or 'before its first case'} (ended early: {code})", rerun(name or "*"))
    elif code != 0 and not counts.failed:
        # A sanitizer or a destructor spoke after the last case.
        counts.fail(f"{binary}: failed after its cases (exit {code})", rerun("*"))
    return counts, output, (results or {}).get("time", "?")


def run(preset, paths, pattern=None, environment=None, long_runs=False):
    """Runs the binaries, as many at a time as there are cores; prints the output of those that fail."""
    total = Counts()
    timeout = LONG_TIMEOUT_SECONDS if long_runs else TIMEOUT_SECONDS
    with concurrent.futures.ThreadPoolExecutor(jobs()) as pool:
        running = {
            pool.submit(run_binary, preset, path, pattern, environment or {}, timeout): path for path in paths
        }
        for path in paths:
            say(f"$ build/{preset}/{path}" + (f" --gtest_filter='{pattern}'" if pattern else ""))
        for future in concurrent.futures.as_completed(running):
            counts, output, seconds = future.result()
            if counts.failed:
                say(output)
            if counts.passed or counts.failed or counts.skipped:
                say(f"{pathlib.Path(running[future]).name:<28} {counts.line()} ({seconds})")
            total.add(counts)
    return total
