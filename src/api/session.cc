// /api/session: signing in with a one-time link, who is signed in, signing out.
#include <nlohmann/json.hpp>

#include "api/access.h"
#include "api/answers.h"
#include "api/routes.h"
#include "base/time.h"

namespace viaggio::api {
namespace {

std::string session_json(const Services& services, const Backend& workspace) {
  return "{\"workspace\":{\"id\":" + json_string(workspace.id()) +
         ",\"name\":" + json_string(workspace.name()) +
         ",\"demo\":" + (workspace.demo() ? "true" : "false") +
         "},\"version\":" + json_string(services.version) +
         ",\"language\":" + json_string(workspace.language()) + "}";
}

std::string cookie(std::string_view value, long long seconds) {
  return "viaggio_session=" + std::string(value) +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
}

Result<std::string> token_of(const std::string& body) {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (!parsed.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  for (const auto& [name, value] : parsed.items()) {
    if (name != "token") return invalid(name, "is not known here");
  }
  const auto token = parsed.find("token");
  if (token == parsed.end() || !token->is_string()) return invalid("token", "must be text");
  return token->get<std::string>();
}

Result<http::Response> open_session(Call& call) {
  auto token = token_of(call.request.body);
  if (!token) return tl::unexpected<Error>(token.error());
  auto value = call.services->sessions.redeem(*token, now_micros());
  if (!value) return tl::unexpected<Error>(value.error());
  const auto session = call.services->sessions.find(*value, now_micros());
  Backend* workspace = session ? call.services->workspaces.find(session->workspace) : nullptr;
  if (workspace == nullptr) workspace = call.services->workspaces.list().front();
  http::Response r = json_answer(session_json(*call.services, *workspace));
  r.headers.add("Set-Cookie", cookie(*value, auth::Sessions::kSessionLife / kSecond));
  return r;
}

Result<http::Response> close_session(Call& call) {
  if (call.signed_in) {
    if (auto ok = call.services->sessions.close(call.session); !ok)
      return tl::unexpected<Error>(ok.error());
  }
  http::Response r;
  r.status = 204;
  r.headers.add("Set-Cookie", cookie("", 0));
  return r;
}

}  // namespace

void add_session(Routes& routes) {
  routes.add(reading("GET", "/api/session", [](Call& call) -> Result<http::Response> {
    return json_answer(session_json(*call.services, *call.workspace));
  }));
  Route open = reading("POST", "/api/session", open_session);
  open.access = Access::open;
  open.body_limit = 4096;
  routes.add(std::move(open));
  routes.add(reading("DELETE", "/api/session", close_session));
}

}  // namespace viaggio::api
