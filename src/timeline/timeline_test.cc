// The timeline against the plainest model: a map from customer to a sorted list of events.
#include "timeline/timeline.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace viaggio::timeline {
namespace {

namespace fs = std::filesystem;

using Model = std::map<CustomerId, std::vector<Event>>;

struct Seen {
  Micros time;
  Sequence sequence;
  std::int64_t value;
  KindId kind;
  NodeId device;
  KindId entry;
  bool operator==(const Seen&) const = default;
};
using Picture = std::map<CustomerId, std::vector<Seen>>;

constexpr Micros kGap = 3;

Picture expected(const Model& model) {
  Picture out;
  for (const auto& [customer, events] : model) {
    if (events.empty()) continue;
    std::vector<Event> sorted = events;
    std::sort(sorted.begin(), sorted.end());
    auto& list = out[customer];
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      // The session's first event, looked for backwards: the definition, not the engine's way.
      std::size_t first = i;
      Micros last = sorted[i].time;
      if (sorted[i].device != kNoNode) {
        for (std::size_t j = i; j-- > 0;) {
          if (sorted[j].device != sorted[i].device) continue;
          if (last - sorted[j].time > kGap) break;
          first = j;
          last = sorted[j].time;
        }
      }
      const Event& e = sorted[i];
      list.push_back({e.time, e.sequence, e.value, e.kind, e.device, sorted[first].kind});
    }
  }
  return out;
}

// Slices hold what runs hold, and their bits tell sessions apart as the definition does.
template <class Code>
void check_slice(const Slice<Code>& s) {
  for (std::uint32_t c = s.from; c < s.to; ++c) {
    const auto run = s.block->template run<Code>(c);
    std::map<NodeId, std::pair<Micros, int>> open;  // device -> time of the last event, session
    int sessions = 0, changes = 0, before = -1;
    for (std::uint32_t i = 0; i < run.size; ++i) {
      const std::uint32_t at = s.offsets[c] + i;
      EXPECT_EQ(s.time[at], run.time[i]);
      EXPECT_EQ(s.block->value(at), run.value(i));
      EXPECT_EQ(s.block->sequence(at), run.sequence(i));
      EXPECT_GE(run.time[i], s.block->earliest());
      EXPECT_LE(run.time[i], s.block->latest());
      int session = sessions;
      const auto known = open.find(run.device[i]);
      if (run.device[i] != kNoNode && known != open.end() &&
          run.time[i] - known->second.first <= kGap)
        session = known->second.second;
      if (session == sessions) ++sessions;
      open[run.device[i]] = {run.time[i], session};
      EXPECT_EQ(s.begins_session(at), session != before);
      changes += session != before ? 1 : 0;
      before = session;
    }
    EXPECT_EQ(s.is_mixed(c), changes != sessions);
  }
}

Picture picture(const Snapshot& snapshot, unsigned threads) {
  snapshot.scan_slices(
      1, [](unsigned, const CodeSpace&) { return 0; },
      [](int, const auto& slice) { check_slice(slice); }, [](int, const auto&) {});
  Picture out;
  std::mutex mutex;
  snapshot.scan(
      threads, [](unsigned, const CodeSpace& codes) { return codes; },
      [&](const CodeSpace& codes, const auto& run) {
        std::vector<Seen> list;
        for (std::uint32_t i = 0; i < run.size; ++i) {
          list.push_back({run.time[i], run.sequence(i), run.value(i), codes.kind(run.kind[i]),
                          run.device[i], codes.kind(run.entry[i])});
        }
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(out.emplace(run.customer, std::move(list)).second) << "customer seen twice";
      });
  return out;
}

struct World {
  explicit World(unsigned seed) : random(seed) {}
  std::mt19937 random;
  Model model;
  Sequence next = 1;
  std::vector<Event> unowned;

