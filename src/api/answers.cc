#include "api/answers.h"

#include <nlohmann/json.hpp>

namespace viaggio::api {

std::string json_string(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

http::Response json_answer(std::string json, int status) {
  http::Response r;
  r.status = status;
  r.headers.set("Content-Type", "application/json");
  r.headers.set("Cache-Control", "no-store");
  r.body = std::move(json);
  return r;
}

http::Response versioned_answer(Versioned document) {
  http::Response r = json_answer(std::move(document.json));
  r.headers.set("ETag", "\"" + document.etag + "\"");
  r.headers.set("Cache-Control", "no-cache");
  return r;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::unauthorized:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::unsupported:
      return 415;
    case ErrorKind::impossible:
      return 422;
    case ErrorKind::overloaded:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

http::Response problem(int status, std::string_view code, std::string_view detail,
                       std::string_view field) {
  http::Response r;
  r.status = status;
  r.headers.set("Content-Type", "application/problem+json");
  r.headers.set("Cache-Control", "no-store");
  if (status == 401) r.headers.set("WWW-Authenticate", "Bearer realm=\"viaggio\"");
  if (status == 429 || status == 503) r.headers.set("Retry-After", "1");
  r.body = "{\"type\":\"about:blank\",\"title\":" + json_string(http::reason_phrase(status)) +
           ",\"status\":" + std::to_string(status) + ",\"code\":" + json_string(code) +
           ",\"detail\":" + json_string(detail);
  if (!field.empty()) r.body += ",\"field\":" + json_string(field);
  r.body += "}";
  return r;
}

http::Response problem(const Error& error, int status_for_overload) {
  const int status =
      error.kind == ErrorKind::overloaded ? status_for_overload : status_of(error.kind);
  if (error.kind == ErrorKind::internal) {
    // The cause may name files or queries: it belongs to the log.
    return problem(status, "internal", "something went wrong on the server; its log says what");
  }
  return problem(status, error.code, error.detail, error.field);
}

}  // namespace viaggio::api
