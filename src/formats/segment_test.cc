#include "formats/segment.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "formats/export.h"

namespace viaggio::formats {
namespace {

using nlohmann::json;

constexpr Micros kNow = 1'795'400'000'000'000;  // 2026-11-23

ParseContext write_key_context(Endpoint endpoint = Endpoint::batch) {
  ParseContext context;
  context.endpoint = endpoint;
  context.source = "web";
  context.received_at = kNow;
  return context;
}

ParseContext import_context() {
  ParseContext context = write_key_context(Endpoint::import);
  context.sender = Sender::import;
  context.limits = Limits::of(Sender::import);
  return context;
}

IncomingEvent one(const std::string& message, Endpoint endpoint = Endpoint::track,
                  Sender sender = Sender::write_key) {
  ParseContext context = write_key_context(endpoint);
  context.sender = sender;
  auto batch = parse_body(message, context);
  EXPECT_TRUE(batch) << message;
  if (!batch || batch->events.empty()) {
    ADD_FAILURE() << message << " "
                  << (batch && !batch->rejected.empty() ? batch->rejected[0].detail : "");
    return {};
  }
  return batch->events[0];
}

Rejection refused(const std::string& message, Endpoint endpoint = Endpoint::track) {
  auto batch = parse_body(message, write_key_context(endpoint));
  if (!batch) {
    ADD_FAILURE() << batch.error().code;
    return {};
  }
  EXPECT_TRUE(batch->events.empty()) << message;
  return batch->rejected.empty() ? Rejection{} : batch->rejected[0];
}

std::string error_of(const std::string& body, Endpoint endpoint = Endpoint::batch) {
  auto batch = parse_body(body, write_key_context(endpoint));
  return batch ? "" : batch.error().code;
}

bool has(const IncomingEvent& event, IdentifierType type, const std::string& value) {
  for (const Identifier& i : event.identifiers) {
    if (i.type == type && i.value == value) return true;
  }
  return false;
}

TEST(Endpoint, KnowsEveryPathOfTheDialects) {
  EXPECT_EQ(endpoint_of_path("/v1/track"), Endpoint::track);
  EXPECT_EQ(endpoint_of_path("/v1/b"), Endpoint::batch);
  EXPECT_EQ(endpoint_of_path("/v1/batch/"), Endpoint::batch);
  EXPECT_EQ(endpoint_of_path("/v1/import"), Endpoint::import);
  EXPECT_EQ(endpoint_of_path("/beacon/v1/batch?writeKey=x"), Endpoint::batch);
  EXPECT_EQ(endpoint_of_path("/api/s/s2s/identify"), Endpoint::identify);
  EXPECT_EQ(endpoint_of_path("/api/s/page"), Endpoint::page);
  EXPECT_FALSE(endpoint_of_path("/api/s/t"));
  EXPECT_FALSE(endpoint_of_path("/v1/m"));
}

TEST(Batch, KeepsTheGoodAndNamesTheBad) {
  auto batch = parse_body(
      R"({"writeKey":"k","batch":[
        {"type":"track","event":"A","userId":"1","messageId":"m0"},
        {"type":"track","userId":"1","messageId":"m1"},
        7,
        {"type":"dance","userId":"1"},
        {"event":"A","userId":"1"},
        {"type":"track","event":"B","userId":{"a":1}},
        {"type":"track","event":"B","anonymousId":"x","properties":[1]},
        {"type":"track","event":"B"},
        {"type":"page","anonymousId":"x"}]})",
      write_key_context());
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->write_key, "k");
  ASSERT_EQ(batch->events.size(), 2u);
  EXPECT_EQ(batch->indexes, (std::vector<std::uint32_t>{0, 8}));
  EXPECT_EQ(batch->events[1].kind.name, "Page Viewed");
  EXPECT_TRUE(batch->events[1].message_id_assigned);
  ASSERT_EQ(batch->rejected.size(), 7u);
  EXPECT_EQ(batch->rejected[0].field, "event");
  EXPECT_EQ(batch->rejected[0].message_id, "m1");
  EXPECT_EQ(batch->rejected[0].index, 1u);
  EXPECT_EQ(batch->rejected[1].code, "wrong_type");
  EXPECT_EQ(batch->rejected[2].code, "unknown_type");
  EXPECT_EQ(batch->rejected[3].field, "type");
  EXPECT_EQ(batch->rejected[4].field, "userId");
  EXPECT_EQ(batch->rejected[5].field, "properties");
  EXPECT_EQ(batch->rejected[6].code, "missing_identifier");
}

