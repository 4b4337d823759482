#pragma once
// Sequences of nodes (docs/semantics/sequences.md): what transitions, paths and variants count.
// A SequenceQuestion is what was asked, a SequencePlan is that over one Context: which events
// count, which node each has, where a sequence begins and ends. select/sequence_walker.h finds
// them. A plan is immutable after making and thread-safe; it refers to nothing but shared columns.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"
#include "select/event_filter.h"

namespace viaggio::select {

// A label's number: 0, 1, ... in the order of the labels' bytes.
using Node = std::uint32_t;
inline constexpr Node kNoNodeHere = 0xFFFFFFFFu;

struct SequenceQuestion {
  enum class Unit : std::uint8_t { session, customer, journey, field };
  Unit unit = Unit::session;
  std::string unit_field;  // of Unit::field
  Micros session_gap = 0;  // 0 = the workspace's
  std::string node = "name";
  bool collapse_repeats = true;
  std::optional<Selector> start, end;
  std::vector<Selector> exclude;
};

// Takes unit, session_gap, node and collapse_repeats out of a question.
Result<SequenceQuestion> read_sequences(ObjectReader& question);
// And start, end, exclude, with the units that need them.
Result<SequenceQuestion> read_anchored_sequences(ObjectReader& question);

// Field codes with the same text are one node.
struct NodeLabels {
  std::vector<std::string> labels;  // by node
  std::vector<Node> of_code;        // kNoNodeHere: no value
  static NodeLabels of(const Field& field);
  std::optional<Node> find(const std::string& label) const;
};

// What an event is to a sequence, as bits.
using Meaning = std::uint8_t;
inline constexpr Meaning kMayBeNode = 1, kIsStart = 2, kIsEnd = 4, kIsGoal = 8;
inline constexpr Meaning kAskEvent = 16;  // the kind alone does not say

struct SequencePlan {
  static Result<SequencePlan> make(const SequenceQuestion& question, const Common& common,
                                   const std::optional<Selector>& goal, const Context& context);

  SequenceQuestion question;
  bool by_session() const { return question.unit == SequenceQuestion::Unit::session; }
  bool by_table() const {  // a kind, with its session's first one, says the node
    return field.source() == Field::Source::kind || field.source() == Field::Source::channel;
  }
  Field field;
  NodeLabels nodes;
  std::unique_ptr<const Field> unit;  // of Unit::field
  EventFilter where;
  std::vector<EventFilter> exclude;
  std::optional<EventFilter> start, end, goal;
  CustomerFilter audience;
  std::vector<Meaning> meaning;  // by kind
  Micros gap = 0;
  Micros from = 0, until = 0;  // events inside [from, until)
  bool holds_all = false;      // no event of the snapshot lies outside
};

}  // namespace viaggio::select
