// GET and PUT /api/settings.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_settings(Routes& routes) {
  routes.add(
      reading("GET", "/api/settings", [](Call& c) { return pass(c.workspace->settings()); }));
  routes.add(reading("PUT", "/api/settings", [](Call& c) {
    return pass(c.workspace->put_settings(c.request.body, if_match(c.request)));
  }));
}

}  // namespace viaggio::api
