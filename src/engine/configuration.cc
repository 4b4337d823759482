// What people configure: settings, stage models, touchpoints and the words for pickers.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "engine/event_names.h"
#include "journey/stages/fold.h"
#include "journey/stages/templates.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

Result<json> parse_object(std::string_view body) {
  json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  return j;
}

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

Result<catalog::Document> Engine::settings_document() const {
  return catalog_->get("settings", "workspace");
}

Result<catalog::Document> Engine::put_settings(std::string_view body, std::string_view if_match) {
  auto j = parse_object(body);
  if (!j) return tl::unexpected(j.error());
  ObjectReader reader(*j, "");
  Settings s = settings();
  for (auto [field, into] : {std::pair("name", &s.name), std::pair("timezone", &s.timezone),
                             std::pair("currency", &s.currency), std::pair("country", &s.country),
                             std::pair("language", &s.language)}) {
    auto v = reader.text(field);
    if (!v) return tl::unexpected(v.error());
    if (*v) *into = **v;
  }
  auto gap = reader.duration("session_gap");
  if (!gap) return tl::unexpected(gap.error());
  auto id_field = reader.text("session_id_field");
  if (!id_field) return tl::unexpected(id_field.error());
  if (*id_field) s.session_id_field = **id_field;
  reader.find("demo");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  if (auto zone = Zone::find(s.timezone); !zone) return tl::unexpected(zone.error());
  if (s.currency.size() != 3)
    return invalid("currency", "must be a code of three letters such as EUR");
  if (s.country.size() != 2) return invalid("country", "must be a code of two letters such as IT");
  if (s.language != "it" && s.language != "en") return invalid("language", "must be it or en");
  s.session_gap = gap->value_or(s.session_gap);
  if (s.session_gap <= 0) return invalid("session_gap", "must be longer than nothing");
  const bool a_path =
      s.session_id_field.empty() ||
      (s.session_id_field.starts_with("context.") && s.session_id_field.size() > 8) ||
      (s.session_id_field.starts_with("properties.") && s.session_id_field.size() > 11);
  if (!a_path) return invalid("session_id_field", "must be context.x, properties.x or empty");
  const json text = {{"name", s.name},
                     {"timezone", s.timezone},
                     {"currency", s.currency},
                     {"country", s.country},
                     {"language", s.language},
                     {"session_gap", format_duration(s.session_gap)},
                     {"session_id_field", s.session_id_field},
                     {"demo", s.demo}};
  auto put = catalog_->put("settings", "workspace", text.dump(), if_match);
  if (!put) return put;
  const std::lock_guard lock(settings_mutex_);
  settings_ = s;
  return put;
}

Result<std::vector<catalog::Document>> Engine::stage_models() const {
  std::vector<catalog::Document> out;
  auto own = catalog_->list("stage-model");
  if (!own) return own;
  const json shipped = journey::stage_templates();
  for (const json& t : shipped) {
    const std::string id = t["id"];
    const auto at = std::find_if(own->begin(), own->end(),
                                 [&](const catalog::Document& d) { return d.id == id; });
    if (at != own->end()) {
      out.push_back(*at);
    } else {
      catalog::Document d;
      d.id = id;
      d.json = t.dump();
      out.push_back(std::move(d));
    }
  }
  for (auto& d : *own) {
    if (std::none_of(out.begin(), out.end(),
                     [&](const catalog::Document& o) { return o.id == d.id; }))
      out.push_back(std::move(d));
  }
  return out;
}

Result<catalog::Document> Engine::stage_model_document(
    std::string_view id, std::optional<catalog::Revision> as_of) const {
  auto own = catalog_->get("stage-model", id, as_of);
  if (own) return own;
  static const json shipped = journey::stage_templates();
  for (const json& t : shipped) {
    if (t["id"] != id) continue;
    catalog::Document d;
    d.id = id;
    d.json = t.dump();
    return d;
  }
  return fail(ErrorKind::not_found, "unknown_stage_model",
              "there is no stage model '" + std::string(id.substr(0, 60)) + "'", "model");
}

