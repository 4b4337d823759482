// /api/mappings: how the columns of a file become events.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_mappings(Routes& routes) {
  routes.add(
      reading("GET", "/api/mappings", [](Call& c) { return pass(c.workspace->mappings()); }));
  routes.add(reading("PUT", "/api/mappings/{id}", [](Call& c) {
    return pass(c.workspace->put_mapping(c.params[0], c.request.body, if_match(c.request)));
  }));
}

}  // namespace viaggio::api
