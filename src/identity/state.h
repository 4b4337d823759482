#pragma once
// All that the ledger and the stored headers say, as one value: nodes, components, devices,
// records. State only follows: it applies entries and headers and works out what that changes for
// customers. Deciding is decider.h. Not thread-safe for writing.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "identity/components.h"
#include "identity/devices.h"
#include "identity/identity.h"
#include "identity/ledger_records.h"
#include "identity/nodes.h"

namespace viaggio::identity {

// LedgerEntry.ref of a tenure entry says what begins the tenure: 0 all time, 1 a sign-out, 2 + n
// the first mark of user node n.
inline constexpr std::uint64_t kBeginsWithSignOut = 1, kBeginsWithUser = 2;

class State {
 public:
  State() : devices(nodes) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void apply(const LedgerEntry& entry);
  void observe(const EventHeader& header);
  // Notes that a signed-in user was seen on a device, or (kNoNode) that the device was used by
  // nobody known.
  void observe(std::uint32_t device, Micros time, NodeId user);

  CustomerId customer(NodeId node) const { return components.customer(node); }
  bool same(NodeId a, NodeId b) const { return components.label(a) == components.label(b); }
  NodeId owner_of(NodeId node, Micros time) const;  // a device's base node -> the tenure then
  Micros tenure_start(NodeId device_node) const;
  // The nodes that active links join with `from`, itself among them, were link `without` not there;
  // nothing if `until` is one of them.
  std::vector<NodeId> side_of(NodeId from, NodeId until, std::uint64_t without) const;
  // The nodes of `from`'s component that are not in `side`.
  std::vector<NodeId> rest_of(NodeId from, const std::vector<NodeId>& side) const;
  auto type_of() const {
    return [this](NodeId n) { return nodes.type(n); };
  }
  void save(CheckpointWriter& out) const;
  bool load(CheckpointReader& in);

  Nodes nodes;
  Components components;
  Devices devices;
  LedgerRecords records;
  std::uint64_t next_id = 1;
  Change pending;
  // Nodes from this number on own no event yet: joining them moves nothing.
  NodeId first_without_events = kNoNode;

 private:
  bool plausible(const LedgerEntry& e) const;
  void apply_node(const LedgerEntry& e);
  void apply_tenure(const LedgerEntry& e);
  void apply_link(const LedgerEntry& e);
  void apply_undo(const LedgerEntry& e);
  void apply_shared(const LedgerEntry& e);
  void insert_tenure(std::uint32_t device, Tenure tenure);
  void move_tenure(std::uint32_t device, DeviceHistory::Tenures::Cursor from, Position to);
  DeviceHistory::Tenures::Cursor find_tenure(const DeviceHistory& h, NodeId node,
                                             Position near) const;
  void losing(const Tenure& tenure);
  void losing(NodeId node);
  void lost_by(CustomerId customer);
};

}  // namespace viaggio::identity
