"""Two public data sets through the program alone: import, query and export give every total that is known of them.

The first is UCI Online Retail with the totals of vectors/online_retail_totals.json, key by key; the second REES46,
counted from its file here. The files are looked for in VIAGGIO_SHARED, or ../shared.
"""
import collections
import csv
import gzip
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve  # noqa: E402

SHARED = serve.shared()
UCI = SHARED and SHARED / "data" / "online_retail_uci" / "online_retail.csv.gz"
TOTALS = SHARED and SHARED / "vectors" / "online_retail_totals.json"
REES46 = SHARED and SHARED / "data" / "rees46_multicategory_sample" / "2019-Oct_first_17434.csv"
LONDON = ZoneInfo("Europe/London")
ANY = {"all": True}
MAPPINGS = serve.ROOT / "mappings"
csv.field_size_limit(1 << 30)


def there(path):
    return path is not None and path.is_file()


def run(*arguments, text=None, code=0):
    env = {k: v for k, v in os.environ.items() if not k.startswith("VIAGGIO_")}
    done = subprocess.run([str(serve.program()), *map(str, arguments)], input=text, capture_output=True, text=True, env=env)
    if done.returncode != code:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done


class Folder:
    """What the program answers of one data folder, or of a running server."""

    def __init__(self, *target):
        self.target = target

    def load(self, path, mapping, kind="csv"):
        done = run("import", kind, path, "--mapping", mapping, *self.target)
        words = done.stdout.split("\n")[0].replace(",", "").split()
        return {words[i - 1]: int(words[i]) for i in range(1, len(words)) if words[i].isdigit()}, done

    def ask(self, kind, question):
        return json.loads(run("query", kind, "-", "--format", "json", *self.target, text=json.dumps(question)).stdout)

    def sums(self, *series, **more):
        """The whole of each series, over months; money and counts are exact in decimal digits."""
        answer = run("query", "trend", "-", "--format", "json", *self.target,
                     text=json.dumps({"series": list(series), "interval": "month", **more})).stdout
        parts = json.loads(answer, parse_float=Decimal)["series"]
        return [sum(v for v in p["values"] if v is not None) for p in parts]

    def events(self, file_format="csv"):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "out"
            run("export", "events", "--format", file_format, "-o", path, *self.target)
            with open(path, encoding="utf-8", newline="") as file:
                if file_format == "csv":
                    return [{**e, "properties": json.loads(e["properties"] or "{}", parse_float=Decimal),
                             "customer_id": e["customer_id"] or None} for e in csv.DictReader(file)]
                return [json.loads(line, parse_float=Decimal) for line in file]

    def customers(self):
        return list(csv.DictReader(io.StringIO(run("export", "customers", "--format", "csv", *self.target).stdout)))


def moment(text):
    text = text.strip().replace(" ", "T").replace("Z", "+00:00")
    if text[-3] in "+-":  # "+00", as a table writes it
        text += ":00"
    return datetime.fromisoformat(text)


SIGN = {"Order Completed": 1, "Order Refunded": -1, "Invoice Adjusted": 1}


def lines_of(events):
    """The lines of the invoices as the file had them: (event, sku, name, quantity, price)."""
    for event in events:
        for line in event["properties"].get("products", []):
            yield event, line.get("sku"), line.get("name"), SIGN[event["name"]] * Decimal(line["quantity"]), Decimal(line["price"])


def retention(events):
    """Of those who first bought in a month, how many bought in it and in each month after it."""
    months = collections.defaultdict(set)
    for event in events:
        at = moment(event["timestamp"]).astimezone(LONDON)
        months[event["customer_id"]].add(at.year * 12 + at.month - 1)
    last = max(max(m) for m in months.values())
    cohorts = collections.defaultdict(collections.Counter)
    for of in months.values():
        cohorts[min(of)].update(m - min(of) for m in of)
    return {f"{first // 12}-{first % 12 + 1:02}": [cohorts[first][i] for i in range(last - first + 1)] for first in sorted(cohorts)}


def by_query(folder):
    """The totals that questions answer."""
    out = {}
    sold, cancelled, adjusted = ({"event": name} for name in ("Order Completed", "Order Refunded", "Invoice Adjusted"))
    events, cancellations, adjustments = folder.sums(ANY, cancelled, adjusted)
    out["invoices"], out["cancelled_invoices"] = events, cancellations
    assert adjustments == 3, adjustments
    quantity = {"measure": "sum", "field": "properties.products.quantity"}
    plus, minus, corrected = folder.sums({**sold, **quantity}, {**cancelled, **quantity}, {**adjusted, **quantity})
    out["sum_quantity"] = plus - minus + corrected
    revenue, refunds = folder.sums({**sold, "measure": "sum", "field": "properties.total"}, {**cancelled, "measure": "sum", "field": "properties.total"})
    corrections = folder.sums({**adjusted, "measure": "sum", "field": "properties.revenue"})[0]
    out["net_revenue"] = revenue - refunds + corrections
    out["customers"] = folder.ask("funnel", {"steps": [ANY]})["steps"][0]["count"]
    known = [{"field": "name", "op": "exists"}]  # an audience has only events of customers
    out["clean_customers"] = folder.ask("funnel", {"steps": [sold]})["steps"][0]["count"]
    out["clean_invoices"], out["clean_revenue"] = folder.sums(sold, {**sold, "measure": "sum", "field": "properties.total"}, audience=known)
    countries = folder.ask("trend", {"series": [ANY], "interval": "month", "breakdown": {"by": "properties.country", "limit": 100}})
    out["countries"] = len(countries["series"])
    priced = [{"field": "properties.products.price", "op": "gt", "value": 0}]
    out["clean_invoices_price>0"] = folder.sums({**sold, "where": priced}, audience=known)[0]
    out["clean_customers_price>0"] = folder.ask("funnel", {"steps": [{**sold, "where": priced}]})["steps"][0]["count"]
    return out


