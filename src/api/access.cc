#include "api/access.h"

#include "base/time.h"

namespace viaggio::api {
namespace {

constexpr std::string_view kCookie = "viaggio_session";

std::string_view after_scheme(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return {};
  if (!http::equal_ignoring_case(header.substr(0, scheme.size()), scheme)) return {};
  header.remove_prefix(scheme.size());
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  return header;
}

std::string basic_user(std::string_view header) {
  const std::string_view encoded = after_scheme(header, "Basic");
  const auto decoded = encoded.empty() ? std::nullopt : http::base64_decode(encoded);
  return decoded ? decoded->substr(0, decoded->find(':')) : std::string();
}

bool changes_state(std::string_view method) { return method != "GET" && method != "HEAD"; }

Status by_key(const Services& services, std::string_view key, Call& call) {
  const auto found = find_key(services.workspaces, key);
  if (!found) return fail(ErrorKind::unauthorized, "unknown_key", "this key is not known here");
  if (!found->grant.secret) {
    return fail(ErrorKind::forbidden, "write_key",
                "a write key may only store events; reading needs a secret key");
  }
  call.workspace = found->workspace;
  call.actor = "key:" + found->grant.source;
  return {};
}

Status by_session(const Services& services, const http::Request& request, std::string_view value,
                  Call& call) {
  const auto session = services.sessions.find(value, now_micros());
  if (!session)
    return fail(ErrorKind::unauthorized, "no_session",
                "the session has ended; open a new sign-in link");
  // Another site's page can send the cookie along in some browsers, but never this header.
  if (changes_state(request.method) && request.headers.get("X-Viaggio") != "1") {
    return fail(ErrorKind::forbidden, "missing_header",
                "a change by cookie needs the header X-Viaggio: 1");
  }
  call.workspace = services.workspaces.find(session->workspace);
  if (call.workspace == nullptr) {
    const auto all = services.workspaces.list();
    if (all.empty()) return internal_error("no workspace is open");
    call.workspace = all.front();
  }
  call.signed_in = true;
  call.session = value;
  call.actor = "session:" + session->id;
  return {};
}

}  // namespace

std::optional<FoundKey> find_key(WorkspaceRegistry& workspaces, std::string_view key) {
  if (key.empty()) return std::nullopt;
  for (Backend* workspace : workspaces.list()) {
    if (auto grant = workspace->check_key(key)) return FoundKey{workspace, std::move(*grant)};
  }
  return std::nullopt;
}

std::string presented_key(const http::Request& request) {
  const std::string_view authorization = request.headers.get("Authorization");
  if (std::string user = basic_user(authorization); !user.empty()) return user;
  if (const std::string_view header = request.headers.get("X-Write-Key"); !header.empty())
    return std::string(header);
  if (const std::string_view bearer = after_scheme(authorization, "Bearer"); !bearer.empty())
    return std::string(bearer);
  return std::string(text_of(request, "writeKey"));
}

std::string session_cookie(const http::Request& request) {
  std::string_view cookies = request.headers.get("Cookie");
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view one = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (one.starts_with(kCookie) && one.size() > kCookie.size() && one[kCookie.size()] == '=') {
      return std::string(one.substr(kCookie.size() + 1));
    }
  }
  return {};
}

Status authorize(const Services& services, const http::Request& request, Access access,
                 Call& call) {
  if (access == Access::open) return {};
  const std::string_view key = after_scheme(request.headers.get("Authorization"), "Bearer");
  const std::string cookie = key.empty() ? session_cookie(request) : std::string();
  if (key.empty() && cookie.empty()) {
    if (access == Access::optional) return {};
    return fail(ErrorKind::unauthorized, "no_key",
                "a secret key (Authorization: Bearer) or a signed-in session is needed");
  }
  Status status =
      key.empty() ? by_session(services, request, cookie, call) : by_key(services, key, call);
  if (!status && access == Access::optional) return {};
  return status;
}

}  // namespace viaggio::api
