#include "api/cors.h"

namespace viaggio::api {

bool open_to_other_origins(std::string_view path) {
  if (path.starts_with("/api/s/")) return true;
  return !path.starts_with("/api/") && path != "/api" && path != "/metrics";
}

void allow_origin(const http::Request& request, http::Response& response) {
  response.headers.set("Vary", "Origin");
  const std::string_view origin = request.headers.get("Origin");
  if (origin.empty()) return;
  // Echoed, never "*": some libraries send credentials, and then "*" loses every event.
  response.headers.set("Access-Control-Allow-Origin", std::string(origin));
  response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Expose-Headers", "Retry-After");
}

http::Response preflight(const http::Request& request) {
  http::Response r;
  r.status = 204;
  if (!open_to_other_origins(request.path)) return r;
  allow_origin(request, r);
  // Echoed, not listed: retries carry headers that first attempts do not.
  if (const auto asked = request.headers.get("Access-Control-Request-Headers"); !asked.empty()) {
    r.headers.set("Access-Control-Allow-Headers", std::string(asked));
  }
  if (request.headers.get("Access-Control-Request-Private-Network") == "true") {
    r.headers.set("Access-Control-Allow-Private-Network", "true");
  }
  r.headers.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  r.headers.set("Access-Control-Max-Age", "86400");
  return r;
}

void add_security_headers(http::Response& response) {
  response.headers.set("X-Content-Type-Options", "nosniff");
  if (response.headers.has("Content-Security-Policy")) return;  // the web app has its own
  response.headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("X-Frame-Options", "DENY");
}

}  // namespace viaggio::api