  unsigned draw(unsigned n) { return static_cast<unsigned>(random() % n); }
  Placement event(unsigned customers) {
    Placement p;
    p.customer = draw(20) == 0 ? kNoCustomer : draw(customers);
    p.event = Event{static_cast<Micros>(draw(40)), next++,
                    draw(3) == 0 ? static_cast<std::int64_t>(draw(1000)) - 500 : kNoValue, draw(7),
                    draw(3) == 0 ? kNoNode : 1000 + draw(3)};
    if (p.customer == kNoCustomer) {
      unowned.push_back(p.event);
    } else {
      model[p.customer].push_back(p.event);
    }
    return p;
  }
  void step(Timeline& t, unsigned customers) {
    const unsigned what = draw(10);
    if (what < 7) {
      std::vector<Placement> batch;
      for (unsigned i = 0; i <= draw(5); ++i) batch.push_back(event(customers));
      t.add(batch, next - 1);
    } else if (what == 7) {
      const CustomerId from = draw(customers), into = draw(customers);
      t.join(from, into);
      if (from != into) {
        auto& target = model[into];
        target.insert(target.end(), model[from].begin(), model[from].end());
        model[from].clear();
      }
    } else if (what == 8) {
      const CustomerId from = draw(customers), into = draw(customers);
      std::vector<Placement> moved = t.take_out(std::vector<CustomerId>{from});
      for (Placement& p : moved) p.customer = p.event.sequence % 2 == 0 ? into : from;
      t.add(moved, next - 1);
      std::vector<Event> all = std::move(model[from]);
      model[from].clear();
      for (const Event& e : all) model[e.sequence % 2 == 0 ? into : from].push_back(e);
    } else {
      const auto done = t.reseal_one();
      ASSERT_TRUE(done);
    }
  }
};

// Slots that are written anew often, or that pile up layers.
Options tiny(const std::string& folder = {}, unsigned seed = 0) {
  Options o;
  o.dead_share = seed % 2 == 0 ? 0.25 : 100;
  o.layers = seed % 3 == 0 ? 2 : 16;
  o.folder = folder;
  o.session_gap = kGap;
  o.block_events = 8;
  o.tail_floor = 0;
  o.tail_share = 0.1;
  return o;
}

std::string fresh_folder(const std::string& name) {
  const std::string folder =
      testing::TempDir() + "viaggio-timeline-" + name + std::to_string(::getpid());
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

TEST(Timeline, EqualsAPlainModelThroughAddsJoinsMovesAndReseals) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    World world(seed);
    Timeline t(tiny({}, seed));
    for (int i = 0; i < 60; ++i) world.step(t, 12);
    const auto snapshot = t.snapshot();
    ASSERT_EQ(picture(*snapshot, 1 + seed % 3), expected(world.model)) << "seed " << seed;
    EXPECT_EQ(snapshot->unowned_events(), world.unowned.size());
    std::uint64_t owned = 0;
    for (const auto& [c, events] : world.model) owned += events.size();
    EXPECT_EQ(snapshot->events(), owned);
    EXPECT_EQ(snapshot->customers(), expected(world.model).size());
  }
}

TEST(Timeline, ASnapshotNeverChanges) {
  World world(7);
  Timeline t(tiny());
  for (int i = 0; i < 40; ++i) world.step(t, 6);
  const auto old = t.snapshot();
  const Picture then = expected(world.model);
  for (int i = 0; i < 200; ++i) world.step(t, 6);
  ASSERT_TRUE(t.reseal_all());
  EXPECT_EQ(picture(*old, 2), then);
  EXPECT_EQ(picture(*t.snapshot(), 2), expected(world.model));
}

TEST(Timeline, ComesBackFromItsFilesAsItWas) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::string folder = fresh_folder("reopen");
    World world(seed);
    {
      Timeline t(tiny(folder, seed));
      ASSERT_TRUE(t.open());
      for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 40; ++i) world.step(t, 9);
        ASSERT_TRUE(t.checkpoint());
      }
    }
    Timeline again(tiny(folder, seed));
    const auto upto = again.open();
    ASSERT_TRUE(upto) << upto.error().detail;
    EXPECT_EQ(*upto, world.next - 1);
    EXPECT_EQ(picture(*again.snapshot(), 2), expected(world.model)) << "seed " << seed;
    EXPECT_EQ(again.snapshot()->unowned_events(), world.unowned.size());
    for (int i = 0; i < 40; ++i) world.step(again, 9);
    ASSERT_TRUE(again.reseal_all());
    EXPECT_EQ(picture(*again.snapshot(), 2), expected(world.model));
    fs::remove_all(folder);
  }
}

