#pragma once
// Which nodes are one customer. Every node carries the label of its component; joining relabels the
// smaller side (circular lists), so n joins cost O(n log n) whatever their order. The customer's
// number is the component's survivor: the node of the highest-priority identifier, the oldest on a
// tie. Each component knows how many values of each identifier type it holds, up to 31.
// Not thread-safe for writing.
#include <cstdint>
#include <utility>
#include <vector>

#include "model/event.h"

namespace viaggio::identity {

class CheckpointWriter;
class CheckpointReader;

inline constexpr std::size_t kCountedTypes = 11;  // all but device_id and anonymous_id
inline constexpr std::uint32_t kMostCounted = 31;

class Components {
 public:
  void add(NodeId node, IdentifierType type);  // nodes come in order of their numbers
  NodeId label(NodeId node) const { return labels_[node]; }
  CustomerId customer(NodeId node) const { return survivors_[labels_[node]]; }
  std::uint32_t nodes_in(NodeId label) const { return sizes_[label]; }
  std::uint32_t values_in(NodeId label, std::size_t type) const {
    return static_cast<std::uint32_t>(counts_[label] >> (5 * type)) & kMostCounted;
  }
  std::size_t count() const { return components_; }

  // Joins the components of a and b, which differ. type_of(node) -> IdentifierType.
  template <class TypeOf>
  void join(NodeId a, NodeId b, const TypeOf& type_of) {
    NodeId big = labels_[a], small = labels_[b];
    if (sizes_[big] < sizes_[small]) std::swap(big, small);
    const NodeId s = survivors_[small], t = survivors_[big];
    if (precedes(type_of(s), s, type_of(t), t)) survivors_[big] = s;
    counts_[big] = sum(counts_[big], counts_[small]);
    sizes_[big] += sizes_[small];
    NodeId at = small;
    do {
      labels_[at] = big;
      at = next_[at];
    } while (at != small);
    std::swap(next_[small], next_[big]);
    --components_;
  }
  // Cuts one component in two; together `part` and `rest` are all its nodes, neither is empty.
  template <class TypeOf>
  void split(const std::vector<NodeId>& part, const std::vector<NodeId>& rest,
             const TypeOf& type_of) {
    make(part, type_of);
    make(rest, type_of);
    ++components_;
  }
  template <class Each>
  void each_node(NodeId node, const Each& each) const {
    NodeId at = node;
    do {
      each(at);
      at = next_[at];
    } while (at != node);
  }

  std::size_t memory_bytes() const;
  void save(CheckpointWriter& out) const;
  bool load(CheckpointReader& in, std::size_t nodes);

 private:
  template <class TypeOf>
  void make(const std::vector<NodeId>& members, const TypeOf& type_of) {
    const NodeId chosen = members.front();
    sizes_[chosen] = static_cast<std::uint32_t>(members.size());
    counts_[chosen] = 0;
    survivors_[chosen] = chosen;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const NodeId node = members[i];
      labels_[node] = chosen;
      next_[node] = members[i + 1 == members.size() ? 0 : i + 1];
      counts_[chosen] = sum(counts_[chosen], one(type_of(node)));
      const NodeId best = survivors_[chosen];
      if (precedes(type_of(node), node, type_of(best), best)) survivors_[chosen] = node;
    }
  }
  static bool precedes(IdentifierType type, NodeId node, IdentifierType than_type, NodeId than) {
    return type != than_type ? type < than_type : node < than;
  }
  static std::uint64_t one(IdentifierType type) {
    const auto t = static_cast<std::size_t>(type);
    return t < kCountedTypes ? std::uint64_t{1} << (5 * t) : 0;
  }
  static std::uint64_t sum(std::uint64_t a, std::uint64_t b);

  std::vector<NodeId> labels_, next_;
  // By label; meaningless at other nodes.
  std::vector<NodeId> survivors_;
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint64_t> counts_;
  std::size_t components_ = 0;
};

}  // namespace viaggio::identity
