// A customer's events as people read them: exported events, with stages and display names.
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "base/json_numbers.h"
#include "engine/customer_journey.h"
#include "engine/engine.h"
#include "engine/event_names.h"
#include "formats/export.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

std::string humanised(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '_' || c == '-' ? ' ' : c;
  return out.empty() ? std::string("?") : out;
}

json label_json(std::string_view it, std::string_view en) { return {{"it", it}, {"en", en}}; }

// "MICROS.SEQUENCE" of the last event shown.
using Place = std::pair<Micros, Sequence>;
std::optional<Place> read_place(std::string_view text) {
  Place place;
  const char* end = text.data() + text.size();
  auto [dot, bad] = std::from_chars(text.data(), end, place.first);
  if (bad != std::errc() || dot == end || *dot != '.') return std::nullopt;
  auto [last, worse] = std::from_chars(dot + 1, end, place.second);
  if (worse != std::errc() || last != end) return std::nullopt;
  return place;
}

// What the event was about, in the words that came with it: a product, a page, a text.
std::string summary_of(const json& properties) {
  if (!properties.is_object()) return {};
  for (const char* field : {"name", "title", "text", "query", "subject"}) {
    const auto at = properties.find(field);
    if (at != properties.end() && at->is_string() && !at->get_ref<const std::string&>().empty())
      return at->get<std::string>();
  }
  const auto products = properties.find("products");
  if (products == properties.end() || !products->is_array() || products->empty() ||
      !products->front().is_object())
    return {};
  const auto name = products->front().find("name");
  if (name == products->front().end() || !name->is_string()) return {};
  std::string out = name->get<std::string>();
  if (products->size() > 1) out += " +" + std::to_string(products->size() - 1);
  return out;
}

struct StagedModel {
  journey::StageModel model;
  CustomerStays stays;
};

const journey::Stay* stay_at(const CustomerStays& stays, std::size_t event) {
  if (event >= stays.stay_of.size() || stays.stay_of[event] == journey::kNoStay) return nullptr;
  return &stays.stays[static_cast<std::size_t>(stays.stay_of[event])];
}

json stage_mark(const StagedModel& staged, std::size_t event) {
  const journey::Stay* stay = stay_at(staged.stays, event);
  if (stay == nullptr) return nullptr;
  const journey::Stage& s = staged.model.stages[stay->stage];
  return {{"id", s.id},
          {"label", label_json(s.label.it, s.label.en)},
          {"entered", stay->has_event && stay->first_event == event}};
}

}  // namespace

std::string Engine::event_label(std::string_view name, bool italian) const {
  for (const EventName& e : event_names()) {
    if (name == e.name) return italian ? e.it : e.en;
  }
  return humanised(name);
}

Result<std::string> Engine::timeline(std::string_view id, const TimelinePage& page) {
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
  const CustomerJourney j = journey_of(context, customer);
  std::size_t at = page.newest_first ? j.size() : 0;
  if (!page.cursor.empty()) {
    const auto place = read_place(page.cursor);
    if (!place) return invalid("cursor", "is not one that an earlier page gave");
    // The place of the last event shown, or where it would be now.
    std::size_t low = 0, high = j.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      (Place{j.times[middle], j.sequences[middle]} < *place) ? low = middle + 1 : high = middle;
    }
    at = low;
    if (!page.newest_first && at < j.size() && Place{j.times[at], j.sequences[at]} == *place) ++at;
  }
  std::vector<StagedModel> models;
  auto documents = stage_models();
  if (!documents) return tl::unexpected(documents.error());
  for (const auto& d : *documents) {
    auto model = journey::read_stage_model(json::parse(d.json, nullptr, false));
    if (!model) continue;
    CustomerStays stays = stays_of(*model, context, customer);
    models.push_back({std::move(*model), std::move(stays)});
  }
  auto main_model = stage_model("", std::nullopt);
  const Settings settings = this->settings();
  const std::string public_id = identity::public_id(customer);

  json out;
  out["events"] = json::array();
  std::size_t last = at;
  while (out["events"].size() < page.limit && (page.newest_first ? at > 0 : at < j.size())) {
    const std::size_t i = page.newest_first ? --at : at++;
    last = i;
    const auto [kind, entry] = j.kinds[i];
    const auto& touchpoint = context.classes->touchpoints[context.classes->touchpoint[kind]];
    const std::string& name = context.classes->kinds[kind]->name;
    json event;
    const Sequence one[] = {j.sequences[i]};
    const Status read = world_->log->get(one, [&](const eventlog::Record& r) {
      formats::StoredEvent e;
      e.sequence = r.sequence;
      e.time = r.header.time;
      e.received_at = r.received_at;
      e.type = r.header.type;
      e.name = name;
      e.source = r.source;
      e.message_id = r.message_id;
      e.channel = context.classes->channels[context.classes->channel(kind, entry)].id;
      e.touchpoint = touchpoint.id;
      e.customer_id = public_id;
      e.json = r.json;
      e.country = settings.country;
      std::string line;
      formats::append_event_line(line, e);
      event = json::parse(line, nullptr, false);
      if (event.is_discarded()) event = json::parse(quote_large_numbers(line), nullptr, false);
    });
    if (!read) return tl::unexpected(read.error());
    if (!event.is_object()) event = {{"sequence", j.sequences[i]}, {"properties", json::object()}};
    event.erase("raw");
    event["value"] =
        j.values[i] == kNoValue ? json(nullptr) : json(static_cast<double>(j.values[i]) / 10'000.0);
    event["currency"] = settings.currency;
    event["stage"] = json::object();
    json mark = nullptr;
    for (const StagedModel& m : models) {
      const journey::Stay* stay = stay_at(m.stays, i);
      event["stage"][m.model.id] =
          stay == nullptr ? json(nullptr) : json(m.model.stages[stay->stage].id);
      if (main_model && m.model.id == main_model->id) mark = stage_mark(m, i);
    }
    event["display"] = {{"name", label_json(event_label(name, true), event_label(name, false))},
                        {"touchpoint",
                         {{"id", touchpoint.id},
                          {"label", label_json(touchpoint.label.it, touchpoint.label.en)},
                          {"icon", touchpoint.icon},
                          {"group", touchpoint.group}}},
                        {"stage", mark},
                        {"summary", summary_of(event["properties"])}};
    out["events"].push_back(std::move(event));
  }
  const bool more = page.newest_first ? at > 0 : at < j.size();
  out["cursor"] =
      more && !out["events"].empty()
          ? json(std::to_string(j.times[last]) + "." + std::to_string(j.sequences[last]))
          : json(nullptr);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace viaggio::engine
