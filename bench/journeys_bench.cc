// link: engine tests_tiny tests_reference
// The promise, measured: any question about 100 million events in a blink.
//   journeys_bench [--events N] [--seed N] [--questions N] [--folder DIR] [--load] [--check N]
// Stores N events of an invented shop in a data folder by the real path (Engine::store, synced
// commits), closes, opens, and asks each kind of question several times through Engine::query, each
// time another question. Prints minimum, median and maximum of each kind, and what the folder
// costs. Then checks: sums and counts against what the shop says it sent, a funnel and transitions
// against a slow second computation, and, on a world of --check events, every question against the
// naive reference, field by field.
//   --folder DIR  keeps the folder; a folder that holds the events already is not filled again
//   --load        only fills the folder
// The load is a bulk load: commits are not synced one by one, up to half of the timeline is held
// unsealed while it fills, and the only checkpoint comes at the end.
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <thread>

#include <nlohmann/json.hpp>

#include "difference.h"
#include "engine/engine.h"
#include "invented_shop.h"
#include "journey_questions.h"
#include "reference_world.h"

namespace viaggio::bench {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::uint64_t events = 1'000'000, seed = 1, check = 2'000;
  std::size_t questions = 5;
  std::string folder;
  bool only_load = false, keep = false;
};

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Resident memory in bytes, of files and of our own.
struct Resident {
  double anonymous = 0, file = 0;
};
Resident resident() {
  Resident r;
  std::ifstream in("/proc/self/status");
  std::string word;
  while (in >> word) {
    if (word == "RssAnon:") in >> r.anonymous;
    if (word == "RssFile:") in >> r.file;
  }
  return {r.anonymous * 1024, r.file * 1024};
}

[[noreturn]] void stop(const Error& e) {
  std::fprintf(stderr, "%s %s: %s\n", e.code.c_str(), e.field.c_str(), e.detail.c_str());
  std::exit(1);
}

std::unique_ptr<engine::Engine> open(const Settings& s, bool bulk) {
  engine::Options options;
  options.folder = s.folder;
  options.name = "Bench";
  options.background = false;
  if (bulk) {
    options.timeline.tail_share = 1.0;
    options.sync = false;  // synced at the end, by the checkpoint
  }
  auto engine = engine::Engine::open(options);
  if (!engine) stop(engine.error());
  return std::move(*engine);
}

void load(const Settings& s) {
  constexpr std::size_t kBatch = 20'000;
  auto engine = open(s, true);
  const std::uint64_t there = engine->figures().events;
  const auto start = Clock::now();
  InventedShop shop(s.seed, s.events);
  std::printf("planned in %.1f s\n", since(start));
  std::uint64_t stored = 0;
  double reported = 0;
  std::vector<IncomingEvent> batch = shop.next(kBatch);
  while (!batch.empty()) {
    auto following = std::async(std::launch::async, [&] { return shop.next(kBatch); });
    stored += batch.size();
    if (stored > there) {
      auto done = engine->store(std::move(batch), true);
      if (!done) stop(done.error());
      for (int i = 0; i < 4; ++i) {
        const auto more = engine->world().timeline->reseal_one();
        if (!more) stop(more.error());
        if (!*more) break;
      }
    }
    if (since(start) - reported > 30) {
      reported = since(start);
      std::printf("%.1f million stored after %.0f s, %.1f GB resident\n",
                  static_cast<double>(stored) / 1e6, reported, resident().anonymous / 1e9);
      std::fflush(stdout);
    }
    batch = following.get();
  }
  const double storing = since(start);
  if (auto ok = engine->seal(); !ok) stop(ok.error());
  if (auto ok = engine->checkpoint(); !ok) stop(ok.error());
  std::printf("stored %.1f million events in %.0f s (%.0f events/s), sealed and saved in %.1f s\n",
              static_cast<double>(stored) / 1e6, storing, static_cast<double>(stored) / storing,
              since(start) - storing);
  const auto& t = shop.truth();
  json truth;
  for (std::size_t n = 0; n < kShopNameCount; ++n)
    truth[kShopNames[n]] = {{"events", t.events[n]}, {"value", t.value[n]}};
  std::ofstream(s.folder + "/bench-truth.json")
      << json{{"events", stored}, {"names", truth}}.dump();
}

json truth_of(const Settings& s) {
  std::ifstream in(s.folder + "/bench-truth.json");
  return json::parse(in, nullptr, false);
}

json ask(engine::Engine& engine, const std::string& kind, const json& question, double* seconds) {
  const auto start = Clock::now();
  auto answer = engine.query(kind, question.dump());
  if (seconds != nullptr) *seconds = since(start);
  if (!answer) {
    std::fprintf(stderr, "%s %s\n", kind.c_str(), question.dump().c_str());
    stop(answer.error());
  }
  return json::parse(*answer);
}

