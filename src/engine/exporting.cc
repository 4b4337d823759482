// Everything out: events in sequence order (or by customer), customers with their identifiers.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/customer_journey.h"
#include "engine/engine.h"
#include "formats/export.h"
#include "journey/stages/stages.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

constexpr KindId kNoKind = 0xFFFFFFFFu;

// By sequence: the kind of the first event of the event's session, which gives web events their
// channel. Four bytes a stored event while an export runs.
std::vector<KindId> session_entries(const select::Context& context,
                                    const std::optional<CustomerId>& only) {
  std::vector<KindId> entries(context.snapshot->upto() + 1, kNoKind);
  auto note = [&](const timeline::CodeSpace& codes, const auto& run) {
    for (std::uint32_t i = 0; i < run.size; ++i)
      entries[run.sequence(i)] = codes.kind(run.entry[i]);
  };
  if (only) {
    context.snapshot->visit_customer(*only, note);
    return entries;
  }
  context.snapshot->scan(
      1, [](unsigned, const timeline::CodeSpace& codes) { return &codes; },
      [&](const timeline::CodeSpace* codes, const auto& run) { note(*codes, run); }, true);
  return entries;
}

}  // namespace

Status Engine::export_events(const ExportScope& scope, const Sink& sink) {
  const Settings settings = this->settings();
  Common common;
  auto made = scene(common);
  if (!made) return tl::unexpected(made.error());
  const auto& classes = *made->context.classes;
  std::optional<CustomerId> only;
  if (!scope.customer.empty()) {
    const std::shared_lock lock(world_->mutex);
    auto found = find_customer(scope.customer);
    if (!found) return tl::unexpected(found.error());
    only = *found;
  }
  const std::vector<KindId> entries = session_entries(made->context, only);
  std::string lines;
  bool go_on = true;
  auto write = [&](const eventlog::Record& r) {
    if (r.header.type == EventType::system || !scope.range.holds(r.header.time)) return true;
    CustomerId customer = kNoCustomer;
    {
      const std::shared_lock lock(world_->mutex);
      customer = world_->identity.customer_of(r.header);
    }
    if (only && customer != *only) return true;
    const std::string id = customer == kNoCustomer ? std::string() : identity::public_id(customer);
    formats::StoredEvent e;
    e.sequence = r.sequence;
    e.time = r.header.time;
    e.received_at = r.received_at;
    e.type = r.header.type;
    e.source = r.source;
    e.message_id = r.message_id;
    e.customer_id = id;
    e.json = r.json;
    e.country = settings.country;
    if (r.header.kind < classes.kinds.size()) {
      if (is_journey(e.type)) {
        e.name = classes.kinds[r.header.kind]->name;
        e.touchpoint = classes.touchpoints[classes.touchpoint[r.header.kind]].id;
        // An event outside the timeline (the repeat of an order) has no session to inherit from.
        KindId entry = r.sequence < entries.size() ? entries[r.sequence] : kNoKind;
        if (entry == kNoKind) entry = r.header.kind;
        e.channel = classes.channels[classes.channel(r.header.kind, entry)].id;
      }
    }
    formats::append_event_line(lines, e);
    lines += '\n';
    if (lines.size() > (1u << 18)) {
      go_on = sink(lines);
      lines.clear();
    }
    return go_on;
  };
  Status read;
  if (!scope.by_customer) {
    read = world_->log->scan(1, made->epoch.sequence + 1, write);
  } else {
    // By customer, time, sequence: the order of the timeline; events of no journey follow at the
    // end.
    std::vector<std::pair<CustomerId, Sequence>> order;
    std::vector<std::pair<CustomerId, std::pair<Micros, Sequence>>> all;
    read = world_->log->scan_headers(
        1, made->epoch.sequence + 1,
        [&](Sequence first, Micros, std::span<const EventHeader> headers) {
          const std::shared_lock lock(world_->mutex);
          for (std::size_t i = 0; i < headers.size(); ++i)
            all.push_back({world_->identity.customer_of(headers[i]), {headers[i].time, first + i}});
          return true;
        });
    if (!read) return read;
    std::sort(all.begin(), all.end());
    for (const auto& [customer, at] : all) {
      const Sequence one[] = {at.second};
      read = world_->log->get(one, [&](const eventlog::Record& r) { write(r); });
      if (!read || !go_on) break;
    }
  }
  if (!read) return read;
  if (go_on && !lines.empty()) sink(lines);
  return {};
}

Status Engine::export_customers(const ExportScope& scope, const Sink& sink) {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const select::Context& context = made->context;
  std::vector<std::pair<std::string, std::shared_ptr<const select::CustomerColumn>>> stages;
  if (auto documents = stage_models()) {
    for (const auto& d : *documents) {
      auto model = journey::read_stage_model(json::parse(d.json, nullptr, false));
      if (!model) continue;
      auto column = journey::current_stages(*model, context);
      if (column) stages.emplace_back(model->id, *column);
    }
  }
  struct Row {
    CustomerId customer;
    std::uint64_t events = 0;
    Micros first = 0, last = 0;
  };
  std::vector<Row> rows;
  {
    const std::shared_lock lock(world_->mutex);
    for (const CustomerId c : customers_of(world_->identity)) rows.push_back({c});
  }
  context.snapshot->scan(
      1, [](unsigned, const timeline::CodeSpace&) { return 0; },
      [&](int, const auto& run) {
        const auto at = std::lower_bound(rows.begin(), rows.end(), run.customer,
                                         [](const Row& r, CustomerId c) { return r.customer < c; });
        if (run.size == 0 || at == rows.end() || at->customer != run.customer) return;
        *at = {run.customer, run.size, run.time[0], run.time[run.size - 1]};
      });
  std::optional<CustomerId> only;
  if (!scope.customer.empty()) {
    const std::shared_lock lock(world_->mutex);
    auto found = find_customer(scope.customer);
    if (!found) return tl::unexpected(found.error());
    only = *found;
  }
  std::string lines;
  for (const Row& r : rows) {
    if (only && r.customer != *only) continue;
    json identifiers = json::array();
    std::string traits;
    {
      const std::shared_lock lock(world_->mutex);
      std::vector<NodeId> nodes;
      for (const auto& n : world_->identity.nodes_of(r.customer)) {
        nodes.push_back(n.id);
        json one = {{"type", to_string(n.identifier.type)}, {"value", n.identifier.value}};
        if (std::find(identifiers.begin(), identifiers.end(), one) == identifiers.end())
          identifiers.push_back(std::move(one));
      }
      traits = world_->profiles.traits_json(nodes);
    }
    json stage = json::object();
    for (const auto& [model, column] : stages) {
      const Value& v = column->values[column->code(r.customer)];
      stage[model] = v.empty() ? json(nullptr) : json(v.front().text);
    }
    lines +=
        "{\"customer_id\":" + json_text(identity::public_id(r.customer)) +
        ",\"identifiers\":" + identifiers.dump(-1, ' ', false, json::error_handler_t::replace) +
        ",\"traits\":" + traits +
        ",\"first_seen\":" + (r.events == 0 ? "null" : json_text(format_time(r.first))) +
        ",\"last_seen\":" + (r.events == 0 ? "null" : json_text(format_time(r.last))) +
        ",\"events\":" + std::to_string(r.events) + ",\"stage\":" + stage.dump() + "}\n";
    if (lines.size() > (1u << 18)) {
      if (!sink(lines)) return {};
      lines.clear();
    }
  }
  if (!lines.empty()) sink(lines);
  return {};
}

}  // namespace viaggio::engine
