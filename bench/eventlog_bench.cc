// link: eventlog
// How fast the event log stores and how cheaply it knows an id.
//   eventlog_bench FOLDER [events = 5,000,000] [batch = 100] [index ids = 100,000,000]
// Stores `events` made-up web events in synced commits of `batch` (looking up every id first),
// scans them, fetches some; then fills an index of `index ids` ids and looks new and old ids up in
// it. Every answer is checked; a wrong one ends the program with 1.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/id_index.h"

namespace {

using namespace viaggio;  // NOLINT
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "WRONG: %s\n", what);
  std::exit(1);
}

std::uint64_t spread(std::uint64_t v) {  // splitmix64
  v += 0x9E3779B97F4A7C15ull;
  v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9ull;
  v = (v ^ (v >> 27)) * 0x94D049BB133111EBull;
  return v ^ (v >> 31);
}

struct MadeUp {
  std::string id, json;
  explicit MadeUp(std::uint64_t n) {
    char text[512];
    const unsigned long long r = spread(n), q = spread(r);
    std::snprintf(text, sizeof text, "%016llx%016llx", r, q);
    id = text;
    std::snprintf(
        text, sizeof text,
        R"({"type":"track","event":"Product Viewed","anonymousId":"%08llx-%04llx","messageId":"%s",)"
        R"("timestamp":"2026-05-%02lluT%02llu:%02llu:%02llu.%03lluZ","properties":{"product_id":"%llu","price":%llu.%02llu},)"
        R"("context":{"page":{"url":"https://shop.example/p/%llu","referrer":"https://www.google.com/"}}})",
        q >> 40, q & 0xFFFF, id.c_str(), 1 + r % 28, r % 24, q % 60, r % 59, q % 1000, r % 50000,
        q % 300, r % 100, r % 50000);
    json = text;
  }
};