void measure(engine::Engine& engine, const Settings& s) {
  for (const char* kind :
       {"funnel", "transitions", "paths", "variants", "stages", "trend", "map"}) {
    std::vector<double> times;
    for (const json& q : questions(kind, s.seed, s.questions)) {
      double seconds = 0;
      (void)ask(engine, kind, q, &seconds);
      times.push_back(seconds);
      if (std::getenv("VIAGGIO_BENCH_VERBOSE") != nullptr)
        std::printf("  %.3f s  %s %s\n", seconds, kind, q.dump().substr(0, 300).c_str());
    }
    std::sort(times.begin(), times.end());
    std::printf("%-12s min %.3f  median %.3f  max %.3f s  of %zu questions\n", kind, times.front(),
                times[times.size() / 2], times.back(), times.size());
    std::fflush(stdout);
  }
}

int failures = 0;
void check(bool ok, const char* what) {
  std::printf("check: %s: %s\n", what, ok ? "yes" : "NO");
  failures += ok ? 0 : 1;
}

// Counts and sums of every name against what the shop sent.
void check_sums(engine::Engine& engine, const json& truth) {
  json series = json::array();
  for (const char* name : kShopNames) {
    series.push_back({{"event", name}, {"measure", "events"}});
    if (truth["names"][name]["value"] != 0)
      series.push_back({{"event", name}, {"measure", "sum"}, {"field", "value"}});
  }
  const json answer = ask(engine, "trend", {{"series", series}, {"interval", "month"}}, nullptr);
  bool equal = true;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const json& expected = truth["names"][series[i]["event"].get<std::string>()];
    double sum = 0;
    for (const json& v : answer["series"][i]["values"]) sum += v.get<double>();
    const bool money = series[i]["measure"] == "sum";
    const double want =
        money ? expected["value"].get<double>() / 10'000 : expected["events"].get<double>();
    if (std::abs(sum - want) > (money ? 0.01 : 0)) {
      std::printf("  %s: %.4f, sent %.4f\n", series[i].dump().c_str(), sum, want);
      equal = false;
    }
  }
  check(equal, "counts and sums of all names equal what was sent");
}

// A funnel by trying every beginning, and transitions by walking the sessions: no cleverness.
struct Slow {
  std::vector<std::uint64_t> reached;
  std::map<std::string, std::uint64_t> nodes;
  std::uint64_t steps = 0;
};
Slow slow_answers(engine::Engine& engine, const std::vector<std::string>& names, Micros window) {
  auto scene = engine.scene(Common{});
  if (!scene) stop(scene.error());
  const auto& kinds = scene->context.classes->kinds;
  Slow out;
  out.reached.resize(names.size());
  std::vector<std::uint64_t> per_kind(kinds.size());
  scene->context.snapshot->scan(
      1, [](unsigned, const timeline::CodeSpace& codes) { return codes; },
      [&](const timeline::CodeSpace& codes, const auto& run) {
        std::size_t best = 0;
        std::map<NodeId, Micros> last;
        for (std::uint32_t i = 0; i < run.size; ++i) {
          ++per_kind[codes.kind(run.kind[i])];
          if (run.device[i] != kNoNode) {
            const auto at = last.find(run.device[i]);
            if (at != last.end() && run.time[i] - at->second <= 30 * kMinute) ++out.steps;
            last[run.device[i]] = run.time[i];
          }
          if (kinds[codes.kind(run.kind[i])]->name != names[0]) continue;
          std::size_t level = 1;
          for (std::uint32_t j = i + 1;
               j < run.size && run.time[j] - run.time[i] <= window && level < names.size(); ++j) {
            if (kinds[codes.kind(run.kind[j])]->name == names[level]) ++level;
          }
          best = std::max(best, level);
        }
        for (std::size_t l = 0; l < best; ++l) ++out.reached[l];
      });
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    if (per_kind[k] != 0) out.nodes[kinds[k]->name] += per_kind[k];
  }
  return out;
}

void check_slowly(engine::Engine& engine) {
  const std::vector<std::string> names = {"Product Viewed", "Product Added", "Checkout Started",
                                          "Order Completed"};
  const Slow slow = slow_answers(engine, names, 7 * kDay);
  json steps = json::array();
  for (const std::string& n : names) steps.push_back({{"event", n}});
  const json funnel = ask(engine, "funnel", {{"steps", steps}, {"window", "7d"}}, nullptr);
  bool equal = true;
  for (std::size_t l = 0; l < names.size(); ++l)
    equal = equal && funnel["steps"][l]["count"] == slow.reached[l];
  check(equal, "a funnel equals trying every beginning");
  const json all = ask(engine, "transitions", {{"collapse_repeats", false}}, nullptr);
  std::map<std::string, std::uint64_t> nodes;
  std::uint64_t edges = 0;
  for (const json& n : all["nodes"]) nodes[n["label"]] = n["count"];
  for (const json& e : all["edges"]) edges += e["transitions"].get<std::uint64_t>();
  check(nodes == slow.nodes && edges == slow.steps, "transitions equal walking the sessions");
}

