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

}  // namespace viaggio::api
