// Why identifiers are one customer; joining customers and taking links apart, each with a preview.
#include "api/answers.h"
#include "api/routes.h"

namespace viaggio::api {
namespace {

// The number of a ledger entry in the path; `code` for what cannot be one.
Result<std::uint64_t> entry_number(const Call& call, const char* code) {
  const std::string& text = call.params[0];
  if (text.empty() || text.size() > 18 ||
      text.find_first_not_of("0123456789") != std::string::npos) {
    return fail(ErrorKind::not_found, code, "there is no such entry of the ledger");
  }
  return std::stoull(text);
}

Result<http::Response> undo(Call& call) {
  const auto link = entry_number(call, "unknown_link");
  if (!link) return tl::unexpected(link.error());
  return pass(call.workspace->undo_link(*link, call.actor));
}

Result<http::Response> preview_undo(Call& call) {
  const auto link = entry_number(call, "unknown_link");
  if (!link) return tl::unexpected(link.error());
  return pass(call.workspace->preview_undo(*link));
}

Result<http::Response> conflicts(Call& call) {
  const auto limit = limit_of(call.request, 100);
  if (!limit) return tl::unexpected<Error>(limit.error());
  return pass(call.workspace->conflicts(*limit));
}

Result<http::Response> dismiss(Call& call) {
  const auto conflict = entry_number(call, "unknown_conflict");
  if (!conflict) return tl::unexpected(conflict.error());
  return pass(call.workspace->dismiss_conflict(*conflict, call.actor));
}

// Seen with more than this many customers: a family shares a telephone, a firm's own address has
// dozens.
constexpr std::size_t kManyCustomers = 3;

Result<http::Response> shared_values(Call& call) {
  const auto limit = limit_of(call.request, 100);
  if (!limit) return tl::unexpected<Error>(limit.error());
  return pass(call.workspace->shared_values(kManyCustomers, *limit));
}

}  // namespace

void add_identity(Routes& routes) {
  routes.add(reading("GET", "/api/customers/{id}/identity",
                     [](Call& c) { return pass(c.workspace->identity(c.params[0])); }));
  routes.add(reading("POST", "/api/identity/merge",
                     [](Call& c) { return pass(c.workspace->merge(c.request.body, c.actor)); }));
  routes.add(reading("POST", "/api/identity/merge/preview",
                     [](Call& c) { return pass(c.workspace->preview_merge(c.request.body)); }));
  routes.add(reading("POST", "/api/identity/links/{id}/undo", undo));
  routes.add(reading("GET", "/api/identity/links/{id}/preview", preview_undo));
  routes.add(reading("GET", "/api/identity/policy",
                     [](Call& c) { return pass(c.workspace->identity_policy()); }));
  routes.add(reading("PUT", "/api/identity/policy", [](Call& c) {
    return pass(c.workspace->put_identity_policy(c.request.body, if_match(c.request)));
  }));
  routes.add(reading("GET", "/api/identity/shared-values", shared_values));
  routes.add(reading("GET", "/api/identity/conflicts", conflicts));
  routes.add(reading("POST", "/api/identity/conflicts/{id}/dismiss", dismiss));
}

}  // namespace viaggio::api
