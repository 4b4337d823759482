// The first subscribers: live counters and stage transitions are exact, once, and survive a
// restart.
#include "engine/subscribers.h"

#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/engine.h"

namespace viaggio::engine {
namespace {

using nlohmann::json;

class SubscribersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "viaggio-subs-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    open();
  }
  void TearDown() override {
    engine_.reset();
    std::error_code ec;
    std::filesystem::remove_all(folder_, ec);
  }
  void open() {
    engine_.reset();
    Options o;
    o.folder = folder_ + "/data";
    o.background = false;
    o.sync = false;
    auto opened = Engine::open(o);
    ASSERT_TRUE(opened) << opened.error().detail;
    engine_ = std::move(*opened);
    ASSERT_TRUE(engine_->catch_up());
  }
  // "USER EVENT" each, a minute apart.
  void store(const std::vector<std::pair<std::string, std::string>>& events) {
    json batch;
    for (const auto& [user, event] : events) {
      ++sent_;
      batch["batch"].push_back({{"type", "track"},
                                {"event", event},
                                {"userId", user},
                                {"messageId", "m" + std::to_string(sent_)},
                                {"timestamp", format_time(start_ + sent_ * kMinute)}});
    }
    formats::ParseContext c;
    c.endpoint = formats::Endpoint::batch;
    c.sender = formats::Sender::secret_key;
    c.limits = formats::Limits::of(c.sender);
    c.source = "shop";
    c.received_at = now_micros();
    auto parsed = formats::parse_body(batch.dump(), c);
    ASSERT_TRUE(parsed && parsed->rejected.empty());
    ASSERT_TRUE(engine_->store(std::move(parsed->events), true));
  }
  // "FROM>TO" of each transition told since the folder was opened, oldest first.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    const json list = json::parse(engine_->live().recent("stage_entered", 1000));
    for (const json& m : list) {
      out.insert(out.begin(), (m["from"].is_null() ? "" : m["from"].get<std::string>()) + ">" +
                                  m["to"].get<std::string>());
    }
    return out;
  }
  json counters() { return json::parse(engine_->live_counters()); }
  std::uint64_t entered(const char* stage) {
    const json all = counters();
    for (const json& s : all["stages"])
      if (s["id"] == stage) return s["entered"];
    return 0;
  }

  std::string folder_;
  std::unique_ptr<Engine> engine_;
  std::int64_t sent_ = 0;
  const Micros start_ = now_micros() - 30 * kDay;
};

TEST_F(SubscribersTest, CountsEachEventOnceAlsoOverARestart) {
  store({{"u1", "Product Viewed"}, {"u1", "Product Added"}, {"u2", "Product Viewed"}});
  ASSERT_TRUE(engine_->catch_up());
  ASSERT_TRUE(engine_->catch_up());
  open();
  store({{"u2", "Order Completed"}});
  ASSERT_TRUE(engine_->catch_up());
  const json c = counters();
  std::uint64_t hour = 0, touched = 0;
  for (const json& n : c["per_minute"]) hour += n.get<std::uint64_t>();
  for (const json& t : c["touchpoints"]) touched += t["events"].get<std::uint64_t>();
  EXPECT_EQ(c["per_minute"].size(), 60u);
  EXPECT_EQ(hour, 4u);
  EXPECT_EQ(touched, 4u);
  // Midnight may have passed between two of them.
  EXPECT_LE(c["today"].get<std::uint64_t>(), 4u);
  EXPECT_GE(c["today"].get<std::uint64_t>(), 1u);
  EXPECT_EQ(c["events"], 4);
  EXPECT_EQ(c["customers"], 2);
}

TEST_F(SubscribersTest, TellsEachStageEnteredOnce) {
  store({{"u1", "Product Viewed"}});
  ASSERT_TRUE(engine_->catch_up());
  EXPECT_EQ(told(), (std::vector<std::string>{">awareness"}));
  store({{"u1", "Product Viewed"}, {"u2", "Page Viewed"}, {"u1", "Product Added"}});
  store({{"u1", "Order Completed"}});
  ASSERT_TRUE(engine_->catch_up());
  const std::vector<std::string> all{">awareness", "awareness>consideration", ">awareness",
                                     "consideration>decision"};
  EXPECT_EQ(told(), all);
  EXPECT_EQ(entered("awareness"), 2u);
  EXPECT_EQ(entered("decision"), 1u);
  open();
  EXPECT_TRUE(told().empty());  // told once, before
  EXPECT_EQ(entered("awareness"), 2u);
}

TEST_F(SubscribersTest, AChangedModelTellsNothingOfThePast) {
  store({{"u1", "Product Viewed"}, {"u1", "Order Completed"}});
  auto model = engine_->stage_model_document("five-phases");
  ASSERT_TRUE(model);
  json changed = json::parse(model->json);
  changed["window"] = "45d";
  ASSERT_TRUE(engine_->put_stage_model("five-phases", changed.dump(), "r0"));
  ASSERT_TRUE(engine_->catch_up());
  EXPECT_TRUE(told().empty());
  store({{"u9", "Product Viewed"}});
  ASSERT_TRUE(engine_->catch_up());
  EXPECT_EQ(told(), (std::vector<std::string>{">awareness"}));
}

}  // namespace
}  // namespace viaggio::engine
