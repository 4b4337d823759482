"""Kills the real program while several clients send batches: nothing acknowledged is lost, nothing is stored twice."""
import base64
import collections
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "api"))
import serve  # noqa: E402

CLIENTS = 4
ROUNDS = 12 if os.environ.get("VIAGGIO_TEST_ALL") else 4
BATCH = 20
NAMES = ["Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Store Visited"]
SEED = 20261123


def batch(client, number, rng):
    """A batch of one client: pages and purchases of a few devices, whose people sign in now and then."""
    events = []
    for i in range(BATCH):
        device = f"device-{client}-{rng.randrange(9)}"
        event = {"messageId": f"c{client}-b{number}-{i}", "anonymousId": device,
                 "timestamp": f"2026-{rng.randrange(1, 11):02}-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:00:00Z"}
        if rng.random() < 0.1:
            person = rng.randrange(12)  # of all clients: people who use several devices are joined across them
            event.update(type="identify", userId=f"u{person}", traits={"email": f"p{person}@example.com"})
        else:
            name = rng.choice(NAMES)
            event.update(type="track", event=name)
            if name == "Order Completed":
                event["properties"] = {"order_id": f"o-{client}-{number}-{i}", "total": rng.randrange(100), "currency": "EUR"}
        events.append(event)
    return events


class Client(threading.Thread):
    """Sends batches one after the other until the server is gone; keeps what was acknowledged and what was not."""

    def __init__(self, port, number, round_number, rng, acknowledged):
        super().__init__()
        self.port, self.number, self.round, self.rng = port, number, round_number, rng
        self.told = acknowledged  # called after each answer
        self.acknowledged, self.unanswered, self.wrong = [], [], []

    def run(self):
        key = base64.b64encode(f"{serve.WRITE_KEY}:".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for n in range(100_000):
            events = batch(self.number, f"{self.round}-{n}", self.rng)
            try:
                connection.request("POST", "/v1/batch", json.dumps({"batch": events}), {"Authorization": f"Basic {key}"})
                response = connection.getresponse()
                answer = json.loads(response.read())
            except (OSError, http.client.HTTPException, ValueError):
                self.unanswered.append(events)
                return
            if response.status != 200 or (answer["stored"], answer["duplicates"]) != (BATCH, 0):
                self.wrong.append((response.status, answer))
            self.acknowledged.append(events)
            self.told()


class Killer:
    """Kills the process when the given number of answers has come."""

    def __init__(self, process, after):
        self.process, self.left, self.lock = process, after, threading.Lock()

    def __call__(self):
        with self.lock:
            self.left -= 1
            if self.left == 0:
                self.process.kill()


QUESTIONS = {
    "funnel": {"steps": [{"event": "Product Viewed"}, {"event": "Product Added"}, {"event": "Order Completed"}], "window": "60d"},
    "transitions": {"unit": "customer", "node": "name"},
    "trend": {"series": [{"all": True, "measure": "customers"}, {"event": "Order Completed", "measure": "sum", "field": "value"}],
              "interval": "month"},
    "map": {},
}


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class KilledWhileCollecting(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(serve.Server())
        self.ids = set()  # of every batch that must be there

    def stored_ids(self):
        counts = collections.Counter(e["message_id"] for e in self.server.events())
        self.assertEqual([i for i, n in counts.items() if n > 1], [], "stored twice")
        return set(counts)

    def round(self, number):
        rng = random.Random(SEED + number)
        killer = Killer(self.server.process, rng.randrange(1, 60))
        clients = [Client(self.server.port, c, number, random.Random(f"{SEED}-{number}-{c}"), killer) for c in range(CLIENTS)]
        for c in clients:
            c.start()
        for c in clients:
            c.join()
        self.assertEqual(self.server.process.wait(timeout=60), -signal.SIGKILL, self.server.output())
        self.server.start()
        self.assertEqual([c.wrong for c in clients], [[]] * CLIENTS)

        found = self.stored_ids()
        acknowledged = {e["messageId"] for c in clients for b in c.acknowledged for e in b} | self.ids
        self.assertEqual(acknowledged - found, set(), "acknowledged and lost")
        for c in clients:
            for events in c.unanswered:
                ids = {e["messageId"] for e in events}
                self.assertIn(len(ids & found), (0, len(ids)), "a batch stored in part")
                acknowledged |= ids
        self.assertEqual(found - acknowledged, set(), "stored and never sent")
        for c in clients:
            for events in c.unanswered + c.acknowledged[-1:]:
                answer = self.server.collect("/v1/batch", {"batch": events})
                self.assertEqual(answer.status, 200, answer.body)
                here = sum(e["messageId"] in found for e in events)
                self.assertEqual((answer.json["stored"], answer.json["duplicates"]), (BATCH - here, here))
        self.ids = acknowledged
        self.assertEqual(self.stored_ids(), self.ids)

    def answers(self, epoch):
        """Of all questions at one epoch, without what may differ."""
        out = {}
        for kind, question in QUESTIONS.items():
            answer = self.server.post(f"/api/query/{kind}", {**question, **({"as_of": epoch} if epoch else {})})
            self.assertEqual(answer.status, 200, answer.body)
            body = answer.json
            epoch = epoch or body["epoch"]
            del body["epoch"], body["elapsed_ms"]
            out[kind] = body
        return out, epoch

    def test_what_was_acknowledged_is_there_once_and_answers_agree(self):
        for number in range(ROUNDS):
            with self.subTest(seed=SEED + number):
                self.round(number)
                if number % 2 == 0:  # the next round starts from a checkpoint, the one after from whatever the kill left
                    self.assertEqual(self.server.restart(), 0)
        caught_up, epoch = self.answers(None)
        self.assertGreater(caught_up["transitions"]["edges"][0]["transitions"], 0)
        self.assertEqual(self.server.stop(), 0)
        checked = subprocess.run([str(serve.program()), "check", "--data", str(self.server.folder)], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        for path in sorted((self.server.folder / "timeline").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        for checkpoint in self.server.folder.glob("*.ckpt"):
            checkpoint.unlink()
        self.server.start()
        rebuilt, _ = self.answers(epoch)
        self.assertEqual(rebuilt, caught_up)


if __name__ == "__main__":
    unittest.main()
