// Identity against the naive resolver, its own replay, and the promises it makes to the timeline.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "identity/reference_resolver_test_support.h"

namespace viaggio::identity {
namespace {

using Type = IdentifierType;

struct Random {
  std::mt19937_64 engine;
  explicit Random(std::uint64_t seed) : engine(seed) {}
  std::uint64_t below(std::uint64_t n) { return engine() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
};

bool all_tests() { return std::getenv("VIAGGIO_TEST_ALL") != nullptr; }

std::string describe(const IncomingEvent& e, bool secret) {
  std::string out = e.kind.name.empty() ? std::string(to_string(e.kind.type)) : e.kind.name;
  out += " t=" + std::to_string(e.time / kMinute) + "min+" + std::to_string(e.time % kMinute);
  for (const Identifier& i : e.identifiers) {
    out += " " + std::string(to_string(i.type)) + "=" + i.value;
  }
  if (!e.previous_id.empty()) out += " previous=" + e.previous_id + (secret ? " secret" : "");
  return out + "\n";
}

// Identity with what its caller keeps: the headers, and the customer it believes each event has,
// maintained from changes alone.
struct Caller {
  Identity identity;
  std::vector<EventHeader> headers;
  std::vector<CustomerId> believed;
  std::vector<LedgerEntry> ledger;
  Sequence sequence = 0;

  explicit Caller(const Policy& policy) : identity(policy) {}

  void follow(const Change& change) {
    for (const auto& [from, into] : change.joined) {
      for (CustomerId& c : believed) {
        if (c == from) c = into;
      }
    }
    for (const CustomerId losing : change.reassign) {
      for (std::size_t i = 0; i < headers.size(); ++i) {
        if (believed[i] == losing) believed[i] = identity.customer_of(headers[i]);
      }
    }
  }
  void keep(const Decision& d) {
    ledger.insert(ledger.end(), d.entries.begin(), d.entries.end());
    follow(d.change);
  }
  Decision event(const IncomingEvent& e, bool secret = false) {
    Decision d = identity.decide(e, ++sequence, e.time, secret);
    keep(d);
    EventHeader h;
    h.time = e.time;
    h.type = e.kind.type;
    h.node = d.owner;
    h.device = d.device;
    headers.push_back(h);
    believed.push_back(identity.customer_of(h));
    return d;
  }
  bool beliefs_hold() const {
    for (std::size_t i = 0; i < headers.size(); ++i) {
      if (believed[i] != identity.customer_of(headers[i])) return false;
    }
    return true;
  }
};

IncomingEvent make(Micros time, std::vector<Identifier> ids, EventType type = EventType::track,
                   std::string name = "Product Viewed") {
  IncomingEvent e;
  e.time = time;
  e.kind.type = type;
  if (type == EventType::track) e.kind.name = std::move(name);
  e.identifiers = std::move(ids);
  return e;
}

struct World {
  Policy policy = Policy::defaults();
  int users = 6, crms = 3, emails = 5, devices = 3;
  Micros span = 60 * kDay, grain = kHour;