Result<catalog::Document> Engine::put_stage_model(std::string_view id, std::string_view body,
                                                  std::string_view if_match) {
  auto j = parse_object(body);
  if (!j) return tl::unexpected(j.error());
  if (!j->contains("id")) (*j)["id"] = id;
  if ((*j)["id"] != id) return invalid("id", "must be the one of the address");
  auto model = journey::read_stage_model(*j);
  if (!model) return tl::unexpected(model.error());
  // Compiled once now, so that a rule that cannot work is refused here and not by the next
  // question.
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  made->context.customer_column =
      [](const std::string&) -> Result<std::shared_ptr<const select::CustomerColumn>> {
    return std::make_shared<const select::CustomerColumn>();
  };
  auto compiled = journey::CompiledModel::compile(*model, made->context);
  if (!compiled) return tl::unexpected(compiled.error());
  // A shipped model that nobody changed has the empty version.
  if (if_match == "r0" && !catalog_->get("stage-model", id))
    return catalog_->put("stage-model", id, dump(*j));
  return catalog_->put("stage-model", id, dump(*j), if_match);
}

Result<catalog::Document> Engine::touchpoints() const {
  auto own = catalog_->get("touchpoints", "registry");
  if (own) return own;
  catalog::Document d;
  d.id = "registry";
  d.json = classify::Rules::defaults().dump();
  return d;
}

Result<catalog::Document> Engine::put_touchpoints(std::string_view body,
                                                  std::string_view if_match) {
  auto j = parse_object(body);
  if (!j) return tl::unexpected(j.error());
  auto rules = classify::Rules::read(*j);
  if (!rules) return tl::unexpected(rules.error());
  if (if_match == "r0" && !catalog_->get("touchpoints", "registry"))
    return catalog_->put("touchpoints", "registry", dump(*j));
  return catalog_->put("touchpoints", "registry", dump(*j), if_match);
}

Result<std::string> Engine::preview_touchpoints(std::string_view body) {
  auto j = parse_object(body);
  if (!j) return tl::unexpected(j.error());
  auto present = touchpoints();
  if (!present) return tl::unexpected(present.error());
  json draft = json::parse(present->json, nullptr, false);
  for (const char* field : {"rules", "channel_rules", "touchpoints", "channels"}) {
    if (j->contains(field)) draft[field] = (*j)[field];
  }
  auto rules = classify::Rules::read(draft);
  if (!rules) return tl::unexpected(rules.error());
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const auto& before = *made->context.classes;
  const auto after = rules->classify(before.kinds);
  json out;
  out["events"] = json::array();
  std::uint64_t changed = 0;
  const Sequence end = made->epoch.sequence + 1;
  std::vector<json> events;
  const Status read =
      world_->log->scan(end > 1000 ? end - 1000 : 1, end, [&](const eventlog::Record& r) {
        const KindId k = r.header.kind;
        if (!is_journey(r.header.type) || k >= before.kinds.size()) return true;
        const std::string& name = before.kinds[k]->name;
        const json was = {{"touchpoint", before.touchpoints[before.touchpoint[k]].id},
                          {"channel", before.channels[before.own_channel[k]].id}};
        const json becomes = {{"touchpoint", after->touchpoints[after->touchpoint[k]].id},
                              {"channel", after->channels[after->own_channel[k]].id}};
        changed += was != becomes ? 1 : 0;
        events.push_back(
            {{"message_id", r.message_id},
             {"timestamp", format_time(r.header.time)},
             {"name", name},
             {"label", {{"it", event_label(name, true)}, {"en", event_label(name, false)}}},
             {"before", was},
             {"after", becomes}});
        return true;
      });
  if (!read) return tl::unexpected(read.error());
  std::reverse(events.begin(), events.end());
  out["events"] = events;
  out["changed"] = changed;
  return dump(out);
}

