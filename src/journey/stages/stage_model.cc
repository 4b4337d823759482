#include "journey/stages/stage_model.h"

#include <nlohmann/json.hpp>

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxStages = 32, kMaxRules = 64;

Result<StageLabel> read_label(ObjectReader& object, const std::string& fallback) {
  StageLabel label{fallback, fallback};
  const json* v = object.find("label");
  if (v == nullptr) return label;
  if (v->is_string()) {
    label.it = label.en = v->get<std::string>();
    return label;
  }
  ObjectReader reader(*v, object.at("label"));
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  auto it = reader.text("it");
  if (!it) return tl::unexpected(it.error());
  auto en = reader.text("en");
  if (!en) return tl::unexpected(en.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  label.it = it->value_or(en->value_or(fallback));
  label.en = en->value_or(label.it);
  return label;
}

// {"event": "View"} and {"event": {selector}} both say which event.
Result<Selector> read_rule_selector(const json& value, const std::string& path) {
  if (value.is_string()) {
    Selector s;
    s.events.push_back(value.get<std::string>());
    return s;
  }
  return read_selector(value, path);
}

Result<StageRule> read_rule(const json& object, const std::string& path, bool stage_returns) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  StageRule rule;
  const json* event = reader.find("event");
  if (event == nullptr) return invalid(reader.at("event"), "is missing");
  auto selector = read_rule_selector(*event, reader.at("event"));
  if (!selector) return tl::unexpected(selector.error());
  rule.event = std::move(*selector);
  auto min = reader.integer("min", 1, 1'000'000);
  if (!min) return tl::unexpected(min.error());
  rule.min = static_cast<std::uint32_t>(min->value_or(1));
  if (const json* after = reader.find("after")) {
    auto s = read_rule_selector(*after, reader.at("after"));
    if (!s) return tl::unexpected(s.error());
    rule.after = std::move(*s);
  }
  auto returns = reader.boolean("return_signal");
  if (!returns) return tl::unexpected(returns.error());
  rule.return_signal = returns->value_or(stage_returns);
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return rule;
}

Result<Stage> read_stage(const json& object, const std::string& path) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  Stage stage;
  auto id = reader.text("id");
  if (!id) return tl::unexpected(id.error());
  if (!*id || (*id)->empty()) return invalid(reader.at("id"), "is missing");
  stage.id = **id;
  auto label = read_label(reader, stage.id);
  if (!label) return tl::unexpected(label.error());
  stage.label = *label;
  auto returns = reader.boolean("return_signal");
  if (!returns) return tl::unexpected(returns.error());
  if (const json* rules = reader.find("rules")) {
    if (!rules->is_array()) return invalid(reader.at("rules"), "must be a list");
    for (std::size_t i = 0; i < rules->size(); ++i) {
      auto rule = read_rule((*rules)[i], reader.at("rules") + "[" + std::to_string(i) + "]",
                            returns->value_or(false));
      if (!rule) return tl::unexpected(rule.error());
      stage.rules.push_back(std::move(*rule));
    }
  }
  auto dormancy = reader.duration("dormancy");
  if (!dormancy) return tl::unexpected(dormancy.error());
  stage.dormancy = *dormancy;
  if (const json* target = reader.find("target")) {
    if (!target->is_number() || target->get<double>() < 0 || target->get<double>() > 1) {
      return invalid(reader.at("target"), "must be a share from 0 to 1");
    }
    stage.target = target->get<double>();
  }
  if (const json* hint = reader.find("needs")) {
    if (hint->is_object()) {
      stage.sources_it = hint->value("it", "");
      stage.sources_en = hint->value("en", "");
    }
  }
  // What people note beside a stage; the fold does not read it.
  reader.find("goal");
  reader.find("plays");
  auto owner = reader.text("owner");
  if (!owner) return tl::unexpected(owner.error());
  stage.owner = owner->value_or("");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return stage;
}

}  // namespace

Result<StageModel> read_stage_model(const json& object) {
  ObjectReader reader(object, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  StageModel model;
  auto id = reader.text("id");
  if (!id) return tl::unexpected(id.error());
  if (!*id || (*id)->empty()) return invalid("id", "is missing");
  model.id = **id;
  auto label = read_label(reader, model.id);
  if (!label) return tl::unexpected(label.error());
  model.label = *label;
  auto subject = reader.choice("subject", {"relationship", "journey"});
  if (!subject) return tl::unexpected(subject.error());
  model.subject = static_cast<StageSubject>(subject->value_or(0));
  auto mode = reader.choice("mode", {"free", "forward", "recency"});
  if (!mode) return tl::unexpected(mode.error());
  model.mode = static_cast<StageMode>(mode->value_or(0));
  auto key = reader.text("key");
  if (!key) return tl::unexpected(key.error());
  model.key = key->value_or("");
  if (const json* closes = reader.find("closes")) {
    auto s = read_rule_selector(*closes, "closes");
    if (!s) return tl::unexpected(s.error());
    model.closes = std::move(*s);
  }
  auto window = reader.duration("window");
  if (!window) return tl::unexpected(window.error());
  model.window = window->value_or(30 * kDay);
  reader.find("owner");
  reader.find("description");
  const json* stages = reader.find("stages");
  if (stages == nullptr || !stages->is_array() || stages->empty())
    return invalid("stages", "must be a list of at least one stage");
  if (stages->size() > kMaxStages) return invalid("stages", "holds more than 32 stages");
  std::size_t rules = 0;
  for (std::size_t i = 0; i < stages->size(); ++i) {
    const std::string path = "stages[" + std::to_string(i) + "]";
    auto stage = read_stage((*stages)[i], path);
    if (!stage) return tl::unexpected(stage.error());
    for (const Stage& other : model.stages) {
      if (other.id == stage->id) return invalid(path + ".id", "is used twice");
    }
    rules += stage->rules.size();
    model.stages.push_back(std::move(*stage));
  }
  if (rules > kMaxRules) return invalid("stages", "hold more than 64 rules together");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return model;
}

}  // namespace viaggio::journey
