#pragma once
// A small blocking HTTP/1.1 client for the command line: one request a connection, plain http only.
// One thread per call. Errors: invalid (url), impossible ("unreachable", "broken_answer").
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace viaggio::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // "http://127.0.0.1:8080/api/health?x=1"
  Headers headers;
  std::string body;
  std::string body_file;      // instead of body: this file's bytes
  int timeout_seconds = 120;  // without any progress
  std::function<void(std::uint64_t sent, std::uint64_t total)> on_sent;  // may be empty
  // Takes the body of a 2xx answer piece by piece (then Response::body stays empty); false = stop.
  std::function<bool(std::string_view)> on_body;
};

Result<Response> fetch(const ClientRequest& request);
// "a b&c" -> "a%20b%26c"
std::string percent_encode(std::string_view text);

}  // namespace viaggio::http
