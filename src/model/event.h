#pragma once
// What an event is, before and after it is stored. Plain values; no behaviour, no threads.
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace viaggio {

using NodeId = std::uint32_t;      // an identity node
using CustomerId = std::uint32_t;  // number of the node that stands for a component of nodes
using KindId = std::uint32_t;      // an interned EventKind
using Sequence = std::uint64_t;    // place in the log: 1, 2, 3 ...; 0 is "before everything"
inline constexpr NodeId kNoNode = 0xFFFFFFFFu;
inline constexpr CustomerId kNoCustomer = 0xFFFFFFFFu;  // events without an identifier
inline constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min();

// The first five are journey-relevant kinds of message of the Segment model; `system` is an
// administrative act (merge, undo, erasure) that has a place in the log but not in any journey.
enum class EventType : std::uint8_t { track, page, screen, identify, group, alias, system };
constexpr bool is_journey(EventType t) { return t <= EventType::screen; }
std::string_view to_string(EventType t);

// Identifier types, in descending priority (rulings: default limits).
enum class IdentifierType : std::uint8_t {
  user_id,
  crm_id,
  loyalty_card,
  email,
  phone,
  wa_id,
  shop_id,
  social_handle,
  receipt_token,
  push_token,
  cookie_xd,
  device_id,
  anonymous_id
};
inline constexpr std::size_t kIdentifierTypes = 13;
std::string_view to_string(IdentifierType t);
bool parse_identifier_type(std::string_view text, IdentifierType& out);

struct Identifier {
  IdentifierType type = IdentifierType::user_id;
  std::string value;  // normalised
  bool operator==(const Identifier&) const = default;
};

// Everything categorical about an event that classification needs. Interned as a KindId: two events
// with equal facts share one, so that a rule is evaluated once a kind and never once an event.
struct EventKind {
  EventType type = EventType::track;
  std::string name;           // journey name: track's event, "Page Viewed", "Screen Viewed"
  std::string source;         // the collector: a key, an import, a webhook
  std::string referrer_host;  // lower-case, without "www."; empty when none or the page's own host
  std::string utm_source, utm_medium, utm_campaign;
  std::string click_id;       // "gclid", "fbclid", ... the parameter's name, never its value
  std::string store;          // properties.store_id
  std::string sales_channel;  // properties.channel as sent by the firm ("store", "phone", ...)
  std::string device;         // mobile | tablet | desktop | ""
  bool web = false;           // carries a page: inherits the channel of its session's first event
  bool operator==(const EventKind&) const = default;
};

// Event flags, a bit each.
enum EventFlag : std::uint8_t {
  kTimeClamped = 1,    // sent with a time more than 24 h after it was received
  kRepeatedOrder = 2,  // an order already known under its order_id: stored, in no journey question
  kForeignCurrency = 4,  // value is in another currency than the workspace's: no value in questions
  kBot = 8,
};

// An event as the formats deliver it: checked, corrected for clock skew, normalised.
struct IncomingEvent {
  EventKind kind;
  std::string message_id;  // as sent, or assigned (then message_id_assigned)
  bool message_id_assigned = false;
  Micros time = 0;                      // corrected event time
  std::vector<Identifier> identifiers;  // as rulings 6; blocked ones still present
  std::string previous_id;              // alias
  std::string order_id;                 // properties.order_id of an order or receipt
  std::int64_t value = kNoValue;        // money in 1/10,000, signed; see formats
  std::string currency;                 // upper-case ISO 4217; empty = the workspace's
  std::string traits_json;              // traits object as text, or empty
  std::string json;                     // the stored text, JSON-equal to the message as sent
  std::string received_from;            // truncated IP or empty
  std::uint8_t flags = 0;               // EventFlag bits known before storing
};

// What the log keeps in binary beside the text, so that a rebuild parses no JSON. Fixed layout.
struct EventHeader {
  Micros time = 0;
  std::int64_t value = kNoValue;
  NodeId node =
      kNoNode;  // the owning node as decided at arrival; for a device-owned event its device
  NodeId device = kNoNode;  // the anonymous or device id's base node, if the event has one
  KindId kind = 0;
  EventType type = EventType::track;
  std::uint8_t flags = 0;
  std::uint16_t reserved = 0;
};
static_assert(sizeof(EventHeader) == 32);

}  // namespace viaggio
