// What subscriptions promise: every event after the activation once and in order, effects kept with
// the place in the log, timers once and in order, wherever the process ends.
#include <unistd.h>

#include <filesystem>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "subscribe/subscriptions.h"

namespace viaggio::subscribe {
namespace {

struct Bench {
  Bench() {
    std::string name = (std::filesystem::temp_directory_path() / "viaggio-sub-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    eventlog::Options o;
    o.sync = false;
    log = std::move(*eventlog::EventLog::open(folder + "/events", o));
  }
  ~Bench() {
    subscriptions.reset();
    log.reset();
    std::error_code ec;
    std::filesystem::remove_all(folder, ec);
  }
  void store(std::size_t count) {
    eventlog::NewCommit commit;
    std::vector<std::string> texts;
    texts.reserve(count);
    const Sequence first = log->next_sequence();
    for (std::size_t i = 0; i < count; ++i) {
      EventHeader h;
      h.time = static_cast<Micros>(first + i);
      texts.push_back("m" + std::to_string(first + i));
      commit.records.push_back({h, "test", texts.back(), "{}"});
    }
    ASSERT_TRUE(log->append(commit));
  }
  void open(std::function<bool(Moment)> survives = {}, std::size_t batch = 100) {
    subscriptions.reset();
    auto opened = Subscriptions::open(*log, {folder + "/subscribers", batch, std::move(survives)});
    ASSERT_TRUE(opened) << opened.error().detail;
    subscriptions = std::move(*opened);
  }
  void run(Micros now = 0) {
    for (;;) {
      const auto more = subscriptions->step(now);
      ASSERT_TRUE(more) << more.error().detail;
      if (!*more) return;
    }
  }
  std::uint64_t number(const char* name, const char* key) {
    const std::string text = subscriptions->state(name, key).value();
    return text.empty() ? 0 : std::stoull(text);
  }

  std::string folder;
  std::unique_ptr<eventlog::EventLog> log;
  std::unique_ptr<Subscriptions> subscriptions;
};

std::uint64_t number_of(const Effects& e, std::string_view key) {
  const std::string text = e.get(key).value();
  return text.empty() ? 0 : std::stoull(text);
}

// Counts and adds up in its state, and sends word of every tenth event.
class Adder : public Subscriber {
 public:
  explicit Adder(std::uint64_t rule = 0) : rule_(rule) {}
  std::string name() const override { return "adder"; }
  std::uint64_t rule() const override { return rule_; }
  bool wants_bodies() const override { return true; }
  Status handle(std::span<const eventlog::Record> events, Effects& e) override {
    std::uint64_t count = number_of(e, "count"), sum = number_of(e, "sum");
    std::uint64_t last = number_of(e, "last");
    for (const auto& r : events) {
      if (last != 0 && r.sequence != last + 1) return internal_error("out of order", "order");
      if (r.message_id != "m" + std::to_string(r.sequence)) return internal_error("body", "body");
      last = r.sequence;
      ++count;
      sum += r.sequence;
      if (r.sequence % 10 == 0) {
        if (auto ok = e.send("e" + std::to_string(r.sequence), "tenth"); !ok) return ok;
      }
    }
    e.put("count", std::to_string(count));
    e.put("sum", std::to_string(sum));
    e.put("last", std::to_string(last));
    return {};
  }
  Status deliver(std::string_view key, std::string_view) override {
    if (refuse) return internal_error("no line", "no_line");
    if (received.insert(std::string(key)).second) in_order.push_back(std::string(key));
    return {};
  }
  bool refuse = false;
  std::set<std::string> received;  // a receiver that knows what it has seen
  std::vector<std::string> in_order;

