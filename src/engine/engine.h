#pragma once
// One open data folder and everything that can be done with it, without a network: collect, ask,
// export, look at customers, configure. JSON text in, JSON text out; docs/api says the shapes.
// Threads: every method from any thread. Background threads reseal the timeline, save checkpoints
// and feed live listeners. Closing drains, commits and saves.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "auth/keys.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "classify/rules.h"
#include "engine/epoch.h"
#include "engine/live.h"
#include "engine/people.h"
#include "engine/world.h"
#include "formats/segment.h"
#include "imports/import.h"
#include "ingest/ingest.h"
#include "journey/stages/stage_model.h"
#include "open_copy/open_copy.h"
#include "select/context.h"
#include "timeline/session_view.h"

namespace viaggio::engine {

class Copying;
class Subscribers;
struct PlannedChange;

struct Options {
  std::string folder;
  std::string name;   // of a new workspace
  bool demo = false;  // of a new workspace
  bool sync = true;
  bool background = true;      // reseal and checkpoint by themselves
  bool keep_copy = false;      // keep the open copy up to date by itself
  open_copy::Options copy;     // tests make its files tiny
  timeline::Options timeline;  // tests make blocks tiny
  // What may wait to be stored; beyond it senders are told to come again.
  std::size_t queue_bytes = 64u << 20;
  LogOpener open_log;  // empty: EventLog::open; tests put a faulty disk below
};

struct Settings {
  std::string name = "Viaggio", timezone = "Europe/Rome", currency = "EUR", country = "IT",
              language = "it";
  Micros session_gap = 30 * kMinute;
  std::string session_id_field;  // "context.sessionId", "properties.x"; empty: none
  bool demo = false;
};

struct Collected {
  std::uint64_t stored = 0, duplicates = 0;
  std::vector<formats::Rejection> rejected;
};

// What one question is asked of, at one epoch.
struct Scene {
  Epoch epoch;
  select::Context context;
  std::shared_ptr<const PastWorld> past;  // null: the present
  // The snapshot as it is sealed, and the session gap that was asked for (0: the workspace's).
  std::shared_ptr<const timeline::Snapshot> sealed;
  Micros session_gap = 0;
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(const Options& options);
  ~Engine();

  Settings settings() const;
  catalog::Catalog& catalog() { return *catalog_; }
  auth::Keys& keys() { return *keys_; }
  const std::string& folder() const { return options_.folder; }
  Live& live() { return live_; }
  const World& world() const { return *world_; }

  // ---- collecting ----
  using CollectDone = std::function<void(Result<Collected>)>;
  void collect(std::string_view body, const formats::ParseContext& context, CollectDone done);
  Result<ingest::Answer> store(std::vector<IncomingEvent> events, bool secret);
  // Rows of a reference table, or facts: the sound ones are stored, the others named.
  Result<imports::TableAnswer> store_rows(const std::string& table, const std::string& rows);

  // ---- questions ----
  Result<std::string> query(std::string_view kind, std::string_view question);
  // `session_gap`: of the question; 0 = the workspace's.
  Result<Scene> scene(const Common& common, Micros session_gap = 0);
  Result<journey::StageModel> stage_model(const std::string& id,
                                          std::optional<catalog::Revision> as_of) const;

  // ---- export: append lines to `sink` until it answers false ----
  using Sink = std::function<bool(std::string_view)>;
  struct ExportScope {
    Range range;           // by event time
    std::string customer;  // empty = all
    bool by_customer = false;
  };
  Status export_events(const ExportScope& scope, const Sink& sink);
  Status export_customers(const ExportScope& scope, const Sink& sink);

  // ---- SQL over the open copy (docs/sql.md) ----
  Copying& copying() { return *copying_; }

  // ---- customers ----
  Result<std::string> customers(std::string_view search, std::size_t limit,
                                std::string_view cursor);
  Result<std::string> customer(std::string_view id);
  // A page of a customer's events, in their order or backwards; goes on after `cursor`.
  struct TimelinePage {
    std::size_t limit = 100;
    std::string_view cursor;
    bool newest_first = false;
  };
  Result<std::string> timeline(std::string_view id, const TimelinePage& page);
  Result<std::string> identity(std::string_view id);
  Result<std::string> merge(std::string_view body, std::string_view actor);
  Result<std::string> undo_link(std::uint64_t link, std::string_view actor);
  // What these would change, both sides before and after (engine/identity_preview.h).
  Result<std::string> preview_merge(std::string_view body);
  Result<std::string> preview_undo(std::uint64_t link);
  Result<std::string> conflicts(std::size_t limit);  // open ones, oldest first
  Result<std::string> dismiss_conflict(std::uint64_t conflict, std::string_view actor);
  // How customers are told apart; a change counts for events stored from then on.
  Result<catalog::Document> identity_policy() const;
  Result<catalog::Document> put_identity_policy(std::string_view body, std::string_view if_match);
  // {"values": [{"type","value","customers","customer_id"}]}: seen with more than `customers`.
  Result<std::string> shared_values(std::size_t customers, std::size_t limit);
  Result<CustomerId> find_customer(std::string_view id) const;  // under world().mutex

  // ---- saved audiences (docs/semantics/audiences.md) ----
  Result<std::string> audiences();  // {"audiences":[...]}, each with its present count
  Result<catalog::Document> audience(std::string_view id);
  Result<catalog::Document> create_audience(std::string_view body);
  Result<catalog::Document> put_audience(std::string_view id, std::string_view body,
                                         std::string_view if_match);
  Status remove_audience(std::string_view id, std::string_view if_match);
  Result<std::string> audience_customers(std::string_view id, std::size_t limit,
                                         std::string_view cursor);

