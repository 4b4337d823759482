"""The web app's tests: types, unit tests (Vitest) and the browser (Playwright)."""

import json
import os
import shutil
import tempfile

from . import cmake, node
from .counts import Counts
from .shell import ROOT, run, say

CHROMIUM = "/usr/bin/chromium"


def present():
    return (node.WEB / "package.json").is_file()


def read_json(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def typecheck():
    counts = Counts()
    done = run(["npm", "run", "--silent", "typecheck"], cwd=node.WEB, env=node.environment(), check=False)
    if done.returncode == 0:
        counts.succeed()
    else:
        counts.fail("web: typecheck", "./dev web typecheck")
    return counts


def read_vitest(report):
    counts = Counts()
    for file in report["testResults"]:
        path = os.path.relpath(file["name"], node.WEB)
        cases = file.get("assertionResults", [])
        for case in cases:
            name = f"web/{path}: {case['fullName']}"
            if case["status"] == "passed":
                counts.succeed()
            elif case["status"] == "failed":
                counts.fail(name, f"./dev test web '{case['title']}'")
                say(name + "\n" + "\n".join(case.get("failureMessages", [])))
            else:
                counts.skip(name, case["status"])
        if not cases and file.get("status") == "failed":
            counts.fail(f"web/{path}: did not load", f"./dev web test {path}")
            say(file.get("message", ""))
    return counts


def vitest(pattern=None):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vitest.json")
        command = ["npm", "exec", "--", "vitest", "run", "--reporter=json", f"--outputFile={path}"]
        if pattern:
            command += ["-t", pattern, "--passWithNoTests"]
        done = run(command, cwd=node.WEB, env=node.environment(), check=False)
        report = read_json(path)
    if report is None:
        counts = Counts()
        counts.fail(f"web: vitest gave no report (exit {done.returncode})", "./dev web test")
        return counts
    counts = read_vitest(report)
    if done.returncode != 0 and not counts.failed:
        counts.fail(f"web: vitest failed outside a test (exit {done.returncode})", "./dev web test")
    if pattern:  # the others were left out on purpose
        counts.skipped, counts.skips = 0, []
    return counts


def specs_in(suite, above=""):
    title = f"{above} > {suite['title']}" if above else suite["title"]
    for spec in suite.get("specs", []):
        yield title, spec
    for inner in suite.get("suites", []):
        yield from specs_in(inner, title)


def tell_errors(name, test):
    for result in test.get("results", []):
        for error in result.get("errors", []):
            say(f"{name}\n{error.get('message', '')}")


def read_playwright(report):
    counts = Counts()
    for suite in report.get("suites", []):
        for title, spec in specs_in(suite):
            for test in spec["tests"]:
                name = f"e2e/{title}: {spec['title']}"
                if test.get("projectName"):
                    name += f" [{test['projectName']}]"
                if test["status"] in ("expected", "flaky"):
                    counts.succeed()
                    if test["status"] == "flaky":
                        say(f"UNSTABLE {name}: failed, then passed")
                        tell_errors(name, test)
                elif test["status"] == "skipped":
                    notes = [a.get("description") for a in test.get("annotations", []) if a.get("type") in ("skip", "fixme")]
                    counts.skip(name, " ".join(n for n in notes if n))
                else:
                    counts.fail(name, f"./dev test e2e '{spec['title']}'")
                    tell_errors(name, test)
    for error in report.get("errors", []):
        counts.fail("e2e: " + error.get("message", "error outside a test").splitlines()[0], "./dev test e2e")
    return counts


def playwright(pattern=None, environment=None, long_runs=True):
    """Playwright drives Debian's Chromium: its own browser builds are not fetched. Without `long_runs` the tests
    that carry the tag @long (sweeps over many pages, sizes and languages) are left out. A test that fails has a second
    try, because a browser on a busy machine may stall; one that needs it is named in the output."""
    counts = Counts()
    if not list(node.WEB.glob("playwright.config.*")):
        counts.fail("e2e: web/playwright.config is missing", "./dev test e2e")
        return counts
    browser = os.environ.get("CHROMIUM_PATH") or (CHROMIUM if os.path.exists(CHROMIUM) else shutil.which("chromium"))
    if not browser:
        counts.skip("e2e: all browser tests", "no /usr/bin/chromium: apt-get install chromium")
        return counts
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "playwright.json")
        env = {
            **node.environment(),
            "VIAGGIO_BINARY": str(cmake.folder("release") / "viaggio"),
            **(environment or {}),
            "PLAYWRIGHT_JSON_OUTPUT_NAME": path,
            "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
            "CHROMIUM_PATH": browser,
        }
        command = ["npm", "exec", "--", "playwright", "test", "--reporter=json", "--retries=1"]
        if pattern:
            command += ["-g", pattern, "--pass-with-no-tests"]
        if not long_runs:
            command += ["--grep-invert", "@long"]
        done = run(command, cwd=node.WEB, env=env, check=False)
        report = read_json(path)
    if report is None:
        counts.fail(f"e2e: playwright gave no report (exit {done.returncode})", "./dev web e2e")
        return counts
    counts.add(read_playwright(report))
    if done.returncode != 0 and not counts.failed:
        counts.fail(f"e2e: playwright failed outside a test (exit {done.returncode})", "./dev web e2e")
    return counts
