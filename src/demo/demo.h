#pragma once
// The demo: two years of "Bottega Ginepro" (invented; casa e cucina; shops in Bologna, Parma and
// Rimini, and a site), as the messages its systems would have sent, with the truth beside them.
// Deterministic: equal Options (with a fixed `until`) give equal bytes on every machine; nothing
// here uses the standard library's distributions. docs/demo.md lists what is planted.
// Times are microseconds UTC; money in the messages is euro with two decimals, in Reference
// 1/10,000. Threads: functions are re-entrant; a Trickle belongs to one thread at a time. Errors:
// invalid options (field "customers" or "days"); whatever the sink returns stops generate().
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace viaggio::demo {

struct Options {
  std::uint32_t customers = 48000;  // real people, 100 to 5,000,000
  unsigned days = 730;              // length of the story, 60 to 3650
  std::uint64_t seed = 1;
  Micros until = 0;  // end of the story; 0 = now
};

// One message of the Segment model, as its collector would send it. Many of the tills' messages
// carry no identifier, so they are to be taken as from a secret key or an import.
struct Message {
  std::string_view source;  // the collector; static storage
  std::string json;
};

struct Product {
  std::string sku, name, brand;
  std::vector<std::string> category;  // from the root
  std::int64_t price = 0, margin = 0;
};
struct Store {
  std::string id, name, city, address, hours;
  double latitude = 0, longitude = 0;
};
struct Campaign {
  std::string id, name, channel, source, medium, goal_stage;
  std::int64_t cost = 0;
};
struct Content {
  std::string id, title, type, url;
};
struct Order {
  std::string order_id, state, store_id;  // store_id: where it is collected, or empty
  Micros placed = 0;
  std::int64_t total = 0;
};
// A number without a person: social views, impressions, ad cost, footfall, stock.
struct Fact {
  std::string day, touchpoint, campaign, measure;
  double value = 0;
};
struct Reference {
  std::vector<Product> products;
  std::vector<Store> stores;
  std::vector<Campaign> campaigns;
  std::vector<Content> contents;
  std::vector<Order> orders;
  std::vector<Fact> facts;
};

// Who is who, and what became of the plants.
struct TruePerson {
  std::uint32_t number = 0;
  std::string name, segment, persona;
  std::vector<std::string> identifiers;  // "type:value", those that occur in the messages
  std::string brought_by;                // user_id of the friend who brought them, or empty
  std::uint32_t purchases = 0;
};
struct Planted {
  std::uint32_t people = 0;           // true people that left a trace
  std::uint64_t events = 0;           // messages written
  std::uint32_t naive_customers = 0;  // accounts + cards + loose e-mails + loose devices
  std::uint32_t carts = 0, carts_abandoned = 0, carts_bought_in_store = 0;
  std::int64_t online_revenue = 0, instagram_revenue = 0;  // 1/10,000 euro, last click
  std::uint32_t card_receipts = 0, receipts = 0, card_receipts_after_instagram = 0;
  std::uint32_t shipping_before = 0, shipping_before_lost = 0;  // phone checkouts at shipping
  std::uint32_t shipping_after = 0, shipping_after_lost = 0;    // in the last 19 days
  std::uint32_t accounts = 0, advocates = 0, brought = 0;       // word of mouth
  std::uint32_t tablet_people = 0;
  std::uint32_t weekend_questions = 0, weekend_unanswered = 0;
  std::string saturday;      // the local day on which Rimini's till sent everything twice
  Micros saturday_from = 0;  // its first instant
  std::uint32_t saturday_receipts = 0;
  std::string mother_user_id, mother_email, daughter_card, wrong_merge_message_id;
  Micros from = 0, until = 0, checkout_broken_since = 0;
};
struct Truth {
  Planted planted;
  std::vector<TruePerson> people;
};

using Sink = std::function<Status(std::vector<Message>&&)>;

// Gives the sink all messages in order of arrival, a few thousand at a time, and fills the tables
// and, when asked, the truth. About 62 events a person.
Status generate(const Options& options, const Sink& sink, Reference& tables,
                Truth* truth = nullptr);

// truth/facts.json: [{"fact","text","question":{"method","path","body"},"read","value","tolerance",
// "screen"}]; question is null where the present questions cannot ask it.
std::string truth_facts_json(const Truth& truth);
// A line of truth/people.jsonl, without the line end.
std::string truth_person_json(const TruePerson& person);

// New events of the demo's people, from `start` on, for `serve --live`: a few a second on average,
// following the hour of the day. The same calls give the same messages.
class Trickle {
 public:
  Trickle(const Options& options, Micros start);
  ~Trickle();
  Trickle(Trickle&&) noexcept;
  Trickle& operator=(Trickle&&) noexcept;
  // All events since the last call, up to `now`, in order of time. After a pause of more than an
  // hour only the last hour is made up for.
  std::vector<Message> next(Micros now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace viaggio::demo
