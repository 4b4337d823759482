// The event vocabulary (docs/events/events.json) and the rules that ship name the same touchpoints.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "classify/rules.h"

namespace viaggio::classify {
namespace {

using nlohmann::json;

json vocabulary() {
  const std::string file = __FILE__;
  std::ifstream in(file.substr(0, file.rfind("src/classify/")) + "docs/events/events.json");
  return json::parse(in);
}

EventKind plain(const json& event) {
  EventKind kind;
  kind.name = event["name"].get<std::string>();
  const std::string type = event.value("type", "track");
  kind.type = type == "page"     ? EventType::page
              : type == "screen" ? EventType::screen
                                 : EventType::track;
  kind.web = kind.type == EventType::page;
  return kind;
}

TEST(Vocabulary, EveryEventHasTheTouchpointThatTheRulesGiveIt) {
  const json document = vocabulary();
  auto rules = Rules::read(Rules::defaults());
  ASSERT_TRUE(rules) << rules.error().detail;
  std::size_t compared = 0;
  for (const json& event : document["events"]) {
    const EventKind kind = plain(event);
    if (event.value("derived", false)) {
      EXPECT_TRUE(event["touchpoint"].is_null()) << kind.name << " is nobody's contact";
      continue;
    }
    ASSERT_TRUE(event["touchpoint"].is_string()) << kind.name;
    const auto found = rules->classify({&kind});
    EXPECT_EQ(found->touchpoints[found->touchpoint[0]].id, event["touchpoint"].get<std::string>())
        << kind.name;
    ++compared;
  }
  EXPECT_GE(compared, 69u);
}

TEST(Vocabulary, EveryEventAndPropertyIsDescribedInBothLanguages) {
  const json document = vocabulary();
  std::set<std::string> names;
  for (const json& event : document["events"]) {
    EXPECT_TRUE(names.insert(event["name"].get<std::string>()).second) << event["name"];
    for (const char* language : {"it", "en"}) {
      EXPECT_FALSE(event["label"].value(language, "").empty()) << event["name"];
      for (const json& property : event["properties"]) {
        EXPECT_FALSE(property["description"].value(language, "").empty())
            << event["name"] << property;
        EXPECT_FALSE(property.value("type", "").empty()) << event["name"] << property;
      }
    }
  }
}

}  // namespace
}  // namespace viaggio::classify
