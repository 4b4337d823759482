#include "journey/value/rfm.h"

#include <algorithm>

namespace viaggio::journey {

namespace {

// Limits between fifths: a value scores 1 + the fifths that lie wholly in what is smaller than it.
// The k-th limit is the smallest value with at least k fifths of all strictly below it; a missing
// one is not reached by any value.
template <class T>
std::vector<T> limits_of(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  std::vector<T> limits;
  const std::size_t n = values.size();
  for (std::size_t k = 1; k <= 4; ++k) {
    const std::size_t below = (n * k + 4) / 5;
    std::size_t at = below;
    // The value at `below` may be tied with smaller places: then its whole tie has fewer below.
    if (at < n && at > 0 && values[at - 1] == values[at])
      at = static_cast<std::size_t>(std::upper_bound(values.begin(), values.end(), values[at]) -
                                    values.begin());
    if (at >= n) break;
    limits.push_back(values[at]);
  }
  return limits;
}

template <class Limits, class T>
std::uint8_t reached(const Limits& limits, T value) {
  return static_cast<std::uint8_t>(
      std::count_if(limits.begin(), limits.end(), [&](const auto l) { return l <= value; }));
}

}  // namespace

const std::vector<Segment>& shipped_segments() {
  static const std::vector<Segment> kSegments{
      {"champions", 4, 5, 4, 5}, {"loyal", 2, 5, 3, 5},          {"potential_loyalist", 3, 5, 1, 3},
      {"new", 4, 5, 1, 1},       {"need_attention", 2, 3, 2, 3}, {"at_risk", 1, 2, 2, 5},
      {"lost", 1, 1, 1, 1},      {"hibernating", 1, 2, 1, 2}};
  return kSegments;
}

std::size_t segment_of(const std::vector<Segment>& segments, std::uint8_t r, std::uint8_t fm) {
  return static_cast<std::size_t>(std::find_if(segments.begin(), segments.end(),
                                               [&](const Segment& s) { return s.holds(r, fm); }) -
                                  segments.begin());
}

std::vector<Scores> score(const std::vector<Buyer>& buyers,
                          const std::optional<CutOffs>& cut_offs) {
  std::vector<Scores> out(buyers.size());
  if (cut_offs) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i].r = static_cast<std::uint8_t>(5 - reached(cut_offs->days, buyers[i].days));
      out[i].f = static_cast<std::uint8_t>(1 + reached(cut_offs->orders, buyers[i].orders));
      out[i].m = static_cast<std::uint8_t>(1 + reached(cut_offs->money, buyers[i].money));
    }
    return out;
  }
  auto by_rank = [&](auto value, std::uint8_t Scores::*field) {
    std::vector<std::int64_t> values(buyers.size());
    std::transform(buyers.begin(), buyers.end(), values.begin(), value);
    const auto limits = limits_of(values);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i].*field = static_cast<std::uint8_t>(1 + reached(limits, value(buyers[i])));
  };
  by_rank([](const Buyer& b) { return -static_cast<std::int64_t>(b.days); }, &Scores::r);
  by_rank([](const Buyer& b) { return static_cast<std::int64_t>(b.orders); }, &Scores::f);
  by_rank([](const Buyer& b) { return b.money; }, &Scores::m);
  return out;
}

}  // namespace viaggio::journey
