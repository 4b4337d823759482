#include "demo/demo.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace viaggio::demo {
namespace {

using nlohmann::json;

Options small() {
  Options options;
  options.customers = 4800;
  options.until = *parse_time("2026-11-23T10:00:00Z");
  return options;
}

std::uint64_t fingerprint(const Options& options) {
  std::uint64_t hash = 0;
  Reference tables;
  const auto done = generate(
      options,
      [&](std::vector<Message>&& batch) -> Status {
        for (const Message& m : batch) hash = hash64(m.json, hash ^ m.source.size());
        return {};
      },
      tables);
  EXPECT_TRUE(done.has_value());
  return hash;
}

// The whole demo at a tenth of its size, read back from the messages themselves.
struct Read {
  struct Cart {
    std::string device, user;
    Micros at = 0;
    std::set<std::string> skus;
  };
  struct Till {
    std::string card, id, source;
    Micros at = 0;
    std::set<std::string> skus;
  };
  Reference tables;
  Truth truth;
  std::uint64_t messages = 0, not_objects = 0, out_of_order = 0, without_time = 0;
  std::map<std::string, std::uint64_t> names, sources;
  std::set<std::string> message_ids;
  std::uint64_t repeated_ids = 0;
  std::map<std::string, std::string> owner_of;  // identifier -> true person, from the truth
  std::map<std::string, Cart> carts;
  std::set<std::string> ordered_carts, orders;
  std::vector<Till> tills;
  std::map<std::string, std::vector<Micros>> instagram;  // by true person
  std::map<std::string, std::string> device_origin;      // origin of the device's visit under way
  double revenue = 0, instagram_revenue = 0;
  int shipping[2][2] = {};  // [broken][completed]
  std::set<std::string> senders, friends, accounts, tablet_users;
  std::set<std::string> wrong_merge_ids;
};

std::string person_of(const Read& r, const json& m) {
  const auto find = [&](const std::string& key) {
    const auto at = r.owner_of.find(key);
    return at == r.owner_of.end() ? std::string() : at->second;
  };
  if (m.contains("userId")) return find("user_id:" + m["userId"].get<std::string>());
  const json context = m.value("context", json::object());
  for (const json& id : context.value("externalIds", json::array())) {
    const std::string found =
        find(id["type"].get<std::string>() + ":" + id["id"].get<std::string>());
    if (!found.empty()) return found;
  }
  return m.contains("anonymousId") ? find("anonymous_id:" + m["anonymousId"].get<std::string>())
                                   : "";
}

std::set<std::string> skus_of(const json& properties) {
  std::set<std::string> out;
  for (const json& line : properties["products"]) out.insert(line["sku"]);
  return out;
}

void read_track(Read& r, const json& m, const std::string& source, const std::string& name,
                Micros at) {
  const json& p = m["properties"];
  if (name == "Product Added") {
    Read::Cart& cart = r.carts[p["cart_id"]];
    if (cart.at == 0) cart = {m["anonymousId"], person_of(r, m), at, {}};
    cart.skus.insert(p["sku"]);
  } else if (name == "Order Completed") {
    r.ordered_carts.insert(p.value("cart_id", ""));
    if (!r.orders.insert(p["order_id"]).second) return;
    const double total = p["total"];
    r.revenue += total;
    if (r.device_origin[m.value("anonymousId", "")] == "instagram") r.instagram_revenue += total;
  } else if (name == "Receipt Issued") {
    const std::string person = person_of(r, m);
    r.tills.push_back({person, p["receipt_id"], source, at, skus_of(p)});
  } else if (name == "Referral Made") {
    r.senders.insert(m["userId"]);
    r.friends.insert(p["referred_user_id"]);
  } else if (name == "Checkout Step Viewed" || name == "Checkout Step Completed") {
    if (p["step"] != 2 || m["context"]["device"]["type"] != "mobile") return;
    static std::set<std::string> seen;  // a second try is the same checkout
    if (name == "Checkout Step Viewed" && !seen.insert(p["checkout_id"]).second) return;
    ++r.shipping[at >= r.truth.planted.checkout_broken_since][name == "Checkout Step Completed"];
  }
}

void read_message(Read& r, const Message& message, Micros& last) {
  ++r.messages;
  const json m = json::parse(message.json, nullptr, false);
  if (!m.is_object()) {
    ++r.not_objects;
    return;
  }
  const auto time = parse_time(m.value("timestamp", ""));
  if (!time) {
    ++r.without_time;
    return;
  }
  if (*time < last - kMinute && message.source != "cassa-rimini") ++r.out_of_order;
  last = std::max(last, *time > last + 30 * kMinute ? last : *time);
  ++r.sources[std::string(message.source)];
  if (!r.message_ids.insert(m.value("messageId", "")).second) ++r.repeated_ids;
  const std::string type = m["type"];
  const std::string name = type == "track" ? m["event"].get<std::string>() : type;
  ++r.names[name];
  if (m.contains("userId")) r.accounts.insert(m["userId"]);
  if (m.value("anonymousId", "") == "tablet-bologna-1" && m.contains("userId"))
    r.tablet_users.insert(m["userId"]);
  if (m.contains("anonymousId") && type != "identify") {
    const json& page = m["context"].value("page", json::object());
    const std::string url = page.value("url", ""), referrer = page.value("referrer", "");
    if (!referrer.empty() || url.find("utm_source") != std::string::npos) {
      const bool instagram = referrer.find("instagram") != std::string::npos;
      r.device_origin[m["anonymousId"]] = instagram ? "instagram" : "other";
      if (instagram) r.instagram[person_of(r, m)].push_back(*time);
    }
  }
  if (type == "track") read_track(r, m, std::string(message.source), name, *time);
}

const Read& demo() {
  static const Read* const read = [] {
    auto* r = new Read;
    // First the truth, then the messages again: who is who is needed while reading.
    EXPECT_TRUE(
        generate(
            small(), [](std::vector<Message>&&) -> Status { return {}; }, r->tables, &r->truth)
            .has_value());
    for (const TruePerson& person : r->truth.people) {
      for (const std::string& id : person.identifiers)
        r->owner_of[id] = std::to_string(person.number);
    }
    Micros last = r->truth.planted.from;
    EXPECT_TRUE(generate(
                    small(),
                    [&](std::vector<Message>&& batch) -> Status {
                      for (const Message& m : batch) read_message(*r, m, last);
                      return {};
                    },
                    r->tables)
                    .has_value());
    return r;
  }();
  return *read;
}

double percent(double part, double whole) { return whole == 0 ? -1 : 100 * part / whole; }

TEST(Demo, IsTheSameForASeedAndAnotherForAnother) {
  Options options = small();
  options.customers = 300;
  const std::uint64_t one = fingerprint(options);
  EXPECT_EQ(one, fingerprint(options));
  options.seed = 2;
  EXPECT_NE(one, fingerprint(options));
}

TEST(Demo, RefusesImpossibleSizes) {
  Reference tables;
  const auto none = [](std::vector<Message>&&) -> Status { return {}; };
  Options options = small();
  options.customers = 0;
  const auto few = generate(options, none, tables);
  ASSERT_FALSE(few.has_value());
  EXPECT_EQ(few.error().field, "customers");
  options = small();
  options.days = 3;
  const auto brief = generate(options, none, tables);
  ASSERT_FALSE(brief.has_value());
  EXPECT_EQ(brief.error().field, "days");
}

TEST(Demo, StopsWhenTheSinkFails) {
  Reference tables;
  int calls = 0;
  const auto done = generate(
      small(),
      [&](std::vector<Message>&&) -> Status {
        ++calls;
        return internal_error("disk full");
      },
      tables);
  EXPECT_FALSE(done.has_value());
  EXPECT_EQ(calls, 1);
}

TEST(Demo, WritesSoundMessagesInOrder) {
  const Read& r = demo();
  EXPECT_EQ(r.not_objects, 0u);
  EXPECT_EQ(r.without_time, 0u);
  EXPECT_EQ(r.repeated_ids, 0u);
  EXPECT_EQ(r.out_of_order, 0u);
  EXPECT_EQ(r.messages, r.truth.planted.events);
  // About 3 million for 48,000 people.
  EXPECT_GT(r.messages, 250'000u);
  EXPECT_LT(r.messages, 360'000u);
  EXPECT_NEAR(r.truth.planted.people, 4800, 48);
}

TEST(Demo, HasEveryEventOfTheVocabulary) {
  const char* const all[] = {"Products Searched",
                             "Product List Viewed",
                             "Product List Filtered",
                             "Promotion Viewed",
                             "Promotion Clicked",
                             "Product Clicked",
                             "Product Viewed",
                             "Product Added",
                             "Product Removed",
                             "Cart Viewed",
                             "Checkout Started",
                             "Checkout Step Viewed",
                             "Checkout Step Completed",
                             "Payment Info Entered",
                             "Order Completed",
                             "Order Updated",
                             "Order Refunded",
                             "Order Cancelled",
                             "Coupon Entered",
                             "Coupon Applied",
                             "Coupon Denied",
                             "Coupon Removed",
                             "Product Added to Wishlist",
                             "Product Removed from Wishlist",
                             "Wishlist Product Added to Cart",
                             "Product Shared",
                             "Cart Shared",
                             "Product Reviewed",
                             "Store Visited",
                             "Receipt Issued",
                             "Item Returned",
                             "Order Ready",
                             "Order Collected",
                             "Order Expired",
                             "Order Delivered",
                             "Loyalty Card Scanned",
                             "Appointment Booked",
                             "Appointment Attended",
                             "QR Scanned",
                             "Store Availability Checked",
                             "Question Asked",
                             "Conversation Opened",
                             "Conversation Replied",
                             "Conversation Closed",
                             "Call Received",
                             "Call Placed",
                             "Survey Answered",
                             "Review Posted",
                             "Social Mention",
                             "Social Comment",
                             "Social Shared",
                             "Message Sent",
                             "Message Delivered",
                             "Message Opened",
                             "Message Clicked",
                             "Message Bounced",
                             "Message Suppressed",
                             "Message Unsubscribed",
                             "Offer Issued",
                             "Offer Redeemed",
                             "Points Earned",
                             "Points Spent",
                             "Referral Made",
                             "Content Viewed",
                             "Content Downloaded",
                             "Event Registered",
                             "Event Attended",
                             "page",
                             "screen",
                             "identify"};
  for (const char* name : all) EXPECT_GT(demo().names.count(name), 0u) << name;
  for (const char* derived : {"Cart Abandoned", "Cart Recovered", "Stage Entered"}) {
    EXPECT_EQ(demo().names.count(derived), 0u) << derived;
  }
}

TEST(Demo, Fact1CartsLookAbandonedAndAreBoughtInStore) {
  const Read& r = demo();
  std::map<std::string, std::vector<const Read::Till*>> by_person;
  for (const Read::Till& t : r.tills) by_person[t.card].push_back(&t);
  double abandoned = 0, bought = 0;
  for (const auto& [id, cart] : r.carts) {
    if (r.ordered_carts.count(id) != 0) continue;
    ++abandoned;
    const auto found = cart.user.empty() ? by_person.end() : by_person.find(cart.user);
    if (found == by_person.end()) continue;
    bought += std::any_of(found->second.begin(), found->second.end(), [&](const Read::Till* t) {
      return t->at > cart.at && t->at <= cart.at + 3 * kDay &&
             std::any_of(t->skus.begin(), t->skus.end(),
                         [&](const std::string& s) { return cart.skus.count(s) != 0; });
    });
  }
  EXPECT_NEAR(percent(abandoned, static_cast<double>(r.carts.size())), 70, 1.5);
  EXPECT_NEAR(percent(bought, abandoned), 28, 2);
}

TEST(Demo, Fact2InstagramIsSmallByLastClickAndLargeBeforeTheTill) {
  const Read& r = demo();
  EXPECT_NEAR(percent(r.instagram_revenue, r.revenue), 3, 0.7);
  double receipts = 0, after = 0;
  for (const Read::Till& t : r.tills) {
    if (t.card.empty()) continue;
    ++receipts;
    const auto visits = r.instagram.find(t.card);
    if (visits == r.instagram.end()) continue;
    after += std::any_of(visits->second.begin(), visits->second.end(),
                         [&](Micros v) { return v < t.at && v >= t.at - 14 * kDay; });
  }
  EXPECT_NEAR(percent(after, receipts), 21, 1.5);
}

TEST(Demo, Fact4ThePhoneCheckoutFailsAtShippingForNineteenDays) {
  const Read& r = demo();
  EXPECT_NEAR(percent(r.shipping[0][0] - r.shipping[0][1], r.shipping[0][0]), 34, 2);
  EXPECT_NEAR(percent(r.shipping[1][0] - r.shipping[1][1], r.shipping[1][0]), 57, 5);
}

TEST(Demo, Fact8FewCustomersBringMany) {
  const Read& r = demo();
  const auto accounts = static_cast<double>(r.accounts.size());
  EXPECT_NEAR(percent(static_cast<double>(r.senders.size()), accounts), 5, 0.5);
  EXPECT_NEAR(percent(static_cast<double>(r.friends.size()), accounts), 19, 1.5);
}

TEST(Demo, Fact9TheNaiveCountIsTooHigh) {
  const Planted& p = demo().truth.planted;
  EXPECT_NEAR(p.naive_customers / static_cast<double>(p.people), 61.0 / 48.0, 0.02);
  EXPECT_EQ(demo().tablet_users.size(), 31u);
  EXPECT_EQ(p.tablet_people, 31u);
  EXPECT_EQ(demo().message_ids.count(p.wrong_merge_message_id), 1u);
}

TEST(Demo, Fact10OneSaturdayRiminiSentEverythingTwice) {
  const Read& r = demo();
  std::map<std::string, std::vector<Micros>> times;
  for (const Read::Till& t : r.tills) times[t.id].push_back(t.at);
  std::uint32_t twice = 0;
  for (const auto& [id, at] : times) {
    if (at.size() == 1) continue;
    ASSERT_EQ(at.size(), 2u) << id;
    EXPECT_EQ(at[1] - at[0], kHour);  // the right one arrives first
    ++twice;
  }
  EXPECT_GT(twice, 0u);
  EXPECT_EQ(twice, r.truth.planted.saturday_receipts);
}

TEST(Demo, ManyReceiptsHaveNoCard) {
  const Read& r = demo();
  double without = 0;
  for (const Read::Till& t : r.tills) without += t.card.empty();
  EXPECT_GE(percent(without, static_cast<double>(r.tills.size())), 40);
}

TEST(Demo, FillsTheReferenceTables) {
  const Reference& t = demo().tables;
  EXPECT_EQ(t.stores.size(), 3u);
  EXPECT_EQ(t.products.size(), 240u);
  EXPECT_GE(t.orders.size(), 1000u);
  double cost = 0, brand = 0;
  for (const Fact& f : t.facts) {
    if (f.measure != "cost") continue;
    cost += f.value;
    if (f.campaign == "brand-ginepro") brand += f.value;
  }
  EXPECT_NEAR(percent(brand, cost), 38, 0.5);
}

TEST(Demo, TellsTheTruth) {
  const json facts = json::parse(truth_facts_json(demo().truth));
  std::set<int> numbers;
  for (const json& fact : facts) numbers.insert(fact["fact"].get<int>());
  for (int n : {1, 2, 4, 8, 9, 10}) EXPECT_EQ(numbers.count(n), 1u) << n;
  const json person = json::parse(truth_person_json(demo().truth.people.front()));
  EXPECT_TRUE(person["identifiers"].is_array());
}

TEST(Trickle, GoesOnInOrderAndRepeatably) {
  Options options = small();
  options.customers = 500;
  Trickle one(options, options.until), two(options, options.until);
  std::size_t count = 0;
  Micros last = options.until;
  for (int second = 1; second <= 900; ++second) {
    const Micros now = options.until + second * kSecond;
    const auto a = one.next(now), b = two.next(now);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(a[i].json, b[i].json);
      const json m = json::parse(a[i].json);
      const auto at = parse_time(m["timestamp"].get<std::string>());
      ASSERT_TRUE(at.has_value());
      EXPECT_GE(*at + kSecond, last);
      EXPECT_LE(*at, now);
      last = std::max(last, *at);
    }
    count += a.size();
  }
  EXPECT_GT(count, 900u / 2);
  EXPECT_LT(count, 900u * 10);
}

}  // namespace
}  // namespace viaggio::demo
