#pragma once
// The question `funnel`: how many complete these steps (docs/semantics/funnel.md). Pure over its
// Context; thread-safe.
#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/funnel/question.h"
#include "select/context.h"

namespace viaggio::journey {

// `public_id` names a customer in `people`.
Result<nlohmann::json> ask_funnel(const FunnelQuestion& question, const select::Context& context,
                                  const std::function<std::string(CustomerId)>& public_id);

}  // namespace viaggio::journey
