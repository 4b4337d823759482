#include "engine/world.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <future>
#include <mutex>

#include "ingest/ingest.h"
#include "select/columns.h"

namespace viaggio::engine {
namespace fs = std::filesystem;
namespace {

constexpr Sequence kReplayChunk = 1u << 20;  // sequences whose ledger entries are held at once

// Replays ledger entries and headers in order: the entries of a sequence right before its header.
// after(first, headers) is called for each run of headers when they have been observed.
Status replay(const eventlog::EventLog& log, identity::Identity& identity, Sequence from,
              Sequence to,
              const std::function<Status(Sequence, std::span<const EventHeader>)>& after) {
  for (Sequence at = from; at < to; at += kReplayChunk) {
    const Sequence end = std::min(to, at + kReplayChunk);
    std::vector<LedgerEntry> entries;
    if (auto ok = log.scan_ledger(at, end, [&](const LedgerEntry& e) { entries.push_back(e); });
        !ok)
      return ok;
    std::size_t next = 0;
    Status status;
    const Status scanned = log.scan_headers(
        at, end, [&](Sequence first, Micros, std::span<const EventHeader> headers) {
          for (std::size_t i = 0; i < headers.size(); ++i) {
            while (next < entries.size() && entries[next].sequence <= first + i)
              identity.apply(entries[next++]);
            if (headers[i].type != EventType::system) identity.observe(headers[i]);
          }
          status = after(first, headers);
          return status.has_value();
        });
    if (!scanned) return scanned;
    if (!status) return status;
    while (next < entries.size()) identity.apply(entries[next++]);
  }
  return {};
}

timeline::Placement place(const identity::Identity& identity, Sequence sequence,
                          const EventHeader& h) {
  return {identity.customer_of(h), {h.time, sequence, h.value, h.kind, h.device}};
}

// Every journey event below `end` with its owner. The log is read and owners are looked up on a
// thread of their own, some batches ahead of `each`.
Status place_all(const eventlog::EventLog& log, const identity::Identity& identity, Sequence end,
                 const std::function<void(const timeline::Placement&)>& each) {
  using Batch = std::vector<timeline::Placement>;
  constexpr std::size_t kBatch = 1u << 15, kAhead = 8;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Batch> ready;
  bool finished = false;
  auto hand_over = [&](Batch& batch) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ready.size() < kAhead; });
    ready.push_back(std::move(batch));
    batch = {};
    changed.notify_all();
  };
  auto reading = std::async(std::launch::async, [&]() -> Status {
    Batch batch;
    Status status =
        log.scan_headers(1, end, [&](Sequence first, Micros, std::span<const EventHeader> headers) {
          for (std::size_t i = 0; i < headers.size(); ++i) {
            if (ingest::in_journeys(headers[i]))
              batch.push_back(place(identity, first + i, headers[i]));
          }
          if (batch.size() >= kBatch) hand_over(batch);
          return true;
        });
    hand_over(batch);
    const std::lock_guard lock(mutex);
    finished = true;
    changed.notify_all();
    return status;
  });
  for (;;) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return finished || !ready.empty(); });
    if (ready.empty()) break;
    const Batch batch = std::move(ready.front());
    ready.pop_front();
    changed.notify_all();
    lock.unlock();
    for (const timeline::Placement& p : batch) each(p);
  }
  return reading.get();
}

}  // namespace

std::string order_id_of(std::string_view json) {
  for (const char* path : {"properties.order_id", "properties.receipt_id"}) {
    const Value v = select::value_at(json, path);
    if (!v.empty() && !v.front().text.empty()) return v.front().text;
  }
  return {};
}

World::World(WorldOptions options) : identity(options.policy), options_(std::move(options)) {
  options_.timeline.folder = file("timeline");
}

