// Identity by example: each test is a story a shop could tell.
#include "identity/identity.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

namespace viaggio::identity {
namespace {

using Type = IdentifierType;
constexpr Micros kNoon = 1'700'000'000 * kSecond;

Identifier user(std::string v) { return {Type::user_id, std::move(v)}; }
Identifier crm(std::string v) { return {Type::crm_id, std::move(v)}; }
Identifier email(std::string v) { return {Type::email, std::move(v)}; }
Identifier phone(std::string v) { return {Type::phone, std::move(v)}; }
Identifier card(std::string v) { return {Type::loyalty_card, std::move(v)}; }
Identifier anonymous(std::string v) { return {Type::anonymous_id, std::move(v)}; }
Identifier device(std::string v) { return {Type::device_id, std::move(v)}; }

class Shop : public ::testing::Test {
 protected:
  Identity identity{Policy::defaults()};
  Sequence sequence = 0;
  Decision last;

  EventHeader send(Micros minute, std::vector<Identifier> ids,
                   std::string name = "Product Viewed") {
    IncomingEvent e;
    e.kind.name = std::move(name);
    e.time = kNoon + minute * kMinute;
    e.identifiers = std::move(ids);
    return decided(e, false);
  }
  EventHeader alias(Micros minute, const std::string& from, const std::string& to, bool secret) {
    IncomingEvent e;
    e.kind.type = EventType::alias;
    e.time = kNoon + minute * kMinute;
    e.identifiers = {user(to)};
    e.previous_id = from;
    return decided(e, secret);
  }
  EventHeader decided(const IncomingEvent& e, bool secret) {
    last = identity.decide(e, ++sequence, e.time, secret);
    EventHeader h;
    h.time = e.time;
    h.node = last.owner;
    h.device = last.device;
    return h;
  }
  CustomerId who(const EventHeader& h) const { return identity.customer_of(h); }
  CustomerId who(const Identifier& i) const { return identity.find_customer(i).value(); }
  std::size_t entries(LedgerOp op) const {
    return static_cast<std::size_t>(
        std::count_if(last.entries.begin(), last.entries.end(),
                      [&](const LedgerEntry& e) { return e.op == op; }));
  }
  std::uint64_t link_between(const Identifier& x, const Identifier& y) const {
    const NodeId a = identity.find(x).value(), b = identity.find(y).value();
    for (const LedgerEntry& e : identity.links_of(a)) {
      const bool pair = (e.a == a && e.b == b) || (e.a == b && e.b == a);
      if (pair && e.op == LedgerOp::link && identity.link_active(e.id)) return e.id;
    }
    return 0;
  }
  Decision undo(std::uint64_t link) { return identity.undo(link, ++sequence, 0, "anna").value(); }
  Decision merge(const Identifier& a, const Identifier& b) {
    return identity.merge(who(a), who(b), ++sequence, 0, "anna").value();
  }
};

TEST_F(Shop, AWebShopVisitBeforeLoginBelongsToTheCustomer) {  // story (i)
  std::vector<EventHeader> visit;
  for (int i = 0; i < 6; ++i) visit.push_back(send(i, {anonymous("a")}));
  visit.push_back(send(6, {anonymous("a")}, "Product Added"));
  const CustomerId before = who(visit[0]);
  send(7, {user("u"), anonymous("a")}, "Signed In");
  ASSERT_EQ(last.change.joined.size(), 1u);
  EXPECT_EQ(last.change.joined[0].from, before);
  EXPECT_TRUE(last.change.reassign.empty());
  visit.push_back(send(8, {user("u"), anonymous("a")}, "Order Completed"));
  for (const EventHeader& h : visit) EXPECT_EQ(who(h), who(user("u")));
}

TEST_F(Shop, ATabletUsedByFiveCustomersInADayStaysFiveCustomers) {  // story (ii)
  std::vector<EventHeader> all;
  std::set<CustomerId> customers;
  for (int n = 0; n < 5; ++n) {
    const Micros start = n * 90;
    const auto id = user("u" + std::to_string(n));
    all.push_back(send(start, {id, anonymous("tablet")}));
    all.push_back(send(start + 5, {anonymous("tablet")}));  // last user wins
    EXPECT_EQ(who(all.back()), who(id));
    customers.insert(who(id));
  }
  EXPECT_EQ(customers.size(), 5u);
  std::set<CustomerId> of_events;
  for (const EventHeader& h : all) of_events.insert(who(h));
  EXPECT_EQ(of_events, customers);
  const auto tablet = identity.find(anonymous("tablet")).value();
  EXPECT_EQ(identity.shared_since(tablet), kNoon + 270 * kMinute);  // the fourth
  EXPECT_TRUE(identity.conflicts(10).empty());
}

TEST_F(Shop, OnASharedDeviceWhatNobodySignedInDidBelongsToNobodyKnown) {
  for (int n = 0; n < 4; ++n) send(n * 90, {user("u" + std::to_string(n)), anonymous("tablet")});
  const EventHeader near = send(270 + 20, {anonymous("tablet")});
  const EventHeader far = send(270 + 45, {anonymous("tablet")});
  EXPECT_EQ(who(near), who(user("u3")));
  for (int n = 0; n < 4; ++n) EXPECT_NE(who(far), who(user("u" + std::to_string(n))));
  const CustomerId nobody = who(far);
  send(270 + 50, {user("u3"), anonymous("tablet")});  // was there all along
  EXPECT_EQ(who(far), who(user("u3")));
  EXPECT_TRUE(std::count(last.change.reassign.begin(), last.change.reassign.end(), nobody));
}

TEST_F(Shop, BeforeADeviceWasSharedItsHistoryStaysWhereItWas) {
  const EventHeader early = send(50, {anonymous("tablet")});
  for (int n = 0; n < 4; ++n) send(n * 90, {user("u" + std::to_string(n)), anonymous("tablet")});
  EXPECT_EQ(who(early), who(user("u0")));
}

TEST_F(Shop, TheFourthUserCountsEvenAtTheInstantOfAnother) {
  for (const char* u : {"u2", "u1", "u3"}) {
    send(u[1] - '0', {user(u), anonymous("tablet")});
  }
  send(4, {user("u1"), anonymous("tablet")});
  send(4, {user("u0"), anonymous("tablet")});  // before u1 by value, so u1 stays in force
  EXPECT_EQ(identity.shared_since(identity.find(anonymous("tablet")).value()), kNoon + 4 * kMinute);
}

TEST_F(Shop, UsersFarApartInTimeDoNotMakeADeviceShared) {
  for (int n = 0; n < 6; ++n) {
    send(n * 20 * 24 * 60, {user("u" + std::to_string(n)), anonymous("family")});
  }
  EXPECT_FALSE(identity.shared_since(identity.find(anonymous("family")).value()));
}

TEST_F(Shop, PoisonValuesNeverJoinAnyone) {  // story (iii)
  const std::vector<std::string> poison = {"null",
                                           "NULL",
                                           "None",
                                           "none",
                                           "NaN",
                                           "nan",
                                           "undefined",
                                           "[object Object]",
                                           "anonymous",
                                           "Guest",
                                           "distinct_id",
                                           "distinctid",
                                           "ID",
                                           "not_authenticated",
                                           "email",
                                           "true",
                                           "FALSE",
                                           "0",
                                           "-1",
                                           "0000",
                                           "00000000-0000-0000-0000-000000000000",
                                           "-",
                                           "",
                                           " ",
                                           " \t\n",
                                           "nil",
                                           "unknown",
                                           "$posthog_cookieless",
                                           " null "};
  for (int round = 0; round < 100; ++round) {
    for (const std::string& value : poison) {
      send(round, {user(value), email(value), anonymous("a" + std::to_string(round))});
      EXPECT_EQ(entries(LedgerOp::link), 0u) << value;
    }
  }
  EXPECT_EQ(identity.node_count(), 100u);  // the anonymous ids
  EXPECT_EQ(identity.customer_count(), 100u);
  const EventHeader nobody = send(0, {user("null")});
  EXPECT_EQ(nobody.node, kNoNode);
  EXPECT_EQ(who(nobody), kNoCustomer);
}

TEST_F(Shop, AFirmCanBlockItsOwnValues) {
  Policy policy = Policy::defaults();
  policy.extra_blocked = {"POS-Customer"};
  EXPECT_TRUE(is_blocked("pos-customer", policy));
  EXPECT_FALSE(is_blocked("pos-customer-1", policy));
  EXPECT_TRUE(is_blocked(std::string(1025, 'x'), policy));
}

TEST_F(Shop, MergeThenUndoGivesBackExactlyWhatWas) {  // story (iv)
  std::vector<EventHeader> all = {send(0, {user("A"), email("a@x")}),   send(1, {email("a@x")}),
                                  send(2, {user("B"), phone("+39")}),   send(3, {phone("+39")}),
                                  send(4, {user("A"), anonymous("d")}), send(3, {anonymous("d")})};
  const auto customers = [&] {
    std::vector<CustomerId> out;
    for (const EventHeader& h : all) out.push_back(who(h));
    return out;
  };
  const auto before = customers();
  const std::size_t count = identity.customer_count();
  const Decision merged = merge(user("A"), user("B"));
  EXPECT_EQ(identity.customer_count(), count - 1);
  for (const EventHeader& h : all) EXPECT_EQ(who(h), before[0]);
  ASSERT_EQ(merged.change.joined.size(), 1u);
  EXPECT_EQ(merged.change.joined[0].into, before[0]);  // the older survives
  const Decision undone = undo(merged.entries[0].id);
  EXPECT_EQ(customers(), before);
  EXPECT_EQ(identity.customer_count(), count);
  EXPECT_EQ(undone.change.reassign, std::vector<CustomerId>{before[0]});
  EXPECT_FALSE(identity.undo(merged.entries[0].id, ++sequence, 0, "anna"));
}

TEST_F(Shop, WhatAMergeWouldJoinIsToldWithoutJoining) {
  send(0, {email("a@x"), phone("+39")});
  send(1, {user("B")});
  const CustomerId a = who(email("a@x")), b = who(user("B"));
  const std::size_t count = identity.customer_count();
  const auto planned = identity.merged(a, b).value();
  EXPECT_EQ(identity.customer_count(), count);
  EXPECT_NE(who(email("a@x")), who(user("B")));
  EXPECT_EQ(identity.merged(a, a).error().code, "already_merged");
  EXPECT_EQ(identity.merged(a, 999).error().code, "not_found");
  merge(email("a@x"), user("B"));
  EXPECT_EQ(planned.front().id, who(user("B")));
  std::vector<NodeId> then, now;
  for (const auto& n : planned) then.push_back(n.id);
  for (const auto& n : identity.nodes_of(who(user("B")))) now.push_back(n.id);
  EXPECT_EQ(then, now);
}

TEST_F(Shop, WhatAnUndoWouldPartIsToldWithoutParting) {
  send(0, {user("A"), email("a@x"), phone("+39")});
  send(1, {email("a@x"), card("C")});
  const std::uint64_t link = link_between(email("a@x"), card("C"));
  const std::size_t count = identity.customer_count();
  const auto planned = identity.apart_without(link).value();
  EXPECT_EQ(identity.customer_count(), count);
  ASSERT_EQ(planned.size(), 2u);
  EXPECT_EQ(planned[0].front().identifier, user("A"));
  ASSERT_EQ(planned[1].size(), 1u);
  EXPECT_EQ(planned[1].front().identifier, card("C"));
  undo(link);
  EXPECT_EQ(planned[0].size(), identity.nodes_of(who(user("A"))).size());
  EXPECT_EQ(planned[1].front().id, who(card("C")));
  EXPECT_EQ(identity.apart_without(link).error().code, "already_undone");
  EXPECT_EQ(identity.apart_without(999).error().code, "not_found");
}

TEST_F(Shop, AnAddressOfManyIsSuggestedAndOnceBlockedIdentifiesNobody) {
  for (const char* name : {"A", "B", "C", "D"}) send(0, {user(name), email("info@shop")});
  send(1, {user("A"), email("info@shop")});  // again: no other customer
  send(1, {user("A"), email("a@x")});
  send(2, {user("B"), email("a@x")});  // a family's
  const auto found = identity.shared_values(3, 10);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].node.identifier, email("info@shop"));
  EXPECT_EQ(found[0].customers, 4u);
  EXPECT_EQ(identity.shared_values(1, 10).size(), 2u);
  EXPECT_EQ(identity.shared_values(1, 1)[0].customers, 4u);
  Policy policy = Policy::defaults();
  policy.extra_blocked = {"INFO@shop"};
  identity.set_policy(policy);
  EXPECT_TRUE(identity.shared_values(3, 10).empty());
  const EventHeader later = send(3, {email("info@shop")});
  EXPECT_EQ(later.node, kNoNode);
  EXPECT_EQ(who(email("info@shop")), who(user("A")));  // what was decided stays
}

