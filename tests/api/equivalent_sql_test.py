"""The SQL of a question over the open copy gives the numbers of the question: random small worlds, random questions.

VIAGGIO_ROUNDS asks more of them.
"""
import datetime
import os
import pathlib
import random
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

NAMES = ["View", "Add", "Order Completed", "It's \"odd\""]
ZONES = ["UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata"]
BEGIN = datetime.datetime(2026, 3, 20, tzinfo=datetime.timezone.utc)
ROUNDS = int(os.environ.get("VIAGGIO_ROUNDS", "30"))
NUMBERS = [3, 10, 10.5, -2, "9", "10", "1e3", "abc", "", " 10", None, True, 0.25, [1, "2", None, "x"], []]
TEXTS = ["A", "B", "a b", "10", "100%_", None, "", ["A", "B"], ["B"], False, "perch\u00e9", "perche\u0301", "it's", "a\nb"]


def at(minutes):
    return (BEGIN + datetime.timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def event(rng, n):
    properties = {"n": rng.choice(NUMBERS), "t": rng.choice(TEXTS), "list": [{"sku": rng.choice("xyz"), "q": rng.choice([1, 2, "3"])} for _ in range(rng.randrange(3))]}
    name = rng.choice(NAMES)
    if name == "Order Completed":
        properties |= {"total": rng.choice([10, "20.5", 7.25]), "order_id": f"o{rng.randrange(120)}"}
    for key in [k for k in properties if rng.random() < .2]:
        del properties[key]
    who = {} if rng.random() < .5 else {"userId": f"u{rng.randrange(8)}"}
    if not who or rng.random() < .8:
        who["anonymousId"] = f"a{rng.randrange(14)}"
    return serve.track(name, f"m{n}", **who, timestamp=at(rng.choice([7, 60, 1440]) * rng.randrange(40)), properties=properties,
                       context={"page": {"path": rng.choice(["/", "/a", "/b"])}, "library": {"name": "test"}})


def condition(rng):
    field = rng.choice(["properties.n", "properties.t", "properties.list.sku", "properties.list.q", "context.page.path", "channel", "touchpoint", "name", "type", "source"])
    op = rng.choice(["eq", "neq", "in", "not_in", "contains", "not_contains", "starts_with", "regex", "gt", "gte", "lt", "lte", "exists", "not_exists"])
    if op.endswith("exists"):
        return {"field": field, "op": op}
    value = rng.choice([10, 9, "10", "A", "x", "B", "perch\u00e9", True, "true", "1000", "/a", "View", "it's", "", "other", 2.5])
    if op in ("in", "not_in"):
        value = [value, rng.choice(["A", 10, "b", "y"])][:rng.randrange(3)]
    if op in ("contains", "not_contains", "starts_with", "regex"):
        value = rng.choice(["A", "1", "a", "/", "b$", "'", "it"])
    return {"field": field, "op": op, "value": value}


def conditions(rng):
    some = [condition(rng) for _ in range(rng.choice([0, 0, 1, 2]))]
    return some + [{"any": [condition(rng), [condition(rng), condition(rng)]]}] if rng.random() < .2 else some


def selector(rng):
    kind = rng.random()
    which = {"all": True} if kind < .2 else {"any_of": rng.sample(NAMES, 2)} if kind < .4 else {"event": rng.choice(NAMES)}
    return which | ({"where": conditions(rng)} if rng.random() < .3 else {})


def common(rng):
    q = {"timezone": rng.choice(ZONES)}
    if rng.random() < .5:
        q["where"] = conditions(rng)
    if rng.random() < .2:
        q["audience"] = conditions(rng)
    days = sorted(rng.sample(range(-5, 45), 2))
    bounds = rng.random()
    if bounds < .7:
        q["range"] = {"from": at(days[0] * 1440 + 13), "to": at(days[1] * 1440)}
        if bounds < .4:
            del q["range"][rng.choice(["from", "to"])]
    return q


def trend(rng):
    q = common(rng) | {"interval": rng.choice(["day", "week", "month"]), "series": []}
    for n in range(rng.randrange(1, 4)):
        measure = rng.choice(["events", "customers", "sum", "mean", "median", "p90", "min", "max"])
        field = {} if measure in ("events", "customers") else {"field": rng.choice(["value", "properties.n", "properties.list.q"])}
        q["series"].append(selector(rng) | {"measure": measure, "label": f"s{n}"} | field)
    if rng.random() < .2 and "from" in q.get("range", {}) and q["timezone"] != "Asia/Kolkata":
        q["interval"] = "hour"
    return q


def retention(rng):
    q = common(rng) | {"start": selector(rng), "return": selector(rng), "unit": rng.choice(["day", "week", "month"]), "periods": rng.choice([1, 4, 12])}
    return q | {"mode": rng.choice(["first_time", "recurring"]), "match": rng.choice(["on", "on_or_after"])}


def lifecycle(rng):
    return common(rng) | {"selector": selector(rng), "unit": rng.choice(["day", "week", "month"])}


def transitions(rng):
    q = common(rng) | {"unit": rng.choice(["session", "customer"]), "collapse_repeats": rng.random() < .5}
    return q | {"node": rng.choice(["name", "channel", "touchpoint", "properties.t", "properties.list.sku", "context.page.path"]), "include": ["customers", "times"]}


def funnel(rng):
    q = common(rng) | {"steps": [selector(rng) for _ in range(rng.randrange(1, 5))], "window": rng.choice(["1h", "7m", "1d", "14d"])}
    return q | {"count_by": rng.choice(["customer", "customer", "session"]), "occurrence": rng.choice(["any", "any", "first_matching"])}


def instant(text):
    text = text.replace(" ", "T").replace("Z", "+00:00")
    return datetime.datetime.fromisoformat(text if "+" in text else text + "+00:00")


def near(a, b):
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))


