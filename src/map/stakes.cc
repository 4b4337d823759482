#include "map/stakes.h"

#include <algorithm>
#include <cmath>

namespace viaggio::map {

namespace {

constexpr std::uint64_t kEnoughStays = 10;

std::optional<double> share(const Rate& rate) {
  if (rate.n == 0) return std::nullopt;
  return static_cast<double>(rate.moved) / static_cast<double>(rate.n);
}

std::optional<double> benchmark(const StageTally& stage, const std::optional<double>& target) {
  const auto actual = share(stage.begun);
  if (target || !actual) return target;
  double best = *actual;
  for (const Rate& period : stage.earlier) {
    if (period.n >= kEnoughStays) best = std::max(best, *share(period));
  }
  return best;
}

}  // namespace

double rounded_money(double amount) { return std::nearbyint(amount * 10'000) / 10'000; }

std::vector<Stake> stakes(const Plan& plan, const Tally& tally) {
  std::vector<Stake> out(tally.n);
  for (std::size_t s = tally.n; s-- > 0;) {
    const StageTally& stage = tally.stages[s];
    Stake& stake = out[s];
    const std::uint64_t stays = stage.entered + stage.before;
    const double own = stays == 0 ? 0 : money(stage.value) / static_cast<double>(stays);
    if (s + 1 == tally.n) {
      stake.worth = std::max(0.0, own);
      continue;
    }
    stake.actual = share(stage.begun);
    stake.benchmark = benchmark(stage, plan.stages().stages[s].target);
    stake.worth_of_next = out[s + 1].worth;
    stake.worth = std::max(0.0, own + stake.actual.value_or(0) * stake.worth_of_next);
    if (stake.actual)
      stake.per_loss = std::max(0.0, *stake.benchmark - *stake.actual) * stake.worth_of_next;
  }
  return out;
}

}  // namespace viaggio::map
