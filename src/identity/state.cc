#include "identity/state.h"

#include <algorithm>
#include <unordered_set>

#include "identity/checkpoint.h"

namespace viaggio::identity {
namespace {
using Tenures = DeviceHistory::Tenures;

Position position_of(const LedgerEntry& e) {
  return {e.at, e.ref < kBeginsWithUser ? kNoNode : static_cast<NodeId>(e.ref - kBeginsWithUser)};
}
}  // namespace

NodeId State::owner_of(NodeId node, Micros time) const {
  if (node == kNoNode || node >= nodes.size() || !is_device(nodes.type(node)) ||
      nodes.is_later_tenure(node)) {
    return node;
  }
  return devices.owner_at(nodes.device(node), time);
}

Micros State::tenure_start(NodeId node) const {
  if (nodes.is_later_tenure(node)) return nodes.tenure_start(node);
  const DeviceHistory* h = devices.history(nodes.device(node));
  if (h == nullptr) return kBeforeAllTime;
  const auto at = find_tenure(*h, node, {});
  return h->tenures.is_end(at) ? kBeforeAllTime : h->tenures.at(at).start;
}

// Entries come from the log, which is checked; one that makes no sense here is passed over rather
// than trusted with an index.
bool State::plausible(const LedgerEntry& e) const {
  const std::size_t count = nodes.size();
  const auto device_base = [&](NodeId n) {
    return n < count && is_device(nodes.type(n)) && !nodes.is_later_tenure(n);
  };
  switch (e.op) {
    case LedgerOp::node:
      return e.a == count;
    case LedgerOp::tenure:
      return e.a <= count && device_base(e.b);
    case LedgerOp::shared:
      return device_base(e.a) && (e.b == kNoNode || (e.b == count && e.ref < count));
    default:
      return e.a < count && e.b < count && e.a != e.b;
  }
}

void State::apply(const LedgerEntry& e) {
  next_id = std::max(next_id, e.id + 1);
  if (!plausible(e)) return;
  switch (e.op) {
    case LedgerOp::node:
      return apply_node(e);
    case LedgerOp::tenure:
      return apply_tenure(e);
    case LedgerOp::link:
      return apply_link(e);
    case LedgerOp::undo:
      return apply_undo(e);
    case LedgerOp::shared:
      return apply_shared(e);
    case LedgerOp::refuse:
    case LedgerOp::conflict:
    case LedgerOp::resolve:
      return records.add(e);
  }
}

void State::apply_node(const LedgerEntry& e) {
  const NodeId node = nodes.add(e.identifier);
  components.add(node, e.identifier.type);
  records.add_node();
  if (is_device(e.identifier.type)) nodes.set_device(node, devices.add(node));
}

void State::losing(NodeId node) {
  if (node != kNoNode) lost_by(customer(node));
}

void State::lost_by(CustomerId c) {
  if (std::find(pending.reassign.begin(), pending.reassign.end(), c) == pending.reassign.end()) {
    pending.reassign.push_back(c);
  }
}

void State::losing(const Tenure& tenure) {
  losing(tenure.node);
  losing(tenure.unattended);
}

// The tenure of a node is next to the place it has or gets; only a base node that moved far needs a
// search.
Tenures::Cursor State::find_tenure(const DeviceHistory& h, NodeId node, Position near) const {
  auto at = devices.tenure_at(h, near);
  if (!h.tenures.is_end(at)) {
    if (h.tenures.at(at).node == node) return at;
    at = h.tenures.next(at);
    if (!h.tenures.is_end(at) && h.tenures.at(at).node == node) return at;
  }
  at = h.tenures.begin();
  while (!h.tenures.is_end(at) && h.tenures.at(at).node != node) at = h.tenures.next(at);
  return at;
}

void State::insert_tenure(std::uint32_t device, Tenure tenure) {
  DeviceHistory& h = devices.ensure_history(device);
  const auto before = devices.tenure_at(h, tenure.position());
  if (!h.tenures.is_end(before) && devices.last_anonymous(device) >= tenure.start) {
    losing(h.tenures.at(before));
  }
  const auto after = h.tenures.partition_point(
      [&](const Tenure& t) { return !devices.precedes(tenure.position(), t.position()); });
  h.tenures.insert(after, tenure);
}

void State::move_tenure(std::uint32_t device, Tenures::Cursor from, Position to) {
  DeviceHistory& h = *devices.history(device);
  Tenure tenure = h.tenures.at(from);
  const bool later = devices.precedes(tenure.position(), to);
  if (later && devices.last_anonymous(device) != kBeforeAllTime) losing(tenure);
  h.tenures.erase(from);
  tenure.start = to.time;
  tenure.start_user = to.user;
  for (const NodeId node : {tenure.node, tenure.unattended}) {
    if (node != kNoNode && nodes.is_later_tenure(node)) nodes.set_tenure_start(node, to.time);
  }
  if (later) {
    const auto after = h.tenures.partition_point(
        [&](const Tenure& t) { return !devices.precedes(to, t.position()); });
    h.tenures.insert(after, tenure);
  } else {
    insert_tenure(device, tenure);
  }
}

void State::apply_tenure(const LedgerEntry& e) {
  const std::uint32_t device = nodes.device(e.b);
  DeviceHistory& h = devices.ensure_history(device);
  const Position start = position_of(e);
  if (e.a == nodes.size()) {
    const NodeId node = nodes.add_tenure(device, nodes.type(e.b), e.at);
    components.add(node, nodes.type(node));
    records.add_node();
    insert_tenure(device, Tenure{start.time, start.user, node, kNoNode});
  } else {
    const auto at = find_tenure(h, e.a, start);
    if (!h.tenures.is_end(at)) move_tenure(device, at, start);
  }
  if (e.ref == kBeginsWithSignOut) devices.add_mark(h, {e.at, kNoNode});
}

void State::apply_link(const LedgerEntry& e) {
  if (!same(e.a, e.b)) {
    const CustomerId x = customer(e.a), y = customer(e.b);
    components.join(e.a, e.b, type_of());
    const CustomerId into = customer(e.a), from = into == x ? y : x;
    const bool received = std::any_of(pending.joined.begin(), pending.joined.end(),
                                      [&](const Change::Joined& j) { return j.into == from; });
    if (from < first_without_events || received) pending.joined.push_back({from, into});
    // Joins are followed before reassignments: name the customer those events have by then.
    if (auto at = std::find(pending.reassign.begin(), pending.reassign.end(), from);
        at != pending.reassign.end()) {
      pending.reassign.erase(at);
      lost_by(into);
    }
  }
  records.add(e);
}

// Only the touched component is computed again: what its active links still reach from one end.
std::vector<NodeId> State::side_of(NodeId from, NodeId until, std::uint64_t without) const {
  std::vector<NodeId> reached{from};
  std::unordered_set<NodeId> seen{from};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const NodeId node = reached[i];
    records.each_of(node, [&](RecordIndex r) {
      if (!records.active_link(r) || records.id(r) == without) return;
      const NodeId other = records.other(r, node);
      if (seen.insert(other).second) reached.push_back(other);
    });
    if (seen.contains(until)) return {};
  }
  return reached;
}

