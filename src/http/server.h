#pragma once
// A strict HTTP/1.1 server for any application: it reads whole requests, hands them to a Handler
// and writes what the Responder is given, now or later, from any thread. Threads: `threads` event
// loops; a connection lives on one of them. plan() and handle() run on a loop and must not block:
// long work belongs on the application's own threads. Invariants: answers of one connection keep
// the order of its requests; a request is handed over only when whole; every request gets exactly
// one answer (a dropped Responder answers 500). Errors of the sender are answered here: 400
// malformed, 408 slow, 413, 417, 431, 501, 505.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace viaggio::http {

// The write side of a long answer. Thread-safe.
class Stream {
 public:
  virtual ~Stream() = default;
  // Queues the bytes; blocks while more than about 1 MB waits for a slow client. False = the
  // client is gone or the server stops: give up.
  virtual bool write(std::string_view bytes) = 0;
  // The same without blocking; false also when the client has fallen behind.
  virtual bool offer(std::string_view bytes) = 0;
  virtual bool open() const = 0;
  virtual void close() = 0;  // the answer is complete
  virtual void abort() = 0;  // the answer failed half-way: the client sees a broken transfer
};

// One side of a connection that waits for its answer. Only Responder uses it.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual void send(Response&& response) = 0;
  virtual std::shared_ptr<Stream> stream(Response&& head, bool endless) = 0;
};

// The right to answer one request, once. Movable; may outlive the request and the connection.
class Responder {
 public:
  Responder() = default;
  explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  Responder(Responder&&) = default;
  Responder& operator=(Responder&&) = default;
  ~Responder();
  void send(Response response);
  // Starts a chunked answer; head's body is ignored. endless = a live stream, ended at drain.
  std::shared_ptr<Stream> stream(Response head, bool endless = false);
  bool pending() const { return exchange_ != nullptr; }

 private:
  std::shared_ptr<Exchange> exchange_;
};

struct BodyPlan {
  std::uint64_t limit = 1 << 20;  // bytes as sent
  std::string spool_folder;       // not empty: the body goes to a new file in there
  // Set: refuse before reading the body.
  std::shared_ptr<Response> refuse;
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual BodyPlan plan(const Request& head) = 0;  // the request without its body
  virtual void handle(Request&& request, Responder responder) = 0;
  // Dresses the answers that the server gives by itself (400, 408, 413 ...).
  virtual void dress(const Request& head, Response& response) = 0;
};

struct Options {
  unsigned threads = 2;
  std::size_t header_limit = 16 * 1024;
  std::size_t max_connections = 4096;
  std::chrono::milliseconds header_timeout{10'000};  // from the first byte of a request
  std::chrono::milliseconds idle_timeout{60'000};    // between requests
  std::chrono::milliseconds write_timeout{30'000};   // without any progress
  std::chrono::milliseconds body_grace{10'000};      // then the body must have come at ...
  std::uint64_t body_min_rate = 4096;                // ... this many bytes a second on average
  std::size_t stream_buffer = 1 << 20;
};

struct Listen {
  std::string name;     // Request::listener
  std::string address;  // "127.0.0.1:8080", "[::1]:0"; port 0 = any free one
};

struct ServerCounters {
  std::uint64_t connections_accepted = 0, connections_open = 0, requests = 0, malformed = 0,
                timeouts = 0;
};

class Server {
 public:
  // The handler must outlive the server. Errors: invalid (address), impossible (port in use ...).
  static Result<std::unique_ptr<Server>> start(const std::vector<Listen>& listen, Handler& handler,
                                               const Options& options);
  virtual ~Server() = default;
  virtual std::uint16_t port(std::size_t listener = 0) const = 0;
  virtual ServerCounters counters() const = 0;
  // Stops accepting, lets running requests finish for at most `grace`, ends live streams, closes.
  // Idempotent; the destructor drains with no grace.
  virtual void drain(std::chrono::milliseconds grace) = 0;
};

// "127.0.0.1:8080" -> true, "0.0.0.0:80" -> false; a name counts only if it is "localhost".
bool is_loopback_address(std::string_view address);

}  // namespace viaggio::http
