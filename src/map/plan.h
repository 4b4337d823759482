#pragma once
// Makes the Plan of a question and runs the one pass over everyone.
#include <memory>

#include "map/map.h"
#include "map/tally.h"

namespace viaggio::map {

Result<std::unique_ptr<const Plan>> make_plan(const journey::StageModel& model,
                                              const MapQuestion& question, const Range& range,
                                              const select::Context& context);
Tally count(const Plan& plan, const select::Context& context);

}  // namespace viaggio::map
