#pragma once
// The question `value`: what customers have been worth, by recency, frequency and money, and what
// they will buy and be worth (docs/semantics/value.md). Pure over its Context; thread-safe.
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

// Those of a segment, of a cell of the grid, or of a tenth of the probabilities of still buying.
struct ValuePeople {
  std::string segment;               // "other": of none; empty: a cell or a tenth
  std::uint8_t r = 0, fm = 0;        // 1 to 5
  std::optional<std::size_t> alive;  // 0 to 9: [0, 0.1) and so on; 1 is in the last
  std::size_t limit = 100;
};

struct Forecast {
  unsigned months = 12;    // ahead
  double discount = 0.01;  // a month: how much less money counts when it comes a month later
  std::optional<std::uint32_t> holdout_weeks;  // nothing: as long as the history allows
  std::size_t limit = 100;                     // customers listed
};

struct ValueQuestion {
  bool rfm = true, clv = true;  // the parts asked for
  Common common;
  Selector orders;
  std::string field = "value";  // "value": the events' money
  Micros window = 365 * kDay;
  std::vector<Segment> segments;
  std::optional<CutOffs> cut_offs;
  Forecast forecast;
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
