// POST /api/query/{kind}: one question, one answer.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_query(Routes& routes) {
  routes.add(reading("POST", "/api/query/{kind}", [](Call& c) {
    return pass(c.workspace->query(c.params[0], c.request.body));
  }));
}

}  // namespace viaggio::api
