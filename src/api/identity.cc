// Why identifiers are one customer; joining customers and taking links apart.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {
namespace {

Result<http::Response> undo(Call& call) {
  const std::string& text = call.params[0];
  if (text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
    return fail(ErrorKind::not_found, "unknown_link", "there is no such link");
  }
  return pass(call.workspace->undo_link(std::stoull(text), call.actor));
}

}  // namespace

void add_identity(Routes& routes) {
  routes.add(reading("GET", "/api/customers/{id}/identity",
                     [](Call& c) { return pass(c.workspace->identity(c.params[0])); }));
  routes.add(reading("POST", "/api/identity/merge",
                     [](Call& c) { return pass(c.workspace->merge(c.request.body, c.actor)); }));
  routes.add(reading("POST", "/api/identity/links/{id}/undo", undo));
}

}  // namespace viaggio::api
