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

}  // namespace viaggio::api
