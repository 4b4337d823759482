"""SQL over the open copy, through the program: the same numbers as the questions, and nothing but reading."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402


class Sql(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = serve.Server()
        batch = []
        for n in range(40):
            batch.append(serve.track("Product Viewed" if n % 3 else "Order Completed", f"m{n}", userId=f"u{n % 5}",
                                     timestamp=f"2026-0{1 + n % 4}-03T10:{n:02d}:00Z",
                                     properties={"total": n + 0.25, "order_id": f"o{n // 6}", "note": 'a "b"\nc'}))
        assert cls.server.collect("/v1/batch", {"batch": batch}).json["stored"] == len(batch)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def ask(self, query, **more):
        return self.server.post("/api/sql", {"query": query, **more})

    def test_says_what_there_is(self):
        answer = self.server.read("/api/sql").json
        tables = {t["name"]: [c["name"] for c in t["columns"]] for t in answer["tables"]}
        self.assertEqual(set(tables), {"events", "sessions", "customers"})
        for name, columns in tables.items():
            shown = self.ask(f"SELECT * FROM {name}").json
            self.assertEqual([c["name"] for c in shown["columns"]], columns)

    def test_agrees_with_a_trend(self):
        trend = self.server.post("/api/query/trend", {
            "series": [{"event": "Order Completed", "measure": "events"}, {"event": "Order Completed", "measure": "customers"},
                       {"event": "Order Completed", "measure": "sum", "field": "value"}],
            "interval": "month", "timezone": "UTC"}).json
        rows = self.ask("SELECT count(*), count(DISTINCT customer_id), sum(value) FROM events WHERE name = 'Order Completed' "
                        "GROUP BY date_trunc('month', timestamp) ORDER BY date_trunc('month', timestamp)").json["rows"]
        months = [list(r) for r in zip(*[s["values"] for s in trend["series"]])]
        self.assertEqual([m for m in months if m[0]], rows)

    def test_a_new_event_and_a_merge_are_seen(self):
        before = self.ask("SELECT count(*) FROM customers").json["rows"][0][0]
        late = serve.track("Product Viewed", "late", userId="newcomer", timestamp="2026-02-01T00:00:00Z")
        self.assertEqual(self.server.collect("/v1/batch", {"batch": [late]}).json["stored"], 1)
        self.assertEqual(self.ask("SELECT count(*) FROM customers").json["rows"][0][0], before + 1)
        merged = self.server.post("/api/identity/merge", {"a": "user_id:newcomer", "b": "user_id:u1"}).json
        rows = self.ask("SELECT customer_id FROM events WHERE message_id = 'late'").json["rows"]
        self.assertEqual(rows, [[merged["customer_id"]]])
        self.assertEqual(self.ask("SELECT count(*) FROM customers").json["rows"][0][0], before)

    def test_properties_are_json(self):
        rows = self.ask("SELECT properties->>'note' FROM events WHERE message_id = 'm3'").json["rows"]
        self.assertEqual(rows, [['a "b"\nc']])

    def test_says_that_there_is_more(self):
        answer = self.ask("SELECT * FROM events", limit=7).json
        self.assertEqual((len(answer["rows"]), answer["more"]), (7, True))

    def test_refuses_all_but_reading(self):
        for query, code in (("DROP VIEW events", "sql_not_select"), ("SELECT 1; SELECT 2", "sql_not_select"),
                            ("SELECT * FROM read_text('/etc/passwd')", "sql_error"), ("SELEKT", "sql_error")):
            answer = self.ask(query)
            self.assertEqual((answer.status, answer.json["code"], answer.json["field"]), (400, code, "query"), query)
        self.assertNotIn("root:", str(self.ask("SELECT * FROM read_text('/etc/passwd')").json))
        self.assertEqual(self.ask("SELECT 1", limit=0).status, 400)
        self.assertEqual(self.server.post("/api/sql", {}).json["field"], "query")


if __name__ == "__main__":
    unittest.main()
