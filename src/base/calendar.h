#pragma once
// Buckets of the calendar (days, weeks ...) of a time zone, ready to be looked up millions of
// times. Immutable after making; thread-safe.
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"

namespace viaggio {

class Calendar {
 public:
  Calendar() = default;
  // Whole units that cover [first, last]; nothing when there would be more than `most`.
  static std::optional<Calendar> cover(Micros first, Micros last, const Zone& zone,
                                       CalendarUnit unit, std::size_t most);

  std::size_t size() const { return bounds_.empty() ? 0 : bounds_.size() - 1; }
  Micros start(std::size_t bucket) const { return bounds_[bucket]; }
  const std::vector<Micros>& bounds() const { return bounds_; }
  // The bucket that holds t, which must be covered.
  std::uint32_t bucket(Micros t) const {
    auto guess = static_cast<std::size_t>(static_cast<double>(t - bounds_.front()) * per_micro_);
    if (guess >= bounds_.size() - 1) guess = bounds_.size() - 2;
    while (t < bounds_[guess]) --guess;
    while (t >= bounds_[guess + 1]) ++guess;
    return static_cast<std::uint32_t>(guess);
  }

 private:
  std::vector<Micros> bounds_;  // bucket i is [bounds[i], bounds[i + 1])
  double per_micro_ = 0;
};

}  // namespace viaggio
