// GET /v1/projects/{key}/settings and GET /sourceConfig: what browser libraries ask before they
// send anything. Without these answers they never send an event.
#include "api/access.h"
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {
namespace {

// Names the host the library reached us by, so that a site changes one address only.
std::string own_host(const http::Request& request) {
  const std::string_view forwarded = request.headers.get("X-Forwarded-Host");
  std::string host(forwarded.empty() ? request.headers.get("Host") : forwarded);
  if (host.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_") !=
      std::string::npos) {
    host.clear();
  }
  return host;
}

std::string own_protocol(const http::Request& request) {
  return request.headers.get("X-Forwarded-Proto") == "https" ? "https" : "http";
}

http::Response unknown_key() {
  return problem(401, "unknown_key", "this write key is not known here", "writeKey");
}

http::Response segment_settings(const http::Request& request, const std::string& key) {
  return json_answer(
      "{\"integrations\":{\"Segment.io\":{\"apiKey\":" + json_string(key) +
      ",\"apiHost\":" + json_string(own_host(request) + "/v1") +
      ",\"protocol\":" + json_string(own_protocol(request)) +
      ",\"unbundledIntegrations\":[],\"addBundledMetadata\":true}},\"plan\":{\"track\":{\"__"
      "default\":"
      "{\"enabled\":true,\"integrations\":{}}},\"identify\":{\"__default\":{\"enabled\":true}},"
      "\"group\":{\"__default\":{\"enabled\":true}}},\"edgeFunction\":{},\"analyticsNextEnabled\":"
      "true,"
      "\"middlewareSettings\":{},\"enabledMiddleware\":{},\"metrics\":{\"sampleRate\":0},"
      "\"legacyVideoPluginsEnabled\":false,\"remotePlugins\":[]}");
}

http::Response rudder_config(const std::string& key) {
  return json_answer(
      "{\"source\":{\"id\":\"viaggio\",\"name\":\"viaggio\",\"writeKey\":" + json_string(key) +
      ",\"enabled\":true,\"workspaceId\":\"viaggio\",\"destinations\":[],\"dataplanes\":{},"
      "\"config\":"
      "{\"statsCollection\":{\"errors\":{\"enabled\":false},\"metrics\":{\"enabled\":false}}}}}");
}

Route configuration(std::string pattern, ActLater later) {
  Route r;
  r.method = "GET";
  r.pattern = std::move(pattern);
  r.access = Access::open;
  r.kind = Kind::collecting;
  r.later = std::move(later);
  return r;
}

}  // namespace

void add_library_settings(Routes& routes) {
  routes.add(
      configuration("/v1/projects/{key}/settings", [](Call&& call, http::Responder responder) {
        const auto found = find_key(call.services->workspaces, call.params[0]);
        const bool good = found && !found->grant.secret;
        responder.send(good ? segment_settings(call.request, call.params[0]) : unknown_key());
      }));
  for (const char* pattern : {"/sourceConfig", "/sourceConfig/"}) {
    routes.add(configuration(pattern, [](Call&& call, http::Responder responder) {
      const std::string key = presented_key(call.request);
      const auto found = find_key(call.services->workspaces, key);
      responder.send(found && !found->grant.secret ? rudder_config(key) : unknown_key());
    }));
  }
}

}  // namespace viaggio::api
