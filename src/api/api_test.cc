// The HTTP behaviour of every route, over a small backend in memory.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "api/contract_document.h"
#include "api/routes.h"
#include "api/server.h"
#include "http/gzip.h"

namespace viaggio::api {
namespace {

using nlohmann::json;

constexpr const char* kWrite = "cwwwwwwwwwwwwwwwwwwwwwwww";
constexpr const char* kSecret = "secret-key-of-this-test";

class FakeBackend : public Backend {
 public:
  explicit FakeBackend(std::string id) : id_(std::move(id)) {}
  std::string id() const override { return id_; }
  std::string name() const override { return "Bottega \"" + id_ + "\""; }
  bool demo() const override { return false; }
  std::string language() const override { return "it"; }
  std::optional<KeyGrant> check_key(std::string_view key) const override {
    if (id_ != "one") return std::nullopt;
    if (key == kWrite) return KeyGrant{false, "site"};
    if (key == kSecret) return KeyGrant{true, "api"};
    return std::nullopt;
  }
  Result<std::string> keys() override { return std::string("{\"keys\":[]}"); }
  Result<std::string> create_key(std::string_view) override {
    return std::string("{\"kind\":\"write\"}");
  }
  Result<std::string> health() override {
    return std::string("{\"events\":7,\"customers\":3,\"epoch\":\"7-0-1\"}");
  }
  std::string metrics() override { return "viaggio_events 7\n"; }

