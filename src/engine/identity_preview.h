#pragma once
// What joining two customers, or taking a link apart, would change: both sides as they are and as
// they would be, computed as every answer is, on a timeline of their events alone. The cost is what
// these customers hold. Nothing is changed; the caller holds the world's mutex.
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "engine/world.h"
#include "journey/stages/stage_model.h"
#include "select/context.h"

namespace viaggio::engine {

struct PlannedChange {
  // Customers as sets of nodes, the first of each naming it; both hold the same nodes.
  std::vector<identity::Identity::NodeSet> before, after;
};

// {"customers": {"before", "after"}, "before": [side], "after": [side]}; side = {"customer_id",
// "name", "identifiers", "events", "orders", "revenue", "first_seen", "last_seen", "stage":
// {model: stage or null}}. `customers` counts everybody in the workspace.
Result<nlohmann::json> preview_of(const PlannedChange& change, const World& world,
                                  const select::Context& context,
                                  const std::vector<journey::StageModel>& models,
                                  Micros session_gap);

}  // namespace viaggio::engine