  // ---- configuration ----
  Result<catalog::Document> settings_document() const;
  Result<catalog::Document> put_settings(std::string_view body, std::string_view if_match);
  Result<std::vector<catalog::Document>> stage_models() const;
  Result<catalog::Document> stage_model_document(std::string_view id,
                                                 std::optional<catalog::Revision> as_of = {}) const;
  Result<catalog::Document> put_stage_model(std::string_view id, std::string_view body,
                                            std::string_view if_match);
  Result<catalog::Document> touchpoints() const;
  Result<catalog::Document> put_touchpoints(std::string_view body, std::string_view if_match);
  Result<std::string> preview_touchpoints(std::string_view body);
  Result<std::string> vocabulary();

  // ---- imports ----
  Result<std::string> start_import(const imports::Request& request, const std::string& name,
                                   bool remove_file);
  Result<std::string> imports() const;
  Result<std::string> import_state(std::string_view id) const;
  Result<std::string> import_rejected_file(std::string_view id) const;

  // ---- care ----
  Result<std::string> health();
  std::string metrics();
  // The counters of the live feed, as one JSON object.
  std::string live_counters();
  // What acts on stored events has acted on all stored by now (tests; a server does so by itself).
  Status catch_up();
  Status checkpoint();
  Status verify();
  Status rebuild_timeline();
  Status seal();  // reseals everything (end of a load)

  struct Figures {
    std::uint64_t events = 0, customers = 0;
    timeline::Figures timeline;
    ingest::Ingest::Figures ingest;
  };
  Figures figures();

  std::string event_label(std::string_view name, bool italian) const;

 private:
  explicit Engine(Options options);
  Status start();
  void background();
  void committed(std::span<const ingest::Committed> events);
  // An event on its way to live listeners. Its stage is computed after the commit, off its path.
  struct Arrival {
    CustomerId customer = kNoCustomer;
    Sequence sequence = 0;
    std::string told;  // the message up to its stage
  };
  void note_arrivals(std::vector<Arrival> arrived);
  void tell_arrivals();
  Result<std::shared_ptr<const classify::Classification>> classification(catalog::Revision revision,
                                                                         std::uint32_t kinds);
  Result<std::shared_ptr<const select::CustomerColumn>> customer_column(
      const std::string& field, const std::shared_ptr<Scene>& scene);
  Result<std::shared_ptr<const select::Column>> event_column(const std::string& field,
                                                             const std::shared_ptr<Scene>& scene);
  // A scene with its columns, and with the saved audience that the question names.
  Result<std::shared_ptr<Scene>> prepared_scene(const Common& common, Micros session_gap = 0);
  Result<Settings> settings_at(catalog::Revision revision) const;
  // Sessions other than those the timeline was sealed with, where the settings or the question ask
  // for them. May be chosen again.
  Status choose_sessions(Scene& scene, const Settings& settings, Micros session_gap);
  Result<std::string> people(std::string_view question);
  Result<People> people_of(const PeopleQuestion& question, const Scene& scene);
  // The same with the saved audience that the question names; `chain`: those being asked.
  Result<People> people_at(const PeopleQuestion& question, const Scene& scene,
                           std::vector<std::string>& chain);
  Result<People> audience_people(const std::string& id, const Scene& scene,
                                 std::vector<std::string>& chain);
  // Lists are kept for the next page. `name` says which list of the epoch.
  Result<std::shared_ptr<const People>> people_list(const std::string& name, const Scene& scene,
                                                    const std::function<Result<People>()>& ask);
  struct PeoplePage {
    std::vector<CustomerId> customers;
    std::string cursor;  // empty: the last page
  };
  static PeoplePage page_of(const People& people, const PeopleCursor& cursor, std::size_t limit,
                            const Scene& scene);
  // `plan` is called under the world's mutex.
  Result<std::string> preview(const std::function<Result<PlannedChange>()>& plan);
  Result<std::string> audience_view(const catalog::Document& document, const Scene& scene);
  Result<catalog::Document> store_audience(const std::string& id, std::string_view body,
                                           std::string_view if_match);
  struct ImportJob;

  Options options_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<auth::Keys> keys_;
  std::unique_ptr<World> world_;
  Live live_;
  std::mutex arrivals_mutex_;
  std::vector<Arrival> arrivals_;
  std::unique_ptr<ingest::Ingest> ingest_;
  std::unique_ptr<Subscribers> subscribers_;
  std::unique_ptr<Copying> copying_;

  mutable std::mutex settings_mutex_;
  Settings settings_;
  Micros sealed_gap_ = 0;  // the session gap of the timeline's blocks; fixed while it is open
  timeline::SessionViews session_views_;

  std::mutex classification_mutex_;
  catalog::Revision classified_revision_ = ~catalog::Revision{0};
  std::shared_ptr<const classify::Rules> rules_;
  std::shared_ptr<const classify::Classification> classification_;

  std::mutex past_mutex_;
  std::shared_ptr<const PastWorld> past_;

  std::mutex people_mutex_;
  std::deque<std::pair<std::string, std::shared_ptr<const People>>> people_;
  std::mutex audiences_mutex_;  // one change at a time

  mutable std::mutex imports_mutex_;
  std::vector<std::shared_ptr<ImportJob>> import_jobs_;

  std::mutex background_mutex_;
  std::condition_variable background_wake_;
  bool stopping_ = false;
  std::thread background_;
  Sequence saved_ = 0;
};

Settings read_settings(const nlohmann::json& stored);

// {"it":..., "en":...} as text; and a JSON string of a text.
std::string json_text(std::string_view text);

}  // namespace viaggio::engine
