#include "map/map.h"

#include <random>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "classify/kinds.h"
#include "timeline/timeline.h"

namespace viaggio::map {
namespace {

using nlohmann::json;

struct Act {
  CustomerId customer;
  std::string name;
  Micros time;
  json properties = json::object();
  std::int64_t value = kNoValue;
  std::string device = "";
};

// A small world: events, and which touchpoint each name has.
class World {
 public:
  World(const std::map<std::string, std::string>& row_of_name, const std::vector<Act>& acts,
        Micros now)
      : timeline_(timeline::Options{}) {
    std::vector<timeline::Placement> placed;
    std::map<KindId, std::string> rows;
    for (const Act& act : acts) {
      EventKind kind;
      kind.name = act.name;
      kind.device = act.device;
      bool fresh = false;
      timeline::Placement p;
      p.customer = act.customer;
      p.event.time = act.time;
      p.event.sequence = placed.size() + 1;
      p.event.kind = kinds_.intern(kind, fresh);
      p.event.value = act.value;
      placed.push_back(p);
      const auto row = row_of_name.find(act.name);
      rows[p.event.kind] = row == row_of_name.end() ? "other" : row->second;
      texts_.push_back(json{{"properties", act.properties}}.dump());
    }
    timeline_.add(placed, placed.size());
    auto classes = std::make_shared<classify::Classification>();
    classes->kinds = kinds_.list(kinds_.size());
    std::map<std::string, std::uint16_t> codes;
    for (const auto& [kind, row] : rows) {
      const auto [at, fresh] = codes.try_emplace(row, static_cast<std::uint16_t>(codes.size()));
      if (fresh) classes->touchpoints.push_back({row, {row, row}, "online", "dot", "web", ""});
      classes->touchpoint.push_back(at->second);
      classes->own_channel.push_back(0);
      classes->inherits.push_back(0);
    }
    classes->channels.push_back({"web", {"Web", "Web"}});
    columns_ = std::make_unique<select::Columns>(
        [this](Sequence from, Sequence to,
               const std::function<void(Sequence, std::string_view)>& each) -> Status {
          for (Sequence s = std::max<Sequence>(from, 1); s <= to && s <= texts_.size(); ++s)
            each(s, texts_[s - 1]);
          return {};
        });
    context.snapshot = timeline_.snapshot();
    context.classes = classes;
    context.columns = columns_.get();
    context.now = now;
    context.threads = 1;
  }

  json ask(const journey::StageModel& model, const json& more = json::object()) {
    auto answer = ask_map(model, question(more), context, {});
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().detail);
    return answer ? *answer : json();
  }
  MapPeople people(const journey::StageModel& model, const json& selection) {
    const auto s = read_people_selection(selection, "select");
    EXPECT_TRUE(s) << (s ? "" : s.error().detail);
    auto found = map_people(model, question(json::object()), *s, context);
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found ? *found : MapPeople{};
  }

  select::Context context;

 private:
  static MapQuestion question(const json& more) {
    json q{{"kind", "map"}, {"model", "m"}};
    q.update(more);
    auto read = read_map(q);
    EXPECT_TRUE(read) << (read ? "" : read.error().field + read.error().detail);
    return *read;
  }
  classify::KindTable kinds_;
  timeline::Timeline timeline_;
  std::vector<std::string> texts_;
  std::unique_ptr<select::Columns> columns_;
};

journey::StageModel model_of(const std::string& text) {
  auto model = journey::read_stage_model(json::parse(text));
  EXPECT_TRUE(model) << (model ? "" : model.error().detail);
  return *model;
}

journey::StageModel five() {
  return model_of(R"({"id":"five","stages":[
{"id":"aware","rules":[{"event":{"all":true}}]},
{"id":"consider","rules":[{"event":"view","min":2}]},
{"id":"decide","dormancy":"60d","rules":[{"event":{"any_of":["cart","order"]}}]},
{"id":"loyal","dormancy":"365d","rules":[{"event":"order","after":"order"}]}]})");
}
journey::StageModel two(const std::string& first = "") {
  return model_of(R"({"id":"two","stages":[{"id":"aware",)" + first +
                  R"("rules":[{"event":{"any_of":["view","mail"]}}]},
{"id":"decide","rules":[{"event":"order"}]}]})");
}

json find(const json& list, const json& wanted) {
  for (const json& one : list) {
    bool same = true;
    for (const auto& [key, value] : wanted.items())
      same = same && one.contains(key) && one[key] == value;
    if (same) return one;
  }
  return nullptr;
}