TEST_F(Shop, NodesJoinedTwiceStayOneWithoutOneOfTheLinks) {
  send(0, {user("A"), email("a@x")});
  send(1, {user("A"), phone("+39")});
  send(2, {email("a@x"), phone("+39")});
  const std::uint64_t link = link_between(user("A"), email("a@x"));
  const auto planned = identity.apart_without(link).value();
  undo(link);
  EXPECT_EQ(planned.size() == 1, who(user("A")) == who(email("a@x")));
}

TEST_F(Shop, AnIncognitoFormByAKnownCustomerKeepsTheKnownNumber) {  // story (v)
  send(0, {user("known"), email("k@x"), anonymous("home")});
  const CustomerId known = who(user("known"));
  const EventHeader browsing = send(9, {anonymous("incognito")});
  const EventHeader form = send(10, {email("k@x"), anonymous("incognito")});
  EXPECT_EQ(who(form), known);
  EXPECT_EQ(who(browsing), known);
  EXPECT_EQ(who(user("known")), known);
}

// Story (vi) as far as identity goes: the addresses stay nodes of their own inside the customer, so
// that what was refused for one address is known for that address.
TEST_F(Shop, MergedCustomersKeepTheirAddressesApart) {
  send(0, {user("A"), email("stopped@x")});
  send(1, {user("B"), email("wanted@x")});
  merge(user("A"), user("B"));
  std::set<std::string> addresses;
  for (const IdentifiedNode& n : identity.nodes_of(who(user("A")))) {
    if (n.identifier.type == Type::email) addresses.insert(n.identifier.value);
  }
  EXPECT_EQ(addresses, (std::set<std::string>{"stopped@x", "wanted@x"}));
}

