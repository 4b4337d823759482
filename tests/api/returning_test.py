"""Retention and lifecycle over HTTP against a plain computation from docs/semantics/retention.md, over a random shop."""
import collections
import datetime
import pathlib
import random
import sys
import unittest
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

UTC = datetime.timezone.utc
BEGIN = datetime.datetime(2026, 1, 5, tzinfo=UTC)


def text(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond // 1000:03d}Z"


def unit_of(t, unit, zone):
    """The local date on which the unit of t begins."""
    day = t.astimezone(zone).date()
    if unit == "week":
        return day - datetime.timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def after(day, unit, k):
    if unit == "month":
        months = day.year * 12 + day.month - 1 + k
        return datetime.date(months // 12, months % 12 + 1, 1)
    return day + datetime.timedelta(days=k * (7 if unit == "week" else 1))


def instant(day, zone):
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def invent(rng):
    """[(user or None, time, name, p)] in order of sending; times are whole milliseconds."""
    events = []
    for n in range(600):
        user = rng.choice([f"u{i}" for i in range(25)] + [None])
        t = BEGIN + datetime.timedelta(milliseconds=rng.randrange(120 * 86_400_000))
        if rng.random() < 0.1:
            t = t.replace(hour=rng.choice([0, 22, 23]), minute=0, second=0, microsecond=0)
        events.append((user, t, rng.choice("aab"), rng.choice(["x", "y", None])))
    return events


class World:
    def __init__(self, seed):
        self.events = invent(random.Random(seed))

    def send(self, server):
        batch = []
        for n, (user, t, name, p) in enumerate(self.events):
            e = serve.track(name, f"m{n}", timestamp=text(t), properties={"p": p} if p else {})
            if user:
                e["userId"] = user
            batch.append(e)
        answer = server.post("/v1/batch", {"batch": batch})
        assert answer.json["stored"] == len(batch), answer.body

    def by_customer(self, q, now):
        """{user: [(time, name, p)] in order} of the events that a question sees."""
        people = collections.defaultdict(list)
        for user, t, name, p in self.events:
            if user and t <= now and (not q.get("where") or p == "x"):
                people[user].append((t, name, p))
        return {u: sorted(e, key=lambda x: x[0]) for u, e in people.items()}


def matches(selector, name):
    return bool(selector.get("all")) or name in selector.get("any_of", [selector.get("event")])


def shown(firsts, lasts, q, low, high, now, unit, zone):
    """The first and last unit that are answered, or None."""
    end = min(high, now + datetime.timedelta(microseconds=1)) if high else now + datetime.timedelta(microseconds=1)
    first = unit_of(low, unit, zone) if low else min(firsts, default=None)
    last = unit_of(end - datetime.timedelta(microseconds=1), unit, zone) if high else max(lasts, default=None)
    return (first, last) if first and last and first <= last else None


def retention(world, q, low, high, now, zone):
    unit, periods = q["unit"], q["periods"]
    cohorts = collections.defaultdict(lambda: [0] * (periods + 1))
    groups = collections.Counter()
    for events in world.by_customer(q, now).values():
        returns = {unit_of(t, unit, zone) for t, name, _ in events if matches(q.get("return", q["start"]), name)}
        starts = [(t, p) for t, name, p in events if matches(q["start"], name)]
        if q["mode"] == "first_time":
            starts = starts[:1]
        begun = {}
        for t, p in starts:
            if (low is None or t >= low) and (high is None or t < high):
                begun.setdefault(unit_of(t, unit, zone), p)
        for cohort, p in begun.items():
            groups[p] += 1
            for k in range(periods + 1):
                target = after(cohort, unit, k)
                came = any(r >= target and r > cohort for r in returns) if q["match"] == "on_or_after" else target in returns
                cohorts[cohort][k] += 1 if k == 0 or came else 0
    answer, span = [], shown(cohorts, cohorts, q, low, high, now, unit, zone)
    day = span[0] if span else None
    while span and day <= span[1]:
        counts, complete = [], []
        for k in range(periods + 1):
            if instant(after(day, unit, k), zone) > now:
                break
            counts.append(cohorts[day][k])
            complete.append(instant(after(day, unit, k + 1), zone) <= now + datetime.timedelta(microseconds=1))
        answer.append({"start": text(instant(day, zone)), "size": cohorts[day][0], "counts": counts, "complete": complete})
        day = after(day, unit, 1)
    means = []
    for k in range(periods + 1):
        pairs = [(c["counts"][k], c["counts"][k - 1] if q["reference"] == "previous" and k else c["size"])
                 for c in answer if len(c["counts"]) > k and c["complete"][k]]
        pairs = [(n, of) for n, of in pairs if of]
        means.append(None if not pairs else sum(n for n, _ in pairs) / sum(of for _, of in pairs) if q["mean"] == "weighted"
                     else sum(n / of for n, of in pairs) / len(pairs))
    return answer, means, groups


def lifecycle(world, q, low, high, now, zone):
    unit, counts = q["unit"], collections.defaultdict(collections.Counter)
    seen = set()
    for events in world.by_customer(q, now).values():
        active = sorted({unit_of(t, unit, zone) for t, name, _ in events if matches(q.get("selector", {"all": True}), name)})
        seen.update(active)
        for i, u in enumerate(active):
            before = i and after(active[i - 1], unit, 1) == u
            counts[u]["new" if i == 0 else "returning" if before else "resurrecting"] += 1
            if after(u, unit, 1) not in active:
                counts[after(u, unit, 1)]["dormant"] += 1
    answer, span = [], shown(seen, seen, q, low, high, now, unit, zone)
    day = span[0] if span else None
    while span and day <= span[1]:
        answer.append({"start": text(instant(day, zone)), **{n: counts[day][n] for n in ("new", "returning", "resurrecting", "dormant")},
                       "complete": instant(after(day, unit, 1), zone) <= now + datetime.timedelta(microseconds=1)})
        day = after(day, unit, 1)
    return answer


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Returning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        cls.world = World(7)
        cls.world.send(cls.server)
        cls.epoch = cls.server.post("/api/query/lifecycle", {}).json["epoch"].rsplit("-", 1)[0]

    def setup(self, rng):
        """A range, an instant of "now", a zone, and how the question says them."""
        days = lambda n: BEGIN + datetime.timedelta(days=n, hours=rng.randrange(24))  # noqa: E731
        low = days(rng.randrange(60)) if rng.random() < 0.5 else None
        high = days(60 + rng.randrange(90)) if rng.random() < 0.5 else None
        now = days(100 + rng.randrange(60))
        zone = rng.choice(["UTC", "Europe/Rome", "America/New_York"])
        micros = int((now - datetime.datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000
        common = {"as_of": f"{self.epoch}-{micros}", "timezone": zone, "unit": rng.choice(["day", "week", "month"])}
        span = {n: text(t) for n, t in (("from", low), ("to", high)) if t}
        if span:
            common["range"] = span
        if rng.random() < 0.3:
            common["where"] = [{"field": "properties.p", "op": "eq", "value": "x"}]
        return common, low, high, now, zoneinfo.ZoneInfo(zone)

    def ask(self, kind, question):
        answer = self.server.post(f"/api/query/{kind}", question)
        self.assertEqual(answer.status, 200, (question, answer.body))
        return answer.json

    def test_retention_is_the_plain_computation(self):
        rng = random.Random(1)
        for _ in range(300):
            q, low, high, now, zone = self.setup(rng)
            q |= {"start": rng.choice([{"event": "a"}, {"event": "b"}, {"all": True}]), "periods": rng.randrange(1, 9),
                  "mode": rng.choice(["first_time", "recurring"]), "match": rng.choice(["on", "on_or_after"]),
                  "reference": rng.choice(["zero", "previous"]), "mean": rng.choice(["simple", "weighted"]),
                  "breakdown": {"by": "properties.p", "limit": 2}}
            if rng.random() < 0.6:
                q["return"] = rng.choice([{"event": "b"}, {"any_of": ["a", "b"]}])
            cohorts, means, groups = retention(self.world, q, low, high, now, zone)
            answer = self.ask("retention", q)
            self.assertEqual(answer["cohorts"], cohorts, q)
            for mine, theirs in zip(means, answer["mean"], strict=True):
                self.assertEqual(mine is None, theirs is None, q)
                self.assertAlmostEqual(mine or 0, theirs or 0, 9, q)
            # Cohorts are cut by the value: groups add up, the rest together.
            self.assertEqual(sum(g["size"] for g in answer["groups"]), sum(groups.values()), q)
            for k, cohort in enumerate(cohorts):
                parts = [g["cohorts"][k]["counts"] for g in answer["groups"]]
                self.assertEqual([sum(c) for c in zip(*parts)] if parts else cohort["counts"], cohort["counts"], q)

    def test_people_of_a_cell_are_those_who_are_counted(self):
        rng = random.Random(2)
        cells = 0
        while cells < 40:
            q, *_ = self.setup(rng)
            q |= {"start": {"event": "a"}, "return": {"event": "b"}, "periods": 4, "mode": rng.choice(["first_time", "recurring"]),
                  "match": rng.choice(["on", "on_or_after"])}
            answer = self.ask("retention", q)
            for cohort in rng.sample(answer["cohorts"], min(3, len(answer["cohorts"]))):
                k = rng.randrange(len(cohort["counts"]))
                people = {s: self.ask("retention", q | {"people": {"cohort": cohort["start"], "period": k, "state": s}})["people"]
                          for s in ("returned", "not_returned")}
                self.assertEqual(len(people["returned"]), cohort["counts"][k], q)
                self.assertEqual(len(people["not_returned"]), cohort["size"] - cohort["counts"][k], q)
                self.assertFalse(set(people["returned"]) & set(people["not_returned"]))
                cells += 1
        listed = self.server.post("/api/query/people", {"question": {"kind": "retention", **q, "people": {"cohort": cohort["start"], "period": 0}}})
        self.assertEqual(listed.json["total"], cohort["size"], listed.body)

    def test_lifecycle_is_the_plain_computation(self):
        rng = random.Random(3)
        for _ in range(200):
            q, low, high, now, zone = self.setup(rng)
            if rng.random() < 0.6:
                q["selector"] = rng.choice([{"event": "a"}, {"event": "b"}, {"event": "never"}])
            self.assertEqual(self.ask("lifecycle", q)["periods"], lifecycle(self.world, q, low, high, now, zone), q)

    def test_mistakes_are_named(self):
        for kind, q, field in (("retention", {}, "start"), ("retention", {"start": {"event": "a"}, "unit": "hour"}, "unit"),
                               ("retention", {"start": {"event": "a"}, "periods": 0}, "periods"),
                               ("retention", {"start": {"event": "a"}, "breakdown": {}}, "breakdown.by"),
                               ("retention", {"start": {"event": "a"}, "people": {"cohort": "soon"}}, "people.cohort"),
                               ("lifecycle", {"selector": {"nothing": 1}}, "selector"), ("lifecycle", {"start": {}}, "start")):
            answer = self.server.post(f"/api/query/{kind}", q)
            self.assertEqual(answer.status, 400, q)
            self.assertTrue(answer.json["field"].startswith(field), (q, answer.body))


if __name__ == "__main__":
    unittest.main()
