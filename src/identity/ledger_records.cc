#include "identity/ledger_records.h"

#include <algorithm>

#include "identity/checkpoint.h"
#include "identity/nodes.h"

namespace viaggio::identity {

std::uint16_t LedgerRecords::actor_number(const std::string& actor) {
  const auto at = std::find(actors_.begin(), actors_.end(), actor);
  if (at != actors_.end()) return static_cast<std::uint16_t>(at - actors_.begin());
  // More than 65,535 different people: the later ones go unnamed here; the log still names them.
  if (actors_.size() > 0xFFFF) return 0;
  actors_.push_back(actor);
  return static_cast<std::uint16_t>(actors_.size() - 1);
}

void LedgerRecords::add_node() { push_frugally(heads_, kNoRecord); }

void LedgerRecords::close(std::uint64_t ledger_id) {
  if (const auto at = find(ledger_id)) records_[*at].open = 0;
  open_conflicts_.erase(ledger_id);
}

void LedgerRecords::add(const LedgerEntry& e) {
  if (e.op == LedgerOp::undo || e.op == LedgerOp::resolve) close(e.ref);
  const bool open = e.op == LedgerOp::link || e.op == LedgerOp::conflict;
  if (e.op == LedgerOp::conflict) open_conflicts_.insert(e.id);
  const auto at = static_cast<RecordIndex>(records_.size());
  push_frugally(records_, Record{e.sequence,
                                 e.time,
                                 e.a,
                                 e.b,
                                 heads_[e.a],
                                 heads_[e.b],
                                 static_cast<std::uint32_t>(e.id),
                                 static_cast<std::uint32_t>(e.ref),
                                 actor_number(e.actor),
                                 static_cast<std::uint8_t>(e.op),
                                 static_cast<std::uint8_t>(e.rule),
                                 static_cast<std::uint8_t>(open ? 1 : 0),
                                 {}});
  heads_[e.a] = at;
  heads_[e.b] = at;
}

// Walks both nodes' records in step and stops with the shorter, so that a much linked node (a
// kiosk, a shop's own e-mail address) costs no more than its counterpart.
PairHistory LedgerRecords::pair(NodeId a, NodeId b) const {
  RecordIndex x = heads_[a], y = heads_[b];
  NodeId walk = a;
  for (; x != kNoRecord && y != kNoRecord; x = after(x, a), y = after(y, b)) {
  }
  if (x != kNoRecord) walk = b;
  PairHistory out;
  bool newest = true;
  for (RecordIndex at = heads_[walk]; at != kNoRecord; at = after(at, walk)) {
    const Record& r = records_[at];
    if (!((r.a == a && r.b == b) || (r.a == b && r.b == a))) continue;
    const LedgerOp o = op(at);
    if (o == LedgerOp::conflict && r.open != 0) out.in_conflict = true;
    if (o == LedgerOp::refuse && newest) {
      out.refused = true;
      out.refused_rule = static_cast<LinkRule>(r.rule);
    }
    if (o == LedgerOp::resolve && newest) out.conflict_closed = true;
    newest = false;
    if (o == LedgerOp::link && out.linked == PairHistory::Linked::never) {
      out.linked = r.open != 0 ? PairHistory::Linked::active : PairHistory::Linked::undone;
      out.link_id = r.id;
    }
  }
  return out;
}

std::optional<RecordIndex> LedgerRecords::find(std::uint64_t ledger_id) const {
  const auto at = std::lower_bound(records_.begin(), records_.end(), ledger_id,
                                   [](const Record& r, std::uint64_t id) { return r.id < id; });
  if (at == records_.end() || at->id != ledger_id) return std::nullopt;
  return static_cast<RecordIndex>(at - records_.begin());
}

LedgerEntry LedgerRecords::entry(RecordIndex at) const {
  const Record& r = records_[at];
  LedgerEntry e;
  e.id = r.id;
  e.sequence = r.sequence;
  e.time = r.time;
  e.op = static_cast<LedgerOp>(r.op);
  e.rule = static_cast<LinkRule>(r.rule);
  e.a = r.a;
  e.b = r.b;
  e.ref = r.ref;
  e.actor = actors_[r.actor];
  return e;
}

std::size_t LedgerRecords::memory_bytes() const {
  return records_.capacity() * sizeof(Record) + heads_.capacity() * sizeof(RecordIndex) +
         open_conflicts_.size() * 48;
}

void LedgerRecords::save(CheckpointWriter& out) const {
  out.array(records_);
  out.array(heads_);
  out.number(actors_.size());
  for (const std::string& actor : actors_) out.text(actor);
}

bool LedgerRecords::load(CheckpointReader& in, std::size_t nodes) {
  in.array(records_);
  in.array(heads_);
  const std::uint64_t actors = in.number();
  actors_.clear();
  for (std::uint64_t i = 0; i < actors && in.good(); ++i) actors_.push_back(in.text());
  for (RecordIndex at = 0; at < records_.size(); ++at) {
    if (open_conflict(at)) open_conflicts_.insert(records_[at].id);
  }
  return in.good() && heads_.size() == nodes && !actors_.empty();
}

}  // namespace viaggio::identity