def by_export(folder):
    """Every total, from the lines that come out again."""
    events = folder.events()
    lines = list(lines_of(events))
    clean = [x for x in lines if x[0]["customer_id"] and x[0]["name"] == "Order Completed" and x[3] > 0]
    priced = [x for x in clean if x[4] > 0]
    times = [moment(e["timestamp"]).astimezone(LONDON).replace(tzinfo=None).isoformat() for e in events]
    equal = collections.Counter((e["properties"]["order_id"], line["invoice_date"], *map(str, sorted(line.items())))
                                for e in events for line in e["properties"]["products"])
    return {
        "rows": len(lines),
        "invoices": len({e["properties"]["order_id"] for e in events}),
        "stock_codes": len({x[1] for x in lines}),
        "customers": len(folder.customers()),
        "countries": len({e["properties"]["country"] for e in events}),
        "rows_without_customer": sum(x[0]["customer_id"] is None for x in lines),
        "cancelled_rows_C": sum(x[0]["name"] == "Order Refunded" for x in lines),
        "cancelled_invoices": sum(e["name"] == "Order Refunded" for e in events),
        "negative_quantity_rows": sum(x[3] < 0 for x in lines),
        "zero_price_rows": sum(x[4] == 0 for x in lines),
        "negative_price_rows": sum(x[4] < 0 for x in lines),
        "rows_uk": sum(x[0]["properties"]["country"] == "United Kingdom" for x in lines),
        "min_date": min(times),
        "max_date": max(times),
        "net_revenue": sum(x[3] * x[4] for x in lines),
        "sum_quantity": sum(x[3] for x in lines),
        "exact_duplicate_rows": sum(n - 1 for n in equal.values()),
        "clean_rows (customer, not cancelled, quantity>0)": len(clean),
        "clean_customers": len({x[0]["customer_id"] for x in clean}),
        "clean_invoices": len({x[0]["properties"]["order_id"] for x in clean}),
        "clean_revenue": sum(x[3] * x[4] for x in clean),
        "clean_rows_price>0": len(priced),
        "clean_customers_price>0": len({x[0]["customer_id"] for x in priced}),
        "clean_invoices_price>0": len({x[0]["properties"]["order_id"] for x in priced}),
        "monthly_cohort_retention (clean rows)": retention([x[0] for x in clean]),
    }


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
@unittest.skipUnless(there(UCI) and there(TOTALS), "no shared data: name its folder in VIAGGIO_SHARED")
class OnlineRetail(unittest.TestCase):
    maxDiff = None

    def compare(self, found, wanted):
        for key, value in found.items():
            with self.subTest(key):
                if isinstance(wanted[key], Decimal):
                    # The published sums are of pennies; some prices have tenths of one.
                    self.assertLess(abs(Decimal(value) - wanted[key]), Decimal("0.01"), key)
                else:
                    self.assertEqual(value, wanted[key], key)

    def test_every_published_total(self):
        wanted = json.loads(TOTALS.read_text(), parse_float=Decimal)["values"]
        with tempfile.TemporaryDirectory() as place:
            folder = Folder("--data", pathlib.Path(place) / "data")
            first, _ = folder.load(UCI, MAPPINGS / "uci-online-retail.toml")
            self.assertEqual(first, {"read": wanted["rows"], "stored": wanted["invoices"], "duplicate": 0, "rejected": 0})
            questions, lines = by_query(folder), by_export(folder)
            self.assertEqual(set(lines), set(wanted))
            self.compare(lines, wanted)
            self.compare(questions, wanted)
            again, _ = folder.load(UCI, "uci-online-retail")
            self.assertEqual(again, {"read": wanted["rows"], "stored": 0, "duplicate": wanted["invoices"], "rejected": 0})
            self.assertEqual(by_query(folder), questions)
            self.assertEqual(by_export(folder), lines)


EVENTS = {"view": "Product Viewed", "cart": "Product Added", "remove_from_cart": "Product Removed", "purchase": "Order Completed"}


def counted():
    """What the REES46 file holds, but for its last line, which is cut short."""
    with open(REES46, encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["user_session"] is not None]
    return rows, summary((EVENTS[r["event_type"]], r["user_id"], r["user_session"], r["product_id"], r["brand"],
                          Decimal(r["price"]), r["event_time"]) for r in rows)


