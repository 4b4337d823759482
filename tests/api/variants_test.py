"""Variants and conformance over HTTP against a plain computation from docs/semantics/variants.md, over a random shop."""
import collections
import functools
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sequences as plain  # noqa: E402
import serve  # noqa: E402

KINDS = ["skipped", "inserted", "wrong_order"]


def variants(found, q):
    """Every variant as the answer lists it, in order, and the people of each."""
    groups = collections.defaultdict(list)
    for s in found:
        groups[s.labels].append(s)
    out, before = [], 0
    for labels in sorted(groups, key=lambda v: (-len(groups[v]), v)):
        mine = groups[labels]
        before += len(mine)
        out.append({"sequence": list(labels), "count": len(mine), "share": len(mine) / len(found), "cumulative_share": before / len(found),
                    "median_seconds": plain.nearest_rank([(s.last - s.nodes[0][1]).total_seconds() for s in mine], 50),
                    "conversions": sum(s.converted for s in mine) if "goal" in q else None,
                    "value": sum(s.value for s in mine) if "goal" in q else None})
    return out, groups


def deviations(labels, design):
    """[(kind, label)] of the cheapest alignment, by trying all moves in their order."""
    steps = [{"labels": [s], "optional": False, "repeat": False} if isinstance(s, str) else
             {"labels": s.get("any_of") or [s["node"]], "optional": s.get("optional", False), "repeat": s.get("repeat", False)} for s in design]

    def moves(i, j, matched):
        """(cost, next place, what deviates) of each move that is possible, in their order."""
        if i < len(labels) and j < len(steps) and labels[i] in steps[j]["labels"]:
            yield 0, (i + 1, j + 1, True), None
        if i < len(labels) and j and matched and steps[j - 1]["repeat"] and labels[i] in steps[j - 1]["labels"]:
            yield 0, (i + 1, j, True), None
        if j < len(steps):
            free = steps[j]["optional"]
            yield 0 if free else 1, (i, j + 1, False), None if free else ("skipped", j)
        if i < len(labels):
            yield 1, (i + 1, j, matched), ("inserted", labels[i])

    @functools.cache
    def cost(i, j, matched):
        return 0 if i == len(labels) and j == len(steps) else min(c + cost(*place) for c, place, _ in moves(i, j, matched))

    place, skipped, inserted = (0, 0, False), [], []
    while place[:2] != (len(labels), len(steps)):
        _, place, what = next(m for m in moves(*place) if m[0] + cost(*m[1]) == cost(*place))
        if what:
            (skipped if what[0] == "skipped" else inserted).append(what[1])
    out = []
    for label in inserted:
        step = next((j for j in skipped if label in steps[j]["labels"]), None)
        if step is None:
            out.append(("inserted", label))
        else:
            skipped.remove(step)
            out.append(("wrong_order", label))
    return out + [("skipped", " / ".join(steps[j]["labels"])) for j in skipped]


def conformance(found, design):
    seen, loops, people = collections.Counter(), collections.Counter(), collections.defaultdict(set)
    often, circles, replayed = collections.Counter(), collections.Counter(), 0
    for s in found:
        mine = collections.Counter(deviations(s.labels, design))
        replayed += not mine
        people["conforms", not mine].add(s.user)
        for one, times in mine.items():
            seen[one] += 1
            often[one] += times
            people[one].add(s.user)
        for label, times in collections.Counter(s.labels).items():
            if times > 1:
                loops[label] += 1
                circles[label] += times - 1
                people["loop", label].add(s.user)
    total = len(found)
    answer = {"replayed": replayed, "fitness": replayed / total if total else None, "other_deviations": 0, "other_loops": 0,
              "deviations": [{"kind": k, "label": n, "sequences": seen[k, n], "occurrences": often[k, n], "share": seen[k, n] / total}
                             for k, n in sorted(seen, key=lambda d: (-seen[d], -often[d], KINDS.index(d[0]), d[1]))],
              "loops": [{"label": n, "sequences": loops[n], "occurrences": circles[n], "share": loops[n] / total}
                        for n in sorted(loops, key=lambda n: (-loops[n], -circles[n], n))]}
    return answer, people


