// The open copy says of every event what an export says, whatever happened to it since it was
// written, in files that are merged, written anew, or lost.
#include "engine/copying.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/engine.h"

namespace viaggio::engine {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr Micros kStart = 1'767'225'600 * kSecond;  // 2026-01-01

class CopyingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "viaggio-copy-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    open();
  }
  void TearDown() override {
    engine_.reset();
    std::error_code ec;
    fs::remove_all(folder_, ec);
  }
  void open() {
    engine_.reset();
    Options o;
    o.folder = folder_ + "/data";
    o.background = false;
    o.sync = false;
    o.copy.round = 70;
    o.copy.small_pieces = 3;
    o.copy.full_piece = 60;
    auto opened = Engine::open(o);
    ASSERT_TRUE(opened) << opened.error().detail;
    engine_ = std::move(*opened);
  }
  void store(const json& events) {
    formats::ParseContext c;
    c.endpoint = formats::Endpoint::batch;
    c.sender = formats::Sender::secret_key;
    c.limits = formats::Limits::of(c.sender);
    c.source = "shop";
    c.received_at = now_micros();
    auto parsed = formats::parse_body(json{{"batch", events}}.dump(), c);
    ASSERT_TRUE(parsed && parsed->rejected.empty());
    ASSERT_TRUE(engine_->store(std::move(parsed->events), true));
  }
  // Messages of all kinds, of people and devices that turn out to be the same, over five months.
  json invent(std::size_t count) {
    json events = json::array();
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned what = random_() % 10;
      json e = {{"messageId", "m" + std::to_string(sent_++)},
                {"timestamp", format_time(kStart + Micros(random_() % 150) * kDay +
                                          Micros(random_() % 5'000'000) * 1000)}};
      if (what < 9) e["anonymousId"] = "d" + std::to_string(random_() % 9);
      if (what > 5) e["userId"] = "u" + std::to_string(random_() % 7);
      if (what == 3) {
        e["type"] = "page";
        e["context"] = {{"page", {{"url", "https://shop.example/"}, {"referrer", ""}}}};
        if (random_() % 2 == 0) e["context"]["page"]["referrer"] = "https://www.google.com/";
      } else if (what == 7) {
        e["type"] = "identify";
        e["traits"] = {{"email", "p" + std::to_string(random_() % 5) + "@example.com"}};
      } else {
        e["type"] = "track";
        e["event"] = what == 8 ? "Order Completed" : "Product Viewed";
        if (what == 8)
          e["properties"] = {{"order_id", "o" + std::to_string(random_() % 30)},
                             {"total", double(random_() % 10'000) / 100},
                             {"note", "line one\nline \"two\" è"}};
      }
      events.push_back(std::move(e));
    }
    return events;
  }
  json ask(const std::string& query) {
    const auto answer = engine_->copying().sql(json{{"query", query}, {"limit", 100'000}}.dump());
    if (!answer) {
      ADD_FAILURE() << answer.error().detail;
      return json::object();
    }
    return json::parse(*answer);
  }
  // What the copy says of each event, by message id.
  std::map<std::string, json> copied() {
    std::map<std::string, json> out;
    const json answer =
        ask("SELECT message_id, customer_id, name, channel, touchpoint, type, properties, "
            "user_id, epoch_us(timestamp) FROM events");
    for (const json& row : answer["rows"]) {
      EXPECT_TRUE(out.emplace(row[0], json(row)).second) << "twice: " << row[0];
    }
    return out;
  }
  void expect_equal_to_export() {
    std::map<std::string, json> expected;
    ASSERT_TRUE(engine_->export_events({}, [&](std::string_view lines) {
      std::string_view rest = lines;
      while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const json e = json::parse(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        const bool journey = e["type"] == "track" || e["type"] == "page";
        expected[e["message_id"]] = {e["message_id"],
                                     journey ? e["customer_id"] : json(),
                                     journey ? e["name"] : json(),
                                     journey ? e["channel"] : json(),
                                     journey ? e["touchpoint"] : json(),
                                     e["type"],
                                     e["properties"].dump(),
                                     e["user_id"],
                                     parse_time(e["timestamp"].get<std::string>()).value()};
      }
      return true;
    }));
    std::map<std::string, json> actual = copied();
    ASSERT_EQ(actual.size(), expected.size());
    for (const auto& [id, row] : expected) {
      json& seen = actual[id];
      seen[6] = json::parse(seen[6].get<std::string>()).dump();
      if (seen[2].is_null()) {  // the repeat of an order is in no journey
        EXPECT_TRUE(row[2].is_null() || row[2] == "Order Completed") << row;
        seen[1] = row[1], seen[2] = row[2], seen[3] = row[3], seen[4] = row[4];
      }
      EXPECT_EQ(seen, row);
    }
  }
  std::size_t files() {
    std::size_t count = 0;
    for (const auto& e : fs::recursive_directory_iterator(folder_ + "/data/copy/events"))
      count += e.is_regular_file() ? 1 : 0;
    return count;
  }
  json manifest() {
    std::ifstream in(folder_ + "/data/copy/manifest.json");
    return json::parse(in);
  }

  std::string folder_;
  std::unique_ptr<Engine> engine_;
  std::mt19937 random_{7};
  std::size_t sent_ = 0;
};

TEST_F(CopyingTest, FollowsEventsMergesAndRules) {
  for (int round = 0; round < 4; ++round) {
    store(invent(45));
    ASSERT_TRUE(engine_->copying().catch_up());
    expect_equal_to_export();
    EXPECT_EQ(files(), manifest()["pieces"].size());
  }
  // A rule of the firm's own: everything that the shop sends is a fair.
  auto document = engine_->touchpoints();
  ASSERT_TRUE(document);
  json registry = json::parse(document->json);
  const json rule = {
      {"channel", registry["channels"].back()["id"]},
      {"where", json::array({{{"field", "source"}, {"op", "eq"}, {"value", "shop"}}})}};
  auto& rules = registry["channel_rules"];
  rules.insert(rules.begin(), rule);
  auto put = engine_->put_touchpoints(registry.dump(), "");
  ASSERT_TRUE(put) << put.error().detail;
  ASSERT_TRUE(engine_->copying().catch_up());
  expect_equal_to_export();
}

TEST_F(CopyingTest, AMergeAndItsUndoingReachOldFiles) {
  store(invent(150));
  ASSERT_TRUE(engine_->copying().catch_up());
  const json all =
      ask("SELECT customer_id, count(*) AS n FROM events WHERE customer_id IS NOT NULL "
          "GROUP BY 1 ORDER BY n DESC, 1");
  ASSERT_GE(all["rows"].size(), 2u);
  const std::string a = all["rows"][0][0], b = all["rows"][1][0];
  auto merged = engine_->merge(json{{"a", a}, {"b", b}}.dump(), "test");
  ASSERT_TRUE(merged) << merged.error().detail;
  ASSERT_TRUE(engine_->copying().catch_up());
  expect_equal_to_export();
  EXPECT_EQ(ask("SELECT * FROM customers")["rows"].size(), all["rows"].size() - 1);
  const std::uint64_t link = json::parse(*merged)["link_id"].is_string()
                                 ? std::stoull(json::parse(*merged)["link_id"].get<std::string>())
                                 : json::parse(*merged)["link_id"].get<std::uint64_t>();
  ASSERT_TRUE(engine_->undo_link(link, "test"));
  ASSERT_TRUE(engine_->copying().catch_up());
  expect_equal_to_export();
  EXPECT_EQ(ask("SELECT customer_id, count(*) AS n FROM events WHERE customer_id IS NOT NULL "
                "GROUP BY 1 ORDER BY n DESC, 1")["rows"],
            all["rows"]);
}

TEST_F(CopyingTest, OrdersCountOnceAndValuesAreExact) {
  store(invent(200));
  ASSERT_TRUE(engine_->copying().catch_up());
  const auto trend =
      engine_->query("trend", R"({"series":[{"event":"Order Completed","measure":"events"},)"
                              R"({"event":"Order Completed","measure":"sum","field":"value"}],)"
                              R"("interval":"month","timezone":"UTC"})");
  ASSERT_TRUE(trend) << trend.error().detail;
  const json series = json::parse(*trend)["series"];
  const json months = ask(
      "SELECT count(*), sum(value) FROM events WHERE name = 'Order Completed' "
      "GROUP BY date_trunc('month', timestamp) ORDER BY date_trunc('month', timestamp)")["rows"];
  ASSERT_GE(months.size(), 3u);
  ASSERT_EQ(series[0]["values"].size(), months.size());
  for (std::size_t i = 0; i < months.size(); ++i) {
    EXPECT_EQ(series[0]["values"][i], months[i][0]);
    EXPECT_NEAR(series[1]["values"][i].get<double>(), months[i][1].get<double>(), 1e-6);
  }
}

TEST_F(CopyingTest, SessionsAreThoseOfTheProduct) {
  const auto view = [&](const char* id, const char* device, Micros at) {
    return json{{"type", "track"},
                {"event", "Product Viewed"},
                {"messageId", id},
                {"anonymousId", device},
                {"timestamp", format_time(kStart + at)}};
  };
  store(json::array({view("s1", "x", 0), view("s2", "x", 30 * kMinute),
                     view("s3", "x", 61 * kMinute), view("s4", "y", 10 * kMinute)}));
  const json rows = ask("SELECT events FROM sessions ORDER BY first_event, last_event")["rows"];
  EXPECT_EQ(rows, json::array({{2}, {1}, {1}}));
}

TEST_F(CopyingTest, GoesOnAfterARestartAndHealsDamage) {
  store(invent(120));
  ASSERT_TRUE(engine_->copying().catch_up());
  const json before = manifest();
  open();
  ASSERT_TRUE(engine_->copying().catch_up());
  EXPECT_EQ(manifest(), before);  // nothing changed: nothing was written
  std::ofstream(folder_ + "/data/copy/events/left-behind.parquet") << "half a file";
  open();
  ASSERT_TRUE(engine_->copying().catch_up());
  EXPECT_EQ(files(), manifest()["pieces"].size());
  fs::remove(folder_ + "/data/copy/" + before["pieces"][0]["file"].get<std::string>());
  open();
  ASSERT_TRUE(engine_->copying().catch_up());
  expect_equal_to_export();
  std::ofstream(folder_ + "/data/copy/manifest.json") << "{\"format\":";
  open();
  ASSERT_TRUE(engine_->copying().catch_up());
  expect_equal_to_export();
}

TEST_F(CopyingTest, AClockGoneWrongMakesNoThousandFiles) {
  json events = json::array();
  for (int year = 1000; year < 2000; year += 10)
    events.push_back({{"type", "track"},
                      {"event", "Product Viewed"},
                      {"userId", "u1"},
                      {"messageId", "y" + std::to_string(year)},
                      {"timestamp", format_time(kStart - (2026 - year) * 365 * kDay)}});
  store(events);
  ASSERT_TRUE(engine_->copying().catch_up());
  EXPECT_LE(files(), 4u);
  EXPECT_EQ(ask("SELECT count(*) FROM events")["rows"][0][0], 100);
}

TEST_F(CopyingTest, ErrorsNameTheField) {
  const auto field = [&](const char* body) {
    const auto answer = engine_->copying().sql(body);
    return answer ? std::string("none") : answer.error().field;
  };
  EXPECT_EQ(field("{}"), "query");
  EXPECT_EQ(field(R"({"query":"SELECT 1","limit":0})"), "limit");
  EXPECT_EQ(field(R"({"query":"SELECT 1","limit":100001})"), "limit");
  EXPECT_EQ(field(R"({"query":"SELECT 1","limt":5})"), "limt");
  EXPECT_EQ(field(R"({"query":"SELEKT 1"})"), "query");
  EXPECT_EQ(field(R"({"query":"SELECT 1"})"), "none");
}

}  // namespace
}  // namespace viaggio::engine
