#include "catalog/saved_views.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace viaggio::catalog {
namespace {

using nlohmann::json;

class SavedViewsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "viaggio-saved-XXXXXX";
    folder = mkdtemp(name.data());
    auto opened = Catalog::open(folder + "/catalog.db");
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    catalog = std::move(*opened);
    views = std::make_unique<SavedViews>(*catalog);
  }
  void TearDown() override {
    views.reset();
    catalog.reset();
    std::filesystem::remove_all(folder);
  }
  static std::string report(const std::string& name) {
    return json{{"name", name}, {"page", "funnel"}, {"question", {{"window", "7d"}}}}.dump();
  }
  static std::string dashboard(const std::vector<std::string>& reports) {
    return json{{"name", "Lunedì"}, {"reports", reports}}.dump();
  }
  // code and field of what is refused; "" when it is not.
  std::string refused(SavedKind kind, const std::string& body) {
    const auto made = views->create(kind, body);
    return made ? "" : made.error().code + " " + made.error().field;
  }

  std::string folder;
  std::unique_ptr<Catalog> catalog;
  std::unique_ptr<SavedViews> views;
};

TEST_F(SavedViewsTest, IdsComeFromNamesAndNeverCollide) {
  EXPECT_EQ(views->create(SavedKind::report, report("Da telefono, ottobre!"))->id,
            "da-telefono-ottobre");
  EXPECT_EQ(views->create(SavedKind::report, report("Da telefono: ottobre"))->id,
            "da-telefono-ottobre-2");
  EXPECT_EQ(views->create(SavedKind::report, report("日本"))->id, "report");
  const auto day = R"({"day":"2026-11-01","text":"Saldi"})";
  EXPECT_EQ(views->create(SavedKind::annotation, day)->id, "2026-11-01");
  EXPECT_EQ(views->create(SavedKind::annotation, day)->id, "2026-11-01-2");
  EXPECT_EQ(json::parse(*views->list(SavedKind::annotation))["annotations"].size(), 2u);
}

TEST_F(SavedViewsTest, WhatIsReadCanBeWrittenBack) {
  const auto made = views->create(SavedKind::report, report("Uno"));
  ASSERT_TRUE(made.has_value());
  const auto read = views->get(SavedKind::report, "uno");
  ASSERT_TRUE(read.has_value());
  auto j = json::parse(read->json);
  EXPECT_EQ(j["question"]["window"], "7d");
  j["name"] = "Due";
  const auto put = views->put(SavedKind::report, "uno", j.dump(), read->etag());
  ASSERT_TRUE(put.has_value()) << put.error().detail;
  EXPECT_EQ(json::parse(put->json)["name"], "Due");
  EXPECT_EQ(views->put(SavedKind::report, "uno", j.dump(), made->etag()).error().code,
            "version_conflict");
}

TEST_F(SavedViewsTest, ADeletedReportLeavesItsDashboards) {
  for (const char* name : {"a", "b", "c"}) views->create(SavedKind::report, report(name)).value();
  views->create(SavedKind::dashboard, dashboard({"c", "a", "b"})).value();
  views->create(SavedKind::dashboard, dashboard({"b"})).value();
  EXPECT_TRUE(views->remove(SavedKind::report, "a", "").has_value());
  const auto left = json::parse(*views->list(SavedKind::dashboard))["dashboards"];
  EXPECT_EQ(left[0]["reports"], (json{"c", "b"}));
  EXPECT_EQ(left[1]["reports"], (json{"b"}));
  EXPECT_EQ(views->remove(SavedKind::report, "a", "").error().code, "unknown_report");
}

TEST_F(SavedViewsTest, WhatMakesNoSenseIsRefusedByName) {
  const auto kReport = SavedKind::report;
  EXPECT_EQ(refused(kReport, "[]"), "invalid_json ");
  EXPECT_EQ(refused(kReport, "{\"name\":"), "invalid_json ");
  EXPECT_EQ(refused(kReport, "\xff\xfe"), "invalid_json ");
  EXPECT_EQ(refused(kReport, R"({"page":"funnel","question":{}})"), "invalid_argument name");
  EXPECT_EQ(refused(kReport, R"({"name":" \t","page":"funnel","question":{}})"),
            "invalid_argument name");
  EXPECT_EQ(refused(kReport, report(std::string(201, 'x'))), "invalid_argument name");
  EXPECT_EQ(refused(kReport, R"({"name":"a","page":"../x","question":{}})"),
            "invalid_argument page");
  EXPECT_EQ(refused(kReport, R"({"name":"a","question":{}})"), "invalid_argument page");
  EXPECT_EQ(refused(kReport, R"({"name":"a","page":"sql","question":"x"})"),
            "invalid_argument question");
  EXPECT_EQ(refused(kReport, R"({"name":"a","page":"sql","question":{},"x":1})"),
            "unknown_field x");
  EXPECT_EQ(refused(kReport, R"({"name":"a","page":"sql","question":{"a":)" +
                                 std::string(5000, '[') + std::string(5000, ']') + "}}"),
            "too_deep ");
  EXPECT_EQ(refused(kReport, report("a") + std::string(70'000, ' ')), "too_large ");
  EXPECT_EQ(refused(SavedKind::dashboard, R"({"name":"a"})"), "invalid_argument reports");
  EXPECT_EQ(refused(SavedKind::dashboard, R"({"name":"a","reports":[1]})"),
            "invalid_argument reports[0]");
  EXPECT_EQ(refused(SavedKind::dashboard, dashboard({"nobody"})), "unknown_report reports[0]");
  views->create(kReport, report("a")).value();
  EXPECT_EQ(refused(SavedKind::dashboard, dashboard({"a", "a"})), "invalid_argument reports[1]");
  EXPECT_EQ(refused(SavedKind::dashboard, dashboard(std::vector<std::string>(25, "a"))),
            "invalid_argument reports");
  EXPECT_EQ(refused(SavedKind::annotation, R"({"day":"2026-02-30","text":"x"})"),
            "invalid_argument day");
  EXPECT_EQ(refused(SavedKind::annotation, R"({"day":"2026-02-03","text":""})"),
            "invalid_argument text");
  EXPECT_EQ(views->put(kReport, "UPPER", report("a"), "").error().field, "id");
  EXPECT_EQ(views->get(kReport, "nobody").error().code, "unknown_report");
}

}  // namespace
}  // namespace viaggio::catalog
