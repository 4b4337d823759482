#include "vector_cases.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "attribution_vectors.h"
#include "runner.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

// Cases whose answer is another one here, and the rule that makes it so. docs/semantics/vectors.md
// lists the same; a case that agrees after all fails, so that the list stays true.
const std::map<std::string, std::string>& other_rules() {
  static const std::map<std::string, std::string> kRules = {
      {"clickhouse/windowFunnel/funnel_test_strict_order#15",
       "strict: the very next event must be the next step; a repeat of a step already done ends "
       "the attempt too"},
      {"clickhouse/windowFunnel/same_event_three_steps#26", "one event fills one step"},
      {"clickhouse/windowFunnel/funnel_test_ecommerce#39",
       "an event may serve a later step that is equal to an earlier one"},
      {"clickhouse/windowFunnel/same_timestamp_tie#43",
       "equal times are ordered by arrival, not by step"},
      {"clickhouse/windowFunnel/shard_funnel_window_scaled#0", "one event fills one step"},
  };
  return kRules;
}

std::string duration_of(std::int64_t seconds) {
  constexpr std::int64_t kMost = std::int64_t{36'500} * 86'400;
  return std::to_string(std::min(seconds, kMost)) + "s";
}

// One condition of a case -> filters that all events are asked.
void add_filters(const json& condition, json& where) {
  static const std::map<std::string, std::string> kOps = {
      {"eq", "eq"}, {"ne", "neq"}, {"lte", "lte"}, {"gte", "gte"}};
  if (condition.contains("and")) {
    for (const json& part : condition["and"]) add_filters(part, where);
    return;
  }
  const bool name = condition.contains("name");
  const json& test = condition[name ? "name" : "prop"];
  const std::string field = name ? "name" : "properties." + test["key"].get<std::string>();
  if (test.contains("is_null")) {
    where.push_back(
        {{"field", field}, {"op", test["is_null"].get<bool>() ? "not_exists" : "exists"}});
  }
  for (const auto& [key, op] : kOps) {
    if (test.contains(key)) where.push_back({{"field", field}, {"op", op}, {"value", test[key]}});
  }
}

std::string batch_of(const json& events, const std::string& device_property) {
  json batch = json::array();
  for (const json& e : events) {
    if (e["name"].is_null()) continue;  // no event without a name is accepted here
    json message{{"type", "track"},
                 {"event", e["name"]},
                 {"userId", "u" + e["customer"].get<std::string>()},
                 {"timestamp", e["ts"]},
                 {"properties", e["props"]},
                 {"messageId", "v" + std::to_string(batch.size())}};
    if (!device_property.empty()) message["anonymousId"] = e["props"][device_property];
    batch.push_back(message);
  }
  return json{{"batch", batch}}.dump();
}

json ask(World& world, const std::string& kind, json question) {
  question["as_of"] = world.epoch(kScriptClock + 36'500 * kDay / 10);
  question["timezone"] = "UTC";
  const auto answer = world.query(kind, question.dump());
  if (!answer) {
    ADD_FAILURE() << answer.error().code << " " << answer.error().field << " "
                  << answer.error().detail;
    return nullptr;
  }
  return json::parse(*answer);
}

// Deepest level of each customer.
json levels(World& world, const json& query) {
  json question{{"window", duration_of(query["window_seconds"])}, {"steps", json::array()}};
  if (!query["modes"].empty()) question["order"] = "strict";
  for (const json& condition : query["steps"]) {
    json where = json::array();
    add_filters(condition, where);
    question["steps"].push_back({{"all", true}, {"where", where}});
  }
  json out = json::object();
  for (std::size_t s = 1; s <= question["steps"].size(); ++s) {
    question["people"] = {{"step", s}, {"state", "reached"}, {"limit", 1000}};
    const json answer = ask(world, "funnel", question);
    if (answer.is_null()) return nullptr;
    for (const json& id : answer["people"]) out[world.customer_name(id).substr(1)] = s;
  }
  return out;
}

class VectorTest : public ::testing::Test {
 public:
  VectorTest(json test, MakeWorld make) : test_(std::move(test)), make_(std::move(make)) {}

  void TestBody() override {
    const auto world = make_();
    const std::string type = test_["query"]["type"];
    const bool agrees = type == "window_funnel"          ? funnel(*world)
                        : type == "retention_conditions" ? retention(*world)
                        : type == "next_event"           ? next_event(*world)
                        : type == "step_matrix"          ? steps(*world)
                                                         : matrix(*world);
    const auto rule = other_rules().find(test_["id"]);
    if (rule == other_rules().end()) {
      EXPECT_TRUE(agrees) << said_;
    } else {
      EXPECT_FALSE(agrees) << "agrees although '" << rule->second
                           << "' should make it differ: take it off the list";
    }
  }

 private:
  bool funnel(World& world) {
    EXPECT_TRUE(world.load("vectors", batch_of(test_["events"], "")).has_value());
    const json got = levels(world, test_["query"]);
    bool same = true;
    for (const auto& [customer, level] : test_["expected"]["levels"].items())
      same = same && got.value(customer, 0) == level.get<int>();
    said_ = "expected " + test_["expected"]["levels"].dump() + " got " + got.dump();
    return same;
  }

  // Day 0 is the cohort; the other conditions are days after it.
  bool retention(World& world) {
    EXPECT_TRUE(world.load("vectors", batch_of(test_["events"], "")).has_value());
    const json& conditions = test_["query"]["conditions"];
    const auto day = [&](std::size_t i) {
      return parse_time(conditions[i]["date"]["eq"].get<std::string>()).value();
    };
    json sums = json::array(), flags = json::object();
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const auto period = static_cast<std::size_t>((day(i) - day(0)) / kDay);
      const json people{{"cohort", format_time(day(0))}, {"period", period}, {"limit", 1000}};
      const json range{{"from", format_time(day(0))}, {"to", format_time(day(0) + kDay)}};
      const json answer = ask(world, "retention",
                              {{"start", {{"all", true}}},
                               {"unit", "day"},
                               {"mode", "recurring"},
                               {"range", range},
                               {"people", people}});
      if (answer.is_null()) return false;
      sums.push_back(answer["cohorts"][0]["counts"][period]);
      for (const json& id : answer["people"]) {
        json& row = flags[world.customer_name(id).substr(1)];
        if (row.is_null()) row = json(std::vector<int>(conditions.size(), 0));
        row[i] = 1;
      }
    }
    said_ = "expected " + test_["expected"].dump() + " got " + sums.dump() + " " + flags.dump();
    if (test_["expected"].contains("sums")) return test_["expected"]["sums"] == sums;
    for (const auto& [customer, row] : test_["expected"]["flags"].items()) {
      if (flags[customer] != row) return false;
    }
    return true;
  }

  // The ways of the customers from their beginning or their first match on, or back from there: of
  // those that go as the case says, what comes next.
  bool next_event(World& world) {
    EXPECT_TRUE(world.load("vectors", batch_of(test_["events"], "")).has_value());
    const json& query = test_["query"];
    const bool forward = query["direction"] == "forward";
    json question{{"unit", "customer"}, {"collapse_repeats", false}, {"limit", 10'000}};
    if (query["base"] == "first_match")
      question[forward ? "start" : "end"] = {{"event", query["sequence"][0]}};
    const json ways = ask(world, "variants", question);
    if (ways.is_null()) return false;
    json next = json::object();
    for (const json& way : ways["variants"]) {
      std::vector<std::string> labels = way["sequence"];
      if (!forward) std::reverse(labels.begin(), labels.end());
      const std::vector<std::string> wanted = query["sequence"];
      const std::size_t n = wanted.size();
      if (labels.size() <= n || !std::equal(wanted.begin(), wanted.end(), labels.begin())) continue;
      question["people"] = {{"sequence", way["sequence"]}, {"limit", 1000}};
      const json people = ask(world, "variants", question);
      for (const json& id : people["people"]) next[world.customer_name(id).substr(1)] = labels[n];
    }
    said_ = "expected " + test_["expected"].dump() + " got " + next.dump();
    for (const auto& [customer, event] : test_["expected"]["next"].items()) {
      if (next.value(customer, json()) != event) return false;
    }
    return true;
  }

  // Column k is layer k - 1, as a share of all sequences; who has ended stays in path_end.
  bool steps(World& world) {
    const std::string path = test_["query"].value("path_col", "");
    EXPECT_TRUE(world.load("vectors", batch_of(test_["events"], path)).has_value());
    const json got = ask(world, "paths",
                         {{"collapse_repeats", false},
                          {"unit", path.empty() ? "customer" : "session"},
                          {"session_gap", "36500d"},
                          {"depth", 20}});
    if (got.is_null()) return false;
    const auto share = [&](const std::string& row, int column) {
      double here = 0, all = 0;
      for (const json& node : got["nodes"]) {
        if (node["layer"] != column - 1) continue;
        all += node["entries"].get<double>();
        if (node["label"] == row) here = node["entries"];
      }
      const double paths = got["sequences"];
      if (row == "path_start") return column == 0 ? 1.0 : 0.0;
      if (row == "path_end") return column == 0 ? 0.0 : 1 - all / paths;
      return here / paths;
    };
    const json& matrix = test_["expected"]["matrix"];
    bool same = true;
    for (std::size_t i = 0; i < matrix["rows"].size(); ++i) {
      for (std::size_t j = 0; j < matrix["columns"].size(); ++j) {
        same = same && std::abs(share(matrix["rows"][i], matrix["columns"][j]) -
                                matrix["values"][i][j].get<double>()) < 1e-9;
      }
    }
    said_ = "expected " + test_["expected"].dump() + " got " + got.dump();
    return same;
  }

  bool matrix(World& world) {
    const json& query = test_["query"];
    const std::string path = query.value("path_col", "");
    EXPECT_TRUE(world.load("vectors", batch_of(test_["events"], path)).has_value());
    const json got = ask(world, "transitions",
                         {{"node", "name"},
                          {"collapse_repeats", false},
                          {"unit", path.empty() ? "customer" : "session"},
                          {"session_gap", "36500d"}});
    if (got.is_null()) return false;
    std::map<std::pair<std::string, std::string>, double> n;
    for (const json& edge : got["edges"]) n[{edge["from"], edge["to"]}] = edge["transitions"];
    double paths = 0;
    for (const json& node : got["nodes"]) {
      n[{"path_start", node["label"]}] = node["starts"];
      n[{node["label"], "path_end"}] = node["ends"];
      paths += node["starts"].get<double>();
    }
    const auto weight = [&](const std::string& from, const std::string& to) {
      const std::string kind = query["edge_weight"];
      double out = 0, in = 0, all = 0;
      for (const auto& [edge, count] : n) {
        if (edge.first == from) out += count;
        if (edge.second == to) in += count;
        all += count;
      }
      const double count = n.count({from, to}) != 0 ? n[{from, to}] : 0;
      const double whole = kind == "count"          ? 1
                           : kind == "proba_out"    ? out
                           : kind == "proba_in"     ? in
                           : kind == "avg_per_path" ? paths
                                                    : all;
      return whole == 0 ? 0 : count / whole;
    };
    const json& matrix = test_["expected"]["matrix"];
    bool same = true;
    for (std::size_t i = 0; i < matrix["rows"].size(); ++i) {
      for (std::size_t j = 0; j < matrix["columns"].size(); ++j) {
        same = same && std::abs(weight(matrix["rows"][i], matrix["columns"][j]) -
                                matrix["values"][i][j].get<double>()) < 1e-9;
      }
    }
    said_ = "expected " + test_["expected"].dump() + " got " + got.dump();
    return same;
  }

  json test_;
  MakeWorld make_;
  std::string said_;
};

// Ours to answer: the others ask for modes, patterns or weights that no question here has.
bool within(const json& query) {
  if (query["type"] == "window_funnel")
    return query["modes"].empty() || query["modes"] == json::array({"strict_order"});
  if (query["type"] == "retention_conditions")
    return std::all_of(query["conditions"].begin(), query["conditions"].end(),
                       [](const json& condition) { return condition.contains("date"); });
  if (query["type"] == "next_event") return true;
  if (query["type"] == "step_matrix")
    return !query.contains("path_pattern") && !query.contains("anchor") && !query.contains("diff");
  return query["type"] == "transition_matrix" && !query.contains("path_pattern") &&
         query["edge_weight"] != "unique_paths";
}

class AbsentTest : public ::testing::Test {
 public:
  void TestBody() override {
    GTEST_SKIP() << "SHARED DATA ABSENT: set VIAGGIO_SHARED to the folder that holds vectors/";
  }
};

}  // namespace

void register_vectors(const std::string& world, const MakeWorld& make) {
  const std::string suite = "Vectors/" + world;
  const std::string shared = shared_folder();
  if (shared.empty()) {
    ::testing::RegisterTest(suite.c_str(), "SharedDataAbsent", nullptr, nullptr, __FILE__, __LINE__,
                            []() -> ::testing::Test* { return new AbsentTest; });
    return;
  }
  for (const char* file : {"funnel_clickhouse.json", "retention_clickhouse.json",
                           "paths_clickhouse_retentioneering.json"}) {
    const auto text = read_file(shared + "/vectors/" + file);
    if (!text) continue;
    const json cases = json::parse(*text);
    for (const json& test : cases["cases"]) {
      if (!within(test["query"])) continue;
      std::string name = test["id"];
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == '/' || c == '#'; }, '_');
      ::testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                              [=]() -> ::testing::Test* { return new VectorTest(test, make); });
    }
  }
  register_attribution_cases(world, make);
}

}  // namespace viaggio::testing