Result<std::unique_ptr<World>> World::open(const WorldOptions& options) {
  std::error_code ec;
  fs::create_directories(options.folder, ec);
  if (ec)
    return internal_error("the folder " + options.folder + " cannot be made: " + ec.message(),
                          "folder");
  std::unique_ptr<World> world(new World(options));
  eventlog::Options log_options;
  log_options.sync = options.sync;
  const std::string events = options.folder + "/events";
  auto log = options.open_log ? options.open_log(events, log_options)
                              : eventlog::EventLog::open(events, log_options);
  if (!log) return tl::unexpected(log.error());
  world->log = std::move(*log);
  World* w = world.get();
  world->columns = std::make_unique<select::Columns>(
      [w](Sequence from, Sequence to, const auto& each) {
        return w->log->scan(from, to + 1, [&](const eventlog::Record& r) {
          each(r.sequence, r.json);
          return true;
        });
      },
      options.folder + "/columns");
  if (auto ok = world->load(); !ok) return tl::unexpected(ok.error());
  return world;
}

Status World::load_kinds() {
  return log->scan_kinds([&](const eventlog::KindEntry& k) { kinds.restore(k.id, k.kind); });
}

Status World::load() {
  if (auto ok = load_kinds(); !ok) return ok;
  timeline = std::make_unique<timeline::Timeline>(options_.timeline);
  const Sequence end = log->next_sequence();
  // Each on its own thread: they know nothing of each other.
  auto loading_orders =
      std::async(std::launch::async, [this] { return orders.load(file("orders.ckpt")); });
  auto loading_profiles =
      std::async(std::launch::async, [this] { return profiles.load(file("profiles.ckpt")); });
  // Checkpoints that are damaged, of another moment or ahead of the log are not used.
  const auto known = identity.load(file("identity.ckpt"));
  Sequence at = known && *known < end ? *known : 0;
  const auto shown = timeline->open();
  bool timeline_ok = shown && *shown == at && at != 0;
  if (at != 0 && known && *known >= end) at = 0;
  if (at == 0) identity = identity::Identity(options_.policy);
  if (!timeline_ok) timeline = std::make_unique<timeline::Timeline>(options_.timeline);
  opened_by = end == 1 ? "empty" : (timeline_ok ? "checkpoint" : "rebuild");
  if (auto ok = catch_up(at + 1, timeline_ok); !ok) return ok;
  if (!timeline_ok && end > 1) {
    if (auto ok = rebuild_timeline(); !ok) return ok;
  }
  const auto known_orders = loading_orders.get();
  if (!known_orders || *known_orders >= end) orders = {};
  const auto known_profiles = loading_profiles.get();
  if (!known_profiles || *known_profiles >= end) profiles.clear();
  return read_bodies(known_orders && *known_orders < end ? *known_orders + 1 : 1,
                     known_profiles && *known_profiles < end ? *known_profiles + 1 : 1);
}

Status World::catch_up(Sequence from, bool to_timeline) {
  const Sequence end = log->next_sequence();
  return replay(*log, identity, from, end,
                [&](Sequence first, std::span<const EventHeader> headers) -> Status {
                  const identity::Change change = identity.take_changes();
                  if (!to_timeline) return {};
                  if (auto ok = ingest::apply_change(change, identity, *log, *timeline); !ok)
                    return ok;
                  std::vector<timeline::Placement> placements;
                  for (std::size_t i = 0; i < headers.size(); ++i) {
                    if (ingest::in_journeys(headers[i]))
                      placements.push_back(place(identity, first + i, headers[i]));
                  }
                  timeline->add(placements, first + headers.size() - 1);
                  return {};
                });
}

Status World::rebuild_timeline() {
  const Sequence end = log->next_sequence();
  return timeline->rebuild(
      [&](const std::function<void(const timeline::Placement&)>& each) {
        return place_all(*log, identity, end, each);
      },
      end - 1);
}