def numbers_of(kind, answer):
    """The rows that the SQL of the question must have."""
    if kind == "trend":
        return [[instant(b), *values] for b, *values in zip(answer["buckets"], *[s["values"] for s in answer["series"]])]
    if kind == "retention":
        return [[instant(c["start"]), c["size"], k, n, c["complete"][k]] for c in answer["cohorts"] for k, n in enumerate(c["counts"])]
    if kind == "lifecycle":
        return [[instant(p["start"]), p["new"], p["returning"], p["resurrecting"], p["dormant"]] for p in answer["periods"]]
    if kind == "funnel":
        return [[i + 1, s["label"], s["count"], s["median_seconds"], s["mean_seconds"], s["p90_seconds"]] for i, s in enumerate(answer["steps"])]
    edges = [[e["from"], e["to"], e["transitions"], e["customers"], e["median_seconds"], e["p90_seconds"]] for e in answer["edges"]]
    ends = [[None, n["label"], n["starts"]] for n in answer["nodes"] if n["starts"]] + [[n["label"], None, n["ends"]] for n in answer["nodes"] if n["ends"]]
    return edges + ends


def same_row(a, b):
    return len(a) == len(b) and all(near(x, y) if isinstance(x, (int, float)) and isinstance(y, (int, float)) else x == y for x, y in zip(a, b))


KINDS = {"trend": trend, "retention": retention, "lifecycle": lifecycle, "transitions": transitions, "funnel": funnel}


