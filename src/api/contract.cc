// GET /api/openapi.json: this contract.
#include "api/answers.h"
#include "api/contract_document.h"
#include "api/routes.h"

namespace viaggio::api {

void add_contract(Routes& routes) {
  Route r = reading("GET", "/api/openapi.json", [](Call&) -> Result<http::Response> {
    http::Response answer = json_answer("");
    answer.headers.set("Cache-Control", "no-cache");
    answer.static_body = contract_document();
    return answer;
  });
  r.access = Access::open;
  r.kind = Kind::quick;
  routes.add(std::move(r));
}

}  // namespace viaggio::api
