#pragma once
// A question written as one SELECT over the open copy (docs/sql.md): whoever doubts a number reads
// it and asks it. It gives the numbers of the question, or there is none and a reason says why; it
// never gives others. Pure; thread-safe.
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace viaggio::questions_in_sql {

struct Written {
  std::string sql;     // empty: it cannot be said
  std::string reason;  // then: what of the question SQL does not say
};

// `timezone`: that of the workspace, for questions without one. A question that could not be asked
// is an Error as when asked.
Result<Written> write(std::string_view kind, const nlohmann::json& question,
                      const std::string& timezone);

}  // namespace viaggio::questions_in_sql
