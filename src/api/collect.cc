// POST /v1/{track,identify,page,screen,group,alias,batch,import}, their short forms, and the
// beacon.
#include "api/access.h"
#include "api/answers.h"
#include "api/body.h"
#include "api/routes.h"
#include "formats/segment.h"

namespace viaggio::api {
namespace {

constexpr std::uint64_t kSecretBody = 20 << 20;

bool is_batch(std::string_view endpoint) { return endpoint == "batch" || endpoint == "import"; }

std::string stored_json(const CollectAnswer& answer) {
  std::string out = "{\"success\":true,\"stored\":" + std::to_string(answer.stored) +
                    ",\"duplicates\":" + std::to_string(answer.duplicates) + ",\"rejected\":[";
  for (const RejectedMember& r : answer.rejected) {
    if (out.back() != '[') out += ',';
    out += "{\"index\":" + std::to_string(r.index) + ",\"code\":" + json_string(r.code) +
           ",\"field\":" + json_string(r.field) + ",\"detail\":" + json_string(r.detail) + "}";
  }
  return out + "]}";
}

http::Response answer_of(const Result<CollectAnswer>& result, bool batch) {
  if (!result) return problem(result.error(), 429);
  if (!batch && result->rejected.size() == 1 && result->stored == 0 && result->duplicates == 0) {
    const RejectedMember& r = result->rejected.front();
    return problem(r.code == "event_too_large" ? 413 : 400, r.code, r.detail, r.field);
  }
  return json_answer(stored_json(*result));
}

void collect(std::string_view endpoint, Call&& call, http::Responder responder) {
  if (auto ok = inflate_body(call.request, kSecretBody); !ok)
    return responder.send(problem(ok.error()));
  std::string key = presented_key(call.request);
  const bool in_body = key.empty();
  if (in_body) key = formats::write_key_in(call.request.body);
  auto found = find_key(call.services->workspaces, key);
  // A secret key has no place in a body, which libraries repeat and log.
  if (!found || (in_body && found->grant.secret)) {
    return responder.send(
        problem(401, key.empty() ? "no_key" : "unknown_key",
                key.empty() ? "a write key is needed" : "this key is not known here", "writeKey"));
  }
  if (!found->grant.secret && call.request.body.size() > kWriteKeyBody) {
    return responder.send(
        problem(413, "body_too_large", "a batch with a write key has at most 500 KB"));
  }
  CollectRequest r;
  r.endpoint = endpoint;
  r.body = std::move(call.request.body);
  r.source = std::move(found->grant.source);
  r.secret = found->grant.secret;
  r.remote_ip = call.request.remote;
  r.user_agent = call.request.headers.get("User-Agent");
  r.gpc = call.request.headers.get("Sec-GPC") == "1";
  r.dnt = call.request.headers.get("DNT") == "1";
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  found->workspace->collect(
      std::move(r), [shared, batch = is_batch(endpoint)](const Result<CollectAnswer>& result) {
        shared->send(answer_of(result, batch));
      });
}

void add(Routes& routes, std::string pattern, std::string endpoint) {
  Route r;
  r.method = "POST";
  r.pattern = std::move(pattern);
  r.access = Access::open;
  r.kind = Kind::collecting;
  r.body_limit = kSecretBody;
  r.later = [endpoint = std::move(endpoint)](Call&& call, http::Responder responder) {
    collect(endpoint, std::move(call), std::move(responder));
  };
  routes.add(std::move(r));
}

}  // namespace

void add_collect(Routes& routes) {
  for (const char* endpoint : {"track", "identify", "page", "screen", "group", "alias", "batch"}) {
    add(routes, std::string("/v1/") + endpoint, endpoint);
    add(routes, std::string("/v1/") + endpoint[0], endpoint);
  }
  add(routes, "/v1/import", "import");
  add(routes, "/beacon/v1/batch", "batch");
  Route metrics;  // what browser libraries tell their vendor about themselves
  metrics.method = "POST";
  metrics.pattern = "/v1/m";
  metrics.access = Access::open;
  metrics.kind = Kind::collecting;
  metrics.body_limit = kWriteKeyBody;
  metrics.later = [](Call&&, http::Responder responder) {
    responder.send(json_answer("{\"success\":true}"));
  };
  routes.add(std::move(metrics));
}

}  // namespace viaggio::api
