// Why identifiers are one customer; joining customers, taking links apart, deciding conflicts, and
// what each of these would change.
#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/customer_journey.h"
#include "engine/engine.h"
#include "engine/identity_policy.h"
#include "engine/identity_preview.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

using NamedPair = std::pair<std::string, std::string>;

// {"a","b"}: each any way to name a customer.
Result<NamedPair> named_pair(std::string_view body) {
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  for (const char* field : {"a", "b"}) {
    if (!j.contains(field) || !j[field].is_string())
      return invalid(field, "is missing: name a customer");
  }
  return NamedPair{j["a"].get<std::string>(), j["b"].get<std::string>()};
}

// Under the world's mutex.
Result<std::pair<CustomerId, CustomerId>> find_pair(const Engine& engine, const NamedPair& named) {
  auto first = engine.find_customer(named.first);
  if (!first) return tl::unexpected(first.error());
  auto second = engine.find_customer(named.second);
  if (!second) return tl::unexpected(second.error());
  return std::pair{*first, *second};
}

json cause_of(const World& world, Sequence sequence) {
  json out = nullptr;
  const Sequence one[] = {sequence};
  (void)world.log->get(one, [&](const eventlog::Record& r) {
    out = {{"message_id", r.message_id},
           {"timestamp", format_time(r.header.time)},
           {"name", world.kinds.at(r.header.kind).name}};
  });
  return out;
}

json entry_of(const World& world, const LedgerEntry& e) {
  return {{"id", std::to_string(e.id)},
          {"a", e.a},
          {"b", e.b},
          {"rule", to_string(e.rule)},
          {"cause", cause_of(world, e.sequence)},
          {"actor", e.actor.empty() ? json(nullptr) : json(e.actor)},
          {"time", format_time(e.time)}};
}

// A conflict with the two customers it keeps apart, each by the identifier that stands in the way.
json conflict_of(const World& world, const LedgerEntry& e) {
  json out = entry_of(world, e);
  out["state"] = world.identity.conflict_open(e.id) ? "open" : "closed";
  out["customers"] = json::array();
  for (const NodeId node : {e.a, e.b}) {
    const CustomerId customer = world.identity.customer_of_node(node);
    std::vector<NodeId> nodes;
    for (const auto& n : world.identity.nodes_of(customer)) nodes.push_back(n.id);
    const Identifier identifier = world.identity.node(node).identifier;
    out["customers"].push_back(
        {{"customer_id", identity::public_id(customer)},
         {"name", world.profiles.name(nodes)},
         {"identifier", {{"type", to_string(identifier.type)}, {"value", identifier.value}}}});
  }
  return out;
}

struct NodeFigures {
  std::uint64_t events = 0;
  Micros first = 0;
};

// Of the events that each node of the customer owns.
Result<std::unordered_map<NodeId, NodeFigures>> figures_by_node(const World& world,
                                                                const select::Context& context,
                                                                CustomerId customer) {
  std::unordered_map<NodeId, NodeFigures> out;
  const CustomerJourney j = journey_of(context, customer);
  const Status read = world.log->get_headers(j.sequences, [&](const eventlog::Record& r) {
    NodeFigures& f = out[world.identity.node_of(r.header)];
    f.first = f.events == 0 ? r.header.time : std::min(f.first, r.header.time);
    ++f.events;
  });
  if (!read) return tl::unexpected(read.error());
  return out;
}

}  // namespace

Result<std::string> Engine::identity(std::string_view id) {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const std::shared_lock lock(world_->mutex);
  auto found = find_customer(id);
  if (!found) return tl::unexpected(found.error());
  made->context.snapshot = world_->timeline->snapshot();
  auto figures = figures_by_node(*world_, made->context, *found);
  if (!figures) return tl::unexpected(figures.error());
  json out;
  out["customer_id"] = identity::public_id(*found);
  out["nodes"] = json::array();
  for (const auto& n : world_->identity.nodes_of(*found)) {
    const NodeFigures f = (*figures)[n.id];
    out["nodes"].push_back(
        {{"id", n.id},
         {"type", to_string(n.identifier.type)},
         {"value", n.identifier.value},
         {"tenure", n.tenure},
         {"first_seen", f.events == 0 ? json(nullptr) : json(format_time(f.first))},
         {"events", f.events}});
  }
  out["links"] = json::array();
  out["conflicts"] = json::array();
  for (const LedgerEntry& e : world_->identity.links_of(*found)) {
    if (e.op == LedgerOp::conflict) {
      out["conflicts"].push_back(conflict_of(*world_, e));
    } else if (e.op == LedgerOp::link || e.op == LedgerOp::refuse) {
      json link = entry_of(*world_, e);
      link["state"] = e.op == LedgerOp::refuse             ? "refused"
                      : world_->identity.link_active(e.id) ? "active"
                                                           : "undone";
      out["links"].push_back(std::move(link));
    }
  }
  return dump(out);
}

Result<std::string> Engine::merge(std::string_view body, std::string_view actor) {
  const auto named = named_pair(body);
  if (!named) return tl::unexpected(named.error());
  CustomerId a = 0, b = 0;
  {
    const std::shared_lock lock(world_->mutex);
    auto both = find_pair(*this, *named);
    if (!both) return tl::unexpected(both.error());
    std::tie(a, b) = *both;
  }
  auto done =
      ingest_->administer("Customers Merged",
                          dump({{"type", "system"},
                                {"event", "Customers Merged"},
                                {"a", identity::public_id(a)},
                                {"b", identity::public_id(b)},
                                {"actor", std::string(actor)}}),
                          [&](Sequence sequence, Micros now) {
                            return world_->identity.merge(a, b, sequence, now, std::string(actor));
                          });
  if (!done) return tl::unexpected(done.error());
  const std::shared_lock lock(world_->mutex);
  std::uint64_t link = 0;
  for (const LedgerEntry& e : done->entries) {
    if (e.op == LedgerOp::link) link = e.id;
  }
  return dump({{"customer_id", identity::public_id(world_->identity.customer_of_node(a))},
               {"link_id", std::to_string(link)}});
}

