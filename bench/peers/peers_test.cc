// The questions that SQL can say too, over a small invented shop: every number that Viaggio answers
// must be what DuckDB computes from the same events in SQL. ClickHouse too, where its library is.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "invented_shop.h"
#include "peers/clickhouse_peer.h"
#include "peers/duckdb_peer.h"
#include "peers/export.h"
#include "peers/peer_questions.h"

namespace viaggio::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kSeed = 7, kEvents = 20'000;
constexpr std::size_t kQuestions = 5;

class PeersTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "viaggio-peers-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    engine::Options options;
    options.folder = folder_ + "/viaggio";
    options.name = "Peers";
    options.background = false;
    options.sync = false;
    auto engine = engine::Engine::open(options);
    ASSERT_TRUE(engine) << engine.error().detail;
    engine_ = std::move(*engine);
    InventedShop shop(kSeed, kEvents);
    ASSERT_TRUE(engine_->store(shop.next(kEvents), true));
    ASSERT_TRUE(engine_->seal());
    for (const auto& [id, model] : peer_stage_models())
      ASSERT_TRUE(engine_->put_stage_model(id, model.dump(), ""));
    auto scene = engine_->scene(Common{});
    ASSERT_TRUE(scene);
    const auto done = export_events(scene->context, folder_ + "/export.duckdb", folder_);
    ASSERT_TRUE(done) << done.error().detail;
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(folder_);
  }
  Figures viaggio(const PeerQuestion& q) {
    auto answer = engine_->query(q.kind, q.question.dump());
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer ? figures_of(q, json::parse(*answer)) : Figures{};
  }
  void compare_all(Peer& peer) {
    const Parameters parameters{
        {"parquet", folder_}, {"export", folder_ + "/export.duckdb"}, {"threads", "2"}};
    for (const char* file : {"settings", "load"}) {
      const auto done = run_file(peer, file, parameters);
      ASSERT_TRUE(done) << done.error().detail;
    }
    for (const std::string kind : kPeerKinds) {
      for (const PeerQuestion& q : peer_questions(kind, kSeed, kQuestions)) {
        const Figures ours = viaggio(q);
        EXPECT_FALSE(ours.empty()) << kind << " counts nothing: " << q.question.dump();
        auto sql = sql_of(peer.name(), q.file, q.parameters);
        ASSERT_TRUE(sql) << sql.error().detail;
        auto rows = peer.ask(*sql);
        ASSERT_TRUE(rows) << rows.error().detail;
        EXPECT_EQ(difference(ours, figures_of(*rows)), "") << kind << " " << q.question.dump();
      }
    }
  }

  std::string folder_;
  std::unique_ptr<engine::Engine> engine_;
};

TEST_F(PeersTest, DuckdbComputesTheSameNumbers) {
  auto peer = DuckdbPeer::open(folder_ + "/peer.duckdb");
  ASSERT_TRUE(peer) << peer.error().detail;
  compare_all(**peer);
}

TEST_F(PeersTest, ClickhouseComputesTheSameNumbers) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the library does not load beside a sanitizer";
#endif
  if (std::getenv("VIAGGIO_TEST_ALL") == nullptr) GTEST_SKIP() << "one of the long ones";
  const char* given = std::getenv("VIAGGIO_LIBCHDB");
  const std::string library = given != nullptr ? given : VIAGGIO_LIBCHDB;
  if (!fs::exists(library)) GTEST_SKIP() << "no " << library << ": ./dev bench journeys --peers";
  auto peer = ClickhousePeer::open(library, folder_ + "/clickhouse");
  ASSERT_TRUE(peer) << peer.error().detail;
  compare_all(**peer);
}

// The comparison itself can tell numbers apart.
TEST(PeerFigures, DifferencesAreFound) {
  const Figures ours{{"a", 3}, {"b", 0.5}};
  EXPECT_EQ(difference(ours, {{"a", 3}, {"b", 0.5}}), "");
  EXPECT_NE(difference(ours, {{"a", 4}, {"b", 0.5}}), "");
  EXPECT_NE(difference(ours, {{"a", 3}}), "");
  EXPECT_NE(difference(ours, {{"a", 3}, {"b", 0.5}, {"c", 1}}), "");
  EXPECT_EQ(figures_of(Rows{{"x", "y", "2"}, {"x", "y", "3"}, {"z", "", "0"}}),
            (Figures{{"x\ty", 5}}));
}

}  // namespace
}  // namespace viaggio::bench
