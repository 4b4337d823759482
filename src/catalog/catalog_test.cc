#include "catalog/catalog.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

namespace viaggio::catalog {
namespace {

class CatalogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "viaggio-catalog-XXXXXX";
    folder = mkdtemp(name.data());
    open();
  }
  void TearDown() override {
    catalog.reset();
    std::filesystem::remove_all(folder);
  }
  void open() {
    catalog.reset();
    auto opened = Catalog::open(folder + "/catalog.db");
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    catalog = std::move(*opened);
  }
  std::string folder;
  std::unique_ptr<Catalog> catalog;
};

TEST_F(CatalogTest, EveryPastRevisionCanBeRead) {
  EXPECT_EQ(catalog->revision(), 0u);
  const auto first = catalog->put("stage_model", "a", "{\"v\":1}").value();
  catalog->put("stage_model", "b", "{\"v\":10}").value();
  const auto second = catalog->put("stage_model", "a", "{\"v\":2}").value();
  EXPECT_EQ(catalog->revision(), 3u);
  EXPECT_EQ(catalog->get("stage_model", "a")->json, "{\"v\":2}");
  EXPECT_EQ(catalog->get("stage_model", "a", first.revision)->json, "{\"v\":1}");
  EXPECT_EQ(catalog->get("stage_model", "a", second.revision - 1)->json, "{\"v\":1}");
  EXPECT_EQ(catalog->list("stage_model", 1)->size(), 1u);
  EXPECT_EQ(catalog->list("stage_model")->size(), 2u);
  EXPECT_EQ(catalog->get("stage_model", "a", 0).error().kind, ErrorKind::not_found);
  catalog->remove("stage_model", "a").value();
  EXPECT_FALSE(catalog->get("stage_model", "a").has_value());
  EXPECT_EQ(catalog->list("stage_model")->size(), 1u);
  EXPECT_EQ(catalog->list("stage_model", 3)->size(), 2u);
  EXPECT_EQ(catalog->history("stage_model", "a")->size(), 3u);
  open();
  EXPECT_EQ(catalog->revision(), 4u);
  EXPECT_EQ(catalog->get("stage_model", "a", 3)->json, "{\"v\":2}");
}

TEST_F(CatalogTest, AStaleWriterLoses) {
  const auto read = catalog->put("settings", "workspace", "{}").value();
  catalog->put("settings", "workspace", "{\"a\":1}", read.etag()).value();
  const auto stale = catalog->put("settings", "workspace", "{\"b\":1}", read.etag());
  ASSERT_FALSE(stale.has_value());
  EXPECT_EQ(stale.error().kind, ErrorKind::conflict);
  EXPECT_EQ(stale.error().code, "version_conflict");
  EXPECT_EQ(catalog->get("settings", "workspace")->json, "{\"a\":1}");
  EXPECT_EQ(catalog->put("settings", "new", "{}", "*").error().kind, ErrorKind::conflict);
  EXPECT_EQ(catalog->put("settings", "new", "{}", "r1").error().kind, ErrorKind::conflict);
  EXPECT_EQ(catalog->remove("settings", "workspace", read.etag()).error().kind,
            ErrorKind::conflict);
  EXPECT_EQ(catalog->revision(), 2u);
}

TEST_F(CatalogTest, WritingTheSameChangesNothing) {
  const auto one = catalog->put("map", "m", "{\"x\":1}").value();
  const auto again = catalog->put("map", "m", "{\"x\":1}").value();
  EXPECT_EQ(one.etag(), again.etag());
  EXPECT_EQ(catalog->revision(), 1u);
}

TEST_F(CatalogTest, ExactlyOneOfManyWritersWins) {
  const std::string etag = catalog->put("map", "m", "{}")->etag();
  std::atomic<int> won{0};
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      if (catalog->put("map", "m", "{\"by\":" + std::to_string(i) + "}", etag)) ++won;
    });
  }
  for (auto& w : writers) w.join();
  EXPECT_EQ(won, 1);
}

