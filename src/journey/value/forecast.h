#pragma once
// What customers will buy and be worth: the part `clv` of the question `value`
// (docs/semantics/value.md), with how well the same forecast would have done before. Internal to
// the module.
#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "journey/value/value.h"

namespace viaggio::journey {

// An object with `reason` instead of numbers where there are too few repeat customers.
Result<nlohmann::json> forecast(const ValueQuestion& question, const select::Context& context,
                                const std::function<std::string(CustomerId)>& name);
// The customers whose probability of still buying is in the tenth asked for, in no order.
Result<std::vector<CustomerId>> forecast_people(const ValueQuestion& question,
                                                const select::Context& context);

}  // namespace viaggio::journey