  World() {  // small limits are reached in short sequences
    policy.types[static_cast<std::size_t>(Type::email)].limit = 2;
    policy.types[static_cast<std::size_t>(Type::phone)].limit = 2;
  }
  std::string pick(Random& r, const char* prefix, int n) const {
    return prefix + std::to_string(r.below(static_cast<std::uint64_t>(n)));
  }
  IncomingEvent event(Random& r) const {
    const auto grains = static_cast<std::uint64_t>(span / grain);
    IncomingEvent e = make(static_cast<Micros>(r.below(grains)) * grain +
                               static_cast<Micros>(r.below(3)) * 10 * kMinute,
                           {});
    if (r.one_in(2)) e.identifiers.push_back({Type::user_id, pick(r, "u", users)});
    if (r.one_in(6)) e.identifiers.push_back({Type::crm_id, pick(r, "c", crms)});
    if (r.one_in(4)) e.identifiers.push_back({Type::email, pick(r, "e", emails)});
    if (r.one_in(12)) e.identifiers.push_back({Type::email, pick(r, "e", emails)});
    if (r.one_in(8)) e.identifiers.push_back({Type::phone, pick(r, "p", 4)});
    if (r.one_in(20)) e.identifiers.push_back({Type::user_id, "null"});
    if (!r.one_in(4)) e.identifiers.push_back({Type::anonymous_id, pick(r, "a", devices)});
    if (r.one_in(10)) e.kind.name = "Signed Out";
    if (r.one_in(15)) {
      e.kind.type = EventType::alias;
      e.kind.name.clear();
      std::erase_if(e.identifiers, [](const auto& i) { return i.type == Type::anonymous_id; });
      e.previous_id = r.one_in(2) ? pick(r, "u", users) : pick(r, "a", devices);
    }
    // Two of a kind in one event, each once.
    std::vector<Identifier> once;
    for (const auto& i : e.identifiers) {
      if (std::find(once.begin(), once.end(), i) == once.end()) once.push_back(i);
    }
    e.identifiers = once;
    return e;
  }
};

// Do two namings of the same events cut them into the same groups?
template <class A, class B>
bool same_partition(const std::vector<A>& a, const std::vector<B>& b) {
  std::map<A, B> there;
  std::map<B, A> back;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (there.emplace(a[i], b[i]).first->second != b[i]) return false;
    if (back.emplace(b[i], a[i]).first->second != a[i]) return false;
  }
  return true;
}

// One random sequence; empty when Identity and the naive resolver agree all along.
std::string disagreement(std::uint64_t seed) {
  Random r(seed);
  World world;
  world.span = r.one_in(2) ? 60 * kDay : 12 * kHour;
  world.grain = r.one_in(3) ? kMinute : kHour;
  Caller caller(world.policy);
  ReferenceResolver reference(world.policy);
  std::string log;
  const std::size_t steps = 5 + r.below(40);
  for (std::size_t step = 0; step < steps; ++step) {
    std::vector<LedgerEntry> personal;  // active links between persons' identifiers
    for (const LedgerEntry& e : caller.ledger) {
      const bool counts = e.op == LedgerOp::link && e.rule != LinkRule::device_user;
      if (counts && caller.identity.link_active(e.id)) personal.push_back(e);
    }
    if (!personal.empty() && r.one_in(8)) {
      const LedgerEntry link = personal[r.below(personal.size())];
      const Identifier a = caller.identity.node(link.a).identifier;
      const Identifier b = caller.identity.node(link.b).identifier;
      log += "undo " + a.value + " - " + b.value + "\n";
      caller.keep(caller.identity.undo(link.id, ++caller.sequence, 0, "anna").value());
      reference.undo(a, b);
    } else if (r.one_in(12)) {
      const Identifier a{Type::user_id, world.pick(r, "u", world.users)};
      const Identifier b{Type::email, world.pick(r, "e", world.emails)};
      const auto x = caller.identity.find_customer(a), y = caller.identity.find_customer(b);
      if (!x || !y) continue;
      log += "merge " + a.value + " " + b.value + "\n";
      if (auto d = caller.identity.merge(*x, *y, ++caller.sequence, 0, "anna")) caller.keep(*d);
      reference.merge(a, b);
    } else {
      const IncomingEvent e = world.event(r);
      const bool secret = r.one_in(2);
      log += describe(e, secret);
      caller.event(e, secret);
      reference.event(e, secret);
    }
    if (!caller.beliefs_hold()) return log + "=> changes did not tell of a moved event";
    std::vector<CustomerId> mine;
    std::vector<std::string> theirs;
    for (std::size_t i = 0; i < caller.headers.size(); ++i) {
      mine.push_back(caller.identity.customer_of(caller.headers[i]));
      theirs.push_back(reference.customer(i));
      const bool personal_customer = theirs[i].find(':') != std::string::npos;
      if (!personal_customer) continue;
      const Identifier survivor = caller.identity.node(mine[i]).identifier;
      const std::string name = std::string(to_string(survivor.type)) + ":" + survivor.value;
      if (name != theirs[i]) return log + "=> survivor " + name + " instead of " + theirs[i];
    }
    if (!same_partition(mine, theirs)) return log + "=> other customers";
  }
  return {};
}

TEST(IdentityRandom, AgreesWithTheNaiveResolver) {
  const std::uint64_t sequences = all_tests() ? 100'000 : 3'000;
  for (std::uint64_t seed = 1; seed <= sequences; ++seed) {
    const std::string log = disagreement(seed);
    ASSERT_TRUE(log.empty()) << "seed " << seed << "\n" << log;
  }
}

// Anonymous ids and user_ids alone: the final customers do not depend on the order of arrival.
TEST(IdentityRandom, AnonymousLinkingDoesNotDependOnTheOrderOfArrival) {
  const std::uint64_t worlds = all_tests() ? 20'000 : 800;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    Random r(seed);
    std::vector<IncomingEvent> events;
    const std::size_t count = 3 + r.below(40);
    const Micros grain = r.one_in(2) ? 5 * kMinute : kDay;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Identifier> ids{{Type::anonymous_id, "a" + std::to_string(r.below(2))}};
      if (r.one_in(2)) ids.push_back({Type::user_id, "u" + std::to_string(r.below(5))});
      events.push_back(make(static_cast<Micros>(r.below(60)) * grain, ids, EventType::track,
                            r.one_in(8) ? "Signed Out" : "Product Viewed"));
    }
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    std::vector<CustomerId> first;
    for (int permutation = 0; permutation < 6; ++permutation) {
      Caller caller(Policy::defaults());
      std::vector<CustomerId> customers(count);
      for (const std::size_t i : order) caller.event(events[i]);
      for (std::size_t n = 0; n < count; ++n) {
        customers[order[n]] = caller.identity.customer_of(caller.headers[n]);
      }
      if (first.empty()) first = customers;
      ASSERT_TRUE(same_partition(first, customers))
          << "seed " << seed << " permutation " << permutation;
      ASSERT_TRUE(caller.beliefs_hold()) << "seed " << seed;
      std::shuffle(order.begin(), order.end(), r.engine);
    }
  }
}

