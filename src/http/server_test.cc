#include "http/server.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "http/client.h"

namespace viaggio::http {
namespace {

// A raw client: says exactly these bytes and reads until the server closes or `until` is seen.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0;
    timeval t{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
  }
  ~Wire() { ::close(fd_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  bool connected() const { return connected_; }
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void finish() { ::shutdown(fd_, SHUT_WR); }
  std::string hear_until(std::string_view end) {
    while (heard_.find(end) == std::string::npos && more()) {
    }
    return heard_;
  }
  std::string hear_all() {
    while (more()) {
    }
    return heard_;
  }
  std::string take() { return std::exchange(heard_, {}); }

 private:
  bool more() {
    char buffer[65536];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    heard_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  int fd_;
  bool connected_ = false;
  std::string heard_;
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

int status_of(std::string_view answer) {
  return answer.size() > 12 ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

class Echo : public Handler {
 public:
  BodyPlan plan(const Request& head) override {
    BodyPlan p;
    p.limit = 1000;
    if (head.path == "/upload") {
      p.limit = 50'000'000;
      p.spool_folder = folder;
    }
    if (head.path == "/closed") {
      p.refuse = std::make_shared<Response>();
      p.refuse->status = 403;
    }
    return p;
  }
  void handle(Request&& request, Responder responder) override {
    ++handled;
    if (request.path == "/never") return;  // the Responder is dropped
    if (request.path == "/later") {
      std::thread([r = std::move(responder)]() mutable {
        Response late;
        late.body = "late";
        r.send(std::move(late));
      }).detach();
      return;
    }
    if (request.path == "/stream") {
      auto s = responder.stream(Response());
      std::thread([s] {
        const std::string piece(50'000, 'x');
        for (int i = 0; i < 100 && s->write(piece); ++i) {
        }
        s->close();
      }).detach();
      return;
    }
    if (request.path == "/broken") {
      auto s = responder.stream(Response());
      std::thread([s] {
        s->write("half");
        s->abort();
      }).detach();
      return;
    }
    if (request.path == "/live") {
      live = responder.stream(Response(), true);
      live->write("first");
      return;
    }
    Response r;
    if (!request.body_file.empty()) {
      r.body = std::to_string(std::filesystem::file_size(request.body_file));
      std::filesystem::remove(request.body_file);
    } else {
      r.body = "[" + request.method + " " + request.path + " " + request.body + "]";
    }
    responder.send(std::move(r));
  }
  void dress(const Request&, Response& response) override {
    response.headers.set("X-Dressed", "yes");
  }

  std::atomic<int> handled{0};
  std::string folder;
  std::shared_ptr<Stream> live;
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "viaggio-http-XXXXXX";
    echo.folder = mkdtemp(name.data());
    Options o;
    o.header_timeout = std::chrono::milliseconds(300);
    o.body_grace = std::chrono::milliseconds(300);
    o.body_min_rate = 1'000'000;
    auto started = Server::start({{"main", "127.0.0.1:0"}}, echo, o);
    ASSERT_TRUE(started.has_value());
    server = std::move(*started);
  }
  void TearDown() override {
    server.reset();
    std::filesystem::remove_all(echo.folder);
  }
  std::string ask(std::string_view bytes) {
    Wire w(server->port());
    w.say(bytes);
    w.finish();
    return w.hear_all();
  }
  Echo echo;
  std::unique_ptr<Server> server;
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  Wire w(server->port());
  w.say("POST /a?x=%41+b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_NE(w.hear_until("]").find("[POST /a hello]"), std::string::npos);
  EXPECT_EQ(w.take().find("Connection: close"), std::string::npos);
  w.say("GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string second = w.hear_all();
  EXPECT_NE(second.find("[GET /b ]"), std::string::npos);
  EXPECT_NE(second.find("Connection: close"), std::string::npos);
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  const std::string answer =
      ask("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
          "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
          "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
          "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"
          "GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto one = answer.find("late"), two = answer.find("[POST /2 abcde]"),
             four = answer.find("[GET /4 ]");
  ASSERT_NE(one, std::string::npos);
  ASSERT_NE(two, std::string::npos);
  ASSERT_NE(four, std::string::npos);
  EXPECT_LT(one, two);
  EXPECT_LT(two, four);
  EXPECT_EQ(count(answer, "HTTP/1.1 200 OK"), 4u);
  EXPECT_GE(count(answer, "x"), 5'000'000u);
}

TEST_F(ServerTest, MalformedRequestsAreRefusedAndNeverHandled) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"NONSENSE\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET no-slash HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 3\r\n\r\nabc", 417},
  };
  for (const auto& [bytes, status] : cases) {
    const std::string answer = ask(bytes);
    EXPECT_EQ(status_of(answer), status) << bytes << "\n" << answer;
    EXPECT_EQ(count(answer, "\r\nDate: "), 1u) << bytes;
    EXPECT_NE(answer.find("X-Dressed: yes"), std::string::npos) << bytes;
    EXPECT_EQ(answer.find("server.cc"), std::string::npos);
  }
  EXPECT_EQ(echo.handled, 0);
}

TEST_F(ServerTest, LimitsHoldForHeadersAndBodies) {
  const std::string big_header =
      "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n";
  EXPECT_EQ(status_of(ask(big_header)), 431);
  EXPECT_EQ(status_of(ask("GET /" + std::string(40'000, 'a'))), 431);
  const std::string body(1001, 'b');
  EXPECT_EQ(status_of(ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + body)),
            413);
  EXPECT_EQ(
      status_of(ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                    body + "\r\n0\r\n\r\n")),
      413);
  EXPECT_EQ(status_of(ask("POST /closed HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")),
            403);
  EXPECT_EQ(echo.handled, 0);
  EXPECT_EQ(
      status_of(ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + body.substr(1))),
      200);
}

TEST_F(ServerTest, ABodyBeyondTheLimitStillGetsItsAnswer) {
  // The client goes on sending 1 MB after the refusal: the answer must not be lost to a reset.
  Wire w(server->port());
  w.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
  w.say(std::string(1'000'000, 'z'));
  w.finish();
  EXPECT_EQ(status_of(w.hear_all()), 413);
}

TEST_F(ServerTest, ContinueIsSaidOnlyWhenTheBodyIsWanted) {
  Wire w(server->port());
  w.say("POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(w.hear_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  w.say("abc");
  EXPECT_NE(w.hear_until("]").find("[POST /e abc]"), std::string::npos);
  Wire refused(server->port());
  refused.say(
      "POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3000\r\n\r\n");
  const std::string answer = refused.hear_until("\r\n\r\n");
  EXPECT_EQ(status_of(answer), 413);
  EXPECT_EQ(answer.find("100 Continue"), std::string::npos);
}

TEST_F(ServerTest, BigUploadsGoToAFile) {
  const std::string body(5'000'000, 'u');
  const std::string answer =
      ask("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n" + body);
  EXPECT_NE(answer.find("\r\n\r\n5000000"), std::string::npos);
  // One that breaks off leaves no file behind.
  {
    Wire w(server->port());
    w.say("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\nabc");
  }
  server->drain(std::chrono::seconds(5));
  EXPECT_TRUE(std::filesystem::is_empty(echo.folder));
}

TEST_F(ServerTest, SlowSendersAreEnded) {
  Wire head(server->port()), body(server->port());
  head.say("GET / HT");
  body.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nab");
  EXPECT_EQ(head.hear_all(), "");
  EXPECT_EQ(body.hear_all(), "");
  EXPECT_EQ(echo.handled, 0);
  server->drain(std::chrono::seconds(5));
  EXPECT_EQ(server->counters().timeouts, 2u);
}

TEST_F(ServerTest, StreamsAreChunkedAndBreakVisibly) {
  const std::string whole = ask("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(whole.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(whole.substr(whole.size() - 5), "0\r\n\r\n");
  const std::string broken = ask("GET /broken HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(broken.find("0\r\n\r\n"), std::string::npos);
  const std::string old = ask("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.find("chunked"), std::string::npos);
  EXPECT_EQ(old.size() - old.find("\r\n\r\n") - 4, 5'000'000u);
  const std::string head = ask("HEAD /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head.substr(head.size() - 4), "\r\n\r\n");
}

TEST_F(ServerTest, TheClientUnderstandsWhatTheServerSays) {
  ClientRequest r;
  const std::string base = "http://127.0.0.1:" + std::to_string(server->port());
  r.url = base + "/a%20b?x=1";
  r.method = "POST";
  r.body = "hello";
  EXPECT_EQ(fetch(r).value().body, "[POST /a%20b hello]");
  r.url = base + "/stream";
  std::size_t bytes = 0;
  r.on_body = [&](std::string_view piece) {
    bytes += piece.size();
    return true;
  };
  EXPECT_EQ(fetch(r).value().status, 200);
  EXPECT_EQ(bytes, 5'000'000u);
  r.url = base + "/broken";
  EXPECT_EQ(fetch(r).error().code, "broken_answer");
  std::ofstream(echo.folder + "/up") << std::string(300'000, 'f');
  r.url = base + "/upload";
  r.body_file = echo.folder + "/up";
  std::string answer;
  r.on_body = [&](std::string_view piece) {
    answer += piece;
    return true;
  };
  EXPECT_EQ(fetch(r).value().status, 200);
  EXPECT_EQ(answer, "300000");
  r.url = "https://x";
  EXPECT_EQ(fetch(r).error().field, "url");
  server->drain(std::chrono::seconds(5));
  r.url = base + "/";
  EXPECT_EQ(fetch(r).error().code, "unreachable");
  EXPECT_EQ(percent_encode("a b&è"), "a%20b%26%C3%A8");
}

TEST_F(ServerTest, AForgottenRequestIsAnsweredWith500) {
  EXPECT_EQ(status_of(ask("GET /never HTTP/1.1\r\nHost: h\r\n\r\n")), 500);
}

TEST_F(ServerTest, AGoneReaderEndsItsStream) {
  {
    Wire w(server->port());
    w.say("GET /live HTTP/1.1\r\nHost: h\r\n\r\n");
    w.hear_until("first");
  }
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (echo.live->open() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  EXPECT_FALSE(echo.live->open());
  EXPECT_FALSE(echo.live->write("more"));
}

TEST_F(ServerTest, DrainEndsLiveStreamsAndIdleConnections) {
  Wire live(server->port()), idle(server->port());
  live.say("GET /live HTTP/1.1\r\nHost: h\r\n\r\n");
  live.hear_until("first");
  idle.say("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  idle.hear_until("]");
  server->drain(std::chrono::seconds(10));
  const std::string rest = live.hear_all();
  EXPECT_EQ(rest.substr(rest.size() - 5), "0\r\n\r\n");
  idle.take();
  EXPECT_EQ(idle.hear_all(), "");
  EXPECT_FALSE(Wire(server->port()).connected());
}

TEST_F(ServerTest, RandomBytesNeverCrashIt) {
  std::uint32_t seed = 7;
  auto next = [&] { return seed = seed * 1664525u + 1013904223u; };
  const std::string good =
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (int i = 0; i < 300; ++i) {
    std::string bytes = good;
    for (int k = 0; k < 4; ++k) bytes[next() % bytes.size()] = static_cast<char>(next() >> 24);
    const std::string answer = ask(bytes);
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << answer;
  }
  EXPECT_EQ(status_of(ask("GET /alive HTTP/1.1\r\nHost: h\r\n\r\n")), 200);
}

TEST(Listen, SaysWhatIsWrong) {
  Echo echo;
  auto bad = Server::start({{"main", "example.org:80"}}, echo, {});
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().field, "listen");
  auto first = Server::start({{"main", "127.0.0.1:0"}}, echo, {});
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(is_loopback_address("127.0.0.1:80"));
  EXPECT_TRUE(is_loopback_address("[::1]:80"));
  EXPECT_FALSE(is_loopback_address("0.0.0.0:80"));
}

}  // namespace
}  // namespace viaggio::http