TEST(Map, FlowsAddUp) {
  World w({}, {{1, "view", 0}, {1, "view", kDay}, {1, "cart", 2 * kDay}, {2, "cart", 0}}, 3 * kDay);
  const json a = w.ask(five());
  ASSERT_EQ(a["flows"].size(), 4u);
  EXPECT_EQ(a["flows"][0]["to"], "aware");
  EXPECT_TRUE(a["flows"][0]["median_seconds"].is_null());
  EXPECT_EQ(a["flows"][1]["to"], "decide");
  EXPECT_EQ(a["flows"][2]["kind"], "forward");
  EXPECT_EQ(a["flows"][3]["median_seconds"], 86400.0);
  const json decide = find(a["stages"], {{"id", "decide"}});
  EXPECT_EQ(decide["entered"], 2);
  EXPECT_EQ(decide["here_now"], 2);
  EXPECT_EQ(a["histogram"].size(), 24u);
  EXPECT_EQ(a["histogram"][23]["start"], "1970-01-01");
  EXPECT_EQ(a["histogram"][23]["customers"], 2);
}

TEST(Map, CellsCountStaysAndImportance) {
  World w({{"view", "web"}, {"mail", "email"}, {"order", "till"}},
          {{1, "view", 0},
           {1, "mail", kDay},
           {1, "order", 2 * kDay},
           {2, "view", 0, json::object(), kNoValue, "mobile"}},
          40 * kDay);
  const json a = w.ask(two());
  const json mail = find(a["cells"], {{"stage", "aware"}, {"row", "email"}});
  EXPECT_EQ(mail["stays"], 1);
  EXPECT_EQ(mail["to_next"], 1.0);
  EXPECT_EQ(mail["to_next_n"], 1);
  EXPECT_EQ(mail["importance"], 1.0);
  const json web = find(a["cells"], {{"stage", "aware"}, {"row", "web"}});
  EXPECT_EQ(web["to_next"], 0.5);
  EXPECT_EQ(web["importance"], 0.0);
  EXPECT_TRUE(find(a["cells"], {{"stage", "decide"}, {"row", "till"}})["to_next"].is_null());
  EXPECT_EQ(find(a["rows"], {{"id", "till"}})["reason"], "drop_off");
  ASSERT_EQ(a["headlines"].size(), 1u);
  EXPECT_EQ(a["headlines"][0]["device"], "mobile");
  EXPECT_EQ(a["headlines"][0]["row"], "web");
  EXPECT_EQ(a["headlines"][0]["share"], 0.5);
}

TEST(Map, ALoopKeepsTheStage) {
  World w({}, {{1, "order", 0}, {1, "order", kDay}, {1, "view", 2 * kDay}, {1, "order", 3 * kDay}},
          4 * kDay);
  const json loop = find(w.ask(five())["flows"], {{"kind", "loop"}});
  EXPECT_EQ(loop["from"], "loyal");
  EXPECT_EQ(loop["transitions"], 1);
  EXPECT_EQ(loop["median_seconds"], 2 * 86400.0);
}

