// link: api engine auth
// How many events a second are acknowledged: POST /v1/batch over HTTP, synced commits, identity,
// timeline and live counters on, the senders on the same cores.
//   collect_bench [--folder DIR] [--events 2000000] [--connections 16] [--batch 100] [--no-sync]
// Every connection sends one batch, waits for the answer, sends the next. Visitors look at ten
// pages and products each; one event in twenty says who the visitor is. Checked: what the answers
// say, what the log holds, and that the timeline equals it; a wrong one ends the program with 1.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "api/engine_backend.h"
#include "api/server.h"
#include "auth/sessions.h"

namespace {

using namespace viaggio;  // NOLINT
using Clock = std::chrono::steady_clock;
constexpr const char* kWrite = "cwwwwwwwwwwwwwwwwwwwwwwww";
constexpr std::uint64_t kEventsAVisitor = 10;

struct Arguments {
  std::string folder;
  std::uint64_t events = 2'000'000;
  unsigned connections = 16;
  std::uint64_t batch = 100;
  bool sync = true;
};

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "WRONG: %s\n", what);
  std::exit(1);
}

std::uint64_t spread(std::uint64_t v) {  // splitmix64
  v += 0x9E3779B97F4A7C15ull;
  v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9ull;
  v = (v ^ (v >> 27)) * 0x94D049BB133111EBull;
  return v ^ (v >> 31);
}

void put_hex(char* at, std::uint64_t v, int digits) {
  for (int i = digits - 1; i >= 0; --i, v >>= 4) at[i] = "0123456789abcdef"[v & 15];
}

// A request whose events are written anew in place: building text must not take the server's time.
class Request {
 public:
  explicit Request(std::uint64_t batch) {
    std::string body = "{\"batch\":[";
    for (std::uint64_t i = 0; i < batch; ++i) {
      if (i != 0) body += ',';
      const bool who = i % 20 == 19;
      const auto mark = [&](const char* before, std::size_t width) {
        body += before;
        const std::size_t at = body.size();
        body.append(width, '0');
        return at;
      };
      Event e;
      body += who ? R"({"type":"identify")"
                  : (i % 3 == 0 ? R"({"type":"page","name":"Catalogo")"
                                : R"({"type":"track","event":"Product Viewed")");
      e.message = mark(R"(,"messageId":"ajs-next-)", 32);
      e.visitor = mark(R"(","anonymousId":")", 36);
      body += R"(","timestamp":"2026-11-20T10:00:00.000Z","sentAt":"2026-11-20T10:00:00.100Z")";
      if (who) {
        e.user = mark(R"(,"userId":"u)", 12);
        e.mail = mark(R"(","traits":{"name":"Anna Rossi","email":"p)", 12);
        body += R"(@example.com"})";
      } else {
        e.product = mark(R"(,"properties":{"product_id":"p)", 5);
        body +=
            R"(","name":"Caffettiera a sei tazze","category":"Cucina","price":29.9,"currency":"EUR"})";
      }
      body +=
          R"(,"context":{"library":{"name":"analytics-next","version":"npm-1.70.0"},"locale":"it-IT",)"
          R"("page":{"path":"/p/caffettiera","referrer":"https://www.google.com/","title":"Caffettiera",)"
          R"("url":"https://shop.example/p/caffettiera"},"userAgent":"Mozilla/5.0 Linux Android 14"
    }
  })";
      events_.push_back(e);
    }
    body += "],\"writeKey\":\"" + std::string(kWrite) + "\"}";
    text_ = "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nX-Write-Key: " + std::string(kWrite) +
            "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n";
    for (Event& e : events_) {
      for (std::size_t* at : {&e.message, &e.visitor, &e.user, &e.mail, &e.product})
        if (*at != 0) *at += text_.size();
    }
    text_ += body;
  }

  // The events `first`, `first` + 1, ...
  const std::string& of(std::uint64_t first) {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const Event& e = events_[i];
      const std::uint64_t n = first + i, visitor = n / kEventsAVisitor, r = spread(n);
      put_hex(&text_[e.message], r, 16);
      put_hex(&text_[e.message + 16], n, 16);
      put_hex(&text_[e.visitor], spread(visitor), 16);
      std::memcpy(&text_[e.visitor + 16], "-4000-", 6);
      put_hex(&text_[e.visitor + 22], visitor, 14);
      // Some people come back: their visits are joined.
      if (e.user != 0) put_hex(&text_[e.user], spread(visitor / 3), 12);
      if (e.mail != 0) put_hex(&text_[e.mail], spread(visitor / 3), 12);
      if (e.product != 0) put_hex(&text_[e.product], r % 5'000, 5);
    }
    return text_;
  }

 private:
  struct Event {
    std::size_t message = 0, visitor = 0, user = 0, mail = 0, product = 0;
  };
  std::vector<Event> events_;
  std::string text_;
};

