#pragma once
// The table of endpoints. Each file of this folder that holds an endpoint adds its routes; the
// server finds the route of a request and runs it with a Call. Immutable once built, thread-safe.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/backend.h"
#include "auth/sessions.h"
#include "base/result.h"
#include "http/server.h"

namespace viaggio::api {

class LiveStreams;
struct RouteCounters;

// What all calls share.
struct Services {
  WorkspaceRegistry& workspaces;
  auth::Sessions& sessions;
  std::string version;
  LiveStreams* live = nullptr;
  std::function<std::string()> http_metrics;
};

// One request on its way to the engine.
struct Call {
  Services* services = nullptr;
  http::Request request;
  std::vector<std::string> params;  // values of {..} in the pattern, decoded, in order
  Backend* workspace = nullptr;     // null only on open routes without a key
  bool signed_in = false;           // by session, not by key
  std::string session;              // the cookie's value when signed in
  std::string actor;                // who: "key:api", "session:3f..."
};

enum class Access {
  open,      // anybody
  optional,  // anybody; a good key or session says more
  reader     // a secret key or a session
};

enum class Kind {
  quick,      // answered on the event loop: must not block
  blocking,   // answered on a worker thread
  streaming,  // long answers: their own few threads
  collecting  // authenticates by itself; also on the public listener; open to other origins
};

using Act = std::function<Result<http::Response>(Call&)>;
using ActLater = std::function<void(Call&&, http::Responder)>;

struct Route {
  std::string method;   // GET, POST, PUT, DELETE
  std::string pattern;  // "/api/customers/{id}/timeline"
  Access access = Access::reader;
  Kind kind = Kind::blocking;
  Act act;         // quick and blocking
  ActLater later;  // streaming and collecting
  std::uint64_t body_limit = 1 << 20;
  bool spools = false;  // the body goes to a file in the workspace's upload folder
  std::shared_ptr<RouteCounters> counters;
};

class Routes {
 public:
  Routes();  // every endpoint
  // The route, and the pattern's values. `allowed` collects the methods of the path when only the
  // method is wrong.
  const Route* find(std::string_view method, std::string_view path,
                    std::vector<std::string>& params, std::string* allowed) const;
  const std::vector<std::unique_ptr<Route>>& all() const { return routes_; }
  void add(Route route);

 private:
  std::vector<std::unique_ptr<Route>> routes_;
  std::unordered_map<std::string, std::vector<const Route*>> exact_;
  std::vector<std::pair<std::vector<std::string>, const Route*>> patterns_;
};

// One line for the common case: reader access, on a worker.
Route reading(std::string method, std::string pattern, Act act);

// ---- helpers of the endpoints ----
Result<std::size_t> limit_of(const http::Request& request, std::size_t otherwise);  // 1..1000
std::string_view text_of(const http::Request& request, std::string_view name);  // "" when absent
std::string if_match(const http::Request& request);                             // without quotes

// ---- the endpoints, a file each ----
void add_collect(Routes& routes);
void add_library_settings(Routes& routes);
void add_health(Routes& routes);
void add_contract(Routes& routes);
void add_metrics(Routes& routes);
void add_session(Routes& routes);
void add_workspaces(Routes& routes);
void add_settings(Routes& routes);
void add_keys(Routes& routes);
void add_vocabulary(Routes& routes);
void add_stage_models(Routes& routes);
void add_touchpoints(Routes& routes);
void add_query(Routes& routes);
void add_sql(Routes& routes);
void add_customers(Routes& routes);
void add_audiences(Routes& routes);
void add_saved_views(Routes& routes);
void add_identity(Routes& routes);
void add_export(Routes& routes);
void add_live(Routes& routes);
void add_imports(Routes& routes);
void add_mappings(Routes& routes);
void add_tables(Routes& routes);

}  // namespace viaggio::api
