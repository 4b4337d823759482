"""Saved audiences: the question is kept, and asked again at the epoch of whoever uses it."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

BUYERS = {"kind": "funnel", "steps": [{"event": "view"}, {"event": "buy"}], "people": {"step": 2, "state": "reached"}}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Audiences(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = self.enterContext(serve.Server())
        self.happen([("view", f"u{i}", "2026-01-01T00:00:00Z") for i in range(5)])
        self.happen([("buy", f"u{i}", "2026-01-02T00:00:00Z") for i in range(3)])

    def happen(self, events):
        batch = [serve.track(name, f"{name}-{user}", userId=user, timestamp=time) for name, user, time in events]
        self.assertEqual(self.server.collect("/v1/batch", {"batch": batch}).json["stored"], len(batch))

    def put(self, path, body, match=None):
        headers = {**serve.secret(), **({"If-Match": match} if match else {})}
        return self.server.ask("PUT", path, body, headers)

    def remove(self, path, match=None):
        return self.server.ask("DELETE", path, headers={**serve.secret(), **({"If-Match": match} if match else {})})

    def refused(self, answer, status, code, field=None):
        self.assertEqual((answer.status, answer.json["code"], answer.json.get("field")), (status, code, field), answer.body)

    def views(self, **more):
        q = {"series": [{"event": "view", "measure": "customers"}], "interval": "day", **more}
        values = self.server.post("/api/query/trend", q).json["series"][0]["values"]
        return values[0] if values else 0

    def test_a_question_is_saved_used_changed_and_deleted(self):
        made = self.server.post("/api/audiences", {"name": "Chi compra!", "question": BUYERS})
        self.assertEqual(made.status, 201, made.body)
        self.assertEqual((made.json["id"], made.json["customers"]), ("chi-compra", 3))
        self.assertEqual(self.server.post("/api/audiences", {"name": "Chi compra!", "question": BUYERS}).json["id"], "chi-compra-2")
        self.assertEqual(self.views(audience="chi-compra"), 3)
        self.happen([("buy", "u3", "2026-01-03T00:00:00Z")])
        self.assertEqual(self.views(audience="chi-compra"), 4)
        self.assertEqual(self.views(audience="chi-compra", as_of=made.json["epoch"]), 3)
        one = self.server.read("/api/audiences/chi-compra")
        self.assertEqual((one.json["customers"], one.json["saved"]["customers"]), (4, 3))
        tag = one.headers["ETag"]
        dropped = {**BUYERS, "people": {"step": 2, "state": "dropped"}}
        before = one.json["epoch"]
        self.assertEqual(self.put("/api/audiences/chi-compra", {"name": "No", "question": dropped}, tag).status, 200)
        self.refused(self.put("/api/audiences/chi-compra", {"name": "No", "question": BUYERS}, tag), 409, "version_conflict")
        self.assertEqual(self.views(audience="chi-compra"), 1)
        self.assertEqual(self.views(audience="chi-compra", as_of=before), 4)
        listed = self.server.read("/api/audiences").json["audiences"]
        self.assertEqual([(a["id"], a["customers"]) for a in listed], [("chi-compra", 1), ("chi-compra-2", 4)])
        self.assertEqual(self.remove("/api/audiences/chi-compra").status, 204)
        self.refused(self.server.read("/api/audiences/chi-compra"), 404, "unknown_audience", "id")
        answer = self.server.post("/api/query/trend", {"series": [{"event": "view", "measure": "events"}], "interval": "day", "audience": "chi-compra"})
        self.refused(answer, 400, "unknown_audience", "audience")
        self.assertEqual(self.views(audience="chi-compra", as_of=before), 4)

    def test_pages_are_ordered_and_bound_to_their_epoch(self):
        self.put("/api/audiences/all", {"name": "all", "question": {"kind": "customers"}})
        first = self.server.read("/api/audiences/all/customers?limit=2").json
        self.happen([("view", "u9", "2026-01-01T00:00:00Z")])
        ids, page = [c["customer_id"] for c in first["customers"]], first
        while page["cursor"]:
            page = self.server.read(f"/api/audiences/all/customers?limit=2&cursor={page['cursor']}").json
            self.assertEqual((page["epoch"], page["total"]), (first["epoch"], 5))
            ids += [c["customer_id"] for c in page["customers"]]
        self.assertEqual(len(ids), 5)
        self.assertEqual(ids, sorted(set(ids)))
        self.assertEqual(self.server.read("/api/audiences/all/customers").json["total"], 6)
        for cursor in ("x", "1-1-1", "1-1-1.x", first["cursor"].replace("-", ".", 1)):
            self.refused(self.server.read(f"/api/audiences/all/customers?cursor={cursor}"), 400, "invalid_argument", "cursor")
        self.refused(self.server.read("/api/audiences/none/customers"), 404, "unknown_audience", "id")

    def test_lists_of_people_of_every_kind_go_on_page_by_page(self):
        for question, select, total in (
            ({"kind": "map"}, {"stage": "aware"}, None),
            ({"kind": "customers"}, None, 5),
            (BUYERS, None, 3),
        ):
            body = {"question": question, "limit": 2, **({"select": select} if select else {})}
            page = self.server.post("/api/query/people", body)
            if total is None and page.status != 200:
                continue  # the stage is of another template
            self.assertEqual(page.status, 200, page.body)
            self.assertIn("elapsed_ms", page.json)
            ids = [c["customer_id"] for c in page.json["customers"]]
            while page.json["cursor"]:
                page = self.server.post("/api/query/people", {**body, "cursor": page.json["cursor"]})
                ids += [c["customer_id"] for c in page.json["customers"]]
            self.assertEqual(len(ids), page.json["total"])
            self.assertEqual(ids, sorted(set(ids)))
            if total is not None:
                self.assertEqual(len(ids), total)

    def test_audiences_of_audiences(self):
        self.put("/api/audiences/a", {"name": "a", "question": BUYERS})
        inner = {"kind": "customers", "audience": "a", "where": [{"field": "name", "op": "eq", "value": "view"}]}
        self.assertEqual(self.put("/api/audiences/b", {"name": "b", "question": inner}).json["customers"], 3)
        self.refused(self.remove("/api/audiences/a"), 409, "audience_in_use")
        self.refused(self.put("/api/audiences/a", {"name": "a", "question": {"kind": "customers", "audience": "b"}}), 422, "audience_cycle", "question.audience")
        self.refused(self.put("/api/audiences/c", {"name": "c", "question": {"kind": "customers", "audience": "c"}}), 422, "audience_cycle", "question.audience")

    def test_what_is_wrong_is_named(self):
        for body, code, field in (
            ([], "invalid_json", None),
            ({"question": BUYERS}, "invalid_argument", "name"),
            ({"name": "a"}, "invalid_argument", "question"),
            ({"name": "a", "question": 1}, "invalid_argument", "question"),
            ({"name": "a", "question": BUYERS, "x": 1}, "unknown_field", "x"),
            ({"name": "a", "question": {"kind": "trend"}}, "invalid_argument", "question.kind"),
            ({"name": "a", "question": {"kind": "funnel", "steps": [{"event": "view"}]}}, "invalid_argument", "question.people"),
            ({"name": "a", "question": {"kind": "customers", "y": 1}}, "unknown_field", "question.y"),
            ({"name": "a", "question": {"kind": "customers", "as_of": "1-1-1"}}, "invalid_argument", "question.as_of"),
            ({"name": "a", "question": {"kind": "stages", "select": {}}}, "invalid_argument", "question.select"),
            ({"name": "a", "question": {"kind": "stages", "select": {"stage": "no"}}}, "invalid_argument", "question.select.stage"),
            ({"name": "a", "question": {"kind": "stages", "model": "no", "select": {"stage": "no"}}}, "unknown_stage_model", "question.model"),
            ({"name": "a", "question": {"kind": "customers", "where": [{"field": "zzz", "op": "eq", "value": 1}]}}, "unknown_field", "question.where[0].field"),
            ({"name": "a", "question": {"kind": "customers", "audience": "no"}}, "unknown_audience", "question.audience"),
        ):
            with self.subTest(body=body):
                answer = self.server.post("/api/audiences", body)
                self.assertEqual((answer.json["code"], answer.json.get("field")), (code, field), answer.body)
                self.assertIn(answer.status, (400, 404, 422))
        self.refused(self.put("/api/audiences/A%20b", {"name": "a", "question": BUYERS}), 400, "invalid_argument", "id")

    def test_one_that_cannot_be_asked_any_more_says_so(self):
        model = {"label": {"it": "m", "en": "m"}, "stages": [{"id": "s", "label": {"it": "s", "en": "s"}, "rules": [{"event": {"event": "view"}}]}]}
        self.assertEqual(self.put("/api/stage-models/m", model).status, 200)
        question = {"kind": "stages", "model": "m", "select": {"stage": "s"}}
        self.assertEqual(self.put("/api/audiences/s", {"name": "s", "question": question}).json["customers"], 5)
        model["stages"][0]["id"] = "t"
        self.assertEqual(self.put("/api/stage-models/m", model).status, 200)
        answer = self.server.post("/api/query/stages", {"audience": "s"})
        self.refused(answer, 422, "audience_broken", "audience")
        listed = self.server.read("/api/audiences").json["audiences"][0]
        self.assertEqual((listed["customers"], listed["error"]["code"]), (None, "audience_broken"))


if __name__ == "__main__":
    unittest.main()
