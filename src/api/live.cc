// GET /api/live (server-sent events) and GET /api/live/recent.
#include "api/answers.h"
#include "api/live_streams.h"
#include "api/routes.h"

namespace viaggio::api {

void add_live(Routes& routes) {
  Route live;
  live.method = "GET";
  live.pattern = "/api/live";
  live.kind = Kind::streaming;
  live.later = [](Call&& call, http::Responder responder) {
    if (!call.services->live->add(*call.workspace, responder)) {
      responder.send(problem(503, "too_many_readers", "too many live streams are open"));
    }
  };
  routes.add(std::move(live));
  routes.add(reading("GET", "/api/live/recent", [](Call& c) -> Result<http::Response> {
    const auto limit = limit_of(c.request, 100);
    if (!limit) return tl::unexpected<Error>(limit.error());
    return pass(c.workspace->live_recent(*limit));
  }));
}

}  // namespace viaggio::api
