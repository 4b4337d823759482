#pragma once
// The identity ledger: every decision about who is who, in log order. Replaying the entries gives
// the same components without deciding anything again.
#include <cstdint>
#include <string>

#include "model/event.h"

namespace viaggio {

enum class LedgerOp : std::uint8_t {
  node,    // node `a` exists: identifier `identifier` (for a device: its base node)
  tenure,  // node `a` is a tenure of device base node `b`, from event time `at` on (first:
           // INT64_MIN)
  link,    // `a` and `b` are one customer
  refuse,  // `a` and `b` were not joined; `rule` says why; `ref` = link that stood in the way, or 0
  undo,    // link `ref` is inactive from here on
  conflict,  // `a` and `b`: for people to decide
  resolve,   // conflict `ref` is closed
  shared     // device base node `a` is shared: keeps no future link
};

enum class LinkRule : std::uint8_t {
  none,
  same_event,    // identifiers seen together in one event
  device_user,   // a tenure of a device and the user signed in during it
  alias,         // an alias message
  manual,        // a person merged them
  uniqueness,    // refused: two values of an identifier that a customer has only once
  limit,         // refused: more values than the limit
  blocked,       // refused: a blocked value
  undone_before  // refused: people took this very link apart
};
std::string_view to_string(LinkRule r);

struct LedgerEntry {
  std::uint64_t id = 0;   // 1, 2, 3 ...: the link id of the API
  Sequence sequence = 0;  // the event (or system record) that caused it
  Micros time = 0;        // when it was decided
  LedgerOp op = LedgerOp::node;
  LinkRule rule = LinkRule::none;
  NodeId a = kNoNode, b = kNoNode;
  std::uint64_t ref = 0;
  Micros at = 0;
  Identifier identifier;  // op node
  std::string actor;      // empty = the rule itself; else who
};

}  // namespace viaggio