// A small world in which everything can be compared with the naive reference.
void check_reference(const Settings& s) {
  Settings small = s;
  small.folder = s.folder + "-check";
  std::filesystem::remove_all(small.folder);
  auto engine = open(small, false);
  const auto reference = reference::make_reference_world();
  const json touchpoints = touchpoint_rules();
  if (auto ok = engine->put_touchpoints(touchpoints.dump(), ""); !ok) stop(ok.error());
  if (auto ok = reference->put_touchpoints(touchpoints.dump()); !ok) stop(ok.error());
  InventedShop shop(s.seed, s.check);
  std::vector<IncomingEvent> events = shop.next(s.check);
  // The shop's messages name neither page nor library: read as such, only pages are web events.
  for (IncomingEvent& e : events) e.kind.web = e.kind.type == EventType::page;
  for (const IncomingEvent& e : events) {
    if (auto ok = reference->load(e.kind.source, "{\"batch\":[" + e.json + "]}"); !ok)
      stop(ok.error());
  }
  if (auto done = engine->store(std::move(events), true); !done) stop(done.error());
  if (auto ok = engine->seal(); !ok) stop(ok.error());
  for (const json& model : engine_models(*engine)) {
    if (auto ok = reference->put_stage_model(model["id"], model.dump()); !ok) stop(ok.error());
  }
  const Micros clock = InventedShop::kStart + 740 * kDay;
  bool equal = true;
  for (const char* kind : {"funnel", "transitions", "stages", "trend", "map"}) {
    for (json q : questions(kind, s.seed, s.questions)) {
      auto health = json::parse(*engine->health());
      std::string now = health["epoch"];
      q["as_of"] = now.substr(0, now.rfind('-') + 1) + std::to_string(clock);
      q["timezone"] = "UTC";
      const auto ours = engine->query(kind, q.dump());
      q["as_of"] = reference->epoch(clock);
      const auto theirs = reference->query(kind, q.dump());
      const std::string what =
          !ours || !theirs
              ? (!ours ? ours.error().code + " " + ours.error().detail
                       : theirs.error().code + " of the reference " + theirs.error().detail)
              : differential::first_difference(*theirs, *ours);
      if (what.empty()) continue;
      std::printf("  %s %s: %s\n", kind, q.dump().c_str(), what.substr(0, 300).c_str());
      equal = false;
    }
  }
  check(equal, "every answer on a small world equals the naive reference");
  engine.reset();
  std::filesystem::remove_all(small.folder);
}

int run(Settings s) {
  if (s.folder.empty()) {
    s.folder = (std::filesystem::temp_directory_path() / "viaggio-journeys-bench").string() +
               std::to_string(getpid());
  } else {
    s.keep = true;
  }
  json truth = truth_of(s);
  if (!truth.is_object() || truth["events"] != s.events) {
    load(s);
    truth = truth_of(s);
  }
  if (s.only_load) return 0;
  const auto n = static_cast<double>(s.events);
  const Resident before = resident();
  auto start = Clock::now();
  auto engine = open(s, false);
  std::printf("opened in %.2f s\n", since(start));
  const auto figures = engine->figures();
  const auto shape = engine->world().timeline->figures();
  std::printf("events %llu, customers %llu, kinds %u, blocks %llu, unowned %llu\n",
              static_cast<unsigned long long>(figures.events),
              static_cast<unsigned long long>(figures.customers), engine->world().kinds.size(),
              static_cast<unsigned long long>(shape.blocks),
              static_cast<unsigned long long>(shape.unowned));
  const Resident opened = resident();
  std::printf("own memory after opening %.1f bytes/event\n",
              (opened.anonymous - before.anonymous) / n);
  for (const char* kind : {"funnel", "map"}) {
    double seconds = 0;
    (void)ask(*engine, kind, questions(kind, s.seed + 1, 1).front(), &seconds);
    std::printf("first %s after opening %.2f s\n", kind, seconds);
  }
  measure(*engine, s);
  const Resident asked = resident();
  std::printf(
      "timeline %.2f bytes/event hot, %.2f on disk; own memory %.1f, with mapped files %.1f "
      "bytes/event\n",
      static_cast<double>(shape.hot_bytes) / n, static_cast<double>(shape.block_bytes) / n,
      asked.anonymous / n, (asked.anonymous + asked.file) / n);
  check_sums(*engine, truth);
  check_slowly(*engine);
  start = Clock::now();
  if (auto ok = engine->rebuild_timeline(); !ok) stop(ok.error());
  const double rebuilt = since(start);
  std::printf("timeline rebuilt from the log in %.1f s, %.2f million events/s\n", rebuilt,
              n / rebuilt / 1e6);
  if (auto ok = engine->checkpoint(); !ok) stop(ok.error());
  engine.reset();
  if (s.check != 0) check_reference(s);
  if (!s.keep) std::filesystem::remove_all(s.folder);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace viaggio::bench

int main(int argc, char** argv) {
  viaggio::bench::Settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (flag == "--events") {
      s.events = number();
    } else if (flag == "--seed") {
      s.seed = number();
    } else if (flag == "--questions") {
      s.questions = number();
    } else if (flag == "--check") {
      s.check = number();
    } else if (flag == "--folder" && i + 1 < argc) {
      s.folder = argv[++i];
    } else if (flag == "--load") {
      s.only_load = true;
    } else {
      std::fprintf(stderr, "journeys_bench: what is %s?\n", flag.c_str());
      return 2;
    }
  }
  return viaggio::bench::run(s);
}
