#include "engine/identity_preview.h"

#include <algorithm>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "engine/customer_journey.h"

namespace viaggio::engine {
namespace {

using nlohmann::json;
using NodeSet = identity::Identity::NodeSet;

json side_of(const NodeSet& set, const World& world, const select::Context& context,
             const std::vector<journey::StageModel>& models) {
  const CustomerId customer = set.front().id;
  std::vector<NodeId> nodes;
  json identifiers = json::array();
  for (const auto& n : set) {
    nodes.push_back(n.id);
    // A device has a node for each of its tenures.
    json one = {{"type", to_string(n.identifier.type)}, {"value", n.identifier.value}};
    if (std::find(identifiers.begin(), identifiers.end(), one) == identifiers.end())
      identifiers.push_back(std::move(one));
  }
  json stage = json::object();
  for (const auto& model : models)
    stage[model.id] = current_stage(stays_of(model, context, customer), model);
  const CustomerJourney j = journey_of(context, customer);
  return {{"customer_id", identity::public_id(customer)},
          {"name", world.profiles.name(nodes)},
          {"identifiers", std::move(identifiers)},
          {"events", j.size()},
          {"orders", j.orders},
          {"revenue", static_cast<double>(j.money) / 10'000.0},
          {"first_seen", j.size() == 0 ? json(nullptr) : json(format_time(j.times.front()))},
          {"last_seen", j.size() == 0 ? json(nullptr) : json(format_time(j.times.back()))},
          {"stage", std::move(stage)}};
}

// The events of the change's customers, as they would be owned after it.
Result<std::vector<timeline::Placement>> placements_after(const PlannedChange& change,
                                                          const World& world,
                                                          const select::Context& context) {
  std::unordered_map<NodeId, CustomerId> owner;
  for (const NodeSet& set : change.after) {
    for (const auto& n : set) owner[n.id] = set.front().id;
  }
  std::vector<Sequence> sequences;
  for (const NodeSet& set : change.before) {
    const CustomerJourney j = journey_of(context, set.front().id);
    sequences.insert(sequences.end(), j.sequences.begin(), j.sequences.end());
  }
  std::vector<timeline::Placement> out;
  out.reserve(sequences.size());
  const Status read = world.log->get_headers(sequences, [&](const eventlog::Record& r) {
    const EventHeader& h = r.header;
    const auto at = owner.find(world.identity.node_of(h));
    if (at == owner.end()) return;
    out.push_back({at->second, {h.time, r.sequence, h.value, h.kind, h.device}});
  });
  if (!read) return tl::unexpected(read.error());
  return out;
}

}  // namespace

Result<json> preview_of(const PlannedChange& change, const World& world,
                        const select::Context& context,
                        const std::vector<journey::StageModel>& models, Micros session_gap) {
  auto placements = placements_after(change, world, context);
  if (!placements) return tl::unexpected(placements.error());
  timeline::Options options;
  options.session_gap = session_gap;
  timeline::Timeline planned(options);
  planned.add(*placements, context.snapshot->upto());
  select::Context then = context;
  then.snapshot = planned.snapshot();
  json out = {{"before", json::array()}, {"after", json::array()}};
  for (const NodeSet& set : change.before)
    out["before"].push_back(side_of(set, world, context, models));
  for (const NodeSet& set : change.after) out["after"].push_back(side_of(set, world, then, models));
  const auto all = static_cast<std::int64_t>(world.identity.customer_count());
  const auto more = static_cast<std::int64_t>(change.after.size()) -
                    static_cast<std::int64_t>(change.before.size());
  out["customers"] = {{"before", all}, {"after", all + more}};
  return out;
}

}  // namespace viaggio::engine
