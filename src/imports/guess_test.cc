#include "imports/guess.h"

#include <zlib.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "imports/mapping.h"

namespace viaggio::imports {
namespace {

using nlohmann::json;

json guess(const std::string& name, const std::string& head) {
  auto answer = guess_mapping(name, head, "Europe/Rome");
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().detail);
  if (!answer) return {};
  const json parsed = json::parse(*answer);
  if (!parsed["mapping"].is_null()) {
    auto mapping = parse_mapping_json(parsed["mapping"].dump());
    EXPECT_TRUE(mapping) << (mapping ? "" : mapping.error().detail) << parsed["mapping"].dump();
  }
  return parsed;
}

TEST(Guess, ItalianOrderLinesFromASpreadsheet) {
  const json answer =
      guess("Ordini 2026.csv",
            "Numero ordine;Data ordine;Codice cliente;E-mail;Codice "
            "articolo;Descrizione;Quantit\xE0;Prezzo unitario;Negozio\r\n"
            "1001;25/03/2026 10:15;C1;anna@esempio.it;SKU1;Caff\xE8;2;12,50;MI01\r\n"
            "1001;25/03/2026 10:15;C1;anna@esempio.it;SKU2;Tazza;1;1.005,00;MI01\r\n"
            "1002;02/04/2026 11:00;;;SKU1;Caff\xE8;1;12,50;MI01\r\n1003;02/0");
  EXPECT_EQ(answer["format"], "csv");
  EXPECT_EQ(answer["separator"], ";");
  EXPECT_EQ(answer["rows"].size(), 3u);
  const json& mapping = answer["mapping"];
  EXPECT_EQ(mapping["event"], "Order Completed");
  EXPECT_EQ(mapping["group"]["by"][0], "Numero ordine");
  EXPECT_EQ(mapping["time"]["format"], "day_month_year");
  EXPECT_EQ(mapping["identifiers"]["user_id"], "Codice cliente");
  EXPECT_EQ(mapping["identifiers"]["email"], "E-mail");
  EXPECT_EQ(mapping["line"]["price"]["decimal"], "comma");
  EXPECT_EQ(mapping["line"]["quantity"]["column"], "Quantit\xC3\xA0");
  EXPECT_EQ(mapping["properties"]["store_id"], "Negozio");
  EXPECT_EQ(mapping["timezone"], "Europe/Rome");
}

TEST(Guess, EnglishEventStreamPeopleAndReceipts) {
  const json stream = guess("2019-Oct.csv",
                            "event_time,event_type,product_id,price,user_id,user_session\n"
                            "2019-10-01 00:00:00 UTC,view,44600062,35.79,541312140,72d\n"
                            "2019-10-01 00:00:01 UTC,purchase,44600062,35.79,541312140,72d\n");
  EXPECT_EQ(stream["mapping"]["event"]["map"]["purchase"], "Order Completed");
  EXPECT_EQ(stream["mapping"]["time"]["format"], "iso");
  EXPECT_EQ(stream["mapping"]["context"]["sessionId"], "user_session");
  const json people =
      guess("clienti.csv", "Nome,Cognome,Email,Cellulare\nAnna,Rossi,anna@esempio.it,3476544291\n");
  EXPECT_EQ(people["mapping"]["event"]["type"], "identify");
  EXPECT_EQ(people["mapping"]["traits"]["first_name"], "Nome");
  EXPECT_EQ(people["mapping"]["identifiers"]["phone"], "Cellulare");
  const json american =
      guess("r.csv", "receipt_number,date,total\nR1,03/25/2026,10.00\nR2,12/31/2026,7.5\n");
  EXPECT_EQ(american["mapping"]["event"], "Receipt Issued");
  EXPECT_EQ(american["mapping"]["time"]["format"], "month_day_year");
  EXPECT_EQ(american["mapping"]["properties"]["total"]["type"], "number");
}

TEST(Guess, JsonLines) {
  EXPECT_EQ(guess("a.jsonl", "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"1\"}\n")["format"],
            "segment");
  EXPECT_EQ(guess("a.jsonl", "{\"message_id\":\"m\",\"sequence\":1,\"raw\":{}}\n")["format"],
            "viaggio");
  const json other = guess(
      "a.jsonl",
      "{\"at\":\"2026-01-01T10:00:00Z\",\"customer\":{\"email\":\"a@b.it\"},\"total\":5}\n{\"cut");
  EXPECT_EQ(other["format"], "jsonl");
  EXPECT_EQ(other["mapping"]["time"]["column"], "at");
  EXPECT_EQ(other["mapping"]["identifiers"]["email"], "customer.email");
}

TEST(Guess, StrangeHeadsDoNotFail) {
  EXPECT_FALSE(guess_mapping("a.csv", "", "UTC"));
  guess("a.csv", "a");
  guess("a.csv", "a,b\n");
  guess("a.csv", ",,,\n1,2,3,4\n");
  guess("a.jsonl", "garbage\n");
  guess("a.csv", std::string(2000, '\xff'));
  EXPECT_FALSE(guess_mapping("a.parquet", "PAR1garbage", "UTC"));
}

}  // namespace
}  // namespace viaggio::imports