TEST_F(Shop, TheFirstIdentifierCanBeSplitOff) {  // story (vii)
  send(0, {user("A"), email("e@x"), phone("+39")});
  const CustomerId a = who(user("A"));
  undo(link_between(user("A"), email("e@x")));
  undo(link_between(user("A"), phone("+39")));
  EXPECT_EQ(who(user("A")), a);
  EXPECT_EQ((std::set<CustomerId>{a, who(email("e@x")), who(phone("+39"))}).size(), 3u);
}

TEST_F(Shop, ASharedMailboxIsDemotedSilently) {
  send(0, {user("A"), email("family@x")});
  const EventHeader b = send(1, {user("B"), email("family@x")});
  EXPECT_NE(who(b), who(user("A")));
  EXPECT_EQ(who(email("family@x")), who(user("A")));
  ASSERT_EQ(entries(LedgerOp::refuse), 1u);
  EXPECT_EQ(last.entries.back().rule, LinkRule::uniqueness);
  EXPECT_EQ(last.entries.back().ref, link_between(user("A"), email("family@x")));
  EXPECT_TRUE(identity.conflicts(10).empty());
  send(2, {user("B"), email("family@x")});
  EXPECT_TRUE(last.entries.empty());  // a refusal is recorded once
}

TEST_F(Shop, TwoStrongIdentifiersThatDisagreeAreForPeopleToDecide) {
  send(0, {user("A"), crm("1")});
  send(1, {user("B"), crm("2")});
  const EventHeader odd = send(2, {user("A"), crm("2"), email("e@x")});
  EXPECT_EQ(who(odd), who(user("A")));
  ASSERT_EQ(identity.conflicts(10).size(), 1u);
  const LedgerEntry conflict = identity.conflicts(10)[0];
  EXPECT_EQ(conflict.a, identity.find(user("A")));
  EXPECT_EQ(conflict.b, identity.find(crm("2")));
  send(3, {user("A"), crm("2")});
  EXPECT_EQ(identity.conflicts(10).size(), 1u);
  merge(user("A"), user("B"));
  EXPECT_TRUE(identity.conflicts(10).empty());
}