Status World::read_bodies(Sequence orders_from, Sequence profiles_from) {
  const Status identifiers =
      log->scan_ledger(profiles_from, log->next_sequence(), [&](const LedgerEntry& e) {
        if (e.op == LedgerOp::node && e.identifier.type < IdentifierType::device_id)
          profiles.note_identifier(e.a, e.identifier);
      });
  if (!identifiers) return identifiers;
  const std::uint32_t count = kinds.size();
  std::vector<bool> order_kind(count);
  for (KindId k = 0; k < count; ++k) order_kind[k] = reports_order(kinds.at(k).name);
  return log->scan(
      std::min(orders_from, profiles_from), log->next_sequence(), [&](const eventlog::Record& r) {
        if (r.header.type == EventType::system) return true;
        const bool order = order_kind[r.header.kind];
        const std::string order_id = order ? order_id_of(r.json) : std::string();
        if (order && r.sequence >= orders_from && !order_id.empty() &&
            (r.header.flags & kRepeatedOrder) == 0)
          orders.add(order_id);
        if (r.sequence >= profiles_from && r.header.node != kNoNode) {
          profiles.note_event(identity.node_of(r.header), r.header.time, r.sequence, r.json);
          if (!order_id.empty()) profiles.note_order(identity.node_of(r.header), order_id);
        }
        return true;
      });
}

Status World::recover() {
  if (auto ok = log->reopen(); !ok) return ok;
  const Sequence shown = timeline->upto();
  identity = identity::Identity(options_.policy);
  if (auto ok = load_kinds(); !ok) return ok;
  if (auto ok = catch_up(1, false); !ok) return ok;
  if (log->next_sequence() != shown + 1) return rebuild_timeline();
  return {};
}

void World::set_policy(const identity::Policy& policy) {
  const std::unique_lock lock(mutex);
  options_.policy = policy;
  identity.set_policy(policy);
}

Status World::checkpoint() {
  const Sequence upto = log->next_sequence() - 1;
  if (upto == 0) return {};
  if (auto ok = timeline->checkpoint(); !ok) return ok;
  if (auto ok = identity.save(file("identity.ckpt"), upto); !ok) return ok;
  if (auto ok = profiles.save(file("profiles.ckpt"), upto); !ok) return ok;
  if (auto ok = columns->save(); !ok) return ok;
  return orders.save(file("orders.ckpt"), upto);
}

Status World::verify() const {
  if (auto ok = log->verify(); !ok) return ok;
  if (auto ok = timeline->verify(); !ok) return ok;
  auto past = build_past(*this, log->next_sequence() - 1, options_.timeline.session_gap);
  if (!past) return tl::unexpected(past.error());
  const auto here = timeline->figures(), there = (*past)->timeline->figures();
  if (here.events != there.events || here.unowned != there.unowned ||
      here.customers != there.customers) {
    return internal_error("the timeline does not equal its events (" + std::to_string(here.events) +
                              " against " + std::to_string(there.events) +
                              "); delete the folder timeline and it is rebuilt",
                          "timeline_differs");
  }
  return {};
}

Result<std::shared_ptr<const PastWorld>> build_past(const World& world, Sequence upto,
                                                    Micros session_gap) {
  auto past = std::make_shared<PastWorld>();
  past->upto = upto;
  timeline::Options options;
  options.session_gap = session_gap;
  past->timeline = std::make_unique<timeline::Timeline>(options);
  if (auto ok = replay(*world.log, past->identity, 1, upto + 1,
                       [](Sequence, std::span<const EventHeader>) -> Status { return {}; });
      !ok) {
    return tl::unexpected(ok.error());
  }
  const Status built = past->timeline->rebuild(
      [&](const std::function<void(const timeline::Placement&)>& each) {
        return place_all(*world.log, past->identity, upto + 1, each);
      },
      upto);
  if (!built) return tl::unexpected(built.error());
  const Status read = world.log->scan(1, upto + 1, [&](const eventlog::Record& r) {
    if (r.header.type != EventType::system && r.header.node != kNoNode) {
      past->profiles.note_event(past->identity.node_of(r.header), r.header.time, r.sequence,
                                r.json);
    }
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return std::shared_ptr<const PastWorld>(std::move(past));
}

}  // namespace viaggio::engine
