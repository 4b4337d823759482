// /api/reports, /api/dashboards, /api/annotations: what people keep to come back to.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

namespace {

void add_kind(Routes& routes, const std::string& path, catalog::SavedKind kind) {
  routes.add(
      reading("GET", path, [kind](Call& c) { return pass(c.workspace->saved_views(kind)); }));
  routes.add(reading("POST", path, [kind](Call& c) -> Result<http::Response> {
    auto made = pass(c.workspace->create_saved_view(kind, c.request.body));
    if (made) made->status = 201;
    return made;
  }));
  routes.add(reading("GET", path + "/{id}",
                     [kind](Call& c) { return pass(c.workspace->saved_view(kind, c.params[0])); }));
  routes.add(reading("PUT", path + "/{id}", [kind](Call& c) {
    return pass(
        c.workspace->put_saved_view(kind, c.params[0], c.request.body, if_match(c.request)));
  }));
  routes.add(reading("DELETE", path + "/{id}", [kind](Call& c) -> Result<http::Response> {
    auto done = c.workspace->remove_saved_view(kind, c.params[0], if_match(c.request));
    if (!done) return tl::unexpected(done.error());
    http::Response answer;
    answer.status = 204;
    return answer;
  }));
}

}  // namespace

void add_saved_views(Routes& routes) {
  add_kind(routes, "/api/reports", catalog::SavedKind::report);
  add_kind(routes, "/api/dashboards", catalog::SavedKind::dashboard);
  add_kind(routes, "/api/annotations", catalog::SavedKind::annotation);
}

}  // namespace viaggio::api
