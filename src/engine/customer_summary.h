#pragma once
// One customer as a row of a list: GET /api/customers, the people of an audience.
#include <nlohmann/json_fwd.hpp>

#include "engine/world.h"
#include "journey/stages/stage_model.h"
#include "select/context.h"

namespace viaggio::engine {

// Under world.mutex. `model` null: no stage.
nlohmann::json customer_summary(const World& world, const select::Context& context,
                                const journey::StageModel* model, CustomerId customer);

}  // namespace viaggio::engine
