// From HTTP to the log over a disk that holds syncs back, fails, or loses power: no 200 leaves
// before the sync that covers it, and what a 200 said is there afterwards.
// VIAGGIO_TEST_ALL=1 cuts the power at many more moments.
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "api/engine_backend.h"
#include "api/server.h"
#include "eventlog/faulty_disk.h"
#include "eventlog/rocksdb_log.h"
#include "eventlog/test_events.h"

namespace viaggio {
namespace {

using eventlog::testing::FaultyDisk;
using eventlog::testing::TempFolder;
using nlohmann::json;

constexpr const char* kWrite = "cwwwwwwwwwwwwwwwwwwwwwwww";
constexpr const char* kSecret = "secret-key-of-this-test";

struct Reply {
  int status = 0;  // 0: the connection ended
  std::string head, body;
};

// One keep-alive connection, so that a test can look whether an answer has come.
class Connection {
 public:
  explicit Connection(std::uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) ADD_FAILURE();
  }
  ~Connection() { ::close(fd_); }
  Connection(const Connection&) = delete;

  void send(std::string_view method, std::string_view path, std::string_view body) {
    std::string text =
        std::string(method) + " " + std::string(path) +
        " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + kSecret +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + std::string(body);
    for (std::string_view rest = text; !rest.empty();) {
      const auto n = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // Some byte of an answer lies here.
  bool answered() const {
    pollfd p{fd_, POLLIN, 0};
    return !held_.empty() || ::poll(&p, 1, 0) == 1;
  }
  int descriptor() const { return fd_; }
  Reply receive() {
    Reply r;
    std::size_t end = std::string::npos;
    while ((end = held_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return r;
    }
    r.head = held_.substr(0, end + 2);
    r.status = std::atoi(r.head.c_str() + 9);
    const auto at = r.head.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(r.head.substr(at + 16));
    while (held_.size() < end + 4 + length) {
      if (!more()) return {};
    }
    r.body = held_.substr(end + 4, length);
    held_.erase(0, end + 4 + length);
    return r;
  }
  Reply ask(std::string_view method, std::string_view path, std::string_view body) {
    send(method, path, body);
    return receive();
  }

 private:
  bool more() {
    char buffer[16384];
    const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    held_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  int fd_ = -1;
  std::string held_;
};

void wait_for_any(const std::vector<std::unique_ptr<Connection>>& connections) {
  std::vector<pollfd> fds;
  for (const auto& c : connections) fds.push_back({c->descriptor(), POLLIN, 0});
  EXPECT_GT(::poll(fds.data(), fds.size(), -1), 0);
}

// A server over a faulty disk. Ends with its parts in the right order.
class Service {
 public:
  explicit Service(const std::string& folder, std::shared_ptr<FaultyDisk> disk,
                   std::size_t queue_bytes = 64u << 20)
      : disk_(std::move(disk)) {
    if (disk_) env_ = rocksdb::NewCompositeEnv(disk_);
    engine::Options options;
    options.folder = folder;
    options.background = false;
    options.queue_bytes = queue_bytes;
    options.open_log = [env = env_.get()](const std::string& path, const eventlog::Options& log) {
      eventlog::RocksdbOptions o;
      o.log = log;
      o.env = env;
      o.write_buffer = 256u << 10;
      return eventlog::open_rocksdb_log(path, o);
    };
    auto opened = api::Workspaces::open(options);
    if (!opened) {
      ADD_FAILURE() << opened.error().detail;
      return;
    }
    workspaces_ = std::move(*opened);
    EXPECT_TRUE(workspaces_->first().keys().ensure_first(kWrite, kSecret));
    sessions_ = std::move(*auth::Sessions::open(workspaces_->first().catalog(), now_micros()));
    api::ServeOptions serve;
    serve.listen = "127.0.0.1:0";
    serve.io_threads = 1;  // so that one answer tells that earlier ones are out
    auto server = api::ApiServer::start(*workspaces_, *sessions_, serve);
    if (server) server_ = std::move(*server);
    EXPECT_TRUE(server_);
  }
  std::uint16_t port() const { return server_->port(); }
  engine::Engine& engine() { return workspaces_->first(); }

  // Message ids in the order of the log.
  std::vector<std::string> stored() {
    std::vector<std::string> ids;
    std::string text;
    EXPECT_TRUE(engine().export_events({}, [&](std::string_view piece) {
      text += piece;
      return true;
    }));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      ids.push_back(json::parse(text.substr(at, end - at))["message_id"]);
      at = end + 1;
    }
    return ids;
  }

 private:
  std::shared_ptr<FaultyDisk> disk_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<api::Workspaces> workspaces_;
  std::unique_ptr<auth::Sessions> sessions_;
  std::unique_ptr<api::ApiServer> server_;
};

std::string batch(const std::string& name, int count, std::size_t pad = 0) {
  json b;
  for (int i = 0; i < count; ++i) {
    const std::string id = name + "-" + std::to_string(i);
    b["batch"].push_back({{"type", i % 5 == 0 ? "identify" : "track"},
                          {"event", "Product Viewed"},
                          {"messageId", id},
                          {"anonymousId", "a-" + name},
                          {"userId", "u" + std::to_string(i % 7)},
                          {"properties", {{"pad", std::string(pad, 'x')}}}});
  }
  return b.dump();
}

TEST(Answers, NoneLeavesBeforeTheSyncThatCoversIt) {
  TempFolder folder;
  auto disk = std::make_shared<FaultyDisk>();
  Service service(folder.path() + "/data", disk);
  Connection other(service.port());
  for (int round = 0; round < 10; ++round) {
    disk->close_gate();
    std::vector<std::unique_ptr<Connection>> senders;
    for (int c = 0; c < 4; ++c) {
      senders.push_back(std::make_unique<Connection>(service.port()));
      senders.back()->send("POST", "/v1/batch",
                           batch(std::to_string(round) + "." + std::to_string(c), 20));
    }
    disk->wait_until_one_waits_at_the_gate();
    EXPECT_GT(disk->unsynced_wal_bytes(), 0u);
    // The one event loop answers this after whatever it had to send before.
    EXPECT_EQ(other.ask("POST", "/v1/m", "{}").status, 200);
    for (const auto& s : senders) EXPECT_FALSE(s->answered());
    disk->open_gate();
    for (const auto& s : senders) {
      const Reply r = s->receive();
      EXPECT_EQ(r.status, 200) << r.body;
      EXPECT_EQ(json::parse(r.body)["stored"], 20);
    }
    EXPECT_EQ(disk->unsynced_wal_bytes(), 0u);
  }
  EXPECT_EQ(service.stored().size(), 800u);
}

TEST(Answers, AFailedSyncAcknowledgesNothingAndTheServerRecovers) {
  for (const auto fault : {FaultyDisk::Fault::wal_sync_error, FaultyDisk::Fault::wal_no_space,
                           FaultyDisk::Fault::all_errors}) {
    SCOPED_TRACE(static_cast<int>(fault));
    TempFolder folder;
    auto disk = std::make_shared<FaultyDisk>();
    {
      Service service(folder.path() + "/data", disk);
      Connection c(service.port());
      EXPECT_EQ(c.ask("POST", "/v1/batch", batch("before", 20)).status, 200);
      disk->set_fault(fault);
      for (int i = 0; i < 3; ++i) {
        const Reply r = c.ask("POST", "/v1/batch", batch("during", 20));
        EXPECT_TRUE(r.status == 503 || r.status == 429) << r.status;
        EXPECT_NE(r.head.find("Retry-After: "), std::string::npos);
        EXPECT_EQ(json::parse(r.body)["status"], r.status);
      }
      disk->set_fault(FaultyDisk::Fault::none);
      const Reply again = c.ask("POST", "/v1/batch", batch("during", 20));
      EXPECT_EQ(again.status, 200) << again.body;
      EXPECT_EQ(json::parse(again.body)["stored"], 20);
      EXPECT_EQ(c.ask("POST", "/v1/batch", batch("after", 20)).status, 200);
      EXPECT_EQ(service.stored().size(), 60u);
      EXPECT_TRUE(service.engine().verify());
    }
    Service service(folder.path() + "/data", nullptr);
    const auto ids = service.stored();
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 60u);
    EXPECT_EQ(ids.size(), 60u);
    EXPECT_TRUE(service.engine().verify());
  }
}

TEST(Answers, APowerCutLosesNothingThatWasAnswered) {
  const int cuts = std::getenv("VIAGGIO_TEST_ALL") != nullptr ? 60 : 6;
  std::mt19937 random(2611);
  for (int cut = 0; cut < cuts; ++cut) {
    SCOPED_TRACE(cut);
    TempFolder folder;
    auto disk = std::make_shared<FaultyDisk>();
    std::mutex mutex;
    std::set<std::string> answered;
    {
      Service service(folder.path() + "/data", disk);
      disk->cut_power_at(disk->operations() + 1 + random() % 200);
      std::vector<std::thread> senders;
      for (int s = 0; s < 3; ++s) {
        senders.emplace_back([&, s] {
          Connection c(service.port());
          for (int n = 0;; ++n) {
            const std::string name = std::to_string(s) + "." + std::to_string(n);
            if (c.ask("POST", "/v1/batch", batch(name, 20, 100)).status != 200) return;
            const std::lock_guard lock(mutex);
            for (int i = 0; i < 20; ++i) answered.insert(name + "-" + std::to_string(i));
          }
        });
      }
      for (auto& t : senders) t.join();
    }
    disk->lose_unsynced(random);
    Service service(folder.path() + "/data", nullptr);
    const auto ids = service.stored();
    const std::set<std::string> found(ids.begin(), ids.end());
    EXPECT_EQ(found.size(), ids.size());
    EXPECT_EQ(ids.size() % 20, 0u);  // a batch is there whole or not at all
    for (const std::string& id : answered) EXPECT_TRUE(found.contains(id)) << id;
    EXPECT_TRUE(service.engine().verify());
    Connection c(service.port());
    EXPECT_EQ(c.ask("POST", "/v1/batch", batch("later", 20)).status, 200);
  }
}

TEST(Answers, AFullQueueSaysComeAgainAndStoresNoHalf) {
  TempFolder folder;
  auto disk = std::make_shared<FaultyDisk>();
  Service service(folder.path() + "/data", disk, 100'000);
  disk->close_gate();
  std::vector<std::unique_ptr<Connection>> senders;
  auto send = [&] {
    senders.push_back(std::make_unique<Connection>(service.port()));
    senders.back()->send("POST", "/v1/batch", batch(std::to_string(senders.size() - 1), 20, 1'000));
  };
  send();
  disk->wait_until_one_waits_at_the_gate();
  // Some 45 KB each: what waits behind the held commit does not all fit.
  for (int i = 0; i < 12; ++i) send();
  wait_for_any(senders);
  std::size_t refused = 0;
  for (auto& s : senders) {
    if (!s->answered()) continue;
    ++refused;
    const Reply r = s->receive();
    EXPECT_TRUE(r.status == 429 || r.status == 503) << r.status;
    EXPECT_NE(r.head.find("Retry-After: "), std::string::npos);
    s.reset();
  }
  EXPECT_GT(refused, 0u);
  disk->open_gate();
  std::set<std::string> expected;
  for (std::size_t n = 0; n < senders.size(); ++n) {
    if (!senders[n]) continue;
    const Reply r = senders[n]->receive();
    if (r.status == 429 || r.status == 503) continue;  // it came a little later
    EXPECT_EQ(r.status, 200);
    for (int i = 0; i < 20; ++i) expected.insert(std::to_string(n) + "-" + std::to_string(i));
  }
  const auto ids = service.stored();
  EXPECT_EQ(std::set(ids.begin(), ids.end()), expected);
  EXPECT_EQ(ids.size(), expected.size());
  // There is room again.
  Connection other(service.port());
  EXPECT_EQ(other.ask("POST", "/v1/batch", batch("again", 20)).status, 200);
}

}  // namespace
}  // namespace viaggio
