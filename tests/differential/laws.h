#pragma once
// What every answer obeys, whoever gives it: sums that must add up. docs/semantics states them.
#include <string>

namespace viaggio::differential {

// Empty, or which law the answer breaks.
std::string broken_law(const std::string& kind, const std::string& question_json,
                       const std::string& answer_json);

}  // namespace viaggio::differential
