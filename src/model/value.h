#pragma once
// A JSON value as filters see it, and the tests that api.md's operators mean.
// Rules: absent and null are the same; a negative operator is the exact negation of its positive
// one, so an absent value matches it; numeric text compares as a number and never by alphabet; an
// array matches if any element does; text compares in NFC, case-sensitive; regex is RE2 (select
// owns it).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace viaggio {

struct Scalar {
  enum class Type : std::uint8_t { boolean, number, text };
  Type type = Type::text;
  bool boolean = false;
  double number = 0;
  std::string text;  // NFC; for a number the text that was sent
  static Scalar of(std::string_view text);
  static Scalar of(double number);
  static Scalar of(bool boolean);
  bool operator==(const Scalar&) const = default;
};

// No element: absent. One: a scalar. More: an array (an object counts as one element, its text).
using Value = std::vector<Scalar>;

// True when the text is a whole decimal number ("12", "-3.5", "1e3"); then `out` is it.
bool as_number(std::string_view text, double& out);
// A number, or text that reads as one.
bool as_number(const Scalar& s, double& out);

bool equal(const Scalar& a, const Scalar& b);
// -1, 0, 1; false when they have no order (text that is no number against a number).
bool compare(const Scalar& a, const Scalar& b, int& out);
// How a value is written in an answer ("breakdown" groups, labels).
std::string display(const Value& v);

}  // namespace viaggio
