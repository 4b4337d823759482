"""Scenarios over the real program: what an answer holds, and what it must not hold."""
import gzip
import json
import signal
import sys
import pathlib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Scenario(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = self.enterContext(serve.Server())

    def no_secrets(self, answer):
        text = answer.body.decode(errors="replace") + str(answer.headers)
        for forbidden in (serve.SECRET_KEY, str(self.server.folder), ".cc:", "SELECT ", "Traceback"):
            self.assertNotIn(forbidden, text)

    def stored(self, answer):
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json["stored"], answer.json["duplicates"]


class Collecting(Scenario):
    def test_stores_once_also_over_a_restart(self):
        event = serve.track("Order Completed", "m1", userId="u1", properties={"order_id": "o1", "total": 12.5})
        self.assertEqual(self.stored(self.server.collect("/v1/track", event)), (1, 0))
        self.assertEqual(self.stored(self.server.collect("/v1/t", event)), (0, 1))
        batch = {"batch": [event, serve.track("A", "m2", userId="u1"), serve.track("B", "m2", userId="u1")]}
        self.assertEqual(self.stored(self.server.collect("/v1/batch", batch)), (1, 2))
        self.assertEqual(self.server.restart(), 0)
        self.assertEqual(self.stored(self.server.collect("/v1/batch", batch)), (0, 3))
        self.assertEqual([e["message_id"] for e in self.server.events()], ["m1", "m2"])

    def test_what_was_acknowledged_outlives_a_kill(self):
        for i in range(50):
            self.assertEqual(self.stored(self.server.collect("/v1/t", serve.track("A", f"k{i}", userId="u"))), (1, 0))
        self.server.restart(signal.SIGKILL)
        self.assertEqual(sorted(e["message_id"] for e in self.server.events()), sorted(f"k{i}" for i in range(50)))

    def test_a_bad_member_spoils_nothing(self):
        batch = {"batch": [serve.track("A", "g1", userId="u"), {"type": "track", "userId": "u"}, 7, serve.track("B", "g2", userId="u")]}
        answer = self.server.collect("/v1/batch", batch)
        self.assertEqual(self.stored(answer)[0], 2)
        self.assertEqual([r["index"] for r in answer.json["rejected"]], [1, 2])
        for r in answer.json["rejected"]:
            self.assertEqual(set(r), {"index", "code", "field", "detail"})
        single = self.server.collect("/v1/track", {"userId": "u"})
        self.assertEqual(single.status, 400)
        self.assertEqual(single.headers["Content-Type"], "application/problem+json")
        self.assertIn("code", single.json)

    def test_hostile_bodies_are_refused_and_the_server_lives(self):
        deep = b'{"event":"x","userId":"u","properties":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        bodies = [b"", b"{", b"[]", b"null", b"\x00\xff", deep, b'{"event":"\xff","userId":"u"}', b'{"batch":{}}']
        for body in bodies:
            answer = self.server.collect("/v1/batch" if b"batch" in body else "/v1/track", body)
            self.assertEqual(answer.status, 400, body[:40])
            self.no_secrets(answer)
        bomb = gzip.compress(b" " * 200_000_000)
        self.assertEqual(self.server.collect("/v1/batch", bomb).status, 413)
        big = serve.track("A", "big", userId="u", properties={"x": "y" * 40_000})
        self.assertIn(self.server.collect("/v1/track", big).status, (400, 413))
        self.assertEqual(self.stored(self.server.ask("POST", "/v1/track", big, serve.secret())), (1, 0))
        self.assertEqual(self.server.ask("GET", "/api/health").status, 200)
        self.assertEqual(len(self.server.events()), 1)

    def test_unknown_keys_store_nothing(self):
        event = serve.track("A", "x", userId="u")
        self.assertEqual(self.server.ask("POST", "/v1/track", event).status, 401)
        self.assertEqual(self.server.ask("POST", "/v1/track", {**event, "writeKey": "cwrong00000000000000000000"}).status, 401)
        self.assertEqual(self.stored(self.server.ask("POST", "/v1/track", {**event, "writeKey": serve.WRITE_KEY})), (1, 0))

    def test_an_export_holds_what_was_sent(self):
        sent = serve.track(
            "Caffè ☕", "e1", userId="u1", anonymousId="a1", timestamp="2025-03-10T08:15:30.123Z",
            properties={"n": 1, "big": 12345678901234567890, "f": 0.1, "l": [1, {"x": None}]},
            traits={"città": "Parma"}, context={"page": {"url": "https://a/?q=è"}, "locale": "it-IT"})  # fmt: skip
        self.stored(self.server.collect("/v1/track", sent))
        (event,) = self.server.events()
        for name in ("properties", "traits"):
            self.assertEqual(event[name], sent[name])
        self.assertEqual(event["context"]["page"], sent["context"]["page"])
        self.assertEqual(event["timestamp"], sent["timestamp"])
        self.assertEqual((event["type"], event["name"], event["user_id"], event["anonymous_id"]), ("track", sent["event"], "u1", "a1"))
        self.assertNotIn(serve.WRITE_KEY, json.dumps(event))


class Reading(Scenario):
    def test_keys_decide(self):
        bearer = {"Authorization": f"Bearer {serve.WRITE_KEY}"}
        for path in ("/api/customers", "/api/export/events", "/api/keys", "/metrics", "/api/settings", "/api/vocabulary"):
            self.assertEqual(self.server.ask("GET", path).status, 401, path)
            self.assertEqual(self.server.ask("GET", path, headers=bearer).status, 403, path)
            good = self.server.read(path)
            self.assertEqual(good.status, 200, (path, good.body))
            self.no_secrets(good)
        self.assertEqual(set(self.server.ask("GET", "/api/health").json), {"status"})
        self.assertLessEqual({"status", "version", "events", "customers", "epoch"}, set(self.server.read("/api/health").json))

    def test_a_customer_is_found_by_any_identifier(self):
        self.server.collect("/v1/track", serve.track("Product Viewed", "c1", anonymousId="a1"))
        self.server.collect("/v1/identify", {"messageId": "c2", "anonymousId": "a1", "userId": "42", "traits": {"email": "Anna@Example.it"}})
        ids = set()
        for name in ("user_id:42", "email:anna@example.it", "anonymous_id:a1"):
            answer = self.server.read("/api/customers/" + name.replace("@", "%40"))
            self.assertEqual(answer.status, 200, (name, answer.body))
            ids.add(answer.json["customer_id"])
        self.assertEqual(len(ids), 1)
        timeline = self.server.read(f"/api/customers/{ids.pop()}/timeline").json
        self.assertIn("c1", [e["message_id"] for e in timeline["events"]])
        self.assertEqual(self.server.read("/api/customers/user_id:nobody").status, 404)

    def test_wrong_questions_name_the_field(self):
        for kind, question in (("funnel", {"steps": [{"evnt": "A"}]}), ("funnel", {"stps": []}), ("trend", {"series": [{"all": True, "measure": "x"}], "interval": "day"}), ("map", {"model": "none"})):
            answer = self.server.post(f"/api/query/{kind}", question)
            self.assertIn(answer.status, (400, 404, 422), (kind, answer.body))
            self.assertIn("code", answer.json)
            self.no_secrets(answer)
        self.assertEqual(self.server.post("/api/query/nonsense", {}).status, 404)
        self.assertEqual(self.server.post("/api/query/funnel", b"{").status, 400)

    def test_one_question_at_one_epoch_has_one_answer(self):
        for i in range(20):
            self.server.collect("/v1/t", serve.track("A" if i % 2 else "B", f"q{i}", userId=f"u{i % 5}", timestamp=f"2026-01-{i + 1:02}T00:00:00Z"))
        question = {"steps": [{"event": "A"}, {"event": "B"}], "window": "14d"}
        first = self.server.post("/api/query/funnel", question)
        self.assertEqual(first.status, 200, first.body)
        self.server.collect("/v1/t", serve.track("A", "later", userId="other", timestamp="2026-01-02T00:00:00Z"))
        again = self.server.post("/api/query/funnel", {**question, "as_of": first.json["epoch"]})
        strip = lambda a: {k: v for k, v in a.json.items() if k not in ("epoch", "elapsed_ms")}  # noqa: E731
        self.assertEqual(strip(again), strip(first))

    def test_configuration_has_versions(self):
        read = self.server.read("/api/settings")
        changed = {**read.json, "name": "Prova"}
        put = self.server.ask("PUT", "/api/settings", changed, {**serve.secret(), "If-Match": read.headers["ETag"]})
        self.assertEqual(put.status, 200, put.body)
        stale = self.server.ask("PUT", "/api/settings", changed | {"name": "Altra"}, {**serve.secret(), "If-Match": read.headers["ETag"]})
        self.assertEqual(stale.status, 409)
        self.assertEqual(self.server.read("/api/settings").json["name"], "Prova")

    def test_signing_in_needs_the_link_once(self):
        token = self.server.link_token()
        if token is None:
            self.skipTest("serve printed no sign-in link")
        opened = self.server.ask("POST", "/api/session", {"token": token})
        self.assertEqual(opened.status, 200, opened.body)
        cookie = opened.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)
        self.assertEqual(self.server.ask("POST", "/api/session", {"token": token}).status, 401)
        headers = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(self.server.ask("GET", "/api/session", headers=headers).status, 200)
        self.assertEqual(self.server.ask("POST", "/api/keys", {"kind": "write", "source": "x"}, headers).status, 403)
        made = self.server.ask("POST", "/api/keys", {"kind": "write", "source": "x"}, {**headers, "X-Viaggio": "1"})
        self.assertEqual(made.status, 201, made.body)
        self.assertRegex(made.json["key"], r"^c[a-z0-9]{24}$")

    def test_facts_and_tables(self):
        rows = {"rows": [{"sku": "A1", "name": "Moka", "price": 29.9}]}
        for _ in range(2):
            self.assertEqual(self.server.ask("PUT", "/api/tables/products", rows, serve.secret()).status, 200)
        self.assertEqual(self.server.read("/api/tables/products").json, rows)
        self.assertEqual(self.server.read("/api/tables/nonsense").status, 404)
        wrong = self.server.post("/api/facts", [{"day": "2026-02-30", "measure": "views", "value": 1}])
        self.assertEqual((wrong.status, wrong.json["field"]), (400, "facts[0].day"))


