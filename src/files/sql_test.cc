// SQL that people write: read-only, locked in, limited.
#include "files/sql.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "files/merge_parquet.h"

namespace viaggio::files {
namespace {

class SqlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "viaggio-sql-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream(folder_ + "/a.jsonl") << R"({"id":1,"word":"uno"})"
                                           "\n"
                                        << R"({"id":2,"word":"due"})"
                                           "\n"
                                        << R"({"id":3,"word":null})"
                                           "\n";
    MergePlan plan;
    plan.json_lines = {folder_ + "/a.jsonl"};
    plan.stored = {{"id", "UBIGINT"}, {"word", "VARCHAR"}};
    plan.keys = {3, 1};
    plan.joined = {{"who", MemoryColumn::Kind::text, {"", "ann"}, {MemoryColumn::kNull, 1}},
                   {"value", MemoryColumn::Kind::money, {}, {-5, 199'999}}};
    plan.output = folder_ + "/a.parquet";
    const auto rows = merge_parquet(plan);
    ASSERT_TRUE(rows) << rows.error().detail;
    ASSERT_EQ(*rows, 3u);
  }
  void TearDown() override {
    std::error_code ec;
    std::filesystem::remove_all(folder_, ec);
  }
  Result<SqlAnswer> ask(const std::string& query, const SqlLimits& limits = {}) {
    const std::vector<OutputColumn> columns = {
        {"id", "UBIGINT"}, {"word", "VARCHAR"}, {"who", "VARCHAR"}, {"value", "DECIMAL(18,4)"}};
    return select_sql({{"words", columns, {folder_ + "/a.parquet"}}, {"none", columns, {}}},
                      {{"named", "SELECT * FROM words WHERE who IS NOT NULL"}}, query, limits);
  }
  std::string code(const std::string& query, const SqlLimits& limits = {}) {
    const auto answer = ask(query, limits);
    return answer ? "" : answer.error().code;
  }
  std::string folder_;
};

TEST_F(SqlTest, ReadsRowsOfFilesAndOfMemory) {
  const auto answer = ask("SELECT id, word, who, value FROM words ORDER BY id; -- all of them");
  ASSERT_TRUE(answer) << answer.error().detail;
  ASSERT_EQ(answer->columns.size(), 4u);
  EXPECT_EQ(answer->columns[0].type, "INTEGER");
  EXPECT_EQ(answer->columns[3].type, "DECIMAL");
  using Row = std::vector<std::optional<std::string>>;
  EXPECT_EQ(answer->rows, (std::vector<Row>{{"1", "uno", "ann", "19.9999"},
                                            {"2", "due", std::nullopt, std::nullopt},
                                            {"3", std::nullopt, std::nullopt, "-0.0005"}}));
  EXPECT_FALSE(answer->more);
}

TEST_F(SqlTest, ViewsAndEmptyTables) {
  const auto named = ask("SELECT count(*) FROM named");
  ASSERT_TRUE(named) << named.error().detail;
  EXPECT_EQ(named->rows[0][0], "1");
  const auto none = ask("WITH n AS (SELECT * FROM none) SELECT count(*), sum(value) FROM n");
  ASSERT_TRUE(none) << none.error().detail;
  EXPECT_EQ(none->rows[0][0], "0");
  EXPECT_EQ(none->rows[0][1], std::nullopt);
}

TEST_F(SqlTest, OneColumnNameTwice) {
  const auto answer = ask("SELECT 1 AS a, 2 AS a");
  ASSERT_TRUE(answer) << answer.error().detail;
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_EQ(answer->rows[0][1], "2");
}

TEST_F(SqlTest, RowsBeyondTheLimitAreSaidNotSent) {
  SqlLimits limits;
  limits.rows = 2;
  const auto answer = ask("SELECT * FROM words", limits);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows.size(), 2u);
  EXPECT_TRUE(answer->more);
}

TEST_F(SqlTest, OnlyOneSelect) {
  for (const std::string& query :
       {std::string("DROP VIEW words"), std::string("SELECT 1; SELECT 2"),
        std::string("SET threads=1"), std::string("INSTALL httpfs"),
        std::string("ATTACH '/tmp/x.db'"), std::string("CREATE TABLE t(a INT)"),
        std::string("INSERT INTO none VALUES (1,'a','b',1)")}) {
    EXPECT_EQ(code(query), "sql_not_select") << query;
  }
  EXPECT_NE(code("COPY (SELECT 1) TO '" + folder_ + "/b.csv'"), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/b.csv"));
  EXPECT_NE(code("COPY (SELECT 1) TO '" + folder_ + "/a.parquet'"), "");
  EXPECT_EQ(code("SELECT * FROM words"), "");
  EXPECT_NE(code("PRAGMA database_list"), "");
  for (const char* query : {"", ";", "SELEKT 1", "SELECT nothing FROM words", "SELECT ?"})
    EXPECT_EQ(code(query), "sql_error") << query;
}

TEST_F(SqlTest, SeesNoOtherFile) {
  std::ofstream(folder_ + "/secret.csv") << "a\n1\n";
  for (const std::string& query :
       {"SELECT * FROM read_csv('" + folder_ + "/secret.csv')",
        "SELECT * FROM '" + folder_ + "/secret.csv'",
        std::string("SELECT * FROM read_text('/etc/passwd')"),
        std::string("SELECT * FROM glob('/etc/*')"),
        std::string("SELECT * FROM read_csv('https://example.com/a.csv')")}) {
    EXPECT_EQ(code(query), "sql_error") << query;
  }
}

TEST_F(SqlTest, EndsWhenTheTimeIsOver) {
  SqlLimits limits;
  limits.time = 200'000;
  EXPECT_EQ(code("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range = "
                 "b.range * 7 % 13",
                 limits),
            "time_limit");
}

}  // namespace
}  // namespace viaggio::files
