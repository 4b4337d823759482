#pragma once
// Randomness and digests. Pure but for the system's randomness; thread-safe.
#include <string>
#include <string_view>

#include "base/result.h"

namespace viaggio::auth {

// `length` characters of [a-z0-9], each equally likely, from the system's secure source.
Result<std::string> random_text(std::size_t length);
std::string sha256_hex(std::string_view bytes);
// Time depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace viaggio::auth