def some_design(rng):
    labels = ["a", "b", "c", "d", "Order Completed", "home", "list", "item", "never"]
    steps = []
    for _ in range(rng.randrange(1, 6)):
        step = {"node": rng.choice(labels)} if rng.random() < 0.6 else {"any_of": rng.sample(labels, 2)}
        step |= {flag: True for flag in ("optional", "repeat") if rng.random() < 0.4}
        steps.append(step["node"] if len(step) == 1 and "node" in step else step)
    return steps


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Variants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        cls.world = plain.World(12)
        cls.world.send(cls.server)
        cls.users = cls.world.ids(cls.server)

    def ask(self, question):
        answer = self.server.post("/api/query/variants", question)
        self.assertEqual(answer.status, 200, (question, answer.body))
        return answer.json

    def some_question(self, rng):
        q, low, high = plain.some_question(rng)
        if rng.random() < 0.5:
            q["goal"] = rng.choice([{"event": "Order Completed"}, {"any_of": ["Order Completed", "d"]},
                                    {"all": True, "where": [{"field": "properties.page", "op": "eq", "value": "home"}]}])
        return q, plain.sequences(self.world.events, q, low, high)

    def people(self, question, chosen):
        return {self.users[c] for c in self.ask(question | {"people": chosen})["people"]}

    def test_answers_are_the_plain_computation(self):
        rng = random.Random(1)
        for _ in range(400):
            q, found = self.some_question(rng)
            q["limit"] = rng.choice([1, 3, 10, 1000])
            everything, _ = variants(found, q)
            answer, listed, rest = self.ask(q), everything[:q["limit"]], everything[q["limit"]:]
            self.assertEqual((answer["total"], answer["distinct"]), (len(found), len(everything)), q)
            for mine, theirs in zip(listed, answer["variants"], strict=True):
                for field in mine:
                    if field.endswith("share"):
                        self.assertAlmostEqual(mine[field], theirs[field], 12, q)
                    else:
                        self.assertEqual(mine[field], theirs[field], (q, field, mine))
            total = {n: sum(v[n] for v in rest) if n == "count" or "goal" in q else None for n in ("count", "conversions", "value")}
            other = answer["other"]
            self.assertAlmostEqual(other.pop("share"), total["count"] / len(found) if found else 0, 12)
            self.assertEqual(other, {"variants": len(rest), **total}, q)

    def test_conformance_is_the_plain_computation(self):
        rng = random.Random(2)
        for _ in range(300):
            q, found = self.some_question(rng)
            q["design"] = some_design(rng)
            answer, expected = self.ask(q), conformance(found, q["design"])[0]
            self.assertEqual(answer["conformance"], expected, q)
            for v in answer["variants"]:
                self.assertEqual(v["conforms"], not deviations(tuple(v["sequence"]), q["design"]), (q, v))

    def test_people_are_those_who_are_counted(self):
        rng = random.Random(3)
        for _ in range(60):
            q, _ = self.some_question(rng)
            q |= {"design": some_design(rng), "limit": 3, "goal": {"event": "d"}}
            q.pop("range", None)
            found = plain.sequences(self.world.events, q)
            everything, groups = variants(found, q)
            _, people = conformance(found, q["design"])
            for v in rng.sample(everything, min(3, len(everything))):
                self.assertEqual(self.people(q, {"sequence": v["sequence"]}), {s.user for s in groups[tuple(v["sequence"])]}, (q, v))
            self.assertEqual(self.people(q, {"other": True}), {s.user for v in everything[3:] for s in groups[tuple(v["sequence"])]}, q)
            for yes in (True, False):
                self.assertEqual(self.people(q, {"converted": yes}), {s.user for s in found if s.converted == yes}, q)
                self.assertEqual(self.people(q, {"conforms": yes}), people["conforms", yes], q)
            for key, users in people.items():
                if key[0] == "loop":
                    self.assertEqual(self.people(q, {"loop": key[1]}), users, (q, key))
                elif key[0] != "conforms":
                    self.assertEqual(self.people(q, {"deviation": {"kind": key[0], "label": key[1]}}), users, (q, key))
        self.assertEqual(self.people(q, {"sequence": ["never"]}), set())
        question = {"kind": "variants", **q, "people": {"conforms": False}}
        listed = self.server.post("/api/query/people", {"question": question}).json
        self.assertEqual(listed["total"], len(people["conforms", False]))
        saved = self.server.post("/api/audiences", {"name": "off the way", "question": question}).json
        self.assertEqual(saved["customers"], listed["total"])

    def test_long_sequences_are_never_cut(self):
        with serve.Server() as server:
            names = ["x", "y"] * 2000
            for user, last in (("one", "x"), ("two", "y"), ("three", "y")):
                batch = [serve.track(n, f"{user}-{k}", userId=user, timestamp=plain.text(plain.BEGIN + k * plain.MINUTE)) for k, n in enumerate([*names, last])]
                for k in range(0, len(batch), 1000):
                    self.assertEqual(server.post("/v1/batch", {"batch": batch[k:k + 1000]}).status, 200)
            answer = server.post("/api/query/variants", {"unit": "customer", "collapse_repeats": False, "design": ["x", "y"]}).json
            self.assertEqual([(len(v["sequence"]), v["sequence"][-1], v["count"]) for v in answer["variants"]], [(4001, "y", 2), (4001, "x", 1)])
            self.assertEqual(answer["conformance"]["deviations"][0], {"kind": "inserted", "label": "y", "sequences": 3, "occurrences": 5999, "share": 1})

    def test_mistakes_are_named(self):
        for q, field in (({"limit": 0}, "limit"), ({"limit": 10001}, "limit"), ({"design": []}, "design"), ({"design": [5]}, "design[0]"),
                         ({"design": ["a", {"any_of": []}]}, "design[1].any_of"), ({"design": [{"node": "a", "any_of": ["b"]}]}, "design[0].node"),
                         ({"design": [{"node": "a", "often": True}]}, "design[0].often"), ({"goal": {}}, "goal"), ({"depth": 4}, "depth"),
                         ({"people": {}}, "people"), ({"people": {"conforms": True}}, "people"), ({"people": {"converted": True}}, "people.converted"),
                         ({"people": {"other": True, "sequence": ["a"]}}, "people"), ({"people": {"sequence": []}}, "people.sequence"),
                         ({"design": ["a"], "people": {"deviation": {"kind": "late", "label": "a"}}}, "people.deviation.kind")):
            answer = self.server.post("/api/query/variants", q)
            self.assertEqual(answer.status, 400, (q, answer.body))
            self.assertTrue(answer.json["field"].startswith(field), (q, answer.body))


if __name__ == "__main__":
    unittest.main()