  void collect(CollectRequest&& request, CollectDone done) override {
    std::thread([this, request = std::move(request), done = std::move(done)] {
      CollectAnswer answer;
      if (request.body == "full") return done(fail(ErrorKind::overloaded, "queue_full", "later"));
      if (request.body.find("bad") != std::string::npos) {
        answer.rejected.push_back({0, "missing_event", "event", "is \"needed\""});
      } else {
        answer.stored = 1;
      }
      {
        std::lock_guard lock(mutex);
        last = request;
      }
      done(answer);
    }).detach();
  }
  Result<std::string> sql(std::string_view) override { return std::string("{\"rows\":[]}"); }
  Result<std::string> sql_tables() override { return std::string("{\"tables\":[]}"); }
  Result<std::string> question_in_sql(std::string_view) override {
    return std::string("{\"reason\":\"none\"}");
  }
  Result<std::string> query(std::string_view kind, std::string_view question) override {
    if (kind == "nonsense")
      return fail(ErrorKind::not_found, "unknown_question", "there is no such question");
    if (kind == "throws") throw std::runtime_error("SELECT secret FROM /var/lib/viaggio");
    if (kind == "internal") return internal_error("SELECT secret FROM /var/lib/viaggio");
    if (question == "{\"bad\":1}") return invalid("steps[0].event", "is needed");
    return std::string("{\"kind\":\"") + std::string(kind) + "\"}";
  }
  Status export_events(const ExportRequest& request, const Begin& begin) override {
    if (request.from == "x") return invalid("from", "must be a time");
    Sink sink = begin({"application/x-ndjson", "events.jsonl"});
    for (int i = 0; i < 20'000; ++i) {
      if (!sink("{\"message_id\":\"m\"}\n")) return {};
    }
    if (request.from == "half") return internal_error("the disk broke");
    return {};
  }
  Status export_customers(const ExportRequest&, const Begin& begin) override {
    begin({"text/csv", ""})("id\n");
    return {};
  }
  Result<std::string> customers(std::string_view search, std::size_t limit,
                                std::string_view) override {
    return json{{"search", search}, {"limit", limit}}.dump();
  }
  Result<std::string> customer(std::string_view id) override { return json{{"id", id}}.dump(); }
  Result<std::string> timeline(std::string_view id, bool, std::size_t, std::string_view) override {
    return json{{"timeline", id}}.dump();
  }
  Result<std::string> identity(std::string_view) override { return std::string("{}"); }
  Result<std::string> merge(std::string_view, std::string_view actor) override {
    return json{{"actor", actor}}.dump();
  }
  Result<std::string> undo_link(std::uint64_t link, std::string_view) override {
    return json{{"link", link}}.dump();
  }
  Result<std::string> preview_merge(std::string_view) override { return std::string("{}"); }
  Result<std::string> preview_undo(std::uint64_t link) override {
    return json{{"preview", link}}.dump();
  }
  Result<Versioned> identity_policy() override { return Versioned{"{}", "r1"}; }
  Result<Versioned> put_identity_policy(std::string_view body, std::string_view) override {
    return Versioned{std::string(body), "r2"};
  }
  Result<std::string> shared_values(std::size_t customers, std::size_t limit) override {
    return json{{"customers", customers}, {"limit", limit}}.dump();
  }
  Result<std::string> conflicts(std::size_t limit) override {
    return json{{"limit", limit}}.dump();
  }
  Result<std::string> dismiss_conflict(std::uint64_t conflict, std::string_view actor) override {
    return json{{"conflict", conflict}, {"actor", actor}}.dump();
  }
  Result<Versioned> settings() override { return Versioned{"{}", "r1"}; }
  Result<Versioned> put_settings(std::string_view body, std::string_view if_match) override {
    if (!if_match.empty() && if_match != "r1")
      return fail(ErrorKind::conflict, "version_conflict", "changed");
    return Versioned{std::string(body), "r2"};
  }
  Result<std::string> stage_models() override { return std::string("{\"models\":[]}"); }
  Result<Versioned> stage_model(std::string_view id) override {
    return Versioned{json{{"id", id}}.dump(), "r1"};
  }
  Result<Versioned> put_stage_model(std::string_view, std::string_view body,
                                    std::string_view) override {
    return Versioned{std::string(body), "r3"};
  }
  Result<Versioned> touchpoints() override { return Versioned{"{}", "r1"}; }
  Result<Versioned> put_touchpoints(std::string_view body, std::string_view) override {
    return Versioned{std::string(body), "r1"};
  }
  Result<std::string> preview_touchpoints(std::string_view) override { return std::string("{}"); }
  Result<std::string> vocabulary() override { return std::string("{}"); }
  std::unique_ptr<LiveSubscription> subscribe_live(LiveSink sink) override {
    sink(std::make_shared<LiveMessage>(LiveMessage{"counters", "{\"events\":7}"}));
    ++subscribers;
    struct Subscription : LiveSubscription {
      explicit Subscription(std::atomic<int>& c) : count(c) {}
      ~Subscription() override { --count; }
      std::atomic<int>& count;
    };
    return std::make_unique<Subscription>(subscribers);
  }
  Result<std::string> live_recent(std::size_t limit) override {
    return json{{"limit", limit}}.dump();
  }
  Result<std::string> preview_import(std::string_view name, std::string_view head) override {
    return json{{"name", name}, {"bytes", head.size()}}.dump();
  }
  Result<std::string> start_import(const ImportRequest& request) override {
    const auto size = std::filesystem::file_size(request.path);
    std::filesystem::remove(request.path);
    if (request.mapping == "none") return invalid("mapping", "is not known");
    return json{{"id", "1"}, {"name", request.name}, {"bytes", size}}.dump();
  }
  Result<std::string> imports() override { return std::string("{\"imports\":[]}"); }
  Result<std::string> import_state(std::string_view id) override { return json{{"id", id}}.dump(); }
  Status import_rejected(std::string_view id, const Begin& begin) override {
    if (id == "9") return fail(ErrorKind::not_found, "unknown_import", "there is no such import");
    begin({"text/csv", "rejected\r\nX: y.csv"})("row\n");
    return {};
  }
  Result<std::string> mappings() override { return std::string("{}"); }
  Result<std::string> audiences() override { return std::string("{\"audiences\":[]}"); }
  Result<Versioned> audience(std::string_view) override { return Versioned{"{}", "r1"}; }
  Result<Versioned> create_audience(std::string_view) override {
    return Versioned{"{\"id\":\"a\"}", "r1"};
  }
  Result<Versioned> put_audience(std::string_view, std::string_view,
                                 std::string_view if_match) override {
    if (!if_match.empty() && if_match != "r1")
      return fail(ErrorKind::conflict, "version_conflict", "changed by someone else");
    return Versioned{"{}", "r2"};
  }
  Status remove_audience(std::string_view, std::string_view) override { return {}; }
  Result<std::string> audience_customers(std::string_view, std::size_t, std::string_view) override {
    return std::string("{\"customers\":[]}");
  }
  Result<std::string> saved_views(catalog::SavedKind) override { return std::string("{}"); }
  Result<Versioned> saved_view(catalog::SavedKind, std::string_view) override {
    return Versioned{"{}", "r1"};
  }
  Result<Versioned> create_saved_view(catalog::SavedKind, std::string_view) override {
    return Versioned{"{\"id\":\"a\"}", "r1"};
  }
  Result<Versioned> put_saved_view(catalog::SavedKind, std::string_view, std::string_view,
                                   std::string_view) override {
    return Versioned{"{}", "r2"};
  }
  Status remove_saved_view(catalog::SavedKind, std::string_view, std::string_view) override {
    return {};
  }
  Result<Versioned> put_mapping(std::string_view, std::string_view body,
                                std::string_view) override {
    return Versioned{std::string(body), "r1"};
  }
  Result<std::string> table(std::string_view name) override { return json{{"table", name}}.dump(); }
  Result<std::string> put_table(std::string_view, std::string_view body) override {
    return json{{"bytes", body.size()}}.dump();
  }
  Result<std::string> add_facts(std::string_view) override { return std::string("{\"stored\":1}"); }
  std::string upload_folder() const override { return folder; }

  std::string folder;
  std::mutex mutex;
  CollectRequest last;
  std::atomic<int> subscribers{0};

