// Customers: finding them, their profile, their journey, and why their identifiers are one.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "engine/event_names.h"
#include "journey/stages/stages.h"
#include "map/map.h"

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

struct Journey {
  std::uint64_t events = 0, orders = 0;
  Micros first = 0, last = 0;
  std::int64_t money = 0;
  std::vector<Sequence> sequences;  // in order
  std::vector<std::pair<KindId, KindId>> kinds;
  std::vector<Micros> times;
  std::vector<std::int64_t> values;
};

Journey journey_of(const timeline::Snapshot& snapshot, const select::Context& context,
                   CustomerId customer) {
  Journey j;
  snapshot.visit_customer(customer, [&](const timeline::CodeSpace& codes, const auto& run) {
    for (std::uint32_t i = 0; i < run.size; ++i) {
      const KindId kind = codes.kind(run.kind[i]);
      j.sequences.push_back(run.sequence(i));
      j.kinds.emplace_back(kind, codes.kind(run.entry[i]));
      j.times.push_back(run.time[i]);
      j.values.push_back(run.value(i));
      const std::string& name = context.classes->kinds[kind]->name;
      if (name == "Order Completed" || name == "Receipt Issued") ++j.orders;
      if (run.value(i) != kNoValue) j.money += run.value(i);
    }
    j.events = run.size;
    if (run.size != 0) {
      j.first = run.time[0];
      j.last = run.time[run.size - 1];
    }
  });
  return j;
}

// The stays of one customer under a model, and the stay of each event.
struct Staged {
  std::vector<journey::Stay> stays;
  std::vector<std::int32_t> stay_of;
};
Staged staged(const journey::StageModel& model, const select::Context& context,
              CustomerId customer) {
  Staged out;
  auto compiled = journey::CompiledModel::compile(model, context);
  if (!compiled) return out;
  context.snapshot->visit_customer(
      customer, [&](const timeline::CodeSpace& codes, const auto& run) {
        journey::Folder folder(**compiled);
        std::vector<journey::RuleBits> scratch;
        folder.fold(codes, timeline::by_code(codes, (*compiled)->by_kind(), scratch), run,
                    context.now + 1, true);
        out.stays = folder.stays;
        out.stay_of = folder.stay_of;
      });
  return out;
}

json current_stage(const Staged& s, const journey::StageModel& model) {
  for (auto at = s.stays.rbegin(); at != s.stays.rend(); ++at) {
    if (at->leave == journey::Leave::open) return model.stages[at->stage].id;
  }
  return nullptr;
}

std::string humanised(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '_' || c == '-' ? ' ' : c;
  return out.empty() ? std::string("?") : out;
}