class Comparing(unittest.TestCase):
    """Asks both ways."""
    server = None

    def written(self, kind, question):
        return self.server.post("/api/sql/equivalent", {"kind": kind, "question": question})

    def rows(self, kind, sql):
        answer = self.server.post("/api/sql", {"query": sql, "limit": 100_000})
        self.assertEqual(answer.status, 200, f"{answer.body.decode()}\n{sql}")
        rows = answer.json["rows"]
        if kind in ("trend", "retention", "lifecycle"):
            return [[instant(r[0]), *r[1:]] for r in rows]
        if kind == "transitions":  # what a sequence begins and ends with has a count alone
            return [r if None not in r[:2] else r[:3] for r in rows]
        return rows

    def compare(self, kind, question):
        answer = self.server.post(f"/api/query/{kind}", question)
        self.assertEqual(answer.status, 200, answer.body)
        sql = self.written(kind, question).json["sql"]
        wanted, rows = numbers_of(kind, answer.json), self.rows(kind, sql)
        if kind == "transitions":
            def place(row):
                return str(row[0]), str(row[1])
            wanted, rows = sorted(wanted, key=place), sorted(rows, key=place)
        self.assertEqual(len(wanted), len(rows), f"{question}\n{wanted}\n{rows}\n{sql}")
        for a, b in zip(wanted, rows):
            self.assertTrue(same_row(a, b), f"{kind} {question}\n{a}\n{b}\n{sql}")
        return wanted


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class EquivalentSql(Comparing):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        rng = random.Random(5)
        for part in range(5):
            batch = [event(rng, part * 100 + n) for n in range(100)]
            assert cls.server.collect("/v1/batch", {"batch": batch}).status == 200

    def test_random_questions(self):
        for kind, make in KINDS.items():
            with self.subTest(kind):
                told = 0
                for n in range(ROUNDS):
                    told += any(any(isinstance(c, (int, float)) and c for c in row[1:]) for row in self.compare(kind, make(random.Random(f"{kind} {n}"))))
                self.assertGreater(told, ROUNDS // 4, "most questions were about nothing")

    def test_says_why_there_is_none(self):
        step = {"event": "View"}
        for kind, question in (("stages", {}), ("trend", {"series": [step], "where": [{"field": "traits.x", "op": "exists"}]}),
                               ("funnel", {"steps": [step, step], "order": "any"}), ("trend", {"series": [step], "as_of": "1-1-1"}),
                               ("funnel", {"steps": [step, step], "hold": "properties.t"}), ("retention", {"start": step, "audience": "saved"})):
            answer = self.written(kind, question).json
            self.assertTrue(answer["reason"], question)
            self.assertNotIn("sql", answer)

    def test_a_text_stays_a_text(self):
        evil = "x'; DROP VIEW events; --"
        for field in (evil, 'properties.a" b', "properties.a' b", "properties.$.x"):
            question = {"interval": "day", "series": [{"event": evil, "measure": "events", "label": '"; x', "where": [{"field": field, "op": "eq", "value": evil}]}]}
            answer = self.written("trend", question)
            if answer.status == 200 and "sql" in answer.json:
                self.assertEqual(self.rows("trend", answer.json["sql"]), [])

    def test_refuses_what_is_no_question(self):
        for body, status in (({}, 400), ({"kind": "trend"}, 400), ({"kind": 1, "question": {}}, 400), ({"kind": "trend", "question": []}, 400),
                             ({"kind": "none", "question": {}}, 404), ({"kind": "trend", "question": {"x": 1}}, 400), ({"kind": "trend", "question": {}, "x": 1}, 400)):
            self.assertEqual(self.server.post("/api/sql/equivalent", body).status, status, body)

    def test_command_line(self):
        question = pathlib.Path(self.server.folder).parent / "q.json"
        question.write_text('{"interval": "day", "series": [{"event": "View", "measure": "events"}]}')
        remote = ["--url", f"http://127.0.0.1:{self.server.port}", "--key", serve.SECRET_KEY]
        out = subprocess.run([serve.program(), "query", "trend", str(question), "--sql", *remote], capture_output=True, text=True, timeout=60)
        self.assertEqual(out.returncode, 0, out.stderr)
        self.assertTrue(self.rows("trend", out.stdout))
        question.write_text("{}")
        out = subprocess.run([serve.program(), "query", "stages", str(question), "--sql", *remote], capture_output=True, text=True, timeout=60)
        self.assertNotEqual(out.returncode, 0)
        self.assertEqual(out.stdout, "")


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class RealFiles(Comparing):
    def agree_on(self, file, mapping, names, customers):
        path = serve.shared() and serve.shared() / "data" / file
        if path is None or not path.is_file():
            self.skipTest(f"{file} is not there: name its folder in VIAGGIO_SHARED")
        with serve.Server() as self.server:
            target = ["--url", f"http://127.0.0.1:{self.server.port}", "--key", serve.SECRET_KEY]
            subprocess.run([serve.program(), "import", "csv", path, "--mapping", serve.ROOT / "mappings" / mapping, *target], capture_output=True, check=True)
            self.assertEqual(sum(n["starts"] for n in self.server.post("/api/query/transitions", {"unit": "customer"}).json["nodes"]), customers)
            zone, first, second = {"timezone": "Europe/Rome"}, {"event": names[0]}, {"event": names[1]}
            series = [first | {"measure": "events"}, second | {"measure": "customers"}] + [
                {"all": True, "measure": measure, "field": "value"} for measure in ("sum", "mean", "median", "p90")]
            for kind, question in (
                    ("trend", {"interval": "day", "series": series}), ("retention", {"start": first, "unit": "week"}), ("lifecycle", {"unit": "week"}),
                    ("transitions", {"include": ["customers", "times"]}), ("transitions", {"unit": "customer", "collapse_repeats": False, "include": ["customers", "times"]}),
                    ("funnel", {"steps": [first, second, first], "window": "30d"}), ("funnel", {"steps": [first, first], "count_by": "session"})):
                with self.subTest(kind):
                    self.assertTrue(self.compare(kind, zone | question))

    def test_rees46(self):
        self.agree_on("rees46_multicategory_sample/2019-Oct_first_17434.csv", "rees46.toml", ["Product Viewed", "Order Completed"], 4504)  # of whole rows: the last is cut

    def test_online_retail(self):
        self.agree_on("online_retail_uci/online_retail.csv.gz", "uci-online-retail.toml", ["Order Completed", "Order Refunded"], 4372)


if __name__ == "__main__":
    unittest.main()
