#include <nlohmann/json.hpp>

#include "catalog/catalog.h"

namespace viaggio::catalog {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 32;

// Parses JSON of bounded depth: an endless nest must not exhaust the stack when written out again.
Result<json> parse_json(std::string_view text) {
  bool deep = false;
  json out = json::parse(
      text.begin(), text.end(),
      [&](int depth, json::parse_event_t, json&) {
        if (depth > kMaxDepth) deep = true;
        return !deep;
      },
      false);
  if (deep) return invalid("", "the JSON is nested too deeply", "invalid_json");
  if (out.is_discarded()) return invalid("", "this is not JSON", "invalid_json");
  return out;
}

std::string at(const char* list, std::size_t i, std::string_view field = {}) {
  std::string where = std::string(list) + "[" + std::to_string(i) + "]";
  if (!field.empty()) where += "." + std::string(field);
  return where;
}

bool is_day(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && parse_time(text).has_value();
}

Result<std::string> text_member(const json& row, const char* name, std::size_t i, bool required) {
  const auto found = row.find(name);
  if (found == row.end() || found->is_null()) {
    if (required) return invalid(at("facts", i, name), "is needed");
    return std::string();
  }
  if (!found->is_string()) return invalid(at("facts", i, name), "must be text");
  return found->get<std::string>();
}

Result<Fact> parse_fact(const json& row, std::size_t i) {
  if (!row.is_object()) return invalid(at("facts", i), "must be an object");
  for (const auto& [name, value] : row.items()) {
    if (name != "day" && name != "touchpoint" && name != "campaign" && name != "measure" &&
        name != "value") {
      return invalid(at("facts", i, name), "is not a field of a fact");
    }
  }
  auto day = text_member(row, "day", i, true);
  if (!day) return tl::unexpected<Error>(day.error());
  if (!is_day(*day)) return invalid(at("facts", i, "day"), "must be a day such as 2026-11-23");
  auto touchpoint = text_member(row, "touchpoint", i, false),
       campaign = text_member(row, "campaign", i, false),
       measure = text_member(row, "measure", i, true);
  for (const auto* part : {&touchpoint, &campaign, &measure}) {
    if (!*part) return tl::unexpected<Error>(part->error());
  }
  const auto value = row.find("value");
  if (value == row.end() || !value->is_number())
    return invalid(at("facts", i, "value"), "must be a number");
  return Fact{std::move(*day), std::move(*touchpoint), std::move(*campaign), std::move(*measure),
              value->get<double>()};
}

}  // namespace

const std::vector<TableKind>& reference_tables() {
  static const std::vector<TableKind> kinds = {{"products", "sku"},
                                               {"stores", "store_id"},
                                               {"campaigns", "campaign"},
                                               {"contents", "content_id"},
                                               {"orders", "order_id"}};
  return kinds;
}

Result<std::vector<Row>> parse_rows(std::string_view table, std::string_view text) {
  std::string_view key_name;
  for (const TableKind& kind : reference_tables()) {
    if (kind.name == table) key_name = kind.key;
  }
  if (key_name.empty()) {
    return fail(ErrorKind::not_found, "unknown_table",
                "there is no table \"" + std::string(table) + "\"");
  }
  auto parsed = parse_json(text);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  const json* list = &*parsed;
  if (list->is_object()) {
    for (const auto& [name, value] : list->items()) {
      if (name != "rows") return invalid(name, "is not known here");
    }
    if (!list->contains("rows")) return invalid("rows", "is needed");
    list = &(*list)["rows"];
  }
  if (!list->is_array()) return invalid("rows", "must be a list");
  std::vector<Row> rows;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json& row = (*list)[i];
    if (!row.is_object()) return invalid(at("rows", i), "must be an object");
    const auto key = row.find(std::string(key_name));
    if (key == row.end() || !(key->is_string() || key->is_number_integer())) {
      return invalid(at("rows", i, key_name), "is the key of this table and must be text");
    }
    std::string id = key->is_string() ? key->get<std::string>() : key->dump();
    if (id.empty()) return invalid(at("rows", i, key_name), "may not be empty");
    rows.push_back({std::move(id), row.dump()});
  }
  return rows;
}

Result<std::vector<Fact>> parse_facts(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  const json* list = &*parsed;
  if (list->is_object() && list->size() == 1 && list->contains("facts")) list = &(*list)["facts"];
  if (!list->is_array()) return invalid("facts", "must be a list");
  std::vector<Fact> facts;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto fact = parse_fact((*list)[i], i);
    if (!fact) return tl::unexpected<Error>(fact.error());
    facts.push_back(std::move(*fact));
  }
  return facts;
}

std::string rows_json(const std::vector<Row>& rows) {
  std::string out = "{\"rows\":[";
  for (const Row& r : rows) {
    if (out.back() != '[') out += ',';
    out += r.json;
  }
  return out + "]}";
}

std::string facts_json(const std::vector<Fact>& facts) {
  json list = json::array();
  for (const Fact& f : facts) {
    list.push_back({{"day", f.day},
                    {"touchpoint", f.touchpoint},
                    {"campaign", f.campaign},
                    {"measure", f.measure},
                    {"value", f.value}});
  }
  return json{{"facts", std::move(list)}}.dump();
}

}  // namespace viaggio::catalog
