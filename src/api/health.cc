// GET /api/health: without a key the status alone, with one the numbers too.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_health(Routes& routes) {
  Route r = reading("GET", "/api/health", [](Call& call) -> Result<http::Response> {
    if (call.workspace == nullptr) return json_answer("{\"status\":\"ok\"}");
    auto numbers = call.workspace->health();
    if (!numbers) return tl::unexpected<Error>(numbers.error());
    const std::string head =
        "{\"status\":\"ok\",\"version\":" + json_string(call.services->version);
    const bool more = numbers->size() > 2;
    return json_answer(head + (more ? "," + numbers->substr(1) : std::string("}")));
  });
  r.access = Access::optional;
  routes.add(std::move(r));
}

}  // namespace viaggio::api