TEST_F(CatalogTest, TablesAndFactsAreIdempotentAndDoNotMoveTheRevision) {
  const auto rows =
      parse_rows("products", R"({"rows":[{"sku":"A","price":1},{"sku":"B"}]})").value();
  ASSERT_TRUE(catalog->upsert_rows("products", rows));
  ASSERT_TRUE(catalog->upsert_rows("products", rows));
  ASSERT_TRUE(catalog->upsert_rows("products",
                                   parse_rows("products", R"([{"sku":"A","price":2}])").value()));
  EXPECT_EQ(catalog->rows("products")->size(), 2u);
  EXPECT_EQ(catalog->row("products", "A").value()->json, R"({"price":2,"sku":"A"})");
  EXPECT_FALSE(catalog->row("products", "Z").value().has_value());
  EXPECT_EQ(catalog->rows("stores")->size(), 0u);
  const auto facts =
      parse_facts(
          R"([{"day":"2026-11-01","touchpoint":"store","campaign":"","measure":"footfall","value":10},
    {"day":"2026-11-02","touchpoint":"store","measure":"footfall","value":11.5}])")
          .value();
  ASSERT_TRUE(catalog->upsert_facts(facts));
  ASSERT_TRUE(catalog->upsert_facts(facts));
  EXPECT_EQ(catalog->facts({})->size(), 2u);
  FactFilter second;
  second.from = "2026-11-02";
  second.measure = "footfall";
  ASSERT_EQ(catalog->facts(second)->size(), 1u);
  EXPECT_EQ(catalog->facts(second)->front().value, 11.5);
  EXPECT_EQ(catalog->revision(), 0u);
}

TEST_F(CatalogTest, WrongRowsNameTheField) {
  EXPECT_EQ(parse_rows("products", R"([{"sku":"a"},{"name":"x"}])").error().field, "rows[1].sku");
  EXPECT_EQ(parse_rows("nonsense", "[]").error().kind, ErrorKind::not_found);
  EXPECT_EQ(parse_rows("products", "{").error().code, "invalid_json");
  EXPECT_EQ(parse_facts(R"([{"day":"2026-13-01","measure":"m","value":1}])").error().field,
            "facts[0].day");
  EXPECT_EQ(parse_facts(R"([{"day":"2026-11-01","measure":"m","value":"1"}])").error().field,
            "facts[0].value");
  EXPECT_EQ(parse_facts(R"([{"day":"2026-11-01","measure":"m","value":1,"x":1}])").error().field,
            "facts[0].x");
  EXPECT_FALSE(parse_rows("products", std::string(100'000, '[')).has_value());
  EXPECT_FALSE(parse_rows("products", "[{\"sku\":\"a\",\"x\":" + std::string(50'000, '[') +
                                          std::string(50'000, ']') + "}]")
                   .has_value());
}

TEST_F(CatalogTest, RecordsComeAndGo) {
  ASSERT_TRUE(catalog->put_record("import", "1", "{\"n\":1}"));
  ASSERT_TRUE(catalog->put_record("import", "2", "{}"));
  ASSERT_TRUE(catalog->put_record("import", "1", "{\"n\":2}"));
  EXPECT_EQ(catalog->record("import", "1").value().value(), "{\"n\":2}");
  EXPECT_EQ(catalog->records("import")->size(), 2u);
  ASSERT_TRUE(catalog->remove_record("import", "1"));
  EXPECT_FALSE(catalog->record("import", "1").value().has_value());
  EXPECT_EQ(catalog->records("other")->size(), 0u);
}

TEST_F(CatalogTest, ChecksAndCopies) {
  catalog->put("map", "m", "{\"è\":\"'; DROP TABLE documents; --\"}").value();
  EXPECT_TRUE(catalog->check());
  ASSERT_TRUE(catalog->copy_to(folder + "/copy.db"));
  auto copy = Catalog::open(folder + "/copy.db");
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ((*copy)->get("map", "m")->json, "{\"è\":\"'; DROP TABLE documents; --\"}");
  EXPECT_FALSE(Catalog::open(folder + "/no/such/folder/c.db").has_value());
}

}  // namespace
}  // namespace viaggio::catalog
