#include "map/map.h"

#include <nlohmann/json.hpp>

#include "map/answer.h"
#include "map/plan.h"

namespace viaggio::map {

using nlohmann::json;

json write_stage_numbers(const StageTally& stage) {
  return {{"entered", stage.entered},   {"before", stage.before}, {"here_now", stage.here_now},
          {"forward", stage.forward},   {"back", stage.back},     {"lost", stage.lost},
          {"value", money(stage.value)}};
}

namespace {

// How large a part moves on, against the target or else the best of the earlier periods.
json write_kpi(const Plan& plan, const journey::Stage& stage, const Stake& stake) {
  const auto number = [](const std::optional<double>& v) { return v ? json(*v) : json(nullptr); };
  const bool compared = stage.target || plan.periods;
  return {{"actual", number(stake.actual)},
          {"goal", compared ? number(stake.benchmark) : json(nullptr)},
          {"target", stage.target.has_value()}};
}

json write_stages(const Plan& plan, const Tally& tally, const Tally* previous,
                  const std::vector<Stake>& at_stake) {
  json out = json::array();
  for (std::size_t s = 0; s < tally.n; ++s) {
    const journey::Stage& stage = plan.stages().stages[s];
    json one = write_stage_numbers(tally.stages[s]);
    one["id"] = stage.id;
    one["label"] = {{"it", stage.label.it}, {"en", stage.label.en}};
    if (previous != nullptr) one["previous"] = write_stage_numbers(previous->stages[s]);
    if (s + 1 < tally.n) one["kpi"] = write_kpi(plan, stage, at_stake[s]);
    if (!stage.owner.empty()) one["owner"] = stage.owner;
    if (!stage.sources_it.empty())
      one["needs"] = {{"it", stage.sources_it}, {"en", stage.sources_en}};
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Result<json> ask_map(const journey::StageModel& model, const MapQuestion& question,
                     const select::Context& context, const Reach& reach) {
  auto plan = make_plan(model, question, question.common.range, context);
  if (!plan) return tl::unexpected(plan.error());
  Tally tally = count(**plan, context);
  std::optional<Tally> previous;
  if (question.compare_range) {
    auto other = make_plan(model, question, *question.compare_range, context);
    if (!other) return tl::unexpected(other.error());
    previous = count(**other, context);
  }
  const std::vector<Stake> at_stake = stakes(**plan, tally);
  json out;
  out["model"] = model.id;
  out["stages"] = write_stages(**plan, tally, previous ? &*previous : nullptr, at_stake);
  out["flows"] = write_flows(**plan, tally, context.threads);
  write_grid(out, **plan, tally, at_stake);
  out["emotion"] = write_emotion(**plan, tally);
  out["headlines"] = write_headlines(**plan, tally, at_stake);
  out["reach"] = json::array();
  for (const auto& [measure, value] : reach)
    out["reach"].push_back({{"measure", measure}, {"value", value}});
  out["histogram"] = json::array();
  for (std::size_t m = 0; m < kMonths; ++m) {
    out["histogram"].push_back(
        {{"start", context.zone.date((*plan)->months[m])}, {"customers", tally.histogram[m]}});
  }
  return out;
}

}  // namespace viaggio::map
