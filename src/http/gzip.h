#pragma once
// gzip in memory. Pure, thread-safe. Inflating is bounded, so a small body cannot become a big one.
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace viaggio::http {

bool looks_like_gzip(std::string_view bytes);  // the magic bytes 1f 8b
// Errors: invalid "bad_gzip", too_large "body_too_large" beyond `limit` bytes. Several members are
// allowed; bytes after the last one are not.
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);
std::string gzip(std::string_view bytes, int level = 6);

}  // namespace viaggio::http
