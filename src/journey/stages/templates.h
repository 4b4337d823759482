#pragma once
// The stage models that ship, as JSON that read_stage_model accepts: a list, the default first.
// Their rules are over the event vocabulary, so that a web shop, a till or a file of orders is
// staged without an edit; a stage that such data may not see says in `needs` what would show it.
// Pure; thread-safe.
#include <nlohmann/json_fwd.hpp>

namespace viaggio::journey {

inline constexpr const char* kDefaultStageModel = "five-phases";

nlohmann::json stage_templates();

}  // namespace viaggio::journey
