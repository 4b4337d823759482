#pragma once
// The short forms of questions in golden scripts. tests/journeys/README.md lists them.
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace viaggio::testing {

// The words of a question, its kind first, into its JSON. An Error's detail says what is not
// understood.
Status read_short_form(const std::vector<std::string>& words, nlohmann::json& question);
// Times "@1d" of a question (its range, the cohort of its people) become RFC 3339.
Status resolve_times(nlohmann::json& question);

}  // namespace viaggio::testing
