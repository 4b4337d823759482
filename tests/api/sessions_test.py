"""The rule of sessions is configuration: a change holds for the next question, and epochs keep theirs."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Sessions(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = self.enterContext(serve.Server())
        pages = []
        for minute, path, more in ((0, "/landing", {"campaign": {"source": "google", "medium": "cpc"}}), (50, "/item", {})):
            pages.append({"type": "page", "messageId": f"p{minute}", "anonymousId": "d1", "userId": "u1",
                          "timestamp": f"2026-01-01T10:{minute:02}:00Z", "properties": {"path": path, "url": "https://shop.example" + path},
                          "context": {"sessionId": "s1", "page": {"url": "https://shop.example" + path}, **more}})
        self.assertEqual(self.server.collect("/v1/batch", {"batch": pages}).json["stored"], 2)

    def change(self, **settings):
        answer = self.server.ask("PUT", "/api/settings", settings, serve.secret())
        self.assertEqual(answer.status, 200, answer.body)

    def answers(self, **more):
        """Sessions that have a page, and the channels of the pages."""
        funnel = {"steps": [{"event": "Page Viewed"}], "count_by": "session", **more}
        count = self.server.post("/api/query/funnel", funnel).json
        trend = {"series": [{"event": "Page Viewed", "measure": "events"}], "interval": "month", "breakdown": {"by": "channel"}, **more}
        series = self.server.post("/api/query/trend", trend).json
        return count["steps"][0]["count"], sorted((s["value"], sum(s["values"])) for s in series["series"]), count["epoch"]

    def test_a_change_holds_at_once_and_epochs_keep_theirs(self):
        apart = self.answers()
        self.assertEqual(apart[0], 2)
        self.assertEqual(len(apart[1]), 2, apart)
        self.change(session_gap="1h")
        joined = self.answers()
        self.assertEqual(joined[0], 1)
        self.assertEqual([n for _, n in joined[1]], [2], joined)
        self.assertEqual(self.answers(as_of=apart[2])[:2], apart[:2])
        self.change(session_gap="30m", session_id_field="context.sessionId")
        self.assertEqual(self.answers()[:2], joined[:2])
        self.assertEqual(self.answers(as_of=apart[2])[:2], apart[:2])
        exported = {e["message_id"]: e["channel"] for e in self.server.events()}
        self.assertEqual(exported["p0"], exported["p50"])
        self.server.restart()
        self.assertEqual(self.answers()[:2], joined[:2])
        self.assertEqual(self.answers(as_of=apart[2])[:2], apart[:2])
        self.change(session_id_field="")
        self.assertEqual(self.answers()[:2], apart[:2])

    def test_what_is_wrong_is_named(self):
        for settings, field in (({"session_gap": "0s"}, "session_gap"), ({"session_gap": "soon"}, "session_gap"),
                                ({"session_id_field": "traits.x"}, "session_id_field"), ({"session_id_field": "context."}, "session_id_field")):
            answer = self.server.ask("PUT", "/api/settings", settings, serve.secret())
            self.assertEqual((answer.status, answer.json["field"]), (400, field), answer.body)


if __name__ == "__main__":
    unittest.main()
