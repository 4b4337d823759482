"""The tools' own tests and any other *_test.py, with unittest."""

import pathlib
import sys
import unittest

from .counts import Counts
from .shell import ROOT, say

FOLDERS = ("tools/tests", "tests")


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.counts = Counts()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.counts.succeed()

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.counts.fail(test.id(), rerun(test.id()))

    def addError(self, test, err):
        super().addError(test, err)
        self.counts.fail(test.id(), rerun(test.id()))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.counts.fail(str(subtest), rerun(test.id()))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.counts.skip(test.id(), reason)


def rerun(name):
    return f"./dev test tools {name.rsplit('.', 1)[-1]}"


def run(pattern=None):
    total = Counts()
    for folder in FOLDERS:
        files = sorted((ROOT / folder).rglob("*_test.py"))
        for here in sorted({f.parent for f in files}):
            loader = unittest.TestLoader()
            if pattern:
                loader.testNamePatterns = [f"*{pattern}*"]
            # A fresh import path for each folder: equal file names in two folders must not hide each other.
            known = set(sys.modules)
            suite = loader.discover(str(here), pattern="*_test.py", top_level_dir=str(here))
            if suite.countTestCases():
                say(f"$ python3 -m unittest discover -s {pathlib.Path(here).relative_to(ROOT)} -p '*_test.py'")
                runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Result)
                total.add(runner.run(suite).counts)
            for name in set(sys.modules) - known:
                if name.endswith("_test"):
                    del sys.modules[name]
    return total
