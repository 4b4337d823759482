#pragma once
// How a sequence of nodes differs from a designed one (docs/semantics/variants.md, Conformance).
// A Design is immutable; an Aligner is one thread's working memory. Time and memory of one
// alignment grow with nodes times steps.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "select/sequences.h"

namespace viaggio::journey {

struct DesignStep {
  std::vector<std::string> labels;  // any of them
  bool optional = false, repeat = false;
};

enum class DeviationKind : std::uint8_t { skipped, inserted, wrong_order };
const std::vector<std::string>& deviation_names();  // by kind

struct DeviationName {
  DeviationKind kind = DeviationKind::skipped;
  std::string label;
  friend bool operator==(const DeviationName&, const DeviationName&) = default;
};

// The steps over the nodes of a plan.
class Design {
 public:
  Design(const std::vector<DesignStep>& steps, const select::NodeLabels& nodes);
  std::size_t size() const { return steps_.size(); }
  const DesignStep& step(std::size_t j) const { return steps_[j]; }
  bool takes(std::size_t step, select::Node node) const {
    const std::uint32_t known = known_of_node_[node];
    return known != 0 && takes_[step * knowns_ + known] != 0;
  }
  const std::string& label(std::size_t step) const { return labels_[step]; }
  const std::string& node_label(select::Node node) const { return nodes_->labels[node]; }

 private:
  std::vector<DesignStep> steps_;
  const select::NodeLabels* nodes_;
  std::vector<std::string> labels_;           // by step
  std::vector<std::uint32_t> known_of_node_;  // 0: in no step
  std::size_t knowns_ = 1;
  std::vector<std::uint8_t> takes_;  // by step * knowns + known
};

// Of a skipped step its number, otherwise of the node.
struct Deviation {
  DeviationKind kind = DeviationKind::skipped;
  std::uint32_t what = 0;
  friend auto operator<=>(const Deviation&, const Deviation&) = default;
};

class Aligner {
 public:
  explicit Aligner(const Design& design) : design_(design) {}
  // The deviations of the cheapest alignment, in no particular order; none: it replays.
  std::span<const Deviation> align(std::span<const select::Node> nodes);

 private:
  enum Move : std::uint8_t { kMatch, kRepeat, kSkip, kInsert, kDone };
  struct Best {
    std::uint32_t cost;
    Move move;
  };
  void fill(std::span<const select::Node> nodes);
  Best best(std::span<const select::Node> nodes, std::size_t i, std::size_t j, bool matched) const;
  void walk(std::span<const select::Node> nodes);
  void pair_wrong_order();

  const Design& design_;
  // By (step done, matched): the cost from here and from one node later.
  std::vector<std::uint32_t> here_, later_;
  std::vector<std::uint8_t> moves_;  // by (node, step done): two moves, the matched one high
  std::vector<std::uint32_t> skipped_;
  std::vector<Deviation> deviations_;
};

}  // namespace viaggio::journey
