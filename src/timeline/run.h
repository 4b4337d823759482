#pragma once
// One customer's events in order: by (event time, sequence), the one total order of the product.
// A Run is a view of columns; it owns nothing and lives as long as the Snapshot it came from.
//
// Column   unit                      note
// time     microseconds UTC          non-decreasing
// kind     code of a CodeSpace       what happened (name, touchpoint, ... are look-ups by kind)
// entry    code of a CodeSpace       kind of the first event of the same session
// device   NodeId or kNoNode         base node of the anonymous or device id
// value    1/10,000 currency units   kNoValue when the event has none
// sequence place in the log          ties of time are in this order
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/event.h"

namespace viaggio::timeline {

// An event as it enters the timeline.
struct Event {
  Micros time = 0;
  Sequence sequence = 0;
  std::int64_t value = kNoValue;
  KindId kind = 0;
  NodeId device = kNoNode;
  friend bool operator<(const Event& a, const Event& b) {
    return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
  }
};

// What the codes of a run mean. A sealed block has its own small codes; in the tail code == kind.
struct CodeSpace {
  std::uint32_t size = 0;
  const KindId* kinds = nullptr;  // null: code == kind
  KindId kind(std::uint32_t code) const { return kinds == nullptr ? code : kinds[code]; }
};

// Values are sparse: a bit for each event, a running count every 512 events, the values packed.
struct SparseValues {
  const std::uint64_t* bits = nullptr;
  const std::uint32_t* ranks = nullptr;
  const std::int64_t* packed = nullptr;
  std::int64_t at(std::size_t i) const {
    const std::uint64_t word = bits[i / 64];
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    if ((word & bit) == 0) return kNoValue;
    std::uint32_t rank = ranks[i / 512];
    for (std::size_t w = i / 512 * 8; w < i / 64; ++w) {
      rank += static_cast<std::uint32_t>(std::popcount(bits[w]));
    }
    return packed[rank + static_cast<std::uint32_t>(std::popcount(word & (bit - 1)))];
  }
};

template <class CodeT>
struct Run {
  using Code = CodeT;
  CustomerId customer = kNoCustomer;
  std::uint32_t size = 0;
  const Micros* time = nullptr;
  const Code* kind = nullptr;
  const Code* entry = nullptr;
  const NodeId* device = nullptr;

  std::int64_t value(std::uint32_t i) const {
    return plain_values != nullptr ? plain_values[i] : sparse->at(first + i);
  }
  Sequence sequence(std::uint32_t i) const {
    return narrow_sequences != nullptr ? sequence_base + narrow_sequences[i] : wide_sequences[i];
  }

  // Of a tail: whether each event is in another session than the one before it, for the gap said,
  // and whether sessions interleave. Else null: a block keeps both for all its customers at once.
  const std::uint8_t* breaks = nullptr;
  Micros session_gap = 0;
  bool mixed = false;
  bool begins_session(std::uint32_t i) const { return breaks[i] != 0; }

  // How value() and sequence() find their columns; not for questions.
  const std::int64_t* plain_values = nullptr;
  const SparseValues* sparse = nullptr;
  std::size_t first = 0;
  const std::uint32_t* narrow_sequences = nullptr;
  const Sequence* wide_sequences = nullptr;
  Sequence sequence_base = 0;
};

// `table[kind]` as `result[code]` for the codes of a space; no copy where codes are kinds.
template <class T>
const T* by_code(const CodeSpace& space, const std::vector<T>& table, std::vector<T>& scratch) {
  if (space.kinds == nullptr) return table.data();
  scratch.resize(space.size);
  for (std::uint32_t c = 0; c < space.size; ++c) scratch[c] = table[space.kinds[c]];
  return scratch.data();
}

// Tells the sessions of one customer's events apart, in order: a session is the events of one
// device with gaps of at most `gap`; an event without a device is a session of its own.
class SessionMarks {
 public:
  explicit SessionMarks(Micros gap) : gap_(gap) {}
  struct Mark {
    KindId entry = 0;     // kind of the session's first event
    bool breaks = false;  // another session than that of the event before
  };
  Mark next(NodeId device, Micros time, KindId kind);
  // Some session went on after another had begun.
  bool mixed() const { return changes_ != sessions_; }
  void restart();

 private:
  struct Open {
    NodeId device;
    Micros last;
    std::uint32_t session;
    KindId entry;
  };
  Micros gap_;
  std::vector<Open> open_;  // customers have few devices
  std::uint32_t sessions_ = 0, changes_ = 0, before_ = ~std::uint32_t{0};
};

}  // namespace viaggio::timeline