TEST(Batch, TextIsAsSent) {
  const std::string message =
      R"({ "type":"track", "event":"A\u00e8\n" , "userId":"1","properties":{"n":1.50,"big":123456789012345678901234567890,"e":[{},[]],"q":"a\"}b"}})";
  auto batch = parse_body(
      "{\"sentAt\":null,\"batch\": [ " + message + " ,{\"type\":\"page\",\"userId\":2}] }",
      write_key_context());
  ASSERT_TRUE(batch) << batch.error().detail;
  ASSERT_EQ(batch->events.size(), 2u);
  EXPECT_EQ(batch->events[0].json, message);
  EXPECT_EQ(batch->events[1].identifiers.at(0).value, "2");
}

TEST(Batch, SharedFieldsReachTheMessages) {
  auto batch = parse_body(
      R"({"batch":[{"type":"track","event":"A","userId":"1","timestamp":"2026-11-20T10:00:00Z"},
                   {"type":"track","event":"A","userId":"1","context":{"a":1},"sentAt":"2026-11-23T00:00:00Z"}],
          "context":{"ip":"1.2.3.4","app":"till"},"sentAt":"2026-11-20T10:00:05.000Z"})",
      write_key_context());
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->events.size(), 2u);
  EXPECT_EQ(batch->events[0].time, kNow - 5 * kSecond);
  const StoredText first = split_stored_text(batch->events[0].json);
  EXPECT_EQ(first.sent_at, "2026-11-20T10:00:05.000Z");
  EXPECT_EQ(json::parse(first.raw)["context"]["app"], "till");
  const StoredText second = split_stored_text(batch->events[1].json);
  EXPECT_EQ(second.raw, batch->events[1].json);
  EXPECT_EQ(json::parse(second.raw)["context"], json({{"a", 1}}));
}

TEST(Batch, ASharedContextCountsAsTheMessagesOwn) {
  const std::string context =
      R"({"ip":"203.0.113.77","campaign":{"source":"news"},"traits":{"email":"A@b.it"}})";
  auto shared = parse_body(
      R"({"batch":[{"type":"track","event":"A","userId":"1"},{}],"context":)" + context + "}",
      write_key_context());
  const auto own = one(R"({"event":"A","userId":"1","context":)" + context + "}");
  ASSERT_TRUE(shared);
  ASSERT_EQ(shared->events.size(), 1u);
  const IncomingEvent& event = shared->events[0];
  EXPECT_EQ(event.json.find("203.0.113.77"), std::string::npos);
  EXPECT_EQ(json::parse(event.json)["context"], json::parse(own.json)["context"]);
  EXPECT_EQ(event.received_from, "203.0.113.0");
  EXPECT_EQ(event.kind.utm_source, "news");
  EXPECT_EQ(event.identifiers, own.identifiers);
  EXPECT_EQ(event.traits_json, own.traits_json);
}

TEST(Batch, ASharedContextCountsTowardsTheSizeOfEachMessage) {
  std::string body = R"({"context":{"x":")" + std::string(40'000, 'x') + R"("},"batch":[)";
  for (int i = 0; i < 3; ++i) {
    body += std::string(i == 0 ? "" : ",") + R"({"type":"track","event":"A","userId":"1")" +
            (i == 1 ? R"(,"context":{})" : "") + "}";
  }
  auto batch = parse_body(body + "]}", write_key_context());
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->events.size(), 1u);
  ASSERT_EQ(batch->rejected.size(), 2u);
  EXPECT_EQ(batch->rejected[0].code, "event_too_large");
}