// Every kind of identifier and act, for replay.
IncomingEvent any_event(Random& r, const World& world) {
  IncomingEvent e = world.event(r);
  if (r.one_in(6)) e.identifiers.push_back({Type::device_id, world.pick(r, "d", 3)});
  if (r.one_in(10)) e.identifiers.push_back({Type::receipt_token, world.pick(r, "r", 5)});
  if (r.one_in(10)) e.identifiers.push_back({Type::push_token, world.pick(r, "t", 3)});
  if (r.one_in(15)) e.identifiers.push_back({Type::anonymous_id, world.pick(r, "a", 3)});
  return e;
}

void any_act(Random& r, Caller& caller) {
  const Identity& id = caller.identity;
  const auto node = [&] { return static_cast<NodeId>(r.below(id.node_count() + 1)); };
  Result<Decision> d =
      r.one_in(3) ? caller.identity.merge(node(), node(), ++caller.sequence, 7, "anna")
      : r.one_in(3)
          ? caller.identity.dismiss(r.below(id.next_ledger_id()), ++caller.sequence, 7, "b")
          : caller.identity.undo(r.below(id.next_ledger_id()), ++caller.sequence, 7, "c");
  if (d) caller.keep(*d);
}

bool same_entry(const LedgerEntry& x, const LedgerEntry& y) {
  return x.id == y.id && x.sequence == y.sequence && x.time == y.time && x.op == y.op &&
         x.rule == y.rule && x.a == y.a && x.b == y.b && x.ref == y.ref && x.at == y.at &&
         x.identifier == y.identifier && x.actor == y.actor;
}

void expect_equal_state(const Caller& caller, const Identity& other, const std::string& what) {
  ASSERT_EQ(caller.identity.node_count(), other.node_count()) << what;
  ASSERT_EQ(caller.identity.customer_count(), other.customer_count()) << what;
  ASSERT_EQ(caller.identity.next_ledger_id(), other.next_ledger_id()) << what;
  for (NodeId n = 0; n < other.node_count(); ++n) {
    ASSERT_EQ(caller.identity.customer_of_node(n), other.customer_of_node(n)) << what;
    ASSERT_EQ(caller.identity.node(n).tenure_from, other.node(n).tenure_from) << what;
    ASSERT_EQ(caller.identity.links_of(n).size(), other.links_of(n).size()) << what;
  }
  for (const EventHeader& h : caller.headers) {
    ASSERT_EQ(caller.identity.customer_of(h), other.customer_of(h)) << what;
  }
  ASSERT_EQ(caller.identity.conflicts(1000).size(), other.conflicts(1000).size()) << what;
}

// Both decide the same from here on.
void expect_equal_decisions(Caller& caller, Identity& other, Random& r, const World& world,
                            const std::string& what) {
  for (int i = 0; i < 15; ++i) {
    const IncomingEvent e = any_event(r, world);
    const Decision theirs = other.decide(e, caller.sequence + 1, e.time, true);
    const Decision mine = caller.event(e, true);
    ASSERT_EQ(mine.owner, theirs.owner) << what;
    ASSERT_EQ(mine.device, theirs.device) << what;
    ASSERT_EQ(mine.change.joined, theirs.change.joined) << what;
    ASSERT_EQ(mine.change.reassign, theirs.change.reassign) << what;
    ASSERT_TRUE(std::equal(mine.entries.begin(), mine.entries.end(), theirs.entries.begin(),
                           theirs.entries.end(), same_entry))
        << what;
  }
}