 private:
  std::string id_;
};

class FakeRegistry : public WorkspaceRegistry {
 public:
  FakeRegistry() { open_.push_back(std::make_unique<FakeBackend>("one")); }
  std::vector<Backend*> list() override {
    std::vector<Backend*> out;
    for (auto& w : open_) out.push_back(w.get());
    return out;
  }
  Backend* find(std::string_view id) override {
    for (auto& w : open_) {
      if (w->id() == id) return w.get();
    }
    return nullptr;
  }
  Result<Backend*> create(std::string_view) override {
    open_.push_back(std::make_unique<FakeBackend>("two"));
    return open_.back().get();
  }
  FakeBackend& first() { return *open_.front(); }

 private:
  std::vector<std::unique_ptr<FakeBackend>> open_;
};

struct Reply {
  int status = 0;
  std::string head, body;
  bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
  json parsed() const { return json::parse(body, nullptr, false); }
};

class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "viaggio-api-XXXXXX";
    folder = mkdtemp(name.data());
    registry.first().folder = folder + "/uploads";
    std::filesystem::create_directory(registry.first().folder);
    catalog = std::move(catalog::Catalog::open(folder + "/catalog.db").value());
    sessions = std::move(auth::Sessions::open(*catalog, now_micros()).value());
    ServeOptions o;
    o.listen = "127.0.0.1:0";
    o.collect = "127.0.0.1:0";
    o.web = [](const http::Request&) {
      http::Response r;
      r.body = "the app";
      return r;
    };
    auto started = ApiServer::start(registry, *sessions, o);
    ASSERT_TRUE(started.has_value()) << started.error().detail;
    server = std::move(*started);
  }
  void TearDown() override {
    server.reset();
    sessions.reset();
    catalog.reset();
    std::filesystem::remove_all(folder);
  }

  Reply raw(std::uint16_t port, const std::string& bytes, std::string_view until = {}) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval t{20, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    std::string heard;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0) {
      std::size_t sent = 0;
      while (sent < bytes.size()) {
        const ssize_t n = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      char buffer[65536];
      ssize_t n = 0;
      while ((until.empty() || heard.find(until) == std::string::npos) &&
             (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0) {
        heard.append(buffer, static_cast<std::size_t>(n));
      }
    }
    ::close(fd);
    Reply r;
    const std::size_t end = heard.find("\r\n\r\n");
    if (end == std::string::npos) return r;
    r.head = heard.substr(0, end + 2);
    r.body = heard.substr(end + 4);
    r.status = std::stoi(heard.substr(9, 3));
    return r;
  }
  Reply ask(std::string_view method, std::string_view target, std::string_view headers = "",
            std::string_view body = "", bool public_side = false) {
    std::string bytes(method);
    bytes.append(" ")
        .append(target)
        .append(" HTTP/1.1\r\nHost: test:80\r\nConnection: close\r\n")
        .append(headers);
    if (!body.empty() || method == "POST" || method == "PUT")
      bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    bytes.append("\r\n").append(body);
    return raw(public_side ? server->collect_port() : server->port(), bytes);
  }
  static std::string secret() { return std::string("Authorization: Bearer ") + kSecret + "\r\n"; }
  static std::string basic() {
    return "Authorization: Basic Y3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3dzo=\r\n";
  }
  std::string sign_in() {
    const std::string token = sessions->create_link("one", now_micros()).value();
    const Reply r = ask("POST", "/api/session", "", "{\"token\":\"" + token + "\"}");
    const std::size_t at = r.head.find("viaggio_session=");
    return "Cookie: other=1; " + r.head.substr(at, r.head.find(';', at) - at) + "\r\n";
  }

  std::string folder;
  FakeRegistry registry;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<auth::Sessions> sessions;
  std::unique_ptr<ApiServer> server;
};

// ---- the contract ----

bool covers(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::size_t a = std::min(pattern.find('/', 1), pattern.size()),
                      b = std::min(path.find('/', 1), path.size());
    const std::string_view p = pattern.substr(1, a - 1), q = path.substr(1, b - 1);
    if (p != q && !(p.starts_with("{"))) return false;
    pattern.remove_prefix(a);
    path.remove_prefix(b);
  }
  return pattern.empty() && path.empty();
}

TEST(Contract, DocumentAndRoutesAreTheSame) {
  const json document = json::parse(contract_document());
  const Routes routes;
  std::set<std::string> operations;
  for (const auto& route : routes.all()) {
    if (route->pattern.ends_with("/")) continue;  // the same without the slash is documented
    bool found = false;
    for (const auto& [path, methods] : document["paths"].items()) {
      for (const auto& [method, operation] : methods.items()) {
        std::string upper = method;
        for (char& c : upper) c = static_cast<char>(std::toupper(c));
        found = found || (upper == route->method && covers(route->pattern, path));
      }
    }
    EXPECT_TRUE(found) << route->method << " " << route->pattern
                       << " is missing in docs/api/openapi.yaml";
  }
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      std::vector<std::string> params;
      std::string concrete = path;
      for (std::size_t at; (at = concrete.find('{')) != std::string::npos;)
        concrete.replace(at, concrete.find('}') - at + 1, "x");
      EXPECT_NE(routes.find(upper, concrete, params, nullptr), nullptr)
          << method << " " << path << " has no route";
      EXPECT_TRUE(operations.insert(operation["operationId"]).second) << operation["operationId"];
      EXPECT_TRUE(operation.contains("responses"));
    }
  }
}

