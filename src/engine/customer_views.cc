// Customers: finding them, and their profile.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/customer_journey.h"
#include "engine/customer_purchases.h"
#include "engine/customer_summary.h"
#include "engine/engine.h"
#include "journey/stages/stages.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

std::vector<NodeId> node_ids(const identity::Identity& identity, CustomerId customer) {
  std::vector<NodeId> out;
  for (const auto& n : identity.nodes_of(customer)) out.push_back(n.id);
  return out;
}

json identifiers_of(const identity::Identity& identity, CustomerId customer) {
  json out = json::array();
  for (const auto& n : identity.nodes_of(customer)) {
    json one = {{"type", to_string(n.identifier.type)}, {"value", n.identifier.value}};
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
  return out;
}

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

Result<CustomerId> Engine::find_customer(std::string_view id) const {
  const auto& identity = world_->identity;
  if (const auto number = identity::parse_public_id(id)) {
    if (*number < identity.node_count()) return identity.customer_of_node(*number);
  }
  const std::size_t colon = id.find(':');
  if (colon != std::string_view::npos) {
    IdentifierType type;
    if (!parse_identifier_type(id.substr(0, colon), type)) {
      return invalid("id",
                     "'" + std::string(id.substr(0, std::min<std::size_t>(colon, 40))) +
                         "' is not a type of identifier",
                     "unknown_identifier_type");
    }
    Identifier identifier{
        type, formats::normalise_identifier(type, id.substr(colon + 1), settings().country)};
    if (const auto found = identity.find_customer(identifier)) return *found;
  }
  return fail(ErrorKind::not_found, "unknown_customer", "there is no such customer");
}

Result<std::string> Engine::customers(std::string_view search, std::size_t limit,
                                      std::string_view cursor) {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const select::Context& context = made->context;
  auto model = stage_model("", std::nullopt);
  std::vector<CustomerId> list;
  std::size_t total = 0;
  json out;
  const std::shared_lock lock(world_->mutex);
  if (search.empty()) {
    const std::vector<CustomerId> all = customers_of(world_->identity);
    total = all.size();
    const auto after = identity::parse_public_id(cursor);
    if (!cursor.empty() && !after) return invalid("cursor", "is not one that an earlier page gave");
    auto at = after ? std::upper_bound(all.begin(), all.end(), *after) : all.begin();
    for (; at != all.end() && list.size() < limit; ++at) list.push_back(*at);
    out["cursor"] =
        at != all.end() && !list.empty() ? json(identity::public_id(list.back())) : json(nullptr);
  } else {
    auto add = [&](CustomerId c) {
      if (std::find(list.begin(), list.end(), c) == list.end()) list.push_back(c);
    };
    if (auto named = find_customer(search)) add(*named);
    for (const IdentifierType type :
         {IdentifierType::user_id, IdentifierType::email, IdentifierType::phone,
          IdentifierType::loyalty_card, IdentifierType::crm_id}) {
      const std::string value = formats::normalise_identifier(type, search, settings().country);
      if (value.empty()) continue;
      if (const auto found = world_->identity.find_customer({type, value})) add(*found);
    }
    for (const auto& hit : world_->profiles.search(search, limit * 2)) {
      const CustomerId c = world_->identity.customer_of_node(hit.node);
      if (c != kNoCustomer) add(c);
      if (list.size() >= limit) break;
    }
    if (list.size() > limit) list.resize(limit);
    total = list.size();
    out["cursor"] = nullptr;
  }
  out["customers"] = json::array();
  for (const CustomerId c : list)
    out["customers"].push_back(customer_summary(*world_, context, model ? &*model : nullptr, c));
  out["total"] = total;
  return dump(out);
}

Result<std::string> Engine::customer(std::string_view id) {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const select::Context& context = made->context;
  json stage = json::object();
  const std::shared_lock lock(world_->mutex);
  auto found = find_customer(id);
  if (!found) return tl::unexpected(found.error());
  auto documents = stage_models();
  if (documents) {
    for (const auto& d : *documents) {
      auto model = journey::read_stage_model(json::parse(d.json, nullptr, false));
      if (model) stage[model->id] = current_stage(stays_of(*model, context, *found), *model);
    }
  }
  const auto nodes = node_ids(world_->identity, *found);
  const CustomerJourney j = journey_of(context, *found);
  auto purchases = purchases_of(j, context, *world_->log);
  if (!purchases) return tl::unexpected(purchases.error());
  json out = {{"customer_id", identity::public_id(*found)},
              {"name", world_->profiles.name(nodes)},
              {"identifiers", identifiers_of(world_->identity, *found)},
              {"traits", json::parse(world_->profiles.traits_json(nodes), nullptr, false)},
              {"stage", stage},
              {"stages", stage},
              {"first_seen", j.size() == 0 ? json(nullptr) : json(format_time(j.times.front()))},
              {"last_seen", j.size() == 0 ? json(nullptr) : json(format_time(j.times.back()))},
              {"events", j.size()},
              {"orders", j.orders},
              {"revenue", static_cast<double>(j.money) / 10'000.0},
              {"value", static_cast<double>(j.money) / 10'000.0},
              {"currency", settings().currency},
              {"purchases", std::move(*purchases)}};
  return dump(out);
}

}  // namespace viaggio::engine
