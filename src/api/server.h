#pragma once
// The HTTP contract over an engine: listens, authenticates, finds the route, runs it, dresses the
// answer. Threads: two event loops for the network, workers for questions, a few more for streams.
// Invariants: an ingest POST is never redirected; other origins never read /api; the public
// listener knows the collecting routes only; no answer holds a path, a query or a stack trace.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "api/backend.h"
#include "auth/sessions.h"
#include "base/result.h"
#include "http/server.h"

namespace viaggio::api {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string collect;        // HOST:PORT of a second, public listener for collecting; empty = none
  bool allow_remote = false;  // let `listen` be reachable from other machines
  unsigned io_threads = 2;
  unsigned workers = 0;  // 0 = the machine's cores, at least 2
  std::string version = "0.1.0";
  // Answers GET of paths that no route knows (the web app); may be empty. Must not block long.
  std::function<http::Response(const http::Request&)> web;
  http::Options http;
};

class ApiServer {
 public:
  // Registry and sessions must outlive the server. Errors: invalid (listen), impossible
  // ("cannot_listen", "not_loopback").
  static Result<std::unique_ptr<ApiServer>> start(WorkspaceRegistry& workspaces,
                                                  auth::Sessions& sessions, ServeOptions options);
  virtual ~ApiServer() = default;
  virtual std::uint16_t port() const = 0;
  virtual std::uint16_t collect_port() const = 0;  // 0 when there is none
  // Lets running requests finish for at most `grace`; afterwards nothing is answered any more.
  virtual void drain(std::chrono::milliseconds grace) = 0;
};

}  // namespace viaggio::api
