#include "api/body.h"

#include "http/gzip.h"

namespace viaggio::api {

Status inflate_body(http::Request& request, std::size_t limit) {
  const std::string_view encoding = request.headers.get("Content-Encoding");
  const bool named =
      http::equal_ignoring_case(encoding, "gzip") || http::equal_ignoring_case(encoding, "x-gzip");
  if (!named && !encoding.empty() && !http::equal_ignoring_case(encoding, "identity")) {
    return fail(ErrorKind::unsupported, "unknown_encoding",
                "the only content encoding understood is gzip");
  }
  // The bytes decide: a proxy may have inflated the body and left the header.
  if (!http::looks_like_gzip(request.body)) return {};
  auto plain = http::gunzip(request.body, limit);
  if (!plain) return tl::unexpected<Error>(plain.error());
  request.body = std::move(*plain);
  return {};
}

bool nested_too_deeply(std::string_view json) {
  constexpr int kMostLevels = 128;
  const std::size_t first = json.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (json[first] != '{' && json[first] != '[')) return false;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMostLevels) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace viaggio::api
