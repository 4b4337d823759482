#pragma once
// docs/semantics/sequences.md, word for word. Naive reference; only tests link it.
#include "questions.h"

namespace viaggio::reference {

struct Node {
  std::string label;
  Micros time = 0;
};
struct Sequence {
  std::string customer;
  std::vector<const Event*> events;      // what counts of the unit, between the anchors
  std::vector<Node> nodes;               // after collapsing; not empty
  Micros first_node = 0, last_node = 0;  // times of the first and last event with a node
};
struct SequenceOptions {
  std::string unit = "session", node = "name";
  std::optional<Selector> start, end;
  std::vector<Selector> exclude;
  bool collapse = true;
};

Result<Selector> read_checked(const Ask& ask, const json& selector, const std::string& path);
Result<SequenceOptions> read_sequence_options(const Ask& ask, ObjectReader& question);
std::vector<Sequence> sequences_of(const Ask& ask, const SequenceOptions& options);
// `people` of a question: the names, at most `limit` (100).
json limited(const std::set<std::string>& names, std::optional<std::int64_t> limit);

}  // namespace viaggio::reference
