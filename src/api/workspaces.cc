// /api/workspaces: the data folders that this process holds open.
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/routes.h"
#include "base/time.h"

namespace viaggio::api {
namespace {

std::string workspace_json(const Backend& w, bool current) {
  return "{\"id\":" + json_string(w.id()) + ",\"name\":" + json_string(w.name()) +
         ",\"demo\":" + (w.demo() ? "true" : "false") +
         ",\"current\":" + (current ? "true" : "false") + "}";
}

Result<http::Response> list(Call& call) {
  std::string out = "{\"workspaces\":[";
  for (const Backend* w : call.services->workspaces.list()) {
    if (out.back() != '[') out += ',';
    out += workspace_json(*w, w == call.workspace);
  }
  return json_answer(out + "]}");
}

Status look_at(Call& call, const Backend& workspace) {
  if (!call.signed_in) return {};  // a key belongs to its own workspace for good
  return call.services->sessions.use_workspace(call.session, workspace.id(), now_micros());
}

Result<std::string> name_of(const std::string& body) {
  if (body.empty()) return std::string();
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (!parsed.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  std::string name;
  for (const auto& [field, value] : parsed.items()) {
    if (field != "name") return invalid(field, "is not known here");
    if (!value.is_string() || value.get_ref<const std::string&>().size() > 200)
      return invalid("name", "must be text of at most 200 bytes");
    name = value.get<std::string>();
  }
  return name;
}

Result<http::Response> create(Call& call) {
  auto name = name_of(call.request.body);
  if (!name) return tl::unexpected<Error>(name.error());
  auto made = call.services->workspaces.create(*name);
  if (!made) return tl::unexpected<Error>(made.error());
  if (auto ok = look_at(call, **made); !ok) return tl::unexpected<Error>(ok.error());
  return json_answer(workspace_json(**made, call.signed_in), 201);
}

Result<http::Response> open(Call& call) {
  const Backend* workspace = call.services->workspaces.find(call.params[0]);
  if (workspace == nullptr)
    return fail(ErrorKind::not_found, "unknown_workspace", "there is no such workspace");
  if (!call.signed_in) {
    return fail(ErrorKind::forbidden, "key_has_workspace",
                "a key belongs to one workspace; only a session can switch");
  }
  if (auto ok = look_at(call, *workspace); !ok) return tl::unexpected<Error>(ok.error());
  return json_answer(workspace_json(*workspace, true));
}

}  // namespace

void add_workspaces(Routes& routes) {
  routes.add(reading("GET", "/api/workspaces", list));
  routes.add(reading("POST", "/api/workspaces", create));
  routes.add(reading("POST", "/api/workspaces/{id}/open", open));
}

}  // namespace viaggio::api
