#include "identity/components.h"

#include "identity/checkpoint.h"
#include "identity/nodes.h"

namespace viaggio::identity {

void Components::add(NodeId node, IdentifierType type) {
  push_frugally(labels_, node);
  push_frugally(next_, node);
  push_frugally(survivors_, node);
  push_frugally(sizes_, std::uint32_t{1});
  push_frugally(counts_, one(type));
  ++components_;
}

std::uint64_t Components::sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  for (std::size_t t = 0; t < kCountedTypes; ++t) {
    const std::uint64_t added = ((a >> (5 * t)) & kMostCounted) + ((b >> (5 * t)) & kMostCounted);
    out |= (added < kMostCounted ? added : kMostCounted) << (5 * t);
  }
  return out;
}

std::size_t Components::memory_bytes() const {
  return (labels_.capacity() + next_.capacity() + survivors_.capacity() + sizes_.capacity()) * 4 +
         counts_.capacity() * 8;
}

void Components::save(CheckpointWriter& out) const {
  out.array(labels_);
  out.array(next_);
  out.array(survivors_);
  out.array(sizes_);
  out.array(counts_);
  out.number(components_);
}

bool Components::load(CheckpointReader& in, std::size_t nodes) {
  in.array(labels_);
  in.array(next_);
  in.array(survivors_);
  in.array(sizes_);
  in.array(counts_);
  components_ = in.number();
  return in.good() && labels_.size() == nodes && next_.size() == nodes &&
         survivors_.size() == nodes && sizes_.size() == nodes && counts_.size() == nodes;
}

}  // namespace viaggio::identity
