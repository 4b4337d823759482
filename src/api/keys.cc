// /api/keys: the keys of the workspace; a new one is shown this once.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_keys(Routes& routes) {
  routes.add(reading("GET", "/api/keys", [](Call& c) { return pass(c.workspace->keys()); }));
  routes.add(reading("POST", "/api/keys", [](Call& c) -> Result<http::Response> {
    auto made = c.workspace->create_key(c.request.body);
    if (!made) return tl::unexpected<Error>(made.error());
    return json_answer(std::move(*made), 201);
  }));
}

}  // namespace viaggio::api
