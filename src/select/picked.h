#pragma once
// Picks the events that mean something out of a slice or a run, by their kinds alone and some
// thousands at a time, so that a question touches the other columns for those only. One thread's
// working memory.
#include <cstdint>
#include <span>
#include <vector>

#include "timeline/block.h"

namespace viaggio::select {

class Picked {
 public:
  // each(customer, places): the places of a customer's picked events in the columns, in order;
  // customers that are struck out or have none do not come. `wanted` by code, 0 or 1.
  template <class Code, class Each>
  void slice(const timeline::Slice<Code>& s, const std::uint8_t* wanted, Each&& each) {
    for (std::uint32_t c = s.from, next = c; c < s.to; c = next) {
      while (next < s.to && (next == c || s.offsets[next + 1] - s.offsets[c] <= kAtOnce)) ++next;
      const std::span<const std::uint32_t> all =
          pick(s.kind, s.offsets[c], s.offsets[next], wanted);
      for (std::size_t u = c, k = 0; u < next; ++u) {
        const std::size_t first = k;
        while (k < all.size() && all[k] < s.offsets[u + 1]) ++k;
        const auto customer = static_cast<std::uint32_t>(u);
        if (k != first && !s.is_struck(customer)) each(customer, all.subspan(first, k - first));
      }
    }
  }
  template <class RunT>
  std::span<const std::uint32_t> run(const RunT& r, const std::uint8_t* wanted) {
    return pick(r.kind, 0, r.size, wanted);
  }

 private:
  static constexpr std::uint32_t kAtOnce = 1u << 13;

  template <class Code>
  std::span<const std::uint32_t> pick(const Code* kind, std::uint32_t from, std::uint32_t to,
                                      const std::uint8_t* wanted) {
    if (places_.size() < to - from + std::size_t{1}) places_.resize(to - from + std::size_t{1});
    std::uint32_t* out = places_.data();
    std::size_t n = 0;
    for (std::uint32_t i = from; i < to; ++i) {
      out[n] = i;  // without a branch: which events are wanted cannot be predicted
      n += wanted[kind[i]];
    }
    return {places_.data(), n};
  }
  std::vector<std::uint32_t> places_;
};

}  // namespace viaggio::select
