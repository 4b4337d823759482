#include "attribution_vectors.h"

#include <cmath>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runner.h"
#include "script.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

// Journeys along the same channels: how many converted, to which value together, and how many not.
struct PathCase {
  std::vector<std::string> channels;
  int conversions = 0, unconverted = 0;
  double value = 0;
};

constexpr std::size_t kBatch = 5'000;

// One customer walks the path once, an hour a touch, and then converts as often as the path did:
// one touch may be in the paths of several conversions. Others walk it as often as it did not lead
// to a conversion, some times each, with pauses longer than the lookback.
class PathLoader {
 public:
  explicit PathLoader(World& world) : world_(world) {}

  void load(const std::vector<PathCase>& paths) {
    for (std::size_t p = 0; p < paths.size(); ++p) {
      const PathCase& path = paths[p];
      const Micros length = static_cast<Micros>(path.channels.size()) * kHour;
      const std::string number = std::to_string(p);
      if (path.conversions > 0) walk("c" + number, path, 0);
      for (int i = 0; i < path.conversions; ++i)
        add("c" + number, "buy", length, {{"v", i == 0 ? path.value : 0.0}});
      for (int i = 0; i < path.unconverted; ++i)
        walk("n" + number + "." + std::to_string(i / kEach), path, i % kEach * 2 * kLookback);
    }
    send();
  }
  static json question(const json& models) {
    return {{"conversion", {{"event", "buy"}}},
            {"value", "properties.v"},
            {"lookback", format_duration(kLookback)},
            {"touch", {{"key", "properties.k"}, {"where", json::array()}}},
            {"models", models},
            {"timezone", "UTC"}};
  }

 private:
  static constexpr Micros kLookback = 10 * kDay;
  static constexpr int kEach = 20;

  void walk(const std::string& customer, const PathCase& path, Micros from) {
    for (std::size_t i = 0; i < path.channels.size(); ++i)
      add(customer, "touch", from + static_cast<Micros>(i) * kHour, {{"k", path.channels[i]}});
  }
  void add(const std::string& customer, const char* name, Micros after, json properties) {
    batch_.push_back({{"type", "track"},
                      {"event", name},
                      {"userId", customer},
                      {"timestamp", format_time(kScriptStart + after)},
                      {"properties", std::move(properties)},
                      {"messageId", "p" + std::to_string(++messages_)}});
    if (batch_.size() == kBatch) send();
  }
  void send() {
    if (batch_.empty()) return;
    const auto loaded = world_.load("vectors", json{{"batch", batch_}}.dump());
    EXPECT_TRUE(loaded.has_value()) << loaded.error().code << " " << loaded.error().detail;
    batch_ = json::array();
  }

  World& world_;
  json batch_ = json::array();
  std::size_t messages_ = 0;
};

// The keys of the answer by name.
std::map<std::string, json> ask_keys(World& world, const json& models) {
  std::map<std::string, json> out;
  const auto answer = world.query("attribution", PathLoader::question(models).dump());
  if (!answer) {
    ADD_FAILURE() << answer.error().code << " " << answer.error().detail;
    return out;
  }
  const json parsed = json::parse(*answer);
  for (const json& key : parsed["keys"]) out[key["key"]] = key;
  return out;
}

double number(const json& v) { return v.is_number() ? v.get<double>() : 0; }

void expect_near(const json& expected, const json& actual, double relative,
                 const std::string& what) {
  const double e = number(expected);
  EXPECT_NEAR(number(actual), e, relative * std::max(1.0, std::abs(e))) << what;
}

// ---- The small cases ----

// What the case calls a result -> our model and the part of its credit.
struct Known {
  const char* model;
  const char* part;  // nullptr: the removal effect
};
const std::map<std::string, Known>& known_results() {
  static const std::map<std::string, Known> kKnown = {
      {"first_touch", {"first", "conversions"}},
      {"last_touch", {"last", "conversions"}},
      {"linear", {"linear", "conversions"}},
      {"linear_counting_repeats", {"linear", "conversions"}},
      {"position_40_20_40", {"u_shaped", "conversions"}},
      {"markov_conversions", {"markov", "conversions"}},
      {"markov_credit_of_4 (derived)", {"markov", "conversions"}},
      {"removal_effect", {"markov", nullptr}},
      {"removal_effect (derived)", {"markov", nullptr}}};
  return kKnown;
}

class SmallCaseTest : public ::testing::Test {
 public:
  SmallCaseTest(json test, MakeWorld make) : test_(std::move(test)), make_(std::move(make)) {}