TEST_F(ApiTest, ServesItsContract) {
  const Reply r = ask("GET", "/api/openapi.json");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.parsed()["openapi"], "3.1.0");
}

// ---- collecting ----

TEST_F(ApiTest, CollectsFromEveryPlaceOfTheKey) {
  const std::string w(kWrite);
  EXPECT_EQ(ask("POST", "/v1/track", basic(), "{}").status, 200);
  EXPECT_EQ(ask("POST", "/v1/t", "X-Write-Key: " + w + "\r\n", "{}").status, 200);
  EXPECT_EQ(ask("POST", "/v1/i", "Authorization: Bearer " + w + "\r\n", "{}").status, 200);
  EXPECT_EQ(ask("POST", "/beacon/v1/batch?writeKey=" + w, "", "{}").status, 200);
  EXPECT_EQ(ask("POST", "/v1/b", "", "{\"batch\":[{\"writeKey\":\"" + w + "\"}]}").status, 200);
  const Reply ok =
      ask("POST", "/v1/p", "Content-Type: text/plain\r\n", "{\"writeKey\":\"" + w + "\"}");
  EXPECT_EQ(ok.status, 200);
  EXPECT_EQ(ok.parsed(),
            json::parse(R"({"success":true,"stored":1,"duplicates":0,"rejected":[]})"));
  EXPECT_EQ(registry.first().last.endpoint, "page");
  EXPECT_EQ(registry.first().last.source, "site");
  EXPECT_FALSE(registry.first().last.secret);
  ask("POST", "/v1/import", secret() + "DNT: 1\r\nSec-GPC: 1\r\nUser-Agent: kit\r\n", "{}");
  EXPECT_TRUE(registry.first().last.secret);
  EXPECT_TRUE(registry.first().last.dnt && registry.first().last.gpc);
  EXPECT_EQ(registry.first().last.remote_ip, "127.0.0.1");
  EXPECT_EQ(registry.first().last.user_agent, "kit");
}

TEST_F(ApiTest, TheFirstPlaceOfAKeyDecides) {
  EXPECT_EQ(ask("POST", "/v1/t", "X-Write-Key: wrong\r\n",
                std::string("{\"writeKey\":\"") + kWrite + "\"}")
                .status,
            401);
  EXPECT_EQ(ask("POST", "/v1/t", basic() + "X-Write-Key: wrong\r\n", "{}").status, 200);
  EXPECT_EQ(ask("POST", "/v1/t", "", "{}").status, 401);
  EXPECT_EQ(ask("POST", "/v1/t", "", "not json").status, 401);
  EXPECT_EQ(ask("POST", "/v1/t", "", std::string("{\"writeKey\":\"") + kSecret + "\"}").status,
            401);
}

TEST_F(ApiTest, StatusCodesOfCollecting) {
  const Reply single = ask("POST", "/v1/track", basic(), "{\"bad\":1}");
  EXPECT_EQ(single.status, 400);
  EXPECT_EQ(single.parsed()["field"], "event");
  EXPECT_EQ(single.parsed()["code"], "missing_event");
  const Reply batch = ask("POST", "/v1/batch", basic(), "{\"bad\":1}");
  EXPECT_EQ(batch.status, 200);
  EXPECT_EQ(batch.parsed()["rejected"][0]["detail"], "is \"needed\"");
  const Reply full = ask("POST", "/v1/batch", basic() + "Origin: https://shop.example\r\n", "full");
  EXPECT_EQ(full.status, 429);
  EXPECT_TRUE(full.has("Retry-After: 1"));
  EXPECT_TRUE(full.has("Access-Control-Expose-Headers: Retry-After"));
  EXPECT_EQ(ask("POST", "/v1/m", "", "{\"series\":[]}").status, 200);
  EXPECT_EQ(ask("GET", "/v1/track").status, 405);
}

