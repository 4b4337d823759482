"""Joining customers and taking them apart: told beforehand, explained afterwards, and undone to the byte."""
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

VIEW, CART, BUY = {"event": "Product Viewed"}, {"event": "Product Added"}, {"event": "Order Completed"}
QUESTIONS = {
    "map": {},
    "funnel": {"steps": [VIEW, CART, BUY], "window": "14d", "breakdown": {"by": "channel", "touch": "first"}},
    "paths": {"unit": "customer", "node": "name", "depth": 5},
    "transitions": {"unit": "customer", "node": "name"},
    "variants": {"unit": "customer", "node": "name"},
    "retention": {"start": VIEW, "return": BUY, "unit": "day", "periods": 7},
    "lifecycle": {"selector": {"all": True}, "unit": "day"},
    "stages": {},
    "attribution": {"conversion": BUY, "value": "properties.total", "touch": {"key": "channel"}},
    "trend": {"series": [{**VIEW, "measure": "customers"}, {"all": True, "measure": "customers"}], "interval": "month"},
    "value": {"orders": BUY, "value": "properties.total"},
}
NOON = "1769940000000000"  # 2026-02-01T10:00:00Z
READS = ("/api/customers?limit=100", "/api/export/customers", "/api/export/events")


def happened(name, number, who, day, **properties):
    return {"type": "track", "event": name, "messageId": f"m{number}", "timestamp": f"2026-01-{day:02}T10:00:00Z", "properties": properties, **who}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Identity(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = self.enterContext(serve.Server())
        anna, mail, other = {"userId": "anna"}, {"anonymousId": "phone-1"}, {"userId": "bea"}
        search = {"context": {"page": {"referrer": "https://www.google.com/"}}}
        self.send(
            happened("Product Viewed", 1, {**mail, **search}, 1, product_id="p1"),
            happened("Product Viewed", 2, mail, 2, product_id="p2"),
            happened("Product Added", 3, anna, 3, product_id="p1"),
            happened("Order Completed", 4, anna, 4, order_id="o1", total=40, currency="EUR"),
            happened("Order Completed", 8, mail, 6, order_id="o3", total=15, currency="EUR"),
            happened("Product Viewed", 5, other, 5, product_id="p1"),
            happened("Product Added", 6, other, 6, product_id="p1"),
            happened("Order Completed", 7, other, 7, order_id="o2", total=25, currency="EUR"),
        )

    def send(self, *batch):
        answer = self.server.post("/v1/batch", {"batch": list(batch)})
        self.assertEqual((answer.status, answer.json["stored"]), (200, len(batch)), answer.body)

    def all_answers(self):
        """Every question and every list as of now, to the byte, with the clock standing still."""
        now = self.server.read("/api/health").json["epoch"].split("-")
        out = {}
        for kind, question in QUESTIONS.items():
            answer = self.server.post(f"/api/query/{kind}", {**question, "as_of": "-".join([*now[:2], NOON])})
            self.assertEqual(answer.status, 200, (kind, answer.body))
            out[kind] = re.sub(rb'"(epoch|elapsed_ms)":("[^"]*"|[0-9.e+-]+)', b"", answer.body)
        for path in READS:
            answer = self.server.read(path)
            self.assertEqual(answer.status, 200, (path, answer.body))
            out[path] = answer.body
        # What joined them was stored, and stays.
        out["/api/export/events"] = b"".join(line for line in out["/api/export/events"].splitlines(True) if b'"message_id":"act"' not in line)
        return out

    def same(self, before):
        for name, answer in self.all_answers().items():
            self.assertEqual(answer, before[name], name)

    def person(self, name):
        answer = self.server.read(f"/api/customers/{name}")
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def identity(self, name):
        return self.server.read(f"/api/customers/{name}/identity").json

    def last_link(self, name):
        return [link for link in self.identity(name)["links"] if link["state"] == "active"][-1]

    def undo(self, link):
        answer = self.server.post(f"/api/identity/links/{link}/undo", {})
        self.assertEqual(answer.status, 200, answer.body)

    def undone_to_the_byte(self, before, link):
        joined = self.all_answers()
        for name in [*QUESTIONS, *READS]:
            self.assertNotEqual(joined[name], before[name], f"{name} should tell a joined customer from two")
        self.undo(link)
        self.same(before)
        self.assertEqual(self.server.restart(), 0)
        self.same(before)

    def test_a_merge_by_hand_is_undone_to_the_byte(self):
        before = self.all_answers()
        done = self.server.post("/api/identity/merge", {"a": "user_id:anna", "b": "anonymous_id:phone-1"}).json
        self.undone_to_the_byte(before, done["link_id"])

    def test_the_first_link_of_two_identifiers_is_undone_to_the_byte(self):
        before = self.all_answers()
        self.send({"type": "identify", "messageId": "act", "userId": "anna", "anonymousId": "phone-1", "timestamp": "2026-01-08T10:00:00Z"})
        link = self.last_link("user_id:anna")
        self.assertEqual((link["rule"], link["actor"], link["cause"]["message_id"]), ("device_user", None, "act"))
        self.undone_to_the_byte(before, link["id"])

    def test_an_alias_is_undone_to_the_byte(self):
        before = self.all_answers()
        self.send({"type": "alias", "messageId": "act", "userId": "anna", "previousId": "bea", "timestamp": "2026-01-08T10:00:00Z"})
        joined = self.all_answers()
        self.assertNotEqual(joined["value"], before["value"])
        link = self.last_link("user_id:anna")
        self.assertEqual(link["rule"], "alias")
        self.undo(link["id"])
        self.same(before)

    def test_merges_are_undone_in_any_order(self):
        before = self.all_answers()
        links = [self.server.post("/api/identity/merge", {"a": "user_id:anna", "b": other}).json["link_id"] for other in ("anonymous_id:phone-1", "user_id:bea")]
        self.undo(links[0])
        self.assertNotEqual(self.all_answers(), before)
        self.undo(links[1])
        self.same(before)

    def told(self, name):
        return {key: value for key, value in self.person(name).items() if key in ("customer_id", "name", "identifiers", "events", "orders", "revenue", "first_seen", "last_seen", "stage")}

    def test_a_preview_tells_what_then_happens(self):
        pair = {"a": "anonymous_id:tablet", "b": "user_id:anna"}
        # Lately, so that they are in a stage.
        hour_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
        self.send(serve.track("Product Viewed", "r1", anonymousId="tablet", timestamp=hour_ago), serve.track("Product Added", "r2", userId="anna", timestamp=hour_ago))
        before = self.all_answers()
        apart = [self.told(pair["a"]), self.told(pair["b"])]
        self.assertNotEqual(apart[0]["stage"], apart[1]["stage"])
        planned = self.server.post("/api/identity/merge/preview", pair).json
        self.same(before)
        self.assertEqual(planned["before"], apart)
        link = self.server.post("/api/identity/merge", pair).json["link_id"]
        self.assertEqual(planned["after"], [self.told(pair["b"])])
        self.assertEqual(planned["after"][0]["events"], 4)
        self.assertEqual(planned["customers"]["after"], self.server.read("/api/health").json["customers"])
        joined = self.all_answers()
        undoing = self.server.read(f"/api/identity/links/{link}/preview").json
        self.same(joined)
        self.assertEqual(undoing["before"], planned["after"])
        self.undo(link)
        self.assertEqual(undoing["after"], [self.told(pair["b"]), self.told(pair["a"])])
        self.assertEqual(undoing["customers"], {"before": planned["customers"]["after"], "after": planned["customers"]["before"]})

    def test_what_cannot_be_done_is_said_by_the_preview_too(self):
        self.server.post("/api/identity/merge", {"a": "user_id:anna", "b": "anonymous_id:phone-1"})
        link = self.last_link("user_id:anna")["id"]
        self.undo(link)
        for method, path, body, status, code in (
            ("POST", "merge/preview", {"a": "user_id:anna", "b": "user_id:anna"}, 409, "already_merged"),
            ("POST", "merge/preview", {"a": "user_id:anna"}, 400, "invalid_argument"),
            ("POST", "merge/preview", {"a": "user_id:anna", "b": "user_id:nobody"}, 404, "unknown_customer"),
            ("GET", "links/99999999/preview", None, 404, "not_found"),
            ("GET", "links/x/preview", None, 404, "unknown_link"),
            ("GET", f"links/{link}/preview", None, 409, "already_undone"),
            ("POST", "conflicts/99999999/dismiss", {}, 404, "not_found"),
            ("POST", "conflicts/x/dismiss", {}, 404, "unknown_conflict"),
            ("GET", "conflicts?limit=0", None, 400, "invalid_argument"),
        ):
            with self.subTest(path=path, body=body):
                answer = self.server.post(f"/api/identity/{path}", body) if method == "POST" else self.server.read(f"/api/identity/{path}")
                self.assertEqual((answer.status, answer.json["code"]), (status, code), answer.body)

    def test_each_identifier_tells_its_events_and_each_link_its_cause(self):
        self.send({"type": "identify", "messageId": "i1", "userId": "anna", "traits": {"email": "anna@example.it"}, "timestamp": "2026-01-08T10:00:00Z"})
        self.server.post("/api/identity/merge", {"a": "user_id:anna", "b": "anonymous_id:phone-1"})
        answer = self.identity("email:anna@example.it")
        nodes = {node["value"]: (node["events"], node["first_seen"]) for node in answer["nodes"]}
        self.assertEqual({value: events for value, (events, _) in nodes.items()}, {"anna": 2, "anna@example.it": 0, "phone-1": 3})
        self.assertTrue(nodes["phone-1"][1].startswith("2026-01-01T10:00:00"))
        self.assertIsNone(nodes["anna@example.it"][1])
        links = {link["rule"]: link for link in answer["links"]}
        self.assertEqual(links["same_event"]["cause"]["message_id"], "i1")
        self.assertEqual(links["manual"]["actor"], "key:api")

    def test_a_conflict_waits_for_people_and_is_closed_once(self):
        def crm(user, number, message):
            return {"type": "identify", "messageId": message, "userId": user, "context": {"externalIds": [{"type": "crm_id", "id": number}]}}
        self.send(crm("anna", "c1", "x1"), crm("bea", "c2", "x2"))
        self.assertEqual(self.server.read("/api/identity/conflicts").json, {"conflicts": []})
        self.send(crm("anna", "c2", "x3"))
        (conflict,) = self.server.read("/api/identity/conflicts").json["conflicts"]
        self.assertEqual((conflict["state"], conflict["cause"]["message_id"]), ("open", "x3"))
        self.assertEqual({c["customer_id"] for c in conflict["customers"]}, {self.person("user_id:anna")["customer_id"], self.person("user_id:bea")["customer_id"]})
        self.assertEqual([c["identifier"]["type"] for c in conflict["customers"]], ["user_id", "crm_id"])
        path = f"/api/identity/conflicts/{conflict['id']}/dismiss"
        self.assertEqual(self.server.post(path, {}).status, 200)
        self.assertEqual((self.server.post(path, {}).status, self.server.post(path, {}).json["code"]), (409, "already_resolved"))
        self.send(crm("anna", "c2", "x4"))
        self.assertEqual(self.server.read("/api/identity/conflicts").json, {"conflicts": []})
        self.assertEqual([c["state"] for c in self.identity("user_id:anna")["conflicts"]], ["closed"])
        self.server.restart()
        self.assertEqual(self.server.read("/api/identity/conflicts").json, {"conflicts": []})

    def put_policy(self, body, match=None):
        return self.server.ask("PUT", "/api/identity/policy", body, {**serve.secret(), **({"If-Match": match} if match else {})})

    def several(self, *pairs):
        """Each (user, e-mail) says who they are."""
        self.sent = getattr(self, "sent", 0)
        for user, email in pairs:
            self.sent += 1
            self.send({"type": "identify", "messageId": f"s{self.sent}", "userId": user, "traits": {"email": email}})

    def test_a_value_of_many_is_suggested_and_blocked_from_then_on(self):
        self.several(*[(f"u{i}", "info@shop.example") for i in range(5)], ("u1", "own@x.example"), ("u2", "own@x.example"))
        (value,) = self.server.read("/api/identity/shared-values").json["values"]
        self.assertEqual((value["type"], value["value"], value["customers"]), ("email", "info@shop.example", 5))
        self.assertEqual(value["customer_id"], self.person("user_id:u0")["customer_id"])
        shipped = self.server.read("/api/identity/policy")
        self.assertEqual((shipped.json["blocked"], shipped.json["types"]["email"]["limit"]), ([], 5))
        before = self.all_answers()
        self.assertEqual(self.put_policy({**shipped.json, "blocked": [" Info@Shop.example ", "+39 347 123 4567"]}, shipped.headers["ETag"]).status, 200)
        self.same(before)
        self.assertEqual(self.server.read("/api/identity/shared-values").json, {"values": []})
        for _ in range(2):
            self.several(("new", "INFO@shop.example"), ("new", "new@x.example"))
            self.assertEqual({i["value"] for i in self.person("user_id:new")["identifiers"]}, {"new", "new@x.example"})
            self.send({"type": "identify", "messageId": f"p{self.sent}", "userId": "new", "traits": {"phone": "347-1234567"}})
            self.assertEqual(self.server.read("/api/customers/phone:3471234567").status, 404)
            self.assertEqual(self.server.read("/api/identity/policy").json["blocked"], ["Info@Shop.example", "+39 347 123 4567"])
            self.server.restart()

    def test_limits_count_for_what_is_stored_from_then_on(self):
        self.several(("anna", "a1@x.example"), ("anna", "a2@x.example"))
        self.assertEqual(self.put_policy({"types": {"email": {"limit": 2}}}).status, 200)
        self.several(("anna", "a3@x.example"), ("bea", "b1@x.example"))
        self.assertEqual({i["value"] for i in self.person("user_id:anna")["identifiers"] if i["type"] == "email"}, {"a1@x.example", "a2@x.example"})
        refused = self.server.post("/api/identity/merge/preview", {"a": "user_id:anna", "b": "user_id:bea"})
        self.assertEqual((refused.status, refused.json["code"]), (422, "limit_exceeded"))

    def test_signing_out_is_named_by_the_firm(self):
        self.assertEqual(self.put_policy({"sign_out_events": ["Arrivederci"]}).status, 200)
        at = {"anonymousId": "till"}
        self.send(happened("Product Viewed", 90, {**at, "userId": "anna"}, 10), happened("Arrivederci", 91, at, 11), happened("Product Viewed", 92, at, 12))
        self.assertNotEqual(self.person("anonymous_id:till")["customer_id"], self.person("user_id:anna")["customer_id"])

    def test_what_is_wrong_in_the_policy_is_named(self):
        for body, code, field in (
            ([], "invalid_json", None),
            ({"x": 1}, "unknown_field", "x"),
            ({"types": []}, "invalid_argument", "types"),
            ({"types": {"fax": {"limit": 1}}}, "unknown_identifier_type", "types.fax"),
            ({"types": {"email": 5}}, "invalid_argument", "types.email"),
            ({"types": {"email": {"limit": 31}}}, "invalid_argument", "types.email.limit"),
            ({"types": {"email": {"most": 1}}}, "unknown_field", "types.email.most"),
            ({"types": {"user_id": {"limit": 2}}}, "invalid_argument", "types.user_id.limit"),
            ({"types": {"anonymous_id": {"limit": 2}}}, "invalid_argument", "types.anonymous_id.limit"),
            ({"blocked": "x"}, "invalid_argument", "blocked"),
            ({"blocked": ["x", 1]}, "invalid_argument", "blocked[1]"),
            ({"blocked": ["  "]}, "invalid_argument", "blocked[0]"),
            ({"blocked": [str(i) for i in range(1001)]}, "invalid_argument", "blocked"),
            ({"shared_after": -1}, "invalid_argument", "shared_after"),
            ({"shared_window": "soon"}, "invalid_argument", "shared_window"),
            ({"shared_window": "0m"}, "invalid_argument", "shared_window"),
        ):
            with self.subTest(body=str(body)[:80]):
                answer = self.put_policy(body)
                self.assertEqual((answer.status, answer.json["code"], answer.json.get("field")), (400, code, field), answer.body)
        tag = self.put_policy({"shared_after": 4}).headers["ETag"]
        self.assertEqual(self.put_policy({"shared_after": 5}, tag).status, 200)
        self.assertEqual(self.put_policy({"shared_after": 6}, tag).status, 409)


if __name__ == "__main__":
    unittest.main()