TEST_F(Shop, ADismissedConflictStaysClosed) {
  send(0, {user("A"), crm("1")});
  send(1, {user("A"), crm("2")});
  const std::uint64_t id = identity.conflicts(10).at(0).id;
  ASSERT_TRUE(identity.dismiss(id, ++sequence, 0, "anna"));
  EXPECT_FALSE(identity.dismiss(id, ++sequence, 0, "anna"));
  send(2, {user("A"), crm("2")});
  EXPECT_TRUE(identity.conflicts(10).empty());
}

TEST_F(Shop, TheSixthCardIsNotLinked) {
  for (int n = 0; n < 6; ++n) send(n, {user("A"), card("C" + std::to_string(n))});
  EXPECT_EQ(who(card("C4")), who(user("A")));
  EXPECT_NE(who(card("C5")), who(user("A")));
  EXPECT_EQ(last.entries.back().rule, LinkRule::limit);
}

TEST_F(Shop, UndoIsNotDecidedAgainUnlessAPersonMerges) {
  send(0, {user("A"), email("e@x")});
  undo(link_between(user("A"), email("e@x")));
  const EventHeader again = send(1, {user("A"), email("e@x")});
  EXPECT_EQ(who(again), who(user("A")));
  EXPECT_NE(who(email("e@x")), who(user("A")));
  ASSERT_EQ(entries(LedgerOp::refuse), 1u);
  EXPECT_EQ(last.entries.back().rule, LinkRule::undone_before);
  merge(user("A"), email("e@x"));
  EXPECT_EQ(who(email("e@x")), who(user("A")));
  send(2, {user("A"), email("e@x")});
  EXPECT_TRUE(last.entries.empty());
}

