#pragma once
// Picks the events that mean something out of a slice or a run, by their kinds alone and some
// thousands at a time, so that a question touches the other columns for those only. Where a
// question is about customers with some rare event, it looks at those alone. One thread's working
// memory.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "timeline/block.h"

namespace viaggio::select {

// The codes whose flag is set.
inline void codes_with(const std::uint8_t* flags, std::uint32_t codes,
                       std::vector<std::uint32_t>& out) {
  out.clear();
  for (std::uint32_t c = 0; c < codes; ++c) {
    if (flags[c] != 0) out.push_back(c);
  }
}

// The customers of a slice who have some rare event, found without a look at anybody else.
class RareCustomers {
 public:
  // Of those who have an event of one of the codes, ascending. False where not all codes are rare.
  template <class Code>
  bool find(const timeline::Slice<Code>& s, std::span<const std::uint32_t> codes) {
    customers_.clear();
    if (codes.empty()) return true;
    const timeline::RarePlaces& rare = s.block->rare_places();
    if (!rare.all_rare(codes)) return false;
    found_.clear();
    for (const std::uint32_t c : codes) {
      const auto all = rare.of(c);
      const auto first = std::lower_bound(all.begin(), all.end(), s.offsets[s.from]);
      found_.insert(found_.end(), first, std::lower_bound(first, all.end(), s.offsets[s.to]));
    }
    std::sort(found_.begin(), found_.end());
    const std::uint32_t* at = s.offsets + s.from;
    const std::uint32_t* const last = s.offsets + s.to;
    for (const std::uint32_t place : found_) {
      if (!customers_.empty() && place < s.offsets[customers_.back() + 1]) continue;
      at = std::upper_bound(at, last, place);
      customers_.push_back(static_cast<std::uint32_t>(at - s.offsets) - 1);
    }
    return true;
  }
  std::span<const std::uint32_t> customers() const { return customers_; }

 private:
  std::vector<std::uint32_t> found_, customers_;
};

class Picked {
 public:
  // each(customer, places): the places of a customer's picked events in the columns, in order;
  // customers that are struck out or have none do not come. `wanted` by code, 0 or 1. A customer
  // without an event of the codes `needed` may be left out.
  template <class Code, class Each>
  void slice(const timeline::Slice<Code>& s, const std::uint8_t* wanted,
             std::span<const std::uint32_t> needed, Each&& each) {
    if (!rare_.find(s, needed)) return slice(s, wanted, each);
    for (const std::uint32_t c : rare_.customers()) {
      const auto at = pick(s.kind, s.offsets[c], s.offsets[c + 1], wanted);
      if (!at.empty() && !s.is_struck(c)) each(c, at);
    }
  }
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
  RareCustomers rare_;
};

}  // namespace viaggio::select