json label_json(const classify::Label& l) { return {{"it", l.it}, {"en", l.en}}; }

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string Engine::event_label(std::string_view name, bool italian) const {
  for (const EventName& e : event_names()) {
    if (name == e.name) return italian ? e.it : e.en;
  }
  return humanised(name);
}

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
    std::vector<CustomerId> all;
    context.snapshot->scan(
        1, [](unsigned, const timeline::CodeSpace&) { return 0; },
        [&](int, const auto& run) {
          if (run.size != 0) all.push_back(run.customer);
        });
    std::sort(all.begin(), all.end());
    total = all.size();
    const auto after = identity::parse_public_id(cursor);
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
  for (const CustomerId c : list) {
    const auto nodes = node_ids(world_->identity, c);
    const Journey j = journey_of(*context.snapshot, context, c);
    json stage = json::object();
    if (model) stage[model->id] = current_stage(staged(*model, context, c), *model);
    out["customers"].push_back(
        {{"customer_id", identity::public_id(c)},
         {"name", world_->profiles.name(nodes)},
         {"identifiers", identifiers_of(world_->identity, c)},
         {"stage", stage},
         {"last_seen", j.events == 0 ? json(nullptr) : json(format_time(j.last))},
         {"events", j.events},
         {"value", static_cast<double>(j.money) / 10'000.0}});
  }
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
      if (model) stage[model->id] = current_stage(staged(*model, context, *found), *model);
    }
  }
  const auto nodes = node_ids(world_->identity, *found);
  const Journey j = journey_of(*context.snapshot, context, *found);
  json out = {{"customer_id", identity::public_id(*found)},
              {"name", world_->profiles.name(nodes)},
              {"identifiers", identifiers_of(world_->identity, *found)},
              {"traits", json::parse(world_->profiles.traits_json(nodes), nullptr, false)},
              {"stage", stage},
              {"stages", stage},
              {"first_seen", j.events == 0 ? json(nullptr) : json(format_time(j.first))},
              {"last_seen", j.events == 0 ? json(nullptr) : json(format_time(j.last))},
              {"events", j.events},
              {"orders", j.orders},
              {"revenue", static_cast<double>(j.money) / 10'000.0},
              {"value", static_cast<double>(j.money) / 10'000.0},
              {"currency", settings().currency}};
  return dump(out);
}

Result<std::string> Engine::timeline(std::string_view id, std::size_t limit,
                                     std::string_view cursor) {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const select::Context& context = made->context;
  CustomerId customer = 0;
  {
    const std::shared_lock lock(world_->mutex);
    auto found = find_customer(id);
    if (!found) return tl::unexpected(found.error());
    customer = *found;
  }
  const Journey j = journey_of(*context.snapshot, context, customer);
  auto model = stage_model("", std::nullopt);
  const Staged stages = model ? staged(*model, context, customer) : Staged{};
  // Newest first; the cursor is how many events were shown.
  const std::size_t skipped = std::min<std::size_t>(
      std::strtoull(std::string(cursor).c_str(), nullptr, 10), j.sequences.size());
  json out;
  out["events"] = json::array();
  const Settings settings = this->settings();
  for (std::size_t k = skipped; k < j.sequences.size() && k - skipped < limit; ++k) {
    const std::size_t i = j.sequences.size() - 1 - k;
    const Sequence one[] = {j.sequences[i]};
    json event;
    const Status read = world_->log->get(one, [&](const eventlog::Record& r) {
      const json sent = json::parse(r.json, nullptr, false);
      event["message_id"] = r.message_id;
      event["source"] = r.source;
      event["properties"] =
          sent.is_object() && sent.contains("properties") ? sent["properties"] : json::object();
    });
    if (!read) return tl::unexpected(read.error());
    const auto [kind, entry] = j.kinds[i];
    const auto& t = context.classes->touchpoints[context.classes->touchpoint[kind]];
    const std::string& name = context.classes->kinds[kind]->name;
    event["timestamp"] = format_time(j.times[i]);
    event["name"] = name;
    event["label"] = {{"it", event_label(name, true)}, {"en", event_label(name, false)}};
    event["touchpoint"] = {
        {"id", t.id}, {"label", label_json(t.label)}, {"icon", t.icon}, {"group", t.group}};
    event["channel"] = context.classes->channels[context.classes->channel(kind, entry)].id;
    event["value"] =
        j.values[i] == kNoValue ? json(nullptr) : json(static_cast<double>(j.values[i]) / 10'000.0);
    event["currency"] = settings.currency;
    const json& p = event["properties"];
    std::string summary;
    for (const char* field : {"name", "title", "text", "query", "subject"}) {
      if (summary.empty() && p.is_object() && p.contains(field) && p[field].is_string())
        summary = p[field].get<std::string>();
    }
    if (summary.empty() && p.is_object() && p.contains("products") && p["products"].is_array() &&
        !p["products"].empty() && p["products"][0].is_object()) {
      summary = p["products"][0].value("name", "");
      if (p["products"].size() > 1) summary += " +" + std::to_string(p["products"].size() - 1);
    }
    event["summary"] = summary;
    event["stage"] = nullptr;
    if (i < stages.stay_of.size() && stages.stay_of[i] != journey::kNoStay) {
      const journey::Stay& stay = stages.stays[static_cast<std::size_t>(stages.stay_of[i])];
      const journey::Stage& s = model->stages[stay.stage];
      event["stage"] = {{"id", s.id},
                        {"label", {{"it", s.label.it}, {"en", s.label.en}}},
                        {"entered", stay.has_event && stay.first_event == i}};
    }
    out["events"].push_back(std::move(event));
  }
  const std::size_t shown = skipped + out["events"].size();
  out["cursor"] = shown < j.sequences.size() ? json(std::to_string(shown)) : json(nullptr);
  return dump(out);
}

Result<std::string> Engine::identity(std::string_view id) {
  const std::shared_lock lock(world_->mutex);
  auto found = find_customer(id);
  if (!found) return tl::unexpected(found.error());
  json out;
  out["customer_id"] = identity::public_id(*found);
  out["nodes"] = json::array();
  for (const auto& n : world_->identity.nodes_of(*found)) {
    out["nodes"].push_back({{"id", n.id},
                            {"type", to_string(n.identifier.type)},
                            {"value", n.identifier.value},
                            {"tenure", n.tenure},
                            {"first_seen", nullptr},
                            {"events", nullptr}});
  }
  auto cause = [&](Sequence sequence) -> json {
    json out_cause = nullptr;
    const Sequence one[] = {sequence};
    (void)world_->log->get(one, [&](const eventlog::Record& r) {
      out_cause = {{"message_id", r.message_id},
                   {"timestamp", format_time(r.header.time)},
                   {"name", world_->kinds.at(r.header.kind).name}};
    });
    return out_cause;
  };
  out["links"] = json::array();
  out["conflicts"] = json::array();
  for (const LedgerEntry& e : world_->identity.links_of(*found)) {
    json entry = {{"id", std::to_string(e.id)},
                  {"a", e.a},
                  {"b", e.b},
                  {"rule", to_string(e.rule)},
                  {"cause", cause(e.sequence)},
                  {"actor", e.actor.empty() ? json(nullptr) : json(e.actor)},
                  {"time", format_time(e.time)}};
    if (e.op == LedgerOp::link) {
      entry["state"] = world_->identity.link_active(e.id) ? "active" : "undone";
      out["links"].push_back(entry);
    } else if (e.op == LedgerOp::refuse) {
      entry["state"] = "refused";
      out["links"].push_back(entry);
    } else if (e.op == LedgerOp::conflict) {
      out["conflicts"].push_back(entry);
    }
  }
  return dump(out);
}

Result<std::string> Engine::merge(std::string_view body, std::string_view actor) {
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  for (const char* field : {"a", "b"}) {
    if (!j.contains(field) || !j[field].is_string())
      return invalid(field, "is missing: name a customer");
  }
  CustomerId a = 0, b = 0;
  {
    const std::shared_lock lock(world_->mutex);
    auto first = find_customer(j["a"].get<std::string>());
    if (!first) return tl::unexpected(first.error());
    auto second = find_customer(j["b"].get<std::string>());
    if (!second) return tl::unexpected(second.error());
    a = *first;
    b = *second;
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

Result<std::string> Engine::people(std::string_view text) {
  const json body = json::parse(text, nullptr, false);
  ObjectReader reader(body, "");
  const json* question = reader.find("question");
  if (question == nullptr || !question->is_object())
    return invalid("question", "is missing: of which question?");
  const json* select = reader.find("select");
  auto limit = reader.integer("limit", 1, 1000);
  if (!limit) return tl::unexpected(limit.error());
  reader.find("cursor");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  json q = *question;
  if (q.contains("kind") && q["kind"] != "map")
    return invalid("question.kind",
                   "people are asked of a map here; a funnel has its own `people`");
  q.erase("kind");
  auto read = map::read_map(q);
  if (!read) return tl::unexpected(read.error());
  auto selection =
      map::read_people_selection(select == nullptr ? json::object() : *select, "select");
  if (!selection) return tl::unexpected(selection.error());
  auto made = scene(read->common);
  if (!made) return tl::unexpected(made.error());
  auto shared = std::make_shared<Scene>(std::move(*made));
  shared->context.customer_column = [this, weak = std::weak_ptr(shared)](const std::string& field) {
    return customer_column(field, weak.lock());
  };
  shared->context.event_column = [this, weak = std::weak_ptr(shared)](const std::string& field) {
    return event_column(field, weak.lock());
  };
  auto model = stage_model(read->model, shared->epoch.revision);
  if (!model) return tl::unexpected(model.error());
  auto found = map::map_people(*model, *read, *selection, shared->context);
  if (!found) return tl::unexpected(found.error());
  json out;
  out["total"] = found->customers.size();
  out["next"] = json::array();
  for (const auto& n : found->next) {
    out["next"].push_back({{n.is_stage ? "stage" : "row", n.id},
                           {"label", {{"it", n.label.it}, {"en", n.label.en}}},
                           {"customers", n.customers},
                           {"share", n.share}});
  }
  out["cursor"] = nullptr;
  out["epoch"] = shared->epoch.text();
  out["customers"] = json::array();
  const auto most = static_cast<std::size_t>(limit->value_or(100));
  std::sort(found->customers.begin(), found->customers.end());
  const std::shared_lock lock(world_->mutex);
  for (std::size_t i = 0; i < found->customers.size() && i < most; ++i) {
    const CustomerId c = found->customers[i];
    const Journey j = journey_of(*shared->context.snapshot, shared->context, c);
    const Staged s = staged(*model, shared->context, c);
    json steps = json::array();
    const std::size_t from = j.sequences.size() > 12 ? j.sequences.size() - 12 : 0;
    for (std::size_t k = from; k < j.sequences.size(); ++k) {
      const auto& t = shared->context.classes
                          ->touchpoints[shared->context.classes->touchpoint[j.kinds[k].first]];
      json stage = nullptr;
      if (k < s.stay_of.size() && s.stay_of[k] != journey::kNoStay)
        stage = model->stages[s.stays[static_cast<std::size_t>(s.stay_of[k])].stage].id;
      steps.push_back({{"touchpoint", t.id},
                       {"icon", t.icon},
                       {"label", label_json(t.label)},
                       {"timestamp", format_time(j.times[k])},
                       {"stage", stage}});
    }
    out["customers"].push_back({{"customer_id", identity::public_id(c)},
                                {"name", world_->profiles.name(node_ids(world_->identity, c))},
                                {"journey", steps}});
  }
  return dump(out);
}

}  // namespace viaggio::engine
