// GET /metrics: counters in the text format of Prometheus.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_metrics(Routes& routes) {
  routes.add(reading("GET", "/metrics", [](Call& call) -> Result<http::Response> {
    http::Response r;
    r.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    r.headers.set("Cache-Control", "no-store");
    r.body = call.services->http_metrics() + call.workspace->metrics();
    return r;
  }));
}

}  // namespace viaggio::api
