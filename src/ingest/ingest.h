#pragma once
// Is it new, whose, and safely stored: the one road by which anything enters the log.
// Requests queue; one writer thread takes what waits, drops duplicates, decides identity, appends
// one synced commit and only then answers each request (group commit).
// Threads: submit and administer from any thread; the answers come on the writer thread.
// Invariants: an answer with success means that the events are on stable storage and visible to the
// next snapshot; (source, message id) is stored once.
// Errors: a full queue is `overloaded`, nothing is taken; a failed commit stores nothing, says so
// to every request of the group, and the writer recovers from the log before the next one.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "classify/kinds.h"
#include "eventlog/event_log.h"
#include "identity/identity.h"
#include "ingest/order_index.h"
#include "timeline/timeline.h"

namespace viaggio::ingest {

struct Batch {
  std::vector<IncomingEvent> events;
  bool secret = false;  // a secret key or an import: an alias may join two user ids
};

struct Answer {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
};
using Done = std::function<void(Result<Answer>)>;

// An event as it was stored; views live for the call.
struct Committed {
  Sequence sequence = 0;
  Micros received_at = 0;
  EventHeader header;
  const IncomingEvent* event = nullptr;
};

struct Options {
  std::size_t queue_bytes = 64u << 20;
  std::size_t commit_events = 20'000;
  std::size_t commit_bytes = 8u << 20;
  std::string currency = "EUR";  // the workspace's; values in another one are kept apart
};

// What a commit works on. `world` guards identity, profiles and the order of changes: the writer
// holds it alone during a commit, readers share it.
struct Parts {
  eventlog::EventLog& log;
  identity::Identity& identity;
  timeline::Timeline& timeline;
  classify::KindTable& kinds;
  OrderIndex& orders;
  std::shared_mutex& world;
};

class Ingest {
 public:
  // on_commit: called under `world` after the commit is safe. recover: called after a failed
  // commit; must bring identity, kinds and orders back to what the log says.
  Ingest(Parts parts, Options options, std::function<void(std::span<const Committed>)> on_commit,
         std::function<Status()> recover);
  ~Ingest();  // drains

  void submit(Batch batch, Done done);
  // As submit, and waits.
  Result<Answer> store(Batch batch);

  // Runs an act on the writer thread: `decide` changes identity under the given sequence and says
  // what to store; `name` and `json` become the system record of the log.
  using Act = std::function<Result<identity::Decision>(Sequence, Micros)>;
  Result<identity::Decision> administer(const std::string& name, const std::string& json,
                                        Act decide);
  // Runs something between two commits, on the writer thread (checkpoints).
  void between_commits(const std::function<void()>& what);

  struct Figures {
    std::uint64_t events = 0, duplicates = 0, commits = 0, failures = 0, queued_bytes = 0;
  };
  Figures figures() const;

 private:
  struct Item;
  void run();
  void commit(std::vector<std::unique_ptr<Item>>& group);
  void act(Item& item);
  Status append(eventlog::NewCommit& commit, std::span<const identity::Change> changes,
                std::span<const IncomingEvent* const> events);

  Parts parts_;
  Options options_;
  std::function<void(std::span<const Committed>)> on_commit_;
  std::function<Status()> recover_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Item>> queue_;
  std::size_t queued_bytes_ = 0;
  bool stopping_ = false;
  bool broken_ = false;
  Figures figures_;
  std::thread writer_;
};

// An event of the journeys: track, page or screen, and not the repeat of an order.
bool in_journeys(const EventHeader& header);

// Brings the timeline in line with what identity decided: joins and moves events already there.
// Reads the headers of moved events from the log.
Status apply_change(const identity::Change& change, const identity::Identity& identity,
                    const eventlog::EventLog& log, timeline::Timeline& timeline);

}  // namespace viaggio::ingest