TEST_F(Shop, UndoReopensTheRefusalsItsLinkCaused) {
  send(0, {user("A"), email("e@x")});
  send(1, {user("B"), email("e@x")});  // refused: e@x is A's
  const Decision undone = undo(link_between(user("A"), email("e@x")));
  ASSERT_EQ(identity.conflicts(10).size(), 1u);
  const LedgerEntry conflict = identity.conflicts(10)[0];
  EXPECT_EQ(conflict.a, identity.find(user("B")));
  EXPECT_EQ(conflict.b, identity.find(email("e@x")));
  EXPECT_NE(who(email("e@x")), who(user("B")));  // never decided again by undo itself
  merge(user("B"), email("e@x"));
  EXPECT_TRUE(identity.conflicts(10).empty());
  EXPECT_EQ(who(email("e@x")), who(user("B")));
}

TEST_F(Shop, AMergeOfTwoUsersIsNotCementedByLaterEvents) {
  send(0, {user("A"), email("a@x")});
  send(1, {user("B"), email("b@x")});
  const Decision merged = merge(user("A"), user("B"));
  send(2, {user("A"), email("b@x")});  // says nothing that the merge did not
  undo(merged.entries[0].id);
  EXPECT_NE(who(user("A")), who(user("B")));
  EXPECT_EQ(who(email("b@x")), who(user("B")));
}

