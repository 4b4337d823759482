// link: journey_funnel journey_transitions timeline
// The riskiest bet, measured: a per-customer columnar timeline that keeps its speed under fresh
// events, late data, merges and re-sealing.
//   timeline_bench [--events N] [--customers N] [--seconds N] [--rate N] [--merges N]
// Builds N events of skewed customers (40 names), asks the product's own 4-step funnel and
// transitions, and a last touch, without change, then with --rate events a second, then with
// --merges merges a minute besides, each for --seconds; prints medians, ratios, bytes an event, and
// compares the answers with a timeline built anew from the same events.
// Passes when medians stay within 1.25 times those without change, and 2 times with merges, at 16
// bytes an event at most, and the answers are equal.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <thread>

#include <nlohmann/json.hpp>

#include "base/give_way.h"
#include "journey/funnel/funnel.h"
#include "journey/transitions/transitions.h"
#include "timeline/timeline.h"

namespace viaggio {
namespace {

using timeline::CodeSpace;
using timeline::Placement;
using timeline::Snapshot;

constexpr std::uint32_t kNames = 40, kKinds = 400;

struct Random {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((next() >> 32) * n >> 32);
  }
};

double seconds_of(const std::function<void()>& what) {
  const auto from = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

timeline::Event random_event(Random& r, Sequence sequence, Micros now, CustomerId customer) {
  timeline::Event e;
  // Three of four names are among the ten most frequent.
  const std::uint32_t name = r.below(4) != 0 ? r.below(10) : r.below(kNames);
  e.kind = name + kNames * r.below(kKinds / kNames);
  e.time = now;
  e.sequence = sequence;
  if (name == 3) e.value = 10'000 + r.below(1'000'000);
  e.device = customer * 2 + (r.below(8) == 0 ? 1 : 0);  // two devices, one seldom used
  return e;
}

// Skewed: the square of a uniform number, so that few customers have many events.
CustomerId random_customer(Random& r, std::uint32_t customers) {
  const double u = static_cast<double>(r.next() >> 11) / 9007199254740992.0;
  return static_cast<CustomerId>(u * u * customers);
}

// Kinds of the 40 names, as a question sees them.
std::shared_ptr<const classify::Classification> classification() {
  static const std::vector<EventKind> kinds = [] {
    std::vector<EventKind> out(kKinds);
    for (std::uint32_t k = 0; k < kKinds; ++k) out[k].name = "name " + std::to_string(k % kNames);
    return out;
  }();
  auto out = std::make_shared<classify::Classification>();
  out->touchpoints.resize(1);
  out->channels.resize(1);
  out->touchpoint.resize(kKinds, 0);
  out->own_channel.resize(kKinds, 0);
  out->inherits.resize(kKinds, 0);
  for (const EventKind& k : kinds) out->kinds.push_back(&k);
  return out;
}

select::Context context_of(const std::shared_ptr<const Snapshot>& s) {
  static const auto classes = classification();
  select::Context context;
  context.snapshot = s;
  context.classes = classes;
  context.now = std::numeric_limits<Micros>::max() - 1;
  return context;
}

std::string funnel(const std::shared_ptr<const Snapshot>& s) {
  static const auto question = journey::read_funnel(nlohmann::json::parse(
      R"({"steps":[{"event":"name 0"},{"event":"name 1"},{"event":"name 2"},{"event":"name 3"}],
          "window":"7d"})"));
  return journey::ask_funnel(*question, context_of(s), [](CustomerId) { return std::string(); })
      ->dump();
}

std::string transitions(const std::shared_ptr<const Snapshot>& s) {
  static const auto question = journey::read_transitions(nlohmann::json::object());
  return journey::ask_transitions(*question, context_of(s))->dump();
}

std::uint64_t last_touch(const Snapshot& s) {
  std::vector<std::uint8_t> what(s.kinds(), 0);  // 1 touch, 2 conversion
  for (std::uint32_t k = 0; k < s.kinds(); ++k)
    what[k] = k % kNames == 3 ? 2 : (k % kNames >= 5 && k % kNames < 9 ? 1 : 0);
  std::vector<std::uint64_t> credit(64, 0);
  s.scan(
      0,
      [&](unsigned worker, const CodeSpace& codes) {
        auto scratch = std::make_unique<std::vector<std::uint8_t>>();
        const std::uint8_t* w = timeline::by_code(codes, what, *scratch);
        return std::make_tuple(worker, w, std::move(scratch));
      },
      [&](auto& state, const auto& run) {
        const std::uint8_t* w = std::get<1>(state);
        std::int64_t last = -1;
        for (std::uint32_t i = 0; i < run.size; ++i) {
          const std::uint8_t x = w[run.kind[i]];
          if (x == 1) last = i;
          if (x == 2 && last >= 0 &&
              run.time[i] - run.time[static_cast<std::uint32_t>(last)] <= 7 * kDay)
            ++credit[std::get<0>(state)];
        }
      });
  std::uint64_t sum = 0;
  for (const auto c : credit) sum += c;
  return sum;
}

struct Medians {
  double funnel = 0, transitions = 0, touch = 0;
};

double median(std::vector<double>& v) {
  if (v.empty()) return 0;
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

Medians measure(timeline::Timeline& t, double seconds) {
  std::vector<double> f, tr, lt;
  const auto from = std::chrono::steady_clock::now();
  while (f.size() < 5 ||
         std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count() < seconds) {
    const auto s = t.snapshot(kSecond / 4);
    f.push_back(seconds_of([&] { (void)funnel(s); }));
    tr.push_back(seconds_of([&] { (void)transitions(s); }));
    lt.push_back(seconds_of([&] { (void)last_touch(*s); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return {median(f), median(tr), median(lt)};
}

struct Settings {
  std::uint64_t events = 10'000'000;
  std::uint32_t customers = 0;  // 0: one to 13 events
  double seconds = 20;
  unsigned rate = 5'000, merges = 100'000;
};

int run(const Settings& settings) {
  const std::uint64_t events = settings.events;
  const std::uint32_t customers =
      settings.customers != 0 ? settings.customers : static_cast<std::uint32_t>(events / 13);
  const double seconds = settings.seconds;
  const std::string folder =
      std::filesystem::temp_directory_path().string() + "/viaggio-timeline-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  timeline::Options options;
  options.folder = folder;
  timeline::Timeline t(options);
  if (!t.open()) return 1;
  Random random{1};
  Micros clock = 1'700'000'000 * kSecond;
  const Micros step = 730 * kDay / static_cast<Micros>(events);
  const double build = seconds_of([&] {
    (void)t.rebuild(
        [&](const std::function<void(const Placement&)>& each) -> Status {
          for (std::uint64_t i = 0; i < events; ++i) {
            const CustomerId c = random_customer(random, customers);
            each({c, random_event(random, i + 1, clock += step, c)});
          }
          return {};
        },
        events);
  });
  const auto figures = t.figures();
  std::printf("events %llu  customers %llu  blocks %llu\n",
              static_cast<unsigned long long>(figures.events),
              static_cast<unsigned long long>(figures.customers),
              static_cast<unsigned long long>(figures.blocks));
  std::printf("rebuild %.1f s = %.2f million events/s (making the events included)\n", build,
              static_cast<double>(events) / build / 1e6);
  std::printf("bytes an event: %.2f for name, touchpoint, time and value; %.2f in the file\n",
              static_cast<double>(figures.hot_bytes) / static_cast<double>(events),
              static_cast<double>(figures.block_bytes) / static_cast<double>(events));
  if (!t.checkpoint()) return 1;
  {
    timeline::Timeline again(options);
    const double open = seconds_of([&] { (void)again.open(); });
    std::printf("open from its files %.3f s\n", open);
  }
  const Medians still = measure(t, seconds / 3);
  std::printf("%-28s funnel %.3f s  transitions %.3f s  last touch %.3f s\n", "no change",
              still.funnel, still.transitions, still.touch);

  std::atomic<bool> stop{false}, merging{false};
  std::atomic<std::uint64_t> added{0}, joined{0};
  Sequence next = events + 1;
  std::thread writer([&] {
    Random r{2};
    Micros now = clock;
    auto due = std::chrono::steady_clock::now();
    while (!stop) {
      // A tenth of a second's worth; some events are an hour late.
      std::vector<Placement> batch;
      for (unsigned i = 0; i < settings.rate / 10; ++i) {
        now += 200;
        const CustomerId c = random_customer(r, customers);
        batch.push_back({c, random_event(r, next++, r.below(20) == 0 ? now - kHour : now, c)});
      }
      t.add(batch, next - 1);
      added += batch.size();
      if (merging) {
        for (unsigned i = 0; i < settings.merges / 600; ++i) {
          const CustomerId a = random_customer(r, customers), b = random_customer(r, customers);
          t.join(a, b);
          ++joined;
        }
      }
      due += std::chrono::milliseconds(100);
      std::this_thread::sleep_until(due);
    }
  });
  std::thread sealer([&] {
    give_way();
    while (!stop) {
      const auto more = t.reseal_one();
      if (!more || !*more) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  const Medians fresh = measure(t, seconds);
  auto ratios = [&](const char* name, const Medians& m) {
    const auto f = t.figures();
    std::printf(
        "%-28s funnel %.3f s (%.2fx)  transitions %.3f s (%.2fx)  last touch %.3f s (%.2fx)  tail "
        "%.2f %%\n",
        name, m.funnel, m.funnel / still.funnel, m.transitions, m.transitions / still.transitions,
        m.touch, m.touch / still.touch,
        100.0 * static_cast<double>(f.tail_events) / static_cast<double>(f.events));
  };
  ratios("with events", fresh);
  merging = true;
  const Medians merged = measure(t, seconds);
  ratios("with events and merges", merged);
  stop = true;
  writer.join();
  sealer.join();
  // What of the ratio is the shape of what came about, and what the work going on.
  ratios("the same, at rest", measure(t, seconds / 3));
  std::printf("added %llu, merged %llu\n", static_cast<unsigned long long>(added.load()),
              static_cast<unsigned long long>(joined.load()));

  // The same runs in a timeline built anew must give the same answers.
  const auto last = t.snapshot();
  const std::string answers[2] = {funnel(last), transitions(last)};
  const std::uint64_t touches = last_touch(*last);
  timeline::Timeline anew(timeline::Options{});
  (void)anew.rebuild(
      [&](const std::function<void(const Placement&)>& each) -> Status {
        last->scan(
            1, [](unsigned, const CodeSpace& codes) { return codes; },
            [&](const CodeSpace& codes, const auto& r) {
              for (std::uint32_t i = 0; i < r.size; ++i)
                each({r.customer,
                      {r.time[i], r.sequence(i), r.value(i), codes.kind(r.kind[i]), r.device[i]}});
            });
        return {};
      },
      last->upto());
  const auto other = anew.snapshot();
  const bool equal = answers[0] == funnel(other) && answers[1] == transitions(other) &&
                     touches == last_touch(*other) && last->events() == other->events() &&
                     last->events() == events + added.load();
  std::printf("answers equal a timeline built anew: %s\n", equal ? "yes" : "NO");
  std::filesystem::remove_all(folder);
  auto within = [&](const Medians& m, double most) {
    return m.funnel <= most * still.funnel && m.transitions <= most * still.transitions &&
           m.touch <= most * still.touch;
  };
  const double bytes = static_cast<double>(figures.hot_bytes) / static_cast<double>(events);
  const bool pass = equal && within(fresh, 1.25) && within(merged, 2) && bytes <= 16;
  std::printf("within 1.25 and 2 times, 16 bytes an event, equal answers: %s\n",
              pass ? "yes" : "NO");
  return pass ? 0 : 1;
}

}  // namespace
}  // namespace viaggio

int main(int argc, char** argv) {
  viaggio::Settings s;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (flag == "--events") {
      s.events = value;
    } else if (flag == "--customers") {
      s.customers = static_cast<std::uint32_t>(value);
    } else if (flag == "--seconds") {
      s.seconds = static_cast<double>(value);
    } else if (flag == "--rate") {
      s.rate = static_cast<unsigned>(value);
    } else if (flag == "--merges") {
      s.merges = static_cast<unsigned>(value);
    } else {
      std::fprintf(stderr, "timeline_bench: what is %s?\n", argv[i]);
      return 2;
    }
  }
  return viaggio::run(s);
}
