#pragma once
// Everything that mirrors the log of one data folder, and how it comes back after a stop: the log
// is read, the rest is loaded from checkpoints and caught up, or rebuilt where it is absent or
// damaged. Threads: `mutex` guards identity, profiles and the order of changes: the ingest writer
// holds it alone, readers share it. The timeline, the kinds and the columns look after themselves.
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>

#include "base/result.h"
#include "classify/kinds.h"
#include "eventlog/event_log.h"
#include "identity/identity.h"
#include "ingest/order_index.h"
#include "profiles/profiles.h"
#include "select/columns.h"
#include "timeline/timeline.h"

namespace viaggio::engine {

using LogOpener = std::function<Result<std::unique_ptr<eventlog::EventLog>>(
    const std::string& folder, const eventlog::Options&)>;

struct WorldOptions {
  std::string folder;
  bool sync = true;
  timeline::Options timeline;  // its folder is set here
  LogOpener open_log;          // empty: EventLog::open
  identity::Policy policy = identity::Policy::defaults();
};

class World {
 public:
  static Result<std::unique_ptr<World>> open(const WorldOptions& options);

  // Brings everything in line with the log after a failed commit.
  Status recover();
  // For decisions from now on. The writer must be between two commits.
  void set_policy(const identity::Policy& policy);
  // Saves what makes the next opening fast. The writer must be between two commits.
  Status checkpoint();
  // Throws the timeline away and builds it from the log.
  Status rebuild_timeline();
  // Every store against its checksums, and the timeline against the log.
  Status verify() const;

  std::unique_ptr<eventlog::EventLog> log;
  identity::Identity identity;
  std::unique_ptr<timeline::Timeline> timeline;
  classify::KindTable kinds;
  ingest::OrderIndex orders;
  profiles::Profiles profiles;
  std::unique_ptr<select::Columns> columns;
  mutable std::shared_mutex mutex;
  std::string opened_by;  // "checkpoint", "rebuild" or "empty", for figures

 private:
  explicit World(WorldOptions options);
  Status load();
  Status load_kinds();
  Status catch_up(Sequence from, bool to_timeline);
  Status read_bodies(Sequence orders_from, Sequence profiles_from);
  std::string file(const char* name) const { return options_.folder + "/" + name; }

  WorldOptions options_;
};

// What the profile and the order index take from a stored event.
std::string order_id_of(std::string_view json);

// Identity and timeline as they were when the log ended at `upto`: for questions of the past.
struct PastWorld {
  Sequence upto = 0;
  identity::Identity identity{identity::Policy::defaults()};
  std::unique_ptr<timeline::Timeline> timeline;
  profiles::Profiles profiles;
};
Result<std::shared_ptr<const PastWorld>> build_past(const World& world, Sequence upto,
                                                    Micros session_gap);

}  // namespace viaggio::engine
