#pragma once
// How results and errors become HTTP answers. Pure, thread-safe.
// An error becomes application/problem+json (RFC 9457); an internal one tells no detail.
#include <string>
#include <string_view>

#include "api/backend.h"
#include "base/result.h"
#include "http/message.h"

namespace viaggio::api {

http::Response json_answer(std::string json, int status = 200);
http::Response versioned_answer(Versioned document);  // with its ETag
http::Response problem(const Error& error, int status_for_overload = 503);
http::Response problem(int status, std::string_view code, std::string_view detail,
                       std::string_view field = {});
int status_of(ErrorKind kind);
std::string json_string(std::string_view text);  // as a JSON string; invalid UTF-8 is replaced

// For routes that only pass text on.
inline Result<http::Response> pass(Result<std::string>&& json) {
  if (!json) return tl::unexpected<Error>(std::move(json.error()));
  return json_answer(std::move(*json));
}
inline Result<http::Response> pass(Result<Versioned>&& document) {
  if (!document) return tl::unexpected<Error>(std::move(document.error()));
  return versioned_answer(std::move(*document));
}

}  // namespace viaggio::api
