#include "imports/import.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "formats/export.h"
#include "imports/shipped.h"

namespace viaggio::imports {
namespace {

using nlohmann::json;

// Stores what comes, once per (source, message id), as ingest does.
struct CountingStore {
  std::map<std::pair<std::string, std::string>, IncomingEvent> events;
  std::vector<std::pair<std::string, std::string>> order;
  Sink sink() {
    return [this](std::vector<IncomingEvent>&& batch) -> Result<SinkAnswer> {
      SinkAnswer answer;
      for (IncomingEvent& event : batch) {
        const auto key = std::pair(event.kind.source, event.message_id);
        if (events.try_emplace(key, std::move(event)).second) {
          ++answer.stored;
          order.push_back(key);
        } else {
          ++answer.duplicates;
        }
      }
      return answer;
    };
  }
  std::int64_t total(const std::string& name = "") const {
    std::int64_t sum = 0;
    for (const auto& [key, event] : events) {
      if (event.value != kNoValue && (name.empty() || event.kind.name == name)) sum += event.value;
    }
    return sum;
  }
  std::size_t count(const std::string& name) const {
    std::size_t n = 0;
    for (const auto& [key, event] : events) n += event.kind.name == name;
    return n;
  }
};

std::filesystem::path repository() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
}

std::filesystem::path shared_folder() {
  if (const char* folder = std::getenv("VIAGGIO_SHARED")) return folder;
  return repository().parent_path() / "shared";
}

class Import : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("viaggio_import_" + std::to_string(::getpid()) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    request_.rejected_path = (folder_ / "rejected.csv").string();
    request_.now = *parse_time("2026-11-23T10:00:00Z");
    request_.import_id = "imp1";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  void map(const std::string& toml) {
    auto mapping = parse_mapping_toml(toml);
    ASSERT_TRUE(mapping) << mapping.error().detail;
    request_.mapping = *mapping;
  }
  Progress run(CountingStore& store) {
    auto done = run_import(request_, store.sink(), [this](const Progress& p) { last_ = p; });
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return done ? *done : Progress{};
  }
  std::string rejected() const {
    std::ifstream file(request_.rejected_path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
  Request request_;
  Progress last_;
};

const char* const kOrders = R"(
source = "till"
timezone = "Europe/Rome"
event = "Order Completed"
[time]
column = "Data"
format = "day_month_year"
[[rules]]
when = { column = "Numero", starts_with = "R" }
event = "Order Refunded"
negate = true
[[rules]]
when = { column = "Numero", equals = "TEST" }
skip = true
[identifiers]
user_id = "Cliente"
email = "E-mail"
loyalty_card = "Tessera"
[properties]
order_id = "Numero"
gift = { column = "Regalo", type = "boolean" }
[group]
by = ["Numero"]
[line]
sku = "Articolo"
price = { column = "Prezzo", type = "number", decimal = "comma" }
quantity = { column = "Pezzi", type = "number", decimal = "comma" }
)";

TEST_F(Import, RowsOfOneKeyAreOneEventWhereverTheyStand) {
  map(kOrders);
  request_.path = write("a.csv",
                        "Numero;Data;Cliente;E-mail;Tessera;Regalo;Articolo;Prezzo;Pezzi\n"
                        "1;02/07/2026 10:00;7;Anna@B.it;ab-12;s\xEC;X;1.234,56;1\n"
                        "R2;03/07/2026;7;;;;Y;10,00;-2\n"
                        "TEST;03/07/2026;7;;;;Y;10,00;1\n"
                        "1;02/07/2026 09:00;;;;;Z;0,10;3\n"
                        "1;02/07/2026 09:00;;;;;Z;tanto;3\n"
                        "3;32/07/2026 09:00;;;;;Z;1;3\n");
  CountingStore store;
  const Progress done = run(store);
  EXPECT_EQ(done.rows, 6u);
  EXPECT_EQ(done.events, 2u);
  EXPECT_EQ(done.stored, 2u);
  EXPECT_EQ(done.rejected, 2u);
  EXPECT_EQ(store.total("Order Completed"), 12'348'600);
  EXPECT_EQ(store.total("Order Refunded"), -200'000);
  const IncomingEvent& order = store.events.at(store.order[0]);
  EXPECT_EQ(order.time, *parse_time("2026-07-02T07:00:00Z"));  // the earliest, in Rome
  EXPECT_EQ(order.order_id, "1");
  EXPECT_EQ(order.identifiers.size(), 3u);
  const json message = json::parse(formats::split_stored_text(order.json).raw);
  EXPECT_EQ(message["properties"]["products"].size(), 2u);
  EXPECT_EQ(message["properties"]["gift"], true);
  EXPECT_EQ(formats::split_stored_text(order.json).import_id, "imp1");
  const json refund = json::parse(store.events.at(store.order[1]).json);
  EXPECT_EQ(refund["properties"]["products"][0]["quantity"], 2);
  EXPECT_EQ(refund["properties"]["total"], 20);
  EXPECT_NE(rejected().find("6,invalid_number,Prezzo"), std::string::npos) << rejected();
  EXPECT_NE(rejected().find("7,invalid_time,Data"), std::string::npos) << rejected();
  // Again: the same ids, nothing new.
  request_.import_id = "imp2";
  const Progress again = run(store);
  EXPECT_EQ(again.stored, 0u);
  EXPECT_EQ(again.duplicates, 2u);
}

TEST_F(Import, EqualRowsAreSeveralEventsAndStayTheSameOnes) {
  map("source='s'\nevent='Store Visited'\ntime='t'\n[identifiers]\nuser_id='u'\n");
  request_.path = write("a.csv", "t,u\n2026-01-01,1\n2026-01-01,1\n2026-01-01,2\n2026-01-01,1\n");
  CountingStore store;
  EXPECT_EQ(run(store).stored, 4u);
  EXPECT_EQ(run(store).stored, 0u);
  request_.mapping.key = {"u"};
  CountingStore keyed;
  const Progress done = run(keyed);
  EXPECT_EQ(done.stored, 2u);
  EXPECT_EQ(done.duplicates, 2u);
}

TEST_F(Import, IdentifiersAreReadAsTheirMappingSays) {
  map("event = \"A\"\n[identifiers]\nuser_id = { column = \"who\", map = { a = \"Anna\" } }\n"
      "email = { column = \"mail\", map = { none = \"\" } }\n"
      "loyalty_card = { constant = \"K1\" }\n[traits]\nlong_name_of_a_trait = \"who\"\n");
  request_.path = write("k.csv", "who,mail\na,x@y.it\nb,none\n");
  CountingStore store;
  EXPECT_EQ(run(store).stored, 2u);
  const auto identifiers = [&](std::size_t n) {
    return store.events.at(store.order.at(n)).identifiers;
  };
  const Identifier card{IdentifierType::loyalty_card, "K1"};
  EXPECT_EQ(identifiers(0),
            (std::vector<Identifier>{
                {IdentifierType::user_id, "Anna"}, card, {IdentifierType::email, "x@y.it"}}));
  EXPECT_EQ(identifiers(1), (std::vector<Identifier>{{IdentifierType::user_id, "b"}, card}));
}

TEST_F(Import, RowsMayFillATable) {
  map("into = \"facts\"\n[time]\ncolumn = \"Giorno\"\nformat = \"day_month_year\"\n"
      "timezone = \"Europe/Rome\"\n[properties]\nmeasure = { constant = \"views\" }\n"
      "value = { column = \"Viste\", type = \"number\" }\n");
  request_.path =
      write("f.csv", "Giorno;Viste\n01/03/2026;7\nieri;8\n02/03/2026;tante\n3/3/2026;9\n");
  std::string table;
  json rows;
  request_.tables = [&](const std::string& into, const std::string& text) -> Result<TableAnswer> {
    table = into;
    rows = json::parse(text);
    return TableAnswer{1, {{1, "no_good", "value", "is not liked"}}};
  };
  CountingStore store;
  const Progress done = run(store);
  EXPECT_EQ(table, "facts");
  EXPECT_EQ(rows, json::parse(R"([{"day":"2026-03-01","measure":"views","value":7},
                                  {"day":"2026-03-03","measure":"views","value":9}])"));
  EXPECT_EQ(done.rows, 4u);
  EXPECT_EQ(done.stored, 1u);
  EXPECT_EQ(done.rejected, 3u);
  EXPECT_NE(rejected().find("5,no_good,value,is not liked,3/3/2026;9"), std::string::npos);
  EXPECT_TRUE(store.events.empty());
  request_.tables = nullptr;
  EXPECT_EQ(run_import(request_, store.sink(), nullptr).error().code, "not_events");
  EXPECT_EQ(parse_mapping_toml("into = \"people\"\n[properties]\na = \"b\"").error().field, "into");
  EXPECT_EQ(parse_mapping_toml("into = \"stores\"").error().field, "properties");
}

TEST_F(Import, RowsWithoutTheirKeyStayApart) {
  map("event = \"A\"\nkey = [\"id\"]\n[identifiers]\nuser_id = \"who\"\n");
  request_.path = write("k.csv", "id,who\n1,a\n1,b\n,c\n,d\n,d\n");
  CountingStore store;
  Progress done = run(store);
  EXPECT_EQ(done.stored, 4u);
  EXPECT_EQ(done.duplicates, 1u);
  EXPECT_EQ(run(store).stored, 0u);
  map("event = \"A\"\n[group]\nby = [\"id\"]\n[line]\nsku = \"who\"\n");
  CountingStore groups;
  done = run(groups);
  EXPECT_EQ(done.stored, 1u);
  EXPECT_EQ(done.rejected, 3u);
  EXPECT_NE(rejected().find("missing_field,id,"), std::string::npos);
}

TEST_F(Import, AFileIsTheSameSourceWhereverItLies) {
  map("event = \"A\"\n[identifiers]\nuser_id = \"who\"\n");
  CountingStore store;
  request_.path = write("till.csv", "who\na\n");
  EXPECT_EQ(run(store).stored, 1u);
  request_.path = write("upload-77", "who\na\n");
  request_.name = "till.csv.gz";
  EXPECT_EQ(run(store).duplicates, 1u);
}

TEST_F(Import, JsonLinesThroughAMapping) {
  map("event={column='what',map={buy='Order "
      "Completed'}}\ntime={column='at',format='epoch_milliseconds'}\n"
      "[identifiers]\nemail='who.mail'\n[properties]\ntotal={column='sum',type='number'}\nnote='"
      "note'\n"
      "[context]\nsessionId='sid'\n");
  request_.path =
      write("a.jsonl",
            "{\"what\":\"buy\",\"at\":1767225600000,\"who\":{\"mail\":\"a@b.it\"},\"sum\":\"12,"
            "50\",\"note\":\"x\\\"y\"}\n"
            "not json\n{\"what\":\"look\",\"at\":1767225600000,\"sid\":5}\n{\"at\":1}\n[1]\n");
  CountingStore store;
  const Progress done = run(store);
  EXPECT_EQ(done.stored, 2u);
  EXPECT_EQ(done.rejected, 3u);
  EXPECT_EQ(store.total("Order Completed"), 125'000);
  EXPECT_EQ(store.count("look"), 1u);
}

TEST_F(Import, MappingErrorsNameTheMember) {
  const auto field = [](const std::string& toml) {
    auto mapping = parse_mapping_toml(toml);
    return mapping ? "none" : mapping.error().field;
  };
  EXPECT_EQ(field("event='A'\nevnt='B'"), "evnt");
  EXPECT_EQ(field("source='x'"), "event");
  EXPECT_EQ(field("event='A'\n[[rules]]\nevent='B'"), "rules[0].when");
  EXPECT_EQ(field("event='A'\n[[rules]]\nwhen={column='a',equals='1',in=['2']}"), "rules[0].when");
  EXPECT_EQ(field("event='A'\n[properties]\np={column='a',type='money'}"), "properties.p.type");
  EXPECT_EQ(field("event='A'\n[identifiers]\nname='a'"), "identifiers.name");
  EXPECT_EQ(field("event='A'\ntimezone='Mars/Base'"), "timezone");
  EXPECT_EQ(field("event='A'\n[time]\ncolumn='a'\nformat='roman'"), "time.format");
  EXPECT_EQ(field("= 3"), "mapping");
  EXPECT_FALSE(parse_mapping_json("[]"));
  EXPECT_FALSE(parse_mapping_json("{"));
  map("event='A'\n[identifiers]\nuser_id='nope'");
  request_.path = write("a.csv", "a,b\n1,2\n");
  CountingStore store;
  auto done = run_import(request_, store.sink(), nullptr);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "missing_column");
}

TEST_F(Import, TomlAndJsonMappingsAreOne) {
  auto text = mapping_toml_to_json(kOrders);
  ASSERT_TRUE(text);
  auto mapping = parse_mapping_json(*text);
  ASSERT_TRUE(mapping) << mapping.error().detail;
  EXPECT_EQ(mapping->rules.size(), 2u);
  EXPECT_EQ(mapping->group_by, std::vector<std::string>{"Numero"});
  EXPECT_EQ(mapping->line[1].value.decimal, formats::DecimalMark::comma);
}

TEST_F(Import, SegmentLines) {
  request_.format = FileFormat::segment;
  request_.source = "old";
  request_.path =
      write("a.jsonl",
            "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"1\",\"messageId\":\"m\"}\n"
            "{\"type\":\"track\",\"event\":\"A\"}\n{\"type\":\"track\",\"event\":\"A\"}\n"
            "{\"batch\":[{\"type\":\"page\",\"userId\":\"1\"},{\"type\":\"track\"}]}\n{\"x\":\n");
  CountingStore store;
  const Progress done = run(store);
  EXPECT_EQ(done.stored, 4u);
  EXPECT_EQ(done.rejected, 2u);
  EXPECT_EQ(run(store).stored, 0u);
}

TEST_F(Import, AnExportIntoAnEmptyStoreReproducesIt) {
  request_.format = FileFormat::segment;
  request_.source = "web";
  request_.path = write("a.jsonl",
                        "{\"type\":\"track\",\"event\":\"Order "
                        "Completed\",\"userId\":\"1\",\"messageId\":\"m\",\"timestamp\":\"2026-01-"
                        "01T00:00:00Z\",\"properties\":{\"total\":3.10}}\n"
                        "{\"type\":\"alias\",\"userId\":\"2\",\"previousId\":\"1\"}\n");
  CountingStore first;
  run(first);
  const auto lines = [](const CountingStore& store) {
    std::string out;
    Sequence sequence = 0;
    for (const auto& key : store.order) {
      const IncomingEvent& event = store.events.at(key);
      formats::StoredEvent stored;
      stored.sequence = ++sequence;
      stored.time = event.time;
      stored.type = event.kind.type;
      stored.name = event.kind.name;
      stored.source = event.kind.source;
      stored.message_id = event.message_id;
      stored.json = event.json;
      formats::append_event_line(out, stored);
      out += '\n';
    }
    return out;
  };
  request_.format = FileFormat::viaggio;
  request_.source.clear();
  request_.import_id = "imp9";
  request_.path = write("b.jsonl", lines(first) + "{}\n");
  CountingStore second;
  EXPECT_EQ(run(second).rejected, 1u);
  EXPECT_EQ(lines(second), lines(first));
  EXPECT_EQ(second.total(), 31'000);
}

TEST_F(Import, SinkErrorsAndCancellingStop) {
  map("event='A'\n[properties]\na='a'");
  request_.path = write("a.csv", "a\n1\n2\n");
  auto failed = run_import(
      request_,
      [](std::vector<IncomingEvent>&&) -> Result<SinkAnswer> {
        return fail(ErrorKind::overloaded, "busy", "later");
      },
      nullptr);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "busy");
  std::atomic<bool> cancelled = true;
  request_.cancelled = &cancelled;
  CountingStore store;
  auto stopped = run_import(request_, store.sink(), nullptr);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "cancelled");
}

TEST(Shipped, MappingsAreTheFilesAndAllParse) {
  ASSERT_FALSE(shipped_mappings().empty());
  for (const ShippedMapping& shipped : shipped_mappings()) {
    auto mapping = parse_mapping_toml(shipped.toml);
    ASSERT_TRUE(mapping) << shipped.id << ": " << mapping.error().detail;
    EXPECT_EQ(mapping->id, shipped.id);
    EXPECT_FALSE(mapping->label_it.empty() || mapping->label_en.empty());
    std::ifstream file(repository() / "mappings" / (std::string(shipped.id) + ".toml"));
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), shipped.toml) << "run mappings/embed.py";
  }
}

