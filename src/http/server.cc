#include "http/server.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "http/stream_queue.h"

namespace viaggio::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using TcpStream = beast::basic_stream<tcp, asio::io_context::executor_type>;
using HeadParser = beast::http::request_parser<beast::http::empty_body>;
using TextParser = beast::http::request_parser<beast::http::string_body>;

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::size_t kLingerBytes = 4 << 20;

class Connection;

// One event loop: one thread, and the connections that live on it.
struct Loop {
  asio::io_context context{1};
  std::unordered_set<Connection*> connections;  // only touched on the loop's thread
  std::string date;                             // the Date header of this second
  std::time_t date_second = 0;

  const std::string& http_date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second) {
      std::tm parts{};
      gmtime_r(&now, &parts);
      char text[64];
      const std::size_t n = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
      date.assign(text, n);
      date_second = now;
    }
    return date;
  }
};

struct Shared {
  Handler* handler = nullptr;
  Options options;
  std::atomic<bool> draining{false};
  std::atomic<bool> stopped{false};
  std::atomic<std::uint64_t> accepted{0}, open{0}, requests{0}, malformed{0}, timeouts{0};
  std::mutex mutex;
  std::condition_variable emptied;
};

Response plain_answer(int status, std::string_view code, std::string_view detail) {
  Response r;
  r.status = status;
  r.headers.set("Content-Type", "application/problem+json");
  r.body = "{\"type\":\"about:blank\",\"title\":\"" + std::string(reason_phrase(status)) +
           "\",\"status\":" + std::to_string(status) + ",\"code\":\"" + std::string(code) +
           "\",\"detail\":\"" + std::string(detail) + "\"}";
  return r;
}

