#pragma once
// Takes the decisions: turns one event, or one administrative act, into ledger entries, applying
// each to the state as it goes. Lives for one decision.
#include <optional>
#include <string>
#include <vector>

#include "identity/state.h"

namespace viaggio::identity {

class Decider {
 public:
  Decider(State& state, const Policy& policy, Sequence sequence, Micros now, std::string actor)
      : state_(state), policy_(policy), sequence_(sequence), now_(now), actor_(std::move(actor)) {}

  Decision event(const IncomingEvent& event, bool secret);
  Result<Decision> merge(CustomerId a, CustomerId b);
  Result<Decision> undo(std::uint64_t link_id);
  Result<Decision> dismiss(std::uint64_t conflict_id);
  // Why the act would fail; nothing changes.
  Status may_merge(CustomerId a, CustomerId b) const;
  Status may_undo(std::uint64_t link_id) const;

 private:
  enum class Uniqueness { kept, waived };  // people and secret aliases may join two user_ids
  struct Named {                           // the identifiers of an event that count
    std::vector<NodeId> plain;             // in order of priority
    std::vector<NodeId> devices;           // base nodes; the first is the event's device
    std::optional<NodeId> alias_of;        // a known user_id to be joined with plain[0]
    bool alias_allowed = false;
  };

  Named name(const IncomingEvent& event, bool secret);
  NodeId node_for(const Identifier& identifier);
  void add_alias(const IncomingEvent& event, bool secret, std::vector<Identifier>& accepted,
                 Named& named);

  void connect(std::vector<NodeId> nodes);
  void drop_undone(std::vector<NodeId>& nodes);
  void demote(std::vector<NodeId>& nodes, IdentifierType exceeded);
  void connect_alias(NodeId user, NodeId previous, bool allowed);
  void attach_device(std::uint32_t device, Micros time, NodeId owner);

  void place_user(std::uint32_t device, Micros time, NodeId user);
  void place_sign_out(std::uint32_t device, Micros time);
  void share_if_crowded(std::uint32_t device, Micros time, NodeId user);
  void give_unattended(std::uint32_t device, DeviceHistory::Tenures::Cursor first, Micros until);
  Micros end_of_change(const DeviceHistory& h, Position mark) const;
  NodeId begin_tenure(std::uint32_t device, Position start, bool sign_out);
  void move_tenure(std::uint32_t device, NodeId tenure, Position start, bool sign_out);
  // Links a tenure to its user; `like` is the tenure it was cut from, or kNoNode.
  void give_tenure(NodeId tenure, NodeId user, NodeId like);

  std::optional<IdentifierType> exceeded(const std::vector<NodeId>& nodes, Uniqueness u) const;
  bool over_limit(NodeId node) const;
  bool try_link(NodeId a, NodeId b, LinkRule rule);
  void link(NodeId a, NodeId b, LinkRule rule);
  void refuse(NodeId a, NodeId b, LinkRule rule);
  void raise_conflict(NodeId a, NodeId b, LinkRule rule, std::uint64_t because);
  LinkRule refusal(IdentifierType exceeded) const;
  std::uint64_t standing_link(NodeId b) const;
  std::vector<std::uint64_t> conflicts_between(NodeId a, NodeId b) const;
  std::vector<std::uint64_t> blocked_refusals(NodeId in_component_of) const;
  LedgerEntry& emit(LedgerOp op, LinkRule rule, NodeId a, NodeId b, std::uint64_t ref = 0,
                    Micros at = 0);
  Decision finish(NodeId owner, NodeId device);

  State& state_;
  const Policy& policy_;
  Sequence sequence_;
  Micros now_;
  std::string actor_;
  std::vector<LedgerEntry> entries_;
};

}  // namespace viaggio::identity