TEST_F(Shop, AliasFromAWriteKeyTakesAnonymousIdsOnly) {
  const EventHeader browsing = send(0, {anonymous("a")});
  alias(1, "a", "U", false);
  EXPECT_EQ(who(browsing), who(user("U")));
  send(2, {user("V")});
  alias(3, "V", "U", false);
  EXPECT_NE(who(user("V")), who(user("U")));
  EXPECT_EQ(entries(LedgerOp::refuse), 1u);
  alias(4, "null", "U", false);
  EXPECT_TRUE(last.entries.empty());
}

TEST_F(Shop, AliasFromASecretKeyMergesTwoUsersAndCanBeUndone) {
  const EventHeader old = send(0, {user("old")});
  send(1, {user("new")});
  alias(2, "old", "new", true);
  EXPECT_EQ(who(old), who(user("new")));
  ASSERT_EQ(entries(LedgerOp::link), 1u);
  EXPECT_EQ(last.entries[0].rule, LinkRule::alias);
  undo(last.entries[0].id);
  EXPECT_NE(who(old), who(user("new")));
  alias(3, "new", "new", true);  // oneself
  EXPECT_TRUE(last.entries.empty());
}

TEST_F(Shop, ALateEventMovesATenureBoundary) {
  send(0, {user("A"), anonymous("d")});
  const EventHeader between = send(20, {anonymous("d")});
  const EventHeader after = send(40, {anonymous("d")});
  send(30, {user("A"), anonymous("d")});
  EXPECT_EQ(who(between), who(user("A")));
  const CustomerId a = who(user("A"));
  send(10, {user("B"), anonymous("d")});  // arrives last: B from minute 10 to 30
  EXPECT_EQ(who(between), who(user("B")));
  EXPECT_EQ(who(after), who(user("A")));
  EXPECT_GE(entries(LedgerOp::tenure), 2u);
  EXPECT_EQ(last.change.reassign, std::vector<CustomerId>{a});
}

TEST_F(Shop, SignOutEndsATenure) {
  const EventHeader before = send(0, {anonymous("d")});
  send(10, {user("A"), anonymous("d")});
  const EventHeader out = send(20, {anonymous("d")}, "signed out");
  const EventHeader after = send(30, {anonymous("d")});
  EXPECT_EQ(who(before), who(user("A")));
  EXPECT_EQ(who(out), who(user("A")));
  EXPECT_NE(who(after), who(user("A")));
  send(40, {user("B"), anonymous("d")});
  EXPECT_EQ(who(after), who(user("B")));  // since the last sign-out
  EXPECT_EQ(who(before), who(user("A")));
}

TEST_F(Shop, AnAddressOnADeviceCountsAsSignedIn) {
  const EventHeader before = send(0, {anonymous("d")});
  send(1, {email("e@x"), anonymous("d")});
  EXPECT_EQ(who(before), who(email("e@x")));
  send(2, {user("U"), email("e@x"), anonymous("d")});
  EXPECT_EQ(who(before), who(user("U")));
  // Another person's login does not take over what the first did.
  send(3, {email("other@x"), anonymous("d")});
  EXPECT_NE(who(email("other@x")), who(user("U")));
}

TEST_F(Shop, AnAppsDeviceIdJoinsItsInstallations) {
  const EventHeader first = send(0, {anonymous("install-1"), device("phone")});
  const EventHeader second = send(1, {anonymous("install-2"), device("phone")});
  EXPECT_EQ(who(first), who(second));
  EXPECT_EQ(second.device, identity.find(anonymous("install-2")));
}

TEST_F(Shop, UndoingADeviceLinkTakesTheVisitOutOfTheCustomer) {
  const EventHeader visit = send(0, {anonymous("d")});
  send(1, {user("A"), anonymous("d")});
  undo(link_between(user("A"), anonymous("d")));
  EXPECT_NE(who(visit), who(user("A")));
  send(2, {user("A"), anonymous("d")});
  EXPECT_NE(who(visit), who(user("A")));
}

TEST_F(Shop, ANewBetterIdentifierGivesTheCustomerItsNumber) {
  const EventHeader e = send(0, {email("e@x")});
  const CustomerId before = who(e);
  send(1, {user("A"), email("e@x")});
  EXPECT_EQ(who(e), identity.find(user("A")));
  EXPECT_EQ(last.change.joined, (std::vector<Change::Joined>{{before, who(e)}}));
}