bool safe_header_value(std::string_view v) {
  return v.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// A new empty file that nobody else can read; -1 when it cannot be made.
int create_spool_file(const std::string& folder, std::string& path) {
  path = folder + "/upload-XXXXXX";
  return mkstemp(path.data());
}

class Connection : public Exchange, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, tcp::socket socket,
             std::string remote, std::string listener)
      : loop_(std::move(loop)),
        shared_(std::move(shared)),
        stream_(TcpStream::socket_type(loop_->context)),
        remote_(std::move(remote)),
        listener_(std::move(listener)) {
    error_code ec;
    const auto protocol = socket.local_endpoint(ec).protocol();
    const int fd = socket.release(ec);
    if (!ec) stream_.socket().assign(protocol, fd, ec);
  }

  ~Connection() override {
    if (spool_fd_ >= 0) discard_spool();
    shared_->open.fetch_sub(1);
    std::lock_guard lock(shared_->mutex);
    shared_->emptied.notify_all();
  }

  void start() {
    loop_->connections.insert(this);
    error_code ec;
    stream_.socket().set_option(tcp::no_delay(true), ec);
    next_request();
  }

  // ---- Exchange (any thread) ----
  void send(Response&& response) override {
    if (shared_->stopped) return;
    asio::dispatch(loop_->context, [self = shared_from_this(), r = std::move(response)]() mutable {
      self->write_response(std::move(r));
    });
  }

  std::shared_ptr<Stream> stream(Response&& head, bool endless) override {
    auto queue = std::make_shared<StreamQueue>(
        // Keeps the connection alive while the stream is open; end_stream() and close() detach it.
        shared_->options.stream_buffer, [self = shared_from_this()] {
          if (self->shared_->stopped) return;
          if (self->pump_posted_.exchange(true)) return;
          asio::post(self->loop_->context, [self] { self->pump(); });
        });
    asio::dispatch(loop_->context,
                   [self = shared_from_this(), queue, endless, h = std::move(head)]() mutable {
                     self->begin_stream(std::move(h), std::move(queue), endless);
                   });
    // A producer that lets go without close() has failed.
    return std::shared_ptr<Stream>(queue.get(), [queue](Stream*) { queue->abort(); });
  }

  // ---- loop thread ----
  void drain() {
    if (state_ == State::waiting) return close();
    close_after_ = true;
    if (queue_ && endless_) queue_->close();
  }

  void close() {
    if (closed_) return;
    closed_ = true;
    error_code ec;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ec);
    stream_.close();
    if (queue_) {
      queue_->drop();
      queue_->detach();
    }
    loop_->connections.erase(this);
  }

 private:
  enum class State { waiting, head, body, answering, streaming, lingering };

  // ---- reading ----
  void next_request() {
    request_ = Request();
    text_.reset();
    spool_.clear();
    received_ = 0;
    keep_alive_ = false;
    head_only_ = false;
    head_.emplace();
    head_->header_limit(static_cast<std::uint32_t>(shared_->options.header_limit));
    // Not boost::none: Beast 1.74 takes that for a limit below every length.
    head_->body_limit(std::numeric_limits<std::uint64_t>::max());
    head_->eager(false);
    if (buffer_.size() > 0) {
      state_ = State::head;
      deadline_ = Clock::now() + shared_->options.header_timeout;
      return on_head_bytes();
    }
    if (shared_->draining) return close();
    state_ = State::waiting;
    deadline_ = Clock::now() + shared_->options.idle_timeout;
    read();
  }

  void read() {
    stream_.expires_at(deadline_);
    const std::size_t size = state_ == State::body ? kReadSize : 4096;
    stream_.async_read_some(
        buffer_.prepare(size),
        [self = shared_from_this()](error_code ec, std::size_t n) { self->on_read(ec, n); });
  }

  void on_read(error_code ec, std::size_t n) {
    if (closed_) return;
    if (ec == beast::error::timeout) {
      shared_->timeouts.fetch_add(1);
      if (state_ == State::waiting) return close();
      // basic_stream closes the socket at a timeout, so no 408 can be told any more.
      return close();
    }
    if (ec) return close();
    buffer_.commit(n);
    if (state_ == State::waiting) {
      state_ = State::head;
      deadline_ = Clock::now() + shared_->options.header_timeout;
    }
    if (state_ == State::head) return on_head_bytes();
    received_ += n;
    on_body_bytes();
  }

  void on_head_bytes() {
    error_code ec;
    while (!head_->is_header_done() && buffer_.size() > 0) {
      const std::size_t used = head_->put(buffer_.data(), ec);
      buffer_.consume(used);
      if (ec == beast::http::error::need_more) break;
      if (ec) return refuse_parse(ec);
      if (used == 0) break;
    }
    if (head_->is_header_done()) return on_head();
    if (buffer_.size() >= shared_->options.header_limit) {
      return refuse(plain_answer(431, "headers_too_large", "the request's header is too large"));
    }
    read();
  }

  void refuse_parse(error_code ec) {
    shared_->malformed.fetch_add(1);
    using beast::http::error;
    if (ec == error::header_limit) {
      return refuse(plain_answer(431, "headers_too_large", "the request's header is too large"));
    }
    if (ec == error::body_limit) return refuse(too_large());
    if (ec == error::bad_version) {
      return refuse(plain_answer(505, "bad_version", "only HTTP/1.0 and HTTP/1.1 are spoken here"));
    }
    refuse(plain_answer(400, "bad_request", "the request is not well-formed HTTP"));
  }

  Response too_large() const {
    return plain_answer(413, "body_too_large",
                        "the body is larger than " + std::to_string(plan_.limit) + " bytes");
  }

  void refuse(Response response) {
    close_after_ = true;
    keep_alive_ = false;
    shared_->handler->dress(request_, response);
    write_response(std::move(response));
  }

  // Fills request_ from the parsed head; an answer when the head breaks a rule.
  std::optional<Response> take_head() {
    const auto& message = head_->get();
    version_ = message.version();
    keep_alive_ = message.keep_alive();
    request_.method = std::string(message.method_string());
    head_only_ = request_.method == "HEAD";
    request_.remote = remote_;
    request_.listener = listener_;
    for (const auto& field : message) {
      request_.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    if (version_ != 10 && version_ != 11) {
      return plain_answer(505, "bad_version", "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    const std::size_t hosts = request_.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && version_ == 11)) {
      return plain_answer(400, "bad_request", "exactly one Host header is needed");
    }
    if (request_.headers.has("Transfer-Encoding") &&
        (!head_->chunked() || version_ == 10 || request_.headers.count("Transfer-Encoding") > 1)) {
      return plain_answer(501, "bad_transfer_encoding",
                          "the only transfer encoding understood is chunked");
    }
    if (head_->upgrade()) request_.headers.set("Connection", "close");
    const auto target = message.target();
    if (!parse_target(std::string_view(target.data(), target.size()), request_)) {
      return plain_answer(400, "bad_request", "the request's target is malformed");
    }
    return std::nullopt;
  }

  void on_head() {
    if (auto wrong = take_head()) {
      shared_->malformed.fetch_add(1);
      return refuse(std::move(*wrong));
    }
    plan_ = shared_->handler->plan(request_);
    if (plan_.refuse) {
      close_after_ = close_after_ || !head_->is_done();
      return write_response(std::move(*plan_.refuse));
    }
    if (head_->is_done()) return hand_over();
    const auto length = head_->content_length();
    if (length && *length > plan_.limit) return refuse(too_large());
    const std::string_view expect = request_.headers.get("Expect");
    if (!expect.empty() && !equal_ignoring_case(expect, "100-continue")) {
      return refuse(
          plain_answer(417, "expectation_failed", "the only expectation met is 100-continue"));
    }
    const bool go_ahead = !expect.empty() && version_ == 11 && buffer_.size() == 0;
    if (!begin_body(length ? *length : 0)) return;
    if (!go_ahead) return on_body_bytes();
    static const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(shared_->options.write_timeout);
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        if (self->closed_) return;
                        if (ec) return self->close();
                        self->on_body_bytes();
                      });
  }

  bool begin_body(std::uint64_t length) {
    state_ = State::body;
    body_started_ = Clock::now();
    text_.emplace(std::move(*head_));
    text_->eager(true);
    text_->body_limit(plan_.limit);
    if (!plan_.spool_folder.empty()) {
      spool_fd_ = create_spool_file(plan_.spool_folder, spool_);
      if (spool_fd_ < 0) {
        spool_.clear();
        refuse(plain_answer(503, "no_space", "the upload cannot be kept now"));
        return false;
      }
    } else {
      text_->get().body().reserve(std::min<std::uint64_t>(length, 1 << 20));
    }
    return true;
  }

  // Moves what was parsed so far to the spool file, so that memory stays small.
  bool spool() {
    std::string& body = text_->get().body();
    std::size_t done = 0;
    while (done < body.size()) {
      const ssize_t n = ::write(spool_fd_, body.data() + done, body.size() - done);
      if (n <= 0) {
        refuse(plain_answer(503, "no_space", "the upload cannot be kept now"));
        return false;
      }
      done += static_cast<std::size_t>(n);
    }
    body.clear();
    return true;
  }

  void on_body_bytes() {
    error_code ec;
    while (!text_->is_done() && buffer_.size() > 0) {
      const std::size_t used = text_->put(buffer_.data(), ec);
      buffer_.consume(used);
      if (ec == beast::http::error::need_more) break;
      if (ec) return refuse_parse(ec);
      if (used == 0) break;
    }
    if (spool_fd_ >= 0 && !spool()) return;
    if (text_->is_done()) return hand_over();
    // A chunk header may not grow without end either.
    if (buffer_.size() > shared_->options.header_limit)
      return refuse_parse(beast::http::error::bad_chunk);
    const auto earned = std::chrono::milliseconds(
        received_ * 1000 / std::max<std::uint64_t>(1, shared_->options.body_min_rate));
    deadline_ = body_started_ + shared_->options.body_grace + earned;
    read();
  }

  void hand_over() {
    if (text_) request_.body = std::move(text_->get().body());
    if (spool_fd_ >= 0) {
      ::close(spool_fd_);
      spool_fd_ = -1;
      request_.body_file = std::move(spool_);
    }
    state_ = State::answering;
    shared_->requests.fetch_add(1);
    shared_->handler->handle(std::move(request_), Responder(shared_from_this()));
  }

  void discard_spool() {
    ::close(spool_fd_);
    spool_fd_ = -1;
    ::unlink(spool_.c_str());
  }

  // ---- writing ----
  void head_text(const Response& r, bool has_length, std::size_t length) {
    out_head_.clear();
    out_head_ += "HTTP/1.1 ";
    out_head_ += std::to_string(r.status);
    out_head_ += ' ';
    out_head_ += reason_phrase(r.status);
    out_head_ += "\r\nDate: ";
    out_head_ += loop_->http_date();
    for (const Header& h : r.headers.all()) {
      if (!safe_header_value(h.value)) continue;  // never let a value split the answer
      out_head_ += "\r\n";
      out_head_ += h.name;
      out_head_ += ": ";
      out_head_ += h.value;
    }
    if (has_length) {
      out_head_ += "\r\nContent-Length: ";
      out_head_ += std::to_string(length);
    }
    if (!keep_alive_)
      out_head_ += "\r\nConnection: close";
    else if (version_ == 10)
      out_head_ += "\r\nConnection: keep-alive";
  }

  void settle_keep_alive() {
    if (close_after_ || shared_->draining) keep_alive_ = false;
  }

  void write_response(Response&& response) {
    if (closed_) return;
    if (spool_fd_ >= 0) discard_spool();
    settle_keep_alive();
    state_ = State::answering;
    out_ = std::move(response);
    const bool bodiless = out_.status == 204 || out_.status == 304;
    head_text(out_, !bodiless, out_.content().size());
    out_head_ += "\r\n\r\n";
    std::array<asio::const_buffer, 2> buffers{asio::buffer(out_head_), asio::const_buffer()};
    if (!bodiless && !head_only_)
      buffers[1] = asio::const_buffer(out_.content().data(), out_.content().size());
    stream_.expires_after(shared_->options.write_timeout);
    asio::async_write(stream_, buffers, [self = shared_from_this()](error_code ec, std::size_t) {
      if (self->closed_) return;
      if (ec) return self->close();
      self->out_ = Response();
      self->after_answer();
    });
  }

  void after_answer() {
    if (!keep_alive_) return linger();
    next_request();
  }

  // Tells the client that no more comes and reads away what it still sends, so that the answer is
  // not lost to a reset of the connection.
  void linger() {
    state_ = State::lingering;
    error_code ec;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ec);
    if (ec) return close();
    deadline_ = Clock::now() + kLingerTime;
    lingered_ = 0;
    linger_read();
  }

  void linger_read() {
    buffer_.consume(buffer_.size());
    stream_.expires_at(deadline_);
    stream_.async_read_some(buffer_.prepare(kReadSize),
                            [self = shared_from_this()](error_code ec, std::size_t n) {
                              if (self->closed_) return;
                              self->lingered_ += n;
                              if (ec || self->lingered_ > kLingerBytes) return self->close();
                              self->linger_read();
                            });
  }

  // ---- streaming ----
  void begin_stream(Response&& head, std::shared_ptr<StreamQueue> queue, bool endless) {
    if (closed_) {
      queue->drop();
      queue->detach();
      return;
    }
    if (version_ == 10) keep_alive_ = false;
    settle_keep_alive();
    state_ = State::streaming;
    queue_ = std::move(queue);
    endless_ = endless;
    if (endless_ && shared_->draining) queue_->close();
    head_text(head, false, 0);
    if (version_ == 11) out_head_ += "\r\nTransfer-Encoding: chunked";
    out_head_ += "\r\n\r\n";
    if (endless_) watch_for_end();
    writing_ = true;
    stream_.expires_after(shared_->options.write_timeout);
    asio::async_write(stream_, asio::buffer(out_head_),
                      [self = shared_from_this()](error_code ec, std::size_t) { self->wrote(ec); });
  }

  // A live stream writes seldom, so that a gone client must be noticed by reading. Other streams
  // find out by writing: their client may close its own side early and still listen.
  void watch_for_end() {
    stream_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this(),
                                                         number = ++stream_number_](error_code ec) {
      if (ec || self->closed_ || self->state_ != State::streaming || number != self->stream_number_)
        return;
      error_code ignored;
      if (self->stream_.socket().available(ignored) == 0) self->close();
    });
  }

  void wrote(error_code ec) {
    writing_ = false;
    if (closed_) return;
    if (ec) return close();
    if (finishing_) return end_stream();
    if (queue_) queue_->taken();
    pump();
  }

  void pump() {
    pump_posted_ = false;
    if (writing_ || closed_ || !queue_ || finishing_) return;
    const StreamQueue::State state = queue_->take(chunk_);
    if (state == StreamQueue::State::aborted) return close();
    if (head_only_) chunk_.clear();
    const bool last = state != StreamQueue::State::open;
    if (chunk_.empty() && !last) return queue_->taken();
    char size[32];
    const int n = std::snprintf(size, sizeof size, "%zx\r\n", chunk_.size());
    chunk_head_.assign(size, static_cast<std::size_t>(n));
    chunk_tail_ = "\r\n";
    if (chunk_.empty()) chunk_head_.clear(), chunk_tail_.clear();
    if (last && !head_only_) chunk_tail_ += "0\r\n\r\n";
    if (version_ == 10) chunk_head_.clear(), chunk_tail_.clear();
    finishing_ = last;
    writing_ = true;
    std::array<asio::const_buffer, 3> buffers{asio::buffer(chunk_head_), asio::buffer(chunk_),
                                              asio::buffer(chunk_tail_)};
    stream_.expires_after(shared_->options.write_timeout);
    asio::async_write(stream_, buffers,
                      [self = shared_from_this()](error_code ec, std::size_t) { self->wrote(ec); });
  }

  void end_stream() {
    queue_->detach();
    queue_.reset();
    finishing_ = false;
    endless_ = false;
    error_code ec;
    state_ = State::answering;
    stream_.socket().cancel(ec);  // the watch for the client's end
    after_answer();
  }

  std::shared_ptr<Loop> loop_;
  std::shared_ptr<Shared> shared_;
  TcpStream stream_;
  const std::string remote_, listener_;
  beast::flat_buffer buffer_;
  std::optional<HeadParser> head_;
  std::optional<TextParser> text_;
  Request request_;
  BodyPlan plan_;
  std::string spool_;
  int spool_fd_ = -1;
  State state_ = State::waiting;
  unsigned version_ = 11;
  bool keep_alive_ = false, close_after_ = false, closed_ = false, head_only_ = false;
  Clock::time_point deadline_{}, body_started_{};
  std::uint64_t received_ = 0;
  std::size_t lingered_ = 0;
  std::uint64_t stream_number_ = 0;
  std::string out_head_;
  Response out_;
  std::shared_ptr<StreamQueue> queue_;
  std::atomic<bool> pump_posted_{false};
  bool writing_ = false, finishing_ = false, endless_ = false;
  std::string chunk_, chunk_head_, chunk_tail_;
};

