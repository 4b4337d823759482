// /api/audiences: questions saved to be used by others, and the customers they mean now.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_audiences(Routes& routes) {
  routes.add(
      reading("GET", "/api/audiences", [](Call& c) { return pass(c.workspace->audiences()); }));
  routes.add(reading("POST", "/api/audiences", [](Call& c) -> Result<http::Response> {
    auto made = pass(c.workspace->create_audience(c.request.body));
    if (made) made->status = 201;
    return made;
  }));
  routes.add(reading("GET", "/api/audiences/{id}",
                     [](Call& c) { return pass(c.workspace->audience(c.params[0])); }));
  routes.add(reading("PUT", "/api/audiences/{id}", [](Call& c) {
    return pass(c.workspace->put_audience(c.params[0], c.request.body, if_match(c.request)));
  }));
  routes.add(reading("DELETE", "/api/audiences/{id}", [](Call& c) -> Result<http::Response> {
    auto done = c.workspace->remove_audience(c.params[0], if_match(c.request));
    if (!done) return tl::unexpected(done.error());
    http::Response answer;
    answer.status = 204;
    return answer;
  }));
  routes.add(reading("GET", "/api/audiences/{id}/customers", [](Call& c) -> Result<http::Response> {
    auto limit = limit_of(c.request, 100);
    if (!limit) return tl::unexpected(limit.error());
    return pass(c.workspace->audience_customers(c.params[0], *limit, text_of(c.request, "cursor")));
  }));
}

}  // namespace viaggio::api
