#pragma once
// Who is who. Nodes (one per identifier value; one per tenure of a device) joined by links of the
// ledger; a customer is a connected component of active links. docs/semantics/identity.md says
// exactly what is decided and why.
// Decisions are taken once, in log order, by decide(); replaying the ledger by apply() and the
// stored headers by observe() gives the same state. Undo deactivates a link and never re-decides
// later ones. Threads: one writer at a time (set_policy, decide, merge, undo, dismiss, apply,
// observe, load); const functions may run together with each other but not with a writer: the
// caller holds a shared lock. Errors: only administrative acts and checkpoints fail; events never
// do. Invariants: every identified event belongs to exactly one node; rules never make a component
// hold more values of an identifier type than its limit (people and secret aliases may, for types
// of which a customer has one); the survivor's number is the customer's number.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/ledger.h"

namespace viaggio::identity {

struct TypePolicy {
  std::uint32_t limit = 0;  // 0 = unlimited; 1 = a customer has at most one; at most 30
};

struct Policy {
  std::array<TypePolicy, kIdentifierTypes> types{};
  std::vector<std::string> extra_blocked;    // besides the shipped list, case-insensitive
  std::vector<std::string> sign_out_events;  // names that end a tenure, case-insensitive
  std::uint32_t shared_after = 3;            // more distinct users than this on one device ...
  Micros shared_window = 30 * kDay;          // ... within this make it shared; 0 users = never
  static Policy defaults();
};

// A value that never becomes an identifier: blank, of zeros and dashes only, a word such as "null"
// or "anonymous", or longer than 1,024 bytes.
bool is_blocked(std::string_view value, const Policy& policy);

// What changed for the timeline. Customers are numbers of surviving nodes.
struct Change {
  // Components joined: all events of `from` now belong to `into`, the final survivor.
  struct Joined {
    CustomerId from, into;
    bool operator==(const Joined&) const = default;
  };
  std::vector<Joined> joined;  // in order; to be applied before `reassign`
  // Customers some of whose events may now belong to another: assign each again by customer_of().
  // Only those that lose events are named; those that gain follow.
  std::vector<CustomerId> reassign;
  bool empty() const { return joined.empty() && reassign.empty(); }
};

struct Decision {
  NodeId owner = kNoNode;            // owning node; for an anonymous event the device's base node
  NodeId device = kNoNode;           // the anonymous or device id's base node, if the event has one
  std::vector<LedgerEntry> entries;  // to be stored in the same commit
  Change change;
};

struct IdentifiedNode {
  NodeId id = kNoNode;
  Identifier identifier;
  bool tenure = false;     // of a device or anonymous id
  Micros tenure_from = 0;  // the first tenure: the least Micros
};

class Identity {
 public:
  explicit Identity(Policy policy);
  ~Identity();
  Identity(Identity&&) noexcept;
  Identity& operator=(Identity&&) noexcept;

  // For decisions from now on; what was decided stays. Limits as of Policy.
  void set_policy(Policy policy);

  // Decides for one event and applies the decision. `secret` = sent with a secret key (an alias may
  // then merge two user_ids). The stored header must carry owner as node, and device.
  Decision decide(const IncomingEvent& event, Sequence sequence, Micros now, bool secret);

  // Administrative acts; the caller stores a system record with `sequence` and the entries.
  // merge: errors not_found, already_merged, limit_exceeded. A person's merge overrides an undo.
  Result<Decision> merge(CustomerId a, CustomerId b, Sequence sequence, Micros now,
                         const std::string& actor);
  // undo: errors not_found, not_a_link, already_undone.
  Result<Decision> undo(std::uint64_t link_id, Sequence sequence, Micros now,
                        const std::string& actor);
  // Closes an open conflict without joining anything. Errors: not_found, already_resolved.
  Result<Decision> dismiss(std::uint64_t conflict_id, Sequence sequence, Micros now,
                           const std::string& actor);

  // What merge and undo would do; errors as theirs, and nothing changes. A set of nodes is one
  // customer, in order of priority: the first names it. Undo leaves two, or one if the nodes are
  // joined another way too.
  using NodeSet = std::vector<IdentifiedNode>;
  Result<NodeSet> merged(CustomerId a, CustomerId b) const;
  Result<std::vector<NodeSet>> apart_without(std::uint64_t link_id) const;

  // Replay. Every stored entry, in order of its id; and every stored header, for what decide()
  // learned beyond entries (who was seen on a device when). The state reached depends on neither
  // the order of headers nor how they interleave with entries; take_changes() is exact if the
  // entries of a sequence are applied right before the header of that sequence.
  void apply(const LedgerEntry& entry);
  void observe(const EventHeader& header);
  Change take_changes();  // accumulated by apply() and observe()

  // The customer to whom an event with this header belongs now. O(1); O(log tenures) for devices.
  CustomerId customer_of(const EventHeader& header) const;
  CustomerId customer_of_node(NodeId node) const;
  NodeId node_of(const EventHeader& header) const;  // the tenure for device-owned events

  std::optional<NodeId> find(const Identifier& identifier) const;  // normalised value
  // For a device or anonymous id: the customer of its latest tenure.
  std::optional<CustomerId> find_customer(const Identifier& identifier) const;
  std::vector<IdentifiedNode> nodes_of(CustomerId customer) const;  // in order of priority
  // Links (active or undone), refusals, undoings, conflicts, resolvings; in order of id.
  std::vector<LedgerEntry> links_of(CustomerId customer) const;
  bool link_active(std::uint64_t link_id) const;
  bool conflict_open(std::uint64_t conflict_id) const;
  std::vector<LedgerEntry> conflicts(std::size_t limit) const;  // open ones, oldest first
  IdentifiedNode node(NodeId id) const;
  // Values that more than `customers` customers were seen with, the most wanted first: of a shop, a
  // family, an operator, rather than of a person. Those that the policy blocks are left out. Reads
  // the whole ledger once.
  struct SharedValue {
    IdentifiedNode node;
    std::uint32_t customers = 0;  // the one who has it, and all to whom it was refused
  };
  std::vector<SharedValue> shared_values(std::uint32_t customers, std::size_t limit) const;
  std::optional<Micros> shared_since(NodeId device) const;  // event time since which it is shared

  std::size_t node_count() const;
  std::size_t customer_count() const;  // components, also those without an event
  std::uint64_t next_ledger_id() const;
  std::size_t memory_bytes() const;

  // Checkpoint: the whole state as of a sequence, so that opening replays only what follows. The
  // file is replaced whole or not at all. load: errors no_checkpoint, checkpoint_damaged (nothing
  // loaded: rebuild from the log), newer_format.
  Status save(const std::string& file, Sequence upto) const;
  Result<Sequence> load(const std::string& file);  // the sequence it reflects

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The public name of a customer: "c" and 12 characters of [a-z2-7], from the surviving node's
// number; stable for as long as that node survives. decode gives nothing for a text of another
// shape.
std::string public_id(CustomerId customer);
std::optional<CustomerId> parse_public_id(std::string_view text);

}  // namespace viaggio::identity