class OtherOrigins(unittest.TestCase):
    @unittest.skipIf(serve.program() is None, "no program")
    def test_the_public_listener_collects_and_nothing_else(self):
        with serve.Server(collect=True) as server:
            origin = {"Origin": "https://shop.example", "Access-Control-Request-Headers": "authorization,rsa-retry-attempt"}
            options = server.ask("OPTIONS", "/v1/t", headers=origin, port=server.collect_port)
            self.assertEqual(options.status, 204)
            self.assertEqual(options.headers["Access-Control-Allow-Origin"], "https://shop.example")
            self.assertEqual(options.headers["Access-Control-Allow-Headers"], "authorization,rsa-retry-attempt")
            sent = server.collect("/v1/track", serve.track("A", "p1", userId="u"), port=server.collect_port, Origin="https://shop.example")
            self.assertEqual(sent.status, 200)
            self.assertEqual(sent.headers["Access-Control-Allow-Origin"], "https://shop.example")
            for path in ("/", "/api/health", "/api/customers", "/metrics", "/api/export/events"):
                self.assertEqual(server.ask("GET", path, headers=serve.secret(), port=server.collect_port).status, 404, path)
            self.assertIsNone(server.ask("GET", "/api/customers", headers={**serve.secret(), **origin}).headers["Access-Control-Allow-Origin"])


if __name__ == "__main__":
    unittest.main()
