#pragma once
// The questions `retention` and `lifecycle`: who comes back, by calendar unit
// (docs/semantics/retention.md). Pure over their Context; thread-safe.
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"

namespace viaggio::journey {

struct RetentionPeople {
  Micros cohort = 0;  // an instant in the cohort's unit
  std::size_t period = 0;
  bool returned = true;
  std::size_t limit = 100;
};

struct RetentionQuestion {
  Common common;
  Selector start, back;
  CalendarUnit unit = CalendarUnit::week;
  std::size_t periods = 12;  // after the cohort's own
  bool recurring = false, on_or_after = false;
  bool reference_previous = false, weighted = false;
  std::optional<Breakdown> breakdown;
  std::optional<RetentionPeople> people;
};

struct LifecycleQuestion {
  Common common;
  Selector selector;
  CalendarUnit unit = CalendarUnit::week;
};

Result<RetentionQuestion> read_retention(const nlohmann::json& question);
// `name` gives the public id of a customer.
Result<nlohmann::json> ask_retention(const RetentionQuestion& question,
                                     const select::Context& context,
                                     const std::function<std::string(CustomerId)>& name);
// The customers of `people`, by number, ascending; no limit.
Result<std::vector<CustomerId>> retention_people(const RetentionQuestion& question,
                                                 const select::Context& context);

Result<LifecycleQuestion> read_lifecycle(const nlohmann::json& question);
Result<nlohmann::json> ask_lifecycle(const LifecycleQuestion& question,
                                     const select::Context& context);

}  // namespace viaggio::journey
