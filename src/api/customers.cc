// /api/customers: finding them, their profile, their events in order.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {

void add_customers(Routes& routes) {
  routes.add(reading("GET", "/api/customers", [](Call& c) -> Result<http::Response> {
    const auto limit = limit_of(c.request, 50);
    if (!limit) return tl::unexpected<Error>(limit.error());
    return pass(
        c.workspace->customers(text_of(c.request, "search"), *limit, text_of(c.request, "cursor")));
  }));
  routes.add(reading("GET", "/api/customers/{id}",
                     [](Call& c) { return pass(c.workspace->customer(c.params[0])); }));
  routes.add(reading("GET", "/api/customers/{id}/timeline", [](Call& c) -> Result<http::Response> {
    const auto limit = limit_of(c.request, 100);
    if (!limit) return tl::unexpected<Error>(limit.error());
    const std::string_view order = text_of(c.request, "order");
    if (!order.empty() && order != "oldest" && order != "newest")
      return tl::unexpected(Error{ErrorKind::invalid, "invalid_argument",
                                  "must be oldest (the default) or newest", "order"});
    return pass(c.workspace->timeline(c.params[0], order == "newest", *limit,
                                      text_of(c.request, "cursor")));
  }));
}

}  // namespace viaggio::api
