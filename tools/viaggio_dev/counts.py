"""What tests came to: numbers, names of failures with how to run just them, reasons of skips."""

import dataclasses

from .shell import say


@dataclasses.dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = dataclasses.field(default_factory=list)  # (name, command that runs it alone)
    skips: list = dataclasses.field(default_factory=list)  # (name, reason)

    def succeed(self):
        self.passed += 1

    def fail(self, name, rerun):
        self.failed += 1
        self.failures.append((name, rerun))

    def skip(self, name, reason):
        self.skipped += 1
        self.skips.append((name, reason or "no reason given"))

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.skips += other.skips

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def report(self):
        """Skips and failures by name, then the one closing line. Returns the exit code."""
        for name, reason in self.skips:
            say(f"SKIPPED {name}: {reason}")
        for name, rerun in self.failures:
            say(f"FAILED  {name}\n        {rerun}")
        say(self.line())
        return 1 if self.failed or not self.passed else 0
