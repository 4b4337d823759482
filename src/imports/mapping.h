#pragma once
// A mapping: how the rows of someone's table become events. Written as TOML (mappings/*.toml) or as
// the same structure in JSON (docs/formats/imports.md describes each member). Plain values.
// Errors of parsing name the member ("rules[1].when.column"); unknown members are errors.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "files/table_reader.h"
#include "formats/money.h"
#include "imports/table_time.h"
#include "model/event.h"

namespace viaggio::imports {

enum class ValueType : std::uint8_t { text, number, boolean };

// A value taken from a column, or a constant.
struct ColumnValue {
  std::string column;    // for JSON lines a path, "customer.email"
  std::string constant;  // used when column is empty
  ValueType type = ValueType::text;
  formats::DecimalMark decimal = formats::DecimalMark::automatic;
  std::vector<std::pair<std::string, std::string>> map;  // text -> text, when not empty
};

struct NamedValue {
  std::string name;  // of the property, trait ...
  ColumnValue value;
};

struct Condition {
  enum class Op : std::uint8_t { equals, in, starts_with, contains, present, absent };
  std::string column;
  Op op = Op::present;
  std::vector<std::string> values;
};

// The first rule whose conditions all hold decides; without one the mapping's event applies.
struct Rule {
  std::vector<Condition> when;
  std::string event;     // empty = keep the mapping's
  bool skip = false;     // such rows make no event
  bool negate = false;   // quantities and totals change their sign (a refund written as minus)
  bool products = true;  // write the line items
  std::optional<std::string> total;    // the property that holds the sum; "" = none
  std::vector<NamedValue> properties;  // added to the mapping's
};

struct Mapping {
  std::string id;
  std::string label_it, label_en;
  std::string source;
  files::ReadOptions table;
  // "products", "stores" ... "facts": rows fill this table with their properties; empty = events.
  std::string into;
  std::string timezone;     // empty = the workspace's
  std::string time_column;  // empty = the time of import
  TimeFormat time_format = TimeFormat::automatic;
  EventType type = EventType::track;
  std::string event;                                           // constant name ...
  std::string event_column;                                    // ... or the name is in a column,
  std::vector<std::pair<std::string, std::string>> event_map;  // changed by this map
  std::vector<Rule> rules;
  std::vector<std::pair<IdentifierType, ColumnValue>> identifiers;
  std::vector<NamedValue> properties, traits, context;
  // Rows with equal values in these columns are one event; each row is one of its line items.
  std::vector<std::string> group_by;
  bool grouped_rows_adjacent = false;  // rows of a group follow each other: less memory
  std::vector<NamedValue> line;        // members of a line item: sku, name, price, quantity ...
  std::string total = "total";         // property that gets the sum of price * quantity
  std::string currency;                // constant currency; empty = a property, or the workspace's
  std::vector<std::string> key;        // columns that identify a row; empty = the whole row
};

Result<Mapping> parse_mapping_json(std::string_view json);
Result<Mapping> parse_mapping_toml(std::string_view toml);
// The JSON form of a TOML mapping, for screens.
Result<std::string> mapping_toml_to_json(std::string_view toml);
// By the file's name: .toml or .json.
Result<Mapping> read_mapping(const std::string& path);

}  // namespace viaggio::imports
