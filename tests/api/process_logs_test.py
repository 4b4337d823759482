"""Event logs of processes through the program alone: known numbers of cases, variants and what follows what.

The logs are looked for in VIAGGIO_SHARED, or ../shared; each is there as CSV and as XES.
"""
import collections
import csv
import gzip
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402
from real_files_test import MAPPINGS, Folder, there  # noqa: E402

LOGS = serve.shared() and serve.shared() / "data" / "process_logs"
RECEIPT = LOGS and LOGS / "receipt.csv"
RECEIPT_XES = LOGS and LOGS / "08_receipt.xes.gz"
EXAMPLE_XES = LOGS and LOGS / "running-example.xes"
EACH = {"unit": "customer", "collapse_repeats": False}


def of_csv(path):
    """{case: [activity]} in the order of the file, which is that of time in each case."""
    cases = collections.defaultdict(list)
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        cases[row["case:concept:name"]].append((row["time:timestamp"], row["concept:name"]))
    return {case: [name for _, name in sorted(events, key=lambda e: e[0])] for case, events in cases.items()}


def of_xes(path):
    text = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    cases = {}
    for trace in (e for e in xml.fromstring(text) if e.tag.endswith("trace")):
        def value(owner, key):
            return next(e.get("value") for e in owner if e.get("key") == key)
        cases[value(trace, "concept:name")] = [value(e, "concept:name") for e in trace if e.tag.endswith("event")]
    return cases


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class ProcessLogs(unittest.TestCase):
    def check(self, folder, cases):
        pairs = collections.Counter(p for names in cases.values() for p in zip(names, names[1:]))
        ways = collections.Counter(map(tuple, cases.values()))
        found = folder.ask("transitions", EACH)
        self.assertEqual({(e["from"], e["to"]): e["transitions"] for e in found["edges"]}, pairs)
        self.assertEqual({n["label"]: n["count"] for n in found["nodes"]}, collections.Counter(n for names in cases.values() for n in names))
        for unit in ("customer", "properties.case_id"):
            answer = folder.ask("variants", EACH | {"unit": unit, "limit": 10000, "design": list(max(ways, key=ways.get))})
            self.assertEqual({tuple(v["sequence"]): v["count"] for v in answer["variants"]}, ways)
            self.assertEqual((answer["total"], answer["distinct"]), (len(cases), len(ways)))
            self.assertEqual(answer["conformance"]["replayed"], max(ways.values()))
        flows = folder.ask("paths", EACH | {"depth": 3, "top": 2})
        self.assertEqual(flows["sequences"], len(cases))
        first = collections.Counter(names[0] for names in cases.values())
        self.assertEqual(sum(n["entries"] for n in flows["nodes"] if n["layer"] == 0), sum(first.values()))
        return len(cases), sum(map(len, cases.values())), len(ways), len(pairs)

    @unittest.skipUnless(there(RECEIPT), f"the receipt log as CSV is not there ({RECEIPT})")
    def test_receipt_log_as_csv(self):
        with tempfile.TemporaryDirectory() as place:
            folder = Folder("--data", pathlib.Path(place) / "data")
            figures, _ = folder.load(RECEIPT, MAPPINGS / "event-log.toml")
            self.assertEqual(figures, {"read": 8577, "stored": 8577, "duplicate": 0, "rejected": 0})
            self.assertEqual(self.check(folder, of_csv(RECEIPT)), (1434, 8577, 116, 99))
            again, _ = folder.load(RECEIPT, "event-log")
            self.assertEqual((again["stored"], again["duplicate"]), (0, 8577))

    @unittest.skipUnless(there(RECEIPT_XES), f"the receipt log as XES is not there ({RECEIPT_XES})")
    def test_receipt_log_as_xes(self):
        with tempfile.TemporaryDirectory() as place:
            folder = Folder("--data", pathlib.Path(place) / "data")
            figures, _ = folder.load(RECEIPT_XES, MAPPINGS / "xes.toml", "xes")
            self.assertEqual(figures, {"read": 8577, "stored": 8577, "duplicate": 0, "rejected": 0})
            self.assertEqual(self.check(folder, of_xes(RECEIPT_XES)), (1434, 8577, 116, 99))
            resources = folder.ask("variants", {"unit": "customer", "node": "properties.resource"})
            self.assertEqual(resources["total"], 1434)

    @unittest.skipUnless(there(EXAMPLE_XES), f"the running example is not there ({EXAMPLE_XES})")
    def test_running_example(self):
        with tempfile.TemporaryDirectory() as place:
            for name, kind, mapping in (("running-example.xes", "xes", "xes"), ("running-example.csv", "csv", "event-log")):
                folder = Folder("--data", pathlib.Path(place) / kind)
                figures, _ = folder.load(LOGS / name, mapping, kind)
                self.assertEqual(figures["stored"], 42)
                self.assertEqual(self.check(folder, of_xes(EXAMPLE_XES))[:3], (6, 42, 6))


if __name__ == "__main__":
    unittest.main()