Result<std::string> Engine::undo_link(std::uint64_t link, std::string_view actor) {
  auto done =
      ingest_->administer("Link Undone",
                          dump({{"type", "system"},
                                {"event", "Link Undone"},
                                {"link", link},
                                {"actor", std::string(actor)}}),
                          [&](Sequence sequence, Micros now) {
                            return world_->identity.undo(link, sequence, now, std::string(actor));
                          });
  if (!done) return tl::unexpected(done.error());
  return dump({{"link_id", std::to_string(link)}, {"state", "undone"}});
}

Result<std::string> Engine::preview_merge(std::string_view body) {
  const auto named = named_pair(body);
  if (!named) return tl::unexpected(named.error());
  return preview([&]() -> Result<PlannedChange> {
    auto both = find_pair(*this, *named);
    if (!both) return tl::unexpected(both.error());
    auto after = world_->identity.merged(both->first, both->second);
    if (!after) return tl::unexpected(after.error());
    const auto& identity = world_->identity;
    return PlannedChange{{identity.nodes_of(both->first), identity.nodes_of(both->second)},
                         {std::move(*after)}};
  });
}

Result<std::string> Engine::preview_undo(std::uint64_t link) {
  return preview([&]() -> Result<PlannedChange> {
    const auto& identity = world_->identity;
    auto after = identity.apart_without(link);
    if (!after) return tl::unexpected(after.error());
    const CustomerId now = identity.customer_of_node(after->front().front().id);
    return PlannedChange{{identity.nodes_of(now)}, std::move(*after)};
  });
}

Result<std::string> Engine::preview(const std::function<Result<PlannedChange>()>& plan) {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  std::vector<journey::StageModel> models;
  auto documents = stage_models();
  if (!documents) return tl::unexpected(documents.error());
  for (const auto& d : *documents) {
    auto model = journey::read_stage_model(json::parse(d.json, nullptr, false));
    if (model) models.push_back(std::move(*model));
  }
  const Settings now = settings();
  // No commit comes in between: owners and runs belong together.
  const std::shared_lock lock(world_->mutex);
  const auto change = plan();
  if (!change) return tl::unexpected(change.error());
  made->context.snapshot = world_->timeline->snapshot();
  auto out = preview_of(*change, *world_, made->context, models, now.session_gap);
  if (!out) return tl::unexpected(out.error());
  (*out)["currency"] = now.currency;
  return dump(*out);
}

Result<catalog::Document> Engine::identity_policy() const {
  auto own = catalog_->get("identity-policy", "workspace");
  if (own) return own;
  if (own.error().kind != ErrorKind::not_found) return own;
  catalog::Document shipped;
  shipped.id = "workspace";
  shipped.json = dump(default_identity_policy());
  return shipped;
}

Result<catalog::Document> Engine::put_identity_policy(std::string_view body,
                                                      std::string_view if_match) {
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  const auto policy = read_identity_policy(j);
  if (!policy) return tl::unexpected(policy.error());
  // The shipped one has the version r0 and is not stored.
  if (if_match == "r0" && !catalog_->get("identity-policy", "workspace")) if_match = {};
  auto put = catalog_->put("identity-policy", "workspace", dump(*policy), if_match);
  if (!put) return put;
  // Read again on the writer's thread: of two changes at once the last one written counts.
  Status applied;
  ingest_->between_commits([&] {
    const auto now = identity_policy();
    if (!now) {
      applied = tl::unexpected(now.error());
      return;
    }
    world_->set_policy(
        identity_policy_of(json::parse(now->json, nullptr, false), settings().country));
  });
  if (!applied) return tl::unexpected(applied.error());
  return put;
}

Result<std::string> Engine::shared_values(std::size_t customers, std::size_t limit) {
  const std::shared_lock lock(world_->mutex);
  json out = {{"values", json::array()}};
  for (const auto& v :
       world_->identity.shared_values(static_cast<std::uint32_t>(customers), limit)) {
    const CustomerId customer = world_->identity.customer_of_node(v.node.id);
    out["values"].push_back({{"type", to_string(v.node.identifier.type)},
                             {"value", v.node.identifier.value},
                             {"customers", v.customers},
                             {"customer_id", identity::public_id(customer)}});
  }
  return dump(out);
}

Result<std::string> Engine::conflicts(std::size_t limit) {
  const std::shared_lock lock(world_->mutex);
  json out = {{"conflicts", json::array()}};
  for (const LedgerEntry& e : world_->identity.conflicts(limit))
    out["conflicts"].push_back(conflict_of(*world_, e));
  return dump(out);
}

Result<std::string> Engine::dismiss_conflict(std::uint64_t conflict, std::string_view actor) {
  auto done = ingest_->administer("Conflict Dismissed",
                                  dump({{"type", "system"},
                                        {"event", "Conflict Dismissed"},
                                        {"conflict", conflict},
                                        {"actor", std::string(actor)}}),
                                  [&](Sequence sequence, Micros now) {
                                    return world_->identity.dismiss(conflict, sequence, now,
                                                                    std::string(actor));
                                  });
  if (!done) return tl::unexpected(done.error());
  return dump({{"conflict_id", std::to_string(conflict)}, {"state", "closed"}});
}

}  // namespace viaggio::engine
