#pragma once
// Who is who. Nodes (one per identifier value; one per tenure of a device) joined by links of the
// ledger; a customer is a connected component of active links.
// Decisions are taken once, in log order, by decide(); replaying the ledger by apply() gives the
// same state. Undo deactivates a link and never re-decides later ones.
// Threads: one writer (decide, merge, undo, apply); readers use an immutable snapshot from view().
// Invariants: every identified event belongs to exactly one node; a component never holds more
// values of an identifier type than its limit; the survivor's number is the customer's number.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/ledger.h"

namespace viaggio::identity {

struct TypePolicy {
  std::uint32_t limit = 0;  // 0 = unlimited; 1 = a customer has at most one
};

struct Policy {
  std::array<TypePolicy, kIdentifierTypes> types{};
  std::vector<std::string> extra_blocked;     // besides the shipped list
  std::vector<std::string> sign_out_events;   // names that end a tenure ("Signed Out")
  std::uint32_t shared_after = 3;             // distinct users on one device ...
  Micros shared_window = 30 * kDay;           // ... within this make it shared
  static Policy defaults();
};

bool is_blocked(std::string_view value, const Policy& policy);

// What changed for the timeline. Customers are numbers of surviving nodes.
struct Change {
  // Components joined: all events of `from` now belong to `into`.
  struct Joined { CustomerId from, into; };
  std::vector<Joined> joined;                // in order
  // Customers whose events must be assigned again one by one (undo, a moved tenure boundary,
  // survivor number changed).
  std::vector<CustomerId> reassign;
  bool empty() const { return joined.empty() && reassign.empty(); }
};

struct Decision {
  NodeId owner = kNoNode;   // owning node; for an anonymous event the device's base node
  NodeId device = kNoNode;  // the device's base node, if the event has one
  std::vector<LedgerEntry> entries;  // to be stored in the same commit
  Change change;
};

struct IdentifiedNode {
  NodeId id = kNoNode;
  Identifier identifier;
  bool tenure = false;
  Micros tenure_from = 0;
};

class Identity {
 public:
  explicit Identity(Policy policy);
  ~Identity();

  // Decides for one event and applies the decision. `secret` = sent with a secret key (an alias may
  // then merge two user_ids).
  Decision decide(const IncomingEvent& event, Sequence sequence, Micros now, bool secret);

  // Administrative acts; the caller stores a system record with `sequence` and the entries.
  Result<Decision> merge(CustomerId a, CustomerId b, Sequence sequence, Micros now, const std::string& actor);
  Result<Decision> undo(std::uint64_t link_id, Sequence sequence, Micros now, const std::string& actor);

  // Replay of stored entries, in order. observe() gives replay what decide() learned from an event
  // beyond its entries (last user of a device, windows for shared devices): call it for every stored
  // header in order, with the owner node of the header.
  void apply(const LedgerEntry& entry);
  Change take_changes();  // accumulated by apply()

  // The customer to whom an event with this header belongs now. O(1); O(log tenures) for devices.
  CustomerId customer_of(const EventHeader& header) const;
  CustomerId customer_of_node(NodeId node) const;
  NodeId node_of(const EventHeader& header) const;  // the tenure for device-owned events

  std::optional<NodeId> find(const Identifier& identifier) const;  // normalised value
  std::optional<CustomerId> find_customer(const Identifier& identifier) const;
  std::vector<IdentifiedNode> nodes_of(CustomerId customer) const;
  std::vector<LedgerEntry> links_of(CustomerId customer) const;   // active, undone and refused
  bool link_active(std::uint64_t link_id) const;
  std::vector<LedgerEntry> conflicts(std::size_t limit) const;    // open ones
  IdentifiedNode node(NodeId id) const;

  std::size_t node_count() const;
  std::size_t customer_count() const;
  std::uint64_t next_ledger_id() const;
  std::size_t memory_bytes() const;

  // Checkpoint: the whole state as of a sequence, so that opening replays only what follows.
  Status save(const std::string& file, Sequence upto) const;
  Result<Sequence> load(const std::string& file);  // the sequence it reflects

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The public name of a customer: "c" and 12 characters of [a-z2-7], from the surviving node's number;
// stable for as long as that node survives. decode gives nothing for a text of another shape.
std::string public_id(CustomerId customer);
std::optional<CustomerId> parse_public_id(std::string_view text);

}  // namespace viaggio::identity