Result<std::string> Engine::vocabulary() {
  auto made = scene(Common{});
  if (!made) return tl::unexpected(made.error());
  const auto& classes = *made->context.classes;
  std::vector<std::uint64_t> count(classes.kinds.size(), 0);
  made->context.snapshot->scan(
      1, [](unsigned, const timeline::CodeSpace& codes) { return codes; },
      [&](const timeline::CodeSpace& codes, const auto& run) {
        for (std::uint32_t i = 0; i < run.size; ++i) ++count[codes.kind(run.kind[i])];
      },
      true);
  std::map<std::string, std::uint64_t> events, sources;
  std::vector<std::uint64_t> touchpoint(classes.touchpoints.size()),
      channel(classes.channels.size());
  for (KindId k = 0; k < count.size(); ++k) {
    if (!is_journey(classes.kinds[k]->type)) continue;
    events[classes.kinds[k]->name] += count[k];
    sources[classes.kinds[k]->source] += count[k];
    touchpoint[classes.touchpoint[k]] += count[k];
    channel[classes.own_channel[k]] += count[k];
  }
  for (const EventName& e : event_names()) events.try_emplace(e.name, 0);
  json out;
  out["events"] = json::array();
  std::vector<std::pair<std::string, std::uint64_t>> names(events.begin(), events.end());
  std::stable_sort(names.begin(), names.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [name, n] : names) {
    out["events"].push_back(
        {{"name", name},
         {"label", {{"it", event_label(name, true)}, {"en", event_label(name, false)}}},
         {"count", n}});
  }
  out["touchpoints"] = json::array();
  for (std::size_t i = 0; i < classes.touchpoints.size(); ++i) {
    const auto& t = classes.touchpoints[i];
    out["touchpoints"].push_back({{"id", t.id},
                                  {"label", {{"it", t.label.it}, {"en", t.label.en}}},
                                  {"group", t.group},
                                  {"icon", t.icon},
                                  {"channel", t.channel},
                                  {"count", touchpoint[i]}});
  }
  out["channels"] = json::array();
  for (std::size_t i = 0; i < classes.channels.size(); ++i) {
    const auto& c = classes.channels[i];
    out["channels"].push_back(
        {{"id", c.id}, {"label", {{"it", c.label.it}, {"en", c.label.en}}}, {"count", channel[i]}});
  }
  out["sources"] = json::array();
  for (const auto& [id, n] : sources) out["sources"].push_back({{"id", id}, {"count", n}});
  out["stage_models"] = json::array();
  auto models = stage_models();
  if (!models) return tl::unexpected(models.error());
  for (const auto& d : *models) {
    const json m = json::parse(d.json, nullptr, false);
    json stages = json::array();
    for (const json& s : m["stages"])
      stages.push_back({{"id", s["id"]}, {"label", s.value("label", json(s["id"]))}});
    out["stage_models"].push_back(
        {{"id", d.id}, {"label", m.value("label", json(d.id))}, {"stages", stages}});
  }
  out["properties"] = json::array();
  // The properties of the latest events: a picker needs names, not all history.
  std::map<std::string, std::map<std::string, int>> fields;
  const Sequence end = made->epoch.sequence + 1;
  (void)world_->log->scan(end > 500 ? end - 500 : 1, end, [&](const eventlog::Record& r) {
    const json sent = json::parse(r.json, nullptr, false);
    if (!sent.is_object() || !sent.contains("properties") || !sent["properties"].is_object())
      return true;
    for (const auto& [key, value] : sent["properties"].items()) {
      auto& values = fields["properties." + key];
      if ((value.is_string() || value.is_number() || value.is_boolean()) && values.size() < 50) {
        ++values[value.is_string() ? value.get<std::string>() : value.dump()];
      }
    }
    return true;
  });
  for (const auto& [field, values] : fields) {
    std::vector<std::pair<std::string, int>> top(values.begin(), values.end());
    std::stable_sort(top.begin(), top.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    json list = json::array();
    for (std::size_t i = 0; i < top.size() && i < 10; ++i) list.push_back(top[i].first);
    double number = 0;
    const bool numeric = !top.empty() && std::all_of(top.begin(), top.end(), [&](const auto& t) {
      return as_number(t.first, number);
    });
    out["properties"].push_back(
        {{"field", field}, {"type", numeric ? "number" : "text"}, {"values", list}});
  }
  return dump(out);
}

}  // namespace viaggio::engine
