#include "files/xes_reader.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace viaggio::files {
namespace {

using nlohmann::json;

struct Log {
  std::vector<json> events;
  std::vector<std::uint64_t> lines;
  std::vector<BadRow> bad;
  std::string error;
};

Log read(TableReader& reader) {
  Log log;
  RowBatch batch;
  for (;;) {
    auto more = reader.next(batch);
    if (!more) log.error = more.error().code;
    if (!more || !*more) return log;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      log.events.push_back(json::parse(batch.cell(r, 0)));
      log.lines.push_back(batch.lines[r]);
    }
    log.bad.insert(log.bad.end(), batch.bad.begin(), batch.bad.end());
  }
}

Log read_file(const std::string& text, ReadOptions options = {}) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("viaggio_xes_" + std::to_string(::getpid()) + ".xes");
  std::ofstream(path, std::ios::binary) << text;
  auto reader = TableReader::open(path.string(), options);
  Log log = read(**reader);
  std::filesystem::remove(path);
  return log;
}

Log read_head(std::string_view text) {
  auto reader = TableReader::open_head("log.xes", text, {});
  EXPECT_EQ((*reader)->format(), Format::xes);
  return read(**reader);
}

const std::string kTwoTraces = R"(<?xml version="1.0"?>
<log xes.version="1.0">
  <global scope="trace"><string key="concept:name" value="nobody"/></global>
  <!-- <trace><event/></trace> -->
  <trace>
    <string key="concept:name" value="c1"/>
    <event>
      <string key="concept:name" value="a &amp; &quot;b&quot;"/>
      <date key="time:timestamp" value="2011-10-11T13:45:40.276+02:00"/>
    </event>
    <event><string key="concept:name" value="b > a"/></event>
  </trace>
  <trace/>
  <trace>
    <event><string key="concept:name" value="c"/></event></trace>
</log>
)";

TEST(XesReader, EachEventHasWhatItsTraceSays) {
  const Log log = read_file(kTwoTraces);
  EXPECT_EQ(log.events, (std::vector<json>{{{"case:concept:name", "c1"},
                                            {"concept:name", "a & \"b\""},
                                            {"time:timestamp", "2011-10-11T13:45:40.276+02:00"}},
                                           {{"case:concept:name", "c1"}, {"concept:name", "b > a"}},
                                           {{"concept:name", "c"}}}));
  EXPECT_EQ(log.lines, (std::vector<std::uint64_t>{7, 11, 15}));
  EXPECT_TRUE(log.bad.empty());
  EXPECT_EQ(log.error, "");
}

TEST(XesReader, ValuesHaveTheirTypes) {
  const Log log = read_file(R"(<log><event>
    <int key="i" value="42"/><int key="zeros" value="007"/><float key="f" value="1.5e3"/>
    <boolean key="b" value="true"/><boolean key="maybe" value="perhaps"/><id key="d" value="x"/>
    <string key="outer" value="o"><string key="inner" value="n"/></string>
    <list key="l"><values><string key="one" value="1"/><string key="one" value="2"/></values></list>
    </event></log>)");
  ASSERT_EQ(log.events.size(), 1u);
  EXPECT_EQ(log.events[0], (json{{"i", 42},
                                 {"zeros", "007"},
                                 {"f", 1500.0},
                                 {"b", true},
                                 {"maybe", "perhaps"},
                                 {"d", "x"},
                                 {"outer", "o"},
                                 {"outer/inner", "n"},
                                 {"l/one", "1"},
                                 {"l/one_2", "2"}}));
}

TEST(XesReader, NamesMayHaveAPrefixAndQuotesHideTags) {
  const Log log = read_file(
      "<x:log xmlns:x='http://www.xes-standard.org/'><x:trace><x:string key='concept:name' "
      "value='a </x:trace> b'/><![CDATA[</x:trace>]]><x:event><x:string key='k' value='v'/>"
      "</x:event></x:trace></x:log>");
  EXPECT_EQ(log.events, (std::vector<json>{{{"case:concept:name", "a </x:trace> b"}, {"k", "v"}}}));
}

TEST(XesReader, ABadTraceCostsOnlyItself) {
  const Log log = read_file(
      "<log>\n<trace><event><string key='k' value='1'/></event></trace>\n<trace>\n<event><string "
      "key='k'</event>\n</trace>\n<trace><event><string key='k' value='2'/></event></trace></log>");
  EXPECT_EQ(log.events, (std::vector<json>{{{"k", "1"}}, {{"k", "2"}}}));
  ASSERT_EQ(log.bad.size(), 1u);
  EXPECT_EQ(log.bad[0].code, "not_xml");
  EXPECT_EQ(log.bad[0].line, 4u);
}

TEST(XesReader, AFileThatEndsInsideIsToldAndAHeadIsNot) {
  const std::string cut = kTwoTraces.substr(0, kTwoTraces.find("b > a"));
  const Log whole = read_file(cut);
  EXPECT_TRUE(whole.events.empty());
  ASSERT_EQ(whole.bad.size(), 1u);
  EXPECT_EQ(whole.bad[0].code, "not_xml");
  const Log head = read_head(cut);
  ASSERT_EQ(head.events.size(), 1u);  // the second one is cut
  EXPECT_EQ(head.events[0]["concept:name"], "a & \"b\"");
  EXPECT_TRUE(head.bad.empty());
}

TEST(XesReader, LongLogsAreReadInPieces) {
  std::string text = "<log>\n";
  const std::string filler(200, 'x');
  for (int t = 0; t < 9000; ++t) {
    text += "<trace><string key='concept:name' value='" + std::to_string(t) +
            "'/>\n<event><string key='f' value='" + filler + "'/></event>\n</trace>\n";
  }
  const Log log = read_file(text + "</log>");
  ASSERT_EQ(log.events.size(), 9000u);
  for (std::size_t t = 0; t < 9000; ++t) {
    ASSERT_EQ(log.events[t]["case:concept:name"], std::to_string(t));
    ASSERT_EQ(log.lines[t], 3 * t + 3);
  }
}

TEST(XesReader, WhatIsTooLongOrTooDeepIsToldOfItsEvent) {
  std::string deep = "<string key='k' value='v'/>";
  for (int i = 0; i < 200; ++i) deep = "<string key='k' value='v'>" + deep + "</string>";
  ReadOptions options;
  options.row_bytes = 100;
  const Log log =
      read_file("<log><trace><event>" + deep + "</event><event><string key='k' value='" +
                    std::string(200, 'x') +
                    "'/></event><event><string key='k' value='v'/></event></trace></log>",
                options);
  EXPECT_EQ(log.events, (std::vector<json>{{{"k", "v"}}}));
  ASSERT_EQ(log.bad.size(), 2u);
  EXPECT_EQ(log.bad[0].code, "nested_too_deeply");
  EXPECT_EQ(log.bad[1].code, "row_too_long");
}

TEST(XesReader, OtherEncodings) {
  const Log log = read_file(
      "<?xml version='1.0' encoding='ISO-8859-1'?><log><event><string key='k' "
      "value='citt\xE0'/></event></log>");
  EXPECT_EQ(log.events, (std::vector<json>{{{"k", "citt\xC3\xA0"}}}));
}

TEST(XesReader, IsToldByNameAndContent) {
  EXPECT_EQ(detect_format("a.xes.gz", ""), Format::xes);
  EXPECT_EQ(detect_format("a.bin", "  <?xml version='1.0'?><log/>"), Format::xes);
  EXPECT_EQ(detect_format("a.csv", "<b>,c"), Format::csv);
}

}  // namespace
}  // namespace viaggio::files
