#pragma once
// Facts without a person as series of a trend: {"fact": measure, "touchpoint"?, "campaign"?,
// "label"?}. A fact counts at the first instant of its day; filters and audiences, which choose
// events and people, do not touch it. docs/semantics/trend.md says the rules.
// Threads: pure but for the catalog, which is safe to ask from any thread.
// Errors: invalid, with the member of the question to blame.
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "catalog/catalog.h"
#include "journey/trend/trend.h"

namespace viaggio::engine {

struct FactSeries {
  std::size_t place = 0;  // among the question's series
  std::string measure, touchpoint, campaign, label;
};

// Reads the series of facts in `question`; in their places one that no event matches stands in.
Result<std::vector<FactSeries>> take_fact_series(nlohmann::json& question);

// The answer for both. `question` is what take_fact_series left, read.
Result<nlohmann::json> ask_trend_with_facts(journey::TrendQuestion question,
                                            const std::vector<FactSeries>& facts,
                                            const catalog::Catalog& catalog,
                                            const select::Context& context);

}  // namespace viaggio::engine
