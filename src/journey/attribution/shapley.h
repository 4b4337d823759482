#pragma once
// Shapley values of conversion rates (docs/semantics/attribution.md). One thread's.
// Source: L. S. Shapley, "A value for n-person games", 1953.
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace viaggio::journey {

struct Coalition {
  std::uint64_t journeys = 0, conversions = 0;
};
// By the set of keys of a journey, ascending.
using Coalitions = std::map<std::vector<std::uint32_t>, Coalition>;

struct ShapleyValues {
  std::vector<std::uint32_t> players;  // keys; kOthers last, where there are more than 12
  std::vector<double> phi;             // by player
};
inline constexpr std::uint32_t kOthers = 0xFFFFFFFFu;

// `ranked`: all keys, the most important first.
ShapleyValues shapley(const Coalitions& observed, std::span<const std::uint32_t> ranked);
// Of any game: worth[S] by set of players, a bit each, worth[0] the empty set's.
std::vector<double> shapley_values(std::size_t players, std::span<const double> worth);

}  // namespace viaggio::journey
