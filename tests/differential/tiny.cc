#include "tiny.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "support/short_forms.h"

namespace viaggio::differential {

using nlohmann::json;
using testing::Command;

namespace {

Status put_audience(const Command& c, testing::World& world) {
  json body = json::parse(c.json);
  if (auto ok = testing::resolve_times(body["question"]); !ok) return ok;
  return world.put_audience(c.name, body.dump());
}

}  // namespace

Status apply(const testing::Script& script, testing::World& world) {
  for (const Command& c : script.commands) {
    Status done;
    if (c.kind == Command::Kind::load)
      done = world.load(c.source, c.json);
    else if (c.kind == Command::Kind::merge)
      done = world.merge(c.name, c.other);
    else if (c.kind == Command::Kind::model)
      done = world.put_stage_model(c.name, c.json);
    else if (c.kind == Command::Kind::touchpoints)
      done = world.put_touchpoints(c.json);
    else if (c.kind == Command::Kind::settings)
      done = world.put_settings(c.json);
    else if (c.kind == Command::Kind::audience)
      done = put_audience(c, world);
    if (!done) return done;
  }
  return {};
}

std::string prepared(const std::string& question_json, testing::World& world) {
  json q = json::parse(question_json);
  const auto time = [](const json& text) {
    return testing::parse_script_time(text.get<std::string>().substr(1)).value();
  };
  q["as_of"] = world.epoch(time(q["as_of"]));
  if (!q.contains("timezone")) q["timezone"] = "UTC";
  if (!testing::resolve_times(q)) return {};
  return q.dump();
}

Result<std::string> ask(const Question& question, testing::World& world) {
  auto answer = world.query(question.kind, prepared(question.json, world));
  if (!answer) return answer;
  json a = json::parse(*answer);
  if (a.contains("people")) {
    std::vector<std::string> names;
    for (const json& id : a["people"]) names.push_back(world.customer_name(id));
    std::sort(names.begin(), names.end());
    a["people"] = names;
  }
  return a.dump();
}

}  // namespace viaggio::differential
