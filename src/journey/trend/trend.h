#pragma once
// The question `trend`: how much of it, over time (docs/semantics/trend.md). Pure over its Context;
// thread-safe.
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"

namespace viaggio::journey {

enum class Measure { events, customers, sum, mean, median, p90, min, max };

struct TrendSeries {
  Selector selector;
  Measure measure = Measure::events;
  std::string field;
  std::string label;
};

struct TrendQuestion {
  Common common;
  std::vector<TrendSeries> series;
  CalendarUnit interval = CalendarUnit::day;
  std::optional<Breakdown> breakdown;
};

Result<TrendQuestion> read_trend(const nlohmann::json& question);
Result<nlohmann::json> ask_trend(const TrendQuestion& question, const select::Context& context);

}  // namespace viaggio::journey
