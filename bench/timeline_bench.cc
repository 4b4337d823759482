// link: timeline
// The riskiest bet, measured: a per-customer columnar timeline that keeps its speed under fresh
// events, late data, merges and re-sealing.
//   timeline_bench EVENTS CUSTOMERS SECONDS
// Builds EVENTS events of CUSTOMERS customers (skewed, 40 names), measures a 4-step funnel, all
// transitions and a last touch without change, then with 5,000 events/s, then with 100,000 merges a
// minute besides, each for SECONDS; prints medians, ratios, bytes an event, and compares the
// answers with a timeline built anew from the same events.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

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

timeline::Event random_event(Random& r, Sequence sequence, Micros now) {
  timeline::Event e;
  // Three of four names are among the ten most frequent.
  const std::uint32_t name = r.below(4) != 0 ? r.below(10) : r.below(kNames);
  e.kind = name + kNames * r.below(kKinds / kNames);
  e.time = now;
  e.sequence = sequence;
  if (name == 3) e.value = 10'000 + r.below(1'000'000);
  e.device = r.below(1'000'000);
  return e;
}

// Skewed: the square of a uniform number, so that few customers have many events.
CustomerId random_customer(Random& r, std::uint32_t customers) {
  const double u = static_cast<double>(r.next() >> 11) / 9007199254740992.0;
  return static_cast<CustomerId>(u * u * customers);
}

std::uint64_t funnel(const Snapshot& s) {
  std::vector<std::uint8_t> step_of_kind(s.kinds(), 0);
  for (std::uint32_t k = 0; k < s.kinds(); ++k) {
    const std::uint32_t name = k % kNames;
    if (name < 4) step_of_kind[k] = static_cast<std::uint8_t>(name + 1);
  }
  struct State {
    std::vector<std::uint8_t> scratch;
    const std::uint8_t* step = nullptr;
  };
  std::atomic<std::uint64_t> reached{0};
  std::vector<std::uint64_t> by_worker(64, 0);
  s.scan(
      0,
      [&](unsigned worker, const CodeSpace& codes) {
        auto state = std::make_pair(worker, std::make_unique<State>());
        state.second->step = timeline::by_code(codes, step_of_kind, state.second->scratch);
        return state;
      },
      [&](auto& state, const auto& run) {
        const std::uint8_t* step = state.second->step;
        Micros anchor[5] = {0, 0, 0, 0, 0};
        bool set[5] = {false, false, false, false, false};
        unsigned best = 0;
        for (std::uint32_t i = 0; i < run.size; ++i) {
          const std::uint8_t st = step[run.kind[i]];
          if (st == 0) continue;
          if (st == 1) {
            set[1] = true;
            anchor[1] = run.time[i];
            best = std::max(best, 1u);
          } else if (set[st - 1] && run.time[i] - anchor[st - 1] <= 7 * kDay) {
            set[st] = true;
            anchor[st] = anchor[st - 1];
            best = std::max<unsigned>(best, st);
          }
        }
        by_worker[state.first] += best;
      });
  for (const auto n : by_worker) reached += n;
  return reached;
}

std::uint64_t transitions(const Snapshot& s) {
  std::vector<std::uint8_t> name_of_kind(s.kinds(), 0);
  for (std::uint32_t k = 0; k < s.kinds(); ++k)
    name_of_kind[k] = static_cast<std::uint8_t>(k % kNames);
  std::vector<std::vector<std::uint64_t>> tables(64);
  s.scan(
      0,
      [&](unsigned worker, const CodeSpace& codes) {
        if (tables[worker].empty()) tables[worker].resize(kNames * kNames, 0);
        auto scratch = std::make_unique<std::vector<std::uint8_t>>();
        const std::uint8_t* name = timeline::by_code(codes, name_of_kind, *scratch);
        return std::make_tuple(tables[worker].data(), name, std::move(scratch));
      },
      [&](auto& state, const auto& run) {
        std::uint64_t* table = std::get<0>(state);
        const std::uint8_t* name = std::get<1>(state);
        for (std::uint32_t i = 1; i < run.size; ++i)
          ++table[name[run.kind[i - 1]] * kNames + name[run.kind[i]]];
      });
  std::uint64_t sum = 0;
  for (const auto& t : tables) {
    for (std::size_t i = 0; i < t.size(); ++i) sum += t[i] * (i + 1);
  }
  return sum;
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
    f.push_back(seconds_of([&] { (void)funnel(*s); }));
    tr.push_back(seconds_of([&] { (void)transitions(*s); }));
    lt.push_back(seconds_of([&] { (void)last_touch(*s); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return {median(f), median(tr), median(lt)};
}

int run(std::uint64_t events, std::uint32_t customers, double seconds) {
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
          for (std::uint64_t i = 0; i < events; ++i)
            each({random_customer(random, customers), random_event(random, i + 1, clock += step)});
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
      // A tenth of a second's worth: 500 events, some an hour late, and 167 merges.
      std::vector<Placement> batch;
      for (int i = 0; i < 500; ++i) {
        now += 200;
        batch.push_back({random_customer(r, customers),
                         random_event(r, next++, r.below(20) == 0 ? now - kHour : now)});
      }
      t.add(batch, next - 1);
      added += batch.size();
      if (merging) {
        for (int i = 0; i < 167; ++i) {
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
  ratios("5,000 events/s", fresh);
  merging = true;
  const Medians merged = measure(t, seconds);
  ratios("and 100,000 merges a minute", merged);
  stop = true;
  writer.join();
  sealer.join();
  std::printf("added %llu, merged %llu\n", static_cast<unsigned long long>(added.load()),
              static_cast<unsigned long long>(joined.load()));

  // The same runs in a timeline built anew must give the same answers.
  const auto last = t.snapshot();
  const std::uint64_t answers[3] = {funnel(*last), transitions(*last), last_touch(*last)};
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
  const bool equal = answers[0] == funnel(*other) && answers[1] == transitions(*other) &&
                     answers[2] == last_touch(*other) && last->events() == other->events() &&
                     last->events() == events + added.load();
  std::printf("answers equal a timeline built anew: %s\n", equal ? "yes" : "NO");
  std::filesystem::remove_all(folder);
  return equal ? 0 : 1;
}

}  // namespace
}  // namespace viaggio

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const auto customers =
      static_cast<std::uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : events / 13);
  return viaggio::run(events, customers, argc > 3 ? std::atof(argv[3]) : 20);
}
