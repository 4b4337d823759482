"""Attribution over HTTP against a plain computation from docs/semantics/attribution.md, in fractions, over a random shop."""
import collections
import datetime
import itertools
import math
import pathlib
import random
import sys
import unittest
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

UTC = datetime.timezone.utc
BEGIN = datetime.datetime(2026, 1, 5, tzinfo=UTC)
GAP = datetime.timedelta(minutes=30)
MODELS = ["first", "last", "linear", "time_decay", "u_shaped", "j_shaped", "inverse_j", "participation", "markov", "shapley"]
KEYS = [f"k{i}" for i in range(5)]


def text(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def invent(rng, keys):
    """[(user, device or None, time, name, key, amount)] with few equal times."""
    events, used = [], set()
    for _ in range(700):
        user = rng.randrange(30)
        t = BEGIN + datetime.timedelta(seconds=rng.randrange(90 * 86_400))
        if events and rng.random() < 0.4:  # soon after another event of somebody
            user, _, near, *_ = rng.choice(events)
            t = near + rng.choice([datetime.timedelta(minutes=rng.randrange(1, 50)), GAP])
        if (user, t) in used:
            continue
        used.add((user, t))
        device = rng.choice([f"d{user}", f"d{user}", f"e{user}", None])
        name = rng.choices(["view", "mail", "buy", "Message Sent"], [6, 3, 2, 1])[0]
        events.append((user, device, t, name, rng.choice([*keys, None]), rng.randrange(1, 500)))
    return events


def journeys(events, q):
    """([(keys with times, conversion time, amount)], [keys without conversion])"""
    people = collections.defaultdict(list)
    for user, device, t, name, key, amount in events:
        people[user].append((t, device, name, key, amount))
    converting, others = [], []
    for mine in people.values():
        mine.sort(key=lambda e: e[0])
        last, touches, conversions = {}, [], []
        for t, device, name, key, amount in mine:
            begins = device is None or device not in last or t - last[device] > GAP
            if device:
                last[device] = t
            if name == "buy":
                if (not q["low"] or t >= q["low"]) and (not q["high"] or t < q["high"]):
                    conversions.append((t, amount))
            elif key and (name == "mail" if q["by_name"] else begins and name != "Message Sent"):
                touches.append((t, key))
        used = set()
        for t, amount in conversions:
            path = [(at, k) for at, k in touches if at < t and t - at <= q["lookback"]]
            used.update(path)
            converting.append((path, t, amount))
        left = []
        for at, k in touches:
            if (at, k) in used or (q["low"] and at < q["low"]) or (q["high"] and at >= q["high"]):
                continue
            if left and (at - left[-1][0] > q["lookback"] or any(left[-1][0] < c <= at for c, _ in conversions)):
                others.append([k for _, k in left])
                left = []
            left.append((at, k))
        if left:
            others.append([k for _, k in left])
    return converting, others


def shares(model, path, t):
    n = len(path)
    if model == "first":
        return [1] + [0] * (n - 1)
    if model == "last":
        return [0] * (n - 1) + [1]
    if model == "linear":
        return [Fraction(1, n)] * n
    if model == "time_decay":
        weights = [2 ** -((t - at) / datetime.timedelta(days=7)) for at, _ in path]
        return [w / sum(weights) for w in weights]
    first, last = {"u_shaped": (40, 40), "j_shaped": (20, 60), "inverse_j": (60, 20)}[model]
    if n <= 2:
        return [1] if n == 1 else [Fraction(first, first + last), Fraction(last, first + last)]
    middle = Fraction(100 - first - last, 100 * (n - 2))
    return [Fraction(first, 100), *[middle] * (n - 2), Fraction(last, 100)]


def solve(rows, right):
    """Gauss in fractions."""
    n = len(rows)
    table = [row[:] + [b] for row, b in zip(rows, right)]
    for c in range(n):
        pivot = next(r for r in range(c, n) if table[r][c])
        table[c], table[pivot] = table[pivot], table[c]
        table[c] = [v / table[c][c] for v in table[c]]
        for r in range(n):
            if r != c and table[r][c]:
                table[r] = [a - table[r][c] * b for a, b in zip(table[r], table[c])]
    return [row[n] for row in table]


def converts(walks, order, without=None):
    """Probability of CONV from START, with every step into a state of the key `without` leading to NULL."""
    steps = collections.defaultdict(collections.Counter)
    for keys, converted in walks:
        at = ()
        for k in keys:
            steps[at][(at + (k,))[-order:]] += 1
            at = (at + (k,))[-order:]
        steps[at]["CONV" if converted else "NULL"] += 1
    states = sorted(steps, key=str)
    place = {s: i for i, s in enumerate(states)}
    rows, right = [], []
    for s in states:
        row, total = [Fraction(0)] * len(states), sum(steps[s].values())
        row[place[s]] += 1
        for to, n in steps[s].items():
            if to not in ("CONV", "NULL") and to[-1] != without:
                row[place[to]] -= Fraction(n, total)
        rows.append(row)
        right.append(Fraction(steps[s]["CONV"], total))
    return solve(rows, right)[place[()]]


def shapley(walks, keys):
    sets = collections.defaultdict(lambda: [0, 0])
    for path, converted in walks:
        sets[frozenset(path)][0] += 1
        sets[frozenset(path)][1] += converted
    rate = Fraction(sum(c for _, c in sets.values()), sum(n for n, _ in sets.values()))
    worth = lambda s: (sets[s][1] + 10 * rate) / (sets[s][0] + 10) if s else Fraction(0)  # noqa: E731
    phi = {}
    for k in keys:
        phi[k] = Fraction(0)
        rest = [r for r in keys if r != k]
        for size in range(len(rest) + 1):
            for chosen in itertools.combinations(rest, size):
                s = frozenset(chosen)
                phi[k] += Fraction(1, len(keys) * math.comb(len(rest), size)) * (worth(s | {k}) - worth(s))
    return phi


def attribution(events, q):
    converting, others = journeys(events, q)
    paths = [c for c in converting if c[0]]
    walks = [([k for _, k in path], 1) for path, _, _ in paths] + [(keys, 0) for keys in others]
    keys = sorted({k for path, _ in walks for k in path})
    none = [c for c in converting if not c[0]]
    credit = {m: collections.defaultdict(lambda: [0, 0]) for m in MODELS}
    for model in MODELS[:8]:
        for path, t, amount in paths:
            parts = [(k, 1) for k in {k for _, k in path}] if model == "participation" else \
                [(k, s) for (_, k), s in zip(path, shares(model, path, t))]
            for k, s in parts:
                credit[model][k][0] += s
                credit[model][k][1] += s * amount
    total, value = len(paths), sum(a for *_, a in paths)
    if keys:
        chance = converts(walks, q["order"])
        removal = {k: 1 - converts(walks, q["order"], k) / chance if chance else 0 for k in keys}
        for model, weights in (("markov", removal), ("shapley", {k: max(v, 0) for k, v in shapley(walks, keys).items()})):
            whole = sum(weights.values())
            for k in keys:
                part = weights[k] / whole if whole else 0
                credit[model][k] = [part * total, part * value]
    for m in MODELS:
        if none:
            credit[m][None] = [len(none), sum(a for *_, a in none)]
    return {"credit": credit, "conversions": len(converting), "value": sum(a for *_, a in converting), "converting": total,
            "not_converting": len(others), "touches": collections.Counter(k for path, *_ in paths for _, k in path), "keys": keys}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Attribution(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        cls.events = invent(random.Random(5), KEYS)
        batch = []
        for n, (user, device, t, name, key, amount) in enumerate(cls.events):
            e = serve.track(name, f"m{n}", userId=f"u{user}", timestamp=text(t), properties={"amount": amount})
            if key:
                e["properties"]["key"] = key
            if device:
                e["anonymousId"] = device
            batch.append(e)
        assert cls.server.post("/v1/batch", {"batch": batch}).json["stored"] == len(batch)

    def ask(self, **more):
        question = {"conversion": {"event": "buy"}, "value": "properties.amount", "touch": {"key": "properties.key"}, "models": MODELS, **more}
        answer = self.server.post("/api/query/attribution", question)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_every_model_is_the_plain_computation(self):
        rng = random.Random(1)
        for _ in range(40):
            days = rng.choice([1, 3, 7, 30])
            q = {"lookback": datetime.timedelta(days=days), "order": rng.choice([1, 1, 2, 3]), "by_name": rng.random() < 0.3,
                 "low": BEGIN + datetime.timedelta(days=rng.randrange(60)) if rng.random() < 0.5 else None,
                 "high": BEGIN + datetime.timedelta(days=rng.randrange(60, 120)) if rng.random() < 0.5 else None}
            more = {"lookback": f"{days}d", "markov_order": q["order"]}
            if q["by_name"]:
                more["touch"] = {"key": "properties.key", "where": [{"field": "name", "op": "eq", "value": "mail"}]}
            span = {n: text(t) for n, t in (("from", q["low"]), ("to", q["high"])) if t}
            if span:
                more["range"] = span
            mine, theirs = attribution(self.events, q), self.ask(**more)
            for name in ("conversions", "value", "converting", "not_converting"):
                self.assertEqual(theirs[name], mine[name], (name, more))
            self.assertEqual(sorted(k["key"] for k in theirs["keys"] if k["key"]), mine["keys"], more)
            for k in theirs["keys"]:
                self.assertEqual(k["touches"], mine["touches"][k["key"]], more)
                for model in MODELS:
                    expected = mine["credit"][model][k["key"]]
                    self.assertAlmostEqual(k["models"][model]["conversions"], float(expected[0]), 6, (model, k["key"], more))
                    self.assertAlmostEqual(k["models"][model]["value"], float(expected[1]), 4, (model, k["key"], more))

    def test_credits_add_up(self):
        answer = self.ask()
        for model in MODELS:
            if model != "participation":
                self.assertAlmostEqual(sum(k["models"][model]["conversions"] for k in answer["keys"]), answer["conversions"], 6)
                self.assertAlmostEqual(sum(k["models"][model]["value"] for k in answer["keys"]), answer["value"], 4)
        self.assertEqual(sum(c["journeys"] for c in answer["coalitions"]), answer["converting"] + answer["not_converting"])

    def test_mistakes_are_named(self):
        for more, field in (({"models": ["best"]}, "models"), ({"lookback": "soon"}, "lookback"), ({"markov_order": 4}, "markov_order"),
                            ({"half_life": "0d"}, "half_life"), ({"touch": {"kee": 1}}, "touch"), ({"conversion": {}}, "conversion"), ({"x": 1}, "x")):
            answer = self.server.post("/api/query/attribution", more)
            self.assertEqual(answer.status, 400, more)
            self.assertTrue(answer.json["field"].startswith(field), (more, answer.body))


if __name__ == "__main__":
    unittest.main()
