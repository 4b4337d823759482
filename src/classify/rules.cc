#include "classify/rules.h"

#include <map>

#include <nlohmann/json.hpp>

#include "classify/referrers.h"

namespace viaggio::classify {

using nlohmann::json;

namespace {

using Part = std::string (*)(const EventKind&);

Part part_of(const std::string& field) {
  static const std::map<std::string, Part> parts = {
      {"name", [](const EventKind& k) { return k.name; }},
      {"type", [](const EventKind& k) { return std::string(to_string(k.type)); }},
      {"source", [](const EventKind& k) { return k.source; }},
      {"referrer", [](const EventKind& k) { return k.referrer_host; }},
      {"referrer_type",
       [](const EventKind& k) { return std::string(referrer_type(k.referrer_host)); }},
      {"utm_source", [](const EventKind& k) { return k.utm_source; }},
      {"utm_medium", [](const EventKind& k) { return k.utm_medium; }},
      {"utm_campaign", [](const EventKind& k) { return k.utm_campaign; }},
      {"click_id", [](const EventKind& k) { return k.click_id; }},
      {"store", [](const EventKind& k) { return k.store; }},
      {"sales_channel", [](const EventKind& k) { return k.sales_channel; }},
      {"device", [](const EventKind& k) { return k.device; }},
      {"web", [](const EventKind& k) { return std::string(k.web ? "true" : "false"); }}};
  const auto at = parts.find(field);
  return at == parts.end() ? nullptr : at->second;
}

Result<Label> read_label(ObjectReader& object, const std::string& fallback) {
  Label label{fallback, fallback};
  const json* v = object.find("label");
  if (v == nullptr) return label;
  if (v->is_string()) return Label{v->get<std::string>(), v->get<std::string>()};
  ObjectReader reader(*v, object.at("label"));
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  auto it = reader.text("it");
  if (!it) return tl::unexpected(it.error());
  auto en = reader.text("en");
  if (!en) return tl::unexpected(en.error());
  label.it = it->value_or(en->value_or(fallback));
  label.en = en->value_or(label.it);
  return label;
}

Result<std::string> read_id(ObjectReader& reader) {
  auto id = reader.text("id");
  if (!id) return tl::unexpected(id.error());
  if (!*id || (*id)->empty()) return invalid(reader.at("id"), "is missing");
  return **id;
}

template <class T>
std::uint16_t index_of(const std::vector<T>& list, const std::string& id) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].id == id) return static_cast<std::uint16_t>(i);
  }
  return 0xFFFF;
}

}  // namespace

Result<std::vector<Rules::Test>> Rules::compile(const Filters& filters) {
  std::vector<Test> out;
  for (const Filter& f : filters) {
    Test test;
    for (const Filters& group : f.any) {
      auto tests = compile(group);
      if (!tests) return tests;
      test.any.push_back(std::move(*tests));
    }
    if (f.any.empty()) {
      test.part = part_of(f.field);
      if (test.part == nullptr) {
        return invalid(
            f.path + ".field",
            "'" + f.field +
                "' cannot be used in these rules; use name, type, source, referrer, referrer_type, "
                "utm_source, utm_medium, utm_campaign, click_id, store, sales_channel, device or "
                "web",
            "unknown_field");
      }
      auto comparison = Comparison::compile(f);
      if (!comparison) return tl::unexpected(comparison.error());
      test.comparison = std::move(*comparison);
    }
    out.push_back(std::move(test));
  }
  return out;
}

