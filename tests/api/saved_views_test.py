"""Reports, dashboards and annotations: kept by the server, changed by their version, refused by name."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

FUNNEL = {"name": "Dal carrello", "page": "funnel", "question": {"steps": [{"event": "view"}, {"event": "buy"}], "range": {"preset": "last90"}}}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class SavedViews(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(serve.Server())

    def put(self, path, body, match=None):
        headers = {**serve.secret(), **({"If-Match": match} if match else {})}
        return self.server.ask("PUT", path, body, headers)

    def remove(self, path, match=None):
        return self.server.ask("DELETE", path, headers={**serve.secret(), **({"If-Match": match} if match else {})})

    def refused(self, answer, status, code, field=None):
        self.assertEqual((answer.status, answer.json["code"], answer.json.get("field")), (status, code, field), answer.body)

    def test_a_report_is_saved_renamed_and_deleted(self):
        made = self.server.post("/api/reports", FUNNEL)
        self.assertEqual((made.status, made.json["id"]), (201, "dal-carrello"), made.body)
        self.assertEqual(made.json["question"], FUNNEL["question"])
        one = self.server.read("/api/reports/dal-carrello")
        self.assertEqual(self.put("/api/reports/dal-carrello", {**one.json, "name": "Dal cesto"}, one.headers["ETag"]).status, 200)
        self.refused(self.put("/api/reports/dal-carrello", FUNNEL, one.headers["ETag"]), 409, "version_conflict")
        self.assertEqual([r["name"] for r in self.server.read("/api/reports").json["reports"]], ["Dal cesto"])
        self.assertEqual(self.remove("/api/reports/dal-carrello").status, 204)
        self.refused(self.server.read("/api/reports/dal-carrello"), 404, "unknown_report", "id")
        self.refused(self.remove("/api/reports/dal-carrello"), 404, "unknown_report", "id")

    def test_a_dashboard_holds_reports_that_exist(self):
        for name in ("a", "b"):
            self.server.post("/api/reports", {**FUNNEL, "name": name})
        made = self.server.post("/api/dashboards", {"name": "Il lunedì", "reports": ["b", "a"]})
        self.assertEqual(made.status, 201, made.body)
        where = "/api/dashboards/" + made.json["id"]
        self.refused(self.put(where, {"name": "x", "reports": ["b", "nobody"]}), 400, "unknown_report", "reports[1]")
        self.assertEqual(self.remove("/api/reports/b").status, 204)
        self.assertEqual(self.server.read(where).json["reports"], ["a"])

    def test_annotations_come_in_the_order_of_their_days(self):
        for day, text in (("2026-11-02", "Spot in radio"), ("2026-01-06", "Saldi"), ("2026-11-02", "Sito fermo")):
            self.assertEqual(self.server.post("/api/annotations", {"day": day, "text": text}).status, 201)
        listed = self.server.read("/api/annotations").json["annotations"]
        self.assertEqual([(a["day"], a["text"]) for a in listed], [("2026-01-06", "Saldi"), ("2026-11-02", "Spot in radio"), ("2026-11-02", "Sito fermo")])

    def test_nonsense_is_refused_by_name(self):
        for path, body, code, field in (
            ("reports", {**FUNNEL, "name": ""}, "invalid_argument", "name"),
            ("reports", {**FUNNEL, "name": 3}, "invalid_argument", "name"),
            ("reports", {**FUNNEL, "page": "https://example.it"}, "invalid_argument", "page"),
            ("reports", {**FUNNEL, "question": None}, "invalid_argument", "question"),
            ("reports", {**FUNNEL, "owner": "x"}, "invalid_argument", "owner"),
            ("dashboards", {"name": "a", "reports": "b"}, "invalid_argument", "reports"),
            ("annotations", {"day": "ieri", "text": "x"}, "invalid_argument", "day"),
            ("annotations", {"day": "2026-11-31", "text": "x"}, "invalid_argument", "day"),
            ("annotations", {"day": "2026-11-30", "text": "x" * 501}, "invalid_argument", "text"),
        ):
            answer = self.server.post("/api/" + path, body)
            self.assertEqual(answer.status, 400, answer.body)
            self.assertEqual(answer.json.get("field"), field, answer.body)
        self.assertEqual(self.put("/api/reports/..%2Fx", FUNNEL).status, 400)
        deep = json.loads("[" * 60 + "]" * 60)
        self.assertEqual(self.server.post("/api/reports", {**FUNNEL, "question": {"a": deep}}).json["code"], "too_deep")
        self.assertEqual(self.server.post("/api/reports", {**FUNNEL, "question": {"a": "x" * 70_000}}).json["code"], "too_large")
        self.assertEqual(self.server.read("/api/reports").json["reports"], [])

    def test_saving_needs_a_key(self):
        self.assertEqual(self.server.ask("POST", "/api/reports", FUNNEL).status, 401)
        self.assertEqual(self.server.ask("GET", "/api/dashboards").status, 401)


if __name__ == "__main__":
    unittest.main()