TEST(Hostile, BodiesGiveNamedErrors) {
  EXPECT_EQ(error_of(""), "invalid_json");
  EXPECT_EQ(error_of("{"), "invalid_json");
  EXPECT_EQ(error_of("{\"batch\":[{"), "invalid_json");
  EXPECT_EQ(error_of("{\"event\":\"Broken\"", Endpoint::track), "invalid_json");
  EXPECT_EQ(error_of("{}"), "missing_batch");
  EXPECT_EQ(error_of("{\"batch\":{}}"), "missing_batch");
  EXPECT_EQ(error_of("7"), "wrong_type");
  EXPECT_EQ(error_of("[]", Endpoint::track), "wrong_type");
  EXPECT_EQ(error_of("{\"batch\":[]}x"), "invalid_json");
  EXPECT_EQ(error_of("{\"batch\":[{\"a\":\"\xff\xfe\"}]}"), "invalid_utf8");
  EXPECT_EQ(error_of("{\"batch\":[{\"a\":01e999}]}"), "invalid_json");
  EXPECT_EQ(error_of("{\"batch\":[{\"a\":\"\\x\"}]}"), "invalid_json");
  EXPECT_EQ(error_of(std::string("\0\0\0", 3)), "invalid_json");
}

TEST(Hostile, DepthIsLimited) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(error_of(deep), "json_too_deep");
  EXPECT_EQ(error_of("{\"batch\":[{\"a\":" + deep + "}]}"), "json_too_deep");
  EXPECT_NE(error_of(std::string(100'000, '[')), "");
  std::string objects;
  for (int i = 0; i < 50'000; ++i) objects += "{\"a\":";
  EXPECT_NE(error_of(objects), "");
}

TEST(Hostile, SizesAreLimited) {
  const std::string fill(33'000, 'x');
  const auto rejection =
      refused("{\"event\":\"A\",\"userId\":\"1\",\"messageId\":\"big\",\"properties\":{\"x\":\"" +
              fill + "\"}}");
  EXPECT_EQ(rejection.code, "event_too_large");
  EXPECT_EQ(rejection.message_id, "big");
  std::string many = "[";
  for (int i = 0; i < 2501; ++i) many += i ? ",1" : "1";
  EXPECT_EQ(error_of(many + "]"), "too_many_events");
  EXPECT_EQ(error_of("{\"batch\":[],\"x\":\"" + std::string(600'000, 'x') + "\"}"),
            "body_too_large");
  // A trusted sender may send 1 MB.
  ParseContext context = import_context();
  auto batch = parse_body("[{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"x\":\"" +
                              std::string(900'000, 'x') + "\"}}]",
                          context);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->events.size(), 1u);
}

TEST(Hostile, WrongTypesNameTheMember) {
  EXPECT_EQ(refused(R"({"event":1,"userId":"1"})").field, "event");
  EXPECT_EQ(refused(R"({"event":"  ","userId":"1"})").field, "event");
  EXPECT_EQ(refused(R"({"event":null,"userId":"1"})").field, "event");
  EXPECT_EQ(refused(R"({"event":"A","userId":true})").field, "userId");
  EXPECT_EQ(refused(R"({"event":"A","anonymousId":[]})").field, "anonymousId");
  EXPECT_EQ(refused(R"({"event":"A","userId":"1","messageId":{}})").field, "messageId");
  EXPECT_EQ(refused(R"({"event":"A","userId":"1","traits":"x"})").field, "traits");
  EXPECT_EQ(refused(R"({"event":"A","userId":"1","context":"x"})").field, "context");
  EXPECT_EQ(refused(R"({"event":"A","userId":"1","timestamp":"soon"})").field, "timestamp");
  EXPECT_EQ(refused(R"({"event":"A","userId":"1","originalTimestamp":{}})").field,
            "originalTimestamp");
  EXPECT_EQ(refused(R"({"event":"A","userId":"1","_viaggio":{}})").field, "_viaggio");
  EXPECT_EQ(refused(R"({"userId":"1"})", Endpoint::alias).field, "previousId");
  EXPECT_EQ(refused(R"({"previousId":"1","anonymousId":"q"})", Endpoint::alias).field, "userId");
  EXPECT_EQ(refused(R"({"userId":"1"})", Endpoint::group).field, "groupId");
  EXPECT_EQ(refused(R"({"userId":"1","groupId":{"a":"b"}})", Endpoint::group).field, "groupId");
  EXPECT_EQ(refused(R"({"userId":"","event":"A","anonymousId":null})").code, "missing_identifier");
}

TEST(Hostile, StrangeButTakenJson) {
  // A library cut the text in the middle of an emoji; numbers beyond 64 bits; a byte order mark.
  const auto cut =
      one(R"({"event":"A","userId":"1","properties":{"t":"x\ud83d","u":"\ud83d\ude00"}})");
  EXPECT_EQ(json::parse(cut.json)["properties"]["t"], "x\xEF\xBF\xBD");
  EXPECT_EQ(json::parse(cut.json)["properties"]["u"], "\xF0\x9F\x98\x80");
  const auto large =
      one(R"({"event":"A","userId":123456789012345678901234,"properties":{"x":-1e400}})");
  EXPECT_TRUE(has(large, IdentifierType::user_id, "123456789012345678901234"));
  // One such number changes nothing for the others.
  auto both = parse_body(
      R"({"batch":[{"type":"track","event":"A","userId":"1","properties":{"x":1e400}},
                   {"type":"track","event":"A","userId":"1","timestamp":1.7950e12},
                   {"type":"track","event":"A","userId":"1","timestamp":1e400}]})",
      write_key_context());
  ASSERT_TRUE(both);
  ASSERT_EQ(both->events.size(), 2u);
  EXPECT_EQ(both->events[1].time, 1'795'000'000'000'000);
  ASSERT_EQ(both->rejected.size(), 1u);
  EXPECT_EQ(both->rejected[0].field, "timestamp");
  one("\xEF\xBB\xBF{\"event\":\"A\",\"userId\":\"1\"}");
  one(R"({"\u0065vent":"A","userId":"1"})");
  EXPECT_EQ(one(R"({"event":"A","userId":"1","context":{"i\u0070":"203.0.113.77"}})").json,
            R"({"event":"A","userId":"1","context":{"i\u0070":"203.0.113.0"}})");
}

TEST(Hostile, EveryPrefixOfABatchIsSurvived) {
  const std::string body =
      R"({"batch":[{"type":"identify","userId":"1","traits":{"email":"A@b.it","phone":"+393476544291"},)"
      R"("context":{"ip":"::1","page":{"url":"https://x.it/?utm_source=a%2","referrer":"https://"},)"
      R"("externalIds":[{"id":1,"type":"crm_id"},3]}}],"sentAt":"2026-11-23T00:00:00Z"})";
  for (std::size_t n = 0; n < body.size(); ++n) {
    EXPECT_FALSE(parse_body(body.substr(0, n), write_key_context())) << n;
  }
  EXPECT_EQ(parse_body(body, write_key_context())->events.size(), 1u);
}

TEST(Clock, CorrectedByTheRuleForOneOrBothTimes) {
  const auto at = [](const std::string& members) {
    return one("{\"event\":\"A\",\"userId\":\"1\"," + members + "}").time;
  };
  const Micros day20 = *parse_time("2026-11-20T10:00:00Z");
  EXPECT_EQ(at(R"("timestamp":"2026-11-20T10:00:00Z")"), day20);
  EXPECT_EQ(at(R"("timestamp":"2026-11-20T10:00:00Z","sentAt":"2026-11-20T10:00:30Z")"),
            kNow - 30 * kSecond);
  EXPECT_EQ(at(R"("originalTimestamp":"2026-11-20T10:00:00Z","sentAt":"2026-11-20T10:00:30Z")"),
            kNow - 30 * kSecond);
  EXPECT_EQ(
      at(R"("timestamp":"2026-11-20T10:00:00Z","originalTimestamp":"2026-11-22T10:00:00Z","sentAt":"2026-11-22T10:00:30Z")"),
      day20);
  EXPECT_EQ(at(R"("sentAt":"2026-11-20T10:00:30Z")"), kNow);
  EXPECT_EQ(at("\"timestamp\":" + std::to_string(day20 / 1000)), day20);
  EXPECT_EQ(at("\"timestamp\":" + std::to_string(day20 / 1000000)), day20);
}

TEST(Clock, ANonsensicalSentAtCorrectsNothing) {
  const auto event = one(
      R"({"event":"A","userId":"1","timestamp":"2025-03-10T08:15:30Z","sentAt":"9109-11-22T13:23:31Z"})");
  EXPECT_EQ(event.time, *parse_time("2025-03-10T08:15:30Z"));
}

TEST(Clock, FutureIsClampedHistoryIsNot) {
  const auto future = one(R"({"event":"A","userId":"1","timestamp":"2031-01-01T00:00:00Z"})");
  EXPECT_EQ(future.time, kNow);
  EXPECT_TRUE(future.flags & kTimeClamped);
  const auto past = one(R"({"event":"A","userId":"1","timestamp":"1998-01-01T00:00:00Z"})");
  EXPECT_EQ(past.time, *parse_time("1998-01-01T00:00:00Z"));
  EXPECT_FALSE(past.flags & kTimeClamped);
}

TEST(Identifiers, ComeFromIdsTraitsAndExternalIdsNeverFromProperties) {
  const auto event = one(
      R"({"event":"A","userId":42,"anonymousId":"an","properties":{"email":"no@example.it","phone":"+393476544291"},
          "context":{"traits":{"email":" Anna@Example.IT ","phone":"347 654 4291"},
                     "externalIds":[{"id":"ab 12-34.5","type":"loyalty_card"},{"id":7,"type":"crm_id"},
                                    {"id":"x","type":"unheard_of"},{"id":"u2","type":"user_id"}]}})");
  EXPECT_TRUE(has(event, IdentifierType::user_id, "42"));
  EXPECT_TRUE(has(event, IdentifierType::user_id, "u2"));
  EXPECT_TRUE(has(event, IdentifierType::anonymous_id, "an"));
  EXPECT_TRUE(has(event, IdentifierType::email, "anna@example.it"));
  EXPECT_TRUE(has(event, IdentifierType::phone, "+393476544291"));
  EXPECT_TRUE(has(event, IdentifierType::loyalty_card, "AB12345"));
  EXPECT_TRUE(has(event, IdentifierType::crm_id, "7"));
  EXPECT_EQ(event.identifiers.size(), 7u);
  const auto group =
      one(R"({"groupId":"g","userId":"1","traits":{"email":"info@firm.it"}})", Endpoint::group);
  EXPECT_EQ(group.identifiers.size(), 1u);
}

TEST(Identifiers, UnusableOnesAreNotIdentifiers) {
  EXPECT_EQ(normalise_identifier(IdentifierType::email, "n/a"), "");
  EXPECT_EQ(normalise_identifier(IdentifierType::email, "a b@c.it"), "");
  EXPECT_EQ(normalise_identifier(IdentifierType::phone, "12"), "");
  EXPECT_EQ(normalise_identifier(IdentifierType::phone, "call me"), "");
  EXPECT_EQ(normalise_identifier(IdentifierType::phone, "0039 06 6982"), "+39066982");
  EXPECT_EQ(normalise_identifier(IdentifierType::phone, "020 7946 0958", "GB"), "+442079460958");
  // From a trusted sender an event without an identifier is stored; from a page it is not.
  EXPECT_TRUE(one(R"({"event":"A"})", Endpoint::track, Sender::secret_key).identifiers.empty());
  EXPECT_EQ(refused(R"({"event":"A","context":{"traits":{"email":"n/a"}}})").field, "userId");
}

TEST(Facts, OfAWebVisit) {
  const auto event = one(
      R"({"name":"Home","anonymousId":"a","context":{"page":{
           "url":"https://www.Shop.it/x?utm_source=Go%20ogle&utm_medium=cpc&utm_campaign=estate+26&gclid=1&fbclid=2#f",
           "referrer":"https://www.google.com:443/search?q=1"},
         "userAgent":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148"}})",
      Endpoint::page);
  EXPECT_EQ(event.kind.name, "Page Viewed");
  EXPECT_EQ(event.kind.referrer_host, "google.com");
  EXPECT_EQ(event.kind.utm_source, "Go ogle");
  EXPECT_EQ(event.kind.utm_medium, "cpc");
  EXPECT_EQ(event.kind.utm_campaign, "estate 26");
  EXPECT_EQ(event.kind.click_id, "gclid");
  EXPECT_EQ(event.kind.device, "mobile");
  EXPECT_TRUE(event.kind.web);
  const auto inside = one(
      R"({"event":"A","anonymousId":"a","context":{"page":{"url":"https://www.shop.it/x","referrer":"https://shop.it/"},
          "campaign":{"source":"news","medium":"email","name":"saldi"}}})");
  EXPECT_EQ(inside.kind.referrer_host, "");
  EXPECT_EQ(inside.kind.utm_source, "news");
  EXPECT_EQ(inside.kind.utm_campaign, "saldi");
  const auto till =
      one(R"({"event":"A","userId":"1","properties":{"store_id":12,"channel":"store"}})");
  EXPECT_EQ(till.kind.store, "12");
  EXPECT_EQ(till.kind.sales_channel, "store");
  EXPECT_FALSE(till.kind.web);
}

TEST(Value, OfOrdersRefundsAndRevenue) {
  const auto value = [](const std::string& name, const std::string& properties) {
    return one("{\"event\":\"" + name + "\",\"userId\":\"1\",\"properties\":" + properties + "}")
        .value;
  };
  EXPECT_EQ(value("Order Completed", R"({"total":31.9,"revenue":25})"), 319'000);
  EXPECT_EQ(value("Order Completed", R"({"revenue":"25,50"})"), 255'000);
  EXPECT_EQ(value("Receipt Issued", R"({"value":"1.234,56"})"), 12'345'600);
  EXPECT_EQ(value("Receipt Issued",
                  R"({"products":[{"price":0.1,"quantity":3},{"price":"2.005"},{"name":"x"}]})"),
            23'050);
  EXPECT_EQ(value("Order Refunded", R"({"total":10})"), -100'000);
  EXPECT_EQ(value("Item Returned", R"({"total":-10.0001})"), -100'001);
  EXPECT_EQ(value("Product Added", R"({"price":10,"total":3,"value":4})"), kNoValue);
  EXPECT_EQ(value("Quote Accepted", R"({"revenue":-0.00005})"), -1);
  EXPECT_EQ(value("Order Completed", R"({"total":90071992547409.93})"), 900'719'925'474'099'300);
  EXPECT_EQ(value("Order Completed", R"({"total":1e300})"), kNoValue);
  EXPECT_EQ(value("Order Completed", R"({"total":"free"})"), kNoValue);
  const auto order = one(
      R"({"event":"Order Completed","userId":"1","properties":{"order_id":1001,"currency":"eur"}})");
  EXPECT_EQ(order.order_id, "1001");
  EXPECT_EQ(order.currency, "EUR");
  EXPECT_EQ(order.value, kNoValue);
  EXPECT_EQ(one(R"({"event":"Receipt Issued","userId":"1","properties":{"receipt_number":"R1"}})")
                .order_id,
            "R1");
  EXPECT_EQ(
      one(R"({"event":"Order Refunded","userId":"1","properties":{"order_id":"1"}})").order_id, "");
}

TEST(Privacy, AddressesAreShortened) {
  EXPECT_EQ(shorten_ip("203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(shorten_ip("2001:db8:1:2::3"), "2001:db8:1::");
  EXPECT_EQ(shorten_ip("::ffff:203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(shorten_ip("0.0.0.0"), "");
  EXPECT_EQ(shorten_ip("nonsense"), "");
  const auto event =
      one(R"({"event":"A","userId":"1","context":{"ip":"203.0.113.77","x":1},"z":2})");
  EXPECT_EQ(event.json, R"({"event":"A","userId":"1","context":{"ip":"203.0.113.0","x":1},"z":2})");
  EXPECT_EQ(event.received_from, "203.0.113.0");
  EXPECT_EQ(one(R"({"event":"A","userId":"1","context":{"ip":"0.0.0.0"}})").json,
            R"({"event":"A","userId":"1","context":{"ip":"0.0.0.0"}})");
  ParseContext context = write_key_context(Endpoint::track);
  context.received_from = "198.51.100.9";
  context.global_privacy_control = true;
  auto batch = parse_body(R"({"event":"A","userId":"1"})", context);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->events[0].received_from, "198.51.100.0");
  EXPECT_TRUE(split_stored_text(batch->events[0].json).global_privacy_control);
  EXPECT_EQ(split_stored_text(batch->events[0].json).raw, R"({"event":"A","userId":"1"})");
}

TEST(Gzip, RoundTripDamageAndBombs) {
  // echo -n '{"batch":[]}' | gzip -n
  const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab,
                                 0x56, 0x4a, 0x4a, 0x2c, 0x49, 0xce, 0x50, 0xb2, 0x8a, 0x8e, 0xad,
                                 0x05, 0x00, 0x38, 0x4f, 0x8f, 0xf6, 0x0c, 0x00, 0x00, 0x00};
  const std::string packed(reinterpret_cast<const char*>(bytes), sizeof bytes);
  EXPECT_TRUE(looks_gzip(packed));
  for (std::size_t n = 0; n + 1 < packed.size(); ++n) {
    EXPECT_FALSE(gunzip(packed.substr(0, n), 1000)) << n;
  }
  auto bomb = gunzip(packed, 5);
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().kind, ErrorKind::too_large);
}

// The requests that real libraries sent.
std::filesystem::path shared_folder() {
  if (const char* folder = std::getenv("VIAGGIO_SHARED")) return folder;
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() /
         "shared";
}

TEST(WireSamples, EveryRequestOfSegmentRudderAndJitsuIsAnsweredAsRecorded) {
  const auto folder = shared_folder() / "vectors" / "wire_samples";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no wire samples in " << folder;
  int taken = 0;
  for (const char* name :
       {"segment-node", "segment-browser", "segment-http", "rudder-node", "rudder-browser",
        "jitsu-node", "jitsu-browser", "analytics-node-legacy", "customerio-node"}) {
    std::ifstream file(folder / (std::string(name) + ".json"));
    const json requests = json::parse(file);
    for (const json& request : requests) {
      const auto endpoint = endpoint_of_path(request["url"].get<std::string>());
      if (request["method"] != "POST" || !endpoint) continue;
      json body = request["body"];
      if (body.is_object() && body.contains("batch")) {  // "… 3 more" stands for trimmed messages
        json& batch = body["batch"];
        batch.erase(
            std::remove_if(batch.begin(), batch.end(), [](const json& m) { return m.is_string(); }),
            batch.end());
      }
      if (body.is_string() && !body.get<std::string>().starts_with("{")) continue;  // cut binary
      const std::string text = body.is_string() ? body.get<std::string>() : body.dump();
      auto parsed = parse_body(text, write_key_context(*endpoint));
      const bool bad = request["answered"] == 400;
      if (!parsed) {
        EXPECT_TRUE(bad) << name << " " << parsed.error().detail << " " << text.substr(0, 300);
        continue;
      }
      // The deliberate mistakes inside valid bodies: no name, nobody.
      for (const Rejection& rejection : parsed->rejected) {
        EXPECT_TRUE(rejection.field == "event" || rejection.code == "missing_identifier")
            << name << " " << rejection.detail << " " << text;
      }
      for (std::size_t i = 0; i < parsed->events.size(); ++i) {
        const IncomingEvent& event = parsed->events[i];
        json sent = body.contains("batch") ? body["batch"][parsed->indexes[i]] : body;
        json stored = json::parse(split_stored_text(event.json).raw);
        if (sent.contains("context")) {
          stored["context"].erase("ip");
          sent["context"].erase("ip");
        }
        EXPECT_EQ(stored, sent) << name;
        EXPECT_FALSE(event.identifiers.empty());
        ++taken;
      }
    }
  }
  EXPECT_GT(taken, 40);
}

}  // namespace
}  // namespace viaggio::formats
