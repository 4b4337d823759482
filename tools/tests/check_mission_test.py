"""check_mission over tiny documents."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_mission  # noqa: E402


class CheckMissionTest(unittest.TestCase):
    def check(self, *rows, wanted=("A1", "SM-3b")):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tools").mkdir()
            (root / "docs").mkdir()
            (root / "tools" / "here.py").write_text("")
            (root / "tools" / "mission_rows.txt").write_text("# ids\n" + "\n".join(wanted) + "\n")
            (root / "docs" / "mission.md").write_text("| id | item | where | tried |\n|---|---|---|---|\n" + "\n".join(rows) + "\n")
            return check_mission.check(root)

    def test_open_rows_are_counted_and_well(self):
        self.assertEqual(self.check("| A1 | a | open | open |", "| SM-3b | b | open | open |"), ([], 2, 2))

    def test_a_done_row_names_what_exists(self):
        done = "| A1 | a | `tools/here.py:3`, `GET /api/health` | `./dev test tools` |"
        self.assertEqual(self.check(done, "| SM-3b | b | open | open |"), ([], 2, 1))

    def test_a_path_that_is_gone_fails(self):
        problems, _, _ = self.check("| A1 | a | `src/gone.cc` | tried |", "| SM-3b | b | open | open |")
        self.assertEqual(len(problems), 1)
        self.assertIn("src/gone.cc", problems[0])

    def test_a_dropped_row_fails(self):
        self.assertIn("SM-3b is missing", self.check("| A1 | a | open | open |")[0][0])

    def test_an_invented_or_doubled_row_fails(self):
        problems, _, _ = self.check("| A1 | a | open | open |", "| A1 | a | open | open |", "| Z9 | z | open | open |",
                                    "| SM-3b | b | open | open |")
        self.assertEqual(len(problems), 2)

    def test_a_claim_needs_both_place_and_trial(self):
        self.assertIn("both", self.check("| A1 | a | `tools/here.py` | open |", "| SM-3b | b | open | open |")[0][0])
        self.assertIn("backticks", self.check("| A1 | a | somewhere | tried |", "| SM-3b | b | open | open |")[0][0])


if __name__ == "__main__":
    unittest.main()