Result<Rules> Rules::read(const json& document) {
  ObjectReader reader(document, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  Rules rules;
  auto list = [&](const char* field, bool required) -> Result<const json*> {
    const json* v = reader.find(field);
    if (v == nullptr) {
      if (required) return invalid(field, "is missing");
      static const json none = json::array();
      return &none;
    }
    if (!v->is_array() || v->size() > 10'000)
      return invalid(field, "must be a list of at most 10,000 entries");
    return v;
  };
  auto channels = list("channels", false);
  if (!channels) return tl::unexpected(channels.error());
  static const json shipped = defaults();
  const json& channel_list = (*channels)->empty() ? shipped["channels"] : **channels;
  for (std::size_t i = 0; i < channel_list.size(); ++i) {
    ObjectReader c(channel_list[i], "channels[" + std::to_string(i) + "]");
    if (auto ok = c.status(); !ok) return tl::unexpected(ok.error());
    auto id = read_id(c);
    if (!id) return tl::unexpected(id.error());
    auto label = read_label(c, *id);
    if (!label) return tl::unexpected(label.error());
    rules.channels_.push_back({*id, *label});
  }
  auto touchpoints = list("touchpoints", true);
  if (!touchpoints) return tl::unexpected(touchpoints.error());
  for (std::size_t i = 0; i < (*touchpoints)->size(); ++i) {
    ObjectReader t((**touchpoints)[i], "touchpoints[" + std::to_string(i) + "]");
    if (auto ok = t.status(); !ok) return tl::unexpected(ok.error());
    Touchpoint out;
    auto id = read_id(t);
    if (!id) return tl::unexpected(id.error());
    out.id = *id;
    if (index_of(rules.touchpoints_, out.id) != 0xFFFF) return invalid(t.at("id"), "is used twice");
    auto label = read_label(t, out.id);
    if (!label) return tl::unexpected(label.error());
    out.label = *label;
    auto group = t.choice("group", {"online", "fisico", "assistenza"});
    if (!group) return tl::unexpected(group.error());
    out.group = std::vector<std::string>{"online", "fisico", "assistenza"}[group->value_or(0)];
    for (auto [field, into] : {std::pair("icon", &out.icon), std::pair("channel", &out.channel),
                               std::pair("owner", &out.owner)}) {
      auto v = t.text(field);
      if (!v) return tl::unexpected(v.error());
      *into = v->value_or("");
    }
    t.find("count");
    if (auto ok = t.finish(); !ok) return tl::unexpected(ok.error());
    rules.touchpoints_.push_back(std::move(out));
  }
  if (index_of(rules.touchpoints_, "other") == 0xFFFF)
    rules.touchpoints_.push_back({"other", {"Altro", "Other"}, "online", "dots", "other", ""});
  if (index_of(rules.channels_, "other") == 0xFFFF)
    rules.channels_.push_back({"other", {"Altro", "Other"}});
  for (const bool touchpoint : {true, false}) {
    const char* field = touchpoint ? "rules" : "channel_rules";
    const char* result = touchpoint ? "touchpoint" : "channel";
    auto items = list(field, false);
    if (!items) return tl::unexpected(items.error());
    for (std::size_t i = 0; i < (*items)->size(); ++i) {
      ObjectReader r((**items)[i], std::string(field) + "[" + std::to_string(i) + "]");
      if (auto ok = r.status(); !ok) return tl::unexpected(ok.error());
      Rule rule;
      const json* where = r.find("where");
      auto filters =
          where == nullptr ? Result<Filters>(Filters{}) : read_filters(*where, r.at("where"));
      if (!filters) return tl::unexpected(filters.error());
      auto tests = compile(*filters);
      if (!tests) return tl::unexpected(tests.error());
      rule.tests = std::move(*tests);
      auto id = r.text(result);
      if (!id) return tl::unexpected(id.error());
      rule.result = touchpoint ? index_of(rules.touchpoints_, id->value_or(""))
                               : index_of(rules.channels_, id->value_or(""));
      if (rule.result == 0xFFFF)
        return invalid(r.at(result),
                       "'" + id->value_or("") + "' is not in the list of " + result + "s");
      if (auto ok = r.finish(); !ok) return tl::unexpected(ok.error());
      (touchpoint ? rules.touchpoint_rules_ : rules.channel_rules_).push_back(std::move(rule));
    }
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return rules;
}

bool Rules::passes(const std::vector<Test>& tests, const EventKind& kind) {
  for (const Test& t : tests) {
    bool ok = false;
    if (t.any.empty()) {
      const std::string text = t.part(kind);
      ok = t.comparison(text.empty() ? Value{} : Value{Scalar::of(std::string_view(text))});
    } else {
      for (const auto& group : t.any) ok = ok || passes(group, kind);
    }
    if (!ok) return false;
  }
  return true;
}

std::uint16_t Rules::first(const std::vector<Rule>& rules, const EventKind& kind,
                           std::uint16_t otherwise) {
  for (const Rule& r : rules) {
    if (passes(r.tests, kind)) return r.result;
  }
  return otherwise;
}

std::shared_ptr<const Classification> Rules::classify(
    const std::vector<const EventKind*>& kinds) const {
  auto out = std::make_shared<Classification>();
  out->touchpoints = touchpoints_;
  out->channels = channels_;
  out->kinds = kinds;
  const std::uint16_t other_touchpoint = index_of(touchpoints_, "other"),
                      other_channel = index_of(channels_, "other");
  for (const EventKind* k : kinds) {
    out->touchpoint.push_back(first(touchpoint_rules_, *k, other_touchpoint));
    out->own_channel.push_back(first(channel_rules_, *k, other_channel));
    out->inherits.push_back(k->web ? 1 : 0);
  }
  return out;
}

}  // namespace viaggio::classify
