"""Customers over HTTP: a profile, its purchases, its events in order, and their agreement with the export."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

TIMES = ["2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z", "2026-03-01T09:10:00Z", "2026-03-05T09:00:00Z", "2026-03-15T09:00:00Z"]


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Customers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        visit = {"context": {"page": {"url": "https://shop.example/p", "referrer": "https://www.google.com/"}}, "anonymousId": "a1"}
        later = {"context": {"page": {"url": "https://shop.example/q", "referrer": "https://shop.example/p"}}, "anonymousId": "a1"}

        def order(number, time, *lines):
            return serve.track("Order Completed", f"o{number}", userId="u1", timestamp=time, properties={
                "order_id": f"o{number}", "total": 30 * number, "products": [dict(zip(("name", "category", "quantity"), line)) for line in lines]})
        batch = [
            {"type": "page", "name": "P", "messageId": "p1", "timestamp": TIMES[0], **visit},
            {"type": "page", "name": "Q", "messageId": "p2", "timestamp": TIMES[1], **later},
            {"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "i1", "timestamp": TIMES[2], "traits": {"name": "Anna Rossi"}},
            order(1, TIMES[3], ("Moka", "cucina", 1), ("Tazza", "tavola", 4)),
            order(2, TIMES[4], ("Moka", "cucina", 5)),
            serve.track("Order Refunded", "r1", userId="u1", timestamp=TIMES[4], properties={"order_id": "o2", "total": 10}),
            {"type": "identify", "userId": "u2", "messageId": "i2", "traits": {"name": "Ugo Verdi"}},
        ]
        answer = cls.server.collect("/v1/batch", {"batch": batch})
        assert answer.json["stored"] == len(batch), answer.body

    def test_somebody_who_only_said_who_they_are_is_a_customer(self):
        profile = self.server.read("/api/customers/user_id:u2").json
        self.assertEqual((profile["events"], profile["first_seen"], profile["traits"]), (0, None, {"name": "Ugo Verdi"}))
        listed = [c["customer_id"] for c in self.server.read("/api/customers").json["customers"]]
        exported = [json.loads(line)["customer_id"] for line in self.server.read("/api/export/customers").body.splitlines()]
        self.assertEqual(sorted(listed), sorted(exported))
        self.assertIn(profile["customer_id"], listed)
        health = self.server.read("/api/health").json
        self.assertEqual((health["customers"], health["events"]), (2, len(self.server.events())))

    def test_purchases_are_net_of_refunds(self):
        bought = self.server.read("/api/customers/user_id:u1").json["purchases"]
        self.assertEqual((bought["orders"], bought["revenue"], bought["average_order_value"]), (2, 80.0, 40.0))
        self.assertEqual(bought["days_between_orders"], 10.0)
        self.assertEqual(bought["favourite_products"], [{"value": "Moka", "quantity": 6}, {"value": "Tazza", "quantity": 4}])
        self.assertEqual([c["value"] for c in bought["favourite_categories"]], ["cucina", "tavola"])

    def test_the_timeline_is_in_order_and_pages_meet(self):
        path = "/api/customers/user_id:u1/timeline"
        whole = [e["message_id"] for e in self.server.read(path).json["events"]]
        self.assertEqual(whole, ["p1", "p2", "o1", "o2", "r1"])
        for order, wanted in (("oldest", whole), ("newest", whole[::-1])):
            shown, cursor = [], ""
            while cursor is not None:
                page = self.server.read(f"{path}?order={order}&limit=2&cursor={cursor}").json
                shown += [e["message_id"] for e in page["events"]]
                cursor = page["cursor"]
            self.assertEqual(shown, wanted)
        self.assertEqual(self.server.read(path + "?order=sideways").json["field"], "order")
        self.assertEqual(self.server.read(path + "?cursor=x").json["field"], "cursor")

    def test_timeline_and_export_say_the_same(self):
        exported = {e["message_id"]: e for e in self.server.events()}
        self.assertEqual(exported["p2"]["channel"], exported["p1"]["channel"], "a web event takes its session's channel")
        for event in self.server.read("/api/customers/user_id:u1/timeline").json["events"]:
            for name in ("sequence", "customer_id", "timestamp", "type", "name", "channel", "touchpoint", "properties"):
                self.assertEqual(event[name], exported[event["message_id"]][name], name)


if __name__ == "__main__":
    unittest.main()
