#include "api/server.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <thread>

#include "api/access.h"
#include "api/answers.h"
#include "api/body.h"
#include "api/cors.h"
#include "api/counters.h"
#include "api/live_streams.h"
#include "api/routes.h"
#include "api/worker_pool.h"
#include "base/parallel.h"

namespace viaggio::api {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view kPublic = "collect";  // name of the public listener
constexpr std::uint64_t kInlineBody = 1 << 20;   // larger bodies are not worked on by an event loop

// Adds what every answer carries, and counts it. Sits between a route and the connection.
class Dressed : public http::Exchange {
 public:
  Dressed(http::Responder inner, http::Request head, std::shared_ptr<RouteCounters> counters)
      : inner_(std::move(inner)), head_(std::move(head)), counters_(std::move(counters)) {}

  void send(http::Response&& response) override {
    add_security_headers(response);
    if (open_to_other_origins(head_.path)) allow_origin(head_, response);
    if (counters_) counters_->count(response.status, Clock::now() - started_);
    inner_.send(std::move(response));
  }
  std::shared_ptr<http::Stream> stream(http::Response&& head, bool endless) override {
    if (counters_) counters_->count(head.status, Clock::now() - started_);
    return inner_.stream(std::move(head), endless);
  }

 private:
  http::Responder inner_;
  http::Request head_;
  std::shared_ptr<RouteCounters> counters_;
  Clock::time_point started_ = Clock::now();
};

// The parts of a request that dressing its answer needs.
http::Request origin_of(const http::Request& request) {
  http::Request head;
  head.path = request.path;
  if (const auto origin = request.headers.get("Origin"); !origin.empty())
    head.headers.add("Origin", std::string(origin));
  return head;
}

class Server : public ApiServer, public http::Handler {
 public:
  Server(WorkspaceRegistry& workspaces, auth::Sessions& sessions, ServeOptions options)
      : options_(std::move(options)),
        services_{workspaces, sessions, options_.version, &live_,
                  [this] { return http_metrics(); }},
        workers_(options_.workers > 0 ? options_.workers : std::max(2u, worker_threads()), 256),
        streams_(4, 16) {}

  ~Server() override { drain(std::chrono::milliseconds(0)); }

  Status listen() {
    if (!options_.allow_remote && !http::is_loopback_address(options_.listen)) {
      return fail(ErrorKind::impossible, "not_loopback",
                  "\"" + options_.listen +
                      "\" is reachable from other machines; only the collecting routes may be "
                      "(--collect HOST:PORT)",
                  "listen");
    }
    std::vector<http::Listen> where = {{"main", options_.listen}};
    if (!options_.collect.empty()) where.push_back({std::string(kPublic), options_.collect});
    options_.http.threads = options_.io_threads;
    auto server = http::Server::start(where, *this, options_.http);
    if (!server) return tl::unexpected<Error>(server.error());
    std::lock_guard lock(http_mutex_);
    http_ = std::move(*server);
    return {};
  }

  std::uint16_t port() const override { return http_->port(0); }
  std::uint16_t collect_port() const override {
    return options_.collect.empty() ? 0 : http_->port(1);
  }
  void drain(std::chrono::milliseconds grace) override {
    if (http_) http_->drain(grace);
  }

  // ---- http::Handler ----
  http::BodyPlan plan(const http::Request& head) override {
    http::BodyPlan plan;
    std::vector<std::string> params;
    const Route* route = find(head, params, nullptr);
    if (route == nullptr) {
      plan.limit = 64 * 1024;  // read away, then answered
      return plan;
    }
    plan.limit = route->body_limit;
    if (route->kind == Kind::collecting) {
      plan.limit = std::min(route->body_limit, collecting_limit(head));
      return plan;
    }
    Call call;
    if (auto ok = authorize(services_, head, route->access, call); !ok) {
      plan.refuse = std::make_shared<http::Response>(problem(ok.error()));
      dress(head, *plan.refuse);
      if (route->counters) route->counters->count(plan.refuse->status, {});
      return plan;
    }
    if (route->spools) plan.spool_folder = call.workspace->upload_folder();
    return plan;
  }

