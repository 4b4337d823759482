#pragma once
// The ledger's links, refusals, undoings and conflicts, kept by node so that "why are these one
// customer" is answered from memory. Records are in order of their ledger ids. Not thread-safe for
// writing.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/ledger.h"

namespace viaggio::identity {

class CheckpointWriter;
class CheckpointReader;

using RecordIndex = std::uint32_t;
inline constexpr RecordIndex kNoRecord = 0xFFFFFFFFu;

// What the ledger says about one pair of nodes.
struct PairHistory {
  enum class Linked : std::uint8_t { never, active, undone };
  Linked linked = Linked::never;  // by the pair's latest link
  std::uint64_t link_id = 0;
  bool refused = false;  // its latest record is a refusal ...
  LinkRule refused_rule = LinkRule::none;
  bool in_conflict = false;      // a conflict about it is open
  bool conflict_closed = false;  // its latest record closes a conflict
};

class LedgerRecords {
 public:
  void add_node();
  // Keeps a link, refusal, undoing, conflict or resolving; undoing and resolving also change the
  // record they refer to.
  void add(const LedgerEntry& entry);
  PairHistory pair(NodeId a, NodeId b) const;
  std::optional<RecordIndex> find(std::uint64_t ledger_id) const;
  LedgerEntry entry(RecordIndex at) const;
  LedgerOp op(RecordIndex at) const { return static_cast<LedgerOp>(records_[at].op); }
  bool active_link(RecordIndex at) const {
    return op(at) == LedgerOp::link && records_[at].open != 0;
  }
  bool open_conflict(RecordIndex at) const {
    return op(at) == LedgerOp::conflict && records_[at].open != 0;
  }
  std::size_t size() const { return records_.size(); }
  LinkRule rule(RecordIndex at) const { return static_cast<LinkRule>(records_[at].rule); }
  std::uint64_t id(RecordIndex at) const { return records_[at].id; }
  NodeId a(RecordIndex at) const { return records_[at].a; }
  NodeId b(RecordIndex at) const { return records_[at].b; }
  NodeId other(RecordIndex at, NodeId node) const {
    return records_[at].a == node ? records_[at].b : records_[at].a;
  }
  // The node's records, newest first.
  template <class Each>
  void each_of(NodeId node, const Each& each) const {
    for (RecordIndex at = heads_[node]; at != kNoRecord; at = after(at, node)) each(at);
  }
  RecordIndex newest_of(NodeId node) const { return heads_[node]; }
  RecordIndex after(RecordIndex at, NodeId node) const {
    return records_[at].a == node ? records_[at].next_a : records_[at].next_b;
  }
  const std::set<std::uint64_t>& open_conflicts() const { return open_conflicts_; }

  std::size_t memory_bytes() const;
  void save(CheckpointWriter& out) const;
  bool load(CheckpointReader& in, std::size_t nodes);

 private:
  struct Record {
    Sequence sequence;
    Micros time;
    NodeId a, b;
    RecordIndex next_a, next_b;
    std::uint32_t id, ref;
    std::uint16_t actor;
    std::uint8_t op, rule;
    std::uint8_t open;  // an active link, an open conflict
    std::uint8_t unused[3];
  };
  static_assert(sizeof(Record) == 48);

  std::uint16_t actor_number(const std::string& actor);
  void close(std::uint64_t ledger_id);

  std::vector<Record> records_;
  std::vector<RecordIndex> heads_;
  std::vector<std::string> actors_{""};
  std::set<std::uint64_t> open_conflicts_;
};

}  // namespace viaggio::identity