TEST_F(Shop, AdministrativeActsRefuseWhatIsNotThere) {
  send(0, {user("A"), email("e@x")});
  EXPECT_EQ(identity.undo(999, 1, 0, "x").error().code, "not_found");
  EXPECT_EQ(identity.undo(1, 1, 0, "x").error().code, "not_found");  // a node entry
  EXPECT_EQ(identity.merge(0, kNoCustomer, 1, 0, "x").error().field, "b");
  EXPECT_EQ(identity.merge(who(user("A")), who(email("e@x")), 1, 0, "x").error().code,
            "already_merged");
  EXPECT_EQ(identity.dismiss(3, 1, 0, "x").error().code, "not_found");
  EXPECT_EQ(identity.customer_of_node(kNoNode), kNoCustomer);
}

TEST_F(Shop, AMergeRespectsLimitsOfSeveral) {
  for (int n = 0; n < 3; ++n) {
    send(n, {user("A"), email("a" + std::to_string(n))});
    send(n, {user("B"), email("b" + std::to_string(n))});
  }
  const auto refused = identity.merge(who(user("A")), who(user("B")), ++sequence, 0, "anna");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "limit_exceeded");
}

TEST(PublicId, IsReversibleAndHasOneShape) {
  std::set<std::string> seen;
  for (const CustomerId c : {0u, 1u, 2u, 31u, 32u, 1'000'000u, 0xFFFFFFFEu}) {
    const std::string id = public_id(c);
    EXPECT_EQ(id.size(), 13u);
    EXPECT_EQ(id[0], 'c');
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    EXPECT_EQ(parse_public_id(id), c);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 7u);
  for (const char* bad : {"", "c", "caaaaaaaaaaa", "caaaaaaaaaaaaa", "xaaaaaaaaaaaa",
                          "cAAAAAAAAAAAA", "caaaaaaaaaaa1", "caaaaaaaaaaaa"}) {
    EXPECT_FALSE(parse_public_id(bad)) << bad;
  }
}

TEST(Checkpoint, ADamagedOneIsRefusedWhole) {
  Identity identity{Policy::defaults()};
  for (int i = 0; i < 500; ++i) {
    IncomingEvent e;
    e.time = i * kHour;
    e.identifiers = {user("u" + std::to_string(i % 50)), email("e" + std::to_string(i)),
                     anonymous("5f0c5a4e-1b1c-4c1e-9d5e-0000000000" + std::to_string(10 + i % 90))};
    identity.decide(e, static_cast<Sequence>(i) + 1, e.time, false);
  }
  const std::string file = ::testing::TempDir() + "identity_checkpoint";
  ASSERT_TRUE(identity.save(file, 500));
  std::ifstream in(file, std::ios::binary);
  const std::string sound((std::istreambuf_iterator<char>(in)), {});
  const auto load = [&](const std::string& bytes) {
    std::ofstream(file, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    Identity other{Policy::defaults()};
    const auto result = other.load(file);
    if (!result) {
      EXPECT_EQ(other.node_count(), 0u);
    }
    return result;
  };
  EXPECT_EQ(load(sound).value(), 500u);
  for (std::size_t at = 3; at < sound.size(); at += sound.size() / 97) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_FALSE(load(damaged)) << at;
    EXPECT_FALSE(load(sound.substr(0, at))) << at;
  }
  EXPECT_FALSE(load(sound + "x"));
  EXPECT_FALSE(load(""));
  Identity other{Policy::defaults()};
  EXPECT_EQ(other.load(file + ".missing").error().code, "no_checkpoint");
}