void store(const std::string& folder, std::uint64_t events, std::size_t batch) {
  std::filesystem::remove_all(folder);
  auto opened = eventlog::EventLog::open(folder, {});
  check(opened.has_value(), "open");
  eventlog::EventLog& log = **opened;
  std::uint64_t json_bytes = 0;
  double making = 0;
  const auto start = Clock::now();
  std::vector<MadeUp> made;
  std::vector<eventlog::EventLog::MessageKey> keys;
  for (std::uint64_t n = 0; n < events;) {
    const auto making_from = Clock::now();
    made.clear();
    keys.clear();
    eventlog::NewCommit commit;
    for (std::size_t i = 0; i < batch && n < events; ++i, ++n) made.emplace_back(n);
    for (const MadeUp& m : made) {
      EventHeader h;
      h.time = static_cast<Micros>(1'700'000'000'000'000 + n * 1000);
      h.node = static_cast<NodeId>(spread(n) % 1'000'000);
      commit.records.push_back({h, "web", m.id, m.json});
      keys.push_back({"web", m.id});
      json_bytes += m.json.size();
    }
    if (log.next_sequence() == 1) commit.kinds.push_back({0, {}});
    making += since(making_from);
    const auto known = log.find(keys);
    check(known.has_value(), "find");
    for (const Sequence s : *known) check(s == 0, "a new id was found");
    check(log.append(commit).has_value(), "append");
  }
  const double took = since(start) - making;
  std::printf(
      "store: %.0f durable events/s (%llu events, commits of %zu, id look-up and fsync included), "
      "%.0f bytes of JSON an event\n",
      static_cast<double>(events) / took, static_cast<unsigned long long>(events), batch,
      static_cast<double>(json_bytes) / static_cast<double>(events));
  std::printf("disk: %.0f bytes an event now (write-ahead log included)\n",
              static_cast<double>(log.disk_bytes()) / static_cast<double>(events));

  auto scan_start = Clock::now();
  std::uint64_t seen = 0;
  check(log.scan_headers(1, events + 1,
                         [&](Sequence, Micros, std::span<const EventHeader> h) {
                           seen += h.size();
                           return true;
                         })
                .has_value() &&
            seen == events,
        "scan_headers");
  std::printf("scan of headers: %.1f million/s\n",
              static_cast<double>(events) / since(scan_start) / 1e6);
  scan_start = Clock::now();
  seen = 0;
  check(log.scan(1, events + 1,
                 [&](const eventlog::Record& r) {
                   seen += !r.json.empty();
                   return true;
                 })
                .has_value() &&
            seen == events,
        "scan");
  std::printf("full scan: %.1f million/s\n", static_cast<double>(events) / since(scan_start) / 1e6);

  constexpr int kGets = 20'000;
  scan_start = Clock::now();
  for (int i = 0; i < kGets; ++i) {
    const Sequence s = 1 + spread(static_cast<std::uint64_t>(i)) % events;
    check(
        log.get(std::span(&s, 1),
                [&](const eventlog::Record& r) { check(r.message_id == MadeUp(s - 1).id, "get"); })
            .has_value(),
        "get");
  }
  std::printf("get of a random record: %.0f us\n", since(scan_start) / kGets * 1e6);

  opened->reset();
  scan_start = Clock::now();
  opened = eventlog::EventLog::open(folder, {});
  check(opened.has_value() && (*opened)->next_sequence() == events + 1, "reopen");
  std::printf("opening: %.2f s; ids in memory: %.2f bytes an event; disk %.0f bytes an event\n",
              since(scan_start),
              static_cast<double>((*opened)->id_index_bytes()) / static_cast<double>(events),
              static_cast<double>((*opened)->disk_bytes()) / static_cast<double>(events));
}

void index(const std::string& folder, std::uint64_t ids) {
  std::filesystem::remove_all(folder);
  auto opened = eventlog::IdIndex::open(folder, 1, 1u << 20);
  check(opened.has_value(), "open index");
  eventlog::IdIndex& index = **opened;
  std::vector<eventlog::IdEntry> batch;
  std::vector<std::uint64_t> hashes;
  std::vector<eventlog::IdIndex::Candidate> found;
  auto start = Clock::now();
  double longest = 0;
  for (std::uint64_t n = 1; n <= ids;) {
    batch.clear();
    for (int i = 0; i < 1000 && n <= ids; ++i, ++n) batch.push_back({spread(n), n});
    const auto one = Clock::now();
    index.add(batch, n);
    longest = std::max(longest, since(one));
  }
  const double adding = since(start);
  index.settle();
  const auto f = index.figures();
  std::printf(
      "index of %llu ids: added at %.1f million/s (longest pause of 1,000: %.0f ms), settled after "
      "%.1f s, %zu levels, %.2f bytes in memory an id\n",
      static_cast<unsigned long long>(f.ids), static_cast<double>(ids) / adding / 1e6,
      longest * 1e3, since(start), f.levels,
      static_cast<double>(f.resident_bytes) / static_cast<double>(f.ids));
  constexpr std::uint64_t kLookups = 2'000'000;
  for (const bool known : {false, true}) {
    std::uint64_t hits = 0;
    start = Clock::now();
    for (std::uint64_t n = 0; n < kLookups;) {
      hashes.clear();
      for (int i = 0; i < 100; ++i, ++n)
        hashes.push_back(spread(known ? 1 + spread(n) % ids : ids + 1 + n));
      check(index.candidates(hashes, found), "index damaged");
      hits += found.size();
    }
    check(known ? hits >= kLookups : hits == 0, "index look-up");
    std::printf("look-up of %s ids: %.0f ns each\n", known ? "known" : "new",
                since(start) / static_cast<double>(kLookups) * 1e9);
  }
  start = Clock::now();
  opened->reset();
  opened = eventlog::IdIndex::open(folder, ids + 1, 1u << 20);
  check(opened.has_value() && (*opened)->covered() + (1u << 20) > ids, "reopen index");
  std::printf("opening the index: %.2f s\n", since(start));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: eventlog_bench FOLDER [events] [batch] [index ids]\n");
    return 2;
  }
  const auto number = [&](int i, std::uint64_t otherwise) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise;
  };
  const std::string folder = argv[1];
  if (const std::uint64_t events = number(2, 5'000'000); events > 0)
    store(folder + "/log", events, number(3, 100));
  if (const std::uint64_t ids = number(4, 100'000'000); ids > 0) index(folder + "/index", ids);
  std::filesystem::remove_all(folder + "/log");
  std::filesystem::remove_all(folder + "/index");
  return 0;
}
