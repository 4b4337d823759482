// /api/tables/{table} and /api/facts: what events refer to, and measures that belong to nobody.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {
namespace {
constexpr std::uint64_t kTableBody = 20 << 20;
}  // namespace

void add_tables(Routes& routes) {
  routes.add(reading("GET", "/api/tables/{table}",
                     [](Call& c) { return pass(c.workspace->table(c.params[0])); }));
  Route put = reading("PUT", "/api/tables/{table}", [](Call& c) {
    return pass(c.workspace->put_table(c.params[0], c.request.body));
  });
  put.body_limit = kTableBody;
  routes.add(std::move(put));
  Route facts = reading("POST", "/api/facts",
                        [](Call& c) { return pass(c.workspace->add_facts(c.request.body)); });
  facts.body_limit = kTableBody;
  routes.add(std::move(facts));
}

}  // namespace viaggio::api
