#pragma once
// The question `attribution`: which touches came before a conversion, and how its credit may be
// shared among them (docs/semantics/attribution.md). Pure over its Context; thread-safe.
#include <array>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"

namespace viaggio::journey {

enum class AttributionModel {
  first,
  last,
  last_non_direct,
  linear,
  time_decay,
  u_shaped,
  j_shaped,
  inverse_j,
  participation,
  markov,
  shapley
};
inline constexpr std::size_t kAttributionModels = 11;
const std::vector<std::string>& attribution_model_names();  // by AttributionModel

struct AttributionQuestion {
  Common common;
  Selector conversion;
  std::string value;  // a field; empty: the event's money
  std::string key = "channel";
  bool every_event = false;  // touches are what passes touch_where, else beginnings of sessions
  Filters touch_where;
  Micros lookback = 30 * kDay, half_life = 7 * kDay;
  unsigned markov_order = 1;
  std::vector<AttributionModel> models;  // distinct, as asked
  bool asks(AttributionModel m) const;
};

Result<AttributionQuestion> read_attribution(const nlohmann::json& question);
Result<nlohmann::json> ask_attribution(const AttributionQuestion& question,
                                       const select::Context& context);

}  // namespace viaggio::journey
