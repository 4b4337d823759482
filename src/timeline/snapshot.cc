#include "timeline/snapshot.h"

namespace viaggio::timeline {
namespace {

// Large enough that preparing a chunk costs little, small enough that two threads finish together.
constexpr std::uint32_t kCustomersPerChunk = 1u << 15;
constexpr std::uint32_t kTailPerChunk = 1u << 13;

std::uint64_t struck_count(const StrikeBits& bits) {
  std::uint64_t n = 0;
  for (const std::uint64_t w : bits) n += static_cast<std::uint64_t>(std::popcount(w));
  return n;
}

// Events of the customers that are struck out.
std::uint64_t struck_events(const Block& block, const StrikeBits& bits) {
  std::uint64_t n = 0;
  for (std::size_t w = 0; w < bits.size(); ++w) {
    for (std::uint64_t left = bits[w]; left != 0; left &= left - 1) {
      const auto c =
          static_cast<std::uint32_t>(w * 64 + static_cast<unsigned>(std::countr_zero(left)));
      n += block.offsets()[c + 1] - block.offsets()[c];
    }
  }
  return n;
}

}  // namespace

Snapshot::Snapshot(Sequence upto, std::uint32_t kinds, Micros earliest, Micros latest,
                   std::vector<Part> parts)
    : upto_(upto), kinds_(kinds), earliest_(earliest), latest_(latest), parts_(std::move(parts)) {
  for (std::uint32_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    std::uint64_t events = 0, customers = 0;
    if (part.block) {
      for (std::uint32_t c = 0; c < part.block->customers(); c += kCustomersPerChunk) {
        chunks_.push_back({p, c, std::min(c + kCustomersPerChunk, part.block->customers()), false});
      }
      events += part.block->events();
      customers += part.block->customers();
      if (part.struck) {
        events -= struck_events(*part.block, *part.struck);
        customers -= struck_count(*part.struck);
      }
    }
    if (part.tail) {
      const auto size = static_cast<std::uint32_t>(part.tail->size());
      for (std::uint32_t i = 0; i < size; i += kTailPerChunk) {
        chunks_.push_back({p, i, std::min(i + kTailPerChunk, size), true});
      }
      for (const TailRef& ref : *part.tail) {
        events += ref.size;
        tail_events_ += ref.size;
      }
      customers += size;
    }
    if (part.unowned) {
      unowned_ += events;
    } else {
      events_ += events;
      customers_ += customers;
    }
  }
}

}  // namespace viaggio::timeline
