#pragma once
// Request bodies on their way in. Pure, thread-safe.
#include "base/result.h"
#include "http/message.h"

namespace viaggio::api {

// Bytes that a write key may send at once, before and after inflating (libraries stop at 480 KB).
inline constexpr std::uint64_t kWriteKeyBody = 512'000;

// Inflates gzip in place, told by the header or by its first bytes. Errors: invalid "bad_gzip",
// too_large, unsupported "unknown_encoding".
Status inflate_body(http::Request& request, std::size_t limit);

// Is JSON text nested deeper than any question or document is? Such a text is refused before it is
// read: to copy it or to write it out again would exhaust the stack. Other text (a table) is not.
bool nested_too_deeply(std::string_view json);

}  // namespace viaggio::api
