"""Facts without a person over HTTP: a series of a trend, never people."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402


def fact(day, measure, value, touchpoint="instagram"):
    return {"day": day, "measure": measure, "value": value, "touchpoint": touchpoint}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Facts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        facts = [fact("2026-03-01", "views", 100), fact("2026-03-03", "views", 0.1), fact("2026-03-03", "views", 0.2, "facebook"),
                 fact("2026-03-02", "cost", 9), fact("2999-01-01", "views", 5)]
        assert cls.server.post("/api/facts", {"facts": facts}).status == 200
        event = serve.track("Visited", "v1", userId="u", timestamp="2026-03-04T09:00:00Z")
        assert cls.server.collect("/v1/track", event).status == 200

    def trend(self, *series, **more):
        answer = self.server.post("/api/query/trend", {"series": list(series), "interval": "day", "timezone": "UTC", **more})
        self.assertEqual(answer.status, 200, answer.body)
        days = [b[:10] for b in answer.json["buckets"]]
        return days, [(s["label"], s["values"]) for s in answer.json["series"]]

    def test_facts_alone_and_beside_events(self):
        days = ["2026-03-01", "2026-03-02", "2026-03-03"]
        self.assertEqual(self.trend({"fact": "views"}), (days, [("views", [100, 0, 0.3])]))
        self.assertEqual(self.trend({"fact": "views", "touchpoint": "facebook", "label": "F"}), (days[2:], [("F", [0.2])]))
        both = self.trend({"fact": "views"}, {"event": "Visited"}, {"fact": "cost", "measure": "sum"})
        self.assertEqual(both, (days + ["2026-03-04"], [("views", [100, 0, 0.3, 0]), ("Visited", [0, 0, 0, 1]), ("cost", [0, 9, 0, 0])]))
        self.assertEqual(self.trend({"fact": "nothing"}), ([], [("nothing", [])]))

    def test_the_range_chooses_facts_and_filters_do_not(self):
        span = {"range": {"from": "2026-03-02", "to": "2026-03-04"}, "where": [{"field": "name", "op": "eq", "value": "Visited"}],
                "audience": [{"field": "traits.x", "op": "exists"}]}
        self.assertEqual(self.trend({"fact": "views"}, {"all": True}, **span),
                         (["2026-03-02", "2026-03-03"], [("views", [0, 0.3]), ("*", [0, 0])]))

    def test_days_are_those_of_the_zone(self):
        answer = self.server.post("/api/query/trend", {"series": [{"fact": "cost"}], "interval": "hour", "timezone": "Europe/Rome"})
        self.assertEqual(answer.json["buckets"], ["2026-03-01T23:00:00.000Z"])
        self.assertEqual(answer.json["series"][0]["values"], [9])

    def test_a_breakdown_leaves_facts_whole(self):
        days, series = self.trend({"fact": "cost"}, {"event": "Visited"}, breakdown={"by": "source"})
        self.assertEqual([label for label, _ in series], ["Visited", "cost"])
        self.assertEqual(sum(series[1][1]), 9)

    def test_mistakes_are_named(self):
        for series, field in (({"fact": 7}, "series[1].fact"), ({"fact": ""}, "series[1].fact"), ({"fact": "views", "field": "x"}, "series[1].field"),
                              ({"fact": "views", "measure": "median"}, "series[1].measure"), ({"event": "A", "measure": "sum"}, "series[1].field")):
            answer = self.server.post("/api/query/trend", {"series": [{"fact": "views"}, series], "interval": "day"})
            self.assertEqual((answer.status, answer.json["field"]), (400, field))

    def test_facts_are_never_people(self):
        self.assertEqual(self.server.read("/api/health").json["events"], 1)
        self.assertEqual(self.server.read("/api/customers").json["total"], 1)


if __name__ == "__main__":
    unittest.main()
