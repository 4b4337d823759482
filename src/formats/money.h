#pragma once
// Amounts of money and quantities, parsed from their decimal text without passing through binary
// fractions. An amount is an int64 of 1/10,000 units; more than four decimals are rounded half away
// from zero, once. Pure, thread-safe.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace viaggio::formats {

// Which character separates decimals in a text that people or spreadsheets wrote.
enum class DecimalMark : std::uint8_t {
  automatic,  // "12.50" and "12,50", "1.234,56" and "1,234.56"; "1,234" and "1.234" read as JSON
              // does
  point,      // "1,234.56"
  comma       // "1.234,56"
};

// A decimal number as it would stand in JSON ("-1234.5"), or nothing. Currency signs and spaces
// around it, and group separators within it, are dropped.
std::optional<std::string> plain_decimal(std::string_view text, DecimalMark mark);

// JSON number text ("12.5", "-3e2") -> 1/10,000; nothing when it is no number or out of range.
std::optional<std::int64_t> parse_money(std::string_view json_number);

// An amount from a JSON value: a number, or a string that holds one ("31.90", "12,50").
std::optional<std::int64_t> money_of_json(std::string_view json_value);

// 123400 -> "12.34"; the shortest text.
std::string format_money(std::int64_t ten_thousandths);

// Sum of price * quantity without rounding on the way.
class LineTotal {
 public:
  // Both as JSON number text; false (and nothing added) when one is no number or out of range.
  bool add(std::string_view price, std::string_view quantity);
  bool empty() const { return !any_; }
  std::optional<std::int64_t> money() const;  // nothing when out of range

 private:
  __extension__ typedef __int128 int128;
  int128 total_ = 0;  // of 10^-12 units
  bool any_ = false;
};

// Journey value of an event (docs/formats/segment.md, "Value"): what an order, a receipt, a refund
// or anything with properties.revenue is worth. `properties` is the text of an object or empty.
std::optional<std::int64_t> event_value(std::string_view event_name, std::string_view properties);

}  // namespace viaggio::formats
