#pragma once
// The question `value`: what customers have been worth, by recency, frequency and money
// (docs/semantics/value.md). Pure over its Context; thread-safe.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/value/rfm.h"
#include "model/question.h"
#include "select/context.h"

namespace viaggio::journey {

// Those of a segment, or of a cell of the grid.
struct ValuePeople {
  std::string segment;         // "other": of none; empty: a cell
  std::uint8_t r = 0, fm = 0;  // 1 to 5
  std::size_t limit = 100;
};

struct ValueQuestion {
  Common common;
  Selector orders;
  std::string field = "value";  // "value": the events' money
  Micros window = 365 * kDay;
  std::vector<Segment> segments;
  std::optional<CutOffs> cut_offs;
  std::optional<ValuePeople> people;
};

Result<ValueQuestion> read_value(const nlohmann::json& question);
// `name` gives the public id of a customer.
Result<nlohmann::json> ask_value(const ValueQuestion& question, const select::Context& context,
                                 const std::function<std::string(CustomerId)>& name);
// The customers of `people`, in no order; no limit.
Result<std::vector<CustomerId>> value_people(const ValueQuestion& question,
                                             const select::Context& context);

}  // namespace viaggio::journey
