// GET /api/vocabulary: every name that a picker may offer.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_vocabulary(Routes& routes) {
  routes.add(
      reading("GET", "/api/vocabulary", [](Call& c) { return pass(c.workspace->vocabulary()); }));
}

}  // namespace viaggio::api
