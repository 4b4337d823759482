#pragma once
// Who is calling, and may they. Thread-safe; no disk but for renewing a session once a day.
#include <optional>
#include <string>
#include <string_view>

#include "api/backend.h"
#include "api/routes.h"

namespace viaggio::api {

struct FoundKey {
  Backend* workspace = nullptr;
  KeyGrant grant;
};

// The workspace whose key this is.
std::optional<FoundKey> find_key(WorkspaceRegistry& workspaces, std::string_view key);

// The key that a collecting request shows outside its body: Basic user name, X-Write-Key, Bearer,
// ?writeKey=, in this order; empty when there is none.
std::string presented_key(const http::Request& request);

// Fills the call's workspace and actor from a bearer key or a session cookie. Errors: unauthorized
// (401), forbidden (403: a write key; a change by cookie without the X-Viaggio header).
Status authorize(const Services& services, const http::Request& request, Access access, Call& call);

std::string session_cookie(const http::Request& request);

}  // namespace viaggio::api
