#pragma once
// One function for each kind of question that SQL can say. The text is worth nothing when `words`
// has a reason.
#include "journey/funnel/question.h"
#include "journey/retention/retention.h"
#include "journey/transitions/transitions.h"
#include "journey/trend/trend.h"
#include "questions_in_sql/words.h"

namespace viaggio::questions_in_sql {

std::string trend(const journey::TrendQuestion& question, Words& words);
std::string retention(const journey::RetentionQuestion& question, Words& words);
std::string lifecycle(const journey::LifecycleQuestion& question, Words& words);
std::string transitions(const journey::TransitionsQuestion& question, Words& words);
std::string funnel(const journey::FunnelQuestion& question, Words& words);

// Nearest rank, as every question takes it: the value at place ceil(n * tenths / 10).
std::string quantile(const std::string& value, unsigned tenths);
// ",\nunits AS (...)": all calendar units that are answered, gaps included, as column `unit`.
// `of`: a table whose column `unit` says the rest where the range does not.
std::string units_between(const Words& words, const Range& range, const std::string& of,
                          bool also_without_any);

}  // namespace viaggio::questions_in_sql