struct ParsedAddress {
  asio::ip::address host;
  std::uint16_t port = 0;
};

std::optional<ParsedAddress> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(text.substr(0, colon));
  const std::string port(text.substr(colon + 1));
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const unsigned long number = std::strtoul(port.c_str(), nullptr, 10);
  if (number > 65535) return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (host == "*") host = "0.0.0.0";
  error_code ec;
  ParsedAddress out;
  out.host = asio::ip::make_address(host, ec);
  if (ec) return std::nullopt;
  out.port = static_cast<std::uint16_t>(number);
  return out;
}

class BeastServer : public Server {
 public:
  BeastServer(Handler& handler, const Options& options) : shared_(std::make_shared<Shared>()) {
    shared_->handler = &handler;
    shared_->options = options;
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i)
      loops_.push_back(std::make_shared<Loop>());
  }

  ~BeastServer() override { drain(std::chrono::milliseconds(0)); }

  Status listen(const Listen& where) {
    const auto address = parse_address(where.address);
    if (!address)
      return invalid("listen", "\"" + where.address + "\" is not HOST:PORT with a numeric host");
    auto acceptor = std::make_unique<Acceptor>(loops_[0]->context, where.name);
    const tcp::endpoint endpoint(address->host, address->port);
    error_code ec;
    acceptor->socket.open(endpoint.protocol(), ec);
    if (!ec) acceptor->socket.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor->socket.bind(endpoint, ec);
    if (!ec) acceptor->socket.listen(1024, ec);
    if (ec)
      return fail(ErrorKind::impossible, "cannot_listen",
                  "cannot listen on " + where.address + ": " + ec.message());
    acceptor->port = acceptor->socket.local_endpoint(ec).port();
    acceptors_.push_back(std::move(acceptor));
    return {};
  }

  void run() {
    for (auto& a : acceptors_) accept(*a);
    for (auto& loop : loops_) {
      threads_.emplace_back([loop] {
        auto work = asio::make_work_guard(loop->context);
        loop->context.run();
      });
    }
  }

  std::uint16_t port(std::size_t listener) const override { return acceptors_.at(listener)->port; }

  ServerCounters counters() const override {
    return {shared_->accepted, shared_->open, shared_->requests, shared_->malformed,
            shared_->timeouts};
  }

  void drain(std::chrono::milliseconds grace) override {
    std::lock_guard once(drain_mutex_);
    if (threads_.empty()) return;
    shared_->draining = true;
    asio::post(loops_[0]->context, [this] {
      for (auto& a : acceptors_) {
        error_code ec;
        a->socket.close(ec);
        a->retry.cancel();
      }
    });
    for_each_connection([](Connection& c) { c.drain(); });
    {
      std::unique_lock lock(shared_->mutex);
      shared_->emptied.wait_for(lock, grace, [&] { return shared_->open == 0; });
    }
    for_each_connection([](Connection& c) { c.close(); });
    {
      // Handlers on other threads may still hold connections: closed ones need no waiting.
      std::unique_lock lock(shared_->mutex);
      shared_->emptied.wait_for(lock, std::chrono::milliseconds(200),
                                [&] { return shared_->open == 0; });
    }
    shared_->stopped = true;
    for (auto& loop : loops_) loop->context.stop();
    for (auto& t : threads_) t.join();
    threads_.clear();
    for (auto& loop : loops_) {  // aborted operations still hold their connections
      loop->context.restart();
      loop->context.poll();
    }
  }

 private:
  struct Acceptor {
    Acceptor(asio::io_context& context, std::string n)
        : socket(context), retry(context), name(std::move(n)) {}
    tcp::acceptor socket;
    asio::steady_timer retry;
    std::string name;
    std::uint16_t port = 0;
  };

  template <class F>
  void for_each_connection(F each) {
    for (auto& loop : loops_) {
      asio::post(loop->context, [loop, each] {
        const std::vector<Connection*> all(loop->connections.begin(), loop->connections.end());
        for (Connection* c : all) {
          if (loop->connections.count(c) != 0) each(*c);
        }
      });
    }
  }

  void accept(Acceptor& acceptor) {
    if (shared_->draining) return;
    if (shared_->open >= shared_->options.max_connections) return accept_later(acceptor);
    acceptor.socket.async_accept([this, &acceptor](error_code ec, tcp::socket socket) {
      if (ec == asio::error::operation_aborted || shared_->draining) return;
      if (ec) return accept_later(acceptor);  // out of descriptors: the backlog waits
      adopt(acceptor, std::move(socket));
      accept(acceptor);
    });
  }

  void accept_later(Acceptor& acceptor) {
    acceptor.retry.expires_after(std::chrono::milliseconds(50));
    acceptor.retry.async_wait([this, &acceptor](error_code ec) {
      if (!ec) accept(acceptor);
    });
  }

  void adopt(Acceptor& acceptor, tcp::socket socket) {
    shared_->accepted.fetch_add(1);
    shared_->open.fetch_add(1);
    error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    std::string remote = ec ? std::string() : peer.address().to_string();
    auto loop = loops_[next_loop_++ % loops_.size()];
    auto connection = std::make_shared<Connection>(loop, shared_, std::move(socket),
                                                   std::move(remote), acceptor.name);
    asio::post(loop->context, [connection] { connection->start(); });
  }

  std::shared_ptr<Shared> shared_;
  std::vector<std::shared_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::vector<std::thread> threads_;
  std::size_t next_loop_ = 0;
  std::mutex drain_mutex_;
};

}  // namespace

Responder::~Responder() {
  if (exchange_) send(plain_answer(500, "internal", "the request was not answered"));
}

void Responder::send(Response response) {
  if (auto exchange = std::exchange(exchange_, nullptr)) exchange->send(std::move(response));
}

std::shared_ptr<Stream> Responder::stream(Response head, bool endless) {
  auto exchange = std::exchange(exchange_, nullptr);
  return exchange ? exchange->stream(std::move(head), endless) : nullptr;
}

Result<std::unique_ptr<Server>> Server::start(const std::vector<Listen>& listen, Handler& handler,
                                              const Options& options) {
  auto server = std::make_unique<BeastServer>(handler, options);
  for (const Listen& l : listen) {
    if (auto ok = server->listen(l); !ok) return tl::unexpected<Error>(ok.error());
  }
  server->run();
  return server;
}

bool is_loopback_address(std::string_view address) {
  const auto parsed = parse_address(address);
  return parsed && parsed->host.is_loopback();
}

}  // namespace viaggio::http
