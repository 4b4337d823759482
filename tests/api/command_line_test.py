"""The command line: exit codes, what goes to which stream, and that asking makes nothing."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

MAPPING = 'event = "Visited"\n[identifiers]\nuser_id = "who"\n'
TREND = {"series": [{"event": "Visited", "measure": "events"}], "interval": "month"}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="viaggio-cli-")))
        self.file("visits.csv", "who\na\nb\n")
        self.file("visits.toml", MAPPING)

    def file(self, name, text):
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def run_command(self, *words, question=None):
        env = {k: v for k, v in os.environ.items() if not k.startswith("VIAGGIO_")}
        done = subprocess.run([str(serve.program()), *map(str, words)], input=question and json.dumps(question), env=env,
                              cwd=self.folder, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def test_asking_a_folder_that_is_none_makes_none(self):
        for words in (["query", "trend", "-"], ["export", "events"], ["export", "customers"], ["check"]):
            code, out, err = self.run_command(*words, "--data", "nowhere", question=TREND)
            self.assertEqual((code, out), (2, ""), words)
            self.assertTrue(err)
        self.assertFalse((self.folder / "nowhere").exists())

    def test_wrong_usage_is_2_and_answers_go_to_stdout(self):
        self.assertEqual(self.run_command("import", "csv", "visits.csv", "--mapping", "visits.toml", "--data", "d")[0], 0)
        for words in ([], ["nonsense"], ["query"], ["query", "trend", "-", "--format", "xml"], ["import", "xls", "visits.csv"],
                      ["import", "csv", "absent.csv"], ["import", "csv", "visits.csv", "--data", "d"],
                      ["import", "csv", "visits.csv", "--mapping", "visits.csv", "--data", "d"],
                      ["query", "trend", "absent.json", "--data", "d"], ["export", "events", "--from", "never", "--data", "d"]):
            code, out, err = self.run_command(*words)
            self.assertEqual((code, out), (2, ""), words)
            self.assertTrue(err, words)
        self.assertEqual(self.run_command("query", "trend", "-", "--data", "d", question={"nonsense": 1})[0], 2)
        code, out, _ = self.run_command("query", "trend", "-", "--format", "json", "--data", "d", question=TREND)
        self.assertEqual((code, sum(json.loads(out)["series"][0]["values"])), (0, 2))
        code, out, err = self.run_command("export", "events", "--data", "d")
        self.assertEqual((code, [json.loads(line)["user_id"] for line in out.splitlines()]), (0, ["a", "b"]))

    def test_a_mapping_needs_no_id_and_the_same_file_adds_nothing_to_a_server(self):
        with serve.Server() as server:
            remote = ["--url", f"http://127.0.0.1:{server.port}", "--key", serve.SECRET_KEY]
            for stored, duplicates in ((2, 0), (0, 2)):
                code, out, err = self.run_command("import", "csv", "visits.csv", "--mapping", "visits.toml", *remote)
                self.assertEqual(code, 0, err)
                self.assertIn(f"rows read 2, stored {stored}, duplicate {duplicates}, rejected 0", out)
            code, out, _ = self.run_command("query", "trend", "-", "--format", "json", *remote, question=TREND)
            self.assertEqual((code, sum(json.loads(out)["series"][0]["values"])), (0, 2))
            self.assertEqual(self.run_command("query", "trend", "-", *remote, question={"nonsense": 1})[0], 2)
            wrong = [*remote[:3], "wrong-secret-key"]
            self.assertEqual(self.run_command("query", "trend", "-", *wrong, question=TREND)[0], 1)
            self.assertEqual(self.run_command("export", "events", *wrong)[0], 1)

    def test_a_file_may_fill_a_table(self):
        self.file("p.csv", "Codice,Nome,Prezzo\nA1,Moka,\"12,50\"\n,Senza,1\nB2,Tazza,4\n")
        self.file("p.toml", 'into = "products"\n[properties]\nsku = "Codice"\nname = "Nome"\nprice = { column = "Prezzo", type = "number" }\n')
        self.file("f.csv", "Giorno,Viste\n1/3/2026,7\nmai,7\n")
        self.file("f.toml", 'into = "facts"\n[time]\ncolumn = "Giorno"\n[properties]\nmeasure = { constant = "views" }\nvalue = { column = "Viste", type = "number" }\n')
        with serve.Server() as server:
            remote = ["--url", f"http://127.0.0.1:{server.port}", "--key", serve.SECRET_KEY]
            for _ in range(2):
                code, out, err = self.run_command("import", "csv", "p.csv", "--mapping", "p.toml", *remote)
                self.assertEqual(code, 0, err)
                self.assertIn("rows read 3, stored 2, duplicate 0, rejected 1", out)
            rows = server.read("/api/tables/products").json["rows"]
            self.assertEqual(rows, [{"sku": "A1", "name": "Moka", "price": 12.5}, {"sku": "B2", "name": "Tazza", "price": 4}])
        for _ in range(2):
            code, out, err = self.run_command("import", "csv", "f.csv", "--mapping", "f.toml", "--data", "d")
            self.assertIn("rows read 2, stored 1, duplicate 0, rejected 1", out, err)
        question = {"series": [{"fact": "views"}], "interval": "day"}
        code, out, _ = self.run_command("query", "trend", "-", "--format", "json", "--data", "d", question=question)
        self.assertEqual((code, json.loads(out)["series"][0]["values"]), (0, [7]))


if __name__ == "__main__":
    unittest.main()
