#include "journey/funnel/chains.h"

#include <bit>

namespace viaggio::journey {
namespace {

std::uint64_t above(std::uint64_t bit) { return ~(bit | (bit - 1)); }
std::uint64_t lowest(std::uint64_t bits) { return bits & (~bits + 1); }

}  // namespace

std::uint32_t Chains::first(unsigned l, std::uint32_t from) const {
  std::uint32_t w = from / 64;
  if (w >= words_) return kNone;
  const std::uint64_t* const bits = level(l);
  std::uint64_t left = bits[w] >> (from % 64) << (from % 64);
  while (left == 0) {
    if (++w == words_) return kNone;
    left = bits[w];
  }
  return 64 * w + static_cast<std::uint32_t>(std::countr_zero(left));
}

std::uint32_t Chains::last(unsigned l) const {
  for (std::uint32_t w = words_; w-- > 0;) {
    if (const std::uint64_t bits = level(l)[w]; bits != 0)
      return 64 * w + 63 - static_cast<std::uint32_t>(std::countl_zero(bits));
  }
  return kNone;
}

// From its first event, an attempt takes the first event of each next level.
unsigned Chains::take(unsigned depth, std::uint32_t anchor) {
  steps[0] = anchor;
  for (unsigned l = 1; l < depth; ++l) steps[l] = first(l, steps[l - 1] + 1);
  return depth;
}

// All events stand in one word.
unsigned Chains::find_near(const Micros* time) {
  std::uint64_t* const bits = bits_.data();
  if (bits[0] == 0) return 0;
  // Without the window; what comes before its level can begin is in no chain.
  unsigned deepest = 1;
  for (; deepest < levels_; ++deepest) {
    bits[deepest] &= above(lowest(bits[deepest - 1]));
    if (bits[deepest] == 0) break;
  }
  for (unsigned depth = deepest; depth > 1; --depth) {
    for (std::uint64_t ends = bits[depth - 1]; ends != 0; ends &= ends - 1) {
      std::uint64_t before = lowest(ends) - 1;
      unsigned at = 0;
      for (unsigned l = depth - 1; l-- > 0;) {
        at = 63 - static_cast<unsigned>(std::countl_zero(bits[l] & before));
        before = (std::uint64_t{1} << at) - 1;
      }
      if (time[std::countr_zero(ends)] - time[at] <= window_) return take(depth, at);
    }
  }
  return take(1, static_cast<std::uint32_t>(std::countr_zero(bits[0])));
}

// The same, with a place for each level that only moves forward.
unsigned Chains::find_far(const Micros* time) {
  struct Place {
    std::uint32_t here, next;
  };
  std::array<std::uint32_t, kMostLevels> low;
  std::array<Place, kMostLevels> places;
  low[0] = first(0, 0);
  if (low[0] == kNone) return 0;
  unsigned deepest = 1;
  for (; deepest < levels_; ++deepest) {
    low[deepest] = first(deepest, low[deepest - 1] + 1);
    if (low[deepest] == kNone) break;
  }
  for (unsigned depth = deepest; depth > 1; --depth) {
    for (unsigned l = 0; l + 1 < depth; ++l) places[l] = {low[l], first(l, low[l] + 1)};
    for (std::uint32_t end = low[depth - 1]; end != kNone; end = first(depth - 1, end + 1)) {
      std::uint32_t before = end;
      for (unsigned l = depth - 1; l-- > 0;) {
        Place& p = places[l];
        while (p.next < before) p = {p.next, first(l, p.next + 1)};
        before = p.here;
      }
      if (time[end] - time[before] <= window_) return take(depth, before);
    }
  }
  return take(1, low[0]);
}

}  // namespace viaggio::journey