TEST(IdentityRandom, ReplayAndCheckpointGiveTheSameState) {
  const std::uint64_t streams = all_tests() ? 20'000 : 1'000;
  const std::string file = ::testing::TempDir() + "identity_random_checkpoint";
  for (std::uint64_t seed = 1; seed <= streams; ++seed) {
    Random r(seed * 7919);
    World world;
    world.span = r.one_in(2) ? 60 * kDay : 6 * kHour;
    world.grain = r.one_in(2) ? kMinute : kHour;
    Caller caller(world.policy);
    const std::size_t steps = r.below(60);
    for (std::size_t i = 0; i < steps; ++i) {
      if (r.one_in(6))
        any_act(r, caller);
      else
        caller.event(any_event(r, world), r.one_in(2));
      ASSERT_TRUE(caller.beliefs_hold()) << "seed " << seed << " step " << i;
    }
    const std::string what = "seed " + std::to_string(seed);
    // Entries first, headers after and in any order: the state is the same.
    Identity replayed(world.policy);
    for (const LedgerEntry& e : caller.ledger) replayed.apply(e);
    std::vector<EventHeader> headers = caller.headers;
    std::shuffle(headers.begin(), headers.end(), r.engine);
    for (const EventHeader& h : headers) replayed.observe(h);
    replayed.take_changes();
    ASSERT_NO_FATAL_FAILURE(expect_equal_state(caller, replayed, what));
    if (seed % 4 == 0) {
      Identity loaded(world.policy);
      ASSERT_TRUE(caller.identity.save(file, caller.sequence));
      ASSERT_EQ(loaded.load(file).value(), caller.sequence);
      ASSERT_NO_FATAL_FAILURE(expect_equal_state(caller, loaded, what + " loaded"));
      ASSERT_NO_FATAL_FAILURE(expect_equal_decisions(caller, loaded, r, world, what + " loaded"));
    } else {
      ASSERT_NO_FATAL_FAILURE(expect_equal_decisions(caller, replayed, r, world, what));
    }
  }
}

// A caller that only replays (a rebuild that keeps its timeline) is told of every move as well.
TEST(IdentityRandom, ReplayInSequenceTellsOfEveryMove) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random r(seed * 104729);
    World world;
    world.span = r.one_in(2) ? 60 * kDay : 6 * kHour;
    Caller caller(world.policy), follower(world.policy);
    for (std::size_t i = 0; i < 50; ++i) {
      const std::size_t entries = caller.ledger.size(), events = caller.headers.size();
      if (r.one_in(6))
        any_act(r, caller);
      else
        caller.event(any_event(r, world), r.one_in(2));
      for (std::size_t n = entries; n < caller.ledger.size(); ++n) {
        follower.identity.apply(caller.ledger[n]);
      }
      for (std::size_t n = events; n < caller.headers.size(); ++n) {
        follower.identity.observe(caller.headers[n]);
      }
      follower.follow(follower.identity.take_changes());
      for (std::size_t n = events; n < caller.headers.size(); ++n) {
        follower.headers.push_back(caller.headers[n]);
        follower.believed.push_back(follower.identity.customer_of(caller.headers[n]));
      }
      ASSERT_TRUE(follower.beliefs_hold()) << "seed " << seed << " step " << i;
      ASSERT_EQ(follower.believed, caller.believed) << "seed " << seed << " step " << i;
    }
  }
}

// The limits hold in every customer that no person and no secret alias joined.
TEST(IdentityRandom, RulesNeverExceedALimit) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random r(seed);
    const World world;
    Caller caller(world.policy);
    for (int i = 0; i < 60; ++i) caller.event(any_event(r, world), false);
    for (NodeId n = 0; n < caller.identity.node_count(); ++n) {
      std::map<Type, std::uint32_t> held;
      for (const IdentifiedNode& i : caller.identity.nodes_of(n)) ++held[i.identifier.type];
      for (const auto& [type, values] : held) {
        const std::uint32_t limit = world.policy.types[static_cast<std::size_t>(type)].limit;
        ASSERT_TRUE(limit == 0 || values <= limit) << "seed " << seed << " " << to_string(type);
      }
    }
  }
}

}  // namespace
}  // namespace viaggio::identity
