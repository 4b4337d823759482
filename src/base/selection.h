#pragma once
// Exact quantiles of many durations that several threads collected, without joining or reordering
// their lists: the lists are counted by magnitude, and only the values of the magnitude that holds
// the answer are looked at closer. As base/quantile.h otherwise: nearest rank, a value of the list.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace viaggio {

// The answer to each percentage; empty when there are no values.
std::vector<std::int64_t> select_quantiles(std::span<const std::vector<std::int64_t>* const> lists,
                                           std::span<const unsigned> percents);

}  // namespace viaggio