  void TestBody() override {
    const auto world = make_();
    std::vector<PathCase> paths;
    for (const json& p : test_["paths"])
      paths.push_back({p["path"].get<std::vector<std::string>>(), p["conversions"], p["null"], 0});
    PathLoader(*world).load(paths);
    auto keys = ask_keys(*world, {"first", "last", "linear", "u_shaped", "markov"});
    int compared = 0;
    for (const auto& [result, expected] : test_["expected"].items()) {
      const auto known = known_results().find(result);
      if (known == known_results().end()) continue;
      ++compared;
      for (const auto& [key, value] : expected.items()) {
        const json& row = keys[key];
        ASSERT_TRUE(row.is_object()) << key;
        const auto& [model, part] = known->second;
        expect_near(value, part == nullptr ? row["removal_effect"] : row["models"][model][part],
                    1e-9, result + " of " + key);
      }
    }
    EXPECT_GT(compared, 0);
  }

 private:
  json test_;
  MakeWorld make_;
};

// ---- PathData ----

// "a > b",conversions,value,unconverted
std::vector<PathCase> read_paths(const std::string& text) {
  std::vector<PathCase> out;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) {
    const auto quote = line.rfind('"');
    PathCase path;
    std::istringstream channels(line.substr(1, quote - 1));
    for (std::string word; channels >> word;) {
      if (word != ">") path.channels.push_back(word);
    }
    char comma = 0;
    std::istringstream numbers(line.substr(quote + 2));
    numbers >> path.conversions >> comma >> path.value >> comma >> path.unconverted;
    out.push_back(std::move(path));
  }
  return out;
}

class PathDataTest : public ::testing::Test {
 public:
  PathDataTest(std::string folder, MakeWorld make)
      : folder_(std::move(folder)), make_(std::move(make)) {}

  void TestBody() override {
    const auto cases = read_file(folder_ + "/vectors/attribution_pathdata.json");
    const auto data = read_file(folder_ + "/data/attribution_pathdata/PathData.csv");
    ASSERT_TRUE(cases && data);
    const json expected = json::parse(*cases);
    const auto paths = read_paths(*data);
    ASSERT_EQ(paths.size(), 10'000u);
    const auto world = make_();
    PathLoader(*world).load(paths);
    auto keys = ask_keys(*world, {"first", "last", "linear", "markov"});
    for (const auto& [key, known] : expected["package_heuristic_models"].items()) {
      for (const char* model : {"first", "last", "linear"}) {
        const json& credit = keys[key]["models"][model];
        const std::string result = std::string(model) + "_touch_";
        expect_near(known[result + "conversions"], credit["conversions"], 1e-6, result + key);
        expect_near(known[result + "value"], credit["value"], 1e-6, result + "value " + key);
      }
    }
    const json& closed = expected["markov_order1_closed_form"]["with_null"];
    for (const auto& [key, effect] : closed["removal_effect"].items()) {
      expect_near(effect, keys[key]["removal_effect"], 1e-9, "removal effect of " + key);
      expect_near(closed["attributed_conversions"][key],
                  keys[key]["models"]["markov"]["conversions"], 1e-9, "markov of " + key);
    }
  }

 private:
  std::string folder_;
  MakeWorld make_;
};

}  // namespace

void register_attribution_cases(const std::string& world, const MakeWorld& make) {
  const auto text = read_file(shared_folder() + "/vectors/attribution_small_cases.json");
  if (!text) return;
  const json cases = json::parse(*text);
  for (const json& test : cases["cases"]) {
    if (!test.contains("paths")) continue;  // games and fixtures: docs/semantics/vectors.md
    const std::string name = "attribution_" + test["id"].get<std::string>();
    ::testing::RegisterTest(("Vectors/" + world).c_str(), name.c_str(), nullptr, nullptr, __FILE__,
                            __LINE__,
                            [=]() -> ::testing::Test* { return new SmallCaseTest(test, make); });
  }
}

void register_path_data(const std::string& world, const MakeWorld& make) {
  const std::string shared = shared_folder();
  if (!read_file(shared + "/vectors/attribution_pathdata.json")) return;
  ::testing::RegisterTest(("Vectors/" + world).c_str(), "attribution_path_data", nullptr, nullptr,
                          __FILE__, __LINE__,
                          [=]() -> ::testing::Test* { return new PathDataTest(shared, make); });
}

}  // namespace viaggio::testing