 private:
  std::uint64_t rule_;
};

TEST(Subscriptions, WhereverTheProcessEndsEachEventHasItsEffectOnce) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Bench b;
    auto adder = std::make_shared<Adder>();
    int ends = 0;
    auto survives = [&](Moment) { return random() % 4 != 0 || (++ends, false); };
    b.open(survives, 1 + random() % 70);
    ASSERT_TRUE(b.subscriptions->add(adder));
    for (int k = 0; k < 10; ++k) b.store(1 + random() % 100);
    const std::uint64_t n = b.log->next_sequence() - 1;
    for (;;) {
      const auto more = b.subscriptions->step(0);
      if (more && !*more) break;
      if (more) continue;
      ASSERT_EQ(more.error().code, "ended") << more.error().detail;
      b.open(survives, 1 + random() % 70);
      ASSERT_TRUE(b.subscriptions->add(adder));
    }
    EXPECT_GT(ends, 3);
    EXPECT_EQ(b.number("adder", "count"), n);
    EXPECT_EQ(b.number("adder", "sum"), n * (n + 1) / 2);
    EXPECT_EQ(b.subscriptions->cursor("adder").value(), n);
    std::vector<std::string> expected;
    for (std::uint64_t s = 10; s <= n; s += 10) expected.push_back("e" + std::to_string(s));
    EXPECT_EQ(adder->in_order, expected);
  }
}

TEST(Subscriptions, WhatCannotBeDeliveredWaitsAndHoldsUpNobodyElse) {
  Bench b;
  b.open();
  auto adder = std::make_shared<Adder>();
  adder->refuse = true;
  class Broken : public Subscriber {
   public:
    std::string name() const override { return "broken"; }
    Status handle(std::span<const eventlog::Record>, Effects& e) override {
      e.put("seen", "1");
      return internal_error("never works", "broken");
    }
  };
  ASSERT_TRUE(b.subscriptions->add(std::make_shared<Broken>()));
  ASSERT_TRUE(b.subscriptions->add(adder));
  b.store(95);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(b.subscriptions->step(0).error().code, "broken");
  EXPECT_EQ(b.number("adder", "count"), 95u);
  EXPECT_EQ(b.subscriptions->state("broken", "seen").value(), "");  // dropped with its failure
  EXPECT_EQ(b.subscriptions->cursor("broken").value(), 0u);
  EXPECT_TRUE(adder->received.empty());
  adder->refuse = false;
  EXPECT_FALSE(b.subscriptions->step(0));
  EXPECT_EQ(adder->received.size(), 9u);
}

// Each event (re)arms the timer of its number modulo 5; every seventh takes one away.
class Waiter : public Subscriber {
 public:
  std::string name() const override { return "waiter"; }
  Status handle(std::span<const eventlog::Record> events, Effects& e) override {
    for (const auto& r : events) {
      const std::string key = "k" + std::to_string(r.sequence % 5);
      const Status ok = r.sequence % 7 == 0
                            ? e.disarm(key)
                            : e.arm({key, static_cast<Micros>(r.sequence * 10), "p" + key});
      if (!ok) return ok;
    }
    return {};
  }
  Status fire(const Timer& t, Effects& e) override {
    e.put("fired", e.get("fired").value() + t.key + "@" + std::to_string(t.due) + " ");
    if (t.payload == "again") return {};
    return t.key == "k1" ? e.arm({"k1", t.due + 5, "again"}) : Status{};
  }
};

TEST(Subscriptions, TimersFireOnceInOrderAlsoOverARestart) {
  Bench b;
  b.open();
  ASSERT_TRUE(b.subscriptions->add(std::make_shared<Waiter>()));
  b.store(12);  // armed last: k1 at 110, k2 at 120, k3 at 80, k0 at 100; k4 at 90
  b.run(0);
  EXPECT_EQ(b.subscriptions->state("waiter", "fired").value(), "");
  b.run(90);
  EXPECT_EQ(b.subscriptions->state("waiter", "fired").value(), "k3@80 k4@90 ");
  b.open();
  ASSERT_TRUE(b.subscriptions->add(std::make_shared<Waiter>()));
  b.run(105);
  EXPECT_EQ(b.subscriptions->state("waiter", "fired").value(), "k3@80 k4@90 k0@100 ");
  // Stored before the deadline was looked at: 13 arms k3, 14 takes k4 away.
  b.store(2);
  b.run(10'000);
  EXPECT_EQ(b.subscriptions->state("waiter", "fired").value(),
            "k3@80 k4@90 k0@100 k1@110 k1@115 k2@120 k3@130 ");
  b.open();
  ASSERT_TRUE(b.subscriptions->add(std::make_shared<Waiter>()));
  b.run(1'000'000);
  EXPECT_EQ(b.subscriptions->state("waiter", "fired").value(),
            "k3@80 k4@90 k0@100 k1@110 k1@115 k2@120 k3@130 ");
}

TEST(Subscriptions, ATimerFiresOnceWhereverTheProcessEnds) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Bench b;
    auto survives = [&](Moment) { return random() % 3 != 0; };
    b.open(survives, 5);
    ASSERT_TRUE(b.subscriptions->add(std::make_shared<Waiter>()));
    b.store(12);
    Micros now = 0;
    while (now < 300) {
      const auto more = b.subscriptions->step(now);
      if (more) {
        now += *more ? 0 : 7;
        continue;
      }
      ASSERT_EQ(more.error().code, "ended") << more.error().detail;
      b.open(survives, 5);
      ASSERT_TRUE(b.subscriptions->add(std::make_shared<Waiter>()));
    }
    EXPECT_EQ(b.subscriptions->state("waiter", "fired").value(),
              "k3@80 k4@90 k0@100 k1@110 k1@115 k2@120 ");
  }
}

TEST(Subscriptions, ARuleActsOnlyOnWhatIsStoredAfterItsActivation) {
  Bench b;
  b.open();
  b.store(50);
  auto first = std::make_shared<Adder>(1);
  first->refuse = true;
  ASSERT_TRUE(b.subscriptions->add(first));
  b.store(20);
  b.run();
  EXPECT_EQ(b.number("adder", "count"), 20u);
  EXPECT_EQ(b.number("adder", "sum"), 20u * 121 / 2);
  b.store(30);  // never handled under the old rule
  auto second = std::make_shared<Adder>(2);
  ASSERT_TRUE(b.subscriptions->add(second));
  b.run();
  EXPECT_TRUE(second->received.empty());  // the old rule's letters are not sent any more
  EXPECT_EQ(b.subscriptions->cursor("adder").value(), 100u);
  EXPECT_EQ(b.number("adder", "count"), 20u);
}

TEST(Subscriptions, AHundredThousandEventsComeInOrder) {
  Bench b;
  b.open({}, 7'000);
  ASSERT_TRUE(b.subscriptions->add(std::make_shared<Adder>()));
  std::mt19937 random(3);
  for (std::uint64_t n = 0; n < 100'000;) {
    const std::size_t count = std::min<std::size_t>(100'000 - n, 1 + random() % 3'000);
    b.store(count);
    n += count;
    if (random() % 3 == 0) {
      ASSERT_TRUE(b.subscriptions->step(0));
    }
  }
  b.run();
  EXPECT_EQ(b.number("adder", "count"), 100'000u);
  EXPECT_EQ(b.number("adder", "sum"), 100'000ull * 100'001 / 2);
}

}  // namespace
}  // namespace viaggio::subscribe
