#pragma once
// What paths count, by layer and place. Layers are counted from the side a path is read from, a
// place is a shown node's number in its layer; the last place of a layer is all others.
// A Tally is one thread's; add() joins them, in any order.
#include <cstdint>
#include <vector>

#include "base/durations.h"
#include "select/sequence_walker.h"

namespace viaggio::journey {

using Place = std::uint32_t;

// Which nodes are shown in each layer.
struct PathLayers {
  // The nodes that get places; counts by layer * nodes + node, or empty: all nodes are shown.
  static PathLayers choose(std::uint32_t depth, std::uint32_t top, std::uint32_t nodes,
                           const std::vector<std::uint64_t>& counts);
  std::uint32_t depth = 0;
  std::uint32_t nodes = 0;                       // labels there are
  std::uint32_t places = 0;                      // of every layer; the last one is "all others"
  std::vector<Place> place_of;                   // by layer * nodes + node
  std::vector<std::vector<select::Node>> shown;  // by layer: the node of each place
  std::vector<std::uint32_t> merged;             // by layer: nodes with a path that are not shown
  Place others() const { return places - 1; }
  Place place(std::uint32_t layer, select::Node node) const {
    return place_of[std::size_t{layer} * nodes + node];
  }
};

struct PathTally {
  PathTally(const PathLayers& layers, bool customers, bool times);
  void add(PathTally& other);  // takes the times of `other`

  std::size_t at(std::uint32_t layer, Place place) const {
    return std::size_t{layer} * layers->places + place;
  }
  // The edge that leads to layer >= 1.
  std::size_t edge(std::uint32_t layer, Place before, Place place) const {
    return (std::size_t{layer - 1} * layers->places + before) * layers->places + place;
  }

  const PathLayers* layers;
  std::vector<std::uint64_t> first;        // by place: sequences, all of which have a layer 0
  std::vector<std::uint64_t> ended, cut;   // by at(): no further node; one beyond the last layer
  std::vector<std::uint64_t> transitions;  // by edge()
  // Only with customers:
  std::vector<std::uint64_t> node_customers, edge_customers;
  std::vector<CustomerId> last_at_node, last_on_edge;
  std::vector<Durations> times;  // by edge(); only with times
};

}  // namespace viaggio::journey
