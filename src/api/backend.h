#pragma once
// What the routes need from whatever stands behind them: JSON text in, JSON text out. One Backend
// is one open workspace (one data folder). It knows no HTTP: an Error's kind decides the status.
// Threads: every method may be called from any thread at any time, also concurrently; all but
// collect(), check_key() and subscribe_live() may block (they are called on worker threads).
// JSON is UTF-8 and complete; the shapes are those of docs/api/openapi.yaml.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/saved_views.h"

namespace viaggio::api {

// ---- Collecting ----

struct CollectRequest {
  std::string
      endpoint;      // "track|identify|page|screen|group|alias|batch|import"; short forms resolved
  std::string body;  // inflated, not yet parsed; at most the route's limit
  std::string source;   // the collector's name: the key's source
  bool secret = false;  // sent with a secret key: 1 MB an event instead of 32 KB, aliases may merge
  std::string remote_ip;   // the socket's peer as text, or empty
  std::string user_agent;  // the request's header
  bool gpc = false;        // Sec-GPC: 1
  bool dnt = false;        // DNT: 1
};

struct RejectedMember {
  std::size_t index = 0;  // place in the batch, from 0
  std::string code, field, detail;
};

struct CollectAnswer {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
  std::vector<RejectedMember> rejected;
};

// Called exactly once, from any thread, after the commit is on stable storage (or never came to
// be). An Error means that nothing was stored: invalid (not JSON ...), too_large, overloaded.
using CollectDone = std::function<void(Result<CollectAnswer>)>;

// ---- Streams ----

// Takes the next piece of a long answer; may block while the client is slow; false = stop, the
// client is gone (then return normally, that is no error).
using Sink = std::function<bool(std::string_view)>;

struct ExportRequest {
  std::string format = "jsonl";    // jsonl | csv | parquet
  std::string from, to;            // RFC 3339 or empty
  std::string customer;            // any way to name a customer, or empty = all
  std::string order = "sequence";  // sequence | customer
};

// One message of the live stream. `event`: event | rejected | counters | alert.
struct LiveMessage {
  std::string event;
  std::string data;  // one JSON value, without line breaks
};
// Called from any thread; never blocks. The message may be kept.
using LiveSink = std::function<void(const std::shared_ptr<const LiveMessage>&)>;

// Destroying it ends the subscription: no call of the sink starts afterwards.
class LiveSubscription {
 public:
  virtual ~LiveSubscription() = default;
};

// ---- Configuration ----

// A configured document and its version. `etag` is opaque, without quotes.
struct Versioned {
  std::string json;
  std::string etag;
};

// What a put expects: the etag of If-Match, or "*" (must exist), or empty = no expectation. A
// mismatch is ErrorKind::conflict, code "version_conflict".

// ---- Imports ----

struct ImportRequest {
  std::string name;     // the file's name as given by the sender
  std::string path;     // where the uploaded bytes lie; the backend owns and removes that file
  std::string source;   // the collector to store under, or empty = from the mapping
  std::string mapping;  // id of a saved or shipped mapping
};

// ---- Keys ----

struct KeyGrant {
  bool secret = false;  // false = write key
  std::string source;
};

class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::string id() const = 0;  // of the workspace; [a-z0-9-]
  virtual std::string name() const = 0;
  virtual bool demo() const = 0;
  virtual std::string language() const = 0;  // "it" | "en"

  // Constant time in the key's bytes; in memory; nothing for an unknown key.
  virtual std::optional<KeyGrant> check_key(std::string_view key) const = 0;
  virtual Result<std::string> keys() = 0;  // {"keys":[...]}, secrets masked
  virtual Result<std::string> create_key(
      std::string_view body) = 0;  // {"kind","source"} -> shown once

  // {"events","customers","epoch"} : the numbers of GET /api/health; the route adds status,
  // version.
  virtual Result<std::string> health() = 0;
  // Lines of the Prometheus text format, "viaggio_..." names.
  virtual std::string metrics() = 0;

  // Never blocks: queues for the next group commit. A full queue calls done with `overloaded`.
  virtual void collect(CollectRequest&& request, CollectDone done) = 0;

  // kind as in POST /api/query/{kind}; "people" included. An unknown kind is not_found,
  // code "unknown_question".
  virtual Result<std::string> query(std::string_view kind, std::string_view question) = 0;

  virtual Result<std::string> sql(std::string_view body) = 0;  // docs/sql.md
  virtual Result<std::string> sql_tables() = 0;
  virtual Result<std::string> question_in_sql(std::string_view body) = 0;

  // `begin` is told the content type (and a file name) once, before the first bytes; errors found
  // before it become an HTTP error, later ones cut the stream off.
  struct StreamHead {
    std::string content_type;
    std::string file_name;
  };
  using Begin = std::function<Sink(const StreamHead&)>;
  virtual Status export_events(const ExportRequest& request, const Begin& begin) = 0;
  virtual Status export_customers(const ExportRequest& request, const Begin& begin) = 0;