class Connection {
 public:
  explicit Connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "connecting");
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() { ::close(fd_); }
  Connection(const Connection&) = delete;

  // The whole answer.
  std::string_view ask(const std::string& request) {
    for (std::string_view rest = request; !rest.empty();) {
      const auto n = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
      check(n > 0, "sending");
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    std::size_t have = 0;
    for (;;) {
      const auto n = ::recv(fd_, buffer_ + have, sizeof buffer_ - have, 0);
      check(n > 0, "receiving");
      have += static_cast<std::size_t>(n);
      const std::string_view text(buffer_, have);
      const std::size_t end = text.find("\r\n\r\n"), at = text.find("Content-Length: ");
      if (end == std::string_view::npos) continue;
      const std::size_t length =
          at < end ? std::strtoull(buffer_ + at + 16, nullptr, 10) : std::size_t{0};
      if (have >= end + 4 + length) return text;
    }
  }

 private:
  int fd_;
  char buffer_[8192];
};

struct Sent {
  std::uint64_t acknowledged = 0, refused = 0;
  std::vector<double> seconds;  // of each answer
};

Sent send_share(std::uint16_t port, std::uint64_t batch, std::uint64_t batches,
                std::atomic<std::uint64_t>& next) {
  Sent sent;
  Connection connection(port);
  Request request(batch);
  const std::string stored = "\"stored\":" + std::to_string(batch) + ",\"duplicates\":0";
  for (;;) {
    const std::uint64_t n = next++;
    if (n >= batches) return sent;
    const std::string& text = request.of(n * batch);
    for (;;) {
      const auto start = Clock::now();
      const std::string_view answer = connection.ask(text);
      if (answer.substr(9, 3) == "429" || answer.substr(9, 3) == "503") {
        ++sent.refused;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        continue;
      }
      check(answer.substr(9, 3) == "200" && answer.find(stored) != std::string_view::npos,
            std::string(answer.substr(0, 600)).c_str());
      sent.seconds.push_back(since(start));
      sent.acknowledged += batch;
      break;
    }
  }
}

Arguments read(int argc, char** argv) {
  Arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (flag == "--folder" && i + 1 < argc)
      a.folder = argv[++i];
    else if (flag == "--events")
      a.events = number();
    else if (flag == "--connections")
      a.connections = static_cast<unsigned>(number());
    else if (flag == "--batch")
      a.batch = number();
    else if (flag == "--no-sync")
      a.sync = false;
    else
      check(false, ("not known: " + flag).c_str());
  }
  check(a.batch > 0 && a.connections > 0 && a.events >= a.batch, "numbers above 0");
  if (a.folder.empty())
    a.folder = (std::filesystem::temp_directory_path() / "viaggio-collect-bench").string();
  return a;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments a = read(argc, argv);
  std::filesystem::remove_all(a.folder);
  engine::Options options;
  options.folder = a.folder;
  options.sync = a.sync;
  auto workspaces = api::Workspaces::open(options);
  check(workspaces.has_value(), "opening the folder");
  engine::Engine& engine = (*workspaces)->first();
  check(engine.keys().ensure_first(kWrite, "secret-of-the-benchmark").has_value(), "keys");
  auto sessions = auth::Sessions::open(engine.catalog(), now_micros());
  check(sessions.has_value(), "sessions");
  api::ServeOptions serve;
  serve.listen = "127.0.0.1:0";
  auto server = api::ApiServer::start(**workspaces, **sessions, serve);
  check(server.has_value(), "listening");

  const std::uint64_t batches = a.events / a.batch, events = batches * a.batch;
  std::printf("%llu events in batches of %llu over %u connections, %s\n",
              static_cast<unsigned long long>(events), static_cast<unsigned long long>(a.batch),
              a.connections, a.sync ? "synced" : "NOT SYNCED");
  std::atomic<std::uint64_t> next{0};
  std::vector<Sent> sent(a.connections);
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  for (unsigned c = 0; c < a.connections; ++c)
    threads.emplace_back(
        [&, c] { sent[c] = send_share((*server)->port(), a.batch, batches, next); });
  for (auto& t : threads) t.join();
  const double took = since(start);

  std::uint64_t acknowledged = 0, refused = 0;
  std::vector<double> seconds;
  for (const Sent& s : sent) {
    acknowledged += s.acknowledged;
    refused += s.refused;
    seconds.insert(seconds.end(), s.seconds.begin(), s.seconds.end());
  }
  std::sort(seconds.begin(), seconds.end());
  const auto share = [&](double p) {
    return seconds[static_cast<std::size_t>(p * static_cast<double>(seconds.size() - 1))] * 1e3;
  };
  const auto figures = engine.figures();
  std::printf(
      "%.0f events/s acknowledged in %.2f s; answer p50 %.1f ms, p99 %.1f ms, most %.1f ms\n",
      static_cast<double>(acknowledged) / took, took, share(0.5), share(0.99), share(1));
  std::printf("%llu commits of %.0f events, %llu batches told to come again, %llu customers\n",
              static_cast<unsigned long long>(figures.ingest.commits),
              static_cast<double>(events) / static_cast<double>(figures.ingest.commits),
              static_cast<unsigned long long>(refused),
              static_cast<unsigned long long>(figures.customers));
  check(acknowledged == events, "not all were acknowledged");
  check(figures.events == events, "the log holds another number");
  check(engine.verify().has_value(), "the timeline does not equal its events");
  server->reset();
  sessions->reset();
  workspaces->reset();
  std::filesystem::remove_all(a.folder);
  return 0;
}
