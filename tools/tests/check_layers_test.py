"""check_layers over tiny trees: each rule, broken once."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_layers  # noqa: E402


def module(layer, uses=(), libraries=()):
    return {"layer": layer, "uses": list(uses), "libraries": list(libraries), "purpose": "a question"}


MODULES = {
    "base": module(0, libraries=["expected", "fmt", "icu"]),
    "model": module(1, ["base"]),
    "eventlog": module(2, ["model"], ["rocksdb"]),
    "journey/funnel": module(4, ["model"]),
    "journey/trend": module(4, ["model"]),
    "ingest": module(4, ["eventlog"]),
}


class CheckLayersTest(unittest.TestCase):
    def problems(self, files, modules=None):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "layers.json").write_text(json.dumps({"modules": modules or MODULES}))
            for path, text in files.items():
                file = root / "src" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return check_layers.check(root)

    def assert_one(self, problems, *parts):
        self.assertEqual(len(problems), 1, problems)
        for part in parts:
            self.assertIn(part, problems[0])

    def test_own_used_and_reached_modules_are_allowed(self):
        self.assertEqual(self.problems({
            "ingest/ingest.cc": '#include "ingest/ingest.h"\n#include <vector>\n#include <sys/stat.h>\n'
                                '#include "eventlog/log.h"\n#include "base/result.h"\n#include <fmt/format.h>\n',
            "ingest/ingest.h": "#pragma once\n",
        }), [])

    def test_upward_include_is_named_with_its_line(self):
        self.assert_one(self.problems({"model/event.h": '#pragma once\n#include "ingest/ingest.h"\n'}),
                        "src/model/event.h:2", "model may not include ingest")

    def test_siblings_never_include_each_other(self):
        self.assert_one(self.problems({"journey/funnel/funnel.cc": '#include "journey/trend/trend.h"\n'}),
                        "journey/funnel may not include journey/trend")

    def test_a_test_obeys_too(self):
        self.assert_one(self.problems({"model/event_test.cc": '#include <gtest/gtest.h>\n#include "eventlog/log.h"\n'}),
                        "src/model/event_test.cc:2")

    def test_an_outside_library_belongs_to_those_who_name_it(self):
        self.assert_one(self.problems({"ingest/ingest.cc": "#include <rocksdb/db.h>\n"}), "rocksdb", "eventlog")
        self.assertEqual(self.problems({"eventlog/log.cc": "#include <rocksdb/db.h>\n"}), [])

    def test_a_library_of_base_that_it_does_not_hand_out_stays_there(self):
        self.assert_one(self.problems({"model/event.cc": "#include <unicode/unistr.h>\n"}), "model may not include", "base")

    def test_an_unknown_library_is_refused(self):
        self.assert_one(self.problems({"base/a.h": "#include <absl/strings/str_cat.h>\n"}), "HEADERS")

    def test_gtest_only_in_tests(self):
        self.assert_one(self.problems({"base/a.cc": "#include <gtest/gtest.h>\n"}), "only tests")

    def test_a_relative_include_is_refused(self):
        self.assert_one(self.problems({"base/a.cc": '#include "../model/event.h"\n'}), "from src")

    def test_a_file_in_no_module_is_refused(self):
        self.assert_one(self.problems({"utils/a.h": ""}), "src/utils/a.h", "no module")

    def test_a_commented_include_does_not_count(self):
        self.assertEqual(self.problems({"base/a.h": '// #include "model/event.h"\n'}), [])

    def test_uses_point_downwards(self):
        self.assert_one(self.problems({}, {"a": module(0, ["b"]), "b": module(1)}), "downwards")

    def test_a_circle_of_one_layer_is_refused(self):
        self.assert_one(self.problems({}, {"a": module(1, ["b"]), "b": module(1, ["a"])}), "circle", "a -> b -> a")

    def test_a_use_of_no_module_is_refused(self):
        self.assert_one(self.problems({}, {"a": module(1, ["c"])}), "uses c")

    def test_an_incomplete_module_is_refused(self):
        self.assert_one(self.problems({}, {"a": {"layer": 1, "uses": [], "libraries": []}}), "purpose")

    def test_the_library_list_is_known(self):
        self.assert_one(self.problems({}, {"a": module(1, libraries=["arrow"])}), "arrow")


if __name__ == "__main__":
    unittest.main()
