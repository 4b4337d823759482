#include "files/table_reader.h"

#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "files/byte_source.h"
#include "files/parquet.h"

namespace viaggio::files {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("viaggio_files_" + std::to_string(::getpid()) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::filesystem::path folder_;
};

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // null as "<null>"
  std::vector<std::uint64_t> lines;
  std::vector<std::string> texts;
  std::vector<BadRow> bad;
  std::string error;
};

Table read(const std::string& path, ReadOptions options = {}) {
  Table table;
  auto reader = TableReader::open(path, options);
  if (!reader) {
    table.error = reader.error().code;
    return table;
  }
  table.columns = (*reader)->columns();
  RowBatch batch;
  for (;;) {
    auto more = (*reader)->next(batch);
    if (!more) {
      table.error = more.error().code;
      break;
    }
    if (!*more) break;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      std::vector<std::string> row;
      for (std::size_t c = 0; c < batch.columns; ++c) {
        const auto cell = batch.cell(r, c);
        row.push_back(is_null(cell) ? "<null>" : std::string(cell));
      }
      table.rows.push_back(row);
      table.lines.push_back(batch.lines[r]);
      table.texts.emplace_back(batch.texts[r]);
    }
    table.bad.insert(table.bad.end(), batch.bad.begin(), batch.bad.end());
  }
  EXPECT_LE((*reader)->bytes_read(), (*reader)->bytes_total());
  return table;
}

using Rows = std::vector<std::vector<std::string>>;

TEST_F(Files, CsvQuotesNullsAndLineEnds) {
  const Table table = read(write("a.csv", "a, b ,a\r\n1,\"x, \"\"y\"\"\nz\",\r\n\r\n2,\"\",3"));
  EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b", "a_2"}));
  EXPECT_EQ(table.rows, (Rows{{"1", "x, \"y\"\nz", "<null>"}, {"2", "", "3"}}));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{2, 5}));
  EXPECT_EQ(table.texts[0], "1,\"x, \"\"y\"\"\nz\",");
  EXPECT_TRUE(table.bad.empty());
}

TEST_F(Files, CsvBadRowsAreReportedAndTheRestIsKept) {
  const Table table = read(write("a.csv", "a,b\n1,2\n3\n\"x\"y,4\n5,6,7\n\"un,8\n9,10\n11,1"));
  EXPECT_EQ(table.rows, (Rows{{"1", "2"}, {"9", "10"}, {"11", "1"}}));
  ASSERT_EQ(table.bad.size(), 4u);
  EXPECT_EQ(table.bad[0].code, "column_count");
  EXPECT_EQ(table.bad[0].line, 3u);
  EXPECT_EQ(table.bad[0].text, "3");
  EXPECT_EQ(table.bad[1].code, "text_after_quote");
  EXPECT_EQ(table.bad[2].text, "5,6,7");
  EXPECT_EQ(table.bad[3].code, "unclosed_quote");
  EXPECT_EQ(table.bad[3].text, "\"un,8");
  EXPECT_EQ(table.bad[3].line, 6u);
}

