#include "engine/customer_summary.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/customer_journey.h"

namespace viaggio::engine {

using nlohmann::json;

json customer_summary(const World& world, const select::Context& context,
                      const journey::StageModel* model, CustomerId customer) {
  std::vector<NodeId> nodes;
  json identifiers = json::array();
  for (const auto& n : world.identity.nodes_of(customer)) {
    nodes.push_back(n.id);
    // A device has a node for each of its tenures.
    json one = {{"type", to_string(n.identifier.type)}, {"value", n.identifier.value}};
    if (std::find(identifiers.begin(), identifiers.end(), one) == identifiers.end())
      identifiers.push_back(std::move(one));
  }
  const CustomerJourney j = journey_of(context, customer);
  json stage = json::object();
  if (model != nullptr)
    stage[model->id] = current_stage(stays_of(*model, context, customer), *model);
  return {{"customer_id", identity::public_id(customer)},
          {"name", world.profiles.name(nodes)},
          {"identifiers", std::move(identifiers)},
          {"stage", std::move(stage)},
          {"last_seen", j.size() == 0 ? json(nullptr) : json(format_time(j.times.back()))},
          {"events", j.size()},
          {"value", static_cast<double>(j.money) / 10'000.0}};
}

}  // namespace viaggio::engine
