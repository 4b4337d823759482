"""Paths over HTTP against a plain computation from docs/semantics/paths.md, over a random shop."""
import collections
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sequences as plain  # noqa: E402
import serve  # noqa: E402


def paths(found, q):
    """(nodes, edges) as the answer lists them, with the people of each: {id: users}, {(from, to): users}."""
    depth, top = q.get("depth", 20 if q.get("start") and q.get("end") else 5), q.get("top", 50)
    backward = bool(q.get("end")) and not q.get("start")
    sign = -1 if backward else 1
    ways = [(s, [*reversed(s.nodes)] if backward else [*s.nodes]) for s in found]
    ids, merged, rank = {}, collections.Counter(), {}
    for layer in range(depth):
        counts = collections.Counter(way[layer][0] for _, way in ways if len(way) > layer)
        ranked = sorted(counts, key=lambda label: (-counts[label], label))
        for place, label in enumerate(ranked):
            ids[layer, label] = f"{layer * sign}:{label}" if place < top else f"{layer * sign}"
            rank[ids[layer, label]] = min(place, top)
            if place >= top:
                merged[f"{layer * sign}"] += 1
    nodes, edges = {}, {}
    for s, way in ways:
        shown = [ids[layer, label] for layer, (label, _) in enumerate(way[:depth])]
        for layer, id in enumerate(shown):
            node = nodes.setdefault(id, {"id": id, "layer": layer * sign, "label": id.split(":", 1)[1] if ":" in id else "$other", "merged": merged[id],
                                         "entries": 0, "people": collections.defaultdict(set), "starts": 0, "ends": 0, "before": 0, "after": 0})
            first, last, cut = layer == 0, layer == len(way) - 1, layer == depth - 1 and len(way) > depth
            states = {"starts": last if backward else first, "ends": first if backward else last, "before": backward and cut, "after": not backward and cut}
            node["entries"] += 1
            for state, holds in (states | {"any": True}).items():
                if holds:
                    node["people"][state].add(s.user)
                    if state != "any":
                        node[state] += 1
        for layer in range(1, len(shown)):
            pair = (shown[layer], shown[layer - 1]) if backward else (shown[layer - 1], shown[layer])
            edge = edges.setdefault(pair, {"transitions": 0, "people": set(), "times": [], "layer": min(layer * sign, (layer - 1) * sign)})
            edge["transitions"] += 1
            edge["people"].add(s.user)
            edge["times"].append(abs((way[layer][1] - way[layer - 1][1]).total_seconds()))
    listed = sorted(nodes.values(), key=lambda n: (n["layer"], rank[n["id"]]))
    order = sorted(edges, key=lambda e: (edges[e]["layer"], -edges[e]["transitions"], rank[e[0]], rank[e[1]]))
    return listed, [(e, edges[e]) for e in order]


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class Paths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(serve.Server())
        cls.world = plain.World(11)
        cls.world.send(cls.server)
        cls.users = cls.world.ids(cls.server)

    def ask(self, question):
        answer = self.server.post("/api/query/paths", question)
        self.assertEqual(answer.status, 200, (question, answer.body))
        return answer.json

    def some_question(self, rng):
        q, low, high = plain.some_question(rng)
        if rng.random() < 0.7:
            q["depth"] = rng.randrange(1, 8)
        if rng.random() < 0.7:
            q["top"] = rng.randrange(1, 5)
        return q, plain.sequences(self.world.events, q, low, high)

    def test_answers_are_the_plain_computation(self):
        rng = random.Random(1)
        for _ in range(400):
            q, found = self.some_question(rng)
            include = rng.choice([[], ["customers"], ["times"], ["customers", "times"]])
            answer = self.ask(q | {"include": include})
            nodes, edges = paths(found, q)
            self.assertEqual(answer["sequences"], len(found), q)
            self.assertEqual(answer["nodes"], [
                {k: v for k, v in n.items() if k != "people"} | {"customers": len(n["people"]["any"]) if "customers" in include else None} for n in nodes], q)
            self.assertEqual(answer["edges"], [
                {"from": f, "to": t, "transitions": e["transitions"], "customers": len(e["people"]) if "customers" in include else None,
                 "median_seconds": plain.nearest_rank(e["times"], 50) if "times" in include else None,
                 "p90_seconds": plain.nearest_rank(e["times"], 90) if "times" in include else None} for (f, t), e in edges], q)
            rest = [n for n in nodes if n["label"] == "$other"]
            names = {n["id"] for n in rest}
            self.assertEqual(answer["other"], {"nodes": sum(n["merged"] for n in rest), "entries": sum(n["entries"] for n in rest),
                                               "transitions": sum(e["transitions"] for (f, t), e in edges if f in names or t in names)}, q)

    def test_flows_add_up(self):
        rng = random.Random(2)
        for _ in range(100):
            q, _ = self.some_question(rng)
            answer = self.ask(q)
            into, out = collections.Counter(), collections.Counter()
            for e in answer["edges"]:
                into[e["to"]] += e["transitions"]
                out[e["from"]] += e["transitions"]
            for n in answer["nodes"]:
                self.assertEqual(n["entries"], n["starts"] + n["before"] + into[n["id"]], (q, n))
                self.assertEqual(n["entries"], n["ends"] + n["after"] + out[n["id"]], (q, n))
            self.assertEqual(sum(n["entries"] for n in answer["nodes"] if n["layer"] == 0), answer["sequences"])

    def test_people_of_nodes_and_edges_are_those_who_are_counted(self):
        rng = random.Random(3)
        asked = 0
        while asked < 150:
            q, found = self.some_question(rng)
            nodes, edges = paths(found, q)
            if not edges:
                continue
            node = rng.choice(nodes)
            state = rng.choice(["any", "starts", "ends", "before", "after"])
            people = self.ask(q | {"people": {"node": node["id"], "state": state}})["people"]
            self.assertEqual({self.users[c] for c in people}, node["people"][state], (q, node["id"], state))
            (f, t), edge = rng.choice(edges)
            question = {"kind": "paths", **q, "people": {"from": f, "to": t}}
            listed = self.server.post("/api/query/people", {"question": question}).json
            self.assertEqual({self.users[c["customer_id"]] for c in listed["customers"]}, edge["people"], (q, f, t))
            self.assertEqual(listed["total"], len(edge["people"]))
            asked += 1

    def test_an_audience_keeps_the_sessions_of_its_own_question(self):
        mine, other = {"session_gap": "45m", "depth": 20}, {"session_gap": "900m"}
        nodes, _ = paths(plain.sequences(self.world.events, mine), mine)
        node = min((n for n in nodes if len(n["people"]["any"]) > 1), key=lambda n: len(n["people"]["any"]))
        saved = self.server.post("/api/audiences", {"name": "there", "question": {"kind": "paths", **mine, "people": {"node": node["id"]}}})
        self.assertEqual(saved.json["customers"], len(node["people"]["any"]), saved.body)
        begun = {s.user for s in plain.sequences(self.world.events, other) if s.labels[0] == "a"}
        answer = self.ask(other | {"audience": saved.json["id"], "people": {"node": "0:a"}})
        self.assertEqual({self.users[c] for c in answer["people"]}, begun & node["people"]["any"])

    def test_what_does_not_occur_has_nobody(self):
        for node in ("0:never", "0", "0:"):
            self.assertEqual(self.ask({"people": {"node": node}})["people"], [], node)

    def test_mistakes_are_named(self):
        for q, field in (({"depth": 21}, "depth"), ({"depth": 0}, "depth"), ({"top": 0}, "top"), ({"unit": "journey", "start": {"event": "a"}}, "end"),
                         ({"unit": "journey"}, "start"), ({"unit": "nothing"}, "unit"), ({"node": "nothing"}, "node"), ({"exclude": {}}, "exclude"),
                         ({"exclude": [{"evnt": "a"}]}, "exclude[0]"), ({"start": {}}, "start"), ({"include": ["money"]}, "include"),
                         ({"people": {}}, "people.node"), ({"people": {"node": "9:a"}}, "people.node"), ({"people": {"node": "a"}}, "people.node"),
                         ({"people": {"from": "0:a", "to": "2:b"}}, "people.to"), ({"people": {"from": "0:a"}}, "people.node"),
                         ({"people": {"node": "0:a", "from": "0:a", "to": "1:b"}}, "people.node"), ({"limit": 5}, "limit")):
            answer = self.server.post("/api/query/paths", q)
            self.assertEqual(answer.status, 400, (q, answer.body))
            self.assertTrue(answer.json["field"].startswith(field), (q, answer.body))


if __name__ == "__main__":
    unittest.main()