TEST_F(Files, CsvSeparatorsAreFound) {
  EXPECT_EQ(read(write("a.csv", "nome;prezzo\n\"a,b\";1,5\nc;2,5\n")).rows,
            (Rows{{"a,b", "1,5"}, {"c", "2,5"}}));
  EXPECT_EQ(read(write("b.txt", "a\tb\n1,1\t2\n")).rows, (Rows{{"1,1", "2"}}));
  EXPECT_EQ(read(write("c.csv", "a|b\n1|2\n")).columns.size(), 2u);
  EXPECT_EQ(read(write("d.csv", "sep=;\r\na;b\r\n1;2\r\n")).lines, (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(read(write("e.csv", "a\n1\n2\n")).rows.size(), 2u);
  ReadOptions options;
  options.header = false;
  EXPECT_EQ(read(write("f.csv", "1,2\n3,4\n"), options).rows, (Rows{{"1", "2"}, {"3", "4"}}));
}

TEST_F(Files, CsvEncodings) {
  const Rows expected{{"Caff\xC3\xA8 \xE2\x82\xAC", "1"}};
  EXPECT_EQ(read(write("a.csv", "\xEF\xBB\xBFn\xC3\xA8,b\nCaff\xC3\xA8 \xE2\x82\xAC,1\n")).rows,
            expected);
  const Table old = read(write("b.csv", "n\xE8,b\nCaff\xE8 \x80,1\n"));
  EXPECT_EQ(old.rows, expected);
  EXPECT_EQ(old.columns[0], "n\xC3\xA8");
  std::string wide;
  for (const char16_t c : std::u16string(u"n\u00e8,b\nCaff\u00e8 \u20ac,1\n")) {
    wide += static_cast<char>(c & 0xFF);
    wide += static_cast<char>(c >> 8);
  }
  EXPECT_EQ(read(write("c.csv", "\xFF\xFE" + wide)).rows, expected);
  EXPECT_EQ(read(write("d.csv", wide)).rows, expected);
}

TEST_F(Files, CsvAcrossBufferBorders) {
  std::string text = "id,text\n";
  for (int i = 0; i < 60'000; ++i) {
    text += std::to_string(i) + ",\"row \"\"" + std::string(static_cast<std::size_t>(i % 97), 'x') +
            "\"\"\n\"\n";
  }
  const Table table = read(write("a.csv", text));
  ASSERT_EQ(table.rows.size(), 60'000u);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    ASSERT_EQ(table.rows[i][0], std::to_string(i));
    ASSERT_EQ(table.rows[i][1], "row \"" + std::string(i % 97, 'x') + "\"\n");
    ASSERT_EQ(table.lines[i], 2 + 2 * i);
  }
}

TEST_F(Files, CsvOneStrayQuoteCostsOneLine) {
  std::string text = "id,text\n";
  for (int i = 0; i < 100'000; ++i) {
    text += std::to_string(i) +
            (i == 500 ? ",\"stray row of some length\n" : ",some row of some length\n");
  }
  const Table table = read(write("a.csv", text));
  EXPECT_EQ(table.rows.size(), 99'999u);
  ASSERT_EQ(table.bad.size(), 1u);
  EXPECT_EQ(table.bad[0].line, 502u);
}

TEST_F(Files, HostileFilesGiveErrors) {
  EXPECT_EQ(read((folder_ / "none.csv").string()).error, "file_not_found");
  EXPECT_EQ(read(folder_.string()).error, "file_not_found");
  EXPECT_EQ(read(write("e.csv", "")).error, "file_empty");
  EXPECT_EQ(read(write("e.parquet", "not parquet")).error, "not_a_table");
  EXPECT_EQ(read(write("z.csv.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", 17))).error,
            "file_damaged");
  EXPECT_EQ(read(write("q.csv", "\"never closed")).error, "not_a_table");
  read(write("n.csv", std::string(5000, '\0')));
}

std::string gzip(const std::string& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return path;
}

TEST_F(Files, GzipAndCutGzip) {
  std::string text = "a,b\n";
  for (int i = 0; i < 50'000; ++i)
    text += std::to_string(i * 7919 % 10'007) + "," + std::to_string(i) + "\n";
  const std::string path = gzip((folder_ / "a.csv.gz").string(), text);
  EXPECT_EQ(read(path).rows.size(), 50'000u);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const Table cut = read(path);
  EXPECT_EQ(cut.error, "file_damaged");
}

TEST_F(Files, JsonLines) {
  ReadOptions options;
  options.row_bytes = 2000;
  const Table table = read(
      write("a.jsonl", "{\"a\":1}\n\n  {\"b\":\"" + std::string(3000, 'x') + "\"}\r\n{\"c\":2}"),
      options);
  EXPECT_EQ(table.rows, (Rows{{"{\"a\":1}"}, {"{\"c\":2}"}}));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{1, 4}));
  ASSERT_EQ(table.bad.size(), 1u);
  EXPECT_EQ(table.bad[0].line, 3u);
}

TEST_F(Files, ParquetRoundTripThroughALockedDatabase) {
  std::string lines;
  for (int i = 0; i < 5000; ++i) {
    lines += "{\"id\":\"m" + std::to_string(i) + "\",\"n\":" + std::to_string(i) +
             ",\"t\":\"2026-11-23T10:00:00.123456Z\",\"p\":{\"x\":\"\xC3\xA8\"},\"none\":null}\n";
  }
  const std::string source = write("a'b.jsonl", lines);
  const std::string target = (folder_ / "a.parquet").string();
  const auto done = convert_json_lines(source,
                                       {{"id", "VARCHAR"},
                                        {"n", "UBIGINT"},
                                        {"t", "TIMESTAMPTZ"},
                                        {"p", "JSON"},
                                        {"none", "VARCHAR"}},
                                       target, OutputFormat::parquet);
  ASSERT_TRUE(done) << done.error().detail;
  const Table table = read(target);
  ASSERT_EQ(table.rows.size(), 5000u);
  EXPECT_EQ(table.columns, (std::vector<std::string>{"id", "n", "t", "p", "none"}));
  EXPECT_EQ(table.rows[4999][0], "m4999");
  EXPECT_EQ(table.rows[4999][1], "4999");
  EXPECT_EQ(table.rows[0][3], "{\"x\":\"\xC3\xA8\"}");
  EXPECT_EQ(table.rows[0][4], "<null>");
  // A target that exists, as one that mkstemp made, is written over.
  for (const OutputFormat format : {OutputFormat::parquet, OutputFormat::csv}) {
    const std::string there =
        write(format == OutputFormat::csv ? "there.csv" : "there.parquet", "old");
    const auto again = convert_json_lines(source, {{"id", "VARCHAR"}}, there, format);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(read(there).rows.size(), 5000u);
  }
  EXPECT_FALSE(convert_json_lines(source, {{"id", "VARCHAR) FROM x"}}, target, OutputFormat::csv));
  ASSERT_TRUE(convert_json_lines(source, {{"id", "VARCHAR"}, {"p", "JSON"}},
                                 (folder_ / "b.csv").string(), OutputFormat::csv));
  EXPECT_EQ(read((folder_ / "b.csv").string()).rows[0],
            (std::vector<std::string>{"m0", "{\"x\":\"\xC3\xA8\"}"}));
}

TEST_F(Files, CsvRowsAreWrittenSoThatTheyReadBack) {
  std::string text;
  append_csv_row(text, {"a", "b", "c"});
  append_csv_row(text, {"x,\"y\"\n", std::string_view("", 0), std::string_view()});
  const Table table = read(write("a.csv", text));
  EXPECT_EQ(table.rows, (Rows{{"x,\"y\"\n", "", "<null>"}}));
}

std::filesystem::path shared_folder() {
  if (const char* folder = std::getenv("VIAGGIO_SHARED")) return folder;
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() /
         "shared";
}

TEST(RealFiles, TheCutRowOfRees46IsRejected) {
  const auto path = shared_folder() / "data/rees46_multicategory_sample/2019-Oct_first_17434.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const Table table = read(path.string());
  EXPECT_EQ(table.rows.size(), 17'434u);
  ASSERT_EQ(table.bad.size(), 1u);
  EXPECT_EQ(table.bad[0].line, 17'436u);
  EXPECT_EQ(table.bad[0].code, "column_count");
}

TEST(RealFiles, EveryLineOfUciIsRead) {
  const auto path = shared_folder() / "data/online_retail_uci/online_retail.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const Table table = read(path.string());
  EXPECT_EQ(table.rows.size(), 541'909u);
  EXPECT_EQ(table.bad.size(), 0u);
}

}  // namespace
}  // namespace viaggio::files
