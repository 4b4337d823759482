#pragma once
// Exact quantiles of a list of durations: the nearest-rank value of the sorted list, the
// ceil(q*n)-th from 1. Always one of the list's own values; for q = 1/2 and even n the lower
// middle. Reorders the list. docs/semantics/order.md.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace viaggio {

template <class T>
std::optional<T> quantile(std::vector<T>& list, unsigned percent) {
  if (list.empty()) return std::nullopt;
  const std::size_t n = list.size();
  const std::size_t rank = (n * percent + 99) / 100;  // ceil
  const std::size_t index = rank == 0 ? 0 : rank - 1;
  std::nth_element(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(index), list.end());
  return list[index];
}

}  // namespace viaggio
