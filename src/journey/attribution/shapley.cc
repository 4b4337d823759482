#include "journey/attribution/shapley.h"

#include <algorithm>
#include <bit>

namespace viaggio::journey {

namespace {
constexpr std::size_t kPlayers = 12;
constexpr double kPrior = 10;  // journeys at the common rate that every set begins with
}  // namespace

std::vector<double> shapley_values(std::size_t players, std::span<const double> worth) {
  // weight[s] = s! (n - s - 1)! / n! of joining s others
  std::vector<double> weight(players, 0);
  for (std::size_t s = 0; s < players; ++s) {
    double ways = static_cast<double>(players);  // n * (n-1 choose s)
    for (std::size_t k = 0; k < s; ++k)
      ways = ways * static_cast<double>(players - 1 - k) / static_cast<double>(k + 1);
    weight[s] = 1 / ways;
  }
  std::vector<double> phi(players, 0);
  for (std::size_t set = 0; set < worth.size(); ++set) {
    const auto size = static_cast<std::size_t>(std::popcount(set));
    for (std::size_t i = 0; i < players; ++i) {
      const std::size_t bit = std::size_t{1} << i;
      if ((set & bit) == 0) phi[i] += weight[size] * (worth[set | bit] - worth[set]);
    }
  }
  return phi;
}

ShapleyValues shapley(const Coalitions& observed, std::span<const std::uint32_t> ranked) {
  ShapleyValues out;
  const bool others = ranked.size() > kPlayers;
  const std::size_t named = others ? kPlayers - 1 : ranked.size();
  std::map<std::uint32_t, std::size_t> player_of;
  for (std::size_t i = 0; i < ranked.size(); ++i) player_of[ranked[i]] = std::min(i, named);
  out.players.assign(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(named));
  if (others) out.players.push_back(kOthers);
  const std::size_t n = out.players.size();
  std::vector<Coalition> sets(std::size_t{1} << n);
  Coalition all;
  for (const auto& [keys, c] : observed) {
    std::size_t set = 0;
    for (const std::uint32_t key : keys) set |= std::size_t{1} << player_of[key];
    sets[set].journeys += c.journeys;
    sets[set].conversions += c.conversions;
    all.journeys += c.journeys;
    all.conversions += c.conversions;
  }
  const double common =
      all.journeys == 0 ? 0
                        : static_cast<double>(all.conversions) / static_cast<double>(all.journeys);
  std::vector<double> worth(sets.size(), 0);
  for (std::size_t s = 1; s < sets.size(); ++s)
    worth[s] = (static_cast<double>(sets[s].conversions) + kPrior * common) /
               (static_cast<double>(sets[s].journeys) + kPrior);
  out.phi = shapley_values(n, worth);
  return out;
}

}  // namespace viaggio::journey
