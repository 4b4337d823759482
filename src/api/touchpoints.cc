// /api/touchpoints: the registry, its rules, and what changed rules would do.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_touchpoints(Routes& routes) {
  routes.add(
      reading("GET", "/api/touchpoints", [](Call& c) { return pass(c.workspace->touchpoints()); }));
  routes.add(reading("PUT", "/api/touchpoints", [](Call& c) {
    return pass(c.workspace->put_touchpoints(c.request.body, if_match(c.request)));
  }));
  routes.add(reading("POST", "/api/touchpoints/preview", [](Call& c) {
    return pass(c.workspace->preview_touchpoints(c.request.body));
  }));
}

}  // namespace viaggio::api
