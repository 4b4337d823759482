#include <algorithm>

#include <nlohmann/json.hpp>

#include "map/answer.h"

namespace viaggio::map {

using nlohmann::json;

namespace {

constexpr std::size_t kMostHeadlines = 3;

json worst_row(const Plan& plan, const Tally& tally, std::size_t stage) {
  Row worst = kNoRow;
  for (Row r = 0; r < tally.rows; ++r) {
    const std::uint64_t losses = tally.cell(stage, r).losses;
    if (losses == 0) continue;
    const std::uint64_t most = worst == kNoRow ? 0 : tally.cell(stage, worst).losses;
    if (losses > most || (losses == most && plan.rows.text(r).id < plan.rows.text(worst).id))
      worst = r;
  }
  return worst == kNoRow ? json(nullptr) : json(plan.rows.text(worst).id);
}

json usual_device(const Plan& plan, const StageTally& stage) {
  std::size_t best = 0;
  for (std::size_t d = 1; d < stage.lost_devices.size(); ++d) {
    const std::uint64_t n = stage.lost_devices[d];
    if (n * 2 < stage.lost) continue;
    const std::uint64_t most = best == 0 ? 0 : stage.lost_devices[best];
    if (n > most || (n == most && plan.devices[d] < plan.devices[best])) best = d;
  }
  return best == 0 ? json(nullptr) : json(plan.devices[best]);
}

json optional_number(const std::optional<double>& v) { return v ? json(*v) : json(nullptr); }

}  // namespace

json write_headlines(const Plan& plan, const Tally& tally, const std::vector<Stake>& stakes) {
  std::vector<std::size_t> order;
  const auto at_stake = [&](std::size_t s) {
    return rounded_money(static_cast<double>(tally.stages[s].lost) * stakes[s].per_loss);
  };
  for (std::size_t s = 0; s + 1 < tally.n; ++s) {
    if (tally.stages[s].lost != 0) order.push_back(s);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (at_stake(a) != at_stake(b)) return at_stake(a) > at_stake(b);
    return tally.stages[a].lost_customers.count > tally.stages[b].lost_customers.count;
  });
  if (order.size() > kMostHeadlines) order.resize(kMostHeadlines);
  json out = json::array();
  for (const std::size_t s : order) {
    const StageTally& stage = tally.stages[s];
    const double left = static_cast<double>(stage.forward + stage.back + stage.lost);
    out.push_back({{"kind", "drop_off"},
                   {"from", plan.stages().stages[s].id},
                   {"to", plan.stages().stages[s + 1].id},
                   {"customers", stage.lost_customers.count},
                   {"share", static_cast<double>(stage.lost) / left},
                   {"row", worst_row(plan, tally, s)},
                   {"device", usual_device(plan, stage)},
                   {"at_stake", at_stake(s)},
                   {"at_stake_formula",
                    {{"benchmark", optional_number(stakes[s].benchmark)},
                     {"actual", optional_number(stakes[s].actual)},
                     {"value_of_next", rounded_money(stakes[s].worth_of_next)}}}});
  }
  return out;
}

}  // namespace viaggio::map
