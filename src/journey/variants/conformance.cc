#include "journey/variants/conformance.h"

#include <algorithm>
#include <limits>

namespace viaggio::journey {

using select::Node;

const std::vector<std::string>& deviation_names() {
  static const std::vector<std::string> names{"skipped", "inserted", "wrong_order"};
  return names;
}

Design::Design(const std::vector<DesignStep>& steps, const select::NodeLabels& nodes)
    : steps_(steps), nodes_(&nodes), known_of_node_(nodes.labels.size(), 0) {
  for (const DesignStep& step : steps) {
    std::string joined;
    for (const std::string& label : step.labels) {
      joined += (joined.empty() ? "" : " / ") + label;
      const auto node = nodes.find(label);
      if (node && known_of_node_[*node] == 0)
        known_of_node_[*node] = static_cast<std::uint32_t>(knowns_++);
    }
    labels_.push_back(std::move(joined));
  }
  takes_.resize(steps.size() * knowns_, 0);
  for (std::size_t j = 0; j < steps.size(); ++j) {
    for (const std::string& label : steps[j].labels) {
      if (const auto node = nodes.find(label)) takes_[j * knowns_ + known_of_node_[*node]] = 1;
    }
  }
}

Aligner::Best Aligner::best(std::span<const Node> nodes, std::size_t i, std::size_t j,
                            bool matched) const {
  constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  const bool more_nodes = i < nodes.size(), more_steps = j < design_.size();
  if (!more_nodes && !more_steps) return {0, kDone};
  Best found{kNever, kDone};
  // Earlier moves win ties.
  const auto offer = [&](std::uint32_t cost, Move move) {
    if (cost < found.cost) found = {cost, move};
  };
  if (more_nodes && more_steps && design_.takes(j, nodes[i]))
    offer(later_[2 * (j + 1) + (design_.step(j).repeat ? 1 : 0)], kMatch);
  if (more_nodes && matched && design_.takes(j - 1, nodes[i])) offer(later_[2 * j + 1], kRepeat);
  if (more_steps) offer(here_[2 * (j + 1)] + (design_.step(j).optional ? 0 : 1), kSkip);
  if (more_nodes) offer(later_[2 * j + (matched ? 1 : 0)] + 1, kInsert);
  return found;
}

void Aligner::fill(std::span<const Node> nodes) {
  const std::size_t steps = design_.size();
  here_.assign(2 * (steps + 1), 0);
  later_.assign(2 * (steps + 1), 0);
  moves_.resize((nodes.size() + 1) * (steps + 1));
  for (std::size_t i = nodes.size() + 1; i-- > 0;) {
    for (std::size_t j = steps + 1; j-- > 0;) {
      const Best plain = best(nodes, i, j, false);
      here_[2 * j] = plain.cost;
      const bool repeats = j > 0 && design_.step(j - 1).repeat;
      const Best matched = repeats ? best(nodes, i, j, true) : plain;
      here_[2 * j + 1] = matched.cost;
      moves_[i * (steps + 1) + j] = static_cast<std::uint8_t>(plain.move | matched.move << 4);
    }
    std::swap(here_, later_);
  }
}

void Aligner::walk(std::span<const Node> nodes) {
  std::size_t i = 0, j = 0;
  bool matched = false;
  while (true) {
    const std::uint8_t both = moves_[i * (design_.size() + 1) + j];
    switch (static_cast<Move>(matched ? both >> 4 : both & 15)) {
      case kMatch:
        matched = design_.step(j).repeat;
        ++i;
        ++j;
        break;
      case kRepeat:
        ++i;
        break;
      case kSkip:
        if (!design_.step(j).optional) skipped_.push_back(static_cast<std::uint32_t>(j));
        matched = false;
        ++j;
        break;
      case kInsert:
        deviations_.push_back({DeviationKind::inserted, nodes[i]});
        ++i;
        break;
      case kDone:
        return;
    }
  }
}

void Aligner::pair_wrong_order() {
  for (Deviation& d : deviations_) {
    const auto at = std::find_if(skipped_.begin(), skipped_.end(),
                                 [&](std::uint32_t step) { return design_.takes(step, d.what); });
    if (at == skipped_.end()) continue;
    d.kind = DeviationKind::wrong_order;
    skipped_.erase(at);
  }
  for (const std::uint32_t step : skipped_) deviations_.push_back({DeviationKind::skipped, step});
}

std::span<const Deviation> Aligner::align(std::span<const Node> nodes) {
  deviations_.clear();
  skipped_.clear();
  fill(nodes);
  walk(nodes);
  pair_wrong_order();
  return deviations_;
}

}  // namespace viaggio::journey
