// /api/stage-models.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_stage_models(Routes& routes) {
  routes.add(reading("GET", "/api/stage-models",
                     [](Call& c) { return pass(c.workspace->stage_models()); }));
  routes.add(reading("GET", "/api/stage-models/{id}",
                     [](Call& c) { return pass(c.workspace->stage_model(c.params[0])); }));
  routes.add(reading("PUT", "/api/stage-models/{id}", [](Call& c) {
    return pass(c.workspace->put_stage_model(c.params[0], c.request.body, if_match(c.request)));
  }));
}

}  // namespace viaggio::api