def summary(rows):
    rows = list(rows)
    return {
        "events": collections.Counter(r[0] for r in rows),
        "users": len({r[1] for r in rows}),
        "sessions": len({r[2] for r in rows}),
        "products": collections.Counter(r[3] for r in rows),
        "brands": collections.Counter(r[4] or None for r in rows),
        "revenue": sum(r[5] for r in rows if r[0] == "Order Completed"),
    }


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
@unittest.skipUnless(there(REES46), "no shared data: name its folder in VIAGGIO_SHARED")
class Rees46(unittest.TestCase):
    maxDiff = None

    def exported(self, folder):
        rows = []
        for e in folder.events("jsonl"):
            p = e["properties"]
            of = p["products"][0] if "products" in p else p
            rows.append((e["name"], e["user_id"], e["context"]["sessionId"], str(p["product_id"]), of.get("brand"), Decimal(of["price"]), e["timestamp"]))
        return summary(rows)

    def check_questions(self, folder, wanted):
        names = list(EVENTS.values())
        counts = folder.sums(*({"event": n} for n in names))
        self.assertEqual(counts, [wanted["events"][n] for n in names])
        self.assertEqual(folder.ask("funnel", {"steps": [ANY]})["steps"][0]["count"], wanted["users"])
        self.assertEqual(folder.sums({"event": "Order Completed", "measure": "sum", "field": "value"})[0], wanted["revenue"])
        brands = folder.ask("trend", {"series": [ANY], "interval": "month", "breakdown": {"by": "properties.brand", "limit": 1000}})
        self.assertEqual({s["value"]: sum(s["values"]) for s in brands["series"]}, dict(wanted["brands"]))

    def test_counts_and_the_row_that_is_cut(self):
        rows, wanted = counted()
        with tempfile.TemporaryDirectory() as place:
            data = pathlib.Path(place) / "data"
            folder = Folder("--data", data)
            first, done = folder.load(REES46, MAPPINGS / "rees46.toml")
            self.assertEqual(first, {"read": len(rows) + 1, "stored": len(rows), "duplicate": 0, "rejected": 1})
            self.check_questions(folder, wanted)
            self.assertEqual(self.exported(folder), wanted)
            (report,) = (data / "imports").glob("*.rejected.csv")
            self.assertIn(str(report.name), done.stdout)
            (rejected,) = csv.DictReader(io.StringIO(report.read_text(encoding="utf-8")))
            self.assertEqual(rejected["line"], str(len(rows) + 2))
            self.assertTrue(rejected["code"] and rejected["detail"])
            self.assertEqual(rejected["row"], REES46.read_text(encoding="utf-8").splitlines()[-1])
            again, _ = folder.load(REES46, "rees46")
            self.assertEqual((again["stored"], again["duplicate"]), (0, len(rows)))
            self.assertEqual(self.exported(folder), wanted)

    def test_gzip_through_a_running_server(self):
        rows, wanted = counted()
        with tempfile.TemporaryDirectory() as place, serve.Server() as server:
            packed = pathlib.Path(place) / "events.csv.gz"
            packed.write_bytes(gzip.compress(REES46.read_bytes()))
            folder = Folder("--url", f"http://127.0.0.1:{server.port}", "--key", serve.SECRET_KEY)
            for stored in (len(rows), 0):
                answer, _ = folder.load(packed, MAPPINGS / "rees46.toml")
                self.assertEqual((answer["stored"], answer["rejected"]), (stored, 1))
                self.check_questions(folder, wanted)
                self.assertEqual(self.exported(folder), wanted)

    def test_parquet(self):
        """Exported as Parquet, read back through a mapping of one's own into an empty folder."""
        rows, wanted = counted()
        with tempfile.TemporaryDirectory() as place:
            place = pathlib.Path(place)
            first = Folder("--data", place / "first")
            first.load(REES46, "rees46")
            run("export", "events", "--format", "parquet", "-o", place / "events.parquet", *first.target)
            (place / "own.toml").write_text(
                'id = "own"\nlabel = { it = "Propria", en = "Own" }\nsource = "own"\nformat = "parquet"\n'
                'event = { column = "name", map = {' + ", ".join(f'"{n}" = "{n}"' for n in EVENTS.values()) + "} }\n"
                'key = ["message_id"]\n[time]\ncolumn = "timestamp"\n[identifiers]\nuser_id = "user_id"\n')
            second = Folder("--data", place / "second")
            for stored in (len(rows), 0):
                answer, _ = second.load(place / "events.parquet", place / "own.toml", "parquet")
                self.assertEqual((answer["stored"], answer["rejected"]), (stored, 0))
                names = list(EVENTS.values())
                self.assertEqual(second.sums(*({"event": n} for n in names)), [wanted["events"][n] for n in names])
                self.assertEqual(second.ask("funnel", {"steps": [ANY]})["steps"][0]["count"], wanted["users"])
            self.assertEqual([moment(e["timestamp"]) for e in second.events()],
                             [moment(r["event_time"].replace(" UTC", "Z")).astimezone(timezone.utc) for r in rows])


if __name__ == "__main__":
    unittest.main()
