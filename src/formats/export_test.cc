#include "formats/export.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace viaggio::formats {
namespace {

using nlohmann::json;

constexpr Micros kNow = 1'795'400'000'123'456;

StoredEvent stored(const IncomingEvent& event, Sequence sequence) {
  StoredEvent out;
  out.sequence = sequence;
  out.time = event.time;
  out.received_at = kNow;
  out.type = event.kind.type;
  out.name = event.kind.name;
  out.source = event.kind.source;
  out.message_id = event.message_id;
  out.channel = "direct";
  out.touchpoint = "web";
  out.customer_id = "caaaaaaaaaaaa";
  out.json = event.json;
  return out;
}

ParsedBatch batch_of(const std::string& body) {
  ParseContext context;
  context.sender = Sender::secret_key;
  context.limits = Limits::of(Sender::secret_key);
  context.source = "shop";
  context.received_at = kNow;
  context.do_not_track = true;
  context.import_id = "imp1";
  auto batch = parse_body(body, context);
  EXPECT_TRUE(batch);
  return batch ? *batch : ParsedBatch{};
}

const char* const kBody =
    R"({"sentAt":"2026-11-23T00:00:00Z","batch":[
     {"type":"track","event":"Order Completed","userId":7,"anonymousId":"a","messageId":"m1","timestamp":"2026-11-20T10:00:00.5Z",
      "properties":{"total" : 12.50,"t":"\u00e8 \"x\""},"context":{"ip":"203.0.113.9","traits":{"email":"A@b.it"}}},
     {"type":"identify","userId":"7","traits":{"city":"Forl\u00ec"}},
     {"type":"alias","userId":"8","previousId":"7"},
     {"type":"group","userId":"8","groupId":"g"},
     {"type":"page","name":"Home"},
     {"type":"track","event":"A","timestamp":"2040-01-01T00:00:00Z"}]})";

TEST(EventLine, IsOneLineOfJsonWhateverWasSent) {
  const ParsedBatch batch = batch_of(
      "{\"batch\":[{\"type\":\"track\",\n\"event\":\"A\",\r\n\"groupId\":{\"a\":\"b\"},"
      "\"properties\":{\n\"x\" : 1,\r\n\"t\":\"a\\n\\\"b\"}}]}");
  ASSERT_EQ(batch.events.size(), 1u);
  std::string line;
  append_event_line(line, stored(batch.events[0], 1));
  EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
  const json event = json::parse(line, nullptr, false);
  ASSERT_TRUE(event.is_object()) << line;
  EXPECT_EQ(event["properties"], json({{"x", 1}, {"t", "a\n\"b"}}));
  EXPECT_EQ(event["group_id"], R"({"a":"b"})");
}

TEST(EventLine, HasEveryMemberAndTheBytesAsSent) {
  const ParsedBatch batch = batch_of(kBody);
  ASSERT_EQ(batch.events.size(), 6u);
  std::string line;
  append_event_line(line, stored(batch.events[0], 9));
  const json event = json::parse(line);
  EXPECT_EQ(event["message_id"], "m1");
  EXPECT_EQ(event["sequence"], 9);
  EXPECT_EQ(event["user_id"], "7");
  EXPECT_EQ(event["anonymous_id"], "a");
  EXPECT_EQ(event["type"], "track");
  EXPECT_EQ(event["name"], "Order Completed");
  EXPECT_EQ(event["source"], "shop");
  EXPECT_EQ(event["sent_at"], "2026-11-23T00:00:00Z");
  EXPECT_EQ(event["original_timestamp"], "2026-11-20T10:00:00.5Z");
  EXPECT_EQ(event["received_at"], format_time(kNow));
  EXPECT_EQ(event["import_id"], "imp1");
  EXPECT_EQ(event["identifiers"].size(), 3u);
  EXPECT_EQ(event["traits"], json::object());
  EXPECT_NE(line.find(R"({"total" : 12.50,"t":"\u00e8 \"x\""})"), std::string::npos);
  EXPECT_FALSE(event["raw"].contains("_viaggio"));
}

TEST(EventLine, ImportingAnExportReproducesIt) {
  const ParsedBatch batch = batch_of(kBody);
  ParseContext context;
  context.endpoint = Endpoint::import;
  context.sender = Sender::import;
  context.source = "other";
  context.received_at = kNow + kDay * 30;
  context.import_id = "second";
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    std::string first;
    append_event_line(first, stored(batch.events[i], i + 1));
    auto again = parse_event_line(first, context);
    ASSERT_TRUE(again) << again.error().detail << first;
    EXPECT_EQ(again->kind, batch.events[i].kind);
    EXPECT_EQ(again->message_id, batch.events[i].message_id);
    EXPECT_EQ(again->time, batch.events[i].time);
    EXPECT_EQ(again->value, batch.events[i].value);
    EXPECT_EQ(again->flags, batch.events[i].flags);
    EXPECT_EQ(again->identifiers, batch.events[i].identifiers);
    EXPECT_EQ(again->previous_id, batch.events[i].previous_id);
    std::string second;
    StoredEvent record = stored(*again, i + 1);
    record.received_at = context.received_at;  // it arrived later; the line keeps the first time
    append_event_line(second, record);
    EXPECT_EQ(second, first);
  }
}

TEST(EventLine, WithoutRawTheMessageIsRebuilt) {
  ParseContext context;
  context.received_at = kNow;
  auto event = parse_event_line(
      R"({"message_id":"m","timestamp":"2026-01-01T00:00:00.000Z","type":"track","name":"Order Completed","user_id":"5","anonymous_id":null,"source":"till","properties":{"total":5},"traits":{},"context":{}})",
      context);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->value, 50'000);
  EXPECT_EQ(event->kind.source, "till");
  EXPECT_EQ(event->identifiers.at(0).value, "5");
}

TEST(EventLine, BadLinesNameTheMember) {
  ParseContext context;
  EXPECT_EQ(parse_event_line("{", context).error().code, "invalid_json");
  EXPECT_EQ(parse_event_line("[]", context).error().code, "wrong_type");
  EXPECT_EQ(parse_event_line(R"({"type":"x"})", context).error().field, "type");
  EXPECT_EQ(parse_event_line(R"({"type":"track","raw":{}})", context).error().field, "event");
  EXPECT_EQ(parse_event_line(R"({"type":"page","timestamp":"x","raw":{}})", context).error().field,
            "timestamp");
}

}  // namespace
}  // namespace viaggio::formats
