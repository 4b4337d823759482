"""Sequences of nodes, computed plainly from docs/semantics/sequences.md over a small invented shop; for the tests of paths and variants."""
import collections
import datetime
import random
import typing

import serve

UTC = datetime.timezone.utc
BEGIN = datetime.datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = datetime.timedelta(minutes=1)


def text(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond // 1000:03d}Z"


class Event(typing.NamedTuple):
    user: str | None
    time: datetime.datetime
    name: str
    device: str | None
    page: str | None
    case: str | None
    value: int  # whole euro, of an order


class Sequence(typing.NamedTuple):
    user: str
    nodes: tuple  # (label, time)
    last: datetime.datetime
    converted: bool
    value: int

    @property
    def labels(self):
        return tuple(label for label, _ in self.nodes)


def invent(rng, count):
    """In order of sending; times are whole milliseconds, some of them equal."""
    users = [f"u{i}" for i in range(12)]
    events, clock = [], {u: BEGIN + datetime.timedelta(minutes=rng.randrange(3000)) for u in users}
    for _ in range(count):
        user = rng.choice(users)
        clock[user] += rng.choice([0, 1, 1, 2, 5, 29, 30, 31, 45, 300]) * MINUTE
        time = clock[user] - (rng.randrange(400) * MINUTE if rng.random() < 0.05 else 0 * MINUTE)
        name = rng.choices(["a", "b", "c", "d", "Order Completed"], [5, 4, 3, 2, 2])[0]
        device = rng.choice([f"{user}-phone", f"{user}-phone", f"{user}-desk", None])
        events.append(Event(user if rng.random() < 0.97 else None, time, name, device,
                            rng.choice(["home", "list", "item", None]), rng.choice(["k1", "k2", "k3", None]), rng.randrange(1, 50)))
    # Events of nobody: without a device either, or they would become somebody's.
    return [e if e.user else e._replace(device=None) for e in events]


def send(server, events, first=0):
    batch = []
    for n, e in enumerate(events, first):
        properties = {k: v for k, v in (("page", e.page), ("case", e.case)) if v}
        if e.name == "Order Completed":
            properties |= {"order_id": f"o{n}", "total": e.value, "currency": "EUR"}
        message = serve.track(e.name, f"m{n}", timestamp=text(e.time), properties=properties)
        if e.user:
            message["userId"] = e.user
        if e.device:
            message["anonymousId"] = e.device
        batch.append(message)
    answer = server.post("/v1/batch", {"batch": batch})
    assert answer.json["stored"] == len(batch), answer.body


def means(selector, event):
    if not (selector.get("all") or event.name in selector.get("any_of", [selector.get("event")])):
        return False
    return all(getattr(event, f["field"].split(".")[-1]) == f["value"] for f in selector.get("where", []))


def node_of(event, q):
    if any(means(s, event) for s in q.get("exclude", [])):
        return None
    return event.name if q.get("node", "name") == "name" else getattr(event, q["node"].split(".")[-1])


def sessions(events, gap):
    """The number of each event's session; one customer's events, in order."""
    numbers, open_ones, count = [], {}, 0
    for e in events:
        known = open_ones.get(e.device)
        if e.device is None or known is None or e.time - known[1] > gap:
            known = (count, e.time)
            count += 1
        if e.device:
            open_ones[e.device] = (known[0], e.time)
        numbers.append(known[0])
    return numbers


def units(events, q):
    """Lists of one customer's events that belong together, before any filter."""
    unit = q.get("unit", "session")
    if unit in ("customer", "journey"):
        return [events]
    if unit == "session":
        keys = sessions(events, int(q.get("session_gap", "30m")[:-1]) * MINUTE)
    else:
        keys = [getattr(e, unit.split(".")[-1]) for e in events]
    groups = collections.defaultdict(list)
    for key, e in zip(keys, events, strict=True):
        if key is not None:
            groups[key].append(e)
    return list(groups.values())


def between_anchors(events, q):
    """Of a unit what counts: lists of events, several only of journeys."""
    start, end = q.get("start"), q.get("end")
    out, i = [], 0
    while True:
        begin = i if not start else next((k for k in range(i, len(events)) if means(start, events[k])), None)
        if begin is None:
            return out
        if not end:
            return [events[begin:]]
        stop = next((k for k in range(begin + 1 if start else begin, len(events)) if means(end, events[k])), None)
        if stop is None:
            return out
        out.append(events[begin:stop + 1])
        if q.get("unit") != "journey":
            return out
        i = stop


def sequences(events, q, low=None, high=None, now=None):
    people = collections.defaultdict(list)
    for n, e in enumerate(events):
        if e.user:
            people[e.user].append((e.time, n, e))
    out = []
    for user, mine in people.items():
        for unit in units([e for *_, e in sorted(mine)], q):
            seen = [e for e in unit if (low is None or e.time >= low) and (high is None or e.time < high)
                    and (now is None or e.time <= now) and all(getattr(e, f["field"].split(".")[-1]) == f["value"] for f in q.get("where", []))]
            for part in between_anchors(seen, q):
                nodes = [(node_of(e, q), e.time) for e in part if node_of(e, q) is not None]
                if not nodes:
                    continue
                kept = [n for k, n in enumerate(nodes) if not q.get("collapse_repeats", True) or k == 0 or nodes[k - 1][0] != n[0]]
                goals = [e for e in part if q.get("goal") and means(q["goal"], e)]
                out.append(Sequence(user, tuple(kept), nodes[-1][1], bool(goals), sum(e.value for e in goals if e.name == "Order Completed")))
    return out


def nearest_rank(values, percent):
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def some_question(rng):
    """(question, low, high) with what paths and variants share."""
    q = {"unit": rng.choice(["session", "session", "customer", "journey", "properties.case"]),
         "node": rng.choice(["name", "name", "properties.page"]), "collapse_repeats": rng.random() < 0.6}
    some = [{"event": "a"}, {"event": "b"}, {"event": "Order Completed"}, {"any_of": ["c", "Order Completed"]},
            {"event": "a", "where": [{"field": "properties.page", "op": "eq", "value": "home"}]}]
    if q["unit"] == "journey" or rng.random() < 0.35:
        q["start"] = rng.choice(some)
    if q["unit"] == "journey" or rng.random() < 0.35:
        q["end"] = rng.choice(some)
    if rng.random() < 0.3:
        q["exclude"] = rng.sample([{"event": "d"}, {"event": "a"}, {"all": True, "where": [{"field": "properties.page", "op": "eq", "value": "item"}]}], 2)
    if rng.random() < 0.3:
        q["where"] = [{"field": "properties.page", "op": "eq", "value": "list"}]
    if q["unit"] == "session" and rng.random() < 0.3:
        q["session_gap"] = "45m"
    low = BEGIN + datetime.timedelta(minutes=rng.randrange(4000)) if rng.random() < 0.4 else None
    high = BEGIN + datetime.timedelta(minutes=rng.randrange(4000, 9000)) if rng.random() < 0.4 else None
    span = {n: text(t) for n, t in (("from", low), ("to", high)) if t}
    if span:
        q["range"] = span
    return q, low, high


class World:
    """A server with one half of the events sealed, the other still in the tail."""

    def __init__(self, seed, count=500):
        self.events = invent(random.Random(seed), count)

    def send(self, server):
        half = len(self.events) // 2
        send(server, self.events[:half])
        server.restart()
        send(server, self.events[half:], half)

    def ids(self, server):
        """{customer id: user}."""
        users = {e.user for e in self.events if e.user}
        return {server.read(f"/api/customers/user_id:{u}").json["customer_id"]: u for u in users}
