#pragma once
// The question `transitions`: what follows what (docs/semantics/transitions.md). Pure over its
// Context; thread-safe.
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"
#include "select/sequences.h"

namespace viaggio::journey {

struct TransitionsQuestion {
  Common common;
  select::SequenceQuestion sequences;
  bool customers = false, times = false;  // `include`
};

Result<TransitionsQuestion> read_transitions(const nlohmann::json& question);
Result<nlohmann::json> ask_transitions(const TransitionsQuestion& question,
                                       const select::Context& context);

}  // namespace viaggio::journey
