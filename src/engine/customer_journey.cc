#include "engine/customer_journey.h"

#include <nlohmann/json.hpp>

#include "model/order.h"

namespace viaggio::engine {

std::vector<CustomerId> customers_of(const identity::Identity& identity) {
  std::vector<CustomerId> out;
  const auto nodes = static_cast<NodeId>(identity.node_count());
  for (NodeId n = 0; n < nodes; ++n) {
    if (identity.customer_of_node(n) == n) out.push_back(n);
  }
  return out;
}

CustomerJourney journey_of(const select::Context& context, CustomerId customer) {
  CustomerJourney j;
  auto take = [&](const timeline::CodeSpace& codes, const auto& run) {
    for (std::uint32_t i = 0; i < run.size; ++i) {
      const KindId kind = codes.kind(run.kind[i]);
      j.sequences.push_back(run.sequence(i));
      j.kinds.emplace_back(kind, codes.kind(run.entry[i]));
      j.times.push_back(run.time[i]);
      j.values.push_back(run.value(i));
      if (reports_order(context.classes->kinds[kind]->name)) ++j.orders;
      if (run.value(i) != kNoValue) j.money += run.value(i);
    }
  };
  context.snapshot->visit_customer(customer, take);
  return j;
}

CustomerStays stays_of(const journey::StageModel& model, const select::Context& context,
                       CustomerId customer) {
  CustomerStays out;
  auto compiled = journey::CompiledModel::compile(model, context);
  if (!compiled) return out;
  context.snapshot->visit_customer(customer,
                                   [&](const timeline::CodeSpace& codes, const auto& run) {
                                     journey::Folder folder(**compiled);
                                     folder.prepare(codes);
                                     folder.fold(run, context.now + 1, journey::StayEvents::each);
                                     out.stays = folder.stays;
                                     out.stay_of = folder.stay_of;
                                   });
  return out;
}

nlohmann::json current_stage(const CustomerStays& s, const journey::StageModel& model) {
  for (auto at = s.stays.rbegin(); at != s.stays.rend(); ++at) {
    if (at->leave == journey::Leave::open) return model.stages[at->stage].id;
  }
  return nullptr;
}

}  // namespace viaggio::engine