TEST(Checkpoint, IdentifiersOfEveryShapeComeBack) {
  Identity identity{Policy::defaults()};
  const std::vector<std::string> values = {"x",
                                           std::string(250, 'y'),
                                           std::string(251, 'z'),
                                           std::string(1024, 'w'),
                                           "5f0c5a4e-1b1c-4c1e-9d5e-0123456789ab",
                                           "5F0C5A4E-1B1C-4C1E-9D5E-0123456789AB",
                                           "5f0c5a4e-1b1c-4c1e-9d5e_0123456789ab",
                                           "perché@città.it",
                                           std::string("a\0b", 3)};
  for (const std::string& v : values) {
    IncomingEvent e;
    e.identifiers = {user(v)};
    const NodeId node = identity.decide(e, 1, 1, false).owner;
    EXPECT_EQ(identity.node(node).identifier.value, v);
    EXPECT_EQ(identity.find(user(v)), node);
    EXPECT_FALSE(identity.find(email(v)));
  }
  EXPECT_EQ(identity.node_count(), values.size());
}

// Work is counted in entries and time is generous: what would be quadratic takes minutes here.
TEST(Cost, AdversarialChainsAndCrowdsStayCheap) {
  Policy policy = Policy::defaults();
  for (auto& type : policy.types) type.limit = 0;
  policy.shared_after = 3;
  Identity identity{policy};
  Sequence sequence = 0;
  const auto send = [&](Micros time, std::vector<Identifier> ids) {
    IncomingEvent e;
    e.time = time;
    e.identifiers = std::move(ids);
    identity.decide(e, ++sequence, time, false);
  };
  constexpr int kMany = 100'000;
  // A chain of e-mails and phones, joined from the far end back.
  for (int i = kMany; i > 0; --i) {
    send(i, {email(std::to_string(i)), phone("p" + std::to_string(i))});
    send(i, {email(std::to_string(i)), phone("p" + std::to_string(i - 1))});
  }
  EXPECT_EQ(identity.customer_of_node(0), identity.customer_of_node(kMany));
  // One kiosk, everyone once, arriving backwards in time.
  for (int i = kMany; i > 0; --i) {
    send(i * kMinute, {user("k" + std::to_string(i)), anonymous("kiosk")});
  }
  // Another, in order, with visitors in between; and a family of two that takes turns.
  for (int i = 0; i < kMany; ++i) {
    send(i * kMinute, {user("f" + std::to_string(i)), anonymous("till")});
    send(i * kMinute + 1, {anonymous("till")});
    send(i * kMinute, {user(i % 2 ? "anna" : "bruno"), anonymous("family")});
  }
  // One address that everybody types.
  for (int i = 0; i < kMany; ++i) send(i, {user("v" + std::to_string(i)), card("till")});
  EXPECT_EQ(identity.shared_since(identity.find(anonymous("kiosk")).value()), 4 * kMinute);
  EXPECT_LT(identity.memory_bytes() / identity.node_count(), 300u);
}

TEST(Cost, AnAnonymousVisitorTakesLessThanAHundredBytes) {
  Identity identity{Policy::defaults()};
  char text[37];
  for (unsigned i = 0; i < 400'000; ++i) {
    std::snprintf(text, sizeof text, "%08x-1b1c-4c1e-9d5e-%012x", i * 2654435761u, i);
    IncomingEvent e;
    e.time = i;
    e.identifiers = {anonymous(text)};
    identity.decide(e, i + 1, i, false);
  }
  EXPECT_LT(identity.memory_bytes() / 400'000, 100u);
}

TEST(Cost, AVisitorWhoSignsInTakesAFewHundredBytesWithAllHisLinks) {
  Identity identity{Policy::defaults()};
  Sequence sequence = 0;
  constexpr unsigned kPeople = 50'000;
  for (unsigned i = 0; i < kPeople; ++i) {
    const std::string n = std::to_string(i);
    for (int visit = 0; visit < 6; ++visit) {
      IncomingEvent e;
      e.time = visit * kHour;
      e.identifiers = {anonymous("anonymous-identifier-" + n)};
      if (visit > 2)
        e.identifiers.insert(e.identifiers.begin(), {user("u" + n), email(n + "@x.it")});
      identity.decide(e, ++sequence, e.time, false);
    }
  }
  // Three identifiers, two links and one device's history each.
  EXPECT_LT(identity.memory_bytes() / kPeople, 600u);
}

}  // namespace
}  // namespace viaggio::identity
