#pragma once
// One JSON text parsed and validated by simdjson, with the few valid texts accepted that it refuses
// (numbers beyond 64 bits) and one common damage mended (half of a surrogate pair left by a library
// that cut a text in the middle of an emoji; it becomes U+FFFD).
// One parser a thread: what parse() gave is valid until the next parse() on the same thread.
// Limits: nesting of kMaxJsonDepth.
#include <simdjson.h>

#include <string_view>

#include "base/result.h"

namespace viaggio::formats {

inline constexpr std::size_t kMaxJsonDepth = 128;

struct ParsedJson {
  simdjson::dom::element root;
  std::string_view text;  // the same text; slices of it are valid JSON
};

// Errors: invalid_json, invalid_utf8, json_too_deep.
Result<ParsedJson> parse_json(std::string_view text);

}  // namespace viaggio::formats