  // id = customer id or TYPE:VALUE. limit was checked: 1..1000.
  virtual Result<std::string> customers(std::string_view search, std::size_t limit,
                                        std::string_view cursor) = 0;
  virtual Result<std::string> customer(std::string_view id) = 0;
  virtual Result<std::string> timeline(std::string_view id, bool newest_first, std::size_t limit,
                                       std::string_view cursor) = 0;
  virtual Result<std::string> identity(std::string_view id) = 0;
  // {"a": customer, "b": customer} -> {"customer_id","link_id"}; actor = who did it.
  virtual Result<std::string> merge(std::string_view body, std::string_view actor) = 0;
  virtual Result<std::string> undo_link(std::uint64_t link, std::string_view actor) = 0;
  // What these would change; nothing changes.
  virtual Result<std::string> preview_merge(std::string_view body) = 0;
  virtual Result<std::string> preview_undo(std::uint64_t link) = 0;
  virtual Result<Versioned> identity_policy() = 0;
  virtual Result<Versioned> put_identity_policy(std::string_view body,
                                                std::string_view if_match) = 0;
  virtual Result<std::string> shared_values(std::size_t customers, std::size_t limit) = 0;
  virtual Result<std::string> conflicts(std::size_t limit) = 0;
  virtual Result<std::string> dismiss_conflict(std::uint64_t conflict, std::string_view actor) = 0;

  virtual Result<Versioned> settings() = 0;
  virtual Result<Versioned> put_settings(std::string_view body, std::string_view if_match) = 0;
  virtual Result<std::string> stage_models() = 0;  // {"models":[...]}
  virtual Result<Versioned> stage_model(std::string_view id) = 0;
  virtual Result<Versioned> put_stage_model(std::string_view id, std::string_view body,
                                            std::string_view if_match) = 0;
  virtual Result<Versioned> touchpoints() = 0;
  virtual Result<Versioned> put_touchpoints(std::string_view body, std::string_view if_match) = 0;
  virtual Result<std::string> preview_touchpoints(std::string_view body) = 0;
  virtual Result<std::string> vocabulary() = 0;

  virtual Result<std::string> audiences() = 0;  // {"audiences":[...]}
  virtual Result<Versioned> audience(std::string_view id) = 0;
  virtual Result<Versioned> create_audience(std::string_view body) = 0;
  virtual Result<Versioned> put_audience(std::string_view id, std::string_view body,
                                         std::string_view if_match) = 0;
  virtual Status remove_audience(std::string_view id, std::string_view if_match) = 0;
  virtual Result<std::string> audience_customers(std::string_view id, std::size_t limit,
                                                 std::string_view cursor) = 0;

  // Reports, dashboards and annotations: see catalog::SavedViews.
  virtual Result<std::string> saved_views(catalog::SavedKind kind) = 0;
  virtual Result<Versioned> saved_view(catalog::SavedKind kind, std::string_view id) = 0;
  virtual Result<Versioned> create_saved_view(catalog::SavedKind kind, std::string_view body) = 0;
  virtual Result<Versioned> put_saved_view(catalog::SavedKind kind, std::string_view id,
                                           std::string_view body, std::string_view if_match) = 0;
  virtual Status remove_saved_view(catalog::SavedKind kind, std::string_view id,
                                   std::string_view if_match) = 0;

  virtual std::unique_ptr<LiveSubscription> subscribe_live(LiveSink sink) = 0;
  virtual Result<std::string> live_recent(std::size_t limit) = 0;

  // `head` = the first bytes of the file (at most 1 MB).
  virtual Result<std::string> preview_import(std::string_view name, std::string_view head) = 0;
  virtual Result<std::string> start_import(const ImportRequest& request) = 0;  // {"id"}
  virtual Result<std::string> imports() = 0;                                   // {"imports":[...]}
  virtual Result<std::string> import_state(std::string_view id) = 0;
  virtual Status import_rejected(std::string_view id, const Begin& begin) = 0;  // CSV
  virtual Result<std::string> mappings() = 0;  // {"mappings":[...]}
  virtual Result<Versioned> put_mapping(std::string_view id, std::string_view body,
                                        std::string_view if_match) = 0;

  // name: products | stores | campaigns | contents | orders. Rows replace or add by key.
  virtual Result<std::string> table(std::string_view name) = 0;
  virtual Result<std::string> put_table(std::string_view name, std::string_view body) = 0;
  virtual Result<std::string> add_facts(std::string_view body) = 0;  // {"stored"}

  // Where uploads are spooled before start_import: on the data folder's own file system.
  virtual std::string upload_folder() const = 0;
};

// The workspaces that this process holds open. Backends live as long as the registry.
// Thread-safe.
class WorkspaceRegistry {
 public:
  virtual ~WorkspaceRegistry() = default;
  virtual std::vector<Backend*>
  list() = 0;  // the first one is the one the process was started with
  virtual Backend* find(std::string_view id) = 0;              // nullptr when there is none
  virtual Result<Backend*> create(std::string_view name) = 0;  // name may be empty; opens it too
};

}  // namespace viaggio::api
