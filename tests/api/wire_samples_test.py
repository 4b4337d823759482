"""Replays what real client libraries sent (vectors/wire_samples) against the real program."""
import base64
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

LIBRARIES = ("segment-node", "segment-browser", "segment-http", "analytics-node-legacy", "customerio-node", "rudder-node", "rudder-browser")
DROPPED = {"content-length", "host", "connection", "transfer-encoding", "content-encoding", "accept-encoding"}


def samples():
    folder = serve.shared()
    for library in LIBRARIES:
        path = folder / "vectors" / "wire_samples" / f"{library}.json" if folder else None
        if path and path.exists():
            for index, sample in enumerate(json.loads(path.read_text(encoding="utf-8"))):
                yield library, index, sample


def with_our_key(sample):
    headers = {k: v for k, v in sample.get("headers", {}).items() if k.lower() not in DROPPED}
    path, body = sample["url"], sample.get("body")
    old = None
    if headers.get("authorization", "").startswith("Basic "):
        old = base64.b64decode(headers["authorization"][6:] + "==").decode().split(":")[0]
        headers["authorization"] = serve.write()["Authorization"]
    if isinstance(body, dict) and body.get("writeKey"):
        old = old or body["writeKey"]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    # Settings and beacons name the key in the address alone.
    old = old or next(iter(re.findall(r"\bc[a-z0-9]{24}\b", path)), None)
    if old:
        text, path = text.replace(old, serve.WRITE_KEY), path.replace(old, serve.WRITE_KEY)
    return path, headers, text.encode()


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
@unittest.skipIf(serve.shared() is None, "no captured samples: set VIAGGIO_SHARED")
class WireSamples(unittest.TestCase):
    def test_every_library_is_taken_unchanged_and_stored_once(self):
        with serve.Server() as server:
            sent = 0
            for library, index, sample in samples():
                path, headers, body = with_our_key(sample)
                # The pixel is an optional door that is not open yet.
                known = path.startswith(("/v1/", "/beacon/", "/sourceConfig")) and not path.startswith("/v1/pixel/")
                if not known or not 200 <= sample.get("answered", 200) < 300:
                    continue
                with self.subTest(library=library, sample=index, path=path):
                    answer = server.ask(sample["method"], path, body if sample["method"] == "POST" else None, headers)
                    self.assertEqual(answer.status, 204 if sample["method"] == "OPTIONS" else 200, answer.body)
                    if "origin" in headers:
                        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], headers["origin"])
                    if sample["method"] == "POST" and not path.startswith("/v1/m"):
                        sent += answer.json["stored"]
                        again = server.ask("POST", path, body, headers)
                        self.assertEqual(again.json["stored"], 0, "a repeated request stored something twice")
            self.assertGreater(sent, 0)
            self.assertEqual(len(server.events()), sent)


if __name__ == "__main__":
    unittest.main()
