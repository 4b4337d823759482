#include <algorithm>
#include <unordered_map>

#include "ingest/ingest.h"

namespace viaggio::ingest {

bool in_journeys(const EventHeader& h) {
  return is_journey(h.type) && (h.flags & kRepeatedOrder) == 0;
}

Status apply_change(const identity::Change& change, const identity::Identity& identity,
                    const eventlog::EventLog& log, timeline::Timeline& timeline) {
  for (const auto& j : change.joined) timeline.join(j.from, j.into);
  if (change.reassign.empty()) return {};
  // Events of a customer to be assigned anew may have travelled on through a join.
  std::vector<CustomerId> customers = change.reassign;
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& j : change.joined) {
      const bool from = std::find(customers.begin(), customers.end(), j.from) != customers.end();
      const bool into = std::find(customers.begin(), customers.end(), j.into) != customers.end();
      if (from && !into) {
        customers.push_back(j.into);
        grown = true;
      }
    }
  }
  std::vector<timeline::Placement> moved = timeline.take_out(customers);
  if (moved.empty()) return {};
  std::vector<Sequence> sequences;
  sequences.reserve(moved.size());
  for (const auto& p : moved) sequences.push_back(p.event.sequence);
  std::unordered_map<Sequence, CustomerId> owner;
  const Status read = log.get_headers(sequences, [&](const eventlog::Record& r) {
    owner[r.sequence] = identity.customer_of(r.header);
  });
  for (auto& p : moved) {
    const auto at = owner.find(p.event.sequence);
    if (at != owner.end()) p.customer = at->second;
  }
  timeline.add(moved, timeline.upto());
  return read;
}

}  // namespace viaggio::ingest