TEST(TableTime, Formats) {
  const Zone rome = *Zone::find("Europe/Rome");
  const auto at = [&](const char* text, TimeFormat format = TimeFormat::automatic) {
    auto time = parse_table_time(text, format, rome);
    return time ? format_time(*time) : std::string("error");
  };
  EXPECT_EQ(at("2019-10-01 00:00:00 UTC"), "2019-10-01T00:00:00.000Z");
  EXPECT_EQ(at("2010-12-01T08:26:00"), "2010-12-01T07:26:00.000Z");
  EXPECT_EQ(at("2026-07-01 10:00:00+02:00"), "2026-07-01T08:00:00.000Z");
  EXPECT_EQ(at("2026/07/01 10:00"), "2026-07-01T08:00:00.000Z");
  EXPECT_EQ(at("01/07/2026 10:00"), "2026-07-01T08:00:00.000Z");
  EXPECT_EQ(at("1.7.26 10.00.30"), "2026-07-01T08:00:30.000Z");
  EXPECT_EQ(at("01/07/2026"), "2026-06-30T22:00:00.000Z");
  EXPECT_EQ(at("7/1/2026 10:00 PM", TimeFormat::month_day_year), "2026-07-01T20:00:00.000Z");
  EXPECT_EQ(at("12/31/2026", TimeFormat::day_month_year), "error");
  EXPECT_EQ(at("1767225600"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(at("1767225600123"), "2026-01-01T00:00:00.123Z");
  EXPECT_EQ(at("1767225600.5", TimeFormat::epoch_seconds), "2026-01-01T00:00:00.500Z");
  EXPECT_EQ(at("20260701", TimeFormat::epoch_milliseconds), "1970-01-01T05:37:40.701Z");
  for (const char* bad :
       {"", "yesterday", "99999999999999999999999", "1/2", "2026-13-01", "--", "//", "1/1/1/1"}) {
    EXPECT_EQ(at(bad), "error") << bad;
  }
}

TEST(RealFiles, Rees46GivesEveryRowOnceAndTheSameAgain) {
  const auto path = shared_folder() / "data/rees46_multicategory_sample/2019-Oct_first_17434.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  auto mapping = read_mapping((repository() / "mappings/rees46.toml").string());
  ASSERT_TRUE(mapping) << mapping.error().detail;
  Request request;
  request.path = path.string();
  request.mapping = *mapping;
  CountingStore store;
  auto done = run_import(request, store.sink(), nullptr);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->rows, 17'435u);
  EXPECT_EQ(done->stored, 17'434u);
  EXPECT_EQ(done->rejected, 1u);
  EXPECT_EQ(
      store.count("Product Viewed") + store.count("Product Added") + store.count("Order Completed"),
      17'434u);
  EXPECT_GT(store.total("Order Completed"), 0);
  EXPECT_EQ(store.total(), store.total("Order Completed"));
  auto again = run_import(request, store.sink(), nullptr);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->stored, 0u);
  EXPECT_EQ(again->duplicates, 17'434u);
}

TEST(RealFiles, UciTotalsAreThePublishedOnes) {
  const auto path = shared_folder() / "data/online_retail_uci/online_retail.csv.gz";
  const auto totals_path = shared_folder() / "vectors/online_retail_totals.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  std::ifstream totals_file(totals_path);
  const json totals = json::parse(totals_file)["values"];
  auto mapping = read_mapping((repository() / "mappings/uci-online-retail.toml").string());
  ASSERT_TRUE(mapping) << mapping.error().detail;
  Request request;
  request.path = path.string();
  request.mapping = *mapping;
  CountingStore store;
  auto done = run_import(request, store.sink(), nullptr);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->rows, totals["rows"]);
  EXPECT_EQ(done->rejected, 0u);
  EXPECT_EQ(done->stored, totals["invoices"]);
  EXPECT_EQ(store.count("Order Refunded"), totals["cancelled_invoices"]);
  EXPECT_EQ(store.count("Invoice Adjusted"), 3u);
  EXPECT_EQ((store.total() + 50) / 100,
            static_cast<std::int64_t>(totals["net_revenue"].get<double>() * 100 + 0.5));
  std::set<std::string> customers;
  Micros first = INT64_MAX, last = INT64_MIN;
  std::size_t lines = 0, unowned = 0;
  for (const auto& [key, event] : store.events) {
    if (event.identifiers.empty())
      ++unowned;
    else
      customers.insert(event.identifiers[0].value);
    first = std::min(first, event.time);
    last = std::max(last, event.time);
    lines += json::parse(event.json)["properties"]["products"].size();
  }
  EXPECT_EQ(customers.size(), totals["customers"]);
  EXPECT_EQ(unowned, 3'710u);
  EXPECT_EQ(lines, totals["rows"]);
  EXPECT_EQ(format_time(first),
            totals["min_date"].get<std::string>() + ".000Z");  // winter: London is UTC
  EXPECT_EQ(format_time(last), totals["max_date"].get<std::string>() + ".000Z");
  auto again = run_import(request, store.sink(), nullptr);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->stored, 0u);
  EXPECT_EQ(again->duplicates, totals["invoices"]);
}

}  // namespace
}  // namespace viaggio::imports
