// GET and POST /api/sql: SQL over the open copy, read-only; and a question as such SQL.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_sql(Routes& routes) {
  routes.add(reading("GET", "/api/sql", [](Call& c) { return pass(c.workspace->sql_tables()); }));
  routes.add(
      reading("POST", "/api/sql", [](Call& c) { return pass(c.workspace->sql(c.request.body)); }));
  routes.add(reading("POST", "/api/sql/equivalent",
                     [](Call& c) { return pass(c.workspace->question_in_sql(c.request.body)); }));
}

}  // namespace viaggio::api
