#include "cli/answer_table.h"

#include <gtest/gtest.h>

namespace viaggio::cli {
namespace {

using nlohmann::json;

TEST(AnswerTable, ListsInsideRowsBecomeRows) {
  const json answer = json::parse(R"({"epoch": "1-1-1", "groups": [
      {"value": "web", "steps": [{"index": 1, "label": "a", "count": 4}, {"index": 2, "label": "b", "count": 1}]},
      {"value": null, "steps": [{"index": 1, "label": "a", "count": 2}]}],
      "steps": [{"index": 1, "label": "a", "count": 6}]})");
  const auto tables = answer_tables("funnel", answer);
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].name, "groups");
  EXPECT_EQ(tables[0].columns, (std::vector<std::string>{"group", "index", "label", "count"}));
  EXPECT_EQ(as_csv(tables[0]), "group,index,label,count\nweb,1,a,4\nweb,2,b,1\n-,1,a,2\n");
}

TEST(AnswerTable, NumbersInListsAndObjectsBecomeColumns) {
  const json answer = json::parse(R"({
      "cohorts": [{"start": "x", "size": 2, "counts": [2, 1], "complete": [true, false]}, {"start": "y", "size": 3, "counts": [3], "complete": [true]}],
      "keys": [{"key": "email", "models": {"first": {"conversions": 1.5, "value": 3}}}]})");
  const auto tables = answer_tables("retention", answer);
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(as_csv(tables[0]), "start,size,0,1\nx,2,2,1\ny,3,3,\"\"\n");
  EXPECT_EQ(as_csv(tables[1]), "key,first.conversions,first.value\nemail,1.5,3\n");
}

TEST(AnswerTable, VariantsAreRowsWithTheirSequence) {
  const json answer = json::parse(R"({
      "conformance": {"fitness": 0.5}, "total": 4,
      "variants": [{"count": 3, "sequence": ["a", "b"], "share": 0.75}, {"count": 1, "sequence": ["a"], "share": 0.25}]})");
  const auto tables = answer_tables("variants", answer);
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(as_csv(tables[0]), "sequence,count,share\n\"a, b\",3,0.75\na,1,0.25\n");
}

TEST(AnswerTable, SeriesOfEqualNamesStayApart) {
  const json answer = json::parse(R"({"buckets": ["d"], "series": [
      {"label": "a", "values": [1]}, {"label": "a", "values": [2]}, {"label": "a", "value": null, "values": [3]}]})");
  EXPECT_EQ(as_csv(answer_tables("trend", answer)[0]), "bucket,a,a 2,a -\nd,1,2,3\n");
}

TEST(AnswerTable, TextIsForPeopleAndCsvForPrograms) {
  AnswerTable table{"stages", {"id", "rate", "dwell_seconds"}, {{"però", 1.0 / 3, 93784.5}}};
  const std::string text = as_text(table);
  EXPECT_NE(text.find("0.3333"), std::string::npos);
  EXPECT_NE(text.find("1d 2h"), std::string::npos);
  EXPECT_NE(as_csv(table).find("93784.5"), std::string::npos);
}

}  // namespace
}  // namespace viaggio::cli
