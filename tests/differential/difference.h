#pragma once
// Where two answers differ.
#include <string>

namespace viaggio::differential {

// Empty when every member of `expected` is in `actual` with the same value (numbers to a relative
// 1e-9); else the path of the first difference with both values. Members that only `actual` has are
// its own business, except `epoch` and `elapsed_ms`, which are ignored on both sides.
std::string first_difference(const std::string& expected_json, const std::string& actual_json);

}  // namespace viaggio::differential
