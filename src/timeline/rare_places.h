#pragma once
// Where the rare codes of a block occur, so that a question about rare events touches only what it
// needs. A code is rare when at most one event in 1,024 has it, or one event at all: the places
// together cost little, and for any other code looking at every event is as fast. Immutable,
// thread-safe.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace viaggio::timeline {

class RarePlaces {
 public:
  template <class Code>
  RarePlaces(std::span<Code> events, std::uint32_t codes) {
    std::vector<std::uint32_t> counts(codes, 0);
    for (const Code c : events) ++counts[c];
    offsets_.resize(codes + std::size_t{1}, 0);
    rare_.resize(codes, 0);
    for (std::uint32_t c = 0; c < codes; ++c) {
      rare_[c] = counts[c] <= std::max<std::size_t>(1, events.size() / kEvery) ? 1 : 0;
      offsets_[c + 1] = offsets_[c] + (rare_[c] != 0 ? counts[c] : 0);
    }
    places_.resize(offsets_.back());
    std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
    for (std::uint32_t i = 0; i < events.size(); ++i) {
      if (rare_[events[i]] != 0) places_[next[events[i]]++] = i;
    }
  }
  bool is_rare(std::uint32_t code) const { return rare_[code] != 0; }
  bool all_rare(std::span<const std::uint32_t> codes) const {
    return std::all_of(codes.begin(), codes.end(), [&](auto c) { return is_rare(c); });
  }
  // Of a rare code, ascending.
  std::span<const std::uint32_t> of(std::uint32_t code) const {
    return std::span(places_).subspan(offsets_[code], offsets_[code + 1] - offsets_[code]);
  }

 private:
  static constexpr std::size_t kEvery = 1024;
  std::vector<std::uint32_t> offsets_, places_;
  std::vector<std::uint8_t> rare_;
};

}  // namespace viaggio::timeline