  void handle(http::Request&& request, http::Responder responder) override {
    if (request.method == "OPTIONS") {
      http::Response r = preflight(request);
      return responder.send(std::move(r));
    }
    Call call;
    std::string allowed;
    const Route* route = find(request, call.params, &allowed);
    http::Responder dressed(std::make_shared<Dressed>(std::move(responder), origin_of(request),
                                                      route ? route->counters : nullptr));
    if (route == nullptr) return unknown(request, allowed, std::move(dressed));
    call.services = &services_;
    if (auto ok = authorize(services_, request, route->access, call); !ok)
      return dressed.send(problem(ok.error()));
    call.request = std::move(request);
    run(*route, std::move(call), std::move(dressed));
  }

  void dress(const http::Request& head, http::Response& response) override {
    add_security_headers(response);
    if (open_to_other_origins(head.path)) allow_origin(head, response);
  }

 private:
  const Route* find(const http::Request& request, std::vector<std::string>& params,
                    std::string* allowed) const {
    const Route* route = routes_.find(request.method, request.path, params, allowed);
    if (request.listener != kPublic) return route;
    if (route != nullptr && route->kind == Kind::collecting) return route;
    if (allowed != nullptr && route != nullptr) allowed->clear();
    return nullptr;
  }

  std::uint64_t collecting_limit(const http::Request& head) const {
    const auto found = find_key(services_.workspaces, presented_key(head));
    return found && found->grant.secret ? std::numeric_limits<std::uint64_t>::max() : kWriteKeyBody;
  }

  void unknown(const http::Request& request, const std::string& allowed,
               http::Responder responder) {
    const bool public_side = request.listener == kPublic;
    if (!allowed.empty() && !public_side) {
      http::Response r = problem(405, "method_not_allowed", "this path knows other methods");
      r.headers.set("Allow", allowed + ", OPTIONS");
      return responder.send(std::move(r));
    }
    const bool page = (request.method == "GET" || request.method == "HEAD") &&
                      !request.path.starts_with("/api/") && !request.path.starts_with("/v1/");
    if (page && !public_side && options_.web) return responder.send(options_.web(request));
    responder.send(problem(404, "not_found", "there is nothing at this address"));
  }

  void run(const Route& route, Call&& call, http::Responder responder) {
    if (route.kind == Kind::quick) return act(route, call, std::move(responder));
    if (route.kind == Kind::collecting && call.request.body.size() <= kInlineBody) {
      return route.later(std::move(call), std::move(responder));
    }
    WorkerPool& pool = route.kind == Kind::streaming ? streams_ : workers_;
    struct Work {
      Call call;
      http::Responder responder;
    };
    auto work = std::make_shared<Work>(Work{std::move(call), std::move(responder)});
    const bool taken = pool.submit([this, &route, work] {
      if (route.later)
        return answer_later(route, std::move(work->call), std::move(work->responder));
      act(route, work->call, std::move(work->responder));
    });
    if (taken) return;
    if (!work->call.request.body_file.empty()) std::remove(work->call.request.body_file.c_str());
    work->responder.send(problem(route.kind == Kind::collecting ? 429 : 503, "overloaded",
                                 "too much at once; try again in a second"));
  }

  static void act(const Route& route, Call& call, http::Responder responder) {
    if (!route.spools) {
      if (auto ok = inflate_body(call.request, route.body_limit); !ok)
        return responder.send(problem(ok.error()));
      if (nested_too_deeply(call.request.body))
        return responder.send(problem(400, "json_too_deep", "the JSON is nested too deeply"));
    }
    auto answer = answer_of(route, call);
    responder.send(answer ? std::move(*answer) : problem(answer.error()));
  }