TEST_F(ApiTest, GzipIsToldByBytesAndBounded) {
  const std::string packed = http::gzip("{\"x\":1}");
  EXPECT_EQ(
      ask("POST", "/v1/t", basic() + "Content-Type: application/x-www-form-urlencoded\r\n", packed)
          .status,
      200);
  EXPECT_EQ(registry.first().last.body, "{\"x\":1}");
  EXPECT_EQ(ask("POST", "/v1/t", basic() + "Content-Encoding: gzip\r\n", packed).status, 200);
  EXPECT_EQ(
      ask("POST", "/v1/t", basic() + "Content-Encoding: gzip\r\n", packed.substr(0, 15)).status,
      400);
  EXPECT_EQ(ask("POST", "/v1/t", basic() + "Content-Encoding: br\r\n", "x").status, 415);
  EXPECT_EQ(ask("POST", "/v1/b", basic(), http::gzip(std::string(600'000, ' '))).status, 413);
  EXPECT_EQ(ask("POST", "/v1/b", basic(), http::gzip(std::string(50'000'000, ' '))).status, 413);
}

TEST_F(ApiTest, WriteKeysSendLessThanSecretKeys) {
  const std::string at_limit = "{}" + std::string(512'000 - 2, ' '), beyond = at_limit + " ";
  EXPECT_EQ(ask("POST", "/v1/batch", basic(), at_limit).status, 200);
  EXPECT_EQ(ask("POST", "/v1/batch", basic(), beyond).status, 413);
  EXPECT_EQ(ask("POST", "/v1/batch", secret(), std::string(5'000'000, ' ')).status, 200);
}

TEST_F(ApiTest, BrowsersMayCollectFromAnywhereButReadNothing) {
  const Reply options =
      ask("OPTIONS", "/v1/t",
          "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n"
          "Access-Control-Request-Headers: authorization,rsa-retry-attempt\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_TRUE(options.has("Access-Control-Allow-Origin: https://shop.example\r\n"));
  EXPECT_TRUE(options.has("Access-Control-Allow-Credentials: true"));
  EXPECT_TRUE(options.has("Access-Control-Allow-Headers: authorization,rsa-retry-attempt\r\n"));
  EXPECT_TRUE(options.has("Access-Control-Allow-Methods: GET, POST, OPTIONS"));
  EXPECT_TRUE(options.has("Access-Control-Max-Age: 86400"));
  EXPECT_TRUE(options.has("Vary: Origin"));
  EXPECT_EQ(ask("OPTIONS", "/no/such/path", "Origin: https://a\r\n").status, 204);
  EXPECT_EQ(ask("OPTIONS", "*", "Origin: https://a\r\n").status, 204);
  for (const Reply& r : {ask("POST", "/v1/t", "Origin: https://a\r\n", "{}"),
                         ask("POST", "/v1/nothing", "Origin: https://a\r\n", "{}"),
                         ask("POST", "/v1/t", "Origin: https://a\r\n" + basic(), "{}")}) {
    EXPECT_TRUE(r.has("Access-Control-Allow-Origin: https://a\r\n")) << r.status;
  }
  for (const char* path : {"/api/customers", "/api/health", "/metrics", "/api/nothing"}) {
    EXPECT_FALSE(
        ask("GET", path, "Origin: https://a\r\n" + secret()).has("Access-Control-Allow-Origin"))
        << path;
    EXPECT_FALSE(ask("OPTIONS", path, "Origin: https://a\r\n").has("Access-Control-Allow-Origin"))
        << path;
  }
}

TEST_F(ApiTest, LibrariesFindTheirSettings) {
  const Reply segment =
      ask("GET", std::string("/v1/projects/") + kWrite + "/settings", "Origin: https://a\r\n");
  EXPECT_EQ(segment.status, 200);
  EXPECT_EQ(segment.parsed()["integrations"]["Segment.io"]["apiKey"], kWrite);
  EXPECT_EQ(segment.parsed()["integrations"]["Segment.io"]["apiHost"], "test:80/v1");
  EXPECT_TRUE(segment.has("Access-Control-Allow-Origin: https://a\r\n"));
  EXPECT_EQ(ask("GET", "/v1/projects/unknown/settings").status, 401);
  EXPECT_EQ(ask("GET", std::string("/v1/projects/") + kSecret + "/settings").status, 401);
  for (const char* path : {"/sourceConfig", "/sourceConfig/"}) {
    const Reply rudder = ask("GET", std::string(path) + "?p=npm&writeKey=" + kWrite);
    EXPECT_EQ(rudder.status, 200);
    EXPECT_EQ(rudder.parsed()["source"]["enabled"], true);
    EXPECT_TRUE(rudder.parsed()["source"]["config"]["statsCollection"].is_object());
  }
}

TEST_F(ApiTest, ThePublicListenerOnlyCollects) {
  EXPECT_EQ(ask("POST", "/v1/track", basic(), "{}", true).status, 200);
  EXPECT_EQ(ask("OPTIONS", "/v1/track", "Origin: https://a\r\n", "", true).status, 204);
  for (const char* path :
       {"/", "/index.html", "/api/health", "/api/customers", "/metrics", "/api/openapi.json"}) {
    const Reply r = ask("GET", path, secret(), "", true);
    EXPECT_EQ(r.status, 404) << path;
    EXPECT_EQ(r.body.find("the app"), std::string::npos);
  }
  EXPECT_EQ(ask("POST", "/api/session", "", "{\"token\":\"x\"}", true).status, 404);
}

// ---- reading ----

TEST_F(ApiTest, ReadingNeedsASecretKeyOrASession) {
  const Routes routes;
  for (const auto& route : routes.all()) {
    if (route->access != Access::reader) continue;
    std::string path = route->pattern;
    for (std::size_t at; (at = path.find('{')) != std::string::npos;)
      path.replace(at, path.find('}') - at + 1, "1");
    const std::string body = route->method == "GET" || route->method == "DELETE" ? "" : "{}";
    EXPECT_EQ(ask(route->method, path, "", body).status, 401) << path;
    EXPECT_EQ(ask(route->method, path, "Authorization: Bearer nonsense\r\n", body).status, 401)
        << path;
    EXPECT_EQ(
        ask(route->method, path, std::string("Authorization: Bearer ") + kWrite + "\r\n", body)
            .status,
        403)
        << path;
    EXPECT_EQ(ask(route->method, path, "Cookie: viaggio_session=nonsense\r\n", body).status, 401)
        << path;
  }
  const Reply refused = ask("GET", "/api/customers");
  EXPECT_EQ(refused.parsed()["code"], "no_key");
  EXPECT_TRUE(refused.has("application/problem+json"));
  EXPECT_TRUE(refused.has("WWW-Authenticate: Bearer"));
}

TEST_F(ApiTest, HealthTellsStrangersTheStatusAlone) {
  const Reply stranger = ask("GET", "/api/health");
  EXPECT_EQ(stranger.parsed(), json::parse("{\"status\":\"ok\"}"));
  const Reply reader = ask("GET", "/api/health", secret());
  EXPECT_EQ(reader.parsed()["events"], 7);
  EXPECT_EQ(reader.parsed()["version"], "0.1.0");
  EXPECT_EQ(ask("GET", "/api/health", "Authorization: Bearer nonsense\r\n").parsed().size(), 1u);
}

TEST_F(ApiTest, QuestionsAndTheirErrors) {
  EXPECT_EQ(ask("POST", "/api/query/funnel", secret(), "{}").parsed()["kind"], "funnel");
  EXPECT_EQ(ask("POST", "/api/query/people", secret(), "{}").parsed()["kind"], "people");
  const Reply wrong = ask("POST", "/api/query/funnel", secret(), "{\"bad\":1}");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.parsed()["field"], "steps[0].event");
  EXPECT_EQ(wrong.parsed()["status"], 400);
  EXPECT_EQ(ask("POST", "/api/query/nonsense", secret(), "{}").status, 404);
  for (const char* kind : {"internal", "throws"}) {
    const Reply broken = ask("POST", std::string("/api/query/") + kind, secret(), "{}");
    EXPECT_EQ(broken.status, 500);
    EXPECT_EQ(broken.parsed()["code"], "internal");
    EXPECT_EQ(broken.body.find("SELECT"), std::string::npos);
    EXPECT_EQ(broken.body.find("/var"), std::string::npos);
  }
  EXPECT_EQ(ask("POST", "/api/query/funnel", secret(), http::gzip("{\"bad\":1}")).status, 400);
}

TEST_F(ApiTest, DeeplyNestedDocumentsAreRefusedBeforeTheyAreRead) {
  const std::string nest(100'000, '[');
  for (const std::string& body : {nest, "{\"where\":" + nest, "{\"a\\\"\":\"}\"," + nest}) {
    const Reply deep = ask("POST", "/api/query/funnel", secret(), body);
    EXPECT_EQ(deep.status, 400);
    EXPECT_EQ(deep.parsed()["code"], "json_too_deep");
  }
  EXPECT_EQ(ask("POST", "/api/query/map", secret(), "{\"a\":\"" + nest + "\"}").status, 200);
}

TEST_F(ApiTest, PathsAreDecodedPerPart) {
  EXPECT_EQ(ask("GET", "/api/customers/email:anna%40example.it", secret()).parsed()["id"],
            "email:anna@example.it");
  EXPECT_EQ(ask("GET", "/api/customers/a%2Fb", secret()).parsed()["id"], "a/b");
  EXPECT_EQ(ask("GET", "/api/customers/a%2Fb/timeline", secret()).parsed()["timeline"], "a/b");
  const Reply page = ask("GET", "/api/customers?search=anna%20r&limit=3", secret());
  EXPECT_EQ(page.parsed()["search"], "anna r");
  EXPECT_EQ(page.parsed()["limit"], 3);
  for (const char* limit : {"0", "1001", "x", "-1", "", "99999999999999999999"}) {
    const Reply r = ask("GET", std::string("/api/customers?limit=") + limit, secret());
    EXPECT_EQ(r.status, 400) << limit;
    EXPECT_EQ(r.parsed()["field"], "limit");
  }
  EXPECT_EQ(ask("POST", "/api/identity/links/12/undo", secret(), "{}").parsed()["link"], 12);
  EXPECT_EQ(ask("POST", "/api/identity/links/-1/undo", secret(), "{}").status, 404);
  EXPECT_EQ(ask("POST", "/api/identity/merge", secret(), "{}").parsed()["actor"], "key:api");
}

TEST_F(ApiTest, ConfigurationCarriesVersions) {
  const Reply read = ask("GET", "/api/settings", secret());
  EXPECT_TRUE(read.has("ETag: \"r1\""));
  EXPECT_EQ(ask("PUT", "/api/settings", secret() + "If-Match: \"r1\"\r\n", "{}").status, 200);
  const Reply stale = ask("PUT", "/api/settings", secret() + "If-Match: \"r0\"\r\n", "{}");
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.parsed()["code"], "version_conflict");
  EXPECT_EQ(ask("GET", "/api/stage-models/a%20b", secret()).parsed()["id"], "a b");
  const Reply method = ask("POST", "/api/settings", secret(), "{}");
  EXPECT_EQ(method.status, 405);
  EXPECT_TRUE(method.has("Allow: GET, PUT, OPTIONS"));
}

TEST_F(ApiTest, SignInOnceThenByCookie) {
  const std::string token = sessions->create_link("one", now_micros()).value();
  const Reply opened = ask("POST", "/api/session", "", "{\"token\":\"" + token + "\"}");
  ASSERT_EQ(opened.status, 200);
  EXPECT_TRUE(opened.has("HttpOnly"));
  EXPECT_TRUE(opened.has("SameSite=Strict"));
  EXPECT_EQ(opened.parsed()["workspace"]["name"], "Bottega \"one\"");
  EXPECT_EQ(ask("POST", "/api/session", "", "{\"token\":\"" + token + "\"}").status, 401);
  EXPECT_EQ(ask("POST", "/api/session", "", "{\"token\":1}").status, 400);
  EXPECT_EQ(ask("POST", "/api/session", "", "nope").status, 400);
  const std::string cookie = sign_in();
  EXPECT_EQ(ask("GET", "/api/session", cookie).parsed()["language"], "it");
  EXPECT_EQ(ask("GET", "/api/customers", cookie).status, 200);
  const Reply forged = ask("PUT", "/api/settings", cookie, "{}");
  EXPECT_EQ(forged.status, 403);
  EXPECT_EQ(forged.parsed()["code"], "missing_header");
  EXPECT_EQ(ask("PUT", "/api/settings", cookie + "X-Viaggio: 1\r\n", "{}").status, 200);
  EXPECT_EQ(ask("DELETE", "/api/session", cookie + "X-Viaggio: 1\r\n").status, 204);
  EXPECT_EQ(ask("GET", "/api/session", cookie).status, 401);
}

TEST_F(ApiTest, ASessionSwitchesWorkspaces) {
  const std::string cookie = sign_in();
  const std::string change = cookie + "X-Viaggio: 1\r\n";
  const Reply made = ask("POST", "/api/workspaces", change, "{\"name\":\"Nuova\"}");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(ask("GET", "/api/session", cookie).parsed()["workspace"]["id"], "two");
  EXPECT_EQ(ask("POST", "/api/workspaces/one/open", change).parsed()["current"], true);
  EXPECT_EQ(ask("GET", "/api/session", cookie).parsed()["workspace"]["id"], "one");
  EXPECT_EQ(ask("GET", "/api/workspaces", cookie).parsed()["workspaces"].size(), 2u);
  EXPECT_EQ(ask("POST", "/api/workspaces/none/open", change).status, 404);
  EXPECT_EQ(ask("POST", "/api/workspaces/two/open", secret()).status, 403);
  EXPECT_EQ(ask("POST", "/api/workspaces", change, "{\"nmae\":1}").parsed()["field"], "nmae");
}

// ---- streams and files ----

TEST_F(ApiTest, ExportsStreamAndBreakVisibly) {
  const Reply whole = ask("GET", "/api/export/events?format=jsonl", secret());
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.has("Transfer-Encoding: chunked"));
  EXPECT_TRUE(whole.has("filename=\"events.jsonl\""));
  EXPECT_TRUE(whole.body.ends_with("0\r\n\r\n"));
  EXPECT_GT(whole.body.size(), 20'000u * 19);
  const Reply half = ask("GET", "/api/export/events?from=half", secret());
  EXPECT_FALSE(half.body.ends_with("0\r\n\r\n"));
  const Reply early = ask("GET", "/api/export/events?from=x", secret());
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(early.parsed()["field"], "from");
  EXPECT_EQ(ask("GET", "/api/export/events?format=xml", secret()).parsed()["field"], "format");
  EXPECT_EQ(ask("GET", "/api/export/events?typo=1", secret()).parsed()["field"], "typo");
}

TEST_F(ApiTest, UploadsAreFilesAndLeaveNothingBehind) {
  const std::string file(3'000'000, 'r');
  const Reply ok = ask("POST", "/api/imports?name=C:%5Ca%5Cscontrini.csv&source=cassa&mapping=m",
                       secret(), file);
  EXPECT_EQ(ok.status, 202);
  EXPECT_EQ(ok.parsed()["bytes"], 3'000'000);
  EXPECT_EQ(ok.parsed()["name"], "scontrini.csv");
  EXPECT_EQ(ask("POST", "/api/imports", secret(), file).parsed()["field"], "name");
  EXPECT_EQ(ask("POST", "/api/imports?name=a.csv", secret()).status, 400);
  EXPECT_EQ(ask("POST", "/api/imports?name=a.csv&mapping=none", secret(), file).status, 400);
  EXPECT_EQ(ask("POST", "/api/imports?name=a.csv", "", file).status, 401);
  EXPECT_TRUE(std::filesystem::is_empty(registry.first().folder));
  EXPECT_EQ(ask("POST", "/api/imports/preview?name=a.csv", secret(), "a,b\n").parsed()["bytes"], 4);
  EXPECT_EQ(
      ask("POST", "/api/imports/preview?name=a.csv", secret(), std::string(2'000'000, 'a')).status,
      413);
  // A Parquet table is looked at whole: what is in it stands at its end.
  EXPECT_EQ(ask("POST", "/api/imports/preview?name=a.parquet", secret(),
                "PAR1" + std::string(2'000'000, 'a'))
                .parsed()["bytes"],
            2'000'004);
  const Reply csv = ask("GET", "/api/imports/1/rejected", secret());
  EXPECT_TRUE(csv.has("filename=\"rejected__X__y.csv\""));
  EXPECT_FALSE(csv.has("\r\nX: y"));
  EXPECT_EQ(ask("GET", "/api/imports/9/rejected", secret()).status, 404);
}

TEST_F(ApiTest, LiveEventsArriveAndReadersAreForgotten) {
  const std::string bytes = "GET /api/live HTTP/1.1\r\nHost: h\r\n" + secret() + "\r\n";
  const Reply live = raw(server->port(), bytes, "\"events\":7}\n\n");
  EXPECT_TRUE(live.has("Content-Type: text/event-stream"));
  EXPECT_NE(live.body.find("event: counters\ndata: {\"events\":7}\n\n"), std::string::npos);
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (registry.first().subscribers > 0 && std::chrono::steady_clock::now() < limit)
    std::this_thread::yield();
  EXPECT_EQ(registry.first().subscribers, 0);
  EXPECT_EQ(ask("GET", "/api/live/recent?limit=5", secret()).parsed()["limit"], 5);
}

TEST_F(ApiTest, MetricsCountWhatHappened) {
  ask("POST", "/v1/track", basic(), "{}");
  const Reply r = ask("GET", "/metrics", secret());
  EXPECT_NE(
      r.body.find(
          "viaggio_http_requests_total{method=\"POST\",route=\"/v1/track\",status=\"2xx\"} 1"),
      std::string::npos);
  EXPECT_NE(r.body.find("viaggio_events 7"), std::string::npos);
  EXPECT_EQ(r.body.find(kSecret), std::string::npos);
  EXPECT_EQ(r.body.find(kWrite), std::string::npos);
}

TEST_F(ApiTest, UnknownAddresses) {
  EXPECT_EQ(ask("GET", "/map").body, "the app");
  EXPECT_EQ(ask("GET", "/api/nothing", secret()).status, 404);
  EXPECT_EQ(ask("POST", "/v1/unknown", basic(), "{}").status, 404);
  EXPECT_EQ(ask("POST", "/v1/track/", basic(), "{}").status, 200);  // never redirected
  EXPECT_EQ(ask("POST", "/v1/track//", basic(), "{}").status, 404);
  EXPECT_TRUE(ask("GET", "/api/nothing").has("X-Content-Type-Options: nosniff"));
  for (const char* path :
       {"/api/../etc/passwd", "/api/customers/..%2f..%2fetc", "/v1/%2e%2e/api/keys"}) {
    const Reply r = ask("GET", path);
    EXPECT_TRUE(r.status == 401 || r.status == 404) << path << " " << r.status;
    EXPECT_EQ(r.body.find("root:"), std::string::npos);
  }
}

TEST(Listening, OnlyOnThisMachineUnlessAsked) {
  FakeRegistry registry;
  std::string name = ::testing::TempDir() + "viaggio-api-XXXXXX";
  const std::string folder = mkdtemp(name.data());
  auto catalog = std::move(catalog::Catalog::open(folder + "/c.db").value());
  auto sessions = std::move(auth::Sessions::open(*catalog, 0).value());
  ServeOptions o;
  o.listen = "0.0.0.0:0";
  const auto refused = ApiServer::start(registry, *sessions, o);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "not_loopback");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace viaggio::api
