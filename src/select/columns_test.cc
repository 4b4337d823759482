#include "select/columns.h"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "select/column_file.h"

namespace viaggio::select {
namespace {

class TempFolder {
 public:
  TempFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "viaggio-columns-XXXXXX").string();
    path_ = mkdtemp(path.data()) == nullptr ? std::string() : path;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Every event has `often`, every third `seldom` with one of five values; one in a thousand `rare`.
std::string text_of(Sequence s) {
  std::string json = R"({"properties":{"often":)" + std::to_string(s % 1000);
  if (s % 3 == 0) json += R"(,"seldom":"v)" + std::to_string(s % 5) + "\"";
  if (s % 1000 == 7) json += R"(,"rare":[1,"two"])";
  return json + "}}";
}

TEST(ValueAt, ANumberBeyondAMachineWordSpoilsNothingBesideIt) {
  const std::string json = R"({"properties":{"huge":1e400,"id":123456789012345678901234,"x":7}})";
  EXPECT_EQ(value_at(json, "properties.x").at(0).text, "7");
  EXPECT_EQ(value_at(json, "properties.huge").at(0).text, "1e400");
  EXPECT_EQ(value_at(json, "properties.id").at(0).text, "123456789012345678901234");
}

struct Log {
  Sequence end = 0;
  std::atomic<std::uint64_t> read = 0;
  Columns columns(const std::string& folder) {
    return Columns(
        [this](Sequence from, Sequence to,
               const std::function<void(Sequence, std::string_view)>& each) -> Status {
          for (Sequence s = from; s <= to && s <= end; ++s) {
            ++read;
            each(s, text_of(s));
          }
          return {};
        },
        folder);
  }
};

void expect_right(Columns& columns, Sequence end) {
  const auto often = columns.column("properties.often", end);
  const auto seldom = columns.column("properties.seldom", end);
  const auto rare = columns.column("properties.rare", end);
  ASSERT_TRUE(often && seldom && rare);
  for (Sequence s = 1; s <= end; ++s) {
    ASSERT_EQ(display((*often)->value((*often)->code(s))), std::to_string(s % 1000));
    // Codes follow the order of the log, whatever thread read what.
    ASSERT_EQ((*often)->code(s), (s - 1) % 1000 + 1);
    const std::string want = s % 3 == 0 ? "v" + std::to_string(s % 5) : "";
    ASSERT_EQ(display((*seldom)->value((*seldom)->code(s))), want) << s;
    ASSERT_EQ((*rare)->value((*rare)->code(s)).size(), s % 1000 == 7 ? 2u : 0u) << s;
  }
  EXPECT_EQ((*rare)->code(end + 1), 0u);
}

TEST(Columns, ComeBackFromTheirFilesAndGrow) {
  const TempFolder folder;
  Log log;
  log.end = 150'000;  // more than two chunks
  {
    Columns columns = log.columns(folder.path());
    expect_right(columns, log.end);
    ASSERT_TRUE(columns.save().has_value());
  }
  log.read = 0;
  Columns again = log.columns(folder.path());
  expect_right(again, log.end);
  EXPECT_EQ(log.read, 0u);
  log.end = 160'000;
  expect_right(again, log.end);
  EXPECT_EQ(log.read, 3 * 10'000u);
}

TEST(Columns, DamagedOrStrangeFilesAreReadFromTheLogAgain) {
  const TempFolder folder;
  Log log;
  log.end = 2'000;
  {
    Columns columns = log.columns(folder.path());
    expect_right(columns, log.end);
    ASSERT_TRUE(columns.save().has_value());
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(entry.path()) / 2));
    file.put('!');
  }
  log.read = 0;
  Columns columns = log.columns(folder.path());
  expect_right(columns, log.end);
  EXPECT_EQ(log.read, 3 * 2'000u);
  ASSERT_TRUE(columns.save().has_value());
  log.end = 1'000;  // the files know of more than there is
  log.read = 0;
  Columns shorter = log.columns(folder.path());
  expect_right(shorter, log.end);
  EXPECT_EQ(log.read, 3 * 1'000u);
}

TEST(Columns, ComputedColumnsMayBeFilledInAnyOrder) {
  const Sequence end = 600'000;
  const auto column = make_column({Value{}, Value{Scalar::of(std::string_view("a"))}}, end,
                                  [&](const std::function<void(Sequence, Code)>& set) {
                                    for (Sequence s = 0; s < end; s += 7) set(s * 7919 % end, 1);
                                  });
  std::vector<bool> want(end, false);
  for (Sequence s = 0; s < end; s += 7) want[s * 7919 % end] = true;
  for (Sequence s = 0; s < end; ++s) ASSERT_EQ(column->code(s), want[s] ? 1u : 0u) << s;
}

}  // namespace
}  // namespace viaggio::select