TEST(Timeline, KeepsNoMoreFilesThanItNeeds) {
  const std::string folder = fresh_folder("files");
  World world(11);
  Timeline t(tiny(folder));
  ASSERT_TRUE(t.open());
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 60; ++i) world.step(t, 30);
    ASSERT_TRUE(t.reseal_all());
  }
  const auto count = [&] {
    return static_cast<std::uint64_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  };
  EXPECT_EQ(count(), t.figures().blocks);  // nothing is named yet
  ASSERT_TRUE(t.checkpoint());
  for (int i = 0; i < 60; ++i) world.step(t, 30);
  ASSERT_TRUE(t.reseal_all());
  ASSERT_TRUE(t.checkpoint());
  EXPECT_EQ(count(), t.figures().blocks + 1);  // and the manifest
  fs::remove_all(folder);
}

TEST(Timeline, RebuildGivesWhatAddingOneByOneGives) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    World world(seed);
    std::vector<Placement> events;
    for (int i = 0; i < 200; ++i) events.push_back(world.event(25));
    Timeline t(tiny());
    ASSERT_TRUE(t.rebuild(
        [&](const std::function<void(const Placement&)>& each) -> Status {
          for (const Placement& p : events) each(p);
          return {};
        },
        world.next - 1));
    EXPECT_EQ(picture(*t.snapshot(), 2), expected(world.model));
    EXPECT_EQ(t.snapshot()->unowned_events(), world.unowned.size());
  }
}

TEST(Timeline, ResealsInTheBackgroundWhileEventsArrive) {
  World world(3);
  Timeline t(tiny({}, 1));
  std::atomic<bool> stop{false};
  std::thread sealer([&] {
    while (!stop) ASSERT_TRUE(t.reseal_one());
  });
  std::thread reader([&] {
    while (!stop) {
      const auto s = t.snapshot();
      std::atomic<std::uint64_t> n{0};
      s->scan(
          1, [](unsigned, const CodeSpace&) { return 0; },
          [&](int, const auto& run) { n += run.size; });
      ASSERT_EQ(n.load(), s->events());
    }
  });
  for (int i = 0; i < 3000; ++i) world.step(t, 40);
  stop = true;
  sealer.join();
  reader.join();
  EXPECT_EQ(picture(*t.snapshot(), 2), expected(world.model));
}

TEST(Timeline, DamageIsFoundAndNamed) {
  const std::string folder = fresh_folder("damage");
  World world(5);
  {
    Timeline t(tiny(folder));
    ASSERT_TRUE(t.open());
    for (int i = 0; i < 50; ++i) world.step(t, 9);
    ASSERT_TRUE(t.reseal_all());
    ASSERT_TRUE(t.checkpoint());
  }
  std::string victim;
  for (const auto& e : fs::directory_iterator(folder)) {
    if (e.path().extension() == ".blk") victim = e.path();
  }
  ASSERT_FALSE(victim.empty());
  const auto size = fs::file_size(victim);
  {
    std::fstream f(victim, std::ios::in | std::ios::out | std::ios::binary);
    f.seekg(static_cast<std::streamoff>(size - 70));
    char c = 0;
    f.get(c);
    f.seekp(static_cast<std::streamoff>(size - 70));
    f.put(static_cast<char>(c ^ 0x10));
  }
  Timeline t(tiny(folder));
  const auto opened = t.open();
  const Status checked = t.verify();
  ASSERT_TRUE(!opened || !checked);
  if (!checked) {
    EXPECT_NE(checked.error().detail.find(fs::path(victim).filename()), std::string::npos);
  }
  fs::resize_file(victim, size / 2);
  Timeline cut(tiny(folder));
  const auto reopened = cut.open();
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error().code, "timeline_damaged");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace viaggio::timeline
