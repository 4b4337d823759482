#!/usr/bin/env python3
"""Writes README.md from events.json, so that people and programs read the same vocabulary."""
import json
import pathlib

HERE = pathlib.Path(__file__).parent

HEAD = """# Event vocabulary

Written by gen.py from events.json; edit that file. Names are those of Segment's e-commerce and e-mail
specifications where they have one, and ours where they have none. Importers, webhooks and the demo write these
names; any other name is accepted too and shown with a label made from it.

- `touchpoint` and `stage` are defaults: the touchpoint registry and the stage models decide.
- Money is a decimal number (or a text holding one) in `currency`, else in the workspace's currency.
- `value` is what an event adds to revenue. Events without a rule of their own: `properties.revenue`.
- Orders and receipts count once per `order_id` (else `receipt_id`, `receipt_number`) across all sources.
- Derived events are computed and never sent from outside.
- Identifiers never come from properties: see ../formats/segment.md.
"""


def main() -> None:
    vocabulary = json.loads((HERE / "events.json").read_text(encoding="utf-8"))
    lines = [HEAD]
    for group in vocabulary["groups"]:
        lines.append(f"\n## {group['label']['en']} ({group['label']['it']})\n")
        lines.append("| event | Italian | touchpoint | stage | properties |")
        lines.append("|---|---|---|---|---|")
        for event in vocabulary["events"]:
            if event["group"] != group["id"]:
                continue
            properties = ", ".join(f"`{p['name']}`" for p in event["properties"])
            marks = [m for m, on in (("derived", event.get("derived")), ("off by default", event.get("off_by_default"))) if on]
            name = event["name"] + (f" ({', '.join(marks)})" if marks else "")
            lines.append(f"| {name} | {event['label']['it']} | {event['touchpoint'] or '-'} | {event['stage'] or '-'} | {properties} |")
    lines.append("\n## Values\n")
    for event in vocabulary["events"]:
        if "value" in event:
            lines.append(f"- {event['name']}: {event['value']}.")
    lines.append("\n## Properties\n\n| property | type | unit | Italian | English |\n|---|---|---|---|---|")
    seen = {}
    for event in vocabulary["events"]:
        for p in event["properties"]:
            seen.setdefault(p["name"], p)
    for name in sorted(seen):
        p = seen[name]
        unit = p.get("unit", "").replace("|", "/")
        lines.append(f"| `{name}` | {p['type']} | {unit} | {p['description']['it']} | {p['description']['en']} |")
    (HERE / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
