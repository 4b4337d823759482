"""Hostile and unlucky input over HTTP: nothing is lost, nothing crashes, each refusal says what is wrong."""
import gzip
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())

    def alive(self):
        self.assertEqual(self.server.ask("GET", "/api/health").status, 200)

    def collect(self, body, path="/v1/batch"):
        answer = self.server.collect(path, body)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_numbers_beyond_a_machine_word(self):
        body = b'{"batch":[{"type":"track","event":"Huge","messageId":"n1","userId":"nu","properties":' \
               b'{"huge":1e400,"long":123456789012345678901234,"size":7},"context":{"traits":{"points":-1e999,"name":"Nu Mero"}}}]}'
        self.assertEqual(self.collect(body)["stored"], 1)
        timeline = self.server.read("/api/customers/user_id:nu/timeline")
        self.assertEqual(timeline.status, 200)
        self.assertEqual(timeline.json["events"][0]["properties"]["size"], 7)
        profile = self.server.read("/api/customers/user_id:nu")
        self.assertEqual(profile.json["traits"]["name"], "Nu Mero")
        question = {"series": [{"event": "Huge", "measure": "events", "where": [{"field": "properties.size", "op": "gt", "value": 6}]}], "interval": "day"}
        answer = self.server.post("/api/query/trend", question)
        self.assertEqual(sum(answer.json["series"][0]["values"]), 1)
        self.assertIn(b'"huge":1e400', self.server.read("/api/export/events?customer=user_id:nu").body)

    def test_a_deep_question_or_document(self):
        for nest in (b'[' * 100_000, b'{"any":[' * 100_000):
            for path in ("query/funnel", "query/people", "identity/merge", "facts", "keys"):
                answer = self.server.ask("POST", f"/api/{path}", b'{"where":' + nest, serve.secret())
                self.assertEqual(answer.status, 400, path)
            for path in ("settings", "stage-models/mine", "touchpoints", "mappings/mine", "tables/products"):
                answer = self.server.ask("PUT", f"/api/{path}", b'{"x":' + nest, serve.secret())
                self.assertEqual(answer.status, 400, path)
        self.alive()

    def test_a_shared_context_is_the_messages_own(self):
        batch = {"context": {"ip": "203.0.113.77", "traits": {"email": "shared@example.it"}},
                 "batch": [serve.track("Shared", "c1"), serve.track("Shared", "c2", context={"ip": "198.51.100.9"}, userId="other")]}
        self.assertEqual(self.collect(batch)["stored"], 2)
        events = [e for e in self.server.events() if e["name"] == "Shared"]
        self.assertEqual([e["context"]["ip"] for e in events], ["203.0.113.0", "198.51.100.0"])
        self.assertEqual(events[0]["identifiers"], [{"type": "email", "value": "shared@example.it"}])
        self.assertEqual(self.server.read("/api/customers/email:shared@example.it").json["events"], 1)

    def test_an_event_laid_out_over_lines_is_one_line_of_the_export(self):
        body = b'{"event":"Laid Out",\n "userId":"lines",\r\n "groupId":{"a":"b"},\n "properties":{\n  "a" : 1\n }\n}'
        self.assertEqual(self.collect(body, "/v1/track")["stored"], 1)
        lines = self.server.read("/api/export/events?customer=user_id:lines").body.splitlines()
        self.assertEqual([json.loads(line)["properties"] for line in lines], [{"a": 1}])
        self.assertEqual(self.server.read("/api/customers/user_id:lines/timeline").json["events"][0]["properties"], {"a": 1})

    def test_an_epoch_out_of_this_world(self):
        for epoch in ("0-0-9223372036854775807", "0-0--5", "1-1", "x", "99999999999999999999-0-0", "999999999-0-0", 7):
            answer = self.server.post("/api/query/stages", {"as_of": epoch})
            self.assertEqual((answer.status, answer.json["field"]), (400, "as_of"), epoch)
        self.assertEqual(self.server.post("/api/query/map", {"as_of": "0-0-0"}).status, 200)

    def test_cursors_that_nobody_gave(self):
        for path in ("/api/customers", "/api/customers/user_id:cursor/timeline"):
            self.collect({"batch": [serve.track("A", "cursor", userId="cursor")]})
            answer = self.server.read(path + "?cursor=nonsense")
            self.assertEqual((answer.status, answer.json["field"]), (400, "cursor"), path)

    def test_a_stale_version_never_wins(self):
        first = self.server.read("/api/touchpoints")
        unchanged = first.headers["ETag"]
        document = first.body
        put = self.server.ask("PUT", "/api/touchpoints", document, {**serve.secret(), "If-Match": unchanged})
        self.assertEqual(put.status, 200, put.body)
        changed = json.dumps({**json.loads(document), "rules": []})
        again = self.server.ask("PUT", "/api/touchpoints", changed.encode(), {**serve.secret(), "If-Match": unchanged})
        self.assertEqual(again.status, 409)

    def test_an_upload_without_a_source_adds_nothing_the_second_time(self):
        mapping = {"event": "Uploaded", "identifiers": {"user_id": "who"}}
        put = self.server.ask("PUT", "/api/mappings/plain", mapping, serve.secret())
        self.assertEqual(put.status, 200, put.body)
        stored = []
        for body in (b"who\na\nb\n", gzip.compress(b"who\na\nb\n")):
            name = "people.csv" if body.startswith(b"who") else "people.csv.gz"
            begun = self.server.ask("POST", f"/api/imports?name={name}&mapping=plain", body, serve.secret())
            self.assertEqual(begun.status, 202, begun.body)
            state = {"state": "reading"}
            while state["state"] == "reading":
                state = self.server.read(f"/api/imports/{begun.json['id']}").json
            stored.append((state["stored"], state["duplicates"]))
        self.assertEqual(stored, [(2, 0), (0, 2)])


if __name__ == "__main__":
    unittest.main()
