#pragma once
// The SQL of a question (docs/sql.md), for whoever wants to check a number. Thread-safe.
#include <string>
#include <string_view>

#include "base/result.h"

namespace viaggio::engine {

class Engine;

// `body`: {"kind","question"} -> {"sql"}, or {"reason"} where SQL cannot say it exactly.
Result<std::string> question_in_sql(const Engine& engine, std::string_view body);

}  // namespace viaggio::engine
