#pragma once
// The attempt that counts, of a funnel whose steps are ordered and bound by one window alone, found
// in bits: a bit for each event of a customer and each level. docs/semantics/funnel.md says which
// attempt it is: the deepest, then the first to get there, then the one that began last.
//
// Of the chains that end at one event, the one that takes the last event of each level before,
// going backwards, begins last of all; if it is too long, so are the others. And it begins no
// earlier than the one of any earlier end. So each end is tried once, the deepest level's first.
// One thread's working memory.
#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace viaggio::journey {

class Chains {
 public:
  static constexpr unsigned kMostLevels = 64;
  static constexpr std::uint32_t kNone = 0xFFFFFFFFu;

  Chains(unsigned levels, Micros window) : levels_(levels), window_(window) {}

  // Room for a customer of `events` events, one bit each for every level; words of a level follow
  // one another. The caller fills all of it.
  void resize(std::uint32_t events) {
    words_ = (events + 63) / 64;
    if (bits_.size() < std::size_t{words_} * levels_) bits_.resize(std::size_t{words_} * levels_);
  }
  std::uint32_t words() const { return words_; }
  std::uint64_t* level(unsigned l) { return bits_.data() + std::size_t{l} * words_; }
  const std::uint64_t* level(unsigned l) const { return bits_.data() + std::size_t{l} * words_; }
  // The first event of level l at `from` or later; kNone where there is none.
  std::uint32_t first(unsigned l, std::uint32_t from) const;
  // The last event of level l; kNone where there is none.
  std::uint32_t last(unsigned l) const;

  // How deep the attempt that counts gets, 0 without any; `steps` are its events up to there.
  // `time` of each event of the customer.
  unsigned find(const Micros* time) { return words_ == 1 ? find_near(time) : find_far(time); }
  std::array<std::uint32_t, kMostLevels> steps;

 private:
  unsigned find_near(const Micros* time);
  unsigned find_far(const Micros* time);
  unsigned take(unsigned depth, std::uint32_t anchor);

  unsigned levels_;
  Micros window_;
  std::uint32_t words_ = 0;
  std::vector<std::uint64_t> bits_;
};

}  // namespace viaggio::journey