std::vector<NodeId> State::rest_of(NodeId from, const std::vector<NodeId>& side) const {
  const std::unordered_set<NodeId> seen(side.begin(), side.end());
  std::vector<NodeId> rest;
  components.each_node(from, [&](NodeId node) {
    if (!seen.contains(node)) rest.push_back(node);
  });
  return rest;
}

void State::apply_undo(const LedgerEntry& e) {
  const CustomerId before = customer(e.a);
  records.add(e);
  const std::vector<NodeId> reached = side_of(e.a, e.b, e.ref);
  if (reached.empty()) return;  // still joined another way
  const std::vector<NodeId> rest = rest_of(e.a, reached);
  if (rest.empty()) return;
  components.split(reached, rest, type_of());
  lost_by(before);
}

// From `at` on the device is shared. `ref` names the tenure that gets node `b` for what nobody
// signed in did; without b only the time is news.
void State::apply_shared(const LedgerEntry& e) {
  const std::uint32_t device = nodes.device(e.a);
  DeviceHistory& h = devices.ensure_history(device);
  const bool anonymous_since = devices.last_anonymous(device) >= e.at;
  if (e.at < h.shared_from) {
    auto at = devices.tenure_at_time(h, e.at);
    while (anonymous_since && !h.tenures.is_end(at) && h.tenures.at(at).start < h.shared_from) {
      losing(h.tenures.at(at));
      at = h.tenures.next(at);
    }
    h.shared_from = e.at;
  }
  if (e.b == kNoNode) return;
  const NodeId tenure = static_cast<NodeId>(e.ref);
  const Micros near = nodes.is_later_tenure(tenure) ? nodes.tenure_start(tenure) : kBeforeAllTime;
  const auto at = find_tenure(h, tenure, {near, kNoNode});
  if (h.tenures.is_end(at)) return;
  const NodeId node = nodes.add_tenure(device, nodes.type(e.a), h.tenures.at(at).start);
  components.add(node, nodes.type(node));
  records.add_node();
  h.tenures.at(at).unattended = node;
  if (anonymous_since) losing(h.tenures.at(at).node);
}

void State::observe(const EventHeader& header) {
  if (header.device == kNoNode || header.device >= nodes.size()) return;
  if (header.node == kNoNode || header.node >= nodes.size()) return;
  const NodeId user = names_a_person(nodes.type(header.node)) ? header.node : kNoNode;
  observe(nodes.device(header.device), header.time, user);
  if (header.node == header.device) devices.saw_anonymous(nodes.device(header.device), header.time);
}

void State::observe(std::uint32_t device, Micros time, NodeId user) {
  if (user == kNoNode) return;
  DeviceHistory& h = devices.ensure_history(device);
  if (!devices.add_mark(h, {time, user})) return;
  // On a shared device a mark makes its surroundings attended.
  const Micros last = devices.last_anonymous(device);
  if (h.shared_from == kNever || last < h.shared_from || last == kBeforeAllTime) return;
  const auto at = devices.tenure_at(h, {time, user});
  if (h.tenures.is_end(at) || h.tenures.at(at).unattended == kNoNode) return;
  const Neighbours near = devices.around(h, at, {time, user});
  const bool fresh_from = near.before == kNoNode;  // the tenure's first mark
  if (fresh_from ? last >= h.tenures.at(at).start : last >= time - kSessionGap) {
    losing(h.tenures.at(at));
  }
}

void State::save(CheckpointWriter& out) const {
  nodes.save(out);
  components.save(out);
  devices.save(out);
  records.save(out);
  out.number(next_id);
}

bool State::load(CheckpointReader& in) {
  if (!nodes.load(in) || !components.load(in, nodes.size()) || !devices.load(in) ||
      !records.load(in, nodes.size())) {
    return false;
  }
  next_id = in.number();
  return in.good();
}

}  // namespace viaggio::identity
