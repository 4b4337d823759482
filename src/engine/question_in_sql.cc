#include "engine/question_in_sql.h"

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "questions_in_sql/questions_in_sql.h"

namespace viaggio::engine {

using nlohmann::json;

Result<std::string> question_in_sql(const Engine& engine, std::string_view body) {
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "a JSON object with \"kind\" and \"question\" is needed");
  if (!j.contains("kind") || !j["kind"].is_string())
    return invalid("kind", "the kind of the question is needed, as text");
  if (!j.contains("question") || !j["question"].is_object())
    return invalid("question", "must be an object");
  for (const auto& [name, value] : j.items()) {
    if (name != "kind" && name != "question")
      return invalid(name.substr(0, 100), "is not a known field here", "unknown_field");
  }
  auto written = questions_in_sql::write(j["kind"].get<std::string>(), j["question"],
                                         engine.settings().timezone);
  if (!written) return tl::unexpected(written.error());
  const json answer =
      written->sql.empty() ? json{{"reason", written->reason}} : json{{"sql", written->sql}};
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace viaggio::engine