  // A defect in one answer must not end the process, and every other client's requests with it.
  static Result<http::Response> answer_of(const Route& route, Call& call) {
    try {
      return route.act(call);
    } catch (const std::exception& e) {
      tell(route, e);
      return internal_error(e.what());
    }
  }
  static void answer_later(const Route& route, Call&& call, http::Responder responder) {
    try {
      route.later(std::move(call), std::move(responder));
    } catch (const std::exception& e) {
      tell(route, e);  // what was begun ends with the connection
    }
  }
  static void tell(const Route& route, const std::exception& e) {
    std::fprintf(stderr, "viaggio: %s %s: %s\n", route.method.c_str(), route.pattern.c_str(),
                 e.what());
  }

  std::string http_metrics() const {
    std::string out;
    {
      std::lock_guard lock(http_mutex_);
      if (http_) append_server_metrics(http_->counters(), out);
    }
    out += "# TYPE viaggio_http_requests_total counter\n";
    for (const auto& r : routes_.all()) {
      for (std::size_t c = 1; c < r->counters->by_class.size(); ++c) {
        const auto n = r->counters->by_class[c].load();
        if (n > 0)
          out += "viaggio_http_requests_total{" + labels(*r) + ",status=\"" + std::to_string(c) +
                 "xx\"} " + std::to_string(n) + "\n";
      }
    }
    out += "# TYPE viaggio_http_request_seconds histogram\n";
    for (const auto& r : routes_.all()) append_times(*r, out);
    return out;
  }

  static std::string labels(const Route& r) {
    return "method=\"" + r.method + "\",route=\"" + r.pattern + "\"";
  }

  static void append_server_metrics(const http::ServerCounters& c, std::string& out) {
    const auto line = [&](const char* name, const char* type, std::uint64_t value) {
      out += std::string("# TYPE ") + name + " " + type + "\n" + name + " " +
             std::to_string(value) + "\n";
    };
    line("viaggio_http_connections_open", "gauge", c.connections_open);
    line("viaggio_http_connections_total", "counter", c.connections_accepted);
    line("viaggio_http_malformed_total", "counter", c.malformed);
    line("viaggio_http_timeouts_total", "counter", c.timeouts);
  }

  static void append_times(const Route& r, std::string& out) {
    const RouteCounters& c = *r.counters;
    std::uint64_t total = 0;
    for (const auto& n : c.by_time) total += n.load();
    if (total == 0) return;
    std::uint64_t below = 0;
    char bound[32];
    for (std::size_t i = 0; i < RouteCounters::kBounds.size(); ++i) {
      below += c.by_time[i].load();
      std::snprintf(bound, sizeof bound, "%g", RouteCounters::kBounds[i]);
      out += "viaggio_http_request_seconds_bucket{" + labels(r) + ",le=\"" + bound + "\"} " +
             std::to_string(below) + "\n";
    }
    out += "viaggio_http_request_seconds_bucket{" + labels(r) + ",le=\"+Inf\"} " +
           std::to_string(total) + "\n";
    out += "viaggio_http_request_seconds_sum{" + labels(r) + "} " +
           std::to_string(static_cast<double>(c.micros.load()) / 1e6) + "\n";
    out += "viaggio_http_request_seconds_count{" + labels(r) + "} " + std::to_string(total) + "\n";
  }

  ServeOptions options_;
  Routes routes_;
  LiveStreams live_;
  Services services_;
  WorkerPool workers_;
  WorkerPool streams_;
  mutable std::mutex http_mutex_;
  std::unique_ptr<http::Server> http_;  // ends first: its loops call everything above
};

}  // namespace

Result<std::unique_ptr<ApiServer>> ApiServer::start(WorkspaceRegistry& workspaces,
                                                    auth::Sessions& sessions,
                                                    ServeOptions options) {
  auto server = std::make_unique<Server>(workspaces, sessions, std::move(options));
  if (auto ok = server->listen(); !ok) return tl::unexpected<Error>(ok.error());
  return server;
}

}  // namespace viaggio::api
