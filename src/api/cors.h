#pragma once
// Which answers other web pages may read: those of the collecting paths, never those of /api.
// Pure, thread-safe.
#include "http/message.h"

namespace viaggio::api {

// Collecting paths and paths nobody knows; not /api, not /metrics.
bool open_to_other_origins(std::string_view path);
void allow_origin(const http::Request& request, http::Response& response);
http::Response preflight(const http::Request& request);
void add_security_headers(http::Response& response);

}  // namespace viaggio::api
