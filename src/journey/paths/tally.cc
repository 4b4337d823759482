#include "journey/paths/tally.h"

#include <algorithm>

namespace viaggio::journey {

PathLayers PathLayers::choose(std::uint32_t depth, std::uint32_t top, std::uint32_t nodes,
                              const std::vector<std::uint64_t>& counts) {
  PathLayers out;
  out.depth = depth;
  out.nodes = nodes;
  out.places = std::min(top, nodes) + 1;
  out.place_of.resize(std::size_t{depth} * nodes, out.others());
  out.shown.resize(depth);
  out.merged.resize(depth, 0);
  for (std::uint32_t layer = 0; layer < depth; ++layer) {
    auto& shown = out.shown[layer];
    const auto count = [&](select::Node n) { return counts[std::size_t{layer} * nodes + n]; };
    for (select::Node n = 0; n < nodes; ++n) {
      if (counts.empty() || count(n) != 0) shown.push_back(n);
    }
    if (shown.size() > top) {
      const auto more = [&](select::Node a, select::Node b) {
        return count(a) != count(b) ? count(a) > count(b) : a < b;
      };
      std::partial_sort(shown.begin(), shown.begin() + top, shown.end(), more);
      out.merged[layer] = static_cast<std::uint32_t>(shown.size()) - top;
      shown.resize(top);
    }
    for (Place p = 0; p < shown.size(); ++p)
      out.place_of[std::size_t{layer} * nodes + shown[p]] = p;
  }
  return out;
}

PathTally::PathTally(const PathLayers& l, bool customers, bool with_times) : layers(&l) {
  const std::size_t places = std::size_t{l.depth} * l.places;
  const std::size_t edges = std::size_t{l.depth - 1} * l.places * l.places;
  first.resize(l.places, 0);
  ended.resize(places, 0);
  cut.resize(places, 0);
  transitions.resize(edges, 0);
  if (customers) {
    node_customers.resize(places, 0);
    edge_customers.resize(edges, 0);
    last_at_node.resize(places, kNoCustomer);
    last_on_edge.resize(edges, kNoCustomer);
  }
  if (with_times) times.resize(edges);
}

void PathTally::add(PathTally& other) {
  const auto sum = [](std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
    for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
  };
  sum(first, other.first);
  sum(ended, other.ended);
  sum(cut, other.cut);
  sum(transitions, other.transitions);
  sum(node_customers, other.node_customers);
  sum(edge_customers, other.edge_customers);
  for (std::size_t e = 0; e < times.size(); ++e) times[e].take(other.times[e]);
}

}  // namespace viaggio::journey