TEST(Map, ValueAtStake) {
  World w({{"view", "web"}, {"order", "shop"}},
          {{1, "view", 0},
           {1, "order", kDay, json::object(), 1'000'000},
           {2, "view", 0},
           {3, "view", 0},
           {4, "view", 0},
           {4, "order", kDay, json::object(), 200'000}},
          40 * kDay);
  const json a = w.ask(two(R"("target":0.75,)"));
  EXPECT_EQ(find(a["stages"], {{"id", "decide"}})["value"], 120.0);
  // 2 lost x (0.75 - 0.5) x 60
  EXPECT_EQ(find(a["cells"], {{"stage", "aware"}, {"row", "web"}})["at_stake"], 30.0);
  EXPECT_EQ(a["headlines"][0]["at_stake"], 30.0);
  EXPECT_EQ(a["headlines"][0]["at_stake_formula"]["value_of_next"], 60.0);
}

TEST(Map, StagesAnswerToAGoalAndToSomebody) {
  World w({{"view", "web"}, {"order", "shop"}},
          {{1, "view", 0}, {1, "order", kDay}, {2, "view", 0}}, 40 * kDay);
  const json own = w.ask(two(R"("target":0.75,"owner":"Giulia",)"));
  EXPECT_EQ(own["stages"][0]["kpi"], (json{{"actual", 0.5}, {"goal", 0.75}, {"target", true}}));
  EXPECT_EQ(own["stages"][0]["owner"], "Giulia");
  // Nobody is asked to move on from the last stage.
  EXPECT_FALSE(own["stages"][1].contains("kpi"));
  EXPECT_FALSE(own["stages"][1].contains("owner"));
  // All time has no earlier period to be measured by.
  EXPECT_EQ(w.ask(two())["stages"][0]["kpi"],
            (json{{"actual", 0.5}, {"goal", nullptr}, {"target", false}}));
}

TEST(Map, Feelings) {
  World w({{"Survey Answered", "survey"}, {"Review Posted", "reviews"}},
          {{1, "Survey Answered", 0, {{"kind", "nps"}, {"score", 0}, {"comment", "mai più"}}},
           {1, "Survey Answered", kDay, {{"kind", "nps"}, {"score", 11}}},
           {2, "Review Posted", 0, {{"rating", "5"}, {"touchpoint", "delivery"}}}},
          3 * kDay);
  const json a = w.ask(five());
  EXPECT_EQ(find(a["cells"], {{"row", "survey"}})["emotion"]["mean"], -2.0);
  EXPECT_EQ(find(a["cells"], {{"row", "survey"}})["emotion"]["n"], 1);
  EXPECT_EQ(find(a["cells"], {{"row", "delivery"}})["emotion"]["mean"], 2.0);
  EXPECT_EQ(a["emotion"][0]["n"], 2);
  EXPECT_EQ(a["emotion"][0]["quote"]["text"], "mai più");
}

TEST(Map, PeopleBehindAMark) {
  World w({{"view", "web"}, {"mail", "email"}, {"order", "till"}},
          {{1, "view", 0}, {1, "mail", kDay}, {1, "order", 2 * kDay}, {2, "view", 0}}, 40 * kDay);
  const auto model = two();
  EXPECT_EQ(w.people(model, {{"stage", "aware"}, {"part", "lost"}}).customers,
            (std::vector<CustomerId>{2}));
  EXPECT_EQ(w.people(model, {{"flow", {{"from", "aware"}, {"to", "decide"}, {"kind", "forward"}}}})
                .customers,
            (std::vector<CustomerId>{1}));
  const MapPeople web = w.people(model, {{"stage", "aware"}, {"row", "web"}});
  EXPECT_EQ(web.customers, (std::vector<CustomerId>{1, 2}));
  ASSERT_EQ(web.next.size(), 1u);
  EXPECT_EQ(web.next[0].id, "email");
  EXPECT_EQ(web.next[0].share, 0.5);
  const MapPeople all = w.people(model, {{"stage", "aware"}});
  ASSERT_EQ(all.next.size(), 1u);
  EXPECT_EQ(all.next[0].id, "decide");
}

TEST(Map, WhereTheyStoppedAndWhatTheySaid) {
  World w({{"view", "web"}, {"mail", "email"}, {"Survey Answered", "survey"}},
          {{1, "view", 0},
           {1, "mail", kDay},
           {2, "view", 0},
           {2, "Survey Answered", kDay, {{"kind", "csat"}, {"score", 1}, {"text", "caro"}}},
           {3, "view", 0},
           {3, "order", kDay},
           {3, "Survey Answered", 2 * kDay, {{"kind", "csat"}, {"score", 5}, {"text", "bello"}}}},
          40 * kDay);
  const MapPeople lost =
      w.people(two(), {{"flow", {{"from", "aware"}, {"to", nullptr}, {"kind", "lost"}}}});
  EXPECT_EQ(lost.customers, (std::vector<CustomerId>{1, 2}));
  ASSERT_EQ(lost.stopped_at.size(), 2u);
  EXPECT_EQ(lost.stopped_at[0].id, "email");
  EXPECT_EQ(lost.stopped_at[1].id, "survey");
  EXPECT_EQ(lost.stopped_at[0].share, 0.5);
  ASSERT_EQ(lost.words.size(), 1u);
  EXPECT_EQ(lost.words[0].text, "caro");
  EXPECT_EQ(lost.words[0].value, -2.0);
  const MapPeople decided = w.people(two(), {{"stage", "decide"}});
  ASSERT_EQ(decided.words.size(), 1u);
  EXPECT_EQ(decided.words[0].text, "bello");
  // Nobody stopped at a touchpoint: they stop in a stage.
  EXPECT_TRUE(w.people(two(), {{"stage", "aware"}, {"row", "web"}}).stopped_at.empty());
}

TEST(Map, WrongQuestionsNameTheField) {
  EXPECT_EQ(read_map(json{{"model", "m"}, {"persona", "p"}}).error().field, "persona");
  EXPECT_EQ(read_map(json{{"model", "m"}, {"persona", "p"}}).error().code, "not_supported");
  EXPECT_EQ(read_map(json{{"model", "m"}, {"rows", "x"}}).error().field, "rows");
  EXPECT_EQ(read_map(json{{"model", "m"}, {"breakdown", "x"}}).error().field, "breakdown");
  EXPECT_EQ(read_people_selection(json{{"flow", {{"kind", "x"}}}}, "select").error().field,
            "select.flow.kind");
}

// The laws of sums over random worlds: stays, flows, cells and what is at stake.
void check_sums(const json& a, const journey::StageModel& model) {
  std::map<std::string, std::map<std::string, std::int64_t>> in, out;
  for (const json& f : a["flows"]) {
    const std::string kind = f["kind"];
    if (kind == "loop") continue;
    if (!f["to"].is_null()) in[f["to"]]["all"] += f["transitions"].get<std::int64_t>();
    if (!f["from"].is_null())
      out[f["from"]][kind == "skip" ? "forward" : kind] += f["transitions"].get<std::int64_t>();
    EXPECT_LE(f["customers"], f["transitions"]);
  }
  for (const json& s : a["stages"]) {
    const std::string id = s["id"];
    const auto number = [&](const char* field) { return s[field].get<std::int64_t>(); };
    EXPECT_EQ(number("entered") + number("before"),
              number("forward") + number("back") + number("lost") + number("here_now"));
    EXPECT_EQ(number("entered"), in[id]["all"]);
    for (const char* way : {"forward", "back", "lost"}) EXPECT_EQ(number(way), out[id][way]);
    double value = 0, at_stake = 0;
    for (const json& c : a["cells"]) {
      if (c["stage"] != id) continue;
      value += c["value"].get<double>();
      at_stake += c["at_stake"].get<double>();
      EXPECT_LE(c["to_next_n"], c["stays"]);
      EXPECT_LE(c["customers"], c["events"]);
    }
    EXPECT_NEAR(value, s["value"].get<double>(), 1e-6);
    const json headline = find(a["headlines"], {{"from", id}});
    if (!headline.is_null()) {
      EXPECT_NEAR(at_stake, headline["at_stake"].get<double>(), 1e-3);
    }
  }
  EXPECT_EQ(a["stages"].size(), model.stages.size());
}

TEST(Map, RandomWorldsAddUpOnAnyNumberOfThreads) {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> names{"view", "cart",   "order",
                                       "mail", "cancel", "Order Completed"};
  for (int round = 0; round < 2000 && !HasFailure(); ++round) {
    const char* modes[] = {"free", "forward", "recency"};
    json document{{"id", "m"},
                  {"mode", modes[pick(3)]},
                  {"subject", pick(4) == 0 ? "journey" : "relationship"},
                  {"window", std::to_string(1 + pick(20)) + "d"},
                  {"stages", json::array()}};
    if (document["subject"] == "journey") document["closes"] = "Order Completed";
    for (int s = 0, n = 2 + pick(3); s < n; ++s) {
      json rules = json::array();
      for (int r = 0; r < 2; ++r)
        rules.push_back({{"event", names[static_cast<std::size_t>(pick(6))]},
                         {"min", 1 + pick(2)},
                         {"return_signal", pick(2) == 0}});
      json stage{{"id", "s" + std::to_string(s)},
                 {"rules", rules},
                 {"dormancy", std::to_string(1 + pick(15)) + "d"}};
      if (pick(3) == 0) stage["target"] = 0.9;
      document["stages"].push_back(stage);
    }
    const auto model = journey::read_stage_model(document);
    ASSERT_TRUE(model) << model.error().field << model.error().detail;
    std::vector<Act> acts;
    for (int e = 0, n = pick(40); e < n; ++e) {
      acts.push_back({static_cast<CustomerId>(1 + pick(5)),
                      names[static_cast<std::size_t>(pick(6))], pick(60) * kDay, json::object(),
                      pick(2) == 0 ? kNoValue : (pick(200) - 50) * 10'000});
    }
    World w({{"view", "web"}, {"cart", "web"}, {"mail", "email"}, {"order", "till"}}, acts,
            60 * kDay);
    json more = json::object();
    if (pick(2) == 0)
      more["range"] = {{"from", format_time((20 + pick(10)) * kDay)},
                       {"to", format_time((31 + pick(30)) * kDay)}};
    if (pick(4) == 0) more["rows"] = "channel";
    const json a = w.ask(*model, more);
    // A fall to a stage without an event of its own has no row, so recency may leave some
    // unattributed.
    if (document["mode"] != "recency") check_sums(a, *model);
    if (round % 20 == 0) {
      w.context.threads = 4;
      EXPECT_EQ(w.ask(*model, more), a);
    }
  }
}

}  // namespace
}  // namespace viaggio::map
